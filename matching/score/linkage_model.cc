#include "matching/score/linkage_model.h"

#include <algorithm>
#include <cmath>

namespace wensum::matching {
namespace {

float FrequencyOf(const FrequencyMap& map, std::string_view text, float once) {
  const auto it = map.find(text);
  return it == map.end() ? once : it->second;
}

void ExtendWords(const WordDictionary& words, const FrequencyMap& map, float once, std::vector<float>& table,
                 float& lowest) {
  for (auto id = static_cast<TokenId>(table.size()); id < words.size(); ++id) {
    table.push_back(FrequencyOf(map, words[id].text, once));
    lowest = std::min(lowest, table.back());
  }
}

}  // namespace

std::string_view UndatedRuleName(UndatedRule rule) {
  switch (rule) {
    case UndatedRule::kOff:
      return "off";
    case UndatedRule::kAlways:
      return "always";
    case UndatedRule::kBelowScore:
      break;
  }
  return "below_score";
}

float EstablishedFrom(float one_holder) {
  constexpr double kShare = 1e-4;
  constexpr double kHolders = 3;
  return static_cast<float>(std::max(std::log2(kShare), static_cast<double>(one_holder) + std::log2(kHolders) - 1e-3));
}

double LinkageParameters::prior() const { return std::log2(match_rate / (1 - match_rate)); }

LinkageParameters InformedParameters(const Schema& schema) {
  LinkageParameters parameters;
  parameters.attributes.resize(schema.size());
  for (size_t i = 0; i < schema.size(); ++i) {
    const std::span<const Level> levels = LevelsOf(schema[i].type);
    double total = 0;
    for (const Level& level : levels) total += level.informed_m;
    for (size_t l = 1; l < levels.size(); ++l) {
      parameters.attributes[i].m[l] = levels[l].informed_m / total;
      parameters.attributes[i].u[l] = 1.0 / static_cast<double>(levels.size() - 1);
      parameters.attributes[i].household[l] = parameters.attributes[i].u[l];
    }
  }
  return parameters;
}

FrequencyTables TablesFor(const ValueStore& values, const Frequencies& frequencies) {
  FrequencyTables tables;
  tables.values.assign(values.schema().size(), std::vector<float>(1));
  tables.text_words.resize(values.schema().size());
  tables.one_holder = frequencies.one_holder;
  ExtendTables(values, frequencies, tables);
  return tables;
}

void SetRarestOfSets(const ValueDictionary& dictionary, std::vector<float>& frequencies, ValueId first) {
  for (ValueId id = first; id < dictionary.size(); ++id) {
    if (!dictionary[id].is_set()) continue;
    float rarest = 0;
    for (const ValueId element : dictionary.ElementsOf(dictionary[id])) rarest = std::min(rarest, frequencies[element]);
    frequencies[id] = rarest;
  }
}

void ExtendTables(const ValueStore& values, const Frequencies& frequencies, FrequencyTables& tables) {
  for (size_t i = 0; i < tables.values.size(); ++i) {
    const ValueDictionary& dictionary = values.dictionary(i);
    std::vector<float>& table = tables.values[i];
    const auto first = static_cast<ValueId>(table.size());
    for (ValueId id = first; id < dictionary.size(); ++id) {
      table.push_back(FrequencyOf(frequencies.values[i], dictionary[id].text, frequencies.once[i]));
      tables.lowest = std::min(tables.lowest, table.back());
    }
    SetRarestOfSets(dictionary, table, first);
    if (dictionary.type() == AttributeType::kText) {
      ExtendWords(dictionary.tokens(), frequencies.text_words[i], frequencies.word_once[i], tables.text_words[i],
                  tables.lowest);
    }
  }
  ExtendWords(values.name_tokens(), frequencies.name_words, frequencies.name_word_once, tables.name_words,
              tables.lowest);
}

}  // namespace wensum::matching
