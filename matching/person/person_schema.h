// How the register's records of people are compared: the built-in schema, and a record's values for it.
#ifndef WENSUM_MATCHING_PERSON_PERSON_SCHEMA_H_
#define WENSUM_MATCHING_PERSON_PERSON_SCHEMA_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "matching/schema/schema.h"
#include "model/person.h"

namespace wensum::matching {

// Places in PersonSchema() and in what PersonValues returns. Part of stored models: a change needs a new model.
namespace person_attribute {
inline constexpr size_t kGivenName = 0;
inline constexpr size_t kSurname = 1;
inline constexpr size_t kOtherNames = 2;  // further forenames and former surnames
inline constexpr size_t kSuffix = 3;      // unique
inline constexpr size_t kBorn = 4;
inline constexpr size_t kSex = 5;
inline constexpr size_t kNiNumber = 6;   // unique; without the suffix letter
inline constexpr size_t kNhsNumber = 7;  // unique
inline constexpr size_t kPhone = 8;      // all known
inline constexpr size_t kEmail = 9;      // all known
inline constexpr size_t kAccount = 10;   // numbers of accounts, tenancies, claims, permits, vehicles
inline constexpr size_t kUprn = 11;      // of every address that tells where the person lives or lived; house
inline constexpr size_t kPostcode = 12;  // the same; area
inline constexpr size_t kAddress = 13;   // the texts of those without UPRN; house
inline constexpr size_t kCount = 14;
}  // namespace person_attribute

// The attributes in the order above.
[[nodiscard]] const Schema& PersonSchema();

// The record's values for PersonSchema(), in the form that ValueSetText gives. `uprns` has an entry for each of
// `details.addresses`: the UPRN that it was matched to, or 0; it may be empty. Addresses that the person lets or trades
// at don't count: they don't tell where the person lives. Of many alternatives the latest addresses and the first
// phones are kept. All values are empty for organisations and for names that name no person: such a record has no
// candidate and matches nobody. Pure; any thread; some ten microseconds.
[[nodiscard]] std::vector<std::string> PersonValues(const model::PersonDetails& details, model::RecordKind kind,
                                                    std::span<const uint64_t> uprns);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_PERSON_PERSON_SCHEMA_H_
