#include "matching/train/count_frequencies.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace wensum::matching {
namespace {

// Counts each of `ids` once.
void CountDistinct(std::vector<uint32_t>& ids, std::vector<uint32_t>& counts) {
  std::ranges::sort(ids);
  const auto rest = std::ranges::unique(ids);
  for (auto it = ids.begin(); it != rest.begin(); ++it) ++counts[*it];
  ids.clear();
}

float Log2Share(uint32_t count, uint32_t holders) {
  return static_cast<float>(
      std::log2(static_cast<double>(std::max(count, 1U)) / static_cast<double>(std::max(holders, 1U))));
}

// How many of as many other people hold what one of these holds alone (Good 1953, after Turing): most rare values are
// rarer than one in so many people. Between kLeastOnce and 1.
double CountOfOnce(const std::vector<uint32_t>& counts) {
  constexpr double kLeastOnce = 0.1;
  const auto once = static_cast<double>(std::ranges::count(counts, 1U));
  const auto twice = static_cast<double>(std::ranges::count(counts, 2U));
  return std::clamp(once > 0 ? 2 * twice / once : 1.0, kLeastOnce, 1.0);
}

float Log2Once(const std::vector<uint32_t>& counts, uint32_t holders) {
  return static_cast<float>(std::log2(CountOfOnce(counts) / static_cast<double>(std::max(holders, 1U))));
}

std::vector<float> Shares(const std::vector<uint32_t>& counts, uint32_t holders) {
  const float once = Log2Once(counts, holders);
  std::vector<float> shares(counts.size());
  std::ranges::transform(counts, shares.begin(),
                         [holders, once](uint32_t count) { return count > 1 ? Log2Share(count, holders) : once; });
  return shares;
}

FrequencyMap WordsHeldTwice(const WordDictionary& words, const std::vector<uint32_t>& counts, uint32_t holders) {
  FrequencyMap map;
  for (TokenId id = 0; id < counts.size(); ++id) {
    if (counts[id] > 1) map.emplace(std::string(words[id].text), Log2Share(counts[id], holders));
  }
  return map;
}

void LowerTo(const std::vector<float>& frequencies, float& lowest) {
  for (const float frequency : frequencies) lowest = std::min(lowest, frequency);
}

}  // namespace

FrequencyCount::FrequencyCount(const RecordSet& records, std::span<const RecordIndex> labels)
    : records_(&records),
      values_(records.schema().size()),
      text_words_(records.schema().size()),
      name_words_(records.name_tokens().size()),
      holders_(records.schema().size()) {
  const size_t width = records.schema().size();
  for (size_t i = 0; i < width; ++i) {
    values_[i].resize(records.dictionary(i).size());
    if (records.schema()[i].type == AttributeType::kText) text_words_[i].resize(records.dictionary(i).tokens().size());
  }
  std::vector<RecordIndex> order(records.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::stable_sort(order, {}, [labels](RecordIndex record) { return labels[record]; });
  std::vector<uint32_t> ids;
  std::vector<uint32_t> words;
  std::vector<uint32_t> names;
  for (size_t begin = 0; begin < order.size();) {
    size_t end = begin + 1;
    while (end < order.size() && labels[order[end]] == labels[order[begin]]) ++end;
    for (size_t i = 0; i < width; ++i) {
      const ValueDictionary& dictionary = records.dictionary(i);
      for (size_t k = begin; k < end; ++k) {
        const ValueId id = records.row(order[k])[i];
        if (id == kNoValue) continue;
        const std::span<const ValueId> elements = dictionary.ElementsOf(dictionary[id]);
        ids.insert(ids.end(), elements.begin(), elements.end());
        const std::span<const TokenId> tokens = dictionary.TokensOf(dictionary[id]);
        std::vector<uint32_t>& list = IsNameType(dictionary.type()) ? names : words;
        list.insert(list.end(), tokens.begin(), tokens.end());
      }
      if (!ids.empty()) ++holders_[i];
      CountDistinct(ids, values_[i]);
      CountDistinct(words, text_words_[i]);
    }
    if (!names.empty()) ++name_holders_;
    CountDistinct(names, name_words_);
    begin = end;
  }
}

FrequencyTables FrequencyCount::Tables() const {
  FrequencyTables tables;
  for (size_t i = 0; i < values_.size(); ++i) {
    tables.values.push_back(Shares(values_[i], holders_[i]));
    SetRarestOfSets(records_->dictionary(i), tables.values.back());
    tables.text_words.push_back(Shares(text_words_[i], holders_[i]));
    tables.one_holder.push_back(Log2Share(1, holders_[i]));
  }
  tables.name_words = Shares(name_words_, name_holders_);
  for (const auto* lists : {&tables.values, &tables.text_words}) {
    for (const std::vector<float>& list : *lists) LowerTo(list, tables.lowest);
  }
  LowerTo(tables.name_words, tables.lowest);
  return tables;
}

Frequencies FrequencyCount::Snapshot() const {
  Frequencies snapshot;
  for (size_t i = 0; i < values_.size(); ++i) {
    const ValueDictionary& dictionary = records_->dictionary(i);
    snapshot.once.push_back(Log2Once(values_[i], holders_[i]));
    snapshot.word_once.push_back(Log2Once(text_words_[i], holders_[i]));
    snapshot.one_holder.push_back(Log2Share(1, holders_[i]));
    FrequencyMap& map = snapshot.values.emplace_back();
    for (ValueId id = 1; id < values_[i].size(); ++id) {
      if (values_[i][id] > 1) map.emplace(std::string(dictionary[id].text), Log2Share(values_[i][id], holders_[i]));
    }
    snapshot.text_words.push_back(dictionary.type() == AttributeType::kText
                                      ? WordsHeldTwice(dictionary.tokens(), text_words_[i], holders_[i])
                                      : FrequencyMap());
  }
  snapshot.name_words = WordsHeldTwice(records_->name_tokens(), name_words_, name_holders_);
  snapshot.name_word_once = Log2Once(name_words_, name_holders_);
  return snapshot;
}

double FrequencyCount::Log2ChanceAgreement(size_t attribute) const {
  const double holders = std::max(1U, holders_[attribute]);
  uint64_t squares = 1;  // in integers: the order of the values must not show
  for (const uint32_t count : values_[attribute]) squares += uint64_t{count} * count;
  return std::log2(static_cast<double>(squares) / (holders * holders));
}

}  // namespace wensum::matching
