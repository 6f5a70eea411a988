#include "storage/task_keys.h"

#include <string>

#include "base/random.h"
#include "base/strings.h"
#include "gtest/gtest.h"
#include "storage/store.h"

namespace wensum::storage {
namespace {

// The exact bytes of one key of each kind: the format of existing data directories. Never change one.
TEST(TaskKeysTest, BytesAreStable) {
  EXPECT_EQ(HexEncode(TaskKey(1, 2)), "00000001540000000000000002");
  EXPECT_EQ(HexEncode(TaskEventKey(1, 2, 3)), "000000014500000000000000020000000000000003");
  EXPECT_EQ(HexEncode(TaskByCauseKey(1, 2, "A")), "000000014102410001");
  EXPECT_EQ(HexEncode(TaskBySubjectKey(1, 2, "A", 3)), "0000000153024100010000000000000003");
  EXPECT_EQ(HexEncode(TaskByNameKey(1, 2, 3, 4)), "000000014e0200000000000000030000000000000004");
  EXPECT_EQ(HexEncode(ClosedTaskKey(1, 2, 3)), "000000014300000000000000020000000000000003");
  EXPECT_EQ(HexEncode(WaitingTaskKey(1, 2, 3)), "000000015780000000000000020000000000000003");
  const TaskGroup group = {.assignee = "B", .team = "A", .kind = 1};
  EXPECT_EQ(HexEncode(TaskListKey(1, TaskList::kOpen, group, {.priority = 2, .due = 3, .number = 4})),
            "000000014f42000141000101fd80000000000000030000000000000004");
  EXPECT_EQ(HexEncode(TaskListKey(1, TaskList::kReady, group, {.priority = 2, .due = 3, .number = 4})),
            "000000015142000141000101fd80000000000000030000000000000004");
  EXPECT_EQ(HexEncode(TaskHeadKey(1, group)), "000000014842000141000101");
  EXPECT_EQ(HexEncode(WokenKey(1)), "0000000156");
}

TEST(TaskKeysTest, PartsReadBackAndOrderAsTheirBytes) {
  Random random(7);
  for (int i = 0; i < 1'000; ++i) {
    const TaskGroup group = {.assignee = std::string(random.Below(3), 'a'),
                             .team = std::string(random.Below(3), '\0'),
                             .kind = static_cast<uint8_t>(random.Below(4))};
    const auto order = [&random] {
      return TaskOrder{.priority = static_cast<uint8_t>(random.Below(256)),
                       .due = static_cast<TimeMicros>(random.Below(100)) - 50,
                       .number = random.Below(100)};
    };
    const TaskOrder x = order();
    const TaskOrder y = order();
    const std::string key = TaskListKey(5, TaskList::kReady, group, x);
    EXPECT_EQ(*ParseTaskListKey(key, TaskList::kReady), (TaskListParts{.reg = 5, .group = group, .order = x}));
    EXPECT_TRUE(key.starts_with(TaskListPrefix(5, TaskList::kReady, group)));
    EXPECT_TRUE(key.starts_with(TaskListPrefix(5, TaskList::kReady, group.assignee)));
    EXPECT_EQ(x < y, key < TaskListKey(5, TaskList::kReady, group, y));
    EXPECT_EQ(*ParseTaskHeadKey(TaskHeadKey(5, group)), group);
    EXPECT_FALSE(ParseTaskListKey(key, TaskList::kOpen).ok());
    EXPECT_FALSE(ParseTaskListKey(key.substr(1), TaskList::kReady).ok());
  }
  EXPECT_EQ(*ParseTaskKey(TaskKey(1, 2)), (NumberedKey{.reg = 1, .number = 2}));
  EXPECT_EQ(*ParseTaskEventKey(TaskEventKey(1, 2, 3)), (TaskEventParts{.reg = 1, .number = 2, .event = 3}));
  EXPECT_EQ(*ParseTaskByCauseKey(TaskByCauseKey(1, 2, "1+2")), (TaskByCauseParts{.reg = 1, .kind = 2, .cause = "1+2"}));
  EXPECT_EQ(*ParseTaskBySubjectKey(TaskBySubjectKey(1, 2, "s", 3)),
            (TaskBySubjectParts{.reg = 1, .kind = 2, .subject = "s", .number = 3}));
  EXPECT_EQ(*ParseTaskByNameKey(TaskByNameKey(1, 2, 3, 4)),
            (TaskByNameParts{.reg = 1, .type = 2, .id = 3, .number = 4}));
  EXPECT_EQ(*ParseClosedTaskKey(ClosedTaskKey(1, 2, 3)), (ClosedTaskParts{.reg = 1, .revision = 2, .number = 3}));
  EXPECT_EQ(*ParseWaitingTaskKey(WaitingTaskKey(1, -2, 3)), (WaitingTaskParts{.reg = 1, .until = -2, .number = 3}));
  EXPECT_TRUE(IsTaskTurnKey(WaitingTaskKey(1, 2, 3)));
  EXPECT_FALSE(IsTaskTurnKey(TaskKey(1, 2)));
  EXPECT_FALSE(IsTaskTurnKey(""));
}

}  // namespace
}  // namespace wensum::storage
