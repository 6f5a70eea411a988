#include "services/properties/property_links.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "matching/address/learnt/text_form.h"
#include "matching/survive/golden_addresses.h"
#include "services/convert/links.h"
#include "services/convert/message_fields.h"
#include "services/convert/read_options.h"
#include "services/gazetteer/property_reader.h"
#include "services/properties/places.h"
#include "services/properties/properties_handler.h"
#include "services/properties/property_answers.h"
#include "services/properties/property_records.h"
#include "services/register/property_facts.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/status_details.h"

namespace wensum::properties {
namespace {

using matching::LinkStatus;
using matching::ValueLink;

constexpr int kHistoricalLpi = 8;

// A text's form in its two parts.
struct FormParts {
  std::vector<std::string_view> words;
  std::string_view postcode;
};

FormParts PartsOf(std::string_view form) {
  const size_t end = std::min(form.find('\n'), form.size());
  return {.words = Split(form.substr(0, end), ' '), .postcode = end < form.size() ? form.substr(end + 1) : ""};
}

// Whether `said` says nothing that `whole` does not, and begins alike.
bool LeavesOut(const FormParts& said, const FormParts& whole) {
  if (said.words.front() != whole.words.front() ||
      (!said.postcode.empty() && !whole.postcode.empty() && said.postcode != whole.postcode)) {
    return false;
  }
  auto word = said.words.begin();
  for (const std::string_view other : whole.words) {
    if (word != said.words.end() && *word == other) {
      ++word;
    }
  }
  return word == said.words.end();
}

// The links of a record's address, the one that it has.
void AddAddressLinks(uint32_t member, const model::SourceRecord& record, const v1::Property& property,
                     std::vector<ValueLink>& links) {
  if (record.details.addresses.empty()) {
    return;
  }
  const model::PersonAddress& address = record.details.addresses.front();
  if (!address.text.empty()) {
    ValueLink& link = links.emplace_back();
    link.contributor = member;
    link.field = "address";
    link.value = matching::AddressText(address);
    link.status = AddressStatus(address.text, address.postcode.ToString(), property);
    if (link.status != LinkStatus::kAgrees) {
      link.golden_value = property.address();
    }
  }
  if (!address.source_uprn.empty()) {
    ValueLink& link = links.emplace_back();
    link.contributor = member;
    link.field = "source_uprn";
    link.value = Cat(address.source_uprn.value());
    if (address.source_uprn.value() != property.uprn()) {
      link.status = LinkStatus::kDiffers;
      link.golden_value = Cat(property.uprn());
    }
  }
}

}  // namespace

LinkStatus AddressStatus(std::string_view text, std::string_view postcode, const v1::Property& property) {
  const std::string form = matching::address::TextForm(text, postcode);
  if (form.empty()) {
    return LinkStatus::kDiffers;
  }
  const FormParts said = PartsOf(form);
  const auto agrees = [&said](std::string_view address, std::string_view its_postcode) {
    const std::string whole = matching::address::TextForm(address, its_postcode);
    return !whole.empty() && LeavesOut(said, PartsOf(whole));
  };
  bool former = false;
  for (const v1::Lpi& lpi : property.lpis()) {
    if (agrees(lpi.address(), lpi.postcode())) {
      if (lpi.logical_status() != kHistoricalLpi) {
        return LinkStatus::kAgrees;
      }
      former = true;
    }
  }
  for (const v1::DeliveryPoint& point : property.delivery_points()) {
    if (agrees(point.address(), point.postcode())) {
      return LinkStatus::kAgrees;
    }
  }
  return former ? LinkStatus::kStale : LinkStatus::kDiffers;
}

absl::Status PropertiesHandler::Compare(rpc::CallContext& call, const v1::ComparePropertyRequest& request,
                                        v1::ComparePropertyResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t uprn, rpc::ParsePropertyName(request.name(), "name"));
  call.AddResource(request.name());
  const auto read = [&](const v1::ReadOptions& options,
                        uint64_t& revision) -> absl::StatusOr<std::optional<v1::Property>> {
    WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, convert::OpenView(register_, options));
    revision = state.revision();
    const gazetteer::PropertyReader reader(state.reader(), register_.register_id());
    WENSUM_ASSIGN_OR_RETURN(std::optional<v1::Property> property,
                            reader.GetProperty(uprn, gazetteer::View::kFull, AsOf(state)));
    if (property.has_value()) {
      Places(*coordinates_).Locate(*property);
    }
    return property;
  };
  uint64_t from_revision = 0;
  uint64_t to_revision = 0;
  WENSUM_ASSIGN_OR_RETURN(std::optional<v1::Property> from, read(request.from(), from_revision));
  WENSUM_ASSIGN_OR_RETURN(std::optional<v1::Property> to, read(request.to(), to_revision));
  if (!from.has_value() && !to.has_value()) {
    return rpc::UnknownResource(request.name());
  }
  response.set_from_revision(from_revision);
  response.set_to_revision(to_revision);
  call.set_revision(to_revision);
  if (from.has_value() && to.has_value()) {
    const std::vector<std::string> changed = convert::DifferentFields(*from, *to);
    response.mutable_changed_fields()->Assign(changed.begin(), changed.end());
  }
  if (from.has_value()) {
    *response.mutable_from() = *std::move(from);
  }
  if (to.has_value()) {
    *response.mutable_to() = *std::move(to);
  }
  return absl::OkStatus();
}

absl::Status PropertiesHandler::ListLinks(rpc::CallContext& call, const v1::ListPropertyLinksRequest& request,
                                          v1::ListPropertyLinksResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const rpc::PropertyId id,
                          rpc::ParsePropertyOrRecordName(register_.ids(), request.name(), "name"));
  std::vector<rpc::FieldViolation> violations;
  const convert::LinkFilter filter =
      convert::ToLinkFilter(request.sources(), request.statuses(), register_, violations);
  if (!violations.empty()) {
    return rpc::InvalidFields(violations);
  }
  call.AddResource(request.name());
  const int bit = call.purpose_bit();
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, register_.OpenView({}));
  response.set_revision(state.revision());
  call.set_revision(state.revision());
  uint64_t uprn = id.uprn;
  if (id.ordinal != 0) {
    v1::Property record;
    WENSUM_ASSIGN_OR_RETURN(uprn, FillRecord(register_, state, id.ordinal, bit, gazetteer::View::kBasic, record));
  }
  response.set_name(uprn == 0 ? request.name() : rpc::PropertyName(uprn));
  if (uprn == 0) {
    return absl::OkStatus();
  }
  const gazetteer::PropertyReader reader(state.reader(), register_.register_id());
  WENSUM_ASSIGN_OR_RETURN(const std::optional<v1::Property> property, reader.GetProperty(uprn, gazetteer::View::kFull));
  if (!property.has_value()) {
    return rpc::UnknownResource(request.name());
  }
  WENSUM_ASSIGN_OR_RETURN(const registry::PropertyFacts facts,
                          registry::ReadPropertyFacts(state.reader(), register_.register_id(), uprn, bit,
                                                      register_.rules(), register_.survivorship()->rules));
  response.set_truncated(facts.truncated);
  convert::LinkReader records_reader(state.reader(), register_.register_id(), bit);
  WENSUM_ASSIGN_OR_RETURN(const convert::LinkReader::Records records,
                          records_reader.ReadRecords(facts.entity, state.revision()));
  WENSUM_ASSIGN_OR_RETURN(const std::vector<ValueLink> values, convert::LinksOf(facts.entity, records, bit));
  std::vector<ValueLink> links;
  auto value = values.begin();
  for (uint32_t member = 0; member < records.size(); ++member) {
    if (records[member] == nullptr) {
      continue;
    }
    AddAddressLinks(member, records[member]->record, *property, links);
    for (; value != values.end() && value->contributor == member; ++value) {
      if (value->field != "current_address" && value->field != "addresses") {
        links.push_back(*value);
      }
    }
  }
  convert::ToSourceLinks(
      facts.entity, links, filter,
      [this](uint64_t ordinal) { return rpc::PropertyRecordName(register_.ids(), ordinal); },
      *response.mutable_links());
  return absl::OkStatus();
}

}  // namespace wensum::properties
