// Texts and lists that are made to be slow or to break something: every question ends with an answer. Prints the
// slowest; asserts no times.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/strings.h"
#include "tests/matching/address/match/town.h"

namespace wensum::matching::address::match {
namespace {

// Asks, and keeps the question that took longest.
class Stopwatch {
 public:
  // Of `times` answers the fastest counts, for the machine has other work too.
  Found Ask(const MatchIndex& index, std::string_view text, std::string_view postcode, int times = 1) {
    Found found;
    double fastest = 1e9;
    for (int i = 0; i < times; ++i) {
      const auto begin = std::chrono::steady_clock::now();
      found = FindProperty(index, text, postcode);
      const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begin;
      fastest = std::min(fastest, took.count());
    }
    all_ += fastest;
    ++asked_;
    if (fastest > slowest_) {
      slowest_ = fastest;
      text_ = Quote(text, 40);
    }
    return found;
  }
  ~Stopwatch() {
    std::printf("%zu questions, %.1f us each, slowest %.0f us: %s\n", asked_, all_ / static_cast<double>(asked_),
                slowest_, text_.c_str());
  }
  Stopwatch() = default;
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  double all_ = 0;
  double slowest_ = 0;
  size_t asked_ = 0;
  std::string text_;
};

std::string Repeat(std::string_view piece, size_t bytes) {
  std::string text;
  while (text.size() < bytes) text.append(piece);
  text.resize(bytes);
  return text;
}

std::vector<std::string> NastyTexts() {
  std::vector<std::string> texts;
  for (const std::string_view piece : {"A ",
                                       "1 ",
                                       "FLAT ",
                                       "ROAD ",
                                       ",",
                                       ", ",
                                       "1",
                                       "9",
                                       "A",
                                       "A1",
                                       "1A",
                                       "A1 ",
                                       "1A ",
                                       "1-",
                                       "1/",
                                       "1/2 ",
                                       "1-3 ",
                                       "12-14, ",
                                       "& ",
                                       "1&2",
                                       "(1) ",
                                       "(((",
                                       ")))",
                                       "<",
                                       "<>",
                                       "<a>",
                                       "&amp;",
                                       "&;",
                                       "@",
                                       "a@b.c ",
                                       "FLAT 1 ",
                                       "FLAT A ",
                                       "FLAT1A",
                                       "R0AD ",
                                       "R0AD",
                                       "1O1O",
                                       "O1I0L5",
                                       "FIRST ",
                                       "FIRST AND ",
                                       "FIRST TO ",
                                       "FLOOR ",
                                       "LOWER GROUND ",
                                       "LEFT ",
                                       "REAR OF ",
                                       "REAR OF 1 ",
                                       "LAND AT ",
                                       "ABOVE THE ",
                                       "BLOCK ",
                                       "BLOCK 1 ",
                                       "NO ",
                                       "THE ",
                                       "OF ",
                                       "MILL ",
                                       "MILL ROAD ",
                                       "MILLROAD ",
                                       "PARK LANE 1 ",
                                       "NORWICH ",
                                       "ST ",
                                       "NR1 1AA ",
                                       "NR11AA",
                                       "E18 ",
                                       "1ST ",
                                       "2ND ",
                                       "2F1 ",
                                       "2FR ",
                                       "G/1 ",
                                       "C/O ",
                                       "R/O ",
                                       "0",
                                       "020 7946 0000 ",
                                       "\n",
                                       "\t",
                                       "\xFF",
                                       "\xC3",
                                       "\xC3\xA2\xE2\x82\xAC\xE2\x84\xA2",
                                       "\xF0\x9F\x8F\xA0",
                                       "MILK ROED ",
                                       "MLIL RAOD ",
                                       "AND A HALF ",
                                       "1 AND A HALF ",
                                       "SMITH@",
                                       "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
                                       "APARTMENTS ",
                                       "ARGYLE HOUSE 1 "}) {
    for (const size_t bytes : {size_t{64}, size_t{1'999}, size_t{2'000}, size_t{2'001}, size_t{10'000}}) {
      texts.push_back(Repeat(piece, bytes));
      texts.push_back(Cat("12 MILL ROAD, ", texts.back(), " NORWICH NR1 1AA"));
    }
  }
  return texts;
}

TEST(FindLimitsTest, NastyTextsEnd) {
  MatchIndex index;
  LoadTown(SmallTown(), &index);
  Stopwatch stopwatch;
  for (const std::string& text : NastyTexts()) {
    for (const std::string_view postcode : {"", "NR1 1AA", "NR1 1AC"}) {
      const Found found = stopwatch.Ask(index, text, postcode, 3);
      EXPECT_LE(found.hits.size(), 10U) << Quote(text);
      EXPECT_TRUE(found.verdict != Verdict::kMatched || !found.hits.empty()) << Quote(text);
    }
    stopwatch.Ask(index, "12 MILL ROAD", text, 3);
  }
}

TEST(FindLimitsTest, RandomBytesEnd) {
  constexpr uint64_t kSeed = 20261129;
  SCOPED_TRACE(kSeed);
  Random random(kSeed);
  MatchIndex index;
  LoadTown(SmallTown(), &index);
  Stopwatch stopwatch;
  for (int i = 0; i < 3'000; ++i) {
    std::string text(random.Below(300), ' ');
    const bool printable = random.Chance(0.5);
    for (char& c : text) c = static_cast<char>(printable ? ' ' + random.Below(95) : random.Below(256));
    EXPECT_NE(stopwatch.Ask(index, text, "").verdict, Verdict::kMatched) << Quote(text);
  }
}

TEST(FindLimitsTest, OneLineAHundredThousandTimes) {
  MatchIndex index;
  LoadTown(SmallTown(), &index);
  Stopwatch stopwatch;
  for (const std::string_view text : {"FLAT 3, ARGYLE HOUSE, PARK LANE, NORWICH NR1 1AB", "FLT 3 ARGYL HSE PARK LN"}) {
    const Found first = stopwatch.Ask(index, text, "");
    EXPECT_EQ(first.verdict, Verdict::kMatched) << text;
    for (int i = 0; i < 50'000; ++i) {
      const Found again = stopwatch.Ask(index, text, "");
      ASSERT_EQ(again.verdict, first.verdict);
      ASSERT_EQ(again.margin, first.margin);
    }
  }
}

TEST(FindLimitsTest, AGazetteerOfOneLineAHundredThousandTimes) {
  // As many properties of one address: loaded and asked, and none of them is the one.
  constexpr uint64_t kCopies = 100'000;
  std::vector<TownLine> lines;
  for (uint64_t property = 1; property <= kCopies; ++property) {
    lines.push_back({property, "FLAT 3, ARGYLE HOUSE, 12 PARK LANE, NORWICH", "NR1 1AB"});
  }
  MatchIndex index;
  LoadTown(lines, &index);
  EXPECT_EQ(index.size(), kCopies);
  Stopwatch stopwatch;
  for (const std::string_view postcode : {"NR1 1AB", "NR1 1AC", ""}) {
    const Found found = stopwatch.Ask(index, "FLAT 3, ARGYLE HOUSE, 12 PARK LANE, NORWICH", postcode);
    EXPECT_NE(found.verdict, Verdict::kMatched) << postcode;
  }
  for (uint64_t property = 2; property <= kCopies; property += 997) index.Remove(property);
  EXPECT_EQ(stopwatch.Ask(index, lines[0].text, "NR1 1AB").verdict, Verdict::kAmbiguous);
}

}  // namespace
}  // namespace wensum::matching::address::match
