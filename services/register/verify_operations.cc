#include "services/register/verify_operations.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "storage/keys.h"
#include "wensum/storage/v1/gazetteer.pb.h"
#include "wensum/storage/v1/operations.pb.h"

namespace wensum::registry {
namespace {

using storage::Family;

class OperationVerifier {
 public:
  OperationVerifier(const storage::Reader& reader, uint32_t reg, uint64_t revision,
                    const std::function<void(std::string)>& differ)
      : reader_(reader), reg_(reg), revision_(revision), differ_(differ) {}

  absl::Status Run() {
    WENSUM_RETURN_IF_ERROR(LoadBlocks('U'));
    WENSUM_RETURN_IF_ERROR(LoadBlocks('S'));
    const auto it = reader_.NewIterator(Family::kDecision, storage::PrefixRange(storage::OperationPrefix(reg_)));
    uint64_t expected = 1;
    for (it->SeekToFirst(); it->Valid(); it->Next(), ++expected) {
      WENSUM_ASSIGN_OR_RETURN(const storage::NumberedKey key, storage::ParseOperationKey(it->key()));
      storage::v1::CustodianOperation operation;
      if (!operation.ParseFromArray(it->value().data(), static_cast<int>(it->value().size())) ||
          operation.number() != key.number) {
        differ_(Cat("operation ", key.number, " cannot be read"));
        continue;
      }
      if (key.number != expected) {
        differ_(Cat("operation ", expected, " is missing"));
        expected = key.number;
      }
      WENSUM_RETURN_IF_ERROR(CheckOperation(operation));
    }
    WENSUM_RETURN_IF_ERROR(it->status());
    return CheckIndexes();
  }

 private:
  absl::Status LoadBlocks(uint8_t kind) {
    const auto it =
        reader_.NewIterator(Family::kDecision, storage::PrefixRange(storage::NumberBlockPrefix(reg_, kind)));
    std::map<uint64_t, uint64_t>& blocks = blocks_[kind];
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      WENSUM_ASSIGN_OR_RETURN(const storage::NumberBlockParts key, storage::ParseNumberBlockKey(it->key()));
      storage::v1::NumberBlock block;
      if (!block.ParseFromArray(it->value().data(), static_cast<int>(it->value().size())) || block.last() < key.first) {
        differ_(Cat("the block of numbers from ", key.first, " cannot be read"));
        continue;
      }
      if (!blocks.empty() && blocks.rbegin()->second + 1 >= key.first) {
        differ_(Cat("the blocks of numbers from ", blocks.rbegin()->first, " and ", key.first, " touch"));
      }
      blocks[key.first] = block.last();
    }
    return it->status();
  }

  // A number may be given out twice alone if it was reserved first (by an operation without rows) and then taken.
  void CheckGivenOut(uint8_t kind, uint64_t number, const storage::v1::CustodianOperation& operation) {
    const std::map<uint64_t, uint64_t>& blocks = blocks_[kind];
    auto block = blocks.upper_bound(number);
    if (block == blocks.begin() || (--block)->second < number) {
      differ_(Cat("operation ", operation.number(), " gave out the number ", number, ", which is in no block"));
    }
    const bool reserves = operation.rows().empty();
    const auto [given, is_new] = reserved_.try_emplace({kind, number}, reserves);
    if (!is_new && (reserves || !given->second)) {
      differ_(Cat("operation ", operation.number(), " gave out the number ", number, ", which was given out before"));
    }
    given->second = reserves;
  }

  absl::Status CheckOperation(const storage::v1::CustodianOperation& operation) {
    const uint64_t number = operation.number();
    if (operation.revision() > revision_) {
      differ_(Cat("operation ", number, " has the revision ", operation.revision(), ", which is not reached"));
    }
    for (const uint64_t uprn : operation.uprns()) {
      indexed_.insert(storage::OperationByPropertyKey(reg_, uprn, number));
    }
    for (const uint32_t usrn : operation.usrns()) {
      indexed_.insert(storage::OperationByStreetKey(reg_, usrn, number));
    }
    for (const storage::v1::LineageEvent& event : operation.lineage()) {
      for (const auto* const side : {&event.predecessors(), &event.successors()}) {
        for (const uint64_t uprn : *side) {
          indexed_.insert(storage::LineageKey(reg_, uprn, number));
        }
      }
    }
    for (const uint64_t uprn : operation.new_uprns()) {
      CheckGivenOut('U', uprn, operation);
    }
    for (const uint32_t usrn : operation.new_usrns()) {
      CheckGivenOut('S', usrn, operation);
    }
    WENSUM_RETURN_IF_ERROR(CheckUndo(operation));
    for (const storage::v1::RowVersion& row : operation.rows()) {
      WENSUM_RETURN_IF_ERROR(CheckRow(row, operation));
    }
    return absl::OkStatus();
  }

  absl::Status CheckUndo(const storage::v1::CustodianOperation& operation) {
    if (operation.undoes() == 0) {
      return absl::OkStatus();
    }
    WENSUM_ASSIGN_OR_RETURN(const std::optional<std::string> value,
                            reader_.Get(Family::kDecision, storage::OperationKey(reg_, operation.undoes())));
    storage::v1::CustodianOperation undone;
    if (!value.has_value() || !undone.ParseFromString(*value) || undone.undone_by() < operation.number()) {
      differ_(
          Cat("operation ", operation.number(), " undid operation ", operation.undoes(), ", which does not know it"));
    }
    return absl::OkStatus();
  }

  // The version that the operation wrote is the newest one or stands in the history.
  absl::Status CheckRow(const storage::v1::RowVersion& row, const storage::v1::CustodianOperation& operation) {
    WENSUM_ASSIGN_OR_RETURN(std::optional<std::string> value, reader_.Get(Family::kProperty, row.key()));
    storage::v1::GazetteerRow stored;
    if (!value.has_value() || !stored.ParseFromString(*value) || stored.revision() != operation.revision()) {
      WENSUM_ASSIGN_OR_RETURN(
          value, reader_.Get(Family::kPropertyHistory, storage::PropertyHistoryKey(row.key(), operation.revision())));
    }
    if (!value.has_value() || !stored.ParseFromString(*value)) {
      differ_(
          Cat("a row that operation ", operation.number(), " wrote at revision ", operation.revision(), " is missing"));
      return absl::OkStatus();
    }
    stored.clear_revision();
    storage::v1::GazetteerRow after;
    if (row.has_after() ? !after.ParseFromString(row.after()) || after.SerializeAsString() != stored.SerializeAsString()
                        : stored.content_case() != storage::v1::GazetteerRow::CONTENT_NOT_SET) {
      differ_(Cat("a row of id ", stored.id(), " is not as operation ", operation.number(), " wrote it"));
    }
    return absl::OkStatus();
  }

  absl::Status CheckIndexes() {
    for (const uint8_t tag : {'U', 'S', 'L'}) {
      std::string prefix = storage::RegisterPrefix(reg_);
      prefix.push_back(static_cast<char>(tag));
      const auto it = reader_.NewIterator(Family::kDecision, storage::PrefixRange(prefix));
      for (it->SeekToFirst(); it->Valid(); it->Next()) {
        if (indexed_.erase(std::string(it->key())) == 0) {
          differ_("an operation is listed where it should not be");
        }
      }
      WENSUM_RETURN_IF_ERROR(it->status());
    }
    for (size_t i = 0; i < indexed_.size(); ++i) {
      differ_("an operation is not listed where it should be");
    }
    return absl::OkStatus();
  }

  const storage::Reader& reader_;
  const uint32_t reg_;
  const uint64_t revision_;
  const std::function<void(std::string)>& differ_;
  std::map<uint8_t, std::map<uint64_t, uint64_t>> blocks_;
  std::map<std::pair<uint8_t, uint64_t>, bool> reserved_;  // numbers given out: whether only reserved so far
  std::set<std::string> indexed_;                          // keys that should be there
};

}  // namespace

absl::Status VerifyOperations(const storage::Reader& reader, uint32_t register_id, uint64_t revision,
                              const std::function<void(std::string)>& differ) {
  return OperationVerifier(reader, register_id, revision, differ).Run();
}

}  // namespace wensum::registry
