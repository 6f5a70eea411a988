#include "tests/reference/survive_reference.h"

#include <re2/re2.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "base/strings.h"

namespace wensum::reference {
namespace {

using matching::Condition;
using matching::DecidingStep;
using matching::Rule;
using model::SourceRecord;

// One value of one record; of a group, all its values.
struct Entrant {
  int contributor = 0;
  const SourceRecord* record = nullptr;
  std::map<std::string, std::vector<std::string>> values;  // by attribute; only those that are there
  int parts = 0;
  int64_t date = 0;  // for recency and oldest
  std::string same;  // equal if the values are
  std::string text;  // for length and order
};

class ByTheBook {
 public:
  ByTheBook(std::span<const matching::Contributor> contributors, const matching::SurvivorshipRules& rules, int purpose)
      : contributors_(contributors), rules_(rules), purpose_(purpose) {}

  std::map<std::string, Outcome> Run() {
    std::set<std::string> attributes = {"name",   "date_of_birth",     "date_of_death",  "sex", "ni_number", "phones",
                                        "emails", "organisation_name", "current_address"};
    for (const matching::Contributor& contributor : contributors_) {
      for (const model::Attribute& attribute : contributor.record->details.attributes) {
        attributes.insert("attributes." + attribute.name);
      }
    }
    for (const std::string& attribute : attributes) {
      Decide(attribute);
    }
    std::erase_if(outcomes_, [](const auto& item) { return item.second.values.empty() && item.second.losing.empty(); });
    return outcomes_;
  }

 private:
  bool May(const SourceRecord& record, const std::string& field) const {
    for (const std::string& name : {field, field.substr(0, field.find('.'))}) {
      for (const auto& [exception, mask] : record.field_purposes) {
        if (exception == name) {
          return (mask >> purpose_ & 1) != 0;
        }
      }
    }
    return (record.purposes >> purpose_ & 1) != 0;
  }

  // The visible values of an attribute that is no address.
  std::vector<std::string> ValuesOf(const SourceRecord& record, const std::string& attribute) const {
    if (!May(record, attribute == "name" ? "person_name" : attribute)) {
      return {};
    }
    const model::PersonDetails& details = record.details;
    std::string one;
    if (attribute == "phones") {
      return details.phones;
    }
    if (attribute == "emails") {
      return details.emails;
    }
    if (attribute == "name") {
      for (const std::string& part : NameParts(record)) {
        one += (one.empty() ? "" : " ") + part;
      }
    } else if (attribute == "date_of_birth") {
      one = details.date_of_birth.ToString();
    } else if (attribute == "date_of_death") {
      one = details.date_of_death.ToString();
    } else if (attribute == "sex") {
      const std::vector<std::string> texts = {"", "female", "male", "other"};
      one = texts[static_cast<size_t>(details.sex)];
    } else if (attribute == "ni_number") {
      one = details.ni_number;
    } else if (attribute == "organisation_name") {
      one = details.organisation_name;
    }
    for (const model::Attribute& own : details.attributes) {
      if ("attributes." + own.name == attribute) {
        one = own.value;
      }
    }
    return one.empty() ? std::vector<std::string>() : std::vector{one};
  }

  static std::vector<std::string> NameParts(const SourceRecord& record) {
    const model::PersonName& name = record.details.name;
    std::vector<std::string> parts = {name.title, name.forenames, name.surname, name.suffix, name.full};
    std::erase(parts, "");
    return parts;
  }

  static int PartsOf(const SourceRecord& record, const std::string& attribute, const std::vector<std::string>& values) {
    if (attribute == "name") {
      return static_cast<int>(NameParts(record).size());
    }
    if (attribute == "date_of_birth" || attribute == "date_of_death") {
      const model::PartialDate date =
          attribute == "date_of_birth" ? record.details.date_of_birth : record.details.date_of_death;
      return (date.year != 0 ? 1 : 0) + (date.month != 0 ? 1 : 0) + (date.day != 0 ? 1 : 0);
    }
    return static_cast<int>(values.size());
  }

  const matching::AttributeGroup* GroupOf(const std::string& attribute) const {
    for (const matching::AttributeGroup& group : rules_.groups) {
      for (const std::string& member : group.attributes) {
        if (member == attribute) {
          return &group;
        }
      }
    }
    return nullptr;
  }

  void Decide(const std::string& attribute) {
    if (outcomes_.contains(attribute)) {
      return;
    }
    if (const matching::AttributeGroup* const group = GroupOf(attribute); group != nullptr) {
      DecideTogether(group->attributes, Chosen(group->rule, group->conditions));
      return;
    }
    std::string key = attribute;
    if (!rules_.rules.contains(key) && !rules_.conditions.contains(key)) {
      key = key.substr(0, key.find('.'));
    }
    const auto rule = rules_.rules.find(key);
    const auto conditions = rules_.conditions.find(key);
    const Rule chosen = Chosen(rule == rules_.rules.end() ? matching::DefaultRule(key) : rule->second,
                               conditions == rules_.conditions.end() ? std::vector<Condition>() : conditions->second);
    if (attribute == "current_address") {
      DecideAddress(chosen);
    } else {
      DecideTogether({attribute}, chosen);
    }
  }

  Rule Chosen(Rule otherwise, const std::vector<Condition>& conditions) {
    for (const Condition& condition : conditions) {
      Decide(condition.attribute);
      const std::vector<std::string>& values = outcomes_[condition.attribute].values;
      bool holds = values.empty() != condition.present;
      if (!condition.values.empty()) {
        holds = false;
        for (const std::string& value : values) {
          holds = holds || std::count(condition.values.begin(), condition.values.end(), value) > 0;
        }
      }
      if (holds) {
        return condition.rule;
      }
    }
    return otherwise;
  }

  void DecideTogether(const std::vector<std::string>& attributes, Rule rule) {
    std::vector<Entrant> entrants;
    for (size_t c = 0; c < contributors_.size(); ++c) {
      const SourceRecord& record = *contributors_[c].record;
      Entrant entrant{.contributor = static_cast<int>(c), .record = &record};
      entrant.date = record.source_time;
      for (size_t i = 0; i < attributes.size(); ++i) {
        std::vector<std::string> values = ValuesOf(record, attributes[i]);
        entrant.parts += PartsOf(record, attributes[i], values);
        std::string text;
        std::vector<std::string> sorted = values;
        std::sort(sorted.begin(), sorted.end());
        for (const std::string& value : sorted) {
          text += (text.empty() ? "" : "\n") + value;
        }
        if (!values.empty()) {
          entrant.values[attributes[i]] = std::move(values);
        }
        entrant.text += (i == 0 ? std::string() : std::string(1, '\0')) + text;
      }
      entrant.same = entrant.text;
      if (!entrant.values.empty()) {
        // Parts of what may not be seen do not count.
        entrant.parts = 0;
        for (const auto& [attribute, values] : entrant.values) {
          entrant.parts += PartsOf(record, attribute, values);
        }
        entrants.push_back(std::move(entrant));
      }
    }
    const bool list =
        attributes == std::vector<std::string>{"phones"} || attributes == std::vector<std::string>{"emails"};
    if (rule == Rule::kAggregate && list) {
      Outcome& outcome = outcomes_[attributes[0]];
      outcome.rule = rule;
      std::set<std::string> all;
      for (const Entrant& entrant : entrants) {
        all.insert(entrant.values.at(attributes[0]).begin(), entrant.values.at(attributes[0]).end());
      }
      outcome.values.assign(all.begin(), all.end());
      return;
    }
    for (const std::string& attribute : attributes) {
      outcomes_[attribute] = OutcomeOf(attribute, rule, entrants);
    }
  }

  Outcome OutcomeOf(const std::string& attribute, Rule rule, const std::vector<Entrant>& entrants) const {
    Outcome outcome{.rule = rule};
    const Entrant* winner = nullptr;
    for (const Entrant& entrant : entrants) {
      if (std::all_of(entrants.begin(), entrants.end(), [&](const Entrant& other) {
            return &other == &entrant || Step(rule, entrant, other, entrants).first;
          })) {
        winner = &entrant;
      }
    }
    const bool none = rule == Rule::kUnanimous && std::any_of(entrants.begin(), entrants.end(), [&](const Entrant& e) {
                        return e.same != entrants[0].same;
                      });
    if (winner != nullptr && !none && winner->values.contains(attribute)) {
      outcome.values = winner->values.at(attribute);
      std::sort(outcome.values.begin(), outcome.values.end());
      outcome.contributor = winner->contributor;
    }
    // The best of those with a value that has not won.
    const Entrant* best = nullptr;
    std::set<std::string> losing;
    for (const Entrant& entrant : entrants) {
      bool loses = false;
      if (entrant.values.contains(attribute)) {
        for (const std::string& value : entrant.values.at(attribute)) {
          if (std::find(outcome.values.begin(), outcome.values.end(), value) == outcome.values.end()) {
            losing.insert(value);
            loses = true;
          }
        }
      }
      if (loses && (best == nullptr || Step(rule, entrant, *best, entrants).first)) {
        best = &entrant;
      }
    }
    outcome.losing.assign(losing.begin(), losing.end());
    if (best != nullptr && !outcome.values.empty()) {
      outcome.step = Step(rule, *winner, *best, entrants).second;
    }
    return outcome;
  }

  // Whether a beats b, and by which step of the chain.
  std::pair<bool, DecidingStep> Step(Rule rule, const Entrant& a, const Entrant& b,
                                     const std::vector<Entrant>& entrants) const {
    const int by_rule = Compare(rule, a, b, entrants);
    if (by_rule != 0) {
      return {by_rule > 0, DecidingStep::kRule};
    }
    const int by_rank = CompareRank(*a.record, *b.record);
    if (by_rank != 0) {
      return {by_rank > 0, rule == Rule::kSourcePriority ? DecidingStep::kRule : DecidingStep::kSourceRank};
    }
    if (a.record->source_time != b.record->source_time) {
      return {a.record->source_time > b.record->source_time, DecidingStep::kSourceDate};
    }
    if (a.record->key.key != b.record->key.key) {
      return {a.record->key.key < b.record->key.key, DecidingStep::kSourceKey};
    }
    // Of two addresses of one record the first.
    return {a.contributor == b.contributor ? &a < &b : a.record->key.incarnation > b.record->key.incarnation,
            DecidingStep::kIncarnation};
  }

  int CompareRank(const SourceRecord& a, const SourceRecord& b) const {
    const auto rank = [this](const SourceRecord& record) {
      for (size_t i = 0; i < rules_.source_order.size(); ++i) {
        if (rules_.source_order[i] == record.key.source) {
          return std::pair(i, std::string());
        }
      }
      return std::pair(rules_.source_order.size(), record.key.source);
    };
    return rank(a) == rank(b) ? 0 : rank(a) < rank(b) ? 1 : -1;
  }

  template <typename T>
  static int More(const T& a, const T& b) {
    return a == b ? 0 : a > b ? 1 : -1;
  }

  // More than 0 if the rule prefers a, less if b.
  int Compare(Rule rule, const Entrant& a, const Entrant& b, const std::vector<Entrant>& entrants) const {
    switch (rule) {
      case Rule::kRecency:
      case Rule::kAggregate:
        return More(std::pair(a.date, a.record->source_time), std::pair(b.date, b.record->source_time));
      case Rule::kOldest:
        return More(b.date, a.date);
      case Rule::kFrequency:
        return More(SourcesOf(a, entrants), SourcesOf(b, entrants));
      case Rule::kLongest:
        return More(Characters(a.text), Characters(b.text));
      case Rule::kShortest:
        return More(Characters(b.text), Characters(a.text));
      case Rule::kMostComplete:
        return More(a.parts, b.parts);
      case Rule::kMin:
        return CompareText(b.text, a.text);
      case Rule::kMax:
        return CompareText(a.text, b.text);
      case Rule::kTrust:
        return More(Trust(a, entrants), Trust(b, entrants));
      default:  // by rank alone, or by agreement
        return 0;
    }
  }

  static size_t SourcesOf(const Entrant& one, const std::vector<Entrant>& entrants) {
    std::set<std::string> sources;
    for (const Entrant& entrant : entrants) {
      if (entrant.same == one.same) {
        sources.insert(entrant.record->key.source);
      }
    }
    return sources.size();
  }

  static int Characters(const std::string& text) {
    int count = 0;
    for (const char c : text) {
      count += (static_cast<unsigned char>(c) >> 6) == 2 ? 0 : 1;
    }
    return count;
  }

  static int CompareText(const std::string& a, const std::string& b) {
    const auto number = [](const std::string& text, double& out) {
      return re2::RE2::FullMatch(text, "-?[0-9]+(\\.[0-9]+)?") &&
             std::from_chars(text.data(), text.data() + text.size(), out).ec == std::errc();
    };
    double number_a = 0;
    double number_b = 0;
    const bool is_a = number(a, number_a);
    const bool is_b = number(b, number_b);
    if (is_a != is_b) {
      return is_a ? -1 : 1;
    }
    return is_a ? More(number_a, number_b) : More(a, b);
  }

  int64_t Trust(const Entrant& one, const std::vector<Entrant>& entrants) const {
    int64_t newest = one.record->source_time;
    for (const Entrant& entrant : entrants) {
      newest = std::max(newest, entrant.record->source_time);
    }
    int64_t least = int64_t{1} << 60;
    for (const auto& [attribute, values] : one.values) {
      least = std::min(
          least, TrustOfValue(*one.record, attribute,
                              one.values.size() == 1 && attribute == "current_address" ? one.text : TextOf(values),
                              (newest - one.record->source_time) / 1'000'000));
    }
    return least;
  }

  static std::string TextOf(std::vector<std::string> values) {
    std::sort(values.begin(), values.end());
    std::string text;
    for (const std::string& value : values) {
      text += (text.empty() ? "" : "\n") + value;
    }
    return text;
  }

  int64_t TrustOfValue(const SourceRecord& record, const std::string& attribute, const std::string& value,
                       int64_t seconds) const {
    int64_t score = 50;
    int64_t half_life = 0;
    const std::string all = attribute.starts_with("attributes.") ? "attributes" : attribute;
    // From the most particular entry to the most general one.
    bool found = false;
    for (const std::string& source : {record.key.source, std::string()}) {
      for (const std::string& name : {attribute, all, std::string()}) {
        for (const matching::TrustEntry& entry : rules_.trust) {
          if (!found && entry.source == source && entry.attribute == name) {
            found = true;
            score = entry.score;
            half_life = int64_t{entry.half_life_days} * 86'400;
          }
        }
      }
    }
    int64_t trust = score * (1 << 20);
    if (half_life != 0) {
      int64_t left = seconds;
      for (; left >= half_life && trust > 0; left -= half_life) {
        trust /= 2;
      }
      trust -= trust == 0 ? 0 : trust / 2 * left / half_life;
    }
    for (const matching::QualityRule& rule : rules_.quality) {
      if ((rule.attribute == attribute || rule.attribute == all) && Fails(rule, record, value)) {
        trust = trust * rule.factor / 100;
      }
    }
    return trust;
  }

  bool Fails(const matching::QualityRule& rule, const SourceRecord& record, const std::string& value) const {
    if (rule.pattern != nullptr && !re2::RE2::FullMatch(value, *rule.pattern)) {
      return true;
    }
    for (const std::string& required : rule.required) {
      const bool there = required == "current_address"
                             ? !record.details.addresses.empty() && May(record, "addresses") && May(record, required)
                             : !ValuesOf(record, required).empty();
      if (!there) {
        return true;
      }
    }
    for (const std::string& sentinel : rule.sentinels) {
      if (sentinel == value) {
        return true;
      }
    }
    return (!rule.from.empty() && value < rule.from.substr(0, value.size())) ||
           (!rule.until.empty() && value > rule.until.substr(0, value.size()));
  }

  static bool Home(const model::PersonAddress& address) { return address.role == model::AddressRole::kResidence; }

  // Addresses of these tests have no property: a place is its text and postcode.
  void DecideAddress(Rule rule) {
    std::vector<Entrant> entrants;
    for (size_t c = 0; c < contributors_.size(); ++c) {
      const SourceRecord& record = *contributors_[c].record;
      if (!May(record, "addresses") || !May(record, "current_address")) {
        continue;
      }
      for (const model::PersonAddress& address : record.details.addresses) {
        if (!Home(address) || !address.to_date.empty() || Contradicted(record, address)) {
          continue;
        }
        Entrant entrant{.contributor = static_cast<int>(c), .record = &record};
        entrant.text = address.text;
        entrant.same = address.text;
        entrant.values["current_address"] = {address.text};
        entrant.parts = 1 + static_cast<int>(std::count(address.text.begin(), address.text.end(), ',')) +
                        (address.from_date.empty() ? 0 : 1);
        entrant.date = matching::ResidentSince(address.from_date.ToNumber(), record.source_time);
        entrants.push_back(std::move(entrant));
      }
    }
    outcomes_["current_address"] = OutcomeOf("current_address", rule, entrants);
  }

  bool Contradicted(const SourceRecord& record, const model::PersonAddress& address) const {
    for (const matching::Contributor& other : contributors_) {
      const SourceRecord& later = *other.record;
      if (later.key.source != record.key.source || later.source_time <= record.source_time ||
          !May(later, "addresses") || !May(later, "current_address")) {
        continue;
      }
      bool names_home = false;
      bool names_this = false;
      for (const model::PersonAddress& home : later.details.addresses) {
        names_home = names_home || Home(home);
        names_this = names_this || (Home(home) && home.text == address.text);
      }
      if (names_home && !names_this) {
        return true;
      }
    }
    return false;
  }

  std::span<const matching::Contributor> contributors_;
  const matching::SurvivorshipRules& rules_;
  int purpose_;
  std::map<std::string, Outcome> outcomes_;
};

}  // namespace

std::map<std::string, Outcome> SurviveByTheBook(std::span<const matching::Contributor> contributors,
                                                const matching::SurvivorshipRules& rules, int purpose) {
  return ByTheBook(contributors, rules, purpose).Run();
}

}  // namespace wensum::reference
