#include "model/canonical.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/strings.h"

namespace wensum::model {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr PartialDate kToday{2026, 4, 1};

PersonAddress AddressOf(std::string text, std::string_view postcode = "") {
  PersonAddress address;
  address.text = std::move(text);
  if (!postcode.empty()) {
    address.postcode = *Postcode::Parse(postcode);
  }
  return address;
}

PersonName Surname(std::string surname) {
  PersonName name;
  name.surname = std::move(surname);
  return name;
}

// "field rule" of each issue found; `details` is made canonical.
std::vector<std::string> Issues(PersonDetails& details, PartialDate today = kToday) {
  std::vector<FieldIssue> issues;
  Canonicalise(details, today, issues);
  std::vector<std::string> texts;
  for (const FieldIssue& issue : issues) {
    EXPECT_FALSE(issue.message.empty());
    texts.push_back(Cat(issue.field, " ", issue.rule));
  }
  return texts;
}

std::string CleanSurname(std::string surname) {
  PersonDetails details;
  details.name.surname = std::move(surname);
  Issues(details);
  return details.name.surname;
}

TEST(CanonicaliseTest, TextsAreTrimmedCollapsedAndNormalised) {
  EXPECT_EQ(CleanSurname("Smith"), "Smith");
  EXPECT_EQ(CleanSurname("  Smith \t Jones\r\n"), "Smith Jones");
  EXPECT_EQ(CleanSurname(std::string("Smi\0th\0\0", 8)), "Smith");
  EXPECT_EQ(CleanSurname("Sm\x01i\x1Bth\x7F"), "Smith");
  EXPECT_EQ(CleanSurname("\xC2\xA0Smith\xE2\x80\x83Jones\xE3\x80\x80"), "Smith Jones")
      << "no-break, em and ideographic space";
  EXPECT_EQ(CleanSurname("\xEF\xBB\xBFSmi\xC2\xADth\xE2\x80\x8B\xE2\x80\xAE"), "Smith") << "marks that show nothing";
  EXPECT_EQ(CleanSurname("Smith\xC2\x85Jones\xC2\x9B"), "Smith Jones") << "C1 controls";
  EXPECT_EQ(CleanSurname("Rene\xCC\x81"), "Ren\xC3\xA9") << "composed";
  EXPECT_EQ(CleanSurname("e\x01\xCC\x81"), "\xC3\xA9") << "also across what was removed";
  EXPECT_EQ(CleanSurname("\xC3\x85ngstr\xC3\xB6m"), "\xC3\x85ngstr\xC3\xB6m");
  EXPECT_EQ(CleanSurname(" \t\xC2\xA0"), "");
}

TEST(CanonicaliseTest, InvalidUtf8IsReplacedAndReported) {
  PersonDetails details;
  details.name.surname = "Ren\xE9";  // ISO 8859-1
  details.organisation_name =
      "A\xF0\x9F\x8F"
      "B\xFF";
  EXPECT_THAT(Issues(details),
              ElementsAre("details.name.surname encoding_invalid", "details.organisation_name encoding_invalid"));
  EXPECT_EQ(details.name.surname, "Ren\xEF\xBF\xBD");
  EXPECT_EQ(details.organisation_name,
            "A\xEF\xBF\xBD"
            "B\xEF\xBF\xBD");
}

TEST(CanonicaliseTest, LongTextsAreCutBetweenCharacters) {
  PersonDetails details;
  details.name.forenames = std::string(kMaxNamePart, 'a');
  details.name.surname = std::string(kMaxNamePart - 1, 'a') + "\xC3\xA9";
  details.name.full = std::string(kMaxNamePart - 1, 'a') + " b";
  details.addresses.push_back(AddressOf(std::string(kMaxAddressText + 1, 'a')));
  details.attributes.push_back({.name = "x", .value = std::string(kMaxAttributeValue + 1, 'v')});
  details.identifiers.push_back({.type = "t", .value = std::string(300, '1')});
  EXPECT_THAT(
      Issues(details),
      ElementsAre("details.name.surname too_long", "details.name.full too_long", "details.addresses[0].text too_long",
                  "details.identifiers[0].value too_long", "details.attributes[0].value too_long"));
  EXPECT_EQ(details.name.forenames.size(), kMaxNamePart);
  EXPECT_EQ(details.name.surname, std::string(kMaxNamePart - 1, 'a'));
  EXPECT_EQ(details.name.full, std::string(kMaxNamePart - 1, 'a'));
  EXPECT_EQ(details.addresses[0].text.size(), kMaxAddressText);
  EXPECT_EQ(details.attributes[0].value.size(), kMaxAttributeValue);
  EXPECT_EQ(details.identifiers[0].value.size(), kMaxNamePart);
}

TEST(CanonicaliseTest, DatesThatCannotBe) {
  const auto birth = [](PartialDate date, PartialDate today = kToday) {
    PersonDetails details;
    details.date_of_birth = date;
    const std::vector<std::string> issues = Issues(details, today);
    EXPECT_EQ(issues.empty(), details.date_of_birth == date);
    EXPECT_TRUE(issues.empty() || details.date_of_birth.empty());
    return Join(issues, ";");
  };
  EXPECT_EQ(birth({1980, 5, 17}), "");
  EXPECT_EQ(birth({1980, 0, 0}), "");
  EXPECT_EQ(birth({}), "");
  EXPECT_EQ(birth({1981, 2, 29}), "details.date_of_birth date_impossible");
  EXPECT_EQ(birth({1980, 13, 1}), "details.date_of_birth date_impossible");
  EXPECT_EQ(birth({1980, -1, 1}), "details.date_of_birth date_impossible");
  EXPECT_EQ(birth({80, 1, 1}), "details.date_of_birth date_impossible");
  EXPECT_EQ(birth({1900, 1, 1}), "details.date_of_birth date_dummy");
  EXPECT_EQ(birth({9999, 12, 31}), "details.date_of_birth date_dummy");
  EXPECT_EQ(birth({2026, 4, 1}), "");
  EXPECT_EQ(birth({2026, 4, 2}), "details.date_of_birth date_in_future");
  EXPECT_EQ(birth({2026, 4, 0}), "") << "may be today";
  EXPECT_EQ(birth({2026, 5, 0}), "details.date_of_birth date_in_future");
  EXPECT_EQ(birth({2026, 0, 0}), "");
  EXPECT_EQ(birth({2027, 0, 0}), "details.date_of_birth date_in_future");
  EXPECT_EQ(birth({2027, 1, 1}, PartialDate()), "") << "without today";

  PersonDetails details;
  details.date_of_death = {2030, 1, 1};
  details.addresses.push_back(AddressOf("1 High Street"));
  details.addresses[0].from_date = {2020, 2, 30};
  details.addresses[0].to_date = {2030, 1, 1};
  EXPECT_THAT(Issues(details),
              ElementsAre("details.date_of_death date_in_future", "details.addresses[0].from_date date_impossible"));
  EXPECT_EQ(details.addresses[0].to_date, (PartialDate{2030, 1, 1})) << "tenancies may end in the future";
}

TEST(CanonicaliseTest, ContactsAreCanonicalValidAndUnique) {
  PersonDetails details;
  details.ni_number = std::string("ab 12 34 56 c\0\0", 15);
  details.phones = {"", "01603 212343", "nonsense", "07777 777777", "+44 1603 212343", "07911 123456"};
  details.emails = {"A@B.example", "a@b.example", " ", "none"};
  EXPECT_THAT(Issues(details), ElementsAre("details.phones[2] phone_invalid", "details.phones[3] phone_dummy",
                                           "details.emails[3] email_invalid"));
  EXPECT_EQ(details.ni_number, "AB123456C");
  EXPECT_THAT(details.phones, ElementsAre("+441603212343", "+447911123456"));
  EXPECT_THAT(details.emails, ElementsAre("a@b.example"));

  details.ni_number = "QQ123456C";
  EXPECT_THAT(Issues(details), ElementsAre("details.ni_number ni_number_invalid"));
  EXPECT_EQ(details.ni_number, "");
}

TEST(CanonicaliseTest, AddressesAreOneTidyLine) {
  const auto clean = [](std::string text) {
    PersonDetails details;
    details.addresses.push_back(AddressOf(std::move(text)));
    details.addresses[0].source_uprn = *Uprn::Create(1);
    Issues(details);
    return Cat(details.addresses[0].text, "|", details.addresses[0].postcode.ToString());
  };
  EXPECT_EQ(clean("1 High Street, Norwich"), "1 High Street, Norwich|");
  EXPECT_EQ(clean(" 1 High Street\r\n\r\nNorwich\n"), "1 High Street, Norwich|");
  EXPECT_EQ(clean(", ,1 High Street,,Norwich ,"), "1 High Street, Norwich|");
  EXPECT_EQ(clean("1 High Street,\xE2\x80\xA8Norwich"), "1 High Street, Norwich|") << "line separator";
  EXPECT_EQ(clean("1 High Street, Norwich nr21ab."), "1 High Street, Norwich|NR2 1AB");
  EXPECT_EQ(clean("1 High Street\nNorwich\nNR2 1AB"), "1 High Street, Norwich|NR2 1AB");
  EXPECT_EQ(clean("NR2 1AB"), "|NR2 1AB");
  EXPECT_EQ(clean("1 High Street, NR2 1AB, NR2 1AB"), "1 High Street|NR2 1AB");
  EXPECT_EQ(clean("1 High Street, NR1 1AA, NR2 1AB"), "1 High Street, NR1 1AA|NR2 1AB");
  EXPECT_EQ(clean("1 High Street, NR2 1AB, Norfolk"), "1 High Street, NR2 1AB, Norfolk|") << "not at the end";
  EXPECT_EQ(clean(Cat(std::string(1200, 'x'), ", NR2 1AB")), Cat(std::string(1000, 'x'), "|NR2 1AB"))
      << "not lost by the cut";
  EXPECT_EQ(clean(Cat(std::string(990, 'x'), ", NR2 1AB, ", std::string(100, 'y'))),
            Cat(std::string(990, 'x'), "|NR2 1AB"))
      << "nor left at the end by it";

  PersonDetails details;
  details.addresses.push_back(AddressOf("1 High Street, NR2 1AB", "NR2 1AB"));
  details.addresses.push_back(AddressOf("1 High Street, NR1 1AA", "NR2 1AB"));
  Issues(details);
  EXPECT_EQ(details.addresses[0].text, "1 High Street");
  EXPECT_EQ(details.addresses[1].text, "1 High Street, NR1 1AA") << "a conflict is for people to see";
}

TEST(CanonicaliseTest, ListsLoseEmptyEntriesAndRepeats) {
  PersonDetails details;
  details.name.title = "Mx";
  details.other_names = {Surname("B"), PersonName(), Surname(" B "), Surname("A")};
  details.other_names[1].title = "Mr";
  PersonAddress previous = AddressOf("1 Elm Road");
  previous.role = AddressRole::kPrevious;
  PersonAddress nowhere;
  nowhere.from_date = {2020, 1, 1};
  details.addresses = {AddressOf("1 Elm Road"), nowhere, AddressOf("1  Elm Road"), previous, AddressOf(", ")};
  details.identifiers = {{"b", "1"}, {"a", "1"}, {"b", " 1"}, {"c", ""}};
  EXPECT_THAT(Issues(details), IsEmpty());
  EXPECT_EQ(details.name.title, "Mx");
  EXPECT_THAT(details.other_names, ElementsAre(Surname("B"), Surname("A")));
  EXPECT_THAT(details.addresses, ElementsAre(AddressOf("1 Elm Road"), previous));
  EXPECT_THAT(details.identifiers, ElementsAre(Identifier{"b", "1"}, Identifier{"a", "1"}));
}

TEST(CanonicaliseTest, LongListsKeepTheirOrder) {
  PersonDetails details;
  for (int i = 0; i < 200; ++i) {
    details.identifiers.push_back({"local", Cat(i * 7 % 50)});
  }
  Issues(details);
  ASSERT_EQ(details.identifiers.size(), 50U);
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(details.identifiers[static_cast<size_t>(i)].value, Cat(i * 7 % 50));
  }
}

TEST(CanonicaliseTest, AttributesAreSortedAndUnique) {
  PersonDetails details;
  details.attributes = {{"b", "1"}, {"a", ""}, {"", "x"}, {" a", "2"}, {"b", "3"}, {"b", "1"}};
  EXPECT_THAT(Issues(details),
              ElementsAre("details.attributes.b attribute_repeated", "details.attributes.b attribute_repeated"));
  EXPECT_THAT(details.attributes, ElementsAre(Attribute{"a", "2"}, Attribute{"b", "1"}));
}

TEST(CanonicaliseTest, MessagesDoNotQuoteValues) {
  PersonDetails details;
  details.ni_number = details.name.surname = "SECRET\xFF";
  details.phones = details.emails = {"SECRET"};
  std::vector<FieldIssue> issues;
  Canonicalise(details, kToday, issues);
  ASSERT_EQ(issues.size(), 5U);
  for (const FieldIssue& issue : issues) {
    EXPECT_EQ(issue.message.find("SECRET"), std::string::npos) << issue.message;
  }
}

std::string RandomText(Random& random) {
  constexpr std::string_view kPieces[] = {"Smith",
                                          " ",
                                          "  ",
                                          ",",
                                          ", ",
                                          "\n",
                                          "\t",
                                          "\r\n",
                                          "NR2 1AB",
                                          "nr21ab",
                                          "1AB",
                                          "E1",
                                          "a@B.example",
                                          "01603 212343",
                                          "+447911123456",
                                          "07777777777",
                                          "AB123456C",
                                          "qq 12 34 56 c",
                                          ".",
                                          "e",
                                          "\xCC\x81",
                                          "\xC3\xA9",
                                          "\xE1\x84\x80",
                                          "\xE1\x85\xA1",
                                          "\xE2\x84\xAB",
                                          "\xC2\xA0",
                                          "\xE2\x80\x82",
                                          "\xE2\x80\xA8",
                                          "\xEF\xBB\xBF",
                                          "\xE2\x80\x8B",
                                          "\xC2\xAD",
                                          "\xFF",
                                          "\xE2\x82",
                                          "\xED\xA0\x80",
                                          "\x01",
                                          "\x7F",
                                          "\xC2\x85",
                                          "\xF0\x9D\x85\x9E"};
  std::string text;
  for (uint64_t n = random.Below(6); n > 0; --n) {
    text.append(random.Chance(0.05) ? std::string(1, '\0') : std::string(kPieces[random.Below(std::size(kPieces))]));
  }
  if (random.Chance(0.03)) {
    const std::string piece = text;
    for (uint64_t n = random.Below(5000); !piece.empty() && text.size() < n;) {
      text += piece;
    }
  }
  return text;
}

PartialDate RandomDate(Random& random) {
  if (random.Chance(0.3)) {
    return {};
  }
  return {static_cast<int16_t>(random.Between(1890, 2040)), static_cast<int8_t>(random.Between(-1, 14)),
          static_cast<int8_t>(random.Between(-1, 33))};
}

PersonDetails RandomPerson(Random& random) {
  PersonDetails person;
  const auto name = [&random] {
    return PersonName{.title = RandomText(random),
                      .forenames = RandomText(random),
                      .surname = RandomText(random),
                      .suffix = RandomText(random),
                      .full = RandomText(random)};
  };
  person.name = name();
  person.date_of_birth = RandomDate(random);
  person.date_of_death = RandomDate(random);
  person.ni_number = RandomText(random);
  person.organisation_name = RandomText(random);
  for (uint64_t n = random.Below(3); n > 0; --n) {
    person.other_names.push_back(name());
    person.phones.push_back(RandomText(random));
    person.emails.push_back(RandomText(random));
  }
  for (uint64_t n = random.Below(4); n > 0; --n) {
    PersonAddress& address = person.addresses.emplace_back();
    address.text = RandomText(random);
    address.from_date = RandomDate(random);
    if (random.Chance(0.3)) {
      address.postcode = *Postcode::Parse("NR2 1AB");
    }
  }
  for (uint64_t n = random.Below(random.Chance(0.1) ? 40 : 4); n > 0; --n) {
    person.identifiers.push_back({RandomText(random), RandomText(random)});
    person.attributes.push_back({RandomText(random), RandomText(random)});
  }
  return person;
}

TEST(CanonicaliseTest, TwiceIsOnce) {
  constexpr uint64_t kSeed = 77;
  SCOPED_TRACE(kSeed);
  Random random(kSeed);
  for (int i = 0; i < 5'000; ++i) {
    PersonDetails person = RandomPerson(random);
    Issues(person);
    PersonDetails again = person;
    ASSERT_THAT(Issues(again), IsEmpty()) << i;
    ASSERT_EQ(again, person) << i;
  }
}

SourceRecord FullRecord() {
  SourceRecord record;
  record.key = {"council_tax", "A1", 0};
  record.source_time = 1'700'000'000'000'000;
  PersonDetails& person = record.details;
  person.name = {"Ms", "Ann", "Smith", "Jr", "Ann Smith"};
  person.other_names = {Surname("Jones")};
  person.date_of_birth = {1980, 5, 17};
  person.date_of_death = {2020, 1, 2};
  person.sex = Sex::kFemale;
  person.ni_number = "AB123456C";
  person.phones = {"+441603212343", "+447911123456"};
  person.emails = {"a@b.example"};
  person.addresses = {
      {AddressRole::kResidence, "1 High Street", *Postcode::Parse("NR2 1AB"), *Uprn::Create(5), {2001, 1, 1}, {}}};
  person.identifiers = {{"local", "7"}};
  person.attributes = {{"x", "y"}};
  person.organisation_name = "Ltd";
  return record;
}

// Every field is in the bytes, and nothing of one field can pass for another's.
TEST(CanonicalBytesTest, EveryChangeShows) {
  const std::vector<std::function<void(SourceRecord&)>> changes = {
      [](SourceRecord&) {},
      [](SourceRecord& r) { r.kind = RecordKind::kOrganisation; },
      [](SourceRecord& r) { ++r.source_time; },
      [](SourceRecord& r) { r.source_time = -1; },
      [](SourceRecord& r) { r.details.name.title = ""; },
      [](SourceRecord& r) { r.details.name.forenames = "AnnS", r.details.name.surname = "mith"; },
      [](SourceRecord& r) { r.details.name.suffix = ""; },
      [](SourceRecord& r) { r.details.name.full = ""; },
      [](SourceRecord& r) { r.details.other_names.clear(); },
      [](SourceRecord& r) { r.details.other_names.emplace_back(); },
      [](SourceRecord& r) { std::swap(r.details.date_of_birth, r.details.date_of_death); },
      [](SourceRecord& r) { r.details.date_of_birth = {1980, 17, 5}; },
      [](SourceRecord& r) { r.details.date_of_birth = {}; },
      [](SourceRecord& r) { r.details.date_of_death = {}; },
      [](SourceRecord& r) { r.details.sex = Sex::kMale; },
      [](SourceRecord& r) { r.details.ni_number = ""; },
      [](SourceRecord& r) { std::swap(r.details.phones[0], r.details.phones[1]); },
      [](SourceRecord& r) { r.details.phones.pop_back(); },
      [](SourceRecord& r) { std::swap(r.details.phones, r.details.emails); },
      [](SourceRecord& r) { r.details.emails.clear(); },
      [](SourceRecord& r) { r.details.addresses.clear(); },
      [](SourceRecord& r) { r.details.addresses[0].role = AddressRole::kCareOf; },
      [](SourceRecord& r) { r.details.addresses[0].text = "1 High Stree"; },
      [](SourceRecord& r) { r.details.addresses[0].postcode = {}; },
      [](SourceRecord& r) { r.details.addresses[0].source_uprn = {}; },
      [](SourceRecord& r) { std::swap(r.details.addresses[0].from_date, r.details.addresses[0].to_date); },
      [](SourceRecord& r) { r.details.identifiers[0] = {"loca", "l7"}; },
      [](SourceRecord& r) { r.details.identifiers.clear(); },
      [](SourceRecord& r) { std::swap(r.details.identifiers[0].type, r.details.attributes[0].name); },
      [](SourceRecord& r) { r.details.attributes[0] = {"xy", ""}; },
      [](SourceRecord& r) { r.details.attributes.clear(); },
      [](SourceRecord& r) { r.details.organisation_name = ""; },
  };
  std::set<std::string> bytes;
  std::set<uint64_t> hashes;
  for (const auto& change : changes) {
    SourceRecord record = FullRecord();
    change(record);
    bytes.insert(CanonicalBytes(record));
    hashes.insert(ContentHash(record));
  }
  EXPECT_EQ(bytes.size(), changes.size());
  EXPECT_EQ(hashes.size(), changes.size());
}

TEST(CanonicalBytesTest, KeyReceiptAndPurposesAreLeftOut) {
  SourceRecord record = FullRecord();
  const std::string bytes = CanonicalBytes(record);
  record.key = {"other", "B", 3};
  record.receive_time = 5;
  record.purposes = 1;
  record.field_purposes = {{"ni_number", 2}};
  EXPECT_EQ(CanonicalBytes(record), bytes);
  EXPECT_EQ(bytes[0], '\x01') << "the version";
}

TEST(ContentHashTest, RelationsCountIfThereAreAny) {
  SourceRecord record = FullRecord();
  const uint64_t without = ContentHash(record);
  record.relations.resize(1);
  std::set<uint64_t> hashes = {without, ContentHash(record)};
  const auto with = [&](auto change) {
    SourceRecord changed = record;
    change(changed.relations.front());
    hashes.insert(ContentHash(changed));
  };
  with([](Relation& r) { r.type = RelationType::kPartner; });
  with([](Relation& r) { r.text = "x"; });
  with([](Relation& r) { r.other.source = "x"; });
  with([](Relation& r) { r.other.key = "x"; });
  with([](Relation& r) { r.other.incarnation = 1; });
  with([](Relation& r) { r.from_date.year = 2020; });
  with([](Relation& r) { r.to_date.year = 2020; });
  record.relations.resize(2);
  hashes.insert(ContentHash(record));
  EXPECT_EQ(hashes.size(), 10U);
  record.relations.clear();
  EXPECT_EQ(ContentHash(record), without);
}

TEST(CanonicaliseRelationsTest, CleansFillsAndDropsRepeats) {
  std::vector<Relation> relations(3);
  relations[0] = {.type = RelationType::kOther, .text = " emergency \t contact", .other = {.source = "", .key = " 7 "}};
  relations[0].from_date = {.year = 2021, .month = 2, .day = 30};
  relations[1] = {
      .type = RelationType::kOther, .text = "emergency contact", .other = {.source = "housing", .key = " 7 "}};
  relations[2] = {.type = RelationType::kParent, .text = std::string(300, 'x'), .other = {.source = "tax", .key = "8"}};
  std::vector<FieldIssue> issues;
  CanonicaliseRelations(relations, "housing", issues);
  ASSERT_EQ(relations.size(), 2U);
  EXPECT_EQ(relations[0].text, "emergency contact");
  EXPECT_EQ(relations[0].other, (SourceKey{.source = "housing", .key = " 7 "})) << "keys stay as they are";
  EXPECT_TRUE(relations[0].from_date.empty());
  EXPECT_EQ(relations[1].text.size(), kMaxNamePart);
  ASSERT_EQ(issues.size(), 2U);
  EXPECT_EQ(issues[0].field, "relations[0].from_date");
  EXPECT_EQ(issues[0].rule, "date_impossible");
  EXPECT_EQ(issues[1].field, "relations[2].text");
  const std::vector<Relation> once = relations;
  issues.clear();
  CanonicaliseRelations(relations, "contact", issues);
  EXPECT_EQ(relations, once);
  EXPECT_TRUE(issues.empty());
}

// Hashes are stored: the layout must not change without a new version byte.
TEST(ContentHashTest, KeepsItsValue) {
  EXPECT_EQ(ContentHash(SourceRecord()), 10252951107446737679U);
  EXPECT_EQ(ContentHash(FullRecord()), 5012258137541259070U);
}

}  // namespace
}  // namespace wensum::model
