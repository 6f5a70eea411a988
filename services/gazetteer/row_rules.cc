#include "services/gazetteer/row_rules.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <span>
#include <type_traits>
#include <variant>

#include "base/strings.h"
#include "model/grid_reference.h"
#include "model/postcode.h"

namespace wensum::gazetteer {
namespace {

// Formats in which a column exists or is mandatory, as bits of (1 << GazetteerFormat).
constexpr unsigned kDtf = 1U << 1;
constexpr unsigned kAbp2 = 1U << 2;
constexpr unsigned kAbp1 = 1U << 3;
constexpr unsigned kCodePoint = 1U << 4;
constexpr unsigned kAbp = kAbp1 | kAbp2;
constexpr unsigned kAll = kDtf | kAbp;
constexpr unsigned kNever = 0;

// Code lists (design: layouts.json, enums).
constexpr std::array<int, 6> kBlpuStatuses = {1, 5, 6, 7, 8, 9};
constexpr std::array<int, 7> kLpiStatuses = {1, 3, 5, 6, 7, 8, 9};
constexpr std::array<int, 7> kBlpuStates = {1, 2, 3, 4, 5, 6, 7};
constexpr std::array<int, 6> kRpcs = {1, 2, 3, 4, 5, 9};
constexpr std::array<int, 5> kStreetTypes = {1, 2, 3, 4, 9};
constexpr std::array<int, 4> kStreetStates = {1, 2, 4, 5};
constexpr std::array<int, 3> kSurfaces = {1, 2, 3};
constexpr std::array<int, 5> kStreetClasses = {4, 6, 8, 9, 10};
constexpr std::array<int, 7> kPositionalQualities = {10, 20, 30, 40, 50, 60, 90};
constexpr std::array<std::string_view, 3> kLanguages = {"ENG", "CYM", "GAE"};
constexpr std::array<std::string_view, 5> kPostalAddress = {"Y", "N", "A", "P", "L"};
constexpr std::array<std::string_view, 6> kAddressBasePostal = {"D", "N", "C", "L", "S", "M"};
constexpr std::array<std::string_view, 4> kOfficialFlags = {"Y", "N", "R", "C"};
constexpr std::array<std::string_view, 7> kProvenanceCodes = {"T", "L", "F", "R", "P", "O", "U"};
constexpr std::array<std::string_view, 2> kUsrnMatch = {"1", "2"};
constexpr std::array<std::string_view, 7> kCountries = {"E", "W", "S", "N", "L", "M", "J"};
constexpr std::array<std::string_view, 2> kPostcodeTypes = {"S", "L"};

template <typename Row>
struct TextRule {
  std::string_view column;
  std::string Row::* member;
  size_t max_length;
  unsigned mandatory;
  std::span<const std::string_view> codes = {};  // empty: free text
};

template <typename Row>
struct CodeRule {
  std::string_view column;
  int Row::* member;
  std::span<const int> codes;
  unsigned mandatory;
};

constexpr TextRule<model::StreetDescriptor> kDescriptorTexts[] = {
    {"STREET_DESCRIPTION", &model::StreetDescriptor::description, 110, kAll},
    {"LOCALITY_NAME", &model::StreetDescriptor::locality, 35, kNever},
    {"TOWN_NAME", &model::StreetDescriptor::town, 30, kNever},
    {"ADMINISTRATIVE_AREA", &model::StreetDescriptor::administrative_area, 30, kAll},
    {"LANGUAGE", &model::StreetDescriptor::language, 3, kAll, kLanguages},
};
constexpr CodeRule<model::Street> kStreetCodes[] = {
    {"RECORD_TYPE", &model::Street::record_type, kStreetTypes, kAll},
    {"STATE", &model::Street::state, kStreetStates, kNever},
    {"STREET_SURFACE", &model::Street::surface, kSurfaces, kNever},
    {"STREET_CLASSIFICATION", &model::Street::classification, kStreetClasses, kNever},
};
constexpr TextRule<model::Blpu> kBlpuTexts[] = {
    {"BLPU_CLASS", &model::Blpu::blpu_class, 4, kDtf},
    {"ORGANISATION", &model::Blpu::organisation, 100, kNever},
    {"WARD_CODE", &model::Blpu::ward_code, 10, kNever},
    {"PARISH_CODE", &model::Blpu::parish_code, 10, kNever},
    {"COUNTRY", &model::Blpu::country, 1, kAbp2, kCountries},
    {"ADDRESSBASE_POSTAL", &model::Blpu::addressbase_postal, 1, kAbp, kAddressBasePostal},
    {"POSTCODE_LOCATOR", &model::Blpu::postcode_locator, 8, kAbp},
};
constexpr CodeRule<model::Blpu> kBlpuCodes[] = {
    {"LOGICAL_STATUS", &model::Blpu::logical_status, kBlpuStatuses, kAll},
    {"BLPU_STATE", &model::Blpu::state, kBlpuStates, kNever},
    {"RPC", &model::Blpu::rpc, kRpcs, kAll},
};
constexpr TextRule<model::Lpi> kLpiTexts[] = {
    {"LANGUAGE", &model::Lpi::language, 3, kAll, kLanguages},
    {"LEVEL", &model::Lpi::level, 30, kNever},
    {"POSTAL_ADDRESS", &model::Lpi::postal_address, 1, kDtf, kPostalAddress},
    {"POSTCODE", &model::Lpi::postcode, 8, kNever},
    {"POST_TOWN", &model::Lpi::post_town, 30, kNever},
    {"OFFICIAL_FLAG", &model::Lpi::official_flag, 1, kNever, kOfficialFlags},
    {"USRN_MATCH_INDICATOR", &model::Lpi::usrn_match_indicator, 1, kAbp, kUsrnMatch},
    {"AREA_NAME", &model::Lpi::area_name, 40, kNever},
};
constexpr CodeRule<model::Lpi> kLpiCodes[] = {
    {"LOGICAL_STATUS", &model::Lpi::logical_status, kLpiStatuses, kAll},
};
constexpr TextRule<model::CrossReference> kXrefTexts[] = {
    {"CROSS_REFERENCE", &model::CrossReference::cross_reference, 50, kAll},
    {"SOURCE", &model::CrossReference::source, 6, kAll},
};
constexpr TextRule<model::Provenance> kProvenanceTexts[] = {
    {"PROVENANCE_CODE", &model::Provenance::code, 1, kDtf, kProvenanceCodes},
    {"ANNOTATION", &model::Provenance::annotation, 30, kNever},
};
constexpr TextRule<model::Classification> kClassificationTexts[] = {
    {"CLASSIFICATION_CODE", &model::Classification::code, 6, kAbp},
    {"CLASS_SCHEME", &model::Classification::scheme, 60, kAbp},
};
constexpr TextRule<model::PropertyOrganisation> kOrganisationTexts[] = {
    {"ORGANISATION", &model::PropertyOrganisation::organisation, 100, kAbp},
    {"LEGAL_NAME", &model::PropertyOrganisation::legal_name, 60, kNever},
};
constexpr TextRule<model::DeliveryPoint> kPointTexts[] = {
    {"ORGANISATION_NAME", &model::DeliveryPoint::organisation_name, 60, kNever},
    {"DEPARTMENT_NAME", &model::DeliveryPoint::department_name, 60, kNever},
    {"SUB_BUILDING_NAME", &model::DeliveryPoint::sub_building_name, 30, kNever},
    {"BUILDING_NAME", &model::DeliveryPoint::building_name, 80, kNever},
    {"BUILDING_NUMBER", &model::DeliveryPoint::building_number, 4, kNever},
    {"POST_TOWN", &model::DeliveryPoint::post_town, 30, kAbp},
    {"POSTCODE", &model::DeliveryPoint::postcode, 8, kAbp},
    {"POSTCODE_TYPE", &model::DeliveryPoint::postcode_type, 1, kNever, kPostcodeTypes},
    {"DELIVERY_POINT_SUFFIX", &model::DeliveryPoint::delivery_point_suffix, 2, kNever},
};

constexpr CodeRule<model::PostcodeCentroid> kCentroidCodes[] = {
    {"Positional_quality_indicator", &model::PostcodeCentroid::quality, kPositionalQualities, kCodePoint},
};

class RowChecker {
 public:
  RowChecker(model::GazetteerFormat format, model::PartialDate today, std::vector<RowIssue>* issues)
      : format_(format == model::GazetteerFormat::kUnknown ? 0U : 1U << static_cast<unsigned>(format)),
        today_(today),
        issues_(issues) {}

  // The key columns: the only faults that reject.
  void CheckKey(const model::Street& row) { CheckId("USRN", row.usrn.empty()); }
  void CheckKey(const model::StreetDescriptor& row) { CheckId("USRN", row.usrn.empty()); }
  void CheckKey(const model::Blpu& row) { CheckId("UPRN", row.uprn.empty()); }
  void CheckKey(const model::Lpi& row) { CheckKeys(row.uprn, "LPI_KEY", row.lpi_key, 'L'); }
  void CheckKey(const model::CrossReference& row) { CheckKeys(row.uprn, "XREF_KEY", row.xref_key, 'X'); }
  void CheckKey(const model::Classification& row) { CheckKeys(row.uprn, "CLASS_KEY", row.class_key, 'C'); }
  void CheckKey(const model::PropertyOrganisation& row) { CheckKeys(row.uprn, "ORG_KEY", row.org_key, 'O'); }
  void CheckKey(const model::Successor& row) { CheckKeys(row.uprn, "SUCC_KEY", row.successor_key, 'S'); }
  void CheckKey(const model::PostcodeCentroid& row) { CheckId("Postcode", row.postcode.empty()); }
  void CheckKey(const model::StreetReference& row) { CheckId("USRN", row.usrn.empty()); }
  void CheckKey(const model::Provenance& row) { CheckKeys(row.uprn, "PROV_KEY", row.provenance_key, 'P'); }
  void CheckKey(const model::KeptRow& /*row*/) {}
  void CheckKey(const model::CustodianRecord& /*row*/) {}
  void CheckKey(const model::DeliveryPoint& row) {
    CheckId("UPRN", row.uprn.empty());
    // Anonymised extracts leave the UDPRN out; the row is then the property's only delivery point.
    if (row.udprn == 0) {
      Add("UDPRN", "mandatory", "The UDPRN is missing.");
    }
  }

  void Check(const model::Street& row) {
    CheckCodes(row, kStreetCodes);
    CheckPoint("STREET_START_X", row.start_x, row.start_y);
    CheckPoint("STREET_END_X", row.end_x, row.end_y);
    CheckDates(row.dates);
    CheckFuture("STATE_DATE", row.state_date);
    if (row.state == 4 && row.dates.end.empty()) {
      Add("STREET_END_DATE", "closed_without_end", "The street is closed but has no end date.");
    }
  }
  void Check(const model::StreetDescriptor& row) {
    CheckTexts(row, kDescriptorTexts);
    CheckDates(row.dates);
  }
  void Check(const model::PostcodeCentroid& row) {
    constexpr int kNoPosition = 90;
    CheckCodes(row, kCentroidCodes);
    if (row.quality != kNoPosition) {
      CheckPoint("Eastings", row.x, row.y);
    } else if (row.x != 0 || row.y != 0) {
      Add("Eastings", "position_and_quality", "The quality 90 says that there is no position, but one is given.");
    }
  }
  void Check(const model::Blpu& row) {
    CheckTexts(row, kBlpuTexts);
    CheckCodes(row, kBlpuCodes);
    CheckPoint("X_COORDINATE", row.x, row.y);
    CheckDates(row.dates);
    CheckFuture("BLPU_STATE_DATE", row.state_date);
    CheckPostcode("POSTCODE_LOCATOR", row.postcode_locator);
    if (!row.uprn.empty() && row.parent_uprn == row.uprn) {
      Add("PARENT_UPRN", "own_parent", "The property is its own parent.");
    }
    if ((row.state == 0) != row.state_date.empty()) {
      Add("BLPU_STATE_DATE", "state_and_date", "State and state date must both be given or neither.");
    }
    CheckEndOfStatus(row.logical_status, row.dates.end);
  }
  void Check(const model::Lpi& row) {
    CheckTexts(row, kLpiTexts);
    CheckCodes(row, kLpiCodes);
    CheckDates(row.dates);
    CheckPostcode("POSTCODE", row.postcode);
    CheckObject(row.pao, "PAO_START_NUMBER", "PAO_END_NUMBER", "PAO_START_SUFFIX", "PAO_END_SUFFIX", "PAO_TEXT");
    CheckObject(row.sao, "SAO_START_NUMBER", "SAO_END_NUMBER", "SAO_START_SUFFIX", "SAO_END_SUFFIX", "SAO_TEXT");
    if (row.pao.empty()) {
      Add("PAO_TEXT", "mandatory", "The primary addressable object has neither number nor text.");
    }
    if (row.usrn.empty()) {
      Add("USRN", "mandatory", "The USRN is missing.");
    }
    CheckEndOfStatus(row.logical_status, row.dates.end);
  }
  void Check(const model::CrossReference& row) {
    CheckTexts(row, kXrefTexts);
    CheckDates(row.dates);
  }
  void Check(const model::Classification& row) {
    CheckTexts(row, kClassificationTexts);
    CheckDates(row.dates);
  }
  void Check(const model::PropertyOrganisation& row) {
    CheckTexts(row, kOrganisationTexts);
    CheckDates(row.dates);
  }
  void Check(const model::DeliveryPoint& row) {
    CheckTexts(row, kPointTexts);
    CheckDates(row.dates);
    CheckPostcode("POSTCODE", row.postcode);
  }
  void Check(const model::StreetReference& row) { CheckDates(row.dates); }
  void Check(const model::Provenance& row) {
    CheckTexts(row, kProvenanceTexts);
    CheckDates(row.dates);
  }
  void Check(const model::KeptRow& /*row*/) {}
  void Check(const model::CustodianRecord& /*row*/) {}
  void Check(const model::Successor& row) {
    CheckDates(row.dates);
    if (row.successor.empty()) {
      Add("SUCCESSOR", "mandatory", "The successor is missing.");
    }
  }

 private:
  static constexpr size_t kLongestKey = 100;  // no feed has more than 14; longer ones are not kept as keys

  void Add(std::string_view column, std::string_view rule, std::string message,
           Severity severity = Severity::kWarning) {
    issues_->push_back({column, rule, severity, std::move(message)});
  }

  void CheckId(std::string_view column, bool empty) {
    if (empty) {
      Add(column, "identifier", Cat("The ", column, " is missing or not valid; the row cannot be stored."),
          Severity::kReject);
    }
  }

  // Four digits (custodian), a letter for the record type, nine digits.
  void CheckKeys(model::Uprn uprn, std::string_view column, std::string_view key, char letter) {
    CheckId("UPRN", uprn.empty());
    if (key.empty() || key.size() > kLongestKey) {
      Add(column, "identifier",
          Cat("The ", column, " is ", key.empty() ? "missing" : "too long", "; the row cannot be stored."),
          Severity::kReject);
    } else if (key.size() != 14 || !IsDigits(key.substr(0, 4)) || key[4] != letter || !IsDigits(key.substr(5))) {
      Add(column, "key_shape", Cat("The key ", Quote(key), " is not four digits, ", letter, " and nine digits."));
    }
  }

  [[nodiscard]] bool Mandatory(unsigned formats) const { return (formats & format_) != 0; }

  template <typename Row, size_t N>
  void CheckTexts(const Row& row, const TextRule<Row> (&rules)[N]) {
    for (const TextRule<Row>& rule : rules) {
      const std::string& text = row.*rule.member;
      if (text.empty()) {
        if (Mandatory(rule.mandatory)) {
          Add(rule.column, "mandatory", Cat("The column ", rule.column, " is empty."));
        }
        continue;
      }
      if (text.size() > rule.max_length && CharacterCount(text) > rule.max_length) {
        Add(rule.column, "too_long", Cat("The text is longer than ", rule.max_length, " characters."));
      }
      if (!rule.codes.empty() && std::find(rule.codes.begin(), rule.codes.end(), text) == rule.codes.end()) {
        Add(rule.column, "code_list", Cat("The code ", Quote(text), " is not in the list."));
      }
    }
  }

  static size_t CharacterCount(std::string_view text) {
    return static_cast<size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
  }

  template <typename Row, size_t N>
  void CheckCodes(const Row& row, const CodeRule<Row> (&rules)[N]) {
    for (const CodeRule<Row>& rule : rules) {
      const int code = row.*rule.member;
      if (code == 0) {
        if (Mandatory(rule.mandatory)) {
          Add(rule.column, "mandatory", Cat("The column ", rule.column, " is empty."));
        }
      } else if (std::find(rule.codes.begin(), rule.codes.end(), code) == rule.codes.end()) {
        Add(rule.column, "code_list", Cat("The code ", code, " is not in the list."));
      }
    }
  }

  void CheckPoint(std::string_view column, double x, double y) {
    if (x == 0 && y == 0) {
      Add(column, "mandatory", "The coordinates are missing.");
    } else if (!model::GridReference::Create(x, y).ok()) {
      Add(column, "coordinates_range", Cat("The point ", x, ", ", y, " lies outside the National Grid's range."));
    }
  }

  void CheckDates(const model::RecordDates& dates) {
    if (!dates.start.empty() && !dates.end.empty() && dates.end < dates.start) {
      Add("END_DATE", "date_order", "The end date is before the start date.");
    }
    if (!dates.entry.empty() && !dates.last_update.empty() && dates.last_update < dates.entry) {
      Add("LAST_UPDATE_DATE", "date_order", "The last update is before the entry date.");
    }
    CheckFuture("START_DATE", dates.start);
    CheckFuture("ENTRY_DATE", dates.entry);
    CheckFuture("LAST_UPDATE_DATE", dates.last_update);
  }

  void CheckFuture(std::string_view column, model::PartialDate date) {
    if (!today_.empty() && date > today_) {
      Add(column, "date_future", Cat("The date ", date.ToString(), " lies in the future."));
    }
  }

  // An end date belongs to statuses 7, 8 and 9 alone, and each of them needs one.
  void CheckEndOfStatus(int status, model::PartialDate end) {
    const bool ended = status == 7 || status == 8 || status == 9;
    if (status != 0 && ended == end.empty()) {
      Add("END_DATE", "end_and_status",
          ended ? Cat("The status ", status, " needs an end date.")
                : Cat("The status ", status, " must not have an end date."));
    }
  }

  void CheckPostcode(std::string_view column, const std::string& postcode) {
    if (!postcode.empty() && !model::Postcode::Parse(postcode).ok()) {
      Add(column, "postcode_invalid", Cat(Quote(postcode), " is not a valid postcode."));
    }
  }

  void CheckObject(const model::AddressableObject& object, std::string_view start, std::string_view end,
                   std::string_view start_suffix, std::string_view end_suffix, std::string_view text) {
    if (!object.start_suffix.empty() && !object.has_number) {
      Add(start_suffix, "suffix_without_number", "The suffix has no number.");
    }
    if (!object.end_suffix.empty() && object.end_number == 0) {
      Add(end_suffix, "suffix_without_number", "The suffix has no number.");
    }
    if (object.end_number != 0 && !object.has_number) {
      Add(end, "end_without_start", "The end number has no start number.");
    } else if (object.end_number != 0 && object.end_number <= object.start_number) {
      Add(end, "end_not_after_start", "The end number is not above the start number.");
    }
    if (object.start_number < 0 || object.start_number > 9999 || object.end_number < 0 || object.end_number > 9999) {
      Add(start, "number_range", "Numbers must lie between 0 and 9999.");
    }
    if (object.start_suffix.size() > 2 || object.end_suffix.size() > 2) {
      Add(start_suffix, "too_long", "A suffix is longer than 2 characters.");
    }
    if (CharacterCount(object.text) > 90) {
      Add(text, "too_long", "The text is longer than 90 characters.");
    }
  }

  const unsigned format_;
  const model::PartialDate today_;
  std::vector<RowIssue>* const issues_;
};

}  // namespace

void CheckRow(const model::GazetteerRow& row, model::ChangeType change, model::GazetteerFormat format,
              model::PartialDate today, std::vector<RowIssue>* issues) {
  RowChecker checker(format, today, issues);
  std::visit(
      [&](const auto& content) {
        checker.CheckKey(content);
        if (change != model::ChangeType::kDelete) {
          checker.Check(content);
        }
      },
      row);
}

void CheckRowKey(const model::GazetteerRow& row, std::vector<RowIssue>* issues) {
  const size_t first = issues->size();
  CheckRow(row, model::ChangeType::kDelete, model::GazetteerFormat::kUnknown, {}, issues);
  issues->erase(std::remove_if(issues->begin() + static_cast<std::ptrdiff_t>(first), issues->end(),
                               [](const RowIssue& issue) { return issue.severity != Severity::kReject; }),
                issues->end());
}

}  // namespace wensum::gazetteer
