// `wensum models ...`: learning models, trying them, putting them in force.
#ifndef WENSUM_SERVICES_CLI_MODELS_COMMAND_H_
#define WENSUM_SERVICES_CLI_MODELS_COMMAND_H_

#include <grpcpp/support/status.h>

#include <CLI/CLI.hpp>
#include <string>

#include "absl/status/statusor.h"
#include "services/cli/client.h"
#include "wensum/v1/models.pb.h"

namespace wensum::cli {

// Adds the commands to `app`. `exit_code` must outlive `app`.
void AddModelsCommands(CLI::App& app, int& exit_code);

// The truth in a CSV file with the columns source, source_key and `entity_column`, in any order, among others.
absl::StatusOr<v1::TruthRecords> ReadTruthFile(const std::string& path, const std::string& entity_column);

// Labelled pairs in a CSV file with the columns source_a, source_key_a, source_b, source_key_b and one_person (yes or
// no; rows without are left out), in any order, among others.
absl::StatusOr<v1::PairLabels> ReadLabelsFile(const std::string& path);

// Follows a run to its end, telling its phases on the standard error; `run` is what was heard of it last. A server that
// is away is waited for, for a while.
grpc::Status FollowRun(const Client& client, v1::ModelRun& run);

// What a run does now, in a few words: "resolve, 32768 of 100000".
std::string PhaseText(const v1::ModelRun& run);

}  // namespace wensum::cli

#endif  // WENSUM_SERVICES_CLI_MODELS_COMMAND_H_
