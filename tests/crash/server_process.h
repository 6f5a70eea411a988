// The real program as a child process, to be killed.
#ifndef WENSUM_TESTS_CRASH_SERVER_PROCESS_H_
#define WENSUM_TESTS_CRASH_SERVER_PROCESS_H_

#include <sys/types.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace wensum::crash {

class ServerProcess {
 public:
  // Starts `program serve` over `folder`/data on a free port and returns once it serves. What it logs is appended to
  // `folder`/log. UNAVAILABLE if it ends before it serves. `config`: a configuration file, or empty.
  static absl::StatusOr<std::unique_ptr<ServerProcess>> Start(const std::string& program, const std::string& folder,
                                                              const std::string& config = "");
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
  explicit ServerProcess(pid_t child) : child_(child) {}
  int Wait(int signal);

  pid_t child_;  // 0: gone
  int port_ = 0;
};

}  // namespace wensum::crash

#endif  // WENSUM_TESTS_CRASH_SERVER_PROCESS_H_
