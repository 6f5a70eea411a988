#include "sample/rates.h"

#include <yaml-cpp/yaml.h>

#include <cmath>
#include <string>

#include "base/status_macros.h"
#include "base/strings.h"
#include "sample/embedded.h"

namespace wensum::sample {
namespace {

struct RateKey {
  std::string_view section;
  std::string_view key;
  double* (*field)(Rates&);
};

constexpr RateKey kKeys[] = {
    {"household", "single", [](Rates& r) { return &r.household.single; }},
    {"household", "couple", [](Rates& r) { return &r.household.couple; }},
    {"household", "couple_with_children", [](Rates& r) { return &r.household.couple_with_children; }},
    {"household", "couple_with_grown_children", [](Rates& r) { return &r.household.couple_with_grown_children; }},
    {"household", "lone_parent", [](Rates& r) { return &r.household.lone_parent; }},
    {"household", "house_share", [](Rates& r) { return &r.household.house_share; }},
    {"household", "lodger", [](Rates& r) { return &r.household.lodger; }},
    {"household", "twins", [](Rates& r) { return &r.household.twins; }},
    {"household", "same_name_child", [](Rates& r) { return &r.household.same_name_child; }},
    {"household", "shared_surname", [](Rates& r) { return &r.household.shared_surname; }},
    {"household", "same_sex", [](Rates& r) { return &r.household.same_sex; }},
    {"household", "surname_changed_per_year", [](Rates& r) { return &r.household.surname_changed_per_year; }},
    {"household", "moved_per_year", [](Rates& r) { return &r.household.moved_per_year; }},
    {"household", "moved_from_outside", [](Rates& r) { return &r.household.moved_from_outside; }},
    {"household", "left_home", [](Rates& r) { return &r.household.left_home; }},
    {"household", "namesake", [](Rates& r) { return &r.household.namesake; }},
    {"household", "death_per_year", [](Rates& r) { return &r.household.death_per_year; }},
    {"household", "second_forename", [](Rates& r) { return &r.household.second_forename; }},
    {"household", "second_second_forename", [](Rates& r) { return &r.household.second_second_forename; }},
    {"names", "british", [](Rates& r) { return &r.names.british; }},
    {"names", "muslim", [](Rates& r) { return &r.names.muslim; }},
    {"names", "indian", [](Rates& r) { return &r.names.indian; }},
    {"names", "african", [](Rates& r) { return &r.names.african; }},
    {"names", "east_european", [](Rates& r) { return &r.names.east_european; }},
    {"names", "east_asian", [](Rates& r) { return &r.names.east_asian; }},
    {"names", "european", [](Rates& r) { return &r.names.european; }},
    {"names", "rare_surname", [](Rates& r) { return &r.names.rare_surname; }},
    {"names", "double_barrelled", [](Rates& r) { return &r.names.double_barrelled; }},
    {"property", "house", [](Rates& r) { return &r.property.house; }},
    {"property", "named_house", [](Rates& r) { return &r.property.named_house; }},
    {"property", "block", [](Rates& r) { return &r.property.block; }},
    {"property", "converted", [](Rates& r) { return &r.property.converted; }},
    {"property", "hmo", [](Rates& r) { return &r.property.hmo; }},
    {"property", "commercial", [](Rates& r) { return &r.property.commercial; }},
    {"property", "mixed", [](Rates& r) { return &r.property.mixed; }},
    {"property", "land", [](Rates& r) { return &r.property.land; }},
    {"property", "infill", [](Rates& r) { return &r.property.infill; }},
    {"property", "skip_thirteen", [](Rates& r) { return &r.property.skip_thirteen; }},
    {"property", "historical", [](Rates& r) { return &r.property.historical; }},
    {"property", "provisional", [](Rates& r) { return &r.property.provisional; }},
    {"property", "alternative", [](Rates& r) { return &r.property.alternative; }},
    {"property", "former_plot", [](Rates& r) { return &r.property.former_plot; }},
    {"property", "same_street_name", [](Rates& r) { return &r.property.same_street_name; }},
    {"membership", "council_tax", [](Rates& r) { return &r.membership.council_tax; }},
    {"membership", "council_tax_landlord", [](Rates& r) { return &r.membership.council_tax_landlord; }},
    {"membership", "housing_benefit", [](Rates& r) { return &r.membership.housing_benefit; }},
    {"membership", "housing", [](Rates& r) { return &r.membership.housing; }},
    {"membership", "electoral_register", [](Rates& r) { return &r.membership.electoral_register; }},
    {"membership", "contact_centre", [](Rates& r) { return &r.membership.contact_centre; }},
    {"membership", "contact_centre_again", [](Rates& r) { return &r.membership.contact_centre_again; }},
    {"membership", "parking_permits", [](Rates& r) { return &r.membership.parking_permits; }},
    {"membership", "payments", [](Rates& r) { return &r.membership.payments; }},
    {"membership", "payments_again", [](Rates& r) { return &r.membership.payments_again; }},
    {"membership", "citizen_account", [](Rates& r) { return &r.membership.citizen_account; }},
    {"membership", "leisure_cards", [](Rates& r) { return &r.membership.leisure_cards; }},
    {"membership", "joint_tenancy", [](Rates& r) { return &r.membership.joint_tenancy; }},
    {"membership", "source_uprn", [](Rates& r) { return &r.membership.source_uprn; }},
    {"membership", "phone_given", [](Rates& r) { return &r.membership.phone_given; }},
    {"membership", "email_given", [](Rates& r) { return &r.membership.email_given; }},
    {"missing_birth_date", "council_tax", [](Rates& r) { return &r.missing_birth_date.council_tax; }},
    {"missing_birth_date", "housing", [](Rates& r) { return &r.missing_birth_date.housing; }},
    {"missing_birth_date", "housing_benefit", [](Rates& r) { return &r.missing_birth_date.housing_benefit; }},
    {"missing_birth_date", "electoral_register", [](Rates& r) { return &r.missing_birth_date.electoral_register; }},
    {"missing_birth_date", "contact_centre", [](Rates& r) { return &r.missing_birth_date.contact_centre; }},
    {"missing_birth_date", "citizen_account", [](Rates& r) { return &r.missing_birth_date.citizen_account; }},
    {"missing_birth_date", "leisure_cards", [](Rates& r) { return &r.missing_birth_date.leisure_cards; }},
    {"noise", "name_typo", [](Rates& r) { return &r.noise.name_typo; }},
    {"noise", "nickname", [](Rates& r) { return &r.noise.nickname; }},
    {"noise", "initial_only", [](Rates& r) { return &r.noise.initial_only; }},
    {"noise", "names_swapped", [](Rates& r) { return &r.noise.names_swapped; }},
    {"noise", "former_surname", [](Rates& r) { return &r.noise.former_surname; }},
    {"noise", "quoted_nickname", [](Rates& r) { return &r.noise.quoted_nickname; }},
    {"noise", "joint_name", [](Rates& r) { return &r.noise.joint_name; }},
    {"noise", "date_error", [](Rates& r) { return &r.noise.date_error; }},
    {"noise", "dummy_date", [](Rates& r) { return &r.noise.dummy_date; }},
    {"noise", "stale_address", [](Rates& r) { return &r.noise.stale_address; }},
    {"noise", "messy_address", [](Rates& r) { return &r.noise.messy_address; }},
    {"noise", "shared_contact", [](Rates& r) { return &r.noise.shared_contact; }},
};

std::string Where(const YAML::Node& node, std::string_view origin) {
  return Cat(origin, " line ", node.Mark().line + 1, ": ");
}

const RateKey* FindKey(std::string_view section, std::string_view key) {
  for (const RateKey& known : kKeys) {
    if (known.section == section && known.key == key) {
      return &known;
    }
  }
  return nullptr;
}

absl::Status ReadValue(const YAML::Node& node, std::string_view section, std::string_view key, std::string_view origin,
                       Rates& rates) {
  const RateKey* known = FindKey(section, key);
  if (known == nullptr) {
    return InvalidArgument(Cat(Where(node, origin), "unknown rate ", Quote(Cat(section, ".", key))));
  }
  const std::optional<double> value = node.IsScalar() ? ParseDouble(node.Scalar()) : std::nullopt;
  if (!value || !(*value >= 0.0 && *value <= 1.0)) {
    return InvalidArgument(Cat(Where(node, origin), section, ".", key, " must be a number from 0 to 1"));
  }
  *known->field(rates) = *value;
  return absl::OkStatus();
}

// Overlays `rates` with a file; `count` becomes the number of values read.
absl::Status Overlay(std::string_view text, std::string_view origin, Rates& rates, size_t& count) try {
  const YAML::Node root = YAML::Load(std::string(text));
  if (root.IsNull()) {
    return absl::OkStatus();
  }
  if (!root.IsMap()) {
    return InvalidArgument(Cat(origin, ": must be a map of sections, such as \"noise:\""));
  }
  for (const auto& section : root) {
    if (!section.second.IsMap()) {
      return InvalidArgument(
          Cat(Where(section.first, origin), "section ", Quote(section.first.Scalar()), " must be a map of rates"));
    }
    for (const auto& rate : section.second) {
      WENSUM_RETURN_IF_ERROR(ReadValue(rate.second, section.first.Scalar(), rate.first.Scalar(), origin, rates));
      ++count;
    }
  }
  return absl::OkStatus();
} catch (const YAML::Exception& error) {
  return InvalidArgument(Cat(origin, ": ", error.what()));
}

absl::Status CheckSum(double sum, std::string_view what) {
  if (std::abs(sum - 1.0) > 0.001) {
    return InvalidArgument(Cat("the shares of ", what, " must add up to 1, not ", sum));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Rates> ReadRates(std::string_view override_yaml) {
  Rates rates;
  size_t count = 0;
  WENSUM_RETURN_IF_ERROR(Overlay(RatesYaml(), "built-in rates", rates, count));
  if (count != std::size(kKeys)) {
    return Internal(Cat("the built-in rates name ", count, " values instead of ", std::size(kKeys)));
  }
  WENSUM_RETURN_IF_ERROR(Overlay(override_yaml, "rates file", rates, count));
  const HouseholdRates& h = rates.household;
  WENSUM_RETURN_IF_ERROR(CheckSum(
      h.single + h.couple + h.couple_with_children + h.couple_with_grown_children + h.lone_parent + h.house_share,
      "household types"));
  const NameRates& n = rates.names;
  WENSUM_RETURN_IF_ERROR(CheckSum(
      n.british + n.muslim + n.indian + n.african + n.east_european + n.east_asian + n.european, "name groups"));
  const PropertyRates& p = rates.property;
  WENSUM_RETURN_IF_ERROR(
      CheckSum(p.house + p.named_house + p.block + p.converted + p.hmo + p.commercial + p.mixed + p.land, "plots"));
  return rates;
}

}  // namespace wensum::sample
