#include "matching/address/learnt/text_form.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/strings.h"

namespace wensum::matching::address {
namespace {

using Address = std::pair<std::string_view, std::string_view>;  // text and postcode

// A stored format: a form that changes leaves stored answers without the texts they are of.
TEST(TextFormTest, FormsAreStable) {
  EXPECT_EQ(TextForm("Flat 3a, 12-14 St. John's Rd, Norwich", "NR2 1AB"),
            "FLAT 3 A 12 - 14 SAINT JOHNS ROAD NORWICH\nNR21AB");
  EXPECT_EQ(TextForm("Unit B12 High St & Annex NR1 1AA", ""), "UNIT B 12 HIGH STREET AND ANNEXE\nNR11AA");
  EXPECT_EQ(TextForm("3/12 Great Grn", ""), "3 / 12 GREAT GREEN\n");
  EXPECT_EQ(TextForm("", "NR1 1AA"), "");
  EXPECT_EQ(TextForm(" ,.-/ NR1 1AA", ""), "");
}

TEST(TextFormTest, WritingMakesNoDifference) {
  const std::vector<std::pair<Address, Address>> same = {
      {{"12 High Road", "NR1 1AA"}, {"12,  HIGH   RD.", "nr11aa"}},
      {{"12 High Road", "NR1 1AA"}, {"12 high road NR1 1AA", ""}},
      {{"12 High Road", "NR1 1AA"}, {"12 high road, nr11aa", "NR1 1AA"}},
      {{"12 High Road, Norwich", "NR1 1AA"}, {"NR1 1AA 12 High Road; Norwich", "NR1 1AA"}},
      {{"12A High Road", ""}, {"12 a High-Road", ""}},
      {{"12 Caf\xC3\xA9 Lane", ""}, {"12 CAFE LN", ""}},
      {{"12 King's Head", ""}, {"12 Kings Head", ""}},
      {{"12 King\xE2\x80\x99s\xC2\xA0Head", ""}, {"12 KINGS HEAD", ""}},
      {{"12-14 High St", ""}, {"12 \xE2\x80\x93 14 HIGH STREET", ""}},
      {{"Flat 07 The Gdns", ""}, {"FLAT 7, THE GARDENS", ""}},
      {{"1 Long Row", "NR1 IAA"}, {"1 Long Row", "NR1 1AA"}},
  };
  for (const auto& [a, b] : same) {
    EXPECT_EQ(TextForm(a.first, a.second), TextForm(b.first, b.second)) << a.first << " | " << b.first;
  }
}

TEST(TextFormTest, WhatIsSaidMakesADifference) {
  const std::vector<Address> different = {
      {"12 High Road", "NR1 1AA"},
      {"12 High Road", "NR1 1AB"},
      {"12 High Road", ""},
      {"13 High Road", "NR1 1AA"},
      {"1 2 High Road", ""},
      {"112 High Road", ""},
      {"12A High Road", ""},
      {"12B High Road", ""},
      {"12 High Lane", ""},
      {"12 Hihg Road", ""},
      {"Flat 12 High Road", ""},
      {"Apartment 12 High Road", ""},
      {"Unit 12 High Road", ""},
      {"12 The High Road", ""},
      {"High Road 12", ""},
      {"High Road", ""},
      {"3-4 High Road", ""},
      {"3/4 High Road", ""},
      {"3 4 High Road", ""},
      {"34 High Road", ""},
      {"Maisonette 1", ""},
      {"Flat 1", ""},
      {"Front 1", ""},
      {"Rear 1", ""},
      {"Back 1", ""},
      {"\xD0\x9A\xD0\xB8 1", ""},
      {"\xD0\x9B\xD1\x8C 1", ""},
      {"1", ""},
      {"12 High Road NR1 1AA", "NR1 1AB"},
      {"12 High Road NR1 1AB", "NR1 1AA"},
      {"12 High Road NR1", ""},
      {"12 High Road \xC3\x83\xC2\xA9", ""},
      {"12 High Road \xE9", ""},
      {"12 Saint Road", ""},
      {"12 Street Road", ""},
  };
  for (size_t i = 0; i < different.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      EXPECT_NE(TextForm(different[i].first, different[i].second), TextForm(different[j].first, different[j].second))
          << different[i].first << " | " << different[j].first;
    }
  }
}

// Writes the same words in another way.
std::string Scribble(const std::vector<std::string>& words, Random& random) {
  constexpr std::string_view kBetween[] = {" ", ", ", "  ", "; ", ". ", "\n", " , ", "\t"};
  std::string out;
  for (const std::string& word : words) {
    std::string written = word;
    if (word == "ROAD" && random.Chance(0.5)) written = "RD";
    if (word == "AVENUE" && random.Chance(0.5)) written = "Ave";
    for (char& c : written) {
      if (random.Chance(0.4)) c = IsUpper(c) ? static_cast<char>(c - 'A' + 'a') : c;
    }
    out += written;
    out += kBetween[random.Below(std::size(kBetween))];
  }
  return out;
}

TEST(TextFormTest, RandomWritingsShareAFormExactlyIfTheirWordsAreTheSame) {
  const std::vector<std::string> words = {"ROAD", "AVENUE", "FLAT", "HIGH", "12", "13", "3", "A", "B", "NORTH", "ROSE"};
  Random random(11);
  int equal = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto draw = [&] {
      std::vector<std::string> drawn(1 + random.Below(3));
      for (std::string& word : drawn) word = words[random.Below(words.size())];
      return drawn;
    };
    const std::vector<std::string> a = draw();
    const std::vector<std::string> b = random.Chance(0.5) ? a : draw();
    const std::string code = random.Chance(0.5) ? "NR1 1AA" : "";
    const std::string x = Scribble(a, random);
    const std::string y =
        code.empty() || random.Chance(0.5) ? Scribble(b, random) : Cat(Scribble(b, random), " nr1 1AA");
    ASSERT_EQ(TextForm(x, code) == TextForm(y, code), a == b) << "seed 11, step " << i << ": " << x << " | " << y;
    equal += a == b ? 1 : 0;
  }
  EXPECT_GT(equal, 5'000);
}

TEST(TextFormTest, LongTextsAreNotCut) {
  const std::string text(20'000, 'a');
  EXPECT_NE(TextForm(text, ""), TextForm(Cat(text, "b"), ""));
}

}  // namespace
}  // namespace wensum::matching::address
