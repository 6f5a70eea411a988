#include "matching/explain/pair_sentence.h"

#include <algorithm>
#include <utility>

#include "base/strings.h"
#include "matching/explain/phrase.h"

namespace wensum::matching {
namespace {

constexpr double kWorthMentioning = 0.5;  // bits
constexpr size_t kMostPhrases = 5;        // on each side

// The strongest evidence for (sign 1) or against (-1), strongest first.
std::string Strongest(const std::vector<SentenceEvidence>& evidence, double sign) {
  std::vector<const SentenceEvidence*> chosen;
  for (const SentenceEvidence& item : evidence) {
    if (item.level != kNullLevel && sign * item.weight >= kWorthMentioning) chosen.push_back(&item);
  }
  std::ranges::stable_sort(chosen, {}, [sign](const SentenceEvidence* item) { return -sign * item->weight; });
  if (chosen.size() > kMostPhrases) chosen.resize(kMostPhrases);
  std::vector<std::string> phrases;
  phrases.reserve(chosen.size());
  for (const SentenceEvidence* item : chosen) {
    phrases.push_back(EvidencePhrase(item->attribute, item->level, sign > 0 ? item->rarity : 0));
  }
  return Join(phrases, ", ");
}

// "with probability 0.98", or nothing.
std::string With(const std::optional<double>& probability) {
  return probability.has_value() ? Cat(" with probability ", ProbabilityText(*probability)) : "";
}

std::string OnePerson(const SentenceInput& input) {
  const bool alone = !input.probability.has_value() || !input.needed.has_value() || *input.probability >= *input.needed;
  if (alone) return Cat(" are one person", With(input.probability));
  return Cat(" are one person", input.through_others ? " through other records of that person" : "",
             "; the two alone would be one", With(input.probability));
}

// Of a pair that scores too little. Two numbers that read alike would be no reason.
std::string BelowThreshold(double probability, double needed) {
  const std::string scored = ProbabilityText(probability);
  const std::string wanted = ProbabilityText(needed);
  return Cat(" are two people: they would be one with probability ",
             scored == wanted ? Cat("just under the ", wanted, " that is needed")
                              : Cat(scored, ", where ", wanted, " is needed"));
}

std::string TwoPeople(const SentenceInput& input) {
  const bool scored = input.probability.has_value() && input.needed.has_value();
  switch (input.judgement.verdict) {
    case Verdict::kSaysNothing:
      return " are not compared, because one of them says nothing of a person";
    case Verdict::kNeverCompared:
      return Cat(
          " are two people, never compared because they share nothing that only few share; compared, they would "
          "be one",
          With(input.probability));
    case Verdict::kBelowThreshold:
      return scored ? BelowThreshold(*input.probability, *input.needed) : " are two people: the evidence is too weak";
    case Verdict::kPeopleBelowThreshold:
      return Cat(" are two people: the two alone would be one", With(input.probability),
                 ", but all records of the two people together say so", With(input.people_probability), " only");
    case Verdict::kRefused: {
      const std::optional<double>& of_people =
          input.people_probability.has_value() ? input.people_probability : input.probability;
      return Cat(" are left apart, although they would be one person", With(of_people), ", because ",
                 RefusalPhrase(input.judgement.refusal));
    }
    default:
      return " are two people";
  }
}

}  // namespace

std::string PairSentence(const SentenceInput& input) {
  const bool one = input.judgement.verdict == Verdict::kOnePerson;
  std::string text = Cat(input.a, " and ", input.b, one ? OnePerson(input) : TwoPeople(input));
  if (input.judgement.verdict == Verdict::kSaysNothing) return AsSentence(std::move(text));
  const std::string in_favour = Strongest(input.evidence, 1);
  const std::string against = Strongest(input.evidence, -1);
  if (!in_favour.empty()) AppendTo(text, one ? ": " : "; for it: ", in_favour);
  if (!against.empty()) AppendTo(text, "; against it: ", against);
  if (!one && input.household.has_value()) {
    AppendTo(text, "; two people of one household are ", *input.household <= 0 ? "as likely" : "nearly as likely");
  }
  if (input.withheld) AppendTo(text, "; what this purpose may not see is left out");
  return AsSentence(std::move(text));
}

}  // namespace wensum::matching
