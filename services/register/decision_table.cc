#include "services/register/decision_table.h"

#include <algorithm>
#include <deque>

#include "absl/container/flat_hash_set.h"
#include "base/sorted.h"

namespace wensum::registry {
namespace {

using RecordId = DecisionTable::RecordId;
using Link = DecisionTable::Link;

std::pair<RecordId, RecordId> PairOf(RecordId a, RecordId b) { return {std::min(a, b), std::max(a, b)}; }

void SortLinks(std::vector<Link>& links) {
  std::ranges::sort(links, {}, [](const Link& link) { return std::pair(link.a, link.b); });
}

}  // namespace

// The table as it would be with some links changed.
class DecisionTable::View {
 public:
  View(const DecisionTable& table, std::span<const Link> changes) : table_(table) {
    for (const Link& link : changes) {
      changed_[PairOf(link.a, link.b)] = link.kind;
      InsertSorted(link.b, others_[link.a]);
      InsertSorted(link.a, others_[link.b]);
    }
  }

  [[nodiscard]] Effect Between(RecordId a, RecordId b) const {
    const auto changed = changed_.find(PairOf(a, b));
    return changed == changed_.end() ? table_.Between(a, b) : Effect{.kind = changed->second, .decision = 0};
  }

  // Records of the component of `start`, with the one that each was reached from. Breadth first, ascending.
  [[nodiscard]] absl::flat_hash_map<RecordId, RecordId> Component(RecordId start) const {
    absl::flat_hash_map<RecordId, RecordId> from = {{start, start}};
    std::deque<RecordId> next = {start};
    for (; !next.empty(); next.pop_front()) {
      const RecordId record = next.front();
      for (const RecordId other : OthersOf(record)) {
        if (Between(record, other).kind == Kind::kMust && from.try_emplace(other, record).second) {
          next.push_back(other);
        }
      }
    }
    return from;
  }

  // The first pair of the component that a cannot-link parts.
  [[nodiscard]] std::optional<Contradiction> Check(const absl::flat_hash_map<RecordId, RecordId>& component) const {
    std::optional<Contradiction> first;
    for (const auto& [record, from] : component) {
      for (const RecordId other : OthersOf(record)) {
        if (other < record || !component.contains(other)) {
          continue;
        }
        const Effect effect = Between(record, other);
        if (effect.kind == Kind::kCannot &&
            (!first.has_value() || std::pair(record, other) < std::pair(first->a, first->b))) {
          first = {.a = record, .b = other, .never = effect.decision, .joins = {}};
        }
      }
    }
    if (first.has_value()) {
      first->joins = Chain(first->a, first->b).value_or(std::vector<uint64_t>());
    }
    return first;
  }

  // The decisions along a shortest chain of must-links; nullopt if there is none.
  [[nodiscard]] std::optional<std::vector<uint64_t>> Chain(RecordId a, RecordId b) const {
    const absl::flat_hash_map<RecordId, RecordId> from = Component(a);
    if (!from.contains(b)) {
      return std::nullopt;
    }
    std::vector<uint64_t> decisions;
    for (RecordId at = b; at != a; at = from.at(at)) {
      if (const uint64_t decision = Between(at, from.at(at)).decision; decision != 0) {
        decisions.push_back(decision);
      }
    }
    std::ranges::sort(decisions);
    const auto rest = std::ranges::unique(decisions);
    decisions.erase(rest.begin(), rest.end());
    return decisions;
  }

 private:
  [[nodiscard]] std::vector<RecordId> OthersOf(RecordId record) const {
    const auto stored = table_.others_.find(record);
    std::vector<RecordId> others = stored == table_.others_.end() ? std::vector<RecordId>() : stored->second;
    if (const auto added = others_.find(record); added != others_.end()) {
      for (const RecordId other : added->second) {
        InsertSorted(other, others);
      }
    }
    return others;
  }

  const DecisionTable& table_;
  absl::flat_hash_map<Pair, Kind> changed_;
  absl::flat_hash_map<RecordId, std::vector<RecordId>> others_;
};

void DecisionTable::Add(std::span<const Link> links, bool retracted) {
  Decision& decision = decisions_.emplace_back();
  decision.links.assign(links.begin(), links.end());
  decision.retracted = retracted;
  if (!retracted) {
    Enter(decisions_.size());
  }
}

void DecisionTable::RemoveNewest() {
  if (!decisions_.back().retracted) {
    Leave(decisions_.size());
  }
  decisions_.pop_back();
}

void DecisionTable::SetRetracted(uint64_t number, bool retracted) {
  Decision& decision = decisions_[number - 1];
  if (decision.retracted == retracted) {
    return;
  }
  if (retracted) {
    Leave(number);
  } else {
    Enter(number);
  }
  decision.retracted = retracted;
}

void DecisionTable::Enter(uint64_t number) {
  for (const Link& link : decisions_[number - 1].links) {
    auto& effects = effects_[PairOf(link.a, link.b)];
    const Effect effect{.kind = link.kind, .decision = number};
    effects.insert(std::ranges::lower_bound(effects, number, {}, &Effect::decision), effect);
    InsertSorted(link.b, others_[link.a]);
    InsertSorted(link.a, others_[link.b]);
  }
}

void DecisionTable::Leave(uint64_t number) {
  const auto leave = [this](RecordId record, RecordId other) {
    const auto at = others_.find(record);
    std::erase(at->second, other);
    if (at->second.empty()) {
      others_.erase(at);
    }
  };
  for (const Link& link : decisions_[number - 1].links) {
    const auto at = effects_.find(PairOf(link.a, link.b));
    at->second.erase(std::ranges::find(at->second, number, &Effect::decision));
    if (at->second.empty()) {
      effects_.erase(at);
      leave(link.a, link.b);
      leave(link.b, link.a);
    }
  }
}

DecisionTable::Effect DecisionTable::Between(RecordId a, RecordId b) const {
  const auto found = effects_.find(PairOf(a, b));
  return found == effects_.end() ? Effect() : found->second.back();
}

std::vector<DecisionTable::Neighbour> DecisionTable::LinksOf(RecordId record) const {
  std::vector<Neighbour> links;
  if (const auto found = others_.find(record); found != others_.end()) {
    for (const RecordId other : found->second) {
      links.push_back({.record = other, .effect = Between(record, other)});
    }
  }
  return links;
}

bool DecisionTable::Parts(RecordId record) const {
  const auto found = others_.find(record);
  return found != others_.end() && std::ranges::any_of(found->second, [this, record](RecordId other) {
           return Between(record, other).kind == Kind::kCannot;
         });
}

std::vector<RecordId> DecisionTable::Joined(RecordId record) const {
  std::vector<RecordId> joined;
  for (const auto& [other, from] : View(*this, {}).Component(record)) {
    joined.push_back(other);
  }
  std::ranges::sort(joined);
  return joined;
}

std::optional<std::vector<uint64_t>> DecisionTable::ChainBetween(RecordId a, RecordId b) const {
  return View(*this, {}).Chain(a, b);
}

std::vector<Link> DecisionTable::Links() const {
  std::vector<Link> links;
  links.reserve(effects_.size());
  for (const auto& [pair, effects] : effects_) {
    links.push_back({.a = pair.first, .b = pair.second, .kind = effects.back().kind});
  }
  SortLinks(links);
  return links;
}

std::vector<Link> DecisionTable::ChangesOf(uint64_t retract, std::span<const Link> links) const {
  absl::flat_hash_map<Pair, Kind> after;
  if (retract != 0 && !decisions_[retract - 1].retracted) {
    for (const Link& link : decisions_[retract - 1].links) {
      const auto& effects = effects_.at(PairOf(link.a, link.b));
      if (effects.back().decision == retract) {
        after[PairOf(link.a, link.b)] = effects.size() > 1 ? effects[effects.size() - 2].kind : Kind::kNone;
      }
    }
  }
  for (const Link& link : links) {
    after[PairOf(link.a, link.b)] = link.kind;
  }
  std::vector<Link> changes;
  for (const auto& [pair, kind] : after) {
    if (Between(pair.first, pair.second).kind != kind) {
      changes.push_back({.a = pair.first, .b = pair.second, .kind = kind});
    }
  }
  SortLinks(changes);
  return changes;
}

std::optional<DecisionTable::Contradiction> DecisionTable::FindContradiction(std::span<const Link> changes) const {
  const View view(*this, changes);
  absl::flat_hash_set<RecordId> seen;
  for (const Link& link : changes) {
    for (const RecordId record : {link.a, link.b}) {
      if (seen.contains(record)) {
        continue;
      }
      const auto component = view.Component(record);
      if (auto found = view.Check(component)) {
        return found;
      }
      for (const auto& [other, from] : component) {
        seen.insert(other);
      }
    }
  }
  return std::nullopt;
}

std::optional<DecisionTable::Contradiction> DecisionTable::FindContradiction() const {
  const View view(*this, {});
  absl::flat_hash_set<RecordId> seen;
  for (const Link& link : Links()) {
    if (link.kind != Kind::kMust || seen.contains(link.a)) {
      continue;
    }
    const auto component = view.Component(link.a);
    if (auto found = view.Check(component)) {
      return found;
    }
    for (const auto& [other, from] : component) {
      seen.insert(other);
    }
  }
  return std::nullopt;
}

}  // namespace wensum::registry
