// Addresses as lines, each with its meaning, and what is printed of them: one line, a few lines, a label.
#ifndef WENSUM_GAZETTEER_FORMS_ADDRESS_LINES_H_
#define WENSUM_GAZETTEER_FORMS_ADDRESS_LINES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gazetteer/forms/one_line.h"
#include "model/gazetteer.h"

namespace wensum::llpg {

// In the order of an address. A post town is Royal Mail's; a town is the street's.
enum class LineRole : uint8_t {
  kOrganisation,
  kDepartment,
  kPoBox,
  kSao,
  kPao,
  kStreet,  // with the number
  kLocality,
  kTown,
  kPostTown,
  kPostcode
};

struct AddressLine {
  LineRole role = LineRole::kPao;
  std::string text;  // not empty; no line break, no comma or space at either end, no two of them together
  friend bool operator==(const AddressLine&, const AddressLine&) = default;
};
using AddressLines = std::vector<AddressLine>;

// The components of one LPI's address, in the rows' letter case.
struct AddressParts {
  std::string organisation;
  model::AddressableObject sao;
  model::AddressableObject pao;
  std::string street;
  std::string locality;
  std::string town;
  std::string post_town;
  std::string postcode;
  friend bool operator==(const AddressParts&, const AddressParts&) = default;
};

// `text` with white space and control characters as single spaces, blank pieces between commas left out, none of them
// at either end. Bytes that are not UTF-8 stay.
[[nodiscard]] std::string CleanComponent(std::string_view text);

// One line for each component, by the rules of one_line.h; a locality or town that has the post town's name is left
// out. Every other component is there once. Texts are cleaned.
[[nodiscard]] AddressLines LinesOf(const AddressParts& parts, SaoOrder order = SaoOrder::kTextFirst);

// The lines with ", " between them.
[[nodiscard]] std::string OneLine(const AddressLines& lines);

// At most `max_lines` lines (0 counts as 1); forms ask for 4, 5 or 6. Where there are more, neighbours are joined by ",
// ": first what belongs together most: two streets or localities, organisation and department, organisation and SAO,
// locality and town, SAO and PAO, organisation and PAO, street and locality; then the last two lines, the town
// and its postcode, which are joined by a space; then whatever comes first.
[[nodiscard]] std::vector<std::string> MultiLine(const AddressLines& lines, size_t max_lines);

// The lines in proper case (proper_case.h), post town and postcode in capitals, as Royal Mail asks for on labels.
[[nodiscard]] AddressLines LabelLines(const AddressLines& lines);

}  // namespace wensum::llpg

#endif  // WENSUM_GAZETTEER_FORMS_ADDRESS_LINES_H_
