// UK postcodes (BS 7666-2; Royal Mail Programmers' Guide).
#ifndef WENSUM_MODEL_POSTCODE_H_
#define WENSUM_MODEL_POSTCODE_H_

#include <compare>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"

namespace wensum::model {

// A postcode of valid form, e.g. "NR2 1AB"; whether it exists is not known here. A regular value of 8 characters or
// fewer, so without heap memory.
//
// Form: outward code, one of the shapes A9, A99, AA9, AA99, A9A, AA9A, then inward code 9AA. The first letter is not Q,
// V or X; the second not I, J or Z; the letter of A9A is one of ABCDEFGHJKPSTUW and that of AA9A one of ABEHMNPRVWXY;
// those of the inward code are not C, I, K, M, O or V. A district number may be 0 (CR0) but not start with it. Which
// areas exist, and that only London's have a letter after the number, is left to lists of postcodes: they change. The
// W1M, W1N, W1R, W1V, W1X and W1Y that Royal Mail withdrew in 2000 do not fit this form.
class Postcode {
 public:
  Postcode() = default;
  // Reads any case and (ASCII) white space anywhere. GIR 0AA, BFPO (area BF) and the overseas ASCN, STHL and so on are
  // not postcodes here. INVALID_ARGUMENT says which part is wrong. Tens of nanoseconds.
  static absl::StatusOr<Postcode> Parse(std::string_view text);

  // As Parse, after repair by place of O/0, I/1 and S/5 confusions ("NR2 IAB" -> "NR2 1AB") with the fewest changes.
  // Nullopt if that fails too, or if two repairs are equally near. Only shapes in use are repaired to: A9A for E, N, W.
  static std::optional<Postcode> ParseRepaired(std::string_view text);

  [[nodiscard]] bool empty() const { return text_.empty(); }
  // With one space, in capitals: "NR2 1AB".
  [[nodiscard]] const std::string& ToString() const { return text_; }
  // "NR", "NR2", "NR2 1".
  [[nodiscard]] std::string_view area() const;
  [[nodiscard]] std::string_view district() const;
  [[nodiscard]] std::string_view sector() const;

  friend auto operator<=>(const Postcode&, const Postcode&) = default;

 private:
  explicit Postcode(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// The last well-formed postcode in a free text and where it stands: the bytes [begin, end) of the text. It is neither
// preceded nor followed by an ASCII letter or digit, and has white space only between its two halves, if at all. Form
// is all that is looked at ("Flat E1 2nd floor" has the form of E1 2ND). Nullopt if there is none. Linear, one pass.
struct FoundPostcode {
  Postcode postcode;
  size_t begin = 0;
  size_t end = 0;
};
std::optional<FoundPostcode> FindPostcode(std::string_view text);

}  // namespace wensum::model

#endif  // WENSUM_MODEL_POSTCODE_H_
