// What a source sends wrongly again and again: tasks of health checks.
#include "services/health/data_quality.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/health/health_handler.h"
#include "services/tasks/task_store.h"
#include "tests/services/register/register_test_util.h"

namespace wensum::health {
namespace {

using registry::CommitOne;
using registry::MakeErase;
using registry::MakeWrite;
using registry::SourceWrite;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class DataQualityTest : public testing::Test {
 protected:
  DataQualityTest() { rules_.data_quality = {.records = 3, .share = 0.5, .least = 2}; }
  uint64_t Commit(const std::string& source, int number, const std::string& ni_number,
                  const std::vector<std::string>& phones = {}) {
    SourceWrite write = MakeWrite(source, Cat("K", number), "Zofia", "Lee");
    write.record.details.ni_number = ni_number;
    write.record.details.phones = phones;
    return CommitOne(*register_, std::move(write)).ordinal;
  }
  std::vector<tasks::Condition> Found() {
    auto found = DataQualityConditions(*store_, 1, rules_.data_quality);
    EXPECT_TRUE(found.ok()) << found.status();
    return found.ok() ? *std::move(found) : std::vector<tasks::Condition>();
  }
  std::vector<std::string> Causes() {
    std::vector<std::string> causes;
    for (const tasks::Condition& condition : Found()) {
      causes.push_back(condition.cause);
    }
    return causes;
  }
  void RunCheck() {
    HealthHandler handler(register_.get(), &clock_, {}, {}, HealthHandler::kMaxWaivers, rules_);
    rpc::CallContext call("/test");
    v1::HealthReport report;
    const absl::Status status = handler.RunCheck(call, {}, report);
    ASSERT_TRUE(status.ok()) << status;
  }

  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  ManualClock clock_{registry::kStartTime};
  std::unique_ptr<registry::Register> register_ = registry::OpenOrDie(store_.get(), &clock_);
  tasks::TaskRules rules_;
};

TEST_F(DataQualityTest, IsAskedAboutOnceForEachSourceFieldAndRule) {
  const uint64_t first = Commit("housing", 1, "nonsense");
  Commit("housing", 2, "AB123456C");
  Commit("housing", 3, "AB123456C");
  Commit("contact", 1, "nonsense");
  EXPECT_THAT(Found(), IsEmpty()) << "too few of each";
  const uint64_t second = Commit("housing", 4, "rubbish");
  ASSERT_THAT(Causes(), ElementsAre("housing:details.ni_number:ni_number_invalid")) << "half of them";
  const storage::v1::DataQualityFacts facts = Found()[0].facts.data_quality();
  EXPECT_EQ(facts.source(), "housing");
  EXPECT_EQ(facts.field(), "details.ni_number");
  EXPECT_EQ(facts.rule(), "ni_number_invalid");
  EXPECT_EQ(facts.records(), 2U);
  EXPECT_EQ(facts.live(), 4U);
  EXPECT_THAT(facts.ordinals(), ElementsAre(first, second));
  Commit("housing", 5, "AB123456C");
  EXPECT_THAT(Found(), IsEmpty()) << "less than half";
  Commit("housing", 6, "absurd");
  Commit("housing", 7, "AB123456C");
  EXPECT_THAT(Causes(), SizeIs(1)) << "less than half, but three";
  CommitOne(*register_, MakeErase("housing", "K1"));
  EXPECT_THAT(Found(), IsEmpty()) << "what was deleted counts no more";
}

TEST_F(DataQualityTest, PlacesInListsAreOneFieldAndARecordCountsOnce) {
  Commit("housing", 1, "", {"12", "34"});
  EXPECT_THAT(Found(), IsEmpty());
  Commit("housing", 2, "", {"01603 212121", "56"});
  ASSERT_THAT(Causes(), ElementsAre("housing:details.phones:phone_invalid"));
  EXPECT_EQ(Found()[0].facts.data_quality().records(), 2U);
}

TEST_F(DataQualityTest, EachCheckRaisesAndClosesItsTasks) {
  Commit("housing", 1, "nonsense");
  Commit("housing", 2, "rubbish");
  RunCheck();
  const auto task = tasks::ReadTask(*store_, 1, 1);
  ASSERT_TRUE(task.ok()) << task.status();
  EXPECT_TRUE(tasks::IsOpen(*task));
  EXPECT_EQ(task->kind(), static_cast<uint32_t>(tasks::TaskKind::kDataQuality));
  EXPECT_EQ(task->priority(), static_cast<uint32_t>(tasks::Priority::kLow));
  const uint64_t revision = register_->revision();
  RunCheck();
  EXPECT_EQ(register_->revision(), revision) << "nothing has changed";
  Commit("housing", 1, "AB123456C");
  RunCheck();
  EXPECT_FALSE(tasks::IsOpen(*tasks::ReadTask(*store_, 1, 1)));
  Commit("housing", 1, "nonsense");
  RunCheck();
  EXPECT_TRUE(tasks::IsOpen(*tasks::ReadTask(*store_, 1, 1))) << "the same task";
  EXPECT_EQ(*tasks::NewestNumber(*store_, 1), 1U);
  const auto report = register_->Verify();
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_THAT(report->details, IsEmpty());
}

}  // namespace
}  // namespace wensum::health
