#include "services/custodian/cases.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "gazetteer/lifecycle/refusal.h"
#include "services/convert/times.h"
#include "services/custodian/operation_log.h"
#include "services/custodian/operation_messages.h"
#include "services/custodian/plan_parts.h"
#include "services/rpc/limits.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/status_details.h"

namespace wensum::custodian {
namespace {

using storage::Family;
using Case = storage::v1::NamingCase;
using Operation = v1::CustodianOperation;
using ApiCase = v1::NamingCase;

constexpr uint32_t kCaseFormat = 1;
constexpr std::string_view kCollection = "cases/";
constexpr size_t kMaxReference = 50;
constexpr size_t kMaxApplicant = 200;
constexpr size_t kMaxDescription = 1'000;

int StageOf(const Case& one) { return one.stages().empty() ? 0 : static_cast<int>(one.stages().rbegin()->stage()); }

std::string_view StageName(int stage) {
  std::string_view name = v1::NamingCase_Stage_Name(static_cast<ApiCase::Stage>(stage));
  name.remove_prefix(std::min(name.size(), std::string_view("STAGE_").size()));
  return name;
}

// Which stage must come before; 0: none.
int Before(int stage) {
  switch (stage) {
    case ApiCase::STAGE_CONSULTED:
      return ApiCase::STAGE_RECEIVED;
    case ApiCase::STAGE_APPROVED:
    case ApiCase::STAGE_REFUSED:
      return ApiCase::STAGE_CONSULTED;
    case ApiCase::STAGE_ALLOCATED:
      return ApiCase::STAGE_APPROVED;
    default:
      return 0;
  }
}

absl::StatusOr<Case> ParseCase(std::string_view value, uint64_t number) {
  Case one;
  if (!one.ParseFromArray(value.data(), static_cast<int>(value.size())) || one.format() != kCaseFormat ||
      one.number() != number || one.stages().empty()) {
    return DataLoss(
        Cat("case ", number, " is damaged or of a newer version; restore the data directory from a backup"));
  }
  return one;
}

// Replaces `before`, or nothing, by `after`, or nothing, in the store and in the record.
void Write(storage::RegisterId reg, const Case* before, const Case* after, registry::Planned& planned,
           storage::v1::CustodianOperation& record) {
  storage::v1::CaseVersion& version = *record.add_cases();
  storage::WriteBatch& writes = planned.writes;
  if (before != nullptr) {
    version.set_number(before->number());
    version.set_before(before->SerializeAsString());
    writes.Delete(Family::kDecision,
                  storage::CaseByStageKey(reg, static_cast<uint8_t>(StageOf(*before)), before->number()));
  }
  if (after == nullptr) {
    writes.Delete(Family::kDecision, storage::CaseByReferenceKey(reg, before->reference()));
    writes.Delete(Family::kDecision, storage::CaseKey(reg, before->number()));
    return;
  }
  version.set_number(after->number());
  version.set_after(after->SerializeAsString());
  writes.Put(Family::kDecision, storage::CaseKey(reg, after->number()), version.after());
  writes.Put(Family::kDecision, storage::CaseByStageKey(reg, static_cast<uint8_t>(StageOf(*after)), after->number()),
             {});
  writes.Put(Family::kDecision, storage::CaseByReferenceKey(reg, after->reference()), {});
}

// The day from which the operation holds.
absl::StatusOr<model::PartialDate> DayOf(const registry::PlanView& view, const Operation& operation) {
  const model::PartialDate today = DateOf(view.time);
  WENSUM_ASSIGN_OR_RETURN(const model::PartialDate given, convert::FromDate(operation.date()));
  if (!given.empty() && (!given.complete() || given > today)) {
    return rpc::InvalidField("operation.date",
                             Cat(Quote(given.ToString()), " must be a whole date and not in the future"));
  }
  return given.empty() ? today : given;
}

absl::Status AddStage(const registry::PlanView& view, const v1::ApplyOperationRequest& request, int stage, Case& one,
                      const storage::v1::CustodianOperation& record) {
  WENSUM_ASSIGN_OR_RETURN(const model::PartialDate day, DayOf(view, request.operation()));
  if (!one.stages().empty() && day.ToNumber() < one.stages().rbegin()->date()) {
    return ToApiStatus(llpg::Refuse("case_date", CaseName(one.number()),
                                    Cat("The stage ", StageName(StageOf(one)), " was reached later than ",
                                        day.ToString(), ". Give a later date.")));
  }
  storage::v1::CaseStage& added = *one.add_stages();
  added.set_stage(static_cast<uint32_t>(stage));
  added.set_date(day.ToNumber());
  added.set_author(record.caller());
  added.set_comment(request.reason());
  added.set_time(view.time);
  added.set_operation(record.number());
  return absl::OkStatus();
}

absl::Status Open(const registry::PlanView& view, storage::RegisterId reg, const v1::ApplyOperationRequest& request,
                  registry::Planned& planned, storage::v1::CustodianOperation& record) {
  const Operation::OpenCase& asked = request.operation().open_case();
  if (asked.reference().empty()) {
    return rpc::InvalidField("operation.open_case.reference", "is required");
  }
  if (asked.applicant().empty()) {
    return rpc::InvalidField("operation.open_case.applicant", "is required");
  }
  if (asked.kind() == ApiCase::KIND_UNSPECIFIED || !ApiCase::Kind_IsValid(asked.kind())) {
    return rpc::InvalidField("operation.open_case.kind", "is required: what is applied for");
  }
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(asked.reference(), kMaxReference, "operation.open_case.reference"));
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(asked.applicant(), kMaxApplicant, "operation.open_case.applicant"));
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(asked.description(), kMaxDescription, "operation.open_case.description"));
  WENSUM_ASSIGN_OR_RETURN(const std::optional<std::string> taken,
                          view.reader.Get(Family::kDecision, storage::CaseByReferenceKey(reg, asked.reference())));
  if (taken.has_value()) {
    return ToApiStatus(llpg::Refuse("case_reference", asked.reference(), "There is a case of this reference already."));
  }
  Case one;
  one.set_format(kCaseFormat);
  one.set_number(record.number());  // of its operation: never given twice, even if it is undone
  one.set_reference(asked.reference());
  one.set_applicant(asked.applicant());
  one.set_description(asked.description());
  one.set_kind(static_cast<uint32_t>(asked.kind()));
  WENSUM_RETURN_IF_ERROR(AddStage(view, request, ApiCase::STAGE_RECEIVED, one, record));
  Write(reg, nullptr, &one, planned, record);
  return absl::OkStatus();
}

absl::Status Advance(const registry::PlanView& view, storage::RegisterId reg, std::string_view name, int stage,
                     const v1::ApplyOperationRequest& request, registry::Planned& planned,
                     storage::v1::CustodianOperation& record) {
  const std::string_view field =
      request.operation().has_allocate_case() ? "operation.allocate_case.name" : "operation.advance_case.name";
  WENSUM_ASSIGN_OR_RETURN(const uint64_t number, ParseCaseName(name, field));
  WENSUM_ASSIGN_OR_RETURN(const Case before, ReadCase(view.reader, reg, number));
  if (StageOf(before) != Before(stage)) {
    return ToApiStatus(llpg::Refuse("case_stage", CaseName(number),
                                    Cat("Its stage is ", StageName(StageOf(before)), "; ", StageName(stage),
                                        " follows ", StageName(Before(stage)), " alone.")));
  }
  Case after = before;
  WENSUM_RETURN_IF_ERROR(AddStage(view, request, stage, after, record));
  Write(reg, &before, &after, planned, record);
  return absl::OkStatus();
}

}  // namespace

std::string CaseName(uint64_t number) { return Cat(kCollection, number); }

absl::StatusOr<uint64_t> ParseCaseName(std::string_view name, std::string_view field) {
  const std::optional<uint64_t> number =
      name.starts_with(kCollection) ? ParseInteger<uint64_t>(name.substr(kCollection.size())) : std::nullopt;
  if (!number.has_value() || *number == 0) {
    return rpc::InvalidField(field, Cat("is ", Quote(name), "; expected cases/{number}, a number from 1"));
  }
  return *number;
}

bool IsCaseOperation(const Operation& operation) { return operation.has_open_case() || operation.has_advance_case(); }

absl::Status PlanCase(const registry::PlanView& view, storage::RegisterId reg, const v1::ApplyOperationRequest& request,
                      registry::Planned& planned, storage::v1::CustodianOperation& record) {
  if (request.operation().has_open_case()) {
    return Open(view, reg, request, planned, record);
  }
  const Operation::AdvanceCase& asked = request.operation().advance_case();
  if (asked.stage() != ApiCase::STAGE_CONSULTED && asked.stage() != ApiCase::STAGE_APPROVED &&
      asked.stage() != ApiCase::STAGE_REFUSED) {
    return rpc::InvalidField("operation.advance_case.stage",
                             "must be CONSULTED, APPROVED or REFUSED; allocate_case does the rest");
  }
  return Advance(view, reg, asked.name(), asked.stage(), request, planned, record);
}

absl::Status PlanAllocated(const registry::PlanView& view, storage::RegisterId reg,
                           const v1::ApplyOperationRequest& request, registry::Planned& planned,
                           storage::v1::CustodianOperation& record) {
  return Advance(view, reg, request.operation().allocate_case().name(), ApiCase::STAGE_ALLOCATED, request, planned,
                 record);
}

absl::Status PlanCaseBack(const registry::PlanView& view, storage::RegisterId reg,
                          const storage::v1::CustodianOperation& undone, registry::Planned& planned,
                          storage::v1::CustodianOperation& record) {
  for (const storage::v1::CaseVersion& version : undone.cases()) {
    WENSUM_ASSIGN_OR_RETURN(const std::optional<std::string> now,
                            view.reader.Get(Family::kDecision, storage::CaseKey(reg, version.number())));
    if (now.value_or("") != version.after()) {
      std::string what;
      if (now.has_value()) {
        WENSUM_ASSIGN_OR_RETURN(const Case one, ParseCase(*now, version.number()));
        what = Cat(" Undo ", OperationName(one.stages().rbegin()->operation()), " first.");
      }
      return llpg::Refuse("changed_since", CaseName(version.number()),
                          Cat("It went on after ", OperationName(undone.number()), ".", what));
    }
    std::optional<Case> before;
    std::optional<Case> after;
    if (!version.before().empty()) {
      WENSUM_ASSIGN_OR_RETURN(after, ParseCase(version.before(), version.number()));
      WENSUM_ASSIGN_OR_RETURN(const std::optional<std::string> taken,
                              view.reader.Get(Family::kDecision, storage::CaseByReferenceKey(reg, after->reference())));
      if (version.after().empty() && taken.has_value()) {
        return llpg::Refuse("case_reference", after->reference(), "Another case has this reference by now.");
      }
    }
    if (!version.after().empty()) {
      WENSUM_ASSIGN_OR_RETURN(before, ParseCase(version.after(), version.number()));
    }
    Write(reg, before.has_value() ? &*before : nullptr, after.has_value() ? &*after : nullptr, planned, record);
  }
  return absl::OkStatus();
}

void ForgetOperation(storage::v1::CustodianOperation& record) {
  for (storage::v1::CaseVersion& version : *record.mutable_cases()) {
    Case one;
    if (version.after().empty() || !one.ParseFromString(version.after())) {
      continue;
    }
    if (!one.stages().empty() && one.stages().rbegin()->operation() == record.number()) {
      one.mutable_stages(one.stages_size() - 1)->clear_operation();
    }
    if (one.number() == record.number()) {  // it would be opened
      one.clear_number();
      version.clear_number();
    }
    version.set_after(one.SerializeAsString());
  }
}

absl::StatusOr<Case> ReadCase(const storage::Reader& reader, storage::RegisterId reg, uint64_t number) {
  WENSUM_ASSIGN_OR_RETURN(const std::optional<std::string> value,
                          reader.Get(Family::kDecision, storage::CaseKey(reg, number)));
  if (!value.has_value()) {
    return rpc::UnknownResource(CaseName(number));
  }
  return ParseCase(*value, number);
}

absl::StatusOr<std::vector<uint64_t>> ListCases(const storage::Reader& reader, storage::RegisterId reg, int stage,
                                                uint64_t after, size_t limit) {
  const auto tag = static_cast<uint8_t>(stage);
  std::vector<uint64_t> numbers;
  const auto it = reader.NewIterator(
      Family::kDecision,
      storage::PrefixRange(stage == 0 ? storage::CasePrefix(reg) : storage::CaseByStagePrefix(reg, tag)));
  for (it->Seek(stage == 0 ? storage::CaseKey(reg, after + 1) : storage::CaseByStageKey(reg, tag, after + 1));
       it->Valid() && numbers.size() < limit; it->Next()) {
    if (stage == 0) {
      WENSUM_ASSIGN_OR_RETURN(const storage::NumberedKey key, storage::ParseCaseKey(it->key()));
      numbers.push_back(key.number);
    } else {
      WENSUM_ASSIGN_OR_RETURN(const storage::CaseByStageParts key, storage::ParseCaseByStageKey(it->key()));
      numbers.push_back(key.number);
    }
  }
  WENSUM_RETURN_IF_ERROR(it->status());
  return numbers;
}

void ToCase(const Case& stored, ApiCase& out) {
  if (stored.number() != 0) {
    out.set_name(CaseName(stored.number()));
  }
  out.set_reference(stored.reference());
  out.set_applicant(stored.applicant());
  out.set_description(stored.description());
  out.set_kind(static_cast<ApiCase::Kind>(stored.kind()));
  out.set_stage(static_cast<ApiCase::Stage>(StageOf(stored)));
  for (const storage::v1::CaseStage& stage : stored.stages()) {
    ApiCase::Step& step = *out.add_steps();
    step.set_stage(static_cast<ApiCase::Stage>(stage.stage()));
    convert::ToDate(stage.date(), *step.mutable_date());
    step.set_author(stage.author());
    step.set_comment(stage.comment());
    convert::ToTimestamp(stage.time(), *step.mutable_time());
    if (stage.operation() != 0) {
      step.set_operation(OperationName(stage.operation()));
    }
    if (step.stage() == ApiCase::STAGE_ALLOCATED) {
      out.set_allocation(step.operation());
    }
  }
}

absl::Status ToCases(const storage::v1::CustodianOperation& operation, v1::OperationRecord& out) {
  for (const storage::v1::CaseVersion& version : operation.cases()) {
    if (version.after().empty()) {
      out.add_cases()->set_name(CaseName(version.number()));  // it is gone
      continue;
    }
    WENSUM_ASSIGN_OR_RETURN(const Case one, ParseCase(version.after(), version.number()));
    ToCase(one, *out.add_cases());
  }
  return absl::OkStatus();
}

}  // namespace wensum::custodian
