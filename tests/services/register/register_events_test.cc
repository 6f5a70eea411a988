// Events of commits in which several things happen to one person.
#include "tests/services/register/register_test_util.h"
#include "wensum/v1/changes.pb.h"

namespace wensum::registry {
namespace {

using ::testing::UnorderedElementsAre;

// The record that minted the person's id comes back as someone else while those who held the id for it go: the id lives
// on, and whoever knew the others' ids hears first that they stand for somebody else, then that this one has ended.
TEST(RegisterEvents, AnEndThatLosesItsIdToAReturnedRecordIsTold) {
  const auto store = storage::NewMemoryStore();
  ManualClock clock(kStartTime);
  const auto reg = OpenOrDie(store.get(), &clock, kUnguardedRules);
  const auto lena = [](std::string source) {
    return MakeWrite(std::move(source), "1", "Lena", "Castellane", "1982-07-30", "4 Oak Street", "NR3 1AA");
  };
  const uint64_t first = CommitOne(*reg, lena("housing")).ordinal;
  const uint64_t second = CommitOne(*reg, lena("contact")).ordinal;
  const uint64_t third = CommitOne(*reg, lena("council_tax")).ordinal;
  CommitOne(*reg, MakeErase("housing", "1"));
  ASSERT_EQ(reg->GetNewestEntity(third)->anchor, first);

  const uint64_t before = reg->revision();
  Mutation mutation;
  mutation.sources.push_back(MakeWrite("housing", "1", "Desmond", "Abernathy", "1999-12-12", "77 Pine Way", "NR7 1ZZ"));
  mutation.sources.push_back(MakeErase("contact", "1"));
  mutation.sources.push_back(MakeErase("council_tax", "1"));
  ASSERT_TRUE(reg->Commit(std::move(mutation)).status.ok());
  const auto commits = reg->ReadChanges(before, 10);
  ASSERT_TRUE(commits.ok());
  ASSERT_EQ(commits->commits.size(), 1);
  std::vector<std::tuple<v1::ChangeKind, uint64_t, uint64_t>> events;
  for (const auto& event : commits->commits.front().second.events()) {
    events.emplace_back(static_cast<v1::ChangeKind>(event.kind()), event.id(), event.other());
  }
  EXPECT_THAT(events, UnorderedElementsAre(std::tuple(v1::CHANGE_KIND_PERSON_UPDATED, first, 0),
                                           std::tuple(v1::CHANGE_KIND_PERSON_SPLIT, second, first),
                                           std::tuple(v1::CHANGE_KIND_PERSON_ENDED, second, 0),
                                           std::tuple(v1::CHANGE_KIND_ID_REDIRECTED, third, second)));
  EXPECT_TRUE(reg->GetNewestEntity(third)->entity.ended());
  EXPECT_EQ(reg->GetNewestEntity(third)->anchor, second);
  EXPECT_EQ(reg->Verify()->differences, 0);
}

}  // namespace
}  // namespace wensum::registry
