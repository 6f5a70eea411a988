#include "services/cli/health_command.h"

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "services/cli/file_chunks.h"
#include "wensum/v1/health.grpc.pb.h"

namespace wensum::cli {
namespace {

struct BoundarySettings {
  ClientOptions client;
  std::string file;
  v1::BoundarySpec::Kind kind = v1::BoundarySpec::KIND_WARD;
  std::string code_property;
  std::vector<int> custodians;
  int max_differences = 0;
  bool set = false;
  bool json = false;
};

struct LinkRateSettings {
  ClientOptions client;
  std::vector<std::string> sources;
  bool json = false;
};

const std::map<std::string, v1::BoundarySpec::Kind> kKinds = {{"ward", v1::BoundarySpec::KIND_WARD},
                                                              {"parish", v1::BoundarySpec::KIND_PARISH}};

v1::BoundarySpec SpecOf(const BoundarySettings& settings) {
  v1::BoundarySpec spec;
  spec.set_kind(settings.kind);
  spec.set_code_property(settings.code_property);
  spec.mutable_local_custodian_codes()->Add(settings.custodians.begin(), settings.custodians.end());
  spec.set_max_differences(settings.max_differences);
  spec.set_set(settings.set);
  return spec;
}

void Print(const v1::BoundaryReport& report) {
  std::cout << report.boundaries() << " boundaries; " << report.properties() << " live properties at revision "
            << report.revision() << "\n"
            << "same " << report.same() << ", different " << report.different() << ", unset " << report.unset()
            << ", outside " << report.outside() << ", ambiguous " << report.ambiguous() << ", not judged "
            << report.not_judged() << "\n";
  for (const v1::BoundaryDifference& difference : report.differences()) {
    std::cout << difference.property() << "  " << (difference.stored_code().empty() ? "-" : difference.stored_code())
              << " -> " << difference.found_code() << "\n";
  }
  const uint64_t all = report.different() + report.unset();
  if (const auto listed = static_cast<uint64_t>(report.differences_size()); listed < all) {
    std::cout << "... and " << all - listed << " more\n";
  }
  if (report.changed() > 0) {
    std::cout << report.changed() << " changed, in revisions " << report.first_revision() << " to "
              << report.last_revision() << "\n";
  }
}

int CheckBoundaries(const BoundarySettings& settings) {
  std::ifstream file(settings.file, std::ios::binary);
  if (!file.is_open()) {
    std::cerr << "error: the file " << Quote(settings.file) << " cannot be read\n";
    return 1;
  }
  const Client client(settings.client);
  const auto stub = v1::GazetteerHealth::NewStub(client.channel());
  grpc::ClientContext context;
  client.Prepare(context, /*with_deadline=*/false);
  v1::BoundaryReport report;
  const auto stream = stub->CheckBoundaries(&context, &report);
  v1::CheckBoundariesRequest message;
  *message.mutable_spec() = SpecOf(settings);
  const bool readable = !stream->Write(message) || ForEachChunk(file, [&](std::string_view chunk) {
    message.set_chunk(std::string(chunk));
    return stream->Write(message);
  });
  if (!readable) {
    context.TryCancel();
    stream->Finish();
    std::cerr << "error: the file " << Quote(settings.file) << " cannot be read\n";
    return 1;
  }
  stream->WritesDone();
  if (const grpc::Status status = stream->Finish(); !status.ok()) {
    PrintError(status, std::cerr);
    return 1;
  }
  if (settings.json) {
    std::cout << ToJson(report, /*pretty=*/true) << "\n";
  } else {
    Print(report);
  }
  return 0;
}

void Print(const v1::LinkRates& rates) {
  for (const v1::SourceLinkRate& rate : rates.sources()) {
    char percent[16];
    std::snprintf(percent, sizeof(percent), "%.1f", rate.rate() * 100);
    std::cout << rate.source() << ": " << percent << " % of " << rate.records() << " records linked (" << rate.linked()
              << " linked, " << rate.without_uprn() << " properties without UPRN, " << rate.unlinked() << " unlinked";
    if (rate.hidden() > 0) {
      std::cout << "; " << rate.hidden() << " not for this purpose";
    }
    std::cout << ")\n";
    for (const v1::LinkCount& count : rate.by_match()) {
      std::cout << "  " << v1::LinkCount::Match_Name(count.match()).substr(6) << " "
                << v1::RecordKind_Name(count.kind()).substr(12) << " " << count.records() << "\n";
    }
  }
}

int LinkRates(const LinkRateSettings& settings) {
  const Client client(settings.client);
  const auto stub = v1::GazetteerHealth::NewStub(client.channel());
  grpc::ClientContext context;
  client.Prepare(context, /*with_deadline=*/false);
  v1::GetLinkRatesRequest request;
  request.mutable_sources()->Add(settings.sources.begin(), settings.sources.end());
  v1::LinkRates rates;
  if (const grpc::Status status = stub->GetLinkRates(&context, request, &rates); !status.ok()) {
    PrintError(status, std::cerr);
    return 1;
  }
  if (settings.json) {
    std::cout << ToJson(rates, /*pretty=*/true) << "\n";
  } else {
    Print(rates);
  }
  return 0;
}

}  // namespace

void AddBoundariesCommand(CLI::App& gazetteer, int& exit_code) {
  auto settings = std::make_shared<BoundarySettings>();
  CLI::App* command =
      gazetteer.add_subcommand("boundaries", "Compare wards or parishes of properties with boundaries (GeoJSON)");
  AddClientOptions(*command, settings->client);
  command->add_option("file", settings->file, "GeoJSON on the National Grid (EPSG:27700)")->required();
  command->add_option("--kind", settings->kind, "ward or parish")
      ->transform(CLI::CheckedTransformer(kKinds).description(""))
      ->required();
  command->add_option("--code-property", settings->code_property,
                      "Property of the features that has the code; default: WD..CD or PAR..CD");
  command->add_option("--custodian", settings->custodians, "Only properties of this custodian, or of several");
  command->add_option("--max-differences", settings->max_differences, "Listed; default: 100");
  command->add_flag("--set", settings->set, "Change the properties that differ");
  command->add_flag("--json", settings->json, "Print the report as JSON");
  command->callback([settings, &exit_code] { exit_code = CheckBoundaries(*settings); });
}

void AddLinkRatesCommand(CLI::App& gazetteer, int& exit_code) {
  auto settings = std::make_shared<LinkRateSettings>();
  CLI::App* command =
      gazetteer.add_subcommand("link-rates", "How many records of each source system are linked to a UPRN");
  AddClientOptions(*command, settings->client);
  command->add_option("--source", settings->sources, "Only this source, or several");
  command->add_flag("--json", settings->json, "Print the rates as JSON");
  command->callback([settings, &exit_code] { exit_code = LinkRates(*settings); });
}

}  // namespace wensum::cli
