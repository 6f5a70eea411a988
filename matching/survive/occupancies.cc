#include "matching/survive/occupancies.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

#include "base/strings.h"
#include "matching/survive/golden_addresses.h"

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

// An address of a contributor that counts.
struct Said {
  uint32_t contributor = 0;
  const model::PersonAddress* address = nullptr;
  ResolvedAddress resolved;
};

std::vector<Said> AllSaid(std::span<const Contributor> contributors, std::span<const DecidedPlaces::Ignored> ignored) {
  std::vector<Said> all;
  for (uint32_t i = 0; i < contributors.size(); ++i) {
    if (contributors[i].record == nullptr) {
      continue;
    }
    const std::vector<model::PersonAddress>& addresses = contributors[i].record->details.addresses;
    const size_t count = std::min(addresses.size(), contributors[i].resolved_addresses.size());
    for (size_t at = 0; at < count; ++at) {
      const ResolvedAddress& resolved = contributors[i].resolved_addresses[at];
      const bool ignores = std::ranges::any_of(ignored, [&](const DecidedPlaces::Ignored& one) {
        return one.contributor == i && one.address == AddressText(addresses[at]);
      });
      if (resolved.uprn != 0 && !ignores) {
        all.push_back({.contributor = i, .address = &addresses[at], .resolved = resolved});
      }
    }
  }
  return all;
}

using Occupancies = std::map<std::pair<uint64_t, AddressRole>, Occupancy>;

// Without contributors, and closed.
Occupancy& FindOrAdd(uint64_t uprn, AddressRole role, Occupancies& found) {
  const auto [place, added] = found.try_emplace({uprn, role});
  if (added) {
    place->second.uprn = uprn;
    place->second.role = role;
    place->second.closed = true;
    place->second.building = true;
  }
  return place->second;
}

void Add(const Said& said, Occupancies& found) {
  const model::PersonAddress& address = *said.address;
  Occupancy& occupancy = FindOrAdd(said.resolved.uprn, address.role, found);
  KeepEarliest(address.from_date, occupancy.from);
  KeepLatest(address.to_date, occupancy.to);
  occupancy.closed = occupancy.closed && !address.to_date.empty();
  occupancy.building = occupancy.building && said.resolved.outcome == kOutcomeParent;
  occupancy.contradictory = occupancy.contradictory || EndsFirst(address.from_date, address.to_date);
  if (occupancy.contributors.empty() || occupancy.contributors.back() != said.contributor) {
    occupancy.contributors.push_back(said.contributor);
  }
}

// Once all records have spoken.
void Complete(Occupancy& occupancy) {
  occupancy.closed = occupancy.closed || occupancy.role == AddressRole::kPrevious;
  if (!occupancy.closed) {
    occupancy.to = PartialDate();
  }
  occupancy.contradictory = occupancy.contradictory || EndsFirst(occupancy.from, occupancy.to);
}

// Ends the residences that records leave open elsewhere.
void EndOthers(const DecidedPlaces::Home& home, std::span<const Said> said, Occupancies& found) {
  const auto is_home = [&](uint64_t uprn) {
    if (home.resolved.uprn != 0) {
      return home.resolved.uprn == uprn;
    }
    return std::ranges::any_of(said, [&](const Said& one) {
      return one.resolved.uprn == uprn && one.address->postcode == home.address.postcode &&
             EqualsIgnoreCaseAscii(one.address->text, home.address.text);
    });
  };
  for (auto& [place, occupancy] : found) {
    if (occupancy.role != AddressRole::kResidence || occupancy.closed || is_home(occupancy.uprn)) {
      continue;
    }
    occupancy.closed = true;
    if (!EndsFirst(occupancy.from, home.since)) {
      occupancy.to = home.since;
    }
    occupancy.decision = home.decision;
  }
}

void Settle(const DecidedPlaces::Home& home, Occupancies& found) {
  if (home.resolved.uprn == 0) {
    return;
  }
  Occupancy& occupancy = FindOrAdd(home.resolved.uprn, AddressRole::kResidence, found);
  if (home.given && !home.address.from_date.empty()) {
    occupancy.from = home.address.from_date;
  } else {
    KeepEarliest(home.address.from_date, occupancy.from);
  }
  occupancy.to = PartialDate();
  occupancy.closed = false;
  occupancy.contradictory = false;
  occupancy.building = occupancy.building && home.resolved.outcome == kOutcomeParent;
  occupancy.decision = home.decision;
}

}  // namespace

std::vector<Occupancy> OccupanciesOf(std::span<const Contributor> contributors, const DecidedPlaces& decided) {
  const std::vector<Said> said = AllSaid(contributors, decided.ignored);
  Occupancies found;
  for (const Said& one : said) {
    Add(one, found);
  }
  for (auto& [place, occupancy] : found) {
    Complete(occupancy);
  }
  if (decided.home.decision != 0) {
    EndOthers(decided.home, said, found);
    Settle(decided.home, found);
  }
  std::vector<Occupancy> occupancies;
  occupancies.reserve(found.size());
  for (auto& [place, occupancy] : found) {
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
