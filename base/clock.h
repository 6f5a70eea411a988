// Time as the service sees it. Every component takes a Clock, so that tests control it.
#ifndef WENSUM_BASE_CLOCK_H_
#define WENSUM_BASE_CLOCK_H_

#include <atomic>
#include <cstdint>

namespace wensum {

// Microseconds since 1970-01-01T00:00:00Z, without leap seconds.
using TimeMicros = int64_t;

// Source of the current time. Implementations are thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual TimeMicros Now() const = 0;
};

// The machine's wall clock.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] TimeMicros Now() const override;
};

// A clock that moves only when told to. For tests and for reproducible runs.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(TimeMicros start = 0) : now_(start) {}
  [[nodiscard]] TimeMicros Now() const override { return now_.load(std::memory_order_relaxed); }
  void Set(TimeMicros now) { now_.store(now, std::memory_order_relaxed); }
  void Advance(TimeMicros micros) { now_.fetch_add(micros, std::memory_order_relaxed); }

 private:
  std::atomic<TimeMicros> now_;
};

}  // namespace wensum

#endif  // WENSUM_BASE_CLOCK_H_
