// Commands of `wensum` against a test server.
#ifndef WENSUM_TESTS_INTEGRATION_SHELL_H_
#define WENSUM_TESTS_INTEGRATION_SHELL_H_

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "base/strings.h"
#include "tests/integration/test_server.h"

namespace wensum {

// Runs `wensum ...` with the commands that `add` adds to it; all that it prints.
inline std::string RunShell(TestServer& server, const std::function<void(CLI::App& app, int& exit_code)>& add,
                            std::vector<std::string> arguments, int expected_code) {
  CLI::App app;
  int code = -1;
  add(app, code);
  arguments.insert(arguments.end(), {"--server", Cat("127.0.0.1:", server.server().port())});
  std::ranges::reverse(arguments);
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  app.parse(arguments);
  const std::string printed = ::testing::internal::GetCapturedStdout() + ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(code, expected_code) << printed;
  return printed;
}

}  // namespace wensum

#endif  // WENSUM_TESTS_INTEGRATION_SHELL_H_
