#include "services/gazetteer/property_rows.h"

#include <google/protobuf/arena.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <tuple>
#include <utility>
#include <variant>

#include "base/status_macros.h"
#include "base/strings.h"
#include "storage/keys.h"

namespace wensum::gazetteer {
namespace {

using matching::address::PropertyAddress;
using storage::Family;

constexpr int kApproved = 1;
constexpr int kHistorical = 8;
constexpr int kClosedStreet = 4;

bool Rejected(int status) { return status == 7 || status == 9; }

int StatusRank(int status) {
  constexpr std::array<int, 5> kOrder = {1, 6, 5, 3, 8};
  return static_cast<int>(std::find(kOrder.begin(), kOrder.end(), status) - kOrder.begin());
}

void SetStatus(int blpu_status, int status, PropertyAddress* address) {
  address->approved = blpu_status == kApproved && status == kApproved;
  address->historical = blpu_status == kHistorical || status == kHistorical;
}

// Adds one component behind others.
void Append(std::string_view text, std::string* out) {
  if (!text.empty()) {
    AppendTo(*out, out->empty() ? "" : ", ", text);
  }
}

// Takes "12" or "12A" off the front of `text`; false, and nothing taken, if no number stands there.
bool TakeNumber(std::string_view* text, int* number, std::string* suffix) {
  size_t digits = 0;
  while (digits < text->size() && IsDigit((*text)[digits])) {
    ++digits;
  }
  const std::optional<int> value = ParseInteger<int>(text->substr(0, digits));
  if (!value.has_value()) {
    return false;
  }
  *number = *value;
  text->remove_prefix(digits);
  if (!text->empty() && IsLetter(text->front())) {
    suffix->assign(1, text->front());
    text->remove_prefix(1);
  }
  return true;
}

// "12", "12A" or "12A-14B" as numbers, anything else as text.
model::AddressableObject NumberedObject(std::string_view text) {
  model::AddressableObject object;
  std::string_view rest = text;
  object.has_number = TakeNumber(&rest, &object.start_number, &object.start_suffix);
  bool whole = object.has_number;
  if (whole && rest.starts_with('-')) {
    rest.remove_prefix(1);
    whole = TakeNumber(&rest, &object.end_number, &object.end_suffix);
  }
  if (!whole || !rest.empty()) {
    object = {};
    object.text = text;
  }
  return object;
}

std::string PostcodeOf(const PropertyRows& rows, const model::Lpi& lpi) {
  if (!lpi.postcode.empty()) {
    return ShownPostcode(lpi.postcode);
  }
  if (rows.blpu.has_value() && !rows.blpu->postcode_locator.empty()) {
    return ShownPostcode(rows.blpu->postcode_locator);
  }
  for (const model::DeliveryPoint& point : rows.delivery_points) {
    if (!point.postcode.empty()) {
      return ShownPostcode(point.postcode);
    }
  }
  return {};
}

// Memory for one row while it is decoded, mostly on the stack.
class ParseArena {
 public:
  ParseArena() : arena_(block_.data(), block_.size()) {}

  storage::v1::GazetteerRow& NewRow() {
    return *google::protobuf::Arena::CreateMessage<storage::v1::GazetteerRow>(&arena_);
  }

 private:
  alignas(std::max_align_t) std::array<char, 2048> block_;
  google::protobuf::Arena arena_;
};

}  // namespace

std::string ShownPostcode(const std::string& text) {
  std::string canonical = CanonicalPostcode(text);
  return canonical.empty() ? text : canonical;
}

absl::Status PropertyRows::Add(std::string_view serialised, const RowFilter& takes) {
  ParseArena parse;
  storage::v1::GazetteerRow& stored = parse.NewRow();
  WENSUM_RETURN_IF_ERROR(ParseStoredRow(serialised, &stored));
  if (takes != nullptr && !takes(stored)) {
    return absl::OkStatus();
  }
  revision = std::max(revision, stored.revision());
  if (stored.has_provenance() || stored.has_kept()) {
    return absl::OkStatus();  // for exports alone
  }
  WENSUM_ASSIGN_OR_RETURN(model::GazetteerRow row, DecodeRow(stored));
  if (auto* const content = std::get_if<model::Blpu>(&row)) {
    blpu = std::move(*content);
    origin = {static_cast<model::GazetteerFormat>(stored.source_format()), stored.import_run(), stored.purposes()};
  } else if (auto* const lpi = std::get_if<model::Lpi>(&row)) {
    lpis.push_back(std::move(*lpi));
  } else if (auto* const xref = std::get_if<model::CrossReference>(&row)) {
    xrefs.push_back(std::move(*xref));
  } else if (auto* const classification = std::get_if<model::Classification>(&row)) {
    classifications.push_back(std::move(*classification));
  } else if (auto* const organisation = std::get_if<model::PropertyOrganisation>(&row)) {
    organisations.push_back(std::move(*organisation));
  } else if (auto* const point = std::get_if<model::DeliveryPoint>(&row)) {
    delivery_points.push_back(std::move(*point));
  } else if (auto* const successor = std::get_if<model::Successor>(&row)) {
    successors.push_back(std::move(*successor));
  } else {
    return DataLoss(Cat("a street row stands among those of property ", stored.id()));
  }
  return absl::OkStatus();
}

absl::Status StreetRows::Add(std::string_view serialised, const RowFilter& takes) {
  ParseArena parse;
  storage::v1::GazetteerRow& stored = parse.NewRow();
  WENSUM_RETURN_IF_ERROR(ParseStoredRow(serialised, &stored));
  if (takes != nullptr && !takes(stored)) {
    return absl::OkStatus();
  }
  revision = std::max(revision, stored.revision());
  if (stored.has_street_reference() || stored.has_kept()) {
    return absl::OkStatus();  // for exports alone
  }
  WENSUM_ASSIGN_OR_RETURN(model::GazetteerRow row, DecodeRow(stored));
  if (auto* const content = std::get_if<model::Street>(&row)) {
    street = *content;
  } else if (auto* const descriptor = std::get_if<model::StreetDescriptor>(&row)) {
    descriptors.push_back(std::move(*descriptor));
  } else {
    return DataLoss(Cat("a property row stands among those of street ", stored.id()));
  }
  return absl::OkStatus();
}

const model::StreetDescriptor* StreetRows::Descriptor(std::string_view language) const {
  const model::StreetDescriptor* best = nullptr;
  for (const model::StreetDescriptor& descriptor : descriptors) {
    if (descriptor.language == language) {
      return &descriptor;
    }
    if (best == nullptr || descriptor.language == "ENG") {
      best = &descriptor;
    }
  }
  return best;
}

absl::Status ReadRowsAsOf(const storage::Reader& reader, const std::string& prefix, uint64_t as_of,
                          std::vector<std::string>* serialised) {
  std::map<std::string, std::string, std::less<>> in_force;  // by row key
  const auto revision_of = [](std::string_view value) -> absl::StatusOr<uint64_t> {
    storage::v1::GazetteerRow stored;
    WENSUM_RETURN_IF_ERROR(ParseStoredRow(value, &stored));
    return stored.revision();
  };
  // The newest versions are read before the history: what a commit in between replaces is then seen at one of the two.
  const auto newest = reader.NewIterator(Family::kProperty, storage::PrefixRange(prefix));
  for (newest->SeekToFirst(); newest->Valid(); newest->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const uint64_t revision, revision_of(newest->value()));
    if (revision <= as_of) {
      in_force.emplace(newest->key(), newest->value());
    }
  }
  WENSUM_RETURN_IF_ERROR(newest->status());
  const auto history = reader.NewIterator(Family::kPropertyHistory, storage::PrefixRange(prefix));
  std::map<std::string, std::string, std::less<>> older;
  for (history->SeekToFirst(); history->Valid(); history->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const storage::PropertyHistoryParts parts,
                            storage::ParsePropertyHistoryKey(history->key()));
    if (parts.revision <= as_of && !in_force.contains(parts.row_key)) {
      older.insert_or_assign(std::string(parts.row_key), std::string(history->value()));  // versions ascend
    }
  }
  WENSUM_RETURN_IF_ERROR(history->status());
  in_force.merge(older);
  for (auto& [key, value] : in_force) {
    storage::v1::GazetteerRow stored;
    WENSUM_RETURN_IF_ERROR(ParseStoredRow(value, &stored));
    if (stored.content_case() != storage::v1::GazetteerRow::CONTENT_NOT_SET) {  // else it was deleted
      serialised->push_back(std::move(value));
    }
  }
  return absl::OkStatus();
}

const model::Lpi* BestLpi(const PropertyRows& rows) {
  const model::Lpi* best = nullptr;
  const auto rank = [](const model::Lpi& lpi) {
    return std::tuple(StatusRank(lpi.logical_status), lpi.language == "ENG" ? 0 : 1, std::string_view(lpi.lpi_key));
  };
  for (const model::Lpi& lpi : rows.lpis) {
    if (best == nullptr || rank(lpi) < rank(*best)) {
      best = &lpi;
    }
  }
  return best;
}

std::string ClassOf(const PropertyRows& rows) {
  if (rows.blpu.has_value() && !rows.blpu->blpu_class.empty()) {
    return rows.blpu->blpu_class;
  }
  const model::Classification* best = nullptr;
  const auto rank = [](const model::Classification& row) {
    return std::tuple(row.scheme.starts_with("AddressBase") ? 0 : 1, row.dates.end.empty() ? 0 : 1,
                      std::string_view(row.class_key));
  };
  for (const model::Classification& row : rows.classifications) {
    if (best == nullptr || rank(row) < rank(*best)) {
      best = &row;
    }
  }
  return best == nullptr ? std::string() : best->code;
}

std::string OrganisationOf(const PropertyRows& rows) {
  if (rows.blpu.has_value() && !rows.blpu->organisation.empty()) {
    return rows.blpu->organisation;
  }
  for (const model::PropertyOrganisation& row : rows.organisations) {
    if (row.dates.end.empty()) {
      return row.organisation;
    }
  }
  return {};
}

PropertyAddress AddressOf(const PropertyRows& rows, const model::Lpi& lpi, const StreetTable& streets) {
  PropertyAddress address;
  address.key = lpi.lpi_key;
  SetStatus(rows.blpu.has_value() ? rows.blpu->logical_status : 0, lpi.logical_status, &address);
  address.sao = lpi.sao;
  address.pao = lpi.pao;
  address.organisation = OrganisationOf(rows);
  address.usrn = lpi.usrn.value();
  address.postcode = PostcodeOf(rows, lpi);
  if (const auto street = streets.find(address.usrn); street != streets.end()) {
    if (const model::StreetDescriptor* const descriptor = street->second->Descriptor(lpi.language)) {
      address.street = descriptor->description;
      address.locality = descriptor->locality;
      address.town = descriptor->town;
    }
  }
  if (!lpi.post_town.empty()) {
    address.town = lpi.post_town;
  }
  return address;
}

PropertyAddress AddressOf(const PropertyRows& rows, const model::DeliveryPoint& point, llpg::PafLanguage language) {
  PropertyAddress address;
  address.key = Cat("dp", point.udprn, language == llpg::PafLanguage::kWelsh ? "w" : "");
  SetStatus(rows.blpu.has_value() ? rows.blpu->logical_status : 0, kApproved, &address);
  std::string number = llpg::PafNumber(point);
  address.pao = NumberedObject(number);
  for (llpg::AddressLine& line : llpg::PafLines(point, language)) {
    switch (line.role) {
      case llpg::LineRole::kOrganisation:
      case llpg::LineRole::kDepartment:
        Append(line.text, &address.organisation);
        break;
      case llpg::LineRole::kSao:
        address.sao.text = std::move(line.text);
        break;
      case llpg::LineRole::kPoBox:
      case llpg::LineRole::kPao:
        Append(line.text, &address.pao.text);
        break;
      case llpg::LineRole::kStreet:
      case llpg::LineRole::kLocality:
        // The first of them begins with the number.
        line.text.erase(0, line.text.find_first_not_of(' ', std::exchange(number, {}).size()));
        Append(line.text,
               line.role == llpg::LineRole::kStreet && address.street.empty() ? &address.street : &address.locality);
        break;
      case llpg::LineRole::kTown:
      case llpg::LineRole::kPostTown:
        address.town = std::move(line.text);
        break;
      case llpg::LineRole::kPostcode:
        address.postcode = std::move(line.text);
        break;
    }
  }
  return address;
}

std::optional<matching::address::IndexedProperty> Indexed(const PropertyRows& rows, const StreetTable& streets) {
  if (!rows.blpu.has_value()) {
    return std::nullopt;
  }
  matching::address::IndexedProperty property;
  property.uprn = rows.blpu->uprn.value();
  property.parent_uprn = rows.blpu->parent_uprn.value();
  property.facts = {.easting = rows.blpu->x,
                    .northing = rows.blpu->y,
                    .logical_status = rows.blpu->logical_status,
                    .classification = ClassOf(rows),
                    .custodian = rows.blpu->local_custodian_code,
                    .ward = rows.blpu->ward_code};
  property.street_record = property.facts.classification == "PS";
  if (Rejected(rows.blpu->logical_status)) {
    return property;  // known, but nothing is to be found under it
  }
  for (const model::Lpi& lpi : rows.lpis) {
    if (!Rejected(lpi.logical_status)) {
      property.addresses.push_back(AddressOf(rows, lpi, streets));
    }
  }
  for (const model::DeliveryPoint& point : rows.delivery_points) {
    property.addresses.push_back(AddressOf(rows, point, llpg::PafLanguage::kEnglish));
    if (llpg::HasWelsh(point)) {
      property.addresses.push_back(AddressOf(rows, point, llpg::PafLanguage::kWelsh));
    }
  }
  return property;
}

std::optional<matching::address::IndexedStreet> Indexed(const StreetRows& rows) {
  if (!rows.street.has_value()) {
    return std::nullopt;
  }
  matching::address::IndexedStreet street;
  street.usrn = rows.street->usrn.value();
  street.closed = rows.street->state == kClosedStreet;
  for (const model::StreetDescriptor& row : rows.descriptors) {
    street.names.push_back(
        {.language = row.language, .description = row.description, .locality = row.locality, .town = row.town});
  }
  return street;
}

}  // namespace wensum::gazetteer
