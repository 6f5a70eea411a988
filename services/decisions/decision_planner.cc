#include "services/decisions/decision_planner.h"

#include <algorithm>
#include <map>
#include <span>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/status_details.h"
#include "storage/keys.h"
#include "wensum/storage/v1/records.pb.h"

namespace wensum::decisions {
namespace {

using registry::DecisionName;
using registry::DecisionOperation;
using registry::DecisionTable;
using registry::DecisionWrites;
using storage::Family;
using storage::v1::LinkDecision;

absl::Status StateRefusal(std::string_view message) {
  return rpc::WithReason(FailedPrecondition(std::string(message)), rpc::reason::kDecisionState);
}

// `before` and `after` the names of the decisions make the sentence.
absl::Status ConflictWith(std::string_view before, std::span<const uint64_t> decisions, std::string_view after) {
  std::vector<std::string> names;
  names.reserve(decisions.size());
  for (const uint64_t number : decisions) {
    names.push_back(DecisionName(number));
  }
  const std::string list = Join(names, ", ");
  return rpc::WithReason(FailedPrecondition(Cat(before, list, after)), rpc::reason::kDecisionConflict,
                         {{"decisions", list}});
}

absl::Status TooMany() {
  return StateRefusal(Cat("that parts more than ", kMostLinks,
                          " pairs of source records: name fewer records, or take out those that are wrong one by one, "
                          "with UnmergePerson"));
}

std::string LabelOf(const model::SourceKey& key) { return Cat("record ", Quote(key.key), " of ", Quote(key.source)); }

absl::Status CheckEtag(const Subject& subject, const StoredPerson& person, const OpaqueIdCodec& ids) {
  if (!subject.etag.has_value() || *subject.etag == person.entity.revision()) {
    return absl::OkStatus();
  }
  return rpc::WithReason(
      Aborted(Cat(subject.field, ": etag ", *subject.etag, " does not fit: that of ",
                  rpc::PersonName(ids, person.anchor), " is ", person.entity.revision(), "; read it and decide anew")),
      rpc::reason::kEtagMismatch);
}

void AddSide(uint64_t person, const Records& records, LinkDecision& decision) {
  storage::v1::DecisionSide& side = *decision.add_sides();
  side.set_person(person);
  side.mutable_records()->Assign(records.begin(), records.end());
}

}  // namespace

absl::StatusOr<uint64_t> DecisionPlanner::FindRecord(const Subject& subject) const {
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, register_.OpenView({}));
  const absl::StatusOr<registry::SourceVersion> version = register_.GetSource(state, *subject.record);
  if (!version.ok()) {
    return absl::IsNotFound(version.status()) ? rpc::UnknownResource(LabelOf(*subject.record)) : version.status();
  }
  if (version->stored.deleted()) {
    const uint64_t ordinal = version->ordinal;
    WENSUM_ASSIGN_OR_RETURN(const bool seen, sight_.Sees({&ordinal, 1}));
    return seen ? StateRefusal(Cat(subject.field, ": ", LabelOf(*subject.record),
                                   " was deleted by its source: it can be decided about once it is back"))
                : rpc::UnknownResource(LabelOf(*subject.record));
  }
  return version->ordinal;
}

// The live record that holds the id by which the person is known.
absl::StatusOr<uint64_t> DecisionPlanner::HolderOf(const StoredPerson& person) const {
  WENSUM_ASSIGN_OR_RETURN(
      const auto value,
      view_.reader.Get(Family::kDecision, storage::AnchorHandoverKey(register_.register_id(), person.anchor)));
  if (!value.has_value()) {
    return person.anchor;
  }
  storage::v1::AnchorHandover handover;
  if (!handover.ParseFromString(*value)) {
    return DataLoss("a recorded handover of an id cannot be read; run `wensum verify`");
  }
  return handover.holder();
}

absl::StatusOr<DecisionPlanner::Side> DecisionPlanner::Find(const Subject& subject) const {
  Side side;
  uint64_t id = subject.id;
  if (subject.record.has_value()) {
    WENSUM_ASSIGN_OR_RETURN(id, FindRecord(subject));
  }
  const std::string name = subject.record.has_value() ? LabelOf(*subject.record) : subject.name;
  absl::StatusOr<StoredPerson> person = sight_.Read(id);
  if (!person.ok()) {
    return absl::IsNotFound(person.status()) ? rpc::UnknownResource(name) : person.status();
  }
  WENSUM_ASSIGN_OR_RETURN(const bool seen, sight_.Sees(person->records));
  if (!seen) {
    return rpc::UnknownResource(name);
  }
  if (person->entity.kind() == static_cast<uint32_t>(model::RecordKind::kProperty)) {
    return subject.record.has_value()
               ? rpc::InvalidField(subject.field, Cat(name, " is of a property: decisions are about people"))
               : rpc::UnknownResource(name);
  }
  if (person->entity.ended()) {
    WENSUM_ASSIGN_OR_RETURN(const bool knew, sight_.Sees({&id, 1}));
    return knew ? StateRefusal(Cat(subject.field, ": ", name,
                                   " has ended: every source record was deleted; there is nothing to decide"))
                : rpc::UnknownResource(name);
  }
  WENSUM_RETURN_IF_ERROR(CheckEtag(subject, *person, register_.ids()));
  side.person = *std::move(person);
  if (subject.record.has_value()) {
    side.namer = id;
    side.records = {id};
    return side;
  }
  WENSUM_ASSIGN_OR_RETURN(side.namer, HolderOf(side.person));
  side.records = side.person.records;
  return side;
}

absl::StatusOr<std::vector<DecisionPlanner::Side>> DecisionPlanner::FindAll(
    const std::vector<Subject>& subjects) const {
  std::vector<Side> sides;
  for (const Subject& subject : subjects) {
    WENSUM_ASSIGN_OR_RETURN(Side side, Find(subject));
    sides.push_back(std::move(side));
  }
  return sides;
}

absl::StatusOr<DecidedSubject> DecisionPlanner::FindSubject(const Subject& subject) const {
  WENSUM_ASSIGN_OR_RETURN(const Side side, Find(subject));
  return DecidedSubject{.person = side.person.anchor, .record = side.namer, .records = side.person.records};
}

absl::Status DecisionPlanner::CheckConsistent(uint64_t retract, const Links& links) const {
  const auto found = view_.decisions.FindContradiction(view_.decisions.ChangesOf(retract, links));
  if (!found.has_value()) {
    return absl::OkStatus();
  }
  std::vector<uint64_t> decisions = found->joins;
  if (found->never != 0) {
    decisions.push_back(found->never);
  }
  std::ranges::sort(decisions);
  return ConflictWith("the same two source records would be one person and two people, by ", decisions,
                      ": undo first what is wrong, with UndoDecision");
}

absl::StatusOr<DecisionWrites> DecisionPlanner::Make(DecisionOperation operation, const std::vector<Side>& sides,
                                                     const Links& links, uint64_t retract) const {
  WENSUM_RETURN_IF_ERROR(CheckConsistent(retract, links));
  DecisionWrites writes;
  LinkDecision& decision = writes.add.emplace();
  decision.set_operation(static_cast<uint32_t>(operation));
  decision.set_purpose(static_cast<uint32_t>(sight_.purpose_bit() + 1));
  for (const matching::RecordLink& link : links) {
    storage::v1::DecisionLink& added = *decision.add_links();
    added.set_a(link.a);
    added.set_b(link.b);
    added.set_kind(static_cast<uint32_t>(link.kind));
  }
  for (const Side& side : sides) {
    AddSide(side.person.anchor, side.records, decision);
  }
  decision.set_undoes(retract);
  writes.retract = retract;
  return writes;
}

absl::StatusOr<DecisionWrites> DecisionPlanner::Merge(const std::vector<Subject>& subjects) const {
  WENSUM_ASSIGN_OR_RETURN(std::vector<Side> sides, FindAll(subjects));
  Records namers;
  for (size_t i = 0; i < sides.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (sides[i].person.anchor == sides[j].person.anchor) {
        return rpc::InvalidField(subjects[i].field, Cat("is the same person as ", subjects[j].field, ", ",
                                                        rpc::PersonName(register_.ids(), sides[i].person.anchor)));
      }
      if (const uint64_t never = PartedBy(view_.decisions, sides[i].person.records, sides[j].person.records);
          never != 0) {
        return ConflictWith(Cat(subjects[j].field, " and ", subjects[i].field, " are two people by "),
                            std::span(&never, 1), ": undo that first, with UndoDecision");
      }
    }
    namers.push_back(sides[i].namer);
  }
  Links held;
  for (size_t i = 0; i < sides.size(); ++i) {
    if (!subjects[i].record.has_value()) {
      const Links links = HoldTogether(view_.decisions, sides[i].namer, sides[i].records);
      held.insert(held.end(), links.begin(), links.end());
    }
    sides[i].records = sides[i].person.records;  // the person as it was, though a record may have been named
  }
  const Links links = JoinAll(namers, std::move(held));
  if (links.size() > kMostLinks) {
    return StateRefusal(
        Cat("that joins more than ", kMostLinks, " pairs of source records: name one record of each person"));
  }
  return Make(DecisionOperation::kMerge, sides, links, 0);
}

absl::StatusOr<DecisionWrites> DecisionPlanner::Distinct(const std::vector<Subject>& subjects) const {
  WENSUM_ASSIGN_OR_RETURN(const std::vector<Side> sides, FindAll(subjects));
  const bool records_alone = subjects[0].record.has_value() && subjects[1].record.has_value();
  if (sides[0].person.anchor == sides[1].person.anchor && (!records_alone || sides[0].namer == sides[1].namer)) {
    return rpc::InvalidField(
        subjects[1].field,
        Cat("is the same person as ", subjects[0].field, ", ", rpc::PersonName(register_.ids(), sides[0].person.anchor),
            ": name two records to part them, or use UnmergePerson or SplitPerson"));
  }
  const std::vector<uint64_t> joins = JoinedBy(view_.decisions, sides[0].records, sides[1].records);
  if (!joins.empty()) {
    return ConflictWith("they are one person by ", joins, ": undo that first, with UndoDecision or UnmergePerson");
  }
  const std::optional<Links> links = PartAll(std::vector<Records>{sides[0].records, sides[1].records});
  return links.has_value() ? Make(DecisionOperation::kDistinct, sides, *links, 0) : TooMany();
}

absl::StatusOr<DecisionWrites> DecisionPlanner::Part(DecisionOperation operation, uint64_t person,
                                                     const std::vector<Records>& groups) const {
  const std::vector<Records> whole = WithAbsent(view_.decisions, groups);
  const std::optional<Links> links = PartAll(whole);
  if (!links.has_value()) {
    return TooMany();
  }
  std::vector<Side> sides;
  for (const Records& group : whole) {
    Side& side = sides.emplace_back();
    side.person.anchor = person;
    side.records = group;
  }
  return Make(operation, sides, *links, 0);
}

absl::StatusOr<DecisionWrites> DecisionPlanner::TakeOut(const Subject& record) const {
  WENSUM_ASSIGN_OR_RETURN(const Side side, Find(record));
  Records rest = side.person.records;
  std::erase(rest, side.namer);
  if (rest.empty()) {
    return StateRefusal(Cat(record.field, ": ", LabelOf(*record.record), " is the only record of ",
                            rpc::PersonName(register_.ids(), side.person.anchor),
                            ": there is nothing to take it from"));
  }
  return Part(DecisionOperation::kUnmerge, side.person.anchor, {rest, {side.namer}});
}

absl::StatusOr<std::vector<Records>> DecisionPlanner::GroupsOf(const Grouping& grouping, const Side& side) const {
  std::vector<Records> groups;
  std::map<uint64_t, std::string> named;  // by record: where
  for (size_t i = 0; i < grouping.groups.size(); ++i) {
    Records& group = groups.emplace_back();
    if (grouping.groups[i].empty()) {
      return rpc::InvalidField(Cat("groups[", i, "].source_keys"), "is empty: name at least one record");
    }
    for (size_t j = 0; j < grouping.groups[i].size(); ++j) {
      const model::SourceKey& key = grouping.groups[i][j];
      const std::string field = Cat("groups[", i, "].source_keys[", j, "]");
      const absl::StatusOr<uint64_t> ordinal =
          FindRecord({.field = field, .name = "", .id = 0, .record = key, .etag = std::nullopt});
      if (!ordinal.ok() && !absl::IsNotFound(ordinal.status()) && !absl::IsFailedPrecondition(ordinal.status())) {
        return ordinal.status();
      }
      if (!ordinal.ok() || !std::ranges::binary_search(side.person.records, *ordinal)) {
        return rpc::InvalidField(field, Cat(LabelOf(key), " is no record of ", grouping.person.name));
      }
      if (const auto [first, fresh] = named.emplace(*ordinal, field); !fresh) {
        return rpc::InvalidField(field, Cat(LabelOf(key), " stands in ", first->second, " already"));
      }
      group.push_back(*ordinal);
    }
    std::ranges::sort(group);
  }
  for (const uint64_t record : side.person.records) {
    if (!named.contains(record)) {
      WENSUM_ASSIGN_OR_RETURN(const registry::DecodedSource left, sight_.ReadRecord(record));
      return rpc::InvalidField(
          "groups", Cat(LabelOf(left.record.key), " stands in none of them: name each record of the person once"));
    }
  }
  return groups;
}

absl::StatusOr<DecisionWrites> DecisionPlanner::Split(const Grouping& grouping) const {
  WENSUM_ASSIGN_OR_RETURN(const Side side, Find(grouping.person));
  WENSUM_ASSIGN_OR_RETURN(const std::vector<Records> groups, GroupsOf(grouping, side));
  return Part(DecisionOperation::kSplit, side.person.anchor, groups);
}

absl::StatusOr<LinkDecision> DecisionPlanner::FindDecision(uint64_t number, std::optional<uint64_t> etag) const {
  absl::StatusOr<LinkDecision> decision = registry::ReadDecision(view_.reader, register_.register_id(), number);
  if (!decision.ok()) {
    return absl::IsNotFound(decision.status()) ? rpc::UnknownResource(DecisionName(number)) : decision;
  }
  WENSUM_ASSIGN_OR_RETURN(const bool seen, sight_.Sees(*decision));
  if (!seen) {
    return rpc::UnknownResource(DecisionName(number));
  }
  if (registry::IsRetracted(*decision)) {
    return StateRefusal(Cat(DecisionName(number), " was undone already, by ", Quote(decision->retraction().actor()),
                            ": decide anew if it should be in force"));
  }
  if (etag.has_value() && *etag != decision->revision()) {
    return rpc::WithReason(Aborted(Cat("etag ", *etag, " does not fit: that of ", DecisionName(number), " is ",
                                       decision->revision(), "; read it again")),
                           rpc::reason::kEtagMismatch);
  }
  return decision;
}

absl::StatusOr<DecisionWrites> DecisionPlanner::PartMerged(uint64_t decision, std::optional<uint64_t> etag) const {
  WENSUM_ASSIGN_OR_RETURN(const LinkDecision merge, FindDecision(decision, etag));
  if (merge.operation() != static_cast<uint32_t>(DecisionOperation::kMerge)) {
    return rpc::InvalidField("decision", Cat(DecisionName(decision), " is no merge: undo it with UndoDecision"));
  }
  std::vector<Side> sides;
  std::vector<Records> records;
  for (const storage::v1::DecisionSide& merged : merge.sides()) {
    Side& side = sides.emplace_back();
    side.person.anchor = merged.person();
    side.records.assign(merged.records().begin(), merged.records().end());
    records.push_back(side.records);
  }
  const std::optional<Links> links = PartAll(records);
  return links.has_value() ? Make(DecisionOperation::kUnmerge, sides, *links, decision) : TooMany();
}

absl::StatusOr<DecisionWrites> DecisionPlanner::Undo(uint64_t decision, std::optional<uint64_t> etag) const {
  WENSUM_ASSIGN_OR_RETURN(const LinkDecision undone, FindDecision(decision, etag));
  if (undone.has_held()) {
    WENSUM_RETURN_IF_ERROR(CheckUndoOfHeld(undone));
  }
  WENSUM_RETURN_IF_ERROR(CheckConsistent(decision, {}));
  DecisionWrites writes;
  writes.retract = decision;
  return writes;
}

absl::StatusOr<DecisionWrites> DecisionPlanner::Again(const LinkDecision& merge) const {
  std::vector<Records> sides;
  for (const storage::v1::DecisionSide& side : merge.sides()) {
    sides.emplace_back(side.records().begin(), side.records().end());
    for (size_t j = 0; j + 1 < sides.size(); ++j) {
      if (const uint64_t never = PartedBy(view_.decisions, sides.back(), sides[j]); never != 0) {
        return ConflictWith("two of the people are two by ", std::span(&never, 1),
                            ": undo that first, with UndoDecision");
      }
    }
  }
  WENSUM_RETURN_IF_ERROR(CheckConsistent(0, registry::LinksOf(merge)));
  DecisionWrites writes;
  writes.add = merge;
  return writes;
}

}  // namespace wensum::decisions
