// Errors in the name of the street, and in the spaces about it.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "matching/address/errors/error_kinds.h"
#include "matching/address/errors/word_tables.h"

namespace wensum::matching::address::errors {
namespace {

using StreetWords = std::vector<std::string>;

// Where the word for the type stands in the street's name; its size if there is none.
size_t TypeAt(const StreetWords& words) {
  for (size_t back = 1; back <= 2 && back < words.size(); ++back) {
    if (FindStreetType(ToUpperAscii(words[words.size() - back])) != nullptr) {
      return words.size() - back;
    }
  }
  return words.size();
}

// `form`, in capitals, in the letters of `like`.
std::string InCaseOf(std::string_view like, std::string_view form) {
  if (like.size() > 1 && IsUpper(like[0]) && IsUpper(like[1])) {
    return std::string(form);
  }
  std::string out = ToLowerAscii(form);
  out[0] = IsLower(like[0]) ? out[0] : form[0];
  return out;
}

bool SetStreet(Draft& draft, const StreetWords& words) {
  draft.ChangeParts();
  draft.said.parts.street = Join(words, " ");
  return true;
}

constexpr std::array<std::string_view, 26> kKeyNeighbours = {
    "QSZ", "VGN", "XVD", "SFE", "WRD", "DGR", "FHT", "GJY", "UOK", "HKU", "JLI", "KO",  "NK",
    "BM",  "IPL", "OL",  "WA",  "ETF", "ADW", "RYG", "YIJ", "CBF", "QES", "ZCS", "TUH", "XA"};
struct Sound {
  std::string_view from;
  std::string_view to;
};
constexpr auto kSounds = std::to_array<Sound>({{"PH", "F"},
                                               {"CK", "K"},
                                               {"C", "K"},
                                               {"K", "C"},
                                               {"S", "Z"},
                                               {"IE", "EI"},
                                               {"EI", "IE"},
                                               {"EA", "EE"},
                                               {"EE", "EA"},
                                               {"Y", "I"},
                                               {"OU", "OW"},
                                               {"LL", "L"},
                                               {"TT", "T"},
                                               {"RR", "R"},
                                               {"GH", "G"},
                                               {"ER", "OR"},
                                               {"A", "E"},
                                               {"E", "A"},
                                               {"I", "E"}});

std::string BySound(Random& random, const std::string& word) {
  const std::string upper = ToUpperAscii(word);
  const size_t first = random.Below(kSounds.size());
  for (size_t i = 0; i < kSounds.size(); ++i) {
    const Sound& sound = kSounds[(first + i) % kSounds.size()];
    const size_t at = upper.find(sound.from, 1);
    if (at != std::string::npos) {
      return Cat(word.substr(0, at), InCaseOf(word.substr(at), sound.to), word.substr(at + sound.from.size()));
    }
  }
  return word;
}

// Misspells a word of the name, seldom its type; false if none is long enough.
bool MisspellOneWord(Random& random, StreetWords& words) {
  std::vector<size_t> long_enough;
  const size_t type_at = TypeAt(words);
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i].size() >= 4 && i != type_at) {
      long_enough.push_back(i);
    }
  }
  if (type_at < words.size() && words[type_at].size() >= 4 && random.Chance(0.12)) {
    long_enough = {type_at};
  }
  if (long_enough.empty()) {
    return false;
  }
  std::string& word = words[long_enough[random.Below(long_enough.size())]];
  std::string changed = Misspell(random, word);
  if (changed == word) {
    return false;
  }
  word = std::move(changed);
  return true;
}

bool MisspellStreet(Random& random, Draft& draft, int times) {
  const StreetWords before = WordsOf(draft.said.parts.street);
  StreetWords words = before;
  for (int i = 0; i < times; ++i) {
    if (!MisspellOneWord(random, words)) {
      return false;
    }
  }
  return words != before && SetStreet(draft, words);
}

}  // namespace

std::string Misspell(Random& random, const std::string& word) {
  if (word.size() < 4) {
    return word;
  }
  // First letters are seldom wrong.
  const size_t at = random.Chance(0.1) ? 0 : 1 + random.Below(word.size() - 1);
  std::string out = word;
  switch (random.Below(5)) {
    case 0: {
      const std::string upper = ToUpperAscii(word);
      if (!IsUpper(upper[at])) {
        return word;
      }
      const std::string_view keys = kKeyNeighbours[static_cast<size_t>(upper[at] - 'A')];
      const char key = keys[random.Below(keys.size())];
      out[at] = IsLower(word[at]) ? ToLowerAscii(std::string_view(&key, 1))[0] : key;
      return out;
    }
    case 1: {
      const size_t second = std::min(at + 1, word.size() - 1);
      std::swap(out[second - 1], out[second]);
      return out;
    }
    case 2:
      return out.erase(at, 1);
    case 3:
      return out.insert(at, 1, out[at]);
    default:
      return BySound(random, word);
  }
}

bool ShortenType(Random& random, const ListedAddresses& /*listed*/, Draft& draft) {
  StreetWords words = WordsOf(draft.said.parts.street);
  const size_t at = TypeAt(words);
  if (at == words.size()) {
    return false;
  }
  const StreetType* type = FindStreetType(ToUpperAscii(words[at]));
  if (type->short_forms.empty() || type->name != ToUpperAscii(words[at])) {
    return false;
  }
  words[at] = InCaseOf(words[at], Pick(random, type->short_forms));
  return SetStreet(draft, words);
}

bool DropType(Random& /*random*/, const ListedAddresses& /*listed*/, Draft& draft) {
  StreetWords words = WordsOf(draft.said.parts.street);
  const size_t at = TypeAt(words);
  // "The Green" without its type is nothing; nor is a number without one: "3 First", "12 A".
  if (at == words.size() || at == 0 ||
      (at == 1 && (words[0].size() < 4 || FloorOf(ToUpperAscii(words[0])) != kNoFloor))) {
    return false;
  }
  words.erase(words.begin() + static_cast<ptrdiff_t>(at));
  return SetStreet(draft, words);
}

bool ChangeType(Random& random, const ListedAddresses& /*listed*/, Draft& draft) {
  StreetWords words = WordsOf(draft.said.parts.street);
  const size_t at = TypeAt(words);
  if (at == words.size() || at == 0 || (at == 1 && words[0].size() < 4)) {
    return false;
  }
  constexpr size_t kCommonTypes = 12;  // the first of the table
  const StreetType& other = StreetTypes()[random.Below(kCommonTypes)];
  if (&other == FindStreetType(ToUpperAscii(words[at]))) {
    return false;
  }
  const bool short_form = !other.short_forms.empty() && random.Chance(0.3);
  words[at] = InCaseOf(words[at], short_form ? other.short_forms[0] : other.name);
  return SetStreet(draft, words);
}

bool MisspellStreetOnce(Random& random, const ListedAddresses& /*listed*/, Draft& draft) {
  return MisspellStreet(random, draft, 1);
}

bool MisspellStreetTwice(Random& random, const ListedAddresses& /*listed*/, Draft& draft) {
  return MisspellStreet(random, draft, 2);
}

bool ChangeSpacing(Random& random, const ListedAddresses& /*listed*/, Draft& draft) {
  StreetWords words = WordsOf(draft.said.parts.street);
  switch (random.Below(4)) {
    case 0:
      if (draft.said.parts.number.empty()) {
        return false;
      }
      draft.ChangeParts();
      draft.glue_number = true;
      return true;
    case 1: {  // a word in two
      const size_t at = random.Below(words.size());
      if (words[at].size() < 6) {
        return false;
      }
      words[at].insert(2 + random.Below(words[at].size() - 3), 1, ' ');
      return SetStreet(draft, words);
    }
    default: {  // two words in one
      if (words.size() < 2) {
        return false;
      }
      const size_t at = random.Below(words.size() - 1);
      words[at] += words[at + 1];
      words.erase(words.begin() + static_cast<ptrdiff_t>(at) + 1);
      return SetStreet(draft, words);
    }
  }
}

bool ChangeNameForm(Random& random, const ListedAddresses& /*listed*/, Draft& draft) {
  std::string& name =
      draft.said.parts.building.empty() || random.Chance(0.7) ? draft.said.parts.street : draft.said.parts.building;
  std::string changed = name;
  if (const size_t at = changed.find_first_of("-'"); at != std::string::npos) {
    if (changed[at] == '-') {
      changed[at] = ' ';
    } else {
      changed.erase(at, 1);
    }
  } else if (const std::string upper = ToUpperAscii(changed); upper.starts_with("ST ")) {
    changed = Cat(random.Chance(0.5) ? "Saint" : "St.", changed.substr(2));
  } else if (const size_t s = upper.find("S "); s != std::string::npos && s >= 4 && upper[s - 1] != 'S') {
    changed.insert(s, 1, '\'');
  } else if (const size_t space = changed.find(' '); space != std::string::npos && space >= 4) {
    changed[space] = '-';
  } else {
    return false;
  }
  draft.ChangeParts();
  name = std::move(changed);
  return true;
}

}  // namespace wensum::matching::address::errors
