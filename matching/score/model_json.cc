#include "matching/score/model_json.h"

#include <algorithm>
#include <array>
#include <exception>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::matching {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr int kFormat = 1;
constexpr std::array<std::string_view, 3> kAddressNames = {"none", "area", "house"};
constexpr std::array<UndatedRule, 3> kUndatedRules = {UndatedRule::kOff, UndatedRule::kBelowScore,
                                                      UndatedRule::kAlways};

// Objects of ordered_json look a key up by reading all: tables of hundreds of thousands are written past that, and read
// as json, whose objects are trees.
ordered_json ToJson(const FrequencyMap& map) {
  const std::map<std::string_view, float> sorted(map.begin(), map.end());
  ordered_json::object_t out;
  out.reserve(sorted.size());
  for (const auto& [text, frequency] : sorted) out.push_back({std::string(text), frequency});
  return out;
}

FrequencyMap FrequenciesFrom(const json& table) {
  FrequencyMap map;
  map.reserve(table.size());
  for (const auto& [text, frequency] : table.items()) map.emplace(text, frequency.get<float>());
  return map;
}

ordered_json AttributeToJson(const LinkageModel& model, size_t i) {
  const Attribute& attribute = model.schema[i];
  const AttributeModel& learnt = model.parameters.attributes[i];
  ordered_json out = {{"name", attribute.name},
                      {"type", TypeName(attribute.type)},
                      {"address", kAddressNames[static_cast<size_t>(attribute.address)]}};
  if (attribute.unique) out["unique"] = true;
  ordered_json levels = ordered_json::array();
  const auto of_type = LevelsOf(attribute.type);
  for (size_t l = 1; l < of_type.size(); ++l) {
    levels.push_back(
        {{"name", of_type[l].name}, {"m", learnt.m[l]}, {"u", learnt.u[l]}, {"household", learnt.household[l]}});
  }
  out["levels"] = std::move(levels);
  out["log2_chance_agreement"] = learnt.log2_chance_agreement;
  if (learnt.parent >= 0) {
    const auto parent = static_cast<size_t>(learnt.parent);
    out["depends_on"] = model.schema[parent].name;
    ordered_json shift = ordered_json::array();
    for (size_t l = 1; l < LevelsOf(model.schema[parent].type).size(); ++l) {
      shift.push_back(std::vector<double>(learnt.shift[l].begin() + 1,
                                          learnt.shift[l].begin() + static_cast<std::ptrdiff_t>(of_type.size())));
    }
    out["shift"] = std::move(shift);
  }
  out["frequency_once"] = model.frequencies.once[i];
  out["word_frequency_once"] = model.frequencies.word_once[i];
  out["one_holder"] = model.frequencies.one_holder[i];
  out["frequencies"] = ToJson(model.frequencies.values[i]);
  out["word_frequencies"] = ToJson(model.frequencies.text_words[i]);
  return out;
}

Attribute SchemaAttributeFrom(const json& from) {
  Attribute attribute;
  attribute.name = from.at("name").get<std::string>();
  const auto type = TypeByName(from.at("type").get<std::string>());
  const auto address = std::ranges::find(kAddressNames, from.at("address").get<std::string>());
  if (!type || address == kAddressNames.end()) throw std::invalid_argument("unknown type or address of an attribute");
  attribute.type = *type;
  attribute.address = static_cast<AddressPart>(address - kAddressNames.begin());
  attribute.unique = from.value("unique", false);
  return attribute;
}

double Probability(const json& from) {
  const auto value = from.get<double>();
  if (!(value > 0 && value <= 1)) throw std::invalid_argument("a probability is not above 0 and at most 1");
  return value;
}

AttributeModel AttributeFrom(const json& from, const Schema& schema, size_t i) {
  AttributeModel learnt;
  const json& levels = from.at("levels");
  const auto of_type = LevelsOf(schema[i].type);
  if (levels.size() + 1 != of_type.size()) throw std::invalid_argument("an attribute has other levels than its type");
  for (size_t l = 1; l < of_type.size(); ++l) {
    learnt.m[l] = Probability(levels[l - 1].at("m"));
    learnt.u[l] = Probability(levels[l - 1].at("u"));
    learnt.household[l] = Probability(levels[l - 1].at("household"));
  }
  learnt.log2_chance_agreement = from.at("log2_chance_agreement").get<double>();
  if (!from.contains("depends_on")) return learnt;
  const auto parent =
      std::ranges::find(schema.attributes(), from.at("depends_on").get<std::string>(), &Attribute::name);
  if (parent == schema.attributes().end()) throw std::invalid_argument("an attribute depends on one that is not there");
  learnt.parent = static_cast<int>(parent - schema.attributes().begin());
  const json& shift = from.at("shift");
  const size_t parent_levels = LevelsOf(parent->type).size();
  for (size_t l = 1; l < parent_levels; ++l) {
    for (size_t k = 1; k < of_type.size(); ++k) learnt.shift[l][k] = shift.at(l - 1).at(k - 1).get<double>();
  }
  return learnt;
}

ordered_json RulesToJson(const ResolutionRules& rules) {
  return {{"merge_threshold", rules.merge_threshold},
          {"edge_floor", rules.edge_floor},
          {"review_threshold", rules.review_threshold},
          {"undated", UndatedRuleName(rules.undated)},
          {"undated_below", rules.undated_below},
          {"hub_cap", rules.hub_cap},
          {"mixed_cap", rules.mixed_cap},
          {"component_limit", rules.component_limit},
          {"key_richness", rules.key_richness}};
}

ResolutionRules RulesFrom(const json& from) {
  ResolutionRules rules;
  rules.merge_threshold = from.at("merge_threshold").get<double>();
  rules.edge_floor = from.at("edge_floor").get<double>();
  rules.review_threshold = from.at("review_threshold").get<double>();
  const auto undated = std::ranges::find(kUndatedRules, from.at("undated").get<std::string>(), UndatedRuleName);
  if (undated == kUndatedRules.end()) throw std::invalid_argument("\"undated\" is not off, below_score or always");
  rules.undated = *undated;
  rules.undated_below = from.at("undated_below").get<double>();
  rules.hub_cap = from.at("hub_cap").get<uint32_t>();
  // Models that were made before there were two caps mean one.
  rules.mixed_cap = from.value("mixed_cap", rules.hub_cap);
  rules.component_limit = from.at("component_limit").get<uint32_t>();
  rules.key_richness = from.at("key_richness").get<uint32_t>();
  return rules;
}

LinkageModel ModelFrom(const json& from) {
  if (from.at("format").get<int>() != kFormat) throw std::invalid_argument("the format version is not 1");
  LinkageModel model;
  model.version = from.at("version").get<std::string>();
  std::vector<Attribute> attributes;
  for (const json& attribute : from.at("attributes")) attributes.push_back(SchemaAttributeFrom(attribute));
  model.schema = Schema(std::move(attributes));
  if (const absl::Status valid = model.schema.Validate(); !valid.ok()) {
    throw std::invalid_argument(std::string(Message(valid)));
  }
  for (size_t i = 0; i < model.schema.size(); ++i) {
    const json& attribute = from.at("attributes")[i];
    model.parameters.attributes.push_back(AttributeFrom(attribute, model.schema, i));
    model.frequencies.once.push_back(attribute.at("frequency_once").get<float>());
    model.frequencies.word_once.push_back(attribute.at("word_frequency_once").get<float>());
    model.frequencies.one_holder.push_back(attribute.at("one_holder").get<float>());
    model.frequencies.values.push_back(FrequenciesFrom(attribute.at("frequencies")));
    model.frequencies.text_words.push_back(FrequenciesFrom(attribute.at("word_frequencies")));
  }
  model.parameters.match_rate = Probability(from.at("match_rate"));
  const json& household = from.at("household");
  model.parameters.household = {household.at("on").get<bool>(), household.at("match_share").get<double>(),
                                household.at("seeds").get<uint64_t>(), household.at("prior").get<double>()};
  if (const auto calibration = from.find("calibration"); calibration != from.end()) {
    model.parameters.calibration = {calibration->at("slope").get<double>(), calibration->at("offset").get<double>(),
                                    calibration->at("labels").get<uint64_t>()};
    if (!(model.parameters.calibration.slope > 0)) throw std::invalid_argument("a calibration's slope is not above 0");
  }
  model.parameters.rules = RulesFrom(from.at("rules"));
  model.frequencies.name_word_once = from.at("name_word_once").get<float>();
  model.frequencies.name_words = FrequenciesFrom(from.at("name_words"));
  return model;
}

}  // namespace

std::string ModelToJson(const LinkageModel& model) {
  ordered_json attributes = ordered_json::array();
  for (size_t i = 0; i < model.schema.size(); ++i) attributes.push_back(AttributeToJson(model, i));
  const HouseholdModel& household = model.parameters.household;
  ordered_json out = {{"format", kFormat},
                      {"version", model.version},
                      {"match_rate", model.parameters.match_rate},
                      {"rules", RulesToJson(model.parameters.rules)},
                      {"household",
                       {{"on", household.on},
                        {"match_share", household.match_share},
                        {"seeds", household.seeds},
                        {"prior", household.prior}}},
                      {"attributes", std::move(attributes)},
                      {"name_word_once", model.frequencies.name_word_once},
                      {"name_words", ToJson(model.frequencies.name_words)}};
  const ScoreCalibration& calibration = model.parameters.calibration;
  if (calibration != ScoreCalibration()) {
    out["calibration"] = {{"slope", calibration.slope}, {"offset", calibration.offset}, {"labels", calibration.labels}};
  }
  return out.dump(1, ' ', /*ensure_ascii=*/false, nlohmann::json::error_handler_t::replace) + "\n";
}

absl::StatusOr<LinkageModel> ModelFromJson(std::string_view text) {
  try {
    return ModelFrom(json::parse(text));
  } catch (const std::exception& error) {
    return InvalidArgument(Cat("this is no model: ", error.what()));
  }
}

}  // namespace wensum::matching
