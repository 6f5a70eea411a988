#include "matching/person/person_name.h"

#include <gtest/gtest.h>

#include <iostream>
#include <string_view>

#include "base/random.h"

namespace wensum::matching {
namespace {

NameParts Full(std::string_view full) { return ReadPersonName({.full = std::string(full)}, {}); }
NameParts Parts(std::string_view forenames, std::string_view surname, std::string_view title = "",
                std::string_view suffix = "") {
  return ReadPersonName({.title = std::string(title),
                         .forenames = std::string(forenames),
                         .surname = std::string(surname),
                         .suffix = std::string(suffix)},
                        {});
}
NameParts Name(std::string given, std::string surname, std::string others = "", std::string suffix = "") {
  return {.given = std::move(given),
          .surname = std::move(surname),
          .others = std::move(others),
          .suffix = std::move(suffix)};
}

TEST(PersonNameTest, OnePerson) {
  EXPECT_EQ(Full("Mr John Arthur O'Brien Jnr"), Name("JOHN", "OBRIEN", "ARTHUR", "JR"));
  EXPECT_EQ(Full("SMITH, John Andrew"), Name("JOHN", "SMITH", "ANDREW"));
  EXPECT_EQ(Full("William \"Bill\" Smith"), Name("WILLIAM", "SMITH", "BILL"));
  EXPECT_EQ(Full("Smith"), Name("", "SMITH"));
  EXPECT_EQ(Parts("John Andrew", "Smith", "Mr"), Name("JOHN", "SMITH", "ANDREW"));
  EXPECT_EQ(Parts("MRS MARY", "VAN DER BERG OBE"), Name("MARY", "VAN DER BERG"));
  EXPECT_EQ(Parts("", "Smith, John"), Name("JOHN", "SMITH"));
  EXPECT_EQ(Parts("John", "Smith", "", "Snr"), Name("JOHN", "SMITH", "", "SR"));
  EXPECT_EQ(Parts("Mr", "Smith"), Name("", "SMITH"));
}

TEST(PersonNameTest, OfTwoTheFirst) {
  EXPECT_EQ(Full("MR J & MRS P SMITH"), Name("J", "SMITH"));
  EXPECT_EQ(Full("J & K SMITH"), Name("J", "SMITH"));
  EXPECT_EQ(Full("MR & MRS J SMITH"), Name("J", "SMITH"));
  EXPECT_EQ(Full("Mr & Mrs Smith"), Name("", "SMITH"));
  EXPECT_EQ(Full("MR J BROWN & MS P SMITH"), Name("J", "BROWN"));
  EXPECT_EQ(Parts("J & Mrs P", "Smith", "Mr"), Name("J", "SMITH"));
  EXPECT_EQ(Parts("J Brown & Ms P", "Smith", "Mr"), Name("J", "BROWN"));
  EXPECT_EQ(Parts("John and Mary", "Smith"), Name("JOHN", "SMITH"));
  EXPECT_EQ(Parts("John Paul & Mary", "Smith"), Name("JOHN", "SMITH", "PAUL"));
  EXPECT_EQ(Parts("Anderson", "Sandy"), Name("ANDERSON", "SANDY"));  // "and" inside a word joins nobody
}

TEST(PersonNameTest, WhoseAffairsTheyAre) {
  EXPECT_EQ(Full("THE EXECUTORS OF JOHN SMITH"), Name("JOHN", "SMITH"));
  EXPECT_EQ(Full("Exors of the late Mr J Smith"), Name("J", "SMITH"));
  EXPECT_EQ(Full("Estate of Mary Brown (Deceased)"), Name("MARY", "BROWN"));
  EXPECT_EQ(Parts("PERSONAL REPRESENTATIVES OF", "SMITH JOHN DECD"), Name("", "SMITH JOHN"));
  EXPECT_EQ(Full("John Smith T/A Smith's Cafe"), Name("JOHN", "SMITH"));
  EXPECT_EQ(Full("John Smith c/o Mrs Brown"), Name("JOHN", "SMITH"));
  EXPECT_EQ(Full("C/O Mrs Brown"), Name("", "BROWN"));
  EXPECT_EQ(Full("Kate Lateman"), Name("KATE", "LATEMAN"));
}

TEST(PersonNameTest, Nobody) {
  for (const std::string_view text :
       {"THE OCCUPIER", "No Name", "0123 456", "Owner/Occupier", "The Present Occupiers", "VOID", "Void Property",
        "UNKNOWN", "Unknown Unknown", "The Tenant", "", "  ", "ANGLIA BAKERIES LTD", "Norwich City Council",
        "Broads Housing Association", "&", "Test"}) {
    EXPECT_TRUE(Full(text).empty()) << text;
  }
  EXPECT_TRUE(Parts("THE", "OCCUPIER").empty());
  EXPECT_TRUE(Parts("", "Acme Holdings Limited").empty());
  // Surnames that look like those words.
  EXPECT_EQ(Full("John Tennant"), Name("JOHN", "TENNANT"));
  EXPECT_EQ(Full("Mary Person"), Name("MARY", "PERSON"));
  EXPECT_EQ(Parts("", "Homes"), Name("", "HOMES"));
}

TEST(PersonNameTest, OtherNamesAddWords) {
  const model::PersonName others[] = {{.forenames = "Mary", .surname = "Brown"}, {.full = "Mrs M Jones"}};
  EXPECT_EQ(ReadPersonName({.forenames = "Mary Ann", .surname = "Smith"}, others),
            Name("MARY", "SMITH", "ANN BROWN JONES M"));
}

TEST(PersonNameTest, AnyTextIsFine) {
  constexpr uint64_t kSeed = 3;
  std::cout << "seed " << kSeed << "\n";
  Random random(kSeed);
  const std::string_view pieces[] = {"&",    "+",  " and ", ",", "T/A", "c/o", "THE ", "OF",       "EXECUTORS OF",
                                     "\xFF", "\t", "Mr ",   "J", "Ltd", "(",   ")",    "\xC3\xA9", "Smith",
                                     " ",    "Jnr"};
  for (int run = 0; run < 5000; ++run) {
    std::string text;
    for (uint64_t i = random.Below(9); i > 0; --i) text += pieces[random.Below(std::size(pieces))];
    const NameParts name = Full(text);
    EXPECT_EQ(name.given.find(' '), std::string::npos) << text;
    Parts(text, "Smith");
    Parts("John", text);
  }
}

}  // namespace
}  // namespace wensum::matching
