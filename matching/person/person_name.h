// Who a record's name fields name: people's names as officers type them, into the parts that are compared.
#ifndef WENSUM_MATCHING_PERSON_PERSON_NAME_H_
#define WENSUM_MATCHING_PERSON_PERSON_NAME_H_

#include <span>
#include <string>

#include "model/person.h"

namespace wensum::matching {

// Folded tokens (text/fold.h) separated by single spaces.
struct NameParts {
  std::string given;    // the first forename, or its initial
  std::string surname;  // all of it
  std::string others;   // further forenames, then what other names there are: former surnames, aliases
  std::string suffix;   // "JR", "SR", "II", "III", "IV" or empty

  [[nodiscard]] bool empty() const { return given.empty() && surname.empty(); }
  friend bool operator==(const NameParts&, const NameParts&) = default;
};

// The person that `name` is about. Titles and letters after the name are left out; of two joint holders ("MR J & MRS P
// SMITH", "MR & MRS J SMITH", "J & K SMITH") the first is taken; "EXECUTORS OF", "THE ESTATE OF", "THE LATE",
// "(DECEASED)" are read as the person whose affairs they are; what follows "T/A", "C/O" or "RE:" is left out. Empty for
// texts that name no person: "THE OCCUPIER", "VOID", "UNKNOWN", numbers, and companies by their legal form ("LTD",
// "PLC", "LLP", "COUNCIL", "HOUSING ASSOCIATION"). `other_names` add to `others`. A few microseconds; any text is fine:
// of each the first 1,000 bytes count.
[[nodiscard]] NameParts ReadPersonName(const model::PersonName& name, std::span<const model::PersonName> other_names);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_PERSON_PERSON_NAME_H_
