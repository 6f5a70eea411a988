#include "matching/resolve/live_matcher.h"

#include <algorithm>
#include <atomic>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "base/parallel.h"
#include "base/sorted.h"
#include "matching/resolve/component.h"
#include "matching/resolve/live_component.h"
#include "matching/resolve/live_graph.h"
#include "matching/resolve/live_parts.h"
#include "matching/resolve/live_query.h"

namespace wensum::matching {
namespace {

constexpr size_t kFewComponents = 4;  // components: fewer are not worth a thread

ResolveOptions OptionsFor(const ResolutionRules& rules) {
  return {.merge_threshold = rules.merge_threshold,
          .edge_floor = rules.edge_floor,
          .component_limit = rules.component_limit,
          .rules = true};
}

}  // namespace

// How incremental equals batch. The result is defined over a graph of records: edges are the pairs that are equal or
// share a key which at most hub_cap contents hold, and score at least the edge floor, plus must-links; each part of a
// component (see ComponentResolver) is resolved by itself. A set of changes can alter edges only at contents that come,
// go, or change the number of their records or nodes, and among the holders of a key that crosses the cap. So the
// components to resolve again are those, in the new graph, of these contents and of the old neighbours of those that
// are gone: every piece of an old component that broke holds one. A review pair changes only if one of its clusters
// lies in such a component.
class LiveMatcher::Impl {
 public:
  Impl(const LinkageModel* model, size_t threads)
      : model_(*model),
        threads_(std::max<size_t>(1, threads)),
        records_(model->schema),
        graph_(model, &records_, threads_) {
    for (size_t i = 0; i < threads_; ++i) resolvers_.push_back(NewResolver());
  }

  void Load(std::span<const std::pair<RecordId, LinkageRecord>> records, std::span<const RecordId> clusters,
            std::span<const Link> links, std::span<const RecordReview> reviews);
  Outcome Apply(std::vector<Change> changes, std::span<const Link> links);

  [[nodiscard]] std::vector<std::vector<RecordId>> Clusters() const;
  [[nodiscard]] Components components() const {
    return {.largest = parts_.largest(), .mean = parts_.mean(), .cut = parts_.cut()};
  }
  [[nodiscard]] Stats stats() const;
  [[nodiscard]] size_t memory_bytes() const;
  [[nodiscard]] LiveView view() const { return {&records_, &graph_, &nodes_}; }
  void Keep(LiveGraph::Found found) { graph_.Keep(std::move(found)); }
  [[nodiscard]] const LiveGraph& graph() const { return graph_; }
  [[nodiscard]] const LiveRecords& records() const { return records_; }
  [[nodiscard]] const LiveReviews& reviews() const { return reviews_; }
  [[nodiscard]] const LinkageModel& model() const { return model_; }
  [[nodiscard]] ComponentResolver NewResolver() const {
    return {&graph_.comparer(), &graph_.scorer(), OptionsFor(model_.parameters.rules)};
  }

 private:
  // What Apply works on.
  struct Pass {
    std::vector<Change> changes;            // ascending by record, one each, without those that change nothing
    std::vector<ContentId> touched;         // contents whose records, or decisions about them, change
    std::vector<ContentId> seeds;           // where to look for touched components
    std::vector<RecordId> gone;             // removed records
    std::vector<RecordId> gone_of_cluster;  // their clusters
    std::vector<LiveComponent> components;
    Outcome outcome;
  };

  void Resize();
  void TouchLinked(RecordId id, Pass& pass) const;
  void ChangeRecords(Pass& pass);
  void ChangeLinks(std::span<const Link> links, Pass& pass);
  void UpdateCrowded(Pass& pass);
  void CollectComponents(Pass& pass);
  void ResolveComponents(Pass& pass);
  void ReportClusters(Pass& pass);
  void TakeReviews(Pass& pass, std::vector<RecordReview>& taken);
  void ReportReviews(std::vector<RecordReview> taken, Pass& pass);
  void AddReviewsBeneath(const LiveComponent& component, std::vector<RecordReview>& reviews);

  const LinkageModel& model_;
  const size_t threads_;
  LiveRecords records_;
  LiveGraph graph_;
  LiveReviews reviews_;
  std::vector<ComponentResolver> resolvers_;  // one a thread
  std::vector<uint32_t> nodes_;               // by content: see LiveView
  LiveParts parts_;
};

void LiveMatcher::Impl::Resize() {
  graph_.Grow();
  const size_t end = records_.content_end();
  if (end <= nodes_.size()) return;
  const size_t size = std::max(end, nodes_.size() + nodes_.size() / 4);
  nodes_.resize(size);
  parts_.Resize(size);
}

void LiveMatcher::Impl::Load(std::span<const std::pair<RecordId, LinkageRecord>> records,
                             std::span<const RecordId> clusters, std::span<const Link> links,
                             std::span<const RecordReview> reviews) {
  std::vector<ContentId> born;
  std::vector<ContentId> touched;
  for (size_t i = 0; i < records.size(); ++i) {
    const auto& [id, record] = records[i];
    const ContentId content = records_.Put(id, record);
    records_.JoinCluster(id, clusters[i]);
    if (records_.count(content) == 1) born.push_back(content);
    touched.push_back(content);
  }
  Resize();
  for (const Link& link : links) records_.SetLink(link);
  graph_.Load(born);
  if (records_.has_links()) {
    for (const auto& [id, record] : records) {
      for (const auto& [other, kind] : records_.links(id)) {
        if (records_.Has(other)) touched.push_back(records_.content_of(other));
      }
    }
  }
  SortUnique(touched);
  for (const ContentId content : touched) nodes_[content] = CountNodes(view(), content, resolvers_[0]);
  for (const RecordReview& review : reviews) reviews_.Add(InOrder(review));
}

LiveMatcher::Outcome LiveMatcher::Impl::Apply(std::vector<Change> changes, std::span<const Link> links) {
  Pass pass;
  std::ranges::stable_sort(changes, {}, &Change::id);
  for (size_t i = 0; i < changes.size(); ++i) {
    const bool last_of_record = i + 1 == changes.size() || changes[i + 1].id != changes[i].id;
    if (last_of_record && (changes[i].record.has_value() || records_.Has(changes[i].id))) {
      pass.changes.push_back(std::move(changes[i]));
    }
  }
  const uint64_t scored_before = graph_.pairs_scored();
  std::vector<RecordReview> taken;
  for (const Change& change : pass.changes) reviews_.Take(change.id, taken);
  ChangeRecords(pass);
  ChangeLinks(links, pass);
  UpdateCrowded(pass);
  CollectComponents(pass);
  ResolveComponents(pass);
  TakeReviews(pass, taken);
  ReportClusters(pass);
  ReportReviews(std::move(taken), pass);
  pass.outcome.pairs_scored = graph_.pairs_scored() - scored_before;
  return std::move(pass.outcome);
}

// The decisions about a record come into force, or lapse, with it.
void LiveMatcher::Impl::TouchLinked(RecordId id, Pass& pass) const {
  if (!records_.has_links()) return;
  for (const auto& [other, kind] : records_.links(id)) {
    if (records_.Has(other)) pass.touched.push_back(records_.content_of(other));
  }
}

void LiveMatcher::Impl::ChangeRecords(Pass& pass) {
  absl::flat_hash_map<ContentId, uint32_t> counts;  // before
  for (const Change& change : pass.changes) {
    if (!records_.Has(change.id)) continue;
    TouchLinked(change.id, pass);
    const ContentId content = records_.content_of(change.id);
    counts.try_emplace(content, records_.count(content));
    records_.Remove(change.id);
  }
  for (const Change& change : pass.changes) {
    if (!change.record.has_value()) {
      pass.gone.push_back(change.id);
      pass.gone_of_cluster.push_back(records_.cluster(change.id));
      continue;
    }
    const ContentId content = records_.Put(change.id, *change.record);
    counts.try_emplace(content, records_.count(content) - 1);
    TouchLinked(change.id, pass);
  }
  Resize();
  std::vector<ContentId> gone;
  std::vector<ContentId> born;
  for (const auto& [content, before] : counts) {
    const uint32_t now = records_.count(content);
    if (now == 0) {
      gone.push_back(content);
    } else {
      pass.touched.push_back(content);
      if (before == 0) born.push_back(content);
    }
  }
  std::ranges::sort(gone);
  std::ranges::sort(born);
  graph_.Find(gone, false);
  for (const ContentId content : gone) {
    for (const LiveGraph::Neighbour& neighbour : graph_.neighbours(content)) {
      pass.seeds.push_back(neighbour.content);
    }
  }
  graph_.Replace(gone, born, pass.seeds);
  graph_.Find(born, true);
  for (const ContentId content : gone) {
    nodes_[content] = 0;
    parts_.Drop(content);
    records_.Drop(content);
  }
}

void LiveMatcher::Impl::ChangeLinks(std::span<const Link> links, Pass& pass) {
  for (const Link& link : links) {
    records_.SetLink(link);
    for (const RecordId id : {link.a, link.b}) {
      if (records_.Has(id)) pass.touched.push_back(records_.content_of(id));
    }
  }
}

// A content that becomes crowded loses its pairs, one that ceases to be gets them: then its neighbours are touched too.
void LiveMatcher::Impl::UpdateCrowded(Pass& pass) {
  SortUnique(pass.touched);
  for (const ContentId content : pass.touched) {
    const bool before = view().Crowded(content);
    nodes_[content] = CountNodes(view(), content, resolvers_[0]);
    if (view().Crowded(content) == before) continue;
    graph_.Find({&content, 1}, false);
    for (const LiveGraph::Neighbour& neighbour : graph_.neighbours(content)) {
      pass.seeds.push_back(neighbour.content);
    }
  }
  pass.seeds.insert(pass.seeds.end(), pass.touched.begin(), pass.touched.end());
}

void LiveMatcher::Impl::CollectComponents(Pass& pass) {
  std::erase_if(pass.seeds, [this](ContentId content) { return records_.count(content) == 0; });
  SortUnique(pass.seeds);
  pass.components = parts_.Collect(view(), graph_, resolvers_[0], std::move(pass.seeds));
}

void LiveMatcher::Impl::ResolveComponents(Pass& pass) {
  // The threads take components as they come; each has its own buffers.
  const size_t lanes = pass.components.size() < kFewComponents ? 1 : threads_;
  std::atomic<size_t> next{0};
  ParallelFor(lanes, lanes, 1, [&](size_t lane, size_t) {
    for (size_t i = next++; i < pass.components.size(); i = next++) {
      pass.components[i].Resolve(view(), resolvers_[lane]);
    }
  });
}

// Reports the clusters that hold a changed record or have other members than before. All members of an old cluster lay
// in one old component, every live one of which is in some component here if one is.
void LiveMatcher::Impl::ReportClusters(Pass& pass) {
  absl::flat_hash_map<RecordId, size_t> old_sizes;
  for (const LiveComponent& component : pass.components) {
    for (const ContentId content : component.contents()) {
      records_.ForEachRecord(content, [&](RecordId id) { ++old_sizes[records_.cluster(id)]; });
    }
  }
  for (const RecordId label : pass.gone_of_cluster) ++old_sizes[label];
  absl::flat_hash_set<RecordId> changed;
  for (const Change& change : pass.changes) changed.insert(change.id);
  for (const LiveComponent& component : pass.components) {
    for (std::vector<RecordId>& cluster : component.Clusters()) {
      const RecordId old_label = records_.cluster(cluster[0]);
      const bool same_members =
          old_sizes[old_label] == cluster.size() &&
          std::ranges::all_of(cluster, [&](RecordId id) { return records_.cluster(id) == old_label; });
      const bool same_records = std::ranges::none_of(cluster, [&](RecordId id) { return changed.contains(id); });
      if (same_members && same_records) continue;
      records_.SetCluster(cluster);
      pass.outcome.clusters.push_back(std::move(cluster));
    }
  }
  for (const RecordId id : pass.gone) records_.ForgetCluster(id);
  std::ranges::sort(pass.outcome.clusters);
}

void LiveMatcher::Impl::TakeReviews(Pass& pass, std::vector<RecordReview>& taken) {
  for (const LiveComponent& component : pass.components) {
    for (const ContentId content : component.contents()) {
      records_.ForEachRecord(content, [&](RecordId id) { reviews_.Take(id, taken); });
    }
  }
}

void LiveMatcher::Impl::ReportReviews(std::vector<RecordReview> taken, Pass& pass) {
  std::vector<RecordReview> now;
  for (const LiveComponent& component : pass.components) {
    std::ranges::move(component.Reviews(), std::back_inserter(now));
  }
  const auto ends = [](const RecordReview& review) { return std::pair(review.a, review.b); };
  for (const LiveComponent& component : pass.components) AddReviewsBeneath(component, now);
  std::ranges::sort(now, {}, ends);
  const auto rest = std::ranges::unique(now, {}, ends);
  now.erase(rest.begin(), rest.end());
  std::ranges::sort(taken, {}, ends);
  auto old = taken.begin();
  for (const RecordReview& review : now) {
    for (; old != taken.end() && ends(*old) < ends(review); ++old) pass.outcome.reviews_gone.push_back(*old);
    const bool known = old != taken.end() && ends(*old) == ends(review);
    if (!known || !(*old == review)) pass.outcome.reviews.push_back(review);
    if (known) ++old;
    reviews_.Add(review);
  }
  pass.outcome.reviews_gone.insert(pass.outcome.reviews_gone.end(), old, taken.end());
}

// Adds the review pairs that only pairs beneath the edge floor connect, and perhaps some that edges connect too.
void LiveMatcher::Impl::AddReviewsBeneath(const LiveComponent& component, std::vector<RecordReview>& reviews) {
  absl::flat_hash_set<std::pair<RecordId, RecordId>> tried;
  std::vector<RecordId> of_a;
  std::vector<RecordId> of_b;
  const auto labels_of = [this](ContentId content, std::vector<RecordId>& labels) {
    labels.clear();
    records_.ForEachRecord(content, [&](RecordId id) { labels.push_back(records_.cluster(id)); });
    SortUnique(labels);
  };
  const auto try_pairs = [&] {
    for (const RecordId a : of_a) {
      for (const RecordId b : of_b) {
        if (a == b || !tried.emplace(std::min(a, b), std::max(a, b)).second) continue;
        if (const auto review = ReviewOf(view(), resolvers_[0], a, b)) reviews.push_back(*review);
      }
    }
  };
  const ResolutionRules& rules = model_.parameters.rules;
  for (const ContentId content : component.contents()) {
    if (view().Crowded(content)) continue;
    labels_of(content, of_a);
    for (const LiveGraph::Neighbour& neighbour : graph_.neighbours(content)) {
      if (!graph_.Beneath(neighbour) || view().Crowded(neighbour.content)) continue;
      labels_of(neighbour.content, of_b);
      try_pairs();
    }
    if (of_a.size() < 2) continue;
    const double self = resolvers_[0].SelfScore(records_.row(content));
    if (self < rules.review_threshold || static_cast<double>(static_cast<float>(self)) >= rules.edge_floor) continue;
    of_b = of_a;
    try_pairs();
  }
}

std::vector<std::vector<RecordId>> LiveMatcher::Impl::Clusters() const {
  std::vector<std::pair<RecordId, RecordId>> members;  // label, record
  members.reserve(records_.size());
  for (RecordId id = 1; id < records_.end(); ++id) {
    if (records_.Has(id)) members.emplace_back(records_.cluster(id), id);
  }
  std::ranges::sort(members);
  std::vector<std::vector<RecordId>> clusters;
  for (size_t i = 0; i < members.size(); ++i) {
    if (i == 0 || members[i].first != members[i - 1].first) clusters.emplace_back();
    clusters.back().push_back(members[i].second);
  }
  return clusters;
}

LiveMatcher::Stats LiveMatcher::Impl::stats() const {
  Stats stats;
  stats.records = records_.size();
  for (ContentId content = 1; content < records_.content_end(); ++content) {
    if (records_.count(content) > 0) ++stats.contents;
  }
  stats.edges = graph_.CountEdges();
  stats.components = components();
  stats.keys = graph_.index().keys();
  stats.hub_keys = graph_.index().hubs();
  stats.crossings = graph_.index().crossings();
  stats.reviews = reviews_.size();
  return stats;
}

size_t LiveMatcher::Impl::memory_bytes() const {
  return records_.memory_bytes() + graph_.memory_bytes() + reviews_.memory_bytes() + parts_.memory_bytes() +
         nodes_.capacity() * sizeof(uint32_t);
}

LiveMatcher::LiveMatcher(const LinkageModel* model, size_t threads) : impl_(std::make_unique<Impl>(model, threads)) {}
LiveMatcher::~LiveMatcher() = default;

void LiveMatcher::Load(std::span<const std::pair<RecordId, LinkageRecord>> records, std::span<const RecordId> clusters,
                       std::span<const Link> links, std::span<const RecordReview> reviews) {
  impl_->Load(records, clusters, links, reviews);
}
struct LiveMatcher::ColdNeighbours::Found : LiveGraph::Found {};
LiveMatcher::ColdNeighbours::ColdNeighbours() : found_(std::make_unique<Found>()) {}
LiveMatcher::ColdNeighbours::~ColdNeighbours() = default;
LiveMatcher::ColdNeighbours::ColdNeighbours(ColdNeighbours&&) noexcept = default;
LiveMatcher::ColdNeighbours& LiveMatcher::ColdNeighbours::operator=(ColdNeighbours&&) noexcept = default;
bool LiveMatcher::ColdNeighbours::empty() const { return found_->neighbours.empty(); }
LiveMatcher::ColdNeighbours LiveMatcher::FindCold(size_t limit) const {
  ColdNeighbours cold;
  static_cast<LiveGraph::Found&>(*cold.found_) = impl_->graph().FindCold(limit);
  return cold;
}
void LiveMatcher::Keep(ColdNeighbours found) { impl_->Keep(std::move(*found.found_)); }
LiveMatcher::Outcome LiveMatcher::Apply(std::vector<Change> changes, std::span<const Link> links) {
  return impl_->Apply(std::move(changes), links);
}
std::vector<std::vector<RecordId>> LiveMatcher::Clusters() const { return impl_->Clusters(); }
std::vector<RecordReview> LiveMatcher::Reviews() const { return impl_->reviews().All(); }
std::span<const RecordReview> LiveMatcher::ReviewsOf(RecordId id) const { return impl_->reviews().Of(id); }
RecordId LiveMatcher::ClusterOf(RecordId id) const { return impl_->records().cluster(id); }
bool LiveMatcher::Has(RecordId id) const { return impl_->records().Has(id); }
std::vector<LiveMatcher::Candidate> LiveMatcher::FindCandidates(std::span<const std::string> values,
                                                                size_t limit) const {
  return FindLiveCandidates(impl_->view(), impl_->model(), values, limit);
}
std::vector<RecordId> LiveMatcher::SearchCandidates(std::span<const std::string> values, size_t budget) const {
  return SearchLiveCandidates(impl_->view(), values, budget);
}
LiveMatcher::Explanation LiveMatcher::Explain(RecordId a, RecordId b, bool with_clusters) const {
  ComponentResolver resolver = impl_->NewResolver();
  return ExplainLivePair(impl_->view(), impl_->model(), resolver, {a, b}, with_clusters);
}
std::vector<LiveMatcher::Step> LiveMatcher::ExplainCluster(RecordId id) const {
  ComponentResolver resolver = impl_->NewResolver();
  return ExplainLiveCluster(impl_->view(), resolver, id);
}
LiveMatcher::Unusual LiveMatcher::LookAt(RecordId id, uint32_t least) const {
  return LookAtCluster(impl_->view(), id, least);
}
LiveMatcher::UnusualPage LiveMatcher::FindUnusual(RecordId after, const UnusualBounds& bounds, size_t limit,
                                                  uint64_t budget) const {
  return FindUnusualClusters(impl_->view(), after, bounds, limit, budget);
}
LiveMatcher::Components LiveMatcher::components() const { return impl_->components(); }
LiveMatcher::Stats LiveMatcher::stats() const { return impl_->stats(); }
size_t LiveMatcher::size() const { return impl_->records().size(); }
size_t LiveMatcher::memory_bytes() const { return impl_->memory_bytes(); }

}  // namespace wensum::matching
