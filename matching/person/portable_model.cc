#include "matching/person/portable_model.h"

#include <algorithm>
#include <cmath>

namespace wensum::matching {
namespace {

constexpr double kSteps = 64;               // of frequencies, to one unit of log2
constexpr float kCommonWord = -10;          // about one person in a thousand
constexpr double kRoundingOfCounts = 1e-3;  // counts come back from logarithms

float Rounded(double frequency) { return static_cast<float>(std::round(frequency * kSteps) / kSteps); }

FrequencyMap AtLeast(const FrequencyMap& map, double least) {
  FrequencyMap kept;
  for (const auto& [text, frequency] : map) {
    if (static_cast<double>(frequency) >= least) kept.emplace(text, Rounded(static_cast<double>(frequency)));
  }
  return kept;
}

}  // namespace

LinkageModel PortableModel(const LinkageModel& learnt, double least_people) {
  LinkageModel model = learnt;
  Frequencies& frequencies = model.frequencies;
  const double least = std::log2(least_people) - kRoundingOfCounts;
  float one_person = 0;  // the share of one among all with a name
  for (size_t i = 0; i < model.schema.size(); ++i) {
    const AttributeType type = model.schema[i].type;
    const float one = frequencies.one_holder[i];
    if (IsNameType(type)) one_person = std::min(one_person, one);
    if (IsNameType(type) || type == AttributeType::kCategory) {
      frequencies.values[i] = AtLeast(frequencies.values[i], static_cast<double>(one) + least);
      frequencies.once[i] = Rounded(static_cast<double>(std::max(frequencies.once[i], one)));
    } else {
      frequencies.values[i].clear();
      frequencies.once[i] =
          Rounded(std::max(static_cast<double>(one), model.parameters.attributes[i].log2_chance_agreement));
    }
    frequencies.text_words[i] = AtLeast(frequencies.text_words[i], static_cast<double>(kCommonWord));
    if (type == AttributeType::kText) frequencies.word_once[i] = kCommonWord;
  }
  frequencies.name_words = AtLeast(frequencies.name_words, static_cast<double>(one_person) + least);
  frequencies.name_word_once = Rounded(static_cast<double>(std::max(frequencies.name_word_once, one_person)));
  return model;
}

}  // namespace wensum::matching
