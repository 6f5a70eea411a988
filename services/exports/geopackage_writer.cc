#include "services/exports/geopackage_writer.h"

#include <cpl_conv.h>
#include <cpl_error.h>
#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <ogrsf_frmts.h>

#include <array>
#include <cstdint>
#include <ctime>
#include <string_view>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::exports {
namespace {

constexpr int kNationalGrid = 27700;

// Debian's header knows more drivers than are needed; only this one is registered, once for the process.
GDALDriverH Driver() {
  static const GDALDriverH driver = [] {
    RegisterOGRGeoPackage();
    return GDALGetDriverByName("GPKG");
  }();
  return driver;
}

// "2026-11-22T12:00:00.000Z".
std::string TimeText(TimeMicros time) {
  const std::time_t seconds = time / 1'000'000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  const size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S.000Z", &parts);
  return {text.data(), size};
}

constexpr const char* kGeometryColumn = "geom";

// GDAL prints errors unless told otherwise.
class Quiet {
 public:
  Quiet() {
    CPLPushErrorHandler(CPLQuietErrorHandler);
    CPLErrorReset();
  }
  ~Quiet() { CPLPopErrorHandler(); }
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;
};

// GDAL is set up by options of the thread that calls it. They count where a file is opened or closed or a layer made,
// not for each row.
class Scope {
 public:
  explicit Scope(const std::string& time) {
    Set("OGR_CURRENT_DATE", time.c_str());
    // The file is of no use until it is whole, so nothing is kept beside it to roll back or to survive a crash.
    Set("OGR_SQLITE_JOURNAL", "OFF");
    Set("OGR_SQLITE_SYNCHRONOUS", "OFF");
    Set("OGR_SQLITE_PRAGMA", "temp_store=MEMORY");
  }
  ~Scope() {
    for (const char* const key : set_) {
      CPLSetThreadLocalConfigOption(key, nullptr);
    }
  }
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;

 private:
  void Set(const char* key, const char* value) {
    CPLSetThreadLocalConfigOption(key, value);
    set_[count_++] = key;
  }

  const Quiet quiet_;
  std::array<const char*, 4> set_{};
  size_t count_ = 0;
};

absl::Status Failed(std::string_view step) { return GeoPackageError(step, CPLGetLastErrorMsg()); }

struct FeatureDeleter {
  void operator()(OGRFeatureH feature) const { OGR_F_Destroy(feature); }
};

class Writer final : public GeoPackageWriter {
 public:
  explicit Writer(TimeMicros time) : time_(TimeText(time)) {}
  ~Writer() override {
    const Scope scope(time_);
    if (dataset_ != nullptr) {
      GDALClose(dataset_);
    }
    if (grid_ != nullptr) {
      OSRRelease(grid_);
    }
  }

  absl::Status Open(const std::string& path) {
    const Scope scope(time_);
    if (Driver() == nullptr) {
      return FailedPrecondition("this server's GDAL cannot write GeoPackages; install Debian's libgdal32");
    }
    grid_ = OSRNewSpatialReference(nullptr);
    if (OSRImportFromEPSG(grid_, kNationalGrid) != OGRERR_NONE) {
      return FailedPrecondition(
          "a GeoPackage needs the description of EPSG:27700, and PROJ's database does not give it; install Debian's "
          "proj-data");
    }
    dataset_ = GDALCreate(Driver(), path.c_str(), 0, 0, 0, GDT_Unknown, nullptr);
    if (dataset_ == nullptr) {
      return Failed("create");
    }
    return GDALDatasetStartTransaction(dataset_, FALSE) == OGRERR_NONE ? absl::OkStatus() : Failed("begin");
  }

  absl::Status BeginLayer(const std::string& name, std::span<const TableColumn> columns, bool lines) override {
    const Scope scope(time_);
    columns_ = columns;
    lines_ = lines;
    name_ = name;
    std::string identifier = Cat("IDENTIFIER=", name);
    std::string geometry = Cat("GEOMETRY_NAME=", kGeometryColumn);
    std::string index = "SPATIAL_INDEX=NO";  // else closing makes it, also of a file that is thrown away
    std::array<char*, 4> options = {identifier.data(), geometry.data(), index.data(), nullptr};
    layer_ = GDALDatasetCreateLayer(dataset_, name.c_str(), grid_, lines ? wkbLineString : wkbPoint, options.data());
    if (layer_ == nullptr) {
      return Failed("create a layer");
    }
    for (const TableColumn& column : columns) {
      const OGRFieldType type = column.kind == ColumnKind::kText      ? OFTString
                                : column.kind == ColumnKind::kInteger ? OFTInteger64
                                                                      : OFTReal;
      const OGRFieldDefnH field = OGR_Fld_Create(std::string(column.name).c_str(), type);
      const OGRErr error = OGR_L_CreateField(layer_, field, TRUE);
      OGR_Fld_Destroy(field);
      if (error != OGRERR_NONE) {
        return Failed("create a column");
      }
    }
    // Makes the tables now, not with the first row.
    return OGR_L_SyncToDisk(layer_) == OGRERR_NONE ? absl::OkStatus() : Failed("create a layer's tables");
  }

  absl::Status Add(const TableRow& row) override {
    const Quiet quiet;
    const std::unique_ptr<void, FeatureDeleter> feature(OGR_F_Create(OGR_L_GetLayerDefn(layer_)));
    OGR_F_SetFID(feature.get(), static_cast<GIntBig>(row.id));
    for (size_t i = 0; i < row.values.size(); ++i) {
      SetField(feature.get(), static_cast<int>(i), columns_[i].kind, row.values[i]);
    }
    if (!row.start.empty() && (!lines_ || !row.end.empty())) {
      const OGRGeometryH geometry = OGR_G_CreateGeometry(lines_ ? wkbLineString : wkbPoint);
      OGR_G_AddPoint_2D(geometry, row.start.x, row.start.y);
      if (lines_) {
        OGR_G_AddPoint_2D(geometry, row.end.x, row.end.y);
      }
      OGR_F_SetGeometryDirectly(feature.get(), geometry);
    }
    return OGR_L_CreateFeature(layer_, feature.get()) == OGRERR_NONE ? absl::OkStatus() : Failed("add a feature");
  }

  absl::Status EndLayer() override {
    const Scope scope(time_);
    // GDAL's own SQL function: its C functions cannot index a layer that exists.
    const std::string sql = Cat("SELECT CreateSpatialIndex('", name_, "', '", kGeometryColumn, "')");
    const OGRLayerH result = GDALDatasetExecuteSQL(dataset_, sql.c_str(), nullptr, nullptr);
    const bool indexed = result != nullptr && CPLGetLastErrorType() < CE_Failure;
    absl::Status status = indexed ? absl::OkStatus() : Failed("make a spatial index");
    if (result != nullptr) {
      GDALDatasetReleaseResultSet(dataset_, result);
    }
    return status;
  }

  absl::Status Finish() override {
    const Scope scope(time_);
    if (GDALDatasetCommitTransaction(dataset_) != OGRERR_NONE) {
      return Failed("commit");
    }
    // In closing GDAL writes extents; it tells of errors by its last one.
    CPLErrorReset();
    GDALClose(std::exchange(dataset_, nullptr));
    return CPLGetLastErrorType() < CE_Failure ? absl::OkStatus() : Failed("close");
  }

 private:
  static void SetField(OGRFeatureH feature, int index, ColumnKind kind, const std::string& value) {
    if (value.empty()) {
      OGR_F_SetFieldNull(feature, index);
    } else if (kind == ColumnKind::kInteger) {
      OGR_F_SetFieldInteger64(feature, index, ParseInteger<int64_t>(value).value_or(0));
    } else if (kind == ColumnKind::kMetres) {
      OGR_F_SetFieldDouble(feature, index, CPLAtof(value.c_str()));
    } else {
      OGR_F_SetFieldString(feature, index, value.c_str());
    }
  }

  const std::string time_;
  OGRSpatialReferenceH grid_ = nullptr;
  GDALDatasetH dataset_ = nullptr;
  OGRLayerH layer_ = nullptr;  // of the dataset
  std::string name_;           // of the layer
  std::span<const TableColumn> columns_;
  bool lines_ = false;
};

}  // namespace

absl::Status GeoPackageError(std::string_view step, std::string_view gdal_message) {
  const std::string what = Cat("the GeoPackage could not be written (", step, ": ", gdal_message, ")");
  // SQLite's words for ENOSPC, which GDAL passes on; it has no code for it.
  if (gdal_message.find("disk is full") != std::string_view::npos) {
    return ResourceExhausted(Cat(what, "; make room in the server's data directory and export again"));
  }
  return Unavailable(Cat(what, "; see the server's data directory and its disk, and export again"));
}

absl::StatusOr<std::unique_ptr<GeoPackageWriter>> GeoPackageWriter::Create(const std::string& path, TimeMicros time) {
  auto writer = std::make_unique<Writer>(time);
  WENSUM_RETURN_IF_ERROR(writer->Open(path));
  return std::unique_ptr<GeoPackageWriter>(std::move(writer));
}

}  // namespace wensum::exports
