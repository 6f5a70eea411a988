#include "services/convert/times.h"

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::convert {
namespace {

constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr int32_t kNanosPerMicro = 1'000;
constexpr int32_t kNanosPerSecond = 1'000'000'000;
// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z, as google.protobuf.Timestamp defines.
constexpr int64_t kMinSeconds = -62'135'596'800;
constexpr int64_t kMaxSeconds = 253'402'300'799;

}  // namespace

void ToTimestamp(TimeMicros micros, google::protobuf::Timestamp& out) {
  int64_t seconds = micros / kMicrosPerSecond;
  int64_t rest = micros % kMicrosPerSecond;
  if (rest < 0) {
    rest += kMicrosPerSecond;
    --seconds;
  }
  out.set_seconds(seconds);
  out.set_nanos(static_cast<int32_t>(rest) * kNanosPerMicro);
}

absl::StatusOr<TimeMicros> FromTimestamp(const google::protobuf::Timestamp& time) {
  if (time.seconds() < kMinSeconds || time.seconds() > kMaxSeconds) {
    return InvalidArgument("is not between 0001-01-01 and 9999-12-31");
  }
  if (time.nanos() < 0 || time.nanos() >= kNanosPerSecond) {
    return InvalidArgument(Cat("has ", time.nanos(), " nanoseconds; 0 to 999999999 are possible"));
  }
  return time.seconds() * kMicrosPerSecond + time.nanos() / kNanosPerMicro;
}

void ToDate(int32_t packed, v1::PartialDate& out) {
  out.set_year(packed / 10'000);
  out.set_month(packed / 100 % 100);
  out.set_day(packed % 100);
}

absl::StatusOr<model::PartialDate> FromDate(const v1::PartialDate& date) {
  if (date.year() == 0 && date.month() == 0 && date.day() == 0) {
    return model::PartialDate();
  }
  return model::PartialDate::Create(date.year(), date.month(), date.day());
}

}  // namespace wensum::convert
