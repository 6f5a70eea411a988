// `wensum people explain`, `reviews` and `unusual`: why the server holds records for one person or two, which pairs of
// people wait for a decision, and which people to look at first for wrong merges.
#ifndef WENSUM_SERVICES_CLI_EXPLAIN_COMMAND_H_
#define WENSUM_SERVICES_CLI_EXPLAIN_COMMAND_H_

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "wensum/v1/matching.pb.h"

namespace wensum::cli {

// Adds the commands under `people`. `exit_code` must outlive `people`.
void AddExplainCommands(CLI::App& people, int& exit_code);

// Reads "SOURCE:KEY"; the key may hold colons. Nullopt if a part is missing.
std::optional<v1::SourceKey> ParseSourceKey(std::string_view text);
// Reads "SOURCE:KEY" or "people/ID".
std::optional<v1::ExplainPairRequest::Side> ParseSide(std::string_view text);

// The sentence, and the table of weights beneath it.
std::string PairText(const v1::PairExplanation& pair);
// The sentence, and the steps.
std::string PersonText(const v1::PersonExplanation& person);
// The sentence, and a sentence for each pair.
std::string RecordText(const v1::RecordExplanation& record);
// One line, or two with a sentence.
std::string ReviewText(const v1::ReviewPair& pair);
// One line.
std::string UnusualText(const v1::UnusualPerson& person);

}  // namespace wensum::cli

#endif  // WENSUM_SERVICES_CLI_EXPLAIN_COMMAND_H_
