#include "matching/survive/survivorship.h"

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "base/strings.h"
#include "matching/survive/contest.h"
#include "matching/survive/fields.h"
#include "matching/survive/golden_addresses.h"
#include "matching/survive/steward_step.h"

namespace wensum::matching {
namespace {

using model::PurposeMask;

constexpr size_t kUsualValues = 16;

// Where the lineage of a field stands.
size_t PlaceInLineage(std::string_view field) {
  constexpr std::array<std::string_view, 9> kOrder = {"person_name", "date_of_birth", "date_of_death",
                                                      "sex",         "ni_number",     "organisation_name",
                                                      "phones",      "emails",        "identifiers"};
  const auto* const found = std::ranges::find(kOrder, field);
  if (found != kOrder.end()) {
    return static_cast<size_t>(found - kOrder.begin());
  }
  return kOrder.size() + static_cast<size_t>(!field.starts_with("attributes."));
}

// Builds one golden record.
class Survivor {
 public:
  Survivor(std::span<const Contributor> contributors, const SurvivorshipRules& rules, int purpose,
           std::span<const StewardValue> steward)
      : contributors_(contributors), rules_(rules), steward_(steward), bit_(PurposeMask{1} << purpose) {
    plain_ = rules.groups.empty() && rules.conditions.empty();
    seen_.resize(contributors.size());
    golden_.lineage.reserve(kUsualValues);
    OrderContributors();
  }

  GoldenRecord Run() {
    for (const std::string_view attribute :
         {"name", "date_of_birth", "date_of_death", "sex", "ni_number", "organisation_name", "phones", "emails"}) {
      Decide(attribute);
    }
    OtherNames();
    Identifiers();
    Attributes();
    Decide("current_address");
    if (!plain_) {
      Tidy();
    }
    for (uint32_t i = 0; i < seen_.size(); ++i) {
      if (seen_[i]) {
        golden_.contributors.push_back(i);
      }
    }
    return std::move(golden_);
  }

 private:
  // Fills by_priority_ with the tie-break chain after the rule: source rank, source time, name, key, incarnation; and
  // by_recency_ with the same after the source time.
  void OrderContributors() {
    // A source that is not named ranks by its name.
    using ChainKey = std::tuple<size_t, std::string_view, TimeMicros, std::string_view, int64_t>;
    std::vector<std::pair<ChainKey, uint32_t>> chain;
    chain.reserve(contributors_.size());
    for (uint32_t i = 0; i < contributors_.size(); ++i) {
      const model::SourceRecord& record = *contributors_[i].record;
      const std::string_view source = record.key.source;
      const auto named = std::ranges::find(rules_.source_order, source);
      chain.emplace_back(ChainKey(static_cast<size_t>(named - rules_.source_order.begin()),
                                  named == rules_.source_order.end() ? source : std::string_view(), -record.source_time,
                                  record.key.key, -static_cast<int64_t>(record.key.incarnation)),
                         i);
    }
    std::ranges::sort(chain);
    by_priority_.reserve(chain.size());
    for (const auto& [key, contributor] : chain) {
      by_priority_.push_back(contributor);
    }
    by_recency_ = by_priority_;
    std::ranges::stable_sort(by_recency_, std::ranges::greater(),
                             [this](uint32_t c) { return contributors_[c].record->source_time; });
  }

  [[nodiscard]] const std::vector<uint32_t>& OrderOf(Rule rule) const {
    return rule == Rule::kRecency || rule == Rule::kAggregate ? by_recency_ : by_priority_;
  }
  [[nodiscard]] bool Visible(uint32_t contributor, std::string_view field) const {
    return (PurposesOf(*contributors_[contributor].record, field) & bit_) != 0;
  }
  [[nodiscard]] const model::PersonDetails& Details(uint32_t contributor) const {
    return contributors_[contributor].record->details;
  }

  // Decides one attribute, or the group that it is in, unless that is done; first what its conditions look at.
  void Decide(std::string_view attribute) {
    if (!plain_ && !done_.emplace(attribute).second) {
      return;
    }
    const Strategy strategy = StrategyOf(rules_, attribute);
    const Rule rule = RuleOf(strategy);
    if (strategy.group != nullptr) {
      DecideGroup(*strategy.group, rule);
    } else if (const std::optional<FieldRef> field = FieldOf(attribute); field.has_value()) {
      DecideField(*field, rule);
    } else if (attribute == "current_address") {
      Addresses(rule);
    }
  }

  Rule RuleOf(const Strategy& strategy) {
    for (const Condition& condition : strategy.conditions) {
      Decide(condition.attribute);
      if (Holds(condition)) {
        return condition.rule;
      }
    }
    return strategy.rule;
  }

  [[nodiscard]] bool Holds(const Condition& condition) const {
    const std::optional<FieldRef> field = FieldOf(condition.attribute);
    if (!field.has_value()) {  // current_address
      return condition.values.empty() && (golden_.current_address >= 0) == condition.present;
    }
    const auto wanted = [&condition](const std::string& value) {
      return std::ranges::find(condition.values, value) != condition.values.end();
    };
    const std::string value = ValueText(golden_.details, *field);
    if (condition.values.empty()) {
      return !value.empty() == condition.present;
    }
    return IsList(*field) ? std::ranges::any_of(ListOf(golden_.details, *field), wanted) : wanted(value);
  }

  // What stewards decided, about the golden record as it is.
  [[nodiscard]] StewardStep Steward() const { return {contributors_, steward_, bit_, by_priority_}; }

  // The value of a record as far as it may be seen.
  [[nodiscard]] std::string SeenText(uint32_t contributor, FieldRef field, std::string_view api_name) const {
    if (!Visible(contributor, api_name)) {
      return "";
    }
    if (steward_.empty()) {
      return ValueText(Details(contributor), field);
    }
    if (IsList(field)) {
      model::PersonDetails left;
      ListOf(left, field) = SeenList(contributor, field);
      return ValueText(left, field);
    }
    std::string text = ValueText(Details(contributor), field);
    return Steward().Ignored(contributor, field, text) ? std::string() : text;
  }

  // The values of a list that are not ignored.
  [[nodiscard]] std::vector<std::string> SeenList(uint32_t contributor, FieldRef field) const {
    std::vector<std::string> list = ListValues(Details(contributor), field);
    if (!steward_.empty()) {
      std::erase_if(list, [&](const std::string& value) { return Steward().Ignored(contributor, field, value); });
    }
    return list;
  }

  [[nodiscard]] uint32_t SeenParts(uint32_t contributor, FieldRef field) const {
    return IsList(field) ? static_cast<uint32_t>(SeenList(contributor, field).size())
                         : PartCount(Details(contributor), field);
  }

  // The records that compete with a value of at least one of the fields, in the order of the rule or of the chain.
  std::vector<Candidate> Candidates(std::span<const FieldRef> fields, Rule rule) {
    std::vector<Candidate> candidates;
    candidates.reserve(contributors_.size());
    std::vector<std::string> api_names;
    for (const FieldRef field : fields) {
      api_names.push_back(ApiName(field));
    }
    for (const uint32_t c : OrderOf(rule)) {
      Candidate candidate{.contributor = c, .record = contributors_[c].record};
      bool any = false;
      for (size_t i = 0; i < fields.size(); ++i) {
        std::string text = SeenText(c, fields[i], api_names[i]);
        if (!text.empty()) {
          any = true;
          candidate.parts += IsScored(rule) ? SeenParts(c, fields[i]) : 0;
        }
        if (i == 0) {
          candidate.text = std::move(text);
        } else {
          AppendTo(candidate.text, '\0', text);
        }
      }
      if (any) {
        candidate.date = candidate.record->source_time;
        seen_[c] = true;
        candidates.push_back(std::move(candidate));
      }
    }
    if (rule == Rule::kTrust) {
      SetTrust(fields, candidates);
    }
    if (IsScored(rule)) {
      RankCandidates(rule, candidates);
    }
    return candidates;
  }

  // A record is trusted as far as the least trusted of its values.
  void SetTrust(std::span<const FieldRef> fields, std::vector<Candidate>& candidates) const {
    TimeMicros newest = std::numeric_limits<TimeMicros>::min();
    for (const Candidate& candidate : candidates) {
      newest = std::max(newest, candidate.date);
    }
    for (Candidate& candidate : candidates) {
      candidate.trust = std::numeric_limits<int64_t>::max();
      for (const FieldRef field : fields) {
        const std::string text = SeenText(candidate.contributor, field, ApiName(field));
        if (!text.empty()) {
          candidate.trust = std::min(
              candidate.trust,
              TrustOf(rules_, candidate.record->key.source, AttributeName(field), text, newest - candidate.date,
                      [&](std::string_view other) { return HasValue(candidate.contributor, other); }));
        }
      }
    }
  }

  [[nodiscard]] bool HasValue(uint32_t contributor, std::string_view attribute) const {
    const std::optional<FieldRef> field = FieldOf(attribute);
    if (!field.has_value()) {
      return SeesAddresses(contributor) &&
             std::ranges::any_of(Details(contributor).addresses, [&](const model::PersonAddress& address) {
               return steward_.empty() || !Steward().IgnoredAddress(contributor, AddressText(address));
             });
    }
    return !SeenText(contributor, *field, ApiName(*field)).empty();
  }

  void DecideField(FieldRef field, Rule rule) {
    const size_t first = golden_.lineage.size();
    if (!IsScored(rule)) {
      IsList(field) ? TakeList(field, rule) : TakeFirst(field, rule);
    } else {
      const std::vector<Candidate> candidates = Candidates({&field, 1}, rule);
      Settle(field, rule, candidates, HasWinner(rule, candidates));
    }
    if (!steward_.empty()) {
      Steward().Apply(field, first, golden_, seen_);
    }
  }

  // What Settle(Candidates) does of a single value by the order of the records alone, as most attributes are decided.
  void TakeFirst(FieldRef field, Rule rule) {
    const std::string api_name = ApiName(field);
    ValueLineage* lineage = nullptr;
    for (const uint32_t c : OrderOf(rule)) {
      std::string text = SeenText(c, field, api_name);
      if (text.empty()) {
        continue;
      }
      seen_[c] = true;
      if (lineage == nullptr) {
        CopyValue(Details(c), field, golden_.details);
        lineage = &golden_.lineage.emplace_back();
        lineage->field = api_name;
        lineage->value = std::move(text);
        lineage->contributor = c;
        lineage->rule = rule;
      } else if (text != lineage->value &&
                 std::ranges::find(lineage->losing, text, &LosingValue::value) == lineage->losing.end()) {
        lineage->losing.push_back({std::move(text), c});
      }
    }
  }

  void DecideGroup(const AttributeGroup& group, Rule rule) {
    std::vector<FieldRef> fields;
    for (const std::string& attribute : group.attributes) {
      done_.emplace(attribute);
      if (const std::optional<FieldRef> field = FieldOf(attribute); field.has_value()) {
        fields.push_back(*field);
      }
    }
    std::vector<Candidate> candidates = Candidates(fields, rule);
    const bool has_winner = HasWinner(rule, candidates);
    for (const FieldRef field : fields) {
      const std::string api_name = ApiName(field);
      for (Candidate& candidate : candidates) {
        candidate.text = SeenText(candidate.contributor, field, api_name);
      }
      const size_t first = golden_.lineage.size();
      Settle(field, rule, candidates, has_winner);
      if (!steward_.empty()) {
        Steward().Apply(field, first, golden_, seen_);
      }
    }
  }

  // Takes the first candidate's value, if it wins and has one, and writes the lineage.
  void Settle(FieldRef field, Rule rule, const std::vector<Candidate>& candidates, bool has_winner) {
    if (candidates.empty()) {
      return;
    }
    const Candidate& winner = candidates[0];
    const size_t first = golden_.lineage.size();
    const auto add = [&](std::string value) {
      ValueLineage& lineage = golden_.lineage.emplace_back();
      lineage.field = ApiName(field);
      lineage.value = std::move(value);
      lineage.contributor = winner.contributor;
      lineage.rule = rule;
    };
    if (has_winner && !winner.text.empty()) {
      CopyValue(Details(winner.contributor), field, golden_.details);
      if (IsList(field)) {
        ListOf(golden_.details, field) = SeenList(winner.contributor, field);
        for (const std::string& value : ListOf(golden_.details, field)) {
          add(value);
        }
      } else {
        add(winner.text);
      }
    } else {
      add("");
    }
    for (size_t i = has_winner ? 1 : 0; i < candidates.size(); ++i) {
      AddLosing(field, rule, candidates[i], winner, first);
    }
    ValueLineage& lineage = golden_.lineage[first];
    if (lineage.value.empty()) {
      lineage.tied = false;
      if (lineage.losing.empty()) {
        golden_.lineage.pop_back();
      }
    }
  }

  // Adds the values that are not known to the lineage that starts at `first`.
  void AddLosing(FieldRef field, Rule rule, const Candidate& loser, const Candidate& winner, size_t first) {
    const auto add = [&](const std::string& value) {
      ValueLineage& lineage = golden_.lineage[first];
      const auto same = [&value](const auto& other) { return other.value == value; };
      if (std::any_of(golden_.lineage.begin() + static_cast<ptrdiff_t>(first), golden_.lineage.end(), same) ||
          std::ranges::any_of(lineage.losing, same)) {
        return;
      }
      lineage.tied = lineage.losing.empty() ? IsScored(rule) && loser.score == winner.score : lineage.tied;
      lineage.losing.push_back({value, loser.contributor});
    };
    if (loser.text.empty()) {
      return;
    }
    if (IsList(field)) {
      for (const std::string& value : SeenList(loser.contributor, field)) {
        add(value);
      }
    } else {
      add(loser.text);
    }
  }

  // The same of a list: kAggregate keeps all distinct values, newest record first; others keep those of one record.
  void TakeList(FieldRef field, Rule rule) {
    const size_t first = golden_.lineage.size();
    bool decided = false;
    const std::string api_name = ApiName(field);
    std::vector<std::string>& out = ListOf(golden_.details, field);
    for (const uint32_t c : OrderOf(rule)) {
      if (ListOf(Details(c), field).empty() || !Visible(c, api_name)) {
        continue;
      }
      const std::vector<std::string> seen = steward_.empty() ? std::vector<std::string>() : SeenList(c, field);
      const std::vector<std::string>& values = steward_.empty() ? ListOf(Details(c), field) : seen;
      if (values.empty()) {
        continue;
      }
      seen_[c] = true;
      for (const std::string& value : values) {
        if (std::ranges::find(out, value) != out.end()) {
          continue;
        }
        if (decided && rule != Rule::kAggregate) {
          std::vector<LosingValue>& losing = golden_.lineage[first].losing;
          if (std::ranges::find(losing, value, &LosingValue::value) == losing.end()) {
            losing.push_back({value, c});
          }
          continue;
        }
        out.push_back(value);
        ValueLineage& lineage = golden_.lineage.emplace_back();
        lineage.field = api_name;
        lineage.value = value;
        lineage.contributor = c;
        lineage.rule = rule;
      }
      decided = true;
    }
  }

  // Names that are not the golden one, best record first.
  void OtherNames() {
    model::PersonDetails& details = golden_.details;
    const auto add_other = [&details](const model::PersonName& name) {
      if (!name.empty() && name != details.name &&
          std::find(details.other_names.begin(), details.other_names.end(), name) == details.other_names.end()) {
        details.other_names.push_back(name);
      }
    };
    const std::vector<uint32_t>& order = OrderOf(RuleOf(StrategyOf(rules_, "name")));
    for (const uint32_t c : order) {
      if (Visible(c, "person_name") && (steward_.empty() || !Steward().Ignored(c, {}, NameText(Details(c).name)))) {
        add_other(Details(c).name);
      }
    }
    for (const uint32_t c : order) {
      if (Visible(c, "other_names")) {
        for (const model::PersonName& name : Details(c).other_names) {
          seen_[c] = true;
          add_other(name);
        }
      }
    }
  }

  void Identifiers() {
    if (std::ranges::any_of(steward_, [](const StewardValue& value) {
          return value.attribute.starts_with("identifiers.") ||
                 (value.details != nullptr && !value.details->identifiers.empty());
        })) {
      IdentifiersByType();
      return;
    }
    std::vector<model::Identifier>& out = golden_.details.identifiers;
    for (const uint32_t c : by_recency_) {
      if (!Visible(c, "identifiers")) {
        continue;
      }
      for (const model::Identifier& identifier : Details(c).identifiers) {
        seen_[c] = true;
        if (std::find(out.begin(), out.end(), identifier) == out.end()) {
          out.push_back(identifier);
          ValueLineage& lineage = golden_.lineage.emplace_back();
          lineage.field = "identifiers";
          lineage.value = Cat(identifier.type, ":", identifier.value);
          lineage.contributor = c;
          lineage.rule = Rule::kAggregate;
        }
      }
    }
  }

  // The same type by type, if stewards decided about some: each type's values are a list of their own.
  void IdentifiersByType() {
    std::vector<std::string> types;
    const auto note = [&types](const model::PersonDetails& details) {
      for (const model::Identifier& identifier : details.identifiers) {
        if (std::ranges::find(types, identifier.type) == types.end()) {
          types.push_back(identifier.type);
        }
      }
    };
    for (const uint32_t c : by_recency_) {
      if (Visible(c, "identifiers")) {
        note(Details(c));
      }
    }
    for (const StewardValue& value : steward_) {
      if (value.details != nullptr) {
        note(*value.details);
      }
    }
    for (const std::string& type : types) {
      const FieldRef field{.field = Field::kIdentifier, .name = type};
      const size_t first = golden_.lineage.size();
      std::vector<std::string> out;
      for (const uint32_t c : by_recency_) {
        if (!Visible(c, "identifiers")) {
          continue;
        }
        for (std::string& value : SeenList(c, field)) {
          seen_[c] = true;
          if (std::ranges::find(out, value) == out.end()) {
            ValueLineage& lineage = golden_.lineage.emplace_back();
            lineage.field = "identifiers";
            lineage.value = LineageText(field, value);
            lineage.contributor = c;
            lineage.rule = Rule::kAggregate;
            out.push_back(std::move(value));
          }
        }
      }
      SetListValues(field, std::move(out), golden_.details);
      Steward().Apply(field, first, golden_, seen_);
    }
  }

  void Attributes() {
    std::set<std::string_view> names;
    for (const Contributor& contributor : contributors_) {
      for (const model::Attribute& attribute : contributor.record->details.attributes) {
        names.insert(attribute.name);
      }
    }
    for (const StewardValue& value : steward_) {
      if (value.details != nullptr) {
        for (const model::Attribute& attribute : value.details->attributes) {
          names.insert(attribute.name);
        }
      }
    }
    for (const std::string_view name : names) {
      Decide(Cat("attributes.", name));
    }
  }

  // Whoever may not see the current address may not see it in the list of all either.
  [[nodiscard]] bool SeesAddresses(uint32_t contributor) const {
    return Visible(contributor, "addresses") && Visible(contributor, "current_address");
  }

  void Addresses(Rule rule) {
    std::vector<uint32_t> order;
    for (const uint32_t c : OrderOf(rule)) {
      if (!Details(c).addresses.empty() && SeesAddresses(c)) {
        seen_[c] = true;
        order.push_back(c);
      }
    }
    const StewardStep steward = Steward();
    SurviveAddresses(
        contributors_, order, rule, rules_,
        [this](uint32_t contributor, std::string_view attribute) { return HasValue(contributor, attribute); },
        steward_.empty() ? nullptr : &steward, golden_);
  }

  // Conditions and groups decide attributes out of turn.
  void Tidy() {
    std::ranges::sort(golden_.details.attributes);
    std::ranges::stable_sort(golden_.lineage, [](const ValueLineage& a, const ValueLineage& b) {
      const size_t place_a = PlaceInLineage(a.field);
      const size_t place_b = PlaceInLineage(b.field);
      const bool attributes = a.field.starts_with("attributes.") && b.field.starts_with("attributes.");
      return place_a != place_b ? place_a < place_b : attributes && a.field < b.field;
    });
  }

  std::span<const Contributor> contributors_;
  const SurvivorshipRules& rules_;
  std::span<const StewardValue> steward_;
  PurposeMask bit_;
  bool plain_ = true;  // no condition and no group: attributes are decided in turn
  std::vector<uint32_t> by_recency_;
  std::vector<uint32_t> by_priority_;        // the tie-break chain
  std::set<std::string, std::less<>> done_;  // attributes decided, unless plain_
  std::vector<bool> seen_;                   // contributors with a visible value
  GoldenRecord golden_;
};

}  // namespace

GoldenRecord Survive(std::span<const Contributor> contributors, const SurvivorshipRules& rules, int purpose,
                     std::span<const StewardValue> steward) {
  return Survivor(contributors, rules, purpose, steward).Run();
}

}  // namespace wensum::matching
