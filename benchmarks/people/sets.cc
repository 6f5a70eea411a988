#include "benchmarks/people/sets.h"

namespace wensum::benchmarks {
namespace {

using matching::UndatedRule;

constexpr Target AtLeast(double value) { return {.value = value, .at_least = true}; }
constexpr Target AtMost(double value) { return {.value = value, .at_least = false}; }

constexpr std::string_view kPrecision = "accuracy/cluster_pairs/precision";
constexpr std::string_view kRecall = "accuracy/cluster_pairs/recall";
constexpr std::string_view kF1 = "accuracy/cluster_pairs/f1";
constexpr std::string_view kBCubedF1 = "accuracy/b_cubed/f1";
constexpr std::string_view kFalse = "accuracy/false_pairs";
constexpr std::string_view kWrong = "accuracy/false_and_missed_pairs";
constexpr std::string_view kReviewedRecall = "review/after_cluster_pairs/recall";

PeopleSet Febrl(std::string_view name, std::string_view config, std::vector<std::string_view> files, double wrong) {
  return {.name = name,
          .config = config,
          .files = std::move(files),
          .truth_id = "rec_id",
          .truth_entity = "rec_id",
          .entity_pattern = "rec-([0-9]+)",
          .aims = {{kWrong, AtMost(wrong)}}};
}

PeopleSet Census(std::string_view name, SetChange change, std::vector<Aim> aims) {
  return {.name = name,
          .config = "census.yaml",
          .files = {"pseudopeople_decennial_census.csv"},
          .truth_id = "__index_level_0__",
          .truth_entity = "simulant_id",
          .change = change,
          .aims = std::move(aims)};
}

// With the owner's word that nobody stands in a census year twice.
PeopleSet OncePerYear(PeopleSet set) {
  set.once_per = "year";
  return set;
}

PeopleSet WithUndated(UndatedRule rule, PeopleSet set) {
  set.undated = rule;
  return set;
}

std::vector<PeopleSet> MakeSets() {
  return {
      Febrl("febrl1", "febrl1.yaml", {"febrl_dataset1.csv"}, 0),
      Febrl("febrl2", "febrl2.yaml", {"febrl_dataset2.csv"}, 0),
      Febrl("febrl3", "febrl3.yaml", {"febrl_dataset3.csv"}, 2),
      Febrl("febrl4", "febrl4.yaml", {"febrl_dataset4a.csv", "febrl_dataset4b.csv"}, 0),
      {.name = "fake_1000",
       .config = "fake_1000.yaml",
       .files = {"fake_1000.csv"},
       .truth_id = "unique_id",
       .truth_entity = "cluster",
       .aims = {{kF1, AtLeast(0.98)}, {kFalse, AtMost(0)}}},
      {.name = "historical_dev",
       .config = "historical.yaml",
       .files = {"historical_dev.csv"},
       .truth_id = "unique_id",
       .truth_entity = "cluster",
       .aims = {{kF1, AtLeast(0.975)}, {kPrecision, AtLeast(0.995)}, {kBCubedF1, AtLeast(0.975)}}},
      Census("census", SetChange::kNone, {{kPrecision, AtLeast(0.9995)}, {kRecall, AtLeast(0.999)}}),
      Census("census_noise", SetChange::kNoise,
             {{kPrecision, AtLeast(0.9975)}, {kRecall, AtLeast(0.85)}, {kReviewedRecall, AtLeast(0.96)}}),
      // Where nobody stands twice in a year, merges without a date need no steward.
      WithUndated(UndatedRule::kOff,
                  OncePerYear(Census(
                      "census_noise_once_per_year", SetChange::kNoise,
                      {{kPrecision, AtLeast(0.9985)}, {kRecall, AtLeast(0.93)}, {kReviewedRecall, AtLeast(0.96)}}))),
      Census("census_lookalikes", SetChange::kNoiseAndLookalikes, {}),
      WithUndated(UndatedRule::kAlways,
                  Census("census_lookalikes_strict", SetChange::kNoiseAndLookalikes, {{kPrecision, AtLeast(0.998)}})),
      WithUndated(UndatedRule::kAlways,
                  OncePerYear(Census("census_lookalikes_strict_once_per_year", SetChange::kNoiseAndLookalikes,
                                     {{kPrecision, AtLeast(0.9995)}}))),
  };
}

}  // namespace

std::span<const PeopleSet> PeopleSets() {
  static const std::vector<PeopleSet>& sets = *new std::vector<PeopleSet>(MakeSets());
  return sets;
}

}  // namespace wensum::benchmarks
