// Records 11, 12 and 15.
#include <algorithm>
#include <array>

#include "gazetteer/rules/row_judge.h"

namespace wensum::llpg {
namespace {

constexpr std::array<int, 5> kTypes = {1, 2, 3, 4, 9};
constexpr std::array<int, 4> kStates = {1, 2, 4, 5};
constexpr std::array<int, 3> kSurfaces = {1, 2, 3};
constexpr std::array<int, 5> kClasses = {4, 6, 8, 9, 10};
constexpr int kClosed = 4;

void JudgeAuthority(int code, RowJudge& judge) {
  constexpr std::string_view kColumn = "SWA_ORG_REF_NAMING";
  const std::vector<int>& known = judge.config().street_authorities;
  if (code == 0) {
    judge.Empty(RuleId::kStreetAuthority, kColumn);
  } else if (code < 0 || code > 9999 || (!known.empty() && std::ranges::find(known, code) == known.end())) {
    judge.Add(RuleId::kStreetAuthority, kColumn, Cat("The naming authority ", code, " is not known"));
  }
}

void JudgeEnd(std::string_view column, double x, double y, RowJudge& judge) {
  if (x == 0 && y == 0) {
    judge.Add(RuleId::kStreetEnds, column, Cat("The coordinates of ", column, " are missing"));
  } else if (!judge.config().coordinates.contains(x, y)) {
    judge.Add(RuleId::kStreetRange, column, Cat("The point ", x, ", ", y, " lies outside the range of coordinates"));
  }
}

void JudgeState(const model::Street& row, RowJudge& judge) {
  judge.Code(RuleId::kStreetState, "STATE", row.state, kStates, Presence::kOptional);
  if (row.state != 0 && row.state_date.empty()) {
    judge.Add(RuleId::kStreetStateDated, "STATE_DATE", Cat("The state ", row.state, " has no date"));
  }
  if (row.state == kClosed && row.dates.end.empty()) {
    judge.Add(RuleId::kStreetClosedNeedsEnd, "STREET_END_DATE", "The street is closed but has no end date");
  }
  if (row.state != kClosed && !row.dates.end.empty()) {
    judge.Add(RuleId::kStreetEndNeedsClosed, "STATE", "The street has an end date but is not closed");
  }
  if (row.state == 5 && row.record_type >= 2 && row.record_type <= 4) {
    judge.Add(RuleId::kStreetTypeState, "STATE",
              Cat("The street is of type ", row.record_type, " and for addressing only"));
  }
  if (!row.state_date.empty() && row.state_date < judge.config().first_state_date) {
    judge.Add(RuleId::kStreetStateDate, "STATE_DATE",
              Cat("The state's date ", row.state_date.ToString(), " is too early"));
  }
  judge.NotInFuture(RuleId::kStreetStateDate, "STATE_DATE", row.state_date);
}

}  // namespace

void JudgeRow(const model::Street& row, RowJudge& judge) {
  judge.Code(RuleId::kStreetType, "RECORD_TYPE", row.record_type, kTypes, Presence::kRequired);
  JudgeAuthority(row.swa_org_ref_naming, judge);
  JudgeState(row, judge);
  judge.Code(RuleId::kStreetSurface, "STREET_SURFACE", row.surface, kSurfaces, Presence::kOptional);
  judge.Code(RuleId::kStreetClass, "STREET_CLASSIFICATION", row.classification, kClasses, Presence::kOptional);
  judge.GivenDate(RuleId::kStreetEntryDate, "RECORD_ENTRY_DATE", row.dates.entry);
  judge.GivenDate(RuleId::kStreetLastUpdate, "LAST_UPDATE_DATE", row.dates.last_update);
  judge.UpdateNotBeforeEntry(RuleId::kStreetLastUpdate, row.dates);
  judge.GivenDate(RuleId::kStreetStartDate, "STREET_START_DATE", row.dates.start);
  judge.EndNotBeforeStart(RuleId::kStreetDatesOrdered, "STREET_END_DATE", row.dates);
  JudgeEnd("STREET_START_X", row.start_x, row.start_y, judge);
  JudgeEnd("STREET_END_X", row.end_x, row.end_y, judge);
  if (row.tolerance < 0 || row.tolerance > 99) {
    judge.Add(RuleId::kStreetTolerance, "STREET_TOLERANCE", Cat("The tolerance is ", row.tolerance));
  }
}

void JudgeRow(const model::StreetDescriptor& row, RowJudge& judge) {
  // AddressBase gives descriptors ten characters more.
  judge.Text(RuleId::kDescriptor, "STREET_DESCRIPTION", row.description, judge.published() ? 110 : 100,
             Presence::kRequired);
  judge.Text(RuleId::kDescriptorLocality, "LOCALITY_NAME", row.locality, 35);
  judge.Text(RuleId::kDescriptorTownLength, "TOWN_NAME", row.town, 30);
  judge.Text(RuleId::kDescriptorAreaLength, "ADMINISTRATIVE_AREA", row.administrative_area, 30);
  if (row.administrative_area.empty()) {
    judge.Empty(RuleId::kDescriptorArea, "ADMINISTRATIVE_AREA");
  }
  judge.Language(RuleId::kDescriptorLanguage, row.language);
  if (!row.locality.empty()) {
    if (row.town.empty()) {
      judge.Add(RuleId::kLocalityNeedsTown, "TOWN_NAME", "There is a locality but no town");
    } else if (EqualsIgnoreCaseAscii(row.locality, row.town)) {
      judge.Add(RuleId::kLocalityIsTown, "LOCALITY_NAME", Cat("The locality ", Quote(row.locality), " is the town"));
    }
  }
  judge.Dates(RuleId::kOtherDates, row.dates);
}

void JudgeRow(const model::StreetReference& /*row*/, RowJudge& /*judge*/) {}  // its key is all that is ruled

}  // namespace wensum::llpg
