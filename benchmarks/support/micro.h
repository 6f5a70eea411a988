// What executables over Google Benchmark share: their input, made once, and a way to say that an answer is wrong.
#ifndef WENSUM_BENCHMARKS_SUPPORT_MICRO_H_
#define WENSUM_BENCHMARKS_SUPPORT_MICRO_H_

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "base/status_macros.h"

namespace wensum::benchmarks {

inline bool any_error = false;

// Marks the benchmark, and so the run, as failed.
inline void Fail(benchmark::State& state, const std::string& message) {
  any_error = true;
  state.SkipWithError(message.c_str());
}

// Calls `one(i)` with i going round `count`, counting calls as items.
template <typename One>
void GoRound(benchmark::State& state, size_t count, const One& one) {
  size_t i = 0;
  for (auto _ : state) {
    one(i);
    i = i + 1 == count ? 0 : i + 1;
  }
  state.SetItemsProcessed(state.iterations());
}

// The input, which lives as long as the process; without it there is nothing to measure, and the process ends.
template <typename T>
const T& InputOrExit(absl::StatusOr<T> made) {
  if (!made.ok()) {
    std::fprintf(stderr, "%s\n", std::string(Message(made.status())).c_str());
    std::exit(1);
  }
  return *new T(*std::move(made));
}

// main() of such an executable.
inline int RunBenchmarks(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
    return 1;
  }
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return any_error ? 1 : 0;
}

}  // namespace wensum::benchmarks

#endif  // WENSUM_BENCHMARKS_SUPPORT_MICRO_H_
