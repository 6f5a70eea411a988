// What councils' systems hold besides people, in quantities: no crash, few comparisons, no giant cluster. Each case
// prints the comparisons for each record. Batch and live must agree on what comes out.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/strings.h"
#include "matching/person/default_model.h"
#include "matching/person/person_schema.h"
#include "matching/resolve/live_matcher.h"
#include "model/postcode.h"
#include "tests/reference/batch_partition.h"

namespace wensum::matching {
namespace {

using model::PersonDetails;

class UglyInputTest : public testing::Test {
 protected:
  UglyInputTest() {
    absl::StatusOr<LinkageModel> model = DefaultPersonModel();
    if (model.ok()) model_ = *std::move(model);
  }

  void SetUp() override { ASSERT_GT(model_.schema.size(), 0U); }

  void Add(const PersonDetails& details, const std::vector<uint64_t>& uprns = {}) {
    LinkageRecord record;
    record.values = PersonValues(details, model::RecordKind::kPerson, uprns);
    record.key = Cat("source/", records_.size());
    records_.push_back(std::move(record));
  }

  // Resolves all at once and in portions.
  void Resolve(size_t portion = 512) {
    LiveMatcher matcher(&model_);
    uint64_t compared = 0;
    for (size_t begin = 0; begin < records_.size(); begin += portion) {
      std::vector<LiveMatcher::Change> changes;
      for (size_t i = begin; i < std::min(records_.size(), begin + portion); ++i) {
        changes.push_back({static_cast<RecordId>(i + 1), records_[i]});
      }
      compared += matcher.Apply(std::move(changes)).pairs_scored;
    }
    std::vector<std::vector<size_t>> live;
    for (const std::vector<RecordId>& cluster : matcher.Clusters()) {
      largest_ = std::max(largest_, cluster.size());
      std::vector<size_t>& places = live.emplace_back();
      for (const RecordId id : cluster) places.push_back(id - 1);
    }
    clusters_ = live.size();
    compared_per_record_ = static_cast<double>(compared) / static_cast<double>(records_.size());
    std::cout << records_.size() << " records, " << compared_per_record_ << " comparisons for each, " << clusters_
              << " clusters, the largest of " << largest_ << " records\n";
    EXPECT_TRUE(live == reference::ResolveBatch(model_, records_).clusters);
  }

  static PersonDetails Named(std::string forenames, std::string surname) {
    PersonDetails details;
    details.name.forenames = std::move(forenames);
    details.name.surname = std::move(surname);
    return details;
  }

  // Another person for each number, as far as names go.
  static PersonDetails Somebody(uint64_t number) {
    static constexpr const char* kGiven[] = {"Adam", "Beth", "Carl", "Dawn", "Eric", "Fern", "Gary", "Hope",
                                             "Ivan", "Jade", "Karl", "Lucy", "Mark", "Nora", "Omar", "Ruth"};
    static constexpr const char* kStart[] = {"Ash", "Bram", "Cran", "Dun", "Elm", "Far", "Gren", "Hol"};
    static constexpr const char* kEnd[] = {"bury", "combe", "dale", "field", "ham", "ley", "more", "ton"};
    Random random(number + 1);
    return Named(kGiven[random.Below(16)], Cat(kStart[random.Below(8)], kEnd[random.Below(8)], kStart[number % 8]));
  }

  LinkageModel model_;
  std::vector<LinkageRecord> records_;
  double compared_per_record_ = 0;
  size_t largest_ = 0;
  size_t clusters_ = 0;
};

model::PersonAddress Home(std::string_view postcode) {
  model::PersonAddress address;
  address.role = model::AddressRole::kResidence;
  address.postcode = *model::Postcode::Parse(postcode);
  return address;
}

TEST_F(UglyInputTest, NamesThatNameNobody) {
  constexpr const char* kNames[] = {"",           "A",       "X X",    "UNKNOWN", "THE OCCUPIER", "DECEASED", "TEST",
                                    "Mr & Mrs",   "VOID",    "N/A",    ".",       "TBC",          "?",        "0",
                                    "THE TENANT", "MR",      "A B",    "OWNER",   "OCCUPIER/S",   "EXORS OF", "-",
                                    "THE",        "TENANTS", "NO NAME"};
  for (int i = 0; i < 2400; ++i) {
    PersonDetails details;
    details.name.full = kNames[i % std::size(kNames)];
    details.addresses.push_back(Home("NR2 1AB"));
    Add(details);
  }
  Resolve();
  EXPECT_EQ(largest_, 1U);
  EXPECT_LT(compared_per_record_, 300);
}

TEST_F(UglyInputTest, TenThousandWithOnePhoneAndOneDate) {
  for (uint64_t i = 0; i < 10'000; ++i) {
    PersonDetails details = Somebody(i);
    details.phones = {"+441603123450"};
    details.date_of_birth = {.year = 1985, .month = 6, .day = 1};
    Add(details);
  }
  Resolve(5'000);            // nearly all are one component, which each change resolves anew
  EXPECT_LT(largest_, 60U);  // those who share name, date and phone
  EXPECT_LT(compared_per_record_, 1000);
}

TEST_F(UglyInputTest, AThousandJohnSmithsInOnePostcode) {
  Random random(1);
  for (int i = 0; i < 1000; ++i) {
    PersonDetails details = Named("John", "Smith");
    details.addresses.push_back(Home("NR2 1AB"));
    if (i % 2 == 0) {
      details.date_of_birth = {.year = static_cast<int16_t>(random.Between(1930, 2005)),
                               .month = static_cast<int8_t>(random.Between(1, 12)),
                               .day = static_cast<int8_t>(random.Between(2, 28))};
    }
    Add(details);
  }
  Resolve();
  EXPECT_LT(largest_, 12U);
  EXPECT_LT(compared_per_record_, 1000);
}

TEST_F(UglyInputTest, JointNamesAndOrganisationsInPersonFields) {
  constexpr const char* kNames[] = {"Mr J & Mrs A Brown",  "Brown & Sons Ltd",   "Norwich City Council",
                                    "Smith T/A Cafe",      "The Executors of B", "Mr Brown and Ms Green",
                                    "Brown Brown & Brown", "A&B Lettings Ltd",   "St John's Church PCC"};
  for (int i = 0; i < 1800; ++i) {
    PersonDetails details;
    details.name.full = kNames[i % std::size(kNames)];
    details.addresses.push_back(Home(i % 2 == 0 ? "NR2 1AB" : "NR3 4AB"));
    Add(details, {static_cast<uint64_t>(100'000'000 + i / 9)});
  }
  Resolve();
  EXPECT_LE(largest_, 100U);  // the church, as often as it is in a postcode
  EXPECT_LT(compared_per_record_, 1000);
}

TEST_F(UglyInputTest, TextThatIsNoName) {
  std::vector<std::string> texts = {
      std::string(1 << 20, 'A'),           std::string("A\0B", 3), std::string(300, '\0'), "\xFF\xFE\xC0\xAF",
      "\xF0\x9F\x98\x80 \xF0\x9F\x98\x81", "\xE2\x80\xAE gnp"};
  std::string words;
  for (int i = 0; i < 100'000; ++i) AppendTo(words, "w", i, " ");
  texts.push_back(words);
  // A character of each block of sixteen code points, in names of two letters.
  for (uint32_t code = 0x20; code < 0x30000; code += 16) {
    std::string text;
    for (const uint32_t at : {code, code + 1}) {
      if (at >= 0xD800 && at < 0xE000) continue;
      if (at < 0x80) {
        text.push_back(static_cast<char>(at));
      } else if (at < 0x800) {
        text.push_back(static_cast<char>(0xC0 | at >> 6));
        text.push_back(static_cast<char>(0x80 | (at & 63)));
      } else if (at < 0x10000) {
        text.push_back(static_cast<char>(0xE0 | at >> 12));
        text.push_back(static_cast<char>(0x80 | (at >> 6 & 63)));
        text.push_back(static_cast<char>(0x80 | (at & 63)));
      } else {
        text.push_back(static_cast<char>(0xF0 | at >> 18));
        text.push_back(static_cast<char>(0x80 | (at >> 12 & 63)));
        text.push_back(static_cast<char>(0x80 | (at >> 6 & 63)));
        text.push_back(static_cast<char>(0x80 | (at & 63)));
      }
    }
    texts.push_back(text);
  }
  for (const std::string& text : texts) {
    PersonDetails details = Named(text, text);
    details.phones = {text.substr(0, 100)};
    details.emails = {text};
    details.ni_number = text;
    details.identifiers = {{text.substr(0, 40), text}};
    details.addresses.push_back(Home("NR2 1AB"));
    details.addresses.back().text = text;
    Add(details);
  }
  Resolve();
  EXPECT_LT(largest_, 60U);  // letters of many scripts and styles that fold to the same two
  EXPECT_LT(compared_per_record_, 1000);
}

TEST_F(UglyInputTest, ImpossibleDates) {
  for (uint64_t i = 0; i < 2000; ++i) {
    PersonDetails details = Somebody(i);
    details.date_of_birth = {.year = static_cast<int16_t>(i % 5 == 0 ? 9999 : i * 37 % 3000),
                             .month = static_cast<int8_t>(i % 128),
                             .day = static_cast<int8_t>(i * 7 % 128)};
    Add(details);
  }
  Resolve();
  EXPECT_LT(largest_, 10U);
}

}  // namespace
}  // namespace wensum::matching
