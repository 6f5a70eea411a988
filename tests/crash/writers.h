// Clients that write as fast as they are answered and remember what they were told.
#ifndef WENSUM_TESTS_CRASH_WRITERS_H_
#define WENSUM_TESTS_CRASH_WRITERS_H_

#include <grpcpp/channel.h>
#include <grpcpp/support/status.h>

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "tests/crash/oracle.h"

namespace wensum::crash {

// One life of the server, as its clients see it.
struct Life {
  std::shared_ptr<grpc::Channel> channel;
  std::atomic<bool> killed{false};  // set before the kill: what fails from then on may fail
};

// Everything below: Run writes until a call fails; Settle compares with what a restarted server holds, and adds what is
// wrong to `faults`. They are called in turn, never together.
class Writer {
 public:
  explicit Writer(std::string source) : source_(std::move(source)) {}
  virtual ~Writer() = default;

  virtual void Run(Life& life) = 0;
  virtual void Settle(const std::shared_ptr<grpc::Channel>& channel) { SettleRecords(channel); }

  [[nodiscard]] uint64_t acknowledged() const { return acknowledged_; }
  [[nodiscard]] uint64_t highest_revision() const { return highest_revision_; }
  [[nodiscard]] std::vector<std::string>& faults() { return faults_; }

 protected:
  // True to go on; a failure while the server lives is a fault.
  bool GoesOn(const grpc::Status& status, const Life& life, std::string_view call);
  void SettleRecords(const std::shared_ptr<grpc::Channel>& channel);
  // The record as it is now, for every key of the oracle.
  std::optional<RecordState> Read(const std::shared_ptr<grpc::Channel>& channel, const std::string& key);
  void Fault(std::string fault) { faults_.push_back(std::move(fault)); }
  void Saw(uint64_t revision);

  const std::string source_;
  Oracle oracle_;
  uint64_t next_version_ = 1;

 private:
  uint64_t acknowledged_ = 0;
  uint64_t highest_revision_ = 0;
  std::vector<std::string> faults_;
};

// Upserts and deletions, one at a time, with request ids. After a crash it sends the last request again under its id,
// and an acknowledged one too: both must be answered as if there had been no crash.
class RequestWriter final : public Writer {
 public:
  RequestWriter(std::string source, std::string prefix, uint64_t seed)
      : Writer(std::move(source)), prefix_(std::move(prefix)), random_(seed) {}

  void Run(Life& life) override;
  void Settle(const std::shared_ptr<grpc::Channel>& channel) override;

 private:
  struct Request {
    v1::UpsertSourceRecordRequest upsert;
    bool erase = false;
    RecordState state;
  };
  grpc::Status Send(const std::shared_ptr<grpc::Channel>& channel, const Request& request,
                    v1::UpsertSourceRecordResponse& response);
  Request NextRequest();

  const std::string prefix_;
  Random random_;
  std::optional<Request> under_way_;
  std::optional<std::pair<Request, std::string>> answered_;  // the newest upsert, and its answer
};

// A bidirectional stream with several records under way.
class StreamWriter final : public Writer {
 public:
  StreamWriter(std::string source, uint64_t seed) : Writer(std::move(source)), random_(seed) {}
  void Run(Life& life) override;

 private:
  Random random_;
};

// Batches of ten records: all of one version or none.
class BatchWriter final : public Writer {
 public:
  explicit BatchWriter(std::string source) : Writer(std::move(source)) {}
  void Run(Life& life) override;
  void Settle(const std::shared_ptr<grpc::Channel>& channel) override;
};

// Imports of one feed, one after the other; each must go on by itself after a crash and end with every row accounted
// for.
class ImportWriter final : public Writer {
 public:
  ImportWriter(std::string source, int rows) : Writer(std::move(source)), rows_(rows) {}
  void Run(Life& life) override;
  void Settle(const std::shared_ptr<grpc::Channel>& channel) override;
  // Waits for the run under way.
  void Finish(const std::shared_ptr<grpc::Channel>& channel);

  [[nodiscard]] int runs_ended() const { return runs_ended_; }
  [[nodiscard]] uint64_t resumed() const { return resumed_; }

 private:
  grpc::Status Upload(const std::shared_ptr<grpc::Channel>& channel, std::string& name);
  // False if the run goes on; looks at its end otherwise.
  grpc::Status Poll(const std::shared_ptr<grpc::Channel>& channel, bool& ended);

  const int rows_;
  std::string run_;  // empty: none is known to be under way
  int runs_ended_ = 0;
  uint64_t resumed_ = 0;
};

}  // namespace wensum::crash

#endif  // WENSUM_TESTS_CRASH_WRITERS_H_
