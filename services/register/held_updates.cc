#include "services/register/held_updates.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "model/canonical.h"
#include "services/tasks/task_store.h"
#include "storage/decision_keys.h"

namespace wensum::registry {

using storage::Family;
using storage::v1::HeldUpdate;
using tasks::TaskKind;

namespace {

absl::StatusOr<HeldUpdate> ParseHeld(std::string_view value, uint64_t ordinal, uint64_t number) {
  HeldUpdate update;
  if (!update.ParseFromArray(value.data(), static_cast<int>(value.size())) || update.format() == 0 ||
      update.format() > kHeldFormat || update.ordinal() != ordinal || update.number() != number ||
      update.state() < static_cast<uint32_t>(HeldState::kHeld) ||
      update.state() > static_cast<uint32_t>(HeldState::kPassedOn)) {
    return DataLoss(Cat("held update ", number, " of source record ", ordinal, " cannot be read; run `wensum verify`"));
  }
  return update;
}

absl::Status ForEachHeld(const storage::Reader& reader, uint32_t reg,
                         const std::function<void(absl::StatusOr<HeldUpdate> update)>& visit) {
  const auto it = reader.NewIterator(Family::kDecision, storage::PrefixRange(storage::HeldUpdatesPrefix(reg)));
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const storage::HeldUpdateParts key, storage::ParseHeldUpdateKey(it->key()));
    visit(ParseHeld(it->value(), key.ordinal, key.number));
  }
  return it->status();
}

}  // namespace

void HeldTable::Put(const HeldUpdate& update) {
  Updates& updates = by_record_[update.ordinal()];
  const auto at = std::ranges::lower_bound(updates, update.number(), {}, &Update::number);
  const Update next{.number = update.number(),
                    .says = update.says(),
                    .state = static_cast<HeldState>(update.state()),
                    .decision = update.decision()};
  if (at != updates.end() && at->number == update.number()) {
    *at = next;
  } else {
    updates.insert(at, next);
  }
}

HeldTable::Updates HeldTable::Of(uint64_t ordinal) const {
  const auto found = by_record_.find(ordinal);
  return found == by_record_.end() ? Updates() : found->second;
}

void HeldTable::Set(uint64_t ordinal, Updates updates) {
  if (updates.empty()) {
    by_record_.erase(ordinal);
  } else {
    by_record_[ordinal] = std::move(updates);
  }
}

bool HeldTable::IsHeld(uint64_t ordinal) const {
  const auto found = by_record_.find(ordinal);
  return found != by_record_.end() &&
         std::ranges::any_of(found->second, [](const Update& update) { return update.state == HeldState::kHeld; });
}

std::vector<uint64_t> HeldTable::Waiting(uint64_t ordinal) const {
  std::vector<uint64_t> numbers;
  for (const Update& update : Of(ordinal)) {
    if (update.state == HeldState::kHeld) {
      numbers.push_back(update.number);
    }
  }
  return numbers;
}

bool HeldTable::WaitsLast(uint64_t ordinal, uint64_t says) const {
  const Updates updates = Of(ordinal);
  const auto last = std::find_if(updates.rbegin(), updates.rend(),
                                 [](const Update& update) { return update.state == HeldState::kHeld; });
  return last != updates.rend() && last->says == says;
}

uint64_t HeldTable::DroppedBy(uint64_t ordinal, uint64_t says) const {
  const auto found = by_record_.find(ordinal);
  if (found == by_record_.end()) {
    return 0;
  }
  for (const Update& update : found->second) {
    if (update.state == HeldState::kDropped && update.says == says) {
      return update.decision;
    }
  }
  return 0;
}

uint64_t HeldTable::NextNumber(uint64_t ordinal) const {
  const auto found = by_record_.find(ordinal);
  return found == by_record_.end() ? 1 : found->second.back().number + 1;
}

uint64_t WhatItSays(model::SourceRecord& record) {
  const TimeMicros time = std::exchange(record.source_time, 0);
  const uint64_t says = model::ContentHash(record);
  record.source_time = time;
  return says;
}

absl::StatusOr<HeldUpdate> ReadHeld(const storage::Reader& reader, uint32_t reg, uint64_t ordinal, uint64_t number) {
  WENSUM_ASSIGN_OR_RETURN(const auto value,
                          reader.Get(Family::kDecision, storage::HeldUpdateKey(reg, ordinal, number)));
  if (!value.has_value()) {
    return DataLoss(Cat("held update ", number, " of source record ", ordinal, " is missing; run `wensum verify`"));
  }
  return ParseHeld(*value, ordinal, number);
}

absl::StatusOr<std::vector<HeldUpdate>> ListHeld(const storage::Reader& reader, uint32_t reg, uint64_t ordinal,
                                                 uint64_t after, size_t limit) {
  std::vector<HeldUpdate> updates;
  const auto it = reader.NewIterator(Family::kDecision, storage::PrefixRange(storage::HeldUpdatePrefix(reg, ordinal)));
  for (it->Seek(storage::HeldUpdateKey(reg, ordinal, after + 1)); it->Valid() && updates.size() < limit; it->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const storage::HeldUpdateParts key, storage::ParseHeldUpdateKey(it->key()));
    WENSUM_ASSIGN_OR_RETURN(HeldUpdate update, ParseHeld(it->value(), key.ordinal, key.number));
    updates.push_back(std::move(update));
  }
  WENSUM_RETURN_IF_ERROR(it->status());
  return updates;
}

void PutHeldUpdate(uint32_t reg, const HeldUpdate& update, storage::WriteBatch& batch) {
  batch.Put(Family::kDecision, storage::HeldUpdateKey(reg, update.ordinal(), update.number()),
            update.SerializeAsString());
}

absl::StatusOr<HeldTable> LoadHeld(const storage::Reader& reader, uint32_t reg) {
  HeldTable table;
  absl::Status status;
  WENSUM_RETURN_IF_ERROR(ForEachHeld(reader, reg, [&](const absl::StatusOr<HeldUpdate>& update) {
    status.Update(update.status());
    if (update.ok()) {
      table.Put(*update);
    }
  }));
  WENSUM_RETURN_IF_ERROR(status);
  return table;
}

std::string OverlayCause(uint64_t ordinal) { return Cat(ordinal); }

tasks::Condition OverlayCondition(const HeldUpdate& first, const std::vector<uint64_t>& numbers) {
  const uint64_t ordinal = first.ordinal();
  tasks::Condition condition;
  condition.kind = TaskKind::kOverlay;
  condition.cause = OverlayCause(ordinal);
  condition.subject = condition.cause;
  condition.priority = tasks::Priority::kHigh;
  condition.names = {{tasks::NameType::kRecord, ordinal}};
  condition.evidence = HashCombine(first.says(), numbers.back());
  storage::v1::OverlayFacts& facts = *condition.facts.mutable_overlay();
  facts.set_ordinal(ordinal);
  facts.set_signs(first.signs());
  facts.set_first(first.number());
  facts.set_last(numbers.back());
  facts.set_count(numbers.size());
  return condition;
}

absl::Status VerifyHeld(const storage::Reader& reader, uint32_t reg, uint64_t revision, uint64_t last_ordinal,
                        const std::function<void(std::string)>& differ) {
  std::map<uint64_t, std::pair<HeldUpdate, std::vector<uint64_t>>> waiting;  // by record: the first, and all numbers
  WENSUM_RETURN_IF_ERROR(ForEachHeld(reader, reg, [&](const absl::StatusOr<HeldUpdate>& update) {
    if (!update.ok()) {
      return differ(std::string(Message(update.status())));
    }
    const std::string what = Cat("held update ", update->number(), " of source record ", update->ordinal());
    if (update->ordinal() == 0 || update->ordinal() > last_ordinal) {
      differ(Cat(what, " is of a record that was never received"));
    }
    if (update->version().revision() > revision || update->end_revision() > revision) {
      differ(Cat(what, " is of a later revision than the newest commit"));
    }
    if (update->state() == static_cast<uint32_t>(HeldState::kHeld)) {
      auto& held = waiting.try_emplace(update->ordinal(), *update, std::vector<uint64_t>()).first->second;
      held.second.push_back(update->number());
    }
  }));
  for (const auto& [ordinal, held] : waiting) {
    WENSUM_ASSIGN_OR_RETURN(const auto number,
                            tasks::FindByCause(reader, reg, TaskKind::kOverlay, OverlayCause(ordinal)));
    if (!number.has_value()) {
      differ(Cat("the held updates of source record ", ordinal, " hold no task"));
      continue;
    }
    const absl::StatusOr<tasks::Task> task = tasks::ReadTask(reader, reg, *number);
    const tasks::Condition condition = OverlayCondition(held.first, held.second);
    if (!task.ok()) {
      differ(std::string(Message(task.status())));
    } else if (task->facts().overlay().SerializeAsString() != condition.facts.overlay().SerializeAsString()) {
      differ(Cat(tasks::TaskName(*number), " says something else than the held updates of source record ", ordinal));
    }
  }
  WENSUM_ASSIGN_OR_RETURN(const auto causes, tasks::ListCauses(reader, reg, TaskKind::kOverlay));
  for (const auto& [cause, number] : causes) {
    const auto ordinal = ParseInteger<uint64_t>(cause);
    if (!ordinal.has_value() || !waiting.contains(*ordinal)) {
      differ(Cat(tasks::TaskName(number), " is held by updates of source record ", cause, ", of which none wait"));
    }
  }
  return absl::OkStatus();
}

}  // namespace wensum::registry
