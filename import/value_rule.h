// How one value of a record comes from the columns of a row: a compiled mapping value.
#ifndef WENSUM_IMPORT_VALUE_RULE_H_
#define WENSUM_IMPORT_VALUE_RULE_H_

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "import/date_format.h"
#include "import/letter_case.h"
#include "model/partial_date.h"
#include "re2/re2.h"

namespace wensum::ingest {

// Texts that mean "nothing", after trimming.
using NullValues = std::set<std::string, std::less<>>;

// One row's values by mapping column (Mapping::columns), trimmed and with null values emptied.
using RowValues = std::span<const std::string_view>;

// Budgets of transformations: values are cut to the first before each replacement, replacement texts may not be longer
// than the second. Both are far over what model::Canonicalise keeps.
inline constexpr size_t kMaxValueBytes = 64 * 1024;
inline constexpr size_t kMaxReplacementBytes = 100;

struct ReplaceRule {
  std::shared_ptr<const RE2> pattern;
  std::string with;
};

// What a rule made of a row.
struct RuleResult {
  std::string text;
  model::PartialDate date;  // if the rule reads dates
  std::string_view issue;   // empty, or code_unknown, date_unreadable, date_impossible, date_dummy: no value then
};

// Compiled: all patterns and formats are checked. Immutable after parsing; thread-safe.
struct ValueRule {
  std::vector<size_t> columns;  // of Mapping::columns
  bool first_of = false;        // the first column that is not empty is taken, instead of all joined
  std::string join = " ";
  std::optional<std::string> constant;
  std::string trim;  // ASCII characters taken from both ends
  std::vector<ReplaceRule> replace;
  std::shared_ptr<const RE2> extract;
  std::optional<LetterCase> letter_case;
  std::optional<std::map<std::string, std::string, std::less<>>> codes;
  std::optional<std::string> unlisted;  // `default:` of codes
  bool reads_date = false;
  std::vector<DateFormat> dates;  // empty: the shapes of PartialDate::Parse
  std::optional<int> pivot_year;
  // As written in the file, or YYYY-MM-DD: what stands for no date, with the issue date_dummy, and without any.
  std::set<std::string, std::less<>> dummies;
  std::set<std::string, std::less<>> open_ended;

  // Empty parts are left out of joined columns. `default_pivot` is used for two-digit years without pivot_year.
  [[nodiscard]] RuleResult Apply(RowValues row, const NullValues& nulls, int default_pivot) const;

 private:
  void ReadDate(int default_pivot, RuleResult& result) const;
};

// A condition on a row.
struct Condition {
  size_t column = 0;
  std::shared_ptr<const RE2> matches;  // must match the whole value; nullptr: the value must not be empty
  [[nodiscard]] bool Holds(RowValues row) const;
};

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_VALUE_RULE_H_
