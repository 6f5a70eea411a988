// What is read as a date is a valid one and is written so that it is read again as the same.
#include <cstdint>
#include <string_view>

#include "model/partial_date.h"
#include "tests/support/fuzz_require.h"

using wensum::Require;
using wensum::model::PartialDate;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const absl::StatusOr<PartialDate> date = PartialDate::Parse(text);
  const absl::StatusOr<PartialDate> pivoted = PartialDate::ParseTwoDigitYear(text, 2026);
  for (const absl::StatusOr<PartialDate>* result : {&date, &pivoted}) {
    if (!result->ok()) {
      continue;
    }
    const PartialDate& value = **result;
    Require(!value.empty(), "no text is an unknown date");
    const absl::StatusOr<PartialDate> created = PartialDate::Create(value.year, value.month, value.day);
    Require(created.ok() && *created == value, "is valid");
    const absl::StatusOr<PartialDate> again = PartialDate::Parse(value.ToString());
    Require(again.ok() && *again == value, "is read again as the same");
  }
  Require(!date.ok() || (pivoted.ok() && *pivoted == *date), "two-digit years are read beside four-digit ones");
  return 0;
}
