#include "matching/person/person_name.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "matching/text/fold.h"
#include "matching/text/name_tokens.h"

namespace wensum::matching {
namespace {

using std::string_view;

// What precedes the name of the person whose affairs they are. Longer phrases first.
constexpr std::array<string_view, 21> kLeadingPhrases = {"THE EXECUTORS OF",
                                                         "EXECUTORS OF",
                                                         "EXECUTOR OF",
                                                         "EXECUTRIX OF",
                                                         "EXORS OF",
                                                         "EXOR OF",
                                                         "EXECS OF",
                                                         "EXEC OF",
                                                         "THE ESTATE OF",
                                                         "ESTATE OF",
                                                         "PERSONAL REPRESENTATIVES OF",
                                                         "PERSONAL REPRESENTATIVE OF",
                                                         "PERSONAL REPS OF",
                                                         "PERS REPS OF",
                                                         "PER REPS OF",
                                                         "REPS OF",
                                                         "ADMINISTRATORS OF",
                                                         "THE LATE",
                                                         "LATE",
                                                         "ATTORNEY FOR",
                                                         "DEPUTY FOR"};

// What follows these is not the name.
constexpr std::array<string_view, 9> kTrailingPhrases = {
    "T/A", "TRADING AS", "C/O", "CARE OF", "RE:", "DECD", "DEC'D", "DEC D", "DECEASED"};

// A name of these words alone, or with one of the first group in it, names nobody.
constexpr std::array<string_view, 7> kNobody = {"OCCUPIER",    "OCCUPIERS",  "OCCUPANT", "OCCUPANTS",
                                                "HOUSEHOLDER", "RESIDENT S", "RESIDENTS"};
constexpr std::array<string_view, 27> kNobodyWords = {
    "NO",      "THE",    "OWNER",    "OWNERS",  "TENANT", "TENANTS",  "LANDLORD",     "LANDLADY", "RESIDENT",
    "VOID",    "VACANT", "EMPTY",    "UNKNOWN", "NOT",    "KNOWN",    "NAME",         "NONE",     "NEW",
    "PRESENT", "LEGAL",  "PROPERTY", "PERSON",  "TEST",   "CUSTOMER", "UNIDENTIFIED", "TBC",      "N A"};

constexpr std::array<string_view, 25> kCompanyWords = {
    "LTD",      "LIMITED",      "PLC",      "LLP",        "LLC",      "CIC",         "CIO",
    "INC",      "GMBH",         "COUNCIL",  "SOLICITORS", "LETTINGS", "PROPERTIES",  "INVESTMENTS",
    "HOLDINGS", "PARTNERSHIP",  "TRUSTEES", "UNIVERSITY", "NHS",      "ASSOCIATION", "HOUSING",
    "SERVICES", "DEVELOPMENTS", "ESTATES",  "COMPANY"};

template <size_t N>
bool Contains(const std::array<string_view, N>& list, string_view value) {
  return std::ranges::find(list, value) != list.end();
}

// What is longer is no name; the work of reading one grows faster than its length.
constexpr size_t kMaxNameBytes = 1000;
string_view Start(string_view text) { return text.substr(0, kMaxNameBytes); }

bool IsWordByte(char c) { return IsLetter(c) || IsDigit(c) || (static_cast<unsigned char>(c) & 0x80U) != 0; }

// The start of `phrase` as whole words in `upper`, or npos.
size_t FindPhrase(string_view upper, string_view phrase) {
  for (size_t at = upper.find(phrase); at != string_view::npos; at = upper.find(phrase, at + 1)) {
    const size_t end = at + phrase.size();
    if ((at == 0 || !IsWordByte(upper[at - 1])) && (end == upper.size() || !IsWordByte(upper[end]))) return at;
  }
  return string_view::npos;
}

// The part of `text` that names the person.
string_view WithoutPhrases(string_view text) {
  const std::string upper = ToUpperAscii(text);
  size_t begin = 0;
  size_t end = text.size();
  for (bool again = true; again;) {
    again = false;
    const size_t word = static_cast<size_t>(std::find_if(upper.begin() + static_cast<std::ptrdiff_t>(begin),
                                                         upper.begin() + static_cast<std::ptrdiff_t>(end), IsWordByte) -
                                            upper.begin());
    for (const string_view phrase : kLeadingPhrases) {
      if (FindPhrase(string_view(upper).substr(word, end - word), phrase) == 0) {
        begin = word + phrase.size();
        again = true;
        break;
      }
    }
  }
  for (const string_view phrase : kTrailingPhrases) {
    const size_t at = FindPhrase(string_view(upper).substr(begin, end - begin), phrase);
    // A text that begins with the phrase has its name behind it.
    if (at == string_view::npos) continue;
    if (std::any_of(text.begin() + static_cast<std::ptrdiff_t>(begin),
                    text.begin() + static_cast<std::ptrdiff_t>(begin + at), IsWordByte)) {
      end = begin + at;
    } else {
      begin += at + phrase.size();
    }
  }
  return text.substr(begin, end - begin);
}

bool NamesNobody(string_view text) {
  const std::string folded = FoldText(text);
  const std::vector<string_view> tokens = FoldedTokens(folded);
  if (std::ranges::any_of(tokens, [](string_view t) { return Contains(kNobody, t); })) return true;
  if (tokens.size() > 1 && std::ranges::any_of(tokens, [](string_view t) { return Contains(kCompanyWords, t); })) {
    return true;
  }
  return std::ranges::all_of(tokens, [](string_view t) { return Contains(kNobodyWords, t) || IsDigits(t); });
}

// Where what joins two people begins and ends; both npos if the text names one.
std::pair<size_t, size_t> FindJoint(string_view text) {
  if (const size_t sign = text.find_first_of("&+"); sign != string_view::npos) return {sign, sign + 1};
  const size_t word = FindPhrase(ToUpperAscii(text), "AND");
  return word == string_view::npos ? std::pair(word, word) : std::pair(word, word + 3);
}

// "J Brown & Ms P" of "Smith": an initial and a word before the sign are the first person's whole name.
bool FirstHasOwnSurname(string_view first) {
  const std::string folded = FoldText(first);
  std::vector<string_view> tokens = FoldedTokens(folded);
  std::erase_if(tokens, IsTitle);
  return tokens.size() >= 2 && tokens[tokens.size() - 2].size() == 1 && tokens.back().size() > 1;
}

NameTokens Tokenise(string_view forenames, string_view surname, string_view suffix, string_view full) {
  if (forenames.empty() && surname.empty()) {
    NameTokens tokens = NameFromFull(full);
    if (tokens.suffix.empty()) tokens.suffix = NameFromParts("", "", suffix).suffix;
    return tokens;
  }
  if (const size_t sign = FindJoint(forenames).first; sign != string_view::npos) {
    const string_view first = forenames.substr(0, sign);
    if (FirstHasOwnSurname(first)) return NameFromFull(first);
  }
  // Some systems keep a whole name in the surname's field.
  if (forenames.empty() && surname.find(',') != string_view::npos) return NameFromFull(surname);
  return NameFromParts(forenames, surname, suffix);
}

// Of "Mr & Mrs J Smith" the initial is the husband's, who comes first.
void TakeSharedForenames(string_view full, NameTokens& tokens) {
  if (!tokens.joint || (!tokens.forenames.empty() && !IsTitle(tokens.forenames)) || tokens.surname.empty()) return;
  const size_t end = FindJoint(full).second;
  tokens.forenames = end == string_view::npos ? std::string() : NameFromFull(full.substr(end)).forenames;
}

void AddWords(string_view words, const NameParts& known, std::string& out) {
  for (const string_view word : FoldedTokens(words)) {
    const auto holds = [word](string_view text) {
      return std::ranges::any_of(FoldedTokens(text), [word](string_view token) { return token == word; });
    };
    if (!holds(known.given) && !holds(known.surname) && !holds(out)) AppendTo(out, out.empty() ? "" : " ", word);
  }
}

}  // namespace

NameParts ReadPersonName(const model::PersonName& name, std::span<const model::PersonName> other_names) {
  const string_view forenames = WithoutPhrases(Start(name.forenames));
  const string_view surname = WithoutPhrases(Start(name.surname));
  const string_view full = WithoutPhrases(Start(name.full));
  NameParts parts;
  if (NamesNobody(Cat(forenames, " ", surname, " ", forenames.empty() && surname.empty() ? full : ""))) return parts;
  NameTokens tokens = Tokenise(forenames, surname, Start(name.suffix), full);
  TakeSharedForenames(full, tokens);
  const size_t first = std::min(tokens.forenames.find(' '), tokens.forenames.size());
  parts.given = tokens.forenames.substr(0, first);
  parts.surname = tokens.surname;
  parts.suffix = tokens.suffix;
  AddWords(string_view(tokens.forenames).substr(first), parts, parts.others);
  for (const model::PersonName& other : other_names) {
    const NameTokens more =
        Tokenise(Start(other.forenames), Start(other.surname), Start(other.suffix), Start(other.full));
    AddWords(more.surname, parts, parts.others);
    AddWords(more.forenames, parts, parts.others);
    if (parts.suffix.empty()) parts.suffix = more.suffix;
  }
  return parts;
}

}  // namespace wensum::matching
