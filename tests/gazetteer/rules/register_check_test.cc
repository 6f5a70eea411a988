// The rules over a whole register: changes, hierarchies, duplicates, and a differential test against a check that looks
// at every pair.
#include "gazetteer/rules/register_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/strings.h"
#include "tests/gazetteer/rules/rule_world.h"

namespace wensum::llpg {
namespace {

using model::ChangeType;
using model::GazetteerRow;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr RowOrigin kOrigin = {.format = model::GazetteerFormat::kDtf73};

// "code uprn-or-usrn".
std::string Text(const Finding& finding) {
  return Cat(GetRule(finding.rule).code, " ", finding.uprn.empty() ? finding.usrn.value() : finding.uprn.value());
}

class RegisterCheckTest : public testing::Test {
 protected:
  void Add(const GazetteerRow& row, ChangeType change = ChangeType::kInsert) {
    check_.Add(row, change, kOrigin, &findings_);
  }
  void AddWorld() {
    for (const GazetteerRow& row :
         {GazetteerRow(*world_.street), GazetteerRow(*world_.descriptor), GazetteerRow(*world_.shell),
          GazetteerRow(*world_.shell_lpi), GazetteerRow(*world_.flat), GazetteerRow(*world_.flat_lpi),
          GazetteerRow(*world_.xref), GazetteerRow(*world_.provenance)}) {
      Add(row);
    }
  }
  std::vector<std::string> Finish() {
    check_.Finish([this](Finding finding) { findings_.push_back(std::move(finding)); });
    std::vector<std::string> out;
    for (const Finding& finding : findings_) {
      out.push_back(Text(finding));
    }
    return out;
  }

  World world_;
  RuleConfig config_;
  RegisterCheck check_{config_};
  std::vector<Finding> findings_;
};

TEST_F(RegisterCheckTest, UpdatesReplace) {
  AddWorld();
  model::Blpu flat = *world_.flat;
  flat.parent_uprn = {};
  Add(flat, ChangeType::kUpdate);
  model::Lpi lpi = *world_.flat_lpi;
  lpi.pao.text = "Rose Cottage";
  Add(lpi, ChangeType::kUpdate);
  EXPECT_THAT(Finish(), ElementsAre(Cat("AAU24.7 ", World::kFlat)));
}

TEST_F(RegisterCheckTest, DeletionsRemove) {
  AddWorld();
  check_.NextFile();
  Add(*world_.flat, ChangeType::kDelete);
  Add(*world_.flat_lpi, ChangeType::kDelete);
  EXPECT_THAT(Finish(), UnorderedElementsAre(Cat("AAU23.17 ", World::kFlat), Cat("WEN-BLPU ", World::kFlat)));
  EXPECT_EQ(check_.property_count(), 1U);
}

TEST_F(RegisterCheckTest, ADeletedStreetIsMissed) {
  AddWorld();
  Add(*world_.street, ChangeType::kDelete);
  EXPECT_THAT(Finish(), UnorderedElementsAre(Cat("LPI-V9 ", World::kShell), Cat("LPI-V9 ", World::kFlat)));
}

TEST_F(RegisterCheckTest, ADeletionAfterAnInsertionInOneFileIsLate) {
  AddWorld();
  Add(*world_.flat, ChangeType::kDelete);
  EXPECT_THAT(Finish(), Contains(Cat("WEN-FILE-DELETE-ORDER ", World::kFlat)));
}

TEST_F(RegisterCheckTest, AChangeOnlyFileAloneMissesNothing) {
  check_.set_complete(false);
  Add(*world_.flat, ChangeType::kUpdate);
  Add(world_.NewLpi(9), ChangeType::kUpdate);
  Add(*world_.xref);
  Add(*world_.street, ChangeType::kUpdate);
  EXPECT_THAT(Finish(), IsEmpty());
}

TEST_F(RegisterCheckTest, CyclesAndWhatLeadsIntoThem) {
  AddWorld();
  // 3 -> 4 -> 5 -> 3, and 6 -> 3.
  for (const auto& [number, parent] : std::map<uint64_t, uint64_t>{{3, 4}, {4, 5}, {5, 3}, {6, 3}}) {
    model::Blpu blpu = world_.NewBlpu(number);
    blpu.parent_uprn = world_.NewBlpu(parent).uprn;
    Add(blpu);
    Add(world_.NewLpi(number));
  }
  const uint64_t base = World::kShell - 1;
  EXPECT_THAT(Finish(), ElementsAre(Cat("WVB-29 ", base + 3), Cat("WVB-29 ", base + 4), Cat("WVB-29 ", base + 5),
                                    Cat("WVB-29 ", base + 6)));
}

TEST_F(RegisterCheckTest, LivePropertiesOfAClosedStreetAreCountedOnce) {
  world_.street->state = 4;
  AddWorld();
  model::Lpi other = world_.NewLpi(3);
  other.uprn = world_.flat->uprn;
  other.logical_status = 3;
  Add(other);
  Finish();
  const auto closed = std::ranges::find(findings_, RuleId::kStreetClosedEmpty, &Finding::rule);
  ASSERT_NE(closed, findings_.end());
  EXPECT_NE(closed->message.find("2 live properties are"), std::string::npos) << closed->message;
}

TEST_F(RegisterCheckTest, SaysWherePropertiesAre) {
  AddWorld();
  Finish();
  const RegisterCheck::Place place = check_.PlaceOf(world_.flat->uprn);
  EXPECT_EQ(place.usrn.value(), World::kUsrn);
  EXPECT_EQ(place.ward, "E05002900");
  EXPECT_TRUE(check_.PlaceOf(*model::Uprn::Create(7)).usrn.empty());
  EXPECT_EQ(check_.PlaceOf(*model::Uprn::Create(7)).ward, "");
}

TEST_F(RegisterCheckTest, AddressBaseTellsStreetRecordsByTheirClassification) {
  AddWorld();
  model::Classification row;
  row.uprn = world_.shell->uprn;
  row.class_key = TestKey('C', 1);
  row.code = "PS";
  row.scheme = "AddressBase Premium Classification Scheme";
  Add(row);
  EXPECT_THAT(Finish(), UnorderedElementsAre(Cat("AAU21.102 ", World::kShell), Cat("AAU21.95 ", World::kFlat),
                                             Cat("AAU21.8 ", World::kShell)));
}

TEST(CheckPropertyTest, JudgesRowsBeforeAWrite) {
  World world;
  RuleConfig config;
  RegisterCheck rest(config);
  std::vector<Finding> findings;
  rest.Add(*world.street, ChangeType::kInsert, kOrigin, &findings);
  rest.Add(*world.shell, ChangeType::kInsert, kOrigin, &findings);
  const ObjectContext context = {.config = &config, .lookup = &rest};
  const std::vector<model::Lpi> lpis = {*world.flat_lpi};
  const std::vector<model::CrossReference> xrefs = {*world.xref};
  const PropertyRecord good = {.blpu = &*world.flat, .lpis = lpis, .cross_references = xrefs};
  CheckProperty(good, model::GazetteerFormat::kDtf73, context, &findings);
  EXPECT_THAT(findings, IsEmpty());

  const PropertyRecord orphan = {.blpu = nullptr, .lpis = lpis, .cross_references = xrefs};
  CheckProperty(orphan, model::GazetteerFormat::kDtf73, context, &findings);
  std::vector<std::string> texts;
  for (const Finding& finding : findings) {
    texts.push_back(Text(finding));
  }
  EXPECT_THAT(texts, ElementsAre(Cat("AAU24.12 ", World::kFlat), Cat("AAU23.17 ", World::kFlat)));
}

// What the register's rules say, by looking at every row again for every row.
std::multiset<std::string> Reference(const std::vector<model::Blpu>& blpus, const std::vector<model::Lpi>& lpis,
                                     const RuleConfig& config) {
  std::multiset<std::string> out;
  std::map<uint64_t, const model::Blpu*> by_uprn;
  for (const model::Blpu& blpu : blpus) {
    by_uprn[blpu.uprn.value()] = &blpu;
  }
  const auto add = [&out](std::string_view code, model::Uprn uprn) { out.insert(Cat(code, " ", uprn.value())); };
  for (const model::Blpu& blpu : blpus) {
    if (blpu.parent_uprn.empty() || blpu.parent_uprn == blpu.uprn) {
      continue;
    }
    if (!by_uprn.contains(blpu.parent_uprn.value())) {
      add("AAU21.5", blpu.uprn);
      continue;
    }
    std::set<uint64_t> seen = {blpu.uprn.value()};
    const model::Blpu* above = &blpu;
    bool cycle = false;
    while (!above->parent_uprn.empty() && above->parent_uprn != above->uprn &&
           by_uprn.contains(above->parent_uprn.value())) {
      above = by_uprn[above->parent_uprn.value()];
      if (!seen.insert(above->uprn.value()).second) {
        cycle = true;
        break;
      }
    }
    if (cycle) {
      add("WVB-29", blpu.uprn);
    } else if (seen.size() > static_cast<size_t>(config.max_levels)) {
      add("WEN-21-DEPTH", blpu.uprn);
    }
  }
  for (const model::Lpi& lpi : lpis) {
    if (!by_uprn.contains(lpi.uprn.value())) {
      add("AAU24.12", lpi.uprn);
    }
    const auto same_address = [&lpi](const model::Lpi& other) {
      return lpi.pao == other.pao && lpi.sao == other.sao && lpi.usrn == other.usrn;
    };
    bool duplicate = false;
    for (const model::Lpi& other : lpis) {
      const bool first = std::pair(other.uprn, other.lpi_key) < std::pair(lpi.uprn, lpi.lpi_key);
      duplicate = duplicate || (first && other.uprn != lpi.uprn && same_address(other));
    }
    if (duplicate) {
      add("AAU24.92", lpi.uprn);
    }
  }
  return out;
}

TEST(RegisterCheckDifferentialTest, AgreesWithALookAtEveryPair) {
  const std::set<std::string> compared = {"AAU21.5", "WVB-29", "WEN-21-DEPTH", "AAU24.12", "AAU24.92"};
  std::map<std::string, int> met;
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(Cat("seed ", seed));
    Random random(seed);
    World world;
    RuleConfig config;
    RegisterCheck check(config);
    std::vector<Finding> findings;
    std::vector<model::Blpu> blpus;
    std::vector<model::Lpi> lpis;
    const uint64_t count = 1 + random.Below(12);
    for (uint64_t i = 1; i <= count; ++i) {
      model::Blpu blpu = world.NewBlpu(i);
      blpu.parent_uprn = random.Chance(0.3) ? model::Uprn() : world.NewBlpu(1 + random.Below(count + 1)).uprn;
      model::Lpi lpi = world.NewLpi(i);
      lpi.sao.text = Cat("Flat ", random.Below(2 * count));
      if (random.Chance(0.9)) {
        blpus.push_back(blpu);
        check.Add(blpu, ChangeType::kInsert, kOrigin, &findings);
      }
      lpis.push_back(lpi);
      check.Add(lpi, ChangeType::kInsert, kOrigin, &findings);
    }
    check.Finish([&](Finding finding) { findings.push_back(std::move(finding)); });
    std::multiset<std::string> actual;
    for (const Finding& finding : findings) {
      const std::string code(GetRule(finding.rule).code);
      if (compared.contains(code)) {
        actual.insert(Text(finding));
        ++met[code];
      }
    }
    ASSERT_EQ(actual, Reference(blpus, lpis, config));
  }
  for (const std::string& code : compared) {
    EXPECT_GT(met[code], 10) << code;  // or the test would say nothing about it
  }
}

}  // namespace
}  // namespace wensum::llpg
