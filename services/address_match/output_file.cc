#include "services/address_match/output_file.h"

#include <cstdio>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::address_match {

OutputFile::OutputFile(std::string path)
    : path_(std::move(path)), part_(Cat(path_, ".part")), file_(part_, std::ios::binary | std::ios::trunc) {}

OutputFile::~OutputFile() {
  if (!finished_) {
    file_.close();
    std::remove(part_.c_str());
  }
}

absl::StatusOr<std::unique_ptr<OutputFile>> OutputFile::Create(const std::string& path) {
  std::unique_ptr<OutputFile> file(new OutputFile(path));
  if (!file->file_) {
    return Unavailable(Cat("the file ", Quote(path), " cannot be written; does its folder exist and admit new files?"));
  }
  return file;
}

absl::Status OutputFile::Finish() {
  file_.close();
  if (!file_ || std::rename(part_.c_str(), path_.c_str()) != 0) {
    return Unavailable(Cat("the file ", Quote(path_), " cannot be written whole; is the disk full?"));
  }
  finished_ = true;
  return absl::OkStatus();
}

void AppendCsv(std::span<const std::string_view> fields, std::string* out) {
  for (size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) {
      out->push_back(',');
    }
    if (fields[i].find_first_of(",\"\r\n") == std::string_view::npos) {
      out->append(fields[i]);
      continue;
    }
    out->push_back('"');
    for (const char c : fields[i]) {
      if (c == '"') {
        out->push_back('"');
      }
      out->push_back(c);
    }
    out->push_back('"');
  }
  out->push_back('\n');
}

}  // namespace wensum::address_match
