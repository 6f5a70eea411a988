// StewardshipHandler::List.
#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/rpc/limits.h"
#include "services/rpc/page_token.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/status_details.h"
#include "services/stewardship/stewardship_handler.h"
#include "services/stewardship/task_messages.h"
#include "services/stewardship/task_sight.h"
#include "services/tasks/task_store.h"
#include "storage/key_codec.h"

namespace wensum::stewardship {
namespace {

constexpr size_t kPage = 50;
constexpr size_t kMaxPage = 200;
constexpr size_t kLookedAt = 5'000;  // tasks, after which a page is given as it is
constexpr size_t kMaxFilter = 100;   // bytes
constexpr size_t kMaxAbout = 10'000;
constexpr std::string_view kPeople = "people/";

// Collects a page: tasks that are wanted and may be seen.
class Page {
 public:
  Page(const registry::Register& reg, const registry::ReadView& state, TaskSight sight, TimeMicros now, size_t limit,
       v1::ListTasksResponse& response)
      : register_(reg), state_(state), sight_(std::move(sight)), now_(now), limit_(limit), response_(response) {}

  // False once the page is done. Beyond a full page one more task is looked for: those that are not listed must not
  // show themselves by a token.
  absl::StatusOr<bool> Add(uint64_t number, const std::function<bool(const tasks::Task&)>& wanted) {
    if (looked_++ == kLookedAt) {
      more_ = true;
      return false;
    }
    WENSUM_ASSIGN_OR_RETURN(const tasks::Task task, tasks::ReadTask(state_.reader(), register_.register_id(), number));
    if (!wanted(task)) {
      return true;
    }
    WENSUM_ASSIGN_OR_RETURN(bool sees, sight_.Sees(task));
    if (sees && by_name_) {
      WENSUM_ASSIGN_OR_RETURN(sees, sight_.SeesNames(task));
    }
    if (!sees) {
      return true;
    }
    if (full()) {
      more_ = true;
      return false;
    }
    ToTask(task, register_.ids(), now_, *response_.add_tasks());
    return true;
  }

  // The tasks are found by what they name.
  void SetByName() { by_name_ = true; }
  // What is looked at from now on belongs to later pages.
  [[nodiscard]] bool full() const { return static_cast<size_t>(response_.tasks_size()) == limit_; }
  [[nodiscard]] bool more() const { return more_; }

 private:
  const registry::Register& register_;
  const registry::ReadView& state_;
  TaskSight sight_;
  const TimeMicros now_;
  const size_t limit_;
  v1::ListTasksResponse& response_;
  size_t looked_ = 0;
  bool more_ = false;
  bool by_name_ = false;
};

absl::Status CheckFilters(const v1::ListTasksRequest& request) {
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(request.team(), kMaxFilter, "team"));
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(request.assignee(), kMaxFilter, "assignee"));
  if (!v1::Task::State_IsValid(request.state())) {
    return rpc::InvalidField("state", "is none of those that there are");
  }
  return request.unassigned() && !request.assignee().empty()
             ? rpc::InvalidField("unassigned", "does not go together with assignee")
             : absl::OkStatus();
}

std::function<bool(const tasks::Task&)> FilterOf(const v1::ListTasksRequest& request,
                                                 std::vector<tasks::TaskKind> kinds) {
  return [&request, kinds = std::move(kinds)](const tasks::Task& task) {
    const bool kind = kinds.empty() || std::ranges::any_of(kinds, [&task](tasks::TaskKind one) {
                        return static_cast<uint32_t>(one) == task.kind();
                      });
    const bool state =
        request.state() == v1::Task::STATE_UNSPECIFIED || static_cast<uint32_t>(request.state()) == task.state();
    return kind && state && (request.team().empty() || request.team() == task.team()) &&
           (request.assignee().empty() || request.assignee() == task.assignee()) &&
           (!request.unassigned() || task.assignee().empty());
  };
}

}  // namespace

absl::Status StewardshipHandler::ListOpen(const v1::ListTasksRequest& request, const registry::ReadView& state,
                                          size_t limit, rpc::CallContext& call, v1::ListTasksResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(std::vector<tasks::TaskKind> kinds, FromKinds(request.kinds()));
  tasks::QueueFilter filter;
  filter.kinds = kinds;
  if (!request.team().empty()) {
    filter.team = request.team();
  }
  if (!request.assignee().empty() || request.unassigned()) {
    filter.assignees = {request.assignee()};
  }
  const uint64_t parameters = rpc::ParametersHash(request);
  std::optional<storage::TaskOrder> last;
  if (!request.page_token().empty()) {
    WENSUM_ASSIGN_OR_RETURN(const rpc::PageCursor cursor, rpc::DecodePageToken(request.page_token(), parameters));
    storage::KeyReader key(cursor.key);
    last = storage::TaskOrder{.priority = key.U8(), .due = key.I64(), .number = cursor.position};
    WENSUM_RETURN_IF_ERROR(key.Finish("page token"));
  }
  const std::optional<storage::TaskOrder> after = last;
  Page page(register_, state, TaskSight(register_, knows_all_sources_, call.purpose_bit()), clock_.Now(), limit,
            response);
  const auto wanted = FilterOf(request, std::move(kinds));
  WENSUM_RETURN_IF_ERROR(tasks::WalkQueue(state.reader(), register_.register_id(), storage::TaskList::kOpen, filter,
                                          after, [&](const storage::TaskListParts& parts) -> absl::StatusOr<bool> {
                                            const bool later = page.full();
                                            WENSUM_ASSIGN_OR_RETURN(const bool more,
                                                                    page.Add(parts.order.number, wanted));
                                            last = more && !later ? parts.order : last;
                                            return more;
                                          }));
  if (page.more()) {
    response.set_next_page_token(rpc::EncodePageToken(
        {.revision = 0, .position = last->number, .key = storage::KeyWriter().U8(last->priority).I64(last->due).Take()},
        parameters));
  }
  return absl::OkStatus();
}

absl::Status StewardshipHandler::ListClosed(const v1::ListTasksRequest& request, const registry::ReadView& state,
                                            size_t limit, rpc::CallContext& call,
                                            v1::ListTasksResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(std::vector<tasks::TaskKind> kinds, FromKinds(request.kinds()));
  const uint64_t parameters = rpc::ParametersHash(request);
  std::optional<std::pair<uint64_t, uint64_t>> last;
  if (!request.page_token().empty()) {
    WENSUM_ASSIGN_OR_RETURN(const rpc::PageCursor cursor, rpc::DecodePageToken(request.page_token(), parameters));
    last = {cursor.revision, cursor.position};
  }
  const auto before = last;
  Page page(register_, state, TaskSight(register_, knows_all_sources_, call.purpose_bit()), clock_.Now(), limit,
            response);
  const auto wanted = FilterOf(request, std::move(kinds));
  WENSUM_RETURN_IF_ERROR(tasks::WalkClosed(state.reader(), register_.register_id(), before,
                                           [&](uint64_t revision, uint64_t number) -> absl::StatusOr<bool> {
                                             const bool later = page.full();
                                             WENSUM_ASSIGN_OR_RETURN(const bool more, page.Add(number, wanted));
                                             last = more && !later ? std::pair(revision, number) : last;
                                             return more;
                                           }));
  if (page.more()) {
    response.set_next_page_token(
        rpc::EncodePageToken({.revision = last->first, .position = last->second, .key = ""}, parameters));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<uint64_t>> StewardshipHandler::TasksAbout(const registry::ReadView& state,
                                                                     const std::string& subject) const {
  std::vector<std::pair<tasks::NameType, uint64_t>> names;
  if (subject.starts_with(kPeople)) {
    WENSUM_ASSIGN_OR_RETURN(const uint64_t id, rpc::ParsePersonName(register_.ids(), subject, "subject"));
    const absl::StatusOr<registry::EntityRecord> person = register_.GetEntity(state, id);
    if (!person.ok()) {
      // As of a person that the purpose may not know of.
      return absl::IsNotFound(person.status()) ? absl::StatusOr<std::vector<uint64_t>>(std::vector<uint64_t>())
                                               : person.status();
    }
    names.emplace_back(tasks::NameType::kRecord, id);
    for (const storage::v1::Member& member : person->entity.members()) {
      names.emplace_back(tasks::NameType::kRecord, member.ordinal());
    }
  } else {
    WENSUM_ASSIGN_OR_RETURN(const rpc::PropertyId id,
                            rpc::ParsePropertyOrRecordName(register_.ids(), subject, "subject"));
    names.emplace_back(id.uprn != 0 ? tasks::NameType::kProperty : tasks::NameType::kRecord,
                       id.uprn != 0 ? id.uprn : id.ordinal);
  }
  std::set<uint64_t> numbers;
  for (const auto& [type, id] : names) {
    WENSUM_ASSIGN_OR_RETURN(const std::vector<uint64_t> found,
                            tasks::FindByName(state.reader(), register_.register_id(), type, id, kMaxAbout));
    numbers.insert(found.begin(), found.end());
  }
  return std::vector<uint64_t>(numbers.begin(), numbers.end());
}

absl::Status StewardshipHandler::ListAbout(const v1::ListTasksRequest& request, const registry::ReadView& state,
                                           size_t limit, rpc::CallContext& call,
                                           v1::ListTasksResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(std::vector<tasks::TaskKind> kinds, FromKinds(request.kinds()));
  const uint64_t parameters = rpc::ParametersHash(request);
  uint64_t last = 0;
  if (!request.page_token().empty()) {
    WENSUM_ASSIGN_OR_RETURN(const rpc::PageCursor cursor, rpc::DecodePageToken(request.page_token(), parameters));
    last = cursor.position;
  }
  WENSUM_ASSIGN_OR_RETURN(const std::vector<uint64_t> numbers, TasksAbout(state, request.subject()));
  Page page(register_, state, TaskSight(register_, knows_all_sources_, call.purpose_bit()), clock_.Now(), limit,
            response);
  page.SetByName();
  const auto wanted = FilterOf(request, std::move(kinds));
  for (auto number = std::ranges::upper_bound(numbers, last); number != numbers.end(); ++number) {
    const bool later = page.full();
    WENSUM_ASSIGN_OR_RETURN(const bool more, page.Add(*number, wanted));
    if (!more) {
      response.set_next_page_token(rpc::EncodePageToken({.revision = 0, .position = last, .key = ""}, parameters));
      break;
    }
    last = later ? last : *number;
  }
  return absl::OkStatus();
}

absl::Status StewardshipHandler::List(rpc::CallContext& call, const v1::ListTasksRequest& request,
                                      v1::ListTasksResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const size_t limit, rpc::PageSize(request.page_size(), kPage, kMaxPage));
  WENSUM_RETURN_IF_ERROR(CheckFilters(request));
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, register_.OpenView({}));
  response.set_revision(state.revision());
  call.set_revision(state.revision());
  if (!request.subject().empty()) {
    WENSUM_RETURN_IF_ERROR(ListAbout(request, state, limit, call, response));
  } else if (request.state() == v1::Task::STATE_CLOSED || request.state() == v1::Task::STATE_DISMISSED) {
    WENSUM_RETURN_IF_ERROR(ListClosed(request, state, limit, call, response));
  } else {
    WENSUM_RETURN_IF_ERROR(ListOpen(request, state, limit, call, response));
  }
  for (const v1::Task& task : response.tasks()) {
    call.AddResource(task.name());
  }
  return absl::OkStatus();
}

}  // namespace wensum::stewardship
