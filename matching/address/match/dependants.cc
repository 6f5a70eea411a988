#include "matching/address/match/dependants.h"

#include <algorithm>
#include <bit>
#include <map>

#include "absl/container/inlined_vector.h"
#include "matching/address/match/address_line.h"
#include "matching/address/match/folded_text.h"
#include "matching/address/match/lexicon.h"
#include "matching/address/match/names.h"

namespace wensum::matching::address::match {
namespace {

constexpr size_t kShortestParted = 4;  // letters before a type: see AddressLine::AddParted
constexpr size_t kLongestType = 9;

bool IsAlnum(char c) { return IsDigit(c) || IsUpper(c); }

// Letters and digits without anything between, as parts of one kind each.
struct Run {
  std::string_view text;
  char before = ' ';  // the character that stands before it
  absl::InlinedVector<std::string_view, 4> parts;
};

absl::InlinedVector<Run, 24> RunsOf(std::string_view folded) {
  absl::InlinedVector<Run, 24> runs;
  for (size_t i = 0; i < folded.size();) {
    if (!IsAlnum(folded[i])) {
      ++i;
      continue;
    }
    Run run;
    run.before = i > 0 ? folded[i - 1] : ' ';
    const size_t begin = i;
    while (i < folded.size() && IsAlnum(folded[i])) {
      const size_t part = i;
      const bool digits = IsDigit(folded[i]);
      while (i < folded.size() && IsAlnum(folded[i]) && IsDigit(folded[i]) == digits) {
        ++i;
      }
      run.parts.push_back(folded.substr(part, i - part));
    }
    run.text = folded.substr(begin, i - begin);
    runs.push_back(std::move(run));
  }
  return runs;
}

class WordReader {
 public:
  explicit WordReader(absl::FunctionRef<void(std::string_view)> visit) : visit_(visit) {}

  // `behind_number`: its first letter may be the number's suffix, as in 36CBELGRAVE.
  void ReadLetters(std::string_view word, bool behind_number) const {
    Visit(word);
    if (behind_number && word.size() > 1) {
      Visit(word.substr(1));
    }
    if (word.size() > 5 && word.substr(0, 3) == "THE") {
      Visit(word.substr(3));
    }
    for (size_t tail = 2; tail <= kLongestType && tail + kShortestParted - 1 < word.size(); ++tail) {
      const LexiconWord* const type = FindLexiconWord(word.substr(word.size() - tail));
      if (type != nullptr && (type->flags & kTypeWord) != 0) {
        Visit(word.substr(0, word.size() - tail));
        Visit(type->canonical);
      }
    }
  }

  void ReadMixed(const Run& run) const {
    for (const std::string_view part : run.parts) {
      if (!IsDigit(part[0])) {
        ReadLetters(part, /*behind_number=*/true);
      }
    }
    if (run.text.size() > kLongestMixed) {
      return;
    }
    Visit(run.text);  // 22ND
    ReadOrdinal(run);
    // From any part on, each digit for the letter that it looks like, as AddressLine::ReadMixed has it.
    for (size_t first = 0; first + 1 < run.parts.size(); ++first) {
      ReadAsLetters(run.text.substr(static_cast<size_t>(run.parts[first].data() - run.text.data())));
    }
  }

 private:
  void Visit(std::string_view word) const {
    visit_(word);
    const LexiconWord* const known = FindLexiconWord(word);
    if (known != nullptr && known->canonical != word) {
      visit_(known->canonical);
    }
  }

  void ReadOrdinal(const Run& run) const {
    static constexpr std::array<std::string_view, 12> kNth = {"FIRST", "SECOND", "THIRD",    "FOURTH",
                                                              "FIFTH", "SIXTH",  "SEVENTH",  "EIGHTH",
                                                              "NINTH", "TENTH",  "ELEVENTH", "TWELFTH"};
    int number = 0;
    for (const char c : run.parts[0].substr(0, 3)) {
      number = IsDigit(c) ? number * 10 + (c - '0') : 0;
    }
    if (number >= 1 && static_cast<size_t>(number) <= kNth.size() && run.parts.size() == 2) {
      visit_(kNth[static_cast<size_t>(number) - 1]);
    }
  }

  void ReadAsLetters(std::string_view mixed) const {
    for (unsigned choice = 0; choice < 8; ++choice) {
      std::string word;
      unsigned ones = 0;
      for (const char c : mixed) {
        word.push_back(!IsDigit(c) ? c : c == '1' ? (choice >> ones++ & 1) != 0 ? 'L' : 'I' : "O.ZEASGTBG"[c - '0']);
      }
      Visit(word);
      if (choice + 1 >= 1U << std::min(ones, 3U)) {
        return;
      }
    }
  }

  absl::FunctionRef<void(std::string_view)> visit_;
};

// All numbers, if what stands between two of them may make a range or a pair of them.
NumberSet NumbersOf(const absl::InlinedVector<Run, 24>& runs, std::string_view folded) {
  NumberSet numbers = 0;
  bool pair = false;
  for (size_t i = 0; i < runs.size(); ++i) {
    for (const std::string_view part : runs[i].parts) {
      if (IsDigit(part[0])) {
        int32_t value = 0;
        for (const char c : part.substr(0, 5)) {
          value = value * 10 + (c - '0');
        }
        numbers |= NumberBit(value);
      }
    }
    const bool number = IsDigit(runs[i].text[0]);
    const bool joined = runs[i].before == '-' || runs[i].before == '/' || runs[i].before == '&';
    const bool word = i > 0 && (runs[i - 1].text == "TO" || runs[i - 1].text == "AND");
    pair |= number && i > 0 && (joined || word || folded.find_first_of("-/&") != std::string_view::npos);
  }
  return pair ? kAllNumbers : numbers == 0 ? kWithoutNumber : numbers;
}

}  // namespace

NumberSet ReadTextWords(std::string_view text, std::string_view postcode, PostcodeCode* own_postcode,
                        absl::FunctionRef<void(std::string_view word)> visit) {
  std::string folded = FoldText(text);
  *own_postcode = TakePostcode(PostcodeOfField(postcode), &folded);
  const absl::InlinedVector<Run, 24> runs = RunsOf(folded);
  const WordReader reader(visit);
  for (const Run& run : runs) {
    if (run.parts.size() > 1) {
      reader.ReadMixed(run);
    } else if (!IsDigit(run.text[0])) {
      reader.ReadLetters(run.text, run.before == '-' || run.before == '/');
    }
  }
  if (folded.find('&') != std::string::npos) {
    visit("AND");
  }
  return NumbersOf(runs, folded);
}

uint32_t Dependants::LettersOf(std::string_view word) {
  uint32_t letters = 0;
  for (const char c : word) {
    letters |= IsUpper(c) ? 1U << (c - 'A') : 1U << 31;
  }
  return letters;
}

const Dependants::Word* Dependants::FindWord(std::string_view word) const {
  const auto found = places_.find(word);
  return found == places_.end() ? nullptr : &words_[LengthClass(word)][found->second];
}

void Dependants::AddWord(Id id, std::string_view word) {
  std::vector<Word>& alike = words_[LengthClass(word)];
  const auto [found, added] = places_.try_emplace(std::string(word), static_cast<uint32_t>(alike.size()));
  if (added) {
    alike.push_back({std::string(word), LettersOf(word), {}});
  }
  std::vector<Id>& ids = alike[found->second].ids;
  if (ids.empty() || ids.back() != id) {
    ids.push_back(id);
  }
}

void Dependants::Add(Id id, std::string_view text, std::string_view postcode) {
  PostcodeCode own = 0;
  const NumberSet numbers = ReadTextWords(text, postcode, &own, [&](std::string_view word) { AddWord(id, word); });
  if (numbers_.size() <= id) {
    numbers_.resize(std::max<size_t>(id + 1, numbers_.size() * 5 / 4), 0);
  }
  numbers_[id] |= numbers;
  if (own != 0) {
    std::vector<Id>& ids = postcodes_[own];
    if (ids.empty() || ids.back() != id) {
      ids.push_back(id);
    }
  }
}

void Dependants::Append(const std::vector<Id>& ids, NumberSet numbers, std::vector<Id>* found) const {
  for (const Id id : ids) {
    if ((numbers_[id] & numbers) != 0) {
      found->push_back(id);
    }
  }
}

// Texts that have the word, or one that may be the same misspelt.
void Dependants::AppendNear(const TouchedWord& touched, std::vector<Id>* found) const {
  constexpr int kMostEdits = 2;
  const std::string_view word = touched.text;
  if (word.size() >= kLongest) {
    for (const Word& other : words_[kLongest]) {
      Append(other.ids, touched.numbers, found);
    }
  }
  const uint32_t letters = LettersOf(word);
  const size_t shortest = word.size() > kMostEdits ? word.size() - kMostEdits : 1;
  const size_t longest = std::min(word.size() + kMostEdits, kLongest);
  for (size_t length = shortest; length <= longest; ++length) {
    for (const Word& other : words_[length]) {
      const int limit = EditsForgiven(std::max(word.size(), other.text.size()), /*wide=*/true);
      if (std::popcount(other.letters ^ letters) <= 2 * limit && WordDistance(word, other.text, limit) <= limit) {
        Append(other.ids, touched.numbers, found);
      }
    }
  }
}

// Texts that have the word with a space in it.
void Dependants::AppendParted(const TouchedWord& touched, std::vector<Id>* found) const {
  const std::string_view word = touched.text;
  for (size_t cut = 1; cut < word.size(); ++cut) {
    const Word* const first = FindWord(word.substr(0, cut));
    const Word* const second = first == nullptr ? nullptr : FindWord(word.substr(cut));
    if (second == nullptr) {
      continue;
    }
    const bool first_rarer = first->ids.size() <= second->ids.size();
    std::vector<Id> both((first_rarer ? first : second)->ids);
    std::vector<Id> others((first_rarer ? second : first)->ids);
    std::sort(both.begin(), both.end());
    std::sort(others.begin(), others.end());
    std::erase_if(both, [&](Id id) { return !std::binary_search(others.begin(), others.end(), id); });
    Append(both, touched.numbers, found);
  }
}

std::vector<Dependants::Id> Dependants::Find(const Touched& touched) const {
  std::map<std::string_view, NumberSet> words;
  for (const TouchedWord& word : touched.words) {
    words[word.text] |= word.numbers;
  }
  std::vector<Id> found;
  for (const auto& [text, numbers] : words) {
    const TouchedWord word{std::string(text), numbers};
    AppendNear(word, &found);
    AppendParted(word, &found);
  }
  std::vector<PostcodeCode> postcodes = touched.postcodes;
  std::sort(postcodes.begin(), postcodes.end());
  postcodes.erase(std::unique(postcodes.begin(), postcodes.end()), postcodes.end());
  for (const PostcodeCode code : postcodes) {
    if (const auto ids = postcodes_.find(code); ids != postcodes_.end()) {
      Append(ids->second, kAllNumbers, &found);
    }
  }
  if (!touched.areas.empty()) {
    for (const auto& [code, ids] : postcodes_) {
      if (std::find(touched.areas.begin(), touched.areas.end(), AreaOf(code)) != touched.areas.end()) {
        Append(ids, kAllNumbers, &found);
      }
    }
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

size_t Dependants::memory_bytes() const {
  size_t bytes = numbers_.capacity() * sizeof(NumberSet) + places_.capacity() * (sizeof(std::string) + 5);
  for (const std::vector<Word>& alike : words_) {
    bytes += alike.capacity() * sizeof(Word);
    for (const Word& word : alike) {
      bytes += word.ids.capacity() * sizeof(Id);
    }
  }
  bytes += postcodes_.capacity() * (sizeof(PostcodeCode) + sizeof(std::vector<Id>) + 1);
  for (const auto& [code, ids] : postcodes_) {
    bytes += ids.capacity() * sizeof(Id);
  }
  return bytes;
}

}  // namespace wensum::matching::address::match
