// What the operating system says of this process, and work done in another one.
#ifndef WENSUM_BENCHMARKS_SUPPORT_PROCESS_H_
#define WENSUM_BENCHMARKS_SUPPORT_PROCESS_H_

#include <cstdint>
#include <functional>

#include "absl/status/status.h"

namespace wensum::benchmarks {

// Bytes of this process that are in memory now (VmRSS of /proc/self/status, proc(5)); 0 where there is no such file.
uint64_t ResidentBytes();

// Runs `work` in a child process and waits for it, so that nothing of it stays in this one's memory. Call while this
// process has no other thread. The child's error goes to standard error; here it shows as an error without details.
absl::Status InChildProcess(const std::function<absl::Status()>& work);

}  // namespace wensum::benchmarks

#endif  // WENSUM_BENCHMARKS_SUPPORT_PROCESS_H_
