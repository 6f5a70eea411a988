#include "services/register/entity_conflicts.h"

#include <algorithm>
#include <string_view>

#include "base/hash.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "matching/compare/date_slip.h"
#include "services/tasks/task_store.h"

namespace wensum::registry {
namespace {

using tasks::TaskKind;

// Of more, the facts of a task hold the first ones.
constexpr size_t kMostValues = 10;
constexpr size_t kMostOrdinals = 20;

struct DatedValue {
  model::PartialDate date;
  std::vector<uint64_t> ordinals;
};

// One may be the other with parts left out.
bool Compatible(model::PartialDate a, model::PartialDate b) {
  return a.year == b.year && (a.month == 0 || b.month == 0 || a.month == b.month) &&
         (a.day == 0 || b.day == 0 || a.day == b.day);
}

void AddDates(const std::vector<DatedValue>& dates, std::vector<ConflictValue>* conflicts) {
  for (const DatedValue& date : dates) {
    const bool contradicted =
        std::ranges::any_of(dates, [&date](const DatedValue& other) { return !Compatible(date.date, other.date); });
    if (contradicted) {
      conflicts->push_back({ConflictAttribute::kDateOfBirth, date.date.ToString(), date.ordinals});
    }
  }
}

// Whether an error of writing explains what the dates differ in.
bool OnlySlips(const std::vector<ConflictValue>& conflicts) {
  std::vector<matching::DateDigits> dates;
  for (const ConflictValue& conflict : conflicts) {
    if (conflict.attribute != ConflictAttribute::kDateOfBirth) {
      return false;
    }
    dates.push_back(matching::DigitsOf(model::PartialDate::Parse(conflict.value)->ToNumber()));
  }
  for (size_t i = 0; i < dates.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (matching::SlipBetween(dates[i], dates[j]) > matching::DateSlip::kTwoParts) {
        return false;
      }
    }
  }
  return true;
}

// The first records of the first two values: these stay while other records come and go.
std::pair<uint64_t, uint64_t> FirstTwo(const std::vector<ConflictValue>& conflicts) {
  return {conflicts[0].ordinals.front(), conflicts[1].ordinals.front()};
}

}  // namespace

std::vector<ConflictValue> ConflictsOf(std::span<const std::pair<uint64_t, const DecodedSource*>> sources) {
  std::vector<ConflictValue> numbers;
  std::vector<DatedValue> dates;
  if (sources.size() < 2) {
    return numbers;
  }
  std::vector<std::pair<uint64_t, const DecodedSource*>> ordered(sources.begin(), sources.end());
  std::ranges::sort(ordered);
  for (const auto& [ordinal, source] : ordered) {
    if (source->record.kind != model::RecordKind::kPerson || source->state.deleted) {
      continue;
    }
    const model::PersonDetails& details = source->record.details;
    if (!details.ni_number.empty()) {
      auto at = std::ranges::find(numbers, details.ni_number, &ConflictValue::value);
      if (at == numbers.end()) {
        at = numbers.insert(at, {ConflictAttribute::kNiNumber, details.ni_number, {}});
      }
      at->ordinals.push_back(ordinal);
    }
    if (const model::PartialDate date = details.date_of_birth; !date.empty() && !model::IsDummyDateOfBirth(date)) {
      auto at = std::ranges::find(dates, date, &DatedValue::date);
      if (at == dates.end()) {
        at = dates.insert(at, {date, {}});
      }
      at->ordinals.push_back(ordinal);
    }
  }
  if (numbers.size() < 2) {
    numbers.clear();
  }
  AddDates(dates, &numbers);
  return numbers;
}

std::string ConflictCause(uint64_t anchor) { return Cat(anchor); }

tasks::Condition ConflictCondition(uint64_t anchor, const std::vector<ConflictValue>& conflicts) {
  tasks::Condition condition;
  condition.kind = TaskKind::kConflict;
  condition.cause = ConflictCause(anchor);
  const auto [first, second] = FirstTwo(conflicts);
  condition.subject = Cat(first, "-", second);
  condition.priority = OnlySlips(conflicts) ? tasks::Priority::kLow : tasks::Priority::kHigh;
  condition.names = {{tasks::NameType::kRecord, first}, {tasks::NameType::kRecord, second}};
  // By the values, in no order: who gives them may change with every feed.
  uint64_t evidence = 0;
  storage::v1::ConflictFacts& facts = *condition.facts.mutable_conflict();
  for (const ConflictValue& conflict : conflicts) {
    evidence += Hash64(Cat(static_cast<int>(conflict.attribute), conflict.value));
    if (static_cast<size_t>(facts.values_size()) == kMostValues) {
      continue;
    }
    storage::v1::ConflictValueFacts& value = *facts.add_values();
    value.set_attribute(static_cast<uint32_t>(conflict.attribute));
    value.set_count(conflict.ordinals.size());
    for (size_t i = 0; i < std::min(conflict.ordinals.size(), kMostOrdinals); ++i) {
      value.add_ordinals(conflict.ordinals[i]);
    }
  }
  condition.evidence = evidence;
  return condition;
}

void ConflictCheck::Add(uint64_t anchor, std::span<const std::pair<uint64_t, const DecodedSource*>> sources) {
  const std::vector<ConflictValue> conflicts = ConflictsOf(sources);
  if (!conflicts.empty()) {
    tasks::Condition condition = ConflictCondition(anchor, conflicts);
    expected_[condition.cause] = {condition.facts.conflict().SerializeAsString(), condition.priority};
  }
}

absl::Status ConflictCheck::Run(const storage::Reader& reader, uint32_t reg,
                                const std::function<void(std::string)>& differ) const {
  for (const auto& [cause, said] : expected_) {
    WENSUM_ASSIGN_OR_RETURN(const auto number, tasks::FindByCause(reader, reg, TaskKind::kConflict, cause));
    if (!number.has_value()) {
      differ(Cat("the conflict of person ", cause, " holds no task"));
      continue;
    }
    const absl::StatusOr<tasks::Task> task = tasks::ReadTask(reader, reg, *number);
    if (!task.ok()) {
      differ(std::string(Message(task.status())));
    } else if (task->facts().conflict().SerializeAsString() != said.first ||
               task->priority() != static_cast<uint32_t>(said.second)) {
      differ(Cat(tasks::TaskName(*number), " says something else than the records of person ", cause));
    }
  }
  WENSUM_ASSIGN_OR_RETURN(const auto held, tasks::ListCauses(reader, reg, TaskKind::kConflict));
  for (const auto& [cause, number] : held) {
    if (!expected_.contains(cause)) {
      differ(Cat(tasks::TaskName(number), " is held by a conflict of person ", cause, ", whose records agree"));
    }
  }
  return absl::OkStatus();
}

}  // namespace wensum::registry
