// Values for random decisions about values.
#ifndef WENSUM_TESTS_SERVICES_DECISIONS_RANDOM_VALUES_H_
#define WENSUM_TESTS_SERVICES_DECISIONS_RANDOM_VALUES_H_

#include <string>
#include <vector>

#include "base/random.h"
#include "base/strings.h"
#include "matching/survive/fields.h"
#include "matching/survive/golden_addresses.h"
#include "model/person.h"

namespace wensum::decisions {

// The values of an attribute that a record holds, as decisions name them: of an identifier without its type.
inline std::vector<std::string> HeldValues(const model::PersonDetails& details, const std::string& attribute) {
  std::vector<std::string> values;
  const auto field = matching::StewardFieldOf(attribute);
  if (!field.has_value()) {
    for (const model::PersonAddress& address : details.addresses) {
      values.push_back(matching::AddressText(address));
    }
    return values;
  }
  values = matching::IsList(*field) ? matching::ListValues(details, *field)
                                    : std::vector{matching::ValueText(details, *field)};
  std::erase(values, "");
  return values;
}

// What a steward gives for an attribute. Addresses are of the houses of RandomRegisterInput, and others.
inline model::PersonDetails RandomGiven(Random& random, const std::string& attribute) {
  model::PersonDetails given;
  if (attribute == "phones") {
    given.phones = {"+447700900001"};
  } else if (attribute == "name") {
    given.name = {"", "Given", random.Chance(0.5) ? "Name" : "Other", "", ""};
  } else if (attribute == "date_of_birth") {
    given.date_of_birth = {1970, 1, static_cast<int8_t>(1 + random.Below(3))};
  } else if (attribute.starts_with("identifiers.")) {
    given.identifiers = {{attribute.substr(12), random.Chance(0.5) ? "2" : "9"}};
  } else {
    // In the random gazetteer for as long as that has it; a UPRN that it has not is refused.
    model::PersonAddress& address = given.addresses.emplace_back();
    address.text = random.Chance(0.3) ? "The Old Forge, Mill Lane" : Cat(1 + random.Below(3), " Elm Hill, Norwich");
    if (random.Chance(0.3)) {
      address.source_uprn = *model::Uprn::Create(100'090'000'001 + random.Below(6));
    }
  }
  return given;
}

}  // namespace wensum::decisions

#endif  // WENSUM_TESTS_SERVICES_DECISIONS_RANDOM_VALUES_H_
