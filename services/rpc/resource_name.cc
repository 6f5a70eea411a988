#include "services/rpc/resource_name.h"

#include <optional>

#include "base/status_macros.h"
#include "base/strings.h"
#include "model/uprn.h"
#include "services/rpc/status_details.h"

namespace wensum::rpc {
namespace {

constexpr std::string_view kPeople = "people/";
constexpr std::string_view kProperties = "properties/";
constexpr std::string_view kRecordMark = "p-";
constexpr std::string_view kStreets = "streets/";
constexpr std::string_view kPostcodes = "postcodes/";
constexpr std::string_view kImportRuns = "importRuns/";

// The part of `name` after its collection, or why there is none.
absl::StatusOr<std::string_view> AfterCollection(std::string_view name, std::string_view collection,
                                                 std::string_view form, std::string_view field) {
  if (name.empty()) {
    return InvalidField(field, Cat("is required: ", collection, form));
  }
  if (!name.starts_with(collection)) {
    return InvalidField(field, Cat("is ", Quote(name), "; expected ", collection, form));
  }
  return name.substr(collection.size());
}

}  // namespace

std::string PersonName(const OpaqueIdCodec& ids, uint64_t anchor) { return Cat(kPeople, ids.Encode(anchor)); }
std::string PropertyName(uint64_t uprn) { return Cat(kProperties, uprn); }
std::string PropertyRecordName(const OpaqueIdCodec& ids, uint64_t ordinal) {
  return Cat(kProperties, kRecordMark, ids.Encode(ordinal));
}
std::string StreetName(uint64_t usrn) { return Cat(kStreets, usrn); }
std::string PostcodeName(const model::Postcode& postcode) {
  std::string name = Cat(kPostcodes, postcode.ToString());
  std::erase(name, ' ');
  return name;
}
std::string ImportRunName(uint64_t id) { return Cat(kImportRuns, id); }

absl::StatusOr<uint64_t> ParsePersonName(const OpaqueIdCodec& ids, std::string_view name, std::string_view field) {
  WENSUM_ASSIGN_OR_RETURN(const std::string_view id, AfterCollection(name, kPeople, "{id}", field));
  const absl::StatusOr<uint64_t> anchor = ids.Decode(id);
  if (!anchor.ok()) {
    return InvalidField(field, Message(anchor.status()));
  }
  return *anchor;
}

absl::StatusOr<uint64_t> ParsePropertyName(std::string_view name, std::string_view field) {
  WENSUM_ASSIGN_OR_RETURN(const std::string_view id, AfterCollection(name, kProperties, "{uprn}", field));
  const absl::StatusOr<model::Uprn> uprn = model::Uprn::Parse(id);
  if (!uprn.ok()) {
    return InvalidField(field, Message(uprn.status()));
  }
  return uprn->value();
}

absl::StatusOr<PropertyId> ParsePropertyOrRecordName(const OpaqueIdCodec& ids, std::string_view name,
                                                     std::string_view field) {
  PropertyId out;
  WENSUM_ASSIGN_OR_RETURN(const std::string_view id, AfterCollection(name, kProperties, "{uprn}", field));
  if (!id.starts_with(kRecordMark)) {
    WENSUM_ASSIGN_OR_RETURN(out.uprn, ParsePropertyName(name, field));
    return out;
  }
  const absl::StatusOr<uint64_t> ordinal = ids.Decode(id.substr(kRecordMark.size()));
  if (!ordinal.ok()) {
    return InvalidField(field, Message(ordinal.status()));
  }
  out.ordinal = *ordinal;
  return out;
}

absl::StatusOr<uint64_t> ParseStreetName(std::string_view name, std::string_view field) {
  WENSUM_ASSIGN_OR_RETURN(const std::string_view id, AfterCollection(name, kStreets, "{usrn}", field));
  const absl::StatusOr<model::Usrn> usrn = model::Usrn::Parse(id);
  if (!usrn.ok()) {
    return InvalidField(field, Message(usrn.status()));
  }
  return usrn->value();
}

absl::StatusOr<model::Postcode> ParsePostcodeName(std::string_view name, std::string_view field) {
  WENSUM_ASSIGN_OR_RETURN(const std::string_view id, AfterCollection(name, kPostcodes, "{postcode}", field));
  absl::StatusOr<model::Postcode> postcode = model::Postcode::Parse(id);
  return postcode.ok() ? postcode : InvalidField(field, Message(postcode.status()));
}

absl::StatusOr<uint64_t> ParseImportRunName(std::string_view name, std::string_view field) {
  WENSUM_ASSIGN_OR_RETURN(const std::string_view id, AfterCollection(name, kImportRuns, "{number}", field));
  const std::optional<uint64_t> run = ParseInteger<uint64_t>(id);
  if (!run.has_value() || *run == 0) {
    return InvalidField(field, Cat("is ", Quote(name), "; expected ", kImportRuns, "{number}, a number from 1"));
  }
  return *run;
}

absl::Status UnknownResource(std::string_view name) {
  return WithReason(NotFound(Cat(Quote(name), " is not known here")), reason::kResourceUnknown);
}

}  // namespace wensum::rpc
