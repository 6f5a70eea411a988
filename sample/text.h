// Character sets, capitals and CSV cells as legacy systems have them.
#ifndef WENSUM_SAMPLE_TEXT_H_
#define WENSUM_SAMPLE_TEXT_H_

#include <string>
#include <string_view>
#include <vector>

namespace wensum::sample {

// `utf8` with letters of Latin-1 and Latin Extended-A reduced to ASCII ones; other non-ASCII characters become "?".
std::string FoldToAscii(std::string_view utf8);
// `utf8` in windows-1252; letters that it lacks are folded.
std::string ToWindows1252(std::string_view utf8);
// Folded and in capitals.
std::string Capitals(std::string_view utf8);
// The first character.
std::string_view FirstCharacter(std::string_view utf8);

// How a file writes rows.
struct CsvDialect {
  char delimiter = ',';
  bool quote_all = false;
  bool windows_1252 = false;
  std::string_view line_end = "\r\n";
};
inline constexpr CsvDialect kPlainCsv{};
// Appends one row to `out`: cells are quoted where they must be (RFC 4180), or all of them.
void AppendCsvRow(std::string& out, const std::vector<std::string>& cells, const CsvDialect& dialect);

}  // namespace wensum::sample

#endif  // WENSUM_SAMPLE_TEXT_H_
