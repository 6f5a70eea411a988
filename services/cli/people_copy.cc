#include "services/cli/people_copy.h"

#include <sqlite3.h>

#include <charconv>
#include <initializer_list>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/cli/golden_stream.h"

namespace wensum::cli {
namespace {

constexpr const char* kSchema = R"(
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  BEGIN IMMEDIATE;
  CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS people (
    name TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    forenames TEXT NOT NULL,
    surname TEXT NOT NULL,
    organisation_name TEXT NOT NULL,
    date_of_birth TEXT NOT NULL,
    address TEXT NOT NULL,
    postcode TEXT NOT NULL,
    uprn TEXT NOT NULL,
    golden BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS keys (
    source TEXT NOT NULL,
    key TEXT NOT NULL,
    incarnation TEXT NOT NULL,
    person TEXT NOT NULL,
    PRIMARY KEY (source, key, incarnation)) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS keys_of_person ON keys (person);
  CREATE TABLE IF NOT EXISTS redirects (name TEXT PRIMARY KEY, person TEXT NOT NULL) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS redirects_of_person ON redirects (person);
  COMMIT;
)";
constexpr std::string_view kFormat = "1";

}  // namespace

absl::StatusOr<std::unique_ptr<PeopleCopy>> PeopleCopy::Open(const std::string& path, std::string_view content) {
  sqlite3* database = nullptr;
  const int opened = sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  std::unique_ptr<PeopleCopy> copy(new PeopleCopy(database));
  if (opened != SQLITE_OK) {
    return copy->Error(Cat("the file ", Quote(path), " cannot be opened"));
  }
  sqlite3_busy_timeout(database, 10'000);  // of readers that hold it for a moment
  if (absl::Status status = copy->Execute(kSchema); !status.ok()) {
    return copy->Error(Cat("the file ", Quote(path), " is no copy of people"));
  }
  WENSUM_ASSIGN_OR_RETURN(const std::string format, copy->ReadMeta("format"));
  WENSUM_ASSIGN_OR_RETURN(const std::string held, copy->ReadMeta("content"));
  if (format.empty()) {
    WENSUM_RETURN_IF_ERROR(copy->Begin());
    WENSUM_RETURN_IF_ERROR(copy->WriteMeta("format", kFormat));
    WENSUM_RETURN_IF_ERROR(copy->WriteMeta("content", content));
    copy->in_transaction_ = false;
    WENSUM_RETURN_IF_ERROR(copy->Execute("COMMIT"));
  } else if (format != kFormat) {
    return FailedPrecondition(Cat("the file ", Quote(path), " has format ", format, ", this program writes ", kFormat));
  } else if (held != content) {
    return FailedPrecondition(Cat("the file ", Quote(path), " is a copy of: ", held, "; not of: ", content,
                                  ". Name another file, or delete it"));
  }
  WENSUM_ASSIGN_OR_RETURN(copy->export_token_, copy->ReadMeta("export_token"));
  WENSUM_ASSIGN_OR_RETURN(copy->watch_token_, copy->ReadMeta("watch_token"));
  WENSUM_ASSIGN_OR_RETURN(const std::string revision, copy->ReadMeta("revision"));
  std::from_chars(revision.data(), revision.data() + revision.size(), copy->revision_);
  return copy;
}

PeopleCopy::~PeopleCopy() {
  RollBack();
  for (const auto& [sql, statement] : statements_) {
    sqlite3_finalize(statement);
  }
  sqlite3_close(database_);
}

absl::Status PeopleCopy::Error(std::string_view what) const {
  return Unavailable(Cat(what, ": ", sqlite3_errmsg(database_)));
}

absl::Status PeopleCopy::Execute(const char* sql) {
  return sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) == SQLITE_OK ? absl::OkStatus()
                                                                              : Error("the copy cannot be written");
}

absl::StatusOr<sqlite3_stmt*> PeopleCopy::Prepare(const char* sql) {
  sqlite3_stmt*& statement = statements_[sql];
  if (statement == nullptr && sqlite3_prepare_v2(database_, sql, -1, &statement, nullptr) != SQLITE_OK) {
    return Error("the copy has other tables");
  }
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  return statement;
}

absl::Status PeopleCopy::Run(const char* sql, std::initializer_list<std::string_view> texts) {
  WENSUM_ASSIGN_OR_RETURN(sqlite3_stmt* const statement, Prepare(sql));
  int index = 0;
  for (const std::string_view text : texts) {
    sqlite3_bind_text(statement, ++index, text.data() == nullptr ? "" : text.data(), static_cast<int>(text.size()),
                      SQLITE_STATIC);
  }
  const bool done = sqlite3_step(statement) == SQLITE_DONE;
  const absl::Status status = done ? absl::OkStatus() : Error("the copy cannot be written");
  sqlite3_reset(statement);
  return status;
}

absl::StatusOr<std::string> PeopleCopy::ReadMeta(std::string_view name) {
  WENSUM_ASSIGN_OR_RETURN(sqlite3_stmt* const statement, Prepare("SELECT value FROM meta WHERE name = ?"));
  sqlite3_bind_text(statement, 1, name.data(), static_cast<int>(name.size()), SQLITE_STATIC);
  std::string value;
  const int step = sqlite3_step(statement);
  if (step == SQLITE_ROW) {
    const void* const text = sqlite3_column_blob(statement, 0);
    value.assign(static_cast<const char*>(text), static_cast<size_t>(sqlite3_column_bytes(statement, 0)));
  }
  const absl::Status status =
      step == SQLITE_ROW || step == SQLITE_DONE ? absl::OkStatus() : Error("the copy cannot be read");
  sqlite3_reset(statement);
  WENSUM_RETURN_IF_ERROR(status);
  return value;
}

absl::Status PeopleCopy::WriteMeta(std::string_view name, std::string_view value) {
  return Run("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", {name, value});
}

absl::Status PeopleCopy::Begin() {
  if (in_transaction_) {
    return absl::OkStatus();
  }
  WENSUM_RETURN_IF_ERROR(Execute("BEGIN IMMEDIATE"));
  in_transaction_ = true;
  return absl::OkStatus();
}

void PeopleCopy::RollBack() {
  if (std::exchange(in_transaction_, false)) {
    sqlite3_exec(database_, "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

absl::Status PeopleCopy::Clear() {
  RollBack();
  WENSUM_RETURN_IF_ERROR(
      Execute("BEGIN IMMEDIATE; DELETE FROM people; DELETE FROM keys; DELETE FROM redirects; DELETE FROM meta WHERE "
              "name IN ('export_token', 'watch_token', 'revision'); COMMIT"));
  export_token_.clear();
  watch_token_.clear();
  revision_ = 0;
  return absl::OkStatus();
}

absl::Status PeopleCopy::PutPerson(const v1::Person& person) {
  WENSUM_RETURN_IF_ERROR(DropPerson(person.name()));
  WENSUM_ASSIGN_OR_RETURN(
      sqlite3_stmt* const statement,
      Prepare("INSERT INTO people (name, kind, forenames, surname, organisation_name, date_of_birth, address, "
              "postcode, uprn, golden) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  const v1::PersonAddress& address = person.current_address();
  const std::string texts[] = {
      person.name(),
      v1::RecordKind_Name(person.kind()),
      person.person_name().forenames(),
      person.person_name().full().empty() ? person.person_name().surname() : person.person_name().full(),
      person.organisation_name(),
      DateText(person.date_of_birth()),
      address.text(),
      address.postcode(),
      address.uprn() == 0 ? "" : Cat(address.uprn())};
  int index = 0;
  for (const std::string& text : texts) {
    sqlite3_bind_text(statement, ++index, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
  }
  const std::string golden = person.SerializeAsString();
  sqlite3_bind_blob(statement, ++index, golden.data(), static_cast<int>(golden.size()), SQLITE_STATIC);
  const bool done = sqlite3_step(statement) == SQLITE_DONE;
  const absl::Status status = done ? absl::OkStatus() : Error("the copy cannot be written");
  sqlite3_reset(statement);
  WENSUM_RETURN_IF_ERROR(status);
  for (const v1::Contributor& contributor : person.contributors()) {
    const v1::SourceKey& key = contributor.source_key();
    // A key that moved may still be with the person that it came from.
    WENSUM_RETURN_IF_ERROR(Run("INSERT OR REPLACE INTO keys (source, key, incarnation, person) VALUES (?, ?, ?, ?)",
                               {key.source(), key.key(), Cat(key.incarnation()), person.name()}));
  }
  return absl::OkStatus();
}

absl::Status PeopleCopy::DropPerson(const std::string& name) {
  WENSUM_RETURN_IF_ERROR(Run("DELETE FROM people WHERE name = ?", {name}));
  return Run("DELETE FROM keys WHERE person = ?", {name});
}

absl::Status PeopleCopy::Add(const v1::ExportGoldenResponse& message) {
  WENSUM_RETURN_IF_ERROR(Begin());
  for (const v1::Person& person : message.people()) {
    WENSUM_RETURN_IF_ERROR(PutPerson(person));
  }
  WENSUM_RETURN_IF_ERROR(WriteMeta("export_token", message.resume_token()));
  if (message.has_end()) {
    WENSUM_RETURN_IF_ERROR(WriteMeta("watch_token", message.end().watch_token()));
    WENSUM_RETURN_IF_ERROR(WriteMeta("revision", Cat(message.end().revision())));
  }
  WENSUM_RETURN_IF_ERROR(Execute("COMMIT"));
  in_transaction_ = false;
  export_token_ = message.resume_token();
  watch_token_ = message.end().watch_token();
  revision_ = message.end().revision();
  return absl::OkStatus();
}

absl::Status PeopleCopy::Change(const v1::ChangeEvent& event) {
  switch (event.kind()) {
    case v1::CHANGE_KIND_PERSON_CREATED:
    case v1::CHANGE_KIND_PERSON_UPDATED:
    case v1::CHANGE_KIND_PERSON_SPLIT:
    case v1::CHANGE_KIND_PERSON_ENTERED:
      WENSUM_RETURN_IF_ERROR(Run("DELETE FROM redirects WHERE name = ?", {event.name()}));
      return PutPerson(event.after());
    case v1::CHANGE_KIND_PERSON_MERGED:
      WENSUM_RETURN_IF_ERROR(DropPerson(event.name()));
      WENSUM_RETURN_IF_ERROR(
          Run("UPDATE redirects SET person = ? WHERE person = ?", {event.merged_into(), event.name()}));
      [[fallthrough]];
    case v1::CHANGE_KIND_ID_REDIRECTED:
      return Run("INSERT OR REPLACE INTO redirects (name, person) VALUES (?, ?)", {event.name(), event.merged_into()});
    case v1::CHANGE_KIND_PERSON_ENDED:
      WENSUM_RETURN_IF_ERROR(Run("DELETE FROM redirects WHERE name = ?1 OR person = ?1", {event.name()}));
      return DropPerson(event.name());
    case v1::CHANGE_KIND_PERSON_LEFT:
      return DropPerson(event.name());
    default:
      return absl::OkStatus();
  }
}

absl::Status PeopleCopy::Apply(const v1::ChangeEvent& event) {
  WENSUM_RETURN_IF_ERROR(Begin());
  WENSUM_RETURN_IF_ERROR(Change(event));
  if (event.resume_token().empty()) {
    return absl::OkStatus();  // more of this revision comes
  }
  WENSUM_RETURN_IF_ERROR(WriteMeta("watch_token", event.resume_token()));
  WENSUM_RETURN_IF_ERROR(WriteMeta("revision", Cat(event.revision())));
  WENSUM_RETURN_IF_ERROR(Execute("COMMIT"));
  in_transaction_ = false;
  watch_token_ = event.resume_token();
  revision_ = event.revision();
  return absl::OkStatus();
}

}  // namespace wensum::cli
