// ModelWork::CalibrateAddresses.
#include <algorithm>
#include <cmath>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "matching/address/fit/self_calibration.h"
#include "matching/address/fit/typed_matcher.h"
#include "services/gazetteer/property_reader.h"
#include "services/register/address_calibration.h"
#include "services/register/core.h"
#include "services/register/learnt_addresses.h"
#include "services/register/loader.h"
#include "services/register/meta_record.h"
#include "services/register/model_work.h"
#include "services/register/writer.h"
#include "storage/address_keys.h"

namespace wensum::registry {
namespace {

using matching::address::FlatAnswer;
using matching::address::FlatGazetteer;
using matching::address::IndexedProperty;
using storage::Family;

constexpr uint64_t kErrorSeed = 1;
constexpr uint64_t kRecordsPerPiece = 32'768;

// The register's own matcher, as it is in force, but for what is learnt and how sure a match must be.
class ServingMatcher : public matching::address::AddressMatcher {
 public:
  explicit ServingMatcher(const Indexes& indexes) : indexes_(indexes) {}

  void Add(const IndexedProperty& property, FlatGazetteer* list) { listed_.Add(property, list); }
  [[nodiscard]] uint32_t Find(uint64_t uprn) const { return listed_.Find(uprn); }

  [[nodiscard]] FlatAnswer Match(std::string_view text, std::string_view postcode, bool want_reason) const override {
    ReaderLock lock(indexes_.address_mutex);
    return listed_.AnswerOf(
        indexes_.addresses->FindMatch({.text = std::string(text), .postcode = std::string(postcode)},
                                      {.max_candidates = want_reason ? size_t{2} : size_t{0}}));
  }
  [[nodiscard]] size_t memory_bytes() const override { return listed_.memory_bytes(); }

 private:
  const Indexes& indexes_;
  matching::address::ListedProperties listed_;
};

class AddressFitter {
 public:
  AddressFitter(Core& core, Writer& writer, const AddressFitRequest& request, const WorkHooks& hooks)
      : core_(core), writer_(writer), request_(request), hooks_(hooks) {}

  absl::StatusOr<AddressFit> Run() {
    WENSUM_RETURN_IF_ERROR(Begin());
    absl::Status status = Prepare();
    if (status.ok() && !request_.validate_only) {
      status = Switch();
    }
    // After a switch there is nothing to reset, and if the register shuts down nobody is left to note anything.
    writer_.RunBetweenCommits([this] { core_.indexes.readdressed.reset(); }).IgnoreError();
    WENSUM_RETURN_IF_ERROR(status);
    return fit_;
  }

 private:
  absl::Status Enter(std::string_view phase, uint64_t done = 0, uint64_t total = 0) const {
    hooks_.on_progress(phase, done, total);
    return hooks_.cancelled() ? MakeStatus(absl::StatusCode::kCancelled, "the calibration was cancelled")
                              : absl::OkStatus();
  }

  // From here on the writer notes whose addresses are matched.
  absl::Status Begin() {
    bool busy = false;
    WENSUM_RETURN_IF_ERROR(writer_.RunBetweenCommits([&] {
      busy = core_.indexes.readdressed.has_value();
      if (!busy) {
        core_.indexes.readdressed.emplace();
        snapshot_ = core_.store->NewSnapshot();
      }
    }));
    return busy ? FailedPrecondition("another calibration of addresses is being made: wait for its end")
                : absl::OkStatus();
  }

  absl::Status Prepare() {
    if (request_.given.has_value()) {
      fit_.calibration = *request_.given;
    } else {
      WENSUM_RETURN_IF_ERROR(Fit());
    }
    WENSUM_ASSIGN_OR_RETURN(const uint64_t last_ordinal, LastOrdinal(core_, *snapshot_));
    for (uint64_t first = 1; first <= last_ordinal; first += kRecordsPerPiece) {
      WENSUM_RETURN_IF_ERROR(Enter("match records", first - 1, last_ordinal));
      WENSUM_RETURN_IF_ERROR(FindMoved(first, std::min(last_ordinal + 1, first + kRecordsPerPiece)));
    }
    snapshot_.reset();
    std::ranges::sort(moved_);
    return absl::OkStatus();
  }

  absl::Status Fit() {
    WENSUM_RETURN_IF_ERROR(Enter("list addresses"));
    ServingMatcher matcher(core_.indexes);
    WENSUM_ASSIGN_OR_RETURN(const FlatGazetteer list, ListAddresses(matcher));
    if (list.ids.size() < kFewestProperties) {
      return TooFew(list.ids.size());
    }
    WENSUM_ASSIGN_OR_RETURN(const std::vector<LearntAddress> told, ListTold());
    std::vector<matching::address::TrialRow> known;
    known.reserve(told.size());
    for (const LearntAddress& address : told) {
      known.push_back({.text = address.text(), .postcode = address.postcode(), .truth = matcher.Find(address.uprn())});
    }
    WENSUM_RETURN_IF_ERROR(Enter("make errors and match them"));
    const matching::address::SelfCalibration fitted =
        matching::address::CalibrateOn(matcher, list,
                                       {.seed = kErrorSeed,
                                        .rows = request_.rows,
                                        .precision = request_.precision,
                                        .threads = static_cast<int>(ScanThreads(core_)),
                                        .known = known});
    if (fitted.cautious) {
      return TooFew(list.ids.size());
    }
    const double least = matching::address::CutFor(fitted.cuts, request_.precision);
    if (!std::isfinite(least)) {
      return FailedPrecondition(
          Cat("no match is right as often as the wanted precision of ", request_.precision, ": ask for a lower one"));
    }
    Fill(fitted, least, list.ids.size());
    return absl::OkStatus();
  }

  static absl::Status TooFew(size_t properties) {
    return FailedPrecondition(Cat("the gazetteer has ", properties,
                                  " properties with an address, of which too few errors "
                                  "can be learnt from: load it whole, ",
                                  kFewestProperties, " or more, and try again"));
  }

  absl::StatusOr<FlatGazetteer> ListAddresses(ServingMatcher& matcher) const {
    std::vector<IndexedProperty> properties;
    WENSUM_RETURN_IF_ERROR(gazetteer::PropertyReader(*snapshot_, core_.options.register_id)
                               .ForEachIndexed(ScanThreads(core_), [&](std::vector<IndexedProperty> chunk) {
                                 std::move(chunk.begin(), chunk.end(), std::back_inserter(properties));
                               }));
    // They come in any order, and what is learnt from the list must not depend on it.
    std::ranges::sort(properties, {}, &IndexedProperty::uprn);
    FlatGazetteer list;
    for (const IndexedProperty& property : properties) {
      matcher.Add(property, &list);
    }
    return list;
  }

  // What stewards said, in force, of properties that are listed or of none.
  absl::StatusOr<std::vector<LearntAddress>> ListTold() const {
    std::vector<LearntAddress> told;
    WENSUM_RETURN_IF_ERROR(
        ForEachLearnt(*snapshot_, core_.options.register_id, [&told](const LearntAddress& address) -> absl::Status {
          if (!address.has_retraction()) {
            told.push_back(address);
          }
          return absl::OkStatus();
        }));
    return told;
  }

  void Fill(const matching::address::SelfCalibration& fitted, double least, size_t properties) {
    storage::v1::AddressCalibration& row = fit_.calibration;
    row.set_format(kAddressCalibrationFormat);
    row.set_address_rules(kAddressRules);
    row.set_precision(request_.precision);
    row.set_least_strength(least);
    row.set_properties(properties);
    {
      ReaderLock lock(core_.indexes.counts_mutex);
      row.set_all_properties(core_.indexes.counts.properties);
    }
    row.set_rows(fitted.rows);
    row.set_labels(fitted.known);
    row.set_expected_error(fitted.reliability.expected_error);
    for (const matching::address::CalibrationStep& step : fitted.calibration.steps()) {
      storage::v1::CalibrationStep& added = *row.add_steps();
      added.set_strength(step.strength);
      added.set_probability(step.probability);
    }
    for (const matching::address::PrecisionCut& cut : fitted.cuts) {
      storage::v1::CalibrationCut& added = *row.add_cuts();
      added.set_precision(cut.precision);
      added.set_strength(cut.strength);
    }
    for (const matching::address::ReliabilityBin& bin : fitted.reliability.bins) {
      storage::v1::CalibrationBin& added = *row.add_bins();
      added.set_from(bin.from);
      added.set_to(bin.to);
      added.set_promised(bin.promised);
      added.set_observed(bin.observed);
      added.set_matches(bin.count);
    }
  }

  // Of a range of ordinals: the records whose addresses match otherwise once the calibration is in force.
  absl::Status FindMoved(uint64_t first, uint64_t end) {
    const double least = fit_.calibration.least_strength();
    Mutex mutex;
    return ScanSourceRange(
        core_, *snapshot_, first, end, [&](uint64_t ordinal, const DecodedSource& source) -> absl::Status {
          if (source.state.deleted) {
            return absl::OkStatus();
          }
          const std::vector<matching::ResolvedAddress>& before = source.state.resolved_addresses;
          const auto after = ResolveAddressesAt(source.record.details, source.record.key.source, core_.indexes, least);
          if (after == before) {
            return absl::OkStatus();
          }
          MutexLock lock(mutex);
          moved_.push_back(ordinal);
          ++fit_.records;
          for (size_t i = 0; i < after.size(); ++i) {
            fit_.unmatched += before[i].uprn != 0 && after[i].uprn == 0 ? 1 : 0;
            fit_.matched += before[i].uprn == 0 && after[i].uprn != 0 ? 1 : 0;
          }
          return absl::OkStatus();
        });
  }

  absl::Status Switch() {
    WENSUM_RETURN_IF_ERROR(Enter("switch"));
    return writer_.CommitAlone({
        .stage = [this](Slice& slice) { return Stage(slice); },
        .add = [this](uint64_t revision, TimeMicros time, storage::WriteBatch& batch) { Add(revision, time, batch); },
        .written = [this] { Publish().IgnoreError(); },  // as in Stage, now with its revision
    });
  }

  // The indexes get it before it is durable, as with all that a commit does to them; if the write fails they are loaded
  // anew.
  absl::Status Stage(Slice& slice) {
    stage_time_ = core_.clock->Now();
    WENSUM_ASSIGN_OR_RETURN(const uint64_t newest, NewestAddressCalibration(*core_.store, core_.options.register_id));
    fit_.calibration.set_number(newest + 1);
    // Records that were written since; a commit that failed may have noted some that were never stored.
    std::vector<uint64_t> ordinals = std::exchange(*core_.indexes.readdressed, {});
    ordinals.insert(ordinals.end(), moved_.begin(), moved_.end());
    std::ranges::sort(ordinals);
    const auto again = std::ranges::unique(ordinals);
    ordinals.erase(again.begin(), again.end());
    std::erase_if(ordinals, [this](uint64_t ordinal) {
      return ordinal >= core_.indexes.live.size() || !core_.indexes.live[ordinal];
    });
    WENSUM_RETURN_IF_ERROR(Publish());
    // What waits for the writer was matched by the former one.
    core_.indexes.address_version.fetch_add(1, std::memory_order_release);
    return slice.Rematch(ordinals);
  }

  absl::Status Publish() {
    WENSUM_ASSIGN_OR_RETURN(AddressCalibration decoded, DecodeAddressCalibration(fit_.calibration));
    MutexLock lock(core_.indexes.address_mutex);
    core_.indexes.address_calibration = std::make_shared<const AddressCalibration>(std::move(decoded));
    return absl::OkStatus();
  }

  void Add(uint64_t revision, TimeMicros time, storage::WriteBatch& batch) {
    fit_.calibration.set_time(time);
    fit_.calibration.set_revision(revision);
    fit_.switch_micros = core_.clock->Now() - stage_time_;
    batch.Put(Family::kDecision, storage::AddressCalibrationKey(core_.options.register_id, fit_.calibration.number()),
              fit_.calibration.SerializeAsString());
    request_.add_writes(fit_, batch);
  }

  Core& core_;
  Writer& writer_;
  const AddressFitRequest& request_;
  const WorkHooks& hooks_;
  std::unique_ptr<storage::Snapshot> snapshot_;
  std::vector<uint64_t> moved_;  // ordinals
  TimeMicros stage_time_ = 0;
  AddressFit fit_;
};

}  // namespace

absl::StatusOr<AddressFit> ModelWork::CalibrateAddresses(const AddressFitRequest& request, const WorkHooks& hooks) {
  return AddressFitter(core_, writer_, request, hooks).Run();
}

}  // namespace wensum::registry
