// The law of change-only files, on random histories: a full supply of one state, changed by the file, is a full supply
// of the other.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/strings.h"
#include "services/exports/dtf_export.h"
#include "services/gazetteer/row_codec.h"
#include "tests/gazetteer/format/random_dtf_rows.h"
#include "tests/services/exports/test_gazetteer.h"
#include "tests/support/seed.h"

namespace wensum::exports {
namespace {

using model::ChangeType;

constexpr std::string_view kSequence = "98";

// Makes random commits of rows of few streets and properties, so that they meet each other.
class History {
 public:
  explicit History(uint64_t seed) : random_(seed) {}

  std::vector<TestGazetteer::Write> NextCommit() {
    std::vector<TestGazetteer::Write> writes;
    if (rows_.empty()) {
      writes.push_back({model::CustodianRecord{2625, 10, {"NORWICH", "1", "2625", "7.3.1"}}});
      writes.push_back({llpg::RandomDtfRow(random_, 29, {})});
    }
    for (uint64_t n = 1 + random_.Below(25); n > 0; --n) {
      if (!rows_.empty() && random_.Chance(0.35)) {
        Delete(writes);
      } else {
        Put(writes);
      }
    }
    return writes;
  }

 private:
  void Put(std::vector<TestGazetteer::Write>& writes) {
    static constexpr int kTypes[] = {11, 12, 13, 14, 15, 21, 21, 21, 22, 23, 24, 24, 25, 26, 27};
    const int type = kTypes[random_.Below(std::size(kTypes))];
    const llpg::RowPlace place{
        .usrn = 1 + static_cast<uint32_t>(random_.Below(4)), .uprn = 1 + random_.Below(10), .number = random_.Below(3)};
    model::GazetteerRow row = llpg::RandomDtfRow(random_, type, place);
    if (auto* const kept = std::get_if<model::KeptRow>(&row); kept != nullptr && random_.Chance(0.4)) {
      // The next of its subkey, if there is one before it.
      while (rows_.contains(KeyOf(row)) && kept->occurrence < 4) {
        ++kept->occurrence;
      }
    }
    rows_[KeyOf(row)] = row;
    writes.push_back({std::move(row)});
  }

  // Of kept rows of one subkey the last is deleted, as by a file that tells them by their place.
  void Delete(std::vector<TestGazetteer::Write>& writes) {
    auto it = rows_.begin();
    std::advance(it, static_cast<std::ptrdiff_t>(random_.Below(rows_.size())));
    if (auto* kept = std::get_if<model::KeptRow>(&it->second)) {
      model::KeptRow next = *kept;
      while (true) {
        ++next.occurrence;
        const auto found = rows_.find(KeyOf(next));
        if (found == rows_.end()) {
          break;
        }
        it = found;
      }
    }
    writes.push_back({it->second, ChangeType::kDelete});
    rows_.erase(it);
  }

  static std::string KeyOf(const model::GazetteerRow& row) {
    return gazetteer::RowKey(kTestRegister, gazetteer::IdentityOf(row));
  }

  Random random_;
  std::map<std::string, model::GazetteerRow> rows_;
};

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
  History history(seed);
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
