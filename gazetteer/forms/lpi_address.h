// Geographic and postal addresses from an LPI and its street.
#ifndef WENSUM_GAZETTEER_FORMS_LPI_ADDRESS_H_
#define WENSUM_GAZETTEER_FORMS_LPI_ADDRESS_H_

#include <cstdint>
#include <string_view>

#include "gazetteer/forms/address_lines.h"
#include "model/gazetteer.h"

namespace wensum::llpg {

// The rows behind one address. They are not kept; those that may be missing may be null.
struct LpiRows {
  const model::Lpi* lpi = nullptr;                      // never null
  const model::StreetDescriptor* descriptor = nullptr;  // of the LPI's USRN in the LPI's language
  const model::Street* street = nullptr;
  const model::Blpu* blpu = nullptr;
  // AddressBase's record 31; empty: the BLPU's own organisation.
  std::string_view organisation;
};

// True for the record that stands for a street itself: PAO text "STREET RECORD", or class PS.
[[nodiscard]] bool IsStreetRecord(const LpiRows& rows);

// Where the property is: the street's own locality and town, no post town, no postcode. For maps, services and the law.
[[nodiscard]] AddressParts GeographicParts(const LpiRows& rows);

enum class Mailing : uint8_t {
  kNotMailable,
  kWithCare,  // letters may arrive; see the reason
  kMailable
};
// "NOT_MAILABLE", "WITH_CARE" or "MAILABLE".
[[nodiscard]] std::string_view MailingName(Mailing mailing);

struct PostalAddress {
  AddressParts parts;
  Mailing mailing = Mailing::kNotMailable;
  std::string_view reason;  // why not, or what to mind; empty if mailable; a constant
};

// Whether a postal address has the street's name where it is not an official one (record types 3, 4 and 9).
enum class UnofficialStreets : uint8_t { kShown, kSuppressed };

// Where letters go: post town and postcode by POSTAL_ADDRESS (DTF) or ADDRESSBASE_POSTAL, in this order:
//  - not mailable, and without post town and postcode: street records, rejected or historical addresses, N, P (whose
//    postcode is not Royal Mail's), no flag;
//  - with care: A; AddressBase's C, L and M; an unofficial street; no post town or no postcode;
//  - mailable: Y, L; AddressBase's D and S.
// The street's locality and town stay as localities unless they have the post town's name. An AddressBase row has no
// post town; its postcode is the BLPU's. Suppressed street names stay where nothing but a number would be left.
[[nodiscard]] PostalAddress PostalParts(const LpiRows& rows, UnofficialStreets streets = UnofficialStreets::kShown);

}  // namespace wensum::llpg

#endif  // WENSUM_GAZETTEER_FORMS_LPI_ADDRESS_H_
