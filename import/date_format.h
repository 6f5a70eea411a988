// Dates in the shapes that legacy systems write, by pattern.
#ifndef WENSUM_IMPORT_DATE_FORMAT_H_
#define WENSUM_IMPORT_DATE_FORMAT_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "model/partial_date.h"

namespace wensum::ingest {

// A pattern of the tokens YYYY, YY, MM, M (1 or 2 digits), DD, D (1 or 2 digits) and MON (English month, in full or its
// first three letters, any case); every other character stands for itself. Immutable; thread-safe.
class DateFormat {
 public:
  // INVALID_ARGUMENT if the pattern has no year, a part twice, or a day without a month.
  static absl::StatusOr<DateFormat> Create(std::string_view pattern);

  enum class Result { kDate, kNoMatch, kImpossible };
  // Reads all of `text`. kImpossible: it has the pattern's shape, but there is no such date (kNoMatch and kImpossible
  // leave `date` alone). Two-digit years lie in the hundred years that end with `pivot_year`.
  Result Parse(std::string_view text, int pivot_year, model::PartialDate& date) const;

  [[nodiscard]] bool has_two_digit_year() const { return two_digit_year_; }
  [[nodiscard]] const std::string& pattern() const { return pattern_; }

 private:
  enum class Part : char { kLiteral, kYear4, kYear2, kMonth2, kMonth1, kMonthName, kDay2, kDay1 };
  struct Token {
    Part part;
    char literal;
  };

  std::string pattern_;
  std::vector<Token> tokens_;
  bool two_digit_year_ = false;
};

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_DATE_FORMAT_H_
