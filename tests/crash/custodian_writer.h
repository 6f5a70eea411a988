// Custodians who write as fast as they are answered, and what must hold of their operations after a crash.
#ifndef WENSUM_TESTS_CRASH_CUSTODIAN_WRITER_H_
#define WENSUM_TESTS_CRASH_CUSTODIAN_WRITER_H_

#include <grpcpp/channel.h>
#include <grpcpp/support/status.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "tests/crash/writers.h"
#include "wensum/v1/custodian.grpc.pb.h"

namespace wensum::crash {

// One custodian at work on one street of their own: creates, splits, readdresses, adds ranges, reserves numbers, marks,
// hands over to another custodian code and back, works on a case and undoes. Not thread-safe.
class CustodianWriter {
 public:
  CustodianWriter(uint64_t usrn, uint64_t seed) : usrn_(usrn), random_(seed) {}

  // Until a call fails.
  void Run(Life& life);
  // After a restart: an acknowledged request, sent again, has the same answer, and one that was under way is done once,
  // however often it is sent.
  void Settle(const std::shared_ptr<grpc::Channel>& channel);

  // What was acknowledged since the last call of this, by name.
  std::map<std::string, v1::OperationRecord> TakeAcknowledged() { return std::exchange(acknowledged_, {}); }
  [[nodiscard]] uint64_t count() const { return count_; }
  [[nodiscard]] const std::vector<std::string>& faults() const { return faults_; }

 private:
  struct Call {
    v1::ApplyOperationRequest apply;
    std::optional<v1::UndoOperationRequest> undo;
  };
  Call NextCall();
  void SetMarks(uint64_t choice, uint64_t house, v1::CustodianOperation& operation) const;
  void SetCase(v1::CustodianOperation& operation);
  void SetHouse(v1::CustodianOperation::NewProperty& house);
  static grpc::Status Send(const std::shared_ptr<grpc::Channel>& channel, const Call& call,
                           v1::OperationRecord& record);
  void Learn(const Call& call, const v1::OperationRecord& record);

  const uint64_t usrn_;
  Random random_;
  int next_number_ = 1;
  struct Houses {
    std::vector<uint64_t> approved;
    std::set<uint64_t> excluded;
    std::set<uint64_t> to_visit;
    std::set<uint64_t> away;  // with the second custodian
  };
  Houses houses_;
  Houses former_houses_;  // before the last operation
  v1::NamingCase case_;   // the last one
  std::string last_;      // operation, if it may be undone
  std::optional<Call> under_way_;
  std::optional<std::pair<Call, std::string>> answered_;
  std::map<std::string, v1::OperationRecord> acknowledged_;
  uint64_t count_ = 0;
  std::vector<std::string> faults_;
};

// The log of all operations as one oracle: replays them and compares with what is stored. Not thread-safe.
class OperationOracle {
 public:
  // `uprns`: how many UPRNs the server has to give out.
  explicit OperationOracle(uint64_t uprns) : uprns_(uprns) {}

  // What the clients know to be there.
  void Acknowledge(const std::map<std::string, v1::OperationRecord>& records);
  // Reads the operations that are new since the last call, and each property that they changed. Sentences saying what
  // is lost, torn or given twice; none if all is well.
  std::vector<std::string> Compare(const std::shared_ptr<grpc::Channel>& channel);
  // Cases, and marks but notes, that were compared so far.
  [[nodiscard]] size_t cases_compared() const { return cases_compared_; }
  [[nodiscard]] size_t marks_compared() const { return marks_compared_; }

 private:
  using Row = std::map<std::string, std::string>;  // values by column
  struct Object {
    uint64_t revision = 0;
    std::map<std::pair<int, std::string>, Row> rows;  // by record type and key
  };
  std::vector<std::string> NewNames(v1::Custodian::Stub& stub);
  void Replay(const v1::OperationRecord& record);
  void CompareProperty(const std::shared_ptr<grpc::Channel>& channel, const std::string& name);
  void CompareRanges(v1::Custodian::Stub& stub);
  void CompareMarks(v1::Custodian::Stub& stub);
  void CompareCases(v1::Custodian::Stub& stub);
  void Fault(std::string fault) { faults_.push_back(std::move(fault)); }

  const uint64_t uprns_;
  uint64_t last_ = 0;  // number of the newest operation that was read
  std::map<std::string, v1::OperationRecord> known_;
  std::map<std::string, Object> objects_;  // properties, by name
  // Exclusions and visits that are set, by kind and property, and how many notes a property has.
  std::map<std::pair<int, std::string>, v1::PropertyMark> marks_;
  std::map<std::string, int> notes_;
  std::map<std::string, v1::NamingCase> cases_;  // by name
  size_t cases_compared_ = 0;
  size_t marks_compared_ = 0;
  std::set<std::string> touched_;
  std::set<uint64_t> given_;
  std::set<std::string> keys_;
  std::vector<std::string> faults_;
};

}  // namespace wensum::crash

#endif  // WENSUM_TESTS_CRASH_CUSTODIAN_WRITER_H_
