#include "services/cli/models_command.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <iostream>
#include <memory>
#include <span>
#include <string_view>
#include <thread>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "services/dedupe/files.h"
#include "services/dedupe/labels.h"
#include "wensum/v1/models.grpc.pb.h"

namespace wensum::cli {
namespace {

constexpr int kItemsPerMessage = 1'000;

struct ModelsSettings {
  ClientOptions client;
  std::string name;  // of a model or a run
  std::string file;
  std::string expect;
  std::string entity_column = "entity";
  int examples = 0;
  bool full = false;
  bool no_wait = false;
  double precision = 0;
  int rows = 0;
  bool dry_run = false;
};

int Usage(std::string_view message) {
  std::cerr << "error: " << message << "\n";
  return 2;
}

int Print(const grpc::Status& status, const google::protobuf::Message& answer) {
  if (!status.ok()) {
    PrintError(status, std::cerr);
    return 1;
  }
  std::cout << ToJson(answer, /*pretty=*/true) << "\n";
  return 0;
}

std::string WithCollection(const std::string& name, std::string_view collection) {
  return name.empty() || name.find('/') != std::string::npos ? name : Cat(collection, "/", name);
}

// A connection and what every command does with it.
class Models {
 public:
  explicit Models(const ModelsSettings& settings)
      : settings_(settings), client_(settings.client), stub_(v1::Models::NewStub(client_.channel())) {}

  [[nodiscard]] std::string model() const { return WithCollection(settings_.name, "models"); }
  [[nodiscard]] std::string run() const { return WithCollection(settings_.name, "modelRuns"); }

  grpc::Status List(v1::ListModelsResponse& response) const {
    grpc::ClientContext context;
    client_.Prepare(context);
    return stub_->List(&context, {}, &response);
  }

  grpc::Status Get(v1::Model& response) const {
    grpc::ClientContext context;
    client_.Prepare(context);
    v1::GetModelRequest request;
    request.set_name(model());
    const bool json = settings_.full || !settings_.file.empty();
    request.set_view(json ? v1::MODEL_VIEW_FULL : v1::MODEL_VIEW_BASIC);
    return stub_->Get(&context, request, &response);
  }

  grpc::Status Create(std::string_view json, v1::Model& response) const {
    grpc::ClientContext context;
    client_.Prepare(context);
    const auto stream = stub_->Create(&context, &response);
    v1::CreateModelRequest message;
    for (size_t begin = 0; begin < json.size(); begin += kChunkBytes) {
      message.set_chunk(std::string(json.substr(begin, kChunkBytes)));
      if (!stream->Write(message)) {
        break;  // a refusal: Finish says why
      }
    }
    stream->WritesDone();
    return stream->Finish();
  }

  grpc::Status Delete() const {
    grpc::ClientContext context;
    client_.Prepare(context);
    v1::DeleteModelRequest request;
    request.set_name(model());
    v1::DeleteModelResponse response;
    return stub_->Delete(&context, request, &response);
  }

  grpc::Status GetRun(const std::string& name, v1::ModelRun& response) const {
    grpc::ClientContext context;
    client_.Prepare(context);
    v1::GetModelRunRequest request;
    request.set_name(name);
    return stub_->GetRun(&context, request, &response);
  }

  grpc::Status GetAddressCalibration(v1::AddressCalibration& calibration) const {
    grpc::ClientContext context;
    client_.Prepare(context);
    return stub_->GetAddressCalibration(&context, {}, &calibration);
  }

  grpc::Status ListRuns(v1::ListModelRunsResponse& response) const {
    grpc::ClientContext context;
    client_.Prepare(context);
    return stub_->ListRuns(&context, {}, &response);
  }

  grpc::Status CancelRun(v1::ModelRun& response) const {
    grpc::ClientContext context;
    client_.Prepare(context);
    v1::CancelModelRunRequest request;
    request.set_name(run());
    return stub_->CancelRun(&context, request, &response);
  }

  // What a run is given besides its spec.
  struct Input {
    v1::TruthRecords truth;
    v1::PairLabels labels;
  };
  // Starts the run and, unless that is not wanted, follows it to its end; the exit code.
  [[nodiscard]] int Run(const v1::ModelRunSpec& spec, const Input& input) const {
    v1::ModelRun run;
    grpc::Status status = Start(spec, input, run);
    if (status.ok() && !settings_.no_wait) {
      status = FollowRun(client_, run);
    }
    const int code = Print(status, run);
    const bool well = run.state() == v1::ModelRun::STATE_SUCCEEDED || settings_.no_wait;
    return code == 0 && !well ? 1 : code;
  }

 private:
  grpc::Status Start(const v1::ModelRunSpec& spec, const Input& input, v1::ModelRun& run) const {
    grpc::ClientContext context;
    client_.Prepare(context);
    const auto stream = stub_->StartRun(&context, &run);
    v1::StartModelRunRequest message;
    *message.mutable_spec() = spec;
    if (stream->Write(message)) {
      SendAll(input.truth.records(), [&](const auto& part) {
        *message.mutable_truth()->mutable_records() = part;
        return stream->Write(message);
      });
      SendAll(input.labels.labels(), [&](const auto& part) {
        *message.mutable_labels()->mutable_labels() = part;
        return stream->Write(message);
      });
    }
    stream->WritesDone();
    return stream->Finish();
  }

  // In pieces, as far as `send` takes them: Finish says why it did not.
  template <typename Repeated, typename Send>
  static void SendAll(const Repeated& items, const Send& send) {
    for (int begin = 0; begin < items.size(); begin += kItemsPerMessage) {
      const int end = std::min(begin + kItemsPerMessage, items.size());
      if (!send(Repeated(items.begin() + begin, items.begin() + end))) {
        return;
      }
    }
  }

  const ModelsSettings& settings_;
  const Client client_;
  const std::unique_ptr<v1::Models::Stub> stub_;
};

int List(const ModelsSettings& settings) {
  v1::ListModelsResponse response;
  const grpc::Status status = Models(settings).List(response);
  return Print(status, response);
}

int Get(const ModelsSettings& settings) {
  v1::Model model;
  const grpc::Status status = Models(settings).Get(model);
  if (status.ok() && !settings.file.empty()) {
    if (const absl::Status written = dedupe::WriteFile(settings.file, model.json()); !written.ok()) {
      return Usage(Message(written));
    }
    model.clear_json();
  }
  return Print(status, model);
}

int Create(const ModelsSettings& settings) {
  const absl::StatusOr<std::string> json = dedupe::ReadFile(settings.file);
  if (!json.ok()) {
    return Usage(Message(json.status()));
  }
  v1::Model model;
  const grpc::Status status = Models(settings).Create(*json, model);
  return Print(status, model);
}

int Delete(const ModelsSettings& settings) {
  const grpc::Status status = Models(settings).Delete();
  if (!status.ok()) {
    PrintError(status, std::cerr);
  }
  return status.ok() ? 0 : 1;
}

int Train(const ModelsSettings& settings) {
  v1::ModelRunSpec spec;
  spec.mutable_train();
  return Models(settings).Run(spec, {});
}

int Calibrate(const ModelsSettings& settings) {
  const absl::StatusOr<v1::PairLabels> labels = ReadLabelsFile(settings.file);
  if (!labels.ok()) {
    return Usage(Message(labels.status()));
  }
  const Models models(settings);
  v1::ModelRunSpec spec;
  spec.mutable_calibrate()->set_model(models.model());
  return models.Run(spec, {.truth = {}, .labels = *labels});
}

int Compare(const ModelsSettings& settings) {
  const Models models(settings);
  v1::ModelRunSpec spec;
  spec.mutable_compare()->set_model(models.model());
  spec.mutable_compare()->set_max_examples(settings.examples);
  return models.Run(spec, {});
}

int Evaluate(const ModelsSettings& settings) {
  const absl::StatusOr<v1::TruthRecords> truth = ReadTruthFile(settings.file, settings.entity_column);
  if (!truth.ok()) {
    return Usage(Message(truth.status()));
  }
  const Models models(settings);
  v1::ModelRunSpec spec;
  spec.mutable_evaluate()->set_model(models.model());
  return models.Run(spec, {.truth = *truth, .labels = {}});
}

int Activate(const ModelsSettings& settings) {
  const Models models(settings);
  v1::ModelRunSpec spec;
  spec.mutable_activate()->set_model(models.model());
  spec.mutable_activate()->set_expected_active(WithCollection(settings.expect, "models"));
  return models.Run(spec, {});
}

int CalibrateAddresses(const ModelsSettings& settings) {
  v1::ModelRunSpec spec;
  spec.mutable_calibrate_addresses()->set_precision(settings.precision);
  spec.mutable_calibrate_addresses()->set_rows(settings.rows);
  spec.mutable_calibrate_addresses()->set_validate_only(settings.dry_run);
  return Models(settings).Run(spec, {});
}

int AddressCalibration(const ModelsSettings& settings) {
  v1::AddressCalibration calibration;
  const grpc::Status status = Models(settings).GetAddressCalibration(calibration);
  return Print(status, calibration);
}

int RollBack(const ModelsSettings& settings) {
  const Models models(settings);
  v1::ListModelsResponse known;
  if (const grpc::Status status = models.List(known); !status.ok()) {
    PrintError(status, std::cerr);
    return 1;
  }
  v1::ModelRunSpec spec;
  for (const v1::Model& model : known.models()) {
    if (model.previous()) {
      spec.mutable_activate()->set_model(model.name());
    }
    if (model.active()) {
      spec.mutable_activate()->set_expected_active(model.name());
    }
  }
  if (spec.activate().model().empty()) {
    std::cerr << "error: no other model was in force before\n";
    return 1;
  }
  return models.Run(spec, {});
}

int Runs(const ModelsSettings& settings) {
  const Models models(settings);
  if (settings.name.empty()) {
    v1::ListModelRunsResponse response;
    const grpc::Status status = models.ListRuns(response);
    return Print(status, response);
  }
  v1::ModelRun run;
  const grpc::Status status = models.GetRun(models.run(), run);
  return Print(status, run);
}

int Cancel(const ModelsSettings& settings) {
  v1::ModelRun run;
  const grpc::Status status = Models(settings).CancelRun(run);
  return Print(status, run);
}

struct Added {
  CLI::App* command;
  std::shared_ptr<ModelsSettings> settings;
};

Added Add(CLI::App& models, const std::string& name, const std::string& what, int& exit_code,
          int (*execute)(const ModelsSettings&)) {
  auto settings = std::make_shared<ModelsSettings>();
  CLI::App* command = models.add_subcommand(name, what);
  AddClientOptions(*command, settings->client);
  command->callback([settings, &exit_code, execute] { exit_code = execute(*settings); });
  return {command, settings};
}

// A command that starts a run.
Added AddRun(CLI::App& models, const std::string& name, const std::string& what, int& exit_code,
             int (*execute)(const ModelsSettings&)) {
  Added added = Add(models, name, what, exit_code, execute);
  added.command->add_flag("--no-wait", added.settings->no_wait, "Do not wait for the end of the run");
  return added;
}

}  // namespace

absl::StatusOr<v1::TruthRecords> ReadTruthFile(const std::string& path, const std::string& entity_column) {
  v1::TruthRecords truth;
  const std::string columns[] = {"source", "source_key", entity_column};
  WENSUM_RETURN_IF_ERROR(dedupe::ReadColumns(path, columns, [&](std::span<const std::string_view> values, uint64_t) {
    v1::TruthRecord& record = *truth.add_records();
    record.mutable_source_key()->set_source(std::string(values[0]));
    record.mutable_source_key()->set_key(std::string(values[1]));
    record.set_entity(std::string(values[2]));
    return absl::OkStatus();
  }));
  return truth;
}

absl::StatusOr<v1::PairLabels> ReadLabelsFile(const std::string& path) {
  v1::PairLabels labels;
  const std::string columns[] = {"source_a", "source_key_a", "source_b", "source_key_b", "one_person"};
  WENSUM_RETURN_IF_ERROR(
      dedupe::ReadColumns(path, columns, [&](std::span<const std::string_view> values, uint64_t line) {
        if (values[4].empty()) {
          return absl::OkStatus();  // not decided
        }
        const absl::StatusOr<bool> answer = dedupe::ParseAnswer(values[4]);
        if (!answer.ok()) {
          return InvalidArgument(Cat("line ", line, ": ", Message(answer.status())));
        }
        v1::PairLabel& label = *labels.add_labels();
        label.mutable_a()->set_source(std::string(values[0]));
        label.mutable_a()->set_key(std::string(values[1]));
        label.mutable_b()->set_source(std::string(values[2]));
        label.mutable_b()->set_key(std::string(values[3]));
        label.set_one_person(*answer);
        return absl::OkStatus();
      }));
  return labels;
}

grpc::Status FollowRun(const Client& client, v1::ModelRun& run) {
  const auto stub = v1::Models::NewStub(client.channel());
  auto heard = std::chrono::steady_clock::now();
  std::string phase;
  while (run.state() == v1::ModelRun::STATE_RUNNING) {
    if (run.phase() != phase) {
      phase = run.phase();
      std::cerr << run.name() << ": " << PhaseText(run) << "\n";
    }
    std::this_thread::sleep_for(kPollPause);
    grpc::ClientContext context;
    client.Prepare(context);
    v1::GetModelRunRequest request;
    request.set_name(run.name());
    v1::ModelRun newer;
    const grpc::Status status = stub->GetRun(&context, request, &newer);
    if (status.ok()) {
      run = newer;
      heard = std::chrono::steady_clock::now();
    } else if (status.error_code() != grpc::StatusCode::UNAVAILABLE ||
               std::chrono::steady_clock::now() - heard > kPatience) {
      return status;
    }
  }
  return grpc::Status::OK;
}

std::string PhaseText(const v1::ModelRun& run) {
  const std::string phase = run.phase().empty() ? "started" : run.phase();
  return run.total() == 0 ? phase : Cat(phase, ", ", run.done(), " of ", run.total());
}

void AddModelsCommands(CLI::App& app, int& exit_code) {
  CLI::App& models = *app.add_subcommand(
      "models", "What decides who is one person, and which match of an address counts: learn, try, activate");
  models.require_subcommand(1);
  Add(models, "list", "Print the models as JSON", exit_code, List);
  Added added = Add(models, "get", "Print a model as JSON", exit_code, Get);
  added.command->add_option("model", added.settings->name, "models/{version}, or the version")->required();
  added.command->add_flag("--full", added.settings->full, "With all that it has learnt");
  added.command->add_option("--out", added.settings->file, "Write what it has learnt to this file");
  added = Add(models, "create", "Store a model that another server or `people dedupe` gave", exit_code, Create);
  added.command->add_option("file", added.settings->file, "The model's JSON")->required();
  added = Add(models, "delete", "Delete a model that is not in use", exit_code, Delete);
  added.command->add_option("model", added.settings->name, "models/{version}, or the version")->required();
  AddRun(models, "train", "Learn a model from the register's records", exit_code, Train);
  added =
      AddRun(models, "calibrate", "Make a model whose scores are calibrated with labelled pairs", exit_code, Calibrate);
  added.command
      ->add_option("--labels", added.settings->file,
                   "CSV with the columns source_a, source_key_a, source_b, source_key_b and one_person (yes or no)")
      ->required();
  added.command->add_option("--model", added.settings->name, "Of this model, not of the one in force");
  added = AddRun(models, "compare", "Tell what a model would change", exit_code, Compare);
  added.command->add_option("model", added.settings->name, "models/{version}, or the version")->required();
  added.command->add_option("--examples", added.settings->examples, "Merges and splits to tell in full, up to 100");
  added = AddRun(models, "evaluate", "Compare people with the truth", exit_code, Evaluate);
  added.command
      ->add_option("--truth", added.settings->file,
                   "CSV with the columns source, source_key and that of the true person")
      ->required();
  added.command->add_option("--truth-entity", added.settings->entity_column, "The column of the true person")
      ->capture_default_str();
  added.command->add_option("--model", added.settings->name, "The people that this model would make");
  added = AddRun(models, "activate", "Put a model in force", exit_code, Activate);
  added.command->add_option("model", added.settings->name, "models/{version}, or the version")->required();
  added.command->add_option("--expect", added.settings->expect, "Only if this model is in force now");
  added = AddRun(models, "calibrate-addresses",
                 "Learn how sure matches of addresses are, and match anew what changes by it", exit_code,
                 CalibrateAddresses);
  added.command->add_option("--precision", added.settings->precision,
                            "Share of matches that must be right, 0.9 to 0.9999; else the server's");
  added.command->add_option("--rows", added.settings->rows, "Errors to make, 5000 to 200000; else 20000");
  added.command->add_flag("--dry-run", added.settings->dry_run, "Only tell what it would be, and change nothing");
  Add(models, "address-calibration", "Print how sure matches of addresses are, as JSON", exit_code, AddressCalibration);
  AddRun(models, "rollback", "Put the model in force again that was before the present one", exit_code, RollBack);
  added = Add(models, "runs", "Print the newest runs, or one of them", exit_code, Runs);
  added.command->add_option("run", added.settings->name, "modelRuns/{number}, or the number");
  added = Add(models, "cancel", "Ask a run to end", exit_code, Cancel);
  added.command->add_option("run", added.settings->name, "modelRuns/{number}, or the number")->required();
}

}  // namespace wensum::cli
