// Bulk decisions as the API has them.
#ifndef WENSUM_SERVICES_DECISIONS_BULK_MESSAGES_H_
#define WENSUM_SERVICES_DECISIONS_BULK_MESSAGES_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/decisions/bulk_sample.h"
#include "storage/store.h"
#include "wensum/storage/v1/bulk.pb.h"
#include "wensum/v1/bulk_decisions.pb.h"

namespace wensum::decisions {

// INVALID_ARGUMENT, naming the field, for anything but bulkDecisions/{number}.
absl::StatusOr<uint64_t> ParseBulkName(std::string_view name, std::string_view field);

// INVALID_ARGUMENT, naming the field, if the band is empty or no band, or a reason is none.
absl::StatusOr<storage::v1::BulkFilter> FromFilter(const v1::BulkFilter& filter);

// "ACCEPTED"
std::string StateText(v1::BulkDecision::State state);
// The state as it is told; of one that is open by its sample.
v1::BulkDecision::State ToState(const storage::v1::BulkDecision& bulk, const Sample& sample);

// Fills an empty `out`.
void ToBulk(const storage::v1::BulkDecision& bulk, const Sample& sample, v1::BulkDecision& out);
// The same, with the sample as the state of the reader has it. Errors are the store's.
absl::Status ReadToBulk(const storage::Reader& reader, uint32_t reg, const storage::v1::BulkDecision& bulk,
                        v1::BulkDecision& out);
v1::BulkOutcome ToOutcome(registry::BulkOutcome outcome);

}  // namespace wensum::decisions

#endif  // WENSUM_SERVICES_DECISIONS_BULK_MESSAGES_H_
