#include "benchmarks/support/process.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <string>

#include "base/status_macros.h"

namespace wensum::benchmarks {

uint64_t ResidentBytes() {
  std::ifstream file("/proc/self/status");
  std::string word;
  while (file >> word) {
    uint64_t kibibytes = 0;
    if (word == "VmRSS:" && file >> kibibytes) {
      return kibibytes * 1024;
    }
  }
  return 0;
}

absl::Status InChildProcess(const std::function<absl::Status()>& work) {
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child < 0) {
    return Unavailable("cannot start a child process");
  }
  if (child == 0) {
    const absl::Status status = work();
    if (!status.ok()) {
      std::fprintf(stderr, "%s\n", std::string(Message(status)).c_str());
    }
    std::fflush(nullptr);
    _exit(status.ok() ? 0 : 1);  // without the destructors of what the parent made
  }
  int state = 0;
  if (waitpid(child, &state, 0) != child || !WIFEXITED(state) || WEXITSTATUS(state) != 0) {
    return Internal("the child process failed");
  }
  return absl::OkStatus();
}

}  // namespace wensum::benchmarks
