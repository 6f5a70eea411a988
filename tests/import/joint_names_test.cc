#include "import/joint_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "base/strings.h"

namespace wensum::ingest {
namespace {

// "title forenames SURNAME suffix" of each person with | between; what was not split is its reading and the text.
std::string Read(std::string_view text) {
  const JointNames names = ReadJointNames(text);
  std::string out;
  switch (names.reading) {
    case JointNames::Reading::kOne:
      out = "one: ";
      break;
    case JointNames::Reading::kUnclear:
      out = "unclear: ";
      break;
    case JointNames::Reading::kEstate:
      out = "estate: ";
      break;
    case JointNames::Reading::kCareOf:
      out = "care of: ";
      break;
    case JointNames::Reading::kSplit:
      break;
  }
  std::string_view separator;
  for (const model::PersonName& name : names.people) {
    AppendTo(out, separator, name.full);
    separator = " | ";
    if (!name.full.empty()) continue;
    std::string parts;
    for (const std::string& part : {name.title, name.forenames, Cat("<", name.surname, ">"), name.suffix}) {
      if (!part.empty()) AppendTo(parts, parts.empty() ? "" : " ", part);
    }
    out += parts;
  }
  return out;
}

struct Case {
  std::string_view text;
  std::string_view expected;  // empty: one person
};

constexpr Case kSplit[] = {
    {"MR J & MRS P SMITH", "MR J <SMITH> | MRS P <SMITH>"},
    {"MR J SMITH & MRS P SMITH", "MR J <SMITH> | MRS P <SMITH>"},
    {"MR J SMITH AND MRS P JONES", "MR J <SMITH> | MRS P <JONES>"},
    {"J SMITH AND P JONES", "J <SMITH> | P <JONES>"},
    {"J Smith & P Jones", "J <Smith> | P <Jones>"},
    {"MR & MRS SMITH", "MR <SMITH> | MRS <SMITH>"},
    {"Mr and Mrs Smith", "Mr <Smith> | Mrs <Smith>"},
    {"MR&MRS SMITH", "MR <SMITH> | MRS <SMITH>"},
    {"MR + MRS SMITH", "MR <SMITH> | MRS <SMITH>"},
    {"DR & MRS SMITH", "DR <SMITH> | MRS <SMITH>"},
    {"MR & MR SMITH", "MR <SMITH> | MR <SMITH>"},
    {"MR & MRS J SMITH", "MR J <SMITH> | MRS <SMITH>"},
    {"MR & MRS J & P SMITH", "MR J <SMITH> | MRS P <SMITH>"},
    {"MR J P & MRS M A SMITH", "MR J P <SMITH> | MRS M A <SMITH>"},
    {"MR J.P. & MRS M.A. SMITH", "MR J.P. <SMITH> | MRS M.A. <SMITH>"},
    {"J & K SMITH", "J <SMITH> | K <SMITH>"},
    {"J, K & L SMITH", "J <SMITH> | K <SMITH> | L <SMITH>"},
    {"JOHN & MARY SMITH", "JOHN <SMITH> | MARY <SMITH>"},
    {"JOHN AND MARY ANN SMITH", "JOHN <SMITH> | MARY ANN <SMITH>"},
    {"OLUWASEUN & ADEBAYO SMITH", "OLUWASEUN <SMITH> | ADEBAYO <SMITH>"},
    {"MR JOHN & MRS MARY SMITH", "MR JOHN <SMITH> | MRS MARY <SMITH>"},
    {"JOHN P & MARY A SMITH", "JOHN P <SMITH> | MARY A <SMITH>"},
    {"JOHN SMITH & MARY", "JOHN <SMITH> | MARY <SMITH>"},
    {"J SMITH & P", "J <SMITH> | P <SMITH>"},
    {"MR J SMITH & MRS P", "MR J <SMITH> | MRS P <SMITH>"},
    {"MR JOHN SMITH & MRS MARY", "MR JOHN <SMITH> | MRS MARY <SMITH>"},
    {"MR J SMITH & MRS", "MR J <SMITH> | MRS <SMITH>"},
    {"MR J SMITH & MRS JONES", "MR J <SMITH> | MRS <JONES>"},
    {"MR J & MRS SMITH", "MR J <SMITH> | MRS <SMITH>"},
    {"MR PATEL & MRS SMITH", "MR <PATEL> | MRS <SMITH>"},
    {"SMITH, JOHN & MARY", "JOHN <SMITH> | MARY <SMITH>"},
    {"SMITH, MR J & MRS P", "MR J <SMITH> | MRS P <SMITH>"},
    {"SMITH, J & JONES, P", "J <SMITH> | P <JONES>"},
    {"SMITH, JOHN & MARY SMITH", "JOHN <SMITH> | MARY <SMITH>"},
    {"SMITH MR J & MRS P", "MR J <SMITH> | MRS P <SMITH>"},
    {"SMITH MR J & JONES MRS P", "MR J <SMITH> | MRS P <JONES>"},
    {"SMITH MR & MRS", "MR <SMITH> | MRS <SMITH>"},
    {"SMITH MR & MRS J", "MR J <SMITH> | MRS <SMITH>"},
    {"SMITH MR J & MISS P JONES", "MR J <SMITH> | MISS P <JONES>"},
    {"SMITH J & P", "J <SMITH> | P <SMITH>"},
    {"SMITH J & JONES P", "J <SMITH> | P <JONES>"},
    {"MR J SMITH, MRS P SMITH", "MR J <SMITH> | MRS P <SMITH>"},
    {"MR J SMITH, MRS P SMITH & MISS A SMITH", "MR J <SMITH> | MRS P <SMITH> | MISS A <SMITH>"},
    {"J SMITH, P SMITH AND A JONES", "J <SMITH> | P <SMITH> | A <JONES>"},
    {"MR J SMITH/MRS P JONES", "MR J <SMITH> | MRS P <JONES>"},
    {"MR J SMITH / MRS P JONES", "MR J <SMITH> | MRS P <JONES>"},
    {"MR J SMITH; MRS P JONES", "MR J <SMITH> | MRS P <JONES>"},
    {"MR J SMITH & MRS P JONES & MISS A BROWN", "MR J <SMITH> | MRS P <JONES> | MISS A <BROWN>"},
    {"MESSRS J & P SMITH", "J <SMITH> | P <SMITH>"},
    {"MR J VAN DER BERG & MRS P DE LA CRUZ", "MR J <VAN DER BERG> | MRS P <DE LA CRUZ>"},
    {"MR J & MRS P VAN DER BERG", "MR J <VAN DER BERG> | MRS P <VAN DER BERG>"},
    {"MR P & MRS M O'BRIEN", "MR P <O'BRIEN> | MRS M <O'BRIEN>"},
    {"MR J MC DONALD & MRS P MC DONALD", "MR J <MC DONALD> | MRS P <MC DONALD>"},
    {"MR J SMITH-JONES & MS P BROWN", "MR J <SMITH-JONES> | MS P <BROWN>"},
    {"MR J SMITH JNR & MRS P SMITH", "MR J <SMITH> JNR | MRS P <SMITH>"},
    {"DR J SMITH OBE & MRS P SMITH", "DR J <SMITH> OBE | MRS P <SMITH>"},
    {"REV J SMITH & PROF P JONES", "REV J <SMITH> | PROF P <JONES>"},
    {"  MR   J  &  MRS  P   SMITH ", "MR J <SMITH> | MRS P <SMITH>"},
    {"Mr. J. Smith & Mrs. P. Smith", "Mr. J. <Smith> | Mrs. P. <Smith>"},
    {"VAN DER BERG MR J & MRS P", "MR J <VAN DER BERG> | MRS P <VAN DER BERG>"},
    {"SMITH JONES MR J & MRS P", "MR J <SMITH JONES> | MRS P <SMITH JONES>"},
    {"JOHN JAMES & MARY JAMES", "JOHN <JAMES> | MARY <JAMES>"},
    {"J JAMES & P SMITH", "J <JAMES> | P <SMITH>"},
    {"Zoë Müller & André Müller", "Zoë <Müller> | André <Müller>"},
};

constexpr std::string_view kUnclear[] = {
    "MR JOHN SMITH & SON",
    "J SMITH & SONS",
    "JOHN SMITH & CO",
    "JOHN SMITH & WIFE",
    "SMITH & JONES",
    "SMITH & SMITH",
    "MARKS AND SPENCER PLC",
    "A & B LETTINGS LTD",
    "MR J SMITH & OTHERS",
    "MR J SMITH & ANR",
    "MR & MRS",
    "MR & MRS J P SMITH",
    "MR & J SMITH",
    "J & SMITH",
    "JOHN JAMES & MARY SMITH",
    "MR JOHN & MRS SMITH",
    "MR SMITH & MRS P JONES",
    "SMITH & P JONES",
    "SMITH MR J & MRS JONES",
    "SMITH, JOHN & MARY JONES",
    "MR J SMITH &",
    "& MRS P SMITH",
    "MR J SMITH & MRS P SMITH (JOINT TENANTS)",
    "FLATS 1 & 2",
    "THE OWNER & OCCUPIER",
    "J SMITH T/A SMITH & SONS",
    "SMITH, MR J, MRS P",
    "A & B & C & D & E & F & G SMITH",
    "THE TRUSTEES & J SMITH",
    "MR J SMITH MRS P SMITH",
    "MR J SMITH MRS P SMITH & MISS A SMITH",
    "J SMITH MR & P SMITH MRS",
};

constexpr std::string_view kEstate[] = {
    "EXORS OF J SMITH DECD",
    "THE EXECUTORS OF MR J SMITH",
    "Exors of J Smith & P Smith",
    "ESTATE OF THE LATE MRS P SMITH",
    "PERSONAL REPS OF J SMITH",
    "MR J SMITH (DECEASED)",
    "MR J SMITH DEC'D",
    "THE LATE J SMITH",
    "LATE MR SMITH",
    "MR J SMITH DECD & MRS P SMITH",
    "TRUSTEES OF J SMITH",
    "ATTORNEY FOR MRS SMITH",
};

constexpr std::string_view kCareOf[] = {
    "MR J SMITH C/O MRS P JONES",
    "C/O SOCIAL SERVICES",
    "J SMITH & P SMITH C/O JONES SOLICITORS",
    "MR J SMITH CARE OF THE MANOR",
};

constexpr std::string_view kOne[] = {
    "MR J SMITH",       "SMITH, JOHN", "SMITH, JOHN, OBE", "JOHN ANDREW SANDERSON", "SMITH",
    "MR C O SMITH",     "SMITH MR J",  "MR A N D SMITH",   "THE OCCUPIER",          "ACME LTD",
    "J SMITH (LODGER)", "ANDREW LAND", "REV DR J SMITH",
};

TEST(JointNames, SplitsWhatIsClear) {
  for (const auto& [text, expected] : kSplit) EXPECT_EQ(Read(text), expected) << text;
}

TEST(JointNames, DoesNotSplitForDoubt) {
  for (const std::string_view text : kUnclear) EXPECT_EQ(Read(text), Cat("unclear: ", text));
}

TEST(JointNames, KnowsWhoActsForOthers) {
  for (const std::string_view text : kEstate) EXPECT_EQ(Read(text), Cat("estate: ", text));
  for (const std::string_view text : kCareOf) EXPECT_EQ(Read(text), Cat("care of: ", text));
}

TEST(JointNames, LeavesOnePersonAlone) {
  for (const std::string_view text : kOne) EXPECT_EQ(Read(text), Cat("one: ", text));
  EXPECT_EQ(Read(""), "one: ");
  EXPECT_EQ(Read("  "), "one: ");
}

TEST(JointNames, HasABudget) {
  const std::string longest = Cat(std::string(kMaxJointBytes - 11, 'A'), " & BO SMITH");
  EXPECT_EQ(Read(longest).find("unclear"), std::string::npos);
  EXPECT_EQ(Read(Cat(longest, "S")), Cat("unclear: ", longest, "S"));
}

}  // namespace
}  // namespace wensum::ingest
