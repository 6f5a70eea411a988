// A session's events as a list, and the naive twin of what they must tell.
#ifndef WENSUM_TESTS_SERVICES_CHANGES_FEED_TEST_UTIL_H_
#define WENSUM_TESTS_SERVICES_CHANGES_FEED_TEST_UTIL_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "services/changes/golden_export.h"
#include "services/changes/watch_session.h"
#include "services/rpc/call_context.h"
#include "services/rpc/executor.h"

namespace wensum::changes {

// Wakes the test when a session has something new.
class Bell {
 public:
  void Ring() {
    const MutexLock lock(mutex_);
    rung_ = true;
    wake_.NotifyAll();
  }
  void Wait() {
    const MutexLock lock(mutex_);
    while (!rung_) {
      wake_.Wait(mutex_);
    }
    rung_ = false;
  }

 private:
  Mutex mutex_;
  CondVar wake_;
  bool rung_ WENSUM_GUARDED_BY(mutex_) = false;
};

// All events until the session ends well; never are more of them waiting than may.
inline std::vector<v1::ChangeEvent> TakeAll(WatchSession& session, Bell& bell) {
  std::vector<v1::ChangeEvent> events;
  v1::ChangeEvent event;
  while (true) {
    EXPECT_LE(session.waiting(), WatchSession::kMostWaiting);
    if (session.TakeEvent(event)) {
      events.push_back(event);
    } else if (session.outcome().has_value()) {
      EXPECT_TRUE(session.outcome()->ok()) << *session.outcome();
      return events;
    } else {
      bell.Wait();
    }
  }
}

// Gives `take` all events until the session ends, and says how it ended.
template <typename Take>
absl::Status TakeUntilEnd(WatchSession& session, Bell& bell, const Take& take) {
  v1::ChangeEvent event;
  while (true) {
    if (session.TakeEvent(event)) {
      take(event);
    } else if (const auto outcome = session.outcome(); outcome.has_value()) {
      return *outcome;
    } else {
      bell.Wait();
    }
  }
}

// A call for one of the register's purposes.
inline rpc::CallContext CallFor(const registry::Register& reg, int purpose_bit) {
  rpc::CallContext call("/wensum.v1.Changes/Watch");
  call.set_grant({.caller = "test",
                  .purpose = reg.rules().purposes[static_cast<size_t>(purpose_bit)],
                  .purpose_bit = purpose_bit});
  return call;
}

// The whole of an export, and its last message.
struct Exported {
  std::vector<v1::Person> people;
  v1::ExportGoldenEnd end;
  std::vector<std::string> tokens;  // by message
};
inline Exported ExportAll(const rpc::CallContext& call, const v1::ExportGoldenRequest& request,
                          const registry::Register& reg) {
  Exported exported;
  auto session = GoldenExport::Start(call, request, &reg);
  EXPECT_TRUE(session.ok()) << session.status();
  google::protobuf::Arena arena;
  while (session.ok()) {
    const auto next = (*session)->Next(arena);
    EXPECT_TRUE(next.ok()) << next.status();
    if (!next.ok() || *next == nullptr) {
      break;
    }
    exported.people.insert(exported.people.end(), (*next)->people().begin(), (*next)->people().end());
    exported.tokens.push_back((*next)->resume_token());
    if ((*next)->has_end()) {
      exported.end = (*next)->end();
    }
  }
  return exported;
}

}  // namespace wensum::changes

#endif  // WENSUM_TESTS_SERVICES_CHANGES_FEED_TEST_UTIL_H_
