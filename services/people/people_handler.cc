#include "services/people/people_handler.h"

#include <google/protobuf/arena.h>
#include <google/protobuf/util/field_mask_util.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "matching/standardise.h"
#include "matching/survive/survivorship.h"
#include "model/contact.h"
#include "services/convert/person_details.h"
#include "services/convert/read_options.h"
#include "services/convert/sight.h"
#include "services/convert/times.h"
#include "services/rpc/limits.h"
#include "services/rpc/page_token.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/status_details.h"

namespace wensum::people {
namespace {

using google::protobuf::util::FieldMaskUtil;

constexpr size_t kMaxQueryBytes = 1'000;
constexpr size_t kSearchPage = 10;
constexpr size_t kMaxSearchPage = 100;
constexpr size_t kRevisionsPage = 20;
constexpr size_t kMaxRevisionsPage = 100;
// Versions looked at in one go for the last one before an entity ended.

// The identifier in the form in which the register keeps it.
absl::StatusOr<std::string> CanonicalIdentifier(const v1::Identifier& identifier) {
  if (identifier.type().empty() || identifier.type().size() > convert::kMaxSourceKeyBytes) {
    return rpc::InvalidField("identifier.type", "is required: \"ni_number\" or a type that a source sends");
  }
  const std::string_view value = Trim(identifier.value());
  if (value.empty() || value.size() > convert::kMaxSourceKeyBytes) {
    return rpc::InvalidField("identifier.value", Cat("is required, 1 to ", convert::kMaxSourceKeyBytes, " bytes"));
  }
  if (identifier.type() != "ni_number") {
    return std::string(value);
  }
  absl::StatusOr<std::string> number = model::ParseNiNumber(value);
  if (!number.ok()) {
    return rpc::InvalidField("identifier.value", Message(number.status()));
  }
  return number;
}

// Whether the record gives, or gave until it was deleted, a value that the purpose may see.
bool HasVisibleValue(const model::SourceRecord& record, const matching::SurvivorshipRules& rules, int purpose_bit) {
  const std::vector<matching::ResolvedAddress> resolved(record.details.addresses.size());
  const matching::Contributor alone{.record = &record, .resolved_addresses = resolved};
  return !matching::Survive({&alone, 1}, rules, purpose_bit).contributors.empty();
}

// What the fields of a search say, as the features of a record that says just this.
absl::StatusOr<matching::PersonFeatures> SearchFeatures(const v1::SearchPeopleRequest& request) {
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(request.query(), kMaxQueryBytes, "query"));
  v1::PersonDetails details;
  *details.mutable_name() = request.person_name();
  *details.mutable_date_of_birth() = request.date_of_birth();
  convert::Findings findings;
  model::PersonDetails fields = convert::FromDetails(details, "request", findings);
  if (!findings.violations.empty()) {
    return rpc::InvalidFields(findings.violations);
  }
  std::vector<uint64_t> uprns;
  if (!Trim(request.postcode()).empty()) {
    absl::StatusOr<model::Postcode> postcode = model::Postcode::Parse(request.postcode());
    if (!postcode.ok()) {
      return rpc::InvalidField("postcode", Message(postcode.status()));
    }
    fields.addresses.emplace_back().postcode = *std::move(postcode);
    uprns.push_back(0);
  }
  if (Trim(request.query()).empty() && fields.name.empty() && fields.date_of_birth.empty() && uprns.empty()) {
    return rpc::InvalidField("query", "nothing to search for: give a query, a name, a date of birth or a postcode");
  }
  matching::PersonFeatures features = matching::StandardiseQuery(request.query());
  matching::PersonFeatures known = matching::Standardise(fields, model::RecordKind::kPerson, uprns);
  if (!known.forenames.empty()) {
    features.forenames = std::move(known.forenames);
  }
  if (!known.surname.empty()) {
    features.surname = std::move(known.surname);
  }
  if (!known.suffix.empty()) {
    features.suffix = std::move(known.suffix);
  }
  if (known.date_of_birth != 0) {
    features.date_of_birth = known.date_of_birth;
  }
  if (!known.addresses.empty()) {
    features.addresses = std::move(known.addresses);
  }
  return features;
}

}  // namespace

absl::Status PeopleHandler::Read(const rpc::CallContext& call, const registry::ReadView* state, uint64_t id,
                                 convert::View view, v1::Person& out) const {
  // On the answer's own arena, if it has one, the texts of the golden record change hands at no cost.
  std::optional<google::protobuf::Arena> local;
  google::protobuf::Arena* const arena = out.GetArena() != nullptr ? out.GetArena() : &local.emplace();
  auto& entity = *google::protobuf::Arena::CreateMessage<storage::v1::Entity>(arena);
  WENSUM_ASSIGN_OR_RETURN(const uint64_t anchor,
                          register_.ReadEntity(state, id, convert::PartFor(call.purpose_bit(), view), entity));
  return Fill(call, anchor, entity, view, out);
}

absl::Status PeopleHandler::Fill(const rpc::CallContext& call, uint64_t anchor, storage::v1::Entity& entity,
                                 convert::View view, v1::Person& out) const {
  if (!entity.ended() || entity.golden_size() > 0) {
    return convert::ToPerson(anchor, entity, register_.ids(), call.purpose_bit(), view, out);
  }
  std::string name = rpc::PersonName(register_.ids(), anchor);
  WENSUM_ASSIGN_OR_RETURN(const bool visible, convert::Visible(register_, anchor, entity, call.purpose_bit()));
  if (!visible || convert::IsProperty(entity)) {
    return rpc::UnknownResource(name);
  }
  out.set_name(std::move(name));
  out.set_etag(entity.revision());
  out.set_state(v1::Person::STATE_ENDED);
  out.set_kind(static_cast<v1::RecordKind>(entity.kind()));
  return absl::OkStatus();
}

absl::Status PeopleHandler::Get(rpc::CallContext& call, const v1::GetPersonRequest& request,
                                v1::Person& response) const {
  WENSUM_ASSIGN_OR_RETURN(const convert::View view, convert::FromView(request.view()));
  WENSUM_ASSIGN_OR_RETURN(const uint64_t id, rpc::ParsePersonName(register_.ids(), request.name(), "name"));
  if (request.has_read_mask() && !FieldMaskUtil::IsValidFieldMask<v1::Person>(request.read_mask())) {
    return rpc::InvalidField("read_mask", Cat("names a field that Person lacks: ",
                                              Quote(FieldMaskUtil::ToString(request.read_mask()), 200)));
  }
  call.AddResource(request.name());
  absl::Status status;
  if (convert::IsNewest(request.read())) {
    WENSUM_RETURN_IF_ERROR(convert::CheckReached(register_, request.read()));
    status = Read(call, nullptr, id, view, response);
  } else {
    WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, convert::OpenView(register_, request.read()));
    status = Read(call, &state, id, view, response);
  }
  if (!status.ok()) {
    response.Clear();
    return absl::IsNotFound(status) ? rpc::UnknownResource(request.name()) : status;
  }
  call.set_revision(response.etag());
  if (response.name() != request.name()) {
    call.AddResource(response.name());
  }
  if (request.has_read_mask() && request.read_mask().paths_size() > 0) {
    FieldMaskUtil::TrimMessage(request.read_mask(), &response);
  }
  return absl::OkStatus();
}

absl::Status PeopleHandler::BatchGet(rpc::CallContext& call, const v1::BatchGetPeopleRequest& request,
                                     v1::BatchGetPeopleResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const convert::View view, convert::FromView(request.view()));
  WENSUM_RETURN_IF_ERROR(rpc::CheckBatch(static_cast<size_t>(request.names_size()), "names"));
  std::vector<uint64_t> ids;
  ids.reserve(static_cast<size_t>(request.names_size()));
  for (int i = 0; i < request.names_size(); ++i) {
    WENSUM_ASSIGN_OR_RETURN(const uint64_t id,
                            rpc::ParsePersonName(register_.ids(), request.names(i), Cat("names[", i, "]")));
    ids.push_back(id);
  }
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, convert::OpenView(register_, request.read()));
  response.set_revision(state.revision());
  call.set_revision(state.revision());
  for (int i = 0; i < request.names_size(); ++i) {
    auto& entry = *response.add_entries();
    entry.set_requested_name(request.names(i));
    call.AddResource(request.names(i));
    const absl::Status status = Read(call, &state, ids[static_cast<size_t>(i)], view, *entry.mutable_person());
    if (absl::IsNotFound(status)) {
      entry.clear_person();
    } else {
      WENSUM_RETURN_IF_ERROR(status);
    }
  }
  return absl::OkStatus();
}

absl::Status PeopleHandler::Lookup(rpc::CallContext& call, const v1::LookupPeopleRequest& request,
                                   v1::LookupPeopleResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const convert::View view, convert::FromView(request.view()));
  switch (request.by_case()) {
    case v1::LookupPeopleRequest::kSourceKey:
      WENSUM_RETURN_IF_ERROR(LookupSourceKey(call, request.source_key(), view, response));
      break;
    case v1::LookupPeopleRequest::kIdentifier:
      WENSUM_RETURN_IF_ERROR(LookupIdentifier(call, request.identifier(), view, response));
      break;
    case v1::LookupPeopleRequest::BY_NOT_SET:
      return rpc::InvalidField("by", "is required: source_key or identifier");
  }
  call.set_revision(response.revision());
  for (const v1::Person& person : response.people()) {
    call.AddResource(person.name());
  }
  return absl::OkStatus();
}

absl::Status PeopleHandler::LookupSourceKey(const rpc::CallContext& call, const v1::SourceKey& key, convert::View view,
                                            v1::LookupPeopleResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const model::SourceKey source_key, convert::FromSourceKey(key, "source_key"));
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, register_.OpenView({}));
  response.set_revision(state.revision());
  v1::Person person;
  WENSUM_ASSIGN_OR_RETURN(const v1::BatchLookupPeopleResponse::Status status,
                          FindBySourceKey(call, state, source_key, view, person));
  if (status == v1::BatchLookupPeopleResponse::STATUS_FOUND) {
    *response.add_people() = std::move(person);
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::BatchLookupPeopleResponse::Status> PeopleHandler::FindBySourceKey(const rpc::CallContext& call,
                                                                                     const registry::ReadView& state,
                                                                                     const model::SourceKey& key,
                                                                                     convert::View view,
                                                                                     v1::Person& out) const {
  if (const registry::SourceRules* const rules = register_.rules().FindSource(key.source);
      rules != nullptr && !convert::Sight(rules->purposes, rules->field_purposes, call.purpose_bit()).record()) {
    return v1::BatchLookupPeopleResponse::STATUS_NOT_FOR_PURPOSE;
  }
  const absl::StatusOr<registry::SourceVersion> source = register_.GetSource(state, key);
  if (!source.ok()) {
    return absl::IsNotFound(source.status())
               ? absl::StatusOr<v1::BatchLookupPeopleResponse::Status>(v1::BatchLookupPeopleResponse::STATUS_UNKNOWN)
               : source.status();
  }
  // Only a record that has a value for this purpose may be found by its key.
  if (!HasVisibleValue(source->record, register_.survivorship()->rules, call.purpose_bit())) {
    return v1::BatchLookupPeopleResponse::STATUS_UNKNOWN;
  }
  if (source->stored.deleted()) {
    return v1::BatchLookupPeopleResponse::STATUS_DELETED;
  }
  if (source->record.kind == model::RecordKind::kProperty) {
    return v1::BatchLookupPeopleResponse::STATUS_NO_PERSON;
  }
  WENSUM_ASSIGN_OR_RETURN(registry::EntityRecord record, register_.GetEntity(state, source->anchor));
  WENSUM_RETURN_IF_ERROR(Fill(call, record.anchor, record.entity, view, out));
  return v1::BatchLookupPeopleResponse::STATUS_FOUND;
}

absl::Status PeopleHandler::BatchLookup(rpc::CallContext& call, const v1::BatchLookupPeopleRequest& request,
                                        v1::BatchLookupPeopleResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const convert::View view, convert::FromView(request.view()));
  WENSUM_RETURN_IF_ERROR(rpc::CheckBatch(static_cast<size_t>(request.source_keys_size()), "source_keys"));
  std::vector<model::SourceKey> keys;
  keys.reserve(static_cast<size_t>(request.source_keys_size()));
  for (int i = 0; i < request.source_keys_size(); ++i) {
    WENSUM_ASSIGN_OR_RETURN(model::SourceKey key,
                            convert::FromSourceKey(request.source_keys(i), Cat("source_keys[", i, "]")));
    keys.push_back(std::move(key));
  }
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, convert::OpenView(register_, request.read()));
  response.set_revision(state.revision());
  call.set_revision(state.revision());
  for (int i = 0; i < request.source_keys_size(); ++i) {
    v1::BatchLookupPeopleResponse::Entry& entry = *response.add_entries();
    *entry.mutable_source_key() = request.source_keys(i);
    WENSUM_ASSIGN_OR_RETURN(const v1::BatchLookupPeopleResponse::Status status,
                            FindBySourceKey(call, state, keys[static_cast<size_t>(i)], view, *entry.mutable_person()));
    entry.set_status(status);
    if (status == v1::BatchLookupPeopleResponse::STATUS_FOUND) {
      call.AddResource(entry.person().name());
    } else {
      entry.clear_person();
    }
  }
  return absl::OkStatus();
}

absl::Status PeopleHandler::LookupIdentifier(const rpc::CallContext& call, const v1::Identifier& identifier,
                                             convert::View view, v1::LookupPeopleResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const std::string value, CanonicalIdentifier(identifier));
  response.set_revision(register_.revision());
  WENSUM_ASSIGN_OR_RETURN(const std::vector<uint64_t> anchors, register_.FindByIdentifier(identifier.type(), value));
  for (const uint64_t anchor : anchors) {
    absl::StatusOr<registry::EntityRecord> record = register_.GetNewestEntity(anchor);
    if (absl::IsNotFound(record.status())) {
      continue;
    }
    WENSUM_RETURN_IF_ERROR(record.status());
    const storage::v1::Golden* golden = convert::GoldenFor(std::as_const(record->entity), call.purpose_bit());
    if (golden != nullptr && !convert::IsProperty(record->entity) &&
        convert::ShowsIdentifier(*golden, identifier.type(), value)) {
      WENSUM_RETURN_IF_ERROR(Fill(call, record->anchor, record->entity, view, *response.add_people()));
    }
  }
  return absl::OkStatus();
}

absl::Status PeopleHandler::Search(rpc::CallContext& call, const v1::SearchPeopleRequest& request,
                                   v1::SearchPeopleResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const size_t limit, rpc::PageSize(request.page_size(), kSearchPage, kMaxSearchPage));
  WENSUM_ASSIGN_OR_RETURN(const matching::PersonFeatures features, SearchFeatures(request));
  response.set_revision(register_.revision());
  call.set_revision(response.revision());
  WENSUM_ASSIGN_OR_RETURN(std::vector<registry::Register::SearchHit> hits,
                          register_.Search(features, call.purpose_bit(), limit));
  for (registry::Register::SearchHit& found : hits) {
    v1::SearchPeopleResponse::Hit hit;
    const absl::Status status = convert::ToPerson(found.entity.anchor, found.entity.entity, register_.ids(),
                                                  call.purpose_bit(), convert::View::kBasic, *hit.mutable_person());
    if (absl::IsNotFound(status)) {
      continue;
    }
    WENSUM_RETURN_IF_ERROR(status);
    hit.set_score(found.score);
    call.AddResource(hit.person().name());
    *response.add_hits() = std::move(hit);
  }
  return absl::OkStatus();
}

absl::Status PeopleHandler::Resolve(rpc::CallContext& call, const v1::ResolvePersonRequest& request,
                                    v1::ResolvePersonResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const size_t limit,
                          rpc::PageSize(request.max_candidates(), kSearchPage, kMaxSearchPage, "max_candidates"));
  convert::Findings findings;
  const model::PersonDetails details = convert::FromDetails(request.details(), "details", findings);
  if (!findings.violations.empty()) {
    return rpc::InvalidFields(findings.violations);
  }
  if (details.name.empty()) {
    return rpc::InvalidField("details.name", "is required: surname, forenames or full");
  }
  response.set_revision(register_.revision());
  const std::shared_ptr<const matching::LinkageModel> model = register_.model();
  response.set_model_version(model->version);
  call.set_revision(response.revision());
  WENSUM_ASSIGN_OR_RETURN(std::vector<registry::Register::MatchCandidate> matches,
                          register_.FindMatches(details, limit));
  for (registry::Register::MatchCandidate& match : matches) {
    v1::ResolvePersonResponse::Candidate candidate;
    const absl::Status status =
        convert::ToPerson(match.entity.anchor, match.entity.entity, register_.ids(), call.purpose_bit(),
                          convert::View::kBasic, *candidate.mutable_person());
    if (absl::IsNotFound(status)) {
      continue;
    }
    WENSUM_RETURN_IF_ERROR(status);
    candidate.set_weight(match.weight);
    candidate.set_probability(match.probability);
    call.AddResource(candidate.person().name());
    *response.add_candidates() = std::move(candidate);
  }
  response.set_decision(v1::ResolvePersonResponse::DECISION_NEW);
  if (response.candidates_size() > 0) {
    const double best = response.candidates(0).weight();
    if (best >= model->parameters.rules.merge_threshold) {
      response.set_decision(v1::ResolvePersonResponse::DECISION_MATCH);
    } else if (best >= model->parameters.rules.review_threshold) {
      response.set_decision(v1::ResolvePersonResponse::DECISION_REVIEW);
    }
  }
  return absl::OkStatus();
}

absl::Status PeopleHandler::ListRevisions(rpc::CallContext& call, const v1::ListPersonRevisionsRequest& request,
                                          v1::ListPersonRevisionsResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t id, rpc::ParsePersonName(register_.ids(), request.name(), "name"));
  WENSUM_ASSIGN_OR_RETURN(const size_t limit, rpc::PageSize(request.page_size(), kRevisionsPage, kMaxRevisionsPage));
  const uint64_t parameters = rpc::ParametersHash(request);
  uint64_t before = 0;
  if (!request.page_token().empty()) {
    WENSUM_ASSIGN_OR_RETURN(const rpc::PageCursor cursor, rpc::DecodePageToken(request.page_token(), parameters));
    before = cursor.position;
  }
  call.AddResource(request.name());
  const int bit = call.purpose_bit();
  // The id itself, wherever it leads now, must be one that the purpose may know of.
  const absl::StatusOr<registry::EntityRecord> newest = register_.GetNewestEntity(id);
  if (!newest.ok()) {
    return absl::IsNotFound(newest.status()) ? rpc::UnknownResource(request.name()) : newest.status();
  }
  WENSUM_ASSIGN_OR_RETURN(const bool visible, convert::Visible(register_, *newest, bit));
  if (!visible || convert::IsProperty(newest->entity)) {
    return rpc::UnknownResource(request.name());
  }
  WENSUM_ASSIGN_OR_RETURN(std::vector<registry::EntityVersion> versions,
                          register_.ListEntityVersions(id, before, limit + 1));
  if (versions.size() > limit) {
    versions.resize(limit);
    response.set_next_page_token(
        rpc::EncodePageToken({.revision = 0, .position = versions.back().revision}, parameters));
  }
  for (registry::EntityVersion& version : versions) {
    v1::ListPersonRevisionsResponse::Revision revision;
    revision.set_revision(version.revision);
    convert::ToTimestamp(version.commit_time, *revision.mutable_commit_time());
    if (version.entity.redirect() != 0) {
      revision.set_merged_into(rpc::PersonName(register_.ids(), version.entity.redirect()));
    } else if (version.entity.ended() && version.entity.golden_size() == 0) {
      v1::Person& person = *revision.mutable_person();
      person.set_name(rpc::PersonName(register_.ids(), id));
      person.set_etag(version.revision);
      person.set_state(v1::Person::STATE_ENDED);
      person.set_kind(static_cast<v1::RecordKind>(version.entity.kind()));
    } else {
      const absl::Status status =
          convert::ToPerson(id, version.entity, register_.ids(), bit, convert::View::kFull, *revision.mutable_person());
      if (absl::IsNotFound(status)) {
        continue;  // a version of which the purpose saw nothing
      }
      WENSUM_RETURN_IF_ERROR(status);
    }
    *response.add_revisions() = std::move(revision);
  }
  return absl::OkStatus();
}

}  // namespace wensum::people
