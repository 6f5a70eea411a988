#include "services/cli/people_command.h"

#include <chrono>
#include <iostream>
#include <map>
#include <memory>
#include <string>

#include "base/status_macros.h"
#include "services/dedupe/dedupe.h"
#include "services/dedupe/evaluate.h"

namespace wensum::cli {
namespace {

int Print(const absl::StatusOr<std::string>& text) {
  if (!text.ok()) {
    std::cerr << "error: " << Message(text.status()) << "\n";
    return 1;
  }
  std::cout << *text;
  return 0;
}

double SteadySeconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

void AddPeopleFileCommands(CLI::App& people, int& exit_code) {
  using matching::UndatedRule;
  auto dedupe = std::make_shared<dedupe::DedupeOptions>();
  dedupe->seconds = SteadySeconds;
  CLI::App* command = people.add_subcommand("dedupe", "Find who is the same person in CSV files");
  command->add_option("files", dedupe->inputs, "CSV files with a header")->required();
  command->add_option("--config", dedupe->config, "What the columns mean (docs/people-files.md)")->required();
  command->add_option("--out", dedupe->out, "Clusters: record_id,entity_id")->required();
  command->add_option("--pairs", dedupe->pairs, "Scored pairs: record_id_a,record_id_b,weight,probability");
  command->add_option("--review", dedupe->review, "Pairs of entities for a person to decide, with the reason");
  command->add_option("--unusual", dedupe->unusual,
                      "Entities of many records, or of records that hang together loosely: "
                      "entity_id,records,distinct_records,cohesion");
  CLI::Option* model = command->add_option("--model", dedupe->model, "Use this model; learn nothing");
  CLI::Option* model_out = command->add_option("--model-out", dedupe->model_out, "Keep the model learnt or calibrated");
  command->add_option("--labels", dedupe->labels,
                      "Pairs that somebody has judged, as --review wrote them with a column one_person (yes or no): "
                      "the scores are calibrated with them");
  command->add_option("--summary", dedupe->summary, "Seconds per phase, counts and memory, as JSON");
  command->add_option("--threads", dedupe->threads, "0: the machine's")->capture_default_str();
  command->add_option("--seed-order", dedupe->seed_order, "Shuffle the records first; the result is the same");
  const std::map<std::string, UndatedRule> rules = {
      {"off", UndatedRule::kOff}, {"below_score", UndatedRule::kBelowScore}, {"always", UndatedRule::kAlways}};
  command
      ->add_option("--undated", dedupe->undated,
                   "Which merges without a date or code compared are left for review, where households are told apart: "
                   "off, below_score or always")
      ->transform(CLI::CheckedTransformer(rules));
  CLI::Option* truth =
      command->add_option("--truth", dedupe->truth.files,
                          "CSV file, or several, with the true person of each record: tells what retrieval misses");
  command->add_option("--truth-id", dedupe->truth.id, "The column of the record id")->needs(truth);
  CLI::Option* entity =
      command->add_option("--truth-entity", dedupe->truth.entity, "The column of the true person")->needs(truth);
  command->add_option("--entity-pattern", dedupe->truth.entity_pattern, "What in it names the person")->needs(truth);
  truth->needs(entity);
  command->callback([dedupe, model, model_out, &exit_code] {
    if (!model->empty() && !model_out->empty() && dedupe->labels.empty()) {
      std::cerr << "error: --model-out keeps a model learnt or calibrated; with --model it needs --labels\n";
      exit_code = 2;
      return;
    }
    exit_code = Print(dedupe::Dedupe(*dedupe));
  });

  auto evaluate = std::make_shared<dedupe::EvaluateOptions>();
  command = people.add_subcommand("evaluate", "Compare clusters with the truth");
  command->add_option("--clusters", evaluate->clusters, "As dedupe wrote them")->required();
  command->add_option("--truth", evaluate->truth.files, "CSV file, or several, with the true person of each record")
      ->required();
  command->add_option("--truth-id", evaluate->truth.id, "The column of the record id")->required();
  command->add_option("--truth-entity", evaluate->truth.entity, "The column of the true person")->required();
  command->add_option("--entity-pattern", evaluate->truth.entity_pattern,
                      "What in it names the person, e.g. rec-([0-9]+)");
  command->add_option("--pairs", evaluate->pairs, "As dedupe wrote them: the fit of single pairs too");
  command->add_option("--review", evaluate->review, "As dedupe wrote them: the fit after a perfect review too");
  command->callback([evaluate, &exit_code] { exit_code = Print(dedupe::Evaluate(*evaluate)); });
}

}  // namespace wensum::cli
