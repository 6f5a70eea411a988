#include "sample/noise.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/strings.h"

namespace wensum::sample {
namespace {

// The letter's neighbours on a keyboard.
char NeighbourKey(Random& random, char c) {
  static constexpr std::string_view kRows[] = {"qwertyuiop", "asdfghjkl", "zxcvbnm"};
  const bool upper = IsUpper(c);
  const char lower = upper ? static_cast<char>(c - 'A' + 'a') : c;
  for (const std::string_view row : kRows) {
    const size_t at = row.find(lower);
    if (at == std::string_view::npos) continue;
    const size_t next = at == 0 ? 1 : at + 1 == row.size() ? at - 1 : random.Chance(0.5) ? at - 1 : at + 1;
    return upper ? static_cast<char>(row[next] - 'a' + 'A') : row[next];
  }
  return c;
}

bool ReplaceSound(Random& random, std::string& word) {
  static constexpr std::pair<std::string_view, std::string_view> kSounds[] = {
      {"ph", "f"}, {"ck", "k"}, {"ie", "ei"}, {"ei", "ie"}, {"ll", "l"},    {"nn", "n"},  {"tt", "t"},
      {"ss", "s"}, {"y", "i"},  {"c", "k"},   {"ea", "ee"}, {"son", "sen"}, {"er", "ar"}, {"s", "z"}};
  std::vector<std::pair<size_t, size_t>> found;  // position, rule
  for (size_t rule = 0; rule < std::size(kSounds); ++rule) {
    const size_t at = word.find(kSounds[rule].first, 1);
    if (at != std::string::npos) found.emplace_back(at, rule);
  }
  if (found.empty()) return false;
  const auto [at, rule] = found[random.Below(found.size())];
  word.replace(at, kSounds[rule].first.size(), kSounds[rule].second);
  return true;
}

bool ValidDay(Civil date) { return CivilOf(DayOf(date.year, date.month, date.day)).day == date.day; }

}  // namespace

std::string Misspelt(Random& random, std::string_view word) {
  std::vector<size_t> letters;  // ASCII letters, the first one seldom wrong
  for (size_t i = 0; i < word.size(); ++i) {
    if (IsLetter(word[i]) && (i > 0 || word.size() < 3 || random.Chance(0.1))) letters.push_back(i);
  }
  if (letters.empty()) return Cat(word, "e");
  std::string wrong(word);
  const size_t at = letters[random.Below(letters.size())];
  switch (random.Below(5)) {
    case 0:  // exchange
      if (at + 1 < wrong.size() && IsLetter(wrong[at + 1]) && at > 0) std::swap(wrong[at], wrong[at + 1]);
      break;
    case 1:  // leave out
      if (wrong.size() > 3) wrong.erase(at, 1);
      break;
    case 2:
      wrong.insert(at, 1, wrong[at]);
      break;  // double
    case 3:
      ReplaceSound(random, wrong);
      break;
    default:
      wrong[at] = NeighbourKey(random, wrong[at]);
  }
  if (wrong == word) wrong[at] = NeighbourKey(random, wrong[at]);
  return wrong;
}

Civil MistakenDate(Random& random, Civil date) {
  const uint64_t draw = random.Below(20);
  Civil wrong = date;
  if (draw == 0) return {date.year, 2, 31};
  if (draw < 7 && date.day <= 12 && date.day != date.month) {
    std::swap(wrong.day, wrong.month);
    return wrong;
  }
  if (draw < 11) {
    wrong.year += random.Chance(0.5) ? 1 : -1;
  } else if (draw < 14) {
    wrong.year -= 10;
  } else if (draw < 17) {
    wrong.month = wrong.month == 12 ? 11 : wrong.month + 1;
  } else {
    wrong.day = wrong.day > 10 && random.Chance(0.4) ? wrong.day - 10 : wrong.day + (wrong.day < 28 ? 1 : -1);
  }
  if (wrong.day > 28 && !ValidDay(wrong)) wrong.day = 28;
  return wrong;
}

Civil DummyDate(Random& random) { return {random.Chance(0.8) ? 1900 : 1901, 1, 1}; }

}  // namespace wensum::sample
