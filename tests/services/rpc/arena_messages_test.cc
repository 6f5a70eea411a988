#include "services/rpc/arena_messages.h"

#include <google/protobuf/empty.pb.h>
#include <google/protobuf/struct.pb.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace wensum::rpc {
namespace {

using Messages = ArenaMessages<google::protobuf::Empty, google::protobuf::Value>;

TEST(ArenaMessagesTest, GivesEmptyMessagesOnAnArenaAndUsesItAgain) {
  Messages messages;
  auto* first = messages.AllocateMessages();
  ASSERT_NE(first->response()->GetArena(), nullptr);
  EXPECT_EQ(first->request()->GetArena(), first->response()->GetArena());
  first->response()->set_string_value(std::string(100'000, 'x'));
  auto* second = messages.AllocateMessages();
  EXPECT_NE(second->response()->GetArena(), first->response()->GetArena());
  EXPECT_FALSE(second->response()->has_string_value());
  google::protobuf::Arena* const arena = first->response()->GetArena();
  first->Release();
  auto* third = messages.AllocateMessages();
  EXPECT_EQ(third->response()->GetArena(), arena);
  EXPECT_FALSE(third->response()->has_string_value());
  third->Release();
  second->Release();
}

TEST(ArenaMessagesTest, ManyCallsAtOnce) {
  Messages messages;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&messages, t] {
      for (int round = 0; round < 200; ++round) {
        std::vector<decltype(messages.AllocateMessages())> held;
        for (int i = 0; i < 30; ++i) {
          held.push_back(messages.AllocateMessages());
          held.back()->response()->set_number_value(t);
        }
        for (auto* holder : held) {
          EXPECT_EQ(holder->response()->number_value(), t);
          holder->Release();
        }
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
}

}  // namespace
}  // namespace wensum::rpc
