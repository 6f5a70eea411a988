// Values of databases as canonical text, without a database: the same value gives the same bytes whatever driver it
// comes through.
#ifndef WENSUM_IMPORT_ODBC_FIELD_TEXT_H_
#define WENSUM_IMPORT_ODBC_FIELD_TEXT_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace wensum::ingest {

// What a column holds, as far as its text goes.
enum class FieldKind : uint8_t {
  kText,       // any characters
  kNumber,     // as the driver writes it: decimals, digits kept
  kInteger,    // of at most 64 bits with sign
  kFloat,      // 32 bits of floating point: the shortest text that reads back as the same
  kDouble,     // 64 bits
  kBit,        // 0 or 1
  kDate,       // YYYY-MM-DD
  kTime,       // HH:MM:SS[.f], as the driver writes it
  kTimestamp,  // YYYY-MM-DDTHH:MM:SS[.f], without zeros at the fraction's end
  kInstant,    // the same with Z: of a type that knows its time zone, read in UTC
  kGuid,       // 36 lower-case characters
};

// The canonical form of a date or timestamp as ODBC has drivers write them (YYYY-MM-DD, YYYY-MM-DD HH:MM:SS[.f])
// appended to `out`; false, with `out` as it was, if `text` has not that shape or there is no such day. `zeros`: month
// and day may be 00, as MariaDB stores them.
bool AppendCanonicalTime(FieldKind kind, std::string_view text, bool zeros, std::string& out);
// Floating point, "NaN", "Infinity" and "-Infinity" among it.
void AppendFloat(double value, bool single, std::string& out);

// UTF-8 of UTF-16 appended to `out`; false at an unpaired surrogate.
bool AppendUtf8(std::span<const char16_t> units, std::string& out);
// UTF-16 of `text`, which must be UTF-8.
std::u16string ToUtf16(std::string_view text);

// Appends a field of RFC 4180: in quotes only if it must be.
void AppendCsvField(std::string_view field, std::string& out);

// The last value seen of a column that only grows: a whole number, or a date and time.
struct WatermarkValue {
  bool is_number = false;
  int64_t number = 0;
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  uint32_t nanosecond = 0;

  friend auto operator<=>(const WatermarkValue&, const WatermarkValue&) = default;
};

// Reads a whole number, YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS[.f][Z] (a blank may stand for the T; up to nine digits of
// fraction; years 1 to 9999). INVALID_ARGUMENT for all else.
absl::StatusOr<WatermarkValue> ParseWatermark(std::string_view text);
// `value`, a date and time, so many seconds earlier.
WatermarkValue Earlier(WatermarkValue value, int64_t seconds);

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_ODBC_FIELD_TEXT_H_
