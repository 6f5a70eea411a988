#include "tests/crash/server_process.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::crash {

absl::StatusOr<std::unique_ptr<ServerProcess>> ServerProcess::Start(const std::string& program,
                                                                    const std::string& folder,
                                                                    const std::string& config) {
  const std::string data_dir = folder + "/data";
  const std::string log_file = folder + "/log";
  const std::string port_file = folder + "/port";
  std::error_code ignored;
  std::filesystem::remove(port_file, ignored);
  std::vector<std::string> arguments = {program,       "serve",       "--data-dir", data_dir,    "--listen",
                                        "127.0.0.1:0", "--port-file", port_file,    "--threads", "2"};
  if (!config.empty()) {
    arguments.insert(arguments.end(), {"--config", config});
  }
  std::vector<char*> pointers;
  for (std::string& argument : arguments) {
    pointers.push_back(argument.data());
  }
  pointers.push_back(nullptr);
  const pid_t child = ::fork();
  if (child < 0) {
    return Unavailable("no process");
  }
  if (child == 0) {
    // Nothing but system calls here: other threads may have held locks.
    const int log = ::open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(log, STDERR_FILENO);
    ::execv(program.c_str(), pointers.data());
    ::_exit(127);
  }
  auto process = std::unique_ptr<ServerProcess>(new ServerProcess(child));
  while (true) {
    if (std::ifstream file(port_file); file >> process->port_) {
      return process;
    }
    if (::waitpid(child, nullptr, WNOHANG) == child) {
      process->child_ = 0;
      return Unavailable(Cat(program, " ended before it served"));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

ServerProcess::~ServerProcess() { Kill(); }

void ServerProcess::Kill() { Wait(SIGKILL); }

int ServerProcess::Stop() { return Wait(SIGTERM); }

int ServerProcess::Wait(int signal) {
  if (child_ == 0) {
    return -1;
  }
  ::kill(child_, signal);
  int status = 0;
  ::waitpid(child_, &status, 0);
  child_ = 0;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace wensum::crash
