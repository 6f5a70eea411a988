// The distinct values of records of one schema, and records as rows of their numbers.
#ifndef WENSUM_MATCHING_SCHEMA_VALUE_STORE_H_
#define WENSUM_MATCHING_SCHEMA_VALUE_STORE_H_

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "matching/schema/schema.h"
#include "matching/schema/value_dictionary.h"

namespace wensum::matching {

// The values of one record by attribute; kNoValue where it says nothing.
using Row = std::span<const ValueId>;

// A row as it is kept: on one cache line, which is what comparisons of candidates wait for first.
struct alignas(64) KeptRow {
  std::array<ValueId, kMaxAttributes> values{};
};
static_assert(sizeof(KeptRow) == 64);

// Everything that comparisons, scores and candidate keys need to know of records besides their rows. Grows as rows are
// interned and never forgets a value. Not thread-safe for interning; const members may run concurrently.
class ValueStore {
 public:
  explicit ValueStore(Schema schema);
  ValueStore(const ValueStore&) = delete;
  ValueStore& operator=(const ValueStore&) = delete;

  // Writes a record's numbers to `row`, one for each attribute. `raw` are values as a source wrote them, `values` are
  // in the form that ValueSetText gives. Of other names only the words are kept that neither the given name nor the
  // surname has.
  void InternRaw(std::span<const std::string_view> raw, std::span<ValueId> row);
  void Intern(std::span<const std::string_view> values, std::span<ValueId> row);

  // A hash of the values' texts: rows of equal content have equal hashes whatever store they are of. A record that says
  // nothing is equal to none: its hash is that of its key.
  [[nodiscard]] uint64_t ContentHash(Row row, std::string_view key) const;

  [[nodiscard]] const Schema& schema() const { return schema_; }
  [[nodiscard]] const ValueDictionary& dictionary(size_t attribute) const { return *dictionaries_[attribute]; }
  // The words of all names, in whatever role.
  [[nodiscard]] const WordDictionary& name_tokens() const { return *name_tokens_; }
  [[nodiscard]] size_t memory_bytes() const;

 private:
  ValueId InternOtherNames(std::string_view value, Row row);

  const Schema schema_;
  std::unique_ptr<WordDictionary> name_tokens_ = std::make_unique<WordDictionary>();
  std::vector<std::unique_ptr<WordDictionary>> text_tokens_;
  std::vector<std::unique_ptr<ValueDictionary>> dictionaries_;
};

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_SCHEMA_VALUE_STORE_H_
