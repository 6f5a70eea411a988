// Rows of the census set (docs/benchmarks.md), to be made harder by noise.h and lookalikes.h.
#ifndef WENSUM_BENCHMARKS_PEOPLE_CENSUS_H_
#define WENSUM_BENCHMARKS_PEOPLE_CENSUS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace wensum::benchmarks {

// One person in one census year. Texts as in the file.
struct CensusRow {
  std::string id;
  std::string person;
  std::string year;
  std::string given;
  std::string initial;  // of the middle name
  std::string surname;
  std::string born;  // YYYY-MM-DD
  std::string sex;   // "Female", "Male"
  std::string ethnic_group;
  std::string number;
  std::string street;
  std::string unit;
  std::string housing;    // "Household", "College" ...
  std::string lookalike;  // the kind, for people that the census does not have; else blank
};

// The rows in the file's order. A file without such columns, or with a date of birth of another shape, is
// INVALID_ARGUMENT.
absl::StatusOr<std::vector<CensusRow>> ReadCensus(const std::string& path);
// With the columns that ReadCensus wants and `lookalike`.
absl::Status WriteCensus(const std::vector<CensusRow>& rows, const std::string& path);

// The places of each person's rows, by year; people in the order in which they come up.
std::vector<std::vector<size_t>> RowsByPerson(const std::vector<CensusRow>& rows);

}  // namespace wensum::benchmarks

#endif  // WENSUM_BENCHMARKS_PEOPLE_CENSUS_H_
