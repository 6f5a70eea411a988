// A copy of the register's people in an SQLite file, kept in step by the change feed.
#ifndef WENSUM_SERVICES_CLI_PEOPLE_COPY_H_
#define WENSUM_SERVICES_CLI_PEOPLE_COPY_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "wensum/v1/changes.pb.h"

struct sqlite3;
struct sqlite3_stmt;

namespace wensum::cli {

// Tables: `people`, a golden record a row; `keys`, a source record a row; `redirects`, what former names lead to;
// `meta`, where the feed goes on. What came and where to go on stand in one transaction, so that the file is always the
// state of one revision, or an export that is not whole yet (meta `watch_token` is missing), wherever its writer was
// killed. Not thread-safe; one writer to a file.
class PeopleCopy {
 public:
  // Opens or makes the file. `content` says what it is a copy of (purpose and filter): FAILED_PRECONDITION if the file
  // is a copy of something else. UNAVAILABLE, with the path, if the file cannot be opened or is no such file.
  static absl::StatusOr<std::unique_ptr<PeopleCopy>> Open(const std::string& path, std::string_view content);
  ~PeopleCopy();
  PeopleCopy(const PeopleCopy&) = delete;
  PeopleCopy& operator=(const PeopleCopy&) = delete;

  // Where to go on: the export while the second is empty. Both are empty at the beginning.
  [[nodiscard]] const std::string& export_token() const { return export_token_; }
  [[nodiscard]] const std::string& watch_token() const { return watch_token_; }
  // That the file is the state of; 0 while it is not whole.
  [[nodiscard]] uint64_t revision() const { return revision_; }

  // Takes all out, to begin anew.
  absl::Status Clear();
  // A message of the export, in a transaction of its own.
  absl::Status Add(const v1::ExportGoldenResponse& message);
  // The next event. The transaction ends with the last event of a revision: until then nothing of it is kept.
  absl::Status Apply(const v1::ChangeEvent& event);
  // Gives up what was applied of a revision that did not come whole.
  void RollBack();

 private:
  explicit PeopleCopy(sqlite3* database) : database_(database) {}

  absl::Status Execute(const char* sql);
  // The statement of this text, made once, without bindings.
  absl::StatusOr<sqlite3_stmt*> Prepare(const char* sql);
  // Runs it with these texts bound in order.
  absl::Status Run(const char* sql, std::initializer_list<std::string_view> texts);
  absl::StatusOr<std::string> ReadMeta(std::string_view name);
  absl::Status WriteMeta(std::string_view name, std::string_view value);
  absl::Status Begin();
  absl::Status PutPerson(const v1::Person& person);
  absl::Status DropPerson(const std::string& name);
  absl::Status Change(const v1::ChangeEvent& event);
  [[nodiscard]] absl::Status Error(std::string_view what) const;

  sqlite3* const database_;
  std::map<std::string, sqlite3_stmt*, std::less<>> statements_;
  bool in_transaction_ = false;
  std::string export_token_;
  std::string watch_token_;
  uint64_t revision_ = 0;
};

}  // namespace wensum::cli

#endif  // WENSUM_SERVICES_CLI_PEOPLE_COPY_H_
