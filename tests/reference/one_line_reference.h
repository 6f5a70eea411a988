// The one-line address as a plain list of pieces and separators, for differential tests.
#ifndef WENSUM_TESTS_REFERENCE_ONE_LINE_REFERENCE_H_
#define WENSUM_TESTS_REFERENCE_ONE_LINE_REFERENCE_H_

#include <algorithm>
#include <cctype>
#include <string>
#include <utility>
#include <vector>

#include "model/gazetteer.h"

namespace wensum::reference {

inline std::string InCapitals(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

inline std::string Numbers(const model::AddressableObject& object) {
  std::string out = object.has_number ? std::to_string(object.start_number) + object.start_suffix : "";
  if (object.has_number && object.end_number != 0) {
    out += "-" + std::to_string(object.end_number) + object.end_suffix;
  }
  return out;
}

inline std::string OneLineReference(const std::string& organisation, const model::AddressableObject& sao,
                                    const model::AddressableObject& pao, const std::string& street,
                                    const std::string& locality, const std::string& town, const std::string& postcode) {
  const bool repeated =
      InCapitals(organisation) == InCapitals(sao.text) || InCapitals(organisation) == InCapitals(pao.text);
  // A piece and what separates it from the next one.
  std::vector<std::pair<std::string, std::string>> pieces = {
      {repeated ? "" : organisation, ", "},
      {sao.text, Numbers(sao).empty() ? ", " : " "},
      {Numbers(sao), ", "},
      {pao.text, ", "},
      {Numbers(pao), street.empty() ? ", " : " "},
      {street, ", "},
      {InCapitals(locality) == InCapitals(street) ? "" : locality, ", "},
      {InCapitals(town) == InCapitals(locality) ? "" : town, ", "},
      {postcode, ""}};
  std::erase_if(pieces, [](const auto& piece) { return piece.first.empty(); });
  std::string out;
  for (size_t i = 0; i < pieces.size(); ++i) {
    out += pieces[i].first + (i + 1 < pieces.size() ? pieces[i].second : "");
  }
  return out;
}

}  // namespace wensum::reference

#endif  // WENSUM_TESTS_REFERENCE_ONE_LINE_REFERENCE_H_
