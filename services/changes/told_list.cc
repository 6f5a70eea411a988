#include "services/changes/told_list.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/changes/event_maker.h"
#include "services/changes/feed_filter.h"
#include "services/changes/person_states.h"
#include "services/convert/golden.h"
#include "services/convert/times.h"
#include "services/register/entity_part.h"
#include "services/rpc/limits.h"
#include "services/rpc/page_token.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/status_details.h"
#include "storage/feed_horizon.h"
#include "storage/keys.h"

namespace wensum::changes {
namespace {

using storage::Family;

constexpr size_t kToldPage = 20;
constexpr size_t kMaxToldPage = 100;
constexpr int kCommitsPerPage = 1'000;  // looked at; a page may then have fewer events than were asked for

// Somebody's view of the feed.
struct Viewer {
  std::string consumer;  // empty: who watches without a filter
  uint64_t from = 0;
  uint64_t sent = 0;
  FeedFilter filter;
  std::unique_ptr<PersonStates> states;  // made when first needed

  [[nodiscard]] bool Got(uint64_t revision) const { return from < revision && revision <= sent; }

  absl::StatusOr<std::optional<v1::ChangeEvent>> Make(const registry::Register& reg, const LoggedCommit& logged,
                                                      size_t index, v1::ChangePayload payload) {
    if (states == nullptr) {
      WENSUM_ASSIGN_OR_RETURN(registry::ReadView view, reg.OpenView({}));
      states = std::make_unique<PersonStates>(&reg, &filter, std::move(view));
    }
    return EventMaker(&reg, &filter, payload).Make(logged, index, *states);
  }
};

// Consumers of which the filter can still be read: a source may have left the configuration.
absl::StatusOr<std::vector<std::unique_ptr<Viewer>>> ViewersOf(const rpc::CallContext& call,
                                                               const registry::Register& reg,
                                                               const ConsumerBook& book) {
  WENSUM_ASSIGN_OR_RETURN(const auto consumers, book.List(call.purpose_bit()));
  std::vector<std::unique_ptr<Viewer>> viewers;
  for (const storage::v1::FeedConsumer& consumer : consumers) {
    v1::ChangeFilter filter;
    if (!filter.ParseFromString(consumer.filter())) {
      return DataLoss(Cat("the filter of the consumer ", Quote(consumer.name()), " cannot be read"));
    }
    const google::protobuf::RepeatedField<int> kinds(consumer.kinds().begin(), consumer.kinds().end());
    absl::StatusOr<FeedFilter> parsed = FeedFilter::Parse(filter, kinds, call, reg);
    if (parsed.ok()) {
      viewers.push_back(std::make_unique<Viewer>(Viewer{.consumer = consumer.name(),
                                                        .from = consumer.from_revision(),
                                                        .sent = consumer.sent_revision(),
                                                        .filter = *std::move(parsed),
                                                        .states = nullptr}));
    }
  }
  return viewers;
}

// The ids that stand for one person, and the revisions at which what they stood for changed, the newest first.
struct Past {
  std::set<uint64_t> ids;
  std::set<uint64_t, std::greater<>> revisions;
};

// An id that resolves to `anchor` was minted by a record that belongs, or belonged, to it; or was handed to such a
// record when its own was deleted. Reads all handovers there are: some hundred nanoseconds each.
class PastReader {
 public:
  PastReader(const registry::Register& reg, const registry::ReadView& view, uint64_t anchor)
      : register_(reg), view_(view), anchor_(anchor) {}

  absl::StatusOr<Past> Read() {
    past_.ids.insert(anchor_);
    WENSUM_RETURN_IF_ERROR(MeetMembers());
    WENSUM_RETURN_IF_ERROR(MeetHandovers());
    WENSUM_RETURN_IF_ERROR(ReadRevisions());
    return std::move(past_);
  }

 private:
  std::unique_ptr<storage::Iterator> Scan(Family family, const std::string& prefix) const {
    auto it = view_.reader().NewIterator(family, storage::PrefixRange(prefix));
    it->SeekToFirst();
    return it;
  }

  absl::Status MeetMembers() {
    std::set<uint64_t> members;
    const auto versions = Scan(Family::kEntityHistory, storage::EntityHistoryPrefix(register_.register_id(), anchor_));
    for (; versions->Valid(); versions->Next()) {
      storage::v1::Entity entity;
      WENSUM_RETURN_IF_ERROR(registry::DecodeEntityPart(versions->value(), {}, anchor_, entity));
      for (const storage::v1::Member& member : entity.members()) {
        members.insert(member.ordinal());
      }
    }
    WENSUM_RETURN_IF_ERROR(versions->status());
    for (const uint64_t member : members) {
      WENSUM_RETURN_IF_ERROR(Meet(member));
    }
    return absl::OkStatus();
  }

  absl::Status MeetHandovers() {
    std::vector<uint64_t> handed;
    const auto handovers = Scan(Family::kDecision, storage::AnchorHandoverPrefix(register_.register_id()));
    for (; handovers->Valid(); handovers->Next()) {
      storage::v1::AnchorHandover handover;
      if (!handover.ParseFromArray(handovers->value().data(), static_cast<int>(handovers->value().size()))) {
        return DataLoss("the handover of an id cannot be read");
      }
      if (past_.ids.contains(handover.holder())) {
        handed.push_back(handover.anchor());
      }
    }
    WENSUM_RETURN_IF_ERROR(handovers->status());
    for (const uint64_t id : handed) {
      WENSUM_RETURN_IF_ERROR(Meet(id));
    }
    return absl::OkStatus();
  }

  absl::Status ReadRevisions() {
    for (const uint64_t id : past_.ids) {
      const auto versions = Scan(Family::kEntityHistory, storage::EntityHistoryPrefix(register_.register_id(), id));
      for (; versions->Valid(); versions->Next()) {
        WENSUM_ASSIGN_OR_RETURN(const storage::HistoryKeyParts parts, storage::ParseEntityHistoryKey(versions->key()));
        past_.revisions.insert(parts.revision);
      }
      WENSUM_RETURN_IF_ERROR(versions->status());
    }
    return absl::OkStatus();
  }

  // Takes the id if it resolves to the anchor.
  absl::Status Meet(uint64_t id) {
    storage::v1::Entity entity;
    WENSUM_ASSIGN_OR_RETURN(const uint64_t now,
                            register_.ReadEntity(&view_, id, {.purpose_bit = 0, .full = false}, entity));
    if (now == anchor_) {
      past_.ids.insert(id);
    }
    return absl::OkStatus();
  }

  const registry::Register& register_;
  const registry::ReadView& view_;
  const uint64_t anchor_;
  Past past_;
};

// Where a page ends: the commit, and the event in it.
struct ToldPlace {
  uint64_t revision = UINT64_MAX;
  size_t index = 0;
};

// Adds the events of one commit, the last first, that stand before `place`; false if the page is full before all were.
absl::StatusOr<bool> AddCommit(const registry::Register& reg, const LoggedCommit& logged, const std::set<uint64_t>& ids,
                               Viewer& viewer, std::vector<std::unique_ptr<Viewer>>& viewers, size_t limit,
                               v1::ChangePayload payload, ToldPlace& place, v1::ListToldResponse& response) {
  size_t index = static_cast<size_t>(logged.commit.events_size());
  if (logged.revision == place.revision) {
    index = std::min(index, place.index);
  }
  for (; index > 0; --index) {
    const storage::v1::ChangeEvent& stored = logged.commit.events(static_cast<int>(index) - 1);
    if (!IsAboutPerson(stored.kind()) || !ids.contains(stored.id())) {
      continue;
    }
    WENSUM_ASSIGN_OR_RETURN(std::optional<v1::ChangeEvent> event, viewer.Make(reg, logged, index - 1, payload));
    if (!event.has_value()) {
      continue;
    }
    if (static_cast<size_t>(response.told_size()) == limit) {
      place = {.revision = logged.revision, .index = index};
      return false;
    }
    v1::ListToldResponse::Told& told = *response.add_told();
    *told.mutable_event() = *std::move(event);
    for (const std::unique_ptr<Viewer>& other : viewers) {
      if (!other->Got(logged.revision)) {
        continue;
      }
      WENSUM_ASSIGN_OR_RETURN(const auto its, other->Make(reg, logged, index - 1, v1::CHANGE_PAYLOAD_NONE));
      if (its.has_value()) {
        told.add_consumers(other->consumer);
      }
    }
  }
  place = {.revision = logged.revision, .index = 0};
  return true;
}

// Of the person that the id stands for. NOT_FOUND if the purpose may not know of them.
absl::StatusOr<uint64_t> AnchorOf(const rpc::CallContext& call, const registry::Register& reg, uint64_t id,
                                  const std::string& name) {
  const absl::StatusOr<registry::EntityRecord> newest = reg.GetNewestEntity(id);
  if (!newest.ok()) {
    return absl::IsNotFound(newest.status()) ? rpc::UnknownResource(name) : newest.status();
  }
  WENSUM_ASSIGN_OR_RETURN(const bool visible, convert::Visible(reg, *newest, call.purpose_bit()));
  if (!visible || convert::IsProperty(newest->entity)) {
    return rpc::UnknownResource(name);
  }
  return newest->anchor;
}

// Whose view the request asks for, of those that there are.
absl::StatusOr<Viewer> ViewerFor(const rpc::CallContext& call, const v1::ListToldRequest& request,
                                 const registry::Register& reg, const std::vector<std::unique_ptr<Viewer>>& viewers) {
  if (request.consumer().empty()) {
    WENSUM_ASSIGN_OR_RETURN(FeedFilter all, FeedFilter::Parse({}, {}, call, reg));
    return Viewer{.consumer = "", .from = 0, .sent = UINT64_MAX, .filter = std::move(all), .states = nullptr};
  }
  const auto found = std::ranges::find_if(
      viewers, [&request](const std::unique_ptr<Viewer>& viewer) { return viewer->consumer == request.consumer(); });
  if (found == viewers.end()) {
    return rpc::InvalidField("consumer", Cat("is ", Quote(request.consumer()),
                                             ", of whom nothing is known for this purpose: see ListConsumers"));
  }
  return Viewer{.consumer = (*found)->consumer,
                .from = (*found)->from,
                .sent = (*found)->sent,
                .filter = (*found)->filter,
                .states = nullptr};
}

}  // namespace

absl::Status ListTold(rpc::CallContext& call, const v1::ListToldRequest& request, const registry::Register& reg,
                      const ConsumerBook& book, v1::ListToldResponse& response) {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t id, rpc::ParsePersonName(reg.ids(), request.name(), "name"));
  WENSUM_ASSIGN_OR_RETURN(const size_t limit, rpc::PageSize(request.page_size(), kToldPage, kMaxToldPage));
  if (!v1::ChangePayload_IsValid(request.payload())) {
    return rpc::InvalidField("payload", Cat("has no value ", static_cast<int>(request.payload())));
  }
  const uint64_t parameters = rpc::ParametersHash(request);
  ToldPlace place;
  if (!request.page_token().empty()) {
    WENSUM_ASSIGN_OR_RETURN(const rpc::PageCursor cursor, rpc::DecodePageToken(request.page_token(), parameters));
    place = {.revision = cursor.revision, .index = cursor.position};
  }
  call.AddResource(request.name());
  WENSUM_ASSIGN_OR_RETURN(const uint64_t anchor, AnchorOf(call, reg, id, request.name()));
  WENSUM_ASSIGN_OR_RETURN(std::vector<std::unique_ptr<Viewer>> viewers, ViewersOf(call, reg, book));
  WENSUM_ASSIGN_OR_RETURN(Viewer viewer, ViewerFor(call, request, reg, viewers));
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView view, reg.OpenView({}));
  call.set_revision(view.revision());
  WENSUM_ASSIGN_OR_RETURN(const Past past, PastReader(reg, view, anchor).Read());
  int looks = 0;
  bool whole = true;
  for (auto at = past.revisions.lower_bound(place.revision); at != past.revisions.end() && whole; ++at) {
    if (!viewer.Got(*at)) {
      continue;
    }
    if (++looks > kCommitsPerPage) {
      place = {.revision = *at, .index = SIZE_MAX};
      whole = false;
      break;
    }
    absl::StatusOr<registry::Register::Commits> changes = reg.ReadChanges(*at - 1, /*limit=*/1);
    if (absl::IsOutOfRange(changes.status())) {
      break;  // below the horizon, as all that follow
    }
    WENSUM_ASSIGN_OR_RETURN(registry::Register::Commits read, std::move(changes));
    if (read.commits.empty() || read.commits.front().first != *at) {
      continue;
    }
    const LoggedCommit logged(*at, std::move(read.commits.front().second));
    WENSUM_ASSIGN_OR_RETURN(
        whole, AddCommit(reg, logged, past.ids, viewer, viewers, limit, request.payload(), place, response));
  }
  // Read behind the events: it is not below what they ended at.
  WENSUM_ASSIGN_OR_RETURN(const auto horizon, storage::ReadFeedHorizon(*reg.store(), reg.register_id()));
  if (std::any_of(past.revisions.lower_bound(horizon.revision()), past.revisions.end(),
                  [&viewer](uint64_t revision) { return viewer.Got(revision); })) {
    response.set_not_kept_revision(horizon.revision());
  }
  if (!whole) {
    response.set_next_page_token(
        rpc::EncodePageToken({.revision = place.revision, .position = place.index, .key = ""}, parameters));
  }
  return absl::OkStatus();
}

absl::Status ListConsumers(rpc::CallContext& call, const registry::Register& reg, const ConsumerBook& book,
                           v1::ListConsumersResponse& response) {
  WENSUM_ASSIGN_OR_RETURN(const auto consumers, book.List(call.purpose_bit()));
  WENSUM_ASSIGN_OR_RETURN(const auto horizon, storage::ReadFeedHorizon(*reg.store(), reg.register_id()));
  response.set_revision(reg.revision());
  response.set_horizon_revision(horizon.revision());
  call.set_revision(response.revision());
  for (const storage::v1::FeedConsumer& stored : consumers) {
    v1::Consumer& consumer = *response.add_consumers();
    consumer.set_name(stored.name());
    if (!consumer.mutable_filter()->ParseFromString(stored.filter())) {
      return DataLoss(Cat("the filter of the consumer ", Quote(stored.name()), " cannot be read"));
    }
    for (const uint32_t kind : stored.kinds()) {
      consumer.add_kinds(static_cast<v1::ChangeKind>(kind));
    }
    consumer.set_from_revision(stored.from_revision());
    consumer.set_sent_revision(stored.sent_revision());
    if (stored.sent_time() != 0) {
      convert::ToTimestamp(stored.sent_time(), *consumer.mutable_sent_time());
    }
    consumer.set_resumed_revision(stored.resumed_revision());
    convert::ToTimestamp(stored.resume_time(), *consumer.mutable_resume_time());
  }
  return absl::OkStatus();
}

}  // namespace wensum::changes
