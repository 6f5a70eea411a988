#include "tests/crash/writers.h"

#include <grpcpp/client_context.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "base/strings.h"
#include "wensum/v1/imports.grpc.pb.h"
#include "wensum/v1/source_records.grpc.pb.h"

namespace wensum::crash {
namespace {

constexpr int kKeys = 30;
constexpr int kWindow = 8;      // records under way in a stream
constexpr int kBatchSize = 10;  // records
constexpr int kBatchGroups = 5;

// AIP-155 asks for UUIDs.
std::string RequestId(Random& random) {
  std::string hex;
  while (hex.size() < 32) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    hex.push_back(kDigits[random.Below(16)]);
  }
  hex[12] = '4';
  hex[16] = 'a';
  return Cat(hex.substr(0, 8), "-", hex.substr(8, 4), "-", hex.substr(12, 4), "-", hex.substr(16, 4), "-",
             hex.substr(20));
}

}  // namespace

bool Writer::GoesOn(const grpc::Status& status, const Life& life, std::string_view call) {
  if (status.ok()) {
    ++acknowledged_;
    return true;
  }
  if (!life.killed) {
    Fault(Cat(call, " failed while the server lived: code ", static_cast<int>(status.error_code()), ", ",
              status.error_message()));
  }
  return false;
}

void Writer::Saw(uint64_t revision) { highest_revision_ = std::max(highest_revision_, revision); }

std::optional<RecordState> Writer::Read(const std::shared_ptr<grpc::Channel>& channel, const std::string& key) {
  const auto stub = v1::SourceRecords::NewStub(channel);
  v1::GetSourceRecordRequest request;
  request.mutable_source_key()->set_source(source_);
  request.mutable_source_key()->set_key(key);
  v1::SourceRecord record;
  grpc::ClientContext context;
  const grpc::Status status = stub->Get(&context, request, &record);
  if (status.error_code() == grpc::StatusCode::NOT_FOUND) {
    return RecordState();
  }
  if (!status.ok()) {
    Fault(Cat("record ", key, " cannot be read: ", status.error_message()));
    return std::nullopt;
  }
  std::string error;
  const RecordState state = StateOf(record, &error);
  if (!error.empty()) {
    Fault(std::move(error));
  }
  return state;
}

void Writer::SettleRecords(const std::shared_ptr<grpc::Channel>& channel) {
  for (const std::string& key : oracle_.keys()) {
    if (const std::optional<RecordState> found = Read(channel, key); found.has_value()) {
      if (std::string error = oracle_.Settle(key, *found); !error.empty()) {
        Fault(std::move(error));
      }
    }
  }
}

RequestWriter::Request RequestWriter::NextRequest() {
  const std::string key = Cat(prefix_, random_.Below(kKeys));
  const RecordState now = oracle_.acknowledged(key);
  Request request;
  request.erase = now.version != 0 && !now.deleted && random_.Chance(0.2);
  request.state = {.version = request.erase ? now.version : next_version_++, .deleted = request.erase};
  *request.upsert.mutable_record() = MakeRecord(source_, key, request.state.version);
  request.upsert.set_request_id(RequestId(random_));
  return request;
}

grpc::Status RequestWriter::Send(const std::shared_ptr<grpc::Channel>& channel, const Request& request,
                                 v1::UpsertSourceRecordResponse& response) {
  const auto stub = v1::SourceRecords::NewStub(channel);
  grpc::ClientContext context;
  if (!request.erase) {
    return stub->Upsert(&context, request.upsert, &response);
  }
  v1::DeleteSourceRecordRequest erase;
  *erase.mutable_source_key() = request.upsert.record().source_key();
  erase.set_request_id(request.upsert.request_id());
  v1::DeleteSourceRecordResponse erased;
  const grpc::Status status = stub->Delete(&context, erase, &erased);
  response.set_outcome(erased.outcome());
  response.set_revision(erased.revision());
  return status;
}

void RequestWriter::Run(Life& life) {
  while (true) {
    const Request request = NextRequest();
    const std::string& key = request.upsert.record().source_key().key();
    oracle_.Begin(key, request.state);
    under_way_ = request;
    v1::UpsertSourceRecordResponse response;
    if (!GoesOn(Send(life.channel, request, response), life, "Upsert")) {
      return;
    }
    under_way_.reset();
    oracle_.Acknowledge(key, request.state);
    Saw(response.revision());
    if (!request.erase) {
      answered_ = {request, response.SerializeAsString()};
    }
  }
}

void RequestWriter::Settle(const std::shared_ptr<grpc::Channel>& channel) {
  SettleRecords(channel);
  if (answered_.has_value()) {
    v1::UpsertSourceRecordResponse response;
    const grpc::Status status = Send(channel, answered_->first, response);
    if (!status.ok() || response.SerializeAsString() != answered_->second) {
      Fault(Cat("an acknowledged request, sent again, got another answer: ", status.error_message(), " ",
                response.ShortDebugString()));
    }
  }
  if (under_way_.has_value()) {
    // Whether it had been applied or not: now it is, and once.
    const std::string& key = under_way_->upsert.record().source_key().key();
    v1::UpsertSourceRecordResponse first;
    v1::UpsertSourceRecordResponse second;
    const grpc::Status status = Send(channel, *under_way_, first);
    const grpc::Status again = Send(channel, *under_way_, second);
    if (!status.ok() || !again.ok() || first.SerializeAsString() != second.SerializeAsString()) {
      Fault(Cat("a request that was under way, sent again twice: ", status.error_message(), " / ",
                again.error_message()));
    }
    oracle_.Acknowledge(key, under_way_->state);
    if (Read(channel, key) != under_way_->state) {
      Fault(Cat("record ", key, ": a request sent again was answered and not applied"));
    }
    under_way_.reset();
  }
}

void StreamWriter::Run(Life& life) {
  const auto stub = v1::SourceRecords::NewStub(life.channel);
  grpc::ClientContext context;
  const auto stream = stub->Stream(&context);
  uint64_t sequence = 0;
  bool going = true;
  while (going) {
    std::map<uint64_t, std::pair<std::string, RecordState>> under_way;
    const uint64_t first = random_.Below(kKeys);
    for (int i = 0; going && i < kWindow; ++i) {
      const std::string key = Cat("S", (first + static_cast<uint64_t>(i)) % kKeys);
      const RecordState now = oracle_.acknowledged(key);
      v1::StreamSourceRecordsRequest request;
      request.set_sequence(++sequence);
      request.set_delete_(now.version != 0 && !now.deleted && random_.Chance(0.1));
      const RecordState state{.version = request.delete_() ? now.version : next_version_++,
                              .deleted = request.delete_()};
      *request.mutable_record() = MakeRecord(source_, key, state.version);
      oracle_.Begin(key, state);
      under_way[sequence] = {key, state};
      going = stream->Write(request);
    }
    v1::StreamSourceRecordsResponse response;
    while (going && !under_way.empty()) {
      going = stream->Read(&response);
      const auto found = under_way.find(response.sequence());
      if (!going || found == under_way.end()) {
        break;
      }
      if (response.error_code() != 0) {
        Fault(Cat("a record of the stream was refused: ", response.error_message()));
      }
      GoesOn(grpc::Status::OK, life, "Stream");
      oracle_.Acknowledge(found->second.first, found->second.second);
      Saw(response.result().revision());
      under_way.erase(found);
    }
  }
  GoesOn(stream->Finish(), life, "Stream");
}

void BatchWriter::Run(Life& life) {
  const auto stub = v1::SourceRecords::NewStub(life.channel);
  while (true) {
    const uint64_t version = next_version_++;
    v1::BatchUpsertSourceRecordsRequest request;
    for (int i = 0; i < kBatchSize; ++i) {
      const std::string key = Cat("B", version % kBatchGroups, "-", i);
      oracle_.Begin(key, {.version = version});
      *request.add_records() = MakeRecord(source_, key, version);
    }
    v1::BatchUpsertSourceRecordsResponse response;
    grpc::ClientContext context;
    if (!GoesOn(stub->BatchUpsert(&context, request, &response), life, "BatchUpsert")) {
      return;
    }
    Saw(response.revision());
    for (const v1::SourceRecord& record : request.records()) {
      oracle_.Acknowledge(record.source_key().key(), {.version = version});
    }
  }
}

void BatchWriter::Settle(const std::shared_ptr<grpc::Channel>& channel) {
  SettleRecords(channel);
  for (int group = 0; group < kBatchGroups; ++group) {
    const RecordState first = oracle_.acknowledged(Cat("B", group, "-0"));
    for (int i = 1; i < kBatchSize; ++i) {
      if (oracle_.acknowledged(Cat("B", group, "-", i)) != first) {
        Fault(Cat("a batch was applied in part: group ", group, ", record ", i));
      }
    }
  }
}

grpc::Status ImportWriter::Upload(const std::shared_ptr<grpc::Channel>& channel, std::string& name) {
  const uint64_t version = next_version_;
  std::string text = "ID,FORENAMES,SURNAME,VERSION\n";
  for (int row = 0; row < rows_; ++row) {
    AppendTo(text, "I", row, ",Forename", row % 97, ",Surname", row, ",", version, "\n");
  }
  AppendTo(text, "END,", rows_, "\n");
  const auto stub = v1::Imports::NewStub(channel);
  grpc::ClientContext context;
  v1::ImportRun run;
  const auto stream = stub->StartRun(&context, &run);
  v1::StartImportRunRequest message;
  v1::ImportSpec& spec = *message.mutable_spec();
  spec.set_feed("crash");
  spec.set_file_name(Cat("version", version));
  spec.set_mapping_yaml(Cat("version: 1\nfeed: crash\nsource: ", source_,
                            "\nkind: person\ncsv: {delimiter: \",\", trailer: 'END,(\\d+)'}\nrecords:\n"
                            "  - key: \"{ID}\"\n    fields:\n      name.forenames: {column: FORENAMES}\n"
                            "      name.surname: {column: SURNAME}\n      attributes:\n"
                            "        version: {column: VERSION}\n        version_again: {column: VERSION}\n"));
  if (stream->Write(message)) {
    message.set_chunk(text);
    stream->Write(message);
  }
  stream->WritesDone();
  grpc::Status status = stream->Finish();
  name = run.name();
  return status;
}

grpc::Status ImportWriter::Poll(const std::shared_ptr<grpc::Channel>& channel, bool& ended) {
  const auto stub = v1::Imports::NewStub(channel);
  v1::GetImportRunRequest request;
  request.set_name(run_);
  v1::ImportRun run;
  grpc::ClientContext context;
  grpc::Status status = stub->GetRun(&context, request, &run);
  ended = status.ok() && run.state() != v1::ImportRun::STATE_RUNNING;
  if (!ended) {
    return status;
  }
  if (run.state() != v1::ImportRun::STATE_SUCCEEDED || !run.reconciled() ||
      run.counts().read() != static_cast<uint64_t>(rows_) || run.counts().rejected() != 0) {
    Fault(Cat(run_, " did not end as it should: ", run.ShortDebugString()));
  }
  // Rows that were stored before a crash and not yet counted are read again: they count as unchanged.
  resumed_ += run.resumed();
  ++runs_ended_;
  ++next_version_;
  run_.clear();
  return status;
}

void ImportWriter::Run(Life& life) {
  while (true) {
    if (run_.empty() && !GoesOn(Upload(life.channel, run_), life, "StartRun")) {
      run_.clear();
      return;
    }
    bool ended = false;
    if (const grpc::Status status = Poll(life.channel, ended); !status.ok()) {
      GoesOn(status, life, "GetRun");
      return;
    }
    if (!ended) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
}

void ImportWriter::Settle(const std::shared_ptr<grpc::Channel>& channel) {
  if (!run_.empty()) {
    return;  // it was acknowledged, so it must go on
  }
  // A run that was not acknowledged may have begun nevertheless.
  const auto stub = v1::Imports::NewStub(channel);
  v1::ListImportRunsRequest request;
  request.set_feed("crash");
  request.set_page_size(1);
  v1::ListImportRunsResponse response;
  grpc::ClientContext context;
  const grpc::Status status = stub->ListRuns(&context, request, &response);
  if (!status.ok()) {
    Fault(Cat("ListRuns failed: ", status.error_message()));
  } else if (response.runs_size() > 0 && response.runs(0).file_name() == Cat("version", next_version_)) {
    run_ = response.runs(0).name();
  }
}

void ImportWriter::Finish(const std::shared_ptr<grpc::Channel>& channel) {
  while (!run_.empty()) {
    bool ended = false;
    if (const grpc::Status status = Poll(channel, ended); !status.ok()) {
      Fault(Cat("GetRun failed: ", status.error_message()));
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  for (int row = 0; runs_ended_ > 0 && row < rows_; row += 7) {
    const std::string key = Cat("I", row);
    if (const auto found = Read(channel, key); found != RecordState{.version = next_version_ - 1}) {
      Fault(Cat("row ", row, " of an import that succeeded is not there"));
    }
  }
}

}  // namespace wensum::crash
