#include "services/custodian/number_allocator.h"

#include <algorithm>

#include "base/status_macros.h"
#include "base/strings.h"
#include "gazetteer/lifecycle/refusal.h"
#include "services/rpc/status_details.h"

namespace wensum::custodian {
namespace {

absl::Status Exhausted(std::string_view what) {
  return rpc::WithReason(ResourceExhausted(Cat("there is no ", what,
                                               " left in the configured ranges: add a range to `custodian` in the "
                                               "server's configuration (docs/runbook.md)")),
                         rpc::reason::kNumbersExhausted);
}

std::string Padded(uint64_t number, size_t digits) {
  std::string text = Cat(number);
  return text.size() >= digits ? text : std::string(digits - text.size(), '0') + text;
}

}  // namespace

std::string RecordKey(int custodian_code, char letter, uint64_t number) {
  constexpr size_t kCodeDigits = 4;
  constexpr size_t kNumberDigits = 9;
  return Cat(Padded(static_cast<uint64_t>(custodian_code), kCodeDigits), letter, Padded(number, kNumberDigits));
}

absl::StatusOr<NumberAllocator> NumberAllocator::Open(const registry::PlanView& view, storage::RegisterId reg,
                                                      const CustodianOptions& options) {
  WENSUM_ASSIGN_OR_RETURN(NumberBlocks uprns, NumberBlocks::Load(view.reader, reg, NumberKind::kUprn));
  WENSUM_ASSIGN_OR_RETURN(NumberBlocks usrns, NumberBlocks::Load(view.reader, reg, NumberKind::kUsrn));
  return NumberAllocator(view, options.record_keys,
                         {std::move(uprns), NumbersInUse(view.reader, reg, NumberKind::kUprn), options.uprns},
                         {std::move(usrns), NumbersInUse(view.reader, reg, NumberKind::kUsrn), options.usrns});
}

absl::StatusOr<uint64_t> NumberAllocator::Next(Numbers& numbers, std::string_view kind) {
  for (const NumberRange& range : numbers.ranges) {
    for (uint64_t number = numbers.blocks.NextOutside(range.first); number <= range.last;
         number = numbers.blocks.NextOutside(number)) {
      WENSUM_ASSIGN_OR_RETURN(const bool in_use, numbers.in_use.Contains(number));
      numbers.blocks.Add(number);
      if (!in_use) {
        return number;
      }
    }
  }
  return Exhausted(kind);
}

absl::StatusOr<model::Uprn> NumberAllocator::NextUprn() {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t number, Next(uprns_, "UPRN"));
  return model::Uprn::Create(number);
}

absl::StatusOr<model::Usrn> NumberAllocator::NextUsrn() {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t number, Next(usrns_, "USRN"));
  return model::Usrn::Create(number);
}

absl::Status NumberAllocator::Claim(model::Uprn uprn) {
  WENSUM_ASSIGN_OR_RETURN(const bool in_use, uprns_.in_use.Contains(uprn.value()));
  if (in_use) {
    return llpg::Refuse("uprn_in_use", llpg::ObjectName(uprn),
                        "There is, or was, a property of this UPRN; a UPRN is given once.");
  }
  uprns_.blocks.Add(uprn.value());
  return absl::OkStatus();
}

absl::Status NumberAllocator::Claim(model::Usrn usrn) {
  WENSUM_ASSIGN_OR_RETURN(const bool in_use, usrns_.in_use.Contains(usrn.value()));
  if (in_use) {
    return llpg::Refuse("usrn_in_use", llpg::ObjectName(usrn),
                        "There is, or was, a street of this USRN; a USRN is given once.");
  }
  usrns_.blocks.Add(usrn.value());
  return absl::OkStatus();
}

absl::StatusOr<std::string> NumberAllocator::NextKey(int custodian_code, char letter) {
  uint64_t& last = last_keys_[{custodian_code, letter}];
  last = std::max({last, view_.record_keys.Highest(custodian_code, letter), record_keys_.first - 1}) + 1;
  if (last > record_keys_.last) {
    return Exhausted(Cat("record key ", RecordKey(custodian_code, letter, 0).substr(0, 5)));
  }
  return RecordKey(custodian_code, letter, last);
}

void NumberAllocator::AddWrites(storage::WriteBatch& batch) const {
  uprns_.blocks.AddWrites(batch);
  usrns_.blocks.AddWrites(batch);
}

}  // namespace wensum::custodian
