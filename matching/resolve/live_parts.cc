#include "matching/resolve/live_parts.h"

#include <algorithm>
#include <utility>

namespace wensum::matching {
namespace {

constexpr size_t kReachedAtOnce = 16;  // contents for each seed: see FindNeighbours

}  // namespace

void LiveParts::Resize(size_t contents) {
  if (contents > marks_.size()) marks_.resize(contents);
}

uint32_t LiveParts::NextNumber() { return ++number_; }

// Many contents' neighbours at a time, which threads share, before parts are looked at one by one. What is found here
// is kept and never wrong: how far this goes is a matter of time alone.
void LiveParts::FindNeighbours(const LiveView& view, LiveGraph& graph, const ComponentResolver& resolver,
                               const std::vector<ContentId>& seeds) {
  const uint32_t search = NextNumber();
  const double floor = resolver.FloorAt(0);
  const size_t most = kReachedAtOnce * seeds.size();
  size_t reached = 0;
  std::vector<ContentId> wave;
  const auto reach = [&](ContentId content) {
    if (std::exchange(marks_[content].reached, search) != search) wave.push_back(content);
  };
  for (const ContentId seed : seeds) reach(seed);
  while (!wave.empty() && reached <= most) {
    reached += wave.size();
    graph.Find(wave, false);
    const std::vector<ContentId> now = std::exchange(wave, {});
    for (const ContentId content : now) ForEachConnected(view, content, floor, reach);
  }
}

LiveComponent LiveParts::PartOf(const LiveView& view, LiveGraph& graph, const ComponentResolver& resolver,
                                ContentId content) {
  for (uint32_t step = 0;; ++step) {
    const uint32_t search = NextNumber();
    marks_[content].reached = search;
    std::vector<ContentId> contents = {content};
    const bool complete = GrowPart(
        view, resolver, step, contents,
        [&](ContentId other) { return std::exchange(marks_[other].reached, search) != search; },
        [&graph](std::span<const ContentId> wave) { graph.Find(wave, false); });
    if (complete) return {std::move(contents), step};
  }
}

std::vector<LiveComponent> LiveParts::Collect(const LiveView& view, LiveGraph& graph, const ComponentResolver& resolver,
                                              std::vector<ContentId> seeds) {
  // One collection takes fewer numbers than are left then.
  if (number_ > ~uint32_t{0} / 2) {
    for (Mark& mark : marks_) mark.reached = mark.collected = mark.queued = 0;
    number_ = 0;
  }
  FindNeighbours(view, graph, resolver, seeds);
  const uint32_t collection = NextNumber();
  for (const ContentId seed : seeds) marks_[seed].queued = collection;
  std::vector<LiveComponent> parts;
  for (size_t i = 0; i < seeds.size(); ++i) {
    const ContentId seed = seeds[i];
    if (marks_[seed].collected != collection) {
      const LiveComponent& part = parts.emplace_back(PartOf(view, graph, resolver, seed));
      for (const ContentId content : part.contents()) {
        marks_[content].collected = collection;
        marks_[content].new_step = static_cast<uint8_t>(part.step());
      }
    }
    // At every lower step there is too much around the seed. What was within the limit at one of these, and is
    // connected to the seed there, is no longer.
    const uint32_t step = marks_[seed].new_step;
    if (step == 0) continue;
    ForEachConnected(view, seed, [&](ContentId other, double score) {
      Mark& mark = marks_[other];
      if (mark.step >= step || score < resolver.FloorAt(mark.step) || mark.queued == collection) return;
      mark.queued = collection;
      seeds.push_back(other);
    });
  }
  Settle(parts);
  return parts;
}

void LiveParts::Settle(const std::vector<LiveComponent>& parts) {
  for (const LiveComponent& part : parts) {
    for (const ContentId content : part.contents()) {
      Mark& mark = marks_[content];
      cut_ += part.step() > 0 ? 1 : 0;
      cut_ -= mark.step > 0 ? 1 : 0;
      mark.step = mark.new_step;
      SetSize(mark, static_cast<uint32_t>(part.contents().size()));
    }
  }
}

void LiveParts::SetSize(Mark& mark, uint32_t size) {
  if (mark.size != 0) {
    total_ -= mark.size;
    --contents_;
    const auto it = by_size_.find(mark.size);
    if (--it->second == 0) by_size_.erase(it);
  }
  mark.size = size;
  if (size == 0) return;
  total_ += size;
  ++contents_;
  ++by_size_[size];
}

void LiveParts::Drop(ContentId content) {
  Mark& mark = marks_[content];
  SetSize(mark, 0);
  cut_ -= mark.step > 0 ? 1 : 0;
  mark.step = 0;
}

double LiveParts::mean() const {
  return contents_ == 0 ? 0 : static_cast<double>(total_) / static_cast<double>(contents_);
}

size_t LiveParts::memory_bytes() const { return marks_.capacity() * sizeof(Mark); }

}  // namespace wensum::matching
