// Positions on the British National Grid (EPSG:27700).
#ifndef WENSUM_MODEL_GRID_REFERENCE_H_
#define WENSUM_MODEL_GRID_REFERENCE_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace wensum::model {

// Easting and northing in metres.
struct GridReference {
  double easting = 0;
  double northing = 0;

  // INVALID_ARGUMENT outside the range that DTF 7.3 allows: easting 80,000 to 656,100, northing 5,000 to 657,700.
  static absl::StatusOr<GridReference> Create(double easting, double northing);

  // Reads decimal text such as "623145.00", without sign, exponent or spaces; leading zeros are decimal, never octal.
  static absl::StatusOr<GridReference> Parse(std::string_view easting, std::string_view northing);

  // Reads letter references: "TG 23145 08321", "TG231083", "TG". The south-west corner of the square named; so
  // INVALID_ARGUMENT for squares whose corner is outside the range, too.
  static absl::StatusOr<GridReference> ParseLetters(std::string_view text);

  // "TG 23145 08321" with `digits` figures each way, 1 to 5; truncated, as references are. Empty if the position is off
  // the lettered grid (0 to 700 km east, 0 to 1,300 km north), which no value made by the functions above is.
  [[nodiscard]] std::string ToLetters(int digits = 5) const;

  friend bool operator==(const GridReference&, const GridReference&) = default;
};

}  // namespace wensum::model

#endif  // WENSUM_MODEL_GRID_REFERENCE_H_
