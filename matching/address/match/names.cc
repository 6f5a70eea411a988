#include "matching/address/match/names.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/hash.h"
#include "base/sorted.h"
#include "matching/address/words/vocabulary.h"

namespace wensum::matching::address::match {
namespace {

constexpr size_t kShortestTypoWord = 4;
constexpr size_t kTwoEditWord = 7;
constexpr size_t kTwoEditWordWide = 4;
constexpr size_t kLongestTypoWord = 20;                 // longer words are compared by their first letters
constexpr WordFlags kNoTypos = kUnitWord | kFloorWord;  // never mistaken for a name

// Calls `visit(key)` for the word and what is left of it after one deletion, or two if it is long.
template <typename Visitor>
void ForEachDeletion(std::string_view word, size_t two_from, const Visitor& visit) {
  word = word.substr(0, kLongestTypoWord);
  visit(Hash64(word));
  std::array<char, kLongestTypoWord> once{};
  std::array<char, kLongestTypoWord> twice{};
  for (size_t i = 0; i < word.size(); ++i) {
    std::copy(word.begin(), word.begin() + i, once.begin());
    std::copy(word.begin() + i + 1, word.end(), once.begin() + i);
    const size_t length = word.size() - 1;
    visit(Hash64(std::string_view(once.data(), length)));
    if (word.size() < two_from) {
      continue;
    }
    for (size_t k = i; k < length; ++k) {
      std::copy(once.begin(), once.begin() + k, twice.begin());
      std::copy(once.begin() + k + 1, once.begin() + length, twice.begin() + k);
      visit(Hash64(std::string_view(twice.data(), length - 1)));
    }
  }
}

// Optimal string alignment without a limit on the errors, for words of up to kLongestTypoWord letters.
int AlignmentDistance(std::string_view a, std::string_view b, int limit) {
  if (a.size() > kLongestTypoWord || b.size() > kLongestTypoWord) {
    return limit + 1;
  }
  std::array<std::array<int, kLongestTypoWord + 1>, kLongestTypoWord + 1> cost{};
  for (size_t i = 0; i <= a.size(); ++i) {
    for (size_t k = 0; k <= b.size(); ++k) {
      if (i == 0 || k == 0) {
        cost[i][k] = static_cast<int>(i + k);
        continue;
      }
      cost[i][k] =
          std::min({cost[i - 1][k] + 1, cost[i][k - 1] + 1, cost[i - 1][k - 1] + (a[i - 1] == b[k - 1] ? 0 : 1)});
      if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1]) {
        cost[i][k] = std::min(cost[i][k], cost[i - 2][k - 2] + 1);
      }
    }
  }
  return std::min(cost[a.size()][b.size()], limit + 1);
}

// What a word finds changes when so many names have it after the change.
bool IsLimit(size_t uses, int change) {
  const size_t more = change > 0 ? uses : uses + 1;
  return more == kCommonUses + 1 || more == kMostUses + 1;
}

}  // namespace

int WordDistance(std::string_view a, std::string_view b, int limit) {
  const size_t longer = std::max(a.size(), b.size());
  if (longer - std::min(a.size(), b.size()) > static_cast<size_t>(limit)) {
    return limit + 1;
  }
  constexpr int kMostOfEditDistance = 2;
  return limit <= kMostOfEditDistance ? EditDistance(a, b, false, limit) : AlignmentDistance(a, b, limit);
}

NameTable::NameTable() {
  // In the order of the words, so that ids depend on the lexicon alone.
  std::vector<std::pair<std::string_view, const LexiconWord*>> lexicon;
  ForEachLexiconWord(
      [&lexicon](std::string_view spelling, const LexiconWord& word) { lexicon.emplace_back(spelling, &word); });
  std::sort(lexicon.begin(), lexicon.end());
  for (const auto& [spelling, word] : lexicon) {
    const auto [found, added] = by_text_.try_emplace(std::string(word->canonical), static_cast<WordId>(words_.size()));
    if (added) {
      const LexiconWord* const self = FindLexiconWord(word->canonical);
      words_.push_back({std::string(word->canonical), self->flags, self->argument, 0, 0, 0, {}, {}});
    }
    const WordId id = found->second;
    by_text_.try_emplace(std::string(spelling), id);
  }
}

WordId NameTable::FindWord(std::string_view folded) const {
  const auto found = by_text_.find(folded);
  return found == by_text_.end() ? kNoWord : found->second;
}

WordId NameTable::InternWord(std::string_view folded) {
  const WordId known = FindWord(folded);
  if (known != kNoWord) {
    return known;
  }
  const auto id = static_cast<WordId>(words_.size());
  by_text_.emplace(std::string(folded), id);
  words_.push_back({std::string(folded), 0, 0, 0, 0, 0, {}, {}});
  return id;
}

void NameTable::CountUse(WordInfo& word, int change, Touched* touched) {
  // In steps: of a word that many names hold, one more says nothing new to the many texts that hold it too.
  constexpr uint32_t kExact = 16;
  constexpr float kStep = 0.25F;
  const bool was_known = word.uses > 0;
  word.uses += static_cast<uint32_t>(change);
  const float bits = std::log2(static_cast<float>(std::max<uint32_t>(word.uses, 1)));
  const float rarity = word.uses <= kExact ? -bits : -kStep * std::round(bits / kStep);
  const bool changed = rarity != word.rarity || was_known != (word.uses > 0) || IsLimit(word.uses, change);
  word.rarity = rarity;
  if (touched != nullptr && changed) {
    touched->words.push_back({word.text, kAllNumbers});
  }
}

void NameTable::TouchStreets(const WordInfo& word, int change, Touched* touched) {
  if (touched != nullptr && word.names.size() > kMostUses && IsLimit(word.streets.size(), change)) {
    touched->words.push_back({word.text, kAllNumbers});
  }
}

void NameTable::TouchName(NameId id, NumberSet numbers, Touched* touched) const {
  const NameInfo& name = names_[id];
  bool core = false;
  for (size_t i = 0; i < name.words.size(); ++i) {
    const WordInfo& word = words_[name.words[i]];
    // See Finder::VoteFor; who has a name whole has all of its words.
    const bool finds = word.names.size() <= kMostUses ||
                       (name.uses[static_cast<size_t>(NameRole::kStreet)] > 0 && word.streets.size() <= kMostUses);
    if (name.parts[i] == WordPart::kCore && finds && (word.flags & kStopWord) == 0) {
      touched->words.push_back({word.text, numbers});
      core = true;
    }
    if (i + 1 < name.words.size()) {
      touched->words.push_back({word.text + words_[name.words[i + 1]].text, numbers});
    }
  }
  if (!core && !name.words.empty()) {
    touched->words.push_back({words_[name.words[0]].text, numbers});
  }
}

float NameTable::CoreWeight(NameId id) const {
  const NameInfo& info = names_[id];
  float weight = 0;
  for (size_t i = 0; i < info.words.size(); ++i) {
    weight += info.parts[i] == WordPart::kCore ? Weight(info.words[i]) : 0.0F;
  }
  return weight;
}

bool NameTable::IsCore(NameId id, WordId word) const {
  const NameInfo& info = names_[id];
  for (size_t i = 0; i < info.words.size(); ++i) {
    if (info.words[i] == word && info.parts[i] == WordPart::kCore) {
      return true;
    }
  }
  return false;
}

bool NameTable::TextBefore(NameId a, NameId b) const {
  return std::lexicographical_compare(
      names_[a].words.begin(), names_[a].words.end(), names_[b].words.begin(), names_[b].words.end(),
      [this](WordId left, WordId right) { return left != right && words_[left].text < words_[right].text; });
}

uint64_t NameTable::HashOf(absl::Span<const WordId> words) {
  uint64_t hash = 0x9E3779B97F4A7C15ULL;
  for (const WordId word : words) {
    hash = (hash ^ word) * 0xD6E8FEB86659FD93ULL;
    hash ^= hash >> 32;
  }
  return hash;
}

NameId NameTable::Find(absl::Span<const WordId> words, NameRole role) const {
  const auto found = by_hash_.find(HashOf(words));
  if (found == by_hash_.end()) {
    return kNoName;
  }
  for (const NameId id : found->second) {
    if (names_[id].uses[static_cast<size_t>(role)] > 0 && absl::MakeConstSpan(names_[id].words) == words) {
      return id;
    }
  }
  return kNoName;
}

NameId NameTable::Add(absl::Span<const WordId> words, NameRole role, Touched* touched) {
  auto& bucket = by_hash_[HashOf(words)];
  NameId id = kNoName;
  for (const NameId candidate : bucket) {
    if (absl::MakeConstSpan(names_[candidate].words) == words) {
      id = candidate;
    }
  }
  if (id == kNoName) {
    if (free_names_.empty()) {
      id = static_cast<NameId>(names_.size());
      names_.emplace_back();
    } else {
      id = free_names_.back();
      free_names_.pop_back();
    }
    names_[id].words.assign(words.begin(), words.end());
    SetParts(names_[id]);
    bucket.push_back(id);
  }
  NameInfo& name = names_[id];
  const bool was_live = name.live();
  const uint32_t uses = ++name.uses[static_cast<size_t>(role)];
  if (!was_live && name.live()) {
    Link(id, touched);
  }
  if (uses == 1 && role == NameRole::kPlace) {
    for (const WordId word : name.words) {
      ++words_[word].place_uses;
    }
  }
  if (uses == 1 && role == NameRole::kStreet) {
    for (const WordId word : name.words) {
      InsertSorted(id, words_[word].streets);
      TouchStreets(words_[word], 1, touched);
    }
  }
  TouchUses(id, role, uses, touched);
  return id;
}

// `uses` is the greater of the numbers before and after.
void NameTable::TouchUses(NameId id, NameRole role, uint32_t uses, Touched* touched) const {
  if (touched == nullptr || (uses != 1 && (role != NameRole::kPlace || uses != kListedAnyway + 1))) {
    return;
  }
  if (role != NameRole::kPlace) {
    TouchName(id, kAllNumbers, touched);
    return;
  }
  for (const WordId word : names_[id].words) {
    touched->words.push_back({words_[word].text, kAllNumbers});
  }
}

void NameTable::Remove(NameId id, NameRole role, Touched* touched) {
  NameInfo& name = names_[id];
  const bool was_live = name.live();
  TouchUses(id, role, name.uses[static_cast<size_t>(role)], touched);
  --name.uses[static_cast<size_t>(role)];
  if (role == NameRole::kStreet && name.uses[static_cast<size_t>(role)] == 0) {
    for (const WordId word : name.words) {
      EraseSorted(id, words_[word].streets);
      TouchStreets(words_[word], -1, touched);
    }
  }
  if (was_live && !name.live()) {
    Unlink(id, touched);
  }
  if (role == NameRole::kPlace && name.uses[static_cast<size_t>(role)] == 0) {
    for (const WordId word : name.words) {
      --words_[word].place_uses;
    }
  }
  if (!name.live() && name.uses[static_cast<size_t>(NameRole::kPlace)] == 0) {
    const auto bucket = by_hash_.find(HashOf(name.words));
    bucket->second.erase(std::find(bucket->second.begin(), bucket->second.end(), id));
    if (bucket->second.empty()) {
      by_hash_.erase(bucket);
    }
    name = {};
    free_names_.push_back(id);
  }
}

void NameTable::SetParts(NameInfo& name) const {
  const size_t count = name.words.size();
  name.parts.assign(count, WordPart::kCore);
  const auto flags = [&](size_t i) { return words_[name.words[i]].flags; };
  // The type is the last word, or the one before a direction that ends the name (ALDBOROUGH ROAD SOUTH).
  size_t last = count;
  while (last > 1 && (flags(last - 1) & kDirectionWord) != 0 && last == count) {
    name.parts[--last] = WordPart::kDirection;
  }
  if (last > 1 && (flags(last - 1) & kTypeWord) != 0) {
    name.parts[last - 1] = WordPart::kType;
  } else if (last < count && (flags(last - 1) & kTypeWord) == 0) {
    name.parts[last] = WordPart::kCore;  // "THE SOUTH" has no type before its last word
  }
  for (size_t i = 0; i + 1 < count; ++i) {
    if (name.parts[i] == WordPart::kCore) {
      if ((flags(i) & kStopWord) != 0) {
        name.parts[i] = WordPart::kStop;
      } else if ((flags(i) & kDirectionWord) != 0 && i == 0 && count > 2) {
        name.parts[i] = WordPart::kDirection;
      }
    }
  }
  name.core_words = false;
  for (size_t i = 0; i < count; ++i) {
    name.core_words |= name.parts[i] == WordPart::kCore && (flags(i) & (kStreetType | kStopWord)) == 0;
  }
  // A name must have something to be known by.
  if (std::find(name.parts.begin(), name.parts.end(), WordPart::kCore) == name.parts.end()) {
    const auto direction = std::find(name.parts.begin(), name.parts.end(), WordPart::kDirection);
    const auto type = std::find(name.parts.begin(), name.parts.end(), WordPart::kType);
    *(direction != name.parts.end() ? direction
      : type != name.parts.end()    ? type
                                    : name.parts.end() - 1) = WordPart::kCore;
  }
}

void NameTable::Link(NameId id, Touched* touched) {
  const NameInfo& name = names_[id];
  for (size_t i = 0; i < name.words.size(); ++i) {
    const WordId word = name.words[i];
    WordInfo& info = words_[word];
    CountUse(info, 1, touched);
    if (info.uses == 1) {
      AddTypos(word);
    }
    InsertSorted(id, info.names);
    if (i + 1 < name.words.size() && ++adjacent_[Pair(word, name.words[i + 1])] == 1) {
      const std::string joined = info.text + words_[name.words[i + 1]].text;
      joined_[Hash64(joined)].emplace_back(word, name.words[i + 1]);
    }
  }
}

void NameTable::Unlink(NameId id, Touched* touched) {
  const NameInfo& name = names_[id];
  for (size_t i = 0; i < name.words.size(); ++i) {
    const WordId word = name.words[i];
    WordInfo& info = words_[word];
    CountUse(info, -1, touched);
    if (info.uses == 0) {
      DropTypos(word);
    }
    EraseSorted(id, info.names);
    if (i + 1 == name.words.size()) {
      continue;
    }
    const auto pair = adjacent_.find(Pair(word, name.words[i + 1]));
    if (--pair->second == 0) {
      adjacent_.erase(pair);
      const auto joined = joined_.find(Hash64(info.text + words_[name.words[i + 1]].text));
      auto& pairs = joined->second;
      pairs.erase(std::find(pairs.begin(), pairs.end(), std::pair(word, name.words[i + 1])));
      if (pairs.empty()) {
        joined_.erase(joined);
      }
    }
  }
}

void NameTable::AddTypos(WordId id) {
  const WordInfo& word = words_[id];
  if (word.text.size() < kShortestTypoWord || (word.flags & kNoTypos) != 0) {
    return;
  }
  ForEachDeletion(word.text, kTwoEditWordWide, [&](uint64_t key) {
    auto& list = typos_[key];
    if (std::find(list.begin(), list.end(), id) == list.end()) {
      list.push_back(id);
    }
  });
}

void NameTable::DropTypos(WordId id) {
  const WordInfo& word = words_[id];
  if (word.text.size() < kShortestTypoWord || (word.flags & kNoTypos) != 0) {
    return;
  }
  ForEachDeletion(word.text, kTwoEditWordWide, [&](uint64_t key) {
    const auto list = typos_.find(key);
    if (list == typos_.end()) {
      return;
    }
    const auto place = std::find(list->second.begin(), list->second.end(), id);
    if (place != list->second.end()) {
      list->second.erase(place);
    }
    if (list->second.empty()) {
      typos_.erase(list);
    }
  });
}

bool NameTable::SplitJoined(std::string_view joined, std::pair<WordId, WordId>* pair) const {
  const auto found = joined_.find(Hash64(joined));
  if (found == joined_.end()) {
    return false;
  }
  // Of several, the one whose first word is alphabetically first.
  const auto best = std::min_element(found->second.begin(), found->second.end(), [this](const auto& a, const auto& b) {
    return words_[a.first].text < words_[b.first].text;
  });
  if (words_[best->first].text + words_[best->second].text != joined) {
    return false;
  }
  *pair = *best;
  return true;
}

absl::InlinedVector<NameTable::NearWord, NameTable::kMostNearWords> NameTable::FindNear(std::string_view typed,
                                                                                        bool wide) const {
  absl::InlinedVector<NearWord, kMostNearWords> near;
  if (typed.size() < kShortestTypoWord - 1) {
    return near;
  }
  absl::InlinedVector<WordId, 32> seen;
  ForEachDeletion(typed, (wide ? kTwoEditWordWide : kTwoEditWord) - 1, [&](uint64_t key) {
    const auto list = typos_.find(key);
    if (list != typos_.end()) {
      seen.insert(seen.end(), list->second.begin(), list->second.end());
    }
  });
  std::sort(seen.begin(), seen.end());
  seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
  for (const WordId id : seen) {
    const int limit = EditsForgiven(std::max(typed.size(), words_[id].text.size()), wide);
    const int edits = WordDistance(typed, words_[id].text, limit);
    if (edits <= limit) {
      near.push_back({id, edits});
    }
  }
  std::sort(near.begin(), near.end(), [this](const NearWord& a, const NearWord& b) {
    return a.edits != b.edits ? a.edits < b.edits : words_[a.word].text < words_[b.word].text;
  });
  if (near.size() > kMostNearWords) {
    near.resize(kMostNearWords);
  }
  return near;
}

std::string NameTable::TextOf(NameId id) const {
  std::string text;
  for (const WordId word : names_[id].words) {
    if (!text.empty()) {
      text.push_back(' ');
    }
    text.append(words_[word].text);
  }
  return text;
}

size_t NameTable::memory_bytes() const {
  size_t bytes = words_.capacity() * sizeof(WordInfo) + names_.capacity() * sizeof(NameInfo);
  bytes += by_text_.capacity() * (sizeof(std::string) + sizeof(WordId) + 1);
  bytes += by_hash_.capacity() * 33 + adjacent_.capacity() * 13 + joined_.capacity() * 33 + typos_.capacity() * 33;
  for (const NameInfo& name : names_) {
    bytes += name.postings.capacity() * sizeof(NumberPosting);
  }
  for (const WordInfo& word : words_) {
    bytes += word.names.capacity() * sizeof(NameId);
  }
  return bytes;
}

}  // namespace wensum::matching::address::match
