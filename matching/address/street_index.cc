#include "matching/address/street_index.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/strings.h"
#include "matching/address/words/address_text.h"

namespace wensum::matching::address {
namespace {

constexpr char kEnd = '\x1f';  // below every letter
constexpr size_t kMaxTyped = 200;

// The fewest errors with which one of the words fits; -1 if none does.
int BestEdits(const TypedWord& typed, const std::vector<std::string>& words, bool fuzzy) {
  int best = -1;
  for (const std::string& word : words) {
    const int edits = WordEdits(typed, word, fuzzy);
    if (edits >= 0 && (best < 0 || edits < best)) {
      best = edits;
    }
  }
  return best;
}

// Adds the errors of all typed words to `*edits`; false if one of them fits none of the words.
bool AllFit(const std::vector<TypedWord>& typed, const std::vector<std::string>& words, bool fuzzy, int* edits) {
  for (const TypedWord& word : typed) {
    const int best = BestEdits(word, words, fuzzy);
    if (best < 0) {
      return false;
    }
    *edits += best;
  }
  return true;
}

}  // namespace

StreetIndex::Words StreetIndex::WordsOf(std::string_view text) {
  const std::string folded = FoldAddress(text);
  Words words;
  size_t begin = 0;
  for (size_t i = 0; i <= folded.size(); ++i) {
    if (i < folded.size() && (IsUpper(folded[i]) || IsDigit(folded[i]))) {
      continue;
    }
    if (i > begin) {
      words.emplace_back(CanonicalWord(std::string_view(folded).substr(begin, i - begin)));
    }
    begin = i + 1;
  }
  return words;
}

std::vector<TypedWord> StreetIndex::TypedWords(std::string_view text) {
  const std::string folded = FoldAddress(text.substr(0, kMaxTyped));
  size_t begin = folded.size();
  while (begin > 0 && (IsUpper(folded[begin - 1]) || IsDigit(folded[begin - 1]))) {
    --begin;
  }
  std::vector<TypedWord> typed;
  for (std::string& word : WordsOf(folded.substr(0, begin))) {
    typed.push_back({std::move(word), ""});
  }
  if (const std::string last = folded.substr(begin); !last.empty()) {
    typed.push_back({std::string(CanonicalWord(last)), last});
  }
  return typed;
}

std::string StreetIndex::KeyOf(const Entry& entry) {
  const std::string usrn = Cat(entry.usrn);
  return Cat(Join(entry.description, " "), kEnd, entry.name.locality, kEnd, entry.name.town, kEnd,
             std::string(8 - std::min<size_t>(usrn.size(), 8), '0'), usrn, kEnd, entry.name.language);
}

void StreetIndex::Upsert(const IndexedStreet& street) {
  Remove(street.usrn);
  for (const StreetName& name : street.names) {
    if (free_.empty()) {
      free_.push_back(static_cast<uint32_t>(entries_.size()));
      entries_.emplace_back();
    }
    const uint32_t id = free_.back();
    free_.pop_back();
    entries_[id] = {.usrn = street.usrn,
                    .closed = street.closed,
                    .name = name,
                    .description = WordsOf(name.description),
                    .locality = WordsOf(name.locality),
                    .town = WordsOf(name.town)};
    for (const Words* const words : {&entries_[id].description, &entries_[id].locality, &entries_[id].town}) {
      for (const std::string& word : *words) {
        vocabulary_.Add(word, id);
      }
    }
    in_order_.insert_or_assign(KeyOf(entries_[id]), id);
    by_usrn_[street.usrn].push_back(id);
  }
}

void StreetIndex::Remove(uint32_t usrn) {
  const auto found = by_usrn_.find(usrn);
  if (found == by_usrn_.end()) {
    return;
  }
  for (const uint32_t id : found->second) {
    for (const Words* const words : {&entries_[id].description, &entries_[id].locality, &entries_[id].town}) {
      for (const std::string& word : *words) {
        vocabulary_.Remove(word, id);
      }
    }
    in_order_.erase(KeyOf(entries_[id]));
    entries_[id] = {};
    free_.push_back(id);
  }
  by_usrn_.erase(found);
}

std::vector<StreetHit> StreetIndex::Search(const StreetQuery& query) const {
  const Typed typed{TypedWords(query.text), TypedWords(query.locality), TypedWords(query.town)};
  if (typed.text.empty() && typed.locality.empty() && typed.town.empty()) {
    return {};
  }
  std::vector<Rank> ranks = Find(typed, query.closed, /*fuzzy=*/false);
  if (ranks.empty()) {
    ranks = Find(typed, query.closed, /*fuzzy=*/true);
  }
  std::vector<std::string> keys(ranks.size());
  std::vector<size_t> order(ranks.size());
  for (size_t i = 0; i < ranks.size(); ++i) {
    keys[i] = KeyOf(entries_[ranks[i].entry]);
    order[i] = i;
  }
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return std::tie(ranks[a].edits, ranks[a].later, keys[a]) < std::tie(ranks[b].edits, ranks[b].later, keys[b]);
  });
  std::vector<StreetHit> hits;
  absl::flat_hash_set<uint32_t> seen;
  for (size_t i = 0; i < order.size() && hits.size() < query.limit; ++i) {
    const Entry& entry = entries_[ranks[order[i]].entry];
    if (seen.insert(entry.usrn).second) {
      hits.push_back({entry.usrn, entry.name});
    }
  }
  return hits;
}

std::vector<StreetIndex::Rank> StreetIndex::Find(const Typed& typed, bool closed, bool fuzzy) const {
  std::vector<Rank> ranks;
  for (const uint32_t id : Candidates(typed, fuzzy)) {
    const Entry& entry = entries_[id];
    if (entry.closed && !closed) {
      continue;
    }
    if (std::optional<Rank> rank = Fit(entry, typed, fuzzy)) {
      rank->entry = id;
      ranks.push_back(*rank);
    }
  }
  return ranks;
}

// The names of the rarest word; if all words are too frequent, those that begin with the first one.
absl::flat_hash_set<uint32_t> StreetIndex::Candidates(const Typed& typed, bool fuzzy) const {
  constexpr size_t kHalf = kMaxNames / 2;
  std::vector<const TypedWord*> words;
  for (const std::vector<TypedWord>* const part : {&typed.text, &typed.locality, &typed.town}) {
    for (const TypedWord& word : *part) {
      words.push_back(&word);
    }
  }
  if (constexpr size_t kWalks = 2; fuzzy && words.size() > kWalks) {
    // A walk over the vocabulary for each word would take too long: the longest ones are rare mostly.
    std::sort(words.begin(), words.end(), [](const TypedWord* a, const TypedWord* b) {
      return a->word.size() != b->word.size() ? a->word.size() > b->word.size() : a->word < b->word;
    });
    words.resize(kWalks);
  }
  absl::flat_hash_set<uint32_t> candidates;
  std::optional<std::vector<Vocabulary::Use>> rarest;
  for (const TypedWord* const word : words) {
    auto uses = UsesOf(vocabulary_, *word, fuzzy, kHalf);
    if (uses.has_value() && (!rarest.has_value() || uses->size() < rarest->size())) {
      rarest = std::move(uses);
    }
  }
  if (rarest.has_value()) {
    candidates.insert(rarest->begin(), rarest->end());
  }
  if (rarest.has_value() || typed.text.empty()) {
    return candidates;
  }
  const TypedWord& first = typed.text.front();
  std::vector<std::string> starts = SpelledShorter(first);
  starts.insert(starts.end(), {first.unfinished, first.word});
  for (const std::string& start : starts) {
    size_t left = kHalf;
    for (auto it = in_order_.lower_bound(start);
         !start.empty() && it != in_order_.end() && it->first.starts_with(start) && left > 0; ++it, --left) {
      candidates.insert(it->second);
    }
  }
  return candidates;
}

std::optional<StreetIndex::Rank> StreetIndex::Fit(const Entry& entry, const Typed& typed, bool fuzzy) {
  Rank rank;
  for (size_t i = 0; i < typed.text.size(); ++i) {
    int best = -1;
    for (const Words* const words : {&entry.description, &entry.locality, &entry.town}) {
      const int edits = BestEdits(typed.text[i], *words, fuzzy);
      best = edits >= 0 && (best < 0 || edits < best) ? edits : best;
    }
    if (best < 0) {
      return std::nullopt;
    }
    rank.edits += best;
    if (i < entry.description.size() && WordEdits(typed.text[i], entry.description[i], fuzzy) < 0) {
      rank.later = 1;
    }
  }
  if (!AllFit(typed.locality, entry.locality, fuzzy, &rank.edits) ||
      !AllFit(typed.town, entry.town, fuzzy, &rank.edits)) {
    return std::nullopt;
  }
  return rank;
}

size_t StreetIndex::memory_bytes() const {
  size_t bytes = entries_.capacity() * sizeof(Entry) + vocabulary_.memory_bytes();
  const auto text_bytes = [](const std::string& text) { return text.capacity() > 15 ? text.capacity() + 1 : 0; };
  for (const Entry& entry : entries_) {
    for (const Words* const words : {&entry.description, &entry.locality, &entry.town}) {
      bytes += words->capacity() * sizeof(std::string);
    }
    bytes += text_bytes(entry.name.description) + text_bytes(entry.name.locality) + text_bytes(entry.name.town);
  }
  for (const auto& [key, id] : in_order_) {
    bytes += sizeof(key) + sizeof(id) + text_bytes(key);
  }
  return bytes + by_usrn_.capacity() * (sizeof(uint32_t) + sizeof(std::vector<uint32_t>) + 1 + sizeof(uint32_t));
}

}  // namespace wensum::matching::address
