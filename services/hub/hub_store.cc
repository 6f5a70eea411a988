#include "services/hub/hub_store.h"

#include <limits>
#include <memory>
#include <optional>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/status_details.h"
#include "wensum/storage/v1/hub.pb.h"

namespace wensum::hub {
namespace {

using storage::Family;

constexpr uint32_t kFormat = 1;
constexpr std::string_view kSubmissions = "submissions/";
constexpr std::string_view kReports = "hubReports/";

absl::StatusOr<uint64_t> ParseName(std::string_view name, std::string_view collection, std::string_view field) {
  const std::optional<uint64_t> number =
      name.starts_with(collection) ? ParseInteger<uint64_t>(name.substr(collection.size())) : std::nullopt;
  if (!number.has_value() || *number == 0) {
    return rpc::InvalidField(field, Cat("is ", Quote(name), "; expected ", collection, "{number}, a number from 1"));
  }
  return *number;
}

absl::Status Damaged(std::string_view key) {
  return DataLoss(Cat("the value of the key ", HexEncode(key),
                      " is damaged or of a newer version; restore the data directory from a backup"));
}

template <typename Stored>
absl::StatusOr<Stored> ParseStored(std::string_view key, std::string_view value) {
  Stored stored;
  if (!stored.ParseFromArray(value.data(), static_cast<int>(value.size())) || stored.format() > kFormat) {
    return Damaged(key);
  }
  return stored;
}

// The message that a stored value holds.
template <typename Stored, typename Message>
absl::StatusOr<Message> Parse(std::string_view key, std::string_view value,
                              const std::string& (Stored::*bytes)() const) {
  WENSUM_ASSIGN_OR_RETURN(const Stored stored, ParseStored<Stored>(key, value));
  Message message;
  if (!message.ParseFromString((stored.*bytes)())) {
    return Damaged(key);
  }
  return message;
}

absl::StatusOr<v1::HubSubmission> ParseSubmission(std::string_view key, std::string_view value) {
  WENSUM_ASSIGN_OR_RETURN(v1::HubSubmission submission, (Parse<storage::v1::HubSubmission, v1::HubSubmission>(
                                                            key, value, &storage::v1::HubSubmission::submission)));
  if (submission.steps().empty()) {
    return DataLoss(Cat("the submission of the key ", HexEncode(key), " has no state"));
  }
  return submission;
}
absl::StatusOr<v1::HubReport> ParseReport(std::string_view key, std::string_view value) {
  return Parse<storage::v1::HubReport, v1::HubReport>(key, value, &storage::v1::HubReport::report);
}
absl::StatusOr<ListedFinding> ParseFinding(std::string_view key, std::string_view value, const FindingId& id) {
  WENSUM_ASSIGN_OR_RETURN(v1::HubFinding finding, (Parse<storage::v1::HubFinding, v1::HubFinding>(
                                                      key, value, &storage::v1::HubFinding::finding)));
  finding.set_name(Cat(ReportName(id.report), "/findings/", id.number));
  return ListedFinding{id, std::move(finding)};
}

// The numbers below `before`, newest first, until `visit` is done or fails.
template <typename KeyOf, typename ParseKey, typename Visit>
absl::Status Descend(const storage::Reader& reader, storage::RegisterId reg, const std::string& prefix, uint64_t before,
                     KeyOf key_of, ParseKey parse_key, Visit visit) {
  if (before == 0) {
    return absl::OkStatus();
  }
  const auto it = reader.NewIterator(Family::kImportRun, storage::PrefixRange(prefix));
  for (it->SeekForPrev(key_of(reg, before - 1)); it->Valid(); it->Prev()) {
    WENSUM_ASSIGN_OR_RETURN(const storage::NumberedKey key, parse_key(it->key()));
    WENSUM_ASSIGN_OR_RETURN(const bool more, visit(key.number, it->key(), it->value()));
    if (!more) {
      return absl::OkStatus();
    }
  }
  return it->status();
}

// The highest number; 0: there is none.
template <typename KeyOf, typename ParseKey>
absl::StatusOr<uint64_t> LastNumber(const storage::Reader& reader, storage::RegisterId reg, const std::string& prefix,
                                    KeyOf key_of, ParseKey parse_key) {
  uint64_t last = 0;
  WENSUM_RETURN_IF_ERROR(Descend(reader, reg, prefix, std::numeric_limits<uint64_t>::max(), key_of, parse_key,
                                 [&last](uint64_t number, std::string_view, std::string_view) -> absl::StatusOr<bool> {
                                   last = number;
                                   return false;
                                 }));
  return last;
}

// The findings that an index lists from `start` on, as long as `more` says so of the next.
template <typename ParseKey, typename More>
absl::StatusOr<std::vector<FindingId>> ListIds(const storage::Reader& reader, const std::string& prefix,
                                               const std::string& start, ParseKey parse_key, More more) {
  std::vector<FindingId> ids;
  const auto it = reader.NewIterator(Family::kImportRun, storage::PrefixRange(prefix));
  for (it->Seek(start); it->Valid(); it->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const storage::HubFindingByObjectParts parts, parse_key(it->key()));
    const FindingId id = {parts.report, parts.number};
    if (!more(id, ids.size())) {
      break;
    }
    ids.push_back(id);
  }
  WENSUM_RETURN_IF_ERROR(it->status());
  return ids;
}

// Calls `take` with the key and the value of each.
template <typename Take>
absl::Status ReadFindings(const storage::Reader& reader, storage::RegisterId reg, const std::vector<FindingId>& ids,
                          Take take) {
  for (const FindingId& id : ids) {
    const std::string key = storage::HubFindingKey(reg, id.report, id.number);
    WENSUM_ASSIGN_OR_RETURN(const std::optional<std::string> value, reader.Get(Family::kImportRun, key));
    if (!value.has_value()) {
      return DataLoss(Cat(ReportName(id.report), "/findings/", id.number, " is listed and missing"));
    }
    WENSUM_RETURN_IF_ERROR(take(id, key, *value));
  }
  return absl::OkStatus();
}

// Reads the findings that an index lists after `start`, which has the key of the first one.
template <typename ParseKey>
absl::StatusOr<std::vector<ListedFinding>> ReadListed(const storage::Reader& reader, storage::RegisterId reg,
                                                      const std::string& prefix, const std::string& start,
                                                      ParseKey parse_key, size_t limit) {
  WENSUM_ASSIGN_OR_RETURN(const std::vector<FindingId> ids,
                          ListIds(reader, prefix, start, parse_key,
                                  [limit](const FindingId& /*id*/, size_t listed) { return listed < limit; }));
  std::vector<ListedFinding> findings;
  findings.reserve(ids.size());
  WENSUM_RETURN_IF_ERROR(ReadFindings(
      reader, reg, ids, [&](const FindingId& id, std::string_view key, std::string_view value) -> absl::Status {
        WENSUM_ASSIGN_OR_RETURN(findings.emplace_back(), ParseFinding(key, value, id));
        return absl::OkStatus();
      }));
  return findings;
}

}  // namespace

std::string SubmissionName(uint64_t number) { return Cat(kSubmissions, number); }
std::string ReportName(uint64_t number) { return Cat(kReports, number); }
absl::StatusOr<uint64_t> ParseSubmissionName(std::string_view name, std::string_view field) {
  return ParseName(name, kSubmissions, field);
}
absl::StatusOr<uint64_t> ParseReportName(std::string_view name, std::string_view field) {
  return ParseName(name, kReports, field);
}

absl::StatusOr<v1::HubSubmission> ReadSubmission(const storage::Reader& reader, storage::RegisterId reg,
                                                 uint64_t number) {
  const std::string key = storage::HubSubmissionKey(reg, number);
  WENSUM_ASSIGN_OR_RETURN(const std::optional<std::string> value, reader.Get(Family::kImportRun, key));
  if (!value.has_value()) {
    return rpc::UnknownResource(SubmissionName(number));
  }
  return ParseSubmission(key, *value);
}

absl::Status VisitSubmissions(const storage::Reader& reader, storage::RegisterId reg, uint64_t before,
                              absl::FunctionRef<bool(uint64_t number, v1::HubSubmission& submission)> visit) {
  return Descend(reader, reg, storage::HubSubmissionPrefix(reg), before, storage::HubSubmissionKey,
                 storage::ParseHubSubmissionKey,
                 [&visit](uint64_t number, std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
                   WENSUM_ASSIGN_OR_RETURN(v1::HubSubmission submission, ParseSubmission(key, value));
                   return visit(number, submission);
                 });
}

absl::StatusOr<uint64_t> LastSubmission(const storage::Reader& reader, storage::RegisterId reg) {
  return LastNumber(reader, reg, storage::HubSubmissionPrefix(reg), storage::HubSubmissionKey,
                    storage::ParseHubSubmissionKey);
}

void PutSubmission(storage::RegisterId reg, uint64_t number, const v1::HubSubmission& submission,
                   storage::WriteBatch& batch) {
  storage::v1::HubSubmission stored;
  stored.set_format(kFormat);
  stored.set_number(number);
  submission.SerializeToString(stored.mutable_submission());
  batch.Put(Family::kImportRun, storage::HubSubmissionKey(reg, number), stored.SerializeAsString());
}

absl::StatusOr<v1::HubReport> ReadReport(const storage::Reader& reader, storage::RegisterId reg, uint64_t number) {
  const std::string key = storage::HubReportKey(reg, number);
  WENSUM_ASSIGN_OR_RETURN(const std::optional<std::string> value, reader.Get(Family::kImportRun, key));
  if (!value.has_value()) {
    return rpc::UnknownResource(ReportName(number));
  }
  return ParseReport(key, *value);
}

absl::Status VisitReports(const storage::Reader& reader, storage::RegisterId reg, uint64_t before,
                          absl::FunctionRef<bool(uint64_t number, v1::HubReport& report)> visit) {
  return Descend(reader, reg, storage::HubReportPrefix(reg), before, storage::HubReportKey, storage::ParseHubReportKey,
                 [&visit](uint64_t number, std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
                   WENSUM_ASSIGN_OR_RETURN(v1::HubReport report, ParseReport(key, value));
                   return visit(number, report);
                 });
}

absl::StatusOr<uint64_t> LastReport(const storage::Reader& reader, storage::RegisterId reg) {
  return LastNumber(reader, reg, storage::HubReportPrefix(reg), storage::HubReportKey, storage::ParseHubReportKey);
}

void PutReport(storage::RegisterId reg, uint64_t number, const v1::HubReport& report, storage::WriteBatch& batch) {
  storage::v1::HubReport stored;
  stored.set_format(kFormat);
  stored.set_number(number);
  report.SerializeToString(stored.mutable_report());
  batch.Put(Family::kImportRun, storage::HubReportKey(reg, number), stored.SerializeAsString());
}

void PutFinding(storage::RegisterId reg, const FindingId& id, const v1::HubFinding& finding,
                const gazetteer::HeldRow* held, storage::WriteBatch& batch) {
  storage::v1::HubFinding stored;
  stored.set_format(kFormat);
  finding.SerializeToString(stored.mutable_finding());
  if (held != nullptr) {
    stored.set_record_type(held->record_type);
    stored.set_subkey(held->subkey);
    if (held->row.has_value()) {
      gazetteer::EncodeRow(*held->row, {.format = model::GazetteerFormat::kDtf73}, stored.mutable_held());
    }
  }
  batch.Put(Family::kImportRun, storage::HubFindingKey(reg, id.report, id.number), stored.SerializeAsString());
  // The names were made from numbers, so they can be read.
  if (!finding.property().empty()) {
    const uint64_t uprn = rpc::ParsePropertyName(finding.property(), "property").value_or(0);
    batch.Put(Family::kImportRun, storage::HubFindingByPropertyKey(reg, uprn, id.report, id.number), {});
  }
  if (!finding.street().empty()) {
    const uint64_t usrn = rpc::ParseStreetName(finding.street(), "street").value_or(0);
    batch.Put(Family::kImportRun,
              storage::HubFindingByStreetKey(reg, static_cast<uint32_t>(usrn), id.report, id.number), {});
  }
}

absl::StatusOr<std::vector<ListedFinding>> ListFindingsOfReport(const storage::Reader& reader, storage::RegisterId reg,
                                                                uint64_t report, uint64_t after, uint64_t last,
                                                                size_t limit) {
  std::vector<ListedFinding> findings;
  const auto it = reader.NewIterator(Family::kImportRun, storage::PrefixRange(storage::HubFindingPrefix(reg, report)));
  for (it->Seek(storage::HubFindingKey(reg, report, after + 1)); it->Valid() && findings.size() < limit; it->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const storage::HubFindingParts parts, storage::ParseHubFindingKey(it->key()));
    if (parts.number > last) {
      break;
    }
    WENSUM_ASSIGN_OR_RETURN(findings.emplace_back(), ParseFinding(it->key(), it->value(), {report, parts.number}));
  }
  WENSUM_RETURN_IF_ERROR(it->status());
  return findings;
}

absl::StatusOr<std::vector<ListedFinding>> ListFindingsOfProperty(const storage::Reader& reader,
                                                                  storage::RegisterId reg, uint64_t uprn,
                                                                  const FindingId& after, size_t limit) {
  return ReadListed(reader, reg, storage::HubFindingByPropertyPrefix(reg, uprn),
                    storage::HubFindingByPropertyKey(reg, uprn, after.report, after.number + 1),
                    storage::ParseHubFindingByPropertyKey, limit);
}

absl::StatusOr<std::vector<ListedFinding>> ListFindingsOfStreet(const storage::Reader& reader, storage::RegisterId reg,
                                                                uint32_t usrn, const FindingId& after, size_t limit) {
  return ReadListed(reader, reg, storage::HubFindingByStreetPrefix(reg, usrn),
                    storage::HubFindingByStreetKey(reg, usrn, after.report, after.number + 1),
                    storage::ParseHubFindingByStreetKey, limit);
}

absl::StatusOr<std::vector<gazetteer::HeldRow>> ReadHeldRows(const storage::Reader& reader, storage::RegisterId reg,
                                                             uint64_t report, gazetteer::RowOwner owner, uint64_t id) {
  const auto of_report = [report](const FindingId& finding, size_t /*listed*/) { return finding.report == report; };
  std::vector<FindingId> ids;
  if (owner == gazetteer::RowOwner::kStreet) {
    const auto usrn = static_cast<uint32_t>(id);
    WENSUM_ASSIGN_OR_RETURN(ids, ListIds(reader, storage::HubFindingByStreetPrefix(reg, usrn),
                                         storage::HubFindingByStreetKey(reg, usrn, report, 0),
                                         storage::ParseHubFindingByStreetKey, of_report));
  } else {
    WENSUM_ASSIGN_OR_RETURN(ids, ListIds(reader, storage::HubFindingByPropertyPrefix(reg, id),
                                         storage::HubFindingByPropertyKey(reg, id, report, 0),
                                         storage::ParseHubFindingByPropertyKey, of_report));
  }
  std::vector<gazetteer::HeldRow> rows;
  const auto take = [&rows](const FindingId& /*id*/, std::string_view key, std::string_view value) -> absl::Status {
    WENSUM_ASSIGN_OR_RETURN(storage::v1::HubFinding stored, ParseStored<storage::v1::HubFinding>(key, value));
    gazetteer::HeldRow& row = rows.emplace_back();
    row.record_type = static_cast<uint8_t>(stored.record_type());
    row.subkey = std::move(*stored.mutable_subkey());
    if (stored.has_held()) {
      WENSUM_ASSIGN_OR_RETURN(row.row, gazetteer::DecodeRow(stored.held()));
    }
    return absl::OkStatus();
  };
  WENSUM_RETURN_IF_ERROR(ReadFindings(reader, reg, ids, take));
  return rows;
}

}  // namespace wensum::hub
