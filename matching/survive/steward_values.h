// What a steward decided about a value of a person.
#ifndef WENSUM_MATCHING_SURVIVE_STEWARD_VALUES_H_
#define WENSUM_MATCHING_SURVIVE_STEWARD_VALUES_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "matching/survive/resolved_address.h"
#include "model/source_record.h"

namespace wensum::matching {

enum class StewardAct : uint8_t {
  kPin,            // the value wins while a contributor holds it; of a list, it is kept and comes first
  kIgnore,         // the value of this contributor never wins, nor counts
  kOverride,       // a value of the steward's own
  kRecordOfTruth,  // several; before overrides
};

struct StewardValue {
  uint64_t decision = 0;  // its number: of several the newest counts
  StewardAct act = StewardAct::kPin;
  uint32_t contributor = 0;  // that it belongs to: index into the input
  // Of kPin and kIgnore: as in rules.h, "addresses", which says the same as "current_address", or "identifiers.x" of
  // one type; and the value as in the lineage, of an identifier without its type.
  std::string attribute;
  std::string value;
  const model::PersonDetails* details = nullptr;  // of the others: the values that are not empty; one address at most
  ResolvedAddress resolved;                       // of that address
  // Purposes that it counts for; 0: those that may see the field at the contributor.
  model::PurposeMask purposes = 0;
  // If while_consolidated: counts for a purpose only while its golden value without overrides is this. Purposes that
  // are not named had none.
  bool while_consolidated = false;
  std::vector<std::pair<model::PurposeMask, std::string>> consolidated;
};

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_SURVIVE_STEWARD_VALUES_H_
