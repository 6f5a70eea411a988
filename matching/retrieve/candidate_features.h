// Candidate keys of a record with declared attributes: two records are compared if they share a key that few hold.
//
// A key is one telling feature, or a combination of two features of which either may survive where the other's value
// has an error, so that a pair of records of one person is found as long as two of their attributes are about right.
//   Names, each word in whatever role: the word (grade 0); its phonetic code, first three letters and nickname groups
//     (1); its first letter (2).
//   Dates: the date (0); day and month swapped, and two of year, month and day (1); the year (2).
//   Postcodes: whole (0); without the last two characters (1); without the last four, and with any one left out (2).
//   Texts: whole (0); each word of four letters or more (1); its phonetic code (2).
//   Codes and references: whole (0).
// Alone: date, postcode, code, reference, code with any one character left out, word of a name. In pairs: features of
// two attributes (or a name and another attribute), or a word of a name and another word's feature, whose grades add up
// to at most the richness: 0 and 1 find what is spelt alike, 2 is the default, 4 finds the most. Where an attribute
// tells houses apart, those of the address make keys neither alone nor with one another: a household shares them all.
// Each of a record's alternatives has its keys.
// Categories make no keys: nearly everyone shares theirs.
#ifndef WENSUM_MATCHING_RETRIEVE_CANDIDATE_FEATURES_H_
#define WENSUM_MATCHING_RETRIEVE_CANDIDATE_FEATURES_H_

#include <cstdint>
#include <span>
#include <vector>

#include "matching/schema/value_store.h"

namespace wensum::matching {

// Keys are hashes of 48 bits, in the upper bits of a word: enough to tell some billions of keys apart, few enough for a
// compact index. The lower 16 are 0.
inline constexpr uint64_t kKeyMask = ~uint64_t{0xFFFF};
// Of these 48 the lowest bit says that the key is mixed: of more than names.
inline constexpr uint64_t kMixedKey = uint64_t{0x10000};

// How many may hold a key that makes pairs; one that more hold is a hub. Records that agree in a name and hardly
// anything else are found by their names' keys, which many share. What else two records of one person share, few share:
// of the pairs of the sample city whose rarest common key is mixed, seven of eight lie beyond 10 holders, but only one
// in two thousand of those that are of one person and score enough (docs/benchmarks.md).
struct KeyCaps {
  uint32_t names = 200;
  uint32_t mixed = 200;
  [[nodiscard]] uint32_t of(uint64_t key) const { return (key & kMixedKey) != 0 ? mixed : names; }

  friend bool operator==(const KeyCaps&, const KeyCaps&) = default;
};

// The most keys of one record; what is over is dropped, the most telling kept.
inline constexpr size_t kMaxKeysPerRecord = 1024;

struct CandidateFeature {
  uint64_t hash = 0;
  uint8_t grade = 0;
};

// The features of every value of a ValueStore, worked out once (but those of codes, which hardly two people share, when
// they are asked for). Grow needs exclusive access; const members may run concurrently.
class CandidateFeatures {
 public:
  // `values` must outlive the object.
  explicit CandidateFeatures(const ValueStore* values);

  // Takes in the values that the store has got since.
  void Grow();

  // Appends the keys of a row, some perhaps twice. Depends on the row's values alone.
  void AppendKeys(Row row, uint32_t richness, std::vector<uint64_t>& keys) const;
  // Appends the keys under which a search by part of a record's details finds it: of every word of a name the sound,
  // alone, with the other words' sounds and with their initials; dates, postcodes and codes whole; the year of a date
  // with each sound. Of the same kind as candidate keys, but for an index of their own.
  void AppendSearchKeys(Row row, std::vector<uint64_t>& keys) const;
  [[nodiscard]] size_t memory_bytes() const;

 private:
  struct Lists {
    std::vector<uint32_t> begin = {0};
    std::vector<CandidateFeature> features;
    [[nodiscard]] std::span<const CandidateFeature> of(uint32_t id) const {
      return {features.data() + begin[id], features.data() + begin[id + 1]};
    }
    [[nodiscard]] uint32_t size() const { return static_cast<uint32_t>(begin.size() - 1); }
    // Ends the features of one token or value.
    void EndItem() { begin.push_back(static_cast<uint32_t>(features.size())); }
  };

  const ValueStore* values_;
  Lists name_words_;              // by TokenId
  std::vector<Lists> features_;   // by attribute and ValueId; empty for names, codes and categories
  std::vector<uint64_t> spaces_;  // by attribute: keeps equal texts of two attributes apart
};

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_RETRIEVE_CANDIDATE_FEATURES_H_
