#include "gazetteer/format/gazetteer_layout.h"

#include <algorithm>

#include "base/strings.h"

namespace wensum::llpg {
namespace {

using model::GazetteerFormat;
using Column = GazetteerColumn;
using F = GazetteerField;
using T = ColumnType;
using P = ColumnPresence;

constexpr Column kDtf73Header[] = {
    {F::kRecordIdentifier, "RECORD_IDENTIFIER", T::kInteger, 2, P::kMandatory},
    {F::kCustodianName, "CUSTODIAN_NAME", T::kText, 40, P::kMandatory},
    {F::kCustodianUprn, "CUSTODIAN_UPRN", T::kInteger, 12, P::kMandatory},
    {F::kLocalCustodianCode, "LOCAL_CUSTODIAN_CODE", T::kInteger, 4, P::kMandatory},
    {F::kProcessDate, "PROCESS_DATE", T::kDate, 0, P::kMandatory},
    {F::kVolumeNumber, "VOLUME_NUMBER", T::kInteger, 3, P::kMandatory},
    {F::kEntryDate, "ENTRY_DATE", T::kDate, 0, P::kMandatory},
    {F::kTimeStamp, "TIME_STAMP", T::kTime, 0, P::kMandatory},
    {F::kVersion, "DTF_VERSION", T::kText, 7, P::kMandatory},
    {F::kFileType, "FILE_TYPE", T::kText, 1, P::kMandatory},
};

constexpr Column kDtf73Street[] = {
    {F::kRecordIdentifier, "RECORD_IDENTIFIER", T::kInteger, 2, P::kMandatory},
    {F::kChangeType, "CHANGE_TYPE", T::kText, 1, P::kMandatory},
    {F::kProOrder, "PRO_ORDER", T::kInteger, 16, P::kMandatory},
    {F::kUsrn, "USRN", T::kInteger, 8, P::kMandatory},
    {F::kRecordType, "RECORD_TYPE", T::kInteger, 1, P::kMandatory},
    {F::kSwaOrgRefNaming, "SWA_ORG_REF_NAMING", T::kInteger, 4, P::kMandatory},
    {F::kState, "STATE", T::kInteger, 1, P::kOptional},
    {F::kStateDate, "STATE_DATE", T::kDate, 0, P::kOptional},
    {F::kStreetSurface, "STREET_SURFACE", T::kInteger, 1, P::kOptional},
    {F::kStreetClassification, "STREET_CLASSIFICATION", T::kInteger, 2, P::kOptional},
    {F::kVersion, "VERSION", T::kInteger, 3, P::kMandatory},
    {F::kEntryDate, "RECORD_ENTRY_DATE", T::kDate, 0, P::kMandatory},
    {F::kLastUpdateDate, "LAST_UPDATE_DATE", T::kDate, 0, P::kMandatory},
    {F::kStartDate, "STREET_START_DATE", T::kDate, 0, P::kMandatory},
    {F::kEndDate, "STREET_END_DATE", T::kDate, 0, P::kConditional},
    {F::kStreetStartX, "STREET_START_X", T::kDecimal, 0, P::kMandatory},
    {F::kStreetStartY, "STREET_START_Y", T::kDecimal, 0, P::kMandatory},
    {F::kStreetEndX, "STREET_END_X", T::kDecimal, 0, P::kMandatory},
    {F::kStreetEndY, "STREET_END_Y", T::kDecimal, 0, P::kMandatory},
    {F::kStreetTolerance, "STREET_TOLERANCE", T::kInteger, 2, P::kMandatory},
};

constexpr Column kDtf73StreetReference[] = {
    {F::kRecordIdentifier, "RECORD_IDENTIFIER", T::kInteger, 2, P::kMandatory},
    {F::kChangeType, "CHANGE_TYPE", T::kText, 1, P::kMandatory},
    {F::kProOrder, "PRO_ORDER", T::kInteger, 16, P::kMandatory},
    {F::kUsrn, "USRN", T::kInteger, 8, P::kMandatory},
    {F::kXrefType, "XREF_TYPE", T::kInteger, 1, P::kMandatory},
    {F::kUsrnVersionNumber, "USRN_VERSION_NUMBER", T::kInteger, 3, P::kMandatory},
    {F::kXrefId, "XREF_ID", T::kText, 16, P::kMandatory},
    {F::kXrefVersionNumber, "XREF_VERSION_NUMBER", T::kInteger, 3, P::kMandatory},
    {F::kEntryDate, "ENTRY_DATE", T::kDate, 0, P::kMandatory},
};

constexpr Column kDtf73Descriptor[] = {
    {F::kRecordIdentifier, "RECORD_IDENTIFIER", T::kInteger, 2, P::kMandatory},
    {F::kChangeType, "CHANGE_TYPE", T::kText, 1, P::kMandatory},
    {F::kProOrder, "PRO_ORDER", T::kInteger, 16, P::kMandatory},
    {F::kUsrn, "USRN", T::kInteger, 8, P::kMandatory},
    {F::kStreetDescriptor, "STREET_DESCRIPTOR", T::kText, 100, P::kMandatory},
    {F::kLocality, "LOCALITY_NAME", T::kText, 35, P::kConditional},
    {F::kTownName, "TOWN_NAME", T::kText, 30, P::kConditional},
    {F::kAdministrativeArea, "ADMINSTRATIVE_AREA", T::kText, 30, P::kMandatory},
    {F::kLanguage, "LANGUAGE", T::kText, 3, P::kMandatory},
};

constexpr Column kDtf73Blpu[] = {
    {F::kRecordIdentifier, "RECORD_IDENTIFIER", T::kInteger, 2, P::kMandatory},
    {F::kChangeType, "CHANGE_TYPE", T::kText, 1, P::kMandatory},
    {F::kProOrder, "PRO_ORDER", T::kInteger, 16, P::kMandatory},
    {F::kUprn, "UPRN", T::kInteger, 12, P::kMandatory},
    {F::kLogicalStatus, "LOGICAL_STATUS", T::kInteger, 1, P::kMandatory},
    {F::kBlpuState, "BLPU_STATE", T::kInteger, 1, P::kConditional},
    {F::kBlpuStateDate, "BLPU_STATE_DATE", T::kDate, 0, P::kConditional},
    {F::kBlpuClass, "BLPU_CLASS", T::kText, 4, P::kMandatory},
    {F::kParentUprn, "PARENT_UPRN", T::kInteger, 12, P::kConditional},
    {F::kXCoordinate, "X_COORDINATE", T::kDecimal, 0, P::kMandatory},
    {F::kYCoordinate, "Y_COORDINATE", T::kDecimal, 0, P::kMandatory},
    {F::kRpc, "RPC", T::kInteger, 1, P::kMandatory},
    {F::kLocalCustodianCode, "LOCAL_CUSTODIAN_CODE", T::kInteger, 4, P::kMandatory},
    {F::kStartDate, "START_DATE", T::kDate, 0, P::kMandatory},
    {F::kEndDate, "END_DATE", T::kDate, 0, P::kConditional},
    {F::kLastUpdateDate, "LAST_UPDATE_DATE", T::kDate, 0, P::kMandatory},
    {F::kEntryDate, "ENTRY_DATE", T::kDate, 0, P::kMandatory},
    {F::kOrganisation, "ORGANISATION", T::kText, 100, P::kOptional},
    {F::kWardCode, "WARD_CODE", T::kText, 10, P::kOptional},
    {F::kParishCode, "PARISH_CODE", T::kText, 10, P::kOptional},
    {F::kCustodianOne, "CUSTODIAN_ONE", T::kInteger, 2, P::kReserved},
    {F::kCustodianTwo, "CUSTODIAN_TWO", T::kInteger, 2, P::kReserved},
    {F::kCanKey, "CAN_KEY", T::kText, 14, P::kReserved},
};

constexpr Column kDtf73Provenance[] = {
    {F::kRecordIdentifier, "RECORD_IDENTIFIER", T::kInteger, 2, P::kMandatory},
    {F::kChangeType, "CHANGE_TYPE", T::kText, 1, P::kMandatory},
    {F::kProOrder, "PRO_ORDER", T::kInteger, 16, P::kMandatory},
    {F::kUprn, "UPRN", T::kInteger, 12, P::kMandatory},
    {F::kProvKey, "PROV_KEY", T::kText, 14, P::kMandatory},
    {F::kProvenanceCode, "PROVENANCE_CODE", T::kText, 1, P::kMandatory},
    {F::kAnnotation, "ANNOTATION", T::kText, 30, P::kOptional},
    {F::kEntryDate, "ENTRY_DATE", T::kDate, 0, P::kMandatory},
    {F::kStartDate, "START_DATE", T::kDate, 0, P::kMandatory},
    {F::kEndDate, "END_DATE", T::kDate, 0, P::kOptional},
    {F::kLastUpdateDate, "LAST_UPDATE_DATE", T::kDate, 0, P::kMandatory},
};

constexpr Column kDtf73CrossReference[] = {
    {F::kRecordIdentifier, "RECORD_IDENTIFIER", T::kInteger, 2, P::kMandatory},
    {F::kChangeType, "CHANGE_TYPE", T::kText, 1, P::kMandatory},
    {F::kProOrder, "PRO_ORDER", T::kInteger, 16, P::kMandatory},
    {F::kUprn, "UPRN", T::kInteger, 12, P::kMandatory},
    {F::kXrefKey, "XREF_KEY", T::kText, 14, P::kMandatory},
    {F::kStartDate, "START_DATE", T::kDate, 0, P::kMandatory},
    {F::kLastUpdateDate, "LAST_UPDATE_DATE", T::kDate, 0, P::kMandatory},
    {F::kEntryDate, "ENTRY_DATE", T::kDate, 0, P::kMandatory},
    {F::kEndDate, "END_DATE", T::kDate, 0, P::kOptional},
    {F::kCrossReference, "CROSS_REFERENCE", T::kText, 50, P::kMandatory},
    {F::kSource, "SOURCE", T::kText, 6, P::kMandatory},
};

constexpr Column kDtf73Lpi[] = {
    {F::kRecordIdentifier, "RECORD_IDENTIFIER", T::kInteger, 2, P::kMandatory},
    {F::kChangeType, "CHANGE_TYPE", T::kText, 1, P::kMandatory},
    {F::kProOrder, "PRO_ORDER", T::kInteger, 16, P::kMandatory},
    {F::kUprn, "UPRN", T::kInteger, 12, P::kMandatory},
    {F::kLpiKey, "LPI_KEY", T::kText, 14, P::kMandatory},
    {F::kLanguage, "LANGUAGE", T::kText, 3, P::kMandatory},
    {F::kLogicalStatus, "LOGICAL_STATUS", T::kInteger, 1, P::kMandatory},
    {F::kStartDate, "START_DATE", T::kDate, 0, P::kMandatory},
    {F::kEndDate, "END_DATE", T::kDate, 0, P::kOptional},
    {F::kEntryDate, "ENTRY_DATE", T::kDate, 0, P::kMandatory},
    {F::kLastUpdateDate, "LAST_UPDATE_DATE", T::kDate, 0, P::kMandatory},
    {F::kSaoStartNumber, "SAO_START_NUMBER", T::kInteger, 4, P::kConditional},
    {F::kSaoStartSuffix, "SAO_START_SUFFIX", T::kText, 2, P::kConditional},
    {F::kSaoEndNumber, "SAO_END_NUMBER", T::kInteger, 4, P::kConditional},
    {F::kSaoEndSuffix, "SAO_END_SUFFIX", T::kText, 2, P::kConditional},
    {F::kSaoText, "SAO_TEXT", T::kText, 90, P::kConditional},
    {F::kPaoStartNumber, "PAO_START_NUMBER", T::kInteger, 4, P::kConditional},
    {F::kPaoStartSuffix, "PAO_START_SUFFIX", T::kText, 2, P::kConditional},
    {F::kPaoEndNumber, "PAO_END_NUMBER", T::kInteger, 4, P::kConditional},
    {F::kPaoEndSuffix, "PAO_END_SUFFIX", T::kText, 2, P::kConditional},
    {F::kPaoText, "PAO_TEXT", T::kText, 90, P::kConditional},
    {F::kUsrn, "USRN", T::kInteger, 8, P::kMandatory},
    {F::kLevel, "LEVEL", T::kText, 30, P::kOptional},
    {F::kPostalAddress, "POSTAL_ADDRESS", T::kText, 1, P::kMandatory},
    {F::kPostcode, "POSTCODE", T::kText, 8, P::kConditional},
    {F::kPostTown, "POST_TOWN", T::kText, 30, P::kConditional},
    {F::kOfficialFlag, "OFFICIAL_FLAG", T::kText, 1, P::kOptional},
    {F::kCustodianOne, "CUSTODIAN_ONE", T::kInteger, 2, P::kReserved},
    {F::kCustodianTwo, "CUSTODIAN_TWO", T::kInteger, 2, P::kReserved},
    {F::kCanKey, "CAN_KEY", T::kText, 14, P::kReserved},
};

constexpr Column kDtf73Metadata[] = {
    {F::kRecordIdentifier, "RECORD_IDENTIFIER", T::kInteger, 2, P::kMandatory},
    {F::kGazName, "GAZ_NAME", T::kText, 60, P::kMandatory},
    {F::kGazScope, "GAZ_SCOPE", T::kText, 60, P::kMandatory},
    {F::kTermsOfUse, "TER_OF_USE", T::kText, 60, P::kMandatory},
    {F::kLinkedData, "LINKED_DATA", T::kText, 100, P::kOptional},
    {F::kGazOwner, "GAZ_OWNER", T::kText, 60, P::kMandatory},
    {F::kUpdateFrequency, "NGAZ_FREQ", T::kText, 1, P::kMandatory},
    {F::kCustodianName, "CUSTODIAN_NAME", T::kText, 40, P::kMandatory},
    {F::kCustodianUprn, "CUSTODIAN_UPRN", T::kInteger, 12, P::kMandatory},
    {F::kLocalCustodianCode, "LOCAL_CUSTODIAN_CODE", T::kInteger, 4, P::kMandatory},
    {F::kCoordinateSystem, "CO_ORD_SYSTEM", T::kText, 40, P::kMandatory},
    {F::kCoordinateUnit, "CO_ORD_UNIT", T::kText, 10, P::kMandatory},
    {F::kMetaDate, "META_DATE", T::kDate, 0, P::kMandatory},
    {F::kClassScheme, "CLASS_SCHEME", T::kText, 40, P::kMandatory},
    {F::kGazDate, "GAZ_DATE", T::kDate, 0, P::kMandatory},
    {F::kLanguage, "LANGUAGE", T::kText, 3, P::kMandatory},
    {F::kCharacterSet, "CHARACTER_SET", T::kText, 30, P::kMandatory},
};

// The order of the keys is not confirmed.
constexpr Column kDtf73KeySequence[] = {
    {F::kRecordIdentifier, "RECORD_IDENTIFIER", T::kInteger, 2, P::kMandatory},
    {F::kLastLpiKey, "LAST_LPI_KEY", T::kText, 14, P::kOptional},
    {F::kLastProvKey, "LAST_PROV_KEY", T::kText, 14, P::kOptional},
    {F::kLastXrefKey, "LAST_XREF_KEY", T::kText, 14, P::kOptional},
};

constexpr Column kDtf73Trailer[] = {
    {F::kRecordIdentifier, "RECORD_IDENTIFIER", T::kInteger, 2, P::kMandatory},
    {F::kNextVolumeNumber, "NEXT_VOLUME_NUMBER", T::kInteger, 3, P::kMandatory},
    {F::kRecordCount, "RECORD_COUNT", T::kInteger, 16, P::kMandatory},
    {F::kEntryDate, "ENTRY_DATE", T::kDate, 0, P::kMandatory},
    {F::kTimeStamp, "TIME_STAMP", T::kTime, 0, P::kMandatory},
};

constexpr Column kAbp2Header[] = {
    {F::kRecordIdentifier, "RECORD_IDENTIFIER", T::kInteger, 2, P::kMandatory},
    {F::kCustodianName, "CUSTODIAN_NAME", T::kText, 40, P::kMandatory},
    {F::kLocalCustodianCode, "LOCAL_CUSTODIAN_CODE", T::kInteger, 4, P::kMandatory},
    {F::kProcessDate, "PROCESS_DATE", T::kDate, 0, P::kMandatory},
    {F::kVolumeNumber, "VOLUME_NUMBER", T::kInteger, 3, P::kMandatory},
    {F::kEntryDate, "ENTRY_DATE", T::kDate, 0, P::kMandatory},
    {F::kTimeStamp, "TIME_STAMP", T::kTime, 0, P::kMandatory},
    {F::kVersion, "VERSION", T::kText, 7, P::kMandatory},
    {F::kFileType, "FILE_TYPE", T::kText, 1, P::kMandatory},
};

constexpr Column kAbp2Street[] = {
    {F::kRecordIdentifier, "RECORD_IDENTIFIER", T::kInteger, 2, P::kMandatory},
    {F::kChangeType, "CHANGE_TYPE", T::kText, 1, P::kMandatory},
    {F::kProOrder, "PRO_ORDER", T::kInteger, 16, P::kMandatory},
    {F::kUsrn, "USRN", T::kInteger, 8, P::kMandatory},
    {F::kRecordType, "RECORD_TYPE", T::kInteger, 1, P::kMandatory},
    {F::kSwaOrgRefNaming, "SWA_ORG_REF_NAMING", T::kInteger, 4, P::kMandatory},
    {F::kState, "STATE", T::kInteger, 1, P::kOptional},
    {F::kStateDate, "STATE_DATE", T::kDate, 0, P::kOptional},
    {F::kStreetSurface, "STREET_SURFACE", T::kInteger, 1, P::kOptional},
    {F::kStreetClassification, "STREET_CLASSIFICATION", T::kInteger, 2, P::kOptional},
    {F::kVersion, "VERSION", T::kInteger, 3, P::kMandatory},
    {F::kStartDate, "STREET_START_DATE", T::kDate, 0, P::kMandatory},
    {F::kEndDate, "STREET_END_DATE", T::kDate, 0, P::kConditional},
    {F::kLastUpdateDate, "LAST_UPDATE_DATE", T::kDate, 0, P::kMandatory},
    {F::kEntryDate, "RECORD_ENTRY_DATE", T::kDate, 0, P::kMandatory},
    {F::kStreetStartX, "STREET_START_X", T::kDecimal, 0, P::kMandatory},
    {F::kStreetStartY, "STREET_START_Y", T::kDecimal, 0, P::kMandatory},
    {F::kStreetStartLat, "STREET_START_LAT", T::kDecimal, 0, P::kMandatory},
    {F::kStreetStartLong, "STREET_START_LONG", T::kDecimal, 0, P::kMandatory},
    {F::kStreetEndX, "STREET_END_X", T::kDecimal, 0, P::kMandatory},
    {F::kStreetEndY, "STREET_END_Y", T::kDecimal, 0, P::kMandatory},
    {F::kStreetEndLat, "STREET_END_LAT", T::kDecimal, 0, P::kMandatory},
    {F::kStreetEndLong, "STREET_END_LONG", T::kDecimal, 0, P::kMandatory},
    {F::kStreetTolerance, "STREET_TOLERANCE", T::kInteger, 3, P::kMandatory},
};

constexpr Column kAbp2Descriptor[] = {
    {F::kRecordIdentifier, "RECORD_IDENTIFIER", T::kInteger, 2, P::kMandatory},
    {F::kChangeType, "CHANGE_TYPE", T::kText, 1, P::kMandatory},
    {F::kProOrder, "PRO_ORDER", T::kInteger, 16, P::kMandatory},
    {F::kUsrn, "USRN", T::kInteger, 8, P::kMandatory},
    {F::kStreetDescriptor, "STREET_DESCRIPTION", T::kText, 100, P::kMandatory},
    {F::kLocality, "LOCALITY", T::kText, 35, P::kOptional},
    {F::kTownName, "TOWN_NAME", T::kText, 30, P::kConditional},
    {F::kAdministrativeArea, "ADMINISTRATIVE_AREA", T::kText, 30, P::kMandatory},
    {F::kLanguage, "LANGUAGE", T::kText, 3, P::kMandatory},
    {F::kStartDate, "START_DATE", T::kDate, 0, P::kMandatory},
    {F::kEndDate, "END_DATE", T::kDate, 0, P::kOptional},
    {F::kLastUpdateDate, "LAST_UPDATE_DATE", T::kDate, 0, P::kMandatory},
    {F::kEntryDate, "ENTRY_DATE", T::kDate, 0, P::kMandatory},
};

constexpr Column kAbp2Blpu[] = {
    {F::kRecordIdentifier, "RECORD_IDENTIFIER", T::kInteger, 2, P::kMandatory},
    {F::kChangeType, "CHANGE_TYPE", T::kText, 1, P::kMandatory},
    {F::kProOrder, "PRO_ORDER", T::kInteger, 16, P::kMandatory},
    {F::kUprn, "UPRN", T::kInteger, 12, P::kMandatory},
    {F::kLogicalStatus, "LOGICAL_STATUS", T::kInteger, 1, P::kMandatory},
    {F::kBlpuState, "BLPU_STATE", T::kInteger, 1, P::kOptional},
    {F::kBlpuStateDate, "BLPU_STATE_DATE", T::kDate, 0, P::kConditional},
    {F::kParentUprn, "PARENT_UPRN", T::kInteger, 12, P::kOptional},
    {F::kXCoordinate, "X_COORDINATE", T::kDecimal, 0, P::kMandatory},
    {F::kYCoordinate, "Y_COORDINATE", T::kDecimal, 0, P::kMandatory},
    {F::kLatitude, "LATITUDE", T::kDecimal, 0, P::kMandatory},
    {F::kLongitude, "LONGITUDE", T::kDecimal, 0, P::kMandatory},
    {F::kRpc, "RPC", T::kInteger, 1, P::kMandatory},
    {F::kLocalCustodianCode, "LOCAL_CUSTODIAN_CODE", T::kInteger, 4, P::kMandatory},
    {F::kCountry, "COUNTRY", T::kText, 1, P::kMandatory},
    {F::kStartDate, "START_DATE", T::kDate, 0, P::kMandatory},
    {F::kEndDate, "END_DATE", T::kDate, 0, P::kOptional},
    {F::kLastUpdateDate, "LAST_UPDATE_DATE", T::kDate, 0, P::kMandatory},
    {F::kEntryDate, "ENTRY_DATE", T::kDate, 0, P::kMandatory},
    {F::kAddressbasePostal, "ADDRESSBASE_POSTAL", T::kText, 1, P::kMandatory},
    {F::kPostcodeLocator, "POSTCODE_LOCATOR", T::kText, 8, P::kMandatory},
    {F::kMultiOccCount, "MULTI_OCC_COUNT", T::kInteger, 4, P::kMandatory},
};

constexpr Column kAbp2CrossReference[] = {
    {F::kRecordIdentifier, "RECORD_IDENTIFIER", T::kInteger, 2, P::kMandatory},
    {F::kChangeType, "CHANGE_TYPE", T::kText, 1, P::kMandatory},
    {F::kProOrder, "PRO_ORDER", T::kInteger, 16, P::kMandatory},
    {F::kUprn, "UPRN", T::kInteger, 12, P::kMandatory},
    {F::kXrefKey, "XREF_KEY", T::kText, 14, P::kMandatory},
    {F::kCrossReference, "CROSS_REFERENCE", T::kText, 50, P::kMandatory},
    {F::kVersion, "VERSION", T::kInteger, 3, P::kConditional},
    {F::kSource, "SOURCE", T::kText, 6, P::kMandatory},
    {F::kStartDate, "START_DATE", T::kDate, 0, P::kMandatory},
    {F::kEndDate, "END_DATE", T::kDate, 0, P::kOptional},
    {F::kLastUpdateDate, "LAST_UPDATE_DATE", T::kDate, 0, P::kMandatory},
    {F::kEntryDate, "ENTRY_DATE", T::kDate, 0, P::kMandatory},
};

constexpr Column kAbp2Lpi[] = {
    {F::kRecordIdentifier, "RECORD_IDENTIFIER", T::kInteger, 2, P::kMandatory},
    {F::kChangeType, "CHANGE_TYPE", T::kText, 1, P::kMandatory},
    {F::kProOrder, "PRO_ORDER", T::kInteger, 16, P::kMandatory},
    {F::kUprn, "UPRN", T::kInteger, 12, P::kMandatory},
    {F::kLpiKey, "LPI_KEY", T::kText, 14, P::kMandatory},
    {F::kLanguage, "LANGUAGE", T::kText, 3, P::kMandatory},
    {F::kLogicalStatus, "LOGICAL_STATUS", T::kInteger, 1, P::kMandatory},
    {F::kStartDate, "START_DATE", T::kDate, 0, P::kMandatory},
    {F::kEndDate, "END_DATE", T::kDate, 0, P::kOptional},
    {F::kLastUpdateDate, "LAST_UPDATE_DATE", T::kDate, 0, P::kMandatory},
    {F::kEntryDate, "ENTRY_DATE", T::kDate, 0, P::kMandatory},
    {F::kSaoStartNumber, "SAO_START_NUMBER", T::kInteger, 4, P::kOptional},
    {F::kSaoStartSuffix, "SAO_START_SUFFIX", T::kText, 2, P::kOptional},
    {F::kSaoEndNumber, "SAO_END_NUMBER", T::kInteger, 4, P::kOptional},
    {F::kSaoEndSuffix, "SAO_END_SUFFIX", T::kText, 2, P::kOptional},
    {F::kSaoText, "SAO_TEXT", T::kText, 90, P::kOptional},
    {F::kPaoStartNumber, "PAO_START_NUMBER", T::kInteger, 4, P::kConditional},
    {F::kPaoStartSuffix, "PAO_START_SUFFIX", T::kText, 2, P::kOptional},
    {F::kPaoEndNumber, "PAO_END_NUMBER", T::kInteger, 4, P::kOptional},
    {F::kPaoEndSuffix, "PAO_END_SUFFIX", T::kText, 2, P::kOptional},
    {F::kPaoText, "PAO_TEXT", T::kText, 90, P::kConditional},
    {F::kUsrn, "USRN", T::kInteger, 8, P::kMandatory},
    {F::kUsrnMatchIndicator, "USRN_MATCH_INDICATOR", T::kText, 1, P::kMandatory},
    {F::kAreaName, "AREA_NAME", T::kText, 40, P::kOptional},
    {F::kLevel, "LEVEL", T::kText, 30, P::kOptional},
    {F::kOfficialFlag, "OFFICIAL_FLAG", T::kText, 1, P::kOptional},
};

constexpr Column kAbp2DeliveryPoint[] = {
    {F::kRecordIdentifier, "RECORD_IDENTIFIER", T::kInteger, 2, P::kMandatory},
    {F::kChangeType, "CHANGE_TYPE", T::kText, 1, P::kMandatory},
    {F::kProOrder, "PRO_ORDER", T::kInteger, 16, P::kMandatory},
    {F::kUprn, "UPRN", T::kInteger, 12, P::kMandatory},
    {F::kUdprn, "UDPRN", T::kInteger, 8, P::kMandatory},
    {F::kOrganisationName, "ORGANISATION_NAME", T::kText, 60, P::kConditional},
    {F::kDepartmentName, "DEPARTMENT_NAME", T::kText, 60, P::kOptional},
    {F::kSubBuildingName, "SUB_BUILDING_NAME", T::kText, 30, P::kOptional},
    {F::kBuildingName, "BUILDING_NAME", T::kText, 50, P::kConditional},
    {F::kBuildingNumber, "BUILDING_NUMBER", T::kInteger, 4, P::kConditional},
    {F::kDependentThoroughfare, "DEPENDENT_THOROUGHFARE", T::kText, 80, P::kOptional},
    {F::kThoroughfare, "THOROUGHFARE", T::kText, 80, P::kOptional},
    {F::kDoubleDependentLocality, "DOUBLE_DEPENDENT_LOCALITY", T::kText, 35, P::kOptional},
    {F::kDependentLocality, "DEPENDENT_LOCALITY", T::kText, 35, P::kOptional},
    {F::kPostTown, "POST_TOWN", T::kText, 30, P::kMandatory},
    {F::kPostcode, "POSTCODE", T::kText, 8, P::kMandatory},
    {F::kPostcodeType, "POSTCODE_TYPE", T::kText, 1, P::kMandatory},
    {F::kDeliveryPointSuffix, "DELIVERY_POINT_SUFFIX", T::kText, 2, P::kMandatory},
    {F::kWelshDependentThoroughfare, "WELSH_DEPENDENT_THOROUGHFARE", T::kText, 80, P::kOptional},
    {F::kWelshThoroughfare, "WELSH_THOROUGHFARE", T::kText, 80, P::kOptional},
    {F::kWelshDoubleDependentLocality, "WELSH_DOUBLE_DEPENDENT_LOCALITY", T::kText, 35, P::kOptional},
    {F::kWelshDependentLocality, "WELSH_DEPENDENT_LOCALITY", T::kText, 35, P::kOptional},
    {F::kWelshPostTown, "WELSH_POST_TOWN", T::kText, 30, P::kOptional},
    {F::kPoBoxNumber, "PO_BOX_NUMBER", T::kText, 6, P::kConditional},
    {F::kProcessDate, "PROCESS_DATE", T::kDate, 0, P::kMandatory},
    {F::kStartDate, "START_DATE", T::kDate, 0, P::kMandatory},
    {F::kEndDate, "END_DATE", T::kDate, 0, P::kOptional},
    {F::kLastUpdateDate, "LAST_UPDATE_DATE", T::kDate, 0, P::kMandatory},
    {F::kEntryDate, "ENTRY_DATE", T::kDate, 0, P::kMandatory},
};

constexpr Column kAbp2Successor[] = {
    {F::kRecordIdentifier, "RECORD_IDENTIFIER", T::kInteger, 2, P::kMandatory},
    {F::kChangeType, "CHANGE_TYPE", T::kText, 1, P::kMandatory},
    {F::kProOrder, "PRO_ORDER", T::kInteger, 16, P::kMandatory},
    {F::kUprn, "UPRN", T::kInteger, 12, P::kMandatory},
    {F::kSuccKey, "SUCC_KEY", T::kText, 14, P::kMandatory},
    {F::kStartDate, "START_DATE", T::kDate, 0, P::kMandatory},
    {F::kEndDate, "END_DATE", T::kDate, 0, P::kOptional},
    {F::kLastUpdateDate, "LAST_UPDATE_DATE", T::kDate, 0, P::kMandatory},
    {F::kEntryDate, "ENTRY_DATE", T::kDate, 0, P::kMandatory},
    {F::kSuccessor, "SUCCESSOR", T::kInteger, 12, P::kMandatory},
};

constexpr Column kAbp2Organisation[] = {
    {F::kRecordIdentifier, "RECORD_IDENTIFIER", T::kInteger, 2, P::kMandatory},
    {F::kChangeType, "CHANGE_TYPE", T::kText, 1, P::kMandatory},
    {F::kProOrder, "PRO_ORDER", T::kInteger, 16, P::kMandatory},
    {F::kUprn, "UPRN", T::kInteger, 12, P::kMandatory},
    {F::kOrgKey, "ORG_KEY", T::kText, 14, P::kMandatory},
    {F::kOrganisation, "ORGANISATION", T::kText, 100, P::kMandatory},
    {F::kLegalName, "LEGAL_NAME", T::kText, 60, P::kOptional},
    {F::kStartDate, "START_DATE", T::kDate, 0, P::kMandatory},
    {F::kEndDate, "END_DATE", T::kDate, 0, P::kOptional},
    {F::kLastUpdateDate, "LAST_UPDATE_DATE", T::kDate, 0, P::kMandatory},
    {F::kEntryDate, "ENTRY_DATE", T::kDate, 0, P::kMandatory},
};

constexpr Column kAbp2Classification[] = {
    {F::kRecordIdentifier, "RECORD_IDENTIFIER", T::kInteger, 2, P::kMandatory},
    {F::kChangeType, "CHANGE_TYPE", T::kText, 1, P::kMandatory},
    {F::kProOrder, "PRO_ORDER", T::kInteger, 16, P::kMandatory},
    {F::kUprn, "UPRN", T::kInteger, 12, P::kMandatory},
    {F::kClassKey, "CLASS_KEY", T::kText, 14, P::kMandatory},
    {F::kClassificationCode, "CLASSIFICATION_CODE", T::kText, 6, P::kMandatory},
    {F::kClassScheme, "CLASS_SCHEME", T::kText, 60, P::kMandatory},
    {F::kSchemeVersion, "SCHEME_VERSION", T::kDecimal, 0, P::kMandatory},
    {F::kStartDate, "START_DATE", T::kDate, 0, P::kMandatory},
    {F::kEndDate, "END_DATE", T::kDate, 0, P::kOptional},
    {F::kLastUpdateDate, "LAST_UPDATE_DATE", T::kDate, 0, P::kMandatory},
    {F::kEntryDate, "ENTRY_DATE", T::kDate, 0, P::kMandatory},
};

constexpr Column kAbp2Metadata[] = {
    {F::kRecordIdentifier, "RECORD_IDENTIFIER", T::kInteger, 2, P::kMandatory},
    {F::kGazName, "GAZ_NAME", T::kText, 60, P::kMandatory},
    {F::kGazScope, "GAZ_SCOPE", T::kText, 60, P::kMandatory},
    {F::kTermsOfUse, "TER_OF_USE", T::kText, 60, P::kMandatory},
    {F::kLinkedData, "LINKED_DATA", T::kText, 100, P::kMandatory},
    {F::kGazOwner, "GAZ_OWNER", T::kText, 15, P::kMandatory},
    {F::kUpdateFrequency, "NGAZ_FREQ", T::kText, 1, P::kMandatory},
    {F::kCustodianName, "CUSTODIAN_NAME", T::kText, 40, P::kMandatory},
    {F::kCustodianUprn, "CUSTODIAN_UPRN", T::kInteger, 12, P::kMandatory},
    {F::kLocalCustodianCode, "LOCAL_CUSTODIAN_CODE", T::kInteger, 4, P::kMandatory},
    {F::kCoordinateSystem, "CO_ORD_SYSTEM", T::kText, 40, P::kMandatory},
    {F::kCoordinateUnit, "CO_ORD_UNIT", T::kText, 10, P::kMandatory},
    {F::kMetaDate, "META_DATE", T::kDate, 0, P::kMandatory},
    {F::kClassScheme, "CLASS_SCHEME", T::kText, 60, P::kMandatory},
    {F::kGazDate, "GAZ_DATE", T::kDate, 0, P::kMandatory},
    {F::kLanguage, "LANGUAGE", T::kText, 3, P::kMandatory},
    {F::kCharacterSet, "CHARACTER_SET", T::kText, 30, P::kMandatory},
};

constexpr Column kAbp2Trailer[] = {
    {F::kRecordIdentifier, "RECORD_IDENTIFIER", T::kInteger, 2, P::kMandatory},
    {F::kNextVolumeNumber, "NEXT_VOLUME_NUMBER", T::kInteger, 3, P::kMandatory},
    {F::kRecordCount, "RECORD_COUNT", T::kInteger, 16, P::kMandatory},
    {F::kEntryDate, "ENTRY_DATE", T::kDate, 0, P::kMandatory},
    {F::kTimeStamp, "TIME_STAMP", T::kTime, 0, P::kMandatory},
};

constexpr Column kAbp1Street[] = {
    {F::kRecordIdentifier, "RECORD_IDENTIFIER", T::kInteger, 2, P::kMandatory},
    {F::kChangeType, "CHANGE_TYPE", T::kText, 1, P::kMandatory},
    {F::kProOrder, "PRO_ORDER", T::kInteger, 16, P::kMandatory},
    {F::kUsrn, "USRN", T::kInteger, 8, P::kMandatory},
    {F::kRecordType, "RECORD_TYPE", T::kInteger, 1, P::kMandatory},
    {F::kSwaOrgRefNaming, "SWA_ORG_REF_NAMING", T::kInteger, 4, P::kMandatory},
    {F::kState, "STATE", T::kInteger, 1, P::kOptional},
    {F::kStateDate, "STATE_DATE", T::kDate, 0, P::kOptional},
    {F::kStreetSurface, "STREET_SURFACE", T::kInteger, 1, P::kOptional},
    {F::kStreetClassification, "STREET_CLASSIFICATION", T::kInteger, 2, P::kOptional},
    {F::kVersion, "VERSION", T::kInteger, 3, P::kMandatory},
    {F::kStartDate, "STREET_START_DATE", T::kDate, 0, P::kMandatory},
    {F::kEndDate, "STREET_END_DATE", T::kDate, 0, P::kConditional},
    {F::kLastUpdateDate, "LAST_UPDATE_DATE", T::kDate, 0, P::kMandatory},
    {F::kEntryDate, "RECORD_ENTRY_DATE", T::kDate, 0, P::kMandatory},
    {F::kStreetStartX, "STREET_START_X", T::kDecimal, 0, P::kMandatory},
    {F::kStreetStartY, "STREET_START_Y", T::kDecimal, 0, P::kMandatory},
    {F::kStreetEndX, "STREET_END_X", T::kDecimal, 0, P::kMandatory},
    {F::kStreetEndY, "STREET_END_Y", T::kDecimal, 0, P::kMandatory},
    {F::kStreetTolerance, "STREET_TOLERANCE", T::kInteger, 3, P::kMandatory},
};

constexpr Column kAbp1Descriptor[] = {
    {F::kRecordIdentifier, "RECORD_IDENTIFIER", T::kInteger, 2, P::kMandatory},
    {F::kChangeType, "CHANGE_TYPE", T::kText, 1, P::kMandatory},
    {F::kProOrder, "PRO_ORDER", T::kInteger, 16, P::kMandatory},
    {F::kUsrn, "USRN", T::kInteger, 8, P::kMandatory},
    {F::kStreetDescriptor, "STREET_DESCRIPTION", T::kText, 100, P::kMandatory},
    {F::kLocality, "LOCALITY", T::kText, 35, P::kOptional},
    {F::kTownName, "TOWN_NAME", T::kText, 30, P::kConditional},
    {F::kAdministrativeArea, "ADMINISTRATIVE_AREA", T::kText, 30, P::kMandatory},
    {F::kLanguage, "LANGUAGE", T::kText, 3, P::kMandatory},
};

constexpr Column kAbp1Blpu[] = {
    {F::kRecordIdentifier, "RECORD_IDENTIFIER", T::kInteger, 2, P::kMandatory},
    {F::kChangeType, "CHANGE_TYPE", T::kText, 1, P::kMandatory},
    {F::kProOrder, "PRO_ORDER", T::kInteger, 16, P::kMandatory},
    {F::kUprn, "UPRN", T::kInteger, 12, P::kMandatory},
    {F::kLogicalStatus, "LOGICAL_STATUS", T::kInteger, 1, P::kMandatory},
    {F::kBlpuState, "BLPU_STATE", T::kInteger, 1, P::kOptional},
    {F::kBlpuStateDate, "BLPU_STATE_DATE", T::kDate, 0, P::kConditional},
    {F::kParentUprn, "PARENT_UPRN", T::kInteger, 12, P::kOptional},
    {F::kXCoordinate, "X_COORDINATE", T::kDecimal, 0, P::kMandatory},
    {F::kYCoordinate, "Y_COORDINATE", T::kDecimal, 0, P::kMandatory},
    {F::kRpc, "RPC", T::kInteger, 1, P::kMandatory},
    {F::kLocalCustodianCode, "LOCAL_CUSTODIAN_CODE", T::kInteger, 4, P::kMandatory},
    {F::kStartDate, "START_DATE", T::kDate, 0, P::kMandatory},
    {F::kEndDate, "END_DATE", T::kDate, 0, P::kOptional},
    {F::kLastUpdateDate, "LAST_UPDATE_DATE", T::kDate, 0, P::kMandatory},
    {F::kEntryDate, "ENTRY_DATE", T::kDate, 0, P::kMandatory},
    {F::kAddressbasePostal, "POSTAL_ADDRESS", T::kText, 1, P::kMandatory},
    {F::kPostcodeLocator, "POSTCODE_LOCATOR", T::kText, 8, P::kMandatory},
    {F::kMultiOccCount, "MULTI_OCC_COUNT", T::kInteger, 4, P::kMandatory},
};

constexpr Column kAbp1DeliveryPoint[] = {
    {F::kRecordIdentifier, "RECORD_IDENTIFIER", T::kInteger, 2, P::kMandatory},
    {F::kChangeType, "CHANGE_TYPE", T::kText, 1, P::kMandatory},
    {F::kProOrder, "PRO_ORDER", T::kInteger, 16, P::kMandatory},
    {F::kUprn, "UPRN", T::kInteger, 12, P::kMandatory},
    {F::kParentAddressableUprn, "PARENT_ADDRESSABLE_UPRN", T::kInteger, 12, P::kOptional},
    {F::kUdprn, "UDPRN", T::kInteger, 8, P::kMandatory},
    {F::kOrganisationName, "ORGANISATION_NAME", T::kText, 60, P::kConditional},
    {F::kDepartmentName, "DEPARTMENT_NAME", T::kText, 60, P::kOptional},
    {F::kSubBuildingName, "SUB_BUILDING_NAME", T::kText, 30, P::kOptional},
    {F::kBuildingName, "BUILDING_NAME", T::kText, 50, P::kConditional},
    {F::kBuildingNumber, "BUILDING_NUMBER", T::kInteger, 4, P::kConditional},
    {F::kDependentThoroughfare, "DEPENDENT_THOROUGHFARE", T::kText, 80, P::kOptional},
    {F::kThoroughfare, "THOROUGHFARE", T::kText, 80, P::kOptional},
    {F::kDoubleDependentLocality, "DOUBLE_DEPENDENT_LOCALITY", T::kText, 35, P::kOptional},
    {F::kDependentLocality, "DEPENDENT_LOCALITY", T::kText, 35, P::kOptional},
    {F::kPostTown, "POST_TOWN", T::kText, 30, P::kMandatory},
    {F::kPostcode, "POSTCODE", T::kText, 8, P::kMandatory},
    {F::kPostcodeType, "POSTCODE_TYPE", T::kText, 1, P::kMandatory},
    {F::kWelshDependentThoroughfare, "WELSH_DEPENDENT_THOROUGHFARE", T::kText, 80, P::kOptional},
    {F::kWelshThoroughfare, "WELSH_THOROUGHFARE", T::kText, 80, P::kOptional},
    {F::kWelshDoubleDependentLocality, "WELSH_DOUBLE_DEPENDENT_LOCALITY", T::kText, 35, P::kOptional},
    {F::kWelshDependentLocality, "WELSH_DEPENDENT_LOCALITY", T::kText, 35, P::kOptional},
    {F::kWelshPostTown, "WELSH_POST_TOWN", T::kText, 30, P::kOptional},
    {F::kPoBoxNumber, "PO_BOX_NUMBER", T::kText, 6, P::kConditional},
    {F::kProcessDate, "PROCESS_DATE", T::kDate, 0, P::kMandatory},
    {F::kStartDate, "START_DATE", T::kDate, 0, P::kMandatory},
    {F::kEndDate, "END_DATE", T::kDate, 0, P::kOptional},
    {F::kLastUpdateDate, "LAST_UPDATE_DATE", T::kDate, 0, P::kMandatory},
    {F::kEntryDate, "ENTRY_DATE", T::kDate, 0, P::kMandatory},
};

consteval RecordLayout MakeLayout(GazetteerFormat format, int record_type, std::span<const Column> columns) {
  RecordLayout layout{format, record_type, columns, {}};
  layout.position.fill(-1);
  for (size_t i = 0; i < columns.size(); ++i) {
    layout.position[static_cast<size_t>(columns[i].field)] = static_cast<int8_t>(i);
  }
  return layout;
}

// Records 10, 23, 24, 29, 30, 31, 32 and 99 of AddressBase Premium are the same in both versions.
constexpr RecordLayout kLayouts[] = {
    MakeLayout(GazetteerFormat::kDtf73, 10, kDtf73Header),
    MakeLayout(GazetteerFormat::kDtf73, 11, kDtf73Street),
    MakeLayout(GazetteerFormat::kDtf73, 12, kDtf73StreetReference),
    MakeLayout(GazetteerFormat::kDtf73, 15, kDtf73Descriptor),
    MakeLayout(GazetteerFormat::kDtf73, 21, kDtf73Blpu),
    MakeLayout(GazetteerFormat::kDtf73, 22, kDtf73Provenance),
    MakeLayout(GazetteerFormat::kDtf73, 23, kDtf73CrossReference),
    MakeLayout(GazetteerFormat::kDtf73, 24, kDtf73Lpi),
    MakeLayout(GazetteerFormat::kDtf73, 29, kDtf73Metadata),
    MakeLayout(GazetteerFormat::kDtf73, 98, kDtf73KeySequence),
    MakeLayout(GazetteerFormat::kDtf73, 99, kDtf73Trailer),
    MakeLayout(GazetteerFormat::kAddressBasePremium2, 10, kAbp2Header),
    MakeLayout(GazetteerFormat::kAddressBasePremium2, 11, kAbp2Street),
    MakeLayout(GazetteerFormat::kAddressBasePremium2, 15, kAbp2Descriptor),
    MakeLayout(GazetteerFormat::kAddressBasePremium2, 21, kAbp2Blpu),
    MakeLayout(GazetteerFormat::kAddressBasePremium2, 23, kAbp2CrossReference),
    MakeLayout(GazetteerFormat::kAddressBasePremium2, 24, kAbp2Lpi),
    MakeLayout(GazetteerFormat::kAddressBasePremium2, 28, kAbp2DeliveryPoint),
    MakeLayout(GazetteerFormat::kAddressBasePremium2, 29, kAbp2Metadata),
    MakeLayout(GazetteerFormat::kAddressBasePremium2, 30, kAbp2Successor),
    MakeLayout(GazetteerFormat::kAddressBasePremium2, 31, kAbp2Organisation),
    MakeLayout(GazetteerFormat::kAddressBasePremium2, 32, kAbp2Classification),
    MakeLayout(GazetteerFormat::kAddressBasePremium2, 99, kAbp2Trailer),
    MakeLayout(GazetteerFormat::kAddressBasePremium1, 10, kAbp2Header),
    MakeLayout(GazetteerFormat::kAddressBasePremium1, 11, kAbp1Street),
    MakeLayout(GazetteerFormat::kAddressBasePremium1, 15, kAbp1Descriptor),
    MakeLayout(GazetteerFormat::kAddressBasePremium1, 21, kAbp1Blpu),
    MakeLayout(GazetteerFormat::kAddressBasePremium1, 23, kAbp2CrossReference),
    MakeLayout(GazetteerFormat::kAddressBasePremium1, 24, kAbp2Lpi),
    MakeLayout(GazetteerFormat::kAddressBasePremium1, 28, kAbp1DeliveryPoint),
    MakeLayout(GazetteerFormat::kAddressBasePremium1, 29, kAbp2Metadata),
    MakeLayout(GazetteerFormat::kAddressBasePremium1, 30, kAbp2Successor),
    MakeLayout(GazetteerFormat::kAddressBasePremium1, 31, kAbp2Organisation),
    MakeLayout(GazetteerFormat::kAddressBasePremium1, 32, kAbp2Classification),
    MakeLayout(GazetteerFormat::kAddressBasePremium1, 99, kAbp2Trailer),
};

constexpr int kMaxRecordType = 99;
constexpr size_t kFormatCount = 4;

// Index into kLayouts by format and record type; -1: none.
constexpr auto kIndex = [] {
  std::array<std::array<int8_t, kMaxRecordType + 1>, kFormatCount> index{};
  for (auto& row : index) row.fill(-1);
  for (size_t i = 0; i < std::size(kLayouts); ++i) {
    index[static_cast<size_t>(kLayouts[i].format)][static_cast<size_t>(kLayouts[i].record_type)] =
        static_cast<int8_t>(i);
  }
  return index;
}();

}  // namespace

const RecordLayout* FindLayout(GazetteerFormat format, int record_type) {
  if (record_type < 0 || record_type > kMaxRecordType) return nullptr;
  const int index = kIndex[static_cast<size_t>(format)][static_cast<size_t>(record_type)];
  return index < 0 ? nullptr : &kLayouts[index];
}

std::span<const RecordLayout> AllLayouts() { return kLayouts; }

bool IsKeptWhole(GazetteerFormat format, int record_type) {
  static constexpr int kUnpublished[] = {13, 14, 25, 26, 27};
  return format == GazetteerFormat::kDtf73 && std::ranges::find(kUnpublished, record_type) != std::end(kUnpublished);
}

std::optional<GazetteerFormat> ParseGazetteerFormat(std::string_view name) {
  for (const GazetteerFormat format :
       {GazetteerFormat::kDtf73, GazetteerFormat::kAddressBasePremium2, GazetteerFormat::kAddressBasePremium1}) {
    if (EqualsIgnoreCaseAscii(name, model::GazetteerFormatName(format))) return format;
  }
  return std::nullopt;
}

GazetteerFormat FormatSet::single() const {
  if (size() != 1) return GazetteerFormat::kUnknown;
  if (dtf73) return GazetteerFormat::kDtf73;
  return abp2 ? GazetteerFormat::kAddressBasePremium2 : GazetteerFormat::kAddressBasePremium1;
}

bool FormatSet::contains(GazetteerFormat format) const {
  switch (format) {
    case GazetteerFormat::kDtf73:
      return dtf73;
    case GazetteerFormat::kAddressBasePremium2:
      return abp2;
    case GazetteerFormat::kAddressBasePremium1:
      return abp1;
    case GazetteerFormat::kCodePointOpen:  // has no record types
    case GazetteerFormat::kUnknown:
      break;
  }
  return false;
}

FormatSet FormatsWith(int record_type, size_t fields) {
  const auto fits = [record_type, fields](GazetteerFormat format) {
    const RecordLayout* layout = FindLayout(format, record_type);
    return layout != nullptr && layout->columns.size() == fields;
  };
  return {fits(GazetteerFormat::kDtf73), fits(GazetteerFormat::kAddressBasePremium2),
          fits(GazetteerFormat::kAddressBasePremium1)};
}

}  // namespace wensum::llpg
