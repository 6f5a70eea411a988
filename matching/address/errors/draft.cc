#include "matching/address/errors/draft.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/strings.h"

namespace wensum::matching::address::errors {
namespace {

constexpr std::array<size_t, 8> kColumnWidths = {20, 24, 28, 32, 36, 40, 50, 60};

void AddPart(std::vector<std::string>* out, std::string part) {
  if (!part.empty()) {
    out->push_back(std::move(part));
  }
}

// The text's parts between commas. `street_end` is how many of them reach to the end of the street.
std::vector<std::string> LineParts(const Draft& draft, size_t* street_end) {
  const AddressParts& parts = draft.said.parts;
  std::vector<std::string> out;
  AddPart(&out, draft.before);
  std::string number = draft.number_text.empty() ? parts.number : draft.number_text;
  std::string unit = parts.unit_text;
  if (!draft.ids_text.empty()) {
    number = draft.ids_text;
    unit.clear();
  }
  if (draft.number_word && !number.empty()) {
    number = Cat("No. ", number);
  }
  const bool lone_id = parts.unit_word.empty() && !parts.building.empty() && draft.unit_place == UnitPlace::kFirst;
  std::string building = parts.building;
  if (lone_id && !unit.empty()) {
    building = Cat(unit, " ", building);  // "5 Juniper Court"
    unit.clear();
  }
  if (parts.unit_word.empty() && building.empty() && !unit.empty() && !number.empty()) {
    number = Cat(std::exchange(unit, {}), ", ", number);  // always with its comma: "1 6 High Road" would be 16
  }
  if (draft.unit_place == UnitPlace::kFirst) {
    AddPart(&out, std::exchange(unit, {}));
  }
  AddPart(&out, std::move(building));
  if (draft.unit_place == UnitPlace::kBehindBuilding) {
    AddPart(&out, std::exchange(unit, {}));
  }
  if (draft.unit_place == UnitPlace::kBehindNumber && !unit.empty()) {
    number = Cat(number, number.empty() ? "" : " ", std::exchange(unit, {}));
  }
  AddPart(&out, Cat(number, number.empty() || draft.glue_number ? "" : " ", parts.street));
  *street_end = out.size();
  AddPart(&out, std::move(unit));
  for (const std::string& place : parts.places) {
    AddPart(&out, place);
  }
  return out;
}

std::string JoinParts(const std::vector<std::string>& parts, size_t count, Commas commas) {
  const std::string_view separator = commas == Commas::kNone ? " " : commas == Commas::kTight ? "," : ", ";
  std::string line;
  for (size_t i = 0; i < count; ++i) {
    AppendTo(line, i == 0 ? "" : separator, parts[i]);
  }
  return line;
}

std::string WithoutCommas(std::string_view text, bool tight) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool after_comma = i > 0 && text[i - 1] == ',';
    if (tight ? !(after_comma && IsSpace(text[i])) : text[i] != ',') {
      out.push_back(text[i]);
    }
  }
  return out;
}

}  // namespace

std::optional<WrittenAddress> Write(const Draft& draft, Random random) {
  size_t street_end = 0;
  std::vector<std::string> parts;
  std::string line;
  size_t keep = 0;  // what a truncation must leave
  if (draft.verbatim.has_value()) {
    line = *draft.verbatim;
    if (draft.commas == Commas::kNone || draft.commas == Commas::kTight) {
      line = WithoutCommas(line, draft.commas == Commas::kTight);
    }
    if (!draft.before.empty()) {
      line = Cat(draft.before, ", ", line);
    }
    keep = line.size();
  } else {
    parts = LineParts(draft, &street_end);
    line = JoinParts(parts, parts.size(), draft.commas);
    keep = JoinParts(parts, street_end, draft.commas).size();
  }
  if (draft.repeat_tail && !draft.said.parts.places.empty()) {
    AppendTo(line, draft.commas == Commas::kNone ? " " : ", ",
             JoinParts(draft.said.parts.places, draft.said.parts.places.size(), draft.commas));
  }
  line = draft.letters == Case::kUpper   ? ToUpperAscii(line)
         : draft.letters == Case::kLower ? ToLowerAscii(line)
                                         : std::move(line);
  for (const Draft::TextError error : draft.text_errors) {
    std::string changed = error(random, line);
    if (changed == line) {
      return std::nullopt;
    }
    line = std::move(changed);
  }
  if (draft.truncate) {
    const auto* const width = std::lower_bound(kColumnWidths.begin(), kColumnWidths.end(), keep);
    if (width == kColumnWidths.end() || *width >= line.size()) {
      return std::nullopt;
    }
    line.resize(*width);
    line = std::string(Trim(line));
  }
  if (!draft.after.empty()) {
    AppendTo(line, " ", draft.after);
  }
  WrittenAddress written;
  written.bare_text = line;
  if (draft.postcode_in_text && !draft.said.postcode.empty()) {
    AppendTo(line, draft.commas == Commas::kNone ? " " : ", ", draft.said.postcode);
  }
  written.text = std::move(line);
  written.postcode = draft.postcode_in_field ? draft.said.postcode : "";
  return written;
}

}  // namespace wensum::matching::address::errors
