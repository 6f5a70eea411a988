// Search: what a query says of a person, and how well a record fits it.
#ifndef WENSUM_MATCHING_STANDARDISE_H_
#define WENSUM_MATCHING_STANDARDISE_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/person.h"

namespace wensum::matching {

// What a query or a record says that a search can ask for. Texts are folded (matching/text/fold.h). Organisations have
// their name as surname.
struct PersonFeatures {
  std::string forenames;  // tokens separated by spaces, in order
  std::string surname;    // tokens separated by spaces
  std::vector<std::string> other_surnames;
  std::string suffix;         // JR, SNR ... folded; empty mostly
  int32_t date_of_birth = 0;  // packed year * 10000 + month * 100 + day; parts may be 0; dummies are 0
  uint8_t sex = 0;
  bool organisation = false;
  std::string ni_number;
  std::vector<std::string> phones;  // E.164
  std::vector<std::string> emails;
  std::vector<uint64_t> identifiers;  // stable hashes of (type, value)
  struct Address {
    uint64_t uprn = 0;     // 0 if not matched
    std::string postcode;  // without space, at most 8 bytes
    friend bool operator==(const Address&, const Address&) = default;
  };
  std::vector<Address> addresses;  // without those of roles landlord_of and business

  friend bool operator==(const PersonFeatures&, const PersonFeatures&) = default;
};

// `uprns` holds one entry per details.addresses: the UPRN it was matched to, or 0. Pure, any thread, some microseconds.
PersonFeatures Standardise(const model::PersonDetails& details, model::RecordKind kind,
                           std::span<const uint64_t> uprns);

// Features of a free-text query: "jon smyth 17/05/1980 nr2 1ab" in any order.
PersonFeatures StandardiseQuery(std::string_view text);

// What the query says as values of PersonSchema(), for LiveMatcher::SearchCandidates.
std::vector<std::string> QueryValues(const PersonFeatures& query);

// 0 to 1: how well `candidate` fits what the query says; fields that the query leaves empty do not count. Symmetric
// name order.
double SearchScore(const PersonFeatures& query, const PersonFeatures& candidate);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_STANDARDISE_H_
