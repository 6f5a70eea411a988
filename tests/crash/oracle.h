// What a client of the register may rely on after a crash: what was acknowledged, and what was under way.
#ifndef WENSUM_TESTS_CRASH_ORACLE_H_
#define WENSUM_TESTS_CRASH_ORACLE_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "wensum/v1/source_records.pb.h"

namespace wensum::crash {

// A state of one record: version 0 is "never written".
struct RecordState {
  uint64_t version = 0;
  bool deleted = false;
  friend bool operator==(const RecordState&, const RecordState&) = default;
};

// One writer's knowledge of the records that it alone writes. Not thread-safe: writers have an oracle each.
class Oracle {
 public:
  // A write is sent: from now on it may be there or not.
  void Begin(const std::string& key, RecordState next) { records_[key].pending.push_back(next); }
  // It was acknowledged: it is there, and nothing sent before it for this record counts any more.
  void Acknowledge(const std::string& key, RecordState state) {
    records_[key] = {.acknowledged = state, .pending = {}};
  }
  // What the register says now. A sentence saying what was lost, or empty; what it says is then known to be there.
  std::string Settle(const std::string& key, RecordState found);

  [[nodiscard]] RecordState acknowledged(const std::string& key) const;
  [[nodiscard]] bool pending(const std::string& key) const;
  [[nodiscard]] std::vector<std::string> keys() const;

 private:
  struct Known {
    RecordState acknowledged;
    std::vector<RecordState> pending;
  };
  std::map<std::string, Known> records_;
};

// A record of a person that few others share, whose version stands in two places: a torn write would show. Persons are
// the same over many keys, so that records merge.
v1::SourceRecord MakeRecord(const std::string& source, const std::string& key, uint64_t version);

// The state of a record read back; `error` says if its two versions differ.
RecordState StateOf(const v1::SourceRecord& record, std::string* error);

}  // namespace wensum::crash

#endif  // WENSUM_TESTS_CRASH_ORACLE_H_
