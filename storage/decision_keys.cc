#include "storage/decision_keys.h"

#include "base/status_macros.h"
#include "storage/key_codec.h"

namespace wensum::storage {
namespace {

// Tags after the register. Part of the format: never change or reuse one.
constexpr uint8_t kLinkDecision = 'D';
constexpr uint8_t kDecisionByRecord = 'd';
constexpr uint8_t kGivenHome = 'h';
constexpr uint8_t kHeldUpdate = 'W';

KeyWriter DecisionStart(RegisterId reg, uint8_t tag) {
  KeyWriter writer;
  writer.U32(reg).U8(tag);
  return writer;
}

}  // namespace

std::string LinkDecisionKey(RegisterId reg, uint64_t number) {
  return DecisionStart(reg, kLinkDecision).U64(number).Take();
}
std::string LinkDecisionPrefix(RegisterId reg) { return DecisionStart(reg, kLinkDecision).Take(); }
std::string DecisionByRecordKey(RegisterId reg, uint64_t ordinal, uint64_t number) {
  return DecisionStart(reg, kDecisionByRecord).U64(ordinal).U64(number).Take();
}
std::string DecisionByRecordPrefix(RegisterId reg, uint64_t ordinal) {
  return DecisionStart(reg, kDecisionByRecord).U64(ordinal).Take();
}
std::string DecisionsByRecordPrefix(RegisterId reg) { return DecisionStart(reg, kDecisionByRecord).Take(); }
std::string GivenHomeKey(RegisterId reg, uint64_t uprn, uint64_t ordinal, uint64_t number) {
  return DecisionStart(reg, kGivenHome).U64(uprn).U64(ordinal).U64(number).Take();
}
std::string GivenHomePrefix(RegisterId reg, uint64_t uprn) { return DecisionStart(reg, kGivenHome).U64(uprn).Take(); }
std::string GivenHomesPrefix(RegisterId reg) { return DecisionStart(reg, kGivenHome).Take(); }
std::string HeldUpdateKey(RegisterId reg, uint64_t ordinal, uint64_t number) {
  return DecisionStart(reg, kHeldUpdate).U64(ordinal).U64(number).Take();
}
std::string HeldUpdatePrefix(RegisterId reg, uint64_t ordinal) {
  return DecisionStart(reg, kHeldUpdate).U64(ordinal).Take();
}
std::string HeldUpdatesPrefix(RegisterId reg) { return DecisionStart(reg, kHeldUpdate).Take(); }

absl::StatusOr<NumberedKey> ParseLinkDecisionKey(std::string_view key) {
  return ParseTagged<NumberedKey>(key, kLinkDecision, "decision", &NumberedKey::number);
}

absl::StatusOr<DecisionByRecordParts> ParseDecisionByRecordKey(std::string_view key) {
  return ParseTagged<DecisionByRecordParts>(key, kDecisionByRecord, "decision by record",
                                            &DecisionByRecordParts::ordinal, &DecisionByRecordParts::number);
}

absl::StatusOr<GivenHomeParts> ParseGivenHomeKey(std::string_view key) {
  return ParseTagged<GivenHomeParts>(key, kGivenHome, "given home", &GivenHomeParts::uprn, &GivenHomeParts::ordinal,
                                     &GivenHomeParts::number);
}

absl::StatusOr<HeldUpdateParts> ParseHeldUpdateKey(std::string_view key) {
  return ParseTagged<HeldUpdateParts>(key, kHeldUpdate, "held update", &HeldUpdateParts::ordinal,
                                      &HeldUpdateParts::number);
}

}  // namespace wensum::storage
