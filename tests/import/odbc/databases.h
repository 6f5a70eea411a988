// Database servers for one test, each in a directory of its own, and ODBC drivers without the machine's configuration.
#ifndef WENSUM_TESTS_IMPORT_ODBC_DATABASES_H_
#define WENSUM_TESTS_IMPORT_ODBC_DATABASES_H_

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "import/odbc/extract.h"
#include "import/odbc/extract_config.h"
#include "tests/support/temp_dir.h"

namespace wensum::ingest {

// A password with every character that connection strings give a meaning to.
inline constexpr std::string_view kAwkwardPassword = "s}e;c{r=t %41\"'+ \u00E9";

// The drivers that are installed, under their Debian names, in a private odbcinst.ini; while it lives, ODBC knows no
// other and no data source but those in its odbc.ini, and the environment variable WENSUM_TEST_PASSWORD holds the
// password. One a process, as unixODBC remembers where it looked first; before any other thread.
class Drivers {
 public:
  Drivers();
  // False if the driver's library is not installed.
  [[nodiscard]] bool Has(std::string_view name) const;

 private:
  TempDir dir_;
  std::vector<std::string> names_;
};

// A server process; killed by the destructor.
class Server {
 public:
  virtual ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] int port() const { return port_; }
  void Kill();
  // Runs SQL by the database's own client, as another user of the database would. Adds a failure to the test if it
  // fails.
  virtual void Run(const std::string& sql) = 0;
  // Where the server is.
  [[nodiscard]] virtual ConnectionRule Connection() const = 0;

 protected:
  explicit Server(int kill_signal) : kill_signal_(kill_signal) {}
  // Starts a program as `user` if this process is root's, which the servers refuse; else as it is.
  void Start(const std::string& user, const std::vector<std::string>& command);
  [[nodiscard]] std::string Path(std::string_view name) const { return dir_.Join(name); }

  TempDir dir_;
  int port_ = 0;
  const int kill_signal_;  // ends the server at once, as a crash does

 private:
  pid_t pid_ = 0;
};

// The reason why a server cannot be started here; empty if it can.
std::string WhyNoPostgreSql(const Drivers& drivers);
std::string WhyNoMariaDb(const Drivers& drivers);

class PostgreSql final : public Server {
 public:
  PostgreSql();
  void Run(const std::string& sql) override;
  [[nodiscard]] ConnectionRule Connection() const override;
};

class MariaDb final : public Server {
 public:
  MariaDb();
  void Run(const std::string& sql) override;
  [[nodiscard]] ConnectionRule Connection() const override;
};

// A configuration with the given query.
ExtractConfig ConfigOf(ConnectionRule connection, std::string query, std::vector<std::string> key = {"id"});

// The file that an extract wrote; the error's message if it failed.
struct Extracted {
  absl::StatusOr<ExtractFacts> facts = absl::StatusOr<ExtractFacts>(absl::UnknownError("not run"));
  std::string content;
  std::string error;
};
Extracted ExtractTo(const TempDir& dir, const ExtractConfig& config, const ExtractArguments& arguments = {});
// True if no file and no part of one is there.
bool NothingLeft(const TempDir& dir);

}  // namespace wensum::ingest

#endif  // WENSUM_TESTS_IMPORT_ODBC_DATABASES_H_
