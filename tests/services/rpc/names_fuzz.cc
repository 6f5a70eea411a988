// Any text as a resource name and as a page token: what is taken is what the server would have given out.
#include <cstdint>
#include <string_view>

#include "base/opaque_id.h"
#include "base/status_macros.h"
#include "services/rpc/page_token.h"
#include "services/rpc/resource_name.h"
#include "tests/support/fuzz_require.h"

namespace wensum::rpc {
namespace {

template <typename T, typename Parse, typename Print>
void CheckName(const absl::StatusOr<T>& value, Parse parse, Print print) {
  if (!value.ok()) {
    Require(absl::IsInvalidArgument(value.status()) && !Message(value.status()).empty(), "a refusal says why");
    return;
  }
  const absl::StatusOr<T> again = parse(print(*value));
  Require(again.ok() && *again == *value, "a name that is taken is one that is given out");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const OpaqueIdCodec ids(0x0123456789abcdef);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto person = [](std::string_view name) { return ParsePersonName(ids, name, "name"); };
  const auto property = [](std::string_view name) { return ParsePropertyName(name, "name"); };
  const auto street = [](std::string_view name) { return ParseStreetName(name, "name"); };
  const auto postcode = [](std::string_view name) { return ParsePostcodeName(name, "name"); };
  const auto run = [](std::string_view name) { return ParseImportRunName(name, "name"); };
  CheckName(person(text), person, [](uint64_t anchor) { return PersonName(ids, anchor); });
  CheckName(property(text), property, PropertyName);
  CheckName(street(text), street, StreetName);
  CheckName(postcode(text), postcode, PostcodeName);
  CheckName(run(text), run, ImportRunName);

  constexpr uint64_t kParameters = 42;
  const absl::StatusOr<PageCursor> cursor = DecodePageToken(text, kParameters);
  Require(!cursor.ok() || EncodePageToken(*cursor, kParameters) == text, "a page token that is taken was given out");
  return 0;
}

}  // namespace wensum::rpc
