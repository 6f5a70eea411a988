// Gazetteers of one-line texts, as a list of them is loaded.
#ifndef WENSUM_TESTS_MATCHING_ADDRESS_MATCH_TOWN_H_
#define WENSUM_TESTS_MATCHING_ADDRESS_MATCH_TOWN_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "matching/address/match/find.h"
#include "matching/address/match/match_index.h"
#include "matching/address/match/record.h"

namespace wensum::matching::address::match {

struct TownLine {
  uint64_t property = 0;
  std::string text;
  std::string postcode;
  bool historical = false;
};

// Adds one address to the index; `list` may be null.
inline void AddLine(const TownLine& line, const ListLearner* list, MatchIndex* index) {
  const AddressLine read(line.text, line.postcode, index->mutable_names());
  index->Add(line.property, ReadRecord(read, index->names(), list), line.historical);
}

// Learns the places of the list, then adds every line. The index must be empty and never have been read.
inline void LoadTown(const std::vector<TownLine>& lines, MatchIndex* index) {
  ListLearner list(index->names());
  for (const TownLine& line : lines) list.See(AddressLine(line.text, line.postcode, index->mutable_names()));
  index->AddPlaces(list.Places());
  for (const TownLine& line : lines) AddLine(line, &list, index);
  index->FinishBulk();
}

// A small town in which each kind of outcome has its address.
inline std::vector<TownLine> SmallTown() {
  std::vector<TownLine> lines;
  const auto add = [&](uint64_t property, std::string text, std::string_view postcode, bool historical = false) {
    lines.push_back({property, std::move(text), std::string(postcode), historical});
  };
  for (uint64_t number = 10; number <= 30; number += 2) {
    add(100 + number, Cat(number, " MILL ROAD, NORWICH"), "NR1 1AA");
  }
  for (uint64_t flat = 1; flat <= 6; ++flat) {
    add(200 + flat, Cat("FLAT ", flat, ", ARGYLE HOUSE, PARK LANE, NORWICH"), "NR1 1AB");
  }
  add(220, "18 PARK LANE, NORWICH", "NR1 1AC");
  for (uint64_t flat = 1; flat <= 3; ++flat) {
    add(220 + flat, Cat("FLAT ", flat, ", 18 PARK LANE, NORWICH"), "NR1 1AC");
  }
  add(231, "FLAT A, 20 PARK LANE, NORWICH", "NR1 1AC");
  add(232, "FLAT B, 20 PARK LANE, NORWICH", "NR1 1AC");
  add(241, "22 PARK LANE, NORWICH", "NR1 1AC");
  add(242, "22A PARK LANE, NORWICH", "NR1 1AC");
  add(243, "24-28 PARK LANE, NORWICH", "NR1 1AC");
  add(251, "GROUND FLOOR FLAT, 30 PARK LANE, NORWICH", "NR1 1AC");
  add(252, "FIRST FLOOR LEFT FLAT, 30 PARK LANE, NORWICH", "NR1 1AC");
  add(253, "FIRST FLOOR RIGHT FLAT, 30 PARK LANE, NORWICH", "NR1 1AC");
  // One street's name in two villages.
  for (uint64_t number = 1; number <= 9; ++number) {
    add(300 + number, Cat(number, " OAK AVENUE, THORPE, NORWICH"), "NR7 0AA");
  }
  for (uint64_t number = 1; number <= 5; ++number) {
    add(320 + number, Cat(number, " OAK AVENUE, HELLESDON, NORWICH"), "NR6 5BB");
  }
  add(401, "ROSE COTTAGE, CHURCH HILL, THORPE, NORWICH", "NR7 1AA");
  add(402, "IVY COTTAGE, CHURCH HILL, THORPE, NORWICH", "NR7 1AA");
  add(403, "LAND AT 14 CHURCH HILL, THORPE, NORWICH", "NR7 1AA");
  add(404, "2 CHURCH HILL, THORPE, NORWICH", "NR7 1AA");
  add(404, "BAKERS ARMS, CHURCH HILL, THORPE, NORWICH", "NR7 1AA", true);
  return lines;
}

}  // namespace wensum::matching::address::match

#endif  // WENSUM_TESTS_MATCHING_ADDRESS_MATCH_TOWN_H_
