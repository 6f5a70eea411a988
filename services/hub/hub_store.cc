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

// The message that a stored value holds.
template <typename Stored, typename Message>
absl::StatusOr<Message> Parse(std::string_view key, std::string_view value,
                              const std::string& (Stored::*bytes)() const) {
  Stored stored;
  Message message;
  if (!stored.ParseFromArray(value.data(), static_cast<int>(value.size())) || stored.format() > kFormat ||
      !message.ParseFromString((stored.*bytes)())) {
    return DataLoss(Cat("the value of the key ", HexEncode(key),
                        " is damaged or of a newer version; restore the data directory from a backup"));
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

constexpr uint64_t kAll = std::numeric_limits<uint64_t>::max();

// Reads the findings that an index lists after `start`, which has the key of the first one.
template <typename ParseKey>
absl::StatusOr<std::vector<ListedFinding>> ReadListed(const storage::Reader& reader, storage::RegisterId reg,
                                                      const std::string& prefix, const std::string& start,
                                                      ParseKey parse_key, size_t limit) {
  std::vector<FindingId> ids;
  const auto it = reader.NewIterator(Family::kImportRun, storage::PrefixRange(prefix));
  for (it->Seek(start); it->Valid() && ids.size() < limit; it->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const storage::HubFindingByObjectParts parts, parse_key(it->key()));
    ids.push_back({parts.report, parts.number});
  }
  WENSUM_RETURN_IF_ERROR(it->status());
  std::vector<ListedFinding> findings;
  findings.reserve(ids.size());
  for (const FindingId& id : ids) {
    const std::string key = storage::HubFindingKey(reg, id.report, id.number);
    WENSUM_ASSIGN_OR_RETURN(const std::optional<std::string> value, reader.Get(Family::kImportRun, key));
    if (!value.has_value()) {
      return DataLoss(Cat(ReportName(id.report), "/findings/", id.number, " is listed and missing"));
    }
    WENSUM_ASSIGN_OR_RETURN(findings.emplace_back(), ParseFinding(key, *value, id));
  }
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
  uint64_t last = 0;
  WENSUM_RETURN_IF_ERROR(Descend(reader, reg, storage::HubSubmissionPrefix(reg), kAll, storage::HubSubmissionKey,
                                 storage::ParseHubSubmissionKey,
                                 [&last](uint64_t number, std::string_view, std::string_view) -> absl::StatusOr<bool> {
                                   last = number;
                                   return false;
                                 }));
  return last;
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
  uint64_t last = 0;
  WENSUM_RETURN_IF_ERROR(Descend(reader, reg, storage::HubReportPrefix(reg), kAll, storage::HubReportKey,
                                 storage::ParseHubReportKey,
                                 [&last](uint64_t number, std::string_view, std::string_view) -> absl::StatusOr<bool> {
                                   last = number;
                                   return false;
                                 }));
  return last;
}

void PutReport(storage::RegisterId reg, uint64_t number, const v1::HubReport& report, storage::WriteBatch& batch) {
  storage::v1::HubReport stored;
  stored.set_format(kFormat);
  stored.set_number(number);
  report.SerializeToString(stored.mutable_report());
  batch.Put(Family::kImportRun, storage::HubReportKey(reg, number), stored.SerializeAsString());
}

void PutFinding(storage::RegisterId reg, const FindingId& id, const v1::HubFinding& finding,
                storage::WriteBatch& batch) {
  storage::v1::HubFinding stored;
  stored.set_format(kFormat);
  finding.SerializeToString(stored.mutable_finding());
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

}  // namespace wensum::hub
