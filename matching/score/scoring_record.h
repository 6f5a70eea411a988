// Records in the form that scores are computed from.
#ifndef WENSUM_MATCHING_SCORE_SCORING_RECORD_H_
#define WENSUM_MATCHING_SCORE_SCORING_RECORD_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/strings.h"
#include "matching/score/name_frequency.h"
#include "matching/standardise.h"

namespace wensum::matching {

// A name token with all that comparisons ask of it, worked out once.
struct ScoringToken {
  std::string text;
  uint64_t sound = 0;
  float forename_bits = 0;  // -log2 of its frequency
  float surname_bits = 0;
  bool known_forename = false;
};

ScoringToken MakeToken(std::string_view text, const NameFrequencies& names);

// Interned tokens with stable addresses and dense numbers. Not thread-safe for writing.
class TokenTable {
 public:
  explicit TokenTable(const NameFrequencies* names) : names_(names) {}
  uint32_t Intern(std::string_view text);
  [[nodiscard]] const ScoringToken& token(uint32_t number) const { return *tokens_[number]; }
  [[nodiscard]] size_t memory_bytes() const;

 private:
  const NameFrequencies* names_;
  std::vector<std::unique_ptr<ScoringToken>> tokens_;
  absl::flat_hash_map<std::string_view, uint32_t, TransparentStringHash, TransparentStringEqual> numbers_;
};

// A short list that lives in place. Items beyond its room are left out.
template <typename T, size_t kRoom>
class ShortList {
 public:
  void Add(const T& item) {
    if (size_ < kRoom) {
      items_[size_++] = item;
    }
  }
  [[nodiscard]] std::span<const T> items() const { return {items_.data(), size_}; }
  [[nodiscard]] const T& operator[](size_t i) const { return items_[i]; }
  [[nodiscard]] size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }

 private:
  std::array<T, kRoom> items_;
  size_t size_ = 0;
};

struct ScoringAddress {
  uint64_t uprn = 0;
  uint64_t text_hash = 0;
  std::string_view postcode;
};

// A view: whatever it points to must outlive it. Scores see at most this many values of a kind, the first ones.
struct ScoringRecord {
  ShortList<const ScoringToken*, 6> forenames;
  ShortList<const ScoringToken*, 4> surname;
  ShortList<const ScoringToken*, 8> other_surnames;  // all tokens of all of them
  std::string_view suffix;
  int32_t date_of_birth = 0;
  uint8_t sex = 0;
  bool organisation = false;
  uint32_t unique_source = 0;
  std::string_view ni_number;
  std::span<const uint64_t> phones;
  std::span<const uint64_t> emails;
  std::span<const uint64_t> identifiers;
  ShortList<ScoringAddress, 6> addresses;
};

// A scoring record of features, with the tokens it needs. `features` must outlive it.
class OwnedScoringRecord {
 public:
  OwnedScoringRecord(const PersonFeatures& features, const NameFrequencies& names);
  OwnedScoringRecord(const OwnedScoringRecord&) = delete;
  OwnedScoringRecord& operator=(const OwnedScoringRecord&) = delete;
  [[nodiscard]] const ScoringRecord& record() const { return record_; }

 private:
  std::vector<std::unique_ptr<ScoringToken>> tokens_;
  ScoringRecord record_;
};

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_SCORE_SCORING_RECORD_H_
