// All the texts by which one property may be named: its keys for matching.
#ifndef WENSUM_GAZETTEER_FORMS_ADDRESS_VARIANTS_H_
#define WENSUM_GAZETTEER_FORMS_ADDRESS_VARIANTS_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/gazetteer.h"

namespace wensum::llpg {

// Best first.
enum class VariantKind : uint8_t { kPreferred, kDeliveryPoint, kProvisional, kAlternative, kHistorical };
// "PREFERRED", "DELIVERY_POINT", "PROVISIONAL", "ALTERNATIVE" or "HISTORICAL".
[[nodiscard]] std::string_view VariantKindName(VariantKind kind);

// Of an LPI; nullopt if it or its BLPU is rejected (7, 9), or the LPI's status is none that there is. All addresses of
// a historical property are historical. A BLPU's status may be 0: unknown.
[[nodiscard]] std::optional<VariantKind> VariantKindOf(int blpu_status, int lpi_status);
// Of a delivery point; nullopt if the BLPU is rejected.
[[nodiscard]] std::optional<VariantKind> DeliveryPointKindOf(int blpu_status);

struct AddressVariant {
  VariantKind kind = VariantKind::kPreferred;
  std::string language;    // "ENG", "CYM", "GAE"
  int logical_status = 0;  // the LPI's; 1 for a delivery point
  std::string key;         // the LPI key, or "dp" and the UDPRN
  std::string text;        // one line
  friend bool operator==(const AddressVariant&, const AddressVariant&) = default;
};

// The rows of one property. Not kept.
struct PropertyView {
  const model::Blpu* blpu = nullptr;  // may be null
  std::span<const model::Lpi> lpis;
  std::span<const model::DeliveryPoint> delivery_points;
  std::string_view organisation;  // AddressBase's; empty: the BLPU's own
  // The street's descriptor in a language, null if it has none. May be empty: no streets.
  std::function<const model::StreetDescriptor*(model::Usrn usrn, std::string_view language)> descriptor;
};

// Every LPI that is not rejected (statuses 7 and 9) in its postal form whatever its flag says, and in its geographic
// form; each also with the SAO's number first where it has number and text; delivery points in English and Welsh. Texts
// that differ in case alone are one variant, that of the best kind, English first. Ordered by kind, then language with
// English first, then key, then as listed above. A property that is itself historical has historical variants alone.
[[nodiscard]] std::vector<AddressVariant> AddressVariants(const PropertyView& property);

}  // namespace wensum::llpg

#endif  // WENSUM_GAZETTEER_FORMS_ADDRESS_VARIANTS_H_
