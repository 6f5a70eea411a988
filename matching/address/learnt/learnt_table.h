// What stewards said that address texts mean, as the matching looks it up.
#ifndef WENSUM_MATCHING_ADDRESS_LEARNT_LEARNT_TABLE_H_
#define WENSUM_MATCHING_ADDRESS_LEARNT_LEARNT_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "base/strings.h"

namespace wensum::matching::address {

struct LearntMeaning {
  uint64_t number = 0;  // of the learnt address
  uint64_t uprn = 0;    // 0: no property of the gazetteer
  friend bool operator==(const LearntMeaning&, const LearntMeaning&) = default;
};

// Of each form (TextForm) what it means for all sources, and for single ones. Some 200 bytes an entry. Not thread-safe
// for writing.
class LearntTable {
 public:
  // Replaces. `source` empty: for all.
  void Put(std::string_view form, std::string_view source, LearntMeaning meaning);
  void Erase(std::string_view form, std::string_view source);

  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] size_t size() const { return size_; }
  // What is said for this source, or for all, itself; null if nothing is. Valid until the next write.
  [[nodiscard]] const LearntMeaning* Find(std::string_view form, std::string_view source) const;
  // The same, the source's own before that for all; what is not said is left out. Tens of nanoseconds.
  [[nodiscard]] absl::InlinedVector<LearntMeaning, 2> Meanings(std::string_view form, std::string_view source) const;
  // Forms that mean this property for some source or for all, ascending.
  [[nodiscard]] std::vector<std::string> FormsOf(uint64_t uprn) const;

 private:
  struct OfSource {
    std::string source;
    LearntMeaning meaning;
  };
  using Entry = absl::InlinedVector<OfSource, 1>;

  void Unlist(std::string_view form, uint64_t uprn);

  absl::flat_hash_map<std::string, Entry, TransparentStringHash, TransparentStringEqual> entries_;
  absl::flat_hash_map<uint64_t, std::vector<std::string>> by_uprn_;  // a form once for each entry of it
  size_t size_ = 0;
};

}  // namespace wensum::matching::address

#endif  // WENSUM_MATCHING_ADDRESS_LEARNT_LEARNT_TABLE_H_
