// Files into a server and out of it again, over a real channel and from the shell.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "base/hash.h"
#include "base/strings.h"
#include "sample/sample.h"
#include "services/cli/gazetteer_command.h"
#include "services/cli/import_command.h"
#include "tests/integration/test_server.h"
#include "tests/services/exports/every_record.h"
#include "tests/support/temp_dir.h"
#include "wensum/v1/exports.grpc.pb.h"

namespace wensum {
namespace {

using ::testing::HasSubstr;

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Lines of data records without their running number, sorted. No text in these files holds a line end.
std::vector<std::string> Records(const std::string& file) {
  std::vector<std::string> records;
  for (const std::string_view line : Split(file, '\n')) {
    const std::string_view type = line.substr(0, 2);
    if (line.empty() || type == "10" || type == "99") {
      continue;
    }
    if (type == "29" || type == "98") {
      records.emplace_back(line);
      continue;
    }
    const size_t order = line.find(',', 3) + 1;
    records.push_back(Cat(line.substr(0, order), line.substr(line.find(',', order))));
  }
  std::sort(records.begin(), records.end());
  return records;
}

// A server with commands run against it.
class Site {
 public:
  explicit Site(const std::function<void(server::ServerOptions&)>& change = [](server::ServerOptions&) {})
      : server_(change) {}

  // The exit code of a command line.
  int Shell(std::vector<std::string> arguments, std::string* printed = nullptr) {
    CLI::App app;
    int code = -1;
    cli::AddGazetteerCommands(app, code);
    cli::AddImportCommand(app, code);
    arguments.push_back("--server");
    arguments.push_back(Cat("127.0.0.1:", server_.server().port()));
    std::reverse(arguments.begin(), arguments.end());
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    app.parse(arguments);
    std::string out = ::testing::internal::GetCapturedStdout();
    out += ::testing::internal::GetCapturedStderr();
    if (printed != nullptr) {
      *printed = out;
    }
    return code;
  }

  void Import(const std::string& content) {
    const std::string path = folder_.Join("import.csv");
    std::ofstream(path, std::ios::binary) << content;
    std::string printed;
    ASSERT_EQ(Shell({"import", path, "--feed", "gazetteer"}, &printed), 0) << printed;
  }

  std::string Export(std::vector<std::string> options = {}) {
    const std::string path = folder_.Join("export.out");
    options.insert(options.begin(), {"gazetteer", "export", "--out", path});
    std::string printed;
    EXPECT_EQ(Shell(options, &printed), 0) << printed;
    return ReadFile(path);
  }

  struct Streamed {
    grpc::Status status;
    v1::ExportFacts begin;
    v1::ExportFacts end;
    std::string file;
    int chunks = 0;
  };
  Streamed Call(const v1::ExportGazetteerRequest& request) {
    const auto stub = v1::Exports::NewStub(server_.channel());
    grpc::ClientContext context;
    const auto stream = stub->ExportGazetteer(&context, request);
    Streamed streamed;
    v1::ExportGazetteerResponse message;
    while (stream->Read(&message)) {
      if (message.has_begin()) {
        streamed.begin = message.begin();
      } else if (message.has_chunk()) {
        streamed.file += message.chunk();
        ++streamed.chunks;
      } else {
        streamed.end = message.end();
      }
    }
    streamed.status = stream->Finish();
    return streamed;
  }

  TestServer& server() { return server_; }
  const TempDir& folder() { return folder_; }

 private:
  TempDir folder_;
  TestServer server_;
};

std::string SampleGazetteer(const TempDir& folder) {
  sample::SampleOptions options;
  options.people = 600;
  options.properties = 900;
  options.out_dir = folder.Join("city");
  const absl::StatusOr<sample::SampleSummary> summary = sample::WriteSample(options, [](std::string_view) {});
  EXPECT_TRUE(summary.ok()) << summary.status();
  return ReadFile(Cat(options.out_dir, "/gazetteer.csv"));
}

TEST(ExportsTest, TheSampleCityComesOutAsItWentIn) {
  Site first;
  const std::string city = SampleGazetteer(first.folder());
  first.Import(city);
  const std::string file = first.Export();
  EXPECT_EQ(Records(file), Records(city));
  EXPECT_THAT(file, HasSubstr("10,\"WENSFORD CITY COUNCIL\","));

  Site second;
  second.Import(file);
  EXPECT_EQ(Records(second.Export()), Records(city));

  // What changes at the first comes to the second by a change-only file.
  v1::ExportGazetteerRequest request;
  const uint64_t since = first.Call(request).begin.revision();
  std::vector<std::string> changes;
  for (const std::string_view line : Split(city, '\n')) {
    if (line.starts_with("21,\"I\",") && changes.size() < 20) {
      changes.push_back(Cat("21,\"D\"", line.substr(6), "\n"));
    } else if (line.starts_with("15,\"I\",") && changes.size() < 10) {
      std::string renamed(line);
      renamed.replace(3, 3, "\"U\"");
      renamed.replace(renamed.find(",\"", 7) + 2, 1, "NEW ");
      changes.push_back(renamed + "\n");
    }
  }
  std::string update = city.substr(0, city.find('\n') + 1);
  update.replace(update.find("\"F\""), 3, "\"C\"");
  for (const std::string& line : changes) {
    update += line;
  }
  AppendTo(update, "99,0,", changes.size(), ",2026-11-01,\"02:30:00\"\r\n");
  first.Import(update);
  const std::string changed = first.Export({"--since", Cat(since)});
  EXPECT_THAT(changed, HasSubstr(",\"C\"\r\n"));
  EXPECT_EQ(Records(changed).size(), changes.size() + 1) << "and the metadata";
  second.Import(changed);
  EXPECT_EQ(Records(second.Export()), Records(first.Export()));
  EXPECT_EQ(Records(first.Export({"--as-of", Cat(since)})), Records(city));
}

TEST(ExportsTest, EveryRecordTypeGoesThroughTwoServers) {
  Site first;
  first.Import(exports::EveryRecord());
  const std::string file = first.Export();
  EXPECT_EQ(Records(file), Records(exports::EveryRecord()));
  Site second;
  second.Import(file);
  EXPECT_EQ(Records(second.Export()), Records(file));
}

TEST(ExportsTest, TheStreamTellsWhatItSends) {
  Site site;
  site.Import(SampleGazetteer(site.folder()));
  v1::ExportGazetteerRequest request;
  const Site::Streamed full = site.Call(request);
  ASSERT_TRUE(full.status.ok()) << full.status.error_message();
  EXPECT_EQ(full.begin.format(), "DTF_7_3");
  EXPECT_THAT(full.begin.file_name(), HasSubstr(Cat("full_r", full.begin.revision(), ".csv")));
  EXPECT_GT(full.chunks, 1);
  EXPECT_EQ(full.end.bytes(), full.file.size());
  EXPECT_EQ(full.end.sha256(), Sha256Hex(full.file));
  EXPECT_EQ(full.end.record_counts().at(29), 1U);
  EXPECT_EQ(full.end.records() + 1, Records(full.file).size());
  request.set_format(v1::EXPORT_FORMAT_CSV);
  request.set_open(true);
  const Site::Streamed open = site.Call(request);
  ASSERT_TRUE(open.status.ok()) << open.status.error_message();
  EXPECT_TRUE(open.file.starts_with("uprn,x_coordinate,y_coordinate\r\n")) << open.file.substr(0, 100);
  v1::ExportGazetteerRequest hub;
  hub.set_profile(v1::EXPORT_PROFILE_HUB);
  const Site::Streamed submission = site.Call(hub);
  EXPECT_EQ(open.end.records(), submission.end.record_counts().at(21)) << "what the hub may have";
  EXPECT_EQ(open.end.held_back(), submission.end.held_back());
}

TEST(ExportsTest, AGeoPackageFromTheShell) {
  Site site;
  site.Import(SampleGazetteer(site.folder()));
  const std::string file = site.Export({"--format", "gpkg"});
  EXPECT_TRUE(file.starts_with(std::string("SQLite format 3\0", 16)));
  EXPECT_EQ(file.substr(68, 4), "GPKG");
  v1::ExportGazetteerRequest request;
  request.set_format(v1::EXPORT_FORMAT_GEOPACKAGE);
  const Site::Streamed both = site.Call(request);
  ASSERT_TRUE(both.status.ok()) << both.status.error_message();
  EXPECT_EQ(both.begin.format(), "GEOPACKAGE");
  EXPECT_EQ(both.end.bytes(), both.file.size());
  EXPECT_EQ(both.end.sha256(), Sha256Hex(both.file));
  request.set_content(v1::EXPORT_CONTENT_STREETS);
  const Site::Streamed streets = site.Call(request);
  request.set_content(v1::EXPORT_CONTENT_PROPERTIES);
  const Site::Streamed properties = site.Call(request);
  EXPECT_GT(streets.end.records(), 0U);
  EXPECT_EQ(streets.end.records() + properties.end.records(), both.end.records());
  EXPECT_TRUE(std::filesystem::is_empty(Cat(site.server().data_dir(), "/spool"))) << "nothing is left on the server";
}

TEST(ExportsTest, WhatCannotBeExportedIsSaid) {
  Site site;
  v1::ExportGazetteerRequest request;
  Site::Streamed refused = site.Call(request);
  EXPECT_EQ(refused.status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonOf(refused.status), "CUSTODIAN_UNKNOWN");
  request.set_custodian_code(2625);
  EXPECT_TRUE(site.Call(request).status.ok()) << "an empty gazetteer is a file too";
  request.set_since_revision(1'000'000);
  refused = site.Call(request);
  EXPECT_EQ(refused.status.error_code(), grpc::StatusCode::OUT_OF_RANGE);
  EXPECT_EQ(ReasonOf(refused.status), "REVISION_IN_FUTURE");
  request.set_format(v1::EXPORT_FORMAT_CSV);
  EXPECT_EQ(ReasonOf(site.Call(request).status), "FIELD_INVALID") << "changes are DTF's";
  request.clear_since_revision();
  request.set_open(true);
  request.set_with_addressbase(true);
  EXPECT_EQ(ReasonOf(site.Call(request).status), "FIELD_INVALID") << "AddressBase is not open data";
  request.set_with_addressbase(false);
  request.clear_custodian_code();
  EXPECT_EQ(ReasonOf(site.Call(request).status), "CUSTODIAN_UNKNOWN");
  request.set_content(v1::EXPORT_CONTENT_STREETS);
  EXPECT_EQ(ReasonOf(site.Call(request).status), "FIELD_INVALID");
  for (const auto& [format, profile, content] : {std::tuple(9, 0, 0), std::tuple(0, 9, 0), std::tuple(2, 0, 9)}) {
    v1::ExportGazetteerRequest wrong;
    wrong.set_format(static_cast<v1::ExportFormat>(format));
    wrong.set_profile(static_cast<v1::ExportProfile>(profile));
    wrong.set_content(static_cast<v1::ExportContent>(content));
    EXPECT_EQ(ReasonOf(site.Call(wrong).status), "FIELD_INVALID");
  }
}

TEST(ExportsTest, AFileThatFailsIsNotLeftBehind) {
  Site site;
  const std::string path = site.folder().Join("none.csv");
  std::string printed;
  EXPECT_EQ(site.Shell({"gazetteer", "export", "--out", path}, &printed), 1);
  EXPECT_THAT(printed, HasSubstr("CUSTODIAN_UNKNOWN"));
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_FALSE(std::filesystem::exists(path + ".part"));
  EXPECT_EQ(
      site.Shell({"gazetteer", "export", "--custodian", "2625", "--out", site.folder().Join("no/such/file")}, &printed),
      1);
  EXPECT_THAT(printed, HasSubstr("cannot be written"));
}

TEST(ExportsTest, CallersThatGoAwayFreeTheirPlaces) {
  Site site;
  site.Import(SampleGazetteer(site.folder()));
  const auto stub = v1::Exports::NewStub(site.server().channel());
  v1::ExportGazetteerRequest request;
  request.set_format(v1::EXPORT_FORMAT_CSV);
  struct Reading {
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReader<v1::ExportGazetteerResponse>> stream;
  };
  std::vector<std::unique_ptr<Reading>> readings;
  v1::ExportGazetteerResponse message;
  for (int i = 0; i < 4; ++i) {
    readings.push_back(std::make_unique<Reading>());
    readings.back()->stream = stub->ExportGazetteer(&readings.back()->context, request);
    ASSERT_TRUE(readings.back()->stream->Read(&message));
  }
  for (const auto& reading : readings) {
    reading->context.TryCancel();
    EXPECT_EQ(reading->stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  // The server learns of it a moment later; until then it may say that it is busy.
  Site::Streamed last;
  do {
    last = site.Call(request);
  } while (last.status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_TRUE(last.status.ok()) << last.status.error_message();
}

// Many more bytes than a connection takes in without its reader.
std::string LargeGazetteer() {
  constexpr int kProperties = 40'000;
  std::string file =
      "10,\"NORWICH CITY COUNCIL\",100090900000,2625,2026-11-20,1,2026-11-20,21:05:00,\"7.3.1\",\"F\"\r\n";
  const std::string organisation(100, 'X');
  for (int i = 1; i <= kProperties; ++i) {
    AppendTo(file, "21,\"I\",", i, ",", 1000 + i, ",1,2,2007-06-26,\"RD06\",,623150.00,308330.00,1,2625,2001-04-04,,",
             "2016-02-10,2001-04-05,\"", organisation, "\",\"E05005886\",\"\",26,,\"\"\r\n");
  }
  return Cat(file, "99,0,", kProperties, ",2026-11-20,21:05:00\r\n");
}

TEST(ExportsTest, AStalledCallerLetsGoOfTheState) {
  constexpr auto kIdle = std::chrono::milliseconds(100);
  Site site([kIdle](server::ServerOptions& options) { options.export_idle = kIdle; });
  site.Import(LargeGazetteer());
  const auto stub = v1::Exports::NewStub(site.server().channel());
  v1::ExportGazetteerRequest request;
  struct Reading {
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReader<v1::ExportGazetteerResponse>> stream;
  };
  std::vector<std::unique_ptr<Reading>> readings;
  v1::ExportGazetteerResponse message;
  for (int i = 0; i < 4; ++i) {
    readings.push_back(std::make_unique<Reading>());
    readings.back()->stream = stub->ExportGazetteer(&readings.back()->context, request);
    ASSERT_TRUE(readings.back()->stream->Read(&message));
  }
  const std::string revision = Cat(message.begin().revision());
  // Nobody reads on, so the places become free, and with them the snapshots. On a slow machine a caller that reads may
  // be found stalled as well, and is told to export again.
  Site::Streamed last = site.Call(request);
  while (last.status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED ||
         ReasonOf(last.status) == "EXPORT_STALLED") {
    std::this_thread::sleep_for(kIdle);  // there is nothing that tells a caller of a free place
    last = site.Call(request);
  }
  EXPECT_TRUE(last.status.ok()) << last.status.error_message();
  EXPECT_EQ(last.end.bytes(), last.file.size());
  int stalled = 0;
  for (const auto& reading : readings) {
    while (reading->stream->Read(&message)) {
    }
    const grpc::Status status = reading->stream->Finish();
    // At least one place had to become free; the others may have been found to be read again just in time.
    if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
      ++stalled;
      EXPECT_EQ(ReasonOf(status), "EXPORT_STALLED");
      EXPECT_THAT(status.error_message(), HasSubstr(Cat("read.as_of_revision ", revision)));
    }
  }
  EXPECT_GE(stalled, 1);
}

}  // namespace
}  // namespace wensum
