#include "services/cli/explain_command.h"

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "wensum/v1/matching.grpc.pb.h"

namespace wensum::cli {
namespace {

constexpr int kNameWidth = 16;
constexpr int kLevelWidth = 30;
constexpr int kWeightWidth = 11;
constexpr int kReviewPage = 50;

struct ExplainSettings {
  ClientOptions client;
  std::vector<std::string> pair;
  std::string person;
  std::string record;
  int limit = 0;
  bool json = false;
};

struct ReviewSettings {
  ClientOptions client;
  std::vector<v1::ReviewReason> reasons;
  std::optional<double> min_score;
  int limit = 0;
  bool sentences = false;
  bool json = false;
};

struct UnusualSettings {
  ClientOptions client;
  int many = 0;
  std::optional<double> max_cohesion;
  int limit = 0;
  bool json = false;
};

const std::map<std::string, v1::ReviewReason>& Reasons() {
  static const auto& reasons =
      *new std::map<std::string, v1::ReviewReason>{{"score", v1::REVIEW_REASON_SCORE},
                                                   {"undated", v1::REVIEW_REASON_UNDATED},
                                                   {"date_conflict", v1::REVIEW_REASON_DATE_CONFLICT},
                                                   {"given_name", v1::REVIEW_REASON_GIVEN_NAME},
                                                   {"distinct", v1::REVIEW_REASON_DISTINCT},
                                                   {"unique", v1::REVIEW_REASON_UNIQUE},
                                                   {"contested", v1::REVIEW_REASON_CONTESTED}};
  return reasons;
}

std::string ReasonText(v1::ReviewReason reason) {
  const auto found = std::ranges::find(Reasons(), reason, [](const auto& named) { return named.second; });
  return found == Reasons().end() ? v1::ReviewReason_Name(reason) : found->first;
}

std::string KeyText(const v1::SourceKey& key) { return Cat(key.source(), ":", key.key()); }

// One row of the table of weights.
void AddRow(std::ostream& out, std::string_view name, std::string_view level, double weight, double household) {
  out << "  " << std::left << std::setw(kNameWidth) << name << std::setw(kLevelWidth) << level << std::right
      << std::showpos << std::fixed << std::setprecision(2) << std::setw(kWeightWidth) << weight
      << std::setw(kWeightWidth) << household << std::noshowpos << "\n";
}

template <typename Answer>
int PrintExplanation(const grpc::Status& status, const Answer& answer, bool json, std::string (*text)(const Answer&)) {
  if (!status.ok()) {
    PrintError(status, std::cerr);
    return 1;
  }
  std::cout << (json ? Cat(ToJson(answer, /*pretty=*/true), "\n") : text(answer));
  return 0;
}

int Explain(const ExplainSettings& settings) {
  const Client client(settings.client);
  const auto stub = v1::Matching::NewStub(client.channel());
  grpc::ClientContext context;
  client.Prepare(context);
  if (!settings.pair.empty()) {
    v1::ExplainPairRequest request;
    *request.mutable_a() = *ParseSide(settings.pair[0]);
    *request.mutable_b() = *ParseSide(settings.pair[1]);
    v1::PairExplanation answer;
    return PrintExplanation(stub->ExplainPair(&context, request, &answer), answer, settings.json, PairText);
  }
  if (!settings.person.empty()) {
    v1::ExplainPersonRequest request;
    request.set_name(settings.person.find('/') == std::string::npos ? Cat("people/", settings.person)
                                                                    : settings.person);
    v1::PersonExplanation answer;
    return PrintExplanation(stub->ExplainPerson(&context, request, &answer), answer, settings.json, PersonText);
  }
  v1::ExplainRecordRequest request;
  *request.mutable_source_key() = *ParseSourceKey(settings.record);
  request.set_max_pairs(settings.limit);
  v1::RecordExplanation answer;
  return PrintExplanation(stub->ExplainRecord(&context, request, &answer), answer, settings.json, RecordText);
}

struct ListSettings {
  int limit = 0;  // 0: all
  bool json = false;
  std::string_view none;  // what is said of an empty list
};

// Prints the items of all pages. `fetch(context, request, page)` makes one call, `items(page)` is what is listed.
template <typename Page, typename Request, typename Fetch, typename Items, typename Text>
int PrintPages(const Client& client, Request request, const ListSettings& settings, const Fetch& fetch,
               const Items& items, const Text& text) {
  int shown = 0;
  do {
    Page page;
    grpc::ClientContext context;
    client.Prepare(context);
    if (const grpc::Status status = fetch(&context, request, &page); !status.ok()) {
      PrintError(status, std::cerr);
      return 1;
    }
    for (const auto& item : items(page)) {
      if (settings.limit > 0 && shown == settings.limit) {
        return 0;
      }
      std::cout << (settings.json ? Cat(ToJson(item, /*pretty=*/false), "\n") : text(item));
      ++shown;
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  if (shown == 0 && !settings.json) {
    std::cerr << settings.none << "\n";
  }
  return 0;
}

int Reviews(const ReviewSettings& settings) {
  const Client client(settings.client);
  const auto stub = v1::Matching::NewStub(client.channel());
  v1::ListReviewPairsRequest request;
  for (const v1::ReviewReason reason : settings.reasons) {
    request.add_reasons(reason);
  }
  if (settings.min_score.has_value()) {
    request.set_min_score(*settings.min_score);
  }
  request.set_with_sentences(settings.sentences);
  request.set_page_size(kReviewPage);
  return PrintPages<v1::ListReviewPairsResponse>(
      client, std::move(request), {.limit = settings.limit, .json = settings.json, .none = "no pair waits"},
      [&stub](auto&&... call) { return stub->ListReviewPairs(call...); },
      [](const auto& page) -> const auto& { return page.pairs(); }, ReviewText);
}

int Unusual(const UnusualSettings& settings) {
  const Client client(settings.client);
  const auto stub = v1::Matching::NewStub(client.channel());
  v1::ListUnusualPeopleRequest request;
  request.set_many(settings.many);
  if (settings.max_cohesion.has_value()) {
    request.set_max_cohesion(*settings.max_cohesion);
  }
  return PrintPages<v1::ListUnusualPeopleResponse>(
      client, std::move(request), {.limit = settings.limit, .json = settings.json, .none = "nobody is unusual"},
      [&stub](auto&&... call) { return stub->ListUnusualPeople(call...); },
      [](const auto& page) -> const auto& { return page.people(); }, UnusualText);
}

}  // namespace

std::optional<v1::SourceKey> ParseSourceKey(std::string_view text) {
  const size_t colon = text.find(':');
  if (colon == 0 || colon == std::string_view::npos || colon + 1 == text.size()) {
    return std::nullopt;
  }
  v1::SourceKey key;
  key.set_source(std::string(text.substr(0, colon)));
  key.set_key(std::string(text.substr(colon + 1)));
  return key;
}

std::optional<v1::ExplainPairRequest::Side> ParseSide(std::string_view text) {
  v1::ExplainPairRequest::Side side;
  if (text.starts_with("people/")) {
    side.set_person(std::string(text));
    return side;
  }
  std::optional<v1::SourceKey> key = ParseSourceKey(text);
  if (!key.has_value()) {
    return std::nullopt;
  }
  *side.mutable_source_key() = *std::move(key);
  return side;
}

std::string PairText(const v1::PairExplanation& pair) {
  std::ostringstream out;
  out << pair.sentence() << "\n";
  if (pair.evidence().empty()) {
    return std::move(out).str();
  }
  out << "\n  " << std::left << std::setw(kNameWidth) << "" << std::setw(kLevelWidth) << "compared" << std::right
      << std::setw(kWeightWidth) << "weight" << std::setw(kWeightWidth) << "household" << "\n";
  AddRow(out, "prior", "", pair.prior(), pair.household_prior());
  for (const v1::PairExplanation::Evidence& evidence : pair.evidence()) {
    if (evidence.withheld()) {
      out << "  " << std::left << std::setw(kNameWidth) << evidence.attribute() << "withheld\n";
    } else if (!evidence.phrase().empty()) {
      AddRow(out, evidence.attribute(), evidence.level(), evidence.weight(), evidence.household_weight());
    }
  }
  if (!pair.withheld()) {
    AddRow(out, "total", "", pair.random_total(), pair.household_total());
    if (pair.calibration() != 0) {
      AddRow(out, "calibration", "", pair.calibration(), pair.calibration());
    }
    out << "\n  score " << std::fixed << std::setprecision(2) << pair.score() << ", probability "
        << std::setprecision(3) << pair.probability() << "; one person from score " << std::setprecision(2)
        << pair.merge_threshold() << "; model " << pair.model_version() << "\n";
  }
  if (pair.has_people()) {
    out << "  all " << pair.people().records() << " records of the two people: score " << pair.people().score()
        << ", probability " << std::setprecision(3) << pair.people().probability() << "\n";
  }
  return std::move(out).str();
}

std::string PersonText(const v1::PersonExplanation& person) {
  std::string text = Cat(person.sentence(), "\n");
  for (const v1::SourceKey& key : person.records()) {
    AppendTo(text, "  ", KeyText(key), "\n");
  }
  int number = 0;
  for (const v1::PersonExplanation::Step& step : person.steps()) {
    AppendTo(text, ++number, ". ", step.sentence(), "\n");
  }
  return text;
}

std::string RecordText(const v1::RecordExplanation& record) {
  std::string text = Cat(record.sentence(), "\n");
  if (!record.members().empty()) {
    AppendTo(text, "\nwith records of the same person:\n");
  }
  for (const v1::PairExplanation& pair : record.members()) {
    AppendTo(text, "  ", pair.sentence(), "\n");
  }
  if (!record.candidates().empty()) {
    AppendTo(text, "\nwith records of others:\n");
  }
  for (const v1::PairExplanation& pair : record.candidates()) {
    AppendTo(text, "  ", pair.b().person(), "  ", pair.sentence(), "\n");
  }
  return text;
}

std::string ReviewText(const v1::ReviewPair& pair) {
  std::ostringstream out;
  const auto side = [](const v1::RecordRef& ref) { return Cat(ref.person(), " (", KeyText(ref.source_key()), ")"); };
  out << std::fixed << std::setprecision(2) << std::setw(6) << pair.score() << "  " << std::setprecision(3)
      << pair.probability() << "  " << std::left << std::setw(13) << ReasonText(pair.reason()) << "  " << side(pair.a())
      << "  " << side(pair.b()) << "\n";
  if (!pair.sentence().empty()) {
    out << "        " << pair.sentence() << "\n";
  }
  return std::move(out).str();
}

std::string UnusualText(const v1::UnusualPerson& person) {
  std::ostringstream out;
  out << person.person() << "  " << person.records() << " records, " << person.distinct_records()
      << " of them distinct, cohesion " << std::fixed << std::setprecision(2) << person.cohesion()
      << (person.many() ? ", many" : "") << (person.loose() ? ", loose" : "") << "\n";
  return std::move(out).str();
}

void AddExplainCommands(CLI::App& people, int& exit_code) {
  const CLI::Validator is_side(
      [](const std::string& text) {
        return ParseSide(text).has_value() ? "" : Cat(text, " is neither SOURCE:KEY nor people/ID");
      },
      "", "side");
  const CLI::Validator is_key(
      [](const std::string& text) { return ParseSourceKey(text).has_value() ? "" : Cat(text, " is not SOURCE:KEY"); },
      "", "key");
  auto explain = std::make_shared<ExplainSettings>();
  CLI::App* command = people.add_subcommand("explain", "Why records are one person, or are not");
  AddClientOptions(*command, explain->client);
  CLI::Option_group* what = command->add_option_group("what");
  what->add_option("--pair", explain->pair, "Two of SOURCE:KEY or people/ID")->expected(2)->check(is_side);
  what->add_option("--person", explain->person, "people/{id}, or the id alone: how the person came together");
  what->add_option("--record", explain->record, "SOURCE:KEY: why the record is where it is")->check(is_key);
  what->require_option(1);
  command->add_option("--limit", explain->limit, "Pairs of each kind that --record shows, 1 to 20");
  command->add_flag("--json", explain->json, "Print JSON");
  command->callback([explain, &exit_code] { exit_code = Explain(*explain); });

  auto reviews = std::make_shared<ReviewSettings>();
  command = people.add_subcommand("reviews", "Pairs of people that wait for a decision");
  AddClientOptions(*command, reviews->client);
  command->add_option("--reason", reviews->reasons, "Only these")->transform(CLI::CheckedTransformer(Reasons()));
  command->add_option("--min-score", reviews->min_score, "Only from this score on (log2 odds)");
  command->add_option("--limit", reviews->limit, "Stop after so many; 0: all");
  command->add_flag("--sentences", reviews->sentences, "With a sentence on each");
  command->add_flag("--json", reviews->json, "Print JSON, one object a line");
  command->callback([reviews, &exit_code] { exit_code = Reviews(*reviews); });

  auto unusual = std::make_shared<UnusualSettings>();
  command = people.add_subcommand("unusual", "People of many records, or whose records hang together loosely");
  AddClientOptions(*command, unusual->client);
  command->add_option("--many", unusual->many, "How many records that differ are many; 30 if not given");
  command->add_option(
      "--max-cohesion", unusual->max_cohesion,
      "Share of agreeing pairs up to which records hang together loosely; 0.5 if not given, 0: only --many");
  command->add_option("--limit", unusual->limit, "Stop after so many; 0: all");
  command->add_flag("--json", unusual->json, "Print JSON, one object a line");
  command->callback([unusual, &exit_code] { exit_code = Unusual(*unusual); });
}

}  // namespace wensum::cli
