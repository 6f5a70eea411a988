#include "services/hub/supply_comparison.h"

#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "base/hash.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "services/hub/record_columns.h"

namespace wensum::hub {
namespace {

using gazetteer::RowIdentity;
using gazetteer::RowOwner;
using ingest::GazetteerReader;
using ingest::GazetteerRecord;

constexpr uint64_t kRowsBetweenLooks = 4'096;
constexpr uint64_t kSeen = 1;  // the lowest bit of a content's hash is not compared

// The file's own fault, whatever reader found it; not that of the disk it lies on.
absl::Status HubFileError(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kDataLoss:
    case absl::StatusCode::kResourceExhausted:
      return InvalidArgument(Message(status));
    default:
      return status;
  }
}

std::string WhyRejected(const GazetteerRecord& record) {
  for (const ingest::RowIssue& issue : record.issues) {
    if (issue.severity != ingest::Severity::kWarning) {
      return issue.column.empty() ? issue.message : Cat(issue.column, ": ", issue.message);
    }
  }
  return "The row is none of DTF 7.3.";
}

class Comparison {
 public:
  Comparison(GazetteerReader& hub, GazetteerReader& ours, int custodian_code, const ComparisonLimits& limits,
             absl::FunctionRef<bool()> cancelled)
      : hub_(hub), ours_(ours), custodian_code_(custodian_code), limits_(limits), cancelled_(cancelled) {}

  absl::StatusOr<SupplyComparison> Run() {
    const ingest::CsvPosition begin = hub_.position();
    WENSUM_RETURN_IF_ERROR(ReadHub());
    WENSUM_RETURN_IF_ERROR(ReadOurs());
    if (seen_ < held_.size() || !places_.empty()) {
      WENSUM_RETURN_IF_ERROR(HubFileError(hub_.Seek(begin)));
      WENSUM_RETURN_IF_ERROR(ReadHubAgain());
    }
    if (too_many_) {
      return InvalidArgument(Cat("the hub lacks ", missing_, " records of the register, has ", unknown_,
                                 " that the register does not send and ", different_,
                                 " otherwise, which is too much for findings: is it the right file? If it is, send the "
                                 "hub a full submission"));
    }
    result_.hub_records = held_.size() - result_.other_custodians;
    return std::move(result_);
  }

 private:
  enum class Look : uint8_t { kFirst, kAgain };

  // Makes the table of what the hub holds.
  absl::Status ReadHub() {
    GazetteerRecord record;
    while (true) {
      WENSUM_ASSIGN_OR_RETURN(const bool more, NextOfHub(record, Look::kFirst));
      if (!more) {
        break;
      }
      columns_.Read(record.row);
      const auto [place, added] = held_.try_emplace(KeyOf(record.row), 0);
      place->second = columns_.Hash() & ~kSeen;
      if (!added) {
        AddUnreadable(record.line,
                      Cat("A record ", record.record_type, " of the same key comes before it: the last one counts."));
      } else if (held_.size() > limits_.records) {
        return InvalidArgument(Cat("the file has more than ", limits_.records, " records"));
      }
      if (const auto* const blpu = std::get_if<model::Blpu>(&record.row)) {
        if (blpu->local_custodian_code != custodian_code_) {
          others_.insert(blpu->uprn.value());
        } else {
          others_.erase(blpu->uprn.value());
        }
      }
    }
    if (const ingest::RowIssue* const stop = hub_.facts().stop()) {
      return InvalidArgument(stop->line == 0 ? stop->message : Cat("line ", stop->line, ": ", stop->message));
    }
    if (hub_.facts().next_volume_number != 0) {
      return InvalidArgument(Cat("the file is continued in volume ", hub_.facts().next_volume_number,
                                 ": send all volumes in one zip archive"));
    }
    return held_.empty() ? InvalidArgument(
                               "the file has no record of a street or property: if the hub holds nothing, "
                               "send it a full submission")
                         : absl::OkStatus();
  }

  // Marks what is held and finds what is missing or different.
  absl::Status ReadOurs() {
    GazetteerRecord record;
    while (true) {
      const absl::StatusOr<bool> more = NextOf(ours_, record);
      if (!more.ok()) {
        return more.status().code() == absl::StatusCode::kInvalidArgument ? Internal(Message(more.status()))
                                                                          : more.status();
      }
      if (!*more) {
        return absl::OkStatus();
      }
      if (record.outcome != GazetteerRecord::Outcome::kRow) {
        return Internal(Cat("line ", record.line, " of the register's own file cannot be read: ", WhyRejected(record)));
      }
      if (std::holds_alternative<model::CustodianRecord>(record.row)) {
        continue;
      }
      ++result_.register_records;
      if (const auto* const blpu = std::get_if<model::Blpu>(&record.row)) {
        others_.erase(blpu->uprn.value());
      }
      columns_.Read(record.row);
      const uint64_t key = KeyOf(record.row);
      const auto held = held_.find(key);
      if (held == held_.end()) {
        ++missing_;
        if (DifferingRecord* const place = AddPlace(record.row)) {
          place->ours = std::move(record.row);
        }
        continue;
      }
      const bool same = held->second == (columns_.Hash() & ~kSeen);
      held->second |= kSeen;
      ++seen_;
      if (same) {
        continue;
      }
      ++different_;
      if (DifferingRecord* const place = AddPlace(record.row)) {
        place->ours = std::move(record.row);
        places_.emplace(key, result_.differing.size() - 1);
      }
    }
  }

  // Takes the hub's side of what differs.
  absl::Status ReadHubAgain() {
    GazetteerRecord record;
    while (true) {
      WENSUM_ASSIGN_OR_RETURN(const bool more, NextOfHub(record, Look::kAgain));
      if (!more) {
        return absl::OkStatus();
      }
      const uint64_t key = KeyOf(record.row);
      const auto held = held_.find(key);
      if (held == held_.end()) {
        return InvalidArgument("the file changed while it was read");
      }
      auto place = places_.find(key);
      if (place == places_.end()) {
        if ((held->second & kSeen) != 0) {
          continue;
        }
        held->second |= kSeen;  // a second one of its key has its place then, or was told of
        if (IsOthers(record.row)) {
          ++result_.other_custodians;
          continue;
        }
        ++unknown_;
        columns_.Read(record.row);
        if (AddPlace(record.row) == nullptr) {
          continue;
        }
        place = places_.emplace(key, result_.differing.size() - 1).first;
      }
      if (Spend(record.raw.size())) {
        DifferingRecord& differing = result_.differing[place->second];
        differing.hubs = std::move(record.row);
        differing.line = record.line;
      }
    }
  }

  // The next row of the file that is a record of a street or property.
  absl::StatusOr<bool> NextOfHub(GazetteerRecord& record, Look look) {
    while (true) {
      const absl::StatusOr<bool> more = NextOf(hub_, record);
      if (!more.ok()) {
        return HubFileError(more.status());
      }
      if (!*more) {
        return false;
      }
      const std::string why = WhyNoRecord(record);
      if (why.empty() && !std::holds_alternative<model::CustodianRecord>(record.row)) {
        return true;
      }
      if (!why.empty() && look == Look::kFirst) {
        AddUnreadable(record.line, why);
      }
    }
  }

  absl::StatusOr<bool> NextOf(GazetteerReader& file, GazetteerRecord& record) {
    if (++rows_ % kRowsBetweenLooks == 0 && cancelled_()) {
      return MakeStatus(absl::StatusCode::kCancelled, "the caller went away before the file was compared");
    }
    return file.Next(record);
  }

  // Empty: it is one.
  static std::string WhyNoRecord(const GazetteerRecord& record) {
    if (record.outcome != GazetteerRecord::Outcome::kRow) {
      return WhyRejected(record);
    }
    if (std::holds_alternative<model::CustodianRecord>(record.row)) {
      return {};
    }
    if (record.change == model::ChangeType::kDelete) {
      return "It is a deletion, which a full supply cannot have.";
    }
    const RowIdentity identity = gazetteer::IdentityOf(record.row);
    const bool owned = identity.owner == RowOwner::kStreet || identity.owner == RowOwner::kProperty;
    return owned && identity.complete() ? std::string() : std::string("It names no street or property.");
  }

  [[nodiscard]] bool IsOthers(const model::GazetteerRow& row) const {
    const RowIdentity identity = gazetteer::IdentityOf(row);
    return identity.owner == RowOwner::kProperty && others_.contains(identity.id);
  }

  static uint64_t KeyOf(const model::GazetteerRow& row) {
    return Hash64(gazetteer::RowKey(/*reg=*/0, gazetteer::IdentityOf(row)));
  }

  void AddUnreadable(uint64_t line, std::string why) {
    ++result_.unreadable;
    if (result_.first_unreadable.size() < limits_.unreadable) {
      result_.first_unreadable.push_back({line, std::move(why)});
    }
  }

  // A place for a record that differs, whose columns were read; null: there is no room.
  DifferingRecord* AddPlace(const model::GazetteerRow& row) {
    if (result_.differing.size() == limits_.differing) {
      too_many_ = true;
      return nullptr;
    }
    if (!Spend(columns_.bytes())) {
      return nullptr;
    }
    DifferingRecord& place = result_.differing.emplace_back();
    place.identity = gazetteer::IdentityOf(row);
    return &place;
  }

  bool Spend(size_t bytes) {
    too_many_ |= bytes > limits_.differing_bytes - spent_;
    spent_ += too_many_ ? 0 : bytes;
    return !too_many_;
  }

  GazetteerReader& hub_;
  GazetteerReader& ours_;
  const int custodian_code_;
  const ComparisonLimits limits_;
  const absl::FunctionRef<bool()> cancelled_;
  RecordColumns columns_;
  // What the hub holds, by hash of the key: the content's hash, and whether the register has such a record.
  absl::flat_hash_map<uint64_t, uint64_t> held_;
  absl::flat_hash_set<uint64_t> others_;          // UPRNs that the hub gives to other custodians and the register not
  absl::flat_hash_map<uint64_t, size_t> places_;  // of records that the hub has, in result_.differing
  SupplyComparison result_;
  uint64_t rows_ = 0;  // read of both files
  uint64_t seen_ = 0;
  uint64_t missing_ = 0, unknown_ = 0, different_ = 0;
  size_t spent_ = 0;
  bool too_many_ = false;
};

}  // namespace

absl::StatusOr<SupplyComparison> CompareSupplies(GazetteerReader& hub, GazetteerReader& ours, int custodian_code,
                                                 const ComparisonLimits& limits, absl::FunctionRef<bool()> cancelled) {
  return Comparison(hub, ours, custodian_code, limits, cancelled).Run();
}

}  // namespace wensum::hub
