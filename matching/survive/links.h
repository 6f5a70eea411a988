// What each record of an entity says, compared with the golden record that it gave to: what its system could mend.
#ifndef WENSUM_MATCHING_SURVIVE_LINKS_H_
#define WENSUM_MATCHING_SURVIVE_LINKS_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "matching/survive/survivorship.h"

namespace wensum::matching {

// Values equal those of wensum.v1.LinkStatus.
enum class LinkStatus : uint8_t {
  kAgrees = 1,
  kStale = 2,    // another value, of a record that is older than the winner's
  kDiffers = 3,  // another value, of a record that is not older; or nobody won; or a steward gave the winner
  kMissing = 4,  // none, where the golden record has one, of a field that the record's source gives
};

// Whether a source gives a field, as ValueLink has it: some record of it has a value.
using GivesField = std::function<bool(std::string_view source, std::string_view field)>;

// One value of one record.
struct ValueLink {
  uint32_t contributor = 0;  // index into the input
  // As in the API: "person_name", "phones", "current_address", "identifiers.nhs_number", "attributes.band". A residence
  // without an end is compared as the "current_address", unless the record names the golden one or a newer one too; it
  // is one of "addresses" then, as all others are.
  std::string field;
  std::string value;
  LinkStatus status = LinkStatus::kAgrees;
  // Unless kAgrees: what stands in its place, "" if nothing does, and whose it is; nullopt if no record's.
  std::string golden_value;
  std::optional<uint32_t> golden_contributor;
  friend bool operator==(const ValueLink&, const ValueLink&) = default;
};

// Every value that purpose bit `purpose` may see of the records that gave to `golden`, by record in the input's order,
// then in the order of the API's fields. `golden` is what survived of these very contributors; those that are not among
// its own may have a null record. What a record has no value of is not told, but with `gives`: then it is kMissing,
// with an empty value, if the golden record has one; of a list its first. Names, dates and so on are told so, lists and
// identifiers of a type that are wholly empty, the current address, and attributes.
//
// Values are compared as people would: without case, accents and punctuation; a name without its title, suffix or
// further forenames, and a date without day or month, agree with one that has them. Places are those of their UPRNs, if
// both have one. Older goes by source_time, of residences by ResidentSince.
//
// Of a list each value is compared with the golden record's first one of its kind: a mobile number (+447...), any other
// number, an email. It is stale if that comes from a newer record and its own record does not know it. A value beside
// it agrees if the golden record has it. Other names agree: all of them are kept. So do identifiers and addresses that
// are not the current one, unless a steward ignores them, or gave other identifiers of the type: these differ. Linear
// but for lists, which are short.
std::vector<ValueLink> CompareWithGolden(std::span<const Contributor> contributors, const GoldenRecord& golden,
                                         int purpose, const GivesField& gives = nullptr);

// "mobile", "phone" or "email": what competes with what in a list.
std::string_view KindInList(std::string_view value);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_SURVIVE_LINKS_H_
