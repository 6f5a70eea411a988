// UK postcodes (BS 7666-2; Royal Mail Programmers' Guide).
#ifndef WENSUM_MODEL_POSTCODE_H_
#define WENSUM_MODEL_POSTCODE_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace wensum::model {

// A postcode of valid form, e.g. "NR2 1AB"; whether it exists is not known here. A regular value of 8 characters or
// fewer.
class Postcode {
 public:
  Postcode() = default;
  // Reads any case and spacing; the shapes A9, A99, AA9, AA99, A9A, AA9A + 9AA with the letters each place allows, GIR
  // 0AA, BFPO (BF1) and the overseas ASCN, STHL and so on are not postcodes here. INVALID_ARGUMENT says which part is
  // wrong.
  static absl::StatusOr<Postcode> Parse(std::string_view text);

  // As Parse, after repair by place of O/0, I/1 and S/5 confusions ("NR2 IAB" -> "NR2 1AB"). Nullopt if that fails too.
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

// The last well-formed postcode in a free text and where it stands. Nullopt if there is none.
struct FoundPostcode {
  Postcode postcode;
  size_t begin = 0;
  size_t end = 0;
};
std::optional<FoundPostcode> FindPostcode(std::string_view text);

}  // namespace wensum::model

#endif  // WENSUM_MODEL_POSTCODE_H_
