#include "matching/train/observations.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include "base/hash.h"
#include "base/huge_pages.h"
#include "base/parallel.h"
#include "base/random.h"

namespace wensum::matching {
namespace {

constexpr uint64_t kSeed = 0x57454E53554DULL;
// In larger clusters only pairs this near in order are looked at.
constexpr size_t kReach = 32;

void DrawRandom(CandidatePairs& pairs, uint64_t wanted, Observations& out) {
  const RecordSet& records = pairs.records();
  const uint64_t count = records.size();
  if (out.all_pairs <= static_cast<double>(wanted)) {
    for (RecordIndex a = 1; a < count; ++a) {
      for (RecordIndex b = 0; b < a; ++b) out.random.push_back({a, b});
    }
  } else {
    Random random(kSeed);
    while (out.random.size() < wanted) {
      const auto a = static_cast<RecordIndex>(random.Below(count));
      const auto b = static_cast<RecordIndex>(random.Below(count));
      if (a != b) out.random.push_back({std::max(a, b), std::min(a, b)});
    }
    out.random_share = static_cast<double>(wanted) / out.all_pairs;
  }
  // By record, so that the candidates of each are gone through once.
  std::ranges::sort(out.random, {}, [](const ObservedPair& pair) { return std::tie(pair.a, pair.b); });
  std::vector<char> is_candidate(out.random.size());
  ParallelFor(count, pairs.threads(), count / (8 * pairs.threads()) + 1, [&](size_t begin, size_t end) {
    HugeVector<ContentIndex> seen(records.contents(), CandidateIndex::kNobody);
    const auto place = [&out](size_t record) {
      return static_cast<size_t>(std::ranges::lower_bound(out.random, record, {}, &ObservedPair::a) -
                                 out.random.begin());
    };
    const size_t first = place(begin);
    const size_t last = place(end);
    for (size_t i = first; i < last; ++i) {
      ObservedPair& pair = out.random[i];
      pair.levels = pairs.comparer().Compare(records.row(pair.a), records.row(pair.b));
      const ContentIndex content = records.content(pair.a);
      if (i == first || records.content(out.random[i - 1].a) != content) {
        pairs.index().ForEachEarlier(content, seen, [](ContentIndex) {});
      }
      const ContentIndex other = records.content(pair.b);
      is_candidate[i] = other == content || seen[other] == content ? 1 : 0;
    }
  });
  out.random_is_candidate.assign(is_candidate.begin(), is_candidate.end());
}

// Recognises housemates by their levels.
class HousemateTest {
 public:
  explicit HousemateTest(const ValueStore& values) : values_(values), surname_(values.schema().surname()) {
    const Schema& schema = values.schema();
    for (size_t i = 0; i < schema.size(); ++i) {
      if (schema[i].address != AddressPart::kNone) address_.push_back({i, schema[i].address == AddressPart::kHouse});
    }
    possible_ = surname_ >= 0 && schema.has_house();
  }
  // Whether the levels need a look: told without a comparison, false for nearly all pairs. Equal values have one
  // number, unless they are alternatives among several.
  [[nodiscard]] bool Possible(Row a, Row b) const {
    if (!possible_) return false;
    const auto surname = static_cast<size_t>(surname_);
    if (a[surname] == kNoValue || b[surname] == kNoValue || !MayBeEqual(surname, a, b)) return false;
    return std::ranges::all_of(address_, [&](const auto& part) {
      return a[part.first] == kNoValue || b[part.first] == kNoValue || MayBeEqual(part.first, a, b);
    });
  }
  [[nodiscard]] bool operator()(LevelVector levels) const {
    if (LevelAt(levels, static_cast<size_t>(surname_)) != name_level::kExact) return false;
    bool house = false;
    for (const auto& [place, is_house] : address_) {
      const LevelIndex level = LevelAt(levels, place);
      if (level > 1) return false;  // 1 is "exact" in every type of address attribute
      house |= is_house && level == 1;
    }
    return house;
  }

 private:
  [[nodiscard]] bool MayBeEqual(size_t attribute, Row a, Row b) const {
    if (a[attribute] == b[attribute]) return true;
    const ValueDictionary& dictionary = values_.dictionary(attribute);
    return dictionary.has_sets() && (dictionary[a[attribute]].is_set() || dictionary[b[attribute]].is_set());
  }

  const ValueStore& values_;
  int surname_;
  std::vector<std::pair<size_t, bool>> address_;
  bool possible_ = false;
};

}  // namespace

Observations Observe(CandidatePairs& pairs, const ObservationOptions& options) {
  Observations out;
  const auto count = static_cast<double>(pairs.records().size());
  out.all_pairs = count * (count - 1) / 2;
  DrawRandom(pairs, options.random_pairs, out);
  const auto total = static_cast<double>(std::max<uint64_t>(1, pairs.size()));
  out.candidate_share = std::min(1.0, static_cast<double>(options.candidate_pairs) / total);
  const auto limit = static_cast<uint64_t>(out.candidate_share * 0x1.0p53);
  const RecordSet& records = pairs.records();
  const HousemateTest are_housemates(records.values());
  std::vector<std::vector<ObservedPair>> drawn(pairs.chunks());
  std::vector<std::vector<ObservedPair>> housemates(pairs.chunks());
  pairs.ForEach([&](size_t chunk, RecordIndex record, std::span<const RecordIndex> others) {
    const Row row = records.row(record);
    for (const RecordIndex other : others) {
      const uint64_t hash = HashCombine(kSeed, (uint64_t{record} << 32) | other);
      const bool draw = (hash >> 11) < limit;
      const bool look = are_housemates.Possible(row, records.row(other));
      if (!draw && !look) continue;
      const ObservedPair pair = {record, other, pairs.comparer().Compare(row, records.row(other))};
      if (draw) drawn[chunk].push_back(pair);
      if (look && are_housemates(pair.levels)) housemates[chunk].push_back(pair);
    }
  });
  for (size_t chunk = 0; chunk < pairs.chunks(); ++chunk) {
    out.candidates.insert(out.candidates.end(), drawn[chunk].begin(), drawn[chunk].end());
    out.housemates.insert(out.housemates.end(), housemates[chunk].begin(), housemates[chunk].end());
  }
  return out;
}

std::vector<ObservedPair> PairsWithin(const RecordSet& records, const PairComparer& comparer,
                                      std::span<const RecordIndex> labels, size_t threads) {
  std::vector<RecordIndex> order(records.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::stable_sort(order, {}, [labels](RecordIndex record) { return labels[record]; });
  std::vector<ObservedPair> within;
  for (size_t begin = 0; begin < order.size();) {
    size_t end = begin + 1;
    while (end < order.size() && labels[order[end]] == labels[order[begin]]) ++end;
    const size_t size = end - begin;
    const size_t reach = size > 2 * kReach ? kReach : size;
    const double pairs_seen =
        static_cast<double>(reach == size ? size * (size - 1) / 2 : reach * (2 * size - reach - 1) / 2);
    const auto weight = static_cast<float>(static_cast<double>(size - 1) / pairs_seen);
    for (size_t i = begin; i < end; ++i) {
      for (size_t j = i + 1; j < std::min(end, i + 1 + reach); ++j) within.push_back({order[j], order[i], 0, weight});
    }
    begin = end;
  }
  ParallelFor(within.size(), threads, 8192, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      within[i].levels = comparer.Compare(records.row(within[i].a), records.row(within[i].b));
    }
  });
  return within;
}

}  // namespace wensum::matching
