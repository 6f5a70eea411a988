#include "matching/address/match/match_index.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "base/strings.h"

namespace wensum::matching::address::match {

MatchIndex::MatchIndex() {
  ForEachKnownPlace([this](std::string_view place) {
    NameWords words;
    for (const std::string_view word : Split(place, ' ')) {
      words.push_back(names_.InternWord(word));
    }
    names_.Add(words, NameRole::kPlace);
  });
}

void MatchIndex::AddPlaces(absl::Span<const NameWords> places) {
  for (const NameWords& place : places) {
    names_.Add(place, NameRole::kPlace);
  }
}

NameId MatchIndex::AddName(const NameWords& words, NameRole role, Touched* touched) {
  return words.empty() ? kNoName : names_.Add(words, role, touched);
}

void MatchIndex::AddStreet(const NameWords& words, Touched* touched) { AddName(words, NameRole::kStreet, touched); }

void MatchIndex::RemoveStreet(const NameWords& words, Touched* touched) {
  if (const NameId name = words.empty() ? kNoName : names_.Find(words, NameRole::kStreet); name != kNoName) {
    names_.Remove(name, NameRole::kStreet, touched);
  }
}

// No other address of the street is in one of the record's places: see Scorer::PlacesOfStreet.
bool MatchIndex::AloneInPlace(const Record& record) const {
  for (const NameId place : record.places) {
    bool alone = place != kNoName;
    const auto& postings = names_.name(record.street).postings;
    for (size_t i = 0; i < postings.size() && alone; ++i) {
      const Record& other = records_[postings[i].record];
      alone = &other == &record || other.street != record.street ||
              std::find(other.places.begin(), other.places.end(), place) == other.places.end();
    }
    if (alone) {
      return true;
    }
  }
  return false;
}

// Called while the record stands in the index.
void MatchIndex::TouchRecord(const Record& record, Touched* touched) const {
  if (record.postcode != 0) {
    touched->postcodes.push_back(record.postcode);
    if (areas_.at(AreaOf(record.postcode)) == 1) {
      touched->areas.push_back(AreaOf(record.postcode));
    }
  }
  // What bears a building's name is looked at whatever its number: see Scorer::StandsAlone.
  for (const NameId name : {record.building, record.extra}) {
    if (name != kNoName) {
      names_.TouchName(name, kAllNumbers, touched);
    }
  }
  if (record.street == kNoName) {
    return;
  }
  NumberSet numbers = 0;
  ForEachPosting(record, [&](NameId name, int32_t number) {
    if (name == record.street) {
      numbers |= number < 0 ? kAllNumbers : NumberBit(number);
    }
  });
  const bool alone = AloneInPlace(record);
  names_.TouchName(record.street, alone ? kAllNumbers : numbers, touched);
  // Texts may have come to another address of the street by its building or postcode, and look at this one from there:
  // see Scorer::PlacesOfStreet and Scorer::LetterMayBeFloor.
  const bool lettered = record.house.low_letter != 0 || record.unit.letter != 0;
  if (alone) {
    TouchOthers(names_.name(record.street).postings, record.street, touched);
  } else if (lettered && !record.house.empty()) {
    TouchOthers(ByNumber(record.street, record.house.low), record.street, touched);
  }
}

void MatchIndex::TouchOthers(absl::Span<const NumberPosting> postings, NameId street, Touched* touched) const {
  for (const NumberPosting& posting : postings) {
    const Record& other = records_[posting.record];
    if (other.street != street) {
      continue;
    }
    if (other.postcode != 0) {
      touched->postcodes.push_back(other.postcode);
    }
    for (const NameId name : {other.building, other.extra}) {
      if (name != kNoName) {
        names_.TouchName(name, kAllNumbers, touched);
      }
    }
  }
}

template <typename Visitor>
void MatchIndex::ForEachPosting(const Record& record, const Visitor& visit) {
  constexpr int32_t kWidest = 60;
  const auto houses = [&](NameId name) {
    const int32_t high = std::min(record.house.high, record.house.low + kWidest);
    for (int32_t number = record.house.low; number <= high; ++number) {
      visit(name, number);
    }
  };
  const bool same = record.building == record.street;
  if (record.street != kNoName) {
    if (!record.house.empty()) {
      houses(record.street);
    }
    if (record.unit.number >= 0 &&
        (record.house.empty() || record.unit.number < record.house.low || record.unit.number > record.house.high)) {
      visit(record.street, record.unit.number);
    }
    if (record.house.empty() && record.unit.number < 0) {
      visit(record.street, -1);
    }
  }
  for (const NameId name : {same ? kNoName : record.building, record.extra}) {
    if (name == kNoName ||
        (name == record.extra && (record.extra == record.building || record.extra == record.street))) {
      continue;
    }
    if (record.unit.number >= 0) {
      visit(name, record.unit.number);
    } else {
      visit(name, -1);
    }
    if (!record.house.empty() && record.house.low != record.unit.number) {
      visit(name, record.house.low);
    }
  }
}

uint32_t MatchIndex::Add(uint64_t property, const RecordDraft& draft, bool historical, Touched* touched, uint32_t tag) {
  uint32_t id = 0;
  if (free_.empty()) {
    id = static_cast<uint32_t>(records_.size());
    records_.emplace_back();
  } else {
    id = free_.back();
    free_.pop_back();
  }
  Record& record = records_[id];
  record = {};
  record.property = property;
  record.tag = tag;
  record.postcode = draft.postcode;
  record.street = AddName(draft.street, NameRole::kStreet, touched);
  record.building = AddName(draft.building, NameRole::kBuilding, touched);
  record.extra = AddName(draft.extra, NameRole::kBuilding, touched);
  for (size_t i = 0; i < draft.places.size() && i < record.places.size(); ++i) {
    record.places[i] = AddName(draft.places[i], NameRole::kPlace, touched);
  }
  record.house = draft.house;
  record.unit = draft.unit;
  record.single = draft.single;
  record.relation = draft.relation;
  record.relations = draft.relations;
  record.placed = draft.placed;
  record.anonymous = draft.anonymous;
  record.historical = historical;
  record.live = true;
  ++live_;
  if (record.postcode != 0) {
    by_postcode_[record.postcode].push_back(id);
    ++areas_[AreaOf(record.postcode)];
  }
  with_place_ += draft.places.empty() ? 0 : 1;
  by_property_[property].push_back(id);
  ForEachPosting(record, [&](NameId name, int32_t number) {
    auto& postings = names_.mutable_name(name).postings;
    const NumberPosting posting{number, id};
    if (bulk_) {
      postings.push_back(posting);
      return;
    }
    const auto place = std::lower_bound(postings.begin(), postings.end(), posting);
    if (place == postings.end() || *place != posting) {
      postings.insert(place, posting);
    }
  });
  if (touched != nullptr) {
    TouchRecord(record, touched);
  }
  return id;
}

void MatchIndex::FinishBulk() {
  absl::flat_hash_set<NameId> sorted;
  for (const Record& record : records_) {
    for (const NameId name : {record.street, record.building, record.extra}) {
      if (name == kNoName || !sorted.insert(name).second) {
        continue;
      }
      auto& postings = names_.mutable_name(name).postings;
      if (!std::is_sorted(postings.begin(), postings.end())) {
        std::sort(postings.begin(), postings.end());
        postings.erase(std::unique(postings.begin(), postings.end()), postings.end());
        postings.shrink_to_fit();
      }
    }
  }
  bulk_ = false;
}

void MatchIndex::Remove(uint64_t property, Touched* touched) {
  const auto found = by_property_.find(property);
  if (found == by_property_.end()) {
    return;
  }
  for (const uint32_t id : found->second) {
    Record& record = records_[id];
    if (touched != nullptr) {
      TouchRecord(record, touched);
    }
    ForEachPosting(record, [&](NameId name, int32_t number) {
      auto& postings = names_.mutable_name(name).postings;
      if (bulk_) {  // not in order yet
        std::erase(postings, NumberPosting{number, id});
        return;
      }
      const auto place = std::lower_bound(postings.begin(), postings.end(), NumberPosting{number, id});
      if (place != postings.end() && *place == NumberPosting{number, id}) {
        postings.erase(place);
      }
    });
    if (record.postcode != 0) {
      const auto list = by_postcode_.find(record.postcode);
      list->second.erase(std::find(list->second.begin(), list->second.end(), id));
      if (list->second.empty()) {
        by_postcode_.erase(list);
      }
      const auto area = areas_.find(AreaOf(record.postcode));
      if (--area->second == 0) {
        areas_.erase(area);
      }
    }
    if (record.street != kNoName) {
      names_.Remove(record.street, NameRole::kStreet, touched);
    }
    for (const NameId name : {record.building, record.extra}) {
      if (name != kNoName) {
        names_.Remove(name, NameRole::kBuilding, touched);
      }
    }
    for (const NameId name : record.places) {
      if (name != kNoName) {
        names_.Remove(name, NameRole::kPlace, touched);
      }
    }
    with_place_ -= record.places[0] == kNoName ? 0 : 1;
    record = {};
    free_.push_back(id);
    --live_;
  }
  by_property_.erase(found);
}

bool MatchIndex::Before(uint32_t a, uint32_t b) const {
  const Record& x = records_[a];
  const Record& y = records_[b];
  const auto numbers = [](const Record& r) {
    return std::tie(r.historical, r.postcode, r.house.low, r.house.high, r.house.low_letter, r.house.high_letter,
                    r.unit.number, r.unit.letter, r.unit.floors, r.unit.sides, r.unit.kind, r.single);
  };
  if (numbers(x) != numbers(y)) {
    return numbers(x) < numbers(y);
  }
  for (const auto& [one, other] : {std::pair(x.street, y.street), std::pair(x.building, y.building),
                                   std::pair(x.extra, y.extra), std::pair(x.places[0], y.places[0])}) {
    if (one != other) {
      return other != kNoName && (one == kNoName || names_.TextBefore(one, other));
    }
  }
  return false;
}

absl::Span<const uint32_t> MatchIndex::ByPostcode(PostcodeCode code) const {
  const auto found = by_postcode_.find(code);
  return found == by_postcode_.end() ? absl::Span<const uint32_t>() : absl::Span<const uint32_t>(found->second);
}

absl::Span<const NumberPosting> MatchIndex::ByNumber(NameId name, int32_t number) const {
  const auto& postings = names_.name(name).postings;
  const auto begin = std::lower_bound(postings.begin(), postings.end(), NumberPosting{number, 0});
  const auto end = std::lower_bound(begin, postings.end(), NumberPosting{number + 1, 0});
  return {postings.data() + (begin - postings.begin()), static_cast<size_t>(end - begin)};
}

size_t MatchIndex::memory_bytes() const {
  return names_.memory_bytes() + records_.capacity() * sizeof(Record) +
         by_postcode_.capacity() * (sizeof(PostcodeCode) + sizeof(absl::InlinedVector<uint32_t, 2>) + 1) +
         by_property_.capacity() * (sizeof(uint64_t) + sizeof(absl::InlinedVector<uint32_t, 2>) + 1) +
         live_ * sizeof(uint32_t);
}

}  // namespace wensum::matching::address::match
