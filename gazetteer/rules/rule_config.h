// What rules may differ in from one authority to the next, with defaults for an English authority.
#ifndef WENSUM_GAZETTEER_RULES_RULE_CONFIG_H_
#define WENSUM_GAZETTEER_RULES_RULE_CONFIG_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "model/partial_date.h"

namespace wensum::llpg {

// A set of codes 0 to 15, as bits; 0 stands for an empty column.
class CodeSet {
 public:
  constexpr CodeSet() = default;
  template <typename... Codes>
  static constexpr CodeSet Of(Codes... codes) {
    CodeSet set;
    ((set.bits_ = static_cast<uint16_t>(set.bits_ | (1U << codes))), ...);
    return set;
  }
  [[nodiscard]] constexpr bool contains(int code) const {
    return code >= 0 && code < 16 && ((bits_ >> static_cast<unsigned>(code)) & 1U) != 0;
  }
  // "1, 2 or 3", with "none" for 0; "no other" if it is empty.
  [[nodiscard]] std::string ToString() const;
  friend constexpr bool operator==(const CodeSet&, const CodeSet&) = default;

 private:
  uint16_t bits_ = 0;
};

// Logical statuses: 1 approved, 3 alternative (LPI), 5 candidate, 6 provisional, 7 rejected external, 8 historical, 9
// rejected internal. A table has a row for each; rows of numbers that are no status allow everything.
using StatusTable = std::array<CodeSet, 10>;

// Levels that a hierarchy may have, the topmost property counted (BS 7666; check 2100067 of custodians' software).
inline constexpr int kMaxLevels = 4;

struct NumberRange {
  uint64_t first = 0;
  uint64_t last = 0;  // included
  friend bool operator==(const NumberRange&, const NumberRange&) = default;
};

// Metres, EPSG:27700.
struct CheckedArea {
  double min_x = 0, max_x = 0, min_y = 0, max_y = 0;
  [[nodiscard]] bool contains(double x, double y) const { return x >= min_x && x <= max_x && y >= min_y && y <= max_y; }
  friend bool operator==(const CheckedArea&, const CheckedArea&) = default;
};

struct RuleConfig {
  // The authority's own custodian codes: which BLPUs the rules on UPRN ranges and on its area look at.
  std::vector<int> own_custodians = {2625};
  // Where own properties lie; empty: not checked.
  std::vector<CheckedArea> own_areas = {{.min_x = 612'074, .max_x = 635'770, .min_y = 300'889, .max_y = 318'031}};
  // UPRNs allocated to the authority, and since when new ones must come from there (by ENTRY_DATE): older ones come
  // from many blocks. Empty: not checked, for ranges are not published.
  std::vector<NumberRange> uprn_ranges;
  model::PartialDate uprn_ranges_since;
  // Custodian codes that are newer than the built-in list.
  std::vector<int> further_custodians;
  // Street naming authorities; empty: any code of up to four digits.
  std::vector<int> street_authorities;
  // Cross reference sources in use; empty: any. Codes that start with 7666 are AddressBase's and known.
  std::vector<std::string> xref_sources;
  // The authority has addresses in ENG and in CYM: what is in one must be there in the other too, where a street has
  // descriptors or a live property LPIs.
  bool bilingual = false;
  // Records are about to go to the hub: what must stay local is reported.
  bool for_hub = false;

  CheckedArea coordinates = {.min_x = 80'000, .max_x = 656'100, .min_y = 5'000, .max_y = 657'700};
  double max_street_distance = 5'000;  // metres from a property to its street
  double street_record_distance = 1;   // metres from a street record to its street's end
  int max_levels = kMaxLevels;
  int settled_after_years = 1;  // until when an approved BLPU may be of class U
  model::PartialDate first_date = {1753, 1, 1};
  model::PartialDate first_state_date = {1990, 1, 1};

  // BLPU states that each logical status may have (AAU21.42).
  StatusTable states_of_status;
  // Statuses that the LPIs of a BLPU of each status may have (AAU21.2; data entry conventions 7.3.4.6).
  StatusTable lpi_statuses_of_blpu;
  // Statuses that the parent of a BLPU of each status may have (AAU21.4). That matrix is not published; this asks for
  // what it must hold at least: a live child has a live parent.
  StatusTable parent_statuses_of_child;

  RuleConfig();
  // One that is as it is made, for whoever has no configuration of its own. Lives as long as the program.
  static const RuleConfig& Default();
  friend bool operator==(const RuleConfig&, const RuleConfig&) = default;
};

}  // namespace wensum::llpg

#endif  // WENSUM_GAZETTEER_RULES_RULE_CONFIG_H_
