#include "import/odbc/session.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::ingest {
namespace {

constexpr int64_t kLoginSeconds = 30;
// Letters of two, three and four bytes in UTF-8, the last beyond UCS-2.
constexpr std::string_view kCharacters = "\u00E9\u20AC\U0001F600";

DriverTraits TraitsOf(std::string_view driver_file) {
  DriverTraits traits;
  if (driver_file.starts_with("psqlodbc")) {
    traits.characters = "SELECT chr(233) || chr(8364) || chr(128512)";
    traits.rest_of_values = true;
    // A cursor on the server, whose rows come 2,000 at a time; bool as a bit, not as a text.
    traits.options = {{"UseDeclareFetch", "1"}, {"Fetch", "2000"}, {"BoolsAsChar", "0"}};
  } else if (driver_file.starts_with("libmaodbc")) {
    traits.characters = "SELECT _utf8mb4 X'C3A9E282ACF09F9880'";
    traits.pages = true;
    traits.zero_dates = true;
    traits.options = {{"CHARSET", "utf8mb4"}, {"FORWARDONLY", "1"}};
  } else if (driver_file.starts_with("libsqlite3odbc") || driver_file.starts_with("sqlite3odbc")) {
    traits.characters = "SELECT char(233, 8364, 128512)";
    traits.options = {{"StepAPI", "1"}};
  }
  return traits;
}

// How a database begins a read-only transaction on one state of it, with times in UTC.
struct Beginning {
  std::vector<std::string> statements;  // none: by the attributes of the standard
  bool keeps_timeout = false;           // no statement takes longer: one of them says so
};

Beginning BeginningOf(std::string_view dbms, int64_t seconds) {
  if (dbms == "PostgreSQL") {
    return {.statements = {"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY", "SET LOCAL TIME ZONE 'UTC'",
                           Cat("SET LOCAL statement_timeout = ", seconds * 1000)},
            .keeps_timeout = true};
  }
  if (dbms == "MariaDB" || dbms == "MySQL") {
    return {.statements = {"SET SESSION time_zone = '+00:00'",
                           dbms == "MariaDB" ? Cat("SET SESSION max_statement_time = ", seconds)
                                             : Cat("SET SESSION max_execution_time = ", seconds * 1000),
                           "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
                           "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"},
            .keeps_timeout = true};
  }
  if (dbms == "Microsoft SQL Server") return {.statements = {"SET TRANSACTION ISOLATION LEVEL SNAPSHOT"}};
  if (dbms == "Oracle") return {.statements = {"SET TRANSACTION READ ONLY"}};
  return {};
}

}  // namespace

Session::Session(const ExtractConfig& config, std::string password, Time deadline)
    : text_(config.connection, std::move(password)),
      driver_(config.connection.driver),
      timeout_seconds_(config.timeout_seconds),
      deadline_(deadline) {}

absl::StatusOr<std::unique_ptr<Session>> Session::Open(const ExtractConfig& config, Time deadline) {
  WENSUM_ASSIGN_OR_RETURN(std::string password, ReadPassword(config.connection));
  std::unique_ptr<Session> session(new Session(config, std::move(password), deadline));
  session->environment_ = Environment(nullptr);
  if (session->environment_.get() == nullptr ||
      !SQL_SUCCEEDED(SQLSetEnvAttr(session->environment_.get(), SQL_ATTR_ODBC_VERSION, AsPointer(SQL_OV_ODBC3),
                                   SQL_IS_UINTEGER))) {
    return Internal("unixODBC gives no environment");
  }
  WENSUM_RETURN_IF_ERROR(session->Connect());
  WENSUM_RETURN_IF_ERROR(session->Begin());
  return session;
}

Session::~Session() {
  if (!connected_) return;
  SQLEndTran(SQL_HANDLE_DBC, connection_.get(), SQL_ROLLBACK);
  SQLDisconnect(connection_.get());
}

absl::Status Session::Connect() {
  WENSUM_RETURN_IF_ERROR(ConnectOnce({}));
  traits_ = TraitsOf(Info(SQL_DRIVER_NAME));
  if (!traits_.options.empty()) {  // known only now, and read only when a connection is made
    SQLDisconnect(connection_.get());
    connected_ = false;
    WENSUM_RETURN_IF_ERROR(ConnectOnce(traits_.options));
  }
  dbms_name_ = Info(SQL_DBMS_NAME);
  dbms_version_ = Info(SQL_DBMS_VER);
  return absl::OkStatus();
}

absl::Status Session::ConnectOnce(const std::vector<std::pair<std::string, std::string>>& defaults) {
  WENSUM_RETURN_IF_ERROR(CheckDeadline());
  connection_ = ConnectionHandle(environment_.get());
  if (connection_.get() == nullptr) return Internal("unixODBC gives no connection handle");
  SQLSetConnectAttrW(connection_.get(), SQL_ATTR_LOGIN_TIMEOUT,
                     AsPointer(static_cast<uint64_t>(std::min(kLoginSeconds, SecondsLeft()))), SQL_IS_UINTEGER);
  SQLSetConnectAttrW(connection_.get(), SQL_ATTR_ACCESS_MODE, AsPointer(SQL_MODE_READ_ONLY), SQL_IS_UINTEGER);
  OdbcText text = ToOdbc(text_.Full(defaults));
  SQLSMALLINT size = 0;
  const SQLRETURN result =
      SQLDriverConnectW(connection_.get(), nullptr, text.data(), static_cast<SQLSMALLINT>(text.size()), nullptr, 0,
                        &size, SQL_DRIVER_NOPROMPT);
  if (!SQL_SUCCEEDED(result)) return ConnectionFailure("cannot connect to the database");
  connected_ = true;
  return absl::OkStatus();
}

absl::Status Session::Begin() {
  const Beginning beginning = BeginningOf(dbms_name_, timeout_seconds_);
  database_keeps_timeout_ = beginning.keeps_timeout;
  if (beginning.statements.empty()) WENSUM_RETURN_IF_ERROR(Isolate());
  if (!SQL_SUCCEEDED(
          SQLSetConnectAttrW(connection_.get(), SQL_ATTR_AUTOCOMMIT, AsPointer(SQL_AUTOCOMMIT_OFF), SQL_IS_UINTEGER))) {
    return ConnectionFailure("the database begins no transaction");
  }
  for (const std::string& sql : beginning.statements) {
    WENSUM_RETURN_IF_ERROR(Run(sql));
  }
  return TryCharacters();
}

absl::Status Session::TryCharacters() {
  if (traits_.characters.empty()) return absl::OkStatus();
  WENSUM_ASSIGN_OR_RETURN(const StatementHandle statement, NewStatement());
  OdbcText text = ToOdbc(traits_.characters);
  if (!SQL_SUCCEEDED(SQLExecDirectW(statement.get(), text.data(), static_cast<SQLINTEGER>(text.size())))) {
    return Failure(Cat("the database refuses ", Quote(traits_.characters)), statement);
  }
  std::array<char, 64> answer{};
  SQLLEN size = 0;
  // A driver that cannot write the characters in the locale's encoding may fail instead.
  traits_.utf8_chars = SQL_SUCCEEDED(SQLFetch(statement.get())) &&
                       SQL_SUCCEEDED(SQLGetData(statement.get(), 1, SQL_C_CHAR, answer.data(), answer.size(), &size)) &&
                       std::string_view(answer.data()) == kCharacters;
  return absl::OkStatus();
}

absl::Status Session::Isolate() {
  SQLUINTEGER levels = 0;
  SQLGetInfoW(connection_.get(), SQL_TXN_ISOLATION_OPTION, &levels, sizeof(levels), nullptr);
  const SQLUINTEGER level = (levels & SQL_TXN_REPEATABLE_READ) != 0 ? SQL_TXN_REPEATABLE_READ
                            : (levels & SQL_TXN_SERIALIZABLE) != 0  ? SQL_TXN_SERIALIZABLE
                                                                    : 0;
  if (level == 0) {
    return FailedPrecondition(
        Cat("the database (", dbms_name_,
            ") offers no transaction that sees one state of it (REPEATABLE READ or SERIALIZABLE), "
            "without which an extract could mix two"));
  }
  if (!SQL_SUCCEEDED(
          SQLSetConnectAttrW(connection_.get(), SQL_ATTR_TXN_ISOLATION, AsPointer(level), SQL_IS_UINTEGER))) {
    return ConnectionFailure("the database refuses the isolation that an extract needs");
  }
  return absl::OkStatus();
}

absl::Status Session::Run(const std::string& sql) const {
  WENSUM_ASSIGN_OR_RETURN(const StatementHandle statement, NewStatement());
  OdbcText text = ToOdbc(sql);
  if (!SQL_SUCCEEDED(SQLExecDirectW(statement.get(), text.data(), static_cast<SQLINTEGER>(text.size())))) {
    return Failure(Cat("the database refuses ", Quote(sql)), statement);
  }
  return absl::OkStatus();
}

absl::StatusOr<StatementHandle> Session::NewStatement() const {
  WENSUM_RETURN_IF_ERROR(CheckDeadline());
  StatementHandle statement(connection_.get());
  if (statement.get() == nullptr) return ConnectionFailure("the driver gives no statement");
  SQLSetStmtAttrW(statement.get(), SQL_ATTR_CURSOR_TYPE, AsPointer(SQL_CURSOR_FORWARD_ONLY), SQL_IS_UINTEGER);
  SQLSetStmtAttrW(statement.get(), SQL_ATTR_CONCURRENCY, AsPointer(SQL_CONCUR_READ_ONLY), SQL_IS_UINTEGER);
  if (!database_keeps_timeout_) {
    SQLSetStmtAttrW(statement.get(), SQL_ATTR_QUERY_TIMEOUT, AsPointer(static_cast<uint64_t>(SecondsLeft())),
                    SQL_IS_UINTEGER);
  }
  return statement;
}

absl::Status Session::Failure(std::string_view what, const StatementHandle& statement) const {
  const Diagnosis diagnosis = Diagnose(SQL_HANDLE_STMT, statement.get());
  return StatusOf(diagnosis, Cat(what, ": ", text_.Scrub(diagnosis.text)));
}

absl::Status Session::ConnectionFailure(std::string_view what) const {
  const Diagnosis diagnosis = Diagnose(SQL_HANDLE_DBC, connection_.get());
  std::string message = Cat(what, " (", text_.Redacted(), "): ", text_.Scrub(diagnosis.text));
  const bool no_driver = diagnosis.state == "IM002" || diagnosis.state == "IM003" || diagnosis.state == "IM004" ||
                         diagnosis.text.find("Can't open lib") != std::string::npos;
  if (no_driver) {
    AppendTo(message, "; the drivers installed here are: ", InstalledDrivers(environment_));
    return FailedPrecondition(message);
  }
  return StatusOf(diagnosis, message);
}

absl::Status Session::CheckDeadline() const {
  if (std::chrono::steady_clock::now() < deadline_) return absl::OkStatus();
  return MakeStatus(absl::StatusCode::kDeadlineExceeded,
                    Cat("the extract took longer than its timeout of ", timeout_seconds_, " s"));
}

std::string Session::Info(SQLUSMALLINT what) const {
  std::array<SQLWCHAR, 256> text{};
  SQLSMALLINT size = 0;
  if (!SQL_SUCCEEDED(SQLGetInfoW(connection_.get(), what, text.data(), sizeof(text), &size))) return {};
  return FromOdbc(text.data(), static_cast<size_t>(std::ranges::find(text, SQLWCHAR{0}) - text.begin()));
}

int64_t Session::SecondsLeft() const {
  const auto left = std::chrono::ceil<std::chrono::seconds>(deadline_ - std::chrono::steady_clock::now());
  return std::max<int64_t>(left.count(), 1);
}

}  // namespace wensum::ingest
