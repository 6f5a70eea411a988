#include "services/cli/links_command.h"

#include <array>
#include <cstdint>
#include <functional>
#include <iomanip>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "services/cli/golden_files.h"
#include "services/cli/golden_stream.h"
#include "services/cli/summed_file.h"
#include "wensum/v1/changes.grpc.pb.h"
#include "wensum/v1/people.grpc.pb.h"
#include "wensum/v1/properties.grpc.pb.h"

namespace wensum::cli {
namespace {

constexpr std::string_view kStaleColumns =
    "person,source,key,incarnation,source_time,field,status,value,golden_value,golden_source,golden_key,"
    "golden_source_time\n";

struct LinkSettings {
  ClientOptions client;
  std::string name;
  std::vector<std::string> sources;
  std::vector<std::string> fields;
  std::string consumer;
  std::string file;
  uint64_t as_of = 0;
  uint64_t from = 0;
  uint64_t to = 0;
  int limit = 0;
  bool stale = false;
  bool differing = false;
  bool missing = false;
  bool json = false;
};

int Outcome(const grpc::Status& status) {
  if (status.ok()) {
    return 0;
  }
  PrintError(status, std::cerr);
  return 1;
}

int PrintJson(const grpc::Status& status, const google::protobuf::Message& answer) {
  if (status.ok()) {
    std::cout << ToJson(answer, /*pretty=*/true) << "\n";
  }
  return Outcome(status);
}

std::string Named(const std::string& name, std::string_view collection) {
  return name.find('/') == std::string::npos ? Cat(collection, "/", name) : name;
}

std::string StatusText(v1::LinkStatus status) {
  return std::string(std::string_view(v1::LinkStatus_Name(status)).substr(std::string_view("LINK_STATUS_").size()));
}

void PrintLinks(const google::protobuf::RepeatedPtrField<v1::SourceLink>& links) {
  for (const v1::SourceLink& link : links) {
    std::cout << link.source_key().source() << " " << link.source_key().key() << "  " << link.minted_name() << "\n";
    for (const v1::LinkedValue& value : link.values()) {
      std::cout << "  " << std::left << std::setw(8) << StatusText(value.status()) << std::setw(18) << value.field()
                << " " << (value.status() == v1::LINK_STATUS_MISSING ? "nothing" : value.value());
      if (value.status() != v1::LINK_STATUS_AGREES) {
        std::cout << "  ->  " << (value.golden_value().empty() ? "nothing" : value.golden_value());
        if (value.has_golden_source_key()) {
          std::cout << "  (" << value.golden_source_key().source() << ")";
        }
      }
      std::cout << "\n";
    }
  }
}

template <typename Request>
Request LinksRequest(const LinkSettings& settings, std::string_view collection) {
  Request request;
  request.set_name(Named(settings.name, collection));
  request.mutable_sources()->Assign(settings.sources.begin(), settings.sources.end());
  if (settings.stale) {
    request.add_statuses(v1::LINK_STATUS_STALE);
  }
  if (settings.missing) {
    request.add_statuses(v1::LINK_STATUS_MISSING);
  }
  return request;
}

int PersonLinks(const LinkSettings& settings) {
  const Client client(settings.client);
  grpc::ClientContext context;
  client.Prepare(context);
  auto request = LinksRequest<v1::ListPersonLinksRequest>(settings, "people");
  if (settings.as_of != 0) {
    request.mutable_read()->set_as_of_revision(settings.as_of);
  }
  v1::ListPersonLinksResponse response;
  const grpc::Status status = v1::People::NewStub(client.channel())->ListLinks(&context, request, &response);
  if (settings.json) {
    return PrintJson(status, response);
  }
  PrintLinks(response.links());
  return Outcome(status);
}

int PropertyLinks(const LinkSettings& settings) {
  const Client client(settings.client);
  grpc::ClientContext context;
  client.Prepare(context);
  const auto request = LinksRequest<v1::ListPropertyLinksRequest>(settings, "properties");
  v1::ListPropertyLinksResponse response;
  const grpc::Status status = v1::Properties::NewStub(client.channel())->ListLinks(&context, request, &response);
  if (settings.json) {
    return PrintJson(status, response);
  }
  PrintLinks(response.links());
  return Outcome(status);
}

int CompareProperty(const LinkSettings& settings) {
  const Client client(settings.client);
  grpc::ClientContext context;
  client.Prepare(context);
  v1::ComparePropertyRequest request;
  request.set_name(Named(settings.name, "properties"));
  request.mutable_from()->set_as_of_revision(settings.from);
  if (settings.to != 0) {
    request.mutable_to()->set_as_of_revision(settings.to);
  }
  v1::ComparePropertyResponse response;
  return PrintJson(v1::Properties::NewStub(client.channel())->Compare(&context, request, &response), response);
}

std::string Listed(const google::protobuf::RepeatedPtrField<std::string>& values) {
  std::string text;
  for (const std::string& value : values) {
    AppendTo(text, text.empty() ? "" : " | ", value);
  }
  return text.empty() ? "nothing" : text;
}

std::string OrNobody(const std::string& name) { return name.empty() ? "nobody" : name; }

void PrintStates(const v1::ComparePersonResponse& response) {
  std::cout << "revision " << response.from_revision() << " to " << response.to_revision() << ": "
            << OrNobody(response.from_name()) << " -> " << OrNobody(response.to_name()) << "\n";
  for (const v1::FieldDifference& difference : response.differences()) {
    std::cout << "  " << std::left << std::setw(18) << difference.field() << " " << Listed(difference.from_values())
              << "  ->  " << Listed(difference.to_values()) << "\n";
  }
  const auto print_moves = [](const google::protobuf::RepeatedPtrField<v1::MemberMove>& moves, std::string_view sign,
                              std::string_view preposition) {
    for (const v1::MemberMove& move : moves) {
      const v1::SourceKey& key = move.contributor().source_key();
      std::cout << "  " << sign << " " << key.source() << " " << key.key();
      if (!move.other_person().empty()) {
        std::cout << " " << preposition << " " << move.other_person();
      }
      std::cout << "\n";
    }
  };
  print_moves(response.joined(), "+", "from");
  print_moves(response.left(), "-", "to");
  for (const v1::IdMove& move : response.id_moves()) {
    std::cout << "  id " << move.name() << ": " << OrNobody(move.from_name()) << " -> " << OrNobody(move.to_name())
              << "\n";
  }
  for (const v1::PersonDecision& decision : response.decisions()) {
    std::cout << "  " << decision.name() << " " << decision.operation() << " at revision " << decision.revision();
    if (decision.retract_revision() != 0) {
      std::cout << ", taken back at " << decision.retract_revision();
    }
    std::cout << "\n";
  }
}

int ComparePerson(const LinkSettings& settings) {
  const Client client(settings.client);
  grpc::ClientContext context;
  client.Prepare(context);
  v1::ComparePersonRequest request;
  request.set_name(Named(settings.name, "people"));
  request.mutable_from()->set_as_of_revision(settings.from);
  if (settings.to != 0) {
    request.mutable_to()->set_as_of_revision(settings.to);
  }
  v1::ComparePersonResponse response;
  const grpc::Status status = v1::People::NewStub(client.channel())->Compare(&context, request, &response);
  if (settings.json) {
    return PrintJson(status, response);
  }
  if (status.ok()) {
    PrintStates(response);
  }
  return Outcome(status);
}

int PersonTold(const LinkSettings& settings) {
  const Client client(settings.client);
  const auto stub = v1::Changes::NewStub(client.channel());
  v1::ListToldRequest request;
  request.set_name(Named(settings.name, "people"));
  request.set_consumer(settings.consumer);
  request.set_payload(settings.json ? v1::CHANGE_PAYLOAD_FULL : v1::CHANGE_PAYLOAD_CHANGED_FIELDS);
  int left = settings.limit;
  uint64_t not_kept = 0;
  do {
    grpc::ClientContext context;
    client.Prepare(context);
    v1::ListToldResponse response;
    if (const grpc::Status status = stub->ListTold(&context, request, &response); !status.ok()) {
      return Outcome(status);
    }
    for (const v1::ListToldResponse::Told& told : response.told()) {
      if (settings.limit > 0 && left-- == 0) {
        return 0;
      }
      if (settings.json) {
        std::cout << ToJson(told, /*pretty=*/false) << "\n";
        continue;
      }
      const v1::ChangeEvent& event = told.event();
      std::cout << event.revision() << "  "
                << std::string_view(v1::ChangeKind_Name(event.kind())).substr(std::string_view("CHANGE_KIND_").size())
                << "  " << event.name();
      if (!event.changed_fields().empty()) {
        std::cout << "  " << Listed(event.changed_fields());
      }
      if (!event.merged_into().empty()) {
        std::cout << "  into " << event.merged_into();
      }
      std::cout << "  sent to: " << (told.consumers().empty() ? "nobody" : Listed(told.consumers())) << "\n";
    }
    not_kept = response.not_kept_revision();
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  if (not_kept != 0) {
    std::cerr << "what was told up to revision " << not_kept << " is not kept: this person changed before that too\n";
  }
  return 0;
}

int PrintConsumers(const LinkSettings& settings) {
  const Client client(settings.client);
  grpc::ClientContext context;
  client.Prepare(context);
  v1::ListConsumersResponse response;
  const grpc::Status status = v1::Changes::NewStub(client.channel())->ListConsumers(&context, {}, &response);
  return PrintJson(status, response);
}

// RFC 3339, in UTC; "" if there is none.
std::string TimeText(bool present, const google::protobuf::Timestamp& time) {
  const std::string quoted = present ? ToJson(time, /*pretty=*/false) : "";
  return quoted.size() < 2 ? "" : quoted.substr(1, quoted.size() - 2);
}

void AppendStale(const v1::StaleValue& row, std::string& out) {
  const v1::LinkedValue& value = row.value();
  const std::string incarnation = Cat(row.source_key().incarnation());
  const std::string time = TimeText(row.has_source_time(), row.source_time());
  const std::string status = StatusText(value.status());
  const std::string golden_time = TimeText(value.has_golden_source_time(), value.golden_source_time());
  const std::array<std::string_view, 12> fields = {row.person(),
                                                   row.source_key().source(),
                                                   row.source_key().key(),
                                                   incarnation,
                                                   time,
                                                   value.field(),
                                                   status,
                                                   value.value(),
                                                   value.golden_value(),
                                                   value.golden_source_key().source(),
                                                   value.golden_source_key().key(),
                                                   golden_time};
  AppendCsvLine(fields, out);
}

int ExportStale(const LinkSettings& settings) {
  v1::ExportStaleValuesRequest request;
  request.mutable_sources()->Assign(settings.sources.begin(), settings.sources.end());
  request.mutable_fields()->Assign(settings.fields.begin(), settings.fields.end());
  request.add_statuses(v1::LINK_STATUS_STALE);
  if (settings.differing) {
    request.add_statuses(v1::LINK_STATUS_DIFFERS);
  }
  if (settings.missing) {
    request.add_statuses(v1::LINK_STATUS_MISSING);
  }
  request.set_as_of_revision(settings.as_of);
  const std::unique_ptr<SummedFile> file = SummedFile::Create(settings.file);
  if (file == nullptr) {
    return 1;
  }
  file->Write(kStaleColumns);
  uint64_t rows = 0;
  uint64_t revision = 0;
  std::string text;
  const Client client(settings.client);
  const grpc::Status status = StreamExport<v1::ExportStaleValuesResponse>(
      client, &v1::Changes::Stub::ExportStaleValues, request, [&](const v1::ExportStaleValuesResponse& message) {
        text.clear();
        for (const v1::StaleValue& value : message.values()) {
          AppendStale(value, text);
        }
        rows += static_cast<uint64_t>(message.values_size());
        file->Write(text);
        revision = message.end().revision();
        return file->good();
      });
  if (!status.ok() && file->good()) {
    return Outcome(status);
  }
  return file->Finish("stale", revision, rows);
}

CLI::App* AddLinkCommand(CLI::App& parent, const std::string& name, const std::string& description,
                         const std::shared_ptr<LinkSettings>& settings, int& exit_code,
                         const std::function<int(const LinkSettings&)>& run) {
  CLI::App* command = parent.add_subcommand(name, description);
  AddClientOptions(*command, settings->client);
  command->callback([settings, &exit_code, run] { exit_code = run(*settings); });
  return command;
}

void AddLinkFilterOptions(CLI::App& command, LinkSettings& settings) {
  command.add_option("--source", settings.sources, "Only records of this source; may be repeated");
  command.add_flag("--stale", settings.stale, "Only values that are STALE");
  command.add_flag("--json", settings.json, "Print JSON");
}

}  // namespace

void AddPersonLinksCommands(CLI::App& people, int& exit_code) {
  auto links = std::make_shared<LinkSettings>();
  CLI::App* command = AddLinkCommand(people, "links", "What each source record of a person says, and where it is stale",
                                     links, exit_code, PersonLinks);
  command->add_option("name", links->name, "people/{id}, or the id alone")->required();
  AddLinkFilterOptions(*command, *links);
  command->add_flag("--missing", links->missing, "Only values that the record lacks and its source gives of others");
  command->add_option("--as-of", links->as_of, "The state of this revision; the newest if not given");
  auto compare = std::make_shared<LinkSettings>();
  command = AddLinkCommand(people, "compare", "What became of a person between two revisions", compare, exit_code,
                           ComparePerson);
  command->add_option("name", compare->name, "people/{id}, or the id alone")->required();
  command->add_option("--from", compare->from, "The first state's revision")->required();
  command->add_option("--to", compare->to, "The second state's revision; the newest if not given");
  command->add_flag("--json", compare->json, "Print JSON, with where the values come from");
  auto told = std::make_shared<LinkSettings>();
  command = AddLinkCommand(people, "told", "What the change feed tells of a person, the newest first, and to whom",
                           told, exit_code, PersonTold);
  command->add_option("name", told->name, "people/{id}, or the id alone")->required();
  command->add_option("--consumer", told->consumer, "Only what was sent to this consumer, by its own filter");
  command->add_option("--limit", told->limit, "Events; all if not given");
  command->add_flag("--json", told->json, "One JSON object a line, with the golden records that were told");
}

void AddPropertyLinksCommands(CLI::App& property, int& exit_code) {
  auto links = std::make_shared<LinkSettings>();
  CLI::App* command =
      AddLinkCommand(property, "links", "What each source record of a property says, and where its address differs",
                     links, exit_code, PropertyLinks);
  command->add_option("name", links->name, "properties/{uprn}, or the UPRN alone")->required();
  AddLinkFilterOptions(*command, *links);
  auto compare = std::make_shared<LinkSettings>();
  command = AddLinkCommand(property, "compare", "A property at two revisions, and the fields that differ, as JSON",
                           compare, exit_code, CompareProperty);
  command->add_option("name", compare->name, "properties/{uprn}, or the UPRN alone")->required();
  command->add_option("--from", compare->from, "The first state's revision")->required();
  command->add_option("--to", compare->to, "The second state's revision; the newest if not given");
}

void AddStaleExportCommand(CLI::App& exports, int& exit_code) {
  auto settings = std::make_shared<LinkSettings>();
  CLI::App* command = AddLinkCommand(exports, "stale", "Values that a source should mend, a value a row", settings,
                                     exit_code, ExportStale);
  command->add_option("--source", settings->sources, "Only records of this source; may be repeated");
  command->add_option("--field", settings->fields, "Only this field, e.g. phones or attributes.band; may be repeated");
  command->add_flag("--differing", settings->differing, "Values of records that are not older, too");
  command->add_flag("--missing", settings->missing, "Values that a record lacks and its source gives of others, too");
  command->add_option("--out,--to", settings->file, "The file; replaced when the new one is whole")->required();
  command->add_option("--as-of", settings->as_of, "The state of this revision; the newest if not given");
}

void AddConsumersCommand(CLI::App& app, int& exit_code) {
  AddLinkCommand(app, "consumers", "Print who watches the change feed under a name, and what was sent, as JSON",
                 std::make_shared<LinkSettings>(), exit_code, PrintConsumers);
}

}  // namespace wensum::cli
