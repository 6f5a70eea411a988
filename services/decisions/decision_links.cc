#include "services/decisions/decision_links.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"

namespace wensum::decisions {
namespace {

using matching::RecordId;
using registry::DecisionTable;
using Kind = matching::RecordLink::Kind;

matching::RecordLink LinkOf(uint64_t a, uint64_t b, Kind kind) {
  return {.a = static_cast<RecordId>(std::min(a, b)), .b = static_cast<RecordId>(std::max(a, b)), .kind = kind};
}

void SortLinks(Links& links) {
  std::ranges::sort(links, {}, [](const matching::RecordLink& link) { return std::pair(link.a, link.b); });
}

}  // namespace

Links JoinAll(std::span<const uint64_t> records, Links held) {
  Links links = std::move(held);
  for (size_t i = 0; i < records.size(); ++i) {
    for (size_t j = i + 1; j < records.size(); ++j) {
      links.push_back(LinkOf(records[i], records[j], Kind::kMust));
    }
  }
  SortLinks(links);
  return links;
}

Links HoldTogether(const DecisionTable& decisions, uint64_t namer, const Records& records) {
  Links links;
  absl::flat_hash_set<uint64_t> joined;
  const auto join = [&](uint64_t record) {
    for (const RecordId other : decisions.Joined(static_cast<RecordId>(record))) {
      joined.insert(other);
    }
  };
  join(namer);
  for (const uint64_t record : records) {
    if (!joined.contains(record)) {
      links.push_back(LinkOf(namer, record, Kind::kMust));
      join(record);
    }
  }
  return links;
}

std::optional<Links> PartAll(std::span<const Records> sides) {
  size_t before = 0;
  size_t pairs = 0;
  for (const Records& side : sides) {
    pairs += before * side.size();
    before += side.size();
    if (pairs > kMostLinks) {
      return std::nullopt;
    }
  }
  Links links;
  links.reserve(pairs);
  for (size_t i = 0; i < sides.size(); ++i) {
    for (size_t j = i + 1; j < sides.size(); ++j) {
      for (const uint64_t a : sides[i]) {
        for (const uint64_t b : sides[j]) {
          links.push_back(LinkOf(a, b, Kind::kCannot));
        }
      }
    }
  }
  SortLinks(links);
  return links;
}

std::vector<Records> WithAbsent(const DecisionTable& decisions, std::span<const Records> groups) {
  std::vector<Records> whole(groups.begin(), groups.end());
  absl::flat_hash_set<uint64_t> seen;
  std::deque<std::pair<uint64_t, size_t>> next;
  for (size_t group = 0; group < groups.size(); ++group) {
    for (const uint64_t record : groups[group]) {
      seen.insert(record);
      next.emplace_back(record, group);
    }
  }
  for (; !next.empty(); next.pop_front()) {
    const auto [record, group] = next.front();
    for (const DecisionTable::Neighbour& other : decisions.LinksOf(static_cast<RecordId>(record))) {
      if (other.effect.kind == Kind::kMust && seen.insert(other.record).second) {
        whole[group].push_back(other.record);
        next.emplace_back(other.record, group);
      }
    }
  }
  for (Records& group : whole) {
    std::ranges::sort(group);
  }
  return whole;
}

std::vector<uint64_t> JoinedBy(const DecisionTable& decisions, const Records& a, const Records& b) {
  absl::flat_hash_set<RecordId> seen;
  for (const uint64_t record : a) {
    if (seen.contains(static_cast<RecordId>(record))) {
      continue;
    }
    for (const RecordId joined : decisions.Joined(static_cast<RecordId>(record))) {
      seen.insert(joined);
      if (std::ranges::find(b, joined) != b.end()) {
        return decisions.ChainBetween(static_cast<RecordId>(record), joined).value_or(std::vector<uint64_t>());
      }
    }
  }
  return {};
}

uint64_t PartedBy(const DecisionTable& decisions, const Records& a, const Records& b) {
  for (const uint64_t record : a) {
    for (const DecisionTable::Neighbour& other : decisions.LinksOf(static_cast<RecordId>(record))) {
      if (other.effect.kind == Kind::kCannot && std::ranges::find(b, other.record) != b.end()) {
        return other.effect.decision;
      }
    }
  }
  return 0;
}

}  // namespace wensum::decisions
