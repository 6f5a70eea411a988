#include "services/dedupe/files.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include "base/status_macros.h"
#include "base/strings.h"
#include "import/byte_source.h"
#include "import/csv_reader.h"

namespace wensum::dedupe {
namespace {

// Places of the wanted columns in the header.
absl::StatusOr<std::vector<size_t>> Places(const std::string& path, std::span<const std::string_view> header,
                                           std::span<const std::string> columns) {
  std::vector<size_t> places;
  for (const std::string& column : columns) {
    const auto found = std::ranges::find(header, Trim(column), Trim);
    if (found == header.end()) {
      std::vector<std::string> names;
      for (const std::string_view name : header) names.emplace_back(Trim(name));
      return InvalidArgument(Cat(path, " has no column ", Quote(column), "; it has ", Join(names, ", ")));
    }
    places.push_back(static_cast<size_t>(found - header.begin()));
  }
  return places;
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return NotFound(Cat("the file ", Quote(path), " cannot be read"));
  return std::move(text).str();
}

absl::Status WriteFile(const std::string& path, std::string_view content) {
  const std::string part = Cat(path, ".part");
  std::ofstream file(part, std::ios::binary | std::ios::trunc);
  file.write(content.data(), static_cast<std::streamsize>(content.size()));
  file.close();
  if (!file || std::rename(part.c_str(), path.c_str()) != 0) {
    return Unavailable(Cat("the file ", Quote(path), " cannot be written"));
  }
  return absl::OkStatus();
}

absl::Status ReadColumns(
    const std::string& path, std::span<const std::string> columns,
    const std::function<absl::Status(std::span<const std::string_view> values, uint64_t line)>& row) {
  WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<ingest::ByteSource> source, ingest::ByteSource::OpenFile(path));
  ingest::CsvReader reader(source.get(), {.max_row_bytes = size_t{16} << 20});
  ingest::CsvRow read;
  const auto next = [&]() -> absl::StatusOr<bool> {
    absl::StatusOr<bool> more = reader.Next(read);
    return more.ok() ? more : absl::StatusOr<bool>(Annotate(more.status(), path));
  };
  WENSUM_ASSIGN_OR_RETURN(bool more, next());
  if (!more) return InvalidArgument(Cat(path, " is empty; its first row must name the columns"));
  WENSUM_ASSIGN_OR_RETURN(const std::vector<size_t> places, Places(path, read.fields, columns));
  std::vector<std::string_view> values(columns.size());
  while (true) {
    WENSUM_ASSIGN_OR_RETURN(more, next());
    if (!more) return absl::OkStatus();
    for (size_t i = 0; i < places.size(); ++i) {
      values[i] = places[i] < read.fields.size() ? Trim(read.fields[places[i]]) : std::string_view();
    }
    WENSUM_RETURN_IF_ERROR(Annotate(row(values, read.line), path));
  }
}

void AppendCsvRow(std::string& out, std::span<const std::string_view> fields) {
  for (size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) out.push_back(',');
    if (fields[i].find_first_of(",\"\r\n") == std::string_view::npos) {
      out.append(fields[i]);
      continue;
    }
    out.push_back('"');
    for (const char c : fields[i]) {
      if (c == '"') out.push_back('"');
      out.push_back(c);
    }
    out.push_back('"');
  }
  out.push_back('\n');
}

std::string LabelOf(const std::string& path) { return std::filesystem::path(path).stem().string(); }

}  // namespace wensum::dedupe
