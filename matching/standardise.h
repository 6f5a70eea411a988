// From a source record's details to the compact features that candidate keys and scores are made of.
#ifndef WENSUM_MATCHING_STANDARDISE_H_
#define WENSUM_MATCHING_STANDARDISE_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/person.h"

namespace wensum::matching {

// Standardised values of one record. Texts are folded (matching/text/fold.h). Organisations have features too, but
// never match.
struct PersonFeatures {
  std::string forenames;  // tokens separated by spaces, in order
  std::string surname;    // tokens separated by spaces
  std::vector<std::string> other_surnames;
  std::string suffix;         // JR, SNR ... folded; empty mostly
  int32_t date_of_birth = 0;  // packed year * 10000 + month * 100 + day; parts may be 0; dummies are 0
  uint8_t sex = 0;
  bool organisation = false;
  std::string ni_number;
  std::vector<uint64_t> phones;       // stable hashes
  std::vector<uint64_t> emails;       // stable hashes
  std::vector<uint64_t> identifiers;  // stable hashes of (type, value)
  struct Address {
    uint64_t uprn = 0;       // 0 if not matched
    uint64_t text_hash = 0;  // of the folded text
    std::string postcode;    // without space, at most 8 bytes
    friend bool operator==(const Address&, const Address&) = default;
  };
  std::vector<Address> addresses;  // without those of roles landlord_of and business
  // A stable number of the record's source, if that source holds nobody twice (an electoral register); 0, as
  // Standardise leaves it, if it may. Two records of one such source are two people unless dates or NI numbers say
  // otherwise.
  uint32_t unique_source = 0;
  // Orders records by content for tie-breaks that must not depend on arrival: hash of all the above and of the source
  // key.
  uint64_t content_rank = 0;
  // Source key as text, the last tie-break.
  std::string tie_break;

  friend bool operator==(const PersonFeatures&, const PersonFeatures&) = default;
};

// `uprns` holds one entry per details.addresses: the UPRN it was matched to, or 0. `tie_break` names the record
// uniquely. Pure, any thread, some microseconds.
PersonFeatures Standardise(const model::PersonDetails& details, model::RecordKind kind, std::span<const uint64_t> uprns,
                           std::string_view tie_break);

// Features of a free-text query: "jon smyth 17/05/1980 nr2 1ab" in any order.
PersonFeatures StandardiseQuery(std::string_view text);

// 0 to 1: how well `candidate` fits what the query says; fields that the query leaves empty do not count. Symmetric
// name order.
double SearchScore(const PersonFeatures& query, const PersonFeatures& candidate);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_STANDARDISE_H_
