// Free-text queries: what they say, and how well a record fits it.
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/strings.h"
#include "matching/compare/compare_postcode.h"
#include "matching/compare/date_slip.h"
#include "matching/compare/name_similarity.h"
#include "matching/standardise.h"
#include "matching/text/fold.h"
#include "matching/text/name_tokens.h"
#include "matching/text/phonetic.h"
#include "model/contact.h"
#include "model/partial_date.h"
#include "model/postcode.h"

namespace wensum::matching {
namespace {

constexpr size_t kMaxQueryTokens = 8;
constexpr int kQueryPivotYear = 2049;  // "80" is 1980, "24" is 2024: a search may be for either

// A date in one word: with separators, or as eight digits, or a lone year of the last two centuries.
std::optional<int32_t> ReadDate(std::string_view word) {
  if (!IsDigits(word.substr(0, 1))) {
    return std::nullopt;
  }
  if (word.size() == 4 && IsDigits(word)) {
    const std::optional<int> year = ParseInteger<int>(word);
    return year && *year >= 1880 && *year < 2100 ? std::optional<int32_t>(*year * 10000) : std::nullopt;
  }
  absl::StatusOr<model::PartialDate> date = model::PartialDate::Parse(word);
  if (!date.ok()) {
    date = model::PartialDate::ParseTwoDigitYear(word, kQueryPivotYear);
  }
  return date.ok() && date->year != 0 ? std::optional<int32_t>(date->ToNumber()) : std::nullopt;
}

// Takes out of `words` what is a date, an email, a phone or an NI number; the rest is names.
void TakeTypedWords(std::vector<std::string>& words, PersonFeatures& features) {
  std::erase_if(words, [&features](const std::string& word) {
    if (const std::optional<int32_t> date = ReadDate(word); date && features.date_of_birth == 0) {
      features.date_of_birth = *date;
      return true;
    }
    if (word.find('@') != std::string::npos) {
      if (const absl::StatusOr<std::string> email = model::ParseEmail(word); email.ok()) {
        features.emails.push_back(*email);
        return true;
      }
    }
    if (const absl::StatusOr<std::string> ni_number = model::ParseNiNumber(word); ni_number.ok()) {
      features.ni_number = *ni_number;
      return true;
    }
    if (word.size() >= 10 && std::count_if(word.begin(), word.end(), IsDigit) >= 10) {
      if (const absl::StatusOr<std::string> phone = model::ParsePhone(word); phone.ok()) {
        features.phones.push_back(*phone);
        return true;
      }
    }
    return false;
  });
}

// 0 to 1 for a pair of name tokens; a query's token may be the start of the candidate's.
double TokenFit(std::string_view query, std::string_view candidate, NameKind kind) {
  constexpr std::array<double, kWordFits> kFit = {0, 0.6, 0.75, 0.85, 0.9, 1};  // by WordFit
  const WordFit fit = FitWords(query, candidate, kind);
  if (fit != WordFit::kNone) {
    return kFit[static_cast<size_t>(fit)];
  }
  if (query.size() >= 2 && candidate.starts_with(query)) {
    return 0.7;
  }
  return PhoneticCode(query) == PhoneticCode(candidate) ? 0.5 : 0;
}

struct NameToken {
  std::string_view text;
  NameKind kind;
};

std::vector<NameToken> AllTokens(const PersonFeatures& features) {
  std::vector<NameToken> tokens;
  const auto add = [&tokens](std::string_view text, NameKind kind) {
    for (const std::string_view token : FoldedTokens(text)) {
      tokens.push_back({token, kind});
    }
  };
  add(features.forenames, NameKind::kForename);
  add(features.surname, NameKind::kSurname);
  for (const std::string& surname : features.other_surnames) {
    add(surname, NameKind::kSurname);
  }
  return tokens;
}

// Mean fit of the query's tokens, each with the best free token of the candidate, whatever its place in the name.
std::optional<double> NameFit(const PersonFeatures& query, const PersonFeatures& candidate) {
  std::vector<NameToken> wanted = AllTokens(query);
  wanted.resize(std::min(wanted.size(), kMaxQueryTokens));
  if (wanted.empty()) {
    return std::nullopt;
  }
  const std::vector<NameToken> held = AllTokens(candidate);
  struct Pairing {
    double fit;
    size_t wanted;
    size_t held;
  };
  std::vector<Pairing> pairings;
  for (size_t i = 0; i < wanted.size(); ++i) {
    for (size_t j = 0; j < held.size(); ++j) {
      // Queries don't say which token is a surname, so nicknames count wherever a forename is meant.
      const double fit = TokenFit(wanted[i].text, held[j].text, held[j].kind);
      if (fit > 0) {
        // A token in its own place wins over the same token elsewhere, by less than any difference of fits.
        pairings.push_back({fit - (wanted[i].kind == held[j].kind ? 0 : 0.01), i, j});
      }
    }
  }
  std::stable_sort(pairings.begin(), pairings.end(), [](const Pairing& a, const Pairing& b) { return a.fit > b.fit; });
  std::vector<bool> wanted_done(wanted.size());
  std::vector<bool> held_done(held.size());
  double sum = 0;
  for (const Pairing& pairing : pairings) {
    if (!wanted_done[pairing.wanted] && !held_done[pairing.held]) {
      wanted_done[pairing.wanted] = true;
      held_done[pairing.held] = true;
      sum += pairing.fit;
    }
  }
  return sum / static_cast<double>(wanted.size());
}

// Packed year * 10000 + month * 100 + day, of which the candidate may lack all, and either side some.
double DateFit(int32_t query, int32_t candidate) {
  if (candidate == 0) {
    return 0;
  }
  switch (SlipBetween(DigitsOf(query), DigitsOf(candidate))) {
    case DateSlip::kNone:
    case DateSlip::kYearAlone:
      return 1;
    case DateSlip::kDayMonthSwapped:
      return 0.8;
    case DateSlip::kDayMonthDigit:
    case DateSlip::kYearDigit:
    case DateSlip::kNeighboursSwapped:
    case DateSlip::kCentury:
    case DateSlip::kDefaultDay:
      return 0.7;
    case DateSlip::kTwoParts:
      return 0.4;
    default:
      return 0;
  }
}

double AddressFit(const PersonFeatures::Address& query, const PersonFeatures& candidate) {
  constexpr std::array<double, 7> kFit = {0, 1, 0.7, 0.5, 0.3, 0.1, 0};  // by PostcodeLevel
  double best = 0;
  for (const PersonFeatures::Address& address : candidate.addresses) {
    if (query.uprn != 0 && query.uprn == address.uprn) {
      return 1;
    }
    best = std::max(best, kFit[static_cast<size_t>(ComparePostcodes(query.postcode, address.postcode))]);
  }
  return best;
}

template <typename T>
bool Share(const std::vector<T>& a, const std::vector<T>& b) {
  return std::find_first_of(a.begin(), a.end(), b.begin(), b.end()) != a.end();
}

}  // namespace

PersonFeatures StandardiseQuery(std::string_view text) {
  PersonFeatures features;
  std::string rest(text.substr(0, ValidUtf8Prefix(text)));
  if (const std::optional<model::FoundPostcode> found = model::FindPostcode(rest)) {
    PersonFeatures::Address address;
    address.postcode = found->postcode.ToString();
    std::erase(address.postcode, ' ');
    features.addresses.push_back(std::move(address));
    rest.replace(found->begin, found->end - found->begin, 1, ' ');
  }
  std::vector<std::string> words;
  for (size_t begin = 0; begin < rest.size();) {
    size_t end = begin;
    while (end < rest.size() && !IsSpace(rest[end])) {
      ++end;
    }
    if (end > begin) {
      words.push_back(rest.substr(begin, end - begin));
    }
    begin = end + 1;
  }
  TakeTypedWords(words, features);
  NameTokens name = NameFromFull(Join(words, " "));
  features.forenames = std::move(name.forenames);
  features.surname = std::move(name.surname);
  features.suffix = std::move(name.suffix);
  return features;
}

double SearchScore(const PersonFeatures& query, const PersonFeatures& candidate) {
  double sum = 0;
  double weights = 0;
  const auto add = [&](double weight, double fit) {
    sum += weight * fit;
    weights += weight;
  };
  if (const std::optional<double> fit = NameFit(query, candidate)) {
    add(4, std::min(1.0, *fit));
  }
  if (query.date_of_birth != 0) {
    add(3, DateFit(query.date_of_birth, candidate.date_of_birth));
  }
  if (!query.addresses.empty()) {
    double best = 0;
    for (const PersonFeatures::Address& address : query.addresses) {
      best = std::max(best, AddressFit(address, candidate));
    }
    add(2, best);
  }
  if (!query.ni_number.empty()) {
    add(4, query.ni_number == candidate.ni_number ? 1 : 0);
  }
  if (!query.phones.empty()) {
    add(3, Share(query.phones, candidate.phones) ? 1 : 0);
  }
  if (!query.emails.empty()) {
    add(3, Share(query.emails, candidate.emails) ? 1 : 0);
  }
  if (!query.identifiers.empty()) {
    add(4, Share(query.identifiers, candidate.identifiers) ? 1 : 0);
  }
  return weights == 0 ? 0 : sum / weights;
}

}  // namespace wensum::matching
