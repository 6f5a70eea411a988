// Whose gazetteer this is, and which numbers it may give out.
#ifndef WENSUM_SERVICES_CUSTODIAN_CUSTODIAN_OPTIONS_H_
#define WENSUM_SERVICES_CUSTODIAN_CUSTODIAN_OPTIONS_H_

#include <cstdint>
#include <vector>

#include "gazetteer/rules/rule_config.h"

namespace wensum::custodian {

// Both ends are in it.
struct NumberRange {
  uint64_t first = 0;
  uint64_t last = 0;
  friend bool operator==(const NumberRange&, const NumberRange&) = default;
};

struct CustodianOptions {
  // Local custodian codes whose rows may be written; the first is that of new rows. Empty: nothing may be written.
  std::vector<int> codes;
  // Further authorities (SWA_ORG_REF_NAMING) whose streets may be written.
  std::vector<int> street_authorities;
  // Used up in this order. Ranges of one kind do not overlap.
  std::vector<NumberRange> uprns;
  std::vector<NumberRange> usrns;
  NumberRange record_keys{.first = 1, .last = 999'999'999};  // for each code and kind of record
  // A kind of number is reported as low once fewer are left of all its ranges together.
  uint64_t low_water = 1'000;
  // What the rules ask for here, of imports, operations and health checks alike.
  llpg::RuleConfig gazetteer_rules;
  friend bool operator==(const CustodianOptions&, const CustodianOptions&) = default;
};

}  // namespace wensum::custodian

#endif  // WENSUM_SERVICES_CUSTODIAN_CUSTODIAN_OPTIONS_H_
