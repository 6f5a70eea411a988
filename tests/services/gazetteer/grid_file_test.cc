#include "services/gazetteer/grid_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/status_macros.h"
#include "base/strings.h"
#include "tests/support/temp_dir.h"

namespace wensum::gazetteer {
namespace {

using ::testing::HasSubstr;

void Write(const std::string& path, const std::string& content) {
  std::ofstream out(path, std::ios::binary);
  out << content;
  ASSERT_TRUE(out.good()) << path;
}

TEST(GridFileTest, ReadsTheInstalledTables) {
  const auto file = ReadGridFile(WENSUM_OSTN15_DIR);
  ASSERT_TRUE(file.ok()) << file.status();
  ASSERT_NE(file->grid, nullptr);
  EXPECT_EQ(file->path, WENSUM_OSTN15_DIR);
  const auto shift = file->grid->At(91000, 11000);
  ASSERT_TRUE(shift.has_value());
  EXPECT_NEAR(shift->east, 92.139, 1e-9);
  EXPECT_NEAR(shift->north, -81.209, 1e-9);
}

TEST(GridFileTest, TheUsualFoldersHaveIt) {
  const auto file = FindGridFile(GridFolders());
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_NE(file->grid, nullptr);
}

TEST(GridFileTest, NoneIsNoError) {
  const TempDir dir;
  const std::string path = dir.path();
  const char* const folders[] = {path.c_str(), "/nonexistent"};
  const auto file = FindGridFile(folders);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(file->grid, nullptr);
  EXPECT_EQ(file->path, "");
}

TEST(GridFileTest, ErrorsNameTheFile) {
  const TempDir dir;
  const std::string path = dir.path();
  const auto missing = ReadGridFile(Cat(path, "/OSTN15.txt"));
  EXPECT_EQ(missing.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(Message(missing.status())), HasSubstr("/OSTN15.txt cannot be opened"));

  EXPECT_EQ(ReadGridFile(path).status().code(), absl::StatusCode::kNotFound);  // a folder without tables

  Write(Cat(path, "/ostn_east_shift_82140"), "short");
  Write(Cat(path, "/ostn_north_shift_-84180"), "short");
  const char* const folders[] = {path.c_str()};
  for (const auto& damaged : {ReadGridFile(path), FindGridFile(folders)}) {
    EXPECT_EQ(damaged.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(Message(damaged.status())), HasSubstr(path));
    EXPECT_THAT(std::string(Message(damaged.status())), HasSubstr("has 5 bytes"));
  }

  Write(Cat(path, "/data.txt"), "heading\n1,0,0\n");
  const auto damaged = ReadGridFile(Cat(path, "/data.txt"));
  EXPECT_EQ(damaged.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(Message(damaged.status())), HasSubstr("/data.txt: line 2"));
}

TEST(GridFileTest, FormsForProjAreNamed) {
  const TempDir dir;
  for (const std::string& head : {std::string("NUM_OREC"), std::string("II*\0", 4), std::string("MM\0*", 4)}) {
    Write(dir.Join("grid"), head + "rest");
    const auto file = ReadGridFile(dir.Join("grid"));
    EXPECT_EQ(file.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(Message(file.status())), HasSubstr("NTv2 and GeoTIFF grids are not read"));
  }
}

}  // namespace
}  // namespace wensum::gazetteer
