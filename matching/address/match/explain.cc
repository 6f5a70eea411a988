#include "matching/address/match/explain.h"

#include <string_view>
#include <vector>

#include "base/strings.h"

namespace wensum::matching::address::match {
namespace {

// "street, number and postcode"
std::string List(const std::vector<std::string_view>& words) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) {
    AppendTo(text, i == 0 ? "" : i + 1 == words.size() ? " and " : ", ", words[i]);
  }
  return text;
}

std::string Capitalised(std::string text) {
  if (!text.empty() && IsLower(text[0])) {
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  }
  return text;
}

std::vector<std::string_view> Agreeing(const Fit& fit) {
  std::vector<std::string_view> fields;
  if (fit.street > 0) {
    fields.emplace_back("street");
  }
  if (fit.building > 2) {
    fields.emplace_back("building");
  }
  if (fit.house > 4) {
    fields.emplace_back("number");
  }
  if (fit.unit > 1) {
    fields.emplace_back("unit");
  }
  if (fit.postcode >= 10) {
    fields.emplace_back("postcode");
  }
  return fields;
}

std::string ExplainMatch(const Found& found) {
  const Fit& fit = found.hits[0].fit;
  const std::vector<std::string_view> fields = Agreeing(fit);
  std::string text = fields.empty() ? std::string("The address agrees with one property alone")
                                    : Cat(Capitalised(List(fields)), fields.size() > 1 ? " agree" : " agrees",
                                          " with one property alone");
  if (fit.street < 0 && fit.building <= 0) {
    text += "; no street is named";
  } else if (fit.doubtful) {
    text += "; a name is misspelt, shortened or has another type";
  }
  if (fit.house == kLetterForFloor) {
    text += "; the letter stands for the floor";
  } else if (fit.house > 0 && fit.house <= 6.5F) {
    text += "; the numbers are a range and one of it";
  }
  if (fit.postcode == 0) {
    text += "; there is no postcode to compare";
  } else if (fit.postcode > 2 && fit.postcode < 10) {
    text += "; the postcode is nearly the same";
  } else if (fit.postcode <= 2) {
    text += "; the postcode is another";
  }
  if (found.historical) {
    text += "; the address is historical";
  }
  return text + ".";
}

std::string_view ExplainContradiction(const Fit& fit) {
  if ((fit.flags & kOtherPlaceNamed) != 0) {
    return "The nearest address is in another place than the one named.";
  }
  if ((fit.flags & kOtherStreet) != 0) {
    return "The nearest address is in another street than the one named.";
  }
  if ((fit.flags & kOtherNumber) != 0) {
    return "The nearest address has another number.";
  }
  if ((fit.flags & kOtherBuilding) != 0) {
    return "The nearest address is another building than the one named.";
  }
  return "The nearest address is another unit than the one named.";
}

}  // namespace

std::string Explain(const Found& found) {
  switch (found.verdict) {
    case Verdict::kMatched:
      return ExplainMatch(found);
    case Verdict::kAmbiguous:
      return "Several properties fit the address equally well, or nearly.";
    case Verdict::kParent:
      return (found.hits[0].fit.flags & kOtherBuilding) != 0
                 ? "The property is known, but under another name than the one given."
                 : "The building is known, but the unit or letter named is not in the gazetteer.";
    case Verdict::kChildMissing:
      return "The address names a building alone, and the gazetteer lists only units of it.";
    case Verdict::kStreetOnly:
      return found.hits.empty() || (found.hits[0].fit.flags & ~(kParentOnly | kChildOnly)) == 0
                 ? std::string("The street is known, but no property on it fits the address.")
                 : Cat("The street is known, but no property on it fits the address. ",
                       ExplainContradiction(found.hits[0].fit));
    case Verdict::kOutOfArea:
      return "The address names a place or postcode outside the gazetteer.";
    case Verdict::kContradicted:
      return std::string(ExplainContradiction(found.hits[0].fit));
    case Verdict::kWeak:
      return "Too little of the address agrees with any property.";
    case Verdict::kNothing:
      break;
  }
  return "Nothing in the gazetteer is like the address.";
}

}  // namespace wensum::matching::address::match
