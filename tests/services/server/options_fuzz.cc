// Any text as a configuration file: refused with a reason, or printed to a file that gives the same options.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/status_macros.h"
#include "services/server/options.h"
#include "tests/support/fuzz_require.h"

namespace wensum::server {

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const absl::StatusOr<ServerOptions> options = ParseServerOptions(text, "wensum.yaml");
  if (!options.ok()) {
    Require(!Message(options.status()).empty(), "a refusal says why");
    return 0;
  }
  Require(!options->rules.purposes.empty(), "there is always a purpose");
  const std::string printed = PrintServerOptions(*options);
  const absl::StatusOr<ServerOptions> again = ParseServerOptions(printed, "printed");
  Require(again.ok(), "what is printed is read");
  Require(PrintServerOptions(*again) == printed, "printing again gives the same");
  return 0;
}

}  // namespace wensum::server
