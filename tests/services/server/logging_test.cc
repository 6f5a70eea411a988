#include "services/server/logging.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace wensum::server {
namespace {

TEST(LoggingTest, EscapesWhatJsonCannotHold) {
  EXPECT_EQ(JsonEscape("plain"), "plain");
  EXPECT_EQ(JsonEscape("a\"b\\c"), R"(a\"b\\c)");
  EXPECT_EQ(JsonEscape("a\n\x01"), R"(a\u000a\u0001)");
  EXPECT_EQ(JsonEscape("\xff ok"), R"(\ufffd ok)");
}

TEST(LoggingTest, EveryLineIsAnObject) {
  std::string all;
  for (int c = 0; c < 256; ++c) {
    all.push_back(static_cast<char>(c));
  }
  EXPECT_TRUE(nlohmann::json::accept("\"" + JsonEscape(all) + "\""));
}

}  // namespace
}  // namespace wensum::server
