// Whether a new version of a source record is about somebody else than the one before: an overlay, as client registries
// call it.
#ifndef WENSUM_MATCHING_ANOTHER_PERSON_H_
#define WENSUM_MATCHING_ANOTHER_PERSON_H_

#include <cstdint>

#include "model/person.h"

namespace wensum::matching {

// A set of what differs, as bits. Stored; bit i equals wensum.v1.OverlayEvidence.Sign i + 1.
using AnotherSigns = uint32_t;
inline constexpr AnotherSigns kSignGivenName = 1U << 0;  // no word fits one of the other's
inline constexpr AnotherSigns kSignSurname = 1U << 1;
inline constexpr AnotherSigns kSignDateOfBirth = 1U << 2;  // more than a slip of the pen apart
inline constexpr AnotherSigns kSignNiNumber = 1U << 3;
inline constexpr AnotherSigns kSignSex = 1U << 4;
inline constexpr AnotherSigns kSignSuffix = 1U << 5;
inline constexpr AnotherSigns kSignKind = 1U << 6;
inline constexpr AnotherSigns kSignOrganisationName = 1U << 7;
inline constexpr int kAnotherSigns = 8;

// Why `next` looks like another person, or organisation, than `former`: all that differs, or 0 if it may well be the
// same. Addresses and telephones say nothing: the next tenant has those too. Rules, the first that applies:
// - a person is no organisation; organisations are two if no word of their names fits, legal forms aside;
// - an NI number, or an e-mail address, in common: the same;
// - dates of birth equal or a slip apart: the same, unless given name, surname and sex all differ (names change with
//   marriage, transition and deed poll, and systems hold known-as names);
// - given name differs: another, whatever the surname: housemates have accounts after one another;
// - surname differs: another if the date of birth or the NI number does too, else a marriage;
// - names agree: another if one is senior and the other junior, or if dates of birth are ten years apart or more and
//   agree in neither day nor month: father and son. Other dates are corrections.
// What one side leaves out does not differ. Pure; some microseconds, far less where names and dates are equal.
[[nodiscard]] AnotherSigns SignsOfAnother(const model::PersonDetails& former, model::RecordKind former_kind,
                                          const model::PersonDetails& next, model::RecordKind next_kind);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_ANOTHER_PERSON_H_
