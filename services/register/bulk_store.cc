#include "services/register/bulk_store.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/hash.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "services/register/decision_store.h"
#include "services/tasks/task_store.h"
#include "storage/bulk_keys.h"
#include "storage/keys.h"

namespace wensum::registry {
namespace {

using storage::Family;
using StoredBulk = storage::v1::BulkDecision;
using StoredBulkTask = storage::v1::BulkTask;

absl::StatusOr<StoredBulk> ParseBulk(std::string_view value, uint64_t number) {
  StoredBulk bulk;
  if (!bulk.ParseFromArray(value.data(), static_cast<int>(value.size())) || bulk.format() == 0 ||
      bulk.format() > kBulkFormat || bulk.number() != number || bulk.steps().empty()) {
    return DataLoss(Cat(BulkName(number), " cannot be read; run `wensum verify`"));
  }
  return bulk;
}

absl::StatusOr<StoredBulkTask> ParseBulkTask(std::string_view value, const storage::BulkTaskParts& key) {
  StoredBulkTask task;
  if (!task.ParseFromArray(value.data(), static_cast<int>(value.size())) || task.format() == 0 ||
      task.format() > kBulkFormat) {
    return DataLoss(Cat("task ", key.position, " of ", BulkName(key.number), " cannot be read; run `wensum verify`"));
  }
  return task;
}

absl::StatusOr<std::vector<StoredBulk>> AllBulks(const storage::Reader& reader, uint32_t reg) {
  std::vector<StoredBulk> bulks;
  const auto it = reader.NewIterator(Family::kDecision, storage::PrefixRange(storage::BulkDecisionPrefix(reg)));
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const storage::NumberedKey key, storage::ParseBulkDecisionKey(it->key()));
    WENSUM_ASSIGN_OR_RETURN(StoredBulk bulk, ParseBulk(it->value(), key.number));
    bulks.push_back(std::move(bulk));
  }
  WENSUM_RETURN_IF_ERROR(it->status());
  return bulks;
}

bool WasDecided(BulkOutcome outcome) {
  return outcome == BulkOutcome::kDecided || outcome == BulkOutcome::kUndone || outcome == BulkOutcome::kUndoRefused;
}

class BulkVerifier {
 public:
  BulkVerifier(const storage::Reader& reader, uint32_t reg, uint64_t revision,
               const std::function<void(std::string)>& differ)
      : reader_(reader), reg_(reg), revision_(revision), differ_(differ) {}

  absl::Status Run() {
    WENSUM_RETURN_IF_ERROR(LoadDecided());
    WENSUM_ASSIGN_OR_RETURN(const std::vector<StoredBulk> bulks, AllBulks(reader_, reg_));
    std::map<uint64_t, std::vector<BulkTaskAt>> tasks;
    const auto it = reader_.NewIterator(Family::kDecision, storage::PrefixRange(storage::BulkTasksPrefix(reg_)));
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      WENSUM_ASSIGN_OR_RETURN(const storage::BulkTaskParts key, storage::ParseBulkTaskKey(it->key()));
      WENSUM_ASSIGN_OR_RETURN(StoredBulkTask task, ParseBulkTask(it->value(), key));
      tasks[key.number].push_back({.position = key.position, .task = std::move(task)});
    }
    WENSUM_RETURN_IF_ERROR(it->status());
    for (size_t i = 0; i < bulks.size(); ++i) {
      if (bulks[i].number() != i + 1) {
        differ_(Cat(BulkName(i + 1), " is missing"));
        break;
      }
      CheckBulk(bulks[i], tasks[bulks[i].number()]);
      tasks.erase(bulks[i].number());
    }
    for (const auto& [number, left] : tasks) {
      differ_(Cat(left.size(), " tasks are of ", BulkName(number), ", which is not there"));
    }
    for (const auto& [decision, made] : decided_) {
      differ_(Cat(DecisionName(decision), " was made for ", BulkName(made.bulk), ", which does not know of it"));
    }
    return absl::OkStatus();
  }

 private:
  struct Made {
    uint64_t bulk = 0;
    uint64_t task = 0;
  };

  absl::Status LoadDecided() {
    WENSUM_ASSIGN_OR_RETURN(const uint64_t newest, NewestDecision(reader_, reg_));
    for (uint64_t number = 1; number <= newest; ++number) {
      const absl::StatusOr<storage::v1::LinkDecision> decision = ReadDecision(reader_, reg_, number);
      if (decision.ok() && decision->bulk() != 0) {  // one that cannot be read is told of elsewhere
        decided_[number] = {.bulk = decision->bulk(), .task = decision->task()};
      }
    }
    return absl::OkStatus();
  }

  void CheckBulk(const StoredBulk& bulk, const std::vector<BulkTaskAt>& tasks) {
    const std::string name = BulkName(bulk.number());
    if (bulk.change_revision() > revision_) {
      differ_(Cat(name, " has a revision that is not reached"));
    }
    std::vector<uint64_t> numbers;
    std::map<uint32_t, uint64_t> counts;
    for (size_t i = 0; i < tasks.size(); ++i) {
      if (tasks[i].position != i + 1) {
        differ_(Cat(name, " has no task ", i + 1));
        return;
      }
      numbers.push_back(tasks[i].task.task());
      CheckTask(bulk, tasks[i].task);
      if (tasks[i].task.outcome() != 0) {
        ++counts[tasks[i].task.outcome()];
      }
    }
    if (tasks.size() != bulk.tasks() || numbers != DrawOrder(bulk.seed(), numbers)) {
      differ_(Cat(name, " has other tasks, or in another order, than were drawn"));
    }
    for (const storage::v1::BulkCount& count : bulk.counts()) {
      if (std::exchange(counts[count.outcome()], 0) != count.count()) {
        differ_(Cat(name, " counts ", count.count(), " tasks of outcome ", count.outcome(), ", which are not there"));
      }
    }
    if (std::ranges::any_of(counts, [](const auto& count) { return count.second != 0; })) {
      differ_(Cat(name, " has outcomes that it does not count"));
    }
  }

  void CheckTask(const StoredBulk& bulk, const StoredBulkTask& task) {
    if (!WasDecided(static_cast<BulkOutcome>(task.outcome()))) {
      return;
    }
    const auto found = decided_.find(task.decision());
    if (found == decided_.end() || found->second.bulk != bulk.number() || found->second.task != task.task()) {
      differ_(Cat(BulkName(bulk.number()), " says that ", DecisionName(task.decision()), " answers ",
                  tasks::TaskName(task.task()), ", which does not say so"));
      return;
    }
    decided_.erase(found);
  }

  const storage::Reader& reader_;
  const uint32_t reg_;
  const uint64_t revision_;
  const std::function<void(std::string)>& differ_;
  std::map<uint64_t, Made> decided_;  // by decision: those that no task was found to name yet
};

}  // namespace

std::string BulkName(uint64_t number) { return Cat("bulkDecisions/", number); }

std::string SeedText(uint64_t seed) {
  std::array<char, 8> bytes{};
  for (size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<char>(seed >> (56 - 8 * i));
  }
  return HexEncode({bytes.data(), bytes.size()});
}

std::vector<uint64_t> DrawOrder(uint64_t seed, std::vector<uint64_t> tasks) {
  const KeyedHash hash(SeedText(seed));
  std::vector<std::pair<std::string, uint64_t>> order;
  order.reserve(tasks.size());
  for (const uint64_t task : tasks) {
    order.emplace_back(hash.Hash(tasks::TaskName(task)), task);
  }
  std::ranges::sort(order);
  std::ranges::transform(order, tasks.begin(), [](const auto& drawn) { return drawn.second; });
  return tasks;
}

absl::StatusOr<StoredBulk> ReadBulk(const storage::Reader& reader, uint32_t reg, uint64_t number) {
  WENSUM_ASSIGN_OR_RETURN(const auto value, reader.Get(Family::kDecision, storage::BulkDecisionKey(reg, number)));
  return value.has_value() ? ParseBulk(*value, number) : NotFound(Cat("there is no ", BulkName(number)));
}

absl::StatusOr<uint64_t> NewestBulk(const storage::Reader& reader, uint32_t reg) {
  const auto it = reader.NewIterator(Family::kDecision, storage::PrefixRange(storage::BulkDecisionPrefix(reg)));
  it->SeekToLast();
  if (!it->Valid()) {
    WENSUM_RETURN_IF_ERROR(it->status());
    return 0;
  }
  WENSUM_ASSIGN_OR_RETURN(const storage::NumberedKey key, storage::ParseBulkDecisionKey(it->key()));
  return key.number;
}

absl::StatusOr<std::vector<uint64_t>> BulksAtWork(const storage::Reader& reader, uint32_t reg) {
  WENSUM_ASSIGN_OR_RETURN(const std::vector<StoredBulk> bulks, AllBulks(reader, reg));
  std::vector<uint64_t> numbers;
  for (const StoredBulk& bulk : bulks) {
    if (StateOf(bulk) == BulkState::kApplying || StateOf(bulk) == BulkState::kUndoing) {
      numbers.push_back(bulk.number());
    }
  }
  return numbers;
}

absl::StatusOr<std::vector<BulkTaskAt>> ReadBulkTasks(const storage::Reader& reader, uint32_t reg, uint64_t number,
                                                      uint64_t from, size_t limit) {
  std::vector<BulkTaskAt> tasks;
  storage::KeyRange range = storage::PrefixRange(storage::BulkTaskPrefix(reg, number));
  range.lower = storage::BulkTaskKey(reg, number, from);
  const auto it = reader.NewIterator(Family::kDecision, range);
  for (it->SeekToFirst(); it->Valid() && tasks.size() < limit; it->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const storage::BulkTaskParts key, storage::ParseBulkTaskKey(it->key()));
    WENSUM_ASSIGN_OR_RETURN(StoredBulkTask task, ParseBulkTask(it->value(), key));
    tasks.push_back({.position = key.position, .task = std::move(task)});
  }
  WENSUM_RETURN_IF_ERROR(it->status());
  return tasks;
}

void PutBulk(uint32_t reg, const StoredBulk& bulk, storage::WriteBatch& batch) {
  batch.Put(Family::kDecision, storage::BulkDecisionKey(reg, bulk.number()), bulk.SerializeAsString());
}

void PutBulkTask(uint32_t reg, uint64_t number, const BulkTaskAt& task, storage::WriteBatch& batch) {
  batch.Put(Family::kDecision, storage::BulkTaskKey(reg, number, task.position), task.task.SerializeAsString());
}

void CountOutcome(BulkOutcome outcome, int64_t more, StoredBulk& bulk) {
  std::map<uint32_t, uint64_t> counts;
  for (const storage::v1::BulkCount& count : bulk.counts()) {
    counts[count.outcome()] = count.count();
  }
  counts[static_cast<uint32_t>(outcome)] += static_cast<uint64_t>(more);  // modulo 2^64
  bulk.clear_counts();
  for (const auto& [value, count] : counts) {
    if (count != 0) {
      storage::v1::BulkCount& added = *bulk.add_counts();
      added.set_outcome(value);
      added.set_count(count);
    }
  }
}

absl::Status VerifyBulk(const storage::Reader& reader, uint32_t reg, uint64_t revision,
                        const std::function<void(std::string)>& differ) {
  return BulkVerifier(reader, reg, revision, differ).Run();
}

}  // namespace wensum::registry
