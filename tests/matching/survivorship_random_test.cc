// Golden records against survivorship by the book: random records, rules and purposes.
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/strings.h"
#include "matching/survive/survivorship.h"
#include "tests/reference/survive_reference.h"
#include "tests/support/seed.h"

namespace wensum::matching {
namespace {

constexpr TimeMicros kDay = 86'400'000'000;
constexpr int kPurposes = 3;

class World {
 public:
  explicit World(uint64_t seed) : random_(seed) {}

  int Below(int bound) { return static_cast<int>(random_.Below(static_cast<uint64_t>(bound))); }
  bool Chance(double p) { return random_.Chance(p); }
  std::string Pick(const std::vector<std::string>& from) { return from[random_.Below(from.size())]; }

  std::vector<model::SourceRecord> Records() {
    std::vector<model::SourceRecord> records(1 + random_.Below(7));
    for (size_t i = 0; i < records.size(); ++i) {
      Fill(i, records[i]);
    }
    return records;
  }

  SurvivorshipRules Rules() {
    SurvivorshipRules rules;
    rules.source_order = {"housing", "benefits", "council_tax"};
    for (const std::string& attribute : kAttributes) {
      if (Chance(0.6)) {
        rules.rules[attribute] = AnyRule(attribute);
      }
      if (Chance(0.2)) {
        rules.conditions[attribute] = SomeConditions(attribute);
      }
    }
    std::vector<std::string> members = {"name", "date_of_birth", "sex", "phones", "attributes.band", "ni_number"};
    for (int group = 0; group < Below(3); ++group) {
      std::vector<std::string> attributes = {members[static_cast<size_t>(group) * 3],
                                             members[static_cast<size_t>(group) * 3 + 1]};
      if (Chance(0.5)) {
        attributes.push_back(members[static_cast<size_t>(group) * 3 + 2]);
      }
      const Rule rule = AnyRule("group");
      rules.groups.push_back(
          {Cat("g", group), attributes, rule, Chance(0.3) ? SomeConditions("group") : std::vector<Condition>()});
    }
    AddTrust(rules);
    while (!FindCycle(rules).empty()) {
      if (rules.conditions.empty()) {
        rules.groups.pop_back();
      } else {
        rules.conditions.erase(rules.conditions.begin());
      }
    }
    return rules;
  }

 private:
  void Fill(size_t number, model::SourceRecord& record) {
    record.key = {Pick({"housing", "benefits", "council_tax", "unnamed_b", "unnamed_a"}), Cat("K", number / 2),
                  static_cast<uint32_t>(number % 2)};
    record.source_time = Below(4) * 200 * kDay;
    if (Chance(0.3)) {
      record.purposes = random_.Below(1U << kPurposes);
    }
    for (const char* field : {"attributes", "date_of_birth", "person_name", "addresses"}) {
      if (Chance(0.1)) {
        record.field_purposes.emplace_back(field, random_.Below(1U << kPurposes));
      }
    }
    model::PersonDetails& details = record.details;
    if (Chance(0.8)) {
      details.name = {Pick({"", "Ms"}), Pick({"Mary", "Mary Ann", "Zoë"}), Pick({"Brown", "Smith"}), "", ""};
    }
    if (Chance(0.8)) {
      details.date_of_birth = {1980, static_cast<int8_t>(Below(2)), 0};
      details.date_of_birth.day = static_cast<int8_t>(details.date_of_birth.month == 0 ? 0 : Below(3));
    }
    if (Chance(0.1)) {
      details.date_of_death = {2020, 5, static_cast<int8_t>(Below(3))};
    }
    details.sex = static_cast<model::Sex>(Below(3));
    details.ni_number = Pick({"", "", "AB123456C", "CE123456D", "TN000000A"});
    details.organisation_name = Pick({"", "", "Works Ltd", "Works"});
    for (const char* phone : {"+441", "+442", "+4433"}) {
      if (Chance(0.3)) {
        details.phones.emplace_back(phone);
      }
    }
    if (Chance(0.3)) {
      details.emails.push_back(Pick({"a@x.org", "b@x.org"}));
    }
    for (const char* name : {"band", "rent"}) {
      if (Chance(0.6)) {
        details.attributes.push_back({name, Pick({"A", "B", "10", "9", "9.0", "-3", "-", "1."})});
      }
    }
    for (const char* home : {"1 High Street, Norwich", "2 High Street, Norwich", "The Mill, Mill Lane, Norwich"}) {
      if (Chance(0.25)) {
        model::PersonAddress& address = details.addresses.emplace_back();
        address.text = home;
        address.role = Chance(0.2) ? model::AddressRole::kPrevious : model::AddressRole::kResidence;
        address.from_date =
            Chance(0.3) ? model::PartialDate{1970, static_cast<int8_t>(1 + Below(3)), 0} : model::PartialDate{};
      }
    }
  }

  Rule AnyRule(const std::string& attribute) {
    while (true) {
      const Rule rule = AllRules()[random_.Below(AllRules().size())];
      if ((attribute != "current_address" || (rule != Rule::kMin && rule != Rule::kMax)) &&
          (attribute != "group" || rule != Rule::kAggregate)) {
        return rule;
      }
    }
  }

  std::vector<Condition> SomeConditions(const std::string& attribute) {
    std::vector<Condition> conditions(1 + random_.Below(2));
    for (Condition& condition : conditions) {
      condition.attribute = Pick({"sex", "date_of_death", "phones", "attributes.band", "current_address", "name"});
      condition.present = Chance(0.5);
      if (condition.attribute != "current_address" && Chance(0.5)) {
        condition.values = {Pick({"female", "male", "A"}), Pick({"+441", "Mary Brown", "10"})};
      }
      condition.rule = AnyRule(attribute);
    }
    return conditions;
  }

  void AddTrust(SurvivorshipRules& rules) {
    for (const char* source : {"", "housing", "unnamed_a"}) {
      for (const char* attribute : {"", "date_of_birth", "attributes", "attributes.band", "current_address"}) {
        if (Chance(0.4)) {
          rules.trust.push_back({source, attribute, static_cast<uint32_t>(10 * Below(11)),
                                 static_cast<uint32_t>(Chance(0.5) ? 0 : 1 + Below(700))});
        }
      }
    }
    const auto add = [&](QualityRule rule) {
      if (Chance(0.5)) {
        rule.factor = static_cast<uint32_t>(25 * Below(4));
        rules.quality.push_back(std::move(rule));
      }
    };
    add({.attribute = "ni_number", .pattern = std::make_shared<re2::RE2>("AB.*")});
    add({.attribute = "attributes", .required = {"date_of_birth", "current_address"}});
    add({.attribute = "attributes.band", .sentinels = {"A", "9"}});
    add({.attribute = "date_of_birth", .from = "1980-01-02"});
    add({.attribute = "date_of_birth", .until = "1980-01-01"});
    add({.attribute = "current_address", .pattern = std::make_shared<re2::RE2>("[0-9]+ .*")});
  }

  const std::vector<std::string> kAttributes = {"name",       "date_of_birth",   "date_of_death",   "sex",
                                                "phones",     "ni_number",       "emails",          "organisation_name",
                                                "attributes", "attributes.band", "attributes.rent", "current_address"};
  Random random_;
};

// What survived, in the form of the book.
std::map<std::string, reference::Outcome> OutcomesOf(const GoldenRecord& golden,
                                                     const std::vector<Contributor>& contributors) {
  std::map<std::string, reference::Outcome> outcomes;
  for (const ValueLineage& lineage : golden.lineage) {
    if (lineage.field == "identifiers" || lineage.field == "addresses") {
      continue;
    }
    const bool first = !outcomes.contains(lineage.field == "person_name" ? "name" : lineage.field);
    reference::Outcome& outcome = outcomes[lineage.field == "person_name" ? "name" : lineage.field];
    outcome.rule = lineage.rule;
    if (!lineage.value.empty()) {
      outcome.values.push_back(lineage.value);
      std::ranges::sort(outcome.values);
      outcome.contributor = static_cast<int>(lineage.contributor);
    }
    if (lineage.rule == Rule::kAggregate && (lineage.field == "phones" || lineage.field == "emails")) {
      outcome.contributor = -1;
    }
    for (const LosingValue& losing : lineage.losing) {
      outcome.losing.push_back(losing.value);
    }
    std::ranges::sort(outcome.losing);
    if (first && !lineage.value.empty() && !lineage.losing.empty()) {
      const auto contender = [&](uint32_t at, size_t address) {
        const model::SourceRecord& record = *contributors[at].record;
        int64_t date = record.source_time;
        if (lineage.field == "current_address") {
          date = ResidentSince(golden.details.addresses[address].from_date.ToNumber(), record.source_time);
        }
        return Contender{record.key.source, record.key.key, record.source_time, date};
      };
      outcome.step = DecidingStepOf(lineage.rule, lineage.tied, contender(lineage.contributor, 0),
                                    contender(lineage.losing[0].contributor, 1));
    }
  }
  return outcomes;
}

std::string Show(const std::map<std::string, reference::Outcome>& outcomes) {
  std::string text;
  for (const auto& [attribute, outcome] : outcomes) {
    AppendTo(text, attribute, ":");
    for (const std::string& value : outcome.values) {
      AppendTo(text, " [", value, "]");
    }
    AppendTo(text, " of ", outcome.contributor, " by ", RuleName(outcome.rule), "/", StepName(outcome.step), " over");
    for (const std::string& value : outcome.losing) {
      AppendTo(text, " [", value, "]");
    }
    AppendTo(text, "\n");
  }
  return text;
}

TEST(SurvivorshipRandom, AllRulesDecideAsByTheBookInAnyOrderOfTheRecords) {
  const int rounds = Rounds(3000, 200'000);
  for (int round = 0; round < rounds; ++round) {
    const uint64_t seed = TestSeed(20'000 + static_cast<uint64_t>(round));
    World world(seed);
    const std::vector<model::SourceRecord> records = world.Records();
    const SurvivorshipRules rules = world.Rules();
    std::vector<Contributor> contributors;
    for (const model::SourceRecord& record : records) {
      contributors.push_back({&record, {}});
    }
    for (int purpose = 0; purpose < kPurposes; ++purpose) {
      const GoldenRecord golden = Survive(contributors, rules, purpose);
      const auto expected = reference::SurviveByTheBook(contributors, rules, purpose);
      const auto found = OutcomesOf(golden, contributors);
      ASSERT_TRUE(found == expected) << "WENSUM_SEED=" << seed << " purpose " << purpose << "\nfound\n"
                                     << Show(found) << "expected\n"
                                     << Show(expected);
      // Reversed: the same but for the indexes.
      const std::vector<Contributor> reversed(contributors.rbegin(), contributors.rend());
      const GoldenRecord again = Survive(reversed, rules, purpose);
      EXPECT_EQ(again.details, golden.details) << "WENSUM_SEED=" << seed;
      ASSERT_EQ(again.lineage.size(), golden.lineage.size()) << "WENSUM_SEED=" << seed;
      for (size_t i = 0; i < again.lineage.size(); ++i) {
        EXPECT_EQ(again.lineage[i].field, golden.lineage[i].field) << "WENSUM_SEED=" << seed;
        EXPECT_EQ(again.lineage[i].value, golden.lineage[i].value) << "WENSUM_SEED=" << seed;
        EXPECT_EQ(reversed[again.lineage[i].contributor].record, contributors[golden.lineage[i].contributor].record)
            << "WENSUM_SEED=" << seed;
      }
    }
  }
}

}  // namespace
}  // namespace wensum::matching
