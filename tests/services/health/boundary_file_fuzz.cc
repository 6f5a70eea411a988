// Any bytes as a file of boundaries: read or refused with a reason, and what is read can be asked.
#include <cstdint>
#include <string_view>

#include "base/status_macros.h"
#include "services/health/boundary_file.h"
#include "tests/support/fuzz_require.h"

namespace wensum::health {

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto boundaries = ParseBoundaries({reinterpret_cast<const char*>(data), size}, {});
  if (!boundaries.ok()) {
    Require(absl::IsInvalidArgument(boundaries.status()) && !Message(boundaries.status()).empty(),
            "a refusal says why");
    return 0;
  }
  Require(!boundaries->empty(), "a file that is read has a boundary");
  for (const llpg::Boundary& boundary : *boundaries) {
    Require(!boundary.bounds().empty() && !boundary.code().empty(), "a boundary has a code and an extent");
    static_cast<void>(boundary.Contains({(boundary.bounds().low.easting + boundary.bounds().high.easting) / 2,
                                         (boundary.bounds().low.northing + boundary.bounds().high.northing) / 2}));
    Require(!boundary.Contains({boundary.bounds().high.easting + 1, boundary.bounds().low.northing}),
            "nothing outside its extent is in a boundary");
  }
  return 0;
}

}  // namespace wensum::health
