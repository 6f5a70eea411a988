// Stop watches and percentiles.
#ifndef WENSUM_BENCHMARKS_SUPPORT_TIMING_H_
#define WENSUM_BENCHMARKS_SUPPORT_TIMING_H_

#include <time.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <thread>
#include <vector>

namespace wensum::benchmarks {

class StopWatch {
 public:
  [[nodiscard]] double Seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }
  [[nodiscard]] double Micros() const { return Seconds() * 1e6; }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// Processor time of the whole process, all threads: what a busy machine disturbs least.
class CpuWatch {
 public:
  [[nodiscard]] double Seconds() const { return Now() - start_; }

 private:
  static double Now() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
  }

  double start_ = Now();
};

// Returns when the process does nothing any more, be it after `most` seconds: so that what a start leaves to be done
// while nothing is asked for is done. Returns the seconds waited.
inline double WaitUntilIdle(double most = 600) {
  constexpr auto kLook = std::chrono::milliseconds(500);
  constexpr double kBusy = 0.05;  // of a look
  const StopWatch waited;
  for (int calm = 0; calm < 2 && waited.Seconds() < most;) {
    const CpuWatch cpu;
    std::this_thread::sleep_for(kLook);
    calm = cpu.Seconds() < kBusy * std::chrono::duration<double>(kLook).count() ? calm + 1 : 0;
  }
  return waited.Seconds();
}

// Every latency of a run, so that percentiles are exact. Not thread-safe.
class Latencies {
 public:
  void Add(double micros) { micros_.push_back(static_cast<float>(micros)); }
  void Append(const Latencies& other) { micros_.insert(micros_.end(), other.micros_.begin(), other.micros_.end()); }
  [[nodiscard]] size_t count() const { return micros_.size(); }

  // The smallest latency that the share `p` (0 to 1) of all does not exceed; 0 if there are none. Sorts.
  [[nodiscard]] double Percentile(double p) {
    if (micros_.empty()) {
      return 0;
    }
    std::sort(micros_.begin(), micros_.end());
    const double rank = std::ceil(p * static_cast<double>(micros_.size()));
    return micros_[static_cast<size_t>(std::max(rank, 1.0)) - 1];
  }

 private:
  std::vector<float> micros_;
};

}  // namespace wensum::benchmarks

#endif  // WENSUM_BENCHMARKS_SUPPORT_TIMING_H_
