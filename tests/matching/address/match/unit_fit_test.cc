// Which units and house numbers contradict each other, and which are the same in other words. Points are weights that
// are tuned; the tests hold the flags, and that agreement never scores below silence.
#include "matching/address/match/unit_fit.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/matching/address/match/match_text.h"

namespace wensum::matching::address::match {
namespace {

constexpr uint16_t Floor(uint8_t bit) { return static_cast<uint16_t>(1U << bit); }
constexpr uint8_t Side(uint8_t bit) { return static_cast<uint8_t>(1U << bit); }
constexpr uint8_t kLeft = 0;
constexpr uint8_t kRight = 1;
constexpr uint8_t kFront = 2;
constexpr uint8_t kRear = 3;
constexpr FitFlags kContradiction = kOtherNumber | kOtherUnit;

Unit Flat(int32_t number, char letter = 0) { return {.number = number, .kind = UnitKind::kFlat, .letter = letter}; }
Unit OnFloor(uint16_t floors, uint8_t sides = 0) { return {.floors = floors, .sides = sides, .kind = UnitKind::kFlat}; }
Unit Coded(char prefix, int32_t number) { return {.number = number, .kind = UnitKind::kFlat, .prefix = prefix}; }
Unit InBlock(int32_t number, int16_t block, char letter = 0) {
  return {.number = number, .kind = UnitKind::kFlat, .block_letter = letter, .block = block};
}
Unit Of(UnitKind kind, int32_t number) { return {.number = number, .kind = kind}; }
House At(int32_t low, char letter = 0) {
  return {.low = low, .high = low, .low_letter = letter, .high_letter = letter};
}
House Between(int32_t low, int32_t high, char low_letter = 0, char high_letter = 0) {
  return {.low = low, .high = high, .low_letter = low_letter, .high_letter = high_letter};
}

struct UnitPair {
  Unit text;
  Unit record;
};
struct HousePair {
  House text;
  House record;
};

TEST(FitUnitTest, ContradictionsAreFlaggedBothWays) {
  const std::vector<UnitPair> pairs = {
      {Flat(1), Flat(2)},
      {Flat(1), Flat(11)},
      {Flat(-1, 'A'), Flat(-1, 'B')},
      {Flat(1, 'A'), Flat(1, 'B')},
      {Flat(14, 'A'), Flat(14, 'C')},
      {Flat(2), Flat(-1, 'C')},
      {Coded('A', 12), Coded('B', 12)},
      {OnFloor(Floor(1)), OnFloor(Floor(2))},
      {OnFloor(Floor(kBasementBit)), OnFloor(Floor(2))},
      {OnFloor(Floor(kAtticBit)), OnFloor(Floor(kGroundBit))},
      {OnFloor(Floor(kTopBit)), OnFloor(Floor(kGroundBit))},
      {OnFloor(Floor(2), Side(kLeft)), OnFloor(Floor(2), Side(kRight))},
      {OnFloor(Floor(2), Side(kFront)), OnFloor(Floor(2), Side(kRear))},
      {OnFloor(0, Side(kLeft)), OnFloor(0, Side(kRight))},
      {InBlock(165, 3), InBlock(165, 4)},
      {InBlock(165, -1, 'A'), InBlock(165, -1, 'B')},
      {Of(UnitKind::kGarage, 3), Of(UnitKind::kFlat, 3)},
      {Of(UnitKind::kMooring, 3), Of(UnitKind::kCaravan, 3)},
  };
  for (const auto& [text, record] : pairs) {
    for (const bool given : {false, true}) {
      EXPECT_NE(FitUnit(text, record, given).flags & kContradiction, 0) << Print(text) << " | " << Print(record);
      EXPECT_NE(FitUnit(record, text, given).flags & kContradiction, 0) << Print(record) << " | " << Print(text);
      EXPECT_LT(FitUnit(text, record, given).points, -5) << Print(text) << " | " << Print(record);
    }
  }
}

TEST(FitUnitTest, EquivalencesAreNotFlagged) {
  const std::vector<UnitPair> pairs = {
      {Flat(1), Flat(1)},
      {Flat(1, 'A'), Flat(1, 'A')},
      {Flat(3), Of(UnitKind::kUnit, 3)},
      {Flat(3), Of(UnitKind::kStudio, 3)},
      {Flat(3), Of(UnitKind::kNone, 3)},
      {Flat(3), Of(UnitKind::kRoom, 3)},
      {Coded('A', 2), Flat(2, 'A')},
      {Flat(2, 'A'), Coded('A', 2)},
      {Coded('F', 2), Flat(2)},
      {Flat(-1, 'A'), Flat(1)},
      {Flat(2), Flat(-1, 'B')},
      {OnFloor(Floor(kBasementBit)), OnFloor(Floor(kBasementBit))},
      {OnFloor(Floor(kBasementBit) | Floor(kGroundBit)), OnFloor(Floor(kGroundBit))},
      {OnFloor(Floor(2) | Floor(3)), OnFloor(Floor(2) | Floor(3) | Floor(4))},
      {OnFloor(Floor(kTopBit)), OnFloor(Floor(3))},
      {OnFloor(Floor(2), Side(kLeft)), OnFloor(Floor(2), Side(kLeft))},
      {OnFloor(Floor(3)), Flat(2)},  // FLAT 2ND FLR and FLAT 2
      {InBlock(165, 3), InBlock(165, 3)},
      {InBlock(165, 3), Flat(165)},
      {Unit(), Unit()},
  };
  for (const auto& [text, record] : pairs) {
    EXPECT_EQ(FitUnit(text, record, true).flags, 0) << Print(text) << " | " << Print(record);
  }
}

TEST(FitUnitTest, LettersAreNumbersOnlyBehindAUnitWord) {
  EXPECT_EQ(FitUnit(Flat(-1, 'A'), Flat(1), true).flags, 0);
  EXPECT_NE(FitUnit(Flat(-1, 'A'), Flat(1), false).flags & kOtherUnit, 0);
  EXPECT_LT(FitUnit(Flat(-1, 'A'), Flat(1), true).points, FitUnit(Flat(1), Flat(1), true).points);
}

TEST(FitUnitTest, WhatOneSideLacksIsAParentOrAChild) {
  struct OneSided {
    Unit text;
    Unit record;
    FitFlags flags;
  };
  const std::vector<OneSided> cases = {
      {Flat(1), Unit(), kParentOnly},
      {Unit(), Flat(1), kChildOnly},
      {Flat(-1, 'A'), Unit(), kParentOnly},
      {Unit(), Flat(-1, 'A'), kChildOnly},
      {Flat(1, 'A'), Flat(1), kParentOnly},
      {Flat(1), Flat(1, 'A'), kChildOnly},
      {Coded('B', 12), Flat(12), kParentOnly},
      {Flat(12), Coded('B', 12), kChildOnly},
      {OnFloor(Floor(1)), Unit(), kParentOnly},
      {Unit(), OnFloor(Floor(1)), kChildOnly},
      {OnFloor(0, Side(kLeft)), Unit(), kParentOnly},
      {Unit(), OnFloor(0, Side(kLeft)), kChildOnly},
      {Of(UnitKind::kAnnexe, -1), Unit(), kParentOnly},
      {Unit(), Of(UnitKind::kAnnexe, -1), kChildOnly},
      // A unit inside a listed range of units.
      {Flat(4), {.number = 3, .end = 5, .kind = UnitKind::kFlat}, kParentOnly},
  };
  for (const OneSided& example : cases) {
    EXPECT_EQ(FitUnit(example.text, example.record, true).flags, example.flags)
        << Print(example.text) << " | " << Print(example.record);
  }
}

TEST(FitUnitTest, EveryFloorAndNumberCanBeCompared) {
  // Undefined shifts would end this under the sanitizers.
  for (uint8_t bit = 0; bit < 16; ++bit) {
    for (int32_t number = 0; number < 10'000; number += 7) {
      const PartFit fit = FitUnit(OnFloor(Floor(bit)), Flat(number), true);
      const bool same = number > 0 && number < 12 && bit == number + 1;
      EXPECT_EQ(fit.flags == 0, same) << int{bit} << " " << number;
    }
  }
}

TEST(FitUnitTest, AgreementIsWorthMoreThanSilence) {
  for (const Unit& unit : {Flat(1), Flat(-1, 'A'), OnFloor(Floor(2)), OnFloor(Floor(2), Side(kLeft))}) {
    EXPECT_GT(FitUnit(unit, unit, true).points, FitUnit(Unit(), Unit(), true).points) << Print(unit);
    EXPECT_TRUE(FitUnit(unit, unit, true).agrees) << Print(unit);
    EXPECT_GT(FitUnit(Unit(), Unit(), true).points, FitUnit(unit, Unit(), true).points) << Print(unit);
    EXPECT_GT(FitUnit(Unit(), Unit(), true).points, FitUnit(Unit(), unit, true).points) << Print(unit);
  }
}

TEST(FitHouseTest, ContradictionsAreFlaggedBothWays) {
  const std::vector<HousePair> pairs = {
      {At(12), At(14)},
      {At(1), At(11)},
      {At(12, 'A'), At(12, 'B')},
      {At(12, 'A'), At(14, 'A')},
      {At(144, '#'), At(144, 'A')},
      {At(20), Between(12, 18)},
      {At(10), Between(12, 18)},
      {At(13), Between(12, 18)},  // the other side of the street
      {Between(12, 14), Between(16, 18)},
  };
  for (const auto& [text, record] : pairs) {
    EXPECT_EQ(FitHouse(text, record).flags, kOtherNumber) << Print(text) << " | " << Print(record);
    EXPECT_EQ(FitHouse(record, text).flags, kOtherNumber) << Print(record) << " | " << Print(text);
    EXPECT_FALSE(FitHouse(text, record).agrees) << Print(text) << " | " << Print(record);
  }
}

TEST(FitHouseTest, EquivalencesAreNotFlagged) {
  const std::vector<HousePair> pairs = {
      {At(12), At(12)},
      {At(12, 'A'), At(12, 'A')},
      {Between(12, 14), Between(12, 14)},
      {At(12), Between(12, 14)},
      {At(14), Between(12, 14)},
      {At(14), Between(12, 18)},  // inside, of the same parity
      {At(13), Between(12, 15)},  // a range over both sides of the street
      {At(92), Between(92, 92, 0, 'A')},
      {At(92, 'A'), Between(92, 92, 0, 'A')},
      {Between(12, 16), Between(14, 18)},
  };
  for (const auto& [text, record] : pairs) {
    EXPECT_EQ(FitHouse(text, record).flags, 0) << Print(text) << " | " << Print(record);
    EXPECT_EQ(FitHouse(record, text).flags, 0) << Print(record) << " | " << Print(text);
    EXPECT_TRUE(FitHouse(text, record).agrees) << Print(text) << " | " << Print(record);
  }
}

TEST(FitHouseTest, ALetterOnOneSideIsAParentOrAChild) {
  EXPECT_EQ(FitHouse(At(12, 'A'), At(12)).flags, kParentOnly);
  EXPECT_EQ(FitHouse(At(12), At(12, 'A')).flags, kChildOnly);
  EXPECT_EQ(FitHouse(At(14, 'B'), Between(12, 18)).flags, kParentOnly);
  EXPECT_EQ(FitHouse(Between(12, 18), At(14, 'B')).flags, kChildOnly);
}

}  // namespace
}  // namespace wensum::matching::address::match
