#include "benchmarks/support/city.h"

#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <system_error>
#include <thread>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "base/opaque_id.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "import/mapped_reader.h"
#include "sample/embedded.h"
#include "services/convert/person_details.h"
#include "storage/rocksdb_store.h"
#include "wensum/v1/imports.pb.h"

namespace wensum::benchmarks {
namespace {

constexpr std::chrono::milliseconds kPollPause{20};

std::string ExtractPath(const std::string& city, std::string_view feed) { return Cat(city, "/", feed, ".csv"); }

}  // namespace

absl::StatusOr<std::unique_ptr<WorkDirectory>> WorkDirectory::Create(const std::string& parent) {
  std::string path = Cat(parent, "/wensum-bench-XXXXXX");
  if (mkdtemp(path.data()) == nullptr) {
    return FailedPrecondition(Cat("cannot make a directory below ", parent, ": name another one with --dir"));
  }
  return std::unique_ptr<WorkDirectory>(new WorkDirectory(std::move(path)));
}

WorkDirectory::~WorkDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string WorkDirectory::Join(std::string_view name) const { return Cat(path_, "/", name); }

absl::StatusOr<sample::SampleSummary> WriteCity(const std::string& directory, const CitySize& size) {
  return sample::WriteSample({.people = size.people, .properties = size.properties, .out_dir = directory}, nullptr);
}

absl::Status ForEachRecord(const std::string& directory,
                           const std::function<absl::Status(model::SourceRecord record)>& visit) {
  for (const sample::EmbeddedFeed& feed : sample::EmbeddedFeeds()) {
    WENSUM_ASSIGN_OR_RETURN(const ingest::Mapping mapping, ingest::ParseMapping(feed.yaml));
    WENSUM_ASSIGN_OR_RETURN(const auto source, ingest::ByteSource::OpenFile(ExtractPath(directory, feed.name)));
    WENSUM_ASSIGN_OR_RETURN(const auto reader, ingest::MappedReader::Open(&mapping, source.get(), {}));
    absl::flat_hash_set<std::string> keys;
    ingest::MappedRow row;
    while (true) {
      WENSUM_ASSIGN_OR_RETURN(const bool more, reader->Next(row));
      if (!more) {
        break;
      }
      for (ingest::MappedRecord& record : row.records) {
        if (!record.rejected && keys.insert(record.record.key.key).second) {
          WENSUM_RETURN_IF_ERROR(visit(std::move(record.record)));
        }
      }
    }
  }
  return absl::OkStatus();
}

v1::SourceRecord ToApi(const model::SourceRecord& record) {
  static const OpaqueIdCodec codec(/*key=*/1);
  v1::SourceRecord api;
  convert::ToSourceRecord({.ordinal = 1, .anchor = 1, .record = record, .stored = {}}, codec, /*purpose_bit=*/0, api);
  return api;
}

absl::StatusOr<std::unique_ptr<OpenRegister>> OpenRegister::Open(const std::string& directory,
                                                                 size_t block_cache_bytes) {
  std::unique_ptr<OpenRegister> open(new OpenRegister());
  WENSUM_ASSIGN_OR_RETURN(open->store_,
                          storage::OpenRocksDbStore({.path = directory, .block_cache_bytes = block_cache_bytes}));
  registry::RegisterOptions options;
  WENSUM_ASSIGN_OR_RETURN(options.rules, registry::ParseRegisterRules(registry::DefaultRulesYaml()));
  WENSUM_ASSIGN_OR_RETURN(open->register_,
                          registry::Register::Open(open->store_.get(), &open->clock_, std::move(options)));
  WENSUM_ASSIGN_OR_RETURN(open->engine_, imports::RunEngine::Create(open->register_.get(), &open->clock_, {}));
  return open;
}

absl::StatusOr<storage::v1::ImportRun> OpenRegister::Import(const imports::StartSpec& spec) {
  WENSUM_ASSIGN_OR_RETURN(storage::v1::ImportRun run, engine_->Start(spec));
  while (run.state() == v1::ImportRun::STATE_RUNNING) {
    std::this_thread::sleep_for(kPollPause);
    WENSUM_ASSIGN_OR_RETURN(run, engine_->GetRun(run.id()));
  }
  if (run.state() != v1::ImportRun::STATE_SUCCEEDED) {
    return Internal(Cat("the import of ", spec.path, " failed: ", run.error()));
  }
  const uint64_t accounted =
      run.inserted() + run.updated() + run.unchanged() + run.deleted() + run.rejected() + run.held();
  if (run.read() == 0 || accounted != run.read()) {
    return Internal(Cat("the import of ", spec.path, " read ", run.read(), " rows and accounts for ", accounted));
  }
  return run;
}

absl::StatusOr<storage::v1::ImportRun> OpenRegister::ImportGazetteer(const std::string& city) {
  const std::string path = city + "/gazetteer.csv";
  return Import({.feed = std::string(imports::RunEngine::kGazetteerFeed), .path = path, .file_name = path});
}

absl::Status OpenRegister::ImportCity(const std::string& city) {
  WENSUM_RETURN_IF_ERROR(ImportGazetteer(city).status());
  for (const sample::EmbeddedFeed& feed : sample::EmbeddedFeeds()) {
    const std::string path = ExtractPath(city, feed.name);
    WENSUM_RETURN_IF_ERROR(
        Import(
            {.feed = std::string(feed.name), .mapping_yaml = std::string(feed.yaml), .path = path, .file_name = path})
            .status());
  }
  return absl::OkStatus();
}

}  // namespace wensum::benchmarks
