// The life of models in a running register: learn one, see what one would do, put one in force.
#ifndef WENSUM_SERVICES_REGISTER_MODEL_WORK_H_
#define WENSUM_SERVICES_REGISTER_MODEL_WORK_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "matching/evaluate/metrics.h"
#include "matching/score/linkage_model.h"
#include "matching/train/calibrate.h"
#include "model/source_record.h"
#include "storage/store.h"
#include "wensum/storage/v1/address_calibration.pb.h"

namespace wensum::registry {

struct AddressFit;
struct Core;
class Writer;

// How the caller follows long work, and ends it. Both are called on the thread that does it.
struct WorkHooks {
  // `total` is 0 where nothing is counted.
  std::function<void(std::string_view phase, uint64_t done, uint64_t total)> on_progress = [](std::string_view,
                                                                                              uint64_t, uint64_t) {};
  // Asked between phases and pieces; the work then ends with CANCELLED and leaves nothing behind.
  std::function<bool()> cancelled = [] { return false; };
};

struct Training {
  matching::LinkageModel model;  // without a version
  uint64_t revision = 0;         // that was learnt from
  uint64_t records = 0;
  bool identity_guard_fired = false;
  double household_match_share = 0;
};

// A record, named as its source does.
struct ComparedRecord {
  model::SourceKey key;
  uint64_t before = 0;  // anchor of the live entity
  uint64_t after = 0;   // anchor of the one that it would belong to
};

struct Comparison {
  uint64_t revision = 0;
  uint64_t records = 0;
  uint64_t people_before = 0;
  uint64_t people_after = 0;
  uint64_t merges = 0;           // entities after that hold records of several live ones
  uint64_t splits = 0;           // live entities whose records would belong to several
  uint64_t records_changed = 0;  // that would belong to an entity of another id
  uint64_t reviews_before = 0;
  uint64_t reviews_after = 0;
  // The records of some of these merges and splits: of the entity after, and of the one before.
  std::vector<std::vector<ComparedRecord>> merge_examples;
  std::vector<std::vector<ComparedRecord>> split_examples;
};

// Which records the truth says are one person: equal labels.
struct Truth {
  std::vector<std::pair<model::SourceKey, std::string>> records;
};

// What somebody who knows says of two records.
struct LabelledPair {
  model::SourceKey a;
  model::SourceKey b;
  bool one_person = false;
};

struct Calibration {
  matching::LinkageModel model;  // without a version
  uint64_t revision = 0;         // of the records
  uint64_t unknown = 0;          // labels of a record that the register does not have
  matching::CalibrationReport report;
};

struct Evaluation {
  uint64_t revision = 0;
  uint64_t unknown = 0;                            // records of the truth that the register does not have
  std::vector<model::SourceKey> unknown_examples;  // the first 100
  matching::PartitionMetrics partition;
  matching::Agreement edges;  // of single pairs with a probability of at least one half
};

struct Activation {
  std::string version;
  std::string former_version;
  uint64_t revision = 0;  // of the switch; the newest one if it changed nobody
  uint64_t records = 0;
  uint64_t people_before = 0;
  uint64_t people_after = 0;
  uint64_t caught_up = 0;     // records taken in again, since they were written while it was prepared
  int64_t switch_micros = 0;  // how long writes waited
};

inline constexpr size_t kFewestProperties = 1'000;  // with an address, that a calibration can be learnt from

struct AddressFitRequest {
  double precision = 0.999;
  size_t rows = 20'000;  // errors made, those of the check not counted
  bool validate_only = false;
  // Given: it is put in force as it is, and nothing is learnt.
  std::optional<storage::v1::AddressCalibration> given = std::nullopt;
  // Adds writes that stand or fall with its coming into force.
  std::function<void(const AddressFit&, storage::WriteBatch&)> add_writes = [](const AddressFit&,
                                                                               storage::WriteBatch&) {};
};

struct AddressFit {
  storage::v1::AddressCalibration calibration;  // without number, time and revision if it did not come into force
  uint64_t records = 0;                         // whose addresses have another match by it
  uint64_t unmatched = 0;                       // addresses that were matched and no longer are
  uint64_t matched = 0;                         // the other way about
  int64_t switch_micros = 0;                    // how long writes waited
};

struct ActivationRequest {
  std::string version;
  // Adds writes that stand or fall with the switch.
  std::function<void(const Activation&, storage::WriteBatch&)> add_writes = [](const Activation&,
                                                                               storage::WriteBatch&) {};
  size_t records_per_piece = 32'768;
};

// Thread-safe. All of it takes minutes for large registers, runs threads of its own, and reads a snapshot: reads and
// writes of the register go on. Train, Calibrate, Compare and Evaluate need about as much memory as the live matcher,
// for as long as they run, and change nothing.
class ModelWork {
 public:
  // Both must outlive the object.
  ModelWork(Core* core, Writer* writer) : core_(*core), writer_(*writer) {}

  // Learns a model from the live records. FAILED_PRECONDITION if there are fewer than two people among them.
  absl::StatusOr<Training> Train(const WorkHooks& hooks) const;
  // `model` with its scores calibrated by the labels. FAILED_PRECONDITION if too few can be used.
  absl::StatusOr<Calibration> Calibrate(const matching::LinkageModel& model, std::span<const LabelledPair> labels,
                                        const WorkHooks& hooks) const;
  // What `model` would make of the live records. Up to `examples` merges, and as many splits, are told in full: the
  // same ones every time, from all over the register.
  absl::StatusOr<Comparison> Compare(const matching::LinkageModel& model, size_t examples,
                                     const WorkHooks& hooks) const;
  // How well the entities fit the truth: the live ones, or those that `model`, if given, would make. INVALID_ARGUMENT
  // if the truth names a record twice; FAILED_PRECONDITION if the register has none of its records.
  absl::StatusOr<Evaluation> Evaluate(const matching::LinkageModel* model, const Truth& truth,
                                      const WorkHooks& hooks) const;
  // Puts a stored model in force. A second matcher is filled from a snapshot, then with what was written since, while
  // the one in force serves on; the last of that, clusters, redirects, events and the model's name are one commit.
  // Whatever happens before that commit is durable leaves the register with the former model. Needs the memory of a
  // second matcher meanwhile. NOT_FOUND if there is no such model; FAILED_PRECONDITION if it is in force, or if another
  // activation is under way.
  absl::StatusOr<Activation> Activate(const ActivationRequest& request, const WorkHooks& hooks);
  // Learns how sure matches of addresses are, from errors made in the gazetteer and from learnt addresses, and puts it
  // in force: records whose addresses match otherwise by it are matched anew in the same commit. Needs some 300 bytes
  // an address meanwhile. FAILED_PRECONDITION, with nothing changed, if the gazetteer is too small to learn from, if no
  // match is as sure as is wanted, or if another such work is under way.
  absl::StatusOr<AddressFit> CalibrateAddresses(const AddressFitRequest& request, const WorkHooks& hooks);

 private:
  Core& core_;
  Writer& writer_;
};

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_MODEL_WORK_H_
