#include "import/gazetteer_row.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>

#include "base/hash.h"
#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::ingest {
namespace {

using llpg::ColumnPresence;
using llpg::ColumnType;
using llpg::GazetteerColumn;
using llpg::RecordLayout;
using model::PartialDate;
using model::Uprn;
using model::Usrn;
using F = llpg::GazetteerField;

constexpr size_t kMaxColumns = 32;
// Longer texts of a row that is kept whole are no keys.
constexpr size_t kMaxKeptSubkey = 64;

// The range that DTF 7.3 gives coordinates, in metres.
constexpr double kMinX = 80'000, kMaxX = 656'100, kMinY = 5'000, kMaxY = 657'700;

std::string HexOf(uint64_t value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(16, '0');
  for (size_t i = text.size(); i-- > 0; value >>= 4) text[i] = kDigits[value & 15];
  return text;
}

bool IsKeyField(int record_type, F field) {
  const bool street = model::IsStreetRecordType(record_type);
  switch (field) {
    case F::kUprn:
      return !street;
    case F::kUsrn:
      return street;
    case F::kLanguage:
      return record_type == 15;
    case F::kXrefId:
    case F::kProvKey:
    case F::kXrefKey:
    case F::kLpiKey:
    case F::kUdprn:
    case F::kSuccKey:
    case F::kOrgKey:
    case F::kClassKey:
      return true;
    default:
      return false;
  }
}

// True if a 0 in the column is unusual in the sense of model::ZeroColumns.
bool IsUnusualZero(const GazetteerColumn& column, bool given) {
  return given != (column.presence == ColumnPresence::kMandatory);
}

// UTF-8 characters of `text`, if it is well-formed.
size_t Characters(std::string_view text) {
  return static_cast<size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

// Reads a row's columns by field. Collects the issues; a field that the layout lacks or the row leaves empty reads as
// empty, and so does one that is wrong.
class ColumnReader {
 public:
  ColumnReader(const RecordLayout& layout, const CsvRow& csv, GazetteerRecord& record)
      : layout_(layout), csv_(csv), record_(record) {
    for (size_t i = 0; i < layout_.columns.size(); ++i) {
      values_[i] = Trim(csv.fields[i]);
      CheckPresence(layout_.columns[i], values_[i]);
    }
  }

  [[nodiscard]] std::string_view View(F field) const {
    const int position = layout_.PositionOf(field);
    return position < 0 ? std::string_view() : values_[static_cast<size_t>(position)];
  }
  [[nodiscard]] std::string Text(F field) const { return std::string(View(field)); }

  // A number of which ZeroColumns tells 0 from none.
  int Number(F field) {
    const int value = Integer<int>(field);
    if (value == 0) NoteZero(field);
    return value;
  }
  [[nodiscard]] model::ZeroColumns zeros() const { return zeros_; }

  template <typename T>
  T Integer(F field) {
    const std::string_view text = View(field);
    if (text.empty()) return 0;
    T value{};
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ec != std::errc() || result.ptr != text.data() + text.size() || text.front() == '-') {
      Reject(field, "number_invalid", Cat(Quote(text), " is not a whole number that this column can hold."));
      return 0;
    }
    return value;
  }

  // A coordinate in metres; DTF 7.3 states the range it must be in.
  double Coordinate(F field, double min, double max) {
    const std::string_view text = View(field);
    if (text.empty()) {
      NoteZero(field);
      return 0;
    }
    const std::optional<double> value = ParseDecimal(text);
    if (!value) {
      Reject(field, "number_invalid", Cat(Quote(text), " is not a decimal number."));
    } else if (layout_.format == model::GazetteerFormat::kDtf73 && (*value < min || *value > max)) {
      Warn(field, "coordinate_range", Cat("The coordinate ", *value, " is outside ", min, " to ", max, "."));
    }
    return value.value_or(0);
  }
  double X(F field) { return Coordinate(field, kMinX, kMaxX); }
  double Y(F field) { return Coordinate(field, kMinY, kMaxY); }

  PartialDate Date(F field) {
    const std::string_view text = View(field);
    if (text.empty()) return {};
    const std::optional<PartialDate> date = ParseIsoDate(text);
    if (!date) Reject(field, "date_invalid", Cat(Quote(text), " is not a date CCYY-MM-DD from 1753 on."));
    return date.value_or(PartialDate());
  }

  model::RecordDates Dates() {
    return {Date(F::kStartDate), Date(F::kEndDate), Date(F::kLastUpdateDate), Date(F::kEntryDate)};
  }

  model::HubColumns Hub() const { return {Text(F::kCustodianOne), Text(F::kCustodianTwo), Text(F::kCanKey)}; }

  Uprn ReadUprn(F field) {
    const std::string_view text = View(field);
    if (text.empty()) return {};
    const std::optional<uint64_t> number = ParseInteger<uint64_t>(text);
    if (number == 0 && field != F::kUprn) {
      Warn(field, "parent_zero", "The UPRN is 0, which is none; it was left out.");
      return {};
    }
    if (number && *number > 0 && *number <= Uprn::kMax) {
      return Uprn::Create(*number).value_or(Uprn());
    }
    Reject(field, "uprn_invalid", Cat(Quote(text), " is not a UPRN: 1 to 12 digits, not all zero."));
    return {};
  }

  Usrn ReadUsrn() {
    const std::string_view text = View(F::kUsrn);
    if (text.empty()) return {};
    const std::optional<uint64_t> number = ParseInteger<uint64_t>(text);
    if (number && *number > 0 && *number <= Usrn::kMax) {
      return Usrn::Create(*number).value_or(Usrn());
    }
    Reject(F::kUsrn, "usrn_invalid", Cat(Quote(text), " is not a USRN: 1 to 8 digits, not all zero."));
    return {};
  }

  model::ChangeType Change() {
    const std::string_view text = View(F::kChangeType);
    if (text == "I") return model::ChangeType::kInsert;
    if (text == "U") return model::ChangeType::kUpdate;
    if (text == "D") return model::ChangeType::kDelete;
    Reject(F::kChangeType, "change_type_invalid", Cat("The change type is ", Quote(text), ", not I, U or D."));
    return model::ChangeType::kInsert;
  }

  [[nodiscard]] bool rejected() const { return rejected_; }

 private:
  void NoteZero(F field) {
    const int position = layout_.PositionOf(field);
    if (layout_.format != model::GazetteerFormat::kDtf73 || position < 0) return;
    const auto index = static_cast<size_t>(position);
    if (IsUnusualZero(layout_.columns[index], !values_[index].empty())) zeros_ |= model::ZeroColumns{1} << index;
  }

  void CheckPresence(const GazetteerColumn& column, std::string_view value) {
    if (value.empty()) {
      if (IsKeyField(layout_.record_type, column.field)) {
        Reject(column.field, "key_missing", "The column is part of the record's key and is empty.");
      } else if (column.presence == ColumnPresence::kMandatory && column.field != F::kChangeType) {
        Warn(column.field, "mandatory_missing", "The format says that this column is mandatory; it is empty.");
      }
    } else if (value.size() > column.max_length && column.max_length > 0 && column.type == ColumnType::kText &&
               Characters(value) > column.max_length) {
      Warn(column.field, "too_long",
           Cat("The text has ", Characters(value), " characters, the format allows ", int{column.max_length}, "."));
    }
  }

  void Add(F field, std::string_view rule, Severity severity, std::string message) {
    RowIssue issue;
    issue.line = csv_.line;
    issue.column = std::string(layout_.columns[static_cast<size_t>(layout_.PositionOf(field))].name);
    issue.rule = std::string(rule);
    issue.severity = severity;
    issue.message = std::move(message);
    if (severity == Severity::kReject && !rejected_) issue.raw = std::string(csv_.raw.substr(0, kMaxRawBytes));
    record_.issues.push_back(std::move(issue));
  }
  void Warn(F field, std::string_view rule, std::string message) {
    Add(field, rule, Severity::kWarning, std::move(message));
  }
  void Reject(F field, std::string_view rule, std::string message) {
    Add(field, rule, Severity::kReject, std::move(message));
    rejected_ = true;
  }

  const RecordLayout& layout_;
  const CsvRow& csv_;
  GazetteerRecord& record_;
  std::array<std::string_view, kMaxColumns> values_;
  model::ZeroColumns zeros_ = 0;
  bool rejected_ = false;
};

model::Street ReadStreet(ColumnReader& in) {
  model::Street street;
  street.usrn = in.ReadUsrn();
  street.record_type = in.Number(F::kRecordType);
  street.swa_org_ref_naming = in.Number(F::kSwaOrgRefNaming);
  street.state = in.Number(F::kState);
  street.state_date = in.Date(F::kStateDate);
  street.surface = in.Number(F::kStreetSurface);
  street.classification = in.Number(F::kStreetClassification);
  street.version = in.Number(F::kVersion);
  street.dates = in.Dates();
  street.start_x = in.X(F::kStreetStartX);
  street.start_y = in.Y(F::kStreetStartY);
  street.end_x = in.X(F::kStreetEndX);
  street.end_y = in.Y(F::kStreetEndY);
  street.tolerance = in.Number(F::kStreetTolerance);
  street.zeros = in.zeros();
  return street;
}

model::StreetReference ReadStreetReference(ColumnReader& in) {
  model::StreetReference reference;
  reference.usrn = in.ReadUsrn();
  reference.reference_type = in.Number(F::kXrefType);
  reference.usrn_version = in.Number(F::kUsrnVersionNumber);
  reference.reference_id = in.Text(F::kXrefId);
  reference.reference_version = in.Number(F::kXrefVersionNumber);
  reference.dates = in.Dates();
  reference.zeros = in.zeros();
  return reference;
}

model::StreetDescriptor ReadDescriptor(ColumnReader& in) {
  model::StreetDescriptor descriptor;
  descriptor.usrn = in.ReadUsrn();
  descriptor.description = in.Text(F::kStreetDescriptor);
  descriptor.locality = in.Text(F::kLocality);
  descriptor.town = in.Text(F::kTownName);
  descriptor.administrative_area = in.Text(F::kAdministrativeArea);
  descriptor.language = in.Text(F::kLanguage);
  descriptor.dates = in.Dates();
  return descriptor;
}

model::Blpu ReadBlpu(ColumnReader& in) {
  model::Blpu blpu;
  blpu.uprn = in.ReadUprn(F::kUprn);
  blpu.logical_status = in.Number(F::kLogicalStatus);
  blpu.state = in.Number(F::kBlpuState);
  blpu.state_date = in.Date(F::kBlpuStateDate);
  blpu.blpu_class = in.Text(F::kBlpuClass);
  blpu.parent_uprn = in.ReadUprn(F::kParentUprn);
  blpu.x = in.X(F::kXCoordinate);
  blpu.y = in.Y(F::kYCoordinate);
  blpu.rpc = in.Number(F::kRpc);
  blpu.local_custodian_code = in.Number(F::kLocalCustodianCode);
  blpu.organisation = in.Text(F::kOrganisation);
  blpu.ward_code = in.Text(F::kWardCode);
  blpu.parish_code = in.Text(F::kParishCode);
  blpu.country = in.Text(F::kCountry);
  blpu.addressbase_postal = in.Text(F::kAddressbasePostal);
  blpu.postcode_locator = in.Text(F::kPostcodeLocator);
  blpu.multi_occ_count = in.Number(F::kMultiOccCount);
  blpu.dates = in.Dates();
  blpu.hub = in.Hub();
  blpu.zeros = in.zeros();
  return blpu;
}

model::AddressableObject ReadObject(ColumnReader& in, F start_number, F start_suffix, F end_number, F end_suffix,
                                    F text) {
  model::AddressableObject object;
  object.has_number = !in.View(start_number).empty();
  object.start_number = in.Integer<int>(start_number);
  object.start_suffix = in.Text(start_suffix);
  object.end_number = in.Number(end_number);
  object.end_suffix = in.Text(end_suffix);
  object.text = in.Text(text);
  return object;
}

model::Lpi ReadLpi(ColumnReader& in) {
  model::Lpi lpi;
  lpi.uprn = in.ReadUprn(F::kUprn);
  lpi.lpi_key = in.Text(F::kLpiKey);
  lpi.language = in.Text(F::kLanguage);
  lpi.logical_status = in.Number(F::kLogicalStatus);
  lpi.sao = ReadObject(in, F::kSaoStartNumber, F::kSaoStartSuffix, F::kSaoEndNumber, F::kSaoEndSuffix, F::kSaoText);
  lpi.pao = ReadObject(in, F::kPaoStartNumber, F::kPaoStartSuffix, F::kPaoEndNumber, F::kPaoEndSuffix, F::kPaoText);
  lpi.usrn = in.ReadUsrn();
  lpi.level = in.Text(F::kLevel);
  lpi.postal_address = in.Text(F::kPostalAddress);
  lpi.postcode = in.Text(F::kPostcode);
  lpi.post_town = in.Text(F::kPostTown);
  lpi.official_flag = in.Text(F::kOfficialFlag);
  lpi.usrn_match_indicator = in.Text(F::kUsrnMatchIndicator);
  lpi.area_name = in.Text(F::kAreaName);
  lpi.dates = in.Dates();
  lpi.hub = in.Hub();
  lpi.zeros = in.zeros();
  return lpi;
}

model::Provenance ReadProvenance(ColumnReader& in) {
  model::Provenance provenance;
  provenance.uprn = in.ReadUprn(F::kUprn);
  provenance.provenance_key = in.Text(F::kProvKey);
  provenance.code = in.Text(F::kProvenanceCode);
  provenance.annotation = in.Text(F::kAnnotation);
  provenance.dates = in.Dates();
  return provenance;
}

model::CrossReference ReadCrossReference(ColumnReader& in) {
  model::CrossReference reference;
  reference.uprn = in.ReadUprn(F::kUprn);
  reference.xref_key = in.Text(F::kXrefKey);
  reference.cross_reference = in.Text(F::kCrossReference);
  reference.source = in.Text(F::kSource);
  reference.version = in.Integer<int>(F::kVersion);
  reference.dates = in.Dates();
  return reference;
}

model::Classification ReadClassification(ColumnReader& in) {
  model::Classification classification;
  classification.uprn = in.ReadUprn(F::kUprn);
  classification.class_key = in.Text(F::kClassKey);
  classification.code = in.Text(F::kClassificationCode);
  classification.scheme = in.Text(F::kClassScheme);
  classification.scheme_version = in.Text(F::kSchemeVersion);
  classification.dates = in.Dates();
  return classification;
}

model::PropertyOrganisation ReadOrganisation(ColumnReader& in) {
  model::PropertyOrganisation organisation;
  organisation.uprn = in.ReadUprn(F::kUprn);
  organisation.org_key = in.Text(F::kOrgKey);
  organisation.organisation = in.Text(F::kOrganisation);
  organisation.legal_name = in.Text(F::kLegalName);
  organisation.dates = in.Dates();
  return organisation;
}

model::DeliveryPoint ReadDeliveryPoint(ColumnReader& in) {
  model::DeliveryPoint point;
  point.uprn = in.ReadUprn(F::kUprn);
  point.parent_addressable_uprn = in.ReadUprn(F::kParentAddressableUprn);
  point.udprn = in.Integer<uint64_t>(F::kUdprn);
  point.organisation_name = in.Text(F::kOrganisationName);
  point.department_name = in.Text(F::kDepartmentName);
  point.sub_building_name = in.Text(F::kSubBuildingName);
  point.building_name = in.Text(F::kBuildingName);
  point.building_number = in.Text(F::kBuildingNumber);
  point.dependent_thoroughfare = in.Text(F::kDependentThoroughfare);
  point.thoroughfare = in.Text(F::kThoroughfare);
  point.double_dependent_locality = in.Text(F::kDoubleDependentLocality);
  point.dependent_locality = in.Text(F::kDependentLocality);
  point.post_town = in.Text(F::kPostTown);
  point.postcode = in.Text(F::kPostcode);
  point.postcode_type = in.Text(F::kPostcodeType);
  point.delivery_point_suffix = in.Text(F::kDeliveryPointSuffix);
  point.welsh_dependent_thoroughfare = in.Text(F::kWelshDependentThoroughfare);
  point.welsh_thoroughfare = in.Text(F::kWelshThoroughfare);
  point.welsh_double_dependent_locality = in.Text(F::kWelshDoubleDependentLocality);
  point.welsh_dependent_locality = in.Text(F::kWelshDependentLocality);
  point.welsh_post_town = in.Text(F::kWelshPostTown);
  point.po_box_number = in.Text(F::kPoBoxNumber);
  point.process_date = in.Date(F::kProcessDate);
  point.dates = in.Dates();
  return point;
}

model::Successor ReadSuccessor(ColumnReader& in) {
  model::Successor successor;
  successor.uprn = in.ReadUprn(F::kUprn);
  successor.successor_key = in.Text(F::kSuccKey);
  successor.successor = in.ReadUprn(F::kSuccessor);
  successor.dates = in.Dates();
  return successor;
}

}  // namespace

void ParseGazetteerRow(const RecordLayout& layout, const CsvRow& csv, GazetteerRecord& record) {
  record.issues.clear();
  ColumnReader in(layout, csv, record);
  record.change = in.Change();
  record.pro_order = in.Integer<uint64_t>(F::kProOrder);
  switch (layout.record_type) {
    case 11:
      record.row = ReadStreet(in);
      break;
    case 12:
      record.row = ReadStreetReference(in);
      break;
    case 15:
      record.row = ReadDescriptor(in);
      break;
    case 21:
      record.row = ReadBlpu(in);
      break;
    case 22:
      record.row = ReadProvenance(in);
      break;
    case 23:
      record.row = ReadCrossReference(in);
      break;
    case 24:
      record.row = ReadLpi(in);
      break;
    case 28:
      record.row = ReadDeliveryPoint(in);
      break;
    case 30:
      record.row = ReadSuccessor(in);
      break;
    case 31:
      record.row = ReadOrganisation(in);
      break;
    case 32:
      record.row = ReadClassification(in);
      break;
    default:
      break;
  }
  record.outcome = in.rejected() ? GazetteerRecord::Outcome::kRejected : GazetteerRecord::Outcome::kRow;
}

void KeepGazetteerRow(const CsvRow& csv, GazetteerRecord& record) {
  constexpr size_t kChangeType = 1, kProOrder = 2, kOwner = 3, kSubkey = 4;
  record.issues.clear();
  record.outcome = GazetteerRecord::Outcome::kRejected;
  const auto reject = [&](std::string_view column, std::string_view rule, std::string message) {
    record.issues.push_back({csv.line, std::string(column), std::string(rule), Severity::kReject, std::move(message),
                             std::string(csv.raw.substr(0, kMaxRawBytes))});
  };
  if (csv.fields.size() <= kOwner) {
    reject("", "column_count", Cat("The row has ", csv.fields.size(), " columns: too few to say what it belongs to."));
    return;
  }
  const std::string_view change = Trim(csv.fields[kChangeType]);
  if (change != "I" && change != "U" && change != "D") {
    reject("CHANGE_TYPE", "change_type_invalid", Cat("The change type is ", Quote(change), ", not I, U or D."));
    return;
  }
  record.change = change == "I"   ? model::ChangeType::kInsert
                  : change == "U" ? model::ChangeType::kUpdate
                                  : model::ChangeType::kDelete;
  const std::string_view order = Trim(csv.fields[kProOrder]);
  const std::optional<uint64_t> number = ParseInteger<uint64_t>(order);
  if (!number && !order.empty()) {
    reject("PRO_ORDER", "number_invalid", Cat(Quote(order), " is not a whole number that this column can hold."));
    return;
  }
  record.pro_order = number.value_or(0);
  model::KeptRow row;
  row.record_type = record.record_type;
  // The columns before the owner hold no comma, so it begins behind the third.
  size_t begin = 0;
  for (size_t i = 0; i < kOwner; ++i) begin = csv.raw.find(',', begin) + 1;
  row.text = std::string(csv.raw.substr(begin));
  const uint64_t max = model::IsStreetRecordType(row.record_type) ? Usrn::kMax : Uprn::kMax;
  const std::optional<uint64_t> owner = ParseInteger<uint64_t>(Trim(csv.fields[kOwner]));
  if (owner && *owner <= max) row.owner = *owner;
  if (row.owner != 0 && csv.fields.size() > kSubkey) row.subkey = std::string(Trim(csv.fields[kSubkey]));
  if (row.subkey.empty() || row.subkey.size() > kMaxKeptSubkey) {
    row.subkey = Cat("~", HexOf(Hash64(row.text)));
  }
  record.row = std::move(row);
  record.outcome = GazetteerRecord::Outcome::kRow;
}

std::optional<double> ParseDecimal(std::string_view text) {
  constexpr size_t kMaxExactDigits = 15;
  constexpr std::array<double, kMaxExactDigits + 1> kPowers = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                               1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  std::string_view digits = text;
  const bool negative = !digits.empty() && digits.front() == '-';
  if (negative || (!digits.empty() && digits.front() == '+')) digits.remove_prefix(1);
  uint64_t mantissa = 0;
  size_t count = 0;
  size_t fraction = 0;
  bool point = false;
  for (const char c : digits) {
    if (c == '.' && !point) {
      point = true;
    } else if (IsDigit(c)) {
      mantissa = mantissa * 10 + static_cast<uint64_t>(c - '0');
      ++count;
      fraction += point ? 1 : 0;
    } else {
      return std::nullopt;
    }
  }
  if (count == 0) return std::nullopt;
  if (count > kMaxExactDigits) return ParseDouble(text.front() == '+' ? text.substr(1) : text);
  // Both operands are exact, so the one rounding of the division is the right one.
  const double value = static_cast<double>(mantissa) / kPowers[fraction];
  return negative ? -value : value;
}

std::optional<PartialDate> ParseIsoDate(std::string_view text) {
  constexpr int kMinYear = 1753;  // DTF 7.3; people's dates may be older
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  int number = 0;
  for (const size_t i : {0, 1, 2, 3, 5, 6, 8, 9}) {
    if (!IsDigit(text[i])) return std::nullopt;
    number = number * 10 + (text[i] - '0');
  }
  absl::StatusOr<PartialDate> date = PartialDate::Create(number / 10'000, number / 100 % 100, number % 100);
  if (number / 10'000 < kMinYear) return std::nullopt;
  if (!date.ok() || !date->complete()) return std::nullopt;
  return *date;
}

}  // namespace wensum::ingest
