#include "tests/crash/server_process.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <fstream>
#include <string_view>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::crash {
namespace {

constexpr std::string_view kServing = "serving on port ";

}  // namespace

absl::StatusOr<std::unique_ptr<ServerProcess>> ServerProcess::Start(const std::string& program,
                                                                    const std::string& data_dir,
                                                                    const std::string& log_file) {
  std::array<int, 2> pipe_ends{};
  if (::pipe2(pipe_ends.data(), O_CLOEXEC) != 0) {
    return Unavailable("no pipe");
  }
  const std::array<const char*, 9> arguments = {
      program.c_str(), "serve", "--data-dir", data_dir.c_str(), "--listen", "127.0.0.1:0", "--threads", "2", nullptr};
  const pid_t child = ::fork();
  if (child < 0) {
    return Unavailable("no process");
  }
  if (child == 0) {
    ::dup2(pipe_ends[1], STDERR_FILENO);
    ::execv(program.c_str(), const_cast<char* const*>(arguments.data()));
    ::_exit(127);
  }
  ::close(pipe_ends[1]);
  auto process = std::unique_ptr<ServerProcess>(new ServerProcess(child, pipe_ends[0], log_file));
  while (process->port() == 0) {
    if (process->log_ended_) {
      return Unavailable(Cat(program, " ended before it served; see ", log_file));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return process;
}

ServerProcess::ServerProcess(pid_t child, int log_pipe, const std::string& log_file)
    : child_(child), log_pipe_(log_pipe), copier_([this, log_file] { CopyLog(log_file); }) {}

ServerProcess::~ServerProcess() {
  Kill();
  copier_.join();
  ::close(log_pipe_);
}

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

void ServerProcess::CopyLog(const std::string& log_file) {
  std::ofstream log(log_file, std::ios::binary | std::ios::app);
  std::string seen;  // until the port is known
  std::array<char, 4096> buffer{};
  while (true) {
    const ssize_t size = ::read(log_pipe_, buffer.data(), buffer.size());
    if (size <= 0) {
      break;
    }
    const std::string_view text(buffer.data(), static_cast<size_t>(size));
    log << text << std::flush;
    if (port_ != 0) {
      continue;
    }
    seen.append(text);
    const size_t at = seen.find(kServing);
    const size_t begin = at + kServing.size();
    const size_t end = at == std::string::npos ? at : seen.find(' ', begin);
    if (end != std::string::npos) {
      port_ = ParseInteger<int>(std::string_view(seen).substr(begin, end - begin)).value_or(0);
    }
  }
  log_ended_ = true;
}

}  // namespace wensum::crash
