// The wensum program.
#include <pthread.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "sample/sample.h"
#include "services/cli/commands.h"
#include "services/cli/gazetteer_command.h"
#include "services/cli/import_command.h"
#include "services/cli/models_command.h"
#include "services/cli/rulesets_command.h"
#include "services/cli/runs_command.h"
#include "services/server/logging.h"
#include "services/server/offline_verify.h"
#include "services/server/options.h"
#include "services/server/server.h"
#include "services/server/version.h"

namespace wensum {
namespace {

constexpr int kUsageError = 2;  // wrong arguments; 1 is any other failure

int Fail(const absl::Status& status) {
  std::cerr << "error: " << Message(status) << "\n";
  return 1;
}

// Flags that override the configuration file, applied in the order given.
struct ServeFlags {
  std::string config;
  std::string data_dir, listen, drop_dir, mappings_dir, ostn15, log_level, log_format, port_file;
  uint64_t block_cache_mb = 0, threads = 0;
  bool allow_remote = false;
  bool print_config = false;
};

absl::StatusOr<server::ServerOptions> Options(const CLI::App& command, const ServeFlags& flags) {
  WENSUM_ASSIGN_OR_RETURN(server::ServerOptions options, server::ReadServerOptions(flags.config));
  const auto given = [&command](const std::string& name) {
    const CLI::Option* option = command.get_option_no_throw(name);
    return option != nullptr && option->count() > 0;
  };
  const auto take = [&given](const std::string& name, const std::string& value, std::string& out) {
    if (given(name)) {
      out = value;
    }
  };
  take("--data-dir", flags.data_dir, options.data_dir);
  take("--listen", flags.listen, options.listen);
  take("--drop-dir", flags.drop_dir, options.drop_dir);
  take("--ostn15", flags.ostn15, options.ostn15);
  take("--mappings-dir", flags.mappings_dir, options.mappings_dir);
  take("--log-level", flags.log_level, options.log_level);
  if (given("--log-format")) {
    options.log_format = flags.log_format == "text" ? server::LogFormat::kText : server::LogFormat::kJson;
  }
  if (given("--block-cache-mb")) {
    options.block_cache_mb = flags.block_cache_mb;
  }
  if (given("--threads")) {
    options.threads = flags.threads;
  }
  options.allow_remote = options.allow_remote || flags.allow_remote;
  return options;
}

// Tells whoever started the server which port it got: the file appears whole, once the server serves.
absl::Status WritePortFile(const std::string& path, int port) {
  const std::string part = Cat(path, ".part");
  std::ofstream file(part, std::ios::trunc);
  file << port << "\n";
  file.close();
  if (!file || std::rename(part.c_str(), path.c_str()) != 0) {
    return FailedPrecondition(Cat("the port file ", Quote(path), " cannot be written"));
  }
  return absl::OkStatus();
}

// Serves until SIGTERM or SIGINT, which every thread but this one leaves alone.
int Serve(const CLI::App& command, const ServeFlags& flags) {
  const absl::StatusOr<server::ServerOptions> options = Options(command, flags);
  if (!options.ok()) {
    return Fail(options.status());
  }
  if (flags.print_config) {
    std::cout << server::PrintServerOptions(*options);
    return 0;
  }
  server::SetUpLogging(options->log_level, options->log_format);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  const SystemClock clock;
  const absl::StatusOr<std::unique_ptr<server::Server>> running = server::Server::Start(*options, &clock);
  if (!running.ok()) {
    spdlog::error("cannot start: {}", Message(running.status()));
    return 1;
  }
  if (!flags.port_file.empty()) {
    if (const absl::Status status = WritePortFile(flags.port_file, (*running)->port()); !status.ok()) {
      spdlog::error("{}", Message(status));
      return 1;
    }
  }
  int signal = 0;
  sigwait(&signals, &signal);
  (*running)->Shutdown();
  spdlog::info("stopped");
  return 0;
}

void AddServe(CLI::App& app, int& exit_code) {
  auto flags = std::make_shared<ServeFlags>();
  CLI::App* command = app.add_subcommand("serve", "Serve a data directory over gRPC");
  command->add_option("--config", flags->config, "Configuration file (docs/configuration.md)");
  command->add_option("--data-dir", flags->data_dir, "The data directory");
  command->add_option("--listen", flags->listen, "host:port; port 0 takes a free one");
  command->add_option("--port-file", flags->port_file, "File to write the port to once the server serves");
  command->add_option("--ostn15", flags->ostn15,
                      "Folder or file of Ordnance Survey's OSTN15 shifts, for latitude and longitude");
  command->add_option("--drop-dir", flags->drop_dir, "Folder of files that imports may name");
  command->add_option("--mappings-dir", flags->mappings_dir, "Folder of mapping files");
  command->add_option("--log-level", flags->log_level, "trace, debug, info, warn or error");
  command->add_option("--log-format", flags->log_format, "json or text")->check(CLI::IsMember({"json", "text"}));
  command->add_option("--block-cache-mb", flags->block_cache_mb, "Cache of the store");
  command->add_option("--threads", flags->threads, "For start-up and verify; 0: the machine's");
  command->add_flag("--allow-remote", flags->allow_remote, "Let in callers of other machines, unauthenticated");
  command->add_flag("--print-config", flags->print_config, "Print the configuration in force and exit");
  command->callback([command, flags, &exit_code] { exit_code = Serve(*command, *flags); });
}

void AddVerify(CLI::App& app, int& exit_code) {
  struct Settings {
    cli::ClientOptions client;
    ServeFlags serve;
  };
  auto settings = std::make_shared<Settings>();
  CLI::App* command = app.add_subcommand("verify", "Recompute everything from the stored inputs and compare");
  CLI::Option* data_dir = command->add_option("--data-dir", settings->serve.data_dir, "A directory no server has open");
  command->add_option("--config", settings->serve.config, "The server's configuration file, for its rules")
      ->needs(data_dir);
  command->add_option("--server", settings->client.server, "Or a running server")
      ->capture_default_str()
      ->excludes(data_dir);
  command->callback([command, settings, &exit_code] {
    if (command->get_option("--data-dir")->count() == 0) {
      exit_code = cli::VerifyServer(settings->client);
      return;
    }
    const absl::StatusOr<server::ServerOptions> options = Options(*command, settings->serve);
    const absl::StatusOr<bool> same =
        options.ok() ? server::OfflineVerify(*options, std::cout) : absl::StatusOr<bool>(options.status());
    exit_code = same.ok() ? (*same ? 0 : 1) : Fail(same.status());
  });
}

void AddSample(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<sample::SampleOptions>();
  CLI::App* command = app.add_subcommand("sample", "Write a synthetic city: gazetteer, legacy extracts, truth");
  command->add_option("--out", options->out_dir, "Folder to write to")->required();
  command->add_option("--people", options->people, "Number of people")->capture_default_str();
  command->add_option("--properties", options->properties, "Number of properties")->capture_default_str();
  command->add_option("--seed", options->seed, "The same seed gives the same bytes")->capture_default_str();
  command->add_option("--rates", options->rates_file, "File of error rates (docs/sample.md)");
  command->callback([options, &exit_code] {
    const absl::StatusOr<sample::SampleSummary> summary =
        sample::WriteSample(*options, [](std::string_view stage) { std::cerr << stage << "\n"; });
    if (!summary.ok()) {
      exit_code = Fail(summary.status());
      return;
    }
    for (const sample::SampleFile& file : summary->files) {
      std::cout << file.name << "  " << file.rows << " rows  " << file.bytes << " bytes\n";
    }
    exit_code = 0;
  });
}

int Main(int argc, char** argv) {
  CLI::App app("Wensum: master data of people and properties", "wensum");
  app.require_subcommand(1);
  int exit_code = 0;
  AddServe(app, exit_code);
  cli::AddImportCommand(app, exit_code);
  cli::AddRunsCommands(app, exit_code);
  cli::AddGazetteerCommands(app, exit_code);
  cli::AddClientCommands(app, exit_code);
  cli::AddModelsCommands(app, exit_code);
  cli::AddRulesetsCommands(app, exit_code);
  AddVerify(app, exit_code);
  AddSample(app, exit_code);
  app.add_subcommand("version", "Print the version")->callback([] { std::cout << server::kVersion << "\n"; });
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsageError;  // 0: --help
  }
  return exit_code;
}

}  // namespace
}  // namespace wensum

int main(int argc, char** argv) { return wensum::Main(argc, argv); }
