// The law of change-only files, on random histories: a full supply of one state, changed by the file, is a full supply
// of the other.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "services/exports/dtf_export.h"
#include "tests/services/exports/random_history.h"
#include "tests/services/exports/test_gazetteer.h"
#include "tests/support/seed.h"

namespace wensum::exports {
namespace {

constexpr std::string_view kSequence = "98";

// No record 21 of a file for the hub names a parent that has none.
void CheckParents(const std::string& full, uint64_t* named) {
  std::set<std::string> properties;
  std::set<std::string> parents;
  for (std::string line : Lines(full)) {
    bool quoted = false;
    std::erase_if(line, [&quoted](char c) {  // texts, which may have commas
      quoted ^= c == '"';
      return quoted;
    });
    const std::vector<std::string_view> columns = Split(line, ',');
    if (columns[0] == "21") {
      properties.emplace(columns[3]);
      if (!columns[8].empty()) {
        parents.emplace(columns[8]);
      }
    }
  }
  EXPECT_TRUE(std::ranges::includes(properties, parents)) << full;
  *named += parents.size();
}

void CheckLaw(uint64_t seed, uint64_t* named_parents) {
  SCOPED_TRACE(Cat("WENSUM_SEED=", seed));
  RandomHistory history(seed);
  TestGazetteer source;
  // What a consumer holds who got a full supply of revision 1 and then each change-only file, by profile; and full
  // supplies of every revision.
  std::map<Profile, TestGazetteer> consumers;
  std::vector<std::string> archives;
  constexpr int kCommits = 8;
  for (int commit = 1; commit <= kCommits; ++commit) {
    ASSERT_EQ(source.Apply(history.NextCommit()), absl::OkStatus());
    archives.push_back(source.Full().value());
    for (const Profile profile : {Profile::kArchive, Profile::kHub}) {
      TestGazetteer& consumer = consumers[profile];
      const std::string full = source.Full(profile).value();
      const uint64_t since = source.revision() - 1;
      ASSERT_EQ(consumer.Import(since == 0 ? full : source.Changes(since, profile).value()), absl::OkStatus());
      const std::string held = consumer.Full().value();
      ASSERT_EQ(SortedRecords(held, {kSequence}), SortedRecords(full, {kSequence})) << "revision " << commit;
      if (profile == Profile::kHub) {
        CheckParents(full, named_parents);
      }
    }
  }
  // From any state to any later one, and to a past one.
  for (int from = 1; from <= kCommits; from += 3) {
    for (int to = from; to <= kCommits; to += 2) {
      TestGazetteer consumer;
      ASSERT_EQ(consumer.Import(archives[static_cast<size_t>(from) - 1]), absl::OkStatus());
      DtfExportOptions options = source.Options();
      options.since = from;
      options.selection.revision = static_cast<uint64_t>(to);
      options.selection.past = true;
      ASSERT_EQ(consumer.Import(source.ExportDtf(options).value()), absl::OkStatus());
      ASSERT_EQ(consumer.Full().value(), archives[static_cast<size_t>(to) - 1]) << from << " to " << to;
      options.since.reset();
      ASSERT_EQ(source.ExportDtf(options).value(), archives[static_cast<size_t>(to) - 1]) << "as of " << to;
    }
  }
}

TEST(DtfChangeTest, AStateChangedByItsFileIsTheNextState) {
  const uint64_t first = TestSeed(1122);
  uint64_t named_parents = 0;
  for (int round = 0; round < Rounds(30, 2000); ++round) {
    CheckLaw(first + static_cast<uint64_t>(round), &named_parents);
    if (HasFatalFailure()) {
      return;
    }
  }
  EXPECT_GT(named_parents, 0U) << "of parents that a file has";
}

}  // namespace
}  // namespace wensum::exports
