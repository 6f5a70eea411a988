#include "services/exports/table_export.h"

#include <array>
#include <charconv>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/exports/custodian_records.h"
#include "services/exports/row_selector.h"
#include "services/exports/row_walk.h"
#include "services/gazetteer/property_reader.h"
#include "wensum/storage/v1/gazetteer.pb.h"
#include "wensum/v1/properties.pb.h"

namespace wensum::exports {
namespace {

using gazetteer::RowOwner;

constexpr int kMetreDecimals = 2;
constexpr int kDegreeDecimals = 7;  // about a centimetre

std::string Fixed(double value, int decimals) {
  std::array<char, 400> digits;  // a double may have 309 before the point
  const auto result =
      std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed, decimals);
  return {digits.data(), result.ptr};
}

std::string DateText(const v1::PartialDate& date) {
  if (date.year() == 0) {
    return {};
  }
  const auto two = [](int number) { return Cat(number < 10 ? "0" : "", number); };
  return Cat(date.year(), "-", two(date.month()), "-", two(date.day()));
}

struct Point {
  double x = 0;
  double y = 0;
  [[nodiscard]] bool empty() const { return x == 0 && y == 0; }
};

// A row: values by column, and where it lies.
struct TableRow {
  struct Value {
    std::string text;
    bool number = false;
  };
  std::vector<Value> values;
  Point start;
  Point end;  // of a street

  void Text(std::string text) { values.push_back({std::move(text), false}); }
  // 0 is an empty value.
  void Code(int64_t value) { values.push_back({value == 0 ? std::string() : Cat(value), true}); }
  void Metres(const Point& point) {
    values.push_back({point.empty() ? std::string() : Fixed(point.x, kMetreDecimals), true});
    values.push_back({point.empty() ? std::string() : Fixed(point.y, kMetreDecimals), true});
  }
};

constexpr std::string_view kOpenColumns[] = {"uprn", "x_coordinate", "y_coordinate"};
constexpr std::string_view kPropertyColumns[] = {
    "uprn",        "x_coordinate", "y_coordinate", "logical_status",   "blpu_state", "classification", "parent_uprn",
    "rpc",         "custodian",    "organisation", "address",          "postcode",   "usrn",           "ward_code",
    "parish_code", "start_date",   "end_date",     "last_update_date", "entry_date", "source_format"};
constexpr std::string_view kStreetColumns[] = {
    "usrn",       "start_x",        "start_y",     "end_x",    "end_y", "record_type",         "state",
    "surface",    "classification", "description", "locality", "town",  "administrative_area", "language",
    "start_date", "end_date"};

std::span<const std::string_view> ColumnsOf(const TableExportOptions& options) {
  if (options.open) {
    return kOpenColumns;
  }
  if (options.content == TableContent::kStreets) {
    return kStreetColumns;
  }
  return kPropertyColumns;
}

TableRow RowOf(const v1::Property& property, bool open) {
  TableRow row;
  row.start = {property.easting(), property.northing()};
  row.Code(static_cast<int64_t>(property.uprn()));
  row.Metres(row.start);
  if (open) {
    return row;
  }
  row.Code(property.logical_status());
  row.Code(property.blpu_state());
  row.Text(property.classification());
  row.Code(static_cast<int64_t>(property.parent_uprn()));
  row.Code(property.rpc());
  row.Code(property.local_custodian_code());
  row.Text(property.organisation());
  row.Text(property.address());
  row.Text(property.postcode());
  row.Code(static_cast<int64_t>(property.usrn()));
  row.Text(property.ward_code());
  row.Text(property.parish_code());
  row.Text(DateText(property.start_date()));
  row.Text(DateText(property.end_date()));
  row.Text(DateText(property.last_update_date()));
  row.Text(DateText(property.entry_date()));
  row.Text(property.source_format());
  return row;
}

TableRow RowOf(const v1::Street& street) {
  TableRow row;
  row.start = {street.start_easting(), street.start_northing()};
  row.end = {street.end_easting(), street.end_northing()};
  row.Code(static_cast<int64_t>(street.usrn()));
  row.Metres(row.start);
  row.Metres(row.end);
  row.Code(street.record_type());
  row.Code(street.state());
  row.Code(street.surface());
  row.Code(street.classification());
  const v1::StreetDescriptor* best = &v1::StreetDescriptor::default_instance();
  for (const v1::StreetDescriptor& descriptor : street.descriptors()) {
    if (best->language().empty() || descriptor.language() == "ENG") {
      best = &descriptor;
    }
  }
  row.Text(best->description());
  row.Text(best->locality());
  row.Text(best->town());
  row.Text(best->administrative_area());
  row.Text(best->language());
  row.Text(DateText(street.start_date()));
  row.Text(DateText(street.end_date()));
  return row;
}

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
  // `custodian_code`: whose file it is; of streets, and of an archive, it does not matter.
  TableExport(const storage::Reader& reader, storage::RegisterId reg, TableExportOptions options, int custodian_code)
      : options_(std::move(options)),
        columns_(ColumnsOf(options_)),
        selector_(options_.selection, custodian_code),
        properties_(reader, reg, [this](const storage::v1::GazetteerRow& row) { return selector_.TakesRow(row); }),
        walk_(reader, reg, IsStreets() ? RowOwner::kStreet : RowOwner::kProperty, {.after = AsOf()}) {
    const bool csv = options_.format == TableFormat::kCsv;
    facts_.format = csv ? "CSV" : "GEOJSON";
    facts_.revision = options_.selection.revision;
    facts_.file_name = Cat(options_.open ? "open_uprn"
                           : IsStreets() ? "streets"
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
    OwnerRows rows;
    while (chunk->size() < kChunkBytes) {
      WENSUM_ASSIGN_OR_RETURN(const bool more, walk_.Next(&rows));
      if (!more) {
        End(*chunk);
        break;
      }
      WENSUM_ASSIGN_OR_RETURN(const std::optional<TableRow> row, Compose(rows));
      if (row.has_value()) {
        Append(*row, *chunk);
        ++facts_.records;
      }
    }
    return !chunk->empty();
  }

  [[nodiscard]] const ExportFacts& facts() const override { return facts_; }

 private:
  [[nodiscard]] bool IsStreets() const { return options_.content == TableContent::kStreets; }
  [[nodiscard]] std::optional<uint64_t> AsOf() const {
    const Selection& selection = options_.selection;
    return selection.past ? std::optional<uint64_t>(selection.revision) : std::nullopt;
  }

  // Nullopt if the file does not have the street or property. What it has shows nothing of rows that are left out.
  absl::StatusOr<std::optional<TableRow>> Compose(const OwnerRows& rows) {
    std::optional<TableRow> row;
    const RowOwner owner = IsStreets() ? RowOwner::kStreet : RowOwner::kProperty;
    WENSUM_ASSIGN_OR_RETURN(const SelectedRows selected,
                            selector_.Select(owner, rows, /*before=*/false, facts_.revision));
    facts_.held_back += selected.held_back ? 1 : 0;
    if (!selected.head) {
      return row;
    }
    if (IsStreets()) {
      WENSUM_ASSIGN_OR_RETURN(const std::optional<v1::Street> street,
                              properties_.GetStreet(static_cast<uint32_t>(rows.id), AsOf()));
      if (street.has_value()) {
        row = RowOf(*street);
      }
      return row;
    }
    v1::Property property;
    WENSUM_ASSIGN_OR_RETURN(const bool found,
                            properties_.FillProperty(rows.id, gazetteer::View::kBasic, AsOf(), property));
    const bool placed = property.easting() != 0 || property.northing() != 0;
    if (found && (placed || !options_.open)) {
      row = RowOf(property, options_.open);
    }
    return row;
  }

  void Begin(std::string& out) {
    begun_ = true;
    if (options_.format == TableFormat::kGeoJson) {
      out.append("{\"type\":\"FeatureCollection\",\"features\":[");
      return;
    }
    for (size_t i = 0; i < columns_.size(); ++i) {
      AppendTo(out, i == 0 ? "" : ",", columns_[i]);
    }
    out.append("\r\n");
  }

  void End(std::string& out) {
    ended_ = true;
    if (options_.format == TableFormat::kGeoJson) {
      out.append("\n]}\n");
    }
  }

  void Append(const TableRow& row, std::string& out) const {
    if (options_.format == TableFormat::kGeoJson) {
      AppendFeature(row, out);
      return;
    }
    for (size_t i = 0; i < row.values.size(); ++i) {
      if (i > 0) {
        out.push_back(',');
      }
      AppendCsvField(row.values[i].text, out);
    }
    out.append("\r\n");
  }

  void AppendFeature(const TableRow& row, std::string& out) const {
    AppendTo(out, facts_.records == 0 ? "\n" : ",\n", "{\"type\":\"Feature\",\"id\":", row.values[0].text,
             ",\"geometry\":");
    AppendGeometry(row, out);
    out.append(",\"properties\":{");
    for (size_t i = 0; i < row.values.size(); ++i) {
      const TableRow::Value& value = row.values[i];
      AppendTo(out, i == 0 ? "\"" : ",\"", columns_[i], "\":");
      if (value.text.empty()) {
        out.append("null");
      } else if (value.number) {
        out.append(value.text);
      } else {
        AppendJsonString(value.text, out);
      }
    }
    out.append("}}");
  }

  void AppendGeometry(const TableRow& row, std::string& out) const {
    const auto placed = [this](const Point& point) {
      return point.empty() ? std::nullopt : options_.to_wgs84(point.x, point.y);
    };
    const auto position = [&out](const LongitudeLatitude& at) {
      AppendTo(out, '[', Fixed(at.longitude, kDegreeDecimals), ',', Fixed(at.latitude, kDegreeDecimals), ']');
    };
    const std::optional<LongitudeLatitude> start = placed(row.start);
    const std::optional<LongitudeLatitude> end = IsStreets() ? placed(row.end) : std::nullopt;
    if (!start.has_value() || (IsStreets() && !end.has_value())) {
      out.append("null");
      return;
    }
    out.append(IsStreets() ? "{\"type\":\"LineString\",\"coordinates\":[" : "{\"type\":\"Point\",\"coordinates\":");
    position(*start);
    if (IsStreets()) {
      out.push_back(',');
      position(*end);
      out.push_back(']');
    }
    out.push_back('}');
  }

  const TableExportOptions options_;
  const std::span<const std::string_view> columns_;
  const RowSelector selector_;
  const gazetteer::PropertyReader properties_;
  RowWalk walk_;
  ExportFacts facts_;
  bool begun_ = false;
  bool ended_ = false;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Export>> OpenTableExport(const storage::Reader& reader, storage::RegisterId reg,
                                                        TableExportOptions options) {
  if (options.open && options.content == TableContent::kStreets) {
    return InvalidArgument(
        "the open form has UPRNs and coordinates alone: it can be made of properties, not of streets");
  }
  if (options.format == TableFormat::kGeoJson && !options.to_wgs84) {
    return FailedPrecondition("GeoJSON needs WGS 84, and this server has no transformation from the National Grid");
  }
  if (options.open && options.selection.with_addressbase) {
    return InvalidArgument(
        "the open form has the authority's own properties alone: what AddressBase says is under its licence; Ordnance "
        "Survey publishes its UPRNs and coordinates itself, as OS Open UPRN");
  }
  Selection& selection = options.selection;
  if (options.open) {
    selection.profile = Profile::kHub;  // who may read the file is anybody
  }
  int custodian_code = selection.custodian_code;
  if (selection.profile == Profile::kHub && options.content == TableContent::kProperties) {
    const StateSpan span = {.before = std::nullopt,
                            .after = selection.past ? std::optional<uint64_t>(selection.revision) : std::nullopt};
    WENSUM_ASSIGN_OR_RETURN(const CustodianRecords found, ReadCustodianRecords(reader, reg, span));
    WENSUM_ASSIGN_OR_RETURN(custodian_code, ChooseCustodian(found.records, custodian_code));
  }
  return std::unique_ptr<Export>(std::make_unique<TableExport>(reader, reg, std::move(options), custodian_code));
}

}  // namespace wensum::exports
