// Stop watches and percentiles.
#ifndef WENSUM_BENCHMARKS_SUPPORT_TIMING_H_
#define WENSUM_BENCHMARKS_SUPPORT_TIMING_H_

#include <time.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
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
