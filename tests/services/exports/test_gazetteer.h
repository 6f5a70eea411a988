// A gazetteer in memory that takes DTF 7.3 files and rows and gives files.
#ifndef WENSUM_TESTS_SERVICES_EXPORTS_TEST_GAZETTEER_H_
#define WENSUM_TESTS_SERVICES_EXPORTS_TEST_GAZETTEER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "model/gazetteer.h"
#include "services/exports/dtf_export.h"
#include "storage/store.h"

namespace wensum::exports {

inline constexpr uint32_t kTestRegister = 1;

class TestGazetteer {
 public:
  struct Write {
    model::GazetteerRow row;
    model::ChangeType change = model::ChangeType::kInsert;
    model::GazetteerFormat format = model::GazetteerFormat::kDtf73;
  };

  TestGazetteer();

  // All in one commit, in this order. An error for a row that is refused, such as a deletion of what is not there.
  absl::Status Apply(const std::vector<Write>& writes);
  // A whole file, as an import takes it: header, data rows, metadata. An error if a row is rejected.
  absl::Status Import(const std::string& file);

  // The rest of `options` filled in: the newest state, a date and a time.
  [[nodiscard]] DtfExportOptions Options(Profile profile = Profile::kArchive) const;
  absl::StatusOr<std::string> ExportDtf(DtfExportOptions options, ExportFacts* facts = nullptr) const;
  absl::StatusOr<std::string> Full(Profile profile = Profile::kArchive) const { return ExportDtf(Options(profile)); }
  absl::StatusOr<std::string> Changes(uint64_t since, Profile profile = Profile::kArchive) const;

  [[nodiscard]] uint64_t revision() const { return revision_; }
  [[nodiscard]] const storage::Store& store() const { return *store_; }

 private:
  std::unique_ptr<storage::Store> store_;
  uint64_t revision_ = 0;
};

// The whole file.
absl::StatusOr<std::string> ReadExport(Export& file);

// The lines of a file. Line ends within quotes are part of their line.
std::vector<std::string> Lines(std::string_view file);
// The lines of data rows, sorted, without their PRO_ORDER; with `without` left out, by record type.
std::vector<std::string> SortedRecords(std::string_view file, const std::vector<std::string_view>& without = {});

}  // namespace wensum::exports

#endif  // WENSUM_TESTS_SERVICES_EXPORTS_TEST_GAZETTEER_H_
