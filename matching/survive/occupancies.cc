#include "matching/survive/occupancies.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

namespace wensum::matching {
namespace {

using model::AddressRole;
using model::PartialDate;

// Equals address::Outcome::kParent.
constexpr uint8_t kOutcomeParent = 3;

// The first and last day that a date may mean, as PartialDate::ToNumber has it.
int32_t FirstDay(PartialDate date) { return date.ToNumber() + (date.month == 0 ? 100 : 0) + (date.day == 0 ? 1 : 0); }
int32_t LastDay(PartialDate date) {
  if (date.day != 0) {
    return date.ToNumber();
  }
  date.month = date.month == 0 ? 12 : date.month;
  const std::chrono::year_month_day_last last =
      std::chrono::year(date.year) / static_cast<int>(date.month) / std::chrono::last;
  return date.ToNumber() + static_cast<int32_t>(static_cast<unsigned>(last.day()));
}

bool EndsFirst(PartialDate from, PartialDate to) {
  return !from.empty() && !to.empty() && LastDay(to) < FirstDay(from);
}

// Of days that are equal, the number of the date that says more is the greater.
void KeepEarliest(PartialDate date, PartialDate& earliest) {
  const auto order = [](PartialDate d) { return std::pair(FirstDay(d), -d.ToNumber()); };
  if (!date.empty() && (earliest.empty() || order(date) < order(earliest))) {
    earliest = date;
  }
}
void KeepLatest(PartialDate date, PartialDate& latest) {
  const auto order = [](PartialDate d) { return std::pair(LastDay(d), d.ToNumber()); };
  if (!date.empty() && (latest.empty() || order(date) > order(latest))) {
    latest = date;
  }
}

void Add(const model::PersonAddress& address, bool building, uint32_t contributor, Occupancy& occupancy) {
  KeepEarliest(address.from_date, occupancy.from);
  KeepLatest(address.to_date, occupancy.to);
  occupancy.closed = occupancy.closed && !address.to_date.empty();
  occupancy.building = occupancy.building && building;
  occupancy.contradictory = occupancy.contradictory || EndsFirst(address.from_date, address.to_date);
  if (occupancy.contributors.empty() || occupancy.contributors.back() != contributor) {
    occupancy.contributors.push_back(contributor);
  }
}

}  // namespace

std::vector<Occupancy> OccupanciesOf(std::span<const Contributor> contributors) {
  std::map<std::pair<uint64_t, AddressRole>, Occupancy> found;
  for (uint32_t i = 0; i < contributors.size(); ++i) {
    const Contributor& contributor = contributors[i];
    if (contributor.record == nullptr) {
      continue;
    }
    const std::vector<model::PersonAddress>& addresses = contributor.record->details.addresses;
    const size_t count = std::min(addresses.size(), contributor.resolved_addresses.size());
    for (size_t at = 0; at < count; ++at) {
      const ResolvedAddress& resolved = contributor.resolved_addresses[at];
      if (resolved.uprn == 0) {
        continue;
      }
      const auto [place, added] = found.try_emplace({resolved.uprn, addresses[at].role});
      if (added) {
        place->second.uprn = resolved.uprn;
        place->second.role = addresses[at].role;
        place->second.closed = true;
        place->second.building = true;
      }
      Add(addresses[at], resolved.outcome == kOutcomeParent, i, place->second);
    }
  }
  std::vector<Occupancy> occupancies;
  occupancies.reserve(found.size());
  for (auto& [key, occupancy] : found) {
    occupancy.closed = occupancy.closed || occupancy.role == AddressRole::kPrevious;
    if (!occupancy.closed) {
      occupancy.to = PartialDate();
    }
    occupancy.contradictory = occupancy.contradictory || EndsFirst(occupancy.from, occupancy.to);
    occupancies.push_back(std::move(occupancy));
  }
  return occupancies;
}

bool Covers(const Occupancy& occupancy, const Period& period) {
  if (occupancy.contradictory || (occupancy.closed && occupancy.to.empty())) {
    return false;
  }
  const bool begins_in_time =
      occupancy.from.empty() || period.to.empty() || FirstDay(occupancy.from) <= LastDay(period.to);
  const bool ends_in_time = !occupancy.closed || period.from.empty() || LastDay(occupancy.to) >= FirstDay(period.from);
  return begins_in_time && ends_in_time;
}

}  // namespace wensum::matching
