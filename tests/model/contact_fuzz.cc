// Canonical forms parse to themselves.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "model/contact.h"
#include "tests/support/fuzz_require.h"

namespace {

void CheckStable(absl::StatusOr<std::string> (*parse)(std::string_view), std::string_view text, const char* property) {
  const absl::StatusOr<std::string> value = parse(text);
  if (!value.ok()) {
    return;
  }
  const absl::StatusOr<std::string> again = parse(*value);
  wensum::Require(again.ok() && *again == *value, property);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  CheckStable(wensum::model::ParseNiNumber, text, "a National Insurance number parses to itself");
  CheckStable(wensum::model::ParsePhone, text, "a phone number parses to itself");
  CheckStable(wensum::model::ParseEmail, text, "an email address parses to itself");
  wensum::Require(!wensum::model::IsDummyPhone(text) || text.size() >= 9, "a dummy has eight digits");
  return 0;
}
