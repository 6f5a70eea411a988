// A register, the files that it gives, and the handler of what is exchanged with the hub.
#ifndef WENSUM_TESTS_SERVICES_HUB_HUB_FIXTURE_H_
#define WENSUM_TESTS_SERVICES_HUB_HUB_FIXTURE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "google/rpc/error_details.pb.h"
#include "services/exports/exports_handler.h"
#include "services/hub/held_by_hub.h"
#include "services/hub/hub_handler.h"
#include "storage/memory_store.h"
#include "tests/services/gazetteer/row_fixture.h"
#include "tests/services/register/register_test_util.h"
#include "tests/support/temp_dir.h"

namespace wensum::hub {

using Submission = v1::HubSubmission;

// Empty if it has none of its own.
inline std::string ReasonOf(const absl::Status& status) {
  google::rpc::ErrorInfo info;
  const auto payload = status.GetPayload("type.googleapis.com/google.rpc.ErrorInfo");
  return payload.has_value() && info.ParseFromString(std::string(*payload)) ? info.reason() : std::string();
}

class HubFixture : public testing::Test {
 protected:
  void Write(const std::vector<model::GazetteerRow>& rows) {
    registry::Mutation mutation;
    for (const model::GazetteerRow& row : rows) {
      mutation.rows.push_back({.row = row, .format = model::GazetteerFormat::kDtf73});
    }
    ASSERT_TRUE(register_->Commit(std::move(mutation)).status.ok());
  }
  // Street 27700001 and the properties 1 to `count` on it.
  void WriteTown(uint64_t count) {
    std::vector<model::GazetteerRow> rows = {gazetteer::TestStreet(27700001),
                                             gazetteer::TestDescriptor(27700001, "HIGH STREET")};
    for (uint64_t uprn = 1; uprn <= count; ++uprn) {
      rows.emplace_back(gazetteer::TestBlpu(uprn));
      rows.emplace_back(gazetteer::TestLpi(uprn, uprn, 27700001, static_cast<int>(uprn)));
    }
    Write(rows);
  }

  absl::StatusOr<Submission> Prepare(const v1::PrepareSubmissionRequest& request) {
    rpc::CallContext call("/test/Prepare");
    call.set_grant({.caller = "ann"});
    Submission submission;
    const absl::Status status = handler_.Prepare(call, request, submission);
    return status.ok() ? absl::StatusOr<Submission>(submission) : status;
  }
  absl::StatusOr<Submission> Prepare(Submission::Kind kind) {
    v1::PrepareSubmissionRequest request;
    request.set_kind(kind);
    return Prepare(request);
  }
  absl::StatusOr<Submission> Record(const v1::RecordProgressRequest& request) {
    rpc::CallContext call("/test/RecordProgress");
    call.set_grant({.caller = "bob"});
    Submission submission;
    const absl::Status status = handler_.RecordProgress(call, request, submission);
    return status.ok() ? absl::StatusOr<Submission>(submission) : status;
  }
  static v1::RecordProgressRequest Step(int number, Submission::State state) {
    v1::RecordProgressRequest request;
    request.set_name(Cat("submissions/", number));
    request.set_state(state);
    if (state == Submission::STATE_ACCEPTED) {
      request.set_receipt(Cat("GP-", number));
    } else if (state != Submission::STATE_SENT) {
      request.set_remark("wrong header");
    }
    return request;
  }
  // Records that it was sent, and then this state.
  void Decide(int number, Submission::State state) {
    ASSERT_TRUE(Record(Step(number, Submission::STATE_SENT)).ok());
    const absl::StatusOr<Submission> decided = Record(Step(number, state));
    ASSERT_TRUE(decided.ok()) << decided.status();
  }
  absl::StatusOr<Submission> Get(int number) {
    rpc::CallContext call("/test/Get");
    v1::GetSubmissionRequest request;
    request.set_name(Cat("submissions/", number));
    Submission submission;
    const absl::Status status = handler_.Get(call, request, submission);
    return status.ok() ? absl::StatusOr<Submission>(submission) : status;
  }
  static absl::Status Send(ReportUpload& upload, const v1::HubReportSpec& spec) {
    v1::ImportReportRequest message;
    *message.mutable_spec() = spec;
    return upload.OnMessage(message);
  }
  static absl::Status Send(ReportUpload& upload, std::string chunk) {
    v1::ImportReportRequest message;
    message.set_chunk(std::move(chunk));
    return upload.OnMessage(message);
  }
  // In two pieces.
  absl::StatusOr<v1::HubReport> Import(const v1::HubReportSpec& spec, std::string_view file) {
    return Import(handler_, spec, file);
  }
  static absl::StatusOr<v1::HubReport> Import(HubHandler& handler, const v1::HubReportSpec& spec,
                                              std::string_view file) {
    ReportUpload upload = handler.NewReportUpload();
    WENSUM_RETURN_IF_ERROR(Send(upload, spec));
    WENSUM_RETURN_IF_ERROR(Send(upload, std::string(file.substr(0, file.size() / 2))));
    WENSUM_RETURN_IF_ERROR(Send(upload, std::string(file.substr(file.size() / 2))));
    rpc::CallContext call("/test/ImportReport");
    call.set_grant({.caller = "ann"});
    v1::HubReport report;
    WENSUM_RETURN_IF_ERROR(upload.Finish(call, report));
    return report;
  }
  // The bytes that Exports sends.
  std::string FileOf(const Submission& submission) {
    rpc::CallContext call("/test/Export");
    const auto session = exports_.Start(call, submission.export_request());
    EXPECT_TRUE(session.ok()) << session.status();
    std::string file;
    v1::ExportGazetteerResponse message;
    while (session.ok() && (*session)->Next(&message).value_or(false)) {
      file += message.chunk();
    }
    return file;
  }

  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  ManualClock clock_{registry::kStartTime};
  std::unique_ptr<registry::Register> register_ = registry::OpenOrDie(store_.get(), &clock_);
  exports::ExportsHandler exports_{
      register_.get(), &clock_, {.held_by_hub = [this](const auto& reader, const v1::ExportGazetteerRequest& request) {
        return OpenHeldRows(reader, register_->register_id(), request);
      }}};
  std::vector<int> codes_ = {2625};
  TempDir folder_;
  HubHooks hooks_{.measure = [this](auto&... call) { return exports_.Measure(call...); },
                  .scratch_directory = folder_.Join("spool")};
  HubHandler handler_{register_.get(), &clock_, codes_, hooks_};
};

}  // namespace wensum::hub

#endif  // WENSUM_TESTS_SERVICES_HUB_HUB_FIXTURE_H_
