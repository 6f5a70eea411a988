// The installed OSTN15 tables, for tests. The build does not configure without them.
#ifndef WENSUM_TESTS_GAZETTEER_GEO_OSTN15_FIXTURE_H_
#define WENSUM_TESTS_GAZETTEER_GEO_OSTN15_FIXTURE_H_

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "base/strings.h"
#include "gazetteer/geo/ostn15_grid.h"

namespace wensum::llpg {

inline std::string ReadTable(const std::string& name) {
  std::ifstream in(Cat(WENSUM_OSTN15_DIR, "/", name), std::ios::binary);
  EXPECT_TRUE(in.is_open()) << name << " is missing: install libgeo-coordinates-osgb-perl";
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline const std::string& EastTable() {
  static const auto* const table = new std::string(ReadTable("ostn_east_shift_82140"));
  return *table;
}

inline const std::string& NorthTable() {
  static const auto* const table = new std::string(ReadTable("ostn_north_shift_-84180"));
  return *table;
}

inline std::shared_ptr<const Ostn15Grid> InstalledGrid() {
  static const auto* const grid = new std::shared_ptr<const Ostn15Grid>([] {
    absl::StatusOr<Ostn15Grid> made = Ostn15Grid::Create(EastTable(), NorthTable());
    EXPECT_TRUE(made.ok()) << made.status();
    return made.ok() ? std::make_shared<const Ostn15Grid>(*std::move(made)) : nullptr;
  }());
  return *grid;
}

}  // namespace wensum::llpg

#endif  // WENSUM_TESTS_GAZETTEER_GEO_OSTN15_FIXTURE_H_
