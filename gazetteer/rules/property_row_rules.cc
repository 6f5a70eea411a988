// Records 21, 22 and 23.
#include <algorithm>
#include <array>

#include "gazetteer/rules/code_lists.h"
#include "gazetteer/rules/row_judge.h"
#include "gazetteer/rules/text_rules.h"

namespace wensum::llpg {
namespace {

constexpr std::array<int, 6> kStatuses = {1, 5, 6, 7, 8, 9};
constexpr std::array<int, 7> kStates = {1, 2, 3, 4, 5, 6, 7};
constexpr std::array<int, 6> kRpcs = {1, 2, 3, 4, 5, 9};
constexpr std::array<std::string_view, 7> kCountries = {"E", "W", "S", "N", "L", "M", "J"};
constexpr std::array<std::string_view, 4> kPostal2 = {"D", "N", "C", "L"};
constexpr std::array<std::string_view, 4> kPostal1 = {"S", "N", "C", "M"};
constexpr std::array<std::string_view, 7> kProvenances = {"T", "L", "F", "R", "P", "O", "U"};
constexpr std::array<std::string_view, 7> kPublishedSources = {"7666MT", "7666MA", "7666MI", "7666VC",
                                                               "7666VN", "7666OW", "7666OP"};

bool IsOwn(const model::Blpu& row, const RowJudge& judge) {
  const std::vector<int>& own = judge.config().own_custodians;
  return std::ranges::find(own, row.local_custodian_code) != own.end();
}

void JudgeState(const model::Blpu& row, RowJudge& judge) {
  judge.Code(RuleId::kBlpuStatus, "LOGICAL_STATUS", row.logical_status, kStatuses, Presence::kRequired);
  judge.Code(RuleId::kBlpuState, "BLPU_STATE", row.state, kStates, Presence::kOptional);
  if (judge.config().for_hub && (row.state == 5 || row.state == 7)) {
    judge.Add(RuleId::kBlpuState, "BLPU_STATE", Cat("The state ", row.state, " is a local one"));
  }
  if (row.logical_status > 0 && row.logical_status <= 9 && row.state >= 0 && row.state <= 7) {
    const CodeSet states = judge.config().states_of_status[static_cast<size_t>(row.logical_status)];
    if (!states.contains(row.state)) {
      judge.Add(RuleId::kBlpuStatusState, "BLPU_STATE",
                Cat("The status ", row.logical_status, " goes with the state ", states.ToString(), ", not with ",
                    row.state == 0 ? std::string("none") : Cat(row.state)));
    }
  }
  if ((row.state == 0) != row.state_date.empty()) {
    judge.Add(RuleId::kBlpuStateDated, "BLPU_STATE_DATE",
              row.state == 0 ? "There is a state's date without a state" : "There is a state without its date");
  }
  judge.NotInFuture(RuleId::kBlpuStateDate, "BLPU_STATE_DATE", row.state_date);
  judge.EndOfStatus(RuleId::kBlpuEndStatus, row.logical_status, row.dates.end);
}

void JudgeClass(const model::Blpu& row, RowJudge& judge) {
  const std::string& code = row.blpu_class;
  judge.Text(RuleId::kBlpuClass, "BLPU_CLASS", code, 4, Presence::kRequired);
  if (!code.empty() && code.size() <= 4 && !IsKnownClass(code)) {
    judge.Add(RuleId::kBlpuClass, "BLPU_CLASS", Cat("The class ", Quote(code), " is not in the list"));
  }
  const model::PartialDate& today = judge.context().today;
  if (row.logical_status == 1 && code.starts_with('U') && !today.empty() && !row.dates.start.empty()) {
    model::PartialDate settled = row.dates.start;
    settled.year = static_cast<int16_t>(settled.year + judge.config().settled_after_years);
    if (settled < today) {
      judge.Add(RuleId::kBlpuClassSettled, "BLPU_CLASS",
                Cat("The property was approved on ", row.dates.start.ToString(), " and is still of class ", code));
    }
  }
}

void JudgeOrganisation(const model::Blpu& row, RowJudge& judge) {
  const std::string& name = row.organisation;
  if (name.empty()) {
    return;
  }
  constexpr std::string_view kColumn = "ORGANISATION";
  judge.Text(RuleId::kOrganisation, kColumn, name, 100);
  if (const std::string_view odd = OutsideLatin8(name); !odd.empty()) {
    judge.Add(RuleId::kOrganisation, kColumn, Cat("The organisation has the character ", Quote(odd)));
  }
  if ((row.logical_status == 1 || row.logical_status == 6) && !BracketsBalanced(name)) {
    judge.Add(RuleId::kOrganisationBrackets, kColumn, Cat("The brackets in ", Quote(name), " do not match"));
  }
  if (const char mark = RepeatedPunctuation(name); mark != '\0') {
    judge.Add(RuleId::kOrganisationPunctuation, kColumn, Cat("The organisation has ", mark, " twice in a row"));
  }
  if (HasDoubleSpace(name)) {
    judge.Add(RuleId::kOrganisationSpaces, kColumn, "The organisation has two spaces in a row");
  }
}

void JudgePoint(const model::Blpu& row, RowJudge& judge) {
  constexpr std::string_view kColumn = "X_COORDINATE";
  if (row.x == 0 && row.y == 0) {
    judge.Add(RuleId::kBlpuPoint, kColumn, "The coordinates are missing");
    return;
  }
  if (!judge.config().coordinates.contains(row.x, row.y)) {
    judge.Add(RuleId::kBlpuRange, kColumn,
              Cat("The point ", row.x, ", ", row.y, " lies outside the range of coordinates"));
    return;
  }
  const std::vector<CheckedArea>& areas = judge.config().own_areas;
  const auto within = [&areas](double x, double y) {
    return std::ranges::any_of(areas, [x, y](const CheckedArea& box) { return box.contains(x, y); });
  };
  if (!areas.empty() && IsOwn(row, judge) && !within(row.x, row.y)) {
    judge.Add(RuleId::kBlpuArea, kColumn,
              Cat("The point ", row.x, ", ", row.y, " lies outside the authority's area",
                  within(row.y, row.x) ? " (it would lie inside with easting and northing swapped)" : ""));
  }
}

void JudgeNumberRange(const model::Blpu& row, RowJudge& judge) {
  const RuleConfig& config = judge.config();
  if (config.uprn_ranges.empty() || row.uprn.empty() || !IsOwn(row, judge) ||
      row.dates.entry < config.uprn_ranges_since) {
    return;
  }
  const uint64_t number = row.uprn.value();
  if (std::ranges::none_of(config.uprn_ranges,
                           [number](const NumberRange& r) { return number >= r.first && number <= r.last; })) {
    judge.Add(RuleId::kUprnRange, "UPRN", Cat("The new UPRN ", number, " is outside the authority's ranges"));
  }
}

}  // namespace

void JudgeRow(const model::Blpu& row, RowJudge& judge) {
  JudgeNumberRange(row, judge);
  JudgeState(row, judge);
  if (judge.On(RuleId::kBlpuClass)) {
    JudgeClass(row, judge);
    JudgeOrganisation(row, judge);
  }
  if (!row.uprn.empty() && row.parent_uprn == row.uprn) {
    judge.Add(RuleId::kParentNotSelf, "PARENT_UPRN", "The property is its own parent");
  }
  JudgePoint(row, judge);
  judge.Code(RuleId::kRpc, "RPC", row.rpc, kRpcs, Presence::kRequired);
  if (row.rpc == 3 || row.rpc == 5 || row.rpc == 9) {
    judge.Add(RuleId::kRpcHub, "RPC", Cat("The position's quality is ", row.rpc));
  }
  if (row.local_custodian_code == 0) {
    judge.Empty(RuleId::kBlpuCustodian, "LOCAL_CUSTODIAN_CODE");
  } else if (const std::vector<int>& further = judge.config().further_custodians;
             !IsKnownCustodian(row.local_custodian_code) && !IsOwn(row, judge) &&
             std::ranges::find(further, row.local_custodian_code) == further.end()) {
    judge.Add(RuleId::kBlpuCustodian, "LOCAL_CUSTODIAN_CODE",
              Cat("The custodian ", row.local_custodian_code, " is not known"));
  }
  judge.StartDate(RuleId::kBlpuStart, "START_DATE", row.dates.start);
  judge.EndNotBeforeStart(RuleId::kBlpuDatesOrdered, "END_DATE", row.dates);
  judge.NotInFuture(RuleId::kBlpuDatesOrdered, "END_DATE", row.dates.end);
  judge.NotInFuture(RuleId::kBlpuLastUpdate, "LAST_UPDATE_DATE", row.dates.last_update);
  judge.NotInFuture(RuleId::kBlpuLastUpdate, "ENTRY_DATE", row.dates.entry);
  judge.UpdateNotBeforeEntry(RuleId::kBlpuLastUpdate, row.dates);
  judge.Text(RuleId::kBlpuWard, "WARD_CODE", row.ward_code, 10);
  judge.Text(RuleId::kBlpuParish, "PARISH_CODE", row.parish_code, 10);
  if (judge.published()) {
    const bool first = judge.context().origin.format == model::GazetteerFormat::kAddressBasePremium1;
    judge.Code(RuleId::kBlpuCountry, "COUNTRY", row.country, kCountries,
               first ? Presence::kOptional : Presence::kRequired);
    judge.Code(RuleId::kBlpuPostal, "ADDRESSBASE_POSTAL", row.addressbase_postal, first ? kPostal1 : kPostal2,
               Presence::kRequired);
    if (row.postcode_locator.empty()) {
      judge.Empty(RuleId::kBlpuLocator, "POSTCODE_LOCATOR");
    }
    judge.Postcode(RuleId::kBlpuLocator, "POSTCODE_LOCATOR", row.postcode_locator);
  }
}

void JudgeRow(const model::Provenance& row, RowJudge& judge) {
  judge.Code(RuleId::kProvenanceCode, "PROVENANCE_CODE", row.code, kProvenances, Presence::kRequired);
  judge.Text(RuleId::kProvenanceAnnotation, "ANNOTATION", row.annotation, 30);
  if (row.dates.start.empty()) {
    judge.Empty(RuleId::kProvenanceDates, "START_DATE");
  }
  judge.Dates(RuleId::kProvenanceDates, row.dates);
}

void JudgeRow(const model::CrossReference& row, RowJudge& judge) {
  judge.Text(RuleId::kXrefReference, "CROSS_REFERENCE", row.cross_reference, 50, Presence::kRequired);
  judge.Text(RuleId::kXrefSource, "SOURCE", row.source, 6, Presence::kRequired);
  const std::vector<std::string>& known = judge.config().xref_sources;
  const bool published = row.source.starts_with("7666");
  if (published ? std::ranges::find(kPublishedSources, row.source) == kPublishedSources.end()
                : (!known.empty() && !row.source.empty() && std::ranges::find(known, row.source) == known.end())) {
    judge.Add(RuleId::kXrefSource, "SOURCE", Cat("The source ", Quote(row.source), " is not known"));
  }
  judge.GivenDate(RuleId::kXrefDates, "START_DATE", row.dates.start);
  judge.GivenDate(RuleId::kXrefDates, "LAST_UPDATE_DATE", row.dates.last_update);
  judge.GivenDate(RuleId::kXrefDates, "ENTRY_DATE", row.dates.entry);
  judge.UpdateNotBeforeEntry(RuleId::kXrefDates, row.dates);
  judge.EndNotBeforeStart(RuleId::kXrefDatesOrdered, "END_DATE", row.dates);
}

}  // namespace wensum::llpg
