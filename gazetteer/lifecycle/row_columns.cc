#include "gazetteer/lifecycle/row_columns.h"

#include <utility>
#include <variant>

#include "base/strings.h"

namespace wensum::llpg {
namespace {

class Columns {
 public:
  void Add(std::string_view name, std::string value) { columns_.push_back({name, std::move(value)}); }
  void Add(std::string_view name, int value) { Add(name, value == 0 ? std::string() : Cat(value)); }
  void Add(std::string_view name, double value) { Add(name, value == 0 ? std::string() : Cat(value)); }
  void Add(std::string_view name, model::PartialDate value) { Add(name, value.ToString()); }

  void AddDates(const model::RecordDates& dates) {
    Add("START_DATE", dates.start);
    Add("END_DATE", dates.end);
    Add("ENTRY_DATE", dates.entry);
    Add("LAST_UPDATE_DATE", dates.last_update);
  }

  void AddObject(bool primary, const model::AddressableObject& object) {
    Add(primary ? "PAO_START_NUMBER" : "SAO_START_NUMBER",
        object.has_number ? Cat(object.start_number) : std::string());
    Add(primary ? "PAO_START_SUFFIX" : "SAO_START_SUFFIX", object.start_suffix);
    Add(primary ? "PAO_END_NUMBER" : "SAO_END_NUMBER", object.end_number);
    Add(primary ? "PAO_END_SUFFIX" : "SAO_END_SUFFIX", object.end_suffix);
    Add(primary ? "PAO_TEXT" : "SAO_TEXT", object.text);
  }

  void AddRow(const model::Street& row) {
    Add("RECORD_TYPE", row.record_type);
    Add("SWA_ORG_REF_NAMING", row.swa_org_ref_naming);
    Add("STATE", row.state);
    Add("STATE_DATE", row.state_date);
    Add("STREET_SURFACE", row.surface);
    Add("STREET_CLASSIFICATION", row.classification);
    Add("VERSION", row.version);
    Add("STREET_START_X", row.start_x);
    Add("STREET_START_Y", row.start_y);
    Add("STREET_END_X", row.end_x);
    Add("STREET_END_Y", row.end_y);
    Add("STREET_TOLERANCE", row.tolerance);
    AddDates(row.dates);
  }
  void AddRow(const model::StreetDescriptor& row) {
    Add("STREET_DESCRIPTION", row.description);
    Add("LOCALITY_NAME", row.locality);
    Add("TOWN_NAME", row.town);
    Add("ADMINISTRATIVE_AREA", row.administrative_area);
    AddDates(row.dates);
  }
  void AddRow(const model::Blpu& row) {
    Add("LOGICAL_STATUS", row.logical_status);
    Add("BLPU_STATE", row.state);
    Add("BLPU_STATE_DATE", row.state_date);
    Add("BLPU_CLASS", row.blpu_class);
    Add("PARENT_UPRN", row.parent_uprn.empty() ? std::string() : row.parent_uprn.ToString());
    Add("X_COORDINATE", row.x);
    Add("Y_COORDINATE", row.y);
    Add("RPC", row.rpc);
    Add("LOCAL_CUSTODIAN_CODE", row.local_custodian_code);
    Add("ORGANISATION", row.organisation);
    Add("WARD_CODE", row.ward_code);
    Add("PARISH_CODE", row.parish_code);
    AddDates(row.dates);
  }
  void AddRow(const model::CrossReference& row) {
    Add("CROSS_REFERENCE", row.cross_reference);
    Add("SOURCE", row.source);
    AddDates(row.dates);
  }
  void AddRow(const model::Lpi& row) {
    Add("LANGUAGE", row.language);
    Add("LOGICAL_STATUS", row.logical_status);
    AddObject(/*primary=*/false, row.sao);
    AddObject(/*primary=*/true, row.pao);
    Add("USRN", row.usrn.empty() ? std::string() : row.usrn.ToString());
    Add("LEVEL", row.level);
    Add("POSTAL_ADDRESS", row.postal_address);
    Add("POSTCODE", row.postcode);
    Add("POST_TOWN", row.post_town);
    Add("OFFICIAL_FLAG", row.official_flag);
    AddDates(row.dates);
  }
  template <typename Row>
  void AddRow(const Row& /*no operation changes such*/) {}

  std::vector<Column> Take() { return std::move(columns_); }

 private:
  std::vector<Column> columns_;
};

}  // namespace

std::vector<Column> ColumnsOf(const model::GazetteerRow& row) {
  Columns columns;
  std::visit([&columns](const auto& content) { columns.AddRow(content); }, row);
  return columns.Take();
}

std::vector<ColumnChange> CompareRows(const std::optional<model::GazetteerRow>& before,
                                      const std::optional<model::GazetteerRow>& after) {
  std::vector<Column> was = before.has_value() ? ColumnsOf(*before) : std::vector<Column>();
  std::vector<Column> now = after.has_value() ? ColumnsOf(*after) : std::vector<Column>();
  // Versions of one row have the same columns; one that is not there takes the other's, empty.
  const std::vector<Column>& names = was.empty() ? now : was;
  std::vector<ColumnChange> changes;
  for (size_t i = 0; i < names.size(); ++i) {
    std::string from = was.empty() ? std::string() : std::move(was[i].value);
    std::string to = now.empty() ? std::string() : std::move(now[i].value);
    if (from != to) {
      changes.push_back({names[i].name, std::move(from), std::move(to)});
    }
  }
  return changes;
}

}  // namespace wensum::llpg
