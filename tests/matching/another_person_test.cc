#include "matching/another_person.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace wensum::matching {
namespace {

using model::PersonDetails;
using model::RecordKind;

struct Said {
  std::string forenames;
  std::string surname;
  std::string born = "";
  model::Sex sex = model::Sex::kUnknown;
  std::string ni_number = "";
  std::string email = "";
  std::string suffix = "";
};

PersonDetails Details(const Said& said) {
  PersonDetails details;
  details.name.forenames = said.forenames;
  details.name.surname = said.surname;
  details.name.suffix = said.suffix;
  if (!said.born.empty()) {
    details.date_of_birth = *model::PartialDate::Parse(said.born);
  }
  details.sex = said.sex;
  details.ni_number = said.ni_number;
  if (!said.email.empty()) {
    details.emails = {said.email};
  }
  return details;
}

AnotherSigns Signs(const Said& a, const Said& b) {
  const AnotherSigns signs = SignsOfAnother(Details(a), RecordKind::kPerson, Details(b), RecordKind::kPerson);
  EXPECT_EQ(signs, SignsOfAnother(Details(b), RecordKind::kPerson, Details(a), RecordKind::kPerson)) << "not symmetric";
  return signs;
}

constexpr model::Sex kFemale = model::Sex::kFemale;
constexpr model::Sex kMale = model::Sex::kMale;

// What happens to one person's record must not be held.
TEST(AnotherPersonTest, OnePersonsRecordMayChangeLikeThis) {
  const std::vector<std::pair<Said, Said>> same = {
      {{"John", "Smith"}, {"John", "Smith"}},
      {{"J", "Smith"}, {"John", "Smith"}},
      {{"Bill", "Smith"}, {"William", "Smith"}},
      {{"Jon", "Smyth"}, {"John", "Smith"}},
      {{"Mary Jane", "Jones"}, {"Jane", "Jones"}},
      {{"", "Smith"}, {"John", "Smith"}},
      {{"Smith", "John"}, {"John", "Smith"}},                                                // the wrong way round
      {{"Sarah", "Jones"}, {"Sarah", "Patel"}},                                              // marriage
      {{"Sarah", "Jones", "1990-05-17"}, {"Sarah", "Patel", "1990-05-17"}},                  //
      {{"Sarah", "Jones-Patel"}, {"S", "Patel"}},                                            //
      {{"Andrew", "Hill", "1990-05-17", kMale}, {"Andrea", "Hill", "1990-05-17", kFemale}},  // transition
      {{"Robert", "Hill", "1990-05-17", kMale}, {"Alice", "Hill", "1990-05-17", kFemale}},   //
      {{"Ngozi", "Okafor", "1990-05-17"}, {"Grace", "Miller", "1990-05-17"}},                // deed poll
      {{"Ngozi", "Okafor", "", kFemale, "AB123456C"}, {"Grace", "Miller", "1990-05-17", kMale, "AB123456C"}},
      {{"Ngozi", "Okafor", "", kFemale, "", "n@example.org"}, {"Grace", "Miller", "", kMale, "", "n@example.org"}},
      {{"John", "Smith", "1950-03-02"}, {"John", "Smith", "1950-02-03"}},
      {{"John", "Smith", "1950-03-02"}, {"John", "Smith", "1952-11-23"}},  // a correction
      {{"John", "Smith", "1900-01-01"}, {"John", "Smith", "1982-07-19"}},  // a dummy
      {{"John", "Smith", "", kMale, "AB123456C"}, {"John", "Smith", "", kMale, "CD654321A"}},
      {{"The", "Occupier"}, {"John", "Smith"}},
      {{"", ""}, {"John", "Smith"}},
  };
  for (const auto& [a, b] : same) {
    EXPECT_EQ(Signs(a, b), 0U) << a.forenames << " " << a.surname << " -> " << b.forenames << " " << b.surname;
  }
}

TEST(AnotherPersonTest, TheseAreTwo) {
  const std::vector<std::tuple<Said, Said, AnotherSigns>> two = {
      {{"John", "Smith"}, {"Aisha", "Khan"}, kSignGivenName | kSignSurname},
      {{"John", "Smith", "", kMale}, {"Mary", "Smith", "", kFemale}, kSignGivenName | kSignSex},  // a housemate
      {{"John", "Smith", "1950-03-02"},
       {"Aisha", "Khan", "1990-05-17"},
       kSignGivenName | kSignSurname | kSignDateOfBirth},
      {{"John", "Smith", "1950-03-02", kMale},
       {"Aisha", "Khan", "1950-03-02", kFemale},
       kSignGivenName | kSignSurname | kSignSex},
      {{"Sarah", "Jones", "1950-03-02"}, {"Sarah", "Khan", "1990-05-17"}, kSignSurname | kSignDateOfBirth},
      {{"Sarah", "Jones", "", kFemale, "AB123456C"},
       {"Sarah", "Khan", "", kFemale, "CD654321A"},
       kSignSurname | kSignNiNumber},
      {{"John", "Smith", "1950-03-02"}, {"John", "Smith", "1982-07-19"}, kSignDateOfBirth},  // father and son
      {{"John", "Smith", "", kMale, "", "", "Snr"}, {"John", "Smith", "", kMale, "", "", "Jnr"}, kSignSuffix},
      {{"James", "Smith", "1950-03-02"}, {"Peter", "Smith", "1952-11-23"}, kSignGivenName | kSignDateOfBirth},
  };
  for (const auto& [a, b, signs] : two) {
    EXPECT_EQ(Signs(a, b), signs) << a.forenames << " " << a.surname << " -> " << b.forenames << " " << b.surname;
  }
}

TEST(AnotherPersonTest, Organisations) {
  const auto signs = [](const char* a, const char* b) {
    PersonDetails former;
    former.organisation_name = a;
    PersonDetails next;
    next.organisation_name = b;
    return SignsOfAnother(former, RecordKind::kOrganisation, next, RecordKind::kOrganisation);
  };
  EXPECT_EQ(signs("Fye Bridge Bakery Ltd", "Fye Bridge Bakers Limited"), 0U);
  EXPECT_EQ(signs("The Bakery Ltd", ""), 0U);
  EXPECT_EQ(signs("Fye Bridge Bakery Ltd", "Magdalen Motors Ltd"), kSignOrganisationName);
  PersonDetails person = Details({"John", "Smith"});
  EXPECT_EQ(SignsOfAnother(person, RecordKind::kPerson, person, RecordKind::kOrganisation), kSignKind);
}

TEST(AnotherPersonTest, PropertiesAreNoPeople) {
  EXPECT_EQ(SignsOfAnother(Details({"a", "b"}), RecordKind::kProperty, Details({"c", "d"}), RecordKind::kProperty), 0U);
}

}  // namespace
}  // namespace wensum::matching
