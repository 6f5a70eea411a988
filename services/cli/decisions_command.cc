#include "services/cli/decisions_command.h"

#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "services/cli/explain_command.h"
#include "services/cli/proposals_command.h"
#include "wensum/v1/decisions.grpc.pb.h"
#include "wensum/v1/people.grpc.pb.h"
#include "wensum/v1/stewardship.grpc.pb.h"

namespace wensum::cli {
namespace {

constexpr int kDecisionsPage = 100;

struct DecisionSettings {
  ClientOptions client;
  std::vector<std::string> subjects;
  std::vector<std::string> groups;
  std::string record;
  std::string merge;
  std::string name;
  std::string person;
  std::string answer;
  std::string attribute;
  std::string value;
  std::string details;  // JSON
  std::vector<std::string> purposes;
  std::string until;
  v1::Lifetime lifetime = v1::LIFETIME_FOR_EVER;
  v1::Decision::State state = v1::Decision::STATE_UNSPECIFIED;
  std::string actor;
  std::string reason;
  std::string comment;
  int limit = 20;
  bool dry_run = false;
  bool json = false;
};

const std::map<std::string, v1::Decision::State>& DecisionStates() {
  static const auto& states = *new std::map<std::string, v1::Decision::State>{
      {"in_force", v1::Decision::STATE_IN_FORCE}, {"retracted", v1::Decision::STATE_RETRACTED}};
  return states;
}

std::string InCollection(std::string_view collection, const std::string& name) {
  return name.find('/') == std::string::npos ? Cat(collection, "/", name) : name;
}

int PrintResult(const grpc::Status& status, const google::protobuf::Message& answer) {
  if (!status.ok()) {
    PrintError(status, std::cerr);
    return 1;
  }
  std::cout << ToJson(answer, /*pretty=*/true) << "\n";
  return 0;
}

grpc::Status NoSuch(const std::string& what) { return {grpc::StatusCode::NOT_FOUND, Cat("there is no ", what)}; }

// A server, and what a decision needs to know of its state: who wants to be sure shows people and tasks first.
class Decider {
 public:
  explicit Decider(const DecisionSettings& settings)
      : settings_(settings), client_(settings.client), stub_(v1::Decisions::NewStub(client_.channel())) {}

  template <typename Request>
  void Sign(Request& request) const {
    request.set_actor(settings_.actor);
    request.set_reason(settings_.reason);
    request.set_comment(settings_.comment);
    request.set_validate_only(settings_.dry_run);
  }
  template <typename Request>
  int Write(grpc::Status (v1::Decisions::Stub::*method)(grpc::ClientContext*, const Request&, v1::DecisionResult*),
            Request& request) {
    Sign(request);
    grpc::ClientContext context;
    client_.Prepare(context);
    v1::DecisionResult result;
    const grpc::Status status = ((*stub_).*method)(&context, request, &result);
    return PrintResult(status, result);
  }
  // A person as it is now.
  grpc::Status ReadPerson(const std::string& name, v1::Person& person) const {
    v1::GetPersonRequest request;
    request.set_name(InCollection("people", name));
    grpc::ClientContext context;
    client_.Prepare(context);
    return v1::People::NewStub(client_.channel())->Get(&context, request, &person);
  }
  // people/{id} or a source:key, with the etag of the person as it is now.
  grpc::Status ToSubject(const std::string& text, v1::DecisionSubject& subject) const {
    const std::optional<v1::SourceKey> key = text.starts_with("people/") ? std::nullopt : ParseSourceKey(text);
    if (!key.has_value()) {
      v1::Person person;
      grpc::Status status = ReadPerson(text, person);
      subject.set_name(person.name());
      subject.set_etag(person.etag());
      return status;
    }
    v1::LookupPeopleRequest request;
    *request.mutable_source_key() = *key;
    v1::LookupPeopleResponse found;
    grpc::ClientContext context;
    client_.Prepare(context);
    grpc::Status status = v1::People::NewStub(client_.channel())->Lookup(&context, request, &found);
    if (status.ok() && found.people().empty()) {
      return NoSuch(Cat("record ", text));
    }
    *subject.mutable_source_key() = *key;
    subject.set_etag(found.people().empty() ? 0 : found.people(0).etag());
    return status;
  }
  grpc::Status ReadDecision(const std::string& name, v1::Decision& decision) const {
    v1::GetDecisionRequest request;
    request.set_name(InCollection("decisions", name));
    grpc::ClientContext context;
    client_.Prepare(context);
    return stub_->GetDecision(&context, request, &decision);
  }
  grpc::Status ReadTask(const std::string& name, v1::Task& task) const {
    v1::GetTaskRequest request;
    request.set_name(InCollection("tasks", name));
    grpc::ClientContext context;
    client_.Prepare(context);
    return v1::Stewardship::NewStub(client_.channel())->GetTask(&context, request, &task);
  }
  grpc::Status List(const v1::ListDecisionsRequest& request, v1::ListDecisionsResponse& response) const {
    grpc::ClientContext context;
    client_.Prepare(context);
    return stub_->ListDecisions(&context, request, &response);
  }
  grpc::Status ListHeld(const v1::ListHeldUpdatesRequest& request, v1::ListHeldUpdatesResponse& response) const {
    grpc::ClientContext context;
    client_.Prepare(context);
    return stub_->ListHeldUpdates(&context, request, &response);
  }

 private:
  const DecisionSettings& settings_;
  const Client client_;
  const std::unique_ptr<v1::Decisions::Stub> stub_;
};

template <typename Request>
grpc::Status AddSubjects(const Decider& decider, const DecisionSettings& settings, Request& request) {
  for (const std::string& text : settings.subjects) {
    if (const grpc::Status status = decider.ToSubject(text, *request.add_subjects()); !status.ok()) {
      return status;
    }
  }
  return grpc::Status::OK;
}

int MergePeople(const DecisionSettings& settings) {
  Decider decider(settings);
  v1::MergePeopleRequest request;
  const grpc::Status status = AddSubjects(decider, settings, request);
  return status.ok() ? decider.Write(&v1::Decisions::Stub::MergePeople, request) : PrintResult(status, request);
}

int TellApart(const DecisionSettings& settings) {
  Decider decider(settings);
  v1::AssertDistinctRequest request;
  const grpc::Status status = AddSubjects(decider, settings, request);
  return status.ok() ? decider.Write(&v1::Decisions::Stub::AssertDistinct, request) : PrintResult(status, request);
}

int UnmergePerson(const DecisionSettings& settings) {
  Decider decider(settings);
  v1::UnmergePersonRequest request;
  grpc::Status status;
  if (!settings.merge.empty()) {
    v1::Decision decision;
    status = decider.ReadDecision(settings.merge, decision);
    request.set_decision(decision.name());
    request.set_decision_etag(decision.etag());
  } else {
    status = decider.ToSubject(settings.record, *request.mutable_record());
  }
  return status.ok() ? decider.Write(&v1::Decisions::Stub::UnmergePerson, request) : PrintResult(status, request);
}

int SplitPerson(const DecisionSettings& settings) {
  Decider decider(settings);
  v1::Person person;
  v1::SplitPersonRequest request;
  if (const grpc::Status status = decider.ReadPerson(settings.person, person); !status.ok()) {
    return PrintResult(status, request);
  }
  request.set_name(person.name());
  request.set_etag(person.etag());
  for (const std::string& text : settings.groups) {
    v1::SplitPersonRequest::Group& group = *request.add_groups();
    for (const std::string_view one : Split(text, ',')) {
      const std::optional<v1::SourceKey> key = ParseSourceKey(one);
      if (!key.has_value()) {
        return PrintResult({grpc::StatusCode::INVALID_ARGUMENT, Cat(Quote(one), " is no source:key")}, request);
      }
      *group.add_source_keys() = *key;
    }
  }
  return decider.Write(&v1::Decisions::Stub::SplitPerson, request);
}

int UndoDecision(const DecisionSettings& settings) {
  Decider decider(settings);
  v1::Decision decision;
  if (const grpc::Status status = decider.ReadDecision(settings.name, decision); !status.ok()) {
    return PrintResult(status, decision);
  }
  v1::UndoDecisionRequest request;
  request.set_name(decision.name());
  request.set_etag(decision.etag());
  return decider.Write(&v1::Decisions::Stub::UndoDecision, request);
}

const std::map<std::string, v1::ResolveHeldUpdatesRequest::Answer>& HeldAnswers() {
  static const auto& answers = *new std::map<std::string, v1::ResolveHeldUpdatesRequest::Answer>{
      {"take", v1::ResolveHeldUpdatesRequest::ANSWER_TAKE},
      {"drop", v1::ResolveHeldUpdatesRequest::ANSWER_DROP},
      {"new_person", v1::ResolveHeldUpdatesRequest::ANSWER_NEW_PERSON}};
  return answers;
}

int DecideTask(const DecisionSettings& settings) {
  Decider decider(settings);
  v1::Task task;
  if (const grpc::Status status = decider.ReadTask(settings.name, task); !status.ok()) {
    return PrintResult(status, task);
  }
  if (const auto held = HeldAnswers().find(settings.answer); held != HeldAnswers().end()) {
    v1::ResolveHeldUpdatesRequest request;
    request.set_name(task.name());
    request.set_etag(task.etag());
    request.set_answer(held->second);
    return decider.Write(&v1::Decisions::Stub::ResolveHeldUpdates, request);
  }
  v1::DecideTaskRequest request;
  request.set_name(task.name());
  request.set_etag(task.etag());
  request.set_answer(settings.answer == "same" ? v1::DecideTaskRequest::ANSWER_SAME
                                               : v1::DecideTaskRequest::ANSWER_DISTINCT);
  return decider.Write(&v1::Decisions::Stub::DecideTask, request);
}

// The subject, and what the request says of values.
template <typename Request>
grpc::Status FillValue(const Decider& decider, const DecisionSettings& settings, Request& request) {
  request.mutable_purposes()->Assign(settings.purposes.begin(), settings.purposes.end());
  return decider.ToSubject(settings.name, *request.mutable_subject());
}

template <typename Request>
grpc::Status FillDetails(const Decider& decider, const DecisionSettings& settings, Request& request) {
  const auto parsed = google::protobuf::util::JsonStringToMessage(settings.details, request.mutable_details());
  return parsed.ok() ? FillValue(decider, settings, request)
                     : grpc::Status(grpc::StatusCode::INVALID_ARGUMENT,
                                    Cat("the values are no PersonDetails as JSON: ", parsed.ToString()));
}

// Of a value that records hold: `method` is PinValue or IgnoreValue.
template <typename Request>
int DecideHeldValue(const DecisionSettings& settings,
                    grpc::Status (v1::Decisions::Stub::*method)(grpc::ClientContext*, const Request&,
                                                                v1::DecisionResult*)) {
  Decider decider(settings);
  Request request;
  request.set_attribute(settings.attribute);
  request.set_value(settings.value);
  const grpc::Status status = FillValue(decider, settings, request);
  return status.ok() ? decider.Write(method, request) : PrintResult(status, request);
}

int PinValue(const DecisionSettings& settings) { return DecideHeldValue(settings, &v1::Decisions::Stub::PinValue); }

int IgnoreValue(const DecisionSettings& settings) {
  return DecideHeldValue(settings, &v1::Decisions::Stub::IgnoreValue);
}

int OverrideValue(const DecisionSettings& settings) {
  Decider decider(settings);
  v1::OverrideValueRequest request;
  request.set_lifetime(settings.until.empty() ? settings.lifetime : v1::LIFETIME_UNTIL_TIME);
  if (!settings.until.empty() &&
      !google::protobuf::util::TimeUtil::FromString(settings.until, request.mutable_until_time())) {
    return PrintResult({grpc::StatusCode::INVALID_ARGUMENT, "--until is no time as 2030-01-31T00:00:00Z"}, request);
  }
  const grpc::Status status = FillDetails(decider, settings, request);
  return status.ok() ? decider.Write(&v1::Decisions::Stub::OverrideValue, request) : PrintResult(status, request);
}

int SetRecordOfTruth(const DecisionSettings& settings) {
  Decider decider(settings);
  v1::SetRecordOfTruthRequest request;
  const grpc::Status status = FillDetails(decider, settings, request);
  return status.ok() ? decider.Write(&v1::Decisions::Stub::SetRecordOfTruth, request) : PrintResult(status, request);
}

// The updates of a record that were ever held, as JSON, one a line.
int ListHeld(const DecisionSettings& settings) {
  const Decider decider(settings);
  v1::ListHeldUpdatesRequest request;
  const std::optional<v1::SourceKey> key = ParseSourceKey(settings.record);
  if (!key.has_value()) {
    return PrintResult({grpc::StatusCode::INVALID_ARGUMENT, Cat(Quote(settings.record), " is no source:key")}, request);
  }
  *request.mutable_source_key() = *key;
  while (true) {
    v1::ListHeldUpdatesResponse response;
    if (const grpc::Status status = decider.ListHeld(request, response); !status.ok()) {
      return PrintResult(status, response);
    }
    for (const v1::HeldUpdate& update : response.updates()) {
      std::cout << ToJson(update, /*pretty=*/false) << "\n";
    }
    if (response.next_page_token().empty()) {
      return 0;
    }
    request.set_page_token(response.next_page_token());
  }
}

int ShowDecision(const DecisionSettings& settings) {
  v1::Decision decision;
  const grpc::Status status = Decider(settings).ReadDecision(settings.name, decision);
  return PrintResult(status, decision);
}

// "decisions/7  merge  in force  people/ab people/cd  by ann: records_agree"
void PrintDecision(const v1::Decision& decision) {
  const std::string operation = v1::Decision::Operation_Name(decision.operation());
  std::cout << decision.name() << "  " << ToLowerAscii(operation.substr(operation.find('_') + 1)) << "  "
            << (decision.state() == v1::Decision::STATE_RETRACTED ? "retracted" : "in force") << " ";
  std::string last;
  for (const v1::DecisionSide& side : decision.sides()) {
    if (side.person() != last) {
      std::cout << " " << side.person();
    }
    last = side.person();
  }
  std::cout << "  by " << decision.actor() << ": " << decision.reason() << "\n";
}

int ListDecisions(const DecisionSettings& settings) {
  const Decider decider(settings);
  v1::ListDecisionsRequest request;
  if (!settings.person.empty()) {
    request.set_person(InCollection("people", settings.person));
  }
  request.set_state(settings.state);
  for (int left = settings.limit; left > 0;) {
    request.set_page_size(std::min(left, kDecisionsPage));
    v1::ListDecisionsResponse response;
    if (const grpc::Status status = decider.List(request, response); !status.ok()) {
      return PrintResult(status, response);
    }
    for (const v1::Decision& decision : response.decisions()) {
      if (settings.json) {
        std::cout << ToJson(decision, /*pretty=*/false) << "\n";
      } else {
        PrintDecision(decision);
      }
    }
    left -= response.decisions_size();
    if (response.next_page_token().empty()) {
      break;
    }
    request.set_page_token(response.next_page_token());
  }
  return 0;
}

CLI::App* AddReading(CLI::App& parent, const std::string& name, const std::string& description,
                     const std::shared_ptr<DecisionSettings>& settings, int& exit_code,
                     int (*run)(const DecisionSettings&)) {
  CLI::App* command = parent.add_subcommand(name, description);
  AddClientOptions(*command, settings->client);
  command->callback([settings, &exit_code, run] { exit_code = run(*settings); });
  return command;
}

CLI::App* AddWriting(CLI::App& parent, const std::string& name, const std::string& description,
                     const std::shared_ptr<DecisionSettings>& settings, int& exit_code,
                     int (*run)(const DecisionSettings&)) {
  CLI::App* command = AddReading(parent, name, description, settings, exit_code, run);
  command->add_option("--actor", settings->actor, "Who acts")->required();
  command->add_option("--reason", settings->reason, "One of the server's decision reasons: see `wensum tasks stats`")
      ->required();
  command->add_option("--comment", settings->comment, "Why");
  command->add_flag("--dry-run", settings->dry_run, "Print what it would do, and do nothing");
  return command;
}

const std::map<std::string, v1::Lifetime>& Lifetimes() {
  static const auto& lifetimes =
      *new std::map<std::string, v1::Lifetime>{{"for_ever", v1::LIFETIME_FOR_EVER},
                                               {"until_value_changes", v1::LIFETIME_UNTIL_VALUE_CHANGES},
                                               {"until_reasserted", v1::LIFETIME_UNTIL_REASSERTED}};
  return lifetimes;
}

CLI::App* AddValueCommand(CLI::App& parent, const std::string& name, const std::string& description,
                          const std::shared_ptr<DecisionSettings>& settings, int& exit_code,
                          int (*run)(const DecisionSettings&)) {
  CLI::App* command = AddWriting(parent, name, description, settings, exit_code, run);
  command->add_option("subject", settings->name, "people/{id}, or source:key of a record")->required();
  command->add_option("--purpose-of-value", settings->purposes,
                      "A purpose that it counts for, as often as need be; else those of the field at the record");
  return command;
}

void AddValueCommands(CLI::App& decisions, int& exit_code) {
  auto pin = std::make_shared<DecisionSettings>();
  CLI::App* command =
      AddValueCommand(decisions, "pin", "This value wins while a record holds it", pin, exit_code, PinValue);
  command
      ->add_option("attribute", pin->attribute,
                   "name, date_of_birth, ..., current_address, identifiers.TYPE, attributes.NAME")
      ->required();
  command->add_option("value", pin->value, "As the lineage has it")->required();
  auto ignore = std::make_shared<DecisionSettings>();
  command = AddValueCommand(decisions, "ignore", "This value of a record never wins", ignore, exit_code, IgnoreValue);
  command
      ->add_option("attribute", ignore->attribute,
                   "name, date_of_birth, ..., current_address, identifiers.TYPE, attributes.NAME")
      ->required();
  command->add_option("value", ignore->value, "As the lineage has it")->required();
  auto given = std::make_shared<DecisionSettings>();
  command = AddValueCommand(decisions, "override", "Give one value that wins over all sources", given, exit_code,
                            OverrideValue);
  command->add_option("details", given->details, R"(PersonDetails as JSON: '{"ni_number": "AB123456C"}')")->required();
  command->add_option("--lifetime", given->lifetime, "for_ever, until_value_changes or until_reasserted")
      ->transform(CLI::CheckedTransformer(Lifetimes()));
  command->add_option("--until", given->until, "A time, as 2030-01-31T00:00:00Z")->excludes("--lifetime");
  auto truth = std::make_shared<DecisionSettings>();
  command = AddValueCommand(decisions, "truth", "Give values that win over all", truth, exit_code, SetRecordOfTruth);
  command->add_option("details", truth->details, "PersonDetails as JSON")->required();
}

}  // namespace

void AddDecideCommand(CLI::App& tasks, int& exit_code) {
  auto decide = std::make_shared<DecisionSettings>();
  CLI::App* command =
      AddWriting(tasks, "decide", "Say whether the two people of a task are one, or whom its held updates are about",
                 decide, exit_code, DecideTask);
  command->add_option("name", decide->name, "tasks/{number}, or the number alone")->required();
  command->add_option("answer", decide->answer, "same or distinct; of held updates take, drop or new_person")
      ->required()
      ->check(CLI::IsMember({"same", "distinct", "take", "drop", "new_person"}));
}

void AddDecisionsCommand(CLI::App& app, int& exit_code) {
  CLI::App* decisions =
      app.add_subcommand("decisions", "What stewards decide about who is one person, and about values");
  decisions->require_subcommand(1);
  AddProposalCommands(*decisions, exit_code);
  const std::string subjects = "people/{id}, or source:key of a record";
  auto merge = std::make_shared<DecisionSettings>();
  CLI::App* command = AddWriting(*decisions, "merge", "These are one person", merge, exit_code, MergePeople);
  command->add_option("subjects", merge->subjects, subjects)->required()->expected(2, 20);
  auto distinct = std::make_shared<DecisionSettings>();
  command = AddWriting(*decisions, "distinct", "These are two people", distinct, exit_code, TellApart);
  command->add_option("subjects", distinct->subjects, subjects)->required()->expected(2);
  auto unmerge = std::make_shared<DecisionSettings>();
  command = AddWriting(*decisions, "unmerge", "Take a record out of its person, or a merge apart", unmerge, exit_code,
                       UnmergePerson);
  CLI::Option* const record = command->add_option("--record", unmerge->record, "source:key");
  CLI::Option* const merged = command->add_option("--merge", unmerge->merge, "decisions/{number} of a merge");
  record->excludes(merged);
  command->callback([unmerge, &exit_code] {
    if (unmerge->record.empty() == unmerge->merge.empty()) {
      throw CLI::RequiredError("--record or --merge");
    }
    exit_code = UnmergePerson(*unmerge);
  });
  auto split = std::make_shared<DecisionSettings>();
  command = AddWriting(*decisions, "split", "Part a person into groups of records", split, exit_code, SplitPerson);
  command->add_option("person", split->person, "people/{id}, or the id alone")->required();
  command->add_option("--group", split->groups, "source:key,source:key,...: one for each group")->required();
  AddValueCommands(*decisions, exit_code);
  auto undo = std::make_shared<DecisionSettings>();
  command = AddWriting(*decisions, "undo", "Take one decision back", undo, exit_code, UndoDecision);
  command->add_option("name", undo->name, "decisions/{number}, or the number alone")->required();
  auto held = std::make_shared<DecisionSettings>();
  command = AddReading(*decisions, "held", "Updates of a record that looked like another person, as JSON", held,
                       exit_code, ListHeld);
  command->add_option("record", held->record, "source:key")->required();
  auto show = std::make_shared<DecisionSettings>();
  command = AddReading(*decisions, "show", "Print one decision as JSON", show, exit_code, ShowDecision);
  command->add_option("name", show->name, "decisions/{number}, or the number alone")->required();
  auto list = std::make_shared<DecisionSettings>();
  command = AddReading(*decisions, "list", "Decisions, the newest first", list, exit_code, ListDecisions);
  command->add_option("--person", list->person, "people/{id}: those that name a record of the person");
  command->add_option("--state", list->state, "in_force or retracted")
      ->transform(CLI::CheckedTransformer(DecisionStates()));
  command->add_option("--limit", list->limit, "Decisions to print")->capture_default_str()->check(CLI::PositiveNumber);
  command->add_flag("--json", list->json, "Print JSON, one object a line");
}

}  // namespace wensum::cli
