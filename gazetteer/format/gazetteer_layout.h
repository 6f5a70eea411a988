// The columns of DTF 7.3 and AddressBase Premium records as data.
//
// Sources: OS AddressBase Premium technical specification v2.3, and public implementations of DTF 7.3; the note on the
// gazetteer's formats (docs/formats-import.md) says which records rest on inference. A reader asks for a field by what
// it means and gets the position that the format at hand gives it.
#ifndef WENSUM_GAZETTEER_FORMAT_GAZETTEER_LAYOUT_H_
#define WENSUM_GAZETTEER_FORMAT_GAZETTEER_LAYOUT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "model/gazetteer.h"

namespace wensum::llpg {

// What a column means. Columns that the formats spell differently (STREET_DESCRIPTION and STREET_DESCRIPTOR) or qualify
// (STREET_START_DATE of record 11 is its START_DATE) are one field.
enum class GazetteerField : uint8_t {
  kRecordIdentifier,
  kCustodianName,
  kCustodianUprn,
  kLocalCustodianCode,
  kProcessDate,
  kVolumeNumber,
  kEntryDate,
  kTimeStamp,
  kVersion,
  kFileType,
  kChangeType,
  kProOrder,
  kUsrn,
  kRecordType,
  kSwaOrgRefNaming,
  kState,
  kStateDate,
  kStreetSurface,
  kStreetClassification,
  kLastUpdateDate,
  kStartDate,
  kEndDate,
  kStreetStartX,
  kStreetStartY,
  kStreetEndX,
  kStreetEndY,
  kStreetTolerance,
  kStreetDescriptor,
  kLocality,
  kTownName,
  kAdministrativeArea,
  kLanguage,
  kUprn,
  kLogicalStatus,
  kBlpuState,
  kBlpuStateDate,
  kBlpuClass,
  kParentUprn,
  kXCoordinate,
  kYCoordinate,
  kRpc,
  kOrganisation,
  kWardCode,
  kParishCode,
  kCustodianOne,
  kCustodianTwo,
  kCanKey,
  kXrefKey,
  kCrossReference,
  kSource,
  kLpiKey,
  kSaoStartNumber,
  kSaoStartSuffix,
  kSaoEndNumber,
  kSaoEndSuffix,
  kSaoText,
  kPaoStartNumber,
  kPaoStartSuffix,
  kPaoEndNumber,
  kPaoEndSuffix,
  kPaoText,
  kLevel,
  kPostalAddress,
  kPostcode,
  kPostTown,
  kOfficialFlag,
  kNextVolumeNumber,
  kRecordCount,
  kStreetStartLat,
  kStreetStartLong,
  kStreetEndLat,
  kStreetEndLong,
  kLatitude,
  kLongitude,
  kCountry,
  kAddressbasePostal,
  kPostcodeLocator,
  kMultiOccCount,
  kUsrnMatchIndicator,
  kAreaName,
  kUdprn,
  kOrganisationName,
  kDepartmentName,
  kSubBuildingName,
  kBuildingName,
  kBuildingNumber,
  kDependentThoroughfare,
  kThoroughfare,
  kDoubleDependentLocality,
  kDependentLocality,
  kPostcodeType,
  kDeliveryPointSuffix,
  kWelshDependentThoroughfare,
  kWelshThoroughfare,
  kWelshDoubleDependentLocality,
  kWelshDependentLocality,
  kWelshPostTown,
  kPoBoxNumber,
  kSuccKey,
  kSuccessor,
  kOrgKey,
  kLegalName,
  kClassKey,
  kClassificationCode,
  kClassScheme,
  kSchemeVersion,
  kParentAddressableUprn,
  kXrefType,
  kUsrnVersionNumber,
  kXrefId,
  kXrefVersionNumber,
  kProvKey,
  kProvenanceCode,
  kAnnotation,
  kGazName,
  kGazScope,
  kTermsOfUse,
  kLinkedData,
  kGazOwner,
  kUpdateFrequency,
  kCoordinateSystem,
  kCoordinateUnit,
  kMetaDate,
  kGazDate,
  kCharacterSet,
  kLastLpiKey,
  kLastProvKey,
  kLastXrefKey,
};
inline constexpr size_t kGazetteerFieldCount = static_cast<size_t>(GazetteerField::kLastXrefKey) + 1;

enum class ColumnType : uint8_t { kInteger, kDecimal, kText, kDate, kTime };
// kConditional: required by a rule over other columns; kReserved: kept for the hub's use.
enum class ColumnPresence : uint8_t { kMandatory, kConditional, kOptional, kReserved };

struct GazetteerColumn {
  GazetteerField field;
  std::string_view name;  // as the format spells it
  ColumnType type;
  uint8_t max_length;  // characters; 0: none stated
  ColumnPresence presence;
};

// One record type of one format.
struct RecordLayout {
  model::GazetteerFormat format = model::GazetteerFormat::kUnknown;
  int record_type = 0;
  std::span<const GazetteerColumn> columns;
  // Index of each field's column; -1 if the record has none.
  std::array<int8_t, kGazetteerFieldCount> position{};

  [[nodiscard]] int PositionOf(GazetteerField field) const { return position[static_cast<size_t>(field)]; }
};

// The layout of a record type that is read (10, 11, 12, 15, 21, 22, 23, 24, 28, 29, 30, 31, 32, 98, 99), nullptr if the
// format has no such record or its columns are not published.
const RecordLayout* FindLayout(model::GazetteerFormat format, int record_type);

// Every layout, for tests and documentation.
std::span<const RecordLayout> AllLayouts();

// Record types that the format defines but whose columns are not published: their rows are kept as they are
// (model::KeptRow). 13, 14, 25, 26 and 27 of DTF 7.3.
bool IsKeptWhole(model::GazetteerFormat format, int record_type);

// Record types whose layout rests on one source, 12 and 22 of DTF 7.3: a row that does not fit it is kept whole.
bool IsReadLeniently(model::GazetteerFormat format, int record_type);

// Reads a format's name as GazetteerFormatName gives it, in any case; nullopt for any other text,
// "auto" among it.
std::optional<model::GazetteerFormat> ParseGazetteerFormat(std::string_view name);

// The formats in which record type `record_type` has exactly `fields` columns.
struct FormatSet {
  bool dtf73 = false;
  bool abp2 = false;
  bool abp1 = false;
  [[nodiscard]] int size() const { return (dtf73 ? 1 : 0) + (abp2 ? 1 : 0) + (abp1 ? 1 : 0); }
  // The only format, or kUnknown.
  [[nodiscard]] model::GazetteerFormat single() const;
  [[nodiscard]] bool contains(model::GazetteerFormat format) const;
};
FormatSet FormatsWith(int record_type, size_t fields);

}  // namespace wensum::llpg

#endif  // WENSUM_GAZETTEER_FORMAT_GAZETTEER_LAYOUT_H_
