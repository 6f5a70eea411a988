// A seeded synthetic city: gazetteer, the extracts of ten legacy systems, and the truth about them.
//
// Nothing in it is real: names are drawn from lists, places are invented (within the box of a real city, so that
// coordinates and postcodes have real shapes), mailboxes lie in reserved domains.
#ifndef WENSUM_SAMPLE_SAMPLE_H_
#define WENSUM_SAMPLE_SAMPLE_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace wensum::sample {

struct SampleOptions {
  uint64_t seed = 1;
  uint64_t people = 20'000;      // 1 to 10,000,000
  uint64_t properties = 10'000;  // BLPUs; 0: half as many as people; at most 5,000,000
  std::string out_dir;           // created if it does not exist; files of the same names are replaced
  std::string rates_file;        // overrides values of sample/rates.yaml; empty: none
  int today = 20261101;          // year * 10000 + month * 100 + day; every date in the files is on or before it
};

struct SampleFile {
  std::string name;   // relative to out_dir
  uint64_t rows = 0;  // without header and trailer
  uint64_t bytes = 0;
  std::string sha256;
};

// How often each kind of noise was really applied, over the records it can apply to.
struct NoiseCounts {
  uint64_t names = 0;  // records with a name of a person
  uint64_t name_typo = 0, nickname = 0, initial_only = 0, names_swapped = 0, former_surname = 0, joint_name = 0;
  uint64_t birth_dates = 0, date_error = 0, dummy_date = 0;
  uint64_t addresses = 0, stale_address = 0, messy_address = 0;
  uint64_t contacts = 0, shared_contact = 0;  // records of people from 13 years with a phone or email
};

struct SampleSummary {
  uint64_t people = 0, households = 0, births = 0, twin_births = 0, same_name_households = 0;
  uint64_t properties = 0, streets = 0, postcodes = 0;
  uint64_t gazetteer_records = 0;  // of types 11, 15, 21, 23 and 24
  uint64_t person_records = 0, organisation_records = 0;
  uint64_t people_in_records = 0;  // people with at least one record
  uint64_t most_records = 0;       // of one person
  NoiseCounts noise;
  std::vector<SampleFile> files;  // in the order written, without manifest.json
};

// Writes the city into `out_dir`: gazetteer.csv, one CSV file per legacy system, feeds/<feed>.yaml, truth.csv,
// truth_addresses.csv, truth_people.csv and manifest.json; docs/sample.md describes them. The same options and rates
// give the same bytes. `progress` gets a sentence per stage and may be empty. INVALID_ARGUMENT for bad options or
// rates, UNAVAILABLE where a file cannot be written. Memory: about 700 bytes per property and 100 per person.
absl::StatusOr<SampleSummary> WriteSample(const SampleOptions& options,
                                          const std::function<void(std::string_view)>& progress);

}  // namespace wensum::sample

#endif  // WENSUM_SAMPLE_SAMPLE_H_
