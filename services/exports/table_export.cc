#include "services/exports/table_export.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::exports {
namespace {

constexpr int kDegreeDecimals = 7;  // about a centimetre

void AppendCsvField(std::string_view text, std::string& out) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out.append(text);
    return;
  }
  out.push_back('"');
  for (const char c : text) {
    if (c == '"') {
      out.push_back('"');
    }
    out.push_back(c);
  }
  out.push_back('"');
}

void AppendJsonString(std::string_view text, std::string& out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out.push_back('"');
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (byte < 0x20) {
      AppendTo(out, "\\u00", kDigits[byte >> 4], kDigits[byte & 15]);
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

class TableExport final : public Export {
 public:
  TableExport(std::unique_ptr<TableRows> rows, const TableExportOptions& options)
      : rows_(std::move(rows)), format_(options.format), to_wgs84_(options.to_wgs84) {
    const bool csv = format_ == TableFormat::kCsv;
    facts_.format = csv ? "CSV" : "GEOJSON";
    facts_.revision = options.table.selection.revision;
    facts_.file_name = Cat(options.table.open ? "open_uprn"
                           : rows_->streets() ? "streets"
                                              : "properties",
                           "_r", facts_.revision, csv ? ".csv" : ".geojson");
  }

  absl::StatusOr<bool> Next(std::string* chunk) override {
    chunk->clear();
    if (ended_) {
      return false;
    }
    if (!begun_) {
      Begin(*chunk);
    }
    while (chunk->size() < kChunkBytes) {
      WENSUM_ASSIGN_OR_RETURN(const bool more, rows_->Next(&row_));
      facts_.held_back = rows_->held_back();
      if (!more) {
        End(*chunk);
        break;
      }
      Append(row_, *chunk);
      ++facts_.records;
    }
    return !chunk->empty();
  }

  [[nodiscard]] const ExportFacts& facts() const override { return facts_; }

 private:
  void Begin(std::string& out) {
    begun_ = true;
    if (format_ == TableFormat::kGeoJson) {
      out.append("{\"type\":\"FeatureCollection\",\"features\":[");
      return;
    }
    for (size_t i = 0; i < rows_->columns().size(); ++i) {
      AppendTo(out, i == 0 ? "" : ",", rows_->columns()[i].name);
    }
    out.append("\r\n");
  }

  void End(std::string& out) {
    ended_ = true;
    if (format_ == TableFormat::kGeoJson) {
      out.append("\n]}\n");
    }
  }

  void Append(const TableRow& row, std::string& out) const {
    if (format_ == TableFormat::kGeoJson) {
      AppendFeature(row, out);
      return;
    }
    for (size_t i = 0; i < row.values.size(); ++i) {
      if (i > 0) {
        out.push_back(',');
      }
      AppendCsvField(row.values[i], out);
    }
    out.append("\r\n");
  }

  void AppendFeature(const TableRow& row, std::string& out) const {
    AppendTo(out, facts_.records == 0 ? "\n" : ",\n", "{\"type\":\"Feature\",\"id\":", row.id, ",\"geometry\":");
    AppendGeometry(row, out);
    out.append(",\"properties\":{");
    for (size_t i = 0; i < row.values.size(); ++i) {
      const std::string& value = row.values[i];
      const TableColumn& column = rows_->columns()[i];
      AppendTo(out, i == 0 ? "\"" : ",\"", column.name, "\":");
      if (value.empty()) {
        out.append("null");
      } else if (column.kind != ColumnKind::kText) {
        out.append(value);
      } else {
        AppendJsonString(value, out);
      }
    }
    out.append("}}");
  }

  void AppendGeometry(const TableRow& row, std::string& out) const {
    const auto placed = [this](const TablePoint& point) {
      return point.empty() ? std::nullopt : to_wgs84_(point.x, point.y);
    };
    const auto position = [&out](const LongitudeLatitude& at) {
      AppendTo(out, '[', FixedText(at.longitude, kDegreeDecimals), ',', FixedText(at.latitude, kDegreeDecimals), ']');
    };
    const std::optional<LongitudeLatitude> start = placed(row.start);
    const std::optional<LongitudeLatitude> end = rows_->streets() ? placed(row.end) : std::nullopt;
    if (!start.has_value() || (rows_->streets() && !end.has_value())) {
      out.append("null");
      return;
    }
    out.append(rows_->streets() ? "{\"type\":\"LineString\",\"coordinates\":["
                                : "{\"type\":\"Point\",\"coordinates\":");
    position(*start);
    if (rows_->streets()) {
      out.push_back(',');
      position(*end);
      out.push_back(']');
    }
    out.push_back('}');
  }

  const std::unique_ptr<TableRows> rows_;
  const TableFormat format_;
  const ToWgs84 to_wgs84_;
  TableRow row_;
  ExportFacts facts_;
  bool begun_ = false;
  bool ended_ = false;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Export>> OpenTableExport(const storage::Reader& reader, storage::RegisterId reg,
                                                        const TableExportOptions& options) {
  if (options.format == TableFormat::kGeoJson && !options.to_wgs84) {
    return FailedPrecondition("GeoJSON needs WGS 84, and this server has no transformation from the National Grid");
  }
  WENSUM_ASSIGN_OR_RETURN(std::unique_ptr<TableRows> rows, TableRows::Open(reader, reg, options.table));
  return std::unique_ptr<Export>(std::make_unique<TableExport>(std::move(rows), options));
}

}  // namespace wensum::exports
