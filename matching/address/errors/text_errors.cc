// Errors of the line as a whole.
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "matching/address/errors/error_kinds.h"
#include "matching/address/errors/word_tables.h"

namespace wensum::matching::address::errors {
namespace {

// Every `from`, or with `once` one that chance picks, becomes `to`.
std::string Replace(Random& random, const std::string& text, std::string_view from, std::string_view to, bool once) {
  std::vector<size_t> places;
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + from.size())) {
    places.push_back(at);
  }
  if (places.empty()) {
    return text;
  }
  if (once) {
    places = {places[random.Below(places.size())]};
  }
  std::string out;
  size_t done = 0;
  for (const size_t at : places) {
    AppendTo(out, std::string_view(text).substr(done, at - done), to);
    done = at + from.size();
  }
  return out + text.substr(done);
}

std::string BreakPunctuation(Random& random, const std::string& text) {
  switch (random.Below(6)) {
    case 0:
      return Replace(random, text, " ", "  ", random.Chance(0.5));
    case 1:
      return Replace(random, text, ",", " ,", false);
    case 2:
      return Replace(random, text, ",", ";", false);
    case 3:
      return Cat(text, random.Chance(0.5) ? "." : ",");
    case 4:
      return Replace(random, text, ", ", "\n", false);
    default:
      return Replace(random, text, ",", ",,", true);
  }
}

std::string PutMarkup(Random& random, const std::string& text) {
  switch (random.Below(7)) {
    case 0:
      return Replace(random, text, ", ", "<br>", false);
    case 1:
      return Replace(random, text, ", ", "<br />", false);
    case 2:
      return Cat("<p>", text, "</p>");
    case 3:
      return Replace(random, text, " ", "&nbsp;", true);
    case 4:
      return Replace(random, text, " ", "\xC2\xA0", true);
    case 5:
      return Replace(random, text, " ", "\xC3\x82\xC2\xA0", true);  // a no-break space read as Latin-1
    default:
      return Replace(random, text, "'", "\xC3\xA2\xE2\x82\xAC\xE2\x84\xA2", false);  // a curly one read as CP1252
  }
}

std::string ScanBadly(Random& random, const std::string& text) {
  constexpr std::string_view kLetters = "OoIlSsBLiE";
  constexpr std::string_view kDigits = "0011558113";
  // Letters of words of four letters and more, which hold no number that counts.
  std::vector<size_t> places;
  size_t start = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && IsLetter(text[i])) {
      continue;
    }
    const bool alone = (start == 0 || !IsDigit(text[start - 1])) && (i == text.size() || !IsDigit(text[i]));
    for (size_t j = start; alone && i - start >= 4 && j < i; ++j) {
      if (kLetters.find(text[j]) != std::string_view::npos) {
        places.push_back(j);
      }
    }
    start = i + 1;
  }
  std::string out = text;
  for (uint64_t count = 1 + random.Below(2); count > 0 && !places.empty(); --count) {
    const size_t place = random.Below(places.size());
    out[places[place]] = kDigits[kLetters.find(text[places[place]])];
    places.erase(places.begin() + static_cast<ptrdiff_t>(place));
  }
  return out;
}

}  // namespace

bool AddPrefix(Random& random, const ListedAddresses& /*listed*/, Draft& draft) {
  const std::string_view name = Pick(random, random.Chance(0.5) ? PersonNames() : OrganisationNames());
  draft.before = Cat(random.Chance(0.3) ? "c/o " : "", name);
  return true;
}

bool ChangePunctuation(Random& random, const ListedAddresses& /*listed*/, Draft& draft) {
  draft.commas = std::array{Commas::kAsListed, Commas::kNone, Commas::kTight}[random.Below(3)];
  draft.letters = std::array{Case::kAsListed, Case::kUpper, Case::kLower}[random.Below(3)];
  if (random.Chance(0.7)) {
    draft.text_errors.push_back(BreakPunctuation);
  }
  return true;
}

bool AddNoiseWord(Random& random, const ListedAddresses& /*listed*/, Draft& draft) {
  constexpr std::array<std::string_view, 4> kOpenings = {"The property known as", "Premises at", "At", "Situated at"};
  if (random.Chance(0.6) && !draft.said.parts.number.empty() && draft.ids_text.empty()) {
    draft.ChangeParts();
    draft.number_word = true;
  } else {
    draft.before = kOpenings[random.Below(kOpenings.size())];
  }
  return true;
}

bool AddMarkup(Random& /*random*/, const ListedAddresses& /*listed*/, Draft& draft) {
  draft.text_errors.push_back(PutMarkup);
  return true;
}

bool AppendNote(Random& random, const ListedAddresses& /*listed*/, Draft& draft) {
  draft.after = Pick(random, NoteTexts());
  return true;
}

bool ReadAsOcr(Random& /*random*/, const ListedAddresses& /*listed*/, Draft& draft) {
  draft.text_errors.push_back(ScanBadly);
  return true;
}

bool Truncate(Random& /*random*/, const ListedAddresses& /*listed*/, Draft& draft) {
  draft.ChangeParts();
  draft.truncate = true;
  return true;
}

}  // namespace wensum::matching::address::errors
