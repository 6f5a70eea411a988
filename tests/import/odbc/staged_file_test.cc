#include "import/odbc/staged_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "base/hash.h"
#include "base/status_macros.h"
#include "tests/support/temp_dir.h"

namespace wensum::ingest {
namespace {

std::string Content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(StagedFileTest, AppearsWhole) {
  const TempDir dir;
  const std::string path = dir.Join("rows.csv");
  std::ofstream(path) << "old";
  std::ofstream(path + ".part") << "of a run that was killed";
  const auto file = StagedFile::Create(path);
  ASSERT_TRUE(file.ok()) << Message(file.status());
  ASSERT_TRUE((*file)->Write("a,b\n").ok());
  ASSERT_TRUE((*file)->Write("1,2\n").ok());
  EXPECT_EQ(Content(path), "old");
  const auto sha256 = (*file)->Finish();
  ASSERT_TRUE(sha256.ok()) << Message(sha256.status());
  EXPECT_EQ(Content(path), "a,b\n1,2\n");
  EXPECT_EQ(*sha256, Sha256Hex("a,b\n1,2\n"));
  EXPECT_EQ((*file)->bytes(), 8);
  EXPECT_FALSE(std::filesystem::exists(path + ".part"));
  struct stat facts{};
  ASSERT_EQ(::stat(path.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 07, 0U) << "others may not read personal data";
}

TEST(StagedFileTest, LeavesNothingBehindWithoutFinish) {
  const TempDir dir;
  const std::string path = dir.Join("rows.csv");
  {
    const auto file = StagedFile::Create(path);
    ASSERT_TRUE(file.ok() && (*file)->Write("half").ok());
    EXPECT_TRUE(std::filesystem::exists(path + ".part"));
  }
  EXPECT_TRUE(std::filesystem::is_empty(dir.path()));
}

TEST(StagedFileTest, ReplacesALinkInsteadOfFollowingIt) {
  const TempDir dir;
  const std::string other = dir.Join("other");
  std::ofstream(other) << "untouched";
  std::filesystem::create_symlink(other, dir.Join("rows.csv.part"));
  const auto file = StagedFile::Create(dir.Join("rows.csv"));
  ASSERT_TRUE(file.ok() && (*file)->Write("rows").ok() && (*file)->Finish().ok());
  EXPECT_EQ(Content(other), "untouched");
}

TEST(StagedFileTest, SaysThatThereIsNoRoom) {
  const TempDir dir;
  const std::string path = dir.Join("rows.csv");
  struct rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  struct rlimit small = before;
  small.rlim_cur = 1000;
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  absl::Status status;
  {
    const auto file = StagedFile::Create(path);
    if (file.ok()) status = (*file)->Write(std::string(5000, 'x'));
  }
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(Message(status)), testing::HasSubstr("make room"));
  EXPECT_TRUE(std::filesystem::is_empty(dir.path()));
}

TEST(StagedFileTest, SaysWhereItCannotWrite) {
  const auto file = StagedFile::Create("/nowhere/at all/rows.csv");
  EXPECT_EQ(file.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(Message(file.status())), testing::HasSubstr("/nowhere/at all/rows.csv.part"));
}

}  // namespace
}  // namespace wensum::ingest
