// What records say against their golden record: by example, and against a twin that looks at the records alone.
#include "matching/survive/links.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/strings.h"
#include "tests/support/seed.h"

namespace wensum::matching {

void PrintTo(const ValueLink& link, std::ostream* out) {
  *out << link.contributor << " " << link.field << " " << link.value << " " << static_cast<int>(link.status) << " for "
       << link.golden_value << " of " << (link.golden_contributor.has_value() ? Cat(*link.golden_contributor) : "-");
}

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr TimeMicros kDay = 86'400'000'000;

class LinksTest : public ::testing::Test {
 protected:
  model::SourceRecord& Add(std::string source, int day) {
    model::SourceRecord& record = records_.emplace_back();
    record.key = {.source = std::move(source), .key = Cat(records_.size()), .incarnation = 0};
    record.source_time = day * kDay;
    return record;
  }

  // Those of one field.
  std::vector<ValueLink> Of(std::string_view field, int purpose = 0) {
    std::vector<Contributor> contributors;
    for (size_t i = 0; i < records_.size(); ++i) {
      uprns_.resize(std::max(uprns_.size(), records_.size()));
      contributors.push_back({.record = &records_[i], .resolved_addresses = uprns_[i]});
    }
    golden_ = Survive(contributors, rules_, purpose, steward_);
    std::vector<ValueLink> links = CompareWithGolden(contributors, golden_, purpose, gives_);
    std::erase_if(links, [field](const ValueLink& link) { return link.field != field; });
    return links;
  }
  static ValueLink Agrees(uint32_t contributor, std::string field, std::string value) {
    return {contributor, std::move(field), std::move(value), LinkStatus::kAgrees, "", std::nullopt};
  }

  std::vector<model::SourceRecord> records_;
  std::vector<std::vector<ResolvedAddress>> uprns_;
  std::vector<StewardValue> steward_;
  SurvivorshipRules rules_;
  GivesField gives_;
  GoldenRecord golden_;
};

TEST_F(LinksTest, CouncilTaxHasTheOldPhone) {
  Add("council_tax", 1).details.phones = {"+447700900001"};
  Add("contact", 9).details.phones = {"+447700900002", "+441603000001"};
  Add("housing", 5).details.phones = {"+447700900002", "+447700900003"};
  Add("benefits", 2).details.phones = {"+441603000009"};
  EXPECT_THAT(Of("phones"),
              ElementsAre(ValueLink{0, "phones", "+447700900001", LinkStatus::kStale, "+447700900002", 1},
                          Agrees(1, "phones", "+447700900002"), Agrees(1, "phones", "+441603000001"),
                          Agrees(2, "phones", "+447700900002"), Agrees(2, "phones", "+447700900003"),
                          ValueLink{3, "phones", "+441603000009", LinkStatus::kStale, "+441603000001", 1}));
}

TEST_F(LinksTest, AnOlderValueIsStaleANewerOneDiffers) {
  rules_.rules["date_of_birth"] = Rule::kSourcePriority;
  rules_.source_order = {"housing"};
  Add("council_tax", 1).details.date_of_birth = {1980, 5, 17};
  Add("housing", 5).details.date_of_birth = {1980, 5, 18};
  Add("contact", 5).details.date_of_birth = {1981, 5, 18};
  Add("benefits", 9).details.date_of_birth = {1980, 6, 18};
  Add("parking", 1).details.date_of_birth = {1980, 5, 0};
  EXPECT_THAT(Of("date_of_birth"),
              ElementsAre(ValueLink{0, "date_of_birth", "1980-05-17", LinkStatus::kStale, "1980-05-18", 1},
                          Agrees(1, "date_of_birth", "1980-05-18"),
                          ValueLink{2, "date_of_birth", "1981-05-18", LinkStatus::kDiffers, "1980-05-18", 1},
                          ValueLink{3, "date_of_birth", "1980-06-18", LinkStatus::kDiffers, "1980-05-18", 1},
                          Agrees(4, "date_of_birth", "1980-05")));
}

TEST_F(LinksTest, NamesAgreeThatLeavePartsOut) {
  Add("housing", 9).details.name = {
      .title = "Mrs", .forenames = "Zoë Anne", .surname = "O'Brien", .suffix = "", .full = ""};
  Add("contact", 5).details.name = {.title = "", .forenames = "ZOE", .surname = "OBRIEN", .suffix = "", .full = ""};
  Add("parking", 5).details.name = {
      .title = "", .forenames = "", .surname = "", .suffix = "", .full = "Zoe Anne O'Brien"};
  Add("council_tax", 1).details.name = {
      .title = "Miss", .forenames = "Zoë", .surname = "O'Brien", .suffix = "", .full = ""};
  Add("benefits", 1).details.name = {.title = "", .forenames = "Zoë", .surname = "Smith", .suffix = "", .full = ""};
  Add("schools", 1).details.name = {.title = "", .forenames = "Anne", .surname = "O'Brien", .suffix = "", .full = ""};
  std::vector<LinkStatus> statuses;
  for (const ValueLink& link : Of("person_name")) {
    statuses.push_back(link.status);
  }
  EXPECT_THAT(statuses, ElementsAre(LinkStatus::kAgrees, LinkStatus::kAgrees, LinkStatus::kAgrees, LinkStatus::kStale,
                                    LinkStatus::kStale, LinkStatus::kStale));
}

TEST_F(LinksTest, SignsOfAttributesCount) {
  Add("housing", 9).details.attributes = {{"band", "B+"}, {"tenure", "Secure  tenant"}};
  Add("contact", 1).details.attributes = {{"band", "B"}, {"tenure", "secure tenant"}};
  EXPECT_EQ(Of("attributes.band")[1], (ValueLink{1, "attributes.band", "B", LinkStatus::kStale, "B+", 0}));
  EXPECT_EQ(Of("attributes.tenure")[1], Agrees(1, "attributes.tenure", "secure tenant"));
}

TEST_F(LinksTest, ResidencesGoByTheDateSinceWhen) {
  const auto home = [](std::string text, int16_t since, model::AddressRole role = model::AddressRole::kResidence) {
    model::PersonAddress address;
    address.role = role;
    address.text = std::move(text);
    address.from_date.year = since;
    return address;
  };
  Add("housing", 1).details.addresses = {home("2 New Road", 2020)};
  Add("contact", 20'000).details.addresses = {home("1 Old Road", 2010),
                                              home("9 Shop Row", 0, model::AddressRole::kBusiness)};
  Add("council_tax", 1).details.addresses = {home("1 Old Road", 2010), home("2, NEW ROAD", 2019)};
  Add("parking", 1).details.addresses = {home("Flat of 2 New Road", 2015)};
  uprns_ = {{{7, 1}}, {{6, 1}, {}}, {{6, 1}, {}}, {{7, 1}}};
  EXPECT_THAT(
      Of("current_address"),
      ElementsAre(Agrees(0, "current_address", "2 New Road"),
                  ValueLink{1, "current_address", "1 Old Road", LinkStatus::kStale, "2 New Road", 0},
                  Agrees(2, "current_address", "2, NEW ROAD"), Agrees(3, "current_address", "Flat of 2 New Road")));
  EXPECT_THAT(Of("addresses"), ElementsAre(Agrees(1, "addresses", "9 Shop Row"), Agrees(2, "addresses", "1 Old Road")));
}

TEST_F(LinksTest, ValuesThatStewardsGaveAreNobodys) {
  model::PersonDetails given;
  given.date_of_birth = {1990, 1, 1};
  given.phones = {"+447700900009"};
  steward_.push_back({.decision = 1, .act = StewardAct::kOverride, .contributor = 0, .details = &given});
  model::SourceRecord& record = Add("housing", 1);
  record.details.date_of_birth = {1991, 1, 1};
  record.details.phones = {"+447700900001", "+441603000001"};
  EXPECT_THAT(Of("date_of_birth"), ElementsAre(ValueLink{0, "date_of_birth", "1991-01-01", LinkStatus::kDiffers,
                                                         "1990-01-01", std::nullopt}));
  EXPECT_THAT(Of("phones"),
              ElementsAre(ValueLink{0, "phones", "+447700900001", LinkStatus::kDiffers, "+447700900009", std::nullopt},
                          ValueLink{0, "phones", "+441603000001", LinkStatus::kDiffers, "", std::nullopt}));
}

TEST_F(LinksTest, WhereNobodyWinsAllDiffer) {
  rules_.rules["sex"] = Rule::kUnanimous;
  Add("housing", 1).details.sex = model::Sex::kFemale;
  Add("contact", 9).details.sex = model::Sex::kMale;
  EXPECT_THAT(Of("sex"), ElementsAre(ValueLink{0, "sex", "female", LinkStatus::kDiffers, "", std::nullopt},
                                     ValueLink{1, "sex", "male", LinkStatus::kDiffers, "", std::nullopt}));
}

TEST_F(LinksTest, OnlyWhatThePurposeSeesIsTold) {
  model::SourceRecord& hidden = Add("housing", 9);
  hidden.details.ni_number = "AB123456C";
  hidden.details.sex = model::Sex::kFemale;
  hidden.purposes = 1;
  hidden.field_purposes = {{"sex", 3}};
  Add("contact", 1).details.ni_number = "AB123456D";
  EXPECT_THAT(Of("ni_number", 0).size(), 2U);
  EXPECT_THAT(Of("ni_number", 1), ElementsAre(Agrees(1, "ni_number", "AB123456D")));
  EXPECT_THAT(Of("sex", 1), ElementsAre(Agrees(0, "sex", "female")));
  EXPECT_THAT(Of("person_name", 1), IsEmpty());
}

// The twin: of the newest record that gives a value, by the records alone; rules as nobody set them, but for names.
using Expected = std::map<std::tuple<uint32_t, std::string, std::string>, LinkStatus>;

// Newest, then by the name of the source and the key.
bool Before(const model::SourceRecord& a, const model::SourceRecord& b) {
  return std::tuple(-a.source_time, a.key.source, a.key.key) < std::tuple(-b.source_time, b.key.source, b.key.key);
}

Expected Twin(const std::vector<model::SourceRecord>& records) {
  Expected expected;
  for (uint32_t i = 0; i < records.size(); ++i) {
    const model::SourceRecord& own = records[i];
    for (const std::string& phone : own.details.phones) {
      const bool mobile = phone.substr(0, 4) == "+447";
      const model::SourceRecord* newest = nullptr;
      std::string first;
      for (const model::SourceRecord& other : records) {
        for (const std::string& its : other.details.phones) {
          if ((its.substr(0, 4) == "+447") == mobile && (newest == nullptr || Before(other, *newest))) {
            newest = &other;
            first = its;
            break;
          }
        }
      }
      const bool knows = std::ranges::count(own.details.phones, first) > 0;
      expected[{i, "phones", phone}] =
          !knows && own.source_time < newest->source_time ? LinkStatus::kStale : LinkStatus::kAgrees;
    }
    if (own.details.sex != model::Sex::kUnknown) {
      const model::SourceRecord* newest = &own;
      for (const model::SourceRecord& other : records) {
        newest = other.details.sex != model::Sex::kUnknown && Before(other, *newest) ? &other : newest;
      }
      LinkStatus& status = expected[{i, "sex", own.details.sex == model::Sex::kFemale ? "female" : "male"}];
      status = LinkStatus::kAgrees;
      if (newest->details.sex != own.details.sex) {
        status = own.source_time < newest->source_time ? LinkStatus::kStale : LinkStatus::kDiffers;
      }
    }
  }
  return expected;
}

TEST_F(LinksTest, ASystemLacksWhatItGivesOfOthers) {
  model::PersonDetails& full = Add("housing", 5).details;
  full.date_of_birth = {1982, 7, 30};
  full.phones = {"+447700900002"};
  full.emails = {"lena@example.org"};
  full.identifiers = {{"nhs", "1"}};
  full.attributes = {{"band", "A"}};
  full.addresses.emplace_back().text = "4 Oak Street";
  model::SourceRecord& other = Add("council_tax", 9);
  other.details.name.surname = "Castellane";
  other.details.addresses.emplace_back().text = "1 Elm Hill";
  other.details.addresses[0].role = model::AddressRole::kCorrespondence;
  const std::vector<const char*> fields = {"date_of_birth", "phones", "identifiers.nhs", "attributes.band",
                                           "current_address"};
  for (const char* const field : fields) {
    EXPECT_EQ(Of(field).size(), 1U) << field;  // nothing is told of what it lacks
  }
  gives_ = [](std::string_view source, std::string_view field) { return source == "council_tax" && field != "emails"; };
  for (const char* const field : fields) {
    const std::vector<ValueLink> links = Of(field);
    ASSERT_EQ(links.size(), 2U) << field;
    EXPECT_EQ(links[1].contributor, 1U);
    EXPECT_EQ(links[1].value, "");
    EXPECT_EQ(links[1].status, LinkStatus::kMissing) << field;
    EXPECT_EQ(links[1].golden_value, links[0].value) << field;
    EXPECT_EQ(links[1].golden_contributor, 0U) << field;
  }
  EXPECT_EQ(Of("emails").size(), 1U);         // which council tax gives of nobody
  EXPECT_EQ(Of("date_of_death").size(), 0U);  // which nobody has
  // Nor of what the purpose may not see of its records.
  other.field_purposes = {{"phones", 0}};
  EXPECT_EQ(Of("phones").size(), 1U);
  // A value that a steward gave is missing too.
  model::PersonDetails given;
  given.sex = model::Sex::kFemale;
  steward_ = {{.decision = 1, .act = StewardAct::kOverride, .details = &given}};
  EXPECT_THAT(Of("sex"), ElementsAre(ValueLink{1, "sex", "", LinkStatus::kMissing, "female", std::nullopt}));
}

TEST_F(LinksTest, WhatAStewardIgnoresIsNotKept) {
  model::PersonDetails& details = Add("housing", 5).details;
  details.identifiers = {{"nhs", "1"}, {"nhs", "2"}};
  details.addresses.emplace_back().text = "4 Oak Street";
  details.addresses.emplace_back().text = "1 Elm Hill";
  details.addresses[1].role = model::AddressRole::kPrevious;
  steward_ = {{.decision = 3, .act = StewardAct::kIgnore, .attribute = "current_address", .value = "4 Oak Street"},
              {.decision = 2, .act = StewardAct::kIgnore, .attribute = "addresses", .value = "1 Elm Hill"},
              {.decision = 1, .act = StewardAct::kIgnore, .attribute = "identifiers.nhs", .value = "1"}};
  EXPECT_THAT(Of("identifiers.nhs"), ElementsAre(ValueLink{0, "identifiers.nhs", "1", LinkStatus::kDiffers, "2", 0},
                                                 Agrees(0, "identifiers.nhs", "2")));
  EXPECT_THAT(Of("current_address"),
              ElementsAre(ValueLink{0, "current_address", "4 Oak Street", LinkStatus::kDiffers, "", std::nullopt}));
  EXPECT_THAT(Of("addresses"),
              ElementsAre(ValueLink{0, "addresses", "1 Elm Hill", LinkStatus::kDiffers, "", std::nullopt}));
}

TEST(LinksRandomTest, AgreesWithTheTwin) {
  const uint64_t seed = TestSeed(31'000);
  Random random(seed);
  int stale = 0;
  for (int round = 0; round < 3'000; ++round) {
    std::vector<model::SourceRecord> records(1 + random.Below(6));
    std::vector<Contributor> contributors;
    for (size_t i = 0; i < records.size(); ++i) {
      records[i].key = {.source = Cat("s", random.Below(3)), .key = Cat("k", i), .incarnation = 0};
      records[i].source_time = static_cast<TimeMicros>(random.Below(4)) * kDay;
      for (const char* phone : {"+447700900001", "+441603000001", "+447700900002", "+441603000002"}) {
        if (random.Chance(0.3)) {
          records[i].details.phones.emplace_back(phone);
        }
      }
      records[i].details.sex = static_cast<model::Sex>(random.Below(3));
      contributors.push_back({.record = &records[i], .resolved_addresses = {}});
    }
    const GoldenRecord golden = Survive(contributors, {}, 0);
    Expected got;
    for (const ValueLink& link : CompareWithGolden(contributors, golden, 0)) {
      got[{link.contributor, link.field, link.value}] = link.status;
      stale += static_cast<int>(link.status == LinkStatus::kStale);
      EXPECT_EQ(link.status == LinkStatus::kAgrees, link.golden_value.empty());
    }
    ASSERT_EQ(got, Twin(records)) << "seed " << seed << " round " << round;
  }
  EXPECT_GT(stale, 1'000);
}

}  // namespace
}  // namespace wensum::matching
