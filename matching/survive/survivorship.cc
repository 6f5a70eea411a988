#include "matching/survive/survivorship.h"

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "base/strings.h"
#include "matching/survive/golden_addresses.h"

namespace wensum::matching {
namespace {

using model::PurposeMask;

// The purposes of one field of a record. `field` is a field of the API's Person; "attributes.x" falls back to
// "attributes".
PurposeMask PurposesOf(const model::SourceRecord& record, std::string_view field) {
  for (const auto& [name, mask] : record.field_purposes) {
    if (name == field) {
      return mask;
    }
  }
  if (const size_t dot = field.find('.'); dot != std::string_view::npos) {
    return PurposesOf(record, field.substr(0, dot));
  }
  return record.purposes;
}

std::string NameText(const model::PersonName& name) {
  std::string text;
  for (const std::string* part : {&name.title, &name.forenames, &name.surname, &name.suffix, &name.full}) {
    if (!part->empty()) {
      AppendTo(text, text.empty() ? "" : " ", *part);
    }
  }
  return text;
}

std::string_view SexText(model::Sex sex) {
  switch (sex) {
    case model::Sex::kFemale:
      return "female";
    case model::Sex::kMale:
      return "male";
    case model::Sex::kOther:
      return "other";
    default:
      return "";
  }
}

// Builds one golden record.
class Survivor {
 public:
  Survivor(std::span<const Contributor> contributors, const SurvivorshipRules& rules, int purpose)
      : contributors_(contributors), rules_(rules), bit_(PurposeMask{1} << purpose) {
    by_recency_ = Order(Rule::kRecency);
    by_priority_ = Order(Rule::kSourcePriority);
  }

  GoldenRecord Run() {
    Names();
    Single(
        "date_of_birth", "date_of_birth", [](const model::PersonDetails& d) { return d.date_of_birth.ToString(); },
        [this](const model::PersonDetails& d) { golden_.details.date_of_birth = d.date_of_birth; });
    Single(
        "date_of_death", "date_of_death", [](const model::PersonDetails& d) { return d.date_of_death.ToString(); },
        [this](const model::PersonDetails& d) { golden_.details.date_of_death = d.date_of_death; });
    Single(
        "sex", "sex", [](const model::PersonDetails& d) { return std::string(SexText(d.sex)); },
        [this](const model::PersonDetails& d) { golden_.details.sex = d.sex; });
    Single(
        "ni_number", "ni_number", [](const model::PersonDetails& d) { return d.ni_number; },
        [this](const model::PersonDetails& d) { golden_.details.ni_number = d.ni_number; });
    Single(
        "organisation_name", "organisation_name", [](const model::PersonDetails& d) { return d.organisation_name; },
        [this](const model::PersonDetails& d) { golden_.details.organisation_name = d.organisation_name; });
    List("phones", &model::PersonDetails::phones);
    List("emails", &model::PersonDetails::emails);
    Identifiers();
    Attributes();
    Addresses();
    golden_.contributors.assign(seen_.begin(), seen_.end());
    return std::move(golden_);
  }

 private:
  // The tie-break chain as a key that sorts ascending: rule, source rank, source time, name, key, incarnation.
  auto ChainKey(uint32_t contributor, Rule rule) const {
    const model::SourceRecord& record = *contributors_[contributor].record;
    const auto named = std::find(rules_.source_order.begin(), rules_.source_order.end(), record.key.source);
    const bool is_named = named != rules_.source_order.end();
    return std::tuple(rule == Rule::kSourcePriority ? TimeMicros{0} : -record.source_time,
                      named - rules_.source_order.begin(),
                      is_named ? std::string_view() : std::string_view(record.key.source), -record.source_time,
                      std::string_view(record.key.source), std::string_view(record.key.key),
                      -static_cast<int64_t>(record.key.incarnation));
  }

  [[nodiscard]] std::vector<uint32_t> Order(Rule rule) const {
    std::vector<uint32_t> order(contributors_.size());
    for (uint32_t i = 0; i < order.size(); ++i) {
      order[i] = i;
    }
    std::sort(order.begin(), order.end(),
              [&](uint32_t a, uint32_t b) { return ChainKey(a, rule) < ChainKey(b, rule); });
    return order;
  }

  [[nodiscard]] Rule RuleOf(std::string_view group) const {
    const auto it = rules_.rules.find(group);
    return it == rules_.rules.end() ? DefaultRule(group) : it->second;
  }
  [[nodiscard]] const std::vector<uint32_t>& OrderOf(Rule rule) const {
    return rule == Rule::kSourcePriority ? by_priority_ : by_recency_;
  }
  [[nodiscard]] bool Visible(uint32_t contributor, std::string_view field) const {
    return (PurposesOf(*contributors_[contributor].record, field) & bit_) != 0;
  }
  [[nodiscard]] const model::PersonDetails& Details(uint32_t contributor) const {
    return contributors_[contributor].record->details;
  }

  // One value wins; `text` is empty where a record has none. `take` copies the winner's value.
  void Single(const std::string& field, std::string_view group,
              const std::function<std::string(const model::PersonDetails&)>& text,
              const std::function<void(const model::PersonDetails&)>& take) {
    const Rule rule = RuleOf(group);
    ValueLineage lineage;
    lineage.field = field;
    lineage.rule = rule;
    for (const uint32_t c : OrderOf(rule)) {
      std::string value = Visible(c, field) ? text(Details(c)) : std::string();
      if (value.empty()) {
        continue;
      }
      seen_.insert(c);
      if (lineage.value.empty()) {
        lineage.value = std::move(value);
        lineage.contributor = c;
        take(Details(c));
      } else {
        AddLosing(lineage, std::move(value), c);
      }
    }
    if (!lineage.value.empty()) {
      golden_.lineage.push_back(std::move(lineage));
    }
  }

  static void AddLosing(ValueLineage& lineage, std::string value, uint32_t contributor) {
    const bool known =
        value == lineage.value || std::any_of(lineage.losing.begin(), lineage.losing.end(),
                                              [&value](const LosingValue& losing) { return losing.value == value; });
    if (!known) {
      lineage.losing.push_back({std::move(value), contributor});
    }
  }

  void Names() {
    model::PersonDetails& details = golden_.details;
    Single(
        "person_name", "name", [](const model::PersonDetails& d) { return NameText(d.name); },
        [&details](const model::PersonDetails& d) { details.name = d.name; });
    const auto add_other = [&details](const model::PersonName& name) {
      if (!name.empty() && name != details.name &&
          std::find(details.other_names.begin(), details.other_names.end(), name) == details.other_names.end()) {
        details.other_names.push_back(name);
      }
    };
    const std::vector<uint32_t>& order = OrderOf(RuleOf("name"));
    for (const uint32_t c : order) {
      if (Visible(c, "person_name")) {
        add_other(Details(c).name);
      }
    }
    for (const uint32_t c : order) {
      if (Visible(c, "other_names")) {
        for (const model::PersonName& name : Details(c).other_names) {
          seen_.insert(c);
          add_other(name);
        }
      }
    }
  }

  // Aggregate keeps all distinct values; the other rules keep the list of the one record that wins.
  void List(const std::string& field, std::vector<std::string> model::PersonDetails::* member) {
    const Rule rule = RuleOf(field);
    std::vector<std::string>& out = golden_.details.*member;
    const size_t first_lineage = golden_.lineage.size();
    bool decided = false;
    for (const uint32_t c : OrderOf(rule)) {
      const std::vector<std::string>& values = Details(c).*member;
      if (values.empty() || !Visible(c, field)) {
        continue;
      }
      seen_.insert(c);
      for (const std::string& value : values) {
        if (std::find(out.begin(), out.end(), value) != out.end()) {
          continue;
        }
        if (decided && rule != Rule::kAggregate) {
          AddLosing(golden_.lineage[first_lineage], value, c);
        } else {
          out.push_back(value);
          golden_.lineage.push_back({field, value, c, rule, {}});
        }
      }
      decided = true;
    }
  }

  void Identifiers() {
    std::vector<model::Identifier>& out = golden_.details.identifiers;
    for (const uint32_t c : by_recency_) {
      if (!Visible(c, "identifiers")) {
        continue;
      }
      for (const model::Identifier& identifier : Details(c).identifiers) {
        seen_.insert(c);
        if (std::find(out.begin(), out.end(), identifier) == out.end()) {
          out.push_back(identifier);
          golden_.lineage.push_back(
              {"identifiers", Cat(identifier.type, ":", identifier.value), c, Rule::kAggregate, {}});
        }
      }
    }
  }

  void Attributes() {
    std::set<std::string_view> names;
    for (const Contributor& contributor : contributors_) {
      for (const model::Attribute& attribute : contributor.record->details.attributes) {
        names.insert(attribute.name);
      }
    }
    for (const std::string_view name : names) {
      const auto value_of = [name](const model::PersonDetails& details) {
        for (const model::Attribute& attribute : details.attributes) {
          if (attribute.name == name) {
            return attribute.value;
          }
        }
        return std::string();
      };
      Single(Cat("attributes.", name), "attributes", value_of, [&](const model::PersonDetails& details) {
        golden_.details.attributes.push_back({std::string(name), value_of(details)});
      });
    }
  }

  void Addresses() {
    const Rule rule = RuleOf("current_address");
    std::vector<uint32_t> order;
    for (const uint32_t c : OrderOf(rule)) {
      // Whoever may not see the current address may not see it in the list of all either.
      if (!Details(c).addresses.empty() && Visible(c, "addresses") && Visible(c, "current_address")) {
        seen_.insert(c);
        order.push_back(c);
      }
    }
    SurviveAddresses(contributors_, order, rule, golden_);
  }

  std::span<const Contributor> contributors_;
  const SurvivorshipRules& rules_;
  PurposeMask bit_;
  std::vector<uint32_t> by_recency_;
  std::vector<uint32_t> by_priority_;
  std::set<uint32_t> seen_;  // contributors with a visible value
  GoldenRecord golden_;
};

}  // namespace

GoldenRecord Survive(std::span<const Contributor> contributors, const SurvivorshipRules& rules, int purpose) {
  return Survivor(contributors, rules, purpose).Run();
}

std::vector<GoldenView> SurviveForPurposes(std::span<const Contributor> contributors, const SurvivorshipRules& rules,
                                           int purpose_count) {
  std::set<PurposeMask> masks;
  for (const Contributor& contributor : contributors) {
    masks.insert(contributor.record->purposes);
    for (const auto& [field, mask] : contributor.record->field_purposes) {
      masks.insert(mask);
    }
  }
  // Purposes that all masks treat alike see the same values; only one of them needs a golden record of its own.
  std::map<std::vector<bool>, PurposeMask> classes;
  for (int purpose = 0; purpose < purpose_count; ++purpose) {
    std::vector<bool> allowed;
    allowed.reserve(masks.size());
    for (const PurposeMask mask : masks) {
      allowed.push_back((mask >> purpose & 1) != 0);
    }
    classes[allowed] |= PurposeMask{1} << purpose;
  }
  std::vector<GoldenView> views;
  for (const auto& [allowed, purposes] : classes) {
    int purpose = 0;
    while ((purposes >> purpose & 1) == 0) {
      ++purpose;
    }
    GoldenRecord golden = Survive(contributors, rules, purpose);
    if (golden.contributors.empty()) {
      continue;
    }
    const auto same =
        std::find_if(views.begin(), views.end(), [&golden](const GoldenView& view) { return view.golden == golden; });
    if (same != views.end()) {
      same->purposes |= purposes;
    } else {
      views.push_back({purposes, std::move(golden)});
    }
  }
  std::sort(views.begin(), views.end(), [](const GoldenView& a, const GoldenView& b) {
    return (a.purposes & (~a.purposes + 1)) < (b.purposes & (~b.purposes + 1));
  });
  return views;
}

}  // namespace wensum::matching
