// Rulesets in a running register: see what one would change, and put it in force.
#ifndef WENSUM_SERVICES_REGISTER_RULESET_WORK_H_
#define WENSUM_SERVICES_REGISTER_RULESET_WORK_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/register/model_work.h"
#include "storage/store.h"
#include "wensum/storage/v1/records.pb.h"

namespace wensum::registry {

// People in whom a value changes, seen by at least one purpose; one that changes for one and is lost for another counts
// in both.
struct AttributeChanges {
  uint64_t changed = 0;
  uint64_t gained = 0;  // there was none
  uint64_t lost = 0;    // there is none
  friend bool operator==(const AttributeChanges&, const AttributeChanges&) = default;
};

struct RulesetExample {
  uint64_t anchor = 0;
  storage::v1::Entity before;  // without revision
  storage::v1::Entity after;
};

struct RulesetTrial {
  uint64_t ruleset = 0;
  uint64_t in_force = 0;   // the ruleset that it was compared with
  uint64_t revision = 0;   // of the state that was looked at
  uint64_t people = 0;     // and organisations
  uint64_t changed = 0;    // of them, those of whom somebody sees another value
  uint64_t rewritten = 0;  // those whose golden records are written anew, if only in what their lineage says
  std::vector<uint64_t> changed_by_purpose;              // by purpose bit
  std::map<std::string, AttributeChanges> by_attribute;  // by the field's name in lineages
  std::map<uint32_t, uint64_t> won_by_rule;              // values that are changed or gained, by matching::Rule
  std::vector<RulesetExample> examples;                  // up to so many for each purpose
};

struct RulesetActivation {
  uint64_t ruleset = 0;
  uint64_t former = 0;
  uint64_t revision = 0;      // of the switch
  uint64_t rewritten = 0;     // entities with new golden records
  uint64_t caught_up = 0;     // entities looked at again, since they were written while it was prepared
  int64_t switch_micros = 0;  // how long writes waited
};

struct RulesetActivationRequest {
  uint64_t ruleset = 0;
  // Its change revision must be this still, else ABORTED; 0 does not check.
  uint64_t etag = 0;
  std::string actor = "";
  std::string caller = "";
  // Adds writes that stand or fall with the switch.
  std::function<void(const RulesetActivation&, storage::WriteBatch&)> add_writes = [](const RulesetActivation&,
                                                                                      storage::WriteBatch&) {};
  uint64_t ids_per_piece = 32'768;
};

// Thread-safe. As ModelWork: minutes for large registers, on threads of its own, while reads and writes go on.
class RulesetWork {
 public:
  // Both must outlive the object.
  RulesetWork(Core* core, Writer* writer) : core_(*core), writer_(*writer) {}

  // What the golden records of all people would be, in a snapshot; changes nothing. Of those that change up to
  // `examples` for each purpose are told in full: the same ones every time, from all over the register. NOT_FOUND,
  // FAILED_PRECONDITION if its text does not fit the configuration.
  absl::StatusOr<RulesetTrial> Try(uint64_t ruleset, size_t examples, const WorkHooks& hooks) const;
  // Puts a stored ruleset in force. The golden records that it changes are made from a snapshot, then from what was
  // written since; one commit writes them, with the events and the ruleset's state. Whatever happens before that is
  // durable leaves the register with the former rules. Needs some KB for each of these entities meanwhile.
  // Errors as above; FAILED_PRECONDITION also if it is in force or withdrawn, or another is being put in force; ABORTED
  // for another etag.
  absl::StatusOr<RulesetActivation> Activate(const RulesetActivationRequest& request, const WorkHooks& hooks);

 private:
  Core& core_;
  Writer& writer_;
};

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_RULESET_WORK_H_
