#include "model/grid_reference.h"

#include <algorithm>
#include <cmath>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::model {
namespace {

constexpr double kMinEasting = 80'000;
constexpr double kMaxEasting = 656'100;
constexpr double kMinNorthing = 5'000;
constexpr double kMaxNorthing = 657'700;
constexpr int kSquare = 100'000;  // metres along a side of a square named by two letters
constexpr int kMaxFigures = 5;

// The grid's alphabet has 25 letters: I is left out. Squares run in rows of five, from the north-west.
constexpr std::string_view kLetters = "ABCDEFGHJKLMNOPQRSTUVWXYZ";

absl::StatusOr<double> ParseMetres(std::string_view text, std::string_view what) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) { return IsDigit(c) || c == '.'; });
  const std::optional<double> value = plain ? ParseDouble(text) : std::nullopt;
  if (!value.has_value()) {
    return InvalidArgument(Cat(what, " ", Quote(text), " is not a decimal number of metres such as 623145.00"));
  }
  return *value;
}

absl::Status LettersError(std::string_view text, std::string_view reason) {
  return InvalidArgument(Cat("grid reference ", Quote(text), " ", reason));
}

// Metres that up to five figures stand for: "231" is 23,100.
int Metres(std::string_view figures) {
  int value = 0;
  for (size_t i = 0; i < kMaxFigures; ++i) {
    value = value * 10 + (i < figures.size() ? figures[i] - '0' : 0);
  }
  return value;
}

std::string Figures(int metres, int digits) {
  std::string text = Cat(metres);
  text.insert(0, kMaxFigures - text.size(), '0');
  return text.substr(0, static_cast<size_t>(digits));
}

}  // namespace

absl::StatusOr<GridReference> GridReference::Create(double easting, double northing) {
  // Written so that NaN fails.
  if (!(easting >= kMinEasting && easting <= kMaxEasting)) {
    return InvalidArgument(Cat("easting ", easting, " is not from 80000 to 656100 metres"));
  }
  if (!(northing >= kMinNorthing && northing <= kMaxNorthing)) {
    return InvalidArgument(Cat("northing ", northing, " is not from 5000 to 657700 metres"));
  }
  return GridReference{.easting = easting, .northing = northing};
}

absl::StatusOr<GridReference> GridReference::Parse(std::string_view easting, std::string_view northing) {
  WENSUM_ASSIGN_OR_RETURN(const double x, ParseMetres(easting, "easting"));
  WENSUM_ASSIGN_OR_RETURN(const double y, ParseMetres(northing, "northing"));
  return Create(x, y);
}

absl::StatusOr<GridReference> GridReference::ParseLetters(std::string_view text) {
  const std::string upper = ToUpperAscii(Trim(text));
  const size_t first = upper.size() < 2 ? std::string_view::npos : kLetters.find(upper[0]);
  const size_t second = upper.size() < 2 ? std::string_view::npos : kLetters.find(upper[1]);
  if (first == std::string_view::npos || second == std::string_view::npos) {
    return LettersError(text, "does not start with the two letters of a 100 km square");
  }
  const std::string_view figures = Trim(std::string_view(upper).substr(2));
  std::string_view east = figures.substr(0, figures.size() / 2);
  std::string_view north = figures.substr(east.size());
  if (const size_t space = figures.find(' '); space != std::string_view::npos) {
    east = figures.substr(0, space);
    north = Trim(figures.substr(space));
  }
  const bool digits = figures.empty() || (IsDigits(east) && IsDigits(north));
  if (!digits || east.size() != north.size() || east.size() > kMaxFigures) {
    return LettersError(text, "does not go on with as many figures east as north, at most five each");
  }
  // The 500 km squares lie two columns west of the grid's origin (square S) and number their rows from the north.
  const int column = static_cast<int>(first % 5 * 5 + second % 5) - 10;
  const int row = 19 - static_cast<int>(first / 5 * 5 + second / 5);
  return Create(column * kSquare + Metres(east), row * kSquare + Metres(north));
}

std::string GridReference::ToLetters(int digits) const {
  const bool on_grid = easting >= 0 && easting < 7 * kSquare && northing >= 0 && northing < 13 * kSquare;
  if (!on_grid) {  // NaN is not
    return "";
  }
  digits = std::clamp(digits, 1, kMaxFigures);
  const int x = static_cast<int>(easting);
  const int y = static_cast<int>(northing);
  const int column = x / kSquare + 10;
  const int row = 19 - y / kSquare;
  return Cat(kLetters[static_cast<size_t>(row / 5 * 5 + column / 5)],
             kLetters[static_cast<size_t>(row % 5 * 5 + column % 5)], " ", Figures(x % kSquare, digits), " ",
             Figures(y % kSquare, digits));
}

}  // namespace wensum::model
