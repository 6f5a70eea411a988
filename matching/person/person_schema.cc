#include "matching/person/person_schema.h"

#include <algorithm>
#include <string_view>
#include <tuple>

#include "base/strings.h"
#include "matching/person/person_name.h"
#include "matching/schema/value_text.h"
#include "matching/text/fold.h"
#include "model/contact.h"

namespace wensum::matching {
namespace {

namespace attribute = person_attribute;

// The suffix letter of a National Insurance number carries no identity, and sources may lack it.
constexpr size_t kNiNumberBytes = 8;
// A shorter number is no more than a number among others of its kind.
constexpr size_t kTellingNumberBytes = 6;

constexpr std::string_view kNhsNumberType = "nhs_number";

bool TellsWhereTheyLive(model::AddressRole role) {
  return role != model::AddressRole::kLandlordOf && role != model::AddressRole::kBusiness;
}

// Lists alternatives in the form that Schema's values take.
class Alternatives {
 public:
  void Add(std::string_view value) {
    if (!value.empty()) AppendTo(text_, text_.empty() ? "" : std::string_view(&kAlternativeSeparator, 1), value);
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::string Compact(std::string_view text) {
  std::string folded = FoldText(text);
  std::erase(folded, ' ');
  return folded;
}

// Numbers of different systems are compared with one another: a payment names the account it is for. Short ones would
// meet by chance, and are compared within their type alone.
std::string AccountText(const model::Identifier& identifier) {
  std::string number = Compact(identifier.value);
  return number.size() < kTellingNumberBytes && !number.empty() ? Cat(Compact(identifier.type), number) : number;
}

std::string_view SexText(model::Sex sex) {
  switch (sex) {
    case model::Sex::kFemale:
      return "FEMALE";
    case model::Sex::kMale:
      return "MALE";
    default:
      return {};
  }
}

std::string DateText(model::PartialDate date) {
  if (date.empty() || model::IsDummyDateOfBirth(date)) return {};
  const std::string digits = std::to_string(date.ToNumber());
  return digits.size() == 8 ? digits : std::string();
}

void SetAddresses(const model::PersonDetails& details, std::span<const uint64_t> uprns,
                  std::vector<std::string>& values) {
  std::vector<size_t> order;
  for (size_t i = 0; i < details.addresses.size(); ++i) {
    if (TellsWhereTheyLive(details.addresses[i].role)) order.push_back(i);
  }
  // Where they live now comes first, then what ended last.
  std::ranges::stable_sort(order, {}, [&details](size_t i) {
    const model::PersonAddress& address = details.addresses[i];
    const bool former = !address.to_date.empty() || address.role == model::AddressRole::kPrevious;
    return std::tuple(former, -address.to_date.ToNumber(), -address.from_date.ToNumber());
  });
  Alternatives uprn_texts;
  Alternatives postcodes;
  Alternatives texts;
  for (const size_t i : order) {
    const model::PersonAddress& address = details.addresses[i];
    postcodes.Add(address.postcode.ToString());
    const uint64_t uprn = i < uprns.size() ? uprns[i] : 0;
    if (uprn != 0) {
      uprn_texts.Add(std::to_string(uprn));
    } else {
      texts.Add(address.text);
    }
  }
  values[attribute::kUprn] = uprn_texts.text();
  values[attribute::kPostcode] = postcodes.text();
  values[attribute::kAddress] = texts.text();
}

}  // namespace

const Schema& PersonSchema() {
  static const Schema& schema = *new Schema({
      {.name = "given name", .type = AttributeType::kGivenName},
      {.name = "surname", .type = AttributeType::kSurname},
      {.name = "other names", .type = AttributeType::kOtherNames},
      {.name = "suffix", .type = AttributeType::kCategory, .unique = true},
      {.name = "born", .type = AttributeType::kDate},
      {.name = "sex", .type = AttributeType::kCategory},
      {.name = "NI number", .type = AttributeType::kCode, .unique = true},
      {.name = "NHS number", .type = AttributeType::kCode, .unique = true},
      {.name = "phone", .type = AttributeType::kPhone},
      {.name = "email", .type = AttributeType::kEmail},
      {.name = "account", .type = AttributeType::kReference},
      {.name = "UPRN", .type = AttributeType::kReference, .address = AddressPart::kHouse},
      {.name = "postcode", .type = AttributeType::kPostcode, .address = AddressPart::kArea},
      {.name = "address", .type = AttributeType::kText, .address = AddressPart::kHouse},
  });
  return schema;
}

std::vector<std::string> PersonValues(const model::PersonDetails& details, model::RecordKind kind,
                                      std::span<const uint64_t> uprns) {
  std::vector<std::string> values(attribute::kCount);
  if (kind != model::RecordKind::kPerson) return values;
  NameParts name = ReadPersonName(details.name, details.other_names);
  if (name.empty()) return values;
  values[attribute::kGivenName] = std::move(name.given);
  values[attribute::kSurname] = std::move(name.surname);
  values[attribute::kOtherNames] = std::move(name.others);
  values[attribute::kSuffix] = std::move(name.suffix);
  values[attribute::kBorn] = DateText(details.date_of_birth);
  values[attribute::kSex] = SexText(details.sex);
  values[attribute::kNiNumber] = details.ni_number.substr(0, kNiNumberBytes);
  Alternatives phones;
  for (const std::string& phone : details.phones) {
    if (!model::IsDummyPhone(phone)) phones.Add(phone);
  }
  values[attribute::kPhone] = phones.text();
  Alternatives emails;
  for (const std::string& email : details.emails) emails.Add(email);
  values[attribute::kEmail] = emails.text();
  Alternatives accounts;
  for (const model::Identifier& identifier : details.identifiers) {
    if (EqualsIgnoreCaseAscii(identifier.type, kNhsNumberType)) {
      values[attribute::kNhsNumber] = Compact(identifier.value);
    } else {
      accounts.Add(AccountText(identifier));
    }
  }
  values[attribute::kAccount] = accounts.text();
  SetAddresses(details, uprns, values);
  for (size_t i = 0; i < values.size(); ++i) values[i] = ValueSetText(PersonSchema()[i].type, values[i]);
  return values;
}

}  // namespace wensum::matching
