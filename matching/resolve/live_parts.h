// Which parts of a live register's components a change touches.
#ifndef WENSUM_MATCHING_RESOLVE_LIVE_PARTS_H_
#define WENSUM_MATCHING_RESOLVE_LIVE_PARTS_H_

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "matching/resolve/component.h"
#include "matching/resolve/live_component.h"
#include "matching/resolve/live_graph.h"

namespace wensum::matching {

// Completes `contents`, which begins with one, to the part that the edges which reach the floor of the step, and
// must-links, connect. False, and not complete, if that is over the limit and there are higher floors.
// `mark(ContentId)` is true the first time only, and has been called for the first content; `prepare(span)` is called
// with contents before their neighbours are looked at.
template <typename Mark, typename Prepare>
bool GrowPart(const LiveView& view, const ComponentResolver& resolver, uint32_t step, std::vector<ContentId>& contents,
              const Mark& mark, const Prepare& prepare) {
  const double floor = resolver.FloorAt(step);
  const bool last = resolver.IsLastStep(step);
  uint64_t size = resolver.SizeOf(view.nodes(contents[0]));
  for (size_t i = 0; i < contents.size();) {
    const size_t end = contents.size();
    prepare(std::span<const ContentId>(contents).subspan(i));
    for (; i < end; ++i) {
      if (!last && !resolver.WithinLimit(size)) return false;
      ForEachConnected(view, contents[i], floor, [&](ContentId other) {
        if (!mark(other)) return;
        contents.push_back(other);
        size += resolver.SizeOf(view.nodes(other));
      });
    }
  }
  return last || resolver.WithinLimit(size);
}

// Remembers for each content at which step its part was resolved. Not thread-safe.
class LiveParts {
 public:
  void Resize(size_t contents);

  // The parts as they are now that changes at the seeds may have altered, each once: those of the seeds, and those that
  // were within the limit by themselves and are connected to more than that now. A piece of an old part of which edges
  // are gone must hold a seed. Finds the neighbours it needs.
  // Cost: the parts, and for each seed as many contents as the limit allows for each floor that does not hold.
  [[nodiscard]] std::vector<LiveComponent> Collect(const LiveView& view, LiveGraph& graph,
                                                   const ComponentResolver& resolver, std::vector<ContentId> seeds);
  // The content is gone.
  void Drop(ContentId content);

  // Of the parts collected so far, in contents.
  [[nodiscard]] uint64_t largest() const { return by_size_.empty() ? 0 : by_size_.rbegin()->first; }
  [[nodiscard]] double mean() const;  // as a content sees it
  // Contents in parts of components that are over the limit.
  [[nodiscard]] uint64_t cut() const { return cut_; }
  [[nodiscard]] size_t memory_bytes() const;

 private:
  struct Mark {
    uint32_t reached = 0;    // number of the last search that came here
    uint32_t collected = 0;  // number of the last collection that has it in a part
    uint32_t queued = 0;     // number of the last collection that had it for a seed
    uint32_t size = 0;       // of its part, in contents; 0: never collected
    uint8_t step = 0;        // of its part, before the collection under way
    uint8_t new_step = 0;
  };

  uint32_t NextNumber();
  void FindNeighbours(const LiveView& view, LiveGraph& graph, const ComponentResolver& resolver,
                      const std::vector<ContentId>& seeds);
  LiveComponent PartOf(const LiveView& view, LiveGraph& graph, const ComponentResolver& resolver, ContentId content);
  void Settle(const std::vector<LiveComponent>& parts);
  void SetSize(Mark& mark, uint32_t size);

  std::vector<Mark> marks_;  // by content
  uint32_t number_ = 0;
  std::map<uint32_t, uint64_t> by_size_;
  uint64_t total_ = 0;
  uint64_t contents_ = 0;
  uint64_t cut_ = 0;
};

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_RESOLVE_LIVE_PARTS_H_
