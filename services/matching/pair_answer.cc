#include "services/matching/pair_answer.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "matching/explain/pair_sentence.h"
#include "matching/explain/phrase.h"
#include "matching/explain/verdict.h"
#include "matching/schema/value_text.h"
#include "services/convert/person_details.h"
#include "services/convert/review_pairs.h"
#include "services/rpc/resource_name.h"

namespace wensum::match {
namespace {

using matching::Judgement;
using matching::Verdict;
using AttributeEvidence = matching::LiveMatcher::AttributeEvidence;
using Explanation = matching::LiveMatcher::Explanation;

bool IsOrganisation(const SeenRecord& record) { return record.version.record.kind == model::RecordKind::kOrganisation; }

std::vector<std::string> ValuesOf(const registry::SourceVersion& version) {
  std::vector<uint64_t> uprns;
  for (const auto& address : version.stored.resolved_addresses()) {
    uprns.push_back(address.uprn());
  }
  return matching::PersonValues(version.record.details, version.record.kind, uprns);
}

void AddValues(const std::string& values, google::protobuf::RepeatedPtrField<std::string>& out) {
  if (values.empty()) {
    return;
  }
  for (const std::string_view value : Split(values, matching::kAlternativeSeparator)) {
    out.Add(std::string(value));
  }
}

bool SeesBoth(const SeenRecord& a, const SeenRecord& b, size_t place) {
  return a.sight.attribute(place) && b.sight.attribute(place);
}

// What an attribute adds by itself: its dependence tells of another one, which may be withheld.
double OwnWeight(const AttributeEvidence& evidence, bool withheld) {
  return withheld ? evidence.random - evidence.dependence : evidence.random;
}

void AddEvidence(const SeenRecord& a, const SeenRecord& b, const Explanation& pair, bool withheld,
                 v1::PairExplanation& out) {
  const std::vector<std::string> values_a = ValuesOf(a.version);
  const std::vector<std::string> values_b = ValuesOf(b.version);
  const matching::Schema& schema = matching::PersonSchema();
  for (size_t i = 0; i < pair.attributes.size(); ++i) {
    const AttributeEvidence& evidence = pair.attributes[i];
    v1::PairExplanation::Evidence& added = *out.add_evidence();
    added.set_attribute(evidence.attribute);
    if (!SeesBoth(a, b, i)) {
      added.set_withheld(true);
      continue;
    }
    added.mutable_level()->assign(evidence.level_name);
    added.set_phrase(matching::EvidencePhrase(schema[i], evidence.level, evidence.rarity));
    added.set_weight(OwnWeight(evidence, withheld));
    added.set_household_weight(evidence.household);
    added.set_frequency(evidence.frequency);
    added.set_dependence(withheld ? 0 : evidence.dependence);
    AddValues(values_a[i], *added.mutable_values_a());
    AddValues(values_b[i], *added.mutable_values_b());
  }
}

void AddTotals(const registry::PairExplanation& pair, bool sees_everything, v1::PairExplanation& out) {
  const Explanation& evidence = pair.evidence;
  out.set_random_total(evidence.random);
  out.set_household_total(evidence.household);
  out.set_score(evidence.score);
  out.set_calibration(evidence.score - evidence.calibration.Invert(evidence.score));
  out.set_probability(evidence.probability);
  out.set_candidate(evidence.is_candidate);
  out.set_edge(evidence.is_edge);
  const auto refusal = [](matching::ReviewReason reason) {
    return reason == matching::ReviewReason::kScore ? v1::REVIEW_REASON_UNSPECIFIED : convert::ToReason(reason);
  };
  out.set_pair_refusal(refusal(evidence.refusal));
  if (sees_everything && evidence.clusters_judged && !evidence.same_cluster) {
    v1::PairExplanation::People& people = *out.mutable_people();
    people.set_score(evidence.cluster_score);
    people.set_probability(convert::ProbabilityOf(evidence.cluster_score));
    people.set_refusal(refusal(evidence.cluster_refusal));
    people.set_records(static_cast<int32_t>(evidence.cluster_records));
  }
}

// Without sight of all records of the two people, or where they are too many, it is the pair alone that is judged.
Judgement Judge(const registry::PairExplanation& pair, bool withheld, bool sees_everything) {
  if (pair.evidence.same_cluster) {
    return {.verdict = Verdict::kOnePerson};
  }
  if (withheld) {
    return {.verdict = Verdict::kWithheld};
  }
  if (sees_everything && pair.evidence.clusters_judged) {
    return matching::JudgementOf(pair.evidence, pair.merge_threshold);
  }
  Explanation alone = pair.evidence;
  alone.cluster_records = 2;
  alone.cluster_score = alone.score;
  alone.cluster_refusal = alone.refusal;
  alone.clusters_compared = alone.is_candidate;
  const Judgement judgement = matching::JudgementOf(alone, pair.merge_threshold);
  const bool by_itself_one =
      judgement.verdict == Verdict::kRefused && judgement.refusal == matching::ReviewReason::kContested;
  return by_itself_one ? Judgement{.verdict = Verdict::kWithheld} : judgement;
}

v1::PairExplanation::Verdict ToVerdict(Verdict verdict) {
  switch (verdict) {
    case Verdict::kOnePerson:
      return v1::PairExplanation::VERDICT_ONE_PERSON;
    case Verdict::kSaysNothing:
      return v1::PairExplanation::VERDICT_SAYS_NOTHING;
    case Verdict::kNeverCompared:
      return v1::PairExplanation::VERDICT_NEVER_COMPARED;
    case Verdict::kBelowThreshold:
      return v1::PairExplanation::VERDICT_BELOW_THRESHOLD;
    case Verdict::kPeopleBelowThreshold:
      return v1::PairExplanation::VERDICT_PEOPLE_BELOW_THRESHOLD;
    case Verdict::kRefused:
      return v1::PairExplanation::VERDICT_REFUSED;
    case Verdict::kWithheld:
      break;
  }
  return v1::PairExplanation::VERDICT_WITHHELD;
}

// Of an explanation that is filled already: it says no more than that does.
matching::SentenceInput SentenceOf(const v1::PairExplanation& answer, const registry::PairExplanation& pair,
                                   const Judgement& judgement, bool sees_everything) {
  matching::SentenceInput input;
  input.judgement = judgement;
  input.withheld = answer.withheld();
  if (!answer.withheld()) {
    input.probability = answer.probability();
    input.needed = convert::ProbabilityOf(pair.merge_threshold);
    const bool household_on = answer.household_prior() != 0;
    const matching::ScoreCalibration& calibration = pair.evidence.calibration;
    if (household_on && calibration.Apply(pair.evidence.random) >= pair.merge_threshold &&
        calibration.Apply(pair.evidence.household) < pair.merge_threshold) {
      input.household = pair.evidence.household;
    }
  }
  input.through_others = sees_everything && pair.evidence.cluster_records > 2;
  if (answer.has_people()) {
    input.people_probability = answer.people().probability();
  }
  const matching::Schema& schema = matching::PersonSchema();
  for (int i = 0; i < answer.evidence_size(); ++i) {
    const auto place = static_cast<size_t>(i);
    if (!answer.evidence(i).withheld()) {
      input.evidence.push_back({.attribute = schema[place],
                                .level = pair.evidence.attributes[place].level,
                                .weight = answer.evidence(i).weight(),
                                .rarity = pair.evidence.attributes[place].rarity});
    }
  }
  return input;
}

}  // namespace

std::string RecordLabel(const model::SourceKey& key) {
  std::string source = key.source;
  std::ranges::replace(source, '_', ' ');
  std::string label = Cat(source, " ", key.key);
  if (key.incarnation != 0) {
    AppendTo(label, " (incarnation ", key.incarnation, ")");
  }
  return label;
}

bool Withheld(const SeenRecord& a, const SeenRecord& b) { return !a.sight.everything() || !b.sight.everything(); }

double SeenStrength(const SeenRecord& a, const SeenRecord& b, const registry::PairExplanation& pair) {
  if (!Withheld(a, b)) {
    return pair.evidence.score;
  }
  double strength = pair.evidence.prior;
  for (size_t i = 0; i < pair.evidence.attributes.size(); ++i) {
    strength += SeesBoth(a, b, i) ? OwnWeight(pair.evidence.attributes[i], true) : 0;
  }
  return pair.evidence.calibration.Apply(strength);
}

void ToPairExplanation(const OpaqueIdCodec& ids, const SeenRecord& a, const SeenRecord& b,
                       const registry::PairExplanation& pair, bool sees_everything, v1::PairExplanation& out) {
  const bool withheld = Withheld(a, b);
  convert::ToRecordRef(a.version, ids, *out.mutable_a());
  convert::ToRecordRef(b.version, ids, *out.mutable_b());
  out.set_one_person(pair.evidence.same_cluster);
  out.set_model_version(pair.evidence.model_version);
  out.set_merge_threshold(pair.merge_threshold);
  out.set_review_threshold(pair.review_threshold);
  out.set_withheld(withheld);
  const std::string label_a = RecordLabel(a.version.record.key);
  const std::string label_b = RecordLabel(b.version.record.key);
  if (IsOrganisation(a) || IsOrganisation(b)) {
    out.set_verdict(v1::PairExplanation::VERDICT_ORGANISATION);
    const bool both = IsOrganisation(a) && IsOrganisation(b);
    const std::string& one = IsOrganisation(a) ? label_a : label_b;
    const std::string& other = IsOrganisation(a) ? label_b : label_a;
    out.set_sentence(matching::AsSentence(
        both ? Cat(label_a, " and ", label_b, " are organisations, which are never matched: each stands for itself")
             : Cat(one, " is an organisation, which is never matched to ", other, " or anybody else")));
    return;
  }
  const Judgement judgement = Judge(pair, withheld, sees_everything);
  out.set_verdict(ToVerdict(judgement.verdict));
  if (judgement.verdict == Verdict::kRefused) {
    out.set_refusal(convert::ToReason(judgement.refusal));
  }
  out.set_prior(pair.evidence.prior);
  out.set_household_prior(pair.evidence.household_prior);
  AddEvidence(a, b, pair.evidence, withheld, out);
  if (!withheld) {
    AddTotals(pair, sees_everything, out);
  }
  matching::SentenceInput sentence = SentenceOf(out, pair, judgement, sees_everything);
  sentence.a = label_a;
  sentence.b = label_b;
  out.set_sentence(matching::PairSentence(sentence));
}

}  // namespace wensum::match
