// Tasks as the API has them.
#ifndef WENSUM_SERVICES_STEWARDSHIP_TASK_MESSAGES_H_
#define WENSUM_SERVICES_STEWARDSHIP_TASK_MESSAGES_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "base/opaque_id.h"
#include "services/register/register.h"
#include "services/tasks/task_store.h"
#include "wensum/v1/stewardship.pb.h"

namespace wensum::stewardship {

// INVALID_ARGUMENT, naming "name", for anything but tasks/{number}.
absl::StatusOr<uint64_t> ParseTaskName(std::string_view name);
// INVALID_ARGUMENT, naming the field, for a value that is none.
absl::StatusOr<std::vector<tasks::TaskKind>> FromKinds(const google::protobuf::RepeatedField<int>& kinds);

// Fill an empty `out`. What is over by `now` is left out.
void ToTask(const tasks::Task& task, const OpaqueIdCodec& ids, TimeMicros now, v1::Task& out);
void ToEvent(const tasks::TaskEvent& event, v1::TaskEvent& out);

// What the data say of the task in that state, of records as far as the purpose may see them. Errors are the store's.
absl::Status ToEvidenceNow(const registry::Register& reg, const registry::ReadView& state, int purpose_bit,
                           const tasks::Task& task, v1::TaskEvidenceNow& out);

}  // namespace wensum::stewardship

#endif  // WENSUM_SERVICES_STEWARDSHIP_TASK_MESSAGES_H_
