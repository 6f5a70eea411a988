// A matcher tried with rows whose truth is known. Each row counts once.
#ifndef WENSUM_MATCHING_ADDRESS_FIT_TRIAL_H_
#define WENSUM_MATCHING_ADDRESS_FIT_TRIAL_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "matching/address/fit/address_matcher.h"

namespace wensum::matching::address {

struct TrialRow {
  std::string_view text;
  std::string_view postcode;
  uint32_t truth = kNoProperty;  // kNoProperty: must be refused
  int group = 0;                 // rows are counted by it; not negative
};

enum class Verdict : uint8_t {
  kRight,           // matched to the truth
  kWrong,           // matched, but to another property than the truth
  kRefusedPresent,  // not matched, though the truth is listed
  kRefusedRightly,  // not matched, and no listed property was meant
  kFalse,           // matched, though no listed property was meant
};
Verdict Judge(uint32_t truth, const FlatAnswer& answer);

struct TrialCounts {
  size_t right = 0;
  size_t wrong = 0;
  size_t refused_present = 0;
  size_t refused_rightly = 0;
  size_t false_matches = 0;

  void Add(Verdict verdict);
  [[nodiscard]] size_t rows() const { return right + wrong + refused_present + refused_rightly + false_matches; }
  [[nodiscard]] size_t present() const { return right + wrong + refused_present; }
  [[nodiscard]] size_t absent() const { return refused_rightly + false_matches; }
  // right / (right + wrong + false_matches), right / present() and refused_rightly / absent(); 1 where there is none.
  [[nodiscard]] double precision() const;
  [[nodiscard]] double recall() const;
  [[nodiscard]] double refusal() const;
};

// The answers in the order of the rows, asked on up to `threads` threads.
std::vector<FlatAnswer> RunTrial(const AddressMatcher& matcher, std::span<const TrialRow> rows, int threads,
                                 bool want_reason);

struct TrialSummary {
  TrialCounts all;
  std::vector<TrialCounts> by_group;
};
// `answers` as long as `rows`.
TrialSummary Summarise(std::span<const TrialRow> rows, std::span<const FlatAnswer> answers);

// The greatest recall that a cut by strength has while right / matched is at least `precision`; 0 if no cut has it.
// Answers of one strength are cut together.
double RecallAtPrecision(std::span<const TrialRow> rows, std::span<const FlatAnswer> answers, double precision);

}  // namespace wensum::matching::address

#endif  // WENSUM_MATCHING_ADDRESS_FIT_TRIAL_H_
