// Handles, texts and errors of the ODBC API (ISO/IEC 9075-3; unixODBC). The files of this folder that include this one
// are the only ones of Wensum that see <sql.h>.
#ifndef WENSUM_IMPORT_ODBC_ODBC_HANDLE_H_
#define WENSUM_IMPORT_ODBC_ODBC_HANDLE_H_

#include <sql.h>
#include <sqlext.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"

namespace wensum::ingest {

// Owns one handle of type `Type`; null if it could not be made.
template <SQLSMALLINT Type>
class OdbcHandle {
 public:
  OdbcHandle() = default;
  explicit OdbcHandle(SQLHANDLE parent) {
    if (!SQL_SUCCEEDED(SQLAllocHandle(Type, parent, &handle_))) handle_ = nullptr;
  }
  ~OdbcHandle() { Reset(); }
  OdbcHandle(const OdbcHandle&) = delete;
  OdbcHandle& operator=(const OdbcHandle&) = delete;
  OdbcHandle(OdbcHandle&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  OdbcHandle& operator=(OdbcHandle&& other) noexcept {
    if (this != &other) {
      Reset();
      handle_ = std::exchange(other.handle_, nullptr);
    }
    return *this;
  }

  [[nodiscard]] SQLHANDLE get() const { return handle_; }

 private:
  void Reset() {
    if (handle_ != nullptr) SQLFreeHandle(Type, handle_);
    handle_ = nullptr;
  }

  SQLHANDLE handle_ = nullptr;
};

using Environment = OdbcHandle<SQL_HANDLE_ENV>;
using ConnectionHandle = OdbcHandle<SQL_HANDLE_DBC>;
using StatementHandle = OdbcHandle<SQL_HANDLE_STMT>;

// A text as the ...W functions take and give it: UTF-16.
using OdbcText = std::basic_string<SQLWCHAR>;
OdbcText ToOdbc(std::string_view utf8);
// Unpaired surrogates become U+FFFD: for names and messages.
std::string FromOdbc(const SQLWCHAR* text, size_t size);

// A number that an attribute takes in the place of a pointer.
SQLPOINTER AsPointer(uint64_t value);

// What the driver says of the last call that failed on a handle.
struct Diagnosis {
  std::string state;  // SQLSTATE of the first record
  std::string text;   // "[SQLSTATE] text; ..." of up to eight records, in one line
};
Diagnosis Diagnose(SQLSMALLINT type, SQLHANDLE handle);

// The error that a diagnosis means: UNAVAILABLE if the database cannot be reached or went away, PERMISSION_DENIED if it
// does not let the user in or do this, DEADLINE_EXCEEDED, CANCELLED, INVALID_ARGUMENT for a query that it does not
// understand, RESOURCE_EXHAUSTED, ABORTED, else FAILED_PRECONDITION. `text` is the message.
absl::Status StatusOf(const Diagnosis& diagnosis, std::string_view text);

// The drivers that odbcinst.ini names, in its order: "A, B"; "none" if there is none.
std::string InstalledDrivers(const Environment& environment);

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_ODBC_ODBC_HANDLE_H_
