#include "services/cli/summed_file.h"

#include <iostream>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::cli {
namespace {

int CannotWrite(const absl::Status& status) {
  std::cerr << "error: " << Message(status) << "\n";
  return 1;
}

}  // namespace

std::unique_ptr<SummedFile> SummedFile::Create(const std::string& path) {
  auto file = address_match::OutputFile::Create(path);
  if (!file.ok()) {
    CannotWrite(file.status());
    return nullptr;
  }
  return std::unique_ptr<SummedFile>(new SummedFile(path, *std::move(file)));
}

int SummedFile::Finish(std::string_view kind, uint64_t revision, uint64_t rows) {
  if (const absl::Status finished = file_->Finish(); !finished.ok()) {
    return CannotWrite(finished);
  }
  const std::string summary = Cat("{\"file\": \"", kind, "\", \"revision\": ", revision, ", \"rows\": ", rows,
                                  ", \"sha256\": \"", hash_.FinishHex(), "\"}\n");
  auto beside = address_match::OutputFile::Create(Cat(path_, ".json"));
  if (!beside.ok()) {
    return CannotWrite(beside.status());
  }
  (*beside)->Write(summary);
  if (const absl::Status finished = (*beside)->Finish(); !finished.ok()) {
    return CannotWrite(finished);
  }
  std::cout << summary;
  return 0;
}

}  // namespace wensum::cli
