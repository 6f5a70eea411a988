// The labelled sets of people that the batch resolution is measured on, and what it has to reach on each.
#ifndef WENSUM_BENCHMARKS_PEOPLE_SETS_H_
#define WENSUM_BENCHMARKS_PEOPLE_SETS_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "benchmarks/support/report.h"
#include "matching/score/linkage_model.h"

namespace wensum::benchmarks {

// What is done to a set before it is measured.
enum class SetChange : uint8_t { kNone, kNoise, kNoiseAndLookalikes };

// A figure of the set's report, named by the keys on the way to it, e.g. "accuracy/b_cubed/f1".
struct Aim {
  std::string_view figure;
  Target target;
};

struct PeopleSet {
  std::string_view name;
  std::string_view config;              // a file beside this one
  std::vector<std::string_view> files;  // below `persons` of the data folder
  std::string_view truth_id;
  std::string_view truth_entity;
  std::string_view entity_pattern = {};  // as `people evaluate` takes it
  SetChange change = SetChange::kNone;
  std::string_view once_per = {};  // declared beside what the configuration says
  matching::UndatedRule undated = matching::UndatedRule::kBelowScore;
  std::vector<Aim> aims = {};
};

// All sets, the quick ones first.
std::span<const PeopleSet> PeopleSets();

}  // namespace wensum::benchmarks

#endif  // WENSUM_BENCHMARKS_PEOPLE_SETS_H_
