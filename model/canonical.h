// The one canonical form of what a source says of a person: equal statements get equal values, equal bytes, equal
// hashes.
#ifndef WENSUM_MODEL_CANONICAL_H_
#define WENSUM_MODEL_CANONICAL_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "model/partial_date.h"
#include "model/person.h"
#include "model/source_record.h"

namespace wensum::model {

// Longest texts kept, in bytes of UTF-8. Longer ones are cut between characters.
inline constexpr size_t kMaxNamePart = 200;  // also identifiers, attribute names, names of organisations
inline constexpr size_t kMaxAddressText = 1000;
inline constexpr size_t kMaxAttributeValue = 4000;

// Brings `details` to the form that person.h promises and appends what was wrong with them to `issues`, in the order of
// the fields; fields are named as in the source's own lists ("details.phones[1]").
//
// Every text: invalid UTF-8 becomes U+FFFD (rule encoding_invalid); controls, zero-width spaces, soft hyphens and
// directional marks go; runs of (Unicode) white space become one space, none at the ends; NFC (UAX #15); cut at the
// lengths above (too_long). Address texts also get ", " between their parts, for line breaks too, no empty parts, and
// the postcode at their end moved to `postcode` if that is empty, or dropped if it is the same.
//
// Values that cannot be true are removed: date_impossible, date_dummy and date_in_future (dates of birth and death
// after `today`, as far as known; not checked if `today` is empty; date_dummy is for births only), ni_number_invalid,
// phone_invalid, phone_dummy, email_invalid. Entries without content and repeats go from the lists without an issue;
// attributes are sorted by name and a repeated name keeps its first value (attribute_repeated).
//
// Messages do not quote the values. Idempotent: a second call changes nothing and finds no issue. Pure; thread-safe.
// Cost: some microseconds, and 25 more for each phone number.
void Canonicalise(PersonDetails& details, PartialDate today, std::vector<FieldIssue>& issues);

// The same of relations: texts as above, cut at kMaxNamePart; impossible dates are removed (date_impossible); an empty
// source of the other becomes `source`; repeats go. Keys are left as they are. Fields: "relations[1].text".
void CanonicaliseRelations(std::vector<Relation>& relations, const std::string& source,
                           std::vector<FieldIssue>& issues);

// An unambiguous serialisation of a record's kind, details, relations and source time: different values give different
// bytes. Not for storage: nothing reads it back. It starts with a version, which must change with the layout.
std::string CanonicalBytes(const SourceRecord& record);

// Hash64 of CanonicalBytes, by which an unchanged row is known. Stable over machines and versions of the program. Key,
// receive time and purposes are not in it.
uint64_t ContentHash(const SourceRecord& record);

}  // namespace wensum::model

#endif  // WENSUM_MODEL_CANONICAL_H_
