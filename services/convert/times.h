// Moments and dates between the API and the model.
#ifndef WENSUM_SERVICES_CONVERT_TIMES_H_
#define WENSUM_SERVICES_CONVERT_TIMES_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "google/protobuf/timestamp.pb.h"
#include "model/partial_date.h"
#include "wensum/v1/common.pb.h"

namespace wensum::convert {

void ToTimestamp(TimeMicros micros, google::protobuf::Timestamp& out);
// INVALID_ARGUMENT outside the years 1 to 9999 or with nanoseconds outside a second. Cut to whole microseconds.
absl::StatusOr<TimeMicros> FromTimestamp(const google::protobuf::Timestamp& time);

// `packed` is year * 10000 + month * 100 + day.
void ToDate(int32_t packed, v1::PartialDate& out);
// INVALID_ARGUMENT if no such date exists; the empty date is one.
absl::StatusOr<model::PartialDate> FromDate(const v1::PartialDate& date);

}  // namespace wensum::convert

#endif  // WENSUM_SERVICES_CONVERT_TIMES_H_
