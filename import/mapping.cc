#include "import/mapping.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "import/contract_parser.h"
#include "import/delivery_parser.h"
#include "import/format_parser.h"
#include "import/raw_input.h"
#include "import/value_rule_parser.h"
#include "import/yaml_walker.h"

namespace wensum::ingest {
namespace {

constexpr std::pair<std::string_view, model::AddressRole> kRoles[] = {
    {"residence", model::AddressRole::kResidence},
    {"liable_for", model::AddressRole::kLiableFor},
    {"correspondence", model::AddressRole::kCorrespondence},
    {"care_of", model::AddressRole::kCareOf},
    {"previous", model::AddressRole::kPrevious},
    {"landlord_of", model::AddressRole::kLandlordOf},
    {"business", model::AddressRole::kBusiness}};

// Builds the mapping of one text, going on after errors. For one use.
class MappingParser {
 public:
  absl::StatusOr<Mapping> Parse(const std::string& text);

 private:
  void ParseRoot(const YAML::Node& root);
  void ParseKind(const YAML::Node& node);
  void ParseRecord(const YAML::Node& node);
  void ParseKey(const YAML::Node& node, std::vector<KeyPart>& key);
  void ParseFields(const YAML::Node& node, RecordRule& record);
  void ParseName(const YAML::Node& node, NameRule& name);
  // Keys of a name's parts, as they stand among the fields ("name.title") or in a map of their own.
  YamlWalker::Keys NameKeys(NameRule& name, bool dotted);
  void ParseSex(const YAML::Node& node, RecordRule& record);
  void ParseAddress(const YAML::Node& node, AddressRule& address);
  void SetRole(const YAML::Node& node, std::string_view text, AddressRule& address);
  void ParseIdentifiers(const YAML::Node& node, RecordRule& record);
  void ParseAttributes(const YAML::Node& node, RecordRule& record);
  void FinishColumns();
  void CheckPeople(const RecordRule& record, const YAML::Mark& mark);
  void CheckNames();

  Mapping mapping_;
  YamlWalker yaml_;
  ValueRuleParser values_{&yaml_, &mapping_.columns};
  FormatParser format_{&yaml_, &values_, &mapping_};
  ContractParser contract_{&yaml_, &values_, &mapping_.contract};
  std::vector<std::pair<YAML::Mark, std::string>> ignored_;
  std::vector<YAML::Mark> record_marks_;
};

absl::StatusOr<Mapping> MappingParser::Parse(const std::string& text) {
  mapping_.null_values.emplace("");
  try {
    ParseRoot(YAML::Load(text));
  } catch (const YAML::Exception& error) {
    yaml_.Error(error.mark, Cat("not valid YAML: ", error.msg));
  } catch (const std::exception& error) {
    return InvalidArgument(Cat("the mapping cannot be read: ", error.what()));
  }
  WENSUM_RETURN_IF_ERROR(yaml_.Finish());
  return std::move(mapping_);
}

void MappingParser::ParseRoot(const YAML::Node& root) {
  bool version = false;
  bool records = false;
  bool kind = false;
  YamlWalker::Keys keys = {
      {"version",
       [&](const YAML::Node& n) {
         version = true;
         if (yaml_.Text(n) != "1") yaml_.Error(n, "the mapping's version must be 1");
       }},
      {"feed", [&](const YAML::Node& n) { mapping_.feed = yaml_.Name(n); }},
      {"source", [&](const YAML::Node& n) { mapping_.source = yaml_.Name(n); }},
      {"kind",
       [&](const YAML::Node& n) {
         kind = true;
         ParseKind(n);
       }},
      {"contract", [&](const YAML::Node& n) { contract_.Parse(n); }},
      {"delivery", [&](const YAML::Node& n) { ParseDelivery(n, yaml_, mapping_.delivery); }},
      {"null_values",
       [&](const YAML::Node& n) {
         mapping_.null_values.clear();
         yaml_.Each(n, [&](const YAML::Node& value) { mapping_.null_values.emplace(Trim(yaml_.Text(value))); });
         mapping_.null_values.emplace("");
       }},
      {"ignore_columns",
       [&](const YAML::Node& n) {
         yaml_.Each(n, [&](const YAML::Node& value) { ignored_.emplace_back(value.Mark(), yaml_.Text(value)); });
       }},
      {"duplicate_keys",
       [&](const YAML::Node& n) {
         if (yaml_.Text(n) != "reject") yaml_.Error(n, "duplicate_keys must be reject, the only policy");
       }},
      {"records", [&](const YAML::Node& n) {
         records = true;
         yaml_.Each(n, [&](const YAML::Node& record) { ParseRecord(record); });
         if (n.IsSequence() && n.size() == 0) yaml_.Error(n, "records must have at least one item");
       }}};
  YamlWalker::Keys formats = format_.FormatKeys();
  std::move(formats.begin(), formats.end(), std::back_inserter(keys));
  yaml_.Fields(root, "the mapping", keys);
  if (!version) yaml_.Error(root, "version is missing; it must be 1");
  if (mapping_.feed.empty()) yaml_.Error(root, "feed is missing: the feed's unique name");
  if (mapping_.source.empty()) yaml_.Error(root, "source is missing: the source system's name");
  if (!kind) yaml_.Error(root, "kind is missing: person, organisation or property");
  if (!records) yaml_.Error(root, "records is missing: how rows become records");
  FinishColumns();
  if (kind) CheckNames();
}

void MappingParser::ParseKind(const YAML::Node& node) {
  const std::string kind = yaml_.Text(node);
  if (kind == "organisation") {
    mapping_.kind = model::RecordKind::kOrganisation;
  } else if (kind == "property") {
    mapping_.kind = model::RecordKind::kProperty;
  } else if (kind != "person") {
    yaml_.Error(node, "kind must be person, organisation or property");
  }
}

void MappingParser::ParseRecord(const YAML::Node& node) {
  RecordRule record;
  bool key = false;
  bool fields = false;
  yaml_.Fields(node, "a record",
               {{"key",
                 [&](const YAML::Node& n) {
                   key = true;
                   ParseKey(n, record.key);
                 }},
                {"when", [&](const YAML::Node& n) { record.when = values_.ParseCondition(n); }},
                {"people", [&](const YAML::Node& n) { record.people = values_.ParseRule(n); }},
                {"source_time", [&](const YAML::Node& n) { record.source_time = values_.ParseDateRule(n); }},
                {"fields", [&](const YAML::Node& n) {
                   fields = true;
                   ParseFields(n, record);
                 }}});
  if (node.IsMap() && !key) yaml_.Error(node, "key is missing: a template such as \"{ACCOUNT}-1\"");
  if (node.IsMap() && !fields) yaml_.Error(node, "fields is missing");
  mapping_.records.push_back(std::move(record));
  record_marks_.push_back(node.Mark());
}

void MappingParser::ParseKey(const YAML::Node& node, std::vector<KeyPart>& key) {
  const std::string text = yaml_.Text(node);
  std::string_view rest = text;
  bool variable = false;
  while (!rest.empty()) {
    const size_t open = std::min(rest.find_first_of("{}"), rest.size());
    if (open > 0) key.push_back({KeyPart::Kind::kLiteral, std::string(rest.substr(0, open)), 0});
    rest.remove_prefix(open);
    if (rest.empty()) break;
    const size_t close = rest.find('}');
    if (rest.front() == '}' || close == std::string_view::npos) {
      yaml_.Error(node, "the key has a { without } or the other way round");
      return;
    }
    const std::string name(Trim(rest.substr(1, close - 1)));
    rest.remove_prefix(close + 1);
    variable = variable || name != "#person";
    if (name == "#row") {
      key.push_back({KeyPart::Kind::kRowNumber, "", 0});
    } else if (name == "#person") {
      key.push_back({KeyPart::Kind::kPersonNumber, "", 0});
    } else {
      if (name.empty() || name.front() == '#') {
        yaml_.Error(node,
                    Cat("the key has no part ", Quote(Cat("{", name, "}")), "; use {COLUMN}, {#row} or {#person}"));
      }
      key.push_back({KeyPart::Kind::kColumn, "", values_.ColumnNamed(name, node)});
    }
  }
  if (!variable && node.IsScalar()) {
    yaml_.Error(node, "the key must name a column, such as \"{ACCOUNT}\", or {#row}; else all rows have the same key");
  }
}

void MappingParser::ParseFields(const YAML::Node& node, RecordRule& record) {
  YamlWalker::Keys keys = NameKeys(record.name, true);
  const auto list = [this](std::vector<ValueRule>& rules) {
    return [this, &rules](const YAML::Node& n) {
      yaml_.Each(n, [&](const YAML::Node& item) {
        if (std::optional<ValueRule> rule = values_.ParseRule(item)) rules.push_back(*std::move(rule));
      });
    };
  };
  const YamlWalker::Keys more = {
      {"other_names",
       [&](const YAML::Node& n) {
         yaml_.Each(n, [&](const YAML::Node& item) { ParseName(item, record.other_names.emplace_back()); });
       }},
      {"date_of_birth", [&](const YAML::Node& n) { record.date_of_birth = values_.ParseDateRule(n); }},
      {"date_of_death", [&](const YAML::Node& n) { record.date_of_death = values_.ParseDateRule(n); }},
      {"sex", [&](const YAML::Node& n) { ParseSex(n, record); }},
      {"ni_number", [&](const YAML::Node& n) { record.ni_number = values_.ParseRule(n); }},
      {"phones", list(record.phones)},
      {"emails", list(record.emails)},
      {"addresses",
       [&](const YAML::Node& n) {
         yaml_.Each(n, [&](const YAML::Node& item) { ParseAddress(item, record.addresses.emplace_back()); });
       }},
      {"identifiers", [&](const YAML::Node& n) { ParseIdentifiers(n, record); }},
      {"attributes", [&](const YAML::Node& n) { ParseAttributes(n, record); }},
      {"organisation_name", [&](const YAML::Node& n) { record.organisation_name = values_.ParseRule(n); }}};
  keys.insert(keys.end(), more.begin(), more.end());
  yaml_.Fields(node, "fields", keys);
}

void MappingParser::ParseName(const YAML::Node& node, NameRule& name) {
  yaml_.Fields(node, "a name", NameKeys(name, false));
}

YamlWalker::Keys MappingParser::NameKeys(NameRule& name, bool dotted) {
  return {
      {dotted ? "name.title" : "title", [&](const YAML::Node& n) { name.title = values_.ParseRule(n); }},
      {dotted ? "name.forenames" : "forenames", [&](const YAML::Node& n) { name.forenames = values_.ParseRule(n); }},
      {dotted ? "name.surname" : "surname", [&](const YAML::Node& n) { name.surname = values_.ParseRule(n); }},
      {dotted ? "name.suffix" : "suffix", [&](const YAML::Node& n) { name.suffix = values_.ParseRule(n); }},
      {dotted ? "name.full" : "full", [&](const YAML::Node& n) { name.full = values_.ParseRule(n); }}};
}

void MappingParser::ParseSex(const YAML::Node& node, RecordRule& record) {
  record.sex = values_.ParseRule(node);
  if (!record.sex || !record.sex->codes) return;
  const auto known = [](std::string_view value) {
    return value == "male" || value == "female" || value == "other" || value == "unknown";
  };
  const bool listed = std::ranges::all_of(*record.sex->codes, [&](const auto& entry) { return known(entry.second); });
  if (!listed || (record.sex->unlisted && !known(*record.sex->unlisted))) {
    yaml_.Error(node, "the codes of sex must mean male, female, other or unknown");
  }
}

void MappingParser::ParseAddress(const YAML::Node& node, AddressRule& address) {
  bool role = false;
  yaml_.Fields(node, "an address",
               {{"role",
                 [&](const YAML::Node& n) {
                   role = true;
                   SetRole(n, yaml_.Text(n), address);
                 }},
                {"text", [&](const YAML::Node& n) { address.text = values_.ParseRule(n); }},
                {"postcode", [&](const YAML::Node& n) { address.postcode = values_.ParseRule(n); }},
                {"uprn", [&](const YAML::Node& n) { address.uprn = values_.ParseRule(n); }},
                {"from", [&](const YAML::Node& n) { address.from = values_.ParseDateRule(n); }},
                {"to", [&](const YAML::Node& n) { address.to = values_.ParseDateRule(n); }},
                {"when", [&](const YAML::Node& n) { address.when = values_.ParseCondition(n); }}});
  if (node.IsMap() && !role) yaml_.Error(node, "role is missing: residence, liable_for, correspondence, ...");
  if (node.IsMap() && !address.text && !address.postcode && !address.uprn) {
    yaml_.Error(node, "an address needs text, postcode or uprn");
  }
}

void MappingParser::SetRole(const YAML::Node& node, std::string_view text, AddressRule& address) {
  for (const auto& [name, role] : kRoles) {
    if (name == text) {
      address.role = role;
      return;
    }
  }
  yaml_.Error(node, "role must be residence, liable_for, correspondence, care_of, previous, landlord_of or business");
}

void MappingParser::ParseIdentifiers(const YAML::Node& node, RecordRule& record) {
  yaml_.Each(node, [&](const YAML::Node& item) {
    std::string type;
    std::optional<ValueRule> value;
    yaml_.Fields(item, "an identifier",
                 {{"type", [&](const YAML::Node& n) { type = yaml_.Name(n); }},
                  {"value", [&](const YAML::Node& n) { value = values_.ParseRule(n); }}});
    if (type.empty() || !value) {
      if (item.IsMap()) yaml_.Error(item, "an identifier is {type: name, value: {column: X}}");
      return;
    }
    record.identifiers.push_back({std::move(type), *std::move(value)});
  });
}

void MappingParser::ParseAttributes(const YAML::Node& node, RecordRule& record) {
  if (!node.IsMap()) {
    yaml_.Error(node, "attributes must be a map from names to values");
    return;
  }
  for (const auto& entry : node) {
    if (yaml_.Exhausted(node)) return;
    std::string name = yaml_.Name(entry.first);
    if (std::ranges::find(record.attributes, name, &NamedRule::name) != record.attributes.end()) {
      yaml_.Error(entry.first, Cat("the attribute ", Quote(name), " is given twice"));
    }
    if (std::optional<ValueRule> rule = values_.ParseRule(entry.second)) {
      record.attributes.push_back({std::move(name), *std::move(rule)});
    }
  }
}

void MappingParser::FinishColumns() {
  for (const auto& [mark, raw] : ignored_) {
    std::string name(Trim(raw));
    if (std::ranges::find(mapping_.columns, name, &MappingColumn::name) != mapping_.columns.end()) {
      yaml_.Error(mark, Cat("the column ", Quote(name), " is both used and ignored"));
    }
    mapping_.ignored_columns.push_back(std::move(name));
  }
  format_.CheckColumns();
  contract_.CheckTrailer(mapping_.trailer == nullptr ? -1 : mapping_.trailer->NumberOfCapturingGroups());
}

void MappingParser::CheckPeople(const RecordRule& record, const YAML::Mark& mark) {
  const bool numbered = std::ranges::find(record.key, KeyPart::Kind::kPersonNumber, &KeyPart::kind) != record.key.end();
  if (record.people.has_value() != numbered) {
    yaml_.Error(mark, numbered ? "{#person} in the key needs people: {column: X}, the names of several people"
                               : "a record with people: needs {#person} in its key, such as \"{ACCOUNT}-{#person}\"");
  }
  if (!record.people) return;
  if (mapping_.kind != model::RecordKind::kPerson) yaml_.Error(mark, "people: is for records of kind person");
  const NameRule& name = record.name;
  if (name.title || name.forenames || name.surname || name.suffix || name.full) {
    yaml_.Error(mark, "a record with people: gets its name from there, not from name.title, name.surname ...");
  }
}

void MappingParser::CheckNames() {
  for (size_t i = 0; i < mapping_.records.size(); ++i) {
    const RecordRule& record = mapping_.records[i];
    CheckPeople(record, record_marks_[i]);
    const bool person = record.name.forenames || record.name.surname || record.name.full || record.people;
    if (mapping_.kind == model::RecordKind::kPerson && !person) {
      yaml_.Error(record_marks_[i], "a person needs name.forenames, name.surname or name.full, or the record people:");
    }
    if (mapping_.kind == model::RecordKind::kOrganisation && !record.organisation_name) {
      yaml_.Error(record_marks_[i], "an organisation needs organisation_name");
    }
    if (mapping_.kind == model::RecordKind::kProperty && record.addresses.size() != 1) {
      yaml_.Error(record_marks_[i], "a property needs exactly one address");
    }
  }
}

}  // namespace

std::string_view FormatName(RowFormat format) {
  switch (format) {
    case RowFormat::kCsv:
      return "csv";
    case RowFormat::kFixed:
      return "fixed";
    case RowFormat::kJsonLines:
      return "jsonl";
    case RowFormat::kXml:
      return "xml";
  }
  return {};
}

absl::StatusOr<Mapping> ParseMapping(std::string_view yaml) {
  if (yaml.size() > kMaxMappingBytes) {
    return InvalidArgument(Cat("the mapping has ", yaml.size(), " bytes; the limit is ", kMaxMappingBytes));
  }
  if (!IsValidUtf8(yaml) || yaml.find('\0') != std::string_view::npos) {
    return InvalidArgument("the mapping is not UTF-8 text");
  }
  return MappingParser().Parse(std::string(yaml));
}

absl::StatusOr<Mapping> LoadMapping(const std::string& path) {
  WENSUM_ASSIGN_OR_RETURN(const std::string text, ReadRawText(path, kMaxMappingBytes));
  absl::StatusOr<Mapping> mapping = ParseMapping(text);
  if (!mapping.ok()) return Annotate(mapping.status(), path);
  return mapping;
}

}  // namespace wensum::ingest
