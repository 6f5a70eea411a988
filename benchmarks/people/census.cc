#include "benchmarks/people/census.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "services/dedupe/files.h"

namespace wensum::benchmarks {
namespace {

using Column = std::pair<std::string_view, std::string CensusRow::*>;

constexpr Column kColumns[] = {{"__index_level_0__", &CensusRow::id},
                               {"simulant_id", &CensusRow::person},
                               {"year", &CensusRow::year},
                               {"first_name", &CensusRow::given},
                               {"middle_initial", &CensusRow::initial},
                               {"last_name", &CensusRow::surname},
                               {"date_of_birth", &CensusRow::born},
                               {"sex", &CensusRow::sex},
                               {"race_ethnicity", &CensusRow::ethnic_group},
                               {"street_number", &CensusRow::number},
                               {"street_name", &CensusRow::street},
                               {"unit_number", &CensusRow::unit},
                               {"housing_type", &CensusRow::housing}};

bool IsDate(std::string_view text) {
  return text.size() == 10 && text[4] == '-' && text[7] == '-' && IsDigits(text.substr(0, 4)) &&
         IsDigits(text.substr(5, 2)) && IsDigits(text.substr(8));
}

}  // namespace

absl::StatusOr<std::vector<CensusRow>> ReadCensus(const std::string& path) {
  std::vector<std::string> names;
  for (const Column& column : kColumns) names.emplace_back(column.first);
  std::vector<CensusRow> rows;
  WENSUM_RETURN_IF_ERROR(
      dedupe::ReadColumns(path, names, [&rows](std::span<const std::string_view> values, uint64_t line) {
        CensusRow& row = rows.emplace_back();
        for (size_t i = 0; i < values.size(); ++i) row.*kColumns[i].second = values[i];
        return IsDate(row.born) ? absl::OkStatus()
                                : InvalidArgument(Cat("line ", line, ": ", Quote(row.born), " is no YYYY-MM-DD"));
      }));
  return rows;
}

absl::Status WriteCensus(const std::vector<CensusRow>& rows, const std::string& path) {
  std::vector<std::string_view> fields;
  for (const Column& column : kColumns) fields.push_back(column.first);
  fields.emplace_back("lookalike");
  std::string text;
  dedupe::AppendCsvRow(text, fields);
  for (const CensusRow& row : rows) {
    fields.clear();
    for (const Column& column : kColumns) fields.push_back(row.*column.second);
    fields.push_back(row.lookalike);
    dedupe::AppendCsvRow(text, fields);
  }
  return dedupe::WriteFile(path, text);
}

std::vector<std::vector<size_t>> RowsByPerson(const std::vector<CensusRow>& rows) {
  absl::flat_hash_map<std::string, size_t> places;
  std::vector<std::vector<size_t>> people;
  for (size_t i = 0; i < rows.size(); ++i) {
    const size_t place = places.try_emplace(rows[i].person, people.size()).first->second;
    if (place == people.size()) people.emplace_back();
    people[place].push_back(i);
  }
  for (std::vector<size_t>& person : people) {
    std::ranges::stable_sort(person, {}, [&rows](size_t i) -> const std::string& { return rows[i].year; });
  }
  return people;
}

}  // namespace wensum::benchmarks
