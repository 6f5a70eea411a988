// What a feed's owner and the register have agreed that an extract is like: rules of rows and of the file.
#ifndef WENSUM_IMPORT_CONTRACT_H_
#define WENSUM_IMPORT_CONTRACT_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "import/issue.h"
#include "import/value_rule.h"
#include "model/partial_date.h"
#include "re2/re2.h"

namespace wensum::ingest {

// A bound of dates; `today` stands for the day of the import.
struct DateBound {
  model::PartialDate date;  // complete
  bool today = false;
};

// A rule that each row is held against. All but kRequired hold for empty values. Immutable after parsing; thread-safe.
struct ContractRule {
  enum class Test : uint8_t { kRequired, kMatches, kOneOf, kDateBetween, kNumberBetween };

  std::string name;  // unique in the contract; the rule of its issues
  Severity severity = Severity::kReject;
  Test test = Test::kRequired;
  std::vector<size_t> columns;                // of Mapping::columns; one but for kRequired
  std::shared_ptr<const RE2> pattern;         // kMatches: the whole value
  std::set<std::string, std::less<>> values;  // kOneOf
  ValueRule date;                             // kDateBetween: how the column is read
  std::optional<DateBound> date_from, date_to;
  std::optional<double> from, to;  // kNumberBetween

  // The first column that breaks the rule; nothing if it holds. `today` may be empty: bounds of today hold then.
  [[nodiscard]] std::optional<size_t> Broken(RowValues row, const NullValues& nulls, model::PartialDate today) const;
  // What the rule asks for, as a plain sentence.
  [[nodiscard]] std::string Sentence() const;
};

// The sum of a column must be what the trailer says: exact, with at most four decimal places.
struct SumRule {
  std::string name;
  size_t column = 0;
  int trailer_group = 1;
};

struct Contract {
  std::vector<ContractRule> rules;
  std::optional<SumRule> sum;
  std::optional<uint64_t> rows_at_least, rows_at_most;
  std::optional<double> rejected_at_most_percent;
  std::vector<size_t> columns;  // of all rules, without repeats
};

// A decimal number such as -12.50 in ten-thousandths; nothing if it is none, has more than four decimal places or does
// not fit.
[[nodiscard]] std::optional<int64_t> ParseTenThousandths(std::string_view text);

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_CONTRACT_H_
