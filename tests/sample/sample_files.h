// Reading back what the sample writes, with code of its own.
#ifndef WENSUM_TESTS_SAMPLE_SAMPLE_FILES_H_
#define WENSUM_TESTS_SAMPLE_SAMPLE_FILES_H_

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "sample/sample.h"

namespace wensum::sample {

using Row = std::vector<std::string>;

inline std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// RFC 4180 rows of `text`; `quote` 0 means that nothing is quoted. Line ends are LF or CRLF.
inline std::vector<Row> ParseCsv(std::string_view text, char delimiter = ',', char quote = '"') {
  std::vector<Row> rows;
  Row row;
  std::string cell;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == quote && i + 1 < text.size() && text[i + 1] == quote) {
        cell.push_back(text[++i]);
      } else if (c == quote) {
        quoted = false;
      } else {
        cell.push_back(c);
      }
    } else if (quote != 0 && c == quote) {
      EXPECT_TRUE(cell.empty()) << "a quote inside an unquoted cell";
      quoted = true;
    } else if (c == delimiter) {
      row.push_back(std::move(cell));
      cell.clear();
    } else if (c == '\n') {
      if (!cell.empty() && cell.back() == '\r') cell.pop_back();
      row.push_back(std::move(cell));
      cell.clear();
      rows.push_back(std::move(row));
      row.clear();
    } else {
      cell.push_back(c);
    }
  }
  EXPECT_FALSE(quoted) << "the last quoted cell does not end";
  EXPECT_TRUE(row.empty() && cell.empty()) << "the last line does not end";
  return rows;
}

// A directory that goes away with its owner.
class TempDir {
 public:
  TempDir() {
    std::string pattern = (std::filesystem::temp_directory_path() / "wensum_sample_XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// A file with a header line.
struct Table {
  std::map<std::string, size_t> columns;
  std::vector<Row> rows;

  explicit Table(std::vector<Row> all) {
    for (size_t i = 0; i < all.at(0).size(); ++i) columns[all[0][i]] = i;
    all.erase(all.begin());
    rows = std::move(all);
  }
  [[nodiscard]] const std::string& Cell(const Row& row, const std::string& column) const {
    return row.at(columns.at(column));
  }
};

// The city that most tests look at: 20,000 people, 10,000 properties, seed 1. Written once a process.
struct City20000 {
  TempDir dir;
  SampleSummary summary;

  City20000() {
    SampleOptions options;
    options.out_dir = dir.path();
    const auto written = WriteSample(options, nullptr);
    EXPECT_TRUE(written.ok()) << written.status();
    if (written.ok()) summary = *written;
  }
  static const City20000& Get() {
    static const City20000* const kCity = new City20000;
    static const int kCleaner = std::atexit([] { delete kCity; });
    (void)kCleaner;
    return *kCity;
  }
  [[nodiscard]] std::string Read(const std::string& name) const { return ReadFile(dir.path() + "/" + name); }
  [[nodiscard]] Table Load(const std::string& name, char delimiter = ',', char quote = '"') const {
    std::string text = Read(name);
    if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
    return Table(ParseCsv(text, delimiter, quote));
  }
};

}  // namespace wensum::sample

#endif  // WENSUM_TESTS_SAMPLE_SAMPLE_FILES_H_
