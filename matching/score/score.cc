#include "matching/score/score.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "matching/compare/compare_date.h"
#include "matching/compare/compare_name.h"
#include "matching/compare/compare_postcode.h"
#include "matching/compare/edit_distance.h"

namespace wensum::matching {
namespace {

// A name that agrees but for its spelling has half of the weight that its rarity would give it, around these means.
constexpr float kMeanForenameBits = 7;
constexpr float kMeanSurnameBits = 9;
// The share of household pairs with one forename, apart from chance: sons named after fathers.
constexpr float kSameNameKin = 0.01F;

struct Names {
  ForenameLevel forename = ForenameLevel::kNull;
  SurnameLevel surname = SurnameLevel::kNull;
  float forename_bits = 0;  // the frequency's part of the forename's weight against random
  float household_loss = 0;
  float surname_bits = 0;
};

using Tokens = std::span<const ScoringToken* const>;

bool SameText(Tokens a, Tokens b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const ScoringToken* x, const ScoringToken* y) { return x == y || x->text == y->text; });
}

bool Holds(Tokens tokens, std::string_view text) {
  return std::any_of(tokens.begin(), tokens.end(), [text](const ScoringToken* token) { return token->text == text; });
}

TokenLevel CompareRole(const ScoringToken& a, const ScoringToken& b, NameRole role) {
  return &a == &b ? TokenLevel::kExact : CompareTokens(a.text, a.sound, b.text, b.sound, role);
}

ForenameLevel NearLevel(const ScoringToken& a, const ScoringToken& b) {
  if (a.known_forename && b.known_forename) {
    return ForenameLevel::kNearKnown;
  }
  return a.known_forename || b.known_forename ? ForenameLevel::kTypo : ForenameLevel::kNearUnknown;
}

void CompareForenames(const ScoringRecord& a, const ScoringRecord& b, Names& out) {
  if (a.forenames.empty() || b.forenames.empty()) {
    return;
  }
  const ScoringToken& x = *a.forenames[0];
  const ScoringToken& y = *b.forenames[0];
  const float half = 0.5F * (std::min(x.forename_bits, y.forename_bits) - kMeanForenameBits);
  switch (CompareRole(x, y, NameRole::kForename)) {
    case TokenLevel::kExact:
      if (x.text.size() == 1) {  // the same initial twice
        out.forename = ForenameLevel::kInitial;
        return;
      }
      out.forename = ForenameLevel::kExact;
      out.forename_bits = x.forename_bits;
      out.household_loss = std::log2(1 + std::exp2(-x.forename_bits) / kSameNameKin);
      return;
    case TokenLevel::kNickname:
      out.forename = ForenameLevel::kNickname;
      out.forename_bits = half;
      return;
    case TokenLevel::kTypo:
    case TokenLevel::kSimilar:
      out.forename = NearLevel(x, y);
      out.forename_bits = out.forename == ForenameLevel::kNearKnown ? 0 : half;
      break;
    case TokenLevel::kInitial:
      out.forename = ForenameLevel::kInitial;
      return;
    default:
      out.forename = ForenameLevel::kDifferent;
      break;
  }
  if (out.forename != ForenameLevel::kTypo && ((x.text.size() > 1 && Holds(b.forenames.items().subspan(1), x.text)) ||
                                               (y.text.size() > 1 && Holds(a.forenames.items().subspan(1), y.text)))) {
    out.forename = ForenameLevel::kUsesMiddle;
    out.forename_bits = half;
  }
}

void CompareSurnames(const ScoringRecord& a, const ScoringRecord& b, Names& out) {
  if (a.surname.empty() || b.surname.empty()) {
    return;
  }
  const Tokens x = a.surname.items();
  const Tokens y = b.surname.items();
  const auto bits = [](Tokens tokens) {
    float most = 0;
    for (const ScoringToken* token : tokens) {
      most = std::max(most, token->surname_bits);
    }
    return most;
  };
  if (SameText(x, y)) {
    out.surname = SurnameLevel::kExact;
    out.surname_bits = bits(x);
    return;
  }
  float shared = 0;
  for (const ScoringToken* token : x) {
    if (token->text.size() > 2 && Holds(y, token->text)) {
      shared = std::max(shared, token->surname_bits);
    }
  }
  if (shared > 0) {
    out.surname = SurnameLevel::kPart;
    out.surname_bits = shared;
    return;
  }
  for (const ScoringToken* token : x) {
    if (Holds(b.other_surnames.items(), token->text)) {
      shared = std::max(shared, token->surname_bits);
    }
  }
  for (const ScoringToken* token : y) {
    if (Holds(a.other_surnames.items(), token->text)) {
      shared = std::max(shared, token->surname_bits);
    }
  }
  if (shared > 0) {
    out.surname = SurnameLevel::kFormer;
    out.surname_bits = shared;
    return;
  }
  const ScoringToken& p = *x.back();
  const ScoringToken& q = *y.back();
  const float half = 0.5F * (std::min(p.surname_bits, q.surname_bits) - kMeanSurnameBits);
  switch (CompareRole(p, q, NameRole::kSurname)) {
    case TokenLevel::kTypo:
      out.surname = SurnameLevel::kTypo;
      out.surname_bits = half;
      return;
    case TokenLevel::kSimilar:
      out.surname = SurnameLevel::kSimilar;
      out.surname_bits = half;
      return;
    case TokenLevel::kInitial:
    case TokenLevel::kExact:  // one token of several, too short to count as a shared part
      out.surname = SurnameLevel::kInitial;
      return;
    default:
      out.surname = SurnameLevel::kDifferent;
  }
}

// Both names in each other's place: "SMITH JOHN" for "JOHN SMITH"; one of the two may have a slip. Scored once, in the
// forename's field.
bool Swapped(const ScoringRecord& a, const ScoringRecord& b) {
  if (a.forenames.empty() || b.forenames.empty() || a.surname.empty() || b.surname.empty()) {
    return false;
  }
  const ScoringToken& a_forename = *a.forenames[0];
  const ScoringToken& b_forename = *b.forenames[0];
  const ScoringToken& a_surname = *a.surname.items().back();
  const ScoringToken& b_surname = *b.surname.items().back();
  const bool first = a_forename.text == b_surname.text;
  const bool second = b_forename.text == a_surname.text;
  if ((!first && !second) || std::min(a_forename.text.size(), b_forename.text.size()) == 1 ||
      a_forename.text == b_forename.text) {
    return false;
  }
  return (first || CompareRole(a_forename, b_surname, NameRole::kSurname) <= TokenLevel::kSimilar) &&
         (second || CompareRole(b_forename, a_surname, NameRole::kSurname) <= TokenLevel::kSimilar);
}

Names CompareNames(const ScoringRecord& a, const ScoringRecord& b) {
  Names names;
  if (Swapped(a, b)) {
    names.forename = ForenameLevel::kSwapped;
    const ScoringToken& x = *a.forenames[0];
    const ScoringToken& y = *b.forenames[0];
    // Whichever way round is the right one, the commoner reading counts.
    names.forename_bits = std::min(x.forename_bits + y.surname_bits, y.forename_bits + x.surname_bits);
    return names;
  }
  CompareForenames(a, b, names);
  CompareSurnames(a, b, names);
  return names;
}

MiddleLevel CompareMiddles(const ScoringRecord& a, const ScoringRecord& b, ForenameLevel forename) {
  if (a.forenames.size() < 2 || b.forenames.size() < 2 || forename == ForenameLevel::kUsesMiddle ||
      forename == ForenameLevel::kSwapped) {
    return MiddleLevel::kNull;
  }
  const ScoringToken& x = *a.forenames[1];
  const ScoringToken& y = *b.forenames[1];
  switch (CompareRole(x, y, NameRole::kForename)) {
    case TokenLevel::kExact:
      return x.text.size() == 1 ? MiddleLevel::kInitial : MiddleLevel::kSame;
    case TokenLevel::kNickname:
    case TokenLevel::kTypo:
    case TokenLevel::kSimilar:
      return MiddleLevel::kNear;
    case TokenLevel::kInitial:
      return MiddleLevel::kInitial;
    default:
      break;
  }
  // A source may leave one of several middle names out.
  const Tokens rest_a = a.forenames.items().subspan(1);
  const Tokens rest_b = b.forenames.items().subspan(1);
  const bool shared = (x.text.size() > 1 && Holds(rest_b, x.text)) || (y.text.size() > 1 && Holds(rest_a, y.text));
  return shared ? MiddleLevel::kNear : MiddleLevel::kDifferent;
}

SuffixLevel CompareSuffixes(std::string_view a, std::string_view b) {
  if (a.empty() && b.empty()) {
    return SuffixLevel::kNull;
  }
  if (a.empty() || b.empty()) {
    return SuffixLevel::kOneSided;
  }
  return a == b ? SuffixLevel::kSame : SuffixLevel::kDifferent;
}

AddressLevel CompareAddress(const ScoringAddress& a, const ScoringAddress& b) {
  if (a.uprn != 0 && a.uprn == b.uprn) {
    return AddressLevel::kUprn;
  }
  const bool two_properties = a.uprn != 0 && b.uprn != 0;
  const PostcodeLevel postcode = ComparePostcodes(a.postcode, b.postcode);
  const bool same_text = a.text_hash != 0 && a.text_hash == b.text_hash;
  if (!two_properties && same_text && (postcode == PostcodeLevel::kExact || postcode == PostcodeLevel::kNull)) {
    return AddressLevel::kText;
  }
  switch (postcode) {
    case PostcodeLevel::kNull:
      return two_properties ? AddressLevel::kElsewhere : AddressLevel::kNull;
    case PostcodeLevel::kExact:
      return two_properties ? AddressLevel::kOtherProperty : AddressLevel::kPostcode;
    case PostcodeLevel::kOneEdit:
    case PostcodeLevel::kSector:
      return two_properties ? AddressLevel::kDistrict : AddressLevel::kNear;
    case PostcodeLevel::kDistrict:
      return AddressLevel::kDistrict;
    default:
      return AddressLevel::kElsewhere;
  }
}

AddressLevel CompareAddresses(const ScoringRecord& a, const ScoringRecord& b) {
  AddressLevel best = AddressLevel::kNull;
  for (const ScoringAddress& x : a.addresses.items()) {
    for (const ScoringAddress& y : b.addresses.items()) {
      const AddressLevel level = CompareAddress(x, y);
      if (level != AddressLevel::kNull && (best == AddressLevel::kNull || level < best)) {
        best = level;
      }
    }
  }
  return best;
}

NiNumberLevel CompareNiNumbers(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) {
    return NiNumberLevel::kNull;
  }
  // Sources may lack the suffix letter, which carries no identity.
  const size_t length = std::min({a.size(), b.size(), size_t{8}});
  const std::string_view x = a.substr(0, length);
  const std::string_view y = b.substr(0, length);
  if (x == y) {
    return NiNumberLevel::kSame;
  }
  return OsaDistance(x, y, 1) <= 1 ? NiNumberLevel::kOneEdit : NiNumberLevel::kDifferent;
}

ContactLevel CompareSets(std::span<const uint64_t> a, std::span<const uint64_t> b) {
  if (a.empty() || b.empty()) {
    return ContactLevel::kNull;
  }
  return std::find_first_of(a.begin(), a.end(), b.begin(), b.end()) != a.end() ? ContactLevel::kShared
                                                                               : ContactLevel::kDifferent;
}

bool ForenamesDiffer(const Evidence& evidence) {
  return evidence.Is(Field::kForename, ForenameLevel::kDifferent) ||
         evidence.Is(Field::kForename, ForenameLevel::kNearKnown);
}

// True if date of birth or NI number say that this is one person, whatever the source thinks.
bool SpeakForOnePerson(const Evidence& evidence) {
  const auto birth = static_cast<DateLevel>(evidence.level(Field::kBirth));
  return birth == DateLevel::kExact || birth == DateLevel::kSwapped || birth == DateLevel::kOneDigit ||
         evidence.Is(Field::kNiNumber, NiNumberLevel::kSame);
}

// What no score may outweigh. A shared number excuses a wrong date or another forename, not both.
bool InConflict(const Evidence& evidence) {
  const bool dates = IsConflict(static_cast<DateLevel>(evidence.level(Field::kBirth)));
  const bool forenames = ForenamesDiffer(evidence);
  if (evidence.Is(Field::kNiNumber, NiNumberLevel::kDifferent) ||
      evidence.Is(Field::kSuffix, SuffixLevel::kDifferent)) {
    return true;
  }
  if (evidence.Is(Field::kNiNumber, NiNumberLevel::kSame)) {
    return dates && forenames;
  }
  // Other identifiers may be a household's: joint tenants share their tenancy's number.
  return forenames || (dates && !evidence.Is(Field::kIdentifier, ContactLevel::kShared));
}

}  // namespace

Evidence Compare(const ScoringRecord& a, const ScoringRecord& b, const PersonModel& model) {
  Evidence evidence;
  const auto set = [&](Field field, auto level) -> LevelWeight& {
    const auto f = static_cast<size_t>(field);
    const auto l = static_cast<uint8_t>(level);
    evidence.levels[f] = l;
    evidence.weights[f] = model.weights[f][l];
    return evidence.weights[f];
  };
  const Names names = CompareNames(a, b);
  LevelWeight& forename = set(Field::kForename, names.forename);
  forename.random += names.forename_bits;
  forename.household -= names.household_loss;
  set(Field::kSurname, names.surname).random += names.surname_bits;
  set(Field::kMiddle, CompareMiddles(a, b, names.forename));
  set(Field::kSuffix, CompareSuffixes(a.suffix, b.suffix));
  set(Field::kBirth, CompareDates(a.date_of_birth, b.date_of_birth));
  if (a.sex != 0 && b.sex != 0) {
    set(Field::kSex, a.sex == b.sex ? SexLevel::kSame : SexLevel::kDifferent);
  }
  set(Field::kAddress, CompareAddresses(a, b));
  set(Field::kNiNumber, CompareNiNumbers(a.ni_number, b.ni_number));
  set(Field::kPhone, CompareSets(a.phones, b.phones));
  set(Field::kEmail, CompareSets(a.emails, b.emails));
  const ContactLevel identifiers = CompareSets(a.identifiers, b.identifiers);
  // Two identifiers that differ may be of two kinds: that says nothing.
  set(Field::kIdentifier, identifiers == ContactLevel::kShared ? identifiers : ContactLevel::kNull);
  evidence.conflict = InConflict(evidence) ||
                      (a.unique_source != 0 && a.unique_source == b.unique_source && !SpeakForOnePerson(evidence));
  return evidence;
}

double CombineAlternatives(double against_random, double against_household) {
  const double less = std::min(against_random, against_household);
  const double more = std::max(against_random, against_household);
  return less - std::log2(1 + std::exp2(less - more));
}

double ScoreOf(const Evidence& evidence, const PersonModel& model) {
  double random = model.prior_log2_odds;
  double household = model.household_prior_log2_odds;
  for (const LevelWeight& weight : evidence.weights) {
    random += weight.random;
    household += weight.household;
  }
  return CombineAlternatives(random, household);
}

double Score(const PersonFeatures& a, const PersonFeatures& b, const PersonModel& model) {
  if (a.organisation || b.organisation) {
    return -std::numeric_limits<double>::infinity();
  }
  const OwnedScoringRecord x(a, *model.names);
  const OwnedScoringRecord y(b, *model.names);
  return ScoreOf(Compare(x.record(), y.record(), model), model);
}

Explanation Explain(const PersonFeatures& a, const PersonFeatures& b, const PersonModel& model) {
  const OwnedScoringRecord x(a, *model.names);
  const OwnedScoringRecord y(b, *model.names);
  const Evidence evidence = Compare(x.record(), y.record(), model);
  Explanation explanation;
  explanation.prior_random = model.prior_log2_odds;
  explanation.prior_household = model.household_prior_log2_odds;
  explanation.against_random = model.prior_log2_odds;
  explanation.against_household = model.household_prior_log2_odds;
  explanation.conflict = evidence.conflict;
  for (size_t f = 0; f < kFieldCount; ++f) {
    explanation.against_random += evidence.weights[f].random;
    explanation.against_household += evidence.weights[f].household;
    if (evidence.levels[f] != kNotCompared) {
      const auto field = static_cast<Field>(f);
      explanation.fields.push_back(
          {field, LevelName(field, evidence.levels[f]), evidence.weights[f].random, evidence.weights[f].household});
    }
  }
  explanation.score = Score(a, b, model);
  return explanation;
}

}  // namespace wensum::matching
