// Every key of the store, and nothing else: its layout is the format of the data directory. docs/storage-format.md says
// what stands under each.
//
// All begin with the register but the meta key, of which a data directory has one. Families with several kinds of key
// have a tag letter after the register. Numbers and strings as in key_codec.h. A ...Prefix function gives the common
// start of the keys that share its arguments, for PrefixRange; those keys are adjacent and in the order of their
// remaining parts. Parse functions give DATA_LOSS for anything that the matching key function cannot have made.
#ifndef WENSUM_STORAGE_KEYS_H_
#define WENSUM_STORAGE_KEYS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/clock.h"

namespace wensum::storage {

// A resolution domain.
using RegisterId = uint32_t;

// Bytes of the hashes below, which are KeyedHash's: personal identifiers do not stand in keys.
inline constexpr size_t kHashSize = 16;

// The start of all of a register's keys, in every family but meta.
std::string RegisterPrefix(RegisterId reg);

// --- source: register | ordinal ---
// --- source_history: register | ordinal | revision ---
std::string SourceKey(RegisterId reg, uint64_t ordinal);
std::string SourceHistoryKey(RegisterId reg, uint64_t ordinal, uint64_t revision);
std::string SourceHistoryPrefix(RegisterId reg, uint64_t ordinal);

// --- entity: register | anchor ---
// --- entity_history: register | anchor | revision ---
std::string EntityKey(RegisterId reg, uint64_t anchor);
std::string EntityHistoryKey(RegisterId reg, uint64_t anchor, uint64_t revision);
std::string EntityHistoryPrefix(RegisterId reg, uint64_t anchor);

// --- crosswalk ---
// register | 'K' | hash of (source, source key, incarnation)
std::string CrosswalkSourceKey(RegisterId reg, std::string_view hash);
// register | 'L' | source | ordinal
std::string CrosswalkSourceOrdinalKey(RegisterId reg, std::string_view source, uint64_t ordinal);
std::string CrosswalkSourceOrdinalPrefix(RegisterId reg, std::string_view source);
// register | 'I' | hash of (identifier type, value) | ordinal
std::string CrosswalkIdentifierKey(RegisterId reg, std::string_view hash, uint64_t ordinal);
std::string CrosswalkIdentifierPrefix(RegisterId reg, std::string_view hash);

// Live records of properties: register | 'U' | UPRN that the address is matched to, 0 for none | ordinal
std::string CrosswalkPropertyKey(RegisterId reg, uint64_t uprn, uint64_t ordinal);
std::string CrosswalkPropertyPrefix(RegisterId reg, uint64_t uprn);
// All of them.
std::string CrosswalkPropertiesPrefix(RegisterId reg);

// --- edge ---
// A pair of people that waits for a steward: register | 'R' | smaller ordinal | larger ordinal
std::string ReviewPairKey(RegisterId reg, uint64_t a, uint64_t b);
std::string ReviewPairPrefix(RegisterId reg);

// --- decision ---
// register | 'H' | anchor
std::string AnchorHandoverKey(RegisterId reg, uint64_t anchor);
std::string AnchorHandoverPrefix(RegisterId reg);
// What custodians did: register | 'O' | operation number
std::string OperationKey(RegisterId reg, uint64_t number);
std::string OperationPrefix(RegisterId reg);
// register | 'U' | UPRN | operation number
std::string OperationByPropertyKey(RegisterId reg, uint64_t uprn, uint64_t number);
std::string OperationByPropertyPrefix(RegisterId reg, uint64_t uprn);
// register | 'S' | USRN | operation number
std::string OperationByStreetKey(RegisterId reg, uint32_t usrn, uint64_t number);
std::string OperationByStreetPrefix(RegisterId reg, uint32_t usrn);
// Operations with a lineage event that names the property: register | 'L' | UPRN | operation number
std::string LineageKey(RegisterId reg, uint64_t uprn, uint64_t number);
std::string LineagePrefix(RegisterId reg, uint64_t uprn);
// Numbers given out, as blocks that do not touch: register | 'N' | kind | first number
std::string NumberBlockKey(RegisterId reg, uint8_t kind, uint64_t first);
std::string NumberBlockPrefix(RegisterId reg, uint8_t kind);
// Marks on properties: register | 'K' | kind | UPRN | subkey
std::string PropertyMarkKey(RegisterId reg, uint8_t kind, uint64_t uprn, std::string_view subkey);
std::string PropertyMarkPrefix(RegisterId reg, uint8_t kind);
// Those that are set: register | 'k' | kind | UPRN | subkey
std::string SetMarkKey(RegisterId reg, uint8_t kind, uint64_t uprn, std::string_view subkey);
std::string SetMarkPrefix(RegisterId reg, uint8_t kind);
std::string SetMarkPrefix(RegisterId reg, uint8_t kind, uint64_t uprn);
// Cases of street naming and numbering: register | 'C' | number
std::string CaseKey(RegisterId reg, uint64_t number);
std::string CasePrefix(RegisterId reg);
// register | 'c' | stage | number
std::string CaseByStageKey(RegisterId reg, uint8_t stage, uint64_t number);
std::string CaseByStagePrefix(RegisterId reg, uint8_t stage);
// register | 'r' | reference
std::string CaseByReferenceKey(RegisterId reg, std::string_view reference);

// --- occupancy: register | UPRN | ordinal ---
std::string OccupancyKey(RegisterId reg, uint64_t uprn, uint64_t ordinal);
std::string OccupancyPrefix(RegisterId reg, uint64_t uprn);

// --- property ---
// Rows of a property: register | 'U' | UPRN | row type | subkey. `subkey` tells rows of one type apart, e.g. the LPI
// key.
std::string PropertyRowKey(RegisterId reg, uint64_t uprn, uint8_t row_type, std::string_view subkey);
std::string PropertyRowPrefix(RegisterId reg, uint64_t uprn);
std::string PropertyRowTypePrefix(RegisterId reg, uint64_t uprn, uint8_t row_type);
// All rows of all properties.
std::string AllPropertyRowsPrefix(RegisterId reg);
// Rows of a street: register | 'S' | USRN | row type | subkey
std::string StreetRowKey(RegisterId reg, uint32_t usrn, uint8_t row_type, std::string_view subkey);
std::string StreetRowPrefix(RegisterId reg, uint32_t usrn);
std::string AllStreetRowsPrefix(RegisterId reg);
// Row of a postcode: register | 'C' | postcode
std::string PostcodeRowKey(RegisterId reg, std::string_view postcode);
// Rows of a custodian: register | 'F' | custodian code | row type | subkey. Code 0: of no custodian in particular.
std::string CustodianRowKey(RegisterId reg, uint32_t code, uint8_t row_type, std::string_view subkey);
std::string AllCustodianRowsPrefix(RegisterId reg);
// Secondary: register | 'P' | postcode | UPRN | LPI key
std::string PropertyByPostcodeKey(RegisterId reg, std::string_view postcode, uint64_t uprn, std::string_view lpi_key);
std::string PropertyByPostcodePrefix(RegisterId reg, std::string_view postcode);
// Secondary: register | 'T' | USRN | UPRN | LPI key
std::string PropertyByStreetKey(RegisterId reg, uint32_t usrn, uint64_t uprn, std::string_view lpi_key);
std::string PropertyByStreetPrefix(RegisterId reg, uint32_t usrn);
// Secondary: register | 'X' | source | reference | UPRN
std::string PropertyByXrefKey(RegisterId reg, std::string_view source, std::string_view reference, uint64_t uprn);
std::string PropertyByXrefPrefix(RegisterId reg, std::string_view source, std::string_view reference);
// Secondary: register | 'H' | parent UPRN | UPRN
std::string PropertyByParentKey(RegisterId reg, uint64_t parent, uint64_t uprn);
std::string PropertyByParentPrefix(RegisterId reg, uint64_t parent);
std::string AllPropertiesByParentPrefix(RegisterId reg);

// --- property_history: key of a row ('U', 'S', 'C' or 'F') | revision ---
// The row's key is also the prefix of its history; PropertyRowPrefix is that of all of a property's.
std::string PropertyHistoryKey(std::string_view row_key, uint64_t revision);

// --- change_log: register | revision ---
std::string ChangeLogKey(RegisterId reg, uint64_t revision);

// --- audit: register | sequence ---
std::string AuditKey(RegisterId reg, uint64_t sequence);

// --- import_run ---
// register | 'R' | run
std::string ImportRunKey(RegisterId reg, uint64_t run);
std::string ImportRunPrefix(RegisterId reg);
// register | 'I' | run | number
std::string ImportIssueKey(RegisterId reg, uint64_t run, uint64_t number);
std::string ImportIssuePrefix(RegisterId reg, uint64_t run);
// Runs of models stand in the same family: register | 'M' | run
std::string ModelRunKey(RegisterId reg, uint64_t run);
std::string ModelRunPrefix(RegisterId reg);
// So do health checks of the gazetteer. Reports: register | 'H' | revision; waivers: register | 'W' | number
std::string HealthReportKey(RegisterId reg, uint64_t revision);
std::string HealthReportPrefix(RegisterId reg);
std::string HealthWaiverKey(RegisterId reg, uint64_t number);
std::string HealthWaiverPrefix(RegisterId reg);
// And what is exchanged with the hub. Submissions: register | 'S' | number; its reports: register | 'B' | number
std::string HubSubmissionKey(RegisterId reg, uint64_t number);
std::string HubSubmissionPrefix(RegisterId reg);
std::string HubReportKey(RegisterId reg, uint64_t number);
std::string HubReportPrefix(RegisterId reg);
// Findings: register | 'F' | report | number
std::string HubFindingKey(RegisterId reg, uint64_t report, uint64_t number);
std::string HubFindingPrefix(RegisterId reg, uint64_t report);
// Those of one object: register | 'P' (property) or 'T' (street) | UPRN or USRN | report | number
std::string HubFindingByPropertyKey(RegisterId reg, uint64_t uprn, uint64_t report, uint64_t number);
std::string HubFindingByPropertyPrefix(RegisterId reg, uint64_t uprn);
std::string HubFindingByStreetKey(RegisterId reg, uint32_t usrn, uint64_t report, uint64_t number);
std::string HubFindingByStreetPrefix(RegisterId reg, uint32_t usrn);

// --- request ---
// register | 'Q' | hash of (method, request id)
std::string RequestKey(RegisterId reg, std::string_view hash);
// register | 'T' | time | the same hash
std::string RequestByTimeKey(RegisterId reg, TimeMicros time, std::string_view hash);
std::string RequestByTimePrefix(RegisterId reg);

// --- meta: "register" ---
std::string MetaKey();
// --- meta: "model/" | version
std::string ModelKey(std::string_view version);
// --- meta: "model_info/" | version
std::string ModelInfoKey(std::string_view version);
std::string ModelInfoPrefix();
// --- meta: "model_activation/" | number
std::string ModelActivationKey(uint64_t number);
std::string ModelActivationPrefix();

// What the keys say. String views refer to the parsed key.

// Of SourceKey, EntityKey, AnchorHandoverKey, OperationKey, ChangeLogKey, AuditKey, ImportRunKey, ModelRunKey,
// HealthReportKey, HealthWaiverKey, HubSubmissionKey and HubReportKey.
struct NumberedKey {
  RegisterId reg = 0;
  uint64_t number = 0;  // ordinal, anchor, operation, revision, sequence or run
  bool operator==(const NumberedKey&) const = default;
};
absl::StatusOr<NumberedKey> ParseSourceKey(std::string_view key);
absl::StatusOr<NumberedKey> ParseEntityKey(std::string_view key);
absl::StatusOr<NumberedKey> ParseAnchorHandoverKey(std::string_view key);
absl::StatusOr<NumberedKey> ParseOperationKey(std::string_view key);
absl::StatusOr<NumberedKey> ParseChangeLogKey(std::string_view key);
absl::StatusOr<NumberedKey> ParseAuditKey(std::string_view key);
absl::StatusOr<NumberedKey> ParseImportRunKey(std::string_view key);
absl::StatusOr<NumberedKey> ParseModelRunKey(std::string_view key);
absl::StatusOr<NumberedKey> ParseHealthReportKey(std::string_view key);
absl::StatusOr<NumberedKey> ParseHealthWaiverKey(std::string_view key);
absl::StatusOr<NumberedKey> ParseHubSubmissionKey(std::string_view key);
absl::StatusOr<NumberedKey> ParseHubReportKey(std::string_view key);

// Of SourceHistoryKey and EntityHistoryKey.
struct HistoryKeyParts {
  RegisterId reg = 0;
  uint64_t number = 0;  // ordinal or anchor
  uint64_t revision = 0;
  bool operator==(const HistoryKeyParts&) const = default;
};
absl::StatusOr<HistoryKeyParts> ParseSourceHistoryKey(std::string_view key);
absl::StatusOr<HistoryKeyParts> ParseEntityHistoryKey(std::string_view key);

struct CrosswalkSourceOrdinalParts {
  RegisterId reg = 0;
  std::string source;
  uint64_t ordinal = 0;
  bool operator==(const CrosswalkSourceOrdinalParts&) const = default;
};
absl::StatusOr<CrosswalkSourceOrdinalParts> ParseCrosswalkSourceOrdinalKey(std::string_view key);

struct CrosswalkIdentifierParts {
  RegisterId reg = 0;
  std::string_view hash;
  uint64_t ordinal = 0;
  bool operator==(const CrosswalkIdentifierParts&) const = default;
};
absl::StatusOr<CrosswalkIdentifierParts> ParseCrosswalkIdentifierKey(std::string_view key);

struct CrosswalkPropertyParts {
  RegisterId reg = 0;
  uint64_t uprn = 0;
  uint64_t ordinal = 0;
  bool operator==(const CrosswalkPropertyParts&) const = default;
};
absl::StatusOr<CrosswalkPropertyParts> ParseCrosswalkPropertyKey(std::string_view key);

struct ReviewPairParts {
  RegisterId reg = 0;
  uint64_t a = 0;
  uint64_t b = 0;
  bool operator==(const ReviewPairParts&) const = default;
};
absl::StatusOr<ReviewPairParts> ParseReviewPairKey(std::string_view key);

struct OccupancyParts {
  RegisterId reg = 0;
  uint64_t uprn = 0;
  uint64_t ordinal = 0;
  bool operator==(const OccupancyParts&) const = default;
};
absl::StatusOr<OccupancyParts> ParseOccupancyKey(std::string_view key);

// Of PropertyRowKey, StreetRowKey and CustodianRowKey.
struct RowKeyParts {
  RegisterId reg = 0;
  uint64_t id = 0;  // UPRN, USRN or custodian code
  uint8_t row_type = 0;
  std::string subkey;
  bool operator==(const RowKeyParts&) const = default;
};
absl::StatusOr<RowKeyParts> ParsePropertyRowKey(std::string_view key);
absl::StatusOr<RowKeyParts> ParseStreetRowKey(std::string_view key);
absl::StatusOr<RowKeyParts> ParseCustodianRowKey(std::string_view key);

struct PostcodeRowParts {
  RegisterId reg = 0;
  std::string postcode;
  bool operator==(const PostcodeRowParts&) const = default;
};
absl::StatusOr<PostcodeRowParts> ParsePostcodeRowKey(std::string_view key);

struct PropertyByPostcodeParts {
  RegisterId reg = 0;
  std::string postcode;
  uint64_t uprn = 0;
  std::string lpi_key;
  bool operator==(const PropertyByPostcodeParts&) const = default;
};
absl::StatusOr<PropertyByPostcodeParts> ParsePropertyByPostcodeKey(std::string_view key);

struct PropertyByStreetParts {
  RegisterId reg = 0;
  uint32_t usrn = 0;
  uint64_t uprn = 0;
  std::string lpi_key;
  bool operator==(const PropertyByStreetParts&) const = default;
};
absl::StatusOr<PropertyByStreetParts> ParsePropertyByStreetKey(std::string_view key);

struct PropertyByXrefParts {
  RegisterId reg = 0;
  std::string source;
  std::string reference;
  uint64_t uprn = 0;
  bool operator==(const PropertyByXrefParts&) const = default;
};
absl::StatusOr<PropertyByXrefParts> ParsePropertyByXrefKey(std::string_view key);

struct PropertyByParentParts {
  RegisterId reg = 0;
  uint64_t parent = 0;
  uint64_t uprn = 0;
  bool operator==(const PropertyByParentParts&) const = default;
};
absl::StatusOr<PropertyByParentParts> ParsePropertyByParentKey(std::string_view key);

// Of OperationByPropertyKey, OperationByStreetKey and LineageKey.
struct OperationIndexParts {
  RegisterId reg = 0;
  uint64_t id = 0;  // UPRN or USRN
  uint64_t number = 0;
  bool operator==(const OperationIndexParts&) const = default;
};
absl::StatusOr<OperationIndexParts> ParseOperationByPropertyKey(std::string_view key);
absl::StatusOr<OperationIndexParts> ParseOperationByStreetKey(std::string_view key);
absl::StatusOr<OperationIndexParts> ParseLineageKey(std::string_view key);

struct NumberBlockParts {
  RegisterId reg = 0;
  uint8_t kind = 0;
  uint64_t first = 0;
  bool operator==(const NumberBlockParts&) const = default;
};
absl::StatusOr<NumberBlockParts> ParseNumberBlockKey(std::string_view key);

absl::StatusOr<NumberedKey> ParseCaseKey(std::string_view key);
struct CaseByStageParts {
  RegisterId reg = 0;
  uint8_t stage = 0;
  uint64_t number = 0;
  bool operator==(const CaseByStageParts&) const = default;
};
absl::StatusOr<CaseByStageParts> ParseCaseByStageKey(std::string_view key);

// Of PropertyMarkKey and SetMarkKey.
struct PropertyMarkParts {
  RegisterId reg = 0;
  uint8_t kind = 0;
  uint64_t uprn = 0;
  std::string subkey;
  bool operator==(const PropertyMarkParts&) const = default;
};
absl::StatusOr<PropertyMarkParts> ParsePropertyMarkKey(std::string_view key);
absl::StatusOr<PropertyMarkParts> ParseSetMarkKey(std::string_view key);

struct PropertyHistoryParts {
  std::string_view row_key;
  uint64_t revision = 0;
  bool operator==(const PropertyHistoryParts&) const = default;
};
absl::StatusOr<PropertyHistoryParts> ParsePropertyHistoryKey(std::string_view key);

struct ImportIssueParts {
  RegisterId reg = 0;
  uint64_t run = 0;
  uint64_t number = 0;
  bool operator==(const ImportIssueParts&) const = default;
};
absl::StatusOr<ImportIssueParts> ParseImportIssueKey(std::string_view key);

struct HubFindingParts {
  RegisterId reg = 0;
  uint64_t report = 0;
  uint64_t number = 0;
  bool operator==(const HubFindingParts&) const = default;
};
absl::StatusOr<HubFindingParts> ParseHubFindingKey(std::string_view key);
// Of HubFindingByPropertyKey and HubFindingByStreetKey.
struct HubFindingByObjectParts {
  RegisterId reg = 0;
  uint64_t id = 0;  // UPRN or USRN
  uint64_t report = 0;
  uint64_t number = 0;
  bool operator==(const HubFindingByObjectParts&) const = default;
};
absl::StatusOr<HubFindingByObjectParts> ParseHubFindingByPropertyKey(std::string_view key);
absl::StatusOr<HubFindingByObjectParts> ParseHubFindingByStreetKey(std::string_view key);

struct RequestByTimeParts {
  RegisterId reg = 0;
  TimeMicros time = 0;
  std::string_view hash;
  bool operator==(const RequestByTimeParts&) const = default;
};
absl::StatusOr<RequestByTimeParts> ParseRequestByTimeKey(std::string_view key);

}  // namespace wensum::storage

#endif  // WENSUM_STORAGE_KEYS_H_
