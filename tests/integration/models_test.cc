// The life of models over a real channel, and from the shell.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "base/strings.h"
#include "services/cli/models_command.h"
#include "tests/integration/test_server.h"
#include "wensum/v1/matching.grpc.pb.h"
#include "wensum/v1/models.grpc.pb.h"
#include "wensum/v1/people.grpc.pb.h"

namespace wensum {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class ModelsTest : public ::testing::Test {
 protected:
  ModelsTest()
      : models_(v1::Models::NewStub(server_.channel())), records_(v1::SourceRecords::NewStub(server_.channel())) {
    first_ = Upsert("H1", "Ann", "Okafor");
    second_ = Upsert("H2", "Anne", "Okafor");
    Upsert("H3", "Robert", "Brackenbury");
  }

  std::string Upsert(std::string_view key, std::string_view forenames, std::string_view surname) {
    grpc::ClientContext context;
    v1::UpsertSourceRecordRequest request;
    *request.mutable_record() = TestRecord(key, forenames, surname);
    request.mutable_record()->mutable_details()->add_phones("07911 123456");
    v1::UpsertSourceRecordResponse response;
    const grpc::Status status = records_->Upsert(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.person();
  }

  grpc::Status List(v1::ListModelsResponse& response) {
    grpc::ClientContext context;
    return models_->List(&context, {}, &response);
  }

  grpc::Status Get(const std::string& name, v1::Model& model) {
    grpc::ClientContext context;
    v1::GetModelRequest request;
    request.set_name(name);
    request.set_view(v1::MODEL_VIEW_FULL);
    return models_->Get(&context, request, &model);
  }

  grpc::Status Create(const std::string& json, v1::Model& model) {
    grpc::ClientContext context;
    const auto stream = models_->Create(&context, &model);
    v1::CreateModelRequest message;
    for (size_t begin = 0; begin < json.size(); begin += 100'000) {
      message.set_chunk(json.substr(begin, 100'000));
      stream->Write(message);
    }
    stream->WritesDone();
    return stream->Finish();
  }

  std::string Active() {
    v1::ListModelsResponse response;
    EXPECT_TRUE(List(response).ok());
    for (const v1::Model& model : response.models()) {
      if (model.active()) {
        return model.name();
      }
    }
    return "";
  }

  // The model in force with another merge threshold, as JSON.
  std::string StrictJson() {
    v1::Model model;
    EXPECT_TRUE(Get(Active(), model).ok());
    auto json = nlohmann::ordered_json::parse(model.json());
    json["version"] = "strict";
    json["rules"]["merge_threshold"] = 60.0;
    return json.dump();
  }

  grpc::Status Start(const v1::ModelRunSpec& spec, const v1::TruthRecords& truth, v1::ModelRun& run) {
    grpc::ClientContext context;
    const auto stream = models_->StartRun(&context, &run);
    v1::StartModelRunRequest message;
    *message.mutable_spec() = spec;
    stream->Write(message);
    if (truth.records_size() > 0) {
      *message.mutable_truth() = truth;
      stream->Write(message);
    }
    stream->WritesDone();
    return stream->Finish();
  }

  v1::ModelRun RunToEnd(const v1::ModelRunSpec& spec, const v1::TruthRecords& truth = {}) {
    v1::ModelRun run;
    const grpc::Status started = Start(spec, truth, run);
    EXPECT_TRUE(started.ok()) << started.error_message();
    while (started.ok() && run.state() == v1::ModelRun::STATE_RUNNING) {
      std::this_thread::yield();
      grpc::ClientContext context;
      v1::GetModelRunRequest request;
      request.set_name(run.name());
      const grpc::Status status = models_->GetRun(&context, request, &run);
      EXPECT_TRUE(status.ok()) << status.error_message();
      if (!status.ok()) {
        break;
      }
    }
    return run;
  }

  grpc::Status Delete(const std::string& name) {
    grpc::ClientContext context;
    v1::DeleteModelRequest request;
    request.set_name(name);
    v1::DeleteModelResponse response;
    return models_->Delete(&context, request, &response);
  }

  std::string PersonOf(const std::string& name) {
    grpc::ClientContext context;
    v1::GetPersonRequest request;
    request.set_name(name);
    v1::Person person;
    const auto stub = v1::People::NewStub(server_.channel());
    EXPECT_TRUE(stub->Get(&context, request, &person).ok());
    return person.name();
  }

  // Runs `wensum models ...`; the exit code, and all that it prints.
  int Shell(std::vector<std::string> arguments, std::string* printed) {
    CLI::App app;
    int code = -1;
    cli::AddModelsCommands(app, code);
    arguments.insert(arguments.begin(), "models");
    arguments.push_back("--server");
    arguments.push_back(Cat("127.0.0.1:", server_.server().port()));
    std::reverse(arguments.begin(), arguments.end());
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    app.parse(arguments);
    *printed = ::testing::internal::GetCapturedStdout();
    *printed += ::testing::internal::GetCapturedStderr();
    return code;
  }

  TestServer server_;
  std::unique_ptr<v1::Models::Stub> models_;
  std::unique_ptr<v1::SourceRecords::Stub> records_;
  std::string first_;
  std::string second_;
};

TEST_F(ModelsTest, AModelIsImportedComparedActivatedAndRolledBack) {
  ASSERT_EQ(first_, second_) << "the records should be one person by the default model";
  const std::string former = Active();
  v1::Model strict;
  grpc::Status status = Create(StrictJson(), strict);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_THAT(strict.name(), StartsWith("models/m-"));
  EXPECT_EQ(strict.origin(), v1::Model::ORIGIN_IMPORTED);
  EXPECT_EQ(strict.label(), "strict");
  EXPECT_EQ(strict.merge_threshold(), 60);
  EXPECT_FALSE(strict.active());
  EXPECT_FALSE(strict.has_activate_time());

  v1::ModelRunSpec spec;
  spec.mutable_compare()->set_model(strict.name());
  const v1::ModelRun compared = RunToEnd(spec);
  ASSERT_EQ(compared.state(), v1::ModelRun::STATE_SUCCEEDED) << compared.error();
  EXPECT_EQ(compared.compare().people_before(), 2);
  EXPECT_EQ(compared.compare().people_after(), 3);
  EXPECT_EQ(compared.compare().splits(), 1);
  EXPECT_EQ(compared.compare().merges(), 0);
  EXPECT_EQ(compared.compare().records_changed(), 1);
  ASSERT_EQ(compared.compare().split_examples_size(), 1);
  const v1::ComparedPerson& example = compared.compare().split_examples(0);
  ASSERT_EQ(example.records_size(), 2);
  EXPECT_EQ(example.records(0).source_key().key(), "H1");
  EXPECT_EQ(example.records(1).person_before(), first_);
  EXPECT_NE(example.records(1).person_after(), first_);

  spec.mutable_activate()->set_model(strict.name());
  spec.mutable_activate()->set_expected_active(former);
  const v1::ModelRun activated = RunToEnd(spec);
  ASSERT_EQ(activated.state(), v1::ModelRun::STATE_SUCCEEDED) << activated.error();
  EXPECT_EQ(activated.activate().people_after(), 3);
  EXPECT_EQ(activated.activate().former_model(), former);
  EXPECT_EQ(Active(), strict.name());
  EXPECT_EQ(PersonOf(first_), first_);
  EXPECT_EQ(PersonOf(example.records(1).person_after()), example.records(1).person_after()) << "as it was foretold";
  ExpectSound(server_.channel());
  EXPECT_EQ(ReasonOf(Delete(strict.name())), "MODEL_IN_USE");
  EXPECT_EQ(ReasonOf(Delete(former)), "MODEL_IN_USE");

  v1::ModelRun refused;
  EXPECT_EQ(ReasonOf(Start(spec, {}, refused)), "ETAG_MISMATCH") << "what was expected is in force no more";
  spec.mutable_activate()->set_model(former);
  spec.mutable_activate()->set_expected_active(strict.name());
  EXPECT_EQ(RunToEnd(spec).state(), v1::ModelRun::STATE_SUCCEEDED);
  EXPECT_EQ(PersonOf(example.records(1).person_after()), first_) << "the id redirects again";
  ExpectSound(server_.channel());
}

TEST_F(ModelsTest, AModelIsTrainedAndEvaluated) {
  v1::ModelRunSpec spec;
  spec.mutable_train();
  const v1::ModelRun trained = RunToEnd(spec);
  ASSERT_EQ(trained.state(), v1::ModelRun::STATE_SUCCEEDED) << trained.error();
  v1::Model model;
  ASSERT_TRUE(Get(trained.train().model(), model).ok());
  EXPECT_EQ(model.origin(), v1::Model::ORIGIN_TRAINED);
  EXPECT_EQ(model.records(), 3);
  EXPECT_GT(model.json().size(), 1'000);

  v1::TruthRecords truth;
  for (const auto& [key, entity] :
       {std::pair("H1", "ann"), std::pair("H2", "ann"), std::pair("H3", "bob"), std::pair("H4", "bob")}) {
    v1::TruthRecord& record = *truth.add_records();
    record.mutable_source_key()->set_source("housing");
    record.mutable_source_key()->set_key(key);
    record.set_entity(entity);
  }
  spec.mutable_evaluate();
  const v1::ModelRun evaluated = RunToEnd(spec, truth);
  ASSERT_EQ(evaluated.state(), v1::ModelRun::STATE_SUCCEEDED) << evaluated.error();
  const v1::EvaluateResult& result = evaluated.evaluate();
  EXPECT_EQ(result.records(), 3);
  EXPECT_EQ(result.unknown_records(), 1);
  ASSERT_EQ(result.unknown_examples_size(), 1);
  EXPECT_EQ(result.unknown_examples(0).key(), "H4");
  EXPECT_EQ(result.true_pairs(), 1);
  EXPECT_EQ(result.cluster_pairs().f1(), 1);
  EXPECT_EQ(result.b_cubed().f1(), 1);
  EXPECT_EQ(result.edges().f1(), 1);
  EXPECT_TRUE(Delete(trained.train().model()).ok());
  EXPECT_EQ(Get(trained.train().model(), model).error_code(), grpc::StatusCode::NOT_FOUND);

  v1::TruthRecords nobody;
  *nobody.add_records() = truth.records(3);
  EXPECT_EQ(RunToEnd(spec, nobody).state(), v1::ModelRun::STATE_FAILED);
}

TEST_F(ModelsTest, ListsTellFiguresWithoutExamples) {
  v1::Model strict;
  ASSERT_TRUE(Create(StrictJson(), strict).ok());
  v1::ModelRunSpec spec;
  spec.mutable_compare()->set_model(strict.name());
  const v1::ModelRun compared = RunToEnd(spec);
  EXPECT_EQ(compared.compare().split_examples_size(), 1);
  grpc::ClientContext context;
  v1::ListModelRunsResponse listed;
  ASSERT_TRUE(models_->ListRuns(&context, {}, &listed).ok());
  ASSERT_EQ(listed.runs_size(), 1);
  EXPECT_EQ(listed.runs(0).compare().splits(), 1);
  EXPECT_EQ(listed.runs(0).compare().split_examples_size(), 0);
}

TEST_F(ModelsTest, UploadsThatEndMakeRoom) {
  const std::string json = StrictJson();
  v1::Model model;
  v1::ModelRun run;
  v1::ModelRunSpec evaluation;
  evaluation.mutable_evaluate();
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(ReasonOf(Create("[1, 2", model)), "FIELD_INVALID");
    EXPECT_EQ(ReasonOf(Start(evaluation, {}, run)), "UPLOAD_INVALID");
    EXPECT_TRUE(Create(json, model).ok());
    grpc::ClientContext context;
    const auto broken_off = models_->Create(&context, &model);
    v1::CreateModelRequest message;
    message.set_chunk(json.substr(0, 1'000));
    broken_off->Write(message);
    context.TryCancel();
    EXPECT_EQ(broken_off->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
}

// Five that send at a time: whichever comes last is refused, and it alone.
TEST_F(ModelsTest, AFifthUploadIsRefused) {
  constexpr int kUploads = 5;
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::vector<v1::Model> models(kUploads);
  std::vector<std::unique_ptr<grpc::ClientWriter<v1::CreateModelRequest>>> streams;
  v1::CreateModelRequest message;
  message.set_chunk("[1, 2");
  for (int i = 0; i < kUploads; ++i) {
    contexts.push_back(std::make_unique<grpc::ClientContext>());
    streams.push_back(models_->Create(contexts.back().get(), &models[i]));
    EXPECT_TRUE(streams.back()->Write(message));
  }
  message.set_chunk(std::string(100'000, ' '));
  // A stream that is refused takes no more; the others go on.
  const auto refused = [&] {
    while (true) {
      for (size_t i = 0; i < streams.size(); ++i) {
        if (!streams[i]->Write(message)) {
          return i;
        }
      }
    }
  };
  const size_t last = refused();
  const grpc::Status status = streams[last]->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(ReasonOf(status), "OVERLOADED");
  for (size_t i = 0; i < streams.size(); ++i) {
    if (i != last) {
      streams[i]->WritesDone();
      EXPECT_EQ(ReasonOf(streams[i]->Finish()), "FIELD_INVALID") << "no JSON, but taken";
    }
  }
}

TEST_F(ModelsTest, BadInputIsRefusedWithItsReason) {
  v1::Model model;
  v1::ModelRun run;
  EXPECT_EQ(ReasonOf(Get("models/nobody", model)), "RESOURCE_UNKNOWN");
  EXPECT_EQ(ReasonOf(Get("people/1", model)), "FIELD_INVALID");
  EXPECT_EQ(ReasonOf(Delete("models/")), "FIELD_INVALID");
  EXPECT_EQ(ReasonOf(Create("", model)), "UPLOAD_INVALID");
  EXPECT_EQ(ReasonOf(Create("[1, 2", model)), "FIELD_INVALID");
  auto json = nlohmann::ordered_json::parse(StrictJson());
  json["attributes"][8]["type"] = "code";
  const grpc::Status schema = Create(json.dump(), model);
  EXPECT_EQ(ReasonOf(schema), "FIELD_INVALID");
  v1::ModelRunSpec spec;
  EXPECT_EQ(ReasonOf(Start(spec, {}, run)), "FIELD_INVALID");
  spec.mutable_evaluate();
  EXPECT_EQ(ReasonOf(Start(spec, {}, run)), "UPLOAD_INVALID");
  spec.mutable_compare()->set_model("models/nobody");
  EXPECT_EQ(ReasonOf(Start(spec, {}, run)), "RESOURCE_UNKNOWN");
  spec.mutable_activate()->set_model(Active());
  EXPECT_EQ(ReasonOf(Start(spec, {}, run)), "MODEL_IN_USE");
  grpc::ClientContext context;
  v1::CancelModelRunRequest cancel;
  cancel.set_name("modelRuns/7");
  EXPECT_EQ(ReasonOf(models_->CancelRun(&context, cancel, &run)), "RESOURCE_UNKNOWN");
}

// Labels of 24 pairs that merged by themselves, two thirds of them wrongly: the model made of them trusts less, and an
// explanation says by how much.
TEST_F(ModelsTest, LabelsCalibrateAModelFromTheShell) {
  const std::string file = Cat(server_.data_dir(), "/labels.csv");
  std::ofstream labels(file);
  labels << "source_a,source_key_a,source_b,source_key_b,one_person\n";
  for (int i = 0; i < 24; ++i) {
    const std::string surname = Cat("Quill", std::string(1, static_cast<char>('a' + i)), "ther");
    Upsert(Cat("A", i), "Jane", surname);
    Upsert(Cat("B", i), "Jane", surname);
    labels << "housing,A" << i << ",housing,B" << i << (i % 3 == 0 ? ",yes\n" : ",no\n");
  }
  labels << "housing,A1,housing,A2,\n";
  labels.close();
  std::string printed;
  ASSERT_EQ(Shell({"calibrate", "--labels", file}, &printed), 0) << printed;
  // What the shell says of the run's progress may stand before and behind.
  const size_t begin = printed.find('{');
  const auto result = nlohmann::json::parse(printed.substr(begin, printed.rfind('}') + 1 - begin))["calibrate"];
  EXPECT_EQ(result["labels"], "24");
  EXPECT_EQ(result["base_model"], Active());
  const std::string made = result["model"];
  EXPECT_EQ(Shell({"compare", made}, &printed), 0) << printed;
  EXPECT_EQ(Shell({"activate", made}, &printed), 0) << printed;
  EXPECT_EQ(Active(), made);
  ExpectSound(server_.channel());

  const auto matching = v1::Matching::NewStub(server_.channel());
  grpc::ClientContext context;
  v1::ExplainPairRequest request;
  for (auto* side : {request.mutable_a(), request.mutable_b()}) {
    side->mutable_source_key()->set_source("housing");
    side->mutable_source_key()->set_key(side == request.mutable_a() ? "A1" : "B1");
  }
  v1::PairExplanation pair;
  ASSERT_TRUE(matching->ExplainPair(&context, request, &pair).ok());
  const double evidence = pair.household_prior() == 0
                              ? pair.random_total()
                              : -std::log2(std::exp2(-pair.random_total()) + std::exp2(-pair.household_total()));
  EXPECT_LT(pair.calibration(), -1);
  EXPECT_NEAR(pair.score(), evidence + pair.calibration(), 1e-6);

  std::ofstream(file) << "source_a,source_key_a,source_b,source_key_b,one_person\nhousing,A1,housing,B1,maybe\n";
  EXPECT_EQ(Shell({"calibrate", "--labels", file}, &printed), 2);
  EXPECT_THAT(printed, HasSubstr("line 2"));
}

TEST_F(ModelsTest, TheShellDoesAllOfIt) {
  const std::string former = Active();
  const std::string file = Cat(server_.data_dir(), "/strict.json");
  const std::string truth = Cat(server_.data_dir(), "/truth.csv");
  std::ofstream(file) << StrictJson();
  std::ofstream(truth) << "source,source_key,entity\nhousing,H1,ann\nhousing,H2,ann\nhousing,H3,bob\n";
  std::string printed;
  EXPECT_EQ(Shell({"list"}, &printed), 0);
  EXPECT_THAT(printed, HasSubstr(former));
  EXPECT_EQ(Shell({"create", file}, &printed), 0);
  const std::string strict = nlohmann::json::parse(printed)["version"];
  EXPECT_EQ(Shell({"get", strict, "--out", Cat(file, ".copy")}, &printed), 0);
  EXPECT_EQ(Shell({"create", Cat(file, ".copy")}, &printed), 0);
  EXPECT_EQ(nlohmann::json::parse(printed)["version"], strict) << "what was written is the same model";
  EXPECT_EQ(Shell({"compare", strict, "--examples", "1"}, &printed), 0);
  EXPECT_THAT(printed, HasSubstr("\"splits\": \"1\""));
  EXPECT_EQ(Shell({"evaluate", "--truth", truth, "--model", strict}, &printed), 0);
  EXPECT_THAT(printed, HasSubstr("\"missed_pairs\": \"1\""));
  EXPECT_EQ(Shell({"evaluate", "--truth", truth, "--truth-entity", "source_key"}, &printed), 0);
  EXPECT_THAT(printed, HasSubstr("\"false_pairs\": \"1\""));
  EXPECT_EQ(Shell({"rollback"}, &printed), 1);
  EXPECT_THAT(printed, HasSubstr("no other model was in force before"));
  EXPECT_EQ(Shell({"activate", strict, "--expect", former}, &printed), 0);
  EXPECT_EQ(Active(), Cat("models/", strict));
  EXPECT_EQ(Shell({"activate", strict}, &printed), 1);
  EXPECT_THAT(printed, HasSubstr("MODEL_IN_USE"));
  EXPECT_EQ(Shell({"rollback"}, &printed), 0);
  EXPECT_EQ(Active(), former);
  EXPECT_EQ(Shell({"train"}, &printed), 0);
  EXPECT_EQ(Shell({"runs"}, &printed), 0);
  EXPECT_THAT(printed, HasSubstr("modelRuns/6"));
  EXPECT_EQ(Shell({"runs", "4"}, &printed), 0);
  EXPECT_THAT(printed, HasSubstr("people_after"));
  EXPECT_EQ(Shell({"cancel", "4"}, &printed), 1);
  EXPECT_EQ(Shell({"evaluate", "--truth", file}, &printed), 2);
  EXPECT_EQ(Shell({"delete", strict}, &printed), 1);
}

}  // namespace
}  // namespace wensum
