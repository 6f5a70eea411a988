#include "services/custodian/operation_log.h"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/status_details.h"

namespace wensum::custodian {
namespace {

using storage::Family;
using Operation = storage::v1::CustodianOperation;

constexpr std::string_view kCollection = "operations/";

// The last eight bytes of each of these keys.
uint64_t NumberAtEnd(std::string_view key) {
  uint64_t number = 0;
  for (const char c : key.substr(key.size() - sizeof(number))) {
    number = number << 8 | static_cast<unsigned char>(c);
  }
  return number;
}

template <typename Numbers>
bool Holds(const Numbers& numbers, uint64_t number) {
  return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
}

}  // namespace

std::string OperationName(uint64_t number) { return Cat(kCollection, number); }

absl::StatusOr<uint64_t> ParseOperationName(std::string_view name, std::string_view field) {
  const std::optional<uint64_t> number =
      name.starts_with(kCollection) ? ParseInteger<uint64_t>(name.substr(kCollection.size())) : std::nullopt;
  if (!number.has_value() || *number == 0) {
    return rpc::InvalidField(field, Cat("is ", Quote(name), "; expected operations/{number}, a number from 1"));
  }
  return *number;
}

absl::StatusOr<Operation> OperationLog::Read(uint64_t number, size_t* bytes) const {
  WENSUM_ASSIGN_OR_RETURN(const std::optional<std::string> value,
                          reader_.Get(Family::kDecision, storage::OperationKey(reg_, number)));
  if (!value.has_value()) {
    return rpc::UnknownResource(OperationName(number));
  }
  *bytes += value->size();
  Operation operation;
  if (!operation.ParseFromString(*value) || operation.format() != kOperationFormat) {
    return DataLoss(
        Cat("operation ", number, " is damaged or of a newer version; restore the data directory from a backup"));
  }
  return operation;
}

absl::StatusOr<const Operation*> OperationLog::Get(uint64_t number) {
  if (const auto found = operations_.find(number); found != operations_.end()) {
    return &found->second;
  }
  size_t bytes = 0;
  WENSUM_ASSIGN_OR_RETURN(Operation operation, Read(number, &bytes));
  if (keep_ == Keep::kAllButRows) {
    operation.clear_rows();
    operation.clear_act();
  }
  return &operations_.emplace(number, std::move(operation)).first->second;
}

absl::StatusOr<uint64_t> OperationLog::NextNumber() const {
  WENSUM_ASSIGN_OR_RETURN(const std::vector<uint64_t> last, List(0, 1));
  return last.empty() ? 1 : last.front() + 1;
}

absl::StatusOr<bool> OperationLog::InForce(uint64_t number) {
  // Each operation is undone by a later one: the walk ends.
  bool in_force = true;
  for (;;) {
    WENSUM_ASSIGN_OR_RETURN(const Operation* const operation, Get(number));
    if (operation->undone_by() <= number) {
      return in_force;
    }
    number = operation->undone_by();
    in_force = !in_force;
  }
}

absl::StatusOr<std::vector<uint64_t>> OperationLog::ListKeys(const std::string& prefix, const std::string& last,
                                                             size_t limit) const {
  std::vector<uint64_t> numbers;
  const auto it = reader_.NewIterator(Family::kDecision, storage::PrefixRange(prefix));
  if (last.empty()) {
    it->SeekToLast();
  } else {
    it->SeekForPrev(last);
  }
  for (; it->Valid() && numbers.size() < limit; it->Prev()) {
    numbers.push_back(NumberAtEnd(it->key()));
  }
  WENSUM_RETURN_IF_ERROR(it->status());
  return numbers;
}

absl::StatusOr<std::vector<uint64_t>> OperationLog::List(uint64_t before, size_t limit) const {
  return ListKeys(storage::OperationPrefix(reg_), before == 0 ? "" : storage::OperationKey(reg_, before - 1), limit);
}

absl::StatusOr<std::vector<uint64_t>> OperationLog::ListOfProperty(uint64_t uprn, uint64_t before, size_t limit) const {
  return ListKeys(storage::OperationByPropertyPrefix(reg_, uprn),
                  before == 0 ? "" : storage::OperationByPropertyKey(reg_, uprn, before - 1), limit);
}

absl::StatusOr<std::vector<uint64_t>> OperationLog::ListOfStreet(uint32_t usrn, uint64_t before, size_t limit) const {
  return ListKeys(storage::OperationByStreetPrefix(reg_, usrn),
                  before == 0 ? "" : storage::OperationByStreetKey(reg_, usrn, before - 1), limit);
}

absl::StatusOr<std::vector<OperationLog::Event>> OperationLog::EventsOf(uint64_t uprn, size_t limit, size_t* read) {
  WENSUM_ASSIGN_OR_RETURN(const std::vector<uint64_t> numbers, ListKeys(storage::LineagePrefix(reg_, uprn), "", limit));
  *read = numbers.size();
  std::vector<Event> events;
  for (const uint64_t number : numbers) {
    WENSUM_ASSIGN_OR_RETURN(const Operation* const operation, Get(number));
    WENSUM_ASSIGN_OR_RETURN(const bool in_force, InForce(number));
    for (int i = 0; i < operation->lineage_size(); ++i) {
      const storage::v1::LineageEvent& event = operation->lineage(i);
      if (Holds(event.predecessors(), uprn) || Holds(event.successors(), uprn)) {
        events.push_back({.operation = number, .index = i, .in_force = in_force});
      }
    }
  }
  return events;
}

absl::StatusOr<OperationLog::Lineage> OperationLog::LineageOf(uint64_t uprn, const LineageLimits& limits) {
  Lineage lineage;
  std::set<Event> events;
  std::set<uint64_t> origins;
  size_t operations_left = limits.operations;
  // One walk in each direction: siblings are named by the events they share, their own fates are not followed.
  const auto walk = [&](bool forward) -> absl::StatusOr<std::set<uint64_t>> {
    // What became of a property counts from the event that led to it: one that was reinstated has an earlier life.
    using Place = std::pair<uint64_t, int>;  // operation and event
    const Place start = forward ? Place(0, -1) : Place(UINT64_MAX, 0);
    std::map<uint64_t, Place> reached = {{uprn, start}};          // the place that shows most of its life
    std::deque<std::pair<uint64_t, size_t>> ahead = {{uprn, 0}};  // with their depth
    while (!ahead.empty()) {
      const auto [at, depth] = ahead.front();
      ahead.pop_front();
      const Place since = reached.at(at);
      size_t read = 0;
      // One more than may be read tells whether there are more.
      WENSUM_ASSIGN_OR_RETURN(const std::vector<Event> own, EventsOf(at, operations_left + 1, &read));
      if (read > operations_left) {
        lineage.truncated = true;
        break;
      }
      operations_left -= read;
      bool came_from_another = false;
      for (const Event& event : own) {
        WENSUM_ASSIGN_OR_RETURN(const Operation* const operation, Get(event.operation));
        const storage::v1::LineageEvent& stored = operation->lineage(event.index);
        const auto& from = forward ? stored.predecessors() : stored.successors();
        const Place place(event.operation, event.index);
        if (!Holds(from, at) || (forward ? place <= since : place >= since)) {
          continue;  // it leads the other way, or is of another life
        }
        events.insert(event);
        if (!event.in_force) {
          continue;
        }
        for (const uint64_t next : forward ? stored.successors() : stored.predecessors()) {
          came_from_another = came_from_another || next != at;
          const auto known = reached.find(next);
          if (known != reached.end() && (forward ? place >= known->second : place <= known->second)) {
            continue;
          }
          if (depth == limits.depth || (known == reached.end() && reached.size() == limits.properties)) {
            lineage.truncated = true;
            continue;
          }
          reached.insert_or_assign(next, place);
          ahead.emplace_back(next, depth + 1);
        }
      }
      if (!forward && came_from_another) {
        origins.erase(at);  // an earlier look saw less of its life
      } else if (!forward) {
        origins.insert(at);
      }
    }
    std::set<uint64_t> seen;
    for (const auto& [property, place] : reached) seen.insert(property);
    return seen;
  };
  WENSUM_RETURN_IF_ERROR(walk(/*forward=*/false).status());
  WENSUM_ASSIGN_OR_RETURN(const std::set<uint64_t> later, walk(/*forward=*/true));
  lineage.later.assign(later.begin(), later.end());
  lineage.origins.assign(origins.begin(), origins.end());
  lineage.events.assign(events.begin(), events.end());
  return lineage;
}

void OperationLog::Put(storage::RegisterId reg, const Operation& operation, storage::WriteBatch& batch) {
  const uint64_t number = operation.number();
  batch.Put(Family::kDecision, storage::OperationKey(reg, number), operation.SerializeAsString());
  for (const uint64_t uprn : operation.uprns()) {
    batch.Put(Family::kDecision, storage::OperationByPropertyKey(reg, uprn, number), {});
  }
  for (const uint32_t usrn : operation.usrns()) {
    batch.Put(Family::kDecision, storage::OperationByStreetKey(reg, usrn, number), {});
  }
  for (const storage::v1::LineageEvent& event : operation.lineage()) {
    for (const auto* const side : {&event.predecessors(), &event.successors()}) {
      for (const uint64_t uprn : *side) {
        batch.Put(Family::kDecision, storage::LineageKey(reg, uprn, number), {});
      }
    }
  }
}

}  // namespace wensum::custodian
