#include "tests/import/odbc/databases.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "import/odbc/query_text.h"

namespace wensum::ingest {
namespace {

constexpr std::string_view kPostgreSqlPrograms = "/usr/lib/postgresql/15/bin/";

std::string FileText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A port that nobody uses now; the servers cannot be given 0.
int FreePort() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  const bool bound = ::bind(fd, generic, size) == 0 && ::getsockname(fd, generic, &size) == 0;
  ::close(fd);
  return bound ? ntohs(address.sin_port) : 0;
}

// In the child: becomes the program, never to return.
[[noreturn]] void Become(const std::string& user, const std::vector<std::string>& command, const std::string& log) {
  if (::getuid() == 0) {
    const passwd* const entry = ::getpwnam(user.c_str());
    if (entry == nullptr || ::setgid(entry->pw_gid) != 0 || ::setuid(entry->pw_uid) != 0) ::_exit(126);
  }
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(out, STDERR_FILENO);
  std::vector<char*> arguments;
  for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  ::execv(arguments[0], arguments.data());
  ::_exit(127);
}

pid_t Spawn(const std::string& user, const std::vector<std::string>& command, const std::string& log) {
  const pid_t pid = ::fork();
  if (pid == 0) Become(user, command, log);
  return pid;
}

// True if the program ends with 0.
bool RunProgram(const std::string& user, const std::vector<std::string>& command, const std::string& log) {
  int status = 0;
  return ::waitpid(Spawn(user, command, log), &status, 0) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// A directory whose owner is the user that the server runs as.
void OwnedBy(const std::string& path, const std::string& user) {
  const passwd* const entry = ::getpwnam(user.c_str());
  if (::getuid() != 0 || entry == nullptr) return;
  ASSERT_EQ(::chown(path.c_str(), entry->pw_uid, entry->pw_gid), 0);
}

// Asks `ready` until it says yes.
template <typename Ready>
bool WaitUntil(Ready ready) {
  for (int i = 0; i < 600; ++i) {
    if (ready()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return false;
}

std::string Missing(std::string_view what, std::string_view package) {
  return Cat(what, " is not installed (Debian package ", package, ")");
}

std::string Escaped(std::string_view text) {
  std::string out;
  for (const char c : text) out.append(c == '\'' ? 2 : 1, c);
  return out;
}

}  // namespace

Drivers::Drivers() {
  std::ofstream file(dir_.Join("odbcinst.ini"));
  const std::pair<std::string_view, std::string_view> known[] = {
      {"PostgreSQL Unicode", "psqlodbcw.so"}, {"MariaDB Unicode", "libmaodbc.so"}, {"SQLite3", "libsqlite3odbc.so"}};
  for (const auto& [name, library] : known) {
    for (const std::string_view folder : {"/usr/lib/x86_64-linux-gnu/odbc/", "/usr/lib/aarch64-linux-gnu/odbc/"}) {
      const std::string path = Cat(folder, library);
      if (!std::filesystem::exists(path)) continue;
      file << "[" << name << "]\nDriver = " << path << "\n";
      names_.emplace_back(name);
    }
  }
  std::ofstream(dir_.Join("odbc.ini")) << "";
  ::setenv("ODBCSYSINI", dir_.path().c_str(), 1);
  ::setenv("ODBCINI", dir_.Join("odbc.ini").c_str(), 1);
  ::setenv("WENSUM_TEST_PASSWORD", std::string(kAwkwardPassword).c_str(), 1);
}

bool Drivers::Has(std::string_view name) const { return std::ranges::find(names_, name) != names_.end(); }

Server::~Server() { Kill(); }

void Server::Kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, kill_signal_);
  ::waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

void Server::Start(const std::string& user, const std::vector<std::string>& command) {
  pid_ = Spawn(user, command, Path("log"));
}

std::string WhyNoPostgreSql(const Drivers& drivers) {
  if (!drivers.Has("PostgreSQL Unicode")) return Missing("the ODBC driver of PostgreSQL", "odbc-postgresql");
  if (!std::filesystem::exists(Cat(kPostgreSqlPrograms, "initdb"))) return Missing("PostgreSQL 15", "postgresql");
  return {};
}

std::string WhyNoMariaDb(const Drivers& drivers) {
  if (!drivers.Has("MariaDB Unicode")) return Missing("the ODBC driver of MariaDB", "odbc-mariadb");
  if (!std::filesystem::exists("/usr/sbin/mariadbd")) return Missing("MariaDB", "mariadb-server");
  return {};
}

// By SIGQUIT its processes end at once too, and it after them; SIGKILL would leave them to find out.
PostgreSql::PostgreSql() : Server(SIGQUIT) {
  OwnedBy(dir_.path(), "postgres");
  const std::string programs(kPostgreSqlPrograms);
  std::ofstream(Path("password")) << kAwkwardPassword << "\n";
  EXPECT_TRUE(RunProgram("postgres",
                         {programs + "initdb", "-D", Path("data"), "-U", "wensum", "-A", "scram-sha-256", "-E", "UTF8",
                          "--locale=C.UTF-8", "--no-sync", "--no-instructions", Cat("--pwfile=", Path("password"))},
                         Path("log")))
      << FileText(Path("log"));
  // By the socket nobody is asked: that is how the test's own client comes in.
  std::ofstream(Path("data/pg_hba.conf")) << "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n";
  port_ = FreePort();
  Start("postgres", {programs + "postgres", "-D", Path("data"), "-k", dir_.path(), "-p", std::to_string(port_), "-c",
                     "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "max_connections=10"});
  EXPECT_TRUE(WaitUntil([this, &programs] {
    return RunProgram("postgres", {programs + "pg_isready", "-q", "-h", dir_.path(), "-p", std::to_string(port_)},
                      "/dev/null");
  })) << FileText(Path("log"));
}

void PostgreSql::Run(const std::string& sql) {
  EXPECT_TRUE(RunProgram("postgres",
                         {"/usr/bin/psql", "-X", "-q", "-h", dir_.path(), "-p", std::to_string(port_), "-U", "wensum",
                          "-v", "ON_ERROR_STOP=1", "-c", sql, "postgres"},
                         Path("log")))
      << sql << "\n"
      << FileText(Path("log"));
}

ConnectionRule PostgreSql::Connection() const {
  ConnectionRule rule;
  rule.driver = "PostgreSQL Unicode";
  rule.server = "127.0.0.1";
  rule.port = port_;
  rule.database = "postgres";
  rule.user = "wensum";
  rule.password_env = "WENSUM_TEST_PASSWORD";
  return rule;
}

MariaDb::MariaDb() : Server(SIGKILL) {
  OwnedBy(dir_.path(), "mysql");
  // The system tables without time zones and help, which take most of the time.
  EXPECT_TRUE(RunProgram("mysql",
                         {"/usr/bin/mariadb-install-db", "--no-defaults", Cat("--datadir=", Path("data")),
                          "--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"},
                         Path("log")))
      << FileText(Path("log"));
  port_ = FreePort();
  Start("mysql",
        {"/usr/sbin/mariadbd", "--no-defaults", Cat("--datadir=", Path("data")), Cat("--socket=", Path("socket")),
         Cat("--port=", port_), "--bind-address=127.0.0.1", Cat("--pid-file=", Path("pid")), "--skip-log-bin",
         "--innodb-flush-log-at-trx-commit=0", "--skip-name-resolve"});
  EXPECT_TRUE(WaitUntil([this] {
    return RunProgram("mysql", {"/usr/bin/mariadb-admin", "--no-defaults", "-S", Path("socket"), "-u", "root", "ping"},
                      "/dev/null");
  })) << FileText(Path("log"));
  Run(Cat("CREATE DATABASE d CHARACTER SET utf8mb4; CREATE USER wensum@'%' IDENTIFIED BY '", Escaped(kAwkwardPassword),
          "'; GRANT SELECT ON d.* TO wensum@'%'"));
}

void MariaDb::Run(const std::string& sql) {
  EXPECT_TRUE(RunProgram("mysql",
                         {"/usr/bin/mariadb", "--no-defaults", "-S", Path("socket"), "-u", "root",
                          "--default-character-set=utf8mb4", "-e", sql},
                         Path("log")))
      << sql << "\n"
      << FileText(Path("log"));
}

ConnectionRule MariaDb::Connection() const {
  ConnectionRule rule;
  rule.driver = "MariaDB Unicode";
  rule.server = "127.0.0.1";
  rule.port = port_;
  rule.database = "d";
  rule.user = "wensum";
  rule.password_env = "WENSUM_TEST_PASSWORD";
  return rule;
}

ExtractConfig ConfigOf(ConnectionRule connection, std::string query, std::vector<std::string> key) {
  ExtractConfig config;
  config.connection = std::move(connection);
  const absl::StatusOr<QueryText> checked = CheckQuery(query);
  EXPECT_TRUE(checked.ok()) << Message(checked.status());
  if (checked.ok()) {
    config.query = checked->text;
    config.parameters = checked->parameters;
  }
  config.key = std::move(key);
  return config;
}

Extracted ExtractTo(const TempDir& dir, const ExtractConfig& config, const ExtractArguments& arguments) {
  Extracted extracted;
  extracted.facts = Extract(config, arguments, dir.Join("rows.csv"));
  if (extracted.facts.ok()) {
    extracted.content = FileText(dir.Join("rows.csv"));
  } else {
    extracted.error = std::string(Message(extracted.facts.status()));
    // Whatever goes wrong: no message holds the password.
    EXPECT_EQ(extracted.error.find(kAwkwardPassword), std::string::npos) << extracted.error;
  }
  return extracted;
}

bool NothingLeft(const TempDir& dir) { return std::filesystem::is_empty(dir.path()); }

}  // namespace wensum::ingest
