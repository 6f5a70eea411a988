#include "tests/scenarios/steward.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "gtest/gtest.h"
#include "model/canonical.h"
#include "services/decisions/value_planner.h"
#include "services/register/review_tasks.h"
#include "services/tasks/task_actions.h"
#include "storage/store.h"
#include "tests/services/decisions/decision_test_util.h"

namespace wensum::scenarios {

using decisions::DecisionPlanner;
using decisions::Subject;
using decisions::ValueWish;
using registry::DecisionOperation;
using tasks::TaskKind;

namespace {

constexpr uint32_t kRegister = 1;

const std::map<std::string, DecisionOperation>& ValueVerbs() {
  static const auto& verbs =
      *new std::map<std::string, DecisionOperation>{{"pin", DecisionOperation::kPin},
                                                    {"ignore", DecisionOperation::kIgnore},
                                                    {"override", DecisionOperation::kOverride},
                                                    {"truth", DecisionOperation::kRecordOfTruth}};
  return verbs;
}

const std::map<std::string, DecisionOperation>& HeldVerbs() {
  static const auto& verbs = *new std::map<std::string, DecisionOperation>{
      {"take", DecisionOperation::kTakeUpdate},
      {"drop", DecisionOperation::kDropUpdate},
      {"new-person", DecisionOperation::kNewPerson},
  };
  return verbs;
}

const std::map<std::string, registry::ValueLifetime>& Lifetimes() {
  static const auto& lifetimes = *new std::map<std::string, registry::ValueLifetime>{
      {"for_ever", registry::ValueLifetime::kForEver},
      {"until_value_changes", registry::ValueLifetime::kUntilValueChanges},
      {"until_reasserted", registry::ValueLifetime::kUntilReasserted}};
  return lifetimes;
}

// The name behind a last `as`, and the words before it.
std::pair<std::string, std::vector<std::string>> Named(const Statement& statement) {
  const std::vector<std::string>& words = statement.words;
  if (words.size() > 2 && words[words.size() - 2] == "as") {
    return {words.back(), {words.begin(), words.end() - 2}};
  }
  return {"", words};
}

Statement WithoutFirst(const Statement& statement) {
  Statement rest = statement;
  rest.words.erase(rest.words.begin());
  return rest;
}

}  // namespace

bool Steward::Knows(const Statement& statement) {
  static const auto& verbs =
      *new std::set<std::string>{"merge", "distinct", "unmerge", "split", "undo", "dismiss", "refused"};
  const std::string& verb = statement.words.front();
  return verbs.contains(verb) || ValueVerbs().contains(verb) || HeldVerbs().contains(verb);
}

absl::StatusOr<uint64_t> Steward::DecisionNamed(const std::string& name) const {
  const auto found = decisions_.find(name);
  return found == decisions_.end() ? InvalidArgument(Cat("no decision was named ", Quote(name)))
                                   : absl::StatusOr<uint64_t>(found->second);
}

absl::StatusOr<uint64_t> Steward::OrdinalOf(const std::string& text) const {
  WENSUM_ASSIGN_OR_RETURN(const model::SourceKey key, ParseKey(text));
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView view, register_->OpenView({}));
  WENSUM_ASSIGN_OR_RETURN(const registry::SourceVersion source, register_->GetSource(view, key));
  return source.ordinal;
}

absl::StatusOr<Subject> Steward::SubjectOf(const std::string& text, size_t index) const {
  const std::string field = Cat("subjects[", index, "]");
  if (text.find(':') != std::string::npos) {
    WENSUM_ASSIGN_OR_RETURN(model::SourceKey key, ParseKey(text));
    return decisions::Record(std::move(key), field);
  }
  WENSUM_ASSIGN_OR_RETURN(const uint64_t anchor, anchor_of_(text));
  return decisions::Person(anchor, field);
}

absl::StatusOr<tasks::Task> Steward::TaskAbout(const Statement& statement, TaskKind kind, size_t first) const {
  std::set<uint64_t> people;
  for (size_t i = first; i < statement.words.size(); ++i) {
    WENSUM_ASSIGN_OR_RETURN(const uint64_t anchor, anchor_of_(statement.words[i]));
    people.insert(anchor);
  }
  const storage::Store& store = *register_->store();
  WENSUM_ASSIGN_OR_RETURN(const uint64_t newest, tasks::NewestNumber(store, kRegister));
  for (uint64_t number = 1; number <= newest; ++number) {
    WENSUM_ASSIGN_OR_RETURN(tasks::Task task, tasks::ReadTask(store, kRegister, number));
    std::set<uint64_t> named;
    for (const storage::v1::TaskName& name : task.names()) {
      WENSUM_ASSIGN_OR_RETURN(const registry::EntityRecord entity, register_->GetNewestEntity(name.id()));
      named.insert(entity.anchor);
    }
    if (task.kind() == static_cast<uint32_t>(kind) && tasks::IsOpen(task) && named == people) {
      return task;
    }
  }
  return NotFound(Cat("no open task ", tasks::TaskKindName(kind), " names them"));
}

absl::Status Steward::ExpectTask(const Statement& statement) const {
  std::string name = ToUpperAscii(statement.words[2]);
  std::ranges::replace(name, '-', '_');
  const std::optional<TaskKind> kind = tasks::FindTaskKind(name);
  if (!kind.has_value()) {
    return InvalidArgument(Cat("there is no kind of task ", Quote(name)));
  }
  const absl::StatusOr<tasks::Task> task = TaskAbout(statement, *kind, 3);
  if (!task.ok() && !absl::IsNotFound(task.status())) {
    return task.status();
  }
  EXPECT_EQ(task.ok(), statement.words[1] == "task") << name;
  return absl::OkStatus();
}

absl::StatusOr<Steward::Plan> Steward::PlanSplit(const Statement& statement) const {
  const std::vector<std::string> words = Named(statement).second;
  if (words.size() < 4) {
    return InvalidArgument("expected: split PERSON RECORD,RECORD RECORD ...");
  }
  decisions::Grouping grouping;
  WENSUM_ASSIGN_OR_RETURN(const uint64_t anchor, anchor_of_(words[1]));
  grouping.person = decisions::Person(anchor);
  for (size_t i = 2; i < words.size(); ++i) {
    std::vector<model::SourceKey>& group = grouping.groups.emplace_back();
    for (const std::string_view one : Split(words[i], ',')) {
      WENSUM_ASSIGN_OR_RETURN(group.emplace_back(), ParseKey(one));
    }
  }
  return Plan([grouping](const DecisionPlanner& planner) { return planner.Split(grouping); });
}

absl::StatusOr<Steward::Plan> Steward::PlanValue(const Statement& statement) const {
  const std::vector<std::string> words = Named(statement).second;
  ValueWish wish;
  wish.operation = ValueVerbs().at(words.front());
  if (words.size() != 2) {
    return InvalidArgument(Cat("expected: ", words.front(), " RECORD: field=value"));
  }
  WENSUM_ASSIGN_OR_RETURN(wish.subject, SubjectOf(words[1], 0));
  Statement given{.line = statement.line, .words = {"record", "x", "y"}, .fields = {}, .text = ""};
  for (const auto& [field, value] : statement.fields) {
    if (field == "lifetime") {
      const auto lifetime = Lifetimes().find(value);
      if (lifetime == Lifetimes().end()) {
        return InvalidArgument(Cat("there is no lifetime ", Quote(value)));
      }
      wish.lifetime = lifetime->second;
    } else if (field == "until") {
      Statement day{.line = statement.line, .words = {"record", "x", "y"}, .fields = {{"updated", value}}, .text = ""};
      WENSUM_ASSIGN_OR_RETURN(const registry::SourceWrite moment, ParseRecord(day, 0));
      wish.lifetime = registry::ValueLifetime::kUntilTime;
      wish.until = moment.record.source_time;
    } else if (field != "because") {
      given.fields.emplace_back(field, value);
    }
  }
  if (wish.operation == DecisionOperation::kPin || wish.operation == DecisionOperation::kIgnore) {
    if (given.fields.size() != 1) {
      return InvalidArgument("expected one attribute, as the lineage has it: born=1980-01-01");
    }
    wish.attribute = given.fields[0].first;
    wish.value = given.fields[0].second;
  } else {
    WENSUM_ASSIGN_OR_RETURN(registry::SourceWrite write, ParseRecord(given, 0));
    std::vector<model::FieldIssue> issues;
    model::Canonicalise(write.record.details, {.year = 2026, .month = 1, .day = 1}, issues);
    wish.details = std::move(write.record.details);
    if (wish.operation == DecisionOperation::kOverride) {
      const std::string& field = given.fields.at(0).first;
      wish.attribute = field == "born"            ? "date_of_birth"
                       : field == "ni"            ? "ni_number"
                       : field == "phone"         ? "phones"
                       : field == "address"       ? "current_address"
                       : field.starts_with("id:") ? Cat("identifiers.", field.substr(3))
                                                  : field;
    }
  }
  return Plan([wish](const DecisionPlanner& planner) { return planner.Value(wish); });
}

absl::StatusOr<Steward::Plan> Steward::PlanOf(const Statement& statement) const {
  const std::vector<std::string> words = Named(statement).second;
  const std::string& verb = words.front();
  if (ValueVerbs().contains(verb)) {
    return PlanValue(statement);
  }
  if (verb == "split") {
    return PlanSplit(statement);
  }
  if (words.size() < 2) {
    return InvalidArgument(Cat(verb, " what?"));
  }
  if (verb == "undo" || (verb == "unmerge" && words[1].find(':') == std::string::npos)) {
    WENSUM_ASSIGN_OR_RETURN(const uint64_t number, DecisionNamed(words[1]));
    const bool undo = verb == "undo";
    return Plan([undo, number](const DecisionPlanner& planner) {
      return undo ? planner.Undo(number, std::nullopt) : planner.PartMerged(number, std::nullopt);
    });
  }
  if (const auto held = HeldVerbs().find(verb); held != HeldVerbs().end()) {
    WENSUM_ASSIGN_OR_RETURN(const uint64_t ordinal, OrdinalOf(words[1]));
    tasks::Task task;
    task.mutable_facts()->mutable_overlay()->set_ordinal(ordinal);
    return Plan(
        [task, operation = held->second](const DecisionPlanner& planner) { return planner.Held(task, operation); });
  }
  std::vector<Subject> subjects;
  for (size_t i = 1; i < words.size(); ++i) {
    WENSUM_ASSIGN_OR_RETURN(subjects.emplace_back(), SubjectOf(words[i], i - 1));
  }
  return Plan([verb, subjects](const DecisionPlanner& planner) {
    return verb == "merge"      ? planner.Merge(subjects)
           : verb == "distinct" ? planner.Distinct(subjects)
                                : planner.TakeOut(subjects.front());
  });
}

absl::StatusOr<uint64_t> Steward::Decide(const Plan& plan) {
  // What is shown must be what is done.
  const decisions::Decided shown = decisions::Decide(*register_, plan, /*preview=*/true);
  const decisions::Decided decided = decisions::Decide(*register_, plan);
  EXPECT_EQ(shown.status, decided.status);
  EXPECT_EQ(shown.people_after, decided.people_after);
  EXPECT_EQ(shown.moved, decided.moved);
  EXPECT_EQ(shown.tasks, decided.tasks);
  EXPECT_EQ(shown.events, decided.events);
  WENSUM_RETURN_IF_ERROR(decided.status);
  return decided.number;
}

absl::Status Steward::Dismiss(const Statement& statement) {
  WENSUM_ASSIGN_OR_RETURN(const tasks::Task task, TaskAbout(statement, TaskKind::kPossibleMatch, 1));
  const tasks::TaskRules rules;
  registry::Mutation mutation;
  mutation.plan = [&](const registry::PlanView& view) -> absl::StatusOr<registry::Planned> {
    registry::Planned planned;
    planned.has_revision = true;
    tasks::TaskWriter writer(view.reader, kRegister, rules);
    WENSUM_ASSIGN_OR_RETURN(tasks::Edit* const edit, writer.Touch(task.number()));
    const auto& facts = task.facts().possible_match();
    WENSUM_ASSIGN_OR_RETURN(const uint64_t evidence,
                            registry::ReviewEvidence(view.reader, kRegister, facts.a(), facts.b()));
    WENSUM_RETURN_IF_ERROR(
        tasks::Dismiss({.name = "ann", .caller = "", .now = view.time}, "too_little_evidence", "", evidence, *edit));
    WENSUM_RETURN_IF_ERROR(writer.Finish({.revision = view.revision, .time = view.time}, planned.writes).status());
    return planned;
  };
  return register_->Commit(std::move(mutation)).status;
}

absl::Status Steward::Execute(const Statement& statement) {
  if (statement.words.front() == "refused") {
    WENSUM_ASSIGN_OR_RETURN(const Plan plan, PlanOf(WithoutFirst(statement)));
    const uint64_t before = register_->revision();
    const absl::Status refused = Decide(plan).status();
    EXPECT_FALSE(refused.ok()) << "it was not refused";
    EXPECT_EQ(register_->revision(), before);
    for (const auto& [field, value] : statement.fields) {
      if (field == "because") {
        EXPECT_NE(refused.message().find(value), std::string::npos) << refused;
      }
    }
    return absl::OkStatus();
  }
  if (statement.words.front() == "dismiss") {
    return Dismiss(statement);
  }
  WENSUM_ASSIGN_OR_RETURN(const Plan plan, PlanOf(statement));
  WENSUM_ASSIGN_OR_RETURN(const uint64_t number, Decide(plan));
  if (const std::string name = Named(statement).first; !name.empty()) {
    decisions_[name] = number;
  }
  return absl::OkStatus();
}

}  // namespace wensum::scenarios
