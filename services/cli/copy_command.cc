#include "services/cli/copy_command.h"

#include <cstdint>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/cli/commands.h"
#include "services/cli/golden_files.h"
#include "services/cli/golden_stream.h"
#include "services/cli/links_command.h"
#include "services/cli/people_copy.h"
#include "services/rpc/status_details.h"
#include "wensum/v1/changes.grpc.pb.h"
#include "wensum/v1/people.grpc.pb.h"

namespace wensum::cli {
namespace {

constexpr size_t kLookupBatch = 1'000;  // keys, the most that one call takes

struct CopySettings {
  ClientOptions client;
  std::vector<std::string> sources;
  std::string file;
  std::string source;
  uint64_t as_of = 0;
  bool follow = false;
  bool restart = false;
};

int Failed(std::string_view message) {
  std::cerr << "error: " << message << "\n";
  return 1;
}

v1::ChangeFilter PeopleOf(const std::vector<std::string>& sources) {
  v1::ChangeFilter filter;
  filter.add_entities(v1::ENTITY_KIND_PERSON);
  filter.add_entities(v1::ENTITY_KIND_ORGANISATION);
  for (const std::string& source : sources) {
    filter.add_sources(source);
  }
  return filter;
}

// The export, from where the copy is. OK once it is whole.
absl::Status FetchAll(const Client& client, const v1::ChangeFilter& filter, PeopleCopy& copy, grpc::Status& transport) {
  v1::ExportGoldenRequest request;
  *request.mutable_filter() = filter;
  request.set_resume_token(copy.export_token());
  absl::Status status;
  transport = StreamGolden(client, request, [&copy, &status](const v1::ExportGoldenResponse& message) {
    status = copy.Add(message);
    return status.ok();
  });
  return status;
}

// The events behind the copy, once: to the newest, or until the stream breaks.
absl::Status FetchEvents(const Client& client, const v1::ChangeFilter& filter, bool follow, PeopleCopy& copy,
                         Patience& patience, grpc::Status& transport) {
  const auto stub = v1::Changes::NewStub(client.channel());
  grpc::ClientContext context;
  client.Prepare(context, /*with_deadline=*/false);
  v1::WatchChangesRequest request;
  *request.mutable_filter() = filter;
  request.set_resume_token(copy.watch_token());
  request.set_payload(v1::CHANGE_PAYLOAD_FULL);
  request.set_bookmarks(true);
  request.set_stop_at_head(!follow);
  const auto stream = stub->Watch(&context, request);
  v1::ChangeEvent event;
  absl::Status status;
  while (status.ok() && stream->Read(&event)) {
    patience.OnProgress();
    status = copy.Apply(event);
  }
  if (!status.ok()) {
    context.TryCancel();
  }
  transport = stream->Finish();
  copy.RollBack();
  return status;
}

// Whether the server does not keep the events behind a copy any more.
bool IsCompacted(const grpc::Status& transport) { return ReasonOf(transport) == rpc::reason::kFeedCompacted; }

int CopyPeople(const CopySettings& settings) {
  const std::string purpose = settings.client.purpose.empty() ? "the server's first" : settings.client.purpose;
  std::string content = Cat("people for purpose ", purpose);
  for (const std::string& source : settings.sources) {
    AppendTo(content, ", with a record of ", source);
  }
  auto copy = PeopleCopy::Open(settings.file, content);
  if (!copy.ok()) {
    return Failed(Message(copy.status()));
  }
  absl::Status status = settings.restart ? (*copy)->Clear() : absl::OkStatus();
  const Client client(settings.client);
  const v1::ChangeFilter filter = PeopleOf(settings.sources);
  grpc::Status transport;
  if (status.ok() && (*copy)->watch_token().empty()) {
    status = FetchAll(client, filter, **copy, transport);
  }
  Patience patience;
  while (status.ok() && transport.ok()) {
    status = FetchEvents(client, filter, settings.follow, **copy, patience, transport);
    if (status.ok() && IsCompacted(transport)) {
      std::cerr << "events behind revision " << (*copy)->revision() << " are not kept any more: begins anew\n";
      status = (*copy)->Clear();
      if (status.ok()) {
        status = FetchAll(client, filter, **copy, transport);
      }
      continue;
    }
    if (status.ok() && transport.ok() && !settings.follow) {
      break;
    }
    // Who follows waits for the server for as long as it takes.
    if (MayGoOn(transport) && (patience.Wait() || settings.follow)) {
      transport = grpc::Status::OK;
    }
  }
  if (!status.ok()) {
    return Failed(Message(status));
  }
  if (!transport.ok()) {
    PrintError(transport, std::cerr);
    if (!MayGoOn(transport)) {
      std::cerr << "If this copy is of another register, or the server was restored from a backup, begin anew with "
                   "--restart\n";
    }
    return 1;
  }
  std::cout << "{\"revision\": " << (*copy)->revision() << "}\n";
  return 0;
}

int ExportPeople(const CopySettings& settings, GoldenFile kind) {
  v1::ExportGoldenRequest request;
  *request.mutable_filter() = PeopleOf(settings.sources);
  request.set_as_of_revision(settings.as_of);
  return WriteGoldenFile(Client(settings.client), request, kind, settings.file);
}

void PrintEntry(const v1::BatchLookupPeopleResponse::Entry& entry) {
  const std::string_view status = v1::BatchLookupPeopleResponse::Status_Name(entry.status());
  const std::string_view fields[] = {entry.source_key().key(), status.substr(std::string_view("STATUS_").size()),
                                     entry.person().name()};
  std::string row;
  AppendCsvLine(fields, row);
  std::cout << row;
}

int LookUp(const CopySettings& settings) {
  std::ifstream file;
  if (settings.file != "-") {
    file.open(settings.file);
    if (!file) {
      return Failed(Cat("the file ", Quote(settings.file), " cannot be read"));
    }
  }
  std::istream& keys = settings.file == "-" ? std::cin : file;
  const Client client(settings.client);
  const auto stub = v1::People::NewStub(client.channel());
  std::cout << "key,status,person\n";
  std::string line;
  for (bool more = true; more;) {
    v1::BatchLookupPeopleRequest request;
    while (static_cast<size_t>(request.source_keys_size()) < kLookupBatch) {
      more = static_cast<bool>(std::getline(keys, line));
      if (!more) {
        break;
      }
      if (const std::string_view key = Trim(line); !key.empty()) {
        v1::SourceKey& added = *request.add_source_keys();
        added.set_source(settings.source);
        added.set_key(key.data(), key.size());
      }
    }
    if (request.source_keys().empty()) {
      break;
    }
    grpc::ClientContext context;
    client.Prepare(context);
    v1::BatchLookupPeopleResponse response;
    if (const grpc::Status status = stub->BatchLookup(&context, request, &response); !status.ok()) {
      PrintError(status, std::cerr);
      return 1;
    }
    for (const v1::BatchLookupPeopleResponse::Entry& entry : response.entries()) {
      PrintEntry(entry);
    }
  }
  return 0;
}

void AddFilterOptions(CLI::App& command, CopySettings& settings) {
  AddClientOptions(command, settings.client);
  command.add_option("--source", settings.sources, "Only people with a record of this source; may be repeated");
}

}  // namespace

void AddCopyCommands(CLI::App& app, int& exit_code) {
  auto copy = std::make_shared<CopySettings>();
  CLI::App* command = app.add_subcommand("copy", "Keep an SQLite file in step with the register's people");
  AddFilterOptions(*command, *copy);
  command->add_option("--to", copy->file, "The file; made if it is not there")->required();
  command->add_flag("--follow", copy->follow, "Go on for ever, instead of to the newest revision");
  command->add_flag("--restart", copy->restart, "Take all out of the file and begin anew");
  command->callback([copy, &exit_code] { exit_code = CopyPeople(*copy); });

  CLI::App* exports = app.add_subcommand(
      "export", "Write people, or what sources should mend, to a CSV file, with a summary beside it");
  exports->require_subcommand(1);
  const auto add = [&](const std::string& name, const std::string& description, GoldenFile kind) {
    auto settings = std::make_shared<CopySettings>();
    CLI::App* one = exports->add_subcommand(name, description);
    AddFilterOptions(*one, *settings);
    one->add_option("--out", settings->file, "The file; replaced when the new one is whole")->required();
    one->add_option("--as-of", settings->as_of, "The state of this revision; the newest if not given");
    one->callback([settings, kind, &exit_code] { exit_code = ExportPeople(*settings, kind); });
  };
  add("golden", "Golden records, a person a row", GoldenFile::kGolden);
  AddStaleExportCommand(*exports, exit_code);
  add("crosswalk", "Source keys and the people that they belong to, a source record a row", GoldenFile::kCrosswalk);
}

void AddLookupCommand(CLI::App& people, int& exit_code) {
  auto settings = std::make_shared<CopySettings>();
  CLI::App* command = people.add_subcommand("lookup", "Print the people that source keys belong to, as CSV");
  AddClientOptions(*command, settings->client);
  command->add_option("--source", settings->source, "The source whose keys these are")->required();
  command->add_option("--keys", settings->file, "A file with a key a line; - reads standard input")->required();
  command->callback([settings, &exit_code] { exit_code = LookUp(*settings); });
}

}  // namespace wensum::cli
