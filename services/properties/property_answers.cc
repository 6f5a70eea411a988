#include "services/properties/property_answers.h"

#include <google/protobuf/util/field_mask_util.h>

#include <algorithm>
#include <numeric>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/rpc/limits.h"
#include "services/rpc/status_details.h"

namespace wensum::properties {
namespace {

using google::protobuf::util::FieldMaskUtil;

constexpr int kMaxAlternatives = 100;
constexpr int kMaxStatus = 9;
constexpr int32_t kMinFormLines = 4;
constexpr int32_t kMaxFormLines = 6;
constexpr int kMaxCustodian = 9'999;
constexpr size_t kMaxClass = 6;

bool IsCode(std::string_view text, size_t longest) {
  return !text.empty() && text.size() <= longest &&
         std::all_of(text.begin(), text.end(), [](char c) { return IsLetter(c) || IsDigit(c); });
}

// Calls `check(value, field)` for each entry of a repeated field.
template <typename List, typename Check>
absl::Status CheckEach(const List& list, std::string_view field, const Check& check) {
  if (list.size() > kMaxAlternatives) {
    return rpc::InvalidField(field, Cat("holds ", list.size(), " entries; at most ", kMaxAlternatives, " are taken"));
  }
  for (int i = 0; i < list.size(); ++i) {
    WENSUM_RETURN_IF_ERROR(check(list.Get(i), Cat(field, "[", i, "]")));
  }
  return absl::OkStatus();
}

absl::Status CheckNumber(int32_t value, int32_t max, const std::string& field) {
  return value >= 1 && value <= max ? absl::OkStatus()
                                    : rpc::InvalidField(field, Cat("is ", value, "; give 1 to ", max));
}

absl::Status CheckCode(const std::string& value, size_t longest, const std::string& field) {
  return IsCode(value, longest)
             ? absl::OkStatus()
             : rpc::InvalidField(field, Cat("is ", Quote(value, 40), "; give 1 to ", longest, " letters or digits"));
}

}  // namespace

absl::StatusOr<gazetteer::View> FromView(v1::PropertyView view) {
  switch (view) {
    case v1::PROPERTY_VIEW_UNSPECIFIED:
    case v1::PROPERTY_VIEW_BASIC:
      return gazetteer::View::kBasic;
    case v1::PROPERTY_VIEW_FULL:
      return gazetteer::View::kFull;
    default:
      return rpc::InvalidField("view", Cat("has no value ", static_cast<int>(view), "; give BASIC (1) or FULL (2)"));
  }
}

absl::StatusOr<gazetteer::FormOptions> FromFormOptions(const v1::AddressFormOptions& options) {
  gazetteer::FormOptions forms;
  if (options.max_lines() != 0) {
    if (options.max_lines() < kMinFormLines || options.max_lines() > kMaxFormLines) {
      return rpc::InvalidField("address_forms.max_lines", Cat("is ", options.max_lines(), "; give ", kMinFormLines,
                                                              " to ", kMaxFormLines, ", or leave it out for 5"));
    }
    forms.max_lines = static_cast<size_t>(options.max_lines());
  }
  if (options.omit_unofficial_streets()) {
    forms.streets = llpg::UnofficialStreets::kSuppressed;
  }
  return forms;
}

absl::StatusOr<model::Postcode> ParsePostcode(const std::string& text) {
  absl::StatusOr<model::Postcode> postcode = model::Postcode::Parse(text);
  return postcode.ok() ? postcode : rpc::InvalidField("postcode", Message(postcode.status()));
}

absl::StatusOr<matching::address::PropertyFilter> FromFilter(const v1::PropertyFilter& filter) {
  WENSUM_RETURN_IF_ERROR(
      CheckEach(filter.logical_statuses(), "filter.logical_statuses",
                [](int32_t value, const std::string& field) { return CheckNumber(value, kMaxStatus, field); }));
  WENSUM_RETURN_IF_ERROR(
      CheckEach(filter.class_prefixes(), "filter.class_prefixes",
                [](const std::string& value, const std::string& field) { return CheckCode(value, kMaxClass, field); }));
  WENSUM_RETURN_IF_ERROR(
      CheckEach(filter.local_custodian_codes(), "filter.local_custodian_codes",
                [](int32_t value, const std::string& field) { return CheckNumber(value, kMaxCustodian, field); }));
  WENSUM_RETURN_IF_ERROR(
      CheckEach(filter.ward_codes(), "filter.ward_codes", [](const std::string& value, const std::string& field) {
        return CheckCode(value, matching::address::kCodePlaces, field);
      }));
  return matching::address::PropertyFilter{
      .logical_statuses = {filter.logical_statuses().begin(), filter.logical_statuses().end()},
      .class_prefixes = {filter.class_prefixes().begin(), filter.class_prefixes().end()},
      .custodians = {filter.local_custodian_codes().begin(), filter.local_custodian_codes().end()},
      .wards = {filter.ward_codes().begin(), filter.ward_codes().end()},
      .historical = filter.include_historical()};
}

std::optional<uint64_t> AsOf(const registry::ReadView& state) {
  return state.past() ? std::optional<uint64_t>(state.revision()) : std::nullopt;
}

absl::StatusOr<ReadMask> ReadMask::Create(const google::protobuf::FieldMask& mask,
                                          const google::protobuf::Descriptor* type) {
  for (const std::string& path : mask.paths()) {
    if (!FieldMaskUtil::GetFieldDescriptors(type, path, nullptr)) {
      return rpc::InvalidField("read_mask", Cat("names a field that ", type->name(), " lacks: ", Quote(path, 200)));
    }
  }
  return ReadMask(&mask);
}

void ReadMask::Trim(google::protobuf::Message* message) const {
  if (mask_->paths_size() > 0) {
    FieldMaskUtil::TrimMessage(*mask_, message);
  }
}

PropertyLister::PropertyLister(const registry::Register& reg, const Places& places, const registry::ReadView& state,
                               Shown shown, ReadMask mask, rpc::CallContext* call)
    : walk_(state.reader(), reg.register_id()), places_(places), shown_(shown), mask_(mask), call_(*call) {}

absl::StatusOr<std::vector<bool>> PropertyLister::Read(const std::vector<uint64_t>& uprns,
                                                       const std::vector<v1::Property*>& out) {
  // Neighbours in the store are neighbours on the ground mostly: read in the order of their keys.
  std::vector<size_t> order(uprns.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&uprns](size_t a, size_t b) { return uprns[a] < uprns[b]; });
  std::vector<bool> found(uprns.size());
  for (const size_t i : order) {
    WENSUM_ASSIGN_OR_RETURN(found[i], walk_.FillProperty(uprns[i], shown_.view, *out[i], shown_.forms_or_null()));
    if (found[i]) {
      call_.AddResource(out[i]->name());
      places_.Locate(*out[i]);
      mask_.Trim(out[i]);
    }
  }
  return found;
}

absl::Status PropertyLister::ReadAll(const std::vector<uint64_t>& uprns, v1::ListPropertiesResponse& response) {
  response.mutable_properties()->Reserve(static_cast<int>(uprns.size()));
  std::vector<v1::Property*> properties;
  properties.reserve(uprns.size());
  for (size_t i = 0; i < uprns.size(); ++i) {
    properties.push_back(response.add_properties());
  }
  WENSUM_ASSIGN_OR_RETURN(const std::vector<bool> found, Read(uprns, properties));
  DropUnfound(found, response.mutable_properties());
  return absl::OkStatus();
}

}  // namespace wensum::properties
