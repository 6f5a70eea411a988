#include "services/exports/geopackage_export.h"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "base/random.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "services/exports/geopackage_writer.h"

namespace wensum::exports {
namespace {

constexpr int kRowsPerPiece = 1'000;  // some tens of milliseconds
constexpr size_t kNameBytes = 16;

class GeoPackageExport final : public Export {
 public:
  GeoPackageExport(const GeoPackageExportOptions& options, std::vector<std::unique_ptr<TableRows>> layers)
      : open_(options.open),
        time_(options.time),
        path_(Cat(options.scratch_directory, "/", HexEncode(SecureRandomBytes(kNameBytes)), ".gpkg.part")),
        layers_(std::move(layers)) {
    facts_.format = "GEOPACKAGE";
    facts_.revision = options.selection.revision;
    const std::string_view what = open_ ? "open_uprn" : layers_.size() > 1 ? "gazetteer" : LayerName(*layers_[0]);
    facts_.file_name = Cat(what, "_r", facts_.revision, ".gpkg");
  }
  ~GeoPackageExport() override {
    writer_.reset();
    std::remove(path_.c_str());  // gone already once it is read
  }
  GeoPackageExport(const GeoPackageExport&) = delete;
  GeoPackageExport& operator=(const GeoPackageExport&) = delete;

  absl::StatusOr<bool> Next(std::string* chunk) override {
    chunk->clear();
    if (file_.is_open()) {
      return Read(chunk);
    }
    if (writer_ == nullptr) {
      WENSUM_ASSIGN_OR_RETURN(writer_, GeoPackageWriter::Create(path_, time_));
    }
    WENSUM_RETURN_IF_ERROR(WritePiece());
    return true;
  }

  [[nodiscard]] const ExportFacts& facts() const override { return facts_; }

 private:
  // Of a layer: a piece of work each, or several, so that who waits for an export to stop waits for no more.
  enum class Step : uint8_t { kBegin, kRows, kEnd };

  [[nodiscard]] std::string_view LayerName(const TableRows& rows) const {
    return open_ ? "open_uprn" : rows.streets() ? "streets" : "properties";
  }

  absl::Status WritePiece() {
    if (layer_ == layers_.size()) {
      WENSUM_RETURN_IF_ERROR(writer_->Finish());
      file_.open(path_, std::ios::binary);
      std::remove(path_.c_str());
      return file_.is_open() ? absl::OkStatus() : Unreadable();
    }
    TableRows& rows = *layers_[layer_];
    switch (step_) {
      case Step::kBegin:
        WENSUM_RETURN_IF_ERROR(writer_->BeginLayer(std::string(LayerName(rows)), rows.columns(), rows.streets()));
        step_ = Step::kRows;
        return absl::OkStatus();
      case Step::kRows:
        return WriteRows(rows);
      case Step::kEnd:
        WENSUM_RETURN_IF_ERROR(writer_->EndLayer());
        step_ = Step::kBegin;
        ++layer_;
        break;
    }
    return absl::OkStatus();
  }

  absl::Status WriteRows(TableRows& rows) {
    for (int i = 0; i < kRowsPerPiece; ++i) {
      WENSUM_ASSIGN_OR_RETURN(const bool more, rows.Next(&row_));
      if (!more) {
        facts_.held_back += rows.held_back();
        step_ = Step::kEnd;
        return absl::OkStatus();
      }
      WENSUM_RETURN_IF_ERROR(writer_->Add(row_));
      ++facts_.records;
    }
    return absl::OkStatus();
  }

  absl::StatusOr<bool> Read(std::string* chunk) {
    chunk->resize(kChunkBytes);
    file_.read(chunk->data(), static_cast<std::streamsize>(chunk->size()));
    if (file_.bad()) {
      return Unreadable();
    }
    chunk->resize(static_cast<size_t>(file_.gcount()));
    return !chunk->empty();
  }

  static absl::Status Unreadable() {
    return Unavailable("the GeoPackage that was written cannot be read again; see the disk, and export again");
  }

  const bool open_;
  const TimeMicros time_;
  const std::string path_;
  const std::vector<std::unique_ptr<TableRows>> layers_;
  size_t layer_ = 0;          // that is written
  Step step_ = Step::kBegin;  // of it
  std::unique_ptr<GeoPackageWriter> writer_;
  std::ifstream file_;  // open once it is whole
  TableRow row_;
  ExportFacts facts_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Export>> OpenGeoPackageExport(const storage::Reader& reader, storage::RegisterId reg,
                                                             const GeoPackageExportOptions& options) {
  std::vector<std::unique_ptr<TableRows>> layers;
  for (const TableContent content : options.contents) {
    WENSUM_ASSIGN_OR_RETURN(
        std::unique_ptr<TableRows> rows,
        TableRows::Open(reader, reg, {.selection = options.selection, .content = content, .open = options.open}));
    layers.push_back(std::move(rows));
  }
  if (layers.empty()) {
    return InvalidArgument("a GeoPackage needs at least one layer");
  }
  std::error_code error;
  std::filesystem::create_directories(options.scratch_directory, error);
  if (error) {
    const std::string what = Cat("a GeoPackage is written to ", Quote(options.scratch_directory),
                                 " first, which cannot be made: ", error.message());
    return error == std::errc::no_space_on_device ? ResourceExhausted(Cat(what, "; make room")) : Unavailable(what);
  }
  return std::unique_ptr<Export>(std::make_unique<GeoPackageExport>(options, std::move(layers)));
}

}  // namespace wensum::exports
