// Gives out UPRNs, USRNs and record keys within one plan of the register's writer.
#ifndef WENSUM_SERVICES_CUSTODIAN_NUMBER_ALLOCATOR_H_
#define WENSUM_SERVICES_CUSTODIAN_NUMBER_ALLOCATOR_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gazetteer/lifecycle/town.h"
#include "services/custodian/custodian_options.h"
#include "services/custodian/number_blocks.h"
#include "services/register/mutation.h"

namespace wensum::custodian {

// What it gives out counts once its writes are committed, with the operation or not at all: nothing else knows of
// them, so neither a crash nor a refused operation can lose or repeat one. Numbers that the register has, or once had,
// are passed over, and are not looked at again. Not thread-safe.
class NumberAllocator final : public llpg::NumberSource {
 public:
  // All must outlive it.
  static absl::StatusOr<NumberAllocator> Open(const registry::PlanView& view, storage::RegisterId reg,
                                              const CustodianOptions& options);

  // RESOURCE_EXHAUSTED (NUMBERS_EXHAUSTED) if no configured range has a number left.
  absl::StatusOr<model::Uprn> NextUprn() override;
  absl::StatusOr<model::Usrn> NextUsrn() override;
  absl::Status Claim(model::Uprn uprn) override;
  absl::Status Claim(model::Usrn usrn) override;
  absl::StatusOr<std::string> NextKey(int custodian_code, char letter) override;

  void AddWrites(storage::WriteBatch& batch) const;

 private:
  // Of one kind.
  struct Numbers {
    NumberBlocks blocks;
    NumbersInUse in_use;
    std::vector<NumberRange> ranges;
  };
  NumberAllocator(const registry::PlanView& view, NumberRange record_keys, Numbers uprns, Numbers usrns)
      : view_(view), record_keys_(record_keys), uprns_(std::move(uprns)), usrns_(std::move(usrns)) {}

  static absl::StatusOr<uint64_t> Next(Numbers& numbers, std::string_view kind);

  registry::PlanView view_;
  NumberRange record_keys_;
  Numbers uprns_;
  Numbers usrns_;
  std::map<std::pair<int, char>, uint64_t> last_keys_;  // given out by this allocator
};

// The record key of that number: "2625L000000001".
std::string RecordKey(int custodian_code, char letter, uint64_t number);

}  // namespace wensum::custodian

#endif  // WENSUM_SERVICES_CUSTODIAN_NUMBER_ALLOCATOR_H_
