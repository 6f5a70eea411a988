// What the columns of files of people mean: mapping and declarations, nothing that tunes the method.
//
//   id: unique_id                    # the column that names a record
//   attributes:
//     - {name: given name, type: given_name, column: first_name}
//     - {name: street, type: text, columns: [number, street], address: house}
//     - {name: phone, type: phone, any_of: [mobile, landline]}
//     - {name: NI number, type: code, column: nino, unique: true}
//   once_per: [year]                 # optional: no person stands twice among the records that agree in these columns
//
// Types: given_name, surname, other_names, date, postcode, text, code, phone, email, category, reference. `columns` are
// joined by a space; each column of `any_of` holds an alternative of its own. `address` says that household members
// share the value: `house` if it tells houses apart, else `area`. `unique` says that a person has but one.
#ifndef WENSUM_SERVICES_DEDUPE_PEOPLE_CONFIG_H_
#define WENSUM_SERVICES_DEDUPE_PEOPLE_CONFIG_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "matching/schema/schema.h"

namespace wensum::dedupe {

struct PeopleConfig {
  std::string id;
  matching::Schema schema;
  std::vector<std::vector<std::string>> columns;  // by attribute
  std::vector<bool> any_of;                       // by attribute: the columns are alternatives
  std::vector<std::string> once_per;
};

// INVALID_ARGUMENT with one line per error, each "line L, column C: ...". Never throws.
absl::StatusOr<PeopleConfig> ParsePeopleConfig(std::string_view yaml);
// As ParsePeopleConfig, of a file; errors start with the path.
absl::StatusOr<PeopleConfig> LoadPeopleConfig(const std::string& path);

}  // namespace wensum::dedupe

#endif  // WENSUM_SERVICES_DEDUPE_PEOPLE_CONFIG_H_
