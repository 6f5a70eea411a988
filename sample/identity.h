// Numbers and addresses that belong to one person or household alone, derived from its index.
#ifndef WENSUM_SAMPLE_IDENTITY_H_
#define WENSUM_SAMPLE_IDENTITY_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "base/random.h"

namespace wensum::sample {

// "P0000042", "O0000042": ids in the truth files.
std::string PersonId(uint32_t person);
std::string OrganisationId(uint32_t property);
// Eleven digits, e.g. "07712345678"; of a well-formed range; different for up to 70 million people.
std::string MobileNumber(uint32_t person);
// Of the area code 01603; different for up to 600,000 households.
std::string LandlineNumber(uint32_t household);
// In a domain reserved by RFC 2606 or RFC 6761, so that no real mailbox is named.
std::string EmailAddress(std::string_view forename, std::string_view surname, uint32_t person);
std::string HouseholdEmail(std::string_view surname, uint32_t household);
// Of well-formed prefixes; different for up to 100 million people.
std::string NiNumber(uint32_t person);
// A vehicle registration mark of the current format.
std::string VehicleMark(Random& random);
// A phone number as one of several people would type it.
std::string TypedPhone(Random& random, std::string_view digits);
// `value` with leading zeros to `width`.
std::string Padded(uint64_t value, size_t width);

}  // namespace wensum::sample

#endif  // WENSUM_SAMPLE_IDENTITY_H_
