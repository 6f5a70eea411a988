// RulesetWork::Try.
#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/mutex.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "services/register/codec.h"
#include "services/register/core.h"
#include "services/register/decision_store.h"
#include "services/register/loader.h"
#include "services/register/ruleset_scan.h"
#include "services/register/ruleset_store.h"
#include "services/register/ruleset_work.h"
#include "storage/change_log.h"

namespace wensum::registry {
namespace {

constexpr uint64_t kIdsPerPiece = 32'768;

// The values of a golden record that win, by field, those of a list one below the other; and the rules of each.
struct Winner {
  std::string text;
  uint32_t rule = 0;
};
using Winners = std::map<std::string, Winner>;

Winners WinnersOf(const storage::v1::Golden* golden) {
  Winners winners;
  storage::v1::Lineage lineage;
  if (golden == nullptr || !lineage.ParseFromString(golden->lineage())) {
    return winners;
  }
  for (const storage::v1::ValueLineage& value : lineage.values()) {
    if (!value.value().empty()) {
      Winner& winner = winners[value.field()];
      AppendTo(winner.text, winner.text.empty() ? "" : "\n", value.value());
      winner.rule = value.rule();
    }
  }
  return winners;
}

const storage::v1::Golden* SeenBy(const storage::v1::Entity& entity, size_t bit) {
  const auto found = std::ranges::find_if(
      entity.golden(), [bit](const storage::v1::Golden& golden) { return (golden.purposes() >> bit & 1) != 0; });
  return found == entity.golden().end() ? nullptr : &*found;
}

// What one person's change is, over all purposes.
struct PersonChange {
  uint64_t purposes = 0;                            // that see another value
  std::map<std::string, AttributeChanges> fields;   // 0 or 1 each
  std::set<std::pair<std::string, uint32_t>> wins;  // field and rule of values that are changed or gained
};

void CompareViews(const storage::v1::Golden* before, const storage::v1::Golden* after, uint64_t bit,
                  PersonChange& change) {
  const Winners was = WinnersOf(before);
  const Winners is = WinnersOf(after);
  for (const auto& [field, winner] : is) {
    const auto former = was.find(field);
    if (former != was.end() && former->second.text == winner.text) {
      continue;
    }
    change.purposes |= bit;
    AttributeChanges& counted = change.fields[field];
    (former == was.end() ? counted.gained : counted.changed) = 1;
    change.wins.emplace(field, winner.rule);
  }
  for (const auto& [field, winner] : was) {
    if (!is.contains(field)) {
      change.purposes |= bit;
      change.fields[field].lost = 1;
    }
  }
}

PersonChange CompareGolden(const storage::v1::Entity& before, const storage::v1::Entity& after, size_t purposes) {
  PersonChange change;
  // Most purposes see what another one sees: that is compared once.
  std::map<std::pair<const storage::v1::Golden*, const storage::v1::Golden*>, uint64_t> views;
  for (size_t bit = 0; bit < purposes; ++bit) {
    views[{SeenBy(before, bit), SeenBy(after, bit)}] |= uint64_t{1} << bit;
  }
  for (const auto& [view, bits] : views) {
    CompareViews(view.first, view.second, bits, change);
  }
  return change;
}

class RulesetTrier {
 public:
  RulesetTrier(const Core& core, size_t examples, const WorkHooks& hooks)
      : core_(core), examples_(examples), hooks_(hooks) {}

  absl::StatusOr<RulesetTrial> Run(uint64_t number) {
    const uint32_t reg = core_.options.register_id;
    const auto snapshot = core_.store->NewSnapshot();
    WENSUM_ASSIGN_OR_RETURN(const storage::v1::Ruleset ruleset, ReadRuleset(*snapshot, reg, number));
    WENSUM_ASSIGN_OR_RETURN(const auto survivorship, SurvivorshipOf(ruleset, core_.options.rules));
    WENSUM_ASSIGN_OR_RETURN(const auto in_force, RulesetInForce(*snapshot, reg));
    WENSUM_ASSIGN_OR_RETURN(const auto revision, storage::NewestRevision(*snapshot, reg));
    WENSUM_ASSIGN_OR_RETURN(const uint64_t last, LastOrdinal(core_, *snapshot));
    ValueDecisions values;
    WENSUM_RETURN_IF_ERROR(LoadDecisions(*snapshot, reg, &values).status());
    trial_.ruleset = number;
    trial_.in_force = in_force.has_value() ? in_force->number() : 0;
    trial_.revision = revision.value_or(0);
    trial_.changed_by_purpose.resize(core_.options.rules.purposes.size());
    chosen_.resize(trial_.changed_by_purpose.size());
    const RulesetScan scan{.core = core_, .reader = *snapshot, .rules = survivorship->rules, .values = values};
    const auto take = [this](uint64_t anchor, const storage::v1::Entity& before, const storage::v1::Entity& after) {
      Take(anchor, before, after);
    };
    for (uint64_t first = 1; first <= last; first += kIdsPerPiece) {
      WENSUM_RETURN_IF_ERROR(Enter(first - 1, last));
      WENSUM_RETURN_IF_ERROR(ScanRebuilt(scan, first, std::min(last + 1, first + kIdsPerPiece), take));
    }
    WENSUM_RETURN_IF_ERROR(Enter(last, last));
    WENSUM_RETURN_IF_ERROR(TellExamples(scan));
    return std::move(trial_);
  }

 private:
  // Some of many, always the same, wherever in the register: those whose hashes are smallest.
  using Choice = std::set<std::pair<uint64_t, uint64_t>>;  // hash and anchor

  absl::Status Enter(uint64_t done, uint64_t total) const {
    hooks_.on_progress("survive", done, total);
    return hooks_.cancelled() ? MakeStatus(absl::StatusCode::kCancelled, "the trial was cancelled") : absl::OkStatus();
  }

  void Take(uint64_t anchor, const storage::v1::Entity& before, const storage::v1::Entity& after) {
    if (before.kind() == static_cast<uint32_t>(model::RecordKind::kProperty)) {
      return;
    }
    const bool rewritten = before.SerializeAsString() != after.SerializeAsString();
    const PersonChange change =
        rewritten ? CompareGolden(before, after, core_.options.rules.purposes.size()) : PersonChange();
    MutexLock lock(mutex_);
    ++trial_.people;
    trial_.rewritten += rewritten ? 1 : 0;
    trial_.changed += change.purposes != 0 ? 1 : 0;
    for (const auto& [field, counted] : change.fields) {
      AttributeChanges& total = trial_.by_attribute[field];
      total.changed += counted.changed;
      total.gained += counted.gained;
      total.lost += counted.lost;
    }
    for (const auto& [field, rule] : change.wins) {
      ++trial_.won_by_rule[rule];
    }
    for (size_t bit = 0; bit < chosen_.size(); ++bit) {
      if ((change.purposes >> bit & 1) != 0) {
        ++trial_.changed_by_purpose[bit];
        chosen_[bit].emplace(MixBits(anchor), anchor);
        if (chosen_[bit].size() > examples_) {
          chosen_[bit].erase(std::prev(chosen_[bit].end()));
        }
      }
    }
  }

  absl::Status TellExamples(const RulesetScan& scan) {
    Choice all;
    {
      MutexLock lock(mutex_);
      for (const Choice& some : chosen_) {
        all.insert(some.begin(), some.end());
      }
    }
    std::vector<uint64_t> anchors;
    anchors.reserve(all.size());
    for (const auto& [hash, anchor] : all) {
      anchors.push_back(anchor);
    }
    WENSUM_RETURN_IF_ERROR(ScanRebuilt(
        scan, anchors, [this](uint64_t anchor, const storage::v1::Entity& before, const storage::v1::Entity& after) {
          MutexLock lock(mutex_);
          trial_.examples.push_back({.anchor = anchor, .before = before, .after = after});
        }));
    MutexLock lock(mutex_);
    std::ranges::sort(trial_.examples, {},
                      [](const RulesetExample& example) { return std::pair(MixBits(example.anchor), example.anchor); });
    return absl::OkStatus();
  }

  const Core& core_;
  const size_t examples_;
  const WorkHooks& hooks_;
  Mutex mutex_;  // held by scans, which have ended when the trial is told
  RulesetTrial trial_;
  std::vector<Choice> chosen_;  // by purpose bit
};

}  // namespace

absl::StatusOr<RulesetTrial> RulesetWork::Try(uint64_t ruleset, size_t examples, const WorkHooks& hooks) const {
  return RulesetTrier(core_, examples, hooks).Run(ruleset);
}

}  // namespace wensum::registry
