// Similarity of two names as sets of words, whatever their order: for lists that people read and for names of several
// words. Comparison levels of linkage models are in score/pair_levels.h.
#ifndef WENSUM_MATCHING_COMPARE_NAME_SIMILARITY_H_
#define WENSUM_MATCHING_COMPARE_NAME_SIMILARITY_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace wensum::matching {

enum class NameKind : uint8_t {
  kForename,  // nicknames count, and the initial of a nickname's full form: W for BILL
  kSurname,
};

// How well two words agree, best last.
enum class WordFit : uint8_t {
  kNone,
  kInitial,  // one is the first letter of the other
  kSimilar,  // Jaro-Winkler 0.88, both of three letters or more
  kTypo,     // one edit apart (optimal string alignment), both of four letters or more
  kNickname,
  kSame,
};
inline constexpr int kWordFits = 6;

// Words are folded, without spaces (text/fold.h). Symmetric. kNone if either is empty.
[[nodiscard]] WordFit FitWords(std::string_view a, std::string_view b, NameKind kind);

// What a pair of words adds, in thousandths.
[[nodiscard]] int FitPoints(WordFit fit);

// Words of a name beyond this many are not looked at.
inline constexpr size_t kMaxNameWords = 8;

// 0 to 1 for two folded names: the best assignment of the words of the shorter name to different words of the longer
// one, by points, out of the points of equal words; each word of the longer name that is left over counts as a sixth of
// a word that does not agree, so that middle names may be missing. 0 if a name is empty. Symmetric, exactly.
// "J R SMITH" and "SMITH JOHN ROBERT" are 0.8 alike.
[[nodiscard]] double NameSimilarity(std::string_view folded_a, std::string_view folded_b, NameKind kind);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_COMPARE_NAME_SIMILARITY_H_
