#include "matching/text/name_tokens.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/strings.h"
#include "matching/text/fold.h"
#include "matching/text/surname_form.h"

namespace wensum::matching {
namespace {

template <size_t N>
bool Contains(const std::array<std::string_view, N>& list, std::string_view value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

constexpr std::array<std::string_view, 32> kTitles = {
    "MR",     "MRS",   "MS",   "MISS", "MASTER", "MX",    "DR",       "PROF",   "PROFESSOR", "REV",  "REVD",
    "FATHER", "SIR",   "DAME", "LADY", "LORD",   "CAPT",  "MAJ",      "COL",    "LT",        "SGT",  "CPL",
    "CLLR",   "RABBI", "IMAM", "PC",   "WO",     "MAJOR", "REVEREND", "MESSRS", "CDR",       "EXORS"};

constexpr std::array<std::string_view, 18> kPostNominals = {"ESQ", "ESQUIRE", "OBE",  "MBE",  "CBE",  "BSC",
                                                            "BA",  "MA",      "PHD",  "MSC",  "JP",   "QC",
                                                            "KC",  "MP",      "FRCS", "MRCS", "DECD", "DECEASED"};

using Tokens = std::vector<std::string_view>;

std::string JoinTokens(const Tokens& tokens, size_t begin, size_t end) {
  std::string out;
  for (size_t i = begin; i < end; ++i) {
    if (!out.empty()) {
      out.push_back(' ');
    }
    out.append(tokens[i]);
  }
  return out;
}

// Takes titles from the front, suffixes and letters after the name from the back.
void StripTitlesAndSuffixes(Tokens& tokens, std::string& suffix) {
  const auto first_name = std::find_if_not(tokens.begin(), tokens.end(), IsTitle);
  // A lone title-like token ("Major", "Lord") is a surname.
  tokens.erase(tokens.begin(), first_name == tokens.end() && !tokens.empty() ? tokens.end() - 1 : first_name);
  while (tokens.size() > 1) {
    const std::string_view canonical = CanonicalSuffix(tokens.back());
    if (canonical.empty() && !IsPostNominal(tokens.back())) {
      break;
    }
    if (!canonical.empty() && suffix.empty()) {
      suffix = canonical;
    }
    tokens.pop_back();
  }
}

// Position of the sign that joins two people, or npos; `length` receives its length.
size_t FindJoint(std::string_view text, size_t& length) {
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '&' || text[i] == '+') {
      length = 1;
      return i;
    }
    if (i + 5 <= text.size() && IsSpace(text[i]) && IsSpace(text[i + 4]) &&
        EqualsIgnoreCaseAscii(text.substr(i + 1, 3), "and")) {
      length = 5;
      return i;
    }
  }
  return std::string_view::npos;
}

}  // namespace

bool IsTitle(std::string_view token) { return Contains(kTitles, token); }

bool IsPostNominal(std::string_view token) { return Contains(kPostNominals, token); }

std::string_view CanonicalSuffix(std::string_view token) {
  if (token == "JR" || token == "JNR" || token == "JUN" || token == "JUNIOR" || token == "YOUNGER") {
    return "JR";
  }
  if (token == "SR" || token == "SNR" || token == "SEN" || token == "SENIOR" || token == "ELDER") {
    return "SR";
  }
  if (token == "II" || token == "2ND") {
    return "II";
  }
  if (token == "III" || token == "3RD") {
    return "III";
  }
  return token == "IV" || token == "4TH" ? std::string_view("IV") : std::string_view();
}

NameTokens NameFromParts(std::string_view forenames, std::string_view surname, std::string_view suffix) {
  NameTokens name;
  size_t length = 0;
  if (const size_t joint = FindJoint(forenames, length); joint != std::string_view::npos) {
    name.joint = true;
    forenames = forenames.substr(0, joint);
  }
  const std::string folded_suffix = FoldText(suffix);
  for (const std::string_view token : FoldedTokens(folded_suffix)) {
    if (const std::string_view canonical = CanonicalSuffix(token); !canonical.empty()) {
      name.suffix = canonical;
    }
  }
  const std::string folded_surname = FoldText(surname);
  Tokens surname_tokens = FoldedTokens(folded_surname);
  StripTitlesAndSuffixes(surname_tokens, name.suffix);
  name.surname = JoinSurnamePrefixes(JoinTokens(surname_tokens, 0, surname_tokens.size()));
  const std::string folded_forenames = FoldText(forenames);
  Tokens forename_tokens = FoldedTokens(folded_forenames);
  const bool only_title = forename_tokens.size() == 1 && IsTitle(forename_tokens[0]) && !name.surname.empty();
  StripTitlesAndSuffixes(forename_tokens, name.suffix);
  name.forenames = only_title ? "" : JoinTokens(forename_tokens, 0, forename_tokens.size());
  return name;
}

NameTokens NameFromFull(std::string_view full) {
  if (const size_t comma = full.find(','); comma != std::string_view::npos) {
    const std::string rest = FoldText(full.substr(comma + 1));
    if (!rest.empty() && CanonicalSuffix(rest).empty() && !IsPostNominal(rest)) {
      return NameFromParts(full.substr(comma + 1), full.substr(0, comma), "");
    }
  }
  size_t length = 0;
  if (const size_t joint = FindJoint(full, length); joint != std::string_view::npos) {
    NameTokens first = NameFromFull(full.substr(0, joint));
    const NameTokens second = NameFromFull(full.substr(joint + length));
    if (first.forenames.empty() && !second.forenames.empty()) {  // "Mr J & Mrs A Smith": the surname comes last
      first.forenames = first.surname;
      first.surname = second.surname;
    } else if (first.surname.empty() || IsTitle(first.surname)) {  // "Mr & Mrs Smith"
      first.forenames.clear();
      first.surname = second.surname;
    }
    first.joint = true;
    return first;
  }
  NameTokens name;
  const std::string folded = FoldText(full);
  Tokens tokens = FoldedTokens(folded);
  StripTitlesAndSuffixes(tokens, name.suffix);
  const std::string joined = JoinSurnamePrefixes(JoinTokens(tokens, 0, tokens.size()));
  tokens = FoldedTokens(joined);
  size_t surname_begin = tokens.empty() ? 0 : tokens.size() - 1;
  while (surname_begin > 1 && IsSurnameParticle(tokens[surname_begin - 1])) {
    --surname_begin;
  }
  name.forenames = JoinTokens(tokens, 0, surname_begin);
  name.surname = JoinTokens(tokens, surname_begin, tokens.size());
  return name;
}

}  // namespace wensum::matching
