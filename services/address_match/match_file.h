// `wensum address match`: a file of addresses matched to a list of properties, without a server.
#ifndef WENSUM_SERVICES_ADDRESS_MATCH_MATCH_FILE_H_
#define WENSUM_SERVICES_ADDRESS_MATCH_MATCH_FILE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"

namespace wensum::address_match {

// docs/address-files.md has columns, outcomes and the summary.
struct MatchFileOptions {
  // The list to match against: one of the two.
  std::string canonical;  // a CSV file
  std::string data_dir;   // of `wensum serve`: the gazetteer of its register, ids are UPRNs
  std::string input;
  std::string out;
  std::string summary;                 // optional: JSON
  size_t threads = 0;                  // 0: the machine's
  double precision = 0.999;            // wanted share of right ones among the matches, above 0 and below 1
  uint64_t calibration_rows = 20'000;  // errors made in the canonical list to calibrate on; 0: the cautious table
  std::function<double()> seconds;     // since any fixed moment
};

// Matches every row of the input, in its order, whatever the threads. Returns the summary as JSON text. The output
// appears whole or not at all. Memory: the canonical list and its index, some megabytes for the rest however long the
// input. INVALID_ARGUMENT for options and files that are wrong, NOT_FOUND and FAILED_PRECONDITION for files that cannot
// be read, UNAVAILABLE for ones that cannot be written.
absl::StatusOr<std::string> MatchFile(const MatchFileOptions& options);

}  // namespace wensum::address_match

#endif  // WENSUM_SERVICES_ADDRESS_MATCH_MATCH_FILE_H_
