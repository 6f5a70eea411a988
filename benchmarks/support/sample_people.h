// The people of a sample city as the register would compare them, and the truth about them.
#ifndef WENSUM_BENCHMARKS_SUPPORT_SAMPLE_PEOPLE_H_
#define WENSUM_BENCHMARKS_SUPPORT_SAMPLE_PEOPLE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace wensum::benchmarks {

struct PersonRow {
  std::string key;                  // source/key
  std::vector<std::string> values;  // for matching::PersonSchema()
  std::string once;                 // the source, where the rules say that it holds nobody twice
  uint32_t person = 0;              // in truth
};

// Imports the gazetteer of the city in `city` into a register below `directory`, reads every extract through its feed's
// mapping, matches the addresses as the register does, and looks the records up in the truth. Organisations are left
// out. In the order of the files.
absl::StatusOr<std::vector<PersonRow>> ReadSamplePeople(const std::string& city, const std::string& directory);

}  // namespace wensum::benchmarks

#endif  // WENSUM_BENCHMARKS_SUPPORT_SAMPLE_PEOPLE_H_
