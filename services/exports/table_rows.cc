#include "services/exports/table_rows.h"

#include <array>
#include <charconv>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/exports/custodian_records.h"
#include "wensum/v1/properties.pb.h"

namespace wensum::exports {
namespace {

using gazetteer::RowOwner;

constexpr int kMetreDecimals = 2;

constexpr TableColumn Integer(std::string_view name) { return {name, ColumnKind::kInteger}; }
constexpr TableColumn Metres(std::string_view name) { return {name, ColumnKind::kMetres}; }
constexpr TableColumn Text(std::string_view name) { return {name, ColumnKind::kText}; }

constexpr TableColumn kPropertyColumns[] = {
    Integer("uprn"),       Metres("x_coordinate"),   Metres("y_coordinate"), Integer("logical_status"),
    Integer("blpu_state"), Text("classification"),   Integer("parent_uprn"), Integer("rpc"),
    Integer("custodian"),  Text("organisation"),     Text("address"),        Text("postcode"),
    Integer("usrn"),       Text("ward_code"),        Text("parish_code"),    Text("start_date"),
    Text("end_date"),      Text("last_update_date"), Text("entry_date"),     Text("source_format")};
constexpr size_t kOpenColumns = 3;  // of the properties'
constexpr TableColumn kStreetColumns[] = {Integer("usrn"),
                                          Metres("start_x"),
                                          Metres("start_y"),
                                          Metres("end_x"),
                                          Metres("end_y"),
                                          Integer("record_type"),
                                          Integer("state"),
                                          Integer("surface"),
                                          Integer("classification"),
                                          Text("description"),
                                          Text("locality"),
                                          Text("town"),
                                          Text("administrative_area"),
                                          Text("language"),
                                          Text("start_date"),
                                          Text("end_date")};

std::string DateText(const v1::PartialDate& date) {
  if (date.year() == 0) {
    return {};
  }
  const auto two = [](int number) { return Cat(number < 10 ? "0" : "", number); };
  return Cat(date.year(), "-", two(date.month()), "-", two(date.day()));
}

// Appends the values of a row, column by column.
class Values {
 public:
  explicit Values(TableRow* row) : values_(row->values) { values_.clear(); }

  Values& Text(std::string text) {
    values_.push_back(std::move(text));
    return *this;
  }
  // 0 is an empty value.
  Values& Number(int64_t value) { return Text(value == 0 ? std::string() : Cat(value)); }
  Values& Place(const TablePoint& point) {
    return Text(point.empty() ? std::string() : FixedText(point.x, kMetreDecimals))
        .Text(point.empty() ? std::string() : FixedText(point.y, kMetreDecimals));
  }
  Values& Date(const v1::PartialDate& date) { return Text(DateText(date)); }

 private:
  std::vector<std::string>& values_;
};

void SetRow(const v1::Property& property, bool open, TableRow* row) {
  row->id = property.uprn();
  row->start = {property.easting(), property.northing()};
  Values values(row);
  values.Number(static_cast<int64_t>(property.uprn())).Place(row->start);
  if (open) {
    return;
  }
  values.Number(property.logical_status())
      .Number(property.blpu_state())
      .Text(property.classification())
      .Number(static_cast<int64_t>(property.parent_uprn()))
      .Number(property.rpc())
      .Number(property.local_custodian_code())
      .Text(property.organisation())
      .Text(property.address())
      .Text(property.postcode())
      .Number(static_cast<int64_t>(property.usrn()))
      .Text(property.ward_code())
      .Text(property.parish_code())
      .Date(property.start_date())
      .Date(property.end_date())
      .Date(property.last_update_date())
      .Date(property.entry_date())
      .Text(property.source_format());
}

void SetRow(const v1::Street& street, TableRow* row) {
  row->id = street.usrn();
  row->start = {street.start_easting(), street.start_northing()};
  row->end = {street.end_easting(), street.end_northing()};
  const v1::StreetDescriptor* best = &v1::StreetDescriptor::default_instance();
  for (const v1::StreetDescriptor& descriptor : street.descriptors()) {
    if (best->language().empty() || descriptor.language() == "ENG") {
      best = &descriptor;
    }
  }
  Values(row)
      .Number(static_cast<int64_t>(street.usrn()))
      .Place(row->start)
      .Place(row->end)
      .Number(street.record_type())
      .Number(street.state())
      .Number(street.surface())
      .Number(street.classification())
      .Text(best->description())
      .Text(best->locality())
      .Text(best->town())
      .Text(best->administrative_area())
      .Text(best->language())
      .Date(street.start_date())
      .Date(street.end_date());
}

std::optional<uint64_t> AsOf(const Selection& selection) {
  return selection.past ? std::optional<uint64_t>(selection.revision) : std::nullopt;
}

RowOwner OwnerOf(TableContent content) {
  return content == TableContent::kStreets ? RowOwner::kStreet : RowOwner::kProperty;
}

}  // namespace

std::string FixedText(double value, int decimals) {
  std::array<char, 400> digits;  // a double may have 309 before the point
  const auto result =
      std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed, decimals);
  return {digits.data(), result.ptr};
}

absl::StatusOr<std::unique_ptr<TableRows>> TableRows::Open(const storage::Reader& reader, storage::RegisterId reg,
                                                           TableSelection options) {
  Selection& selection = options.selection;
  if (options.open && options.content == TableContent::kStreets) {
    return InvalidArgument(
        "the open form has UPRNs and coordinates alone: it can be made of properties, not of streets");
  }
  if (options.open && selection.with_addressbase) {
    return InvalidArgument(
        "the open form has the authority's own properties alone: what AddressBase says is under its licence; Ordnance "
        "Survey publishes its UPRNs and coordinates itself, as OS Open UPRN");
  }
  if (options.open) {
    selection.profile = Profile::kHub;  // who may read the file is anybody
  }
  // Of streets, and of an archive, it does not matter whose they are.
  int custodian_code = selection.custodian_code;
  if (selection.profile == Profile::kHub && options.content == TableContent::kProperties) {
    WENSUM_ASSIGN_OR_RETURN(const CustodianRecords found,
                            ReadCustodianRecords(reader, reg, {.before = std::nullopt, .after = AsOf(selection)}));
    WENSUM_ASSIGN_OR_RETURN(custodian_code, ChooseCustodian(found.records, custodian_code));
  }
  return std::unique_ptr<TableRows>(new TableRows(reader, reg, std::move(options), custodian_code));
}

TableRows::TableRows(const storage::Reader& reader, storage::RegisterId reg, TableSelection options, int custodian_code)
    : options_(std::move(options)),
      as_of_(AsOf(options_.selection)),
      selector_(reader, reg, options_.selection, custodian_code, {.before = std::nullopt, .after = as_of_}),
      properties_(
          reader, reg,
          [this](const storage::v1::GazetteerRow& row) { return selector_.TakesRow(row, selected_.excluded_lpis); }),
      walk_(reader, reg, OwnerOf(options_.content), {.before = std::nullopt, .after = as_of_}) {}

std::span<const TableColumn> TableRows::columns() const {
  if (options_.content == TableContent::kStreets) {
    return kStreetColumns;
  }
  return options_.open ? std::span<const TableColumn>(kPropertyColumns).first(kOpenColumns)
                       : std::span<const TableColumn>(kPropertyColumns);
}

absl::StatusOr<bool> TableRows::Next(TableRow* row) {
  while (true) {
    WENSUM_ASSIGN_OR_RETURN(const bool more, walk_.Next(&rows_));
    if (!more) {
      return false;
    }
    WENSUM_ASSIGN_OR_RETURN(const bool taken, Compose(rows_, row));
    if (taken) {
      return true;
    }
  }
}

absl::StatusOr<bool> TableRows::Compose(const OwnerRows& rows, TableRow* row) {
  WENSUM_ASSIGN_OR_RETURN(
      selected_, selector_.Select(OwnerOf(options_.content), rows, /*before=*/false, options_.selection.revision));
  held_back_ += selected_.held_back ? 1 : 0;
  if (!selected_.head) {
    return false;
  }
  if (streets()) {
    WENSUM_ASSIGN_OR_RETURN(const std::optional<v1::Street> street,
                            properties_.GetStreet(static_cast<uint32_t>(rows.id), as_of_));
    if (street.has_value()) {
      SetRow(*street, row);
    }
    return street.has_value();
  }
  v1::Property property;
  WENSUM_ASSIGN_OR_RETURN(const bool found,
                          properties_.FillProperty(rows.id, gazetteer::View::kBasic, as_of_, property));
  const bool placed = property.easting() != 0 || property.northing() != 0;
  if (!found || (options_.open && !placed)) {
    return false;
  }
  property.set_parent_uprn(selected_.parent);
  SetRow(property, options_.open, row);
  return true;
}

}  // namespace wensum::exports
