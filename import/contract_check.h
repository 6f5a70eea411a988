// Holds the rows of one file against its feed's contract and counts what does not hold.
#ifndef WENSUM_IMPORT_CONTRACT_CHECK_H_
#define WENSUM_IMPORT_CONTRACT_CHECK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "import/contract.h"
#include "import/issue.h"
#include "import/mapping.h"
#include "model/partial_date.h"

namespace wensum::ingest {

// How often a rule of the contract was broken.
struct RuleFailures {
  std::string rule;
  Severity severity = Severity::kReject;
  uint64_t rows = 0;
  uint64_t first_line = 0;   // of the first such row; 0 if there is none
  std::string first_column;  // that broke it there
  friend bool operator==(const RuleFailures&, const RuleFailures&) = default;
};

// Not thread-safe.
class ContractCheck {
 public:
  // `mapping` must outlive the check. `today` may be empty: bounds of today hold then.
  ContractCheck(const Mapping* mapping, model::PartialDate today);

  // Forgets what was counted.
  void Reset();

  // Whether rows are held against anything.
  [[nodiscard]] bool empty() const { return contract_.columns.empty(); }

  // Counts the rules that the row breaks, and appends an issue for each unless `issues` is null: a warning for flags, a
  // reject for the others (of a file that must stop, too: its rows are not taken by whoever reads on). True if there is
  // a reject.
  bool Check(RowValues values, uint64_t line, std::vector<RowIssue>* issues);

  // Appends what the file as a whole breaks, each a stop: broken rules of severity stop, with their count;
  // contract_rows; contract_rejected; the sum. To be called once, behind the last of `rows` rows, all of which were
  // checked unless `rejected` counts them otherwise; `trailer_sum` is the trailer's text.
  void CheckFile(uint64_t rows, uint64_t rejected, std::optional<std::string_view> trailer_sum,
                 std::vector<RowIssue>& issues) const;

  // Of each rule, in the contract's order.
  [[nodiscard]] const std::vector<RuleFailures>& failures() const { return failures_; }

 private:
  void AddToSum(std::string_view value, uint64_t line);
  void CheckSum(std::optional<std::string_view> trailer_sum, std::vector<RowIssue>& issues) const;

  const Mapping& mapping_;
  const Contract& contract_;
  const model::PartialDate today_;
  std::vector<RuleFailures> failures_;
  int64_t sum_ = 0;           // in ten-thousandths
  uint64_t no_sum_line_ = 0;  // of the first value that could not be added
};

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_CONTRACT_CHECK_H_
