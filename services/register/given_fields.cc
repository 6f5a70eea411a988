#include "services/register/given_fields.h"

#include <algorithm>
#include <set>

#include "base/strings.h"

namespace wensum::registry {
namespace {

constexpr std::array<std::string_view, 9> kFixedFields = {"person_name", "date_of_birth", "date_of_death",
                                                          "sex",         "ni_number",     "organisation_name",
                                                          "phones",      "emails",        "current_address"};

std::array<bool, kFixedFields.size()> FixedOf(const model::PersonDetails& details) {
  const bool lives = std::ranges::any_of(details.addresses, [](const model::PersonAddress& address) {
    return address.role == model::AddressRole::kResidence && address.to_date.empty();
  });
  return {!details.name.empty(),
          !details.date_of_birth.empty(),
          !details.date_of_death.empty(),
          details.sex != model::Sex::kUnknown,
          !details.ni_number.empty(),
          !details.organisation_name.empty(),
          !details.phones.empty(),
          !details.emails.empty(),
          lives};
}

}  // namespace

void GivenFields::Count(const model::SourceRecord& record, int64_t by) {
  if (record.kind == model::RecordKind::kProperty) {
    return;
  }
  static_assert(kFixed == kFixedFields.size());
  Counts& counts = by_source_[record.key.source];
  const auto fixed = FixedOf(record.details);
  for (size_t i = 0; i < kFixed; ++i) {
    counts.fixed[i] += fixed[i] ? by : 0;
  }
  for (const model::Attribute& attribute : record.details.attributes) {
    counts.named[Cat("attributes.", attribute.name)] += by;
  }
  std::set<std::string_view> types;
  for (const model::Identifier& identifier : record.details.identifiers) {
    if (types.insert(identifier.type).second) {
      counts.named[Cat("identifiers.", identifier.type)] += by;
    }
  }
}

void GivenFields::Add(const GivenFields& other) {
  for (const auto& [source, added] : other.by_source_) {
    Counts& counts = by_source_[source];
    for (size_t i = 0; i < kFixed; ++i) {
      counts.fixed[i] += added.fixed[i];
    }
    for (const auto& [field, count] : added.named) {
      const auto found = counts.named.try_emplace(field, 0).first;
      found->second += count;
      if (found->second == 0) {
        counts.named.erase(found);
      }
    }
  }
}

bool GivenFields::Gives(std::string_view source, std::string_view field) const {
  const auto found = by_source_.find(source);
  if (found == by_source_.end()) {
    return false;
  }
  if (const auto* const fixed = std::ranges::find(kFixedFields, field); fixed != kFixedFields.end()) {
    return found->second.fixed[static_cast<size_t>(fixed - kFixedFields.begin())] > 0;
  }
  const auto named = found->second.named.find(field);
  return named != found->second.named.end() && named->second > 0;
}

}  // namespace wensum::registry
