// The National Grid's projection of ETRS89 as Ordnance Survey's guide prints it ("A guide to coordinate systems in
// Great Britain", annexe C): Redfearn's series.
#ifndef WENSUM_TESTS_REFERENCE_NATIONAL_GRID_H_
#define WENSUM_TESTS_REFERENCE_NATIONAL_GRID_H_

#include <cmath>
#include <numbers>

namespace wensum::reference {

struct Projected {
  double easting = 0;
  double northing = 0;
};

// From degrees, on the GRS80 ellipsoid.
inline Projected ProjectEtrs89(double latitude, double longitude) {
  constexpr double kA = 6378137, kB = 6356752.314140, kScale = 0.9996012717;
  constexpr double kRadians = std::numbers::pi / 180;
  constexpr double kPhi0 = 49 * kRadians, kLambda0 = -2 * kRadians;
  constexpr double kEasting0 = 400000, kNorthing0 = -100000;
  constexpr double kE2 = (kA * kA - kB * kB) / (kA * kA);
  constexpr double kN = (kA - kB) / (kA + kB), kN2 = kN * kN, kN3 = kN2 * kN;

  const double phi = latitude * kRadians;
  const double s = std::sin(phi), c = std::cos(phi);
  const double t2 = (s / c) * (s / c), t4 = t2 * t2;
  const double nu = kA * kScale / std::sqrt(1 - kE2 * s * s);
  const double rho = kA * kScale * (1 - kE2) / std::pow(1 - kE2 * s * s, 1.5);
  const double eta2 = nu / rho - 1;
  const double minus = phi - kPhi0, plus = phi + kPhi0;
  const double meridian = kB * kScale *
                          ((1 + kN + 1.25 * kN2 + 1.25 * kN3) * minus -
                           (3 * kN + 3 * kN2 + 2.625 * kN3) * std::sin(minus) * std::cos(plus) +
                           (1.875 * kN2 + 1.875 * kN3) * std::sin(2 * minus) * std::cos(2 * plus) -
                           35.0 / 24 * kN3 * std::sin(3 * minus) * std::cos(3 * plus));
  const double i = meridian + kNorthing0;
  const double ii = nu / 2 * s * c;
  const double iii = nu / 24 * s * std::pow(c, 3) * (5 - t2 + 9 * eta2);
  const double iiia = nu / 720 * s * std::pow(c, 5) * (61 - 58 * t2 + t4);
  const double iv = nu * c;
  const double v = nu / 6 * std::pow(c, 3) * (nu / rho - t2);
  const double vi = nu / 120 * std::pow(c, 5) * (5 - 18 * t2 + t4 + 14 * eta2 - 58 * t2 * eta2);
  const double d = longitude * kRadians - kLambda0;
  return {kEasting0 + iv * d + v * std::pow(d, 3) + vi * std::pow(d, 5),
          i + ii * d * d + iii * std::pow(d, 4) + iiia * std::pow(d, 6)};
}

}  // namespace wensum::reference

#endif  // WENSUM_TESTS_REFERENCE_NATIONAL_GRID_H_
