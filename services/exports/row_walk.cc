#include "services/exports/row_walk.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <utility>

#include "base/status_macros.h"
#include "wensum/storage/v1/gazetteer.pb.h"

namespace wensum::exports {
namespace {

using gazetteer::RowOwner;
using storage::Family;
using StoredRow = storage::v1::GazetteerRow;

std::string PrefixOf(storage::RegisterId reg, RowOwner owner) {
  switch (owner) {
    case RowOwner::kStreet:
      return storage::AllStreetRowsPrefix(reg);
    case RowOwner::kCustodian:
      return storage::AllCustodianRowsPrefix(reg);
    case RowOwner::kPostcode:  // not walked
    case RowOwner::kProperty:
      break;
  }
  return storage::AllPropertyRowsPrefix(reg);
}

// What is asked of every row's envelope, without parsing the row.
struct Envelope {
  uint64_t revision = 0;
  bool deleted = true;  // has no content
};

absl::StatusOr<Envelope> ReadEnvelope(std::string_view serialised) {
  using google::protobuf::internal::WireFormatLite;
  google::protobuf::io::CodedInputStream in(reinterpret_cast<const uint8_t*>(serialised.data()),
                                            static_cast<int>(serialised.size()));
  Envelope envelope;
  while (const uint32_t tag = in.ReadTag()) {
    const int field = WireFormatLite::GetTagFieldNumber(tag);
    const bool read = field == StoredRow::kRevisionFieldNumber ? in.ReadVarint64(&envelope.revision)
                                                               : WireFormatLite::SkipField(&in, tag);
    if (!read) {
      break;
    }
    envelope.deleted = envelope.deleted && field < StoredRow::kStreetFieldNumber;
  }
  if (!in.ConsumedEntireMessage()) {
    return DataLoss("a stored gazetteer row is damaged; restore the data directory from a backup");
  }
  return envelope;
}

}  // namespace

RowWalk::RowWalk(const storage::Reader& reader, storage::RegisterId reg, RowOwner owner, const StateSpan& span)
    : RowWalk(reader, owner, PrefixOf(reg, owner), /*once=*/true, span) {}

RowWalk::RowWalk(const storage::Reader& reader, storage::RegisterId reg, RowOwner owner, uint64_t id,
                 const StateSpan& span)
    : RowWalk(reader, owner,
              owner == RowOwner::kStreet ? storage::StreetRowPrefix(reg, static_cast<uint32_t>(id))
                                         : storage::PropertyRowPrefix(reg, id),
              /*once=*/false, span) {}

RowWalk::RowWalk(const storage::Reader& reader, RowOwner owner, const std::string& prefix, bool once,
                 const StateSpan& span)
    : owner_(owner), span_(span) {
  storage::KeyRange range = storage::PrefixRange(prefix);
  range.once = once;
  newest_ = reader.NewIterator(Family::kProperty, range);
  newest_->SeekToFirst();
  if (span.before.has_value() || span.after.has_value()) {
    history_ = reader.NewIterator(Family::kPropertyHistory, range);
    history_->SeekToFirst();
  }
}

absl::StatusOr<bool> RowWalk::Next(OwnerRows* out) {
  out->rows.clear();
  out->changed = false;
  while (true) {
    WENSUM_ASSIGN_OR_RETURN(const std::string key, NextKey());
    if (key.empty()) {
      return !out->rows.empty();
    }
    WENSUM_ASSIGN_OR_RETURN(storage::RowKeyParts parts, Parse(key));
    if (!out->rows.empty() && parts.id != out->id) {
      return true;
    }
    WENSUM_ASSIGN_OR_RETURN(RowVersions row, Take(key));
    if (!row.after.has_value() && !row.before().has_value()) {
      continue;  // in neither state
    }
    row.record_type = parts.row_type;
    row.subkey = std::move(parts.subkey);
    out->id = parts.id;
    out->changed |= !row.same;
    out->rows.push_back(std::move(row));
  }
}

absl::StatusOr<std::string> RowWalk::NextKey() const {
  std::string key;
  if (newest_->Valid()) {
    key = newest_->key();
  } else {
    WENSUM_RETURN_IF_ERROR(newest_->status());
  }
  if (history_ != nullptr && history_->Valid()) {
    WENSUM_ASSIGN_OR_RETURN(const storage::PropertyHistoryParts parts,
                            storage::ParsePropertyHistoryKey(history_->key()));
    if (key.empty() || parts.row_key < key) {
      key = parts.row_key;
    }
  } else if (history_ != nullptr) {
    WENSUM_RETURN_IF_ERROR(history_->status());
  }
  return key;
}

absl::StatusOr<storage::RowKeyParts> RowWalk::Parse(std::string_view row_key) const {
  switch (owner_) {
    case RowOwner::kStreet:
      return storage::ParseStreetRowKey(row_key);
    case RowOwner::kCustodian:
      return storage::ParseCustodianRowKey(row_key);
    case RowOwner::kPostcode:
    case RowOwner::kProperty:
      break;
  }
  return storage::ParsePropertyRowKey(row_key);
}

absl::StatusOr<RowVersions> RowWalk::Take(std::string_view row_key) {
  // The last version not above the revision wins; one without content says that the row was gone by then.
  struct Picked {
    std::optional<std::string> value;
    uint64_t revision = 0;
  };
  Picked before;
  Picked after;
  const auto offer = [this, &before, &after](std::string_view value, uint64_t revision, bool deleted, bool newest) {
    const auto pick = [&](Picked* picked) {
      picked->revision = revision;
      picked->value = deleted ? std::nullopt : std::optional<std::string>(value);
    };
    if (span_.before.has_value() && revision <= *span_.before) {
      pick(&before);
    }
    if (span_.after.has_value() ? revision <= *span_.after : newest) {
      pick(&after);
    }
  };
  while (history_ != nullptr && history_->Valid()) {
    WENSUM_ASSIGN_OR_RETURN(const storage::PropertyHistoryParts parts,
                            storage::ParsePropertyHistoryKey(history_->key()));
    if (parts.row_key != row_key) {
      break;
    }
    WENSUM_ASSIGN_OR_RETURN(const Envelope envelope, ReadEnvelope(history_->value()));
    offer(history_->value(), parts.revision, envelope.deleted, /*newest=*/false);
    history_->Next();
  }
  if (newest_->Valid() && newest_->key() == row_key) {
    uint64_t revision = 0;
    if (history_ != nullptr) {
      WENSUM_ASSIGN_OR_RETURN(const Envelope envelope, ReadEnvelope(newest_->value()));
      revision = envelope.revision;
    }
    offer(newest_->value(), revision, /*deleted=*/false, /*newest=*/true);
    newest_->Next();
  }
  RowVersions row;
  row.same = before.value.has_value() && after.value.has_value() && before.revision == after.revision;
  row.after = std::move(after.value);
  if (!row.same) {
    row.older = std::move(before.value);
  }
  return row;
}

}  // namespace wensum::exports
