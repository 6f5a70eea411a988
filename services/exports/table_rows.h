// The properties and streets that a table has, one by one: what CSV, GeoJSON and GeoPackage share.
#ifndef WENSUM_SERVICES_EXPORTS_TABLE_ROWS_H_
#define WENSUM_SERVICES_EXPORTS_TABLE_ROWS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/exports/export.h"
#include "services/exports/row_selector.h"
#include "services/exports/row_walk.h"
#include "services/gazetteer/property_reader.h"
#include "storage/keys.h"
#include "storage/store.h"

namespace wensum::exports {

enum class TableContent : uint8_t { kProperties, kStreets };

enum class ColumnKind : uint8_t { kText, kInteger, kMetres };

struct TableColumn {
  std::string_view name;
  ColumnKind kind = ColumnKind::kText;
};

// Metres of the National Grid (EPSG:27700).
struct TablePoint {
  double x = 0;
  double y = 0;
  [[nodiscard]] bool empty() const { return x == 0 && y == 0; }
};

struct TableRow {
  uint64_t id = 0;                  // UPRN or USRN
  std::vector<std::string> values;  // by column; integers and metres as digits, what is not known empty
  TablePoint start;                 // of a property: where it is
  TablePoint end;                   // of a street
};

struct TableSelection {
  Selection selection;
  TableContent content = TableContent::kProperties;
  // UPRN and coordinate alone: what the authority may publish under the Open Government Licence, that is of its own
  // properties. Whatever the profile says, what the hub may not have is held back; rows of AddressBase cannot be asked
  // for, and properties without a coordinate are left out. Of kProperties only.
  bool open = false;
};

// In the order of identifiers. Not thread-safe.
class TableRows {
 public:
  // `reader` must show one state and outlive the rows. INVALID_ARGUMENT for options that exclude each other;
  // FAILED_PRECONDITION if under Profile::kHub it cannot be told whose properties are meant.
  static absl::StatusOr<std::unique_ptr<TableRows>> Open(const storage::Reader& reader, storage::RegisterId reg,
                                                         TableSelection options);
  TableRows(const TableRows&) = delete;
  TableRows& operator=(const TableRows&) = delete;

  // The next row; false at the end. Errors come from the store.
  absl::StatusOr<bool> Next(TableRow* row);

  [[nodiscard]] std::span<const TableColumn> columns() const;
  [[nodiscard]] bool streets() const { return options_.content == TableContent::kStreets; }
  // Properties that the profile held back so far.
  [[nodiscard]] uint64_t held_back() const { return held_back_; }

 private:
  TableRows(const storage::Reader& reader, storage::RegisterId reg, TableSelection options, int custodian_code);

  // False if the table does not have the street or property. What it has shows nothing of rows that are left out.
  absl::StatusOr<bool> Compose(const OwnerRows& rows, TableRow* row);

  const TableSelection options_;
  const std::optional<uint64_t> as_of_;
  RowSelector selector_;
  const gazetteer::PropertyReader properties_;
  RowWalk walk_;
  OwnerRows rows_;
  SelectedRows selected_;  // of rows_
  uint64_t held_back_ = 0;
};

// `value` with so many decimals.
std::string FixedText(double value, int decimals);

}  // namespace wensum::exports

#endif  // WENSUM_SERVICES_EXPORTS_TABLE_ROWS_H_
