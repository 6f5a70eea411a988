// The synthetic city as a benchmark's input, and registers that hold it.
#ifndef WENSUM_BENCHMARKS_SUPPORT_CITY_H_
#define WENSUM_BENCHMARKS_SUPPORT_CITY_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "model/source_record.h"
#include "sample/sample.h"
#include "services/imports/run_engine.h"
#include "services/register/register.h"
#include "storage/rocksdb_store.h"
#include "storage/store.h"
#include "wensum/v1/common.pb.h"

namespace wensum::benchmarks {

// A new directory below `parent`, deleted with all it holds by the destructor.
class WorkDirectory {
 public:
  static absl::StatusOr<std::unique_ptr<WorkDirectory>> Create(const std::string& parent);
  ~WorkDirectory();
  WorkDirectory(const WorkDirectory&) = delete;
  WorkDirectory& operator=(const WorkDirectory&) = delete;

  [[nodiscard]] std::string Join(std::string_view name) const;

 private:
  explicit WorkDirectory(std::string path) : path_(std::move(path)) {}
  const std::string path_;
};

struct CitySize {
  uint64_t people = 20'000;
  uint64_t properties = 0;  // 0: half as many as people
};
// Writes the city of seed 1 into `directory`.
absl::StatusOr<sample::SampleSummary> WriteCity(const std::string& directory, const CitySize& size);

// Each record of each extract of the city in `directory`, through the feeds' mappings; repeats of a key are left out.
// Stops at the first error.
absl::Status ForEachRecord(const std::string& directory,
                           const std::function<absl::Status(model::SourceRecord record)>& visit);

// The record as a client of the API would send it.
v1::SourceRecord ToApi(const model::SourceRecord& record);

// A register on RocksDB with the rules of the sample city, and the engine that imports into it.
class OpenRegister {
 public:
  // `directory` holds the store; made if it does not exist.
  static absl::StatusOr<std::unique_ptr<OpenRegister>> Open(
      const std::string& directory, size_t block_cache_bytes = storage::RocksDbOptions().block_cache_bytes);

  [[nodiscard]] registry::Register& reg() { return *register_; }
  [[nodiscard]] storage::Store& store() { return *store_; }

  // Imports a file and waits for the end of the run. An error if the run fails or does not reconcile.
  absl::StatusOr<storage::v1::ImportRun> Import(const imports::StartSpec& spec);
  // The gazetteer and every extract of the city in `city`.
  absl::Status ImportCity(const std::string& city);
  absl::StatusOr<storage::v1::ImportRun> ImportGazetteer(const std::string& city);

 private:
  OpenRegister() = default;

  SystemClock clock_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<registry::Register> register_;
  std::unique_ptr<imports::RunEngine> engine_;
};

}  // namespace wensum::benchmarks

#endif  // WENSUM_BENCHMARKS_SUPPORT_CITY_H_
