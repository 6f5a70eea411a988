// The keys under which a record is found again: records that share a candidate key are compared.
#ifndef WENSUM_MATCHING_RETRIEVE_CANDIDATE_KEYS_H_
#define WENSUM_MATCHING_RETRIEVE_CANDIDATE_KEYS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "matching/standardise.h"

namespace wensum::matching {

// No record has more candidate keys. If it would, the most telling kinds are kept: they are added in the order below.
inline constexpr size_t kMaxCandidateKeys = 24;

// Replaces `keys` by the candidate keys of a record: stable 64-bit hashes, ascending, unique. In order of preference:
// NI number; identifiers; email and phone, each with the forename's initial; date of birth (day and month in either
// order) with the surname's sound and with the forename; UPRN with the forename and with the surname's sound; both
// names in either order as spelt; postcode with the forename and with the surname's sound; both names by sound with
// the postcode district and with the year of birth; folded address text with both names' sounds. "Forename" is its
// nickname groups or, without any, its sound. Organisations have no keys.
void CandidateKeys(const PersonFeatures& features, std::vector<uint64_t>* keys);

// Replaces `keys` by the keys that a search by part of a record's details goes through: the sound of every name token,
// the two sounds together, initial and surname's sound, the date of birth, the year with the surname's sound, the
// postcode, the NI number, phones and emails. Never equal to candidate keys (another seed), so they can't make pairs.
void SearchKeys(const PersonFeatures& features, std::vector<uint64_t>* keys);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_RETRIEVE_CANDIDATE_KEYS_H_
