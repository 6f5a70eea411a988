#include "services/cli/address_command.h"

#include <chrono>
#include <iostream>
#include <memory>
#include <string>

#include "base/status_macros.h"
#include "services/address_match/match_file.h"
#include "services/cli/learnt_command.h"

namespace wensum::cli {

void AddAddressFileCommands(CLI::App& app, int& exit_code) {
  CLI::App* address = app.add_subcommand("address", "What addresses mean: files of them, and what was learnt");
  address->require_subcommand(1);
  AddLearntCommands(*address, exit_code);
  CLI::App* command =
      address->add_subcommand("match", "Find the property that each address of a file means (docs/address-files.md)");
  auto options = std::make_shared<address_match::MatchFileOptions>();
  options->seconds = [] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
  };
  command->add_option("--canonical", options->canonical,
                      "CSV file of the properties: unique_id,address_concat,postcode; rows of one id are its variants");
  command->add_option("--data-dir", options->data_dir,
                      "Instead: the gazetteer in this data directory of `wensum serve`, which may be running");
  command->add_option("--input", options->input, "CSV file of the addresses to match, with the same columns")
      ->required();
  command
      ->add_option("--out", options->out,
                   "CSV file of the answers: unique_id,outcome,matched_id,confidence,second_id,reason")
      ->required();
  command->add_option("--summary", options->summary, "Counts, seconds, memory and the calibration, as JSON");
  command->add_option("--threads", options->threads, "0: the machine's")->capture_default_str();
  command->add_option("--precision", options->precision, "Wanted share of right ones among the matches")
      ->capture_default_str();
  command
      ->add_option("--calibration-rows", options->calibration_rows,
                   "Errors made in the canonical list to learn how sure a match is; 0: a cautious table")
      ->capture_default_str();
  command->callback([options, &exit_code] {
    const absl::StatusOr<std::string> summary = address_match::MatchFile(*options);
    if (!summary.ok()) {
      std::cerr << "error: " << Message(summary.status()) << "\n";
      exit_code = 1;
      return;
    }
    std::cout << *summary;
  });
}

}  // namespace wensum::cli
