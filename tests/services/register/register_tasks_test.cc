// Review pairs as tasks: raised and closed by the commit that opens and closes the pair; a dismissed one stays
// dismissed.
#include "matching/person/default_model.h"
#include "services/register/model_store.h"
#include "services/register/model_work.h"
#include "services/register/review_tasks.h"
#include "services/tasks/task_actions.h"
#include "services/tasks/task_store.h"
#include "storage/keys.h"
#include "tests/services/register/register_test_util.h"
#include "wensum/storage/v1/log.pb.h"

namespace wensum::registry {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr auto kDismissed = static_cast<uint32_t>(tasks::TaskState::kDismissed);
constexpr auto kClosed = static_cast<uint32_t>(tasks::TaskState::kClosed);
constexpr auto kOpen = static_cast<uint32_t>(tasks::TaskState::kOpen);

class RegisterTasksTest : public ::testing::Test {
 protected:
  RegisterTasksTest() : store_(storage::NewMemoryStore()), clock_(kStartTime) { Reopen(); }
  void TearDown() override { ExpectVerified(); }

  void Reopen(std::string_view rules = kTestRules) {
    register_.reset();
    register_ = OpenOrDie(store_.get(), &clock_, rules);
  }
  uint64_t Commit(SourceWrite write) { return CommitOne(*register_, std::move(write)).ordinal; }
  void CommitUndated() {
    first_ = Commit(MakeWrite("housing", "H1", "Jonathan", "Brackenbury", "1982-07-30", "4 Oak Street", "NR3 1AA"));
    second_ = Commit(Undated());
  }
  static SourceWrite Undated(std::string_view postcode = "NR3 1AA") {
    return MakeWrite("contact", "K1", "J", "Brackenbury", "", "4 Oak Street", postcode);
  }
  void ExpectVerified() {
    const auto report = register_->Verify();
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_THAT(report->details, IsEmpty());
  }
  std::vector<tasks::Task> Tasks() {
    std::vector<tasks::Task> all;
    for (uint64_t number = 1; number <= *tasks::NewestNumber(*store_, 1); ++number) {
      all.push_back(*tasks::ReadTask(*store_, 1, number));
    }
    return all;
  }
  template <typename Action>
  void Act(uint64_t number, Action action) {
    Mutation mutation;
    mutation.plan = [&](const PlanView& view) -> absl::StatusOr<Planned> {
      Planned planned;
      planned.has_revision = true;
      tasks::TaskWriter writer(view.reader, 1, rules_);
      WENSUM_ASSIGN_OR_RETURN(tasks::Edit* const edit, writer.Touch(number));
      WENSUM_RETURN_IF_ERROR(action(tasks::Actor{.name = "ann", .caller = "", .now = view.time}, *edit, view));
      WENSUM_RETURN_IF_ERROR(writer.Finish({.revision = view.revision, .time = view.time}, planned.writes).status());
      return planned;
    };
    const MutationResult result = register_->Commit(std::move(mutation));
    ASSERT_TRUE(result.status.ok()) << result.status;
    EXPECT_EQ(tasks::ReadTask(*store_, 1, number)->change_revision(), result.revision);
  }
  void Dismiss(uint64_t number) {
    Act(number, [](const tasks::Actor& actor, tasks::Edit& edit, const PlanView& view) -> absl::Status {
      const auto& facts = edit.after.facts().possible_match();
      WENSUM_ASSIGN_OR_RETURN(const uint64_t evidence, ReviewEvidence(view.reader, 1, facts.a(), facts.b()));
      return tasks::Dismiss(actor, "not_the_same", "", evidence, edit);
    });
  }

  std::unique_ptr<storage::Store> store_;
  ManualClock clock_;
  const tasks::TaskRules rules_;
  std::unique_ptr<Register> register_;
  uint64_t first_ = 0;
  uint64_t second_ = 0;
};

TEST_F(RegisterTasksTest, APairIsATaskFromTheCommitThatOpensItToTheOneThatClosesIt) {
  CommitUndated();
  ASSERT_THAT(Tasks(), SizeIs(1));
  const tasks::Task task = Tasks().front();
  EXPECT_EQ(task.state(), kOpen);
  EXPECT_EQ(task.team(), "people");
  EXPECT_EQ(task.create_revision(), register_->revision());
  EXPECT_EQ(task.facts().possible_match().a(), first_);
  EXPECT_EQ(task.facts().possible_match().b(), second_);
  EXPECT_EQ(task.facts().possible_match().model_version(), register_->model()->version);

  Commit(MakeErase("contact", "K1"));
  EXPECT_EQ(Tasks().front().state(), kClosed);
  EXPECT_EQ(Tasks().front().close_revision(), register_->revision());
  Commit(Undated());
  ASSERT_THAT(Tasks(), SizeIs(1)) << "the record is back, and so is the question";
  EXPECT_EQ(Tasks().front().state(), kOpen);
}

TEST_F(RegisterTasksTest, ADismissedPairStaysDismissedOverUpdateReloadAndRestart) {
  CommitUndated();
  Dismiss(1);
  const auto expect_dismissed = [&](const char* why) {
    ASSERT_THAT(Tasks(), SizeIs(1)) << why;
    EXPECT_EQ(Tasks().front().state(), kDismissed) << why;
    ExpectVerified();
  };
  Commit(Undated("NR3 1AB"));
  expect_dismissed("update");
  Reopen();
  expect_dismissed("restart");
  Commit(MakeErase("contact", "K1"));
  expect_dismissed("deletion");
  Commit(Undated());
  expect_dismissed("return");
  Reopen(Cat(kTestRules, "survivorship: {phones: recency}\n"));
  expect_dismissed("change of rules");

  Commit(MakeWrite("contact", "K1", "Josephine", "Brackenbury", "", "4 Oak Street", "NR3 1AA"));
  expect_dismissed("no pair");
  Commit(MakeWrite("contact", "K1", "J R", "Brackenbury", "", "4 Oak Street", "NR3 1AA"));
  const tasks::Task task = Tasks().front();
  EXPECT_EQ(task.state(), kOpen) << "the record has another name now";
  EXPECT_THAT(tasks::ReadEvents(*store_, 1, 1, 100)->back().text(), HasSubstr("evidence has changed"));
}

TEST_F(RegisterTasksTest, ADismissedPairStaysDismissedUnderAnotherModel) {
  CommitUndated();
  Dismiss(1);
  matching::LinkageModel model = *matching::DefaultPersonModel();
  model.parameters.rules.merge_threshold += 0.25;
  const NamedModel named = NameByContent(std::move(model), ModelOrigin::kImported, clock_.Now());
  Mutation mutation;
  mutation.extra_writes = [&named](const MutationResult&, storage::WriteBatch& batch) { PutModel(named, batch); };
  ASSERT_TRUE(register_->Commit(std::move(mutation)).status.ok());
  const auto activated =
      register_->model_work()->Activate({.version = named.info.version(), .records_per_piece = 16}, WorkHooks());
  ASSERT_TRUE(activated.ok()) << activated.status();
  ASSERT_THAT(Tasks(), SizeIs(1));
  EXPECT_EQ(Tasks().front().facts().possible_match().model_version(), named.info.version());
  EXPECT_EQ(Tasks().front().state(), kDismissed);
}

// The pair is named by the first record of each person in the matcher's own order, which other content may change.
TEST_F(RegisterTasksTest, APairUnderAnotherNameIsTheSameTask) {
  CommitUndated();
  Act(1, [](const tasks::Actor& actor, tasks::Edit& edit, const PlanView&) {
    tasks::Comment(actor, "rang them", edit);
    return absl::OkStatus();
  });
  const std::string cause = Tasks().front().cause();
  std::string renamed = cause;
  for (const std::string_view source : {"contact", "council_tax", "electoral_register", "housing"}) {
    Commit(MakeWrite(std::string(source), "A1", "Jonathan", "Brackenbury", "1982-07-30", "4 Oak Street", "NR3 1AA"));
    ASSERT_THAT(Tasks(), SizeIs(1));
    EXPECT_EQ(Tasks().front().state(), kOpen);
    renamed = Tasks().front().cause();
    ExpectVerified();
  }
  EXPECT_NE(renamed, cause) << "or this test tests nothing";
}

TEST_F(RegisterTasksTest, OldDataGetsItsTasksAtTheFirstStart) {
  CommitUndated();
  register_.reset();
  storage::v1::Meta meta;
  ASSERT_TRUE(meta.ParseFromString(**store_->Get(storage::Family::kMeta, storage::MetaKey())));
  EXPECT_GT(meta.tasks(), 0);
  meta.clear_tasks();
  storage::WriteBatch batch;
  batch.Put(storage::Family::kMeta, storage::MetaKey(), meta.SerializeAsString());
  const auto it = store_->NewIterator(storage::Family::kTask, storage::PrefixRange(storage::RegisterPrefix(1)));
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    batch.Delete(storage::Family::kTask, std::string(it->key()));
  }
  ASSERT_TRUE(store_->Write(batch, storage::Durability::kSync).ok());
  ASSERT_THAT(Tasks(), IsEmpty());

  std::vector<std::string> told;
  RegisterOptions options;
  options.rules = *ParseRegisterRules(kTestRules);
  options.on_upgrade = [&told](std::string_view what) { told.emplace_back(what); };
  register_ = *Register::Open(store_.get(), &clock_, options);
  EXPECT_THAT(told, ElementsAre("review pairs were stored by a version without tasks: 1 of them are tasks now"));
  ASSERT_THAT(Tasks(), SizeIs(1));
  EXPECT_EQ(Tasks().front().facts().possible_match().b(), second_);
  const uint64_t revision = register_->revision();
  register_.reset();
  register_ = *Register::Open(store_.get(), &clock_, options);
  EXPECT_EQ(register_->revision(), revision) << "once is enough";
  EXPECT_THAT(told, SizeIs(1));
}

TEST_F(RegisterTasksTest, VerifyFindsATaskThatIsNotAsItsPair) {
  CommitUndated();
  const std::string key = storage::TaskKey(1, 1);
  const std::string value = **store_->Get(storage::Family::kTask, key);
  tasks::Task task = Tasks().front();
  task.mutable_facts()->mutable_possible_match()->set_score(1);
  storage::WriteBatch damage;
  damage.Put(storage::Family::kTask, key, task.SerializeAsString());
  ASSERT_TRUE(store_->Write(damage, storage::Durability::kSync).ok());
  const auto report = register_->Verify();
  ASSERT_TRUE(report.ok());
  EXPECT_THAT(report->details, ElementsAre(HasSubstr("tasks/1 says something else than its review pair")));
  storage::WriteBatch mend;
  mend.Put(storage::Family::kTask, key, value);
  ASSERT_TRUE(store_->Write(mend, storage::Durability::kSync).ok());
}

}  // namespace
}  // namespace wensum::registry
