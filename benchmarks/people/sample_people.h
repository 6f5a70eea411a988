// The people of the synthetic city as one file: a set of any size.
#ifndef WENSUM_BENCHMARKS_PEOPLE_SAMPLE_PEOPLE_H_
#define WENSUM_BENCHMARKS_PEOPLE_SAMPLE_PEOPLE_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace wensum::benchmarks {

// Writes the source records of a city of so many people, through the feeds' mappings, with the true person of each
// (sample.yaml names the columns). The city's own files are made in `directory` and deleted.
absl::Status WriteSamplePeople(uint64_t people, const std::string& directory, const std::string& path);

}  // namespace wensum::benchmarks

#endif  // WENSUM_BENCHMARKS_PEOPLE_SAMPLE_PEOPLE_H_
