#include "matching/resolve/person_matcher.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "base/parallel.h"
#include "matching/resolve/cluster.h"
#include "matching/resolve/record_table.h"
#include "matching/retrieve/candidate_keys.h"
#include "matching/retrieve/posting_index.h"
#include "matching/score/score.h"

namespace wensum::matching {
namespace {

using Keys = std::vector<uint64_t>;

// Calls `gone` for the items of `before` alone and `come` for those of `after` alone; both ascending.
template <typename Gone, typename Come>
void ForEachDifference(const Keys& before, const Keys& after, Gone gone, Come come) {
  size_t i = 0;
  size_t j = 0;
  while (i < before.size() || j < after.size()) {
    if (j == after.size() || (i < before.size() && before[i] < after[j])) {
      gone(before[i++]);
    } else if (i == before.size() || after[j] < before[i]) {
      come(after[j++]);
    } else {
      ++i;
      ++j;
    }
  }
}

void SortUnique(std::vector<RecordId>& ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

}  // namespace

// How incremental equals batch. The partition is defined over the graph whose edges are the pairs that share a key held
// by at most key_cap records and score at least edge_floor, plus must-links; each component is resolved on its own. A
// set of changes can alter only edges at changed records and edges among the records of a key that crosses the cap. So
// the components to resolve again are those, in the new graph, of the changed records, of their neighbours in the old
// graph, and of the records of crossing keys: every piece of an old component that broke has such a record in it.
class PersonMatcher::Impl {
 public:
  explicit Impl(const PersonModel* model) : model_(*model), records_(model->names.get()) {}

  void Load(std::vector<std::pair<RecordId, PersonFeatures>> records, std::span<const RecordId> clusters,
            size_t threads, std::span<const Link> links);
  Outcome Apply(std::vector<Change> changes, std::span<const Link> links);
  [[nodiscard]] std::vector<std::vector<RecordId>> Clusters() const;
  [[nodiscard]] std::vector<Candidate> FindCandidates(const PersonFeatures& query, size_t limit) const;
  [[nodiscard]] std::vector<RecordId> SearchCandidates(const PersonFeatures& query, size_t budget) const;
  [[nodiscard]] RecordId ClusterOf(RecordId id) const { return cluster_[id]; }
  [[nodiscard]] size_t size() const { return records_.size(); }
  [[nodiscard]] size_t memory_bytes() const;

 private:
  using Neighbours = absl::InlinedVector<RecordId, 4>;

  // What Apply works on.
  struct Pass {
    std::vector<Change> changes;            // ascending by record, one each, without those that change nothing
    std::vector<RecordId> seeds;            // where to look for touched components
    std::vector<RecordId> gone_of_cluster;  // labels of removed records' clusters
    Outcome outcome;
  };

  void Resize(RecordId end);
  void SetLink(const Link& link);
  // Adds to `out` the records that share an uncapped key with `keys`, without `self`; unsorted, with repeats.
  void CollectCandidates(const Keys& keys, RecordId self, std::vector<RecordId>& out) const;
  [[nodiscard]] double PairScore(const ScoringRecord& a, RecordId b) const {
    return ScoreOf(Compare(a, records_.View(b), model_), model_);
  }
  void FindEdges(RecordId id, uint64_t& pairs_scored);
  void DropEdges(RecordId id);
  void CollectOldNeighbours(Pass& pass);
  void UpdateIndex(Pass& pass);
  void InvalidateCrossing(const Keys& touched, const std::vector<uint32_t>& counts_before, Pass& pass);
  void AddEdgesOfChanged(Pass& pass);
  void ResolveTouched(Pass& pass);
  void CollectComponent(RecordId seed, std::vector<RecordId>& component, uint64_t& pairs_scored);
  std::vector<std::vector<RecordId>> ResolveOne(std::vector<RecordId>& component);
  void ReportChanged(std::vector<std::vector<RecordId>> clusters, Pass& pass);

  const PersonModel& model_;
  RecordTable records_;
  PostingIndex pair_index_;
  PostingIndex search_index_;
  // By record. Edges are those of the present graph while known; a record put by Load has none until it is asked for.
  std::vector<Neighbours> edges_;
  std::vector<uint8_t> edges_known_;
  std::vector<uint8_t> pending_;   // changed, its edges not yet found
  std::vector<uint32_t> visited_;  // number of the last pass that collected it
  uint32_t pass_number_ = 0;
  std::vector<RecordId> cluster_;  // smallest member of its cluster
  absl::flat_hash_map<RecordId, std::vector<std::pair<RecordId, Link::Kind>>> links_;
};

void PersonMatcher::Impl::Resize(RecordId end) {
  if (end > cluster_.size()) {
    // Grows by doubling, as push_back would.
    const size_t size = std::max<size_t>(end, cluster_.size() + cluster_.size() / 4);
    edges_.resize(size);
    edges_known_.resize(size);
    pending_.resize(size);
    visited_.resize(size);
    cluster_.resize(size);
  }
}

void PersonMatcher::Impl::SetLink(const Link& link) {
  if (link.a == link.b) {
    return;
  }
  const auto set = [this, &link](RecordId from, RecordId to) {
    auto& of_record = links_[from];
    std::erase_if(of_record, [to](const auto& entry) { return entry.first == to; });
    if (link.kind != Link::Kind::kNone) {
      of_record.emplace_back(to, link.kind);
    } else if (of_record.empty()) {
      links_.erase(from);
    }
  };
  set(link.a, link.b);
  set(link.b, link.a);
}

void PersonMatcher::Impl::Load(std::vector<std::pair<RecordId, PersonFeatures>> records,
                               std::span<const RecordId> clusters, size_t threads, std::span<const Link> links) {
  for (const Link& link : links) {
    SetLink(link);
  }
  constexpr size_t kChunk = 1 << 14;
  constexpr size_t kGrain = 256;
  std::vector<Keys> pair_keys(std::min(kChunk, records.size()));
  std::vector<Keys> search_keys(pair_keys.size());
  for (size_t begin = 0; begin < records.size(); begin += kChunk) {
    const size_t end = std::min(begin + kChunk, records.size());
    for (size_t i = begin; i < end; ++i) {
      auto& [id, features] = records[i];
      Resize(id + 1);
      records_.Put(id, features);
      features = PersonFeatures();
      cluster_[id] = clusters[i];
    }
    ParallelFor(end - begin, threads, kGrain, [&](size_t first, size_t last) {
      for (size_t i = first; i < last; ++i) {
        const PersonFeatures features = records_.Unpack(records[begin + i].first);
        CandidateKeys(features, &pair_keys[i]);
        SearchKeys(features, &search_keys[i]);
      }
    });
    const auto add = [&](PostingIndex& index, const std::vector<Keys>& keys) {
      for (size_t i = 0; i < end - begin; ++i) {
        if (i + 1 < end - begin) {
          index.Prefetch(keys[i + 1]);
        }
        for (const uint64_t key : keys[i]) {
          index.Add(key, records[begin + i].first);
        }
      }
    };
    ParallelFor(2, threads, 1, [&](size_t first, size_t) {
      first == 0 ? add(pair_index_, pair_keys) : add(search_index_, search_keys);
    });
  }
}

PersonMatcher::Outcome PersonMatcher::Impl::Apply(std::vector<Change> changes, std::span<const Link> links) {
  Pass pass;
  std::stable_sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) { return a.id < b.id; });
  for (size_t i = 0; i < changes.size(); ++i) {
    const bool last_of_record = i + 1 == changes.size() || changes[i + 1].id != changes[i].id;
    if (last_of_record && (changes[i].features.has_value() || records_.Has(changes[i].id))) {
      pass.changes.push_back(std::move(changes[i]));
    }
  }
  if (!pass.changes.empty()) {
    Resize(pass.changes.back().id + 1);
  }
  CollectOldNeighbours(pass);
  UpdateIndex(pass);
  for (const Link& link : links) {
    SetLink(link);
    pass.seeds.push_back(link.a);
    pass.seeds.push_back(link.b);
  }
  AddEdgesOfChanged(pass);
  ResolveTouched(pass);
  return std::move(pass.outcome);
}

void PersonMatcher::Impl::CollectOldNeighbours(Pass& pass) {
  for (const Change& change : pass.changes) {
    pass.seeds.push_back(change.id);
    if (const auto it = links_.find(change.id); it != links_.end()) {
      for (const auto& [other, kind] : it->second) {
        pass.seeds.push_back(other);
      }
    }
    if (records_.Has(change.id)) {
      FindEdges(change.id, pass.outcome.pairs_scored);
    }
  }
  for (const Change& change : pass.changes) {
    if (records_.Has(change.id)) {
      pass.seeds.insert(pass.seeds.end(), edges_[change.id].begin(), edges_[change.id].end());
      DropEdges(change.id);
    }
    pending_[change.id] = 1;
  }
}

void PersonMatcher::Impl::UpdateIndex(Pass& pass) {
  struct Posting {
    uint64_t key;
    RecordId record;
    bool add;
  };
  std::vector<Posting> postings;
  Keys before;
  Keys after;
  Keys search_before;
  Keys search_after;
  for (const Change& change : pass.changes) {
    before.clear();
    search_before.clear();
    after.clear();
    search_after.clear();
    const bool had = records_.Has(change.id);
    if (had) {
      const PersonFeatures old = records_.Unpack(change.id);
      CandidateKeys(old, &before);
      SearchKeys(old, &search_before);
    }
    if (change.features.has_value()) {
      records_.Put(change.id, *change.features);
      const PersonFeatures kept = records_.Unpack(change.id);
      CandidateKeys(kept, &after);
      SearchKeys(kept, &search_after);
      if (!had) {
        cluster_[change.id] = change.id;
      }
    } else {
      pass.gone_of_cluster.push_back(cluster_[change.id]);
      records_.Remove(change.id);
      pending_[change.id] = 0;
    }
    ForEachDifference(
        before, after, [&](uint64_t key) { postings.push_back({key, change.id, false}); },
        [&](uint64_t key) { postings.push_back({key, change.id, true}); });
    ForEachDifference(
        search_before, search_after, [&](uint64_t key) { search_index_.Remove(key, change.id); },
        [&](uint64_t key) { search_index_.Add(key, change.id); });
  }
  Keys touched;
  touched.reserve(postings.size());
  for (const Posting& posting : postings) {
    touched.push_back(posting.key);
  }
  std::sort(touched.begin(), touched.end());
  touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
  std::vector<uint32_t> counts_before(touched.size());
  for (size_t i = 0; i < touched.size(); ++i) {
    counts_before[i] = static_cast<uint32_t>(pair_index_.Count(touched[i]));
  }
  for (const Posting& posting : postings) {
    if (posting.add) {
      pair_index_.Add(posting.key, posting.record);
    } else {
      pair_index_.Remove(posting.key, posting.record);
    }
  }
  InvalidateCrossing(touched, counts_before, pass);
}

void PersonMatcher::Impl::InvalidateCrossing(const Keys& touched, const std::vector<uint32_t>& counts_before,
                                             Pass& pass) {
  for (size_t i = 0; i < touched.size(); ++i) {
    uint32_t single = 0;
    const std::span<const uint32_t> records = pair_index_.Find(touched[i], &single);
    if ((counts_before[i] > model_.key_cap) == (records.size() > model_.key_cap)) {
      continue;
    }
    for (const RecordId id : records) {
      if (pending_[id] == 0) {
        edges_[id].clear();
        edges_known_[id] = 0;
        pass.seeds.push_back(id);
      }
    }
  }
}

void PersonMatcher::Impl::CollectCandidates(const Keys& keys, RecordId self, std::vector<RecordId>& out) const {
  for (const uint64_t key : keys) {
    uint32_t single = 0;
    const std::span<const uint32_t> records = pair_index_.Find(key, &single);
    if (records.size() <= model_.key_cap) {
      std::copy_if(records.begin(), records.end(), std::back_inserter(out), [self](RecordId id) { return id != self; });
    }
  }
}

// Makes the edges of a record known. Scores a pair only if the other side does not know it already.
void PersonMatcher::Impl::FindEdges(RecordId id, uint64_t& pairs_scored) {
  if (edges_known_[id] != 0) {
    return;
  }
  Keys keys;
  CandidateKeys(records_.Unpack(id), &keys);
  std::vector<RecordId> candidates;
  CollectCandidates(keys, id, candidates);
  SortUnique(candidates);
  const bool is_new = pending_[id] != 0;
  const ScoringRecord view = records_.View(id);
  Neighbours& found = edges_[id];
  found.clear();
  for (const RecordId other : candidates) {
    if (pending_[other] != 0) {
      continue;  // its turn comes, and then it adds itself here
    }
    Neighbours& of_other = edges_[other];
    if (!is_new && edges_known_[other] != 0) {
      if (std::find(of_other.begin(), of_other.end(), id) != of_other.end()) {
        found.push_back(other);
      }
      continue;
    }
    ++pairs_scored;
    if (PairScore(view, other) >= model_.edge_floor) {
      found.push_back(other);
      if (is_new && edges_known_[other] != 0) {
        of_other.push_back(id);
      }
    }
  }
  edges_known_[id] = 1;
}

// Forgets the edges of a record on both sides.
void PersonMatcher::Impl::DropEdges(RecordId id) {
  for (const RecordId other : edges_[id]) {
    Neighbours& of_other = edges_[other];
    of_other.erase(std::remove(of_other.begin(), of_other.end(), id), of_other.end());
  }
  edges_[id].clear();
  edges_known_[id] = 0;
}

void PersonMatcher::Impl::AddEdgesOfChanged(Pass& pass) {
  for (const Change& change : pass.changes) {
    if (change.features.has_value()) {
      FindEdges(change.id, pass.outcome.pairs_scored);
      pending_[change.id] = 0;
    }
  }
}

void PersonMatcher::Impl::CollectComponent(RecordId seed, std::vector<RecordId>& component, uint64_t& pairs_scored) {
  component.assign(1, seed);
  visited_[seed] = pass_number_;
  const auto visit = [&](RecordId id) {
    if (records_.Has(id) && visited_[id] != pass_number_) {
      visited_[id] = pass_number_;
      component.push_back(id);
    }
  };
  for (size_t i = 0; i < component.size(); ++i) {
    const RecordId id = component[i];
    FindEdges(id, pairs_scored);
    for (const RecordId other : edges_[id]) {
      visit(other);
    }
    if (const auto it = links_.find(id); it != links_.end()) {
      for (const auto& [other, kind] : it->second) {
        if (kind == Link::Kind::kMust) {
          visit(other);
        }
      }
    }
  }
}

std::vector<std::vector<RecordId>> PersonMatcher::Impl::ResolveOne(std::vector<RecordId>& ids) {
  std::sort(ids.begin(), ids.end(), [this](RecordId a, RecordId b) {
    const uint64_t rank_a = records_.ContentRank(a);
    const uint64_t rank_b = records_.ContentRank(b);
    return rank_a != rank_b ? rank_a < rank_b : records_.TieBreak(a) < records_.TieBreak(b);
  });
  std::vector<ScoringRecord> views;
  views.reserve(ids.size());
  for (const RecordId id : ids) {
    views.push_back(records_.View(id));
  }
  Component component;
  component.size = static_cast<uint32_t>(ids.size());
  component.compare = [&](uint32_t a, uint32_t b) { return Compare(views[a], views[b], model_); };
  const bool oversized = ids.size() > model_.component_limit;
  if (oversized || !links_.empty()) {
    absl::flat_hash_map<RecordId, uint32_t> node_of;
    for (uint32_t node = 0; node < ids.size(); ++node) {
      node_of[ids[node]] = node;
    }
    for (uint32_t node = 0; node < ids.size(); ++node) {
      if (oversized) {
        for (const RecordId other : edges_[ids[node]]) {
          if (node < node_of[other]) {
            component.edges.emplace_back(node, node_of[other]);
          }
        }
      }
      if (const auto it = links_.find(ids[node]); it != links_.end()) {
        for (const auto& [other, kind] : it->second) {
          const auto at = node_of.find(other);
          if (at != node_of.end() && node < at->second) {
            (kind == Link::Kind::kMust ? component.must_links : component.cannot_links).emplace_back(node, at->second);
          }
        }
      }
    }
  }
  const std::vector<uint32_t> labels = ResolveComponent(component, model_);
  std::vector<std::vector<RecordId>> by_label(ids.size());
  for (size_t node = 0; node < ids.size(); ++node) {
    by_label[labels[node]].push_back(ids[node]);
  }
  std::erase_if(by_label, [](const std::vector<RecordId>& cluster) { return cluster.empty(); });
  for (std::vector<RecordId>& cluster : by_label) {
    std::sort(cluster.begin(), cluster.end());
  }
  return by_label;
}

// Reports the clusters that hold a changed record or have other members than before. All members of an old cluster lay
// in one old component, every live one of which is in `clusters` if one is.
void PersonMatcher::Impl::ReportChanged(std::vector<std::vector<RecordId>> clusters, Pass& pass) {
  absl::flat_hash_map<RecordId, size_t> old_sizes;
  for (const std::vector<RecordId>& cluster : clusters) {
    for (const RecordId id : cluster) {
      ++old_sizes[cluster_[id]];
    }
  }
  for (const RecordId label : pass.gone_of_cluster) {
    ++old_sizes[label];
  }
  std::vector<bool> changed(cluster_.size());
  for (const Change& change : pass.changes) {
    changed[change.id] = true;
  }
  for (std::vector<RecordId>& cluster : clusters) {
    const RecordId old_label = cluster_[cluster[0]];
    const bool same_members =
        old_sizes[old_label] == cluster.size() &&
        std::all_of(cluster.begin(), cluster.end(), [&](RecordId id) { return cluster_[id] == old_label; });
    const bool same_records = std::none_of(cluster.begin(), cluster.end(), [&](RecordId id) { return changed[id]; });
    for (const RecordId id : cluster) {
      cluster_[id] = cluster[0];
    }
    if (!same_members || !same_records) {
      pass.outcome.clusters.push_back(std::move(cluster));
    }
  }
}

void PersonMatcher::Impl::ResolveTouched(Pass& pass) {
  ++pass_number_;
  SortUnique(pass.seeds);
  std::vector<std::vector<RecordId>> clusters;
  std::vector<RecordId> component;
  for (const RecordId seed : pass.seeds) {
    if (records_.Has(seed) && visited_[seed] != pass_number_) {
      CollectComponent(seed, component, pass.outcome.pairs_scored);
      std::ranges::move(ResolveOne(component), std::back_inserter(clusters));
    }
  }
  ReportChanged(std::move(clusters), pass);
  std::sort(pass.outcome.clusters.begin(), pass.outcome.clusters.end());
}

std::vector<std::vector<RecordId>> PersonMatcher::Impl::Clusters() const {
  std::vector<std::pair<RecordId, RecordId>> members;  // label, record
  members.reserve(records_.size());
  for (RecordId id = 0; id < records_.end(); ++id) {
    if (records_.Has(id)) {
      members.emplace_back(cluster_[id], id);
    }
  }
  std::sort(members.begin(), members.end());
  std::vector<std::vector<RecordId>> clusters;
  for (size_t i = 0; i < members.size(); ++i) {
    if (i == 0 || members[i].first != members[i - 1].first) {
      clusters.emplace_back();
    }
    clusters.back().push_back(members[i].second);
  }
  return clusters;
}

std::vector<PersonMatcher::Candidate> PersonMatcher::Impl::FindCandidates(const PersonFeatures& query,
                                                                          size_t limit) const {
  Keys keys;
  CandidateKeys(query, &keys);
  std::vector<RecordId> ids;
  CollectCandidates(keys, 0, ids);
  SortUnique(ids);
  const OwnedScoringRecord record(query, *model_.names);
  std::vector<Candidate> candidates;
  candidates.reserve(ids.size());
  for (const RecordId id : ids) {
    const double weight = PairScore(record.record(), id);
    candidates.push_back({id, weight, 1 / (1 + std::exp2(-weight))});
  }
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return a.weight != b.weight ? a.weight > b.weight : a.id < b.id;
  });
  candidates.resize(std::min(limit, candidates.size()));
  return candidates;
}

std::vector<RecordId> PersonMatcher::Impl::SearchCandidates(const PersonFeatures& query, size_t budget) const {
  Keys keys;
  SearchKeys(query, &keys);
  std::vector<std::pair<size_t, uint64_t>> by_count;
  for (const uint64_t key : keys) {
    by_count.emplace_back(search_index_.Count(key), key);
  }
  // The rarest keys first: a hub key must not spend what the telling ones need.
  std::sort(by_count.begin(), by_count.end());
  std::vector<RecordId> postings;
  for (const auto& [count, key] : by_count) {
    uint32_t single = 0;
    const std::span<const uint32_t> records = search_index_.Find(key, &single);
    const size_t take = std::min(records.size(), budget - postings.size());
    postings.insert(postings.end(), records.begin(), records.begin() + static_cast<std::ptrdiff_t>(take));
  }
  std::sort(postings.begin(), postings.end());
  std::vector<std::pair<size_t, RecordId>> hits;
  for (const RecordId id : postings) {
    if (hits.empty() || hits.back().second != id) {
      hits.emplace_back(0, id);
    }
    ++hits.back().first;
  }
  std::sort(hits.begin(), hits.end(),
            [](const auto& a, const auto& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; });
  std::vector<RecordId> ids;
  ids.reserve(hits.size());
  for (const auto& [count, id] : hits) {
    ids.push_back(id);
  }
  return ids;
}

size_t PersonMatcher::Impl::memory_bytes() const {
  size_t bytes = records_.memory_bytes() + pair_index_.memory_bytes() + search_index_.memory_bytes() +
                 edges_.capacity() * sizeof(edges_[0]) + edges_known_.capacity() + pending_.capacity() +
                 visited_.capacity() * sizeof(visited_[0]) + cluster_.capacity() * sizeof(cluster_[0]);
  for (const Neighbours& neighbours : edges_) {
    bytes += neighbours.capacity() > 4 ? neighbours.capacity() * sizeof(RecordId) + 16 : 0;
  }
  for (const auto& [id, of_record] : links_) {
    bytes += sizeof(id) + sizeof(of_record) + of_record.capacity() * sizeof(of_record[0]);
  }
  return bytes;
}

PersonMatcher::PersonMatcher(const PersonModel* model) : impl_(std::make_unique<Impl>(model)) {}
PersonMatcher::~PersonMatcher() = default;

void PersonMatcher::Load(std::vector<std::pair<RecordId, PersonFeatures>> records, std::span<const RecordId> clusters,
                         size_t threads, std::span<const Link> links) {
  impl_->Load(std::move(records), clusters, threads, links);
}
PersonMatcher::Outcome PersonMatcher::Apply(std::vector<Change> changes, std::span<const Link> links) {
  return impl_->Apply(std::move(changes), links);
}
std::vector<std::vector<RecordId>> PersonMatcher::Clusters() const { return impl_->Clusters(); }
std::vector<PersonMatcher::Candidate> PersonMatcher::FindCandidates(const PersonFeatures& query, size_t limit) const {
  return impl_->FindCandidates(query, limit);
}
std::vector<RecordId> PersonMatcher::SearchCandidates(const PersonFeatures& query, size_t budget) const {
  return impl_->SearchCandidates(query, budget);
}
RecordId PersonMatcher::ClusterOf(RecordId id) const { return impl_->ClusterOf(id); }
size_t PersonMatcher::size() const { return impl_->size(); }
size_t PersonMatcher::memory_bytes() const { return impl_->memory_bytes(); }

}  // namespace wensum::matching
