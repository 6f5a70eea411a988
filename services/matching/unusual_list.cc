// MatchingHandler::ListUnusualPeople.
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/convert/read_options.h"
#include "services/matching/matching_handler.h"
#include "services/rpc/limits.h"
#include "services/rpc/page_token.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/status_details.h"

namespace wensum::match {
namespace {

constexpr size_t kUnusualPage = 50;
constexpr size_t kMaxUnusualPage = 500;
constexpr int kTurns = 40;  // of some milliseconds each, after which a page is given as it is

absl::StatusOr<matching::UnusualBounds> BoundsFrom(const v1::ListUnusualPeopleRequest& request) {
  matching::UnusualBounds bounds;
  if (request.many() != 0) {
    if (request.many() < 2) {
      return rpc::InvalidField("many",
                               Cat("is ", request.many(), "; give a number of records from 2 on, or leave it out"));
    }
    bounds.many = static_cast<uint32_t>(request.many());
  }
  if (request.has_max_cohesion()) {
    // The negation refuses NaN, too.
    if (!(request.max_cohesion() >= 0 && request.max_cohesion() <= 1)) {
      return rpc::InvalidField("max_cohesion", "must be a share of pairs, from 0 to 1");
    }
    bounds.max_cohesion = request.max_cohesion() > 0 ? request.max_cohesion() : -1;
  }
  return bounds;
}

}  // namespace

absl::StatusOr<bool> MatchingHandler::ToUnusualPerson(const Asked& asked, const matching::LiveMatcher::Unusual& unusual,
                                                      const matching::UnusualBounds& bounds,
                                                      v1::UnusualPerson& out) const {
  const absl::StatusOr<registry::SourceVersion> version = register_.GetSourceByOrdinal(asked.state, unusual.first);
  if (absl::IsNotFound(version.status())) {
    return false;  // a commit ahead of the view
  }
  WENSUM_RETURN_IF_ERROR(version.status());
  const absl::StatusOr<registry::EntityRecord> person = register_.GetEntity(asked.state, version->anchor);
  if (absl::IsNotFound(person.status())) {
    return false;
  }
  WENSUM_RETURN_IF_ERROR(person.status());
  WENSUM_ASSIGN_OR_RETURN(const std::optional<std::vector<SeenRecord>> seen, ReviewSide(asked, *person));
  if (!seen.has_value()) {
    return false;
  }
  out.set_person(rpc::PersonName(register_.ids(), version->anchor));
  out.set_records(static_cast<int32_t>(unusual.records));
  out.set_distinct_records(static_cast<int32_t>(unusual.cohesion.contents));
  out.set_cohesion(unusual.cohesion.share);
  out.set_many(unusual.cohesion.many(bounds));
  out.set_loose(unusual.cohesion.loose(bounds));
  return true;
}

absl::Status MatchingHandler::ListUnusualPeople(rpc::CallContext& call, const v1::ListUnusualPeopleRequest& request,
                                                v1::ListUnusualPeopleResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const size_t size, rpc::PageSize(request.page_size(), kUnusualPage, kMaxUnusualPage));
  const uint64_t parameters = rpc::ParametersHash(request);
  rpc::PageCursor cursor;
  if (!request.page_token().empty()) {
    WENSUM_ASSIGN_OR_RETURN(cursor, rpc::DecodePageToken(request.page_token(), parameters));
  }
  WENSUM_ASSIGN_OR_RETURN(const matching::UnusualBounds bounds, BoundsFrom(request));
  WENSUM_ASSIGN_OR_RETURN(const Asked asked, Open(call));
  response.set_revision(asked.state.revision());
  for (int turn = 0; turn < kTurns; ++turn) {
    WENSUM_RETURN_IF_ERROR(CheckTime(asked));
    const size_t room = size - static_cast<size_t>(response.people_size());
    const matching::LiveMatcher::UnusualPage page = register_.FindUnusual(cursor.position, bounds, room);
    for (const matching::LiveMatcher::Unusual& unusual : page.clusters) {
      v1::UnusualPerson person;
      WENSUM_ASSIGN_OR_RETURN(const bool listed, ToUnusualPerson(asked, unusual, bounds, person));
      if (!listed) {
        continue;
      }
      call.AddResource(person.person());
      *response.add_people() = std::move(person);
    }
    if (page.last == 0) {
      return absl::OkStatus();
    }
    cursor.position = page.last;
    if (static_cast<size_t>(response.people_size()) == size) {
      break;
    }
  }
  response.set_next_page_token(
      rpc::EncodePageToken({.revision = asked.state.revision(), .position = cursor.position}, parameters));
  return absl::OkStatus();
}

}  // namespace wensum::match
