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
  // Canonical (model/canonical.h); key.source, key.key, kind, details and source_time are set. Empty but for the key,
  // if that was found, when `rejected`.
  model::SourceRecord record;
  bool rejected = false;
  std::vector<RowIssue> issues;  // columns are named as in the file
};

// What one row gives: a record for each of the mapping's record rules whose condition holds; each counts as read. A row
// that is rejected as a whole, or for which no condition holds, gives one rejected item: no row vanishes.
struct MappedRow {
  std::vector<MappedRecord> records;
  uint64_t line = 0;
  uint64_t number = 0;   // of the data row, from 1
  std::string_view raw;  // valid until the reader's next call
};

// Not thread-safe.
class RecordMapper {
 public:
  // `mapping` must outlive the mapper. `today` as MappedOptions has it.
  RecordMapper(const Mapping* mapping, model::PartialDate today);

  // Appends the records of a row whose line, number and raw text are set. `values` are by Mapping::columns.
  void Map(RowValues values, MappedRow& row);

 private:
  // Of a record whose name is one of several in a column.
  struct Person {
    size_t number = 0;
    const model::PersonName* name = nullptr;
  };
  // Where the items of a record's lists come from, to name columns in issues.
  struct Origins {
    std::vector<const ValueRule*> phones, emails, identifiers;
    std::vector<const AddressRule*> addresses;
    std::vector<const NameRule*> other_names;
  };

  void MapPeople(const RecordRule& rule, MappedRow& row);
  void MapRecord(const RecordRule& rule, const Person& person, const MappedRow& row, MappedRecord& out);
  void CheckSubject(const model::PersonDetails& details, MappedRecord& out);
  // The key, or empty with an issue.
  std::string MakeKey(const RecordRule& rule, const Person& person, const MappedRow& row, MappedRecord& out);
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
