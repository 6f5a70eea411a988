#include "tests/integration/test_server.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "wensum/v1/admin.grpc.pb.h"
#include "wensum/v1/imports.grpc.pb.h"

namespace wensum {

server::ServerOptions TestOptions(const std::string& data_dir) {
  absl::StatusOr<server::ServerOptions> options = server::ReadServerOptions("");
  EXPECT_TRUE(options.ok()) << options.status();
  options->data_dir = data_dir;
  options->listen = "127.0.0.1:0";
  options->block_cache_mb = 8;
  options->grace = std::chrono::seconds(5);
  return *std::move(options);
}

std::shared_ptr<grpc::Channel> ConnectTo(int port) {
  return grpc::CreateChannel(Cat("127.0.0.1:", port), grpc::InsecureChannelCredentials());
}

TestServer::TestServer(const std::function<void(server::ServerOptions& options)>& change) {
  server::ServerOptions options = TestOptions(dir_.path());
  change(options);
  absl::StatusOr<std::unique_ptr<server::Server>> started = server::Server::Start(options, &clock_);
  EXPECT_TRUE(started.ok()) << started.status();
  server_ = *std::move(started);
  channel_ = ConnectTo(server_->port());
}

v1::SourceRecord TestRecord(std::string_view key, std::string_view forenames, std::string_view surname) {
  v1::SourceRecord record;
  record.mutable_source_key()->set_source("housing");
  record.mutable_source_key()->set_key(std::string(key));
  record.set_kind(v1::RECORD_KIND_PERSON);
  record.mutable_details()->mutable_name()->set_forenames(std::string(forenames));
  record.mutable_details()->mutable_name()->set_surname(std::string(surname));
  record.mutable_details()->mutable_date_of_birth()->set_year(1980);
  record.mutable_details()->mutable_date_of_birth()->set_month(5);
  record.mutable_details()->mutable_date_of_birth()->set_day(17);
  return record;
}

v1::ImportRun ImportGazetteer(const std::shared_ptr<grpc::Channel>& channel, const std::string& file) {
  const auto imports = v1::Imports::NewStub(channel);
  v1::ImportRun run;
  {
    grpc::ClientContext context;
    const auto stream = imports->StartRun(&context, &run);
    v1::StartImportRunRequest message;
    message.mutable_spec()->set_feed("gazetteer");
    stream->Write(message);
    message.set_chunk(file);
    stream->Write(message);
    stream->WritesDone();
    const grpc::Status status = stream->Finish();
    EXPECT_TRUE(status.ok()) << status.error_message();
  }
  v1::GetImportRunRequest request;
  request.set_name(run.name());
  while (run.state() == v1::ImportRun::STATE_RUNNING) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    grpc::ClientContext context;
    const grpc::Status status = imports->GetRun(&context, request, &run);
    if (!status.ok()) {
      ADD_FAILURE() << status.error_message();
      break;
    }
  }
  return run;
}

void ExpectSound(const std::shared_ptr<grpc::Channel>& channel) {
  grpc::ClientContext context;
  v1::VerifyResponse report;
  const grpc::Status status = v1::Admin::NewStub(channel)->Verify(&context, {}, &report);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_TRUE(report.ok()) << report.DebugString();
}

std::string ReasonOf(const grpc::Status& status) {
  google::rpc::Status details;
  google::rpc::ErrorInfo info;
  if (details.ParseFromString(status.error_details())) {
    for (const auto& any : details.details()) {
      if (any.UnpackTo(&info)) {
        break;
      }
    }
  }
  return info.reason();
}

grpc::Status RawCall(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                     const std::string& request, std::chrono::milliseconds timeout, std::string* response) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + timeout);
  grpc::CompletionQueue queue;
  void* tag = nullptr;
  bool ok = false;
  int step = 0;
  const auto wait = [&] { return queue.Next(&tag, &ok) && ok; };
  const auto call = stub.PrepareCall(&context, method, &queue);
  call->StartCall(&step);
  if (wait()) {
    const grpc::Slice slice(request);
    call->Write(grpc::ByteBuffer(&slice, 1), &step);
    if (wait()) {
      call->WritesDone(&step);
      wait();
    }
    grpc::ByteBuffer answer;
    call->Read(&answer, &step);
    if (wait() && response != nullptr) {
      std::vector<grpc::Slice> slices;
      EXPECT_TRUE(answer.Dump(&slices).ok());
      for (const grpc::Slice& piece : slices) {
        response->append(std::string(piece.begin(), piece.end()));
      }
    }
    while (ok) {
      call->Read(&answer, &step);
      wait();
    }
  }
  grpc::Status status;
  call->Finish(&status, &step);
  wait();
  queue.Shutdown();
  while (queue.Next(&tag, &ok)) {
  }
  return status;
}

}  // namespace wensum
