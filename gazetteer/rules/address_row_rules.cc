// Record 24.
#include <array>

#include "gazetteer/rules/facts.h"
#include "gazetteer/rules/row_judge.h"
#include "gazetteer/rules/text_rules.h"

namespace wensum::llpg {
namespace {

constexpr std::array<int, 7> kStatuses = {1, 3, 5, 6, 7, 8, 9};
constexpr std::array<std::string_view, 5> kPostalFlags = {"Y", "N", "A", "P", "L"};
constexpr std::array<std::string_view, 4> kOfficialFlags = {"Y", "N", "R", "C"};
constexpr std::array<std::string_view, 2> kUsrnMatches = {"1", "2"};
constexpr int kProvisional = 6;

// The column names of a primary or secondary addressable object.
struct ObjectColumns {
  std::string_view start_number, start_suffix, end_number, end_suffix, text;
};
constexpr ObjectColumns kPaoColumns = {"PAO_START_NUMBER", "PAO_START_SUFFIX", "PAO_END_NUMBER", "PAO_END_SUFFIX",
                                       "PAO_TEXT"};
constexpr ObjectColumns kSaoColumns = {"SAO_START_NUMBER", "SAO_START_SUFFIX", "SAO_END_NUMBER", "SAO_END_SUFFIX",
                                       "SAO_TEXT"};

void JudgeSuffix(std::string_view column, std::string_view suffix, bool has_number, RowJudge& judge) {
  if (suffix.empty()) {
    return;
  }
  if (!has_number) {
    judge.Add(RuleId::kSuffixNeedsNumber, column, Cat("The suffix ", Quote(suffix), " has no number"));
  }
  if (CharacterCount(suffix) > (judge.config().bilingual || judge.published() ? 2 : 1)) {
    judge.Add(RuleId::kSuffixLength, column, Cat("The suffix ", Quote(suffix), " is too long"));
  }
  for (const char c : suffix) {
    if (!IsUpper(c)) {
      judge.Add(RuleId::kSuffixLetters, column, Cat("The suffix ", Quote(suffix), " is not of letters A to Z"));
      break;
    }
  }
}

void JudgeNumbers(const model::AddressableObject& object, const ObjectColumns& columns, RowJudge& judge) {
  JudgeSuffix(columns.start_suffix, object.start_suffix, object.has_number, judge);
  JudgeSuffix(columns.end_suffix, object.end_suffix, object.end_number != 0, judge);
  if (object.end_number != 0) {
    const bool above = object.end_number > object.start_number ||
                       (object.end_number == object.start_number && object.end_suffix > object.start_suffix);
    if (!object.has_number) {
      judge.Add(RuleId::kEndNeedsStart, columns.end_number,
                Cat("The end number ", object.end_number, " has no start number"));
    } else if (!above) {
      judge.Add(RuleId::kNumberRange, columns.end_number,
                Cat("The end number ", object.end_number, " is not above the start number ", object.start_number));
    }
  }
  const auto judge_size = [&](std::string_view column, int number) {
    if (number < 0 || number > 9999) {
      judge.Add(RuleId::kNumberSize, column, Cat("The number ", number, " is not from 0 to 9999"));
    }
  };
  judge_size(columns.start_number, object.start_number);
  judge_size(columns.end_number, object.end_number);
}

void JudgeText(RuleId characters, const std::string& text, std::string_view column, RowJudge& judge) {
  if (text.empty()) {
    return;
  }
  judge.Text(RuleId::kLpiTexts, column, text, 90);
  if (const std::string_view odd = OutsideLatin8(text); !odd.empty()) {
    judge.Add(characters, column, Cat("The text has the character ", Quote(odd)));
  }
  if (!judge.On(RuleId::kTextPlain)) {
    return;
  }
  if (IsDigits(text)) {
    judge.Add(RuleId::kTextBareNumber, column, Cat("The text ", Quote(text), " is only a number"));
  }
  if (const std::string_view piece = AgainstConvention(text); !piece.empty()) {
    judge.Add(RuleId::kTextConvention, column, Cat("The text has ", Quote(piece)));
  }
  if (const std::string_view word = AddressAbbreviation(text); !word.empty()) {
    judge.Add(RuleId::kTextPlain, column, Cat("The text has the abbreviation ", Quote(word)));
  } else if (const char letter = TripledLetter(text); letter != '\0') {
    judge.Add(RuleId::kTextPlain, column, Cat("The text has the letter ", letter, " three times in a row"));
  }
  if (text.front() == ' ' || HasDoubleSpace(text)) {
    judge.Add(RuleId::kTextSpaces, column, "The text has a leading or a double space");
  }
}

void JudgeObjects(const model::Lpi& row, RowJudge& judge) {
  JudgeNumbers(row.sao, kSaoColumns, judge);
  JudgeText(RuleId::kSaoCharacters, row.sao.text, kSaoColumns.text, judge);
  JudgeNumbers(row.pao, kPaoColumns, judge);
  JudgeText(RuleId::kPaoCharacters, row.pao.text, kPaoColumns.text, judge);
  if (row.pao.empty()) {
    judge.Add(RuleId::kPao, "PAO_TEXT", "The primary addressable object has neither number nor text");
  }
  if (!row.pao.text.empty() && EqualsIgnoreCaseAscii(row.pao.text, row.sao.text)) {
    judge.Add(RuleId::kPaoIsSao, "SAO_TEXT", Cat("PAO_TEXT and SAO_TEXT are both ", Quote(row.pao.text)));
  }
  if (IsStreetRecordText(row.pao.text) && (row.pao.has_number || row.pao.end_number != 0 || !row.sao.empty())) {
    judge.Add(RuleId::kStreetRecordPlain, "PAO_TEXT", "The street record has a number or a secondary object");
  }
}

void JudgePostal(const model::Lpi& row, RowJudge& judge) {
  judge.Code(RuleId::kPostalFlag, "POSTAL_ADDRESS", row.postal_address, kPostalFlags, Presence::kRequired);
  const bool postcode = !row.postcode.empty();
  const bool town = !row.post_town.empty();
  const std::string_view missing = !postcode ? "POSTCODE" : "POST_TOWN";
  const char flag = row.postal_address.size() == 1 ? row.postal_address[0] : ' ';
  if ((flag == 'Y' || flag == 'A' || flag == 'L') && !(postcode && town)) {
    judge.Add(RuleId::kPostalComplete, missing, Cat("The postal flag is ", flag, ", but ", missing, " is empty"));
  }
  if (flag == 'N' && row.logical_status != kProvisional && (postcode || town)) {
    const std::string_view present = postcode ? "POSTCODE" : "POST_TOWN";
    judge.Add(RuleId::kPostalNone, present, Cat("The postal flag is N, but ", present, " is filled"));
  }
  if (flag == 'P' && !(postcode && town)) {
    judge.Add(RuleId::kPostalPseudo, missing, Cat("The postal flag is P, but ", missing, " is empty"));
  }
}

}  // namespace

void JudgeRow(const model::Lpi& row, RowJudge& judge) {
  judge.Language(RuleId::kLpiLanguage, row.language);
  judge.Code(RuleId::kLpiStatus, "LOGICAL_STATUS", row.logical_status, kStatuses, Presence::kRequired);
  judge.StartDate(RuleId::kLpiStart, "START_DATE", row.dates.start);
  judge.EndNotBeforeStart(RuleId::kLpiDatesOrdered, "END_DATE", row.dates);
  judge.EndOfStatus(RuleId::kLpiEndStatus, row.logical_status, row.dates.end);
  judge.GivenDate(RuleId::kLpiLastUpdate, "LAST_UPDATE_DATE", row.dates.last_update);
  judge.UpdateNotBeforeEntry(RuleId::kLpiLastUpdate, row.dates);
  JudgeObjects(row, judge);
  judge.Text(RuleId::kLpiTexts, "LEVEL", row.level, 30);
  judge.Text(RuleId::kLpiTexts, "POST_TOWN", row.post_town, 30);
  judge.Text(RuleId::kLpiTexts, "POSTCODE", row.postcode, 8);
  judge.Text(RuleId::kLpiTexts, "AREA_NAME", row.area_name, 40);
  if (judge.On(RuleId::kPostalFlag)) {
    JudgePostal(row, judge);
  }
  judge.Postcode(RuleId::kLpiPostcode, "POSTCODE", row.postcode);
  judge.Code(RuleId::kOfficialFlag, "OFFICIAL_FLAG", row.official_flag, kOfficialFlags, Presence::kOptional);
  if (judge.published()) {
    judge.Code(RuleId::kUsrnMatch, "USRN_MATCH_INDICATOR", row.usrn_match_indicator, kUsrnMatches, Presence::kRequired);
  }
}

}  // namespace wensum::llpg
