#include "import/joint_names.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "base/strings.h"
#include "matching/text/fold.h"
#include "matching/text/name_tokens.h"
#include "matching/text/nicknames.h"
#include "matching/text/surname_form.h"

namespace wensum::ingest {
namespace {

using std::string_view;
using Reading = JointNames::Reading;

template <size_t N>
bool OneOf(const std::array<string_view, N>& list, string_view value) {
  return std::ranges::find(list, value) != list.end();
}

// Words and phrases that say that others act for the person named, as they stand in a folded text.
constexpr std::array<string_view, 10> kEstateWords = {"EXECUTORS", "EXECUTOR", "EXECUTRIX", "EXECUTRICES", "EXORS",
                                                      "EXOR",      "EXECS",    "EXEC",      "DECD",        "DECEASED"};
constexpr std::array<string_view, 12> kEstatePhrases = {
    " ESTATE OF ",         " PERSONAL REP",       " PERS REP",  " PER REPS ",    " REPS OF ",      " ADMINISTRATOR OF ",
    " ADMINISTRATORS OF ", " PERSONAL REPRESENT", " THE LATE ", " TRUSTEES OF ", " ATTORNEY FOR ", " DEPUTY FOR "};

// A name with one of these and a joining sign is a business's, or nobody's in particular.
constexpr std::array<string_view, 44> kNoPersonWords = {
    "LTD",      "LIMITED",    "PLC",         "LLP",        "LLC",      "CIC",     "CIO",      "INC",        "COUNCIL",
    "TRUST",    "TRUSTEES",   "PARTNERSHIP", "BROS",       "BROTHERS", "SONS",    "CO",       "COMPANY",    "PARTNERS",
    "OCCUPIER", "OCCUPIERS",  "OCCUPANT",    "OWNER",      "OWNERS",   "TENANT",  "TENANTS",  "LANDLORD",   "HOUSING",
    "THE",      "OTHERS",     "ORS",         "ANOTHER",    "ANR",      "FAMILY",  "SERVICES", "PROPERTIES", "LETTINGS",
    "SHOP",     "ASSOCIATES", "ASSOCIATION", "SOLICITORS", "TRADING",  "UNKNOWN", "OTHER",    "EXECUTIVE"};
// Who somebody is to the other: a part of these words alone names nobody.
constexpr std::array<string_view, 12> kKinWords = {"SON",     "DAUGHTER", "WIFE",   "HUSBAND", "PARTNER", "SPOUSE",
                                                   "BROTHER", "SISTER",   "MOTHER", "FATHER",  "CHILD",   "CHILDREN"};
// Titles that are hardly ever surnames: behind a name they say that it is a surname ("SMITH MR J").
constexpr std::array<string_view, 8> kPlainTitles = {"MR", "MRS", "MS", "MISS", "MX", "DR", "REV", "REVD"};

struct Word {
  string_view text;
  std::string folded;
};
using Words = std::vector<Word>;

bool IsInitials(const Word& word) {
  const std::vector<string_view> parts = matching::FoldedTokens(word.folded);
  return !parts.empty() && std::ranges::all_of(parts, [](string_view part) { return part.size() == 1; });
}
bool AreInitials(const Words& words) { return !words.empty() && std::ranges::all_of(words, IsInitials); }
bool IsForename(const Word& word) { return !matching::NicknameGroups(word.folded).empty(); }
bool IsSurnameStart(const Word& word) {
  return matching::IsSurnameParticle(word.folded) || word.folded == "MC" || word.folded == "MAC" ||
         word.folded == "O" || word.folded == "FITZ";
}

std::string JoinWords(const Words& words, size_t begin, size_t end) {
  std::string out;
  for (size_t i = begin; i < end; ++i) AppendTo(out, out.empty() ? "" : " ", words[i].text);
  return out;
}

// What stands between two joining signs.
struct Part {
  enum class Shape {
    kTitle,         // "MR"
    kInitials,      // "J", "MRS J P"
    kWord,          // "MRS SMITH", "MARY": a forename or a surname
    kWhole,         // "J SMITH": a surname behind forenames
    kWordInitials,  // "SMITH J": a surname and initials, or a forename and an initial
    kSurnameFirst,  // "SMITH MR J", "SMITH, J"; `names` are forenames
  };
  Shape shape = Shape::kTitle;
  Words titles;
  Words names;
  std::string suffix;
  std::string surname;  // of kSurnameFirst
  bool doubt = false;   // more than one name may be in it
  size_t own = 0;       // where the surname begins in `names`, of kWord and kWhole

  [[nodiscard]] bool titled() const { return !titles.empty(); }
  [[nodiscard]] std::string OwnSurname() const { return JoinWords(names, own, names.size()); }
};
using Shape = Part::Shape;
using Parts = std::vector<Part>;

// Titles from the front of `words`, suffixes and letters after the name from its end.
void TakeTitlesAndSuffix(Words words, Part& part) {
  const auto is_title = [](const Word& word) { return matching::IsTitle(word.folded); };
  while (!words.empty() && is_title(words.front())) {
    part.titles.push_back(words.front());
    words.erase(words.begin());
  }
  while (words.size() > 1 &&
         (!matching::CanonicalSuffix(words.back().folded).empty() || matching::IsPostNominal(words.back().folded))) {
    part.suffix = Cat(words.back().text, part.suffix.empty() ? "" : " ", part.suffix);
    words.pop_back();
  }
  part.names = std::move(words);
  // "MR J SMITH MRS P SMITH": a sign is missing.
  part.doubt = std::ranges::any_of(part.names, [](const Word& word) { return OneOf(kPlainTitles, word.folded); });
}

Part PartOf(const Words& words) {
  Part part;
  // "SMITH MR J"
  for (size_t i = 1; i < words.size(); ++i) {
    if (OneOf(kPlainTitles, words[i].folded) && !matching::IsTitle(words[0].folded)) {
      part.surname = JoinWords(words, 0, i);
      TakeTitlesAndSuffix({words.begin() + static_cast<std::ptrdiff_t>(i), words.end()}, part);
      const bool forename = IsInitials(words[0]) || IsForename(words[0]);
      part.doubt = part.doubt || (i > 1 && forename && !IsSurnameStart(words[0]));  // "J SMITH MR"
      part.shape = Shape::kSurnameFirst;
      return part;
    }
  }
  TakeTitlesAndSuffix(words, part);
  if (part.names.empty()) {
    part.shape = Shape::kTitle;
  } else if (AreInitials(part.names)) {
    part.shape = Shape::kInitials;
  } else if (IsInitials(part.names.back())) {
    part.shape = Shape::kWordInitials;
  } else {
    part.own = part.names.size() - 1;
    while (part.own > 0 && IsSurnameStart(part.names[part.own - 1])) --part.own;
    part.shape = part.own == 0 ? Shape::kWord : Shape::kWhole;
  }
  return part;
}

// "SMITH, MR J"
Part SurnameFirst(const Words& surname, const Words& rest) {
  Part part;
  part.shape = Shape::kSurnameFirst;
  part.surname = JoinWords(surname, 0, surname.size());
  TakeTitlesAndSuffix(rest, part);
  return part;
}

model::PersonName NameOf(const Part& part, size_t forenames, std::string surname) {
  model::PersonName name;
  name.title = JoinWords(part.titles, 0, part.titles.size());
  if (EqualsIgnoreCaseAscii(name.title, "messrs")) name.title.clear();  // of all that follow
  name.forenames = JoinWords(part.names, 0, forenames);
  name.surname = std::move(surname);
  name.suffix = part.suffix;
  return name;
}
model::PersonName WithOwnSurname(const Part& part) {
  if (part.shape == Shape::kSurnameFirst) return NameOf(part, part.names.size(), part.surname);
  return NameOf(part, part.own, part.OwnSurname());
}
model::PersonName WithSurname(const Part& part, const std::string& surname) {
  return NameOf(part, part.names.size(), surname);
}

using People = std::optional<std::vector<model::PersonName>>;  // nothing: unclear

// All parts but the first, where that is "SMITH MR J" or "SMITH, J".
People SplitBehindSurname(const Parts& parts) {
  const Part& first = parts[0];
  std::vector<model::PersonName> people = {WithOwnSurname(first)};
  for (size_t i = 1; i < parts.size(); ++i) {
    const Part& part = parts[i];
    const bool initial_first = part.shape == Shape::kWhole && IsInitials(part.names[0]);
    if (part.shape == Shape::kSurnameFirst || initial_first ||
        (part.shape == Shape::kWhole && EqualsIgnoreCaseAscii(part.OwnSurname(), first.surname))) {
      people.push_back(WithOwnSurname(part));
    } else if (part.shape == Shape::kWhole || part.shape == Shape::kWordInitials) {
      return std::nullopt;
    } else if (part.shape == Shape::kWord && !IsForename(part.names[0]) && (part.titled() || first.titled())) {
      return std::nullopt;  // "SMITH MR J & MRS JONES"
    } else {
      people.push_back(WithSurname(part, first.surname));
    }
  }
  // "SMITH MR & MRS J": the forename is the first one's.
  if (parts.size() == 2 && first.names.empty() && parts[1].names.size() == 1) {
    std::swap(people[0].forenames, people[1].forenames);
  }
  return people;
}

// "SMITH J & P", "SMITH J & JONES P"
People SplitSurnameAndInitials(const Parts& parts) {
  std::vector<model::PersonName> people;
  for (const Part& part : parts) {
    const Part& first = parts[0];
    const bool one_word = part.shape == Shape::kWordInitials && part.names.size() > 1 && !IsInitials(part.names[0]) &&
                          AreInitials({part.names.begin() + 1, part.names.end()});
    if (one_word) {
      model::PersonName name = NameOf(part, 0, std::string(part.names[0].text));
      name.forenames = JoinWords(part.names, 1, part.names.size());
      people.push_back(std::move(name));
    } else if (&part != &first && part.shape == Shape::kInitials) {
      people.push_back(WithSurname(part, std::string(first.names[0].text)));
    } else {
      return std::nullopt;
    }
  }
  return people;
}

// The name of a part in front of `last`, which ends with a surname behind forenames.
std::optional<model::PersonName> BeforeWhole(const Part& part, const Part& last) {
  const std::string shared = last.OwnSurname();
  switch (part.shape) {
    case Shape::kInitials:
      return WithSurname(part, shared);
    case Shape::kWord:
      // A word is a forename if it is known as one, or if two words without titles are parted from a name of words.
      if (IsForename(part.names[0]) || (!part.titled() && !last.titled() && !IsInitials(last.names[0]))) {
        return WithSurname(part, shared);
      }
      return std::nullopt;
    case Shape::kWordInitials:
      if (!IsForename(part.names[0])) return std::nullopt;
      return WithSurname(part, shared);
    case Shape::kWhole:
      // "JOHN JAMES & MARY SMITH": two forenames or a whole name?
      if (!IsInitials(part.names[0]) && IsForename(part.names.back()) &&
          !EqualsIgnoreCaseAscii(part.OwnSurname(), shared)) {
        return std::nullopt;
      }
      return WithOwnSurname(part);
    case Shape::kTitle:
    case Shape::kSurnameFirst:
      break;
  }
  return std::nullopt;
}

People SplitBeforeWhole(const Parts& parts) {
  const Part& last = parts.back();
  const bool couple = parts[0].shape == Shape::kTitle && last.own == 1;
  if (couple && parts.size() == 2 && last.titled()) {  // "MR & MRS J SMITH"
    model::PersonName first = NameOf(parts[0], 0, last.OwnSurname());
    first.forenames = JoinWords(last.names, 0, 1);
    return std::vector{std::move(first), NameOf(last, 0, last.OwnSurname())};
  }
  if (couple && parts.size() == 3 && parts[1].titled() && !last.titled() && parts[1].names.size() == 1) {
    Part first = parts[1];  // "MR & MRS J & P SMITH"
    first.titles = parts[0].titles;
    Part second = last;
    second.titles = parts[1].titles;
    return std::vector{WithSurname(first, last.OwnSurname()), WithOwnSurname(second)};
  }
  std::vector<model::PersonName> people;
  for (size_t i = 0; i + 1 < parts.size(); ++i) {
    std::optional<model::PersonName> name = BeforeWhole(parts[i], last);
    if (!name) return std::nullopt;
    people.push_back(*std::move(name));
  }
  people.push_back(WithOwnSurname(last));
  return people;
}

// Two parts, of which the second is one word, initials or a title.
People SplitBeforeShort(const Part& first, const Part& last) {
  const auto two = [](model::PersonName a, model::PersonName b) { return std::vector{std::move(a), std::move(b)}; };
  const bool word = last.shape == Shape::kWord;
  switch (first.shape) {
    case Shape::kWhole: {
      const std::string shared = first.OwnSurname();
      if (last.shape == Shape::kInitials || (last.shape == Shape::kTitle && first.titled())) {
        return two(WithOwnSurname(first), WithSurname(last, shared));
      }
      if (!word) return std::nullopt;
      const bool forename = IsForename(last.names[0]);
      if (forename && (!last.titled() || !IsInitials(first.names[0]))) {
        return two(WithOwnSurname(first), WithSurname(last, shared));
      }
      if (last.titled() && !forename) return two(WithOwnSurname(first), WithOwnSurname(last));
      return std::nullopt;
    }
    case Shape::kTitle:  // "MR & MRS SMITH"
    case Shape::kInitials:
      if (!word || !last.titled()) return std::nullopt;
      return two(WithSurname(first, last.OwnSurname()), WithOwnSurname(last));
    case Shape::kWord:
      if (!word || !first.titled() || !last.titled() || IsForename(first.names[0])) return std::nullopt;
      return two(WithOwnSurname(first), WithOwnSurname(last));
    case Shape::kWordInitials:
    case Shape::kSurnameFirst:
      break;
  }
  return std::nullopt;
}

People SplitParts(const Parts& parts) {
  const auto is_kin = [](const Word& word) { return OneOf(kKinWords, word.folded); };
  for (const Part& part : parts) {
    if (part.doubt || (!part.names.empty() && std::ranges::all_of(part.names, is_kin))) return std::nullopt;
  }
  const bool late_surname =
      std::any_of(parts.begin() + 1, parts.end(), [](const Part& part) { return part.shape == Shape::kSurnameFirst; });
  if (parts[0].shape == Shape::kSurnameFirst) return SplitBehindSurname(parts);
  if (late_surname) return std::nullopt;
  if (parts.back().shape == Shape::kWhole) return SplitBeforeWhole(parts);
  if (parts[0].shape == Shape::kWordInitials) return SplitSurnameAndInitials(parts);
  if (parts.size() > 2) return std::nullopt;
  return SplitBeforeShort(parts[0], parts[1]);
}

// A text between two joining signs as one part, or as several if commas make a list of it. False: unclear.
bool AddParts(const std::vector<Words>& pieces, Parts& parts) {
  const auto add_all = [&] {
    for (const Words& piece : pieces) parts.push_back(PartOf(piece));
    return true;
  };
  if (pieces.size() == 1) return add_all();
  const Part front = PartOf(pieces[0]);
  if (front.titled() || front.shape == Shape::kInitials) return add_all();
  if (front.shape == Shape::kWhole && (IsInitials(front.names[0]) || IsForename(front.names[0]))) return add_all();
  if (pieces.size() > 2 || (front.shape != Shape::kWord && front.shape != Shape::kWhole)) return false;
  parts.push_back(SurnameFirst(pieces[0], pieces[1]));
  return true;
}

// The text in words: pieces (between commas) of groups (between joining signs).
struct Groups {
  std::vector<std::vector<Words>> groups;
  size_t commas = 0;
  bool odd = false;  // has signs that names do not have, or a joining sign without a name behind it
};

bool IsJoiningWord(string_view word) { return EqualsIgnoreCaseAscii(word, "and") || word == "&" || word == "+"; }

class Grouper {
 public:
  static Groups Read(string_view text) {
    Grouper grouper;
    size_t begin = 0;
    for (size_t i = 0; i <= text.size(); ++i) {
      const char c = i < text.size() ? text[i] : ' ';
      const bool sign = c == '&' || c == '+' || c == ';' || c == '/';
      if (!sign && c != ',' && !IsSpace(c)) continue;
      grouper.AddWord(text.substr(begin, i - begin));
      if (sign) grouper.EndGroup();
      if (c == ',') grouper.EndPiece(true);
      begin = i + 1;
    }
    grouper.EndPiece(false);
    Groups result = std::move(grouper.result_);
    std::erase_if(result.groups, [](const std::vector<Words>& group) { return group.empty(); });
    result.odd = result.odd || grouper.open_sign_;
    return result;
  }

 private:
  void AddWord(string_view text) {
    if (text.empty()) return;
    if (IsJoiningWord(text)) {
      EndGroup();
      return;
    }
    std::string folded = matching::FoldText(text);
    result_.odd = result_.odd || folded.empty() || text.find_first_of("()[]<>\"0123456789=*?!") != string_view::npos;
    words_.push_back({text, std::move(folded)});
    open_sign_ = false;
  }
  void EndPiece(bool comma) {
    result_.commas += comma ? 1 : 0;
    if (!words_.empty()) result_.groups.back().push_back(std::exchange(words_, {}));
  }
  void EndGroup() {
    EndPiece(false);
    result_.odd = result_.odd || result_.groups[0].empty();
    result_.groups.emplace_back();
    open_sign_ = true;
  }

  Groups result_ = {.groups = {{}}};
  Words words_;
  bool open_sign_ = false;
};

bool IsCareOf(string_view upper) {
  for (size_t at = upper.find("C/O"); at != string_view::npos; at = upper.find("C/O", at + 1)) {
    if (at == 0 || !IsLetter(upper[at - 1])) return true;
  }
  return Cat(" ", upper, " ").find(" CARE OF ") != std::string::npos;
}

bool IsEstate(string_view folded) {
  const std::vector<string_view> tokens = matching::FoldedTokens(folded);
  if (std::ranges::any_of(tokens, [](string_view token) { return OneOf(kEstateWords, token); })) return true;
  const std::string padded = Cat(" ", folded, " ");
  return (tokens.size() > 1 && (tokens[0] == "LATE" || tokens.back() == "DEC")) ||
         std::ranges::any_of(kEstatePhrases,
                             [&](string_view phrase) { return padded.find(phrase) != std::string::npos; });
}

// Whose list of names has no joining sign: "MR J SMITH, MRS P SMITH".
bool IsTitledList(const std::vector<Words>& pieces) {
  return pieces.size() > 1 && std::ranges::all_of(pieces, [](const Words& piece) {
           const Part part = PartOf(piece);
           return part.titled() && part.shape == Shape::kWhole;
         });
}

// How often titles begin: more than once if a joining sign is missing.
size_t TitleRuns(const std::vector<Words>& pieces) {
  size_t runs = 0;
  bool inside = false;
  for (const Words& piece : pieces) {
    for (const Word& word : piece) {
      const bool title = OneOf(kPlainTitles, word.folded);
      runs += title && !inside ? 1 : 0;
      inside = title;
    }
  }
  return runs;
}

Reading Split(string_view text, std::vector<model::PersonName>& people) {
  const std::string folded = matching::FoldText(text);
  if (IsEstate(folded)) return Reading::kEstate;
  if (IsCareOf(ToUpperAscii(text))) return Reading::kCareOf;
  const Groups groups = Grouper::Read(text);
  if (groups.groups.empty()) return Reading::kOne;
  const bool joined = groups.groups.size() > 1;
  if (!joined && !groups.odd && !IsTitledList(groups.groups[0])) {
    return TitleRuns(groups.groups[0]) > 1 ? Reading::kUnclear : Reading::kOne;
  }
  if (groups.odd) {
    return joined || text.find_first_of("&+;/") != string_view::npos ? Reading::kUnclear : Reading::kOne;
  }
  const auto no_person = [](string_view token) { return OneOf(kNoPersonWords, token); };
  if (std::ranges::any_of(matching::FoldedTokens(folded), no_person)) return Reading::kUnclear;
  Parts parts;
  for (const std::vector<Words>& pieces : groups.groups) {
    if (!AddParts(pieces, parts)) return Reading::kUnclear;
  }
  if (parts.size() < 2 || parts.size() > kMaxJointPeople) return Reading::kUnclear;
  People split = SplitParts(parts);
  if (!split) return Reading::kUnclear;
  people = *std::move(split);
  return Reading::kSplit;
}

}  // namespace

JointNames ReadJointNames(std::string_view text) {
  text = Trim(text);
  JointNames result;
  if (text.empty()) return result;
  result.reading = text.size() > kMaxJointBytes ? Reading::kUnclear : Split(text, result.people);
  if (result.reading != Reading::kSplit) {
    result.people.clear();
    result.people.emplace_back().full = text;
  }
  return result;
}

}  // namespace wensum::ingest
