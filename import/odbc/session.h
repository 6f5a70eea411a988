// A connection with one read-only transaction that sees one state of the database.
#ifndef WENSUM_IMPORT_ODBC_SESSION_H_
#define WENSUM_IMPORT_ODBC_SESSION_H_

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "import/odbc/connection_text.h"
#include "import/odbc/extract_config.h"
#include "import/odbc/odbc_handle.h"

namespace wensum::ingest {

// What is known of a driver beyond the standard; each line was found by test (docs/odbc.md).
struct DriverTraits {
  // Its SQL_C_CHAR is UTF-8, which is much faster than the way through UTF-16. It may depend on the environment's
  // locale, so a session asks for `characters` and compares.
  bool utf8_chars = false;
  std::string characters;  // a query for the text that kCharacters is
  // The rest of a value that did not fit can be read of any row of a block (SQLSetPos, SQLGetData).
  bool rest_of_values = false;
  // It keeps the whole result in memory: the query is read in pages of its key.
  bool pages = false;
  // Its dates may be 0000-00-00; another driver writes such for a date that it cannot show.
  bool zero_dates = false;
  // Keys of the connection string that are set unless the configuration sets them.
  std::vector<std::pair<std::string, std::string>> options;
};

class Session {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // Connects and begins the transaction; `deadline` holds for all that follows. Errors as Extract says.
  static absl::StatusOr<std::unique_ptr<Session>> Open(const ExtractConfig& config, Time deadline);
  // Ends the transaction and the connection.
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // A statement with a cursor that only goes forward.
  absl::StatusOr<StatementHandle> NewStatement() const;
  // The driver's last error on a statement: "`what`: [SQLSTATE] text", without the password.
  [[nodiscard]] absl::Status Failure(std::string_view what, const StatementHandle& statement) const;
  // DEADLINE_EXCEEDED once the deadline has passed.
  [[nodiscard]] absl::Status CheckDeadline() const;

  [[nodiscard]] const DriverTraits& traits() const { return traits_; }
  [[nodiscard]] const std::string& dbms_name() const { return dbms_name_; }
  [[nodiscard]] const std::string& dbms_version() const { return dbms_version_; }

 private:
  Session(const ExtractConfig& config, std::string password, Time deadline);

  absl::Status Connect();
  absl::Status ConnectOnce(const std::vector<std::pair<std::string, std::string>>& defaults);
  absl::Status Begin();
  absl::Status Isolate();
  absl::Status TryCharacters();
  absl::Status Run(const std::string& sql) const;
  [[nodiscard]] absl::Status ConnectionFailure(std::string_view what) const;
  [[nodiscard]] std::string Info(SQLUSMALLINT what) const;
  [[nodiscard]] int64_t SecondsLeft() const;

  const ConnectionText text_;
  const std::string driver_;
  const int64_t timeout_seconds_;
  const Time deadline_;
  Environment environment_;
  ConnectionHandle connection_;
  bool connected_ = false;
  bool database_keeps_timeout_ = false;
  DriverTraits traits_;
  std::string dbms_name_;
  std::string dbms_version_;
};

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_ODBC_SESSION_H_
