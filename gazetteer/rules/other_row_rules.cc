// Records 28, 30, 31 and 32, and postcodes.
#include <array>

#include "gazetteer/rules/code_lists.h"
#include "gazetteer/rules/row_judge.h"

namespace wensum::llpg {
namespace {

constexpr std::array<std::string_view, 2> kPostcodeTypes = {"S", "L"};
constexpr std::array<int, 7> kQualities = {10, 20, 30, 40, 50, 60, 90};
constexpr int kNoPosition = 90;
constexpr std::string_view kAddressBaseScheme = "AddressBase Premium Classification Scheme";

}  // namespace

void JudgeRow(const model::DeliveryPoint& row, RowJudge& judge) {
  constexpr RuleId kRule = RuleId::kDeliveryPoint;
  judge.Text(kRule, "ORGANISATION_NAME", row.organisation_name, 60);
  judge.Text(kRule, "DEPARTMENT_NAME", row.department_name, 60);
  judge.Text(kRule, "SUB_BUILDING_NAME", row.sub_building_name, 30);
  judge.Text(kRule, "BUILDING_NAME", row.building_name, 80);
  judge.Text(kRule, "BUILDING_NUMBER", row.building_number, 4);
  judge.Text(kRule, "POST_TOWN", row.post_town, 30, Presence::kRequired);
  judge.Code(kRule, "POSTCODE_TYPE", row.postcode_type, kPostcodeTypes, Presence::kOptional);
  judge.Text(kRule, "DELIVERY_POINT_SUFFIX", row.delivery_point_suffix, 2);
  if (row.postcode.empty()) {
    judge.Empty(RuleId::kDeliveryPostcode, "POSTCODE");
  }
  judge.Postcode(RuleId::kDeliveryPostcode, "POSTCODE", row.postcode);
  judge.Dates(RuleId::kOtherDates, row.dates);
}

void JudgeRow(const model::Successor& row, RowJudge& judge) {
  if (row.successor.empty()) {
    judge.Empty(RuleId::kSuccessor, "SUCCESSOR");
  }
  judge.Dates(RuleId::kOtherDates, row.dates);
}

void JudgeRow(const model::PropertyOrganisation& row, RowJudge& judge) {
  judge.Text(RuleId::kPropertyOrganisation, "ORGANISATION", row.organisation, 100, Presence::kRequired);
  judge.Text(RuleId::kPropertyOrganisation, "LEGAL_NAME", row.legal_name, 60);
  judge.Dates(RuleId::kOtherDates, row.dates);
}

void JudgeRow(const model::Classification& row, RowJudge& judge) {
  judge.Text(RuleId::kClassification, "CLASSIFICATION_CODE", row.code, 6, Presence::kRequired);
  judge.Text(RuleId::kClassification, "CLASS_SCHEME", row.scheme, 60, Presence::kRequired);
  if (!row.code.empty() && row.scheme == kAddressBaseScheme && !IsKnownClass(row.code)) {
    judge.Add(RuleId::kClassification, "CLASSIFICATION_CODE",
              Cat("The class ", Quote(row.code), " is not in the list"));
  }
  judge.Dates(RuleId::kOtherDates, row.dates);
}

void JudgeRow(const model::PostcodeCentroid& row, RowJudge& judge) {
  judge.Code(RuleId::kCentroidQuality, "Positional_quality_indicator", row.quality, kQualities, Presence::kRequired);
  constexpr std::string_view kColumn = "Eastings";
  const bool given = row.x != 0 || row.y != 0;
  if (row.quality == kNoPosition) {
    if (given) {
      judge.Add(RuleId::kCentroidPoint, kColumn, "The quality 90 says that there is no position, but one is given");
    }
  } else if (!given) {
    judge.Add(RuleId::kCentroidPoint, kColumn, "The coordinates are missing");
  } else if (!judge.config().coordinates.contains(row.x, row.y)) {
    judge.Add(RuleId::kCentroidPoint, kColumn,
              Cat("The point ", row.x, ", ", row.y, " lies outside the range of coordinates"));
  }
}

}  // namespace wensum::llpg
