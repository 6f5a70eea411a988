// Golden records against survivorship by the book: random records, rules and purposes.
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/strings.h"
#include "matching/survive/fields.h"
#include "matching/survive/survivorship.h"
#include "tests/reference/survive_reference.h"
#include "tests/reference/survive_steward_reference.h"
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

  // What stewards decided, the newest first. Values are mostly those of some record.
  std::vector<StewardValue> Steward(const std::vector<Contributor>& contributors, const SurvivorshipRules& rules) {
    std::vector<StewardValue> steward(random_.Below(7));
    for (size_t i = 0; i < steward.size(); ++i) {
      StewardValue& value = steward[i];
      value.decision = steward.size() - i;
      value.act = static_cast<StewardAct>(Chance(0.7) ? Below(2) : 2 + Below(2));
      value.contributor = static_cast<uint32_t>(random_.Below(contributors.size()));
      value.purposes = Chance(0.7) ? 0 : random_.Below(1U << kPurposes);
      const std::string about = Pick(kDecidable);
      if (value.act >= StewardAct::kOverride) {
        value.details = &given_.emplace_back(Given(value.act == StewardAct::kOverride ? about : ""));
        if (value.act == StewardAct::kOverride && Chance(0.4)) {
          value.while_consolidated = true;
          Consolidate(contributors, rules, about, value);
        }
        continue;
      }
      value.attribute = about;
      const size_t holder =
          value.act == StewardAct::kIgnore || Chance(0.5) ? value.contributor : random_.Below(contributors.size());
      const std::vector<std::string> held =
          reference::TextsOf(contributors[holder].record->details, about == "addresses" ? "current_address" : about);
      value.value = held.empty() ? "nobody's" : Pick(held);
    }
    return steward;
  }

 private:
  model::PersonDetails Given(const std::string& about) {
    model::PersonDetails given;
    const auto wants = [&](const std::string& attribute) { return about.empty() ? Chance(0.3) : about == attribute; };
    if (wants("name")) given.name = {"", "Given", Pick({"Name", "Brown"}), "", ""};
    if (wants("sex")) given.sex = model::Sex::kOther;
    if (wants("date_of_birth")) given.date_of_birth = {1980, 1, 2};
    if (wants("ni_number")) given.ni_number = Pick({"AB123456C", "GV000000N"});
    if (wants("phones")) given.phones = {Pick({"+441", "+449"}), "+442"};
    if (wants("attributes.band")) given.attributes = {{"band", Pick({"A", "Z"})}};
    if (wants("identifiers.nhs")) given.identifiers = {{"nhs", Pick({"1", "9"})}};
    if (wants("identifiers.staff")) given.identifiers.push_back({"staff", "given"});
    if (wants("current_address") || wants("addresses")) {
      given.addresses.emplace_back().text = Pick({"1 High Street, Norwich", "Given House, Norwich"});
    }
    return given;
  }

  // What some purposes see without overrides, or something else.
  void Consolidate(const std::vector<Contributor>& contributors, const SurvivorshipRules& rules,
                   const std::string& about, StewardValue& value) {
    for (int purpose = 0; purpose < kPurposes; ++purpose) {
      const GoldenRecord golden = Survive(contributors, rules, purpose);
      const std::optional<FieldRef> field = StewardFieldOf(about);
      std::string text = field.has_value()             ? ValueText(golden.details, *field)
                         : golden.current_address >= 0 ? golden.details.addresses[0].text
                                                       : "";
      if (Chance(0.8)) {
        value.consolidated.emplace_back(PurposeBit(purpose), Chance(0.8) ? std::move(text) : "another");
      }
    }
  }
  static model::PurposeMask PurposeBit(int purpose) { return model::PurposeMask{1} << purpose; }

  void Fill(size_t number, model::SourceRecord& record) {
    record.key = {Pick({"housing", "benefits", "council_tax", "unnamed_b", "unnamed_a"}), Cat("K", number / 2),
                  static_cast<uint32_t>(number % 2)};
    record.source_time = Below(4) * 200 * kDay;
    if (Chance(0.3)) {
      record.purposes = random_.Below(1U << kPurposes);
    }
    for (const char* field : {"attributes", "date_of_birth", "person_name", "addresses", "identifiers"}) {
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
    for (const char* type : {"nhs", "staff", "nhs"}) {
      const model::Identifier identifier = {type, Pick({"1", "2", "3"})};
      if (Chance(0.3) && std::ranges::find(details.identifiers, identifier) == details.identifiers.end()) {
        details.identifiers.push_back(identifier);
      }
    }
    for (const char* home : {"1 High Street, Norwich", "2 High Street, Norwich", "The Mill, Mill Lane, Norwich"}) {
      if (Chance(0.25)) {
        model::PersonAddress& address = details.addresses.emplace_back();
        address.text = home;
        address.role = Chance(0.2) ? model::AddressRole::kPrevious : model::AddressRole::kResidence;
        address.from_date =
            Chance(0.3) ? model::PartialDate{1970, static_cast<int8_t>(1 + Below(3)), 0} : model::PartialDate{};
        address.to_date = Chance(0.1) ? model::PartialDate{1971, 0, 0} : model::PartialDate{};
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
  const std::vector<std::string> kDecidable = {"name",
                                               "date_of_birth",
                                               "sex",
                                               "phones",
                                               "attributes.band",
                                               "ni_number",
                                               "identifiers.nhs",
                                               "identifiers.staff",
                                               "current_address",
                                               "addresses",
                                               "current_address",
                                               "phones"};
  Random random_;
  std::deque<model::PersonDetails> given_;
};

// A value's attribute, by the name that the book has for it, and its text: of an identifier without its type.
std::pair<std::string, std::string> InTheBook(const std::string& field, const std::string& value) {
  if (field != "identifiers") {
    return {field == "person_name" ? "name" : field, value};
  }
  const size_t colon = value.find(':');
  return {Cat("identifiers.", value.substr(0, colon)), value.substr(colon + 1)};
}

// What survived, in the form of the book.
std::map<std::string, reference::Outcome> OutcomesOf(const GoldenRecord& golden,
                                                     const std::vector<Contributor>& contributors) {
  std::map<std::string, reference::Outcome> outcomes;
  for (const ValueLineage& lineage : golden.lineage) {
    if (lineage.field == "addresses" && lineage.losing.empty()) {
      continue;
    }
    // The first entry of identifiers of a type may have no value, but values that are ignored.
    const std::string& told = lineage.value.empty() ? lineage.losing.at(0).value : lineage.value;
    const std::string attribute = InTheBook(lineage.field, told).first;
    const bool list = attribute == "phones" || attribute == "emails" || lineage.field == "identifiers";
    const bool first = !outcomes.contains(attribute);
    reference::Outcome& outcome = outcomes[attribute];
    if (first) {
      outcome.rule = lineage.rule;
      outcome.first = list && lineage.rule >= Rule::kPin ? InTheBook(lineage.field, lineage.value).second : "";
    }
    if (!lineage.value.empty() && lineage.field != "addresses") {
      outcome.values.push_back(InTheBook(lineage.field, lineage.value).second);
      std::ranges::sort(outcome.values);
      outcome.contributor = static_cast<int>(lineage.contributor);
    }
    if (list && (outcome.rule == Rule::kAggregate || outcome.rule >= Rule::kPin)) {
      outcome.contributor = -1;
    }
    for (const LosingValue& losing : lineage.losing) {
      const std::string value = InTheBook(lineage.field, losing.value).second;
      losing.ignored ? outcome.ignored.push_back(Cat(value, " of ", losing.contributor))
                     : outcome.losing.push_back(value);
    }
    std::ranges::sort(outcome.losing);
    std::ranges::sort(outcome.ignored);
    if (first && !lineage.value.empty() && !outcome.losing.empty()) {
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
  for (const model::PersonAddress& address : golden.details.addresses) {
    outcomes["addresses"].values.push_back(Cat(static_cast<int>(address.role), ":", address.text));
  }
  for (auto& [attribute, outcome] : outcomes) {
    if (outcome.values.empty() && outcome.losing.empty()) {
      outcome.rule = Rule::kRecency;  // none decided
    }
    if (attribute == "addresses") {
      std::ranges::sort(outcome.values);
      outcome.rule = Rule::kRecency;  // they do not compete
      outcome.contributor = -1;
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
    AppendTo(text, outcome.first.empty() ? "" : Cat(" first [", outcome.first, "]"), " of ", outcome.contributor,
             " by ", RuleName(outcome.rule), "/", StepName(outcome.step), " over");
    for (const std::string& value : outcome.losing) {
      AppendTo(text, " [", value, "]");
    }
    for (const std::string& value : outcome.ignored) {
      AppendTo(text, " ignored [", value, "]");
    }
    AppendTo(text, "\n");
  }
  return text;
}

// The golden record of one purpose, and the same from the records the other way round.
std::map<std::string, reference::Outcome> ExpectTheBook(const std::vector<Contributor>& contributors,
                                                        const SurvivorshipRules& rules, int purpose,
                                                        const std::vector<StewardValue>& steward) {
  const GoldenRecord golden = Survive(contributors, rules, purpose, steward);
  const auto expected = reference::SurviveByTheBook(contributors, rules, purpose, steward);
  auto found = OutcomesOf(golden, contributors);
  EXPECT_TRUE(found == expected) << "purpose " << purpose << "\nfound\n"
                                 << Show(found) << "expected\n"
                                 << Show(expected);
  const std::vector<Contributor> reversed(contributors.rbegin(), contributors.rend());
  std::vector<StewardValue> same = steward;
  for (StewardValue& value : same) {
    value.contributor = static_cast<uint32_t>(contributors.size() - 1 - value.contributor);
  }
  const GoldenRecord again = Survive(reversed, rules, purpose, same);
  EXPECT_EQ(again.details, golden.details);
  EXPECT_EQ(again.lineage.size(), golden.lineage.size());
  for (size_t i = 0; i < std::min(again.lineage.size(), golden.lineage.size()); ++i) {
    EXPECT_EQ(again.lineage[i].field, golden.lineage[i].field);
    EXPECT_EQ(again.lineage[i].value, golden.lineage[i].value);
    EXPECT_EQ(again.lineage[i].decision, golden.lineage[i].decision);
    EXPECT_EQ(reversed[again.lineage[i].contributor].record, contributors[golden.lineage[i].contributor].record);
  }
  return found;
}

std::vector<Contributor> ContributorsOf(const std::vector<model::SourceRecord>& records) {
  std::vector<Contributor> contributors;
  for (const model::SourceRecord& record : records) {
    contributors.push_back({&record, {}});
  }
  return contributors;
}

TEST(SurvivorshipRandom, AllRulesDecideAsByTheBookInAnyOrderOfTheRecords) {
  for (int round = 0; round < Rounds(3000, 200'000); ++round) {
    const uint64_t seed = TestSeed(20'000 + static_cast<uint64_t>(round));
    SCOPED_TRACE(Cat("WENSUM_SEED=", seed));
    World world(seed);
    const std::vector<model::SourceRecord> records = world.Records();
    const SurvivorshipRules rules = world.Rules();
    for (int purpose = 0; purpose < kPurposes; ++purpose) {
      ExpectTheBook(ContributorsOf(records), rules, purpose, {});
    }
    ASSERT_FALSE(testing::Test::HasFailure());
  }
}

TEST(SurvivorshipRandom, WhatStewardsDecidedShowsAsByTheBook) {
  std::map<std::string, int> shown;
  const int rounds = Rounds(3000, 200'000);
  for (int round = 0; round < rounds; ++round) {
    const uint64_t seed = TestSeed(500'000 + static_cast<uint64_t>(round));
    SCOPED_TRACE(Cat("WENSUM_SEED=", seed));
    World world(seed);
    const std::vector<model::SourceRecord> records = world.Records();
    const std::vector<Contributor> contributors = ContributorsOf(records);
    const SurvivorshipRules rules = world.Chance(0.5) ? world.Rules() : SurvivorshipRules();
    const std::vector<StewardValue> steward = world.Steward(contributors, rules);
    for (int purpose = 0; purpose < kPurposes; ++purpose) {
      for (const auto& [attribute, outcome] : ExpectTheBook(contributors, rules, purpose, steward)) {
        shown[Cat(attribute, " ", RuleName(outcome.rule))] += 1;
        shown[Cat(attribute, " ignored")] += static_cast<int>(outcome.ignored.size());
      }
    }
    ASSERT_FALSE(testing::Test::HasFailure());
  }
  if (rounds == 1) return;  // one seed, repeated
  for (const char* const attribute : {"name", "phones", "current_address", "identifiers.nhs"}) {
    for (const char* const decided : {"pin", "override", "record_of_truth", "ignored"}) {
      EXPECT_GT(shown[Cat(attribute, " ", decided)], 50) << attribute << " " << decided;
    }
  }
  EXPECT_GT(shown["addresses ignored"], 50);
}

}  // namespace
}  // namespace wensum::matching
