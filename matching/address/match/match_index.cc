#include "matching/address/match/match_index.h"

#include <algorithm>

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

NameId MatchIndex::AddName(const NameWords& words, NameRole role) {
  return words.empty() ? kNoName : names_.Add(words, role);
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

uint32_t MatchIndex::Add(uint64_t property, const RecordDraft& draft, bool historical) {
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
  record.postcode = draft.postcode;
  record.street = AddName(draft.street, NameRole::kStreet);
  record.building = AddName(draft.building, NameRole::kBuilding);
  record.extra = AddName(draft.extra, NameRole::kBuilding);
  for (size_t i = 0; i < draft.places.size() && i < record.places.size(); ++i) {
    record.places[i] = AddName(draft.places[i], NameRole::kPlace);
  }
  record.house = draft.house;
  record.unit = draft.unit;
  record.single = draft.single;
  record.relation = draft.relation;
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

void MatchIndex::Remove(uint64_t property) {
  const auto found = by_property_.find(property);
  if (found == by_property_.end()) {
    return;
  }
  for (const uint32_t id : found->second) {
    Record& record = records_[id];
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
      names_.Remove(record.street, NameRole::kStreet);
    }
    for (const NameId name : {record.building, record.extra}) {
      if (name != kNoName) {
        names_.Remove(name, NameRole::kBuilding);
      }
    }
    for (const NameId name : record.places) {
      if (name != kNoName) {
        names_.Remove(name, NameRole::kPlace);
      }
    }
    with_place_ -= record.places[0] == kNoName ? 0 : 1;
    record = {};
    free_.push_back(id);
    --live_;
  }
  by_property_.erase(found);
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
