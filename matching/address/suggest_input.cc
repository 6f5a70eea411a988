#include "matching/address/suggest_input.h"

#include "base/strings.h"
#include "matching/address/address_catalogue.h"
#include "matching/address/words/address_text.h"
#include "model/postcode.h"

namespace wensum::matching::address {
namespace {

// One or two letters, a digit, and no more than a postcode holds.
bool LooksLikePostcode(std::string_view folded) {
  std::string compact;
  for (const char c : folded) {
    if (IsUpper(c) || IsDigit(c)) {
      compact.push_back(c);
    } else if (c != ' ') {
      return false;
    }
  }
  size_t letters = 0;
  while (letters < compact.size() && IsUpper(compact[letters])) {
    ++letters;
  }
  if (letters < 1 || letters > 2 || letters == compact.size() || compact.size() > 7) {
    return false;
  }
  // After the district come a digit and two letters: longer words of letters are no postcode.
  size_t run = 0;
  for (size_t i = letters; i < compact.size(); ++i) {
    run = IsUpper(compact[i]) ? run + 1 : 0;
    if (run > 2) {
      return false;
    }
  }
  return true;
}

}  // namespace

TypedInput ReadTyped(std::string_view input) {
  TypedInput typed;
  std::string folded = FoldAddress(input.substr(0, TypedInput::kMaxBytes));
  if (LooksLikePostcode(folded)) {
    typed.partial_postcode = std::move(folded);
    return typed;
  }
  if (const auto found = model::FindPostcode(folded); found.has_value()) {
    typed.postcode = PackPostcode(found->postcode.ToString());
    folded.replace(found->begin, found->end - found->begin, " , ");
  }
  size_t begin = folded.size();
  while (begin > 0 && (IsUpper(folded[begin - 1]) || IsDigit(folded[begin - 1]))) {
    --begin;
  }
  const std::string_view last = std::string_view(folded).substr(begin);
  const bool last_is_word = !last.empty() && !IsDigit(last[0]);
  const TokenList list(last_is_word ? std::string_view(folded).substr(0, begin) : std::string_view(folded));
  const Evidence evidence = ReadEvidence(list);
  typed.unit = evidence.unit;
  for (const NumberMention& number : evidence.numbers) {
    typed.numbers.push_back(number.span);
  }
  for (const WordMention& word : evidence.words) {
    typed.words.push_back({std::string(list.tokens()[word.position].word), ""});
  }
  if (last_is_word) {
    typed.words.push_back({std::string(CanonicalWord(last)), std::string(last)});
  }
  return typed;
}

}  // namespace wensum::matching::address
