#include "matching/score/scoring_record.h"

#include <cmath>

#include "matching/text/fold.h"
#include "matching/text/phonetic.h"

namespace wensum::matching {

ScoringToken MakeToken(std::string_view text, const NameFrequencies& names) {
  ScoringToken token;
  token.text = text;
  token.sound = PhoneticCode(text);
  token.forename_bits = -std::log2(names.Forename(text));
  token.surname_bits = -std::log2(names.Surname(text));
  token.known_forename = names.IsKnownForename(text);
  return token;
}

uint32_t TokenTable::Intern(std::string_view text) {
  const auto it = numbers_.find(text);
  if (it != numbers_.end()) {
    return it->second;
  }
  const auto number = static_cast<uint32_t>(tokens_.size());
  tokens_.push_back(std::make_unique<ScoringToken>(MakeToken(text, *names_)));
  numbers_.emplace(tokens_.back()->text, number);
  return number;
}

size_t TokenTable::memory_bytes() const {
  size_t bytes = tokens_.capacity() * sizeof(tokens_[0]) + numbers_.capacity() * (sizeof(*numbers_.begin()) + 1);
  for (const std::unique_ptr<ScoringToken>& token : tokens_) {
    bytes += sizeof(ScoringToken) + (token->text.capacity() > 15 ? token->text.capacity() : 0);
  }
  return bytes;
}

OwnedScoringRecord::OwnedScoringRecord(const PersonFeatures& features, const NameFrequencies& names) {
  const auto add = [&](std::string_view text, auto& list) {
    for (const std::string_view token : FoldedTokens(text)) {
      tokens_.push_back(std::make_unique<ScoringToken>(MakeToken(token, names)));
      list.Add(tokens_.back().get());
    }
  };
  add(features.forenames, record_.forenames);
  add(features.surname, record_.surname);
  for (const std::string& other : features.other_surnames) {
    add(other, record_.other_surnames);
  }
  record_.suffix = features.suffix;
  record_.date_of_birth = features.date_of_birth;
  record_.sex = features.sex;
  record_.organisation = features.organisation;
  record_.unique_source = features.unique_source;
  record_.ni_number = features.ni_number;
  record_.phones = features.phones;
  record_.emails = features.emails;
  record_.identifiers = features.identifiers;
  for (const PersonFeatures::Address& address : features.addresses) {
    record_.addresses.Add({address.uprn, address.text_hash, address.postcode});
  }
}

}  // namespace wensum::matching
