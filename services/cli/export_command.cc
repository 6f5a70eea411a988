#include "services/cli/export_command.h"

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/strings.h"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "wensum/v1/exports.grpc.pb.h"

namespace wensum::cli {
namespace {

struct ExportSettings {
  ClientOptions client;
  v1::ExportFormat format = v1::EXPORT_FORMAT_DTF_7_3;
  v1::ExportProfile profile = v1::EXPORT_PROFILE_ARCHIVE;
  v1::ExportContent content = v1::EXPORT_CONTENT_UNSPECIFIED;
  uint64_t since = 0;
  uint64_t as_of = 0;
  int custodian_code = 0;
  std::string custodian_name;
  bool open = false;
  bool with_addressbase = false;
  std::string out;
};

const std::map<std::string, v1::ExportFormat> kFormats = {{"dtf", v1::EXPORT_FORMAT_DTF_7_3},
                                                          {"csv", v1::EXPORT_FORMAT_CSV},
                                                          {"geojson", v1::EXPORT_FORMAT_GEOJSON},
                                                          {"gpkg", v1::EXPORT_FORMAT_GEOPACKAGE}};
const std::map<std::string, v1::ExportProfile> kProfiles = {{"archive", v1::EXPORT_PROFILE_ARCHIVE},
                                                            {"hub", v1::EXPORT_PROFILE_HUB}};
const std::map<std::string, v1::ExportContent> kContents = {{"properties", v1::EXPORT_CONTENT_PROPERTIES},
                                                            {"streets", v1::EXPORT_CONTENT_STREETS}};

bool Fail(const std::string& message) {
  std::cerr << "error: " << message << "\n";
  return false;
}

// The file appears under its name once it is whole; until then it is the name with ".part".
class OutFile {
 public:
  explicit OutFile(const std::string& path) : path_(path), part_(Cat(path, ".part")), file_(part_, std::ios::binary) {}
  ~OutFile() {
    if (!kept_) {
      file_.close();
      std::remove(part_.c_str());
    }
  }
  OutFile(const OutFile&) = delete;
  OutFile& operator=(const OutFile&) = delete;

  void Write(const std::string& bytes) {
    file_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    hash_.Update(bytes);
  }
  [[nodiscard]] bool good() const { return file_.good(); }
  // Of everything written. Call once.
  std::string Sha256Hex() { return hash_.FinishHex(); }
  // False if the file could not be written.
  bool Keep() {
    file_.close();
    kept_ = file_.good() && std::rename(part_.c_str(), path_.c_str()) == 0;
    return kept_;
  }

 private:
  const std::string path_;
  const std::string part_;
  std::ofstream file_;
  Sha256 hash_;
  bool kept_ = false;
};

v1::ExportGazetteerRequest RequestOf(const CLI::App& command, const ExportSettings& settings) {
  v1::ExportGazetteerRequest request;
  request.set_format(settings.format);
  request.set_profile(settings.profile);
  request.set_content(settings.content);
  request.set_open(settings.open);
  request.set_with_addressbase(settings.with_addressbase);
  request.set_custodian_code(settings.custodian_code);
  request.set_custodian_name(settings.custodian_name);
  if (command.get_option("--since")->count() > 0) {
    request.set_since_revision(settings.since);
  }
  if (settings.as_of != 0) {
    request.mutable_read()->set_as_of_revision(settings.as_of);
  }
  return request;
}

int Export(const CLI::App& command, const ExportSettings& settings) {
  v1::ExportFacts facts;
  if (!FetchExport(Client(settings.client), RequestOf(command, settings), settings.out, &facts)) {
    return 1;
  }
  std::cout << ToJson(facts, /*pretty=*/true) << "\n";
  return 0;
}

}  // namespace

bool FetchExport(const Client& client, const v1::ExportGazetteerRequest& request, const std::string& out,
                 v1::ExportFacts* facts) {
  const auto stub = v1::Exports::NewStub(client.channel());
  grpc::ClientContext context;
  client.Prepare(context, /*with_deadline=*/false);
  const auto stream = stub->ExportGazetteer(&context, request);
  v1::ExportGazetteerResponse message;
  std::unique_ptr<OutFile> file;
  while (stream->Read(&message)) {
    if (file == nullptr) {
      file = std::make_unique<OutFile>(out);
    }
    if (message.has_chunk()) {
      file->Write(message.chunk());
    } else if (message.has_end()) {
      *facts = message.end();
    }
    if (!file->good()) {
      context.TryCancel();
      break;
    }
  }
  const bool written = file == nullptr || file->good();
  const grpc::Status status = stream->Finish();
  if (!written) {
    return Fail(Cat("the file ", Quote(out), " cannot be written"));
  }
  if (!status.ok()) {
    PrintError(status, std::cerr);
    return false;
  }
  if (file == nullptr || facts->sha256() != file->Sha256Hex()) {
    return Fail("the file that came is not the one that was sent: try again");
  }
  return file->Keep() || Fail(Cat("the file ", Quote(out), " cannot be written"));
}

void AddExportCommand(CLI::App& gazetteer, int& exit_code) {
  auto settings = std::make_shared<ExportSettings>();
  CLI::App* command = gazetteer.add_subcommand("export", "Write the gazetteer to a file");
  AddClientOptions(*command, settings->client);
  command->add_option("--out", settings->out, "The file")->required();
  command->add_option("--format", settings->format, "dtf (7.3), csv, geojson or gpkg (GeoPackage)")
      ->transform(CLI::CheckedTransformer(kFormats).description(""));
  command->add_option("--profile", settings->profile, "archive: all; hub: without what is local")
      ->transform(CLI::CheckedTransformer(kProfiles).description(""));
  command
      ->add_option("--content", settings->content,
                   "properties (csv and geojson without it) or streets; a gpkg without it has both")
      ->transform(CLI::CheckedTransformer(kContents).description(""));
  command->add_option("--since", settings->since, "Only what has changed behind this revision (dtf)");
  command->add_option("--as-of", settings->as_of, "The state at this revision");
  command->add_flag("--open", settings->open,
                    "UPRN and coordinates of own properties alone: open data (csv, geojson, gpkg)");
  command->add_flag("--with-addressbase", settings->with_addressbase, "Take rows of AddressBase too: mind the licence");
  command->add_option("--custodian", settings->custodian_code,
                      "Code of the custodian whose file it is (dtf, hub, open)");
  command->add_option("--custodian-name", settings->custodian_name, "Its name, if no file of its was imported");
  command->callback([command, settings, &exit_code] { exit_code = Export(*command, *settings); });
}

}  // namespace wensum::cli
