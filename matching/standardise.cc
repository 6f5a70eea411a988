#include "matching/standardise.h"

#include <algorithm>
#include <string_view>

#include "base/hash.h"
#include "base/strings.h"
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

void SortUnique(std::vector<uint64_t>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

bool TellsWhereTheyLive(model::AddressRole role) {
  return role != model::AddressRole::kLandlordOf && role != model::AddressRole::kBusiness;
}

uint64_t ContentRank(const PersonFeatures& features) {
  uint64_t rank = Hash64(features.forenames, 1);
  const auto mix = [&rank](uint64_t value) { rank = HashCombine(rank, value); };
  mix(Hash64(features.surname));
  mix(features.other_surnames.size());
  for (const std::string& surname : features.other_surnames) {
    mix(Hash64(surname));
  }
  mix(Hash64(features.suffix));
  mix(static_cast<uint64_t>(features.date_of_birth));
  mix(features.sex);
  mix(features.organisation ? 1 : 0);
  mix(Hash64(features.ni_number));
  for (const std::vector<uint64_t>* list : {&features.phones, &features.emails, &features.identifiers}) {
    mix(list->size());
    for (const uint64_t value : *list) {
      mix(value);
    }
  }
  mix(features.addresses.size());
  for (const PersonFeatures::Address& address : features.addresses) {
    mix(address.uprn);
    mix(address.text_hash);
    mix(Hash64(address.postcode));
  }
  mix(Hash64(features.tie_break));
  return rank;
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
    const std::string text = FoldText(address.text);
    out.text_hash = text.empty() ? 0 : Hash64(text);
    out.postcode = WithoutSpace(address.postcode.ToString());
    if (std::find(std::begin(kNoPostcodes), std::end(kNoPostcodes), out.postcode) != std::end(kNoPostcodes)) {
      out.postcode.clear();
    }
    const bool empty = out.uprn == 0 && out.text_hash == 0 && out.postcode.empty();
    if (!empty && std::find(features.addresses.begin(), features.addresses.end(), out) == features.addresses.end()) {
      features.addresses.push_back(std::move(out));
    }
  }
}

}  // namespace

PersonFeatures Standardise(const model::PersonDetails& details, model::RecordKind kind, std::span<const uint64_t> uprns,
                           std::string_view tie_break) {
  PersonFeatures features;
  features.organisation = kind == model::RecordKind::kOrganisation;
  features.tie_break = tie_break;
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
    features.phones.push_back(Hash64(details.phones[i]));
  }
  for (size_t i = 0; i < details.emails.size() && i < kMaxContacts; ++i) {
    features.emails.push_back(Hash64(details.emails[i]));
  }
  for (size_t i = 0; i < details.identifiers.size() && i < kMaxContacts; ++i) {
    features.identifiers.push_back(
        HashCombine(Hash64(ToLowerAscii(details.identifiers[i].type)), Hash64(FoldText(details.identifiers[i].value))));
  }
  SortUnique(features.phones);
  SortUnique(features.emails);
  SortUnique(features.identifiers);
  AddAddresses(details, uprns, features);
  features.content_rank = ContentRank(features);
  return features;
}

}  // namespace wensum::matching
