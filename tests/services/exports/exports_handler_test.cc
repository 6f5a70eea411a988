#include "services/exports/exports_handler.h"

#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/status_macros.h"
#include "google/rpc/error_details.pb.h"
#include "services/exports/export.h"
#include "storage/memory_store.h"
#include "tests/services/gazetteer/row_fixture.h"
#include "tests/services/register/register_test_util.h"
#include "tests/support/temp_dir.h"

namespace wensum::exports {
namespace {

// Empty if it has none of its own.
std::string ReasonOf(const absl::Status& status) {
  google::rpc::ErrorInfo info;
  const auto payload = status.GetPayload("type.googleapis.com/google.rpc.ErrorInfo");
  return payload.has_value() && info.ParseFromString(std::string(*payload)) ? info.reason() : std::string();
}

class ExportsHandlerTest : public ::testing::Test {
 protected:
  ExportsHandlerTest()
      : store_(storage::NewMemoryStore()),
        clock_(registry::kStartTime),
        register_(registry::OpenOrDie(store_.get(), &clock_)) {
    request_.set_custodian_code(2625);
  }

  void Write(const std::vector<model::GazetteerRow>& rows) {
    registry::Mutation mutation;
    for (const model::GazetteerRow& row : rows) {
      mutation.rows.push_back({.row = row, .format = model::GazetteerFormat::kDtf73});
    }
    ASSERT_TRUE(register_->Commit(std::move(mutation)).status.ok());
  }

  // The bytes of the file, or the error.
  static absl::StatusOr<std::string> ReadAll(ExportSession& session, v1::ExportFacts* end = nullptr) {
    std::string file;
    v1::ExportGazetteerResponse message;
    while (true) {
      const absl::StatusOr<bool> more = session.Next(&message);
      if (!more.ok()) {
        return more.status();
      }
      if (!*more) {
        return file;
      }
      file += message.chunk();
      if (end != nullptr && message.has_end()) {
        *end = message.end();
      }
    }
  }

  std::unique_ptr<storage::Store> store_;
  ManualClock clock_;
  std::unique_ptr<registry::Register> register_;
  v1::ExportGazetteerRequest request_;
  rpc::CallContext call_{"/wensum.v1.Exports/ExportGazetteer"};
};

TEST_F(ExportsHandlerTest, FourAtATime) {
  const ExportsHandler handler(register_.get(), &clock_);
  std::vector<std::unique_ptr<ExportSession>> sessions;
  for (int i = 0; i < 4; ++i) {
    absl::StatusOr<std::unique_ptr<ExportSession>> session = handler.Start(call_, request_);
    ASSERT_TRUE(session.ok()) << session.status();
    sessions.push_back(*std::move(session));
  }
  EXPECT_EQ(handler.Start(call_, request_).status().code(), absl::StatusCode::kResourceExhausted);
  sessions.pop_back();
  request_.set_format(static_cast<v1::ExportFormat>(77));
  EXPECT_EQ(handler.Start(call_, request_).status().code(), absl::StatusCode::kInvalidArgument);
  request_.clear_format();
  EXPECT_TRUE(handler.Start(call_, request_).ok()) << "a refused call takes no place";
}

TEST_F(ExportsHandlerTest, AFileShowsTheStateInWhichItWasBegun) {
  Write({gazetteer::TestBlpu(1)});
  const ExportsHandler handler(register_.get(), &clock_);
  absl::StatusOr<std::unique_ptr<ExportSession>> session = handler.Start(call_, request_);
  ASSERT_TRUE(session.ok()) << session.status();
  Write({gazetteer::TestBlpu(2)});
  v1::ExportFacts end;
  ASSERT_TRUE(ReadAll(**session, &end).ok());
  EXPECT_EQ(end.records(), 1U);
  EXPECT_EQ(end.revision(), call_.revision());
}

// What a submission to the hub relies on.
TEST_F(ExportsHandlerTest, AFileComesAgainByteForByte) {
  Write({gazetteer::TestStreet(1), gazetteer::TestBlpu(1), gazetteer::TestLpi(1, 7, 1, 12)});
  const uint64_t first = register_->revision();
  Write({gazetteer::TestBlpu(2), gazetteer::TestLpi(2, 8, 1, 14)});
  const ExportsHandler handler(register_.get(), &clock_);
  for (const bool changes : {false, true}) {
    v1::ExportGazetteerRequest request = request_;
    request.set_profile(v1::EXPORT_PROFILE_HUB);
    request.mutable_read()->set_as_of_revision(register_->revision());
    request.mutable_file_time()->set_seconds(1'790'000'123);
    if (changes) {
      request.set_since_revision(first);
    }
    const v1::ExportFacts measured = handler.Measure(call_, request).value();
    clock_.Advance(TimeMicros{3'000'000'000'000});
    const uint64_t next = register_->revision();
    model::Lpi moved = gazetteer::TestLpi(1, 7, 1, 13);
    Write({gazetteer::TestStreet(2), gazetteer::TestBlpu(10 + next), gazetteer::TestLpi(10 + next, 90 + next, 2, 3),
           moved});
    ASSERT_GT(register_->revision(), next);
    v1::ExportFacts end;
    const std::string file = ReadAll(**handler.Start(call_, request), &end).value();
    EXPECT_EQ(Sha256Hex(file), measured.sha256()) << file;
    EXPECT_EQ(end.DebugString(), measured.DebugString());
    EXPECT_NE(file.find("2026-09-21,14:15:23"), std::string::npos) << file;
    EXPECT_GT(measured.records(), 0U);
  }
  // None takes a place for longer than it lasts.
  for (int i = 0; i < 8; ++i) {
    EXPECT_TRUE(handler.Measure(call_, request_).ok());
  }
  request_.mutable_file_time()->set_nanos(-1);
  EXPECT_EQ(ReasonOf(handler.Measure(call_, request_).status()), "FIELD_INVALID");
  request_.mutable_file_time()->set_nanos(0);
  request_.set_format(v1::EXPORT_FORMAT_CSV);
  EXPECT_EQ(ReasonOf(handler.Measure(call_, request_).status()), "FIELD_INVALID");
}

TEST_F(ExportsHandlerTest, HooksMarkAndTransform) {
  Write({gazetteer::TestBlpu(1), gazetteer::TestBlpu(2)});
  const ExportsHandler bare(register_.get(), &clock_);
  request_.set_format(v1::EXPORT_FORMAT_GEOJSON);
  EXPECT_EQ(bare.Start(call_, request_).status().code(), absl::StatusCode::kFailedPrecondition);
  const ExportsHandler handler(
      register_.get(), &clock_,
      {.to_wgs84 = [](double, double) { return std::optional<LongitudeLatitude>({1.25, 52.5}); },
       .excluded = [](const storage::Reader&, uint64_t uprn, uint64_t) { return uprn == 2; }});
  request_.set_profile(v1::EXPORT_PROFILE_HUB);
  v1::ExportFacts end;
  const std::string file = ReadAll(**handler.Start(call_, request_), &end).value();
  EXPECT_NE(file.find("[1.2500000,52.5000000]"), std::string::npos) << file;
  EXPECT_EQ(end.records(), 1U);
  EXPECT_EQ(end.held_back(), 1U);
}

TEST_F(ExportsHandlerTest, ErrorsSayWhatIsWrong) {
  const TempDir folder;
  std::ofstream(folder.Join("file")) << "x";
  const ExportsHandler handler(register_.get(), &clock_, {.scratch_directory = folder.Join("file")});
  const auto error = [&](v1::ExportFormat format) {
    request_.set_format(format);
    return handler.Start(call_, request_).status();
  };
  EXPECT_EQ(error(v1::EXPORT_FORMAT_GEOPACKAGE).code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReasonOf(error(v1::EXPORT_FORMAT_GEOPACKAGE)), "") << "it is known whose file it is";
  EXPECT_EQ(ReasonOf(error(v1::EXPORT_FORMAT_GEOJSON)), "TRANSFORMATION_MISSING");
  request_.clear_custodian_code();
  EXPECT_EQ(ReasonOf(error(v1::EXPORT_FORMAT_DTF_7_3)), "CUSTODIAN_UNKNOWN");
  request_.set_profile(v1::EXPORT_PROFILE_HUB);
  for (const v1::ExportFormat format : {v1::EXPORT_FORMAT_CSV, v1::EXPORT_FORMAT_GEOPACKAGE}) {
    EXPECT_EQ(error(format).code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(ReasonOf(error(format)), "CUSTODIAN_UNKNOWN");
  }
}

TEST_F(ExportsHandlerTest, AnExclusionThatCannotBeReadEndsTheExport) {
  Write({gazetteer::TestBlpu(1), gazetteer::TestBlpu(2)});
  int asked = 0;
  const ExportsHandler handler(
      register_.get(), &clock_,
      {.excluded = [&asked](const storage::Reader&, uint64_t uprn, uint64_t) -> absl::StatusOr<bool> {
         ++asked;
         return uprn == 1 ? absl::StatusOr<bool>(DataLoss("a mark is damaged")) : false;
       },
       .excluded_lpis = [&asked](const storage::Reader&) -> absl::StatusOr<ExcludedLpis> {
         ++asked;
         return [](uint64_t, uint64_t) { return std::set<std::string>(); };
       }});
  const auto export_it = [&]() -> absl::Status {
    WENSUM_ASSIGN_OR_RETURN(const auto session, handler.Start(call_, request_));
    v1::ExportFacts end;
    return ReadAll(*session, &end).status();
  };
  for (const auto format : {v1::EXPORT_FORMAT_DTF_7_3, v1::EXPORT_FORMAT_CSV}) {
    request_.set_format(format);
    request_.set_profile(v1::EXPORT_PROFILE_HUB);
    EXPECT_EQ(export_it().code(), absl::StatusCode::kDataLoss);
    EXPECT_GT(std::exchange(asked, 0), 0);
    request_.set_profile(v1::EXPORT_PROFILE_ARCHIVE);
    EXPECT_TRUE(export_it().ok());
    EXPECT_EQ(asked, 0) << "archives have what is excluded: nothing is read";
  }
  request_.set_open(true);
  request_.set_format(v1::EXPORT_FORMAT_CSV);
  EXPECT_EQ(export_it().code(), absl::StatusCode::kDataLoss) << "the public gets no more than the hub";
}

TEST_F(ExportsHandlerTest, AGeoPackageNeedsAFolder) {
  Write({gazetteer::TestBlpu(1), gazetteer::TestStreet(100)});
  request_.set_format(v1::EXPORT_FORMAT_GEOPACKAGE);
  const ExportsHandler bare(register_.get(), &clock_);
  EXPECT_EQ(bare.Start(call_, request_).status().code(), absl::StatusCode::kFailedPrecondition);
  const TempDir folder;
  const ExportsHandler handler(register_.get(), &clock_, {.scratch_directory = folder.Join("scratch")});
  const auto export_it = [&] {
    v1::ExportFacts end;
    const std::string file = ReadAll(**handler.Start(call_, request_), &end).value();
    EXPECT_TRUE(file.starts_with("SQLite format 3"));
    return std::pair(end.records(), file);
  };
  const auto [records, file] = export_it();
  EXPECT_EQ(records, 2U) << "a property and a street";
  EXPECT_EQ(export_it().second, file);
  clock_.Advance(1'000'000);
  EXPECT_NE(export_it().second, file) << "the time of the server's clock stands in it";
  request_.set_open(true);
  EXPECT_EQ(export_it().first, 1U);
  request_.clear_open();
  request_.set_content(v1::EXPORT_CONTENT_STREETS);
  EXPECT_EQ(export_it().first, 1U);
}

}  // namespace
}  // namespace wensum::exports
