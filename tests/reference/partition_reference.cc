#include "tests/reference/partition_reference.h"

#include <algorithm>
#include <functional>
#include <set>
#include <tuple>

#include "matching/resolve/cluster.h"
#include "matching/retrieve/candidate_keys.h"
#include "matching/score/score.h"

namespace wensum::reference {
namespace {

using matching::PersonFeatures;

bool ShareOpenKey(const std::vector<uint64_t>& a, const std::vector<uint64_t>& b,
                  const std::map<uint64_t, uint32_t>& holders, uint32_t cap) {
  return std::any_of(a.begin(), a.end(), [&](uint64_t key) {
    return holders.at(key) <= cap && std::find(b.begin(), b.end(), key) != b.end();
  });
}

}  // namespace

std::vector<std::vector<uint32_t>> Partition(const PartitionInput& input, const matching::PersonModel& model) {
  std::map<uint32_t, std::vector<uint64_t>> keys;
  std::map<uint64_t, uint32_t> holders;
  for (const auto& [id, features] : input.records) {
    matching::CandidateKeys(features, &keys[id]);
    for (const uint64_t key : keys[id]) {
      ++holders[key];
    }
  }
  std::map<uint32_t, std::set<uint32_t>> edges;
  std::map<uint32_t, std::set<uint32_t>> must;
  for (const auto& [a, features_a] : input.records) {
    for (const auto& [b, features_b] : input.records) {
      if (a < b && ShareOpenKey(keys[a], keys[b], holders, model.key_cap) &&
          matching::Score(features_a, features_b, model) >= model.edge_floor) {
        edges[a].insert(b);
        edges[b].insert(a);
      }
    }
  }
  for (const auto& [pair, is_must] : input.links) {
    if (is_must && input.records.contains(pair.first) && input.records.contains(pair.second)) {
      must[pair.first].insert(pair.second);
      must[pair.second].insert(pair.first);
    }
  }
  std::set<uint32_t> done;
  std::vector<std::vector<uint32_t>> clusters;
  for (const auto& [start, unused] : input.records) {
    if (done.contains(start)) {
      continue;
    }
    std::vector<uint32_t> members;
    const std::function<void(uint32_t)> visit = [&](uint32_t id) {
      if (done.insert(id).second) {
        members.push_back(id);
        for (const uint32_t other : edges[id]) {
          visit(other);
        }
        for (const uint32_t other : must[id]) {
          visit(other);
        }
      }
    };
    visit(start);
    std::sort(members.begin(), members.end(), [&](uint32_t a, uint32_t b) {
      const PersonFeatures& x = input.records.at(a);
      const PersonFeatures& y = input.records.at(b);
      return std::tie(x.content_rank, x.tie_break) < std::tie(y.content_rank, y.tie_break);
    });
    matching::Component component;
    component.size = static_cast<uint32_t>(members.size());
    component.compare = [&](uint32_t i, uint32_t j) {
      const matching::OwnedScoringRecord x(input.records.at(members[i]), *model.names);
      const matching::OwnedScoringRecord y(input.records.at(members[j]), *model.names);
      return matching::Compare(x.record(), y.record(), model);
    };
    for (uint32_t i = 0; i < members.size(); ++i) {
      for (uint32_t j = i + 1; j < members.size(); ++j) {
        if (edges[members[i]].contains(members[j])) {
          component.edges.emplace_back(i, j);
        }
        const auto link = input.links.find(std::minmax(members[i], members[j]));
        if (link != input.links.end()) {
          (link->second ? component.must_links : component.cannot_links).emplace_back(i, j);
        }
      }
    }
    const std::vector<uint32_t> labels = matching::ResolveComponent(component, model);
    std::map<uint32_t, std::vector<uint32_t>> by_label;
    for (uint32_t i = 0; i < members.size(); ++i) {
      by_label[labels[i]].push_back(members[i]);
    }
    for (auto& [label, cluster] : by_label) {
      std::sort(cluster.begin(), cluster.end());
      clusters.push_back(std::move(cluster));
    }
  }
  std::sort(clusters.begin(), clusters.end());
  return clusters;
}

}  // namespace wensum::reference
