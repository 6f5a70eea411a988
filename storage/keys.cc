#include "storage/keys.h"

#include <algorithm>
#include <cassert>

#include "base/status_macros.h"
#include "base/strings.h"
#include "storage/key_codec.h"

namespace wensum::storage {

namespace {

// Tags after the register. Part of the format: never change or reuse one within a family.
constexpr uint8_t kCrosswalkSource = 'K';
constexpr uint8_t kCrosswalkSourceOrdinal = 'L';
constexpr uint8_t kCrosswalkIdentifier = 'I';
constexpr uint8_t kCrosswalkProperty = 'U';
constexpr uint8_t kReviewPair = 'R';
constexpr uint8_t kAnchorHandover = 'H';
constexpr uint8_t kOperation = 'O';
constexpr uint8_t kOperationByProperty = 'U';
constexpr uint8_t kOperationByStreet = 'S';
constexpr uint8_t kLineage = 'L';
constexpr uint8_t kNumberBlock = 'N';
constexpr uint8_t kCase = 'C';
constexpr uint8_t kCaseByStage = 'c';
constexpr uint8_t kCaseByReference = 'r';
constexpr uint8_t kPropertyMark = 'K';
constexpr uint8_t kSetMark = 'k';
constexpr uint8_t kPropertyRow = 'U';
constexpr uint8_t kStreetRow = 'S';
constexpr uint8_t kPostcodeRow = 'C';
constexpr uint8_t kCustodianRow = 'F';
constexpr uint8_t kByPostcode = 'P';
constexpr uint8_t kByStreet = 'T';
constexpr uint8_t kByXref = 'X';
constexpr uint8_t kByParent = 'H';
constexpr uint8_t kImportRun = 'R';
constexpr uint8_t kImportIssue = 'I';
constexpr uint8_t kModelRun = 'M';
constexpr uint8_t kHealthReport = 'H';
constexpr uint8_t kHealthWaiver = 'W';
constexpr uint8_t kHubSubmission = 'S';
constexpr uint8_t kHubReport = 'B';
constexpr uint8_t kHubFinding = 'F';
constexpr uint8_t kHubFindingByProperty = 'P';
constexpr uint8_t kHubFindingByStreet = 'T';
constexpr uint8_t kRequest = 'Q';
constexpr uint8_t kRequestByTime = 'T';

KeyWriter Begin(RegisterId reg) {
  KeyWriter writer;
  writer.U32(reg);
  return writer;
}
KeyWriter Begin(RegisterId reg, uint8_t tag) {
  KeyWriter writer;
  writer.U32(reg).U8(tag);
  return writer;
}

std::string_view CheckedHash(std::string_view hash) {
  assert(hash.size() == kHashSize);
  return hash;
}

absl::StatusOr<NumberedKey> ParseNumbered(std::string_view key, std::string_view kind) {
  KeyReader reader(key);
  NumberedKey parts{.reg = reader.U32(), .number = reader.U64()};
  WENSUM_RETURN_IF_ERROR(reader.Finish(kind));
  return parts;
}

absl::StatusOr<NumberedKey> ParseTaggedNumber(std::string_view key, uint8_t tag, std::string_view kind) {
  return ParseTagged<NumberedKey>(key, tag, kind, &NumberedKey::number);
}

absl::StatusOr<HistoryKeyParts> ParseHistory(std::string_view key, std::string_view kind) {
  KeyReader reader(key);
  HistoryKeyParts parts{.reg = reader.U32(), .number = reader.U64(), .revision = reader.U64()};
  WENSUM_RETURN_IF_ERROR(reader.Finish(kind));
  return parts;
}

absl::StatusOr<PropertyMarkParts> ParseMark(std::string_view key, uint8_t tag, std::string_view kind) {
  return ParseTagged<PropertyMarkParts>(key, tag, kind, &PropertyMarkParts::kind, &PropertyMarkParts::uprn,
                                        &PropertyMarkParts::subkey);
}

}  // namespace

std::string RegisterPrefix(RegisterId reg) { return Begin(reg).Take(); }

std::string SourceKey(RegisterId reg, uint64_t ordinal) { return Begin(reg).U64(ordinal).Take(); }
std::string SourceHistoryKey(RegisterId reg, uint64_t ordinal, uint64_t revision) {
  return Begin(reg).U64(ordinal).U64(revision).Take();
}
std::string SourceHistoryPrefix(RegisterId reg, uint64_t ordinal) { return Begin(reg).U64(ordinal).Take(); }

std::string EntityKey(RegisterId reg, uint64_t anchor) { return Begin(reg).U64(anchor).Take(); }
std::string EntityHistoryKey(RegisterId reg, uint64_t anchor, uint64_t revision) {
  return Begin(reg).U64(anchor).U64(revision).Take();
}
std::string EntityHistoryPrefix(RegisterId reg, uint64_t anchor) { return Begin(reg).U64(anchor).Take(); }

std::string CrosswalkSourceKey(RegisterId reg, std::string_view hash) {
  return Begin(reg, kCrosswalkSource).Fixed(CheckedHash(hash)).Take();
}
std::string CrosswalkSourceOrdinalKey(RegisterId reg, std::string_view source, uint64_t ordinal) {
  return Begin(reg, kCrosswalkSourceOrdinal).String(source).U64(ordinal).Take();
}
std::string CrosswalkSourceOrdinalPrefix(RegisterId reg, std::string_view source) {
  return Begin(reg, kCrosswalkSourceOrdinal).String(source).Take();
}
std::string CrosswalkIdentifierKey(RegisterId reg, std::string_view hash, uint64_t ordinal) {
  return Begin(reg, kCrosswalkIdentifier).Fixed(CheckedHash(hash)).U64(ordinal).Take();
}
std::string CrosswalkIdentifierPrefix(RegisterId reg, std::string_view hash) {
  return Begin(reg, kCrosswalkIdentifier).Fixed(CheckedHash(hash)).Take();
}
std::string CrosswalkPropertyKey(RegisterId reg, uint64_t uprn, uint64_t ordinal) {
  return Begin(reg, kCrosswalkProperty).U64(uprn).U64(ordinal).Take();
}
std::string CrosswalkPropertyPrefix(RegisterId reg, uint64_t uprn) {
  return Begin(reg, kCrosswalkProperty).U64(uprn).Take();
}
std::string CrosswalkPropertiesPrefix(RegisterId reg) { return Begin(reg, kCrosswalkProperty).Take(); }

std::string ReviewPairKey(RegisterId reg, uint64_t a, uint64_t b) {
  return Begin(reg, kReviewPair).U64(a).U64(b).Take();
}
std::string ReviewPairPrefix(RegisterId reg) { return Begin(reg, kReviewPair).Take(); }

std::string AnchorHandoverKey(RegisterId reg, uint64_t anchor) {
  return Begin(reg, kAnchorHandover).U64(anchor).Take();
}
std::string AnchorHandoverPrefix(RegisterId reg) { return Begin(reg, kAnchorHandover).Take(); }

std::string OperationKey(RegisterId reg, uint64_t number) { return Begin(reg, kOperation).U64(number).Take(); }
std::string OperationPrefix(RegisterId reg) { return Begin(reg, kOperation).Take(); }
std::string OperationByPropertyKey(RegisterId reg, uint64_t uprn, uint64_t number) {
  return Begin(reg, kOperationByProperty).U64(uprn).U64(number).Take();
}
std::string OperationByPropertyPrefix(RegisterId reg, uint64_t uprn) {
  return Begin(reg, kOperationByProperty).U64(uprn).Take();
}
std::string OperationByStreetKey(RegisterId reg, uint32_t usrn, uint64_t number) {
  return Begin(reg, kOperationByStreet).U32(usrn).U64(number).Take();
}
std::string OperationByStreetPrefix(RegisterId reg, uint32_t usrn) {
  return Begin(reg, kOperationByStreet).U32(usrn).Take();
}
std::string LineageKey(RegisterId reg, uint64_t uprn, uint64_t number) {
  return Begin(reg, kLineage).U64(uprn).U64(number).Take();
}
std::string LineagePrefix(RegisterId reg, uint64_t uprn) { return Begin(reg, kLineage).U64(uprn).Take(); }
std::string NumberBlockKey(RegisterId reg, uint8_t kind, uint64_t first) {
  return Begin(reg, kNumberBlock).U8(kind).U64(first).Take();
}
std::string NumberBlockPrefix(RegisterId reg, uint8_t kind) { return Begin(reg, kNumberBlock).U8(kind).Take(); }

std::string CaseKey(RegisterId reg, uint64_t number) { return Begin(reg, kCase).U64(number).Take(); }
std::string CasePrefix(RegisterId reg) { return Begin(reg, kCase).Take(); }
std::string CaseByStageKey(RegisterId reg, uint8_t stage, uint64_t number) {
  return Begin(reg, kCaseByStage).U8(stage).U64(number).Take();
}
std::string CaseByStagePrefix(RegisterId reg, uint8_t stage) { return Begin(reg, kCaseByStage).U8(stage).Take(); }
std::string CaseByReferenceKey(RegisterId reg, std::string_view reference) {
  return Begin(reg, kCaseByReference).String(reference).Take();
}

std::string PropertyMarkKey(RegisterId reg, uint8_t kind, uint64_t uprn, std::string_view subkey) {
  return Begin(reg, kPropertyMark).U8(kind).U64(uprn).String(subkey).Take();
}
std::string PropertyMarkPrefix(RegisterId reg, uint8_t kind) { return Begin(reg, kPropertyMark).U8(kind).Take(); }
std::string SetMarkKey(RegisterId reg, uint8_t kind, uint64_t uprn, std::string_view subkey) {
  return Begin(reg, kSetMark).U8(kind).U64(uprn).String(subkey).Take();
}
std::string SetMarkPrefix(RegisterId reg, uint8_t kind) { return Begin(reg, kSetMark).U8(kind).Take(); }
std::string SetMarkPrefix(RegisterId reg, uint8_t kind, uint64_t uprn) {
  return Begin(reg, kSetMark).U8(kind).U64(uprn).Take();
}

std::string OccupancyKey(RegisterId reg, uint64_t uprn, uint64_t ordinal) {
  return Begin(reg).U64(uprn).U64(ordinal).Take();
}
std::string OccupancyPrefix(RegisterId reg, uint64_t uprn) { return Begin(reg).U64(uprn).Take(); }

std::string PropertyRowKey(RegisterId reg, uint64_t uprn, uint8_t row_type, std::string_view subkey) {
  return Begin(reg, kPropertyRow).U64(uprn).U8(row_type).String(subkey).Take();
}
std::string PropertyRowPrefix(RegisterId reg, uint64_t uprn) { return Begin(reg, kPropertyRow).U64(uprn).Take(); }
std::string PropertyRowTypePrefix(RegisterId reg, uint64_t uprn, uint8_t row_type) {
  return Begin(reg, kPropertyRow).U64(uprn).U8(row_type).Take();
}
std::string AllPropertyRowsPrefix(RegisterId reg) { return Begin(reg, kPropertyRow).Take(); }
std::string StreetRowKey(RegisterId reg, uint32_t usrn, uint8_t row_type, std::string_view subkey) {
  return Begin(reg, kStreetRow).U32(usrn).U8(row_type).String(subkey).Take();
}
std::string StreetRowPrefix(RegisterId reg, uint32_t usrn) { return Begin(reg, kStreetRow).U32(usrn).Take(); }
std::string AllStreetRowsPrefix(RegisterId reg) { return Begin(reg, kStreetRow).Take(); }
std::string PostcodeRowKey(RegisterId reg, std::string_view postcode) {
  return Begin(reg, kPostcodeRow).String(postcode).Take();
}
std::string CustodianRowKey(RegisterId reg, uint32_t code, uint8_t row_type, std::string_view subkey) {
  return Begin(reg, kCustodianRow).U32(code).U8(row_type).String(subkey).Take();
}
std::string AllCustodianRowsPrefix(RegisterId reg) { return Begin(reg, kCustodianRow).Take(); }
std::string PropertyByPostcodeKey(RegisterId reg, std::string_view postcode, uint64_t uprn, std::string_view lpi_key) {
  return Begin(reg, kByPostcode).String(postcode).U64(uprn).String(lpi_key).Take();
}
std::string PropertyByPostcodePrefix(RegisterId reg, std::string_view postcode) {
  return Begin(reg, kByPostcode).String(postcode).Take();
}
std::string PropertyByStreetKey(RegisterId reg, uint32_t usrn, uint64_t uprn, std::string_view lpi_key) {
  return Begin(reg, kByStreet).U32(usrn).U64(uprn).String(lpi_key).Take();
}
std::string PropertyByStreetPrefix(RegisterId reg, uint32_t usrn) { return Begin(reg, kByStreet).U32(usrn).Take(); }
std::string PropertyByXrefKey(RegisterId reg, std::string_view source, std::string_view reference, uint64_t uprn) {
  return Begin(reg, kByXref).String(source).String(reference).U64(uprn).Take();
}
std::string PropertyByXrefPrefix(RegisterId reg, std::string_view source, std::string_view reference) {
  return Begin(reg, kByXref).String(source).String(reference).Take();
}

std::string PropertyByParentKey(RegisterId reg, uint64_t parent, uint64_t uprn) {
  return Begin(reg, kByParent).U64(parent).U64(uprn).Take();
}
std::string PropertyByParentPrefix(RegisterId reg, uint64_t parent) { return Begin(reg, kByParent).U64(parent).Take(); }
std::string AllPropertiesByParentPrefix(RegisterId reg) { return Begin(reg, kByParent).Take(); }

std::string PropertyHistoryKey(std::string_view row_key, uint64_t revision) {
  return KeyWriter().Fixed(row_key).U64(revision).Take();
}

std::string ChangeLogKey(RegisterId reg, uint64_t revision) { return Begin(reg).U64(revision).Take(); }

std::string AuditKey(RegisterId reg, uint64_t sequence) { return Begin(reg).U64(sequence).Take(); }

std::string ImportRunKey(RegisterId reg, uint64_t run) { return Begin(reg, kImportRun).U64(run).Take(); }
std::string ImportRunPrefix(RegisterId reg) { return Begin(reg, kImportRun).Take(); }
std::string ImportIssueKey(RegisterId reg, uint64_t run, uint64_t number) {
  return Begin(reg, kImportIssue).U64(run).U64(number).Take();
}
std::string ImportIssuePrefix(RegisterId reg, uint64_t run) { return Begin(reg, kImportIssue).U64(run).Take(); }

std::string ModelRunKey(RegisterId reg, uint64_t run) { return Begin(reg, kModelRun).U64(run).Take(); }
std::string ModelRunPrefix(RegisterId reg) { return Begin(reg, kModelRun).Take(); }

std::string HealthReportKey(RegisterId reg, uint64_t revision) {
  return Begin(reg, kHealthReport).U64(revision).Take();
}
std::string HealthReportPrefix(RegisterId reg) { return Begin(reg, kHealthReport).Take(); }
std::string HealthWaiverKey(RegisterId reg, uint64_t number) { return Begin(reg, kHealthWaiver).U64(number).Take(); }
std::string HealthWaiverPrefix(RegisterId reg) { return Begin(reg, kHealthWaiver).Take(); }

std::string HubSubmissionKey(RegisterId reg, uint64_t number) { return Begin(reg, kHubSubmission).U64(number).Take(); }
std::string HubSubmissionPrefix(RegisterId reg) { return Begin(reg, kHubSubmission).Take(); }
std::string HubReportKey(RegisterId reg, uint64_t number) { return Begin(reg, kHubReport).U64(number).Take(); }
std::string HubReportPrefix(RegisterId reg) { return Begin(reg, kHubReport).Take(); }
std::string HubFindingKey(RegisterId reg, uint64_t report, uint64_t number) {
  return Begin(reg, kHubFinding).U64(report).U64(number).Take();
}
std::string HubFindingPrefix(RegisterId reg, uint64_t report) { return Begin(reg, kHubFinding).U64(report).Take(); }
std::string HubFindingByPropertyKey(RegisterId reg, uint64_t uprn, uint64_t report, uint64_t number) {
  return Begin(reg, kHubFindingByProperty).U64(uprn).U64(report).U64(number).Take();
}
std::string HubFindingByPropertyPrefix(RegisterId reg, uint64_t uprn) {
  return Begin(reg, kHubFindingByProperty).U64(uprn).Take();
}
std::string HubFindingByStreetKey(RegisterId reg, uint32_t usrn, uint64_t report, uint64_t number) {
  return Begin(reg, kHubFindingByStreet).U32(usrn).U64(report).U64(number).Take();
}
std::string HubFindingByStreetPrefix(RegisterId reg, uint32_t usrn) {
  return Begin(reg, kHubFindingByStreet).U32(usrn).Take();
}

std::string RequestKey(RegisterId reg, std::string_view hash) {
  return Begin(reg, kRequest).Fixed(CheckedHash(hash)).Take();
}
std::string RequestByTimeKey(RegisterId reg, TimeMicros time, std::string_view hash) {
  return Begin(reg, kRequestByTime).I64(time).Fixed(CheckedHash(hash)).Take();
}
std::string RequestByTimePrefix(RegisterId reg) { return Begin(reg, kRequestByTime).Take(); }

std::string MetaKey() { return "register"; }
std::string ModelKey(std::string_view version) { return Cat("model/", version); }
std::string ModelInfoKey(std::string_view version) { return Cat(ModelInfoPrefix(), version); }
std::string ModelInfoPrefix() { return "model_info/"; }
std::string ModelActivationKey(uint64_t number) { return Cat(ModelActivationPrefix(), KeyWriter().U64(number).Take()); }
std::string ModelActivationPrefix() { return "model_activation/"; }

absl::StatusOr<NumberedKey> ParseSourceKey(std::string_view key) { return ParseNumbered(key, "source"); }
absl::StatusOr<NumberedKey> ParseEntityKey(std::string_view key) { return ParseNumbered(key, "entity"); }
absl::StatusOr<NumberedKey> ParseAnchorHandoverKey(std::string_view key) {
  return ParseTaggedNumber(key, kAnchorHandover, "anchor handover");
}
absl::StatusOr<NumberedKey> ParseOperationKey(std::string_view key) {
  return ParseTaggedNumber(key, kOperation, "operation");
}
absl::StatusOr<OperationIndexParts> ParseOperationByPropertyKey(std::string_view key) {
  return ParseTagged<OperationIndexParts>(key, kOperationByProperty, "operation by property", &OperationIndexParts::id,
                                          &OperationIndexParts::number);
}
absl::StatusOr<OperationIndexParts> ParseOperationByStreetKey(std::string_view key) {
  return ParseTagged<OperationIndexParts>(key, kOperationByStreet, "operation by street",
                                          As32<OperationIndexParts>{&OperationIndexParts::id},
                                          &OperationIndexParts::number);
}
absl::StatusOr<OperationIndexParts> ParseLineageKey(std::string_view key) {
  return ParseTagged<OperationIndexParts>(key, kLineage, "lineage", &OperationIndexParts::id,
                                          &OperationIndexParts::number);
}
absl::StatusOr<NumberedKey> ParseCaseKey(std::string_view key) { return ParseTaggedNumber(key, kCase, "case"); }
absl::StatusOr<CaseByStageParts> ParseCaseByStageKey(std::string_view key) {
  return ParseTagged<CaseByStageParts>(key, kCaseByStage, "case by stage", &CaseByStageParts::stage,
                                       &CaseByStageParts::number);
}
absl::StatusOr<PropertyMarkParts> ParsePropertyMarkKey(std::string_view key) {
  return ParseMark(key, kPropertyMark, "property mark");
}
absl::StatusOr<PropertyMarkParts> ParseSetMarkKey(std::string_view key) { return ParseMark(key, kSetMark, "set mark"); }
absl::StatusOr<NumberBlockParts> ParseNumberBlockKey(std::string_view key) {
  return ParseTagged<NumberBlockParts>(key, kNumberBlock, "number block", &NumberBlockParts::kind,
                                       &NumberBlockParts::first);
}
absl::StatusOr<PropertyByParentParts> ParsePropertyByParentKey(std::string_view key) {
  return ParseTagged<PropertyByParentParts>(key, kByParent, "property by parent", &PropertyByParentParts::parent,
                                            &PropertyByParentParts::uprn);
}
absl::StatusOr<ReviewPairParts> ParseReviewPairKey(std::string_view key) {
  return ParseTagged<ReviewPairParts>(key, kReviewPair, "review pair", &ReviewPairParts::a, &ReviewPairParts::b);
}
absl::StatusOr<NumberedKey> ParseChangeLogKey(std::string_view key) { return ParseNumbered(key, "change log"); }
absl::StatusOr<NumberedKey> ParseAuditKey(std::string_view key) { return ParseNumbered(key, "audit"); }
absl::StatusOr<NumberedKey> ParseImportRunKey(std::string_view key) {
  return ParseTaggedNumber(key, kImportRun, "import run");
}
absl::StatusOr<NumberedKey> ParseModelRunKey(std::string_view key) {
  return ParseTaggedNumber(key, kModelRun, "model run");
}
absl::StatusOr<NumberedKey> ParseHealthReportKey(std::string_view key) {
  return ParseTaggedNumber(key, kHealthReport, "health report");
}
absl::StatusOr<NumberedKey> ParseHealthWaiverKey(std::string_view key) {
  return ParseTaggedNumber(key, kHealthWaiver, "health waiver");
}
absl::StatusOr<NumberedKey> ParseHubSubmissionKey(std::string_view key) {
  return ParseTaggedNumber(key, kHubSubmission, "hub submission");
}
absl::StatusOr<NumberedKey> ParseHubReportKey(std::string_view key) {
  return ParseTaggedNumber(key, kHubReport, "hub report");
}

absl::StatusOr<HistoryKeyParts> ParseSourceHistoryKey(std::string_view key) {
  return ParseHistory(key, "source history");
}
absl::StatusOr<HistoryKeyParts> ParseEntityHistoryKey(std::string_view key) {
  return ParseHistory(key, "entity history");
}

absl::StatusOr<CrosswalkSourceOrdinalParts> ParseCrosswalkSourceOrdinalKey(std::string_view key) {
  return ParseTagged<CrosswalkSourceOrdinalParts>(key, kCrosswalkSourceOrdinal, "crosswalk source ordinal",
                                                  &CrosswalkSourceOrdinalParts::source,
                                                  &CrosswalkSourceOrdinalParts::ordinal);
}

absl::StatusOr<CrosswalkIdentifierParts> ParseCrosswalkIdentifierKey(std::string_view key) {
  return ParseTagged<CrosswalkIdentifierParts>(
      key, kCrosswalkIdentifier, "crosswalk identifier",
      AsFixed<CrosswalkIdentifierParts>{&CrosswalkIdentifierParts::hash, kHashSize},
      &CrosswalkIdentifierParts::ordinal);
}

absl::StatusOr<CrosswalkPropertyParts> ParseCrosswalkPropertyKey(std::string_view key) {
  return ParseTagged<CrosswalkPropertyParts>(key, kCrosswalkProperty, "crosswalk property",
                                             &CrosswalkPropertyParts::uprn, &CrosswalkPropertyParts::ordinal);
}

absl::StatusOr<OccupancyParts> ParseOccupancyKey(std::string_view key) {
  KeyReader reader(key);
  OccupancyParts parts{.reg = reader.U32(), .uprn = reader.U64(), .ordinal = reader.U64()};
  WENSUM_RETURN_IF_ERROR(reader.Finish("occupancy"));
  return parts;
}

absl::StatusOr<RowKeyParts> ParsePropertyRowKey(std::string_view key) {
  return ParseTagged<RowKeyParts>(key, kPropertyRow, "property row", &RowKeyParts::id, &RowKeyParts::row_type,
                                  &RowKeyParts::subkey);
}

absl::StatusOr<RowKeyParts> ParseStreetRowKey(std::string_view key) {
  return ParseTagged<RowKeyParts>(key, kStreetRow, "street row", As32<RowKeyParts>{&RowKeyParts::id},
                                  &RowKeyParts::row_type, &RowKeyParts::subkey);
}

absl::StatusOr<RowKeyParts> ParseCustodianRowKey(std::string_view key) {
  return ParseTagged<RowKeyParts>(key, kCustodianRow, "custodian row", As32<RowKeyParts>{&RowKeyParts::id},
                                  &RowKeyParts::row_type, &RowKeyParts::subkey);
}

absl::StatusOr<PostcodeRowParts> ParsePostcodeRowKey(std::string_view key) {
  return ParseTagged<PostcodeRowParts>(key, kPostcodeRow, "postcode row", &PostcodeRowParts::postcode);
}

absl::StatusOr<PropertyByPostcodeParts> ParsePropertyByPostcodeKey(std::string_view key) {
  return ParseTagged<PropertyByPostcodeParts>(key, kByPostcode, "property by postcode",
                                              &PropertyByPostcodeParts::postcode, &PropertyByPostcodeParts::uprn,
                                              &PropertyByPostcodeParts::lpi_key);
}

absl::StatusOr<PropertyByStreetParts> ParsePropertyByStreetKey(std::string_view key) {
  return ParseTagged<PropertyByStreetParts>(key, kByStreet, "property by street", &PropertyByStreetParts::usrn,
                                            &PropertyByStreetParts::uprn, &PropertyByStreetParts::lpi_key);
}

absl::StatusOr<PropertyByXrefParts> ParsePropertyByXrefKey(std::string_view key) {
  return ParseTagged<PropertyByXrefParts>(key, kByXref, "property by cross-reference", &PropertyByXrefParts::source,
                                          &PropertyByXrefParts::reference, &PropertyByXrefParts::uprn);
}

absl::StatusOr<PropertyHistoryParts> ParsePropertyHistoryKey(std::string_view key) {
  const size_t row_size = key.size() - std::min(key.size(), sizeof(uint64_t));
  KeyReader reader(key);
  PropertyHistoryParts parts;
  parts.row_key = reader.Fixed(row_size);
  parts.revision = reader.U64();
  WENSUM_RETURN_IF_ERROR(reader.Finish("property history"));
  switch (row_size > sizeof(RegisterId) ? parts.row_key[sizeof(RegisterId)] : '\0') {
    case kStreetRow:
      WENSUM_RETURN_IF_ERROR(ParseStreetRowKey(parts.row_key).status());
      break;
    case kPostcodeRow:
      WENSUM_RETURN_IF_ERROR(ParsePostcodeRowKey(parts.row_key).status());
      break;
    case kCustodianRow:
      WENSUM_RETURN_IF_ERROR(ParseCustodianRowKey(parts.row_key).status());
      break;
    default:
      WENSUM_RETURN_IF_ERROR(ParsePropertyRowKey(parts.row_key).status());
  }
  return parts;
}

absl::StatusOr<ImportIssueParts> ParseImportIssueKey(std::string_view key) {
  return ParseTagged<ImportIssueParts>(key, kImportIssue, "import issue", &ImportIssueParts::run,
                                       &ImportIssueParts::number);
}

absl::StatusOr<HubFindingParts> ParseHubFindingKey(std::string_view key) {
  return ParseTagged<HubFindingParts>(key, kHubFinding, "hub finding", &HubFindingParts::report,
                                      &HubFindingParts::number);
}
absl::StatusOr<HubFindingByObjectParts> ParseHubFindingByPropertyKey(std::string_view key) {
  return ParseTagged<HubFindingByObjectParts>(key, kHubFindingByProperty, "hub finding by property",
                                              &HubFindingByObjectParts::id, &HubFindingByObjectParts::report,
                                              &HubFindingByObjectParts::number);
}
absl::StatusOr<HubFindingByObjectParts> ParseHubFindingByStreetKey(std::string_view key) {
  return ParseTagged<HubFindingByObjectParts>(key, kHubFindingByStreet, "hub finding by street",
                                              As32<HubFindingByObjectParts>{&HubFindingByObjectParts::id},
                                              &HubFindingByObjectParts::report, &HubFindingByObjectParts::number);
}

absl::StatusOr<RequestByTimeParts> ParseRequestByTimeKey(std::string_view key) {
  return ParseTagged<RequestByTimeParts>(key, kRequestByTime, "request by time", &RequestByTimeParts::time,
                                         AsFixed<RequestByTimeParts>{&RequestByTimeParts::hash, kHashSize});
}

}  // namespace wensum::storage
