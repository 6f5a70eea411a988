#include "tests/reference/survive_steward_reference.h"

#include <algorithm>

namespace wensum::reference {
namespace {

using matching::Rule;
using matching::StewardAct;
using matching::StewardValue;

bool IsListOfTexts(const std::string& attribute) {
  return attribute == "phones" || attribute == "emails" || attribute.starts_with("identifiers.");
}

bool Contains(const std::vector<std::string>& values, const std::string& value) {
  return std::count(values.begin(), values.end(), value) > 0;
}

// What decisions about an attribute are called by: addresses have two names.
bool Names(const StewardValue& value, const std::string& attribute) {
  return value.attribute == attribute || (attribute == "current_address" && value.attribute == "addresses");
}

std::string Sorted(std::vector<std::string> values) {
  std::sort(values.begin(), values.end());
  std::string text;
  for (const std::string& value : values) {
    text += (text.empty() ? "" : "\n") + value;
  }
  return text;
}

}  // namespace

bool MaySee(const model::SourceRecord& record, const std::string& field, int purpose) {
  for (const std::string& name : {field, field.substr(0, field.find('.'))}) {
    for (const auto& [exception, mask] : record.field_purposes) {
      if (exception == name) {
        return (mask >> purpose & 1) != 0;
      }
    }
  }
  return (record.purposes >> purpose & 1) != 0;
}

std::vector<std::string> NameParts(const model::PersonDetails& details) {
  const model::PersonName& name = details.name;
  std::vector<std::string> parts = {name.title, name.forenames, name.surname, name.suffix, name.full};
  std::erase(parts, "");
  return parts;
}

std::vector<std::string> TextsOf(const model::PersonDetails& details, const std::string& attribute) {
  if (attribute == "phones") {
    return details.phones;
  }
  if (attribute == "emails") {
    return details.emails;
  }
  std::vector<std::string> texts;
  if (attribute == "current_address") {
    for (const model::PersonAddress& address : details.addresses) {
      texts.push_back(address.text);
    }
    return texts;
  }
  for (const model::Identifier& identifier : details.identifiers) {
    if ("identifiers." + identifier.type == attribute) {
      texts.push_back(identifier.value);
    }
  }
  std::string one;
  if (attribute == "name") {
    for (const std::string& part : NameParts(details)) {
      one += (one.empty() ? "" : " ") + part;
    }
  } else if (attribute == "date_of_birth") {
    one = details.date_of_birth.ToString();
  } else if (attribute == "date_of_death") {
    one = details.date_of_death.ToString();
  } else if (attribute == "sex") {
    const std::vector<std::string> names = {"", "female", "male", "other"};
    one = names[static_cast<size_t>(details.sex)];
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
  if (!one.empty()) {
    texts.push_back(one);
  }
  return texts;
}

bool StewardBook::Counts(const StewardValue& value, const std::string& attribute) const {
  if (value.purposes != 0) {
    return (value.purposes >> purpose_ & 1) != 0;
  }
  const model::SourceRecord& record = *contributors_[value.contributor].record;
  if (attribute == "current_address") {
    return MaySee(record, "addresses", purpose_) && MaySee(record, attribute, purpose_);
  }
  return MaySee(record, attribute == "name" ? "person_name" : attribute, purpose_);
}

bool StewardBook::Ignores(int contributor, const std::string& attribute, const std::string& value) const {
  return std::any_of(steward_.begin(), steward_.end(), [&](const StewardValue& decided) {
    return decided.act == StewardAct::kIgnore && static_cast<int>(decided.contributor) == contributor &&
           Names(decided, attribute) && decided.value == value && Counts(decided, attribute);
  });
}

std::vector<std::string> StewardBook::IgnoredOf(const std::string& attribute) const {
  const std::string about = attribute == "addresses" ? "current_address" : attribute;
  std::vector<std::string> ignored;
  for (const StewardValue& decided : steward_) {
    const model::SourceRecord& record = *contributors_[decided.contributor].record;
    const bool seen = MaySee(record, about == "name" ? "person_name" : about, purpose_) &&
                      (about != "current_address" || MaySee(record, "addresses", purpose_));
    if (decided.act == StewardAct::kIgnore && decided.attribute == attribute && Counts(decided, about) && seen &&
        Contains(TextsOf(record.details, about), decided.value)) {
      // Two records' values are two, two decisions about one record's are one.
      const std::string entry = decided.value + " of " + std::to_string(decided.contributor);
      if (!Contains(ignored, entry)) {
        ignored.push_back(entry);
      }
    }
  }
  std::sort(ignored.begin(), ignored.end());
  return ignored;
}

const StewardValue* StewardBook::PinOf(const std::string& attribute,
                                       const std::function<int(const std::string&)>& holder) const {
  for (const StewardValue& decided : steward_) {
    if (decided.act == StewardAct::kPin && Names(decided, attribute) && Counts(decided, attribute) &&
        holder(decided.value) >= 0) {
      return &decided;
    }
  }
  return nullptr;
}

const StewardValue* StewardBook::GivenOf(const std::string& attribute, const std::vector<std::string>& chosen) const {
  for (const StewardAct act : {StewardAct::kRecordOfTruth, StewardAct::kOverride}) {
    for (const StewardValue& decided : steward_) {
      if (decided.act != act || TextsOf(*decided.details, attribute).empty() || !Counts(decided, attribute)) {
        continue;
      }
      std::string expected;
      for (const auto& [purposes, text] : decided.consolidated) {
        if ((purposes >> purpose_ & 1) != 0) {
          expected = text;
          break;
        }
      }
      if (!decided.while_consolidated || expected == Sorted(chosen)) {
        return &decided;
      }
    }
  }
  return nullptr;
}

void StewardBook::PinList(const std::string& attribute, const std::function<int(const std::string&)>& holder,
                          Outcome& outcome) const {
  for (auto decided = steward_.rbegin(); decided != steward_.rend(); ++decided) {
    if (decided->act != StewardAct::kPin || decided->attribute != attribute || !Counts(*decided, attribute) ||
        holder(decided->value) < 0) {
      continue;
    }
    if (!Contains(outcome.values, decided->value)) {
      outcome.values.push_back(decided->value);
    }
    std::erase(outcome.losing, decided->value);
    outcome.first = decided->value;
    outcome.rule = Rule::kPin;
    outcome.contributor = -1;
  }
}

void StewardBook::Apply(const std::string& attribute, const std::function<int(const std::string&)>& holder,
                        Outcome& outcome) const {
  const bool list = IsListOfTexts(attribute);
  const auto lose = [&outcome](const std::vector<std::string>& winners) {
    outcome.losing.insert(outcome.losing.end(), outcome.values.begin(), outcome.values.end());
    std::erase_if(outcome.losing, [&winners](const std::string& value) { return Contains(winners, value); });
    outcome.values = winners;
  };
  if (list) {
    PinList(attribute, holder, outcome);
  } else if (const StewardValue* const pin = PinOf(attribute, holder); pin != nullptr) {
    lose({pin->value});
    outcome.contributor = holder(pin->value);
    outcome.rule = Rule::kPin;
  }
  if (const StewardValue* const given = GivenOf(attribute, outcome.values); given != nullptr) {
    const std::vector<std::string> texts = TextsOf(*given->details, attribute);
    lose(texts);
    outcome.contributor = list ? -1 : static_cast<int>(given->contributor);
    outcome.first = list ? texts[0] : "";
    outcome.rule = given->act == StewardAct::kOverride ? Rule::kOverride : Rule::kRecordOfTruth;
  }
  if (outcome.rule >= Rule::kPin) {
    outcome.step = outcome.losing.empty() ? matching::DecidingStep::kNone : matching::DecidingStep::kRule;
  }
  std::sort(outcome.values.begin(), outcome.values.end());
  std::sort(outcome.losing.begin(), outcome.losing.end());
  outcome.ignored = IgnoredOf(attribute);
}

}  // namespace wensum::reference
