#include "tests/gazetteer/rules/rule_world.h"

#include "base/strings.h"
#include "gazetteer/rules/register_check.h"
#include "gazetteer/rules/row_rules.h"

namespace wensum::llpg {
namespace {

const model::RecordDates kDates = {
    .start = {2001, 5, 7}, .end = {}, .last_update = {2020, 1, 2}, .entry = {2001, 5, 8}};

model::Blpu MakeBlpu(uint64_t uprn, std::string blpu_class) {
  model::Blpu row;
  row.uprn = *model::Uprn::Create(uprn);
  row.logical_status = 1;
  row.state = 2;
  row.state_date = {2001, 5, 7};
  row.blpu_class = std::move(blpu_class);
  row.x = 623050;
  row.y = 308050;
  row.rpc = 1;
  row.local_custodian_code = 2625;
  row.ward_code = "E05002900";
  row.country = "E";
  row.addressbase_postal = "D";
  row.postcode_locator = "NR1 1AB";
  row.dates = kDates;
  return row;
}

model::Lpi MakeLpi(uint64_t uprn, uint64_t key) {
  model::Lpi row;
  row.uprn = *model::Uprn::Create(uprn);
  row.lpi_key = TestKey('L', key);
  row.language = "ENG";
  row.logical_status = 1;
  row.pao.has_number = true;
  row.pao.start_number = 12;
  row.usrn = *model::Usrn::Create(World::kUsrn);
  row.postal_address = "Y";
  row.postcode = "NR1 1AB";
  row.post_town = "NORWICH";
  row.official_flag = "Y";
  row.usrn_match_indicator = "1";
  row.dates = kDates;
  return row;
}

}  // namespace

std::string TestKey(char letter, uint64_t number) {
  const std::string digits = Cat(number);
  return Cat("2625", letter, std::string(9 - digits.size(), '0'), digits);
}

World::World() {
  street = NewStreet(kUsrn);
  descriptor = NewDescriptor(kUsrn, "Alexandra Close");
  shell = MakeBlpu(kShell, "PP");
  shell_lpi = MakeLpi(kShell, 1);
  shell_lpi->postal_address = "N";
  shell_lpi->postcode.clear();
  shell_lpi->post_town.clear();
  flat = MakeBlpu(kFlat, "RD06");
  flat->parent_uprn = shell->uprn;
  flat_lpi = MakeLpi(kFlat, 2);
  flat_lpi->sao.text = "Flat 1";
  xref.emplace();
  xref->uprn = flat->uprn;
  xref->xref_key = TestKey('X', 1);
  xref->cross_reference = "20001000026";
  xref->source = "CTAX";
  xref->dates = kDates;
  provenance.emplace();
  provenance->uprn = flat->uprn;
  provenance->provenance_key = TestKey('P', 1);
  provenance->code = "T";
  provenance->dates = kDates;
}

model::Blpu World::NewBlpu(uint64_t number) const {
  model::Blpu row = MakeBlpu(kShell - 1 + number, "RD06");
  row.parent_uprn = *model::Uprn::Create(kShell);
  return row;
}

model::Lpi World::NewLpi(uint64_t number) const {
  model::Lpi row = MakeLpi(kShell - 1 + number, number);
  row.sao.text = Cat("Flat ", number);
  return row;
}

void World::AddProperty(const model::Blpu& blpu, const model::Lpi& lpi) {
  more.emplace_back(blpu);
  more.emplace_back(lpi);
}

model::Street World::NewStreet(uint32_t usrn) const {
  model::Street row;
  row.usrn = *model::Usrn::Create(usrn);
  row.record_type = 1;
  row.swa_org_ref_naming = 2600;
  row.state = 2;
  row.state_date = {1995, 7, 9};
  row.surface = 1;
  row.classification = 8;
  row.dates = kDates;
  row.start_x = 623000;
  row.start_y = 308000;
  row.end_x = 623100.5;
  row.end_y = 308100.25;
  row.tolerance = 10;
  return row;
}

model::StreetDescriptor World::NewDescriptor(uint32_t usrn, const std::string& name) const {
  model::StreetDescriptor row;
  row.usrn = *model::Usrn::Create(usrn);
  row.description = name;
  row.town = "NORWICH";
  row.administrative_area = "NORFOLK";
  row.language = "ENG";
  return row;
}

void World::MakeStreetRecord() {
  flat->blpu_class = "PS";
  flat->parent_uprn = {};
  flat->x = street->start_x;
  flat->y = street->start_y;
  flat_lpi->sao = {};
  flat_lpi->pao = {};
  flat_lpi->pao.text = "STREET RECORD";
  flat_lpi->postal_address = "N";
  flat_lpi->postcode.clear();
  flat_lpi->post_town.clear();
}

void World::SetFlatStatus(int status) {
  flat->logical_status = status;
  flat_lpi->logical_status = status;
  flat->state = status == 8 ? 4 : (status == 1 ? 2 : 1);
  const bool ended = status >= 7;
  flat->dates.end = ended ? model::PartialDate{2019, 12, 31} : model::PartialDate();
  flat_lpi->dates.end = flat->dates.end;
}

std::vector<model::GazetteerRow> World::Rows() const {
  std::vector<model::GazetteerRow> rows;
  const auto add = [&rows](const auto& row) {
    if (row.has_value()) {
      rows.emplace_back(*row);
    }
  };
  add(street);
  add(descriptor);
  add(shell);
  add(shell_lpi);
  add(flat);
  add(flat_lpi);
  add(xref);
  add(provenance);
  rows.insert(rows.end(), more.begin(), more.end());
  return rows;
}

std::vector<Finding> World::Check() const {
  RegisterCheck whole(config);
  std::vector<Finding> findings;
  uint32_t line = 0;
  for (const model::GazetteerRow& row : Rows()) {
    ++line;
    const size_t before = findings.size();
    CheckRow(row, {.config = &config, .origin = {.format = format, .line = line}, .today = today}, &findings);
    bool stored = true;
    for (size_t i = before; i < findings.size(); ++i) {
      stored = stored && findings[i].severity != Severity::kReject;
    }
    if (stored) {
      whole.Add(row, model::ChangeType::kInsert, {.format = format, .line = line}, &findings);
    }
  }
  whole.Finish([&](Finding finding) { findings.push_back(std::move(finding)); });
  return findings;
}

}  // namespace wensum::llpg
