// The life of rulesets as callers meet it: drafts, trials, schedules, what is refused, repeated requests, restarts.
#include "services/rulesets/rulesets_handler.h"

#include <map>
#include <thread>

#include "services/convert/rulesets.h"
#include "services/convert/times.h"
#include "services/models/model_engine.h"
#include "services/models/model_messages.h"
#include "services/models/models_handler.h"
#include "services/register/ruleset_store.h"
#include "services/rulesets/due_rulesets.h"
#include "storage/fault_store.h"
#include "tests/services/register/register_test_util.h"

namespace wensum::rulesets {
namespace {

using registry::CommitOne;
using registry::kStartTime;
using registry::MakeWrite;
using registry::SourceWrite;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr int kServiceDelivery = 0;  // may not see the electoral register
constexpr int kElectoral = 1;
constexpr TimeMicros kDay = TimeMicros{86'400} * 1'000'000;
constexpr const char* kRequestId = "01234567-89ab-cdef-0123-456789abcdef";

class RulesetsHandlerTest : public ::testing::Test {
 protected:
  RulesetsHandlerTest() : base_(storage::NewMemoryStore()), store_(base_.get()), clock_(kStartTime) {
    Restart();
    // Ann in the beginning, Anne today; who may see the electoral register finds Anna before both.
    Commit("housing", "Ann", 1);
    Commit("contact", "Anne", 2);
    Commit("electoral_register", "Anna", 0);
    EXPECT_EQ(register_->Stats().entities, 1);
  }

  void Restart(std::string_view rules = registry::kTestRules) {
    due_.reset();
    handler_.reset();
    engine_.reset();
    register_.reset();
    register_ = registry::OpenOrDie(&store_, &clock_, rules);
    ASSERT_NE(register_, nullptr);
    engine_ = *models::ModelEngine::Create(register_.get(), &clock_);
    const RulesetRuns runs{
        .start = [this](v1::ModelRunSpec spec,
                        const rpc::RepeatableRequest& request) { return engine_->Start(std::move(spec), {}, request); },
        .activating = [this](std::string_view ruleset) { return engine_->IsActivating(ruleset); }};
    handler_ = std::make_unique<RulesetsHandler>(register_.get(), runs);
    due_ = std::make_unique<DueRulesets>(register_.get(), &clock_, runs, std::chrono::microseconds(0));
  }

  void Commit(std::string source, std::string forename, TimeMicros day) {
    SourceWrite write =
        MakeWrite(std::move(source), "1", std::move(forename), "Brackenbury", "1970-01-02", "1 Elm Hill", "NR3 1HN");
    write.record.details.ni_number = "QQ123456C";
    write.record.source_time = kStartTime + day * kDay;
    CommitOne(*register_, std::move(write));
  }

  static rpc::CallContext Call(int purpose_bit = kServiceDelivery,
                               std::string_view method = "/wensum.v1.Rulesets/Test") {
    rpc::CallContext call(method);
    call.set_grant({.caller = "loopback",
                    .purpose = purpose_bit == kElectoral ? "electoral" : "service_delivery",
                    .purpose_bit = purpose_bit});
    return call;
  }

  template <typename Request, typename Response>
  absl::StatusOr<Response> Ask(absl::Status (RulesetsHandler::*method)(rpc::CallContext&, const Request&, Response&)
                                   const,
                               const Request& request) const {
    rpc::CallContext call = Call();
    Response response;
    const absl::Status status = (handler_.get()->*method)(call, request, response);
    return status.ok() ? absl::StatusOr<Response>(response) : status;
  }

  absl::StatusOr<v1::Ruleset> Create(const std::string& yaml, const std::string& request_id = "") {
    v1::CreateRulesetRequest request;
    request.set_yaml(yaml);
    request.set_note("a note");
    request.set_actor("ann");
    request.set_request_id(request_id);
    return Ask(&RulesetsHandler::Create, request);
  }

  v1::Ruleset Get(const std::string& name) {
    v1::GetRulesetRequest request;
    request.set_name(name);
    const auto ruleset = Ask(&RulesetsHandler::Get, request);
    EXPECT_TRUE(ruleset.ok()) << ruleset.status();
    return ruleset.value_or(v1::Ruleset());
  }

  absl::StatusOr<v1::ModelRun> Try(const std::string& name) {
    v1::TryRulesetRequest request;
    request.set_name(name);
    absl::StatusOr<v1::ModelRun> run = Ask(&RulesetsHandler::Try, request);
    return run.ok() ? Await(run->name()) : run;
  }

  v1::ActivateRulesetRequest Activation(const v1::Ruleset& ruleset) {
    v1::ActivateRulesetRequest request;
    request.set_name(ruleset.name());
    request.set_etag(ruleset.etag());
    request.set_actor("bob");
    return request;
  }

  absl::StatusOr<v1::ModelRun> Activate(const v1::Ruleset& ruleset) {
    const auto response = Ask(&RulesetsHandler::Activate, Activation(ruleset));
    return response.ok() ? absl::StatusOr<v1::ModelRun>(Await(response->run().name())) : response.status();
  }

  absl::StatusOr<v1::ActivateRulesetResponse> Schedule(const v1::Ruleset& ruleset, TimeMicros time) {
    v1::ActivateRulesetRequest request = Activation(ruleset);
    request.set_without_trial(true);
    convert::ToTimestamp(time, *request.mutable_effective_time());
    return Ask(&RulesetsHandler::Activate, request);
  }

  // The run as it ended, for a purpose.
  v1::ModelRun Await(const std::string& name, int purpose_bit = kServiceDelivery) {
    const models::ModelsHandler handler(engine_.get(), register_.get());
    v1::GetModelRunRequest request;
    request.set_name(name);
    v1::ModelRun run;
    do {
      run.Clear();
      rpc::CallContext call = Call(purpose_bit);
      const absl::Status status = handler.GetRun(call, request, run);
      EXPECT_TRUE(status.ok()) << status;
      std::this_thread::yield();
    } while (run.state() == v1::ModelRun::STATE_RUNNING);
    return run;
  }

  std::string Forename(int purpose_bit = kServiceDelivery) {
    const auto entity = register_->GetNewestEntity(1);
    EXPECT_TRUE(entity.ok()) << entity.status();
    for (const storage::v1::Golden& golden : entity->entity.golden()) {
      if ((golden.purposes() >> purpose_bit & 1) != 0) {
        return golden.details().name().forenames();
      }
    }
    return "";
  }

  void ExpectVerified() {
    const auto report = register_->Verify();
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(report->differences, 0) << ::testing::PrintToString(report->details);
  }

  std::unique_ptr<storage::Store> base_;
  storage::FaultStore store_;
  ManualClock clock_;
  std::unique_ptr<registry::Register> register_;
  std::unique_ptr<models::ModelEngine> engine_;
  std::unique_ptr<RulesetsHandler> handler_;
  std::unique_ptr<DueRulesets> due_;
};

TEST_F(RulesetsHandlerTest, ADraftIsTriedAndPutInForce) {
  EXPECT_EQ(Forename(), "Anne");
  const auto draft = Create("name: oldest\n");
  ASSERT_TRUE(draft.ok()) << draft.status();
  EXPECT_EQ(draft->name(), "rulesets/2");
  EXPECT_EQ(draft->state(), v1::Ruleset::STATE_DRAFT);
  EXPECT_EQ(draft->origin(), v1::Ruleset::ORIGIN_API);
  EXPECT_EQ(draft->yaml(), "name: oldest\n");
  EXPECT_EQ(draft->caller(), "loopback");
  EXPECT_EQ(draft->etag(), register_->revision());
  EXPECT_EQ(Activate(*draft).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(Message(Activate(*draft).status())), HasSubstr("try it first, or set without_trial"));

  const auto run = Try(draft->name());
  ASSERT_TRUE(run.ok()) << run.status();
  ASSERT_EQ(run->state(), v1::ModelRun::STATE_SUCCEEDED) << run->error();
  const v1::TryRulesetResult& trial = run->try_ruleset();
  EXPECT_EQ(trial.ruleset(), "rulesets/2");
  EXPECT_EQ(trial.in_force(), "rulesets/1");
  EXPECT_EQ(trial.people(), 1);
  EXPECT_EQ(trial.changed(), 1);
  ASSERT_EQ(trial.by_purpose_size(), 2);
  EXPECT_EQ(trial.by_purpose(kElectoral).purpose(), "electoral");
  EXPECT_EQ(trial.by_purpose(kElectoral).people(), 1);
  ASSERT_EQ(trial.by_field_size(), 1);
  EXPECT_EQ(trial.by_field(0).field(), "person_name");
  EXPECT_EQ(trial.by_field(0).changed(), 1);
  ASSERT_EQ(trial.won_by_rule_size(), 1);
  EXPECT_EQ(trial.won_by_rule(0).rule(), "oldest");
  EXPECT_EQ(Forename(), "Anne") << "a trial changes nothing";
  EXPECT_EQ(Get(draft->name()).trial().run(), run->name());
  EXPECT_EQ(Get(draft->name()).etag(), draft->etag());

  const auto activated = Activate(*draft);
  ASSERT_TRUE(activated.ok()) << activated.status();
  ASSERT_EQ(activated->state(), v1::ModelRun::STATE_SUCCEEDED) << activated->error();
  EXPECT_EQ(activated->activate_ruleset().rewritten(), 1);
  EXPECT_EQ(activated->activate_ruleset().former_ruleset(), "rulesets/1");
  EXPECT_EQ(Forename(), "Ann");
  EXPECT_EQ(Forename(kElectoral), "Anna");
  const v1::Ruleset now = Get("rulesets/2");
  EXPECT_EQ(now.state(), v1::Ruleset::STATE_IN_FORCE);
  ASSERT_EQ(now.periods_size(), 1);
  EXPECT_EQ(now.periods(0).actor(), "bob");
  EXPECT_EQ(now.periods(0).from_revision(), activated->activate_ruleset().revision());
  EXPECT_EQ(Get("rulesets/1").state(), v1::Ruleset::STATE_SUPERSEDED);
  ExpectVerified();

  // A trial of before says nothing of what is in force now.
  const auto back = Try("rulesets/1");
  ASSERT_TRUE(back.ok()) << back.status();
  ASSERT_TRUE(Activate(Get("rulesets/1")).ok());
  EXPECT_EQ(Forename(), "Anne");
  EXPECT_THAT(std::string(Message(Activate(Get("rulesets/2")).status())), HasSubstr("try it first"));
  ExpectVerified();

  v1::ListRulesetsResponse list;
  rpc::CallContext call = Call();
  ASSERT_TRUE(handler_->List(call, {}, list).ok());
  ASSERT_EQ(list.rulesets_size(), 2);
  EXPECT_EQ(list.rulesets(0).name(), "rulesets/2");
  EXPECT_EQ(list.rulesets(0).yaml(), "");
  EXPECT_EQ(list.rulesets(1).periods_size(), 2);
  EXPECT_EQ(call.resources(), "rulesets/2 rulesets/1");
}

TEST_F(RulesetsHandlerTest, ExamplesShowWhatThePurposeSees) {
  const auto run = Try(Create("{name: oldest}")->name());
  ASSERT_TRUE(run.ok()) << run.status();
  ASSERT_EQ(run->try_ruleset().examples_size(), 1);
  const v1::RulesetExample& example = run->try_ruleset().examples(0);
  EXPECT_THAT(example.purposes(), ElementsAre("service_delivery"));
  ASSERT_EQ(example.values_size(), 1);
  EXPECT_EQ(example.values(0).field(), "person_name");
  ASSERT_EQ(example.values(0).before_size(), 1);
  EXPECT_EQ(example.values(0).before(0).value(), "Anne Brackenbury");
  EXPECT_EQ(example.values(0).before(0).rule(), "recency");
  EXPECT_EQ(example.values(0).before(0).source_key().source(), "contact");
  ASSERT_EQ(example.values(0).after_size(), 1);
  EXPECT_EQ(example.values(0).after(0).value(), "Ann Brackenbury");
  EXPECT_EQ(example.values(0).after(0).rule(), "oldest");
  EXPECT_THAT(run->ShortDebugString(), ::testing::Not(HasSubstr("electoral_register")));
  const v1::ModelRun other = Await(run->name(), kElectoral);
  ASSERT_EQ(other.try_ruleset().examples_size(), 1);
  EXPECT_THAT(other.try_ruleset().examples(0).purposes(), ElementsAre("electoral"));
  EXPECT_EQ(other.try_ruleset().examples(0).values(0).after(0).value(), "Anna Brackenbury");
}

TEST_F(RulesetsHandlerTest, WhatIsNoRulesetIsRefusedWithLineAndColumn) {
  const std::map<std::string, std::string> faults = {
      {"name: newest", "yaml: rules, line 1, column 7: unknown rule \"newest\""},
      {"sex: oldest\nshoes: oldest", "yaml: rules, line 2, column 1: \"shoes\" is no attribute"},
      {"survivorship:\n  shoes: oldest", "yaml: rules, line 2, column 3: \"shoes\" is no attribute"},
      {"trust: [{source: nowhere, score: 1}]", "line 1, column 18: \"nowhere\" is not among `sources`"},
      {"", "expected a map of attributes and rules"},
      {"{", "yaml: rules: "},
  };
  for (const auto& [yaml, says] : faults) {
    const absl::Status status = Create(yaml).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << yaml;
    EXPECT_THAT(std::string(Message(status)), HasSubstr(says));
  }
  EXPECT_EQ(Create(std::string(65'537, ' ')).status().code(), absl::StatusCode::kInvalidArgument);
  v1::CreateRulesetRequest request;
  request.set_yaml("{}");
  EXPECT_THAT(std::string(Message(Ask(&RulesetsHandler::Create, request).status())), HasSubstr("actor: is required"));
  const uint64_t revision = register_->revision();
  request.set_actor("ann");
  request.set_validate_only(true);
  const auto checked = Ask(&RulesetsHandler::Create, request);
  ASSERT_TRUE(checked.ok()) << checked.status();
  EXPECT_EQ(checked->name(), "");
  EXPECT_EQ(register_->revision(), revision);
  v1::GetRulesetRequest get;
  get.set_name("rulesets/2");
  EXPECT_EQ(Ask(&RulesetsHandler::Get, get).status().code(), absl::StatusCode::kNotFound);
  get.set_name("rules/2");
  EXPECT_EQ(Ask(&RulesetsHandler::Get, get).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Try("rulesets/7").status().code(), absl::StatusCode::kNotFound);
}

TEST_F(RulesetsHandlerTest, AScheduledRulesetComesIntoForceWhenItsTimeHasCome) {
  const v1::Ruleset draft = *Create("{name: oldest}");
  EXPECT_THAT(std::string(Message(Schedule(draft, kStartTime - 1).status())), HasSubstr("effective_time: is past"));
  const auto scheduled = Schedule(draft, kStartTime + kDay);
  ASSERT_TRUE(scheduled.ok()) << scheduled.status();
  EXPECT_EQ(scheduled->ruleset().state(), v1::Ruleset::STATE_SCHEDULED);
  EXPECT_FALSE(scheduled->has_run());
  EXPECT_EQ(due_->Look()->value_or("none"), "none");
  ExpectVerified();
  // One at a time; the same one may get another time.
  const v1::Ruleset other = *Create("{name: longest}");
  EXPECT_THAT(std::string(Message(Schedule(other, kStartTime + kDay).status())),
              HasSubstr("rulesets/2 is scheduled, and one may be"));
  EXPECT_EQ(Schedule(draft, kStartTime + 2 * kDay).status().code(), absl::StatusCode::kAborted) << "another etag";
  ASSERT_TRUE(Schedule(scheduled->ruleset(), kStartTime + 2 * kDay).ok());

  // The time passes while the server is down.
  clock_.Advance(3 * kDay);
  Restart();
  EXPECT_EQ(Forename(), "Anne");
  const auto run = due_->Look();
  ASSERT_TRUE(run.ok() && run->has_value()) << run.status();
  EXPECT_EQ(Await(**run).state(), v1::ModelRun::STATE_SUCCEEDED);
  EXPECT_EQ(Forename(), "Ann");
  const v1::Ruleset now = Get("rulesets/2");
  EXPECT_EQ(now.state(), v1::Ruleset::STATE_IN_FORCE);
  EXPECT_FALSE(now.has_effective_time());
  EXPECT_EQ(now.periods(0).actor(), "bob");
  EXPECT_EQ(due_->Look()->value_or("none"), "none");
  ExpectVerified();
}

TEST_F(RulesetsHandlerTest, AScheduleIsTakenBack) {
  const v1::Ruleset scheduled = Schedule(*Create("{name: oldest}"), kStartTime + kDay)->ruleset();
  v1::UnscheduleRulesetRequest request;
  request.set_name(scheduled.name());
  request.set_etag(scheduled.etag());
  const auto draft = Ask(&RulesetsHandler::Unschedule, request);
  ASSERT_TRUE(draft.ok()) << draft.status();
  EXPECT_EQ(draft->state(), v1::Ruleset::STATE_DRAFT);
  request.set_etag(draft->etag());
  EXPECT_THAT(std::string(Message(Ask(&RulesetsHandler::Unschedule, request).status())), HasSubstr("is not scheduled"));
  clock_.Advance(2 * kDay);
  EXPECT_EQ(due_->Look()->value_or("none"), "none");
}

TEST_F(RulesetsHandlerTest, AScheduledRunThatFailsIsStartedAgainLater) {
  ASSERT_TRUE(Schedule(*Create("{name: oldest}"), kStartTime + kDay).ok());
  clock_.Advance(2 * kDay);
  store_.FailReads(storage::Family::kEntity);
  const auto failed = due_->Look();
  ASSERT_TRUE(failed.ok() && failed->has_value()) << failed.status();
  EXPECT_EQ(Await(**failed).state(), v1::ModelRun::STATE_FAILED);
  store_.Heal();
  EXPECT_EQ(due_->Look()->value_or("none"), "none") << "not at once";
  EXPECT_EQ(Get("rulesets/2").state(), v1::Ruleset::STATE_SCHEDULED);
  clock_.Advance(kDay);
  const auto again = due_->Look();
  ASSERT_TRUE(again.ok() && again->has_value()) << again.status();
  EXPECT_EQ(Await(**again).state(), v1::ModelRun::STATE_SUCCEEDED);
  EXPECT_EQ(Forename(), "Ann");
  ExpectVerified();
}

TEST_F(RulesetsHandlerTest, ARepeatedRequestDoesNothingTwice) {
  const auto first = Create("{name: oldest}", kRequestId);
  ASSERT_TRUE(first.ok()) << first.status();
  const auto again = Create("{name: oldest}", kRequestId);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(Create("{name: longest}", kRequestId).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(registry::ListRulesets(store_, 1)->size(), 2);

  v1::ActivateRulesetRequest request = Activation(*first);
  request.set_without_trial(true);
  request.set_request_id("11234567-89ab-cdef-0123-456789abcdef");
  const auto ask = [&] {
    rpc::CallContext call = Call(kServiceDelivery, "/wensum.v1.Rulesets/Activate");
    v1::ActivateRulesetResponse response;
    const absl::Status status = handler_->Activate(call, request, response);
    EXPECT_TRUE(status.ok()) << status;
    return response;
  };
  const v1::ActivateRulesetResponse activated = ask();
  EXPECT_EQ(Await(activated.run().name()).state(), v1::ModelRun::STATE_SUCCEEDED);
  const uint64_t revision = register_->revision();
  Restart();
  const v1::ActivateRulesetResponse repeated = ask();
  EXPECT_EQ(repeated.run().name(), activated.run().name());
  EXPECT_EQ(repeated.run().state(), v1::ModelRun::STATE_SUCCEEDED) << "as it is now";
  EXPECT_EQ(repeated.ruleset().state(), v1::Ruleset::STATE_IN_FORCE);
  EXPECT_EQ(register_->revision(), revision);
}

TEST_F(RulesetsHandlerTest, WithdrawnRulesetsAreKeptAndStayOut) {
  const v1::Ruleset draft = *Create("{name: oldest}");
  v1::WithdrawRulesetRequest request;
  request.set_name(draft.name());
  request.set_actor("ann");
  request.set_etag(draft.etag() + 1);
  EXPECT_EQ(Ask(&RulesetsHandler::Withdraw, request).status().code(), absl::StatusCode::kAborted);
  request.set_etag(draft.etag());
  request.set_comment("a mistake");
  const auto withdrawn = Ask(&RulesetsHandler::Withdraw, request);
  ASSERT_TRUE(withdrawn.ok()) << withdrawn.status();
  EXPECT_EQ(withdrawn->state(), v1::Ruleset::STATE_WITHDRAWN);
  EXPECT_EQ(withdrawn->withdraw_comment(), "a mistake");
  EXPECT_EQ(withdrawn->yaml(), "{name: oldest}");
  request.set_etag(withdrawn->etag());
  EXPECT_THAT(std::string(Message(Ask(&RulesetsHandler::Withdraw, request).status())), HasSubstr("withdrawn already"));
  EXPECT_THAT(std::string(Message(Activate(*withdrawn).status())), HasSubstr("was withdrawn"));
  EXPECT_THAT(std::string(Message(Schedule(*withdrawn, kStartTime + kDay).status())), HasSubstr("was withdrawn"));
  const v1::Ruleset first = Get("rulesets/1");
  request.set_name(first.name());
  request.set_etag(first.etag());
  EXPECT_THAT(std::string(Message(Ask(&RulesetsHandler::Withdraw, request).status())), HasSubstr("is in force"));
  EXPECT_THAT(std::string(Message(Activate(first).status())), HasSubstr("is in force already"));
  ExpectVerified();
}

TEST_F(RulesetsHandlerTest, ModelsStartNoRunsOfRulesets) {
  const models::ModelsHandler models(engine_.get(), register_.get());
  models::RunUpload upload = models.NewRunUpload();
  v1::StartModelRunRequest request;
  request.mutable_spec()->mutable_activate_ruleset()->set_ruleset("rulesets/1");
  EXPECT_THAT(std::string(Message(upload.OnMessage(request))), HasSubstr("Rulesets.Activate"));
}

TEST_F(RulesetsHandlerTest, ARunGoesByTheRulesetThatWasAskedFor) {
  const v1::Ruleset draft = *Create("{name: oldest}");
  v1::ModelRunSpec spec;
  spec.mutable_activate_ruleset()->set_ruleset(draft.name());
  spec.mutable_activate_ruleset()->set_etag(draft.etag() + 1);
  const auto run = engine_->Start(spec, {});
  ASSERT_TRUE(run.ok()) << run.status();
  const v1::ModelRun ended = Await(run->name());
  EXPECT_EQ(ended.state(), v1::ModelRun::STATE_FAILED);
  EXPECT_THAT(ended.error(), HasSubstr("does not fit"));
  EXPECT_EQ(Forename(), "Anne");
}

}  // namespace
}  // namespace wensum::rulesets
