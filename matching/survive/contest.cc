#include "matching/survive/contest.h"

#include <re2/re2.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>

#include "matching/survive/fields.h"

namespace wensum::matching {
namespace {

constexpr int kTrustBits = 20;
constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kSecondsPerDay = 86'400;

size_t DigitsAt(std::string_view text, size_t at) {
  size_t end = at;
  while (end < text.size() && text[end] >= '0' && text[end] <= '9') {
    ++end;
  }
  return end - at;
}

// A decimal number: digits, with a sign, a point and digits after it if need be.
std::optional<double> NumberOf(std::string_view text) {
  size_t at = text.starts_with('-') ? 1 : 0;
  const size_t whole = DigitsAt(text, at);
  at += whole;
  if (at < text.size() && text[at] == '.') {
    const size_t fraction = DigitsAt(text, at + 1);
    at += fraction == 0 ? 0 : fraction + 1;
  }
  double number = 0;
  if (whole == 0 || at != text.size() ||
      std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc()) {
    return std::nullopt;
  }
  return number;
}

// Numbers before texts; equal numbers are equal however they are written.
struct ValueOrder {
  bool operator()(std::string_view a, std::string_view b) const {
    const std::optional<double> number_a = NumberOf(a);
    const std::optional<double> number_b = NumberOf(b);
    if (number_a.has_value() != number_b.has_value()) {
      return number_a.has_value();
    }
    return number_a.has_value() ? *number_a < *number_b : a < b;
  }
};

void ScoreByValue(bool least_first, std::vector<Candidate>& candidates) {
  std::map<std::string_view, int64_t, ValueOrder> places;
  for (const Candidate& candidate : candidates) {
    places[candidate.text] = 0;
  }
  int64_t place = 0;
  for (auto& [text, at] : places) {
    at = least_first ? --place : ++place;
  }
  for (Candidate& candidate : candidates) {
    candidate.score = places.find(candidate.text)->second;
  }
}

void ScoreByFrequency(std::vector<Candidate>& candidates) {
  std::map<std::string_view, std::set<std::string_view>> sources;
  for (const Candidate& candidate : candidates) {
    sources[candidate.text].insert(candidate.record->key.source);
  }
  for (Candidate& candidate : candidates) {
    candidate.score = static_cast<int64_t>(sources[candidate.text].size());
  }
}

int64_t ScoreOf(Rule rule, const Candidate& candidate) {
  switch (rule) {
    case Rule::kOldest:
      return -candidate.date;
    case Rule::kLongest:
      return static_cast<int64_t>(CharacterCount(candidate.text));
    case Rule::kShortest:
      return -static_cast<int64_t>(CharacterCount(candidate.text));
    case Rule::kMostComplete:
      return candidate.parts;
    case Rule::kTrust:
      return candidate.trust;
    default:
      return 0;
  }
}

const TrustEntry* EntryFor(const SurvivorshipRules& rules, std::string_view source, std::string_view attribute) {
  const TrustEntry* best = nullptr;
  int best_rank = -1;
  for (const TrustEntry& entry : rules.trust) {
    const bool general = attribute.starts_with("attributes.") && entry.attribute == "attributes";
    if ((!entry.source.empty() && entry.source != source) ||
        (!entry.attribute.empty() && entry.attribute != attribute && !general)) {
      continue;
    }
    const int attribute_rank = entry.attribute.empty() ? 0 : general ? 1 : 2;
    const int rank = (entry.source.empty() ? 0 : 3) + attribute_rank;
    if (rank > best_rank) {
      best = &entry;
      best_rank = rank;
    }
  }
  return best;
}

int64_t Decayed(int64_t trust, int64_t age_seconds, int64_t half_life) {
  if (half_life == 0 || age_seconds <= 0) {
    return trust;
  }
  const int64_t halvings = age_seconds / half_life;
  if (halvings > 40) {
    return 0;
  }
  trust >>= halvings;
  return trust - trust / 2 * (age_seconds % half_life) / half_life;  // below 2^26 * 2^32
}

bool Passes(const QualityRule& rule, std::string_view value, const std::function<bool(std::string_view)>& has) {
  if (rule.pattern != nullptr) {
    return re2::RE2::FullMatch(value, *rule.pattern);
  }
  if (!rule.required.empty()) {
    return std::ranges::all_of(rule.required, has);
  }
  if (!rule.sentinels.empty()) {
    return std::ranges::find(rule.sentinels, value) == rule.sentinels.end();
  }
  const bool early = !rule.from.empty() && value < std::string_view(rule.from).substr(0, value.size());
  const bool late = !rule.until.empty() && value > std::string_view(rule.until).substr(0, value.size());
  return !early && !late;
}

}  // namespace

void RankCandidates(Rule rule, std::vector<Candidate>& candidates) {
  switch (rule) {
    case Rule::kMin:
    case Rule::kMax:
      ScoreByValue(rule == Rule::kMin, candidates);
      break;
    case Rule::kFrequency:
      ScoreByFrequency(candidates);
      break;
    default:
      for (Candidate& candidate : candidates) {
        candidate.score = ScoreOf(rule, candidate);
      }
  }
  std::ranges::stable_sort(candidates, std::ranges::greater(), &Candidate::score);
}

bool HasWinner(Rule rule, const std::vector<Candidate>& candidates) {
  return !candidates.empty() &&
         (rule != Rule::kUnanimous || std::ranges::all_of(candidates, [&candidates](const Candidate& candidate) {
            return candidate.text == candidates[0].text;
          }));
}

int64_t TrustOf(const SurvivorshipRules& rules, std::string_view source, std::string_view attribute,
                std::string_view value, TimeMicros age, const std::function<bool(std::string_view)>& has) {
  const TrustEntry* const entry = EntryFor(rules, source, attribute);
  int64_t trust = int64_t{entry == nullptr ? kDefaultTrust : entry->score} << kTrustBits;
  if (entry != nullptr) {
    trust = Decayed(trust, age / kSecond, int64_t{std::min(entry->half_life_days, kMaxHalfLifeDays)} * kSecondsPerDay);
  }
  for (const QualityRule& rule : rules.quality) {
    const bool concerns =
        rule.attribute == attribute || (rule.attribute == "attributes" && attribute.starts_with("attributes."));
    if (concerns && !Passes(rule, value, has)) {
      trust = trust * rule.factor / 100;
    }
  }
  return trust;
}

}  // namespace wensum::matching
