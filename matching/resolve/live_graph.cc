#include "matching/resolve/live_graph.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "base/parallel.h"
#include "base/sorted.h"

namespace wensum::matching {
namespace {

constexpr size_t kAhead = 4;               // pairs
constexpr size_t kContentsAtATime = 8192;  // whose keys are held in memory
constexpr size_t kFewContents = 16;        // contents: fewer are not worth a thread

// The keys that crossed their caps and did not cross back, from all crossings.
std::vector<uint64_t> Crossed(std::vector<uint64_t>& crossings) {
  std::ranges::sort(crossings);
  std::vector<uint64_t> crossed;
  for (size_t i = 0; i < crossings.size();) {
    size_t end = i;
    while (end < crossings.size() && crossings[end] == crossings[i]) ++end;
    if ((end - i) % 2 != 0) crossed.push_back(crossings[i]);
    i = end;
  }
  return crossed;
}

}  // namespace

LiveGraph::LiveGraph(const LinkageModel* model, const LiveRecords* records, size_t threads)
    : model_(model),
      records_(records),
      threads_(std::max<size_t>(1, threads)),
      tables_(TablesFor(records->values(), model->frequencies)),
      features_(&records->values()),
      comparer_(&records->values()),
      scorer_(&records->values(), &model->parameters, &tables_),
      floor_(model->parameters.rules.edge_floor),
      lowest_(std::min(floor_, model->parameters.rules.review_threshold)),
      index_({model->parameters.rules.hub_cap, model->parameters.rules.mixed_cap}),
      search_({~uint32_t{0}, ~uint32_t{0}}) {}

void LiveGraph::Grow() {
  features_.Grow();
  ExtendTables(records_->values(), model_->frequencies, tables_);
  const size_t end = records_->content_end();
  if (end <= known_.size()) return;
  // Grows by doubling, as push_back would.
  const size_t size = std::max(end, known_.size() + known_.size() / 4);
  neighbours_.resize(size);
  known_.resize(size);
  waiting_.resize(size);
}

void LiveGraph::KeysOf(Row row, std::vector<uint64_t>& keys) const {
  keys.clear();
  features_.AppendKeys(row, model_->parameters.rules.key_richness, keys);
  SortUnique(keys);
}

bool LiveGraph::ShareKey(Row a, Row b) const {
  std::vector<uint64_t> of_a;
  std::vector<uint64_t> of_b;
  KeysOf(a, of_a);
  KeysOf(b, of_b);
  std::vector<uint64_t> both;
  std::ranges::set_intersection(of_a, of_b, std::back_inserter(both));
  return std::ranges::any_of(both, [this](uint64_t key) { return !index_.IsHub(key); });
}

void LiveGraph::CollectPeers(Row row, Scratch& scratch) const {
  KeysOf(row, scratch.keys);
  scratch.peers.Clear();
  index_.ForEachPeer(scratch.keys, [&](ContentId other) {
    if (!scratch.peers.Insert(other)) return;
    __builtin_prefetch(records_->row(other).data());  // compared soon
  });
}

std::optional<LiveGraph::Neighbour> LiveGraph::ScoreOne(Row row, const LevelCeilings& ceilings, ContentId other) const {
  const Row of_other = records_->row(other);
  LevelVector levels = 0;
  double score = 0;
  if (!scorer_.ScoreAbove(comparer_, lowest_, ceilings, row, of_other, levels, score)) return std::nullopt;
  return Neighbour{other, static_cast<float>(score), levels};
}

// Of two contents that wait, the one with the larger number scores the pair; a neighbour that is known already knows
// the score, unless this one has just come.
void LiveGraph::FindOne(ContentId content, bool born, Scratch& scratch, Neighbours& out) const {
  const Row row = records_->row(content);
  CollectPeers(row, scratch);
  const std::vector<ContentId>& peers = scratch.peers.members();
  const LevelCeilings ceilings = scorer_.CeilingsFor(row);
  for (size_t i = 0; i < peers.size(); ++i) {
    if (i + kAhead < peers.size()) comparer_.Prefetch(records_->row(peers[i + kAhead]));
    const ContentId other = peers[i];
    if (other == content) continue;
    if (waiting_[other] != 0 && other > content) continue;
    if (waiting_[other] == 0 && known_[other] != 0 && !born) {
      for (const Neighbour& neighbour : neighbours_[other]) {
        if (neighbour.content == content) out.push_back(neighbour.To(other));
      }
      continue;
    }
    ++scratch.pairs_scored;
    if (const auto neighbour = ScoreOne(row, ceilings, other)) out.push_back(*neighbour);
  }
}

void LiveGraph::Connect(ContentId content, bool born, Neighbours found) {
  for (const Neighbour& neighbour : found) {
    const ContentId other = neighbour.content;
    if (waiting_[other] != 0 || (born && known_[other] != 0)) neighbours_[other].push_back(neighbour.To(content));
  }
  Neighbours& mine = neighbours_[content];
  mine.insert(mine.end(), found.begin(), found.end());
}

void LiveGraph::Find(std::span<const ContentId> contents, bool born) {
  std::vector<ContentId> wave;
  for (const ContentId content : contents) {
    if (known_[content] != 0 || waiting_[content] != 0) continue;
    waiting_[content] = 1;
    neighbours_[content].clear();
    wave.push_back(content);
  }
  std::vector<Neighbours> found(wave.size());
  const size_t lanes = wave.size() < kFewContents ? 1 : threads_;
  std::vector<Scratch> scratch(lanes);
  std::atomic<size_t> next{0};
  ParallelFor(lanes, lanes, 1, [&](size_t lane, size_t) {
    for (size_t i = next++; i < wave.size(); i = next++) FindOne(wave[i], born, scratch[lane], found[i]);
  });
  for (const Scratch& of_lane : scratch) pairs_scored_ += of_lane.pairs_scored;
  for (size_t i = 0; i < wave.size(); ++i) Connect(wave[i], born, std::move(found[i]));
  for (const ContentId content : wave) {
    waiting_[content] = 0;
    known_[content] = 1;
  }
}

const LiveGraph::Neighbours& LiveGraph::Look(ContentId content, Neighbours& room) const {
  if (Knows(content)) return neighbours_[content];
  Scratch scratch;
  room.clear();
  FindOne(content, false, scratch, room);
  return room;
}

bool LiveGraph::Erase(Neighbours& neighbours, ContentId content) {
  const auto at = std::ranges::find(neighbours, content, &Neighbour::content);
  if (at == neighbours.end()) return false;
  *at = neighbours.back();
  neighbours.pop_back();
  return true;
}

LiveGraph::Found LiveGraph::FindCold(size_t limit) const {
  Found found{.next = first_cold_};
  Scratch scratch;
  for (; found.next < records_->content_end() && found.neighbours.size() < limit; ++found.next) {
    if (Knows(found.next) || records_->count(found.next) == 0) continue;
    FindOne(found.next, false, scratch, found.neighbours.emplace_back(found.next, Neighbours()).second);
  }
  return found;
}

// A neighbour that is known has always known of these.
void LiveGraph::Keep(Found found) {
  for (auto& [content, neighbours] : found.neighbours) {
    neighbours_[content] = std::move(neighbours);
    known_[content] = 1;
  }
  first_cold_ = found.next;
}

// Takes a content that is gone out of its neighbours' lists.
void LiveGraph::Disconnect(ContentId content) {
  for (const Neighbour& neighbour : neighbours_[content]) Erase(neighbours_[neighbour.content], content);
  neighbours_[content] = {};
  known_[content] = 0;
}

void LiveGraph::Update(std::span<const ContentId> contents, bool add, std::vector<uint64_t>& crossings) {
  struct Lane {
    std::vector<LiveIndex::Update> updates;
    std::vector<LiveIndex::Update> search;
    std::vector<uint64_t> keys;
  };
  constexpr size_t kGrain = 128;
  for (size_t begin = 0; begin < contents.size(); begin += kContentsAtATime) {
    const std::span<const ContentId> part =
        contents.subspan(begin, std::min(kContentsAtATime, contents.size() - begin));
    std::vector<Lane> lanes(part.size() / kGrain + 1);
    ParallelFor(part.size(), threads_, kGrain, [&](size_t first, size_t last) {
      Lane& lane = lanes[first / kGrain];
      for (size_t i = first; i < last; ++i) {
        KeysOf(records_->row(part[i]), lane.keys);
        for (const uint64_t key : lane.keys) lane.updates.push_back({key, part[i], add});
        lane.keys.clear();
        features_.AppendSearchKeys(records_->row(part[i]), lane.keys);
        SortUnique(lane.keys);
        for (const uint64_t key : lane.keys) lane.search.push_back({key, part[i], add});
      }
    });
    std::vector<LiveIndex::Update> all;
    std::vector<LiveIndex::Update> search;
    for (const Lane& lane : lanes) {
      all.insert(all.end(), lane.updates.begin(), lane.updates.end());
      search.insert(search.end(), lane.search.begin(), lane.search.end());
    }
    index_.Apply(all, threads_, crossings);
    std::vector<uint64_t> none;
    search_.Apply(search, threads_, none);
  }
}

// The key was the only one that some pairs shared. Scores do not change with keys, so where neighbours are known it is
// enough to look at them; pairs of which neither side is known are compared.
void LiveGraph::Part(std::span<const ContentId> holders, std::vector<ContentId>& unsettled) {
  const auto part = [this, &unsettled](ContentId a, ContentId b) {
    if (ShareKey(records_->row(a), records_->row(b))) return;
    Erase(neighbours_[a], b);
    Erase(neighbours_[b], a);
    unsettled.push_back(a);
    unsettled.push_back(b);
  };
  std::vector<ContentId> cold;
  for (const ContentId content : holders) {
    if (!Knows(content)) {
      cold.push_back(content);
      continue;
    }
    const Neighbours before = neighbours_[content];
    for (const Neighbour& neighbour : before) {
      const ContentId other = neighbour.content;
      if ((!Knows(other) || content < other) && std::ranges::binary_search(holders, other)) part(content, other);
    }
  }
  for (size_t i = 1; i < cold.size(); ++i) {
    const Row row = records_->row(cold[i]);
    const LevelCeilings ceilings = scorer_.CeilingsFor(row);
    pairs_scored_ += i;
    for (size_t k = 0; k < i; ++k) {
      if (ScoreOne(row, ceilings, cold[k])) part(cold[i], cold[k]);
    }
  }
}

// The key makes pairs again, some of which no other key made.
void LiveGraph::Unite(std::span<const ContentId> holders, std::vector<ContentId>& unsettled) {
  for (size_t i = 1; i < holders.size(); ++i) {
    const ContentId content = holders[i];
    const Row row = records_->row(content);
    const LevelCeilings ceilings = scorer_.CeilingsFor(row);
    for (size_t k = 0; k < i; ++k) {
      const ContentId other = holders[k];
      const bool known = Knows(content) || Knows(other);
      const auto& [mine, theirs] = Knows(content) ? std::pair(content, other) : std::pair(other, content);
      if (known && std::ranges::find(neighbours_[mine], theirs, &Neighbour::content) != neighbours_[mine].end())
        continue;
      ++pairs_scored_;
      const std::optional<Neighbour> neighbour = ScoreOne(row, ceilings, other);
      if (!neighbour) continue;
      if (Knows(content)) neighbours_[content].push_back(*neighbour);
      if (Knows(other)) neighbours_[other].push_back(neighbour->To(content));
      unsettled.push_back(content);
      unsettled.push_back(other);
    }
  }
}

void LiveGraph::Replace(std::span<const ContentId> gone, std::span<const ContentId> born,
                        std::vector<ContentId>& unsettled) {
  for (const ContentId content : gone) Disconnect(content);
  std::vector<uint64_t> crossings;
  Update(gone, false, crossings);
  Update(born, true, crossings);
  for (const ContentId content : born) waiting_[content] = 1;
  std::vector<ContentId> holders;
  for (const uint64_t key : Crossed(crossings)) {
    holders.clear();
    index_.ForEach(key, [&](ContentId content) {
      if (waiting_[content] == 0) holders.push_back(content);
      return true;
    });
    std::ranges::sort(holders);
    index_.IsHub(key) ? Part(holders, unsettled) : Unite(holders, unsettled);
  }
  for (const ContentId content : born) waiting_[content] = 0;
}

void LiveGraph::Load(std::span<const ContentId> contents) {
  std::vector<uint64_t> crossings;
  first_cold_ = 1;
  Update(contents, true, crossings);
  for (const uint64_t key : Crossed(crossings)) {
    index_.ForEach(key, [this](ContentId content) {
      neighbours_[content] = {};
      known_[content] = 0;
      return true;
    });
  }
}

uint64_t LiveGraph::CountEdges() const {
  uint64_t ends = 0;  // of edges; one end of some is not known
  for (const Neighbours& neighbours : neighbours_) {
    for (const Neighbour& neighbour : neighbours) {
      if (!Beneath(neighbour)) ends += Knows(neighbour.content) ? 1 : 2;
    }
  }
  return ends / 2;
}

std::vector<ContentId> LiveGraph::Peers(Row query, const CandidateFeatures& features) const {
  std::vector<uint64_t> keys;
  features.AppendKeys(query, model_->parameters.rules.key_richness, keys);
  SortUnique(keys);
  std::vector<ContentId> peers;
  index_.ForEachPeer(keys, [&peers](ContentId content) { peers.push_back(content); });
  SortUnique(peers);
  return peers;
}

std::vector<ContentId> LiveGraph::Search(Row query, const CandidateFeatures& features, size_t budget) const {
  std::vector<uint64_t> keys;
  features.AppendSearchKeys(query, keys);
  SortUnique(keys);
  std::vector<std::pair<uint32_t, uint64_t>> by_count;
  by_count.reserve(keys.size());
  for (const uint64_t key : keys) by_count.emplace_back(search_.Count(key), key);
  // The rarest keys first: a hub must not spend what the telling ones need.
  std::ranges::sort(by_count);
  std::vector<ContentId> found;
  for (const auto& [count, key] : by_count) {
    if (found.size() == budget) break;
    search_.ForEach(key, [&](ContentId content) {
      found.push_back(content);
      return found.size() < budget;
    });
  }
  std::ranges::sort(found);
  std::vector<std::pair<size_t, ContentId>> hits;
  for (const ContentId content : found) {
    if (hits.empty() || hits.back().second != content) hits.emplace_back(0, content);
    ++hits.back().first;
  }
  std::ranges::sort(hits, [this](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : records_->hash(a.second) < records_->hash(b.second);
  });
  found.clear();
  for (const auto& [count, content] : hits) found.push_back(content);
  return found;
}

size_t LiveGraph::memory_bytes() const {
  size_t bytes = index_.memory_bytes() + search_.memory_bytes() + features_.memory_bytes() +
                 neighbours_.capacity() * sizeof(Neighbours) + known_.capacity() + waiting_.capacity();
  for (const Neighbours& neighbours : neighbours_) {
    bytes += neighbours.capacity() > 1 ? neighbours.capacity() * sizeof(Neighbour) + 16 : 0;
  }
  for (const auto* lists : {&tables_.values, &tables_.text_words}) {
    for (const std::vector<float>& list : *lists) bytes += list.capacity() * sizeof(float);
  }
  return bytes + tables_.name_words.capacity() * sizeof(float);
}

}  // namespace wensum::matching
