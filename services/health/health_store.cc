#include "services/health/health_store.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "wensum/storage/v1/health.pb.h"

namespace wensum::health {
namespace {

using storage::Family;

constexpr uint32_t kFormat = 1;

// The message `inner` of a stored value.
template <typename Stored, typename Message>
absl::Status Parse(std::string_view key, std::string_view value, const std::string& (Stored::*bytes)() const,
                   Stored& stored, Message& inner) {
  if (!stored.ParseFromArray(value.data(), static_cast<int>(value.size())) || stored.format() > kFormat ||
      !inner.ParseFromString((stored.*bytes)())) {
    return DataLoss(Cat("the value of the key ", HexEncode(key), " cannot be read"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<v1::HealthReport>> ReadReports(const storage::Reader& reader, storage::RegisterId reg,
                                                          uint64_t before, size_t limit) {
  std::vector<v1::HealthReport> reports;
  if (before == 0) {
    return reports;
  }
  const auto it = reader.NewIterator(Family::kImportRun, storage::PrefixRange(storage::HealthReportPrefix(reg)));
  for (it->SeekForPrev(storage::HealthReportKey(reg, before - 1)); it->Valid() && reports.size() < limit; it->Prev()) {
    storage::v1::HealthReport stored;
    WENSUM_RETURN_IF_ERROR(
        Parse(it->key(), it->value(), &storage::v1::HealthReport::report, stored, reports.emplace_back()));
  }
  WENSUM_RETURN_IF_ERROR(it->status());
  return reports;
}

absl::Status PutReport(const storage::Reader& reader, storage::RegisterId reg, const v1::HealthReport& report,
                       size_t keep, storage::WriteBatch& batch) {
  storage::v1::HealthReport stored;
  stored.set_format(kFormat);
  stored.set_revision(report.revision());
  report.SerializeToString(stored.mutable_report());
  const std::string key = storage::HealthReportKey(reg, report.revision());
  batch.Put(Family::kImportRun, key, stored.SerializeAsString());
  size_t kept = 1;
  const auto it = reader.NewIterator(Family::kImportRun, storage::PrefixRange(storage::HealthReportPrefix(reg)));
  for (it->SeekToLast(); it->Valid(); it->Prev()) {
    if (it->key() != key && ++kept > keep) {
      batch.Delete(Family::kImportRun, std::string(it->key()));
    }
  }
  return it->status();
}

absl::StatusOr<std::vector<StoredWaiver>> ReadWaivers(const storage::Reader& reader, storage::RegisterId reg,
                                                      uint64_t after) {
  std::vector<StoredWaiver> waivers;
  const auto it = reader.NewIterator(Family::kImportRun, storage::PrefixRange(storage::HealthWaiverPrefix(reg)));
  for (it->Seek(storage::HealthWaiverKey(reg, after + 1)); it->Valid(); it->Next()) {
    storage::v1::HealthWaiver stored;
    StoredWaiver& waiver = waivers.emplace_back();
    WENSUM_RETURN_IF_ERROR(Parse(it->key(), it->value(), &storage::v1::HealthWaiver::waiver, stored, waiver.waiver));
    waiver.number = stored.number();
  }
  WENSUM_RETURN_IF_ERROR(it->status());
  return waivers;
}

void PutWaiver(storage::RegisterId reg, const StoredWaiver& waiver, storage::WriteBatch& batch) {
  storage::v1::HealthWaiver stored;
  stored.set_format(kFormat);
  stored.set_number(waiver.number);
  waiver.waiver.SerializeToString(stored.mutable_waiver());
  batch.Put(Family::kImportRun, storage::HealthWaiverKey(reg, waiver.number), stored.SerializeAsString());
}

void DeleteWaiver(storage::RegisterId reg, uint64_t number, storage::WriteBatch& batch) {
  batch.Delete(Family::kImportRun, storage::HealthWaiverKey(reg, number));
}

}  // namespace wensum::health
