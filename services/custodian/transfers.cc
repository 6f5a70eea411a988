#include "services/custodian/transfers.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "gazetteer/lifecycle/refusal.h"
#include "gazetteer/lifecycle/transfer.h"
#include "matching/address/address_index.h"
#include "matching/address/property_table.h"
#include "services/custodian/marks.h"
#include "services/custodian/number_allocator.h"
#include "services/custodian/operation_log.h"
#include "services/custodian/operation_messages.h"
#include "services/custodian/plan_parts.h"
#include "services/custodian/stored_town.h"
#include "services/gazetteer/prepared_row.h"
#include "services/rpc/limits.h"
#include "services/rpc/status_details.h"

namespace wensum::custodian {
namespace {

using registry::Planned;
using registry::PlanView;
using storage::Family;
using Record = storage::v1::CustodianOperation;
using Transfer = v1::TransferProperties;

constexpr size_t kMaxReference = 100;
constexpr int kMaxLeftOut = 20;
constexpr size_t kCandidatePage = 10'000;

std::string Field(std::string_view name) { return Cat("operation.transfer_properties.", name); }

bool IsPaged(const Transfer& transfer) { return transfer.selection_case() != Transfer::kListed; }

// As it is stored: who wrote it is new, what it came from and what it may be used for is not.
absl::StatusOr<gazetteer::RowOrigin> OriginOf(const PlanView& view, storage::RegisterId reg,
                                              const model::GazetteerRow& row, uint64_t operation) {
  const std::string key = gazetteer::RowKey(reg, gazetteer::IdentityOf(row));
  WENSUM_ASSIGN_OR_RETURN(const std::optional<std::string> value, view.reader.Get(Family::kProperty, key));
  if (!value.has_value()) {
    return Internal("a row that is to be moved is not stored");
  }
  storage::v1::GazetteerRow stored;
  WENSUM_RETURN_IF_ERROR(gazetteer::ParseStoredRow(*value, &stored));
  return gazetteer::RowOrigin{.format = static_cast<model::GazetteerFormat>(stored.source_format()),
                              .import_run = OperationName(operation),
                              .purposes = stored.purposes()};
}

absl::Status AddRows(const PlanView& view, storage::RegisterId reg, const llpg::Outcome& outcome, Planned& planned,
                     Record& record) {
  const auto add = [&](const model::GazetteerRow& row, model::ChangeType change,
                       const gazetteer::RowOrigin& origin) -> absl::Status {
    return AddRow(view, gazetteer::PrepareRow(reg, row, change, origin), planned, record);
  };
  for (const llpg::RowChange& change : outcome.changes) {
    WENSUM_ASSIGN_OR_RETURN(const gazetteer::RowOrigin origin, OriginOf(view, reg, *change.before, record.number()));
    WENSUM_RETURN_IF_ERROR(add(change.after, model::ChangeType::kUpdate, origin));
  }
  for (const llpg::RekeyedRow& row : outcome.rekeyed) {
    WENSUM_ASSIGN_OR_RETURN(const gazetteer::RowOrigin origin, OriginOf(view, reg, row.before, record.number()));
    WENSUM_RETURN_IF_ERROR(add(row.before, model::ChangeType::kDelete, origin));
    const std::string former_key = record.rows().rbegin()->key();
    WENSUM_RETURN_IF_ERROR(add(row.after, model::ChangeType::kInsert, origin));
    record.mutable_rows()->rbegin()->set_former_key(former_key);
  }
  return absl::OkStatus();
}

// What is to be moved, and for a ward or all what is not. Statuses are those of the life cycle.
absl::StatusOr<std::vector<model::Uprn>> Select(const Transfer& asked, const std::vector<model::Uprn>& candidates,
                                                const llpg::Town& town, const llpg::LifecycleRules& rules,
                                                v1::TransferResult& result) {
  std::vector<model::Uprn> uprns;
  if (!IsPaged(asked)) {
    for (const uint64_t number : asked.listed().uprns()) {
      WENSUM_ASSIGN_OR_RETURN(uprns.emplace_back(), model::Uprn::Create(number));
    }
    return uprns;
  }
  llpg::TransferSelection selection{.to = asked.to_custodian_code(),
                                    .from = asked.from_custodian_code(),
                                    .ward = asked.ward_code(),
                                    .after = {},
                                    .candidates = candidates};
  if (asked.after_uprn() != 0) {
    WENSUM_ASSIGN_OR_RETURN(selection.after, model::Uprn::Create(asked.after_uprn()));
  }
  if (asked.max_properties() > 0) {
    selection.limit = static_cast<size_t>(asked.max_properties());
  }
  WENSUM_ASSIGN_OR_RETURN(const llpg::SelectedProperties selected, llpg::SelectTransfer(selection, town, rules));
  if (selected.uprns.empty()) {
    std::vector<llpg::Refusal> refusals = {
        {"no_change", Cat("custodians/", asked.to_custodian_code()), "Nothing is left to be moved there."}};
    refusals.insert(refusals.end(), selected.left_out.begin(), selected.left_out.end());
    return llpg::Refuse(refusals);
  }
  result.set_remaining(static_cast<int>(selected.remaining));
  result.set_last_uprn(selected.last.value());
  result.set_left_out_count(static_cast<int>(selected.left_out.size()));
  for (const llpg::Refusal& refusal : selected.left_out) {
    if (result.left_out_size() == kMaxLeftOut) {
      break;
    }
    v1::TransferResult::LeftOut& out = *result.add_left_out();
    out.set_name(refusal.object);
    out.set_rule(refusal.rule);
    out.set_description(refusal.message);
  }
  return selected.uprns;
}

}  // namespace

absl::Status CheckTransferForm(const v1::CustodianOperation& operation) {
  const Transfer& transfer = operation.transfer_properties();
  if (operation.has_date()) {
    return rpc::InvalidField("operation.date", "must be absent: a transfer is dated by the day on which it is done");
  }
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(transfer.reference(), kMaxReference, Field("reference")));
  switch (transfer.selection_case()) {
    case Transfer::kListed: {
      const auto& uprns = transfer.listed().uprns();
      if (uprns.empty() || static_cast<size_t>(uprns.size()) > llpg::kMaxTransferred) {
        return rpc::InvalidField(Field("listed.uprns"),
                                 Cat("has ", uprns.size(), "; 1 to ", llpg::kMaxTransferred, " are allowed"));
      }
      for (int i = 0; i < uprns.size(); ++i) {
        if (const auto uprn = model::Uprn::Create(uprns.Get(i)); !uprn.ok()) {
          return rpc::InvalidField(Field(Cat("listed.uprns[", i, "]")), Message(uprn.status()));
        }
      }
      if (transfer.max_properties() != 0 || transfer.after_uprn() != 0) {
        return rpc::InvalidField(Field(transfer.max_properties() != 0 ? "max_properties" : "after_uprn"),
                                 "is of a ward or of all; a list is moved whole");
      }
      return absl::OkStatus();
    }
    case Transfer::kWardCode:
      if (transfer.ward_code().empty()) {
        return rpc::InvalidField(Field("ward_code"), "is empty");
      }
      WENSUM_RETURN_IF_ERROR(rpc::CheckText(transfer.ward_code(), matching::address::kCodePlaces, Field("ward_code")));
      break;
    case Transfer::kAllProperties:
      if (!transfer.all_properties()) {
        return rpc::InvalidField(Field("all_properties"), "must be true, or another selection be given");
      }
      if (transfer.from_custodian_code() == 0) {
        return rpc::InvalidField(Field("from_custodian_code"), "is required with all_properties");
      }
      break;
    case Transfer::SELECTION_NOT_SET:
      return rpc::InvalidField("operation.transfer_properties",
                               "says in no way which: give listed, ward_code or all_properties");
  }
  if (transfer.max_properties() < 0 || static_cast<size_t>(transfer.max_properties()) > llpg::kMaxTransferred) {
    return rpc::InvalidField(Field("max_properties"),
                             Cat("is ", transfer.max_properties(), "; 0 to ", llpg::kMaxTransferred, " are allowed"));
  }
  if (const auto after = model::Uprn::Create(transfer.after_uprn()); transfer.after_uprn() != 0 && !after.ok()) {
    return rpc::InvalidField(Field("after_uprn"), Message(after.status()));
  }
  return absl::OkStatus();
}

std::vector<model::Uprn> TransferCandidates(const registry::Register& reg, const Transfer& transfer) {
  using matching::address::PropertyPage;
  std::vector<model::Uprn> candidates;
  if (!IsPaged(transfer)) {
    return candidates;
  }
  matching::address::PropertyFilter filter;
  for (int status = 0; status <= llpg::kRejectedInternal; ++status) {
    filter.logical_statuses.push_back(status);  // the historical and the rejected, too
  }
  if (transfer.has_ward_code()) {
    filter.wards = {transfer.ward_code()};
  } else {
    filter.custodians = {transfer.from_custodian_code()};
  }
  const matching::address::FactsMatcher matcher(filter);
  for (PropertyPage page{.uprns = {}, .next = 0, .more = true}; page.more;) {
    // The index is lent for one page at a time: writes wait meanwhile.
    reg.VisitAddresses([&](const matching::address::AddressIndex& index) {
      page = index.properties().List(page.next, kCandidatePage, matcher);
    });
    for (const uint64_t number : page.uprns) {
      if (const auto uprn = model::Uprn::Create(number); uprn.ok()) {
        candidates.push_back(*uprn);
      }
    }
  }
  return candidates;
}

absl::StatusOr<Planned> PlanTransfer(const PlanView& view, storage::RegisterId reg, const CustodianOptions& options,
                                     const PlanCaller& caller, const v1::ApplyOperationRequest& request,
                                     const std::vector<model::Uprn>& candidates, Record& record) {
  WENSUM_RETURN_IF_ERROR(CheckEtags(view, reg, request));
  WENSUM_ASSIGN_OR_RETURN(const uint64_t number, OperationLog(view.reader, reg).NextNumber());
  StartRecord(view, caller, number, record);
  record.set_reason(request.reason());
  record.set_act(request.operation().SerializeAsString());
  const Transfer& asked = request.operation().transfer_properties();
  WENSUM_ASSIGN_OR_RETURN(NumberAllocator numbers, NumberAllocator::Open(view, reg, options));
  const StoredTown town(view.reader, reg);
  const llpg::LifecycleRules rules{.today = DateOf(view.time),
                                   .own_custodians = options.codes,
                                   .street_authorities = options.street_authorities,
                                   .config = &options.gazetteer_rules};
  v1::TransferResult result;
  absl::StatusOr<std::vector<model::Uprn>> uprns = Select(asked, candidates, town, rules, result);
  if (!uprns.ok()) {
    return ToApiStatus(uprns.status());
  }
  const absl::StatusOr<llpg::Outcome> outcome = llpg::ApplyTransfer(
      {.to = asked.to_custodian_code(), .from = asked.from_custodian_code(), .uprns = *std::move(uprns)}, town, numbers,
      rules);
  if (!outcome.ok()) {
    return ToApiStatus(outcome.status());
  }
  Planned planned;
  WENSUM_RETURN_IF_ERROR(AddRows(view, reg, *outcome, planned, record));
  SetOutcome(*outcome, record);
  WENSUM_RETURN_IF_ERROR(PlanMovedMarks(view, reg, *outcome, planned, record));
  result.set_properties(static_cast<int>(outcome->uprns.size()));
  result.set_rows(static_cast<int>(outcome->changes.size() + outcome->rekeyed.size()));
  result.set_keys(static_cast<int>(outcome->rekeyed.size()));
  result.set_marks(record.marks_size() / 2);
  record.set_transfer(result.SerializeAsString());
  numbers.AddWrites(planned.writes);
  return Finish(view, reg, caller, std::move(planned), record);
}

absl::StatusOr<std::string> TransferReferenceOf(const Record& stored) {
  v1::CustodianOperation act;
  if (!act.ParseFromString(stored.act())) {
    return DataLoss(Cat("operation ", stored.number(), " is damaged; restore the data directory from a backup"));
  }
  return act.transfer_properties().reference();
}

}  // namespace wensum::custodian
