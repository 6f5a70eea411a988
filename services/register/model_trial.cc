// ModelWork: learning a model, and seeing what one would do.
#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "base/hash.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "matching/train/trainer.h"
#include "services/register/core.h"
#include "services/register/loader.h"
#include "services/register/model_work.h"
#include "services/register/record_batch.h"
#include "services/register/reviews.h"
#include "storage/keys.h"

namespace wensum::registry {
namespace {

using matching::RecordIndex;
using storage::Family;

constexpr size_t kMaxUnknownExamples = 100;
constexpr size_t kMaxExampleRecords = 50;

absl::Status CheckGoing(const WorkHooks& hooks) {
  return hooks.cancelled() ? MakeStatus(absl::StatusCode::kCancelled, "the run was cancelled") : absl::OkStatus();
}

// Enters a phase.
absl::Status Enter(const WorkHooks& hooks, std::string_view phase) {
  hooks.on_progress(phase, 0, 0);
  return CheckGoing(hooks);
}

// The live entity of each record, by ordinal.
absl::StatusOr<std::vector<uint64_t>> LiveAnchors(const Core& core, const RecordBatch& batch) {
  std::vector<uint64_t> anchors(batch.last_ordinal() + 1);
  WENSUM_RETURN_IF_ERROR(ScanAnchors(core, batch.snapshot(), batch.last_ordinal(),
                                     [&anchors](uint64_t id, uint64_t anchor, uint32_t) { anchors[id] = anchor; }));
  return anchors;
}

// Some of many, always the same, wherever in the register: those whose hashes are smallest.
std::vector<uint64_t> SomeOf(std::vector<uint64_t> anchors, size_t count) {
  const auto mixed = [](uint64_t a, uint64_t b) { return MixBits(a) < MixBits(b); };
  const size_t size = std::min(count, anchors.size());
  std::partial_sort(anchors.begin(), anchors.begin() + static_cast<std::ptrdiff_t>(size), anchors.end(), mixed);
  anchors.resize(size);
  return anchors;
}

class Comparer {
 public:
  Comparer(const Core& core, const RecordBatch& batch, size_t examples)
      : core_(core), batch_(batch), examples_(examples) {}

  absl::Status Run(const std::vector<RecordIndex>& labels, Comparison& out) {
    WENSUM_ASSIGN_OR_RETURN(before_, LiveAnchors(core_, batch_));
    WENSUM_RETURN_IF_ERROR(NameAfter(labels));
    absl::flat_hash_map<uint64_t, uint64_t> one_after;   // by anchor before: one of the entities after
    absl::flat_hash_map<uint64_t, uint64_t> one_before;  // by anchor after
    absl::flat_hash_set<uint64_t> merges;
    absl::flat_hash_set<uint64_t> splits;
    for (RecordIndex i = 0; i < labels.size(); ++i) {
      const uint64_t before = before_[batch_.ordinal(i)];
      const uint64_t after = after_[i];
      out.records_changed += before != after ? 1 : 0;
      if (one_after.try_emplace(before, after).first->second != after) {
        splits.insert(before);
      }
      if (one_before.try_emplace(after, before).first->second != before) {
        merges.insert(after);
      }
    }
    out.revision = batch_.revision();
    out.records = labels.size();
    out.people_before = one_after.size();
    out.people_after = one_before.size();
    out.merges = merges.size();
    out.splits = splits.size();
    const auto before_of = [this](RecordIndex i) { return before_[batch_.ordinal(i)]; };
    const auto after_of = [this](RecordIndex i) { return after_[i]; };
    WENSUM_ASSIGN_OR_RETURN(out.merge_examples, Examples({merges.begin(), merges.end()}, after_of));
    WENSUM_ASSIGN_OR_RETURN(out.split_examples, Examples({splits.begin(), splits.end()}, before_of));
    return absl::OkStatus();
  }

 private:
  // The ids that the entities after would be known by.
  absl::Status NameAfter(const std::vector<RecordIndex>& labels) {
    IdTable ids;
    ids.Reserve(batch_.last_ordinal());
    for (uint64_t i = 0; i < batch_.last_ordinal(); ++i) {
      ids.Mint();
    }
    WENSUM_RETURN_IF_ERROR(LoadHandovers(core_, batch_.snapshot(), ids));
    std::vector<uint64_t> anchor(labels.size());  // by label
    for (RecordIndex i = 0; i < labels.size(); ++i) {
      const uint64_t ordinal = batch_.ordinal(i);
      const uint64_t oldest = ids.AnchorOf({&ordinal, 1});
      uint64_t& least = anchor[labels[i]];
      least = least == 0 ? oldest : std::min(least, oldest);
    }
    after_.reserve(labels.size());
    for (const RecordIndex label : labels) {
      after_.push_back(anchor[label]);
    }
    return absl::OkStatus();
  }

  // The records of some of the entities `anchors`, where `anchor_of` gives each record's.
  template <typename AnchorOf>
  absl::StatusOr<std::vector<std::vector<ComparedRecord>>> Examples(std::vector<uint64_t> anchors,
                                                                    const AnchorOf& anchor_of) {
    const std::vector<uint64_t> chosen = SomeOf(std::move(anchors), examples_);
    absl::flat_hash_map<uint64_t, std::vector<RecordIndex>> members;
    for (const uint64_t anchor : chosen) {
      members[anchor];
    }
    for (RecordIndex i = 0; i < after_.size(); ++i) {
      if (const auto found = members.find(anchor_of(i)); found != members.end()) {
        found->second.push_back(i);
      }
    }
    std::vector<std::vector<ComparedRecord>> examples;
    for (const uint64_t anchor : chosen) {
      std::vector<RecordIndex>& list = members[anchor];
      std::sort(list.begin(), list.end(),
                [this](RecordIndex a, RecordIndex b) { return batch_.ordinal(a) < batch_.ordinal(b); });
      list.resize(std::min(list.size(), kMaxExampleRecords));
      std::vector<ComparedRecord>& example = examples.emplace_back();
      for (const RecordIndex i : list) {
        WENSUM_ASSIGN_OR_RETURN(model::SourceKey key, KeyOf(batch_.ordinal(i)));
        example.push_back({.key = std::move(key), .before = before_[batch_.ordinal(i)], .after = after_[i]});
      }
    }
    return examples;
  }

  absl::StatusOr<model::SourceKey> KeyOf(uint64_t ordinal) const {
    WENSUM_ASSIGN_OR_RETURN(
        const auto value,
        batch_.snapshot().Get(Family::kSource, storage::SourceKey(core_.options.register_id, ordinal)));
    if (!value.has_value()) {
      return DataLoss(Cat("source record ", ordinal, " is missing; run `wensum verify`"));
    }
    WENSUM_ASSIGN_OR_RETURN(DecodedSource source, DecodeSource(*value, Cat("source record ", ordinal)));
    return std::move(source.record.key);
  }

  const Core& core_;
  const RecordBatch& batch_;
  const size_t examples_;
  std::vector<uint64_t> before_;  // anchors, by ordinal
  std::vector<uint64_t> after_;   // anchors, by record
};

// Finds records of a batch by what their sources call them.
class RecordFinder {
 public:
  static constexpr RecordIndex kNone = ~RecordIndex{0};

  RecordFinder(const Core& core, const RecordBatch& batch)
      : core_(core), batch_(batch), record_of_(batch.last_ordinal() + 1, kNone) {
    for (RecordIndex i = 0; i < batch.records().size(); ++i) {
      record_of_[batch.ordinal(i)] = i;
    }
  }

  // kNone if there is no such record. `hash` is core.HashSourceKey(key).
  [[nodiscard]] absl::StatusOr<RecordIndex> Find(std::string_view hash) const {
    WENSUM_ASSIGN_OR_RETURN(const auto ordinal, FindOrdinal(batch_.snapshot(), core_.options.register_id, hash));
    return ordinal.has_value() && *ordinal <= batch_.last_ordinal() ? record_of_[*ordinal] : kNone;
  }
  [[nodiscard]] absl::StatusOr<RecordIndex> Find(const model::SourceKey& key) const {
    return Find(core_.HashSourceKey(key));
  }

 private:
  const Core& core_;
  const RecordBatch& batch_;
  std::vector<RecordIndex> record_of_;  // by ordinal
};

// The truth's label of each record of a batch.
struct Labels {
  static constexpr uint32_t kNone = ~uint32_t{0};
  std::vector<uint32_t> of_record;
  std::vector<uint64_t> sizes;  // by label: records that the register has
};

absl::StatusOr<Labels> LabelRecords(const Core& core, const RecordBatch& batch, const Truth& truth, Evaluation& out) {
  const RecordFinder finder(core, batch);
  Labels labels;
  labels.of_record.assign(batch.records().size(), Labels::kNone);
  absl::flat_hash_map<std::string_view, uint32_t> numbers;
  absl::flat_hash_set<std::string> seen;
  for (const auto& [key, label] : truth.records) {
    std::string hash = core.HashSourceKey(key);
    WENSUM_ASSIGN_OR_RETURN(const RecordIndex record, finder.Find(std::string_view(hash)));
    if (!seen.insert(std::move(hash)).second) {
      return InvalidArgument(
          Cat("the truth names record ", Quote(key.key), " of source ", Quote(key.source), " twice"));
    }
    if (record == RecordFinder::kNone) {
      if (out.unknown++ < kMaxUnknownExamples) {
        out.unknown_examples.push_back(key);
      }
      continue;
    }
    const uint32_t number = numbers.try_emplace(label, static_cast<uint32_t>(numbers.size())).first->second;
    labels.of_record[record] = number;
    labels.sizes.resize(numbers.size());
    ++labels.sizes[number];
  }
  if (numbers.empty()) {
    return FailedPrecondition(Cat("the register has none of the truth's ", truth.records.size(),
                                  " records: see that sources and keys are spelt as in the register"));
  }
  return labels;
}

matching::Agreement CompareEdges(const std::vector<matching::ScoredPair>& edges, const Labels& labels) {
  uint64_t predicted = 0;
  uint64_t correct = 0;
  for (const matching::ScoredPair& edge : edges) {
    const uint32_t a = labels.of_record[edge.a];
    const uint32_t b = labels.of_record[edge.b];
    if (a != Labels::kNone && b != Labels::kNone) {
      ++predicted;
      correct += a == b ? 1 : 0;
    }
  }
  uint64_t true_pairs = 0;
  for (const uint64_t size : labels.sizes) {
    true_pairs += size * (size - 1) / 2;
  }
  const auto ratio = [correct](uint64_t whole) {
    return whole == 0 ? 1 : static_cast<double>(correct) / static_cast<double>(whole);
  };
  return {.precision = ratio(predicted), .recall = ratio(true_pairs)};
}

}  // namespace

absl::StatusOr<Training> ModelWork::Train(const WorkHooks& hooks) const {
  const std::shared_ptr<const matching::LinkageModel> live = core_.model();
  WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<RecordBatch> batch,
                          RecordBatch::Read(core_, {.with_nameless = false}, hooks));
  if (batch->records().size() < 2) {
    return FailedPrecondition("there are fewer than two records of people: import some first");
  }
  WENSUM_RETURN_IF_ERROR(Enter(hooks, "index"));
  matching::TrainOptions options;
  options.rules = live->parameters.rules;
  options.on_phase = [&hooks](std::string_view phase) { hooks.on_progress(Cat("train: ", phase), 0, 0); };
  matching::CandidatePairs& pairs = batch->PairsFor(options.rules);
  WENSUM_RETURN_IF_ERROR(CheckGoing(hooks));
  matching::TrainReport report;
  Training training;
  training.model = matching::Train(pairs, options, report);
  WENSUM_RETURN_IF_ERROR(CheckGoing(hooks));
  training.revision = batch->revision();
  training.records = batch->records().size();
  training.identity_guard_fired = report.identity_guard_fired;
  training.household_match_share = training.model.parameters.household.match_share;
  return training;
}

absl::StatusOr<Calibration> ModelWork::Calibrate(const matching::LinkageModel& model,
                                                 std::span<const LabelledPair> labels, const WorkHooks& hooks) const {
  WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<RecordBatch> batch, RecordBatch::Read(core_, {}, hooks));
  Calibration out;
  out.revision = batch->revision();
  WENSUM_RETURN_IF_ERROR(Enter(hooks, "look up"));
  const RecordFinder finder(core_, *batch);
  std::vector<matching::PairLabel> known;
  for (const LabelledPair& label : labels) {
    WENSUM_ASSIGN_OR_RETURN(const RecordIndex a, finder.Find(label.a));
    WENSUM_ASSIGN_OR_RETURN(const RecordIndex b, finder.Find(label.b));
    if (a == RecordFinder::kNone || b == RecordFinder::kNone) {
      ++out.unknown;
    } else {
      known.push_back({a, b, label.one_person});
    }
  }
  out.model = model;
  out.model.version.clear();
  const matching::CalibrateOptions options = {
      .on_phase = [&hooks](std::string_view phase) { hooks.on_progress(phase, 0, 0); }};
  matching::CandidatePairs& pairs = batch->PairsFor(model.parameters.rules);
  const auto calibration = matching::Calibrate(pairs, model, std::move(known), options, out.report);
  WENSUM_RETURN_IF_ERROR(CheckGoing(hooks));
  if (!calibration.ok() && out.unknown > 0) {
    return FailedPrecondition(
        Cat(Message(calibration.status()), "; ", out.unknown, " more name a record that the register does not have"));
  }
  WENSUM_ASSIGN_OR_RETURN(out.model.parameters.calibration, calibration);
  return out;
}

absl::StatusOr<Comparison> ModelWork::Compare(const matching::LinkageModel& model, size_t examples,
                                              const WorkHooks& hooks) const {
  WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<RecordBatch> batch, RecordBatch::Read(core_, {}, hooks));
  Comparison out;
  WENSUM_ASSIGN_OR_RETURN(const auto reviews, OpenReviews(batch->snapshot(), core_.options.register_id));
  out.reviews_before = reviews.size();
  WENSUM_RETURN_IF_ERROR(Enter(hooks, "resolve with the candidate"));
  const RecordBatch::Resolved resolved = batch->Resolve(model, /*with_edges=*/false);
  out.reviews_after = resolved.resolution.review.size();
  WENSUM_RETURN_IF_ERROR(Enter(hooks, "compare"));
  WENSUM_RETURN_IF_ERROR(Comparer(core_, *batch, examples).Run(resolved.resolution.labels, out));
  return out;
}

absl::StatusOr<Evaluation> ModelWork::Evaluate(const matching::LinkageModel* model, const Truth& truth,
                                               const WorkHooks& hooks) const {
  const std::shared_ptr<const matching::LinkageModel> live = core_.model();
  WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<RecordBatch> batch, RecordBatch::Read(core_, {}, hooks));
  Evaluation out;
  out.revision = batch->revision();
  WENSUM_RETURN_IF_ERROR(Enter(hooks, "look up"));
  WENSUM_ASSIGN_OR_RETURN(const Labels labels, LabelRecords(core_, *batch, truth, out));
  WENSUM_RETURN_IF_ERROR(Enter(hooks, "resolve"));
  const RecordBatch::Resolved resolved = batch->Resolve(model == nullptr ? *live : *model, /*with_edges=*/true);
  WENSUM_RETURN_IF_ERROR(Enter(hooks, "compare"));
  WENSUM_ASSIGN_OR_RETURN(const std::vector<uint64_t> anchors, LiveAnchors(core_, *batch));
  std::vector<uint32_t> predicted;
  std::vector<uint32_t> people;
  for (RecordIndex i = 0; i < labels.of_record.size(); ++i) {
    if (labels.of_record[i] != Labels::kNone) {
      predicted.push_back(model == nullptr ? static_cast<uint32_t>(anchors[batch->ordinal(i)])
                                           : resolved.resolution.labels[i]);
      people.push_back(labels.of_record[i]);
    }
  }
  out.partition = matching::ComparePartitions(predicted, people);
  out.edges = CompareEdges(resolved.edges, labels);
  return out;
}

}  // namespace wensum::registry
