#include "tests/reference/survive_reference.h"

#include <re2/re2.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "base/strings.h"
#include "tests/reference/survive_steward_reference.h"

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
  ByTheBook(std::span<const matching::Contributor> contributors, const matching::SurvivorshipRules& rules, int purpose,
            std::span<const matching::StewardValue> steward)
      : contributors_(contributors), rules_(rules), purpose_(purpose), steward_(contributors, steward, purpose) {
    for (const matching::Contributor& contributor : contributors) {
      Note(contributor.record->details);
    }
    for (const matching::StewardValue& value : steward) {
      if (value.details != nullptr) {
        Note(*value.details);
      }
    }
  }

  std::map<std::string, Outcome> Run() {
    for (const std::string& attribute : attributes_) {
      Decide(attribute);
    }
    for (auto& [attribute, outcome] : outcomes_) {
      if (outcome.values.empty() && outcome.losing.empty()) {
        outcome.rule = Rule::kRecency;  // none decided
      }
    }
    std::erase_if(outcomes_, [](const auto& item) {
      return item.second.values.empty() && item.second.losing.empty() && item.second.ignored.empty();
    });
    return outcomes_;
  }

 private:
  void Note(const model::PersonDetails& details) {
    for (const model::Attribute& attribute : details.attributes) {
      attributes_.insert("attributes." + attribute.name);
    }
    for (const model::Identifier& identifier : details.identifiers) {
      attributes_.insert("identifiers." + identifier.type);
    }
  }

  bool May(const SourceRecord& record, const std::string& field) const { return MaySee(record, field, purpose_); }

  int IndexOf(const SourceRecord& record) const {
    int index = 0;
    while (contributors_[static_cast<size_t>(index)].record != &record) {
      ++index;
    }
    return index;
  }

  // The visible values of an attribute that is no address, without those that are ignored.
  std::vector<std::string> ValuesOf(const SourceRecord& record, const std::string& attribute) const {
    if (!May(record, attribute == "name" ? "person_name" : attribute)) {
      return {};
    }
    std::vector<std::string> values = TextsOf(record.details, attribute);
    const int index = IndexOf(record);
    std::erase_if(values, [&](const std::string& value) { return steward_.Ignores(index, attribute, value); });
    return values;
  }

  static int PartsOf(const SourceRecord& record, const std::string& attribute, const std::vector<std::string>& values) {
    if (attribute == "name") {
      return static_cast<int>(NameParts(record.details).size());
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
    if (attribute.starts_with("identifiers.")) {
      DecideTogether({attribute}, Rule::kAggregate);
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
    const bool list = attributes == std::vector<std::string>{"phones"} ||
                      attributes == std::vector<std::string>{"emails"} || attributes[0].starts_with("identifiers.");
    if (rule == Rule::kAggregate && list) {
      Outcome& outcome = outcomes_[attributes[0]];
      outcome.rule = rule;
      std::set<std::string> all;
      for (const Entrant& entrant : entrants) {
        all.insert(entrant.values.at(attributes[0]).begin(), entrant.values.at(attributes[0]).end());
      }
      outcome.values.assign(all.begin(), all.end());
      ApplySteward(attributes[0], rule, entrants);
      return;
    }
    for (const std::string& attribute : attributes) {
      outcomes_[attribute] = OutcomeOf(attribute, rule, entrants);
      ApplySteward(attribute, rule, entrants);
    }
  }

  void ApplySteward(const std::string& attribute, Rule rule, const std::vector<Entrant>& entrants) {
    steward_.Apply(
        attribute, [&](const std::string& value) { return HolderOf(attribute, value, rule, entrants); },
        outcomes_[attribute]);
  }

  // The best record with the value, or -1.
  int HolderOf(const std::string& attribute, const std::string& value, Rule rule,
               const std::vector<Entrant>& entrants) const {
    const Entrant* best = nullptr;
    for (const Entrant& entrant : entrants) {
      const auto values = entrant.values.find(attribute);
      if (values != entrant.values.end() &&
          std::find(values->second.begin(), values->second.end(), value) != values->second.end() &&
          (best == nullptr || Step(rule, entrant, *best, entrants).first)) {
        best = &entrant;
      }
    }
    return best == nullptr ? -1 : best->contributor;
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
      const bool there =
          required == "current_address" ? !AddressesOf(record).empty() : !ValuesOf(record, required).empty();
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

  // Those that may be seen and are not ignored.
  std::vector<model::PersonAddress> AddressesOf(const SourceRecord& record) const {
    if (!May(record, "addresses") || !May(record, "current_address")) {
      return {};
    }
    std::vector<model::PersonAddress> addresses = record.details.addresses;
    const int index = IndexOf(record);
    std::erase_if(addresses, [&](const model::PersonAddress& address) {
      return steward_.Ignores(index, "current_address", address.text);
    });
    return addresses;
  }

  // Addresses of these tests have no property: a place is its text and postcode.
  void DecideAddress(Rule rule) {
    std::vector<Entrant> entrants;
    std::vector<Entrant> others;  // that are not the current ones
    std::set<std::string> all;
    for (size_t c = 0; c < contributors_.size(); ++c) {
      const SourceRecord& record = *contributors_[c].record;
      for (const model::PersonAddress& address : AddressesOf(record)) {
        Entrant entrant{.contributor = static_cast<int>(c), .record = &record};
        entrant.text = address.text;
        entrant.same = address.text;
        entrant.values["current_address"] = {address.text};
        entrant.parts = 1 + static_cast<int>(std::count(address.text.begin(), address.text.end(), ',')) +
                        (address.from_date.empty() ? 0 : 1);
        entrant.date = matching::ResidentSince(address.from_date.ToNumber(), record.source_time);
        const bool now = Home(address) && address.to_date.empty() && !Contradicted(record, address);
        (now ? entrants : others).push_back(std::move(entrant));
        all.insert(RoleAndText(address));
      }
    }
    Outcome& outcome = outcomes_["current_address"] = OutcomeOf("current_address", rule, entrants);
    const auto holder = [&](const std::string& value) {
      const int current = HolderOf("current_address", value, rule, entrants);
      return current >= 0 ? current : HolderOfOther(value, rule, others);
    };
    steward_.Apply("current_address", holder, outcome);
    if (outcome.rule >= Rule::kPin) {
      all.insert(std::to_string(static_cast<int>(model::AddressRole::kResidence)) + ":" + outcome.values.at(0));
    }
    if (outcome.rule > Rule::kPin) {  // what is pinned beneath stands in the list too
      if (const matching::StewardValue* const pin = steward_.PinOf("current_address", holder); pin != nullptr) {
        all.insert(std::to_string(static_cast<int>(model::AddressRole::kResidence)) + ":" + pin->value);
      }
    }
    Outcome& list = outcomes_["addresses"];
    list.values.assign(all.begin(), all.end());
    list.ignored = steward_.IgnoredOf("addresses");
  }

  static std::string RoleAndText(const model::PersonAddress& address) {
    return std::to_string(static_cast<int>(address.role)) + ":" + address.text;
  }

  // Of addresses that are not current: the newest, but for kSourcePriority, then by the chain.
  int HolderOfOther(const std::string& value, Rule rule, const std::vector<Entrant>& others) const {
    const Entrant* best = nullptr;
    const bool by_time = rule == Rule::kRecency || rule == Rule::kAggregate;
    for (const Entrant& other : others) {
      if (other.text != value) {
        continue;
      }
      const bool later = best != nullptr && rule != Rule::kSourcePriority && other.date != best->date;
      if (best == nullptr ||
          (later ? other.date > best->date
                 : Step(by_time ? Rule::kRecency : Rule::kSourcePriority, other, *best, others).first)) {
        best = &other;
      }
    }
    return best == nullptr ? -1 : best->contributor;
  }

  bool Contradicted(const SourceRecord& record, const model::PersonAddress& address) const {
    for (const matching::Contributor& other : contributors_) {
      const SourceRecord& later = *other.record;
      if (later.key.source != record.key.source || later.source_time <= record.source_time) {
        continue;
      }
      bool names_home = false;
      bool names_this = false;
      for (const model::PersonAddress& home : AddressesOf(later)) {
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
  StewardBook steward_;
  std::set<std::string> attributes_ = {"name",   "date_of_birth",     "date_of_death",  "sex", "ni_number", "phones",
                                       "emails", "organisation_name", "current_address"};
  std::map<std::string, Outcome> outcomes_;
};

}  // namespace

std::map<std::string, Outcome> SurviveByTheBook(std::span<const matching::Contributor> contributors,
                                                const matching::SurvivorshipRules& rules, int purpose,
                                                std::span<const matching::StewardValue> steward) {
  return ByTheBook(contributors, rules, purpose, steward).Run();
}

}  // namespace wensum::reference
