#include "services/models/model_messages.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/convert/times.h"
#include "services/register/model_store.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/status_details.h"

namespace wensum::models {
namespace {

constexpr std::string_view kModels = "models/";
constexpr std::string_view kModelRuns = "modelRuns/";
constexpr size_t kMaxVersionBytes = 128;

void ToKey(const model::SourceKey& key, v1::SourceKey& out) {
  out.set_source(key.source);
  out.set_key(key.key);
  out.set_incarnation(key.incarnation);
}

void ToPeople(const std::vector<std::vector<registry::ComparedRecord>>& examples, const OpaqueIdCodec& ids,
              google::protobuf::RepeatedPtrField<v1::ComparedPerson>& out) {
  for (const std::vector<registry::ComparedRecord>& example : examples) {
    v1::ComparedPerson& person = *out.Add();
    for (const registry::ComparedRecord& record : example) {
      v1::ComparedRecord& told = *person.add_records();
      ToKey(record.key, *told.mutable_source_key());
      told.set_person_before(rpc::PersonName(ids, record.before));
      told.set_person_after(rpc::PersonName(ids, record.after));
    }
  }
}

void ToAgreement(const matching::Agreement& fit, v1::Agreement& out) {
  out.set_precision(fit.precision);
  out.set_recall(fit.recall);
  out.set_f1(fit.f1());
}

}  // namespace

std::string ModelName(std::string_view version) { return Cat(kModels, version); }
std::string ModelRunName(uint64_t id) { return Cat(kModelRuns, id); }

absl::StatusOr<std::string> ParseModelName(std::string_view name, std::string_view field) {
  const std::string_view version = name.starts_with(kModels) ? name.substr(kModels.size()) : std::string_view();
  if (version.empty() || version.size() > kMaxVersionBytes || !std::all_of(version.begin(), version.end(), [](char c) {
        return IsLetter(c) || IsDigit(c) || c == '-' || c == '_' || c == '.';
      })) {
    return rpc::InvalidField(field, Cat("is ", Quote(name), "; expected ", kModels, "{version}, as List gives it"));
  }
  return std::string(version);
}

absl::StatusOr<uint64_t> ParseModelRunName(std::string_view name, std::string_view field) {
  const std::optional<uint64_t> id =
      name.starts_with(kModelRuns) ? ParseInteger<uint64_t>(name.substr(kModelRuns.size())) : std::nullopt;
  if (!id.has_value() || *id == 0) {
    return rpc::InvalidField(field, Cat("is ", Quote(name), "; expected ", kModelRuns, "{number}, a number from 1"));
  }
  return *id;
}

absl::StatusOr<ModelHistory> ReadModelHistory(const storage::Reader& reader, std::string_view active) {
  ModelHistory history;
  history.active = active;
  WENSUM_ASSIGN_OR_RETURN(history.activations, registry::ListActivations(reader));
  // Between a switch and its publication the newest row is ahead of `active`.
  const auto last = std::find_if(history.activations.rbegin(), history.activations.rend(),
                                 [active](const auto& row) { return row.version() == active; });
  if (last != history.activations.rend()) {
    history.previous = last->former_version();
  }
  return history;
}

void ToModel(const storage::v1::ModelInfo& info, const ModelHistory& history, v1::Model& out) {
  out.set_name(ModelName(info.version()));
  out.set_version(info.version());
  convert::ToTimestamp(info.create_time(), *out.mutable_create_time());
  out.set_origin(static_cast<v1::Model::Origin>(info.origin()));
  out.set_label(info.label());
  out.set_records(info.records());
  out.set_match_rate(info.match_rate());
  out.set_household_class(info.household_class());
  out.set_identity_guard_fired(info.identity_guard_fired());
  out.set_merge_threshold(info.merge_threshold());
  out.set_review_threshold(info.review_threshold());
  out.set_json_bytes(info.json_bytes());
  out.set_calibration_slope(info.calibration_labels() == 0 ? 1 : info.calibration_slope());
  out.set_calibration_offset(info.calibration_offset());
  out.set_calibration_labels(info.calibration_labels());
  out.set_active(info.version() == history.active);
  out.set_previous(info.version() == history.previous);
  for (const storage::v1::ModelActivation& activation : history.activations) {
    if (activation.version() == info.version()) {
      convert::ToTimestamp(activation.time(), *out.mutable_activate_time());
      out.set_activate_revision(activation.revision());
    }
  }
}

void ToResult(const registry::Training& training, std::string_view version, v1::TrainResult& out) {
  out.set_model(ModelName(version));
  out.set_revision(training.revision);
  out.set_records(training.records);
  out.set_match_rate(training.model.parameters.match_rate);
  out.set_household_class(training.model.parameters.household.on);
  out.set_household_match_share(training.household_match_share);
  out.set_identity_guard_fired(training.identity_guard_fired);
}

void ToResult(const registry::Calibration& calibration, std::string_view version, v1::CalibrateResult& out) {
  const matching::CalibrationReport& report = calibration.report;
  const matching::ScoreCalibration& fit = calibration.model.parameters.calibration;
  out.set_model(ModelName(version));
  out.set_revision(calibration.revision);
  out.set_labels(report.labels + calibration.unknown);
  out.set_used(report.used);
  out.set_refused(report.refused);
  out.set_repeated(report.repeated);
  out.set_unknown(calibration.unknown);
  out.set_slope(fit.slope);
  out.set_offset(fit.offset);
  out.set_log_loss_before(report.log_loss_before);
  out.set_log_loss_after(report.log_loss_after);
  for (const matching::CalibrationBin& bin : report.bins) {
    v1::CalibrateResult::Bin& row = *out.add_bins();
    if (std::isfinite(bin.from)) {
      row.set_from(bin.from);
    }
    if (std::isfinite(bin.to)) {
      row.set_to(bin.to);
    }
    row.set_reason(static_cast<v1::ReviewReason>(static_cast<int>(bin.reason) + 1));
    row.set_labels(bin.labels);
    row.set_one_person(bin.one_person);
    row.set_probability_before(bin.before);
    row.set_probability_after(bin.after);
  }
}

void ToResult(const registry::Comparison& comparison, const OpaqueIdCodec& ids, v1::CompareResult& out) {
  out.set_revision(comparison.revision);
  out.set_records(comparison.records);
  out.set_people_before(comparison.people_before);
  out.set_people_after(comparison.people_after);
  out.set_merges(comparison.merges);
  out.set_splits(comparison.splits);
  out.set_records_changed(comparison.records_changed);
  out.set_reviews_before(comparison.reviews_before);
  out.set_reviews_after(comparison.reviews_after);
  ToPeople(comparison.merge_examples, ids, *out.mutable_merge_examples());
  ToPeople(comparison.split_examples, ids, *out.mutable_split_examples());
}

void ToResult(const registry::Evaluation& evaluation, v1::EvaluateResult& out) {
  const matching::PartitionMetrics& metrics = evaluation.partition;
  out.set_revision(evaluation.revision);
  out.set_records(metrics.records);
  out.set_unknown_records(evaluation.unknown);
  for (const model::SourceKey& key : evaluation.unknown_examples) {
    ToKey(key, *out.add_unknown_examples());
  }
  out.set_people(metrics.clusters);
  out.set_true_people(metrics.people);
  out.set_true_pairs(metrics.true_pairs);
  out.set_false_pairs(metrics.false_pairs());
  out.set_missed_pairs(metrics.missed_pairs());
  ToAgreement(evaluation.edges, *out.mutable_edges());
  ToAgreement(metrics.pairs, *out.mutable_cluster_pairs());
  ToAgreement(metrics.b_cubed, *out.mutable_b_cubed());
}

void ToResult(const registry::Activation& activation, v1::ActivateResult& out) {
  out.set_model(ModelName(activation.version));
  out.set_former_model(ModelName(activation.former_version));
  out.set_revision(activation.revision);
  out.set_records(activation.records);
  out.set_people_before(activation.people_before);
  out.set_people_after(activation.people_after);
  out.set_caught_up(activation.caught_up);
  out.set_switch_seconds(static_cast<double>(activation.switch_micros) * 1e-6);
}

void ToAddressCalibration(const storage::v1::AddressCalibration& row, v1::AddressCalibration& out) {
  if (row.number() != 0) {
    convert::ToTimestamp(row.time(), *out.mutable_activate_time());
    out.set_activate_revision(row.revision());
  }
  out.set_precision(row.precision());
  out.set_least_strength(row.least_strength());
  for (const storage::v1::CalibrationStep& step : row.steps()) {
    v1::AddressCalibration::Step& added = *out.add_steps();
    added.set_strength(step.strength());
    added.set_probability(step.probability());
  }
  for (const storage::v1::CalibrationCut& cut : row.cuts()) {
    v1::AddressCalibration::Cut& added = *out.add_cuts();
    added.set_precision(cut.precision());
    if (std::isfinite(cut.strength())) {
      added.set_least_strength(cut.strength());
    }
  }
  out.set_properties(row.properties());
  out.set_rows(row.rows());
  out.set_labels(row.labels());
  for (const storage::v1::CalibrationBin& bin : row.bins()) {
    v1::AddressCalibration::Bin& added = *out.add_reliability();
    added.set_from(bin.from());
    added.set_to(bin.to());
    added.set_promised(bin.promised());
    added.set_observed(bin.observed());
    added.set_matches(bin.matches());
  }
  out.set_expected_error(row.expected_error());
}

void ToResult(const registry::AddressFit& fit, v1::CalibrateAddressesResult& out) {
  ToAddressCalibration(fit.calibration, *out.mutable_calibration());
  out.set_records(fit.records);
  out.set_unmatched(fit.unmatched);
  out.set_matched(fit.matched);
  out.set_switch_seconds(static_cast<double>(fit.switch_micros) * 1e-6);
}

const std::string& ModelOf(const v1::ModelRunSpec& spec) {
  switch (spec.kind_case()) {
    case v1::ModelRunSpec::kCompare:
      return spec.compare().model();
    case v1::ModelRunSpec::kEvaluate:
      return spec.evaluate().model();
    case v1::ModelRunSpec::kActivate:
      return spec.activate().model();
    case v1::ModelRunSpec::kCalibrate:
      return spec.calibrate().model();
    case v1::ModelRunSpec::kTrain:
    case v1::ModelRunSpec::kCalibrateAddresses:
    case v1::ModelRunSpec::kTryRuleset:
    case v1::ModelRunSpec::kActivateRuleset:
    case v1::ModelRunSpec::KIND_NOT_SET:
      break;
  }
  return v1::ActivateSpec::default_instance().model();
}

}  // namespace wensum::models
