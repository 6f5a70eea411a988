// The real program as a child process, to be killed.
#ifndef WENSUM_TESTS_CRASH_SERVER_PROCESS_H_
#define WENSUM_TESTS_CRASH_SERVER_PROCESS_H_

#include <sys/types.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/statusor.h"

namespace wensum::crash {

class ServerProcess {
 public:
  // Starts `program serve` over `data_dir` on a free port and returns once it serves. What it logs goes to `log_file`,
  // which is appended to. UNAVAILABLE if it ends before it serves.
  static absl::StatusOr<std::unique_ptr<ServerProcess>> Start(const std::string& program, const std::string& data_dir,
                                                              const std::string& log_file);
  // Kills it, if it still runs.
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  [[nodiscard]] int port() const { return port_; }
  // SIGKILL: the process does nothing more, not even flush its buffers. Returns once it is gone.
  void Kill();
  // SIGTERM; the exit code, or -1 if a signal ended it.
  int Stop();

 private:
  ServerProcess(pid_t child, int log_pipe, const std::string& log_file);

  int Wait(int signal);
  void CopyLog(const std::string& log_file);

  pid_t child_;  // 0: gone
  const int log_pipe_;
  std::atomic<int> port_{0};
  std::atomic<bool> log_ended_{false};
  std::thread copier_;
};

}  // namespace wensum::crash

#endif  // WENSUM_TESTS_CRASH_SERVER_PROCESS_H_
