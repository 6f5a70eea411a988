// Feed mappings: YAML files that say how the columns of a source's extract become source records.
//
// docs/formats-import.md defines the language. A mapping is checked completely when it is parsed: whatever can be known
// to be wrong without the data is reported with its line and column, all of it at once.
#ifndef WENSUM_IMPORT_MAPPING_H_
#define WENSUM_IMPORT_MAPPING_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "import/byte_source.h"
#include "import/contract.h"
#include "import/csv_reader.h"
#include "import/delivery.h"
#include "import/fixed_reader.h"
#include "import/value_rule.h"
#include "import/xml_reader.h"
#include "model/person.h"

namespace wensum::ingest {

// Mapping texts longer than this are refused.
inline constexpr size_t kMaxMappingBytes = size_t{1} << 20;

struct NameRule {
  std::optional<ValueRule> title, forenames, surname, suffix, full;
};

struct AddressRule {
  model::AddressRole role = model::AddressRole::kResidence;
  std::optional<ValueRule> text, postcode, uprn, from, to;
  std::optional<Condition> when;
};

// A constant name with the value it names: an identifier's type, an attribute's name.
struct NamedRule {
  std::string name;
  ValueRule value;
};

struct KeyPart {
  enum class Kind { kLiteral, kColumn, kRowNumber, kPersonNumber };
  Kind kind = Kind::kLiteral;
  std::string literal;
  size_t column = 0;
};

struct RecordRule {
  std::vector<KeyPart> key;
  std::optional<Condition> when;
  std::optional<ValueRule> source_time;
  std::optional<ValueRule> people;  // names of several people, each of whom gets a record
  NameRule name;                    // empty with `people`
  std::vector<NameRule> other_names;
  std::optional<ValueRule> date_of_birth, date_of_death, sex, ni_number, organisation_name;
  std::vector<ValueRule> phones, emails;
  std::vector<AddressRule> addresses;
  std::vector<NamedRule> identifiers, attributes;
};

// A column that some rule uses.
struct MappingColumn {
  std::string name;
  int line = 0;  // of its first use in the mapping, from 1
  int column = 0;
};

enum class RowFormat : uint8_t { kCsv, kFixed, kJsonLines, kXml };
// "csv", "fixed", "jsonl" or "xml", as mappings name them.
[[nodiscard]] std::string_view FormatName(RowFormat format);

struct Mapping {
  std::string feed;
  std::string source;
  model::RecordKind kind = model::RecordKind::kPerson;
  RowFormat format = RowFormat::kCsv;
  CsvOptions csv;
  FixedOptions fixed;
  XmlOptions xml;
  Encoding encoding = Encoding::kAuto;
  bool header = true;  // the first row is none of data; of CSV it names the columns, which else are 1, 2, 3 ...
  std::shared_ptr<const RE2> trailer;  // nullptr: none
  NullValues null_values;
  std::vector<std::string> ignored_columns;
  std::vector<MappingColumn> columns;  // those in use, without repeats
  std::vector<RecordRule> records;     // at least one
  DeliveryRule delivery;
  Contract contract;
};

// INVALID_ARGUMENT with one line per error, each "line L, column C: ...", in the order of the text. Never throws.
absl::StatusOr<Mapping> ParseMapping(std::string_view yaml);
// As ParseMapping, of a file; errors start with the path.
absl::StatusOr<Mapping> LoadMapping(const std::string& path);

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_MAPPING_H_
