#include "gazetteer/forms/one_line.h"

#include "base/strings.h"

namespace wensum::llpg {
namespace {

void AppendPart(std::string& out, std::string_view part) {
  if (!part.empty()) {
    if (!out.empty()) {
      out.append(", ");
    }
    out.append(part);
  }
}

// "a b", or the one that is not empty.
std::string Spaced(std::string_view a, std::string_view b) {
  return a.empty() || b.empty() ? Cat(a, b) : Cat(a, " ", b);
}

}  // namespace

std::string FormatNumbers(const model::AddressableObject& object) {
  if (!object.has_number) {
    return {};
  }
  std::string out = Cat(object.start_number, object.start_suffix);
  if (object.end_number != 0) {
    AppendTo(out, "-", object.end_number, object.end_suffix);
  }
  return out;
}

Premises PremisesOf(std::string_view organisation, const model::AddressableObject& sao,
                    const model::AddressableObject& pao, SaoOrder order) {
  Premises premises;
  if (!EqualsIgnoreCaseAscii(organisation, sao.text) && !EqualsIgnoreCaseAscii(organisation, pao.text)) {
    premises.organisation = organisation;
  }
  const std::string numbers = FormatNumbers(sao);
  premises.sao = order == SaoOrder::kTextFirst ? Spaced(sao.text, numbers) : Spaced(numbers, sao.text);
  premises.pao_text = pao.text;
  premises.pao_numbers = FormatNumbers(pao);
  return premises;
}

std::string OneLinePrefix(const Premises& premises) {
  std::string out(premises.organisation);
  AppendPart(out, premises.sao);
  AppendPart(out, premises.pao_text);
  AppendPart(out, premises.pao_numbers);
  if (!out.empty()) {
    out.append(premises.pao_numbers.empty() ? ", " : " ");
  }
  return out;
}

std::string JoinOneLine(std::string_view prefix, std::string_view street, std::string_view locality,
                        std::string_view town, std::string_view postcode) {
  std::string out;
  AppendPart(out, street);
  if (!EqualsIgnoreCaseAscii(locality, street)) {
    AppendPart(out, locality);
  }
  if (!EqualsIgnoreCaseAscii(town, locality)) {
    AppendPart(out, town);
  }
  AppendPart(out, postcode);
  if (out.empty()) {
    return std::string(prefix.substr(0, prefix.find_last_not_of(", ") + 1));
  }
  if (street.empty() && !prefix.empty() && !prefix.ends_with(", ")) {
    return Cat(prefix.substr(0, prefix.size() - 1), ", ", out);
  }
  return Cat(prefix, out);
}

}  // namespace wensum::llpg
