// The rules over a whole street and a whole property: with their rows, the streets and parents they name.
//
// For a write, judge the object as it would be after it: each street and property that the write touches, and the
// children of a property whose status changes. Judge it before the write too to tell faults that it makes from those it
// finds.
#ifndef WENSUM_GAZETTEER_RULES_OBJECT_RULES_H_
#define WENSUM_GAZETTEER_RULES_OBJECT_RULES_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gazetteer/rules/facts.h"
#include "gazetteer/rules/rule.h"
#include "gazetteer/rules/rule_config.h"
#include "model/gazetteer.h"

namespace wensum::llpg {

// Where the rules find other streets and properties.
class Lookup {
 public:
  virtual ~Lookup() = default;
  [[nodiscard]] virtual std::optional<StreetFacts> FindStreet(model::Usrn usrn) const = 0;
  [[nodiscard]] virtual std::optional<BlpuFacts> FindBlpu(model::Uprn uprn) const = 0;
  // Whether what it does not find does not exist: false for a change-only file without the register it belongs to.
  [[nodiscard]] virtual bool complete() const { return true; }
};

struct ObjectContext {
  const RuleConfig* config = nullptr;  // must be given
  const Lookup* lookup = nullptr;      // must be given
};

// A property's facts. The spans must stay valid during the call.
struct PropertyFacts {
  const BlpuFacts* blpu = nullptr;  // null: there is no record 21
  std::span<const LpiFacts> lpis;   // all of one UPRN
};

// A property's rows.
struct PropertyRecord {
  const model::Blpu* blpu = nullptr;
  std::span<const model::Lpi> lpis;
  std::span<const model::CrossReference> cross_references;
  std::span<const model::Classification> classifications;
};

// Appends what is wrong with the property: rules of scope kProperty. Thread-safe if the lookup is. Costs a lookup for
// each street its LPIs name and each property above it, at most 64.
void CheckProperty(const PropertyFacts& property, const ObjectContext& context, std::vector<Finding>* findings);
// The same from its rows, all taken as of `format`; cross references without a BLPU are found too.
void CheckProperty(const PropertyRecord& property, model::GazetteerFormat format, const ObjectContext& context,
                   std::vector<Finding>* findings);

// A record that needs the BLPU of its UPRN, and there is none. `record` is its type: 22, 23, 28, 30, 31 or 32.
void AddOrphan(int record, model::Uprn uprn, std::string_view key, RowOrigin origin, std::vector<Finding>* findings);

// Appends what is wrong with the street and its descriptors, which must be all it has: rules of scope kStreet.
// Thread-safe.
void CheckStreet(const StreetFacts& street, std::span<const DescriptorFacts> descriptors, const RuleConfig& config,
                 std::vector<Finding>* findings);

}  // namespace wensum::llpg

#endif  // WENSUM_GAZETTEER_RULES_OBJECT_RULES_H_
