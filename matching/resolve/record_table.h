// The matcher's records, packed.
#ifndef WENSUM_MATCHING_RESOLVE_RECORD_TABLE_H_
#define WENSUM_MATCHING_RESOLVE_RECORD_TABLE_H_

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "matching/score/name_frequency.h"
#include "matching/score/scoring_record.h"
#include "matching/standardise.h"

namespace wensum::matching {

// Features by record number, each in one block of some 130 bytes with its name tokens interned. Not thread-safe for
// writing; const members may run concurrently. Lists longer than 255 items, postcodes longer than 8 bytes and a tie
// break longer than 65,535 are cut: keys and scores must therefore be made of what Unpack and View give back.
class RecordTable {
 public:
  explicit RecordTable(const NameFrequencies* names) : tokens_(names) {}

  void Put(uint32_t id, const PersonFeatures& features);
  void Remove(uint32_t id);
  [[nodiscard]] bool Has(uint32_t id) const { return id < blocks_.size() && blocks_[id] != nullptr; }
  // One past the greatest number ever put.
  [[nodiscard]] uint32_t end() const { return static_cast<uint32_t>(blocks_.size()); }
  [[nodiscard]] size_t size() const { return size_; }

  // The record must be there. Views are valid until it is put again or removed.
  [[nodiscard]] PersonFeatures Unpack(uint32_t id) const;
  [[nodiscard]] ScoringRecord View(uint32_t id) const;
  [[nodiscard]] uint64_t ContentRank(uint32_t id) const { return blocks_[id][0]; }
  [[nodiscard]] std::string_view TieBreak(uint32_t id) const;

  [[nodiscard]] size_t memory_bytes() const;

 private:
  // A block is: content rank; Header; phones, emails, identifiers; three words for each address; token numbers of
  // forenames, surname, and other surnames (each preceded by its count), two to a word; suffix, NI number, tie break.
  struct Header;
  struct Layout;

  TokenTable tokens_;
  std::vector<std::unique_ptr<uint64_t[]>> blocks_;
  size_t size_ = 0;
  size_t block_bytes_ = 0;
};

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_RESOLVE_RECORD_TABLE_H_
