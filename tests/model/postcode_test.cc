#include "model/postcode.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::model {
namespace {

// The twins: the form of a postcode as regular expressions.
constexpr char kOutward[] =
    "(?:[A-PR-UWYZ][0-9]|[A-PR-UWYZ][1-9][0-9]|[A-PR-UWYZ][0-9][A-HJKPSTUW]|"
    "[A-PR-UWYZ][A-HK-Y][0-9]|[A-PR-UWYZ][A-HK-Y][1-9][0-9]|[A-PR-UWYZ][A-HK-Y][0-9][ABEHMNPRVWXY])";
constexpr char kInward[] = "[0-9][ABD-HJLNP-UW-Z]{2}";

RE2::Options Latin1() {
  RE2::Options options;
  options.set_encoding(RE2::Options::EncodingLatin1);
  options.set_case_sensitive(false);
  return options;
}

// The postcode that `text` is, or nothing.
std::optional<std::string> ReferenceParse(std::string_view text) {
  static const RE2 space("[\\t-\\r ]+", Latin1());
  static const RE2 form(Cat("(", kOutward, ")(", kInward, ")"), Latin1());
  std::string compact(text);
  RE2::GlobalReplace(&compact, space, "");
  std::string outward;
  std::string inward;
  if (!RE2::FullMatch(compact, form, &outward, &inward)) {
    return std::nullopt;
  }
  outward = ToUpperAscii(outward);
  if (outward.starts_with("BF")) {
    return std::nullopt;
  }
  return Cat(outward, " ", ToUpperAscii(inward));
}

struct ReferenceFound {
  std::string postcode;
  size_t begin = 0;
  size_t end = 0;
};

// The last place where a postcode stands alone, by trying every place from the end.
std::optional<ReferenceFound> ReferenceFind(std::string_view text) {
  static const RE2 here(Cat("(", kOutward, "[\\t-\\r ]*", kInward, ")(?:[^A-Z0-9]|\\z)"), Latin1());
  for (size_t begin = text.size(); begin-- > 0;) {
    if (begin > 0 && (IsLetter(text[begin - 1]) || IsDigit(text[begin - 1]))) {
      continue;
    }
    const std::string rest(text.substr(begin));
    re2::StringPiece input(rest);
    std::string match;
    if (RE2::Consume(&input, here, &match)) {
      if (const std::optional<std::string> postcode = ReferenceParse(match)) {
        return ReferenceFound{*postcode, begin, begin + match.size()};
      }
    }
  }
  return std::nullopt;
}

char Pick(std::string_view set, Random& random) { return set[random.Below(set.size())]; }

// Something that is a postcode about half of the time.
std::string NearPostcode(Random& random) {
  constexpr std::string_view kShapes[] = {"A99AA", "A999AA", "AA99AA", "AA999AA", "A9A9AA", "AA9A9AA"};
  std::string text;
  const std::string_view shape = kShapes[random.Below(std::size(kShapes))];
  for (size_t i = 0; i < shape.size(); ++i) {
    if (i + 3 == shape.size() && random.Chance(0.6)) {
      text.append(random.Below(3), ' ');
    }
    const bool likely = random.Chance(0.6);
    text.push_back(shape[i] == '9' ? Pick(likely ? "123456789" : "0123456789", random)
                                   : Pick(likely ? "ABEHNPRSTWabehnprstw" : "ABCDEFGHIJKLMNOPQRSTUVWXYZiov", random));
  }
  if (random.Chance(0.2)) {
    const size_t at = random.Below(text.size());
    switch (random.Below(3)) {
      case 0:
        text.erase(at, 1);
        break;
      case 1:
        text.insert(at, 1, Pick("A1 \t\n-.\xC2\xA0", random));
        break;
      default:
        text[at] = Pick("OIS015QVXb2 ,", random);
    }
  }
  return text;
}

TEST(PostcodeTest, ParseAgreesWithTheRegularExpression) {
  constexpr uint64_t kSeed = 31;
  SCOPED_TRACE(kSeed);
  Random random(kSeed);
  int well_formed = 0;
  for (int i = 0; i < 100'000; ++i) {
    const std::string text = NearPostcode(random);
    const std::optional<std::string> twin = ReferenceParse(text);
    const absl::StatusOr<Postcode> postcode = Postcode::Parse(text);
    ASSERT_EQ(postcode.ok(), twin.has_value()) << Quote(text);
    if (twin.has_value()) {
      ASSERT_EQ(postcode->ToString(), *twin);
      ++well_formed;
    }
  }
  EXPECT_GT(well_formed, 20'000);
  EXPECT_LT(well_formed, 80'000);
}

TEST(PostcodeTest, FindAgreesWithTheRegularExpression) {
  constexpr uint64_t kSeed = 32;
  SCOPED_TRACE(kSeed);
  Random random(kSeed);
  constexpr std::string_view kPieces[] = {" ",  ", ",      "\n",  "",   "-",        "Flat 1A",
                                          "12", "Norwich", "1AA", "E1", "\xC3\xA9", "2nd"};
  int found_count = 0;
  for (int i = 0; i < 50'000; ++i) {
    std::string text;
    for (uint64_t n = random.Below(7); n > 0; --n) {
      text.append(random.Chance(0.3) ? NearPostcode(random) : std::string(kPieces[random.Below(std::size(kPieces))]));
      text.append(random.Chance(0.5) ? " " : "");
    }
    const std::optional<ReferenceFound> twin = ReferenceFind(text);
    const std::optional<FoundPostcode> found = FindPostcode(text);
    ASSERT_EQ(found.has_value(), twin.has_value()) << Quote(text);
    if (found.has_value()) {
      ASSERT_EQ(found->postcode.ToString(), twin->postcode) << Quote(text);
      ASSERT_EQ(found->begin, twin->begin) << Quote(text);
      ASSERT_EQ(found->end, twin->end) << Quote(text);
      ++found_count;
    }
  }
  EXPECT_GT(found_count, 5'000);
}

TEST(PostcodeTest, ReadsEveryShapeInUse) {
  for (const char* text :
       {"M1 1AE",   "B33 8TH", "CR2 6XH",  "DN55 1PT", "W1A 1HQ",  "EC1A 1BB", "E1W 1AA",  "N1C 4AG",
        "N1P 3EQ",  "W1W 8QR", "SW1A 2AA", "SW1Y 4AR", "SE1P 5LX", "NW1W 9AA", "WC1X 0AA", "WC2R 2LS",
        "EC4Y 0AX", "CR0 2YR", "NR2 1AB",  "BT1 5GS",  "IM1 1AA",  "JE2 3AB",  "GY1 1AA",  "ZE1 0AA",
        "L1 8JQ",   "G58 1SB", "S1 2HH",   "BX1 1LT",  "YO1 7HH",  "HU1 2AA",  "LL11 1AA", "WV1 1AA"}) {
    const absl::StatusOr<Postcode> postcode = Postcode::Parse(text);
    ASSERT_TRUE(postcode.ok()) << postcode.status();
    EXPECT_EQ(postcode->ToString(), text);
  }
}

TEST(PostcodeTest, CaseAndSpacingAreFree) {
  for (const char* text : {"NR2 1AB", "nr21ab", "  NR2 1AB\r\n", "NR2    1AB", "NR2\t1aB", "N R 2 1 A B"}) {
    EXPECT_EQ(Postcode::Parse(text)->ToString(), "NR2 1AB") << text;
  }
}

TEST(PostcodeTest, SaysWhichPartIsWrong) {
  const auto error = [](std::string_view text) { return std::string(Message(Postcode::Parse(text).status())); };
  EXPECT_EQ(error(""), "postcode \"\" does not have 5 to 7 letters and digits");
  EXPECT_EQ(error("NR2"), "postcode \"NR2\" does not have 5 to 7 letters and digits");
  EXPECT_EQ(error("NR2 1ABC2"), "postcode \"NR2 1ABC2\" does not have 5 to 7 letters and digits");
  EXPECT_EQ(error("NR2-1AB"), "postcode \"NR2-1AB\" has a character other than letters, digits and white space");
  EXPECT_EQ(error("QR2 1AB"), "postcode \"QR2 1AB\" does not start with a letter other than Q, V and X");
  EXPECT_EQ(error("2R2 1AB"), "postcode \"2R2 1AB\" does not start with a letter other than Q, V and X");
  EXPECT_EQ(error("NJ2 1AB"), "postcode \"NJ2 1AB\" has I, J or Z as its second letter");
  EXPECT_EQ(error("NRX 1AB"),
            "postcode \"NRX 1AB\" has no district number of one or two digits after the letters of the area");
  EXPECT_EQ(error("GIR 0AA"), "postcode \"GIR 0AA\" has I, J or Z as its second letter");
  EXPECT_EQ(error("NR02 1AB"), "postcode \"NR02 1AB\" has a district number of two digits that starts with 0");
  EXPECT_EQ(error("N1I 1AB"), "postcode \"N1I 1AB\" has a letter after the district number that does not occur there");
  EXPECT_EQ(error("SW1C 1AB"),
            "postcode \"SW1C 1AB\" has a letter after the district number that does not occur there");
  EXPECT_EQ(error("BF1 2AT"), "postcode \"BF1 2AT\" is a British Forces postcode, which names no place");
  EXPECT_EQ(error("NR2 AAB"),
            "postcode \"NR2 AAB\" does not end in a digit and two letters other than C, I, K, M, O and V");
  for (const char inward : std::string_view("CIKMOV")) {
    EXPECT_FALSE(Postcode::Parse(Cat("NR2 1A", inward)).ok()) << inward;
    EXPECT_FALSE(Postcode::Parse(Cat("NR2 1", inward, "A")).ok()) << inward;
  }
  for (const char* text : {"ASCN 1ZZ", "STHL 1ZZ", "FIQQ 1ZZ", "BFPO 57",
                           "NR2\xC2\xA0"
                           "1AB",
                           "NPT 1AA", "XX1 1AA", "VA1 1AA"}) {
    EXPECT_FALSE(Postcode::Parse(text).ok()) << text;
  }
}

TEST(PostcodeTest, Parts) {
  const auto parts = [](std::string_view text) {
    const Postcode postcode = *Postcode::Parse(text);
    return Cat(postcode.area(), "|", postcode.district(), "|", postcode.sector());
  };
  EXPECT_EQ(parts("NR2 1AB"), "NR|NR2|NR2 1");
  EXPECT_EQ(parts("M1 1AE"), "M|M1|M1 1");
  EXPECT_EQ(parts("DN55 1PT"), "DN|DN55|DN55 1");
  EXPECT_EQ(parts("EC1A 1BB"), "EC|EC1A|EC1A 1");
  EXPECT_EQ(parts("W1A 0AX"), "W|W1A|W1A 0");
  const Postcode none;
  EXPECT_TRUE(none.empty());
  EXPECT_EQ(none.area(), "");
  EXPECT_EQ(none.district(), "");
  EXPECT_EQ(none.sector(), "");
  EXPECT_LT(none, *Postcode::Parse("AB1 1AA"));
}

TEST(PostcodeTest, RepairsConfusionsByPlace) {
  const auto repaired = [](std::string_view text) {
    const std::optional<Postcode> postcode = Postcode::ParseRepaired(text);
    return postcode.has_value() ? postcode->ToString() : "";
  };
  EXPECT_EQ(repaired("NR2 1AB"), "NR2 1AB");
  EXPECT_EQ(repaired("NR2 IAB"), "NR2 1AB");
  EXPECT_EQ(repaired("nr2 OAB"), "NR2 0AB");
  EXPECT_EQ(repaired("NRS SAB"), "NR5 5AB");
  EXPECT_EQ(repaired("NR2 1A5"), "NR2 1AS");
  EXPECT_EQ(repaired("0X1 2JD"), "OX1 2JD");
  EXPECT_EQ(repaired("0XI 2JD"), "OX1 2JD");
  EXPECT_EQ(repaired("1P1 1AA"), "IP1 1AA");
  EXPECT_EQ(repaired("SWIA 2AA"), "SW1A 2AA");
  EXPECT_EQ(repaired("WIA 1AA"), "W1A 1AA");
  EXPECT_EQ(repaired("BSS 1AA"), "BS5 1AA") << "not B5S: such districts are London's";
  EXPECT_EQ(repaired("NRIO 1AB"), "NR10 1AB");
  EXPECT_EQ(repaired("5O15 1AA"), "SO15 1AA");
  EXPECT_EQ(repaired("NR2 1AI"), "") << "I does not occur there, and 1 is no letter";
  EXPECT_EQ(repaired("NR2 1A0"), "") << "nor does O";
  EXPECT_EQ(repaired("NR2-1AB"), "");
  EXPECT_EQ(repaired("NR2 1ABCDE"), "");
  EXPECT_EQ(repaired("BF1 IAB"), "");
  EXPECT_EQ(repaired("BFI IAB"), "");
  EXPECT_EQ(repaired(""), "");
}

// Only characters of the three confused pairs change, and each only to its fellow.
TEST(PostcodeTest, RepairChangesNothingElse) {
  constexpr uint64_t kSeed = 33;
  SCOPED_TRACE(kSeed);
  Random random(kSeed);
  constexpr std::string_view kFrom = "O0I1S5";
  constexpr std::string_view kTo = "0O1I5S";
  int repaired_count = 0;
  for (int i = 0; i < 50'000; ++i) {
    const absl::StatusOr<Postcode> right = Postcode::Parse(NearPostcode(random));
    if (!right.ok()) {
      continue;
    }
    std::string text = right->ToString();
    std::erase(text, ' ');
    const size_t at = random.Below(text.size());
    const size_t pair = kFrom.find(text[at]);
    if (pair == std::string_view::npos) {
      continue;
    }
    text[at] = kTo[pair];
    const std::optional<Postcode> repaired = Postcode::ParseRepaired(text);
    if (!repaired.has_value()) {
      continue;  // two repairs are as near
    }
    ++repaired_count;
    std::string compact = repaired->ToString();
    std::erase(compact, ' ');
    ASSERT_EQ(compact.size(), text.size());
    for (size_t c = 0; c < text.size(); ++c) {
      const size_t changed = kFrom.find(text[c]);
      ASSERT_TRUE(compact[c] == text[c] || (changed != std::string_view::npos && compact[c] == kTo[changed])) << text;
    }
  }
  EXPECT_GT(repaired_count, 4'000);
}

TEST(FindPostcodeTest, TheLastOne) {
  const std::string text = "c/o 1 High St, NR1 1AA; now Flat 2, 14 Elm Road, Norwich nr2  1ab, Norfolk";
  const std::optional<FoundPostcode> found = FindPostcode(text);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->postcode.ToString(), "NR2 1AB");
  EXPECT_EQ(text.substr(found->begin, found->end - found->begin), "nr2  1ab");
}

TEST(FindPostcodeTest, StandsAlone) {
  const auto found = [](std::string_view text) {
    const std::optional<FoundPostcode> postcode = FindPostcode(text);
    return postcode.has_value() ? postcode->postcode.ToString() : "";
  };
  EXPECT_EQ(found("NR21AB"), "NR2 1AB");
  EXPECT_EQ(found("(NR21AB)"), "NR2 1AB");
  EXPECT_EQ(found("Norwich,NR2\n1AB."), "NR2 1AB");
  EXPECT_EQ(found("\xC2\xA0NR2 1AB\xC2\xA0"), "NR2 1AB");
  EXPECT_EQ(found("XNR2 1AB"), "");
  EXPECT_EQ(found("NR2 1ABX"), "");
  EXPECT_EQ(found("5NR21AB"), "");
  EXPECT_EQ(found("NR2, 1AB"), "");
  EXPECT_EQ(found("NR2-1AB"), "");
  EXPECT_EQ(found("N R2 1AB"), "R2 1AB") << "the form is all that is looked at";
  EXPECT_EQ(found("12 NR2 1AB"), "NR2 1AB");
  EXPECT_EQ(found("Flat E1 2nd floor"), "E1 2ND");
  EXPECT_EQ(found("BF1 2AT"), "");
  EXPECT_EQ(found(""), "");
  EXPECT_EQ(found("   1AB"), "");
  EXPECT_EQ(found("1AB"), "");
  EXPECT_EQ(found(Cat(std::string(100'000, ' '), "1AB")), "");
}

}  // namespace
}  // namespace wensum::model
