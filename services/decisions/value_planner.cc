#include "services/decisions/value_planner.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "matching/survive/fields.h"
#include "matching/survive/golden_addresses.h"
#include "matching/survive/survivorship.h"
#include "model/canonical.h"
#include "services/convert/person_details.h"
#include "services/convert/times.h"
#include "services/decisions/given_address.h"
#include "services/register/codec.h"
#include "services/rpc/limits.h"
#include "services/rpc/status_details.h"

namespace wensum::decisions {
namespace {

using matching::FieldRef;
using matching::StewardAct;
using registry::DecisionOperation;
using registry::ValueLifetime;

constexpr size_t kMaxValue = 4'000;  // bytes of a value that is pinned or ignored
constexpr std::array<std::string_view, 8> kSingleNames = {"name",      "date_of_birth",     "date_of_death", "sex",
                                                          "ni_number", "organisation_name", "phones",        "emails"};

constexpr std::string_view kCurrentAddress = "current_address";

static_assert(static_cast<int>(ValueLifetime::kForEver) == v1::LIFETIME_FOR_EVER);
static_assert(static_cast<int>(ValueLifetime::kUntilTime) == v1::LIFETIME_UNTIL_TIME);
static_assert(static_cast<int>(ValueLifetime::kUntilValueChanges) == v1::LIFETIME_UNTIL_VALUE_CHANGES);
static_assert(static_cast<int>(ValueLifetime::kUntilReasserted) == v1::LIFETIME_UNTIL_REASSERTED);

absl::StatusOr<model::PurposeMask> ToPurposes(const google::protobuf::RepeatedPtrField<std::string>& names,
                                              const registry::RegisterRules& rules) {
  model::PurposeMask mask = 0;
  for (int i = 0; i < names.size(); ++i) {
    const int bit = rules.PurposeBit(names[i]);
    if (bit < 0) {
      return rpc::InvalidField(Cat("purposes[", i, "]"), Cat(Quote(names[i], 100), " is no purpose of this register"));
    }
    mask |= model::PurposeMask{1} << bit;
  }
  return mask;
}

// The attributes of which `details` has a value, by name.
std::vector<std::string> AttributesOf(const model::PersonDetails& details) {
  std::vector<std::string> names;
  for (const std::string_view name : kSingleNames) {
    if (!matching::ValueText(details, *matching::FieldOf(name)).empty()) {
      names.emplace_back(name);
    }
  }
  for (const model::Attribute& attribute : details.attributes) {
    names.push_back(Cat("attributes.", attribute.name));
  }
  for (const model::Identifier& identifier : details.identifiers) {
    std::string name = Cat("identifiers.", identifier.type);
    if (std::ranges::find(names, name) == names.end()) {
      names.push_back(std::move(name));
    }
  }
  if (!details.addresses.empty()) {
    names.emplace_back(kCurrentAddress);
  }
  return names;
}

template <typename Request>
absl::StatusOr<ValueWish> NamedValue(DecisionOperation operation, const Request& request,
                                     const registry::RegisterRules& rules) {
  ValueWish wish;
  wish.operation = operation;
  wish.attribute = request.attribute();
  wish.value = request.value();
  const std::optional<FieldRef> field = matching::StewardFieldOf(wish.attribute);
  if (!field.has_value() && !matching::IsAddressAttribute(wish.attribute)) {
    return rpc::InvalidField("attribute",
                             Cat(Quote(wish.attribute, 100), " is no attribute; known are ",
                                 Join(std::vector<std::string>(kSingleNames.begin(), kSingleNames.end()), ", "),
                                 ", current_address, addresses, identifiers.TYPE, attributes.NAME"));
  }
  if (field.has_value() && field->field == matching::Field::kIdentifier) {
    // The lineage, which tells of all types, has the type before the value.
    const std::string type = matching::LineageText(*field, "");
    if (wish.value.starts_with(type)) {
      wish.value.erase(0, type.size());
    }
  }
  if (wish.value.empty()) {
    return rpc::InvalidField("value", "is required: the value as the lineage has it");
  }
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(wish.value, kMaxValue, "value"));
  WENSUM_ASSIGN_OR_RETURN(wish.purposes, ToPurposes(request.purposes(), rules));
  return wish;
}

template <typename Request>
absl::StatusOr<ValueWish> GivenValues(DecisionOperation operation, const Request& request,
                                      const registry::RegisterRules& rules) {
  ValueWish wish;
  wish.operation = operation;
  if (!request.details().other_names().empty()) {
    return rpc::InvalidField("details.other_names", "cannot be given; the name that counts can, as name");
  }
  convert::Findings findings;
  wish.details = convert::FromDetails(request.details(), "details", findings);
  if (!findings.violations.empty()) {
    return rpc::InvalidFields(findings.violations);
  }
  model::Canonicalise(wish.details, {}, findings.issues);
  if (!findings.issues.empty()) {
    return rpc::InvalidField(findings.issues[0].field, findings.issues[0].message);
  }
  WENSUM_RETURN_IF_ERROR(CheckGivenAddress(wish.details));
  for (size_t i = 0; i < wish.details.identifiers.size(); ++i) {
    if (wish.details.identifiers[i].type.empty()) {
      return rpc::InvalidField(Cat("details.identifiers[", i, "].type"), "is required");
    }
  }
  if (AttributesOf(wish.details).empty()) {
    return rpc::InvalidField("details", "is required: the values given");
  }
  WENSUM_ASSIGN_OR_RETURN(wish.purposes, ToPurposes(request.purposes(), rules));
  return wish;
}

absl::StatusOr<std::vector<registry::DecodedSource>> ReadAll(const PersonSight& sight, const Records& records) {
  std::vector<registry::DecodedSource> sources;
  sources.reserve(records.size());
  for (const uint64_t record : records) {
    WENSUM_ASSIGN_OR_RETURN(registry::DecodedSource source, sight.ReadRecord(record));
    sources.push_back(std::move(source));
  }
  return sources;
}

bool Holds(const registry::DecodedSource& source, const std::string& attribute, const std::string& value) {
  const model::PersonDetails& details = source.record.details;
  const std::optional<FieldRef> field = matching::StewardFieldOf(attribute);
  if (!field.has_value()) {
    return std::ranges::any_of(details.addresses, [&value](const model::PersonAddress& address) {
      return matching::AddressText(address) == value;
    });
  }
  if (matching::IsList(*field)) {
    const std::vector<std::string> list = matching::ListValues(details, *field);
    return std::ranges::find(list, value) != list.end();
  }
  return matching::ValueText(details, *field) == value;
}

// As survivorship compares it: of an address the current one's text.
std::string ConsolidatedText(const matching::GoldenRecord& golden, const std::string& attribute) {
  if (const std::optional<FieldRef> field = matching::StewardFieldOf(attribute); field.has_value()) {
    return matching::ValueText(golden.details, *field);
  }
  return golden.current_address < 0
             ? std::string()
             : matching::AddressText(golden.details.addresses[static_cast<size_t>(golden.current_address)]);
}

// What each purpose sees of the attribute by rules, pins and ignored values alone.
void AddConsolidated(const std::vector<registry::DecodedSource>& sources, const Records& records,
                     const registry::PlanView& view, const registry::Register& reg, const std::string& attribute,
                     storage::v1::ValueDecision& out) {
  const std::shared_ptr<const registry::Survivorship> survivorship = reg.survivorship();
  std::vector<matching::Contributor> contributors;
  contributors.reserve(sources.size());
  for (const registry::DecodedSource& source : sources) {
    contributors.push_back({.record = &source.record, .resolved_addresses = source.state.resolved_addresses});
  }
  std::vector<matching::StewardValue> steward = view.values.Of(records);
  std::erase_if(steward, [](const matching::StewardValue& value) {
    return value.act == StewardAct::kOverride || value.act == StewardAct::kRecordOfTruth;
  });
  for (const matching::GoldenView& golden : matching::SurviveForPurposes(
           contributors, survivorship->rules, static_cast<int>(reg.rules().purposes.size()), steward)) {
    storage::v1::ValueDecision::Consolidated& added = *out.add_consolidated();
    added.set_purposes(golden.purposes);
    added.set_value(ConsolidatedText(golden.golden, attribute));
  }
}

// What is given, its address with what that means now.
absl::Status Give(const registry::Register& reg, const storage::Reader& reader, model::PersonDetails details,
                  storage::v1::ValueDecision& out) {
  for (model::PersonAddress& address : details.addresses) {
    WENSUM_ASSIGN_OR_RETURN(const matching::ResolvedAddress resolved, ResolveGivenAddress(reg, reader, address));
    storage::v1::ResolvedAddress& added = *out.add_resolved_addresses();
    added.set_uprn(resolved.uprn);
    added.set_outcome(resolved.outcome);
  }
  if (!AttributesOf(details).empty()) {
    registry::EncodeDetails(details, *out.mutable_details());
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ValueWish> ToWish(const v1::PinValueRequest& request, const registry::RegisterRules& rules) {
  return NamedValue(DecisionOperation::kPin, request, rules);
}

absl::StatusOr<ValueWish> ToWish(const v1::IgnoreValueRequest& request, const registry::RegisterRules& rules) {
  return NamedValue(DecisionOperation::kIgnore, request, rules);
}

absl::StatusOr<ValueWish> ToWish(const v1::OverrideValueRequest& request, const registry::RegisterRules& rules) {
  WENSUM_ASSIGN_OR_RETURN(ValueWish wish, GivenValues(DecisionOperation::kOverride, request, rules));
  const std::vector<std::string> attributes = AttributesOf(wish.details);
  if (attributes.size() > 1) {
    return rpc::InvalidField("details", Cat("gives ", Join(attributes, ", "),
                                            ": an override is of one value; SetRecordOfTruth gives several"));
  }
  wish.attribute = attributes[0];
  if (!v1::Lifetime_IsValid(request.lifetime())) {
    return rpc::InvalidField("lifetime", Cat("has no value ", static_cast<int>(request.lifetime())));
  }
  if (request.lifetime() != v1::LIFETIME_UNSPECIFIED) {
    wish.lifetime = static_cast<ValueLifetime>(request.lifetime());
  }
  if (request.has_until_time() != (wish.lifetime == ValueLifetime::kUntilTime)) {
    return rpc::InvalidField("until_time", "goes with LIFETIME_UNTIL_TIME, and with no other");
  }
  if (request.has_until_time()) {
    const absl::StatusOr<TimeMicros> until = convert::FromTimestamp(request.until_time());
    if (!until.ok()) {
      return rpc::InvalidField("until_time", std::string(Message(until.status())));
    }
    wish.until = *until;
  }
  return wish;
}

absl::StatusOr<ValueWish> ToWish(const v1::SetRecordOfTruthRequest& request, const registry::RegisterRules& rules) {
  return GivenValues(DecisionOperation::kRecordOfTruth, request, rules);
}

absl::StatusOr<registry::DecisionWrites> DecisionPlanner::Value(const ValueWish& wish) const {
  WENSUM_ASSIGN_OR_RETURN(const DecidedSubject subject, FindSubject(wish.subject));
  if (wish.until != 0 && wish.until <= view_.time) {
    return rpc::InvalidField("until_time", "is not in the future");
  }
  WENSUM_ASSIGN_OR_RETURN(const std::vector<registry::DecodedSource> sources, ReadAll(sight_, subject.records));
  const auto place = std::ranges::find(subject.records, subject.record) - subject.records.begin();
  if (wish.operation == DecisionOperation::kPin && std::ranges::none_of(sources, [&wish](const auto& source) {
        return Holds(source, wish.attribute, wish.value);
      })) {
    return rpc::InvalidField("value", "no source record of the person holds it; give it with OverrideValue");
  }
  if (wish.operation == DecisionOperation::kIgnore &&
      !Holds(sources[static_cast<size_t>(place)], wish.attribute, wish.value)) {
    return rpc::InvalidField("value", "the source record does not hold it");
  }
  registry::DecisionWrites writes;
  storage::v1::LinkDecision& decision = writes.add.emplace();
  decision.set_operation(static_cast<uint32_t>(wish.operation));
  decision.set_purpose(static_cast<uint32_t>(sight_.purpose_bit() + 1));
  storage::v1::DecisionSide& side = *decision.add_sides();
  side.set_person(subject.person);
  side.add_records(subject.record);
  storage::v1::ValueDecision& value = *decision.mutable_value();
  value.set_record(subject.record);
  value.set_attribute(wish.attribute);
  value.set_value(wish.value);
  value.set_purposes(wish.purposes);
  value.set_lifetime(static_cast<uint32_t>(wish.lifetime));
  value.set_until(wish.until);
  WENSUM_RETURN_IF_ERROR(Give(register_, view_.reader, wish.details, value));
  if (wish.lifetime == ValueLifetime::kUntilValueChanges) {
    AddConsolidated(sources, subject.records, view_, register_, wish.attribute, value);
  }
  if (wish.operation == DecisionOperation::kRecordOfTruth) {
    for (const matching::StewardValue& former : view_.values.Of(subject.records)) {
      if (former.act == StewardAct::kRecordOfTruth && writes.retract == 0) {
        writes.retract = former.decision;  // the newest
      }
    }
    decision.set_undoes(writes.retract);
  }
  return writes;
}

void ToDecidedValue(const storage::v1::LinkDecision& decision, const registry::RegisterRules& rules,
                    v1::DecidedValue& out) {
  const storage::v1::ValueDecision& from = decision.value();
  out.set_attribute(from.attribute());
  out.set_value(from.value());
  out.set_lifetime(static_cast<v1::Lifetime>(from.lifetime()));
  if (from.until() != 0) {
    convert::ToTimestamp(from.until(), *out.mutable_until_time());
  }
  for (size_t bit = 0; bit < rules.purposes.size(); ++bit) {
    if ((from.purposes() >> bit & 1) != 0) {
      out.add_purposes(rules.purposes[bit]);
    }
  }
  if (!from.has_details()) {
    return;
  }
  const model::PersonDetails details = registry::DecodeDetails(from.details());
  v1::PersonDetails& given = *out.mutable_details();
  if (!details.name.empty()) {
    v1::PersonName& name = *given.mutable_name();
    name.set_title(details.name.title);
    name.set_forenames(details.name.forenames);
    name.set_surname(details.name.surname);
    name.set_suffix(details.name.suffix);
    name.set_full(details.name.full);
  }
  if (!details.date_of_birth.empty()) {
    convert::ToDate(details.date_of_birth.ToNumber(), *given.mutable_date_of_birth());
  }
  if (!details.date_of_death.empty()) {
    convert::ToDate(details.date_of_death.ToNumber(), *given.mutable_date_of_death());
  }
  given.set_sex(static_cast<v1::Sex>(details.sex));
  given.set_ni_number(details.ni_number);
  given.set_organisation_name(details.organisation_name);
  given.mutable_phones()->Assign(details.phones.begin(), details.phones.end());
  given.mutable_emails()->Assign(details.emails.begin(), details.emails.end());
  for (int i = 0; i < static_cast<int>(details.addresses.size()); ++i) {
    matching::ResolvedAddress resolved;
    if (i < from.resolved_addresses_size()) {
      resolved = {.uprn = from.resolved_addresses(i).uprn(),
                  .outcome = static_cast<uint8_t>(from.resolved_addresses(i).outcome())};
    }
    ToGivenAddress(details.addresses[static_cast<size_t>(i)], resolved, *given.add_addresses());
  }
  for (const model::Identifier& identifier : details.identifiers) {
    v1::Identifier& added = *given.add_identifiers();
    added.set_type(identifier.type);
    added.set_value(identifier.value);
  }
  for (const model::Attribute& attribute : details.attributes) {
    v1::Attribute& added = *given.add_attributes();
    added.set_name(attribute.name);
    added.set_value(attribute.value);
  }
}

}  // namespace wensum::decisions
