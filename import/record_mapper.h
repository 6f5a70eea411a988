// A row's values as source records, by a feed's mapping.
#ifndef WENSUM_IMPORT_RECORD_MAPPER_H_
#define WENSUM_IMPORT_RECORD_MAPPER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "import/issue.h"
#include "import/mapping.h"
#include "import/value_rule.h"
#include "model/partial_date.h"
#include "model/source_record.h"

namespace wensum::ingest {

// One record of a row, or the row's rejection.
struct MappedRecord {
  size_t rule = 0;     // of the mapping's records, which it is made by
  bool named = false;  // its name is one of several in a column, and is there already
  // Canonical (model/canonical.h); key.source, key.key, kind, details and source_time are set. Empty but for the key,
  // if that was found, when `rejected`.
  model::SourceRecord record;
  bool rejected = false;
  std::vector<RowIssue> issues;  // columns are named as in the file
};

// What one row gives: a record for each of the mapping's record rules whose condition holds; each counts as read. A row
// that is rejected as a whole, or for which no condition holds, gives one rejected item: no row vanishes. Owns what it
// refers to: it may be mapped while the reader is further on. May be moved, not copied.
struct MappedRow {
  MappedRow() = default;
  MappedRow(MappedRow&&) = default;
  MappedRow& operator=(MappedRow&&) = default;

  std::vector<MappedRecord> records;
  uint64_t line = 0;
  uint64_t number = 0;  // of the data row, from 1
  std::string_view raw;
  std::vector<std::string_view> values;  // by mapping column, trimmed, null values emptied
  std::vector<char> text;                // that the views are of
  // Of the values under MappedOptions::hash_seed: never 0, and equal if the row says the same.
  uint64_t hash = 0;
  std::vector<RowIssue> warnings;  // of the row, for each of its records
  // Of a row that the contract refuses: the keys of the records that it would have made.
  std::vector<model::SourceKey> refused_keys;
};

// Not thread-safe.
class RecordMapper {
 public:
  // `mapping` must outlive the mapper. `today` as MappedOptions has it.
  RecordMapper(const Mapping* mapping, model::PartialDate today);

  // Appends the records of a row, of which all else is set, with their keys and nothing more.
  void Begin(MappedRow& row);
  // Fills those that are not rejected.
  void Fill(MappedRow& row);

 private:
  // Where the items of a record's lists come from, to name columns in issues.
  struct Origins {
    std::vector<const ValueRule*> phones, emails, identifiers;
    std::vector<const AddressRule*> addresses;
    std::vector<const NameRule*> other_names;
  };

  void BeginPeople(size_t rule, MappedRow& row);
  // `person`: its number among those of one column; 0: it is the only one.
  void BeginRecord(size_t rule, size_t person, const MappedRow& row, MappedRecord& out);
  void FillRecord(const RecordRule& rule, MappedRecord& out);
  void CheckSubject(const model::PersonDetails& details, MappedRecord& out);
  // The key, or empty with an issue.
  std::string MakeKey(const RecordRule& rule, size_t person, const MappedRow& row, MappedRecord& out);
  void MapName(const NameRule& rule, model::PersonName& name, MappedRecord& out);
  void MapAddress(const AddressRule& rule, MappedRecord& out);
  void MapLists(const RecordRule& rule, MappedRecord& out);
  [[nodiscard]] model::Sex MapSex(const ValueRule& rule, MappedRecord& out);

  // The rule's value; issues go to `out`. Empty without a rule.
  RuleResult Apply(const ValueRule* rule, MappedRecord& out);
  RuleResult Apply(const std::optional<ValueRule>& rule, MappedRecord& out) {
    return Apply(rule ? &*rule : nullptr, out);
  }
  // `rule` names the columns; nullptr: the whole row is meant.
  void AddIssue(const ValueRule* rule, std::string_view issue, Severity severity, std::string message,
                MappedRecord& out);
  [[nodiscard]] std::string ColumnsOf(const ValueRule& rule) const;
  // The columns behind a field that Canonicalise names.
  [[nodiscard]] std::string ColumnsOfField(const RecordRule& rule, std::string_view field) const;

  const Mapping& mapping_;
  const model::PartialDate today_;
  RowValues values_;  // of the current row
  uint64_t line_ = 0;
  Origins origins_;
  std::vector<model::FieldIssue> field_issues_;
};

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_RECORD_MAPPER_H_
