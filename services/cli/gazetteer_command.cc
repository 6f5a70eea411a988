#include "services/cli/gazetteer_command.h"

#include <array>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "gazetteer/format/gazetteer_layout.h"
#include "services/cli/export_command.h"
#include "services/cli/health_command.h"
#include "services/cli/hub_command.h"
#include "services/cli/transfer_command.h"
#include "services/health/file_check.h"
#include "services/register/prepare.h"

namespace wensum::cli {
namespace {

// Exit codes of `validate`.
constexpr int kClean = 0;  // or warnings only
constexpr int kFaults = 1;
constexpr int kUnusable = 2;  // wrong arguments, or a file that cannot be read

constexpr int kNorwich = 2625;

struct ValidateFlags {
  std::vector<std::string> files;
  std::string format = "auto";
  std::string as_of;
  std::vector<int> custodians;
  bool bilingual = false;
  bool for_hub = false;
  bool json = false;
  size_t max_findings = 5;
};

absl::StatusOr<health::FileCheckOptions> OptionsOf(const ValidateFlags& flags) {
  health::FileCheckOptions options;
  options.files = flags.files;
  options.max_examples = flags.max_findings;
  if (flags.format != "auto") {
    const auto format = llpg::ParseGazetteerFormat(flags.format);
    if (!format.has_value()) {
      return InvalidArgument(
          Cat("--format ", Quote(flags.format), " is unknown; known are auto, dtf_7_3, abp_2, abp_1"));
    }
    options.format = *format;
  }
  options.today = registry::Today(SystemClock());
  if (!flags.as_of.empty()) {
    WENSUM_ASSIGN_OR_RETURN(options.today, model::PartialDate::Parse(flags.as_of));
    if (!options.today.complete()) {
      return InvalidArgument(Cat("--as-of ", Quote(flags.as_of), " has no day; write it CCYY-MM-DD"));
    }
  }
  if (!flags.custodians.empty()) {
    options.config.own_custodians = flags.custodians;
    if (flags.custodians != std::vector<int>{kNorwich}) {
      options.config.own_areas.clear();  // known for Norwich alone
    }
  }
  options.config.bilingual = flags.bilingual;
  options.config.for_hub = flags.for_hub;
  return options;
}

int Validate(const ValidateFlags& flags) {
  const absl::StatusOr<health::FileCheckOptions> options = OptionsOf(flags);
  const absl::StatusOr<health::HealthReport> report =
      options.ok() ? health::CheckFiles(*options) : absl::StatusOr<health::HealthReport>(options.status());
  if (!report.ok()) {
    std::cerr << "error: " << Message(report.status()) << "\n";
    return kUnusable;
  }
  std::cout << (flags.json ? health::ReportJson(*report) : health::ReportText(*report));
  return report->tally.errors == 0 ? kClean : kFaults;
}

void AddValidate(CLI::App& gazetteer, int& exit_code) {
  auto flags = std::make_shared<ValidateFlags>();
  CLI::App* command =
      gazetteer.add_subcommand("validate", "Judge transfer files by every rule (docs/gazetteer-checks.md)");
  command->footer("Exit code: 0 no errors, 1 errors, 2 wrong arguments or a file that cannot be read.");
  command
      ->add_option(
          "files", flags->files,
          "DTF 7.3 or AddressBase Premium, also compressed: the volumes of a full supply, then change-only files")
      ->required();
  command->add_option("--format", flags->format, "auto, dtf_7_3, abp_2 or abp_1; a named one takes fragments too")
      ->capture_default_str();
  command->add_option("--as-of", flags->as_of, "Later dates lie in the future; default: today")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  command->add_option("--custodian", flags->custodians, "Your custodian code, or several; default: 2625");
  command->add_flag("--bilingual", flags->bilingual, "Everything must be there in English and in Welsh");
  command->add_flag("--hub", flags->for_hub, "The file is meant for the hub: report what must stay local");
  command->add_flag("--json", flags->json, "Print JSON: by rule, by street, by ward");
  command->add_option("--max-findings", flags->max_findings, "Examples printed of each rule")->capture_default_str();
  command->callback([flags, &exit_code] { exit_code = Validate(*flags); });
}

// Each adds one command under `wensum gazetteer`.
constexpr std::array<void (*)(CLI::App&, int&), 6> kCommands = {
    AddValidate, AddExportCommand, AddBoundariesCommand, AddLinkRatesCommand, AddHubCommands, AddTransferCommand};

}  // namespace

void AddGazetteerCommands(CLI::App& app, int& exit_code) {
  CLI::App* gazetteer =
      app.add_subcommand("gazetteer", "The gazetteer: files judged without a server; exports and checks of one");
  gazetteer->require_subcommand(1);
  for (const auto add : kCommands) {
    add(*gazetteer, exit_code);
  }
}

}  // namespace wensum::cli
