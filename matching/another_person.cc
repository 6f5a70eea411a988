#include "matching/another_person.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "matching/compare/date_slip.h"
#include "matching/compare/name_similarity.h"
#include "matching/person/person_name.h"
#include "matching/text/fold.h"

namespace wensum::matching {
namespace {

using model::PersonDetails;
using model::RecordKind;
using Words = std::vector<std::string_view>;

constexpr int kYearsOfGeneration = 10;

// What words of organisations' names leave open which of them it is.
constexpr std::array<std::string_view, 21> kLegalForms = {
    "LTD",     "LIMITED", "PLC", "LLP", "LLC", "CIC", "CIO",   "INC",      "GMBH",    "CO",      "COMPANY",
    "HOLDING", "UK",      "GB",  "THE", "OF",  "AND", "GROUP", "HOLDINGS", "TRADING", "SERVICES"};

void AddWords(std::string_view folded, Words& words) {
  for (const std::string_view word : Split(folded, ' ')) {
    if (!word.empty() && words.size() < kMaxNameWords) {
      words.push_back(word);
    }
  }
}

Words WordsOf(std::string_view folded) {
  Words words;
  AddWords(folded, words);
  return words;
}

bool AnyFits(const Words& a, const Words& b, NameKind kind, WordFit least) {
  return std::ranges::any_of(
      a, [&](auto x) { return std::ranges::any_of(b, [&](auto y) { return FitWords(x, y, kind) >= least; }); });
}

// A word of one role that stands in another on the other side.
bool AnyShared(const Words& a, const Words& b) {
  return std::ranges::any_of(a, [&](auto x) { return x.size() > 1 && std::ranges::find(b, x) != b.end(); });
}

// The words of a name by role.
struct Name {
  Words given;
  Words surname;
  Words others;
  std::string_view suffix;

  explicit Name(const NameParts& parts)
      : given(WordsOf(parts.given)),
        surname(WordsOf(parts.surname)),
        others(WordsOf(parts.others)),
        suffix(parts.suffix) {}
};

bool GivenFits(const Name& a, const Name& b) {
  return AnyFits(a.given, b.given, NameKind::kForename, WordFit::kInitial) ||
         AnyFits(a.given, b.others, NameKind::kForename, WordFit::kSimilar) || AnyShared(a.given, b.surname);
}

bool SurnameFits(const Name& a, const Name& b) {
  return AnyFits(a.surname, b.surname, NameKind::kSurname, WordFit::kSimilar) ||
         AnyFits(a.surname, b.others, NameKind::kSurname, WordFit::kTypo) || AnyShared(a.surname, b.given);
}

AnotherSigns NameSigns(const PersonDetails& former, const PersonDetails& next) {
  if (former.name == next.name) {
    return 0;
  }
  const NameParts former_parts = ReadPersonName(former.name, former.other_names);
  const NameParts next_parts = ReadPersonName(next.name, next.other_names);
  const Name a(former_parts);
  const Name b(next_parts);
  AnotherSigns signs = 0;
  if (!a.given.empty() && !b.given.empty() && !GivenFits(a, b) && !GivenFits(b, a)) {
    signs |= kSignGivenName;
  }
  if (!a.surname.empty() && !b.surname.empty() && !SurnameFits(a, b) && !SurnameFits(b, a)) {
    signs |= kSignSurname;
  }
  if (!a.suffix.empty() && !b.suffix.empty() && a.suffix != b.suffix) {
    signs |= kSignSuffix;
  }
  return signs;
}

enum class Dates : uint8_t { kUnknown, kSame, kCorrected, kGeneration };

Dates CompareDates(model::PartialDate former, model::PartialDate next) {
  if (former.empty() || next.empty() || model::IsDummyDateOfBirth(former) || model::IsDummyDateOfBirth(next)) {
    return Dates::kUnknown;
  }
  if (SlipBetween(DigitsOf(former.ToNumber()), DigitsOf(next.ToNumber())) <= DateSlip::kTwoParts) {
    return Dates::kSame;
  }
  const bool day = former.day != 0 && former.day == next.day;
  const bool month = former.month != 0 && former.month == next.month;
  return !day && !month && std::abs(former.year - next.year) >= kYearsOfGeneration ? Dates::kGeneration
                                                                                   : Dates::kCorrected;
}

bool ShareText(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::ranges::any_of(a, [&b](const auto& text) { return std::ranges::find(b, text) != b.end(); });
}

AnotherSigns PersonSigns(const PersonDetails& former, const PersonDetails& next) {
  const bool both_numbered = !former.ni_number.empty() && !next.ni_number.empty();
  if ((both_numbered && former.ni_number == next.ni_number) || ShareText(former.emails, next.emails)) {
    return 0;
  }
  AnotherSigns signs = NameSigns(former, next);
  const Dates dates = CompareDates(former.date_of_birth, next.date_of_birth);
  if (dates == Dates::kCorrected || dates == Dates::kGeneration) {
    signs |= kSignDateOfBirth;
  }
  if (both_numbered) {
    signs |= kSignNiNumber;
  }
  if (former.sex != model::Sex::kUnknown && next.sex != model::Sex::kUnknown && former.sex != next.sex) {
    signs |= kSignSex;
  }
  const auto all = [signs](AnotherSigns wanted) { return (signs & wanted) == wanted; };
  if (dates == Dates::kSame) {
    return all(kSignGivenName | kSignSurname | kSignSex) ? signs : 0;
  }
  const bool another = all(kSignGivenName) || all(kSignSuffix) || all(kSignSurname | kSignDateOfBirth) ||
                       all(kSignSurname | kSignNiNumber) || (!all(kSignSurname) && dates == Dates::kGeneration);
  return another ? signs : 0;
}

Words NamingWords(std::string_view folded) {
  Words words = WordsOf(folded);
  std::erase_if(words, [](auto word) { return std::ranges::find(kLegalForms, word) != kLegalForms.end(); });
  return words;
}

AnotherSigns OrganisationSigns(const PersonDetails& former, const PersonDetails& next) {
  if (former.organisation_name == next.organisation_name) {
    return 0;
  }
  const std::string former_text = FoldText(former.organisation_name);
  const std::string next_text = FoldText(next.organisation_name);
  const Words a = NamingWords(former_text);
  const Words b = NamingWords(next_text);
  const bool another = !a.empty() && !b.empty() && !AnyFits(a, b, NameKind::kSurname, WordFit::kSimilar);
  return another ? kSignOrganisationName : 0;
}

}  // namespace

AnotherSigns SignsOfAnother(const PersonDetails& former, RecordKind former_kind, const PersonDetails& next,
                            RecordKind next_kind) {
  if (former_kind != next_kind) {
    return kSignKind;
  }
  switch (next_kind) {
    case RecordKind::kPerson:
      return PersonSigns(former, next);
    case RecordKind::kOrganisation:
      return OrganisationSigns(former, next);
    case RecordKind::kProperty:
      return 0;
  }
  return 0;
}

}  // namespace wensum::matching
