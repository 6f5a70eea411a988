// Letters and metres describe the same squares.
#include <cstdint>
#include <string_view>

#include "model/grid_reference.h"
#include "tests/support/fuzz_require.h"

using wensum::Require;
using wensum::model::GridReference;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const absl::StatusOr<GridReference> letters = GridReference::ParseLetters(text);
  if (letters.ok()) {
    const absl::StatusOr<GridReference> again = GridReference::ParseLetters(letters->ToLetters());
    Require(again.ok() && *again == *letters, "five figures name the corner exactly");
  }
  const size_t comma = text.find(',');
  if (comma != std::string_view::npos) {
    const absl::StatusOr<GridReference> metres = GridReference::Parse(text.substr(0, comma), text.substr(comma + 1));
    if (metres.ok()) {
      Require(GridReference::Create(metres->easting, metres->northing).ok(), "is in range");
      const absl::StatusOr<GridReference> corner = GridReference::ParseLetters(metres->ToLetters());
      // The corner of a square at the very edge may be out of range; else it lies less than a metre south-west.
      Require(!corner.ok() || (metres->easting - corner->easting >= 0 && metres->easting - corner->easting < 1 &&
                               metres->northing - corner->northing >= 0 && metres->northing - corner->northing < 1),
              "lies in its square of one metre");
    }
  }
  return 0;
}
