// Records of a batch in comparable form.
#ifndef WENSUM_MATCHING_SCHEMA_RECORD_SET_H_
#define WENSUM_MATCHING_SCHEMA_RECORD_SET_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/huge_pages.h"
#include "matching/schema/schema.h"
#include "matching/schema/value_dictionary.h"
#include "matching/schema/value_store.h"

namespace wensum::matching {

// A record's place in a sealed RecordSet: its rank by content, then key. So numbers, and what is decided by them, don't
// depend on the order in which records came.
using RecordIndex = uint32_t;

// The number of what one or several records of a sealed RecordSet say, in the order of their hashes.
using ContentIndex = uint32_t;

// Fill with Add, then Seal, then read. Not thread-safe for filling; const members may run concurrently.
class RecordSet {
 public:
  explicit RecordSet(Schema schema);
  RecordSet(const RecordSet&) = delete;
  RecordSet& operator=(const RecordSet&) = delete;

  // `raw` has the attributes' values as the source wrote them. `once`, if not empty, names a source that holds no
  // person twice, as its owner has declared: no two records with the same `once` are ever put together by scores.
  void Add(std::string_view key, std::span<const std::string_view> raw, std::string_view once = {});
  // Puts the records in order. Keys must be distinct for the order to be total.
  void Seal();

  [[nodiscard]] const ValueStore& values() const { return values_; }
  [[nodiscard]] const Schema& schema() const { return values_.schema(); }
  [[nodiscard]] size_t size() const { return keys_.size(); }
  [[nodiscard]] const std::string& key(RecordIndex record) const { return keys_[record]; }
  [[nodiscard]] Row row(RecordIndex record) const { return {rows_[record].values.data(), schema().size()}; }
  // Records of equal content stand side by side. Contents of equal hashes (64 bits) are taken for equal.
  [[nodiscard]] ContentIndex contents() const { return static_cast<ContentIndex>(content_begin_.size() - 1); }
  [[nodiscard]] ContentIndex content(RecordIndex record) const { return content_of_[record]; }
  [[nodiscard]] RecordIndex content_begin(ContentIndex content) const { return content_begin_[content]; }
  [[nodiscard]] uint32_t content_size(ContentIndex content) const {
    return content_begin_[content + 1] - content_begin_[content];
  }
  // Number of the `once` text; 0: none.
  [[nodiscard]] uint32_t once(RecordIndex record) const { return once_[record]; }
  [[nodiscard]] const ValueDictionary& dictionary(size_t attribute) const { return values_.dictionary(attribute); }
  [[nodiscard]] const WordDictionary& name_tokens() const { return values_.name_tokens(); }
  [[nodiscard]] size_t memory_bytes() const;

 private:
  ValueStore values_;
  std::vector<std::string> keys_;
  HugeVector<KeptRow> rows_;
  std::vector<uint64_t> content_;  // hashes
  HugeVector<ContentIndex> content_of_;
  HugeVector<RecordIndex> content_begin_ = {0};  // by content, and the end
  std::vector<uint32_t> once_;
  absl::flat_hash_map<std::string, uint32_t> once_ids_;
};

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_SCHEMA_RECORD_SET_H_
