#include "services/stewardship/learnt_addresses_handler.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "matching/address/learnt/text_form.h"
#include "model/postcode.h"
#include "services/convert/contradictions.h"
#include "services/convert/sight.h"
#include "services/convert/times.h"
#include "services/register/learnt_addresses.h"
#include "services/rpc/limits.h"
#include "services/rpc/page_token.h"
#include "services/rpc/request_key.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/signed_write.h"
#include "services/rpc/status_details.h"
#include "services/stewardship/task_messages.h"
#include "services/stewardship/task_sight.h"
#include "services/tasks/task_actions.h"
#include "services/tasks/task_store.h"
#include "storage/address_keys.h"

namespace wensum::stewardship {
namespace {

using registry::LearntAddress;
using registry::Planned;
using registry::PlanView;

constexpr std::string_view kLearntCollection = "learntAddresses/";
constexpr size_t kMaxAddress = 2'000;  // bytes
constexpr size_t kMaxWord = 100;       // of an actor, a reason, a source
constexpr size_t kMaxRemark = 1'000;
constexpr size_t kListedLearnt = 50;
constexpr size_t kMaxListedLearnt = 200;
constexpr size_t kLookedAtLearnt = 5'000;  // after which a page is given as it is

absl::StatusOr<uint64_t> ParseLearntName(std::string_view name) {
  const std::optional<uint64_t> number = name.starts_with(kLearntCollection)
                                             ? ParseInteger<uint64_t>(name.substr(kLearntCollection.size()))
                                             : std::nullopt;
  if (!number.has_value() || *number == 0) {
    return rpc::InvalidField("name", Cat("is ", Quote(name), "; expected learntAddresses/{number}"));
  }
  return *number;
}

template <typename Request>
absl::Status CheckWho(const Request& request) {
  if (Trim(request.actor()).empty()) {
    return rpc::InvalidField("actor", "is required: the name of who acts");
  }
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(request.actor(), kMaxWord, "actor"));
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(request.reason(), kMaxWord, "reason"));
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(request.comment(), kMaxRemark, "comment"));
  return rpc::CheckRequestId(request.request_id());
}

absl::Status CheckMeaning(const v1::LearnAddressRequest& request) {
  const bool said = request.meaning_case() == v1::LearnAddressRequest::kUprn
                        ? request.uprn() != 0
                        : request.meaning_case() == v1::LearnAddressRequest::kNotHere && request.not_here();
  return said ? absl::OkStatus() : rpc::InvalidField("uprn", "or not_here is required: what the address means");
}

// What can be told without looking at the state.
absl::Status CheckLearn(const registry::RegisterRules& rules, const v1::LearnAddressRequest& request) {
  WENSUM_RETURN_IF_ERROR(CheckWho(request));
  WENSUM_RETURN_IF_ERROR(CheckMeaning(request));
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(request.source(), kMaxWord, "source"));
  if (!request.source().empty() && rules.FindSource(request.source()) == nullptr) {
    return rpc::InvalidField("source", Cat(Quote(request.source()), " is not configured"));
  }
  if (!request.task().empty()) {
    if (!request.text().empty() || !request.postcode().empty()) {
      return rpc::InvalidField("task", "does not go together with text and postcode: it has its own");
    }
    WENSUM_RETURN_IF_ERROR(rpc::CheckText(request.task(), kMaxWord, "task"));
    return request.task_etag() == 0
               ? rpc::InvalidField("task_etag", "is required: that of the task as it was looked at")
               : absl::OkStatus();
  }
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(request.text(), kMaxAddress, "text"));
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(request.postcode(), kMaxWord, "postcode"));
  if (!request.postcode().empty() && !model::Postcode::ParseRepaired(request.postcode()).has_value()) {
    return rpc::InvalidField("postcode", Cat(Quote(request.postcode()), " is no UK postcode"));
  }
  return absl::OkStatus();
}

// The task that it answers is left to ToTaskOf.
void ToLearnt(const LearntAddress& from, v1::LearntAddress& out) {
  out.set_name(registry::LearntName(from.number()));
  out.set_text(from.text());
  out.set_postcode(from.postcode());
  if (from.uprn() != 0) {
    out.set_property(rpc::PropertyName(from.uprn()));
  }
  out.set_source(from.source());
  out.set_actor(from.actor());
  out.set_caller(from.caller());
  out.set_reason(from.reason());
  out.set_comment(from.comment());
  convert::ToTimestamp(from.time(), *out.mutable_time());
  out.set_revision(from.revision());
  if (from.has_retraction()) {
    const storage::v1::LearntRetraction& retraction = from.retraction();
    v1::LearntAddress::Retraction& to = *out.mutable_retraction();
    to.set_actor(retraction.actor());
    to.set_caller(retraction.caller());
    to.set_reason(retraction.reason());
    to.set_comment(retraction.comment());
    convert::ToTimestamp(retraction.time(), *to.mutable_time());
    to.set_revision(retraction.revision());
  }
}

// Only to who may see that task: that there is one tells that somebody has the address.
absl::Status ToTaskOf(const storage::Reader& reader, storage::RegisterId reg, const LearntAddress& from,
                      TaskSight& sight, v1::LearntAddress& out) {
  if (from.task() == 0) {
    return absl::OkStatus();
  }
  WENSUM_ASSIGN_OR_RETURN(const tasks::Task task, tasks::ReadTask(reader, reg, from.task()));
  WENSUM_ASSIGN_OR_RETURN(const bool sees, sight.Sees(task));
  if (sees) {
    out.set_task(tasks::TaskName(from.task()));
  }
  return absl::OkStatus();
}

absl::Status TaskStateStatus(const absl::Status& status) { return rpc::WithReason(status, rpc::reason::kTaskState); }

}  // namespace

LearntAddressesHandler::LearntAddressesHandler(registry::Register* reg)
    : register_(*reg), knows_all_sources_(convert::KnowsAllSources(reg->rules(), reg->Stats().by_source)) {}

template <typename Request>
void LearntAddressesHandler::Run(rpc::CallContext& call, const Request& request, v1::LearnAddressResponse& response,
                                 Plan plan, Done done) {
  const auto answer = std::make_shared<v1::LearnAddressResponse>();
  registry::Mutation mutation;
  mutation.plan = [answer, &request, plan = std::move(plan)](const PlanView& view) -> absl::StatusOr<Planned> {
    WENSUM_ASSIGN_OR_RETURN(Planned planned, plan(view, *answer));
    if (request.validate_only()) {
      answer->clear_revision();
      return Planned();
    }
    answer->set_revision(view.revision);
    return planned;
  };
  if (!request.validate_only() && rpc::SetRequestKey(call, request, mutation)) {
    mutation.make_response = [answer](const registry::MutationResult& /*result*/) {
      return answer->SerializeAsString();
    };
  }
  const absl::Status queued =
      register_.Submit(std::move(mutation), [answer, &call, &response, done](const registry::MutationResult& result) {
        const absl::Status status = rpc::FillResponse(result, *answer, response);
        if (!response.learnt_address().name().empty()) {
          call.AddResource(response.learnt_address().name());
        }
        call.set_revision(result.revision);
        done(status);
      });
  if (!queued.ok()) {
    done(rpc::NotQueued(queued));
  }
}

absl::Status LearntAddressesHandler::TakeTask(const PlanView& view, const rpc::Grant& grant,
                                              const v1::LearnAddressRequest& request, LearntAddress& address) const {
  const absl::StatusOr<uint64_t> number = ParseTaskName(request.task());
  if (!number.ok()) {
    return rpc::InvalidField("task", Cat("is ", Quote(request.task()), "; expected tasks/{number}"));
  }
  const absl::StatusOr<tasks::Task> task = tasks::ReadTask(view.reader, register_.register_id(), *number);
  if (absl::IsNotFound(task.status())) {
    return rpc::UnknownResource(request.task());
  }
  WENSUM_RETURN_IF_ERROR(task.status());
  WENSUM_ASSIGN_OR_RETURN(const bool sees, TaskSight(register_, knows_all_sources_, grant.purpose_bit).Sees(*task));
  if (!sees) {
    return rpc::UnknownResource(request.task());
  }
  if (task->kind() != static_cast<uint32_t>(tasks::TaskKind::kUnresolvedAddress)) {
    return rpc::InvalidField("task", Cat(request.task(), " does not ask about an address"));
  }
  if (request.task_etag() != task->change_revision()) {
    return rpc::WithReason(
        Aborted(Cat("task_etag ", request.task_etag(), " does not fit: the revision of ", request.task(), " is ",
                    task->change_revision(), "; read it again and decide anew")),
        rpc::reason::kEtagMismatch);
  }
  const absl::Status acts =
      tasks::CheckAnswer({.name = address.actor(), .caller = grant.caller, .now = view.time}, *task);
  WENSUM_RETURN_IF_ERROR(TaskStateStatus(acts));
  address.set_text(task->facts().unresolved_address().text());
  address.set_postcode(task->facts().unresolved_address().postcode());
  return absl::OkStatus();
}

absl::Status LearntAddressesHandler::CheckProperty(const v1::LearnAddressRequest& request, const LearntAddress& address,
                                                   v1::LearnAddressResponse& answer) const {
  if (address.uprn() == 0) {
    return absl::OkStatus();
  }
  std::optional<matching::address::Candidate> fit;
  bool historical = false;
  register_.VisitAddresses([&](const matching::address::AddressIndex& index) {
    fit = index.Compare({.text = address.text(), .postcode = address.postcode()}, address.uprn());
    historical = index.Historical(address.uprn());
  });
  if (!fit.has_value()) {
    return rpc::InvalidField("uprn", Cat("the gazetteer has no property ", address.uprn(), " with an address"));
  }
  answer.set_historical(historical);
  convert::ToContradictions(fit->contradictions, *answer.mutable_contradictions());
  if (fit->contradictions != 0 && !request.allow_contradiction()) {
    return rpc::WithReason(
        FailedPrecondition(Cat("the address speaks against ", rpc::PropertyName(address.uprn()), ", ", fit->address,
                               ": it names ", convert::ContradictionsText(fit->contradictions),
                               "; if that is meant, set allow_contradiction")),
        rpc::reason::kAddressContradicted);
  }
  return absl::OkStatus();
}

absl::Status LearntAddressesHandler::CheckInForce(const PlanView& view, const std::string& form,
                                                  const LearntAddress& address) const {
  WENSUM_ASSIGN_OR_RETURN(const std::optional<uint64_t> number,
                          register_.FindLearntInForce(view.reader, form, address.source()));
  if (!number.has_value()) {
    return absl::OkStatus();
  }
  return rpc::WithReason(MakeStatus(absl::StatusCode::kAlreadyExists,
                                    Cat(registry::LearntName(*number), " says what this address means for ",
                                        address.source().empty() ? std::string("all sources") : Quote(address.source()),
                                        ": retract it first")),
                         rpc::reason::kAlreadyLearnt);
}

// How many records there are is for those alone who may see them all.
absl::Status LearntAddressesHandler::FillAnswer(const PlanView& view, const rpc::Grant& grant,
                                                const LearntAddress& address, v1::LearnAddressResponse& answer) const {
  TaskSight sight(register_, knows_all_sources_, grant.purpose_bit);
  ToLearnt(address, *answer.mutable_learnt_address());
  WENSUM_RETURN_IF_ERROR(
      ToTaskOf(view.reader, register_.register_id(), address, sight, *answer.mutable_learnt_address()));
  if (!sight.sees_everything()) {
    return absl::OkStatus();
  }
  WENSUM_ASSIGN_OR_RETURN(const registry::LearntEffect effect, view.preview_learnt(address));
  answer.set_records(effect.records);
  answer.set_moved_records(effect.moved);
  return absl::OkStatus();
}

absl::StatusOr<Planned> LearntAddressesHandler::PlanLearn(const PlanView& view, const rpc::Grant& grant,
                                                          const v1::LearnAddressRequest& request,
                                                          v1::LearnAddressResponse& answer) const {
  LearntAddress address;
  address.set_format(registry::kLearntFormat);
  address.set_uprn(request.uprn());
  address.set_source(request.source());
  address.set_actor(std::string(Trim(request.actor())));
  address.set_caller(grant.caller);
  address.set_reason(request.reason());
  address.set_comment(request.comment());
  address.set_time(view.time);
  address.set_revision(view.revision);
  if (!request.task().empty()) {
    WENSUM_RETURN_IF_ERROR(TakeTask(view, grant, request, address));
  } else {
    address.set_text(std::string(Trim(request.text())));
    const std::optional<model::Postcode> postcode = model::Postcode::ParseRepaired(request.postcode());
    address.set_postcode(postcode.has_value() ? postcode->ToString() : "");
  }
  const std::string form = matching::address::TextForm(address.text(), address.postcode());
  if (form.empty()) {
    return rpc::InvalidField("text", "says nothing: an address has a word or a number besides its postcode");
  }
  WENSUM_RETURN_IF_ERROR(CheckProperty(request, address, answer));
  WENSUM_RETURN_IF_ERROR(CheckInForce(view, form, address));
  WENSUM_ASSIGN_OR_RETURN(const uint64_t newest, registry::NewestLearnt(view.reader, register_.register_id()));
  address.set_number(newest + 1);
  WENSUM_ASSIGN_OR_RETURN(const std::optional<uint64_t> asked,
                          tasks::FindByCause(view.reader, register_.register_id(), tasks::TaskKind::kUnresolvedAddress,
                                             register_.CauseOfAddress(form)));
  address.set_task(asked.value_or(0));
  WENSUM_RETURN_IF_ERROR(FillAnswer(view, grant, address, answer));
  if (request.validate_only()) {
    answer.mutable_learnt_address()->clear_name();
  }
  Planned planned;
  planned.learnt.push_back({.address = std::move(address), .told_task = asked.value_or(0)});
  return planned;
}

void LearntAddressesHandler::Learn(rpc::CallContext& call, const v1::LearnAddressRequest& request,
                                   v1::LearnAddressResponse& response, Done done) {
  if (const absl::Status status = CheckLearn(register_.rules(), request); !status.ok()) {
    return done(status);
  }
  Run(
      call, request, response,
      [this, grant = call.grant(), &request](const PlanView& view, v1::LearnAddressResponse& answer) {
        return PlanLearn(view, grant, request, answer);
      },
      std::move(done));
}

absl::StatusOr<Planned> LearntAddressesHandler::PlanRetract(const PlanView& view, const rpc::Grant& grant,
                                                            uint64_t number,
                                                            const v1::RetractLearntAddressRequest& request,
                                                            v1::LearnAddressResponse& answer) const {
  absl::StatusOr<LearntAddress> stored = registry::ReadLearnt(view.reader, register_.register_id(), number);
  if (absl::IsNotFound(stored.status())) {
    return rpc::UnknownResource(request.name());
  }
  WENSUM_ASSIGN_OR_RETURN(LearntAddress address, std::move(stored));
  if (address.has_retraction()) {
    return rpc::WithReason(FailedPrecondition(Cat(registry::LearntName(number), " was retracted already, by ",
                                                  Quote(address.retraction().actor()))),
                           rpc::reason::kLearntRetracted);
  }
  storage::v1::LearntRetraction& retraction = *address.mutable_retraction();
  retraction.set_actor(std::string(Trim(request.actor())));
  retraction.set_caller(grant.caller);
  retraction.set_reason(request.reason());
  retraction.set_comment(request.comment());
  retraction.set_time(view.time);
  retraction.set_revision(view.revision);
  WENSUM_RETURN_IF_ERROR(FillAnswer(view, grant, address, answer));
  Planned planned;
  planned.learnt.push_back({.address = std::move(address)});
  return planned;
}

void LearntAddressesHandler::Retract(rpc::CallContext& call, const v1::RetractLearntAddressRequest& request,
                                     v1::LearnAddressResponse& response, Done done) {
  absl::Status status = CheckWho(request);
  const absl::StatusOr<uint64_t> number = ParseLearntName(request.name());
  status.Update(number.status());
  if (!status.ok()) {
    return done(status);
  }
  Run(
      call, request, response,
      [this, grant = call.grant(), number = *number, &request](const PlanView& view, v1::LearnAddressResponse& answer) {
        return PlanRetract(view, grant, number, request, answer);
      },
      std::move(done));
}

absl::Status LearntAddressesHandler::Get(rpc::CallContext& call, const v1::GetLearntAddressRequest& request,
                                         v1::LearntAddress& response) const {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t number, ParseLearntName(request.name()));
  call.AddResource(request.name());
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, register_.OpenView({}));
  call.set_revision(state.revision());
  const absl::StatusOr<LearntAddress> stored = registry::ReadLearnt(state.reader(), register_.register_id(), number);
  if (absl::IsNotFound(stored.status())) {
    return rpc::UnknownResource(request.name());
  }
  WENSUM_RETURN_IF_ERROR(stored.status());
  ToLearnt(*stored, response);
  TaskSight sight(register_, knows_all_sources_, call.purpose_bit());
  return ToTaskOf(state.reader(), register_.register_id(), *stored, sight, response);
}

absl::Status LearntAddressesHandler::List(rpc::CallContext& call, const v1::ListLearntAddressesRequest& request,
                                          v1::ListLearntAddressesResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const size_t limit, rpc::PageSize(request.page_size(), kListedLearnt, kMaxListedLearnt));
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(request.source(), kMaxWord, "source"));
  uint64_t uprn = 0;
  if (!request.property().empty()) {
    WENSUM_ASSIGN_OR_RETURN(uprn, rpc::ParsePropertyName(request.property(), "property"));
  }
  const uint64_t parameters = rpc::ParametersHash(request);
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, register_.OpenView({}));
  call.set_revision(state.revision());
  response.set_revision(state.revision());
  const storage::RegisterId reg = register_.register_id();
  const auto it =
      state.reader().NewIterator(storage::Family::kDecision, storage::PrefixRange(storage::LearntAddressPrefix(reg)));
  if (request.page_token().empty()) {
    it->SeekToLast();
  } else {
    WENSUM_ASSIGN_OR_RETURN(const rpc::PageCursor cursor, rpc::DecodePageToken(request.page_token(), parameters));
    it->SeekForPrev(storage::LearntAddressKey(reg, cursor.position - 1));
  }
  TaskSight sight(register_, knows_all_sources_, call.purpose_bit());
  uint64_t last = 0;
  size_t looked = 0;
  for (; it->Valid(); it->Prev(), ++looked) {
    if (looked == kLookedAtLearnt || static_cast<size_t>(response.learnt_addresses_size()) == limit) {
      response.set_next_page_token(rpc::EncodePageToken({.revision = 0, .position = last, .key = ""}, parameters));
      break;
    }
    WENSUM_ASSIGN_OR_RETURN(const storage::NumberedKey key, storage::ParseLearntAddressKey(it->key()));
    WENSUM_ASSIGN_OR_RETURN(const LearntAddress address, registry::ParseLearnt(it->value(), key.number));
    last = key.number;
    const bool wanted = (uprn == 0 || address.uprn() == uprn) &&
                        (request.source().empty() || address.source() == request.source()) &&
                        (request.show_retracted() || !address.has_retraction());
    if (wanted) {
      v1::LearntAddress& added = *response.add_learnt_addresses();
      ToLearnt(address, added);
      WENSUM_RETURN_IF_ERROR(ToTaskOf(state.reader(), reg, address, sight, added));
      call.AddResource(registry::LearntName(key.number));
    }
  }
  return it->status();
}

}  // namespace wensum::stewardship
