#include "tests/services/changes/feed_twin.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/field_mask_util.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "services/people/people_handler.h"
#include "services/rpc/resource_name.h"

namespace wensum::changes {
namespace {

bool Has(const v1::Person& person, const std::string& minted) {
  return std::ranges::any_of(person.contributors(), [&](const auto& one) { return one.minted_name() == minted; });
}

bool Share(const v1::Person& a, const v1::Person& b) {
  return std::ranges::any_of(a.contributors(), [&](const auto& one) { return Has(b, one.minted_name()); });
}

}  // namespace

bool FeedTwin::Matches(const v1::Person& person, uint64_t revision) const {
  if (!stale_for_.empty()) {
    v1::ListPersonLinksRequest request;
    request.set_name(person.name());
    request.mutable_read()->set_as_of_revision(revision);
    request.mutable_sources()->Assign(stale_for_.begin(), stale_for_.end());
    request.add_statuses(v1::LINK_STATUS_STALE);
    rpc::CallContext call("/wensum.v1.People/ListLinks");
    call.set_grant({.caller = "test", .purpose = "", .purpose_bit = purpose_bit_});
    v1::ListPersonLinksResponse response;
    const absl::Status status = people::PeopleHandler(&register_).ListLinks(call, request, response);
    EXPECT_TRUE(status.ok()) << status;
    if (response.links().empty()) {
      return false;
    }
  }
  const bool source = std::ranges::any_of(
      person.contributors(), [this](const auto& one) { return sources_.contains(one.source_key().source()); });
  return (sources_.empty() || source) && (kinds_.empty() || kinds_.contains(person.kind()));
}

FeedTwin::State FeedTwin::Read(uint64_t revision, uint64_t ids) const {
  const people::PeopleHandler people(&register_);
  State state;
  for (uint64_t id = 1; id <= ids; ++id) {
    const std::string name = rpc::PersonName(register_.ids(), id);
    rpc::CallContext call("/wensum.v1.People/Get");
    call.set_grant({.caller = "test", .purpose = "", .purpose_bit = purpose_bit_});
    v1::GetPersonRequest request;
    request.set_name(name);
    request.set_view(v1::PERSON_VIEW_FULL);
    request.mutable_read()->set_as_of_revision(revision);
    v1::Person person;
    const absl::Status status = people.Get(call, request, person);
    EXPECT_TRUE(status.ok() || absl::IsNotFound(status)) << status;
    Id& one = state[name];
    registry::ReadSpec spec;
    spec.as_of_revision = revision;
    const auto view = register_.OpenView(spec);
    EXPECT_TRUE(view.ok());
    const auto record = register_.GetSourceByOrdinal(*view, id);
    storage::v1::Entity entity;
    one.anchor = register_.ReadEntity(&*view, id, {.purpose_bit = purpose_bit_}, entity).value_or(0);
    one.nobody = entity.ended();
    one.deleted = record.ok() && record->stored.deleted();
    if (!status.ok() || person.state() != v1::Person::STATE_ACTIVE) {
      continue;
    }
    person.clear_etag();
    person.clear_lineage();
    for (v1::Contributor& contributor : *person.mutable_contributors()) {
      contributor.clear_source_time();
      contributor.clear_receive_time();
    }
    one.itself = person.name() == name;
    if (one.itself) {
      one.matches = Matches(person, revision);
      one.person = std::move(person);
    } else {
      one.leads_to = person.name();
      one.led_to = std::move(person);
    }
  }
  return state;
}

std::multimap<std::string, v1::ChangeEvent> FeedTwin::Events(const State& before, const State& after,
                                                             std::set<std::string>& known) const {
  std::multimap<std::string, v1::ChangeEvent> events;
  static const Id kNothing;
  for (const auto& [name, now] : after) {
    const auto found = before.find(name);
    const Id& was = found == before.end() ? kNothing : found->second;
    v1::ChangeEvent event;
    event.set_name(name);
    if (was.matches) {
      *event.mutable_before() = was.person;
    }
    if (now.matches) {
      *event.mutable_after() = now.person;
    }
    if (was.matches && now.matches) {
      if (was.person.SerializeAsString() != now.person.SerializeAsString()) {
        event.set_kind(v1::CHANGE_KIND_PERSON_UPDATED);
      }
      if (now.deleted && Has(was.person, name) && !Has(now.person, name)) {
        v1::ChangeEvent anchored;
        anchored.set_name(name);
        anchored.set_kind(v1::CHANGE_KIND_ID_ANCHORED);
        events.emplace(name, anchored);
      }
    } else if (now.matches) {
      event.set_kind(was.itself ? v1::CHANGE_KIND_PERSON_ENTERED : v1::CHANGE_KIND_PERSON_CREATED);
      if (!was.leads_to.empty() && Share(now.person, was.led_to)) {
        event.set_kind(v1::CHANGE_KIND_PERSON_SPLIT);
        event.set_split_from(was.leads_to);
      }
    } else if (was.matches) {
      event.set_kind(now.itself              ? v1::CHANGE_KIND_PERSON_LEFT
                     : !now.leads_to.empty() ? v1::CHANGE_KIND_PERSON_MERGED
                                             : v1::CHANGE_KIND_PERSON_ENDED);
      event.set_merged_into(now.leads_to);
    } else if (was.anchor != 0 && was.anchor != now.anchor && rpc::PersonName(register_.ids(), was.anchor) != name &&
               after.at(rpc::PersonName(register_.ids(), was.anchor)).anchor == now.anchor) {
      // It went along with the one that it led to: what is told of that says it of both.
    } else if (known.contains(name) && (was.anchor != now.anchor || was.nobody) && was.leads_to != now.leads_to) {
      event.set_kind(now.leads_to.empty() ? v1::CHANGE_KIND_PERSON_ENDED : v1::CHANGE_KIND_ID_REDIRECTED);
      event.set_merged_into(now.leads_to);
    }
    if (event.kind() != v1::CHANGE_KIND_UNSPECIFIED) {
      events.emplace(name, event);
    }
    if (now.matches) {
      known.insert(name);
    }
  }
  return events;
}

std::set<std::string> DifferentFields(const v1::Person& a, const v1::Person& b) {
  std::set<std::string> fields;
  for (int i = 0; i < v1::Person::descriptor()->field_count(); ++i) {
    const std::string name(v1::Person::descriptor()->field(i)->name());
    google::protobuf::FieldMask mask;
    mask.add_paths(name);
    v1::Person left = a;
    v1::Person right = b;
    google::protobuf::util::FieldMaskUtil::TrimMessage(mask, &left);
    google::protobuf::util::FieldMaskUtil::TrimMessage(mask, &right);
    if (left.SerializeAsString() != right.SerializeAsString()) {
      fields.insert(name);
    }
  }
  return fields;
}

}  // namespace wensum::changes
