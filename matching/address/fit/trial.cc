#include "matching/address/fit/trial.h"

#include <algorithm>
#include <utility>

#include "base/parallel.h"

namespace wensum::matching::address {
namespace {

double Share(size_t part, size_t whole) {
  return whole == 0 ? 1 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

Verdict Judge(uint32_t truth, const FlatAnswer& answer) {
  const bool matched = answer.outcome == FlatOutcome::kMatched && answer.matched != kNoProperty;
  if (truth == kNoProperty) {
    return matched ? Verdict::kFalse : Verdict::kRefusedRightly;
  }
  return !matched ? Verdict::kRefusedPresent : answer.matched == truth ? Verdict::kRight : Verdict::kWrong;
}

void TrialCounts::Add(Verdict verdict) {
  switch (verdict) {
    case Verdict::kRight:
      ++right;
      break;
    case Verdict::kWrong:
      ++wrong;
      break;
    case Verdict::kRefusedPresent:
      ++refused_present;
      break;
    case Verdict::kRefusedRightly:
      ++refused_rightly;
      break;
    case Verdict::kFalse:
      ++false_matches;
      break;
  }
}

double TrialCounts::precision() const { return Share(right, right + wrong + false_matches); }
double TrialCounts::recall() const { return Share(right, present()); }
double TrialCounts::refusal() const { return Share(refused_rightly, absent()); }

std::vector<FlatAnswer> RunTrial(const AddressMatcher& matcher, std::span<const TrialRow> rows, int threads,
                                 bool want_reason) {
  std::vector<FlatAnswer> answers(rows.size());
  constexpr size_t kGrain = 256;
  ParallelFor(rows.size(), static_cast<size_t>(std::max(threads, 1)), kGrain, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      answers[i] = matcher.Match(rows[i].text, rows[i].postcode, want_reason);
    }
  });
  return answers;
}

TrialSummary Summarise(std::span<const TrialRow> rows, std::span<const FlatAnswer> answers) {
  TrialSummary summary;
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto group = static_cast<size_t>(rows[i].group);
    if (group >= summary.by_group.size()) {
      summary.by_group.resize(group + 1);
    }
    const Verdict verdict = Judge(rows[i].truth, answers[i]);
    summary.all.Add(verdict);
    summary.by_group[group].Add(verdict);
  }
  return summary;
}

double RecallAtPrecision(std::span<const TrialRow> rows, std::span<const FlatAnswer> answers, double precision) {
  std::vector<std::pair<double, bool>> matches;  // strength, right
  size_t present = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    const Verdict verdict = Judge(rows[i].truth, answers[i]);
    present += rows[i].truth == kNoProperty ? 0 : 1;
    if (verdict == Verdict::kRight || verdict == Verdict::kWrong || verdict == Verdict::kFalse) {
      matches.emplace_back(answers[i].strength, verdict == Verdict::kRight);
    }
  }
  std::sort(matches.begin(), matches.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  size_t right = 0;
  size_t best = 0;
  for (size_t i = 0; i < matches.size(); ++i) {
    right += matches[i].second ? 1 : 0;
    const bool cut_here = i + 1 == matches.size() || matches[i + 1].first < matches[i].first;
    if (cut_here && static_cast<double>(right) >= precision * static_cast<double>(i + 1)) {
      best = right;
    }
  }
  return present == 0 ? 0 : static_cast<double>(best) / static_cast<double>(present);
}

}  // namespace wensum::matching::address
