// The addresses of a gazetteer as the matcher looks them up: by postcode, and by name and number.
#ifndef WENSUM_MATCHING_ADDRESS_MATCH_MATCH_INDEX_H_
#define WENSUM_MATCHING_ADDRESS_MATCH_MATCH_INDEX_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"
#include "matching/address/match/evidence.h"
#include "matching/address/match/names.h"
#include "matching/address/match/record.h"

namespace wensum::matching::address::match {

// One address of one property.
struct Record {
  uint64_t property = 0;
  uint32_t tag = 0;  // the caller's own, of no meaning here
  PostcodeCode postcode = 0;
  NameId street = kNoName;
  NameId building = kNoName;
  NameId extra = kNoName;
  std::array<NameId, 3> places = {kNoName, kNoName, kNoName};
  House house;
  Unit unit;
  bool single = false;
  bool relation = false;
  Relations relations = 0;
  bool placed = false;
  bool anonymous = false;
  bool historical = false;
  bool live = false;
};

// Not thread-safe for writing; the const members may run concurrently. What a reader can find depends on the set of
// records alone, not on the order in which they came.
class MatchIndex {
 public:
  MatchIndex();

  // Learns from the list which phrases are places; before the texts are added.
  void AddPlaces(absl::Span<const NameWords> places);
  // Every address will have its place, so that a text with another place means none of them. Else that is so once one
  // has.
  void SetPlacesKnown() { places_known_ = true; }

  // Each appends to `touched`, which may be null, what texts may now have another answer.
  //
  // Adds one address; a property may have many.
  uint32_t Add(uint64_t property, const RecordDraft& draft, bool historical, Touched* touched = nullptr,
               uint32_t tag = 0);
  // Drops all addresses of a property; an unknown one is no error.
  void Remove(uint64_t property, Touched* touched = nullptr);
  // One more, or one less, street of this name that may have no address.
  void AddStreet(const NameWords& words, Touched* touched = nullptr);
  void RemoveStreet(const NameWords& words, Touched* touched = nullptr);
  // A new index is in bulk loading: nothing is found until FinishBulk has sorted what was appended. Add and Remove keep
  // the order by themselves later on.
  void StartBulk() { bulk_ = true; }
  void FinishBulk();

  [[nodiscard]] const NameTable& names() const { return names_; }
  [[nodiscard]] NameTable* mutable_names() { return &names_; }
  [[nodiscard]] const Record& record(uint32_t id) const { return records_[id]; }
  // An order of one property's addresses by what they say, those in use first.
  [[nodiscard]] bool Before(uint32_t a, uint32_t b) const;
  [[nodiscard]] absl::Span<const uint32_t> ByPostcode(PostcodeCode code) const;
  [[nodiscard]] absl::Span<const uint32_t> ByProperty(uint64_t property) const {
    const auto found = by_property_.find(property);
    return found == by_property_.end() ? absl::Span<const uint32_t>() : absl::MakeConstSpan(found->second);
  }
  [[nodiscard]] bool Listed(PostcodeCode code) const { return by_postcode_.contains(code); }
  // An address has a postcode of this area, or a place.
  [[nodiscard]] bool HasArea(uint64_t area) const { return areas_.contains(area); }
  [[nodiscard]] bool HasPlaces() const { return places_known_ || with_place_ > 0; }
  // Records under a name with a number; -1: those without one.
  [[nodiscard]] absl::Span<const NumberPosting> ByNumber(NameId name, int32_t number) const;

  [[nodiscard]] bool Contains(uint64_t property) const { return by_property_.contains(property); }
  [[nodiscard]] size_t size() const { return live_; }  // addresses
  [[nodiscard]] size_t memory_bytes() const;

 private:
  template <typename Visitor>
  static void ForEachPosting(const Record& record, const Visitor& visit);
  NameId AddName(const NameWords& words, NameRole role, Touched* touched);
  void TouchRecord(const Record& record, Touched* touched) const;
  void TouchOthers(absl::Span<const NumberPosting> postings, NameId street, Touched* touched) const;
  [[nodiscard]] bool AloneInPlace(const Record& record) const;

  NameTable names_;
  std::vector<Record> records_;
  std::vector<uint32_t> free_;
  absl::flat_hash_map<PostcodeCode, absl::InlinedVector<uint32_t, 2>> by_postcode_;
  absl::flat_hash_map<uint64_t, absl::InlinedVector<uint32_t, 2>> by_property_;
  absl::flat_hash_map<uint64_t, uint32_t> areas_;  // postcode areas, and how many addresses have them
  size_t live_ = 0;
  size_t with_place_ = 0;
  bool places_known_ = false;
  bool bulk_ = true;
};

}  // namespace wensum::matching::address::match

#endif  // WENSUM_MATCHING_ADDRESS_MATCH_MATCH_INDEX_H_
