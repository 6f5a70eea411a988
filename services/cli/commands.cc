#include "services/cli/commands.h"

#include <cstdint>
#include <functional>
#include <iomanip>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "base/strings.h"
#include "services/cli/address_command.h"
#include "services/cli/changes_command.h"
#include "services/cli/copy_command.h"
#include "services/cli/decisions_command.h"
#include "services/cli/explain_command.h"
#include "services/cli/golden_stream.h"
#include "services/cli/links_command.h"
#include "services/cli/people_command.h"
#include "services/cli/tasks_command.h"
#include "services/cli/ties_command.h"
#include "wensum/v1/admin.grpc.pb.h"
#include "wensum/v1/changes.grpc.pb.h"
#include "wensum/v1/people.grpc.pb.h"
#include "wensum/v1/properties.grpc.pb.h"

namespace wensum::cli {
namespace {

// What the user may set for a command; shared by the command's options and its callback.
struct Settings {
  ClientOptions client;
  std::string text;
  std::string postcode;
  int limit = 0;
  uint64_t after = 0;
  bool full = false;
  bool json = false;
  bool follow = false;
  bool inactive = false;
  bool or_missing = false;
  std::vector<std::string> sources;
};

int Report(const grpc::Status& status) {
  if (status.ok()) {
    return 0;
  }
  PrintError(status, std::cerr);
  return 1;
}

int PrintAnswer(const grpc::Status& status, const google::protobuf::Message& answer) {
  if (status.ok()) {
    std::cout << ToJson(answer, /*pretty=*/true) << "\n";
  }
  return Report(status);
}

std::string WithCollection(const std::string& name, const std::string& collection) {
  return name.find('/') == std::string::npos ? Cat(collection, "/", name) : name;
}

std::string NameText(const v1::Person& person) {
  if (!person.organisation_name().empty()) {
    return person.organisation_name();
  }
  const v1::PersonName& name = person.person_name();
  return name.full().empty() ? Cat(name.forenames(), " ", name.surname()) : name.full();
}

int PeopleGet(const Settings& settings) {
  const Client client(settings.client);
  const auto stub = v1::People::NewStub(client.channel());
  grpc::ClientContext context;
  client.Prepare(context);
  v1::GetPersonRequest request;
  request.set_name(WithCollection(settings.text, "people"));
  request.set_view(settings.full ? v1::PERSON_VIEW_FULL : v1::PERSON_VIEW_BASIC);
  v1::Person person;
  return PrintAnswer(stub->Get(&context, request, &person), person);
}

int PeopleSearch(const Settings& settings) {
  const Client client(settings.client);
  const auto stub = v1::People::NewStub(client.channel());
  grpc::ClientContext context;
  client.Prepare(context);
  v1::SearchPeopleRequest request;
  request.set_query(settings.text);
  request.set_page_size(settings.limit);
  v1::SearchPeopleResponse response;
  const grpc::Status status = stub->Search(&context, request, &response);
  if (settings.json) {
    return PrintAnswer(status, response);
  }
  for (const auto& hit : response.hits()) {
    std::cout << std::fixed << std::setprecision(2) << hit.score() << "  " << hit.person().name() << "  " << std::left
              << std::setw(32) << NameText(hit.person()) << "  " << std::setw(10)
              << DateText(hit.person().date_of_birth()) << "  " << hit.person().current_address().text() << " "
              << hit.person().current_address().postcode() << "\n";
  }
  if (status.ok() && response.hits().empty()) {
    std::cerr << "nobody fits\n";
  }
  return Report(status);
}

int PropertyGet(const Settings& settings) {
  const Client client(settings.client);
  const auto stub = v1::Properties::NewStub(client.channel());
  grpc::ClientContext context;
  client.Prepare(context);
  v1::GetPropertyRequest request;
  request.set_name(WithCollection(settings.text, "properties"));
  request.set_view(settings.full ? v1::PROPERTY_VIEW_FULL : v1::PROPERTY_VIEW_BASIC);
  v1::Property property;
  return PrintAnswer(stub->Get(&context, request, &property), property);
}

int PropertySuggest(const Settings& settings) {
  const Client client(settings.client);
  const auto stub = v1::Properties::NewStub(client.channel());
  grpc::ClientContext context;
  client.Prepare(context);
  v1::SuggestPropertiesRequest request;
  request.set_input(settings.text);
  request.set_max_results(settings.limit);
  request.set_include_inactive(settings.inactive);
  v1::SuggestPropertiesResponse response;
  const grpc::Status status = stub->Suggest(&context, request, &response);
  if (settings.json) {
    return PrintAnswer(status, response);
  }
  for (const auto& suggestion : response.suggestions()) {
    const std::string id = suggestion.uprn() != 0 ? std::to_string(suggestion.uprn()) : suggestion.within();
    std::cout << std::setw(20) << id << "  "
              << (suggestion.address().empty() ? suggestion.postcode() : suggestion.address());
    if (suggestion.count() > 0) {
      std::cout << " (" << suggestion.count() << ")";
    }
    std::cout << "\n";
  }
  return Report(status);
}

int PropertyMatch(const Settings& settings) {
  const Client client(settings.client);
  const auto stub = v1::Properties::NewStub(client.channel());
  grpc::ClientContext context;
  client.Prepare(context);
  v1::MatchAddressRequest request;
  request.set_address(settings.text);
  request.set_postcode(settings.postcode);
  request.set_max_candidates(settings.limit);
  v1::MatchAddressResponse response;
  const grpc::Status status = stub->Match(&context, request, &response);
  return PrintAnswer(status, response);
}

int WatchChanges(const Settings& settings) {
  const Client client(settings.client);
  const auto stub = v1::Changes::NewStub(client.channel());
  grpc::ClientContext context;
  client.Prepare(context, /*with_deadline=*/false);
  v1::WatchChangesRequest request;
  request.set_after_revision(settings.after);
  request.set_stop_at_head(!settings.follow);
  request.set_consumer(settings.text);
  request.mutable_filter()->mutable_stale_for_sources()->Assign(settings.sources.begin(), settings.sources.end());
  request.mutable_filter()->set_or_missing(settings.or_missing);
  const auto stream = stub->Watch(&context, request);
  v1::ChangeEvent event;
  for (int count = 0; stream->Read(&event);) {
    std::cout << ToJson(event, /*pretty=*/false) << "\n";
    if (settings.follow) {
      std::cout.flush();
    }
    if (++count == settings.limit) {
      context.TryCancel();
      stream->Finish();
      return 0;
    }
  }
  return Report(stream->Finish());
}

int Stats(const Settings& settings) {
  const Client client(settings.client);
  const auto stub = v1::Admin::NewStub(client.channel());
  grpc::ClientContext context;
  client.Prepare(context);
  v1::StatsResponse response;
  return PrintAnswer(stub->Stats(&context, {}, &response), response);
}

// A command that runs `run` with the settings that its options fill.
CLI::App* AddCommand(CLI::App& parent, const std::string& name, const std::string& description,
                     const std::shared_ptr<Settings>& settings, int& exit_code,
                     const std::function<int(const Settings&)>& run) {
  CLI::App* command = parent.add_subcommand(name, description);
  AddClientOptions(*command, settings->client);
  command->callback([settings, &exit_code, run] { exit_code = run(*settings); });
  return command;
}

void AddPeople(CLI::App& app, int& exit_code) {
  CLI::App* people = app.add_subcommand("people", "Golden records of people, and files of people");
  people->require_subcommand(1);
  auto get = std::make_shared<Settings>();
  CLI::App* command = AddCommand(*people, "get", "Print one golden record as JSON", get, exit_code, PeopleGet);
  command->add_option("name", get->text, "people/{id}, or the id alone")->required();
  command->add_flag("--full", get->full, "With all addresses, sources and lineage");
  auto search = std::make_shared<Settings>();
  command =
      AddCommand(*people, "search", "Find people by name, date of birth, postcode", search, exit_code, PeopleSearch);
  command->add_option("query", search->text, "e.g. \"jon smyth 17/05/1980\"")->required();
  command->add_option("--limit", search->limit, "Results, 1 to 100")->capture_default_str();
  command->add_flag("--json", search->json, "Print JSON");
  AddLookupCommand(*people, exit_code);
  AddExplainCommands(*people, exit_code);
  AddPersonLinksCommands(*people, exit_code);
  AddPersonTiesCommands(*people, exit_code);
  AddPeopleFileCommands(*people, exit_code);
}

void AddProperty(CLI::App& app, int& exit_code) {
  CLI::App* property = app.add_subcommand("property", "The gazetteer");
  property->require_subcommand(1);
  auto get = std::make_shared<Settings>();
  CLI::App* command = AddCommand(*property, "get", "Print one property as JSON", get, exit_code, PropertyGet);
  command->add_option("name", get->text, "properties/{uprn}, or the UPRN alone")->required();
  command->add_flag("--full", get->full, "With every LPI and cross reference");
  auto suggest = std::make_shared<Settings>();
  command =
      AddCommand(*property, "suggest", "Addresses that fit what was typed so far", suggest, exit_code, PropertySuggest);
  command->add_option("input", suggest->text, "e.g. \"12 prin\"")->required();
  command->add_option("--limit", suggest->limit, "Results, 1 to 50");
  command->add_flag("--inactive", suggest->inactive, "Historical and provisional ones too");
  command->add_flag("--json", suggest->json, "Print JSON");
  auto match = std::make_shared<Settings>();
  command =
      AddCommand(*property, "match", "The property that an address means, as JSON", match, exit_code, PropertyMatch);
  command->add_option("address", match->text, "The address in one line")->required();
  command->add_option("--postcode", match->postcode, "If it is known apart");
  command->add_option("--limit", match->limit, "Candidates, 1 to 20");
  AddPropertyLinksCommands(*property, exit_code);
  AddPropertyTiesCommands(*property, exit_code);
}

}  // namespace

void AddClientOptions(CLI::App& command, ClientOptions& options) {
  command.add_option("--server", options.server, "host:port of the server")->capture_default_str();
  command.add_option("--purpose", options.purpose, "What the answer is for; one of the server's purposes");
  command.add_option("--timeout", options.timeout_seconds, "Seconds that one call may take")->capture_default_str();
}

void AddClientCommands(CLI::App& app, int& exit_code) {
  AddPeople(app, exit_code);
  AddProperty(app, exit_code);
  AddAddressFileCommands(app, exit_code);
  AddTasksCommand(app, exit_code);
  AddDecisionsCommand(app, exit_code);
  AddCopyCommands(app, exit_code);
  auto changes = std::make_shared<Settings>();
  CLI::App* command =
      AddCommand(app, "changes", "Print the change feed, one JSON object a line", changes, exit_code, WatchChanges);
  command->add_option("--after", changes->after, "Start after this revision");
  command->add_option("--limit", changes->limit, "Stop after so many events");
  command->add_flag("--follow", changes->follow, "Wait for new events");
  command->add_option("--consumer", changes->text, "Watch under this name: what was sent is kept (wensum consumers)");
  command->add_option("--stale-for", changes->sources,
                      "Only people of whom a record of this source has a stale value; may be repeated");
  command
      ->add_flag("--or-missing", changes->or_missing,
                 "With --stale-for: or lacks a value that its source gives of others")
      ->needs("--stale-for");
  AddCompactCommand(*command, exit_code);
  command->callback([changes, command, &exit_code] {
    if (command->get_subcommands().empty()) {  // which have callbacks of their own
      exit_code = WatchChanges(*changes);
    }
  });
  AddConsumersCommand(app, exit_code);
  AddCommand(app, "stats", "Print counts and sizes as JSON", std::make_shared<Settings>(), exit_code, Stats);
}

int VerifyServer(const ClientOptions& options) {
  const Client client(options);
  const auto stub = v1::Admin::NewStub(client.channel());
  grpc::ClientContext context;
  client.Prepare(context, /*with_deadline=*/false);
  v1::VerifyResponse response;
  const int code = PrintAnswer(stub->Verify(&context, {}, &response), response);
  return code == 0 && !response.ok() ? 1 : code;
}

}  // namespace wensum::cli
