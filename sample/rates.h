// The rates of the synthetic city; rates.yaml documents each.
#ifndef WENSUM_SAMPLE_RATES_H_
#define WENSUM_SAMPLE_RATES_H_

#include <string_view>

#include "absl/status/statusor.h"

namespace wensum::sample {

struct HouseholdRates {
  double single, couple, couple_with_children, couple_with_grown_children, lone_parent, house_share, lodger, twins,
      same_name_child, shared_surname, same_sex, surname_changed_per_year, moved_per_year, moved_from_outside,
      left_home, namesake, death_per_year, second_forename, second_second_forename;
};
struct NameRates {
  double british, muslim, indian, african, east_european, east_asian, european, rare_surname, double_barrelled;
};
struct PropertyRates {
  double house, named_house, block, converted, hmo, commercial, mixed, land, infill, skip_thirteen, historical,
      provisional, alternative, former_plot, same_street_name;
};
struct MembershipRates {
  double council_tax, council_tax_landlord, housing_benefit, housing, electoral_register, contact_centre,
      contact_centre_again, parking_permits, payments, payments_again, citizen_account, leisure_cards, joint_tenancy,
      source_uprn, phone_given, email_given;
};
struct MissingBirthDateRates {
  double council_tax, housing, housing_benefit, electoral_register, contact_centre, citizen_account, leisure_cards;
};
struct NoiseRates {
  double name_typo, nickname, initial_only, names_swapped, former_surname, quoted_nickname, joint_name, date_error,
      dummy_date, stale_address, messy_address, shared_contact;
};
struct Rates {
  HouseholdRates household{};
  NameRates names{};
  PropertyRates property{};
  MembershipRates membership{};
  MissingBirthDateRates missing_birth_date{};
  NoiseRates noise{};
};

// The rates of the compiled-in rates.yaml, overlaid by `override_yaml` (may be empty), which has the same shape and may
// leave anything out. INVALID_ARGUMENT names the line of an unknown key, a value that is no number, one outside 0 to 1,
// and shares that do not add up to 1.
absl::StatusOr<Rates> ReadRates(std::string_view override_yaml);

}  // namespace wensum::sample

#endif  // WENSUM_SAMPLE_RATES_H_
