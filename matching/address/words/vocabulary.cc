#include "matching/address/words/vocabulary.h"

#include <algorithm>
#include <array>

namespace wensum::matching::address {
namespace {

constexpr size_t kLongestTyped = 32;  // longer words are compared by their beginning alone
constexpr int kFar = 3;               // more edits than are ever forgiven

// The rows of the edit distance matrix along one word, one for each of its letters, so that words with a common
// beginning share their rows.
class DistanceRows {
 public:
  static constexpr size_t kDepth = kLongestTyped + kFar;  // a word's letters beyond cannot come nearer

  DistanceRows(std::string_view typed, int limit) : typed_(typed.substr(0, kLongestTyped)), limit_(limit) {
    for (size_t j = 0; j <= typed_.size(); ++j) {
      rows_[0].cells[j] = static_cast<uint8_t>(std::min<size_t>(j, kFar));
    }
    rows_[0].best_prefix = rows_[0].cells[typed_.size()];
  }

  // Computes row `depth` for word[depth - 1]; the rows before it must be those of the same word. False if no longer
  // word that begins so can be within the limit.
  bool Extend(std::string_view word, size_t depth) {
    const Row& last = rows_[depth - 1];
    Row& row = rows_[depth];
    const char letter = word[depth - 1];
    // Cells farther than the limit from the diagonal are above it.
    const size_t low = depth > static_cast<size_t>(limit_) ? depth - static_cast<size_t>(limit_) : 0;
    const size_t high = std::min(typed_.size(), depth + static_cast<size_t>(limit_));
    std::fill_n(row.cells.begin(), typed_.size() + 1, static_cast<uint8_t>(kFar));
    row.least = kFar;
    for (size_t j = low; j <= high; ++j) {
      int cell = last.cells[j] + 1;
      if (j > 0) {
        cell = std::min({cell, row.cells[j - 1] + 1, last.cells[j - 1] + (typed_[j - 1] == letter ? 0 : 1)});
        if (j > 1 && depth > 1 && typed_[j - 1] == word[depth - 2] && typed_[j - 2] == letter) {
          cell = std::min(cell, rows_[depth - 2].cells[j - 2] + 1);
        }
      } else {
        cell = std::min<int>(cell, static_cast<int>(std::min<size_t>(depth, kFar)));
      }
      row.cells[j] = static_cast<uint8_t>(std::min(cell, kFar));
      row.least = std::min(row.least, static_cast<int>(row.cells[j]));
    }
    row.best_prefix = std::min(last.best_prefix, static_cast<int>(row.cells[typed_.size()]));
    // A swap reaches over one row.
    return row.least <= limit_ || last.least < limit_;
  }

  // Of the word that ends at `depth`.
  [[nodiscard]] int Distance(size_t depth, bool prefix) const {
    const int distance = prefix ? rows_[depth].best_prefix : rows_[depth].cells[typed_.size()];
    return distance > limit_ ? limit_ + 1 : distance;
  }

 private:
  struct Row {
    std::array<uint8_t, kLongestTyped + 1> cells{};
    int least = 0;
    int best_prefix = kFar;
  };

  const std::string_view typed_;
  const int limit_;
  std::array<Row, kDepth + 1> rows_;
};

size_t CommonPrefix(std::string_view a, std::string_view b) {
  return static_cast<size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
}

// The least text above every text that begins with `prefix`; empty if there is none.
std::string After(std::string_view prefix) {
  std::string next(prefix);
  while (!next.empty() && next.back() == '\xff') {
    next.pop_back();
  }
  if (!next.empty()) {
    ++next.back();
  }
  return next;
}

}  // namespace

int EditsAllowed(size_t letters) { return letters < 4 ? 0 : letters < 8 ? 1 : 2; }

int EditDistance(std::string_view typed, std::string_view word, bool prefix, int limit) {
  if (typed.size() > kLongestTyped) {
    return typed == word ? 0 : limit + 1;
  }
  DistanceRows rows(typed, limit);
  const size_t depth = std::min(word.size(), DistanceRows::kDepth);
  for (size_t i = 1; i <= depth; ++i) {
    if (!rows.Extend(word, i)) {
      return prefix ? rows.Distance(i, true) : limit + 1;
    }
  }
  return depth < word.size() && !prefix ? limit + 1 : rows.Distance(depth, prefix);
}

void Vocabulary::Add(const std::string& word, Use use) {
  Uses& uses = words_[word];
  const auto at = std::lower_bound(uses.begin(), uses.end(), use);
  if (at == uses.end() || *at != use) {
    uses.insert(at, use);
  }
}

void Vocabulary::Remove(const std::string& word, Use use) {
  const auto found = words_.find(word);
  if (found == words_.end()) {
    return;
  }
  Uses& uses = found->second;
  if (const auto at = std::lower_bound(uses.begin(), uses.end(), use); at != uses.end() && *at == use) {
    uses.erase(at);
  }
  if (uses.empty()) {
    words_.erase(found);
  }
}

size_t Vocabulary::memory_bytes() const {
  size_t bytes = 0;
  for (const auto& [word, uses] : words_) {
    bytes += sizeof(word) + sizeof(uses) + (word.capacity() > 15 ? word.capacity() : 0) + uses.capacity() * sizeof(Use);
  }
  return bytes;
}

void Vocabulary::VisitWord(const std::string& word, Visitor visit) const {
  if (const auto found = words_.find(word); found != words_.end()) {
    visit(found->first, found->second);
  }
}

void Vocabulary::VisitPrefix(std::string_view prefix, Visitor visit) const {
  for (auto it = words_.lower_bound(prefix); it != words_.end() && it->first.starts_with(prefix); ++it) {
    if (!visit(it->first, it->second)) {
      return;
    }
  }
}

void Vocabulary::VisitNear(std::string_view typed, bool prefix, int limit, NearVisitor visit) const {
  if (typed.size() > kLongestTyped) {
    return;
  }
  DistanceRows rows(typed, limit);
  std::string_view last;
  size_t known = 0;  // rows that stand for `last`
  size_t steps = 0;
  auto it = words_.begin();
  while (it != words_.end() && steps < kNearSteps) {
    const std::string_view word = it->first;
    const size_t depth = std::min(word.size(), DistanceRows::kDepth);
    size_t at = std::min(CommonPrefix(word, last), known);
    bool alive = true;
    for (; at < depth && alive; ++at, ++steps) {
      alive = rows.Extend(word, at + 1);
    }
    known = at;
    last = word;
    const int distance = (alive && depth == word.size()) || prefix ? rows.Distance(at, prefix) : limit + 1;
    if (distance <= limit) {
      visit(it->first, it->second, distance);
    }
    if (alive || (prefix && distance <= limit)) {
      ++it;
    } else {
      // Nothing that begins so is near.
      const std::string next = After(word.substr(0, at));
      it = next.empty() ? words_.end() : words_.lower_bound(next);
    }
    ++steps;
  }
}

}  // namespace wensum::matching::address
