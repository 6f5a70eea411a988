#include "matching/standardise.h"

#include <algorithm>
#include <string_view>

#include "base/hash.h"
#include "base/strings.h"
#include "matching/person/person_schema.h"
#include "matching/schema/value_text.h"
#include "matching/text/fold.h"
#include "matching/text/name_tokens.h"

namespace wensum::matching {
namespace {

// Bounds on what one record can add to an index or a score, so that a malformed record costs no more than others.
constexpr size_t kMaxForenames = 6;
constexpr size_t kMaxSurnames = 4;
constexpr size_t kMaxOtherSurnames = 4;
constexpr size_t kMaxAddresses = 6;
constexpr size_t kMaxContacts = 6;

// Postcodes that stand for no place: Girobank's and the army's.
constexpr std::string_view kNoPostcodes[] = {"GIR0AA", "ZZ99ZZ"};

std::string FirstTokens(std::string_view folded, size_t limit) {
  size_t end = 0;
  for (size_t i = 0; i < limit && end < folded.size(); ++i) {
    end = std::min(folded.find(' ', end + 1), folded.size());
  }
  return std::string(folded.substr(0, end));
}

NameTokens Tokenise(const model::PersonName& name) {
  if (name.forenames.empty() && name.surname.empty()) {
    NameTokens tokens = NameFromFull(name.full);
    if (tokens.suffix.empty()) {
      tokens.suffix = NameFromParts("", "", name.suffix).suffix;
    }
    return tokens;
  }
  return NameFromParts(name.forenames, name.surname, name.suffix);
}

std::string WithoutSpace(std::string_view postcode) {
  std::string out(postcode);
  std::erase(out, ' ');
  return out;
}

bool TellsWhereTheyLive(model::AddressRole role) {
  return role != model::AddressRole::kLandlordOf && role != model::AddressRole::kBusiness;
}

void AddOtherNames(const model::PersonDetails& details, PersonFeatures& features) {
  for (const model::PersonName& other : details.other_names) {
    if (features.other_surnames.size() == kMaxOtherSurnames) {
      return;
    }
    std::string surname = FirstTokens(Tokenise(other).surname, kMaxSurnames);
    if (!surname.empty() && surname != features.surname &&
        std::find(features.other_surnames.begin(), features.other_surnames.end(), surname) ==
            features.other_surnames.end()) {
      features.other_surnames.push_back(std::move(surname));
    }
  }
}

void AddAddresses(const model::PersonDetails& details, std::span<const uint64_t> uprns, PersonFeatures& features) {
  for (size_t i = 0; i < details.addresses.size() && features.addresses.size() < kMaxAddresses; ++i) {
    const model::PersonAddress& address = details.addresses[i];
    if (!TellsWhereTheyLive(address.role)) {
      continue;
    }
    PersonFeatures::Address out;
    out.uprn = i < uprns.size() ? uprns[i] : 0;
    out.postcode = WithoutSpace(address.postcode.ToString());
    if (std::find(std::begin(kNoPostcodes), std::end(kNoPostcodes), out.postcode) != std::end(kNoPostcodes)) {
      out.postcode.clear();
    }
    const bool empty = out.uprn == 0 && out.postcode.empty();
    if (!empty && std::find(features.addresses.begin(), features.addresses.end(), out) == features.addresses.end()) {
      features.addresses.push_back(std::move(out));
    }
  }
}

}  // namespace

PersonFeatures Standardise(const model::PersonDetails& details, model::RecordKind kind,
                           std::span<const uint64_t> uprns) {
  PersonFeatures features;
  features.organisation = kind == model::RecordKind::kOrganisation;
  if (features.organisation) {
    features.surname = FoldText(details.organisation_name);
    if (features.surname.empty()) {
      features.surname = Tokenise(details.name).surname;
    }
  } else {
    NameTokens name = Tokenise(details.name);
    features.forenames = FirstTokens(name.forenames, kMaxForenames);
    features.surname = FirstTokens(name.surname, kMaxSurnames);
    features.suffix = std::move(name.suffix);
    AddOtherNames(details, features);
    if (!model::IsDummyDateOfBirth(details.date_of_birth)) {
      features.date_of_birth = details.date_of_birth.ToNumber();
    }
    features.sex = static_cast<uint8_t>(details.sex);
    features.ni_number = details.ni_number;
  }
  for (size_t i = 0; i < details.phones.size() && i < kMaxContacts; ++i) {
    features.phones.push_back(details.phones[i]);
  }
  for (size_t i = 0; i < details.emails.size() && i < kMaxContacts; ++i) {
    features.emails.push_back(details.emails[i]);
  }
  for (size_t i = 0; i < details.identifiers.size() && i < kMaxContacts; ++i) {
    features.identifiers.push_back(
        HashCombine(Hash64(ToLowerAscii(details.identifiers[i].type)), Hash64(FoldText(details.identifiers[i].value))));
  }
  AddAddresses(details, uprns, features);
  return features;
}

std::vector<std::string> QueryValues(const PersonFeatures& query) {
  std::vector<std::string> values(person_attribute::kCount);
  const auto set = [&values](size_t attribute, std::string text) {
    values[attribute] = ValueSetText(PersonSchema()[attribute].type, text);
  };
  const std::string separator(1, kAlternativeSeparator);
  const auto first_space = query.forenames.find(' ');
  set(person_attribute::kGivenName, query.forenames.substr(0, first_space));
  set(person_attribute::kSurname, query.surname);
  std::string others = Join(query.other_surnames, " ");
  if (first_space != std::string::npos) {
    others = Cat(query.forenames.substr(first_space + 1), " ", others);
  }
  set(person_attribute::kOtherNames, others);
  if (query.date_of_birth != 0) {
    set(person_attribute::kBorn, Cat(query.date_of_birth));
  }
  set(person_attribute::kNiNumber, query.ni_number.substr(0, 8));
  set(person_attribute::kPhone, Join(query.phones, separator));
  set(person_attribute::kEmail, Join(query.emails, separator));
  std::vector<std::string> uprns;
  std::vector<std::string> postcodes;
  for (const PersonFeatures::Address& address : query.addresses) {
    if (address.uprn != 0) {
      uprns.push_back(Cat(address.uprn));
    }
    if (!address.postcode.empty()) {
      postcodes.push_back(address.postcode);
    }
  }
  set(person_attribute::kUprn, Join(uprns, separator));
  set(person_attribute::kPostcode, Join(postcodes, separator));
  return values;
}

}  // namespace wensum::matching
