#include "benchmarks/addresses/trial_sets.h"

#include <yaml-cpp/yaml.h>

#include <memory>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "sample/address_text.h"
#include "sample/city.h"
#include "sample/names.h"
#include "sample/rates.h"
#include "services/address_match/address_table.h"

namespace wensum::benchmarks {
namespace {

using address_match::AddressColumns;
using address_match::AddressLine;
using address_match::AddressTable;
using matching::address::FlatGazetteer;

AddressSet HardCase(const YAML::Node& node) {
  AddressSet set;
  set.name = node["id"].as<std::string>();
  AddressQuestion question;
  question.group = node["category"].as<std::string>();
  question.text = node["messy"][0].as<std::string>();
  question.bare_text = question.text;
  const YAML::Node postcode = node["messy"][1];
  question.postcode = postcode.IsNull() ? "" : postcode.as<std::string>();
  for (const char* const key : {"true", "also_true"}) {
    for (const YAML::Node& text : node[key]) {
      question.truth = 0;
      set.listed.addresses.push_back({0, text.as<std::string>(), question.postcode});
    }
  }
  if (question.truth == 0) {
    set.listed.ids.emplace_back("true");
  }
  for (const YAML::Node& text : node["wrong"]) {
    const auto property = static_cast<uint32_t>(set.listed.ids.size());
    set.listed.ids.push_back(Cat("wrong-", property));
    set.listed.addresses.push_back({property, text.as<std::string>(), question.postcode});
  }
  set.questions.push_back(std::move(question));
  return set;
}

}  // namespace

absl::StatusOr<FlatGazetteer> SampleGazetteer(uint64_t seed, uint64_t properties) {
  WENSUM_ASSIGN_OR_RETURN(const sample::Rates rates, sample::ReadRates(""));
  const sample::NameTables names;
  const sample::City city = sample::BuildCity(seed, properties, rates, names, sample::DayOf(2026, 11, 1));
  FlatGazetteer gazetteer;
  for (const sample::Property& property : city.properties) {
    if (property.status != 1 || property.use == sample::Use::kLand) {
      continue;
    }
    const sample::AddressText address = sample::CleanAddress(city, property);
    gazetteer.addresses.push_back({static_cast<uint32_t>(gazetteer.ids.size()), address.Line(), address.postcode});
    gazetteer.ids.push_back(Cat(property.uprn));
  }
  return gazetteer;
}

absl::StatusOr<AddressSet> ReadLabelledSet(const std::string& canonical, const std::string& input,
                                           const std::string& label) {
  AddressSet set;
  WENSUM_ASSIGN_OR_RETURN(set.listed, address_match::ReadGazetteer(canonical, {}));
  absl::flat_hash_map<std::string_view, uint32_t> properties;
  for (uint32_t i = 0; i < set.listed.ids.size(); ++i) {
    properties.emplace(set.listed.ids[i], i);
  }
  AddressColumns columns;
  columns.label = label;
  WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<AddressTable> table, AddressTable::Open(input, columns));
  AddressLine line;
  while (true) {
    WENSUM_ASSIGN_OR_RETURN(const bool more, table->Next(line));
    if (!more) {
      return set;
    }
    const auto truth = properties.find(line.label);
    AddressQuestion question;
    question.truth = truth == properties.end() ? matching::address::kNoProperty : truth->second;
    question.group = truth == properties.end() ? "not listed" : "listed";
    question.text = line.text;
    question.bare_text = line.text;
    question.postcode = line.postcode;
    set.questions.push_back(std::move(question));
  }
}

absl::StatusOr<std::vector<AddressSet>> ReadHardCases(const std::string& path) {
  std::vector<AddressSet> sets;
  try {  // yaml-cpp reports by exceptions; none leaves this function
    for (const YAML::Node& node : YAML::LoadFile(path)["cases"]) {
      sets.push_back(HardCase(node));
    }
  } catch (const YAML::Exception& error) {
    return InvalidArgument(Cat(path, " cannot be read as a list of cases: ", std::string_view(error.what())));
  }
  return sets;
}

}  // namespace wensum::benchmarks
