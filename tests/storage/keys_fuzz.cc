// Any bytes as each kind of key: refused, or made again, byte for byte, from the parts read.
#include <cstdint>
#include <string>
#include <string_view>

#include "storage/address_keys.h"
#include "storage/decision_keys.h"
#include "storage/import_keys.h"
#include "storage/keys.h"
#include "storage/task_keys.h"
#include "tests/support/fuzz_require.h"

namespace wensum::storage {
namespace {

template <typename Parts, typename Make>
void CheckKey(std::string_view key, absl::StatusOr<Parts> (*parse)(std::string_view), Make make) {
  if (const absl::StatusOr<Parts> parts = parse(key); parts.ok()) {
    Require(make(*parts) == key, "a key that is read is made again from its parts");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view key(reinterpret_cast<const char*>(data), size);
  CheckKey(key, ParseSourceKey, [](const NumberedKey& p) { return SourceKey(p.reg, p.number); });
  CheckKey(key, ParseAnchorHandoverKey, [](const NumberedKey& p) { return AnchorHandoverKey(p.reg, p.number); });
  CheckKey(key, ParseImportRunKey, [](const NumberedKey& p) { return ImportRunKey(p.reg, p.number); });
  CheckKey(key, ParseFeedKey, [](const FeedParts& p) { return FeedKey(p.reg, p.feed); });
  CheckKey(key, ParseDeliveredKey, [](const DeliveredParts& p) { return DeliveredKey(p.reg, p.feed, p.hash); });
  CheckKey(key, ParseModelRunKey, [](const NumberedKey& p) { return ModelRunKey(p.reg, p.number); });
  CheckKey(key, ParseHealthReportKey, [](const NumberedKey& p) { return HealthReportKey(p.reg, p.number); });
  CheckKey(key, ParseHealthWaiverKey, [](const NumberedKey& p) { return HealthWaiverKey(p.reg, p.number); });
  CheckKey(key, ParseHubSubmissionKey, [](const NumberedKey& p) { return HubSubmissionKey(p.reg, p.number); });
  CheckKey(key, ParseHubReportKey, [](const NumberedKey& p) { return HubReportKey(p.reg, p.number); });
  CheckKey(key, ParseHubFindingKey, [](const HubFindingParts& p) { return HubFindingKey(p.reg, p.report, p.number); });
  CheckKey(key, ParseHubFindingByPropertyKey,
           [](const HubFindingByObjectParts& p) { return HubFindingByPropertyKey(p.reg, p.id, p.report, p.number); });
  CheckKey(key, ParseHubFindingByStreetKey, [](const HubFindingByObjectParts& p) {
    return HubFindingByStreetKey(p.reg, static_cast<uint32_t>(p.id), p.report, p.number);
  });
  CheckKey(key, ParseUnresolvedAddressKey,
           [](const UnresolvedAddressParts& p) { return UnresolvedAddressKey(p.reg, p.hash, p.ordinal); });
  CheckKey(key, ParseLearntAddressKey, [](const NumberedKey& p) { return LearntAddressKey(p.reg, p.number); });
  CheckKey(key, ParseLearntInForceKey,
           [](const LearntInForceParts& p) { return LearntInForceKey(p.reg, p.hash, p.source); });
  CheckKey(key, ParseLinkDecisionKey, [](const NumberedKey& p) { return LinkDecisionKey(p.reg, p.number); });
  CheckKey(key, ParseDecisionByRecordKey,
           [](const DecisionByRecordParts& p) { return DecisionByRecordKey(p.reg, p.ordinal, p.number); });
  CheckKey(key, ParseGivenHomeKey,
           [](const GivenHomeParts& p) { return GivenHomeKey(p.reg, p.uprn, p.ordinal, p.number); });
  CheckKey(key, ParseHeldUpdateKey, [](const HeldUpdateParts& p) { return HeldUpdateKey(p.reg, p.ordinal, p.number); });
  CheckKey(key, ParseReviewPairKey, [](const ReviewPairParts& p) { return ReviewPairKey(p.reg, p.a, p.b); });
  CheckKey(key, ParseSourceHistoryKey,
           [](const HistoryKeyParts& p) { return SourceHistoryKey(p.reg, p.number, p.revision); });
  CheckKey(key, ParseCrosswalkSourceOrdinalKey,
           [](const CrosswalkSourceOrdinalParts& p) { return CrosswalkSourceOrdinalKey(p.reg, p.source, p.ordinal); });
  CheckKey(key, ParseCrosswalkIdentifierKey,
           [](const CrosswalkIdentifierParts& p) { return CrosswalkIdentifierKey(p.reg, p.hash, p.ordinal); });
  CheckKey(key, ParseCrosswalkPropertyKey,
           [](const CrosswalkPropertyParts& p) { return CrosswalkPropertyKey(p.reg, p.uprn, p.ordinal); });
  CheckKey(key, ParseOccupancyKey, [](const OccupancyParts& p) { return OccupancyKey(p.reg, p.uprn, p.ordinal); });
  CheckKey(key, ParsePropertyRowKey,
           [](const RowKeyParts& p) { return PropertyRowKey(p.reg, p.id, p.row_type, p.subkey); });
  CheckKey(key, ParseStreetRowKey,
           [](const RowKeyParts& p) { return StreetRowKey(p.reg, static_cast<uint32_t>(p.id), p.row_type, p.subkey); });
  CheckKey(key, ParsePostcodeRowKey, [](const PostcodeRowParts& p) { return PostcodeRowKey(p.reg, p.postcode); });
  CheckKey(key, ParsePropertyByPostcodeKey, [](const PropertyByPostcodeParts& p) {
    return PropertyByPostcodeKey(p.reg, p.postcode, p.uprn, p.lpi_key);
  });
  CheckKey(key, ParsePropertyByStreetKey,
           [](const PropertyByStreetParts& p) { return PropertyByStreetKey(p.reg, p.usrn, p.uprn, p.lpi_key); });
  CheckKey(key, ParsePropertyByXrefKey,
           [](const PropertyByXrefParts& p) { return PropertyByXrefKey(p.reg, p.source, p.reference, p.uprn); });
  CheckKey(key, ParsePropertyByParentKey,
           [](const PropertyByParentParts& p) { return PropertyByParentKey(p.reg, p.parent, p.uprn); });
  CheckKey(key, ParseOperationKey, [](const NumberedKey& p) { return OperationKey(p.reg, p.number); });
  CheckKey(key, ParseOperationByPropertyKey,
           [](const OperationIndexParts& p) { return OperationByPropertyKey(p.reg, p.id, p.number); });
  CheckKey(key, ParseOperationByStreetKey, [](const OperationIndexParts& p) {
    return OperationByStreetKey(p.reg, static_cast<uint32_t>(p.id), p.number);
  });
  CheckKey(key, ParseLineageKey, [](const OperationIndexParts& p) { return LineageKey(p.reg, p.id, p.number); });
  CheckKey(key, ParseNumberBlockKey, [](const NumberBlockParts& p) { return NumberBlockKey(p.reg, p.kind, p.first); });
  CheckKey(key, ParseCaseKey, [](const NumberedKey& p) { return CaseKey(p.reg, p.number); });
  CheckKey(key, ParseCaseByStageKey,
           [](const CaseByStageParts& p) { return CaseByStageKey(p.reg, p.stage, p.number); });
  CheckKey(key, ParsePropertyMarkKey,
           [](const PropertyMarkParts& p) { return PropertyMarkKey(p.reg, p.kind, p.uprn, p.subkey); });
  CheckKey(key, ParseSetMarkKey,
           [](const PropertyMarkParts& p) { return SetMarkKey(p.reg, p.kind, p.uprn, p.subkey); });
  CheckKey(key, ParsePropertyHistoryKey,
           [](const PropertyHistoryParts& p) { return PropertyHistoryKey(p.row_key, p.revision); });
  CheckKey(key, ParseImportIssueKey, [](const ImportIssueParts& p) { return ImportIssueKey(p.reg, p.run, p.number); });
  CheckKey(key, ParseTaskKey, [](const NumberedKey& p) { return TaskKey(p.reg, p.number); });
  CheckKey(key, ParseTaskEventKey, [](const TaskEventParts& p) { return TaskEventKey(p.reg, p.number, p.event); });
  CheckKey(key, ParseTaskByCauseKey, [](const TaskByCauseParts& p) { return TaskByCauseKey(p.reg, p.kind, p.cause); });
  CheckKey(key, ParseTaskBySubjectKey,
           [](const TaskBySubjectParts& p) { return TaskBySubjectKey(p.reg, p.kind, p.subject, p.number); });
  CheckKey(key, ParseTaskByNameKey,
           [](const TaskByNameParts& p) { return TaskByNameKey(p.reg, p.type, p.id, p.number); });
  CheckKey(key, ParseClosedTaskKey,
           [](const ClosedTaskParts& p) { return ClosedTaskKey(p.reg, p.revision, p.number); });
  CheckKey(key, ParseWaitingTaskKey,
           [](const WaitingTaskParts& p) { return WaitingTaskKey(p.reg, p.until, p.number); });
  for (const TaskList list : {TaskList::kOpen, TaskList::kReady}) {
    if (const absl::StatusOr<TaskListParts> parts = ParseTaskListKey(key, list); parts.ok()) {
      Require(TaskListKey(parts->reg, list, parts->group, parts->order) == key,
              "a key that is read is made again from its parts");
    }
  }
  CheckKey(key, ParseRequestByTimeKey,
           [](const RequestByTimeParts& p) { return RequestByTimeKey(p.reg, p.time, p.hash); });
  return 0;
}

}  // namespace wensum::storage
