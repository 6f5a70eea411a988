#include "services/convert/sight.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "base/strings.h"

namespace wensum::convert {
namespace {

namespace attribute = matching::person_attribute;

// The fields, as rules name them, that an attribute is made of. Names are compared with one another in every role.
std::span<const std::string_view> FieldsOf(size_t place) {
  static constexpr std::array<std::string_view, 2> kNames = {"person_name", "other_names"};
  static constexpr std::array<std::string_view, 2> kAddresses = {"addresses", "current_address"};
  static constexpr std::array<std::string_view, 6> kSingle = {"date_of_birth", "sex",    "ni_number",
                                                              "phones",        "emails", "identifiers"};
  switch (place) {
    case attribute::kGivenName:
    case attribute::kSurname:
    case attribute::kOtherNames:
    case attribute::kSuffix:
      return kNames;
    case attribute::kBorn:
      return std::span(kSingle).subspan(0, 1);
    case attribute::kSex:
      return std::span(kSingle).subspan(1, 1);
    case attribute::kNiNumber:
      return std::span(kSingle).subspan(2, 1);
    case attribute::kPhone:
      return std::span(kSingle).subspan(3, 1);
    case attribute::kEmail:
      return std::span(kSingle).subspan(4, 1);
    case attribute::kNhsNumber:
    case attribute::kAccount:
      return std::span(kSingle).subspan(5, 1);
    default:
      return kAddresses;
  }
}

}  // namespace

Sight::Sight(model::PurposeMask purposes, const std::vector<std::pair<std::string, model::PurposeMask>>& field_purposes,
             int purpose_bit) {
  const model::PurposeMask bit = model::PurposeMask{1} << purpose_bit;
  const bool by_default = (purposes & bit) != 0;
  record_ = by_default || std::ranges::any_of(field_purposes, [bit](const auto& f) { return (f.second & bit) != 0; });
  const auto may_see = [&](std::string_view field) {
    bool named = false;
    for (const auto& [name, mask] : field_purposes) {
      const bool part = name.starts_with(Cat(field, "."));  // "identifiers.nhs_number"
      if ((name == field || part) && (mask & bit) == 0) {
        return false;
      }
      named |= name == field;
    }
    return named || by_default;
  };
  for (size_t place = 0; place < attribute::kCount; ++place) {
    attributes_[place] = std::ranges::all_of(FieldsOf(place), may_see);
  }
}

bool SeesEverything(const registry::RegisterRules& rules, int purpose_bit) {
  return std::ranges::all_of(rules.sources, [purpose_bit](const registry::SourceRules& source) {
    return Sight(source.purposes, source.field_purposes, purpose_bit).everything();
  });
}

bool KnowsAllSources(const registry::RegisterRules& rules, const std::map<std::string, uint64_t>& live_by_source) {
  return std::ranges::all_of(live_by_source, [&rules](const auto& counted) {
    return counted.second == 0 ||
           std::ranges::find(rules.sources, counted.first, &registry::SourceRules::name) != rules.sources.end();
  });
}

}  // namespace wensum::convert
