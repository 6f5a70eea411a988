#include "storage/change_log.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <memory>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "storage/feed_horizon.h"

namespace wensum::storage {

namespace {

// The commit at a valid iterator.
absl::StatusOr<LoggedCommit> ParseCurrent(const Iterator& it) {
  WENSUM_ASSIGN_OR_RETURN(const NumberedKey key, ParseChangeLogKey(it.key()));
  LoggedCommit logged;
  logged.revision = key.number;
  const std::string_view value = it.value();
  if (!logged.commit.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
    return DataLoss(Cat("the change log's entry of revision ", key.number,
                        " cannot be read; the store is damaged: restore it from a backup"));
  }
  if (logged.commit.format() > kCommitFormat) {
    return FailedPrecondition(Cat("the change log's entry of revision ", key.number, " has format ",
                                  logged.commit.format(), ", this version of Wensum reads up to ", kCommitFormat,
                                  ": use the version that wrote it, or a later one"));
  }
  return logged;
}

std::unique_ptr<Iterator> NewLogIterator(const Reader& reader, RegisterId reg) {
  return reader.NewIterator(Family::kChangeLog, PrefixRange(RegisterPrefix(reg)));
}

absl::StatusOr<std::optional<uint64_t>> RevisionOf(const Iterator& it) {
  if (!it.Valid()) {
    WENSUM_RETURN_IF_ERROR(it.status());
    return std::optional<uint64_t>();
  }
  WENSUM_ASSIGN_OR_RETURN(const NumberedKey key, ParseChangeLogKey(it.key()));
  return std::optional<uint64_t>(key.number);
}

}  // namespace

// What is written out of the usual order is parsed as a whole.
absl::StatusOr<TimeMicros> TimeOfEntry(const Iterator& it) {
  using google::protobuf::internal::WireFormatLite;
  constexpr uint32_t kFormatTag = v1::Commit::kFormatFieldNumber << 3;
  constexpr uint32_t kTimeTag = v1::Commit::kTimeFieldNumber << 3;
  const std::string_view value = it.value();
  google::protobuf::io::CodedInputStream input(reinterpret_cast<const uint8_t*>(value.data()),
                                               static_cast<int>(value.size()));
  uint32_t format = 0;
  uint64_t time = 0;
  if (input.ReadTag() == kFormatTag && input.ReadVarint32(&format) && format <= kCommitFormat &&
      input.ReadTag() == kTimeTag && input.ReadVarint64(&time)) {
    return WireFormatLite::ZigZagDecode64(time);
  }
  WENSUM_ASSIGN_OR_RETURN(const LoggedCommit logged, ParseCurrent(it));
  return logged.commit.time();
}

void AppendCommit(RegisterId reg, uint64_t revision, v1::Commit commit, WriteBatch& batch) {
  commit.set_format(kCommitFormat);
  batch.Put(Family::kChangeLog, ChangeLogKey(reg, revision), commit.SerializeAsString());
}

absl::StatusOr<std::vector<LoggedCommit>> ReadCommits(const Reader& reader, RegisterId reg, uint64_t from,
                                                      size_t limit) {
  std::vector<LoggedCommit> commits;
  const std::unique_ptr<Iterator> it = NewLogIterator(reader, reg);
  for (it->Seek(ChangeLogKey(reg, from)); commits.size() < limit && it->Valid(); it->Next()) {
    WENSUM_ASSIGN_OR_RETURN(LoggedCommit logged, ParseCurrent(*it));
    commits.push_back(std::move(logged));
  }
  WENSUM_RETURN_IF_ERROR(it->status());
  return commits;
}

absl::StatusOr<std::optional<uint64_t>> OldestRevision(const Reader& reader, RegisterId reg) {
  const std::unique_ptr<Iterator> it = NewLogIterator(reader, reg);
  it->SeekToFirst();
  return RevisionOf(*it);
}

absl::StatusOr<std::optional<uint64_t>> NewestRevision(const Reader& reader, RegisterId reg) {
  const std::unique_ptr<Iterator> it = NewLogIterator(reader, reg);
  it->SeekToLast();
  return RevisionOf(*it);
}

absl::StatusOr<std::optional<uint64_t>> FindNewestUpTo(
    TimeMicros time, absl::FunctionRef<std::string(uint64_t number)> key_of,
    absl::FunctionRef<absl::StatusOr<uint64_t>(const Iterator& it)> number_of,
    absl::FunctionRef<absl::StatusOr<TimeMicros>(const Iterator& it)> time_of, Iterator& it) {
  it.SeekToFirst();
  if (!it.Valid()) {
    WENSUM_RETURN_IF_ERROR(it.status());
    return std::optional<uint64_t>();
  }
  WENSUM_ASSIGN_OR_RETURN(const uint64_t oldest, number_of(it));
  it.SeekToLast();
  if (!it.Valid()) {
    WENSUM_RETURN_IF_ERROR(it.status());
    return Internal("rows went while they were searched");
  }
  WENSUM_ASSIGN_OR_RETURN(const uint64_t newest, number_of(it));
  // Every row with a number <= low is in time (of which `found` is the newest), every one > high is too late.
  std::optional<uint64_t> found;
  uint64_t low = oldest;
  uint64_t high = newest;
  while (low <= high) {
    const uint64_t middle = low + (high - low) / 2;
    it.SeekForPrev(key_of(middle));  // never before the oldest, as low >= oldest
    if (!it.Valid()) {
      WENSUM_RETURN_IF_ERROR(it.status());
      return Internal("the oldest row went while it was read");
    }
    WENSUM_ASSIGN_OR_RETURN(const uint64_t number, number_of(it));
    WENSUM_ASSIGN_OR_RETURN(const TimeMicros row_time, time_of(it));
    if (row_time <= time) {
      found = number;
      if (middle == newest) {
        break;
      }
      low = middle + 1;
    } else {
      if (number <= oldest) {
        break;
      }
      high = number - 1;
    }
  }
  return found;
}

absl::StatusOr<std::optional<uint64_t>> RevisionAt(const Reader& reader, RegisterId reg, TimeMicros time) {
  const std::unique_ptr<Iterator> it = NewLogIterator(reader, reg);
  const auto number_of = [](const Iterator& at) -> absl::StatusOr<uint64_t> {
    WENSUM_ASSIGN_OR_RETURN(const NumberedKey key, ParseChangeLogKey(at.key()));
    return key.number;
  };
  WENSUM_ASSIGN_OR_RETURN(
      const std::optional<uint64_t> found,
      FindNewestUpTo(
          time, [reg](uint64_t revision) { return ChangeLogKey(reg, revision); }, number_of, TimeOfEntry, *it));
  return found.has_value() ? found : RevisionBelowHorizon(reader, reg, time);
}

}  // namespace wensum::storage
