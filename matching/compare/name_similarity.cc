#include "matching/compare/name_similarity.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <utility>

#include "matching/compare/edit_distance.h"
#include "matching/compare/jaro_winkler.h"
#include "matching/text/nicknames.h"

namespace wensum::matching {
namespace {

constexpr double kSimilar = 0.88;
constexpr size_t kSimilarLength = 3;
constexpr size_t kTypoLength = 4;
constexpr int kPointsOfWord = 1000;
constexpr int kLeftOverShare = 6;

bool IsInitial(std::string_view letter, std::string_view word, NameKind kind) {
  return letter.size() == 1 &&
         (letter[0] == word[0] || (kind == NameKind::kForename && IsInitialOfFullForm(letter[0], word)));
}

struct Words {
  explicit Words(std::string_view folded) {
    while (!folded.empty() && count < kMaxNameWords) {
      const size_t end = std::min(folded.find(' '), folded.size());
      if (end > 0) words[count++] = folded.substr(0, end);
      folded.remove_prefix(std::min(end + 1, folded.size()));
    }
  }
  std::array<std::string_view, kMaxNameWords> words;
  size_t count = 0;
};

// The most points that an assignment of all words of `few` to different words of `many` gets.
int BestAssignment(const Words& few, const Words& many, NameKind kind) {
  if (few.count == 1 && many.count == 1) return FitPoints(FitWords(few.words[0], many.words[0], kind));
  constexpr int kImpossible = -1;
  std::array<int, size_t{1} << kMaxNameWords> best;  // by the set of words of `many` that are taken
  const auto sets = uint32_t{1} << many.count;
  std::fill_n(best.begin(), sets, kImpossible);
  best[0] = 0;
  for (size_t i = 0; i < few.count; ++i) {
    std::array<int, kMaxNameWords> points{};
    for (size_t j = 0; j < many.count; ++j) points[j] = FitPoints(FitWords(few.words[i], many.words[j], kind));
    for (uint32_t taken = sets; taken-- > 0;) {  // from larger sets to smaller: each word of `few` is given once
      if (static_cast<size_t>(std::popcount(taken)) != i || best[taken] == kImpossible) continue;
      for (size_t j = 0; j < many.count; ++j) {
        const uint32_t with = taken | uint32_t{1} << j;
        if (with != taken) best[with] = std::max(best[with], best[taken] + points[j]);
      }
    }
  }
  return *std::max_element(best.begin(), best.begin() + sets);
}

}  // namespace

WordFit FitWords(std::string_view a, std::string_view b, NameKind kind) {
  if (a.empty() || b.empty()) return WordFit::kNone;
  if (a == b) return WordFit::kSame;
  const size_t shorter = std::min(a.size(), b.size());
  if (shorter == 1) return IsInitial(a, b, kind) || IsInitial(b, a, kind) ? WordFit::kInitial : WordFit::kNone;
  if (kind == NameKind::kForename && AreNicknames(a, b)) return WordFit::kNickname;
  if (shorter >= kTypoLength && OsaDistance(a, b, 1) <= 1) return WordFit::kTypo;
  return shorter >= kSimilarLength && JaroWinkler(a, b, kSimilar) >= kSimilar ? WordFit::kSimilar : WordFit::kNone;
}

int FitPoints(WordFit fit) {
  constexpr std::array<int, kWordFits> kPoints = {0, 700, 750, 900, 900, kPointsOfWord};
  return kPoints[static_cast<size_t>(fit)];
}

double NameSimilarity(std::string_view folded_a, std::string_view folded_b, NameKind kind) {
  Words few(folded_a);
  Words many(folded_b);
  if (few.count > many.count) std::swap(few, many);
  if (few.count == 0) return 0;
  const int points = BestAssignment(few, many, kind) * kLeftOverShare;
  const auto words = static_cast<int>(few.count) * kLeftOverShare + static_cast<int>(many.count - few.count);
  return static_cast<double>(points) / (kPointsOfWord * words);
}

}  // namespace wensum::matching
