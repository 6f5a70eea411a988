// The columns of DTF 7.3, record by record. Internal to this folder.
#ifndef WENSUM_GAZETTEER_FORMAT_DTF_COLUMNS_H_
#define WENSUM_GAZETTEER_FORMAT_DTF_COLUMNS_H_

#include "gazetteer/format/gazetteer_layout.h"

namespace wensum::llpg::columns {

using F = GazetteerField;
using T = ColumnType;
using P = ColumnPresence;

inline constexpr GazetteerColumn kDtf73Header[] = {
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

inline constexpr GazetteerColumn kDtf73Street[] = {
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

inline constexpr GazetteerColumn kDtf73StreetReference[] = {
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

inline constexpr GazetteerColumn kDtf73Descriptor[] = {
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

inline constexpr GazetteerColumn kDtf73Blpu[] = {
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

inline constexpr GazetteerColumn kDtf73Provenance[] = {
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

inline constexpr GazetteerColumn kDtf73CrossReference[] = {
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

inline constexpr GazetteerColumn kDtf73Lpi[] = {
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

inline constexpr GazetteerColumn kDtf73Metadata[] = {
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
inline constexpr GazetteerColumn kDtf73KeySequence[] = {
    {F::kRecordIdentifier, "RECORD_IDENTIFIER", T::kInteger, 2, P::kMandatory},
    {F::kLastLpiKey, "LAST_LPI_KEY", T::kText, 14, P::kOptional},
    {F::kLastProvKey, "LAST_PROV_KEY", T::kText, 14, P::kOptional},
    {F::kLastXrefKey, "LAST_XREF_KEY", T::kText, 14, P::kOptional},
};

inline constexpr GazetteerColumn kDtf73Trailer[] = {
    {F::kRecordIdentifier, "RECORD_IDENTIFIER", T::kInteger, 2, P::kMandatory},
    {F::kNextVolumeNumber, "NEXT_VOLUME_NUMBER", T::kInteger, 3, P::kMandatory},
    {F::kRecordCount, "RECORD_COUNT", T::kInteger, 16, P::kMandatory},
    {F::kEntryDate, "ENTRY_DATE", T::kDate, 0, P::kMandatory},
    {F::kTimeStamp, "TIME_STAMP", T::kTime, 0, P::kMandatory},
};

}  // namespace wensum::llpg::columns

#endif  // WENSUM_GAZETTEER_FORMAT_DTF_COLUMNS_H_
