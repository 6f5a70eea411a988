// DTF 7.3 files for tests, written to a directory of their own.
#ifndef WENSUM_TESTS_SERVICES_HEALTH_SUPPLY_FILE_H_
#define WENSUM_TESTS_SERVICES_HEALTH_SUPPLY_FILE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/gazetteer.h"
#include "model/partial_date.h"

namespace wensum::health {

struct SupplyFile {
  char file_type = 'F';
  int volume = 1;
  int next_volume = 0;
  model::PartialDate date = {2026, 2, 27};
  struct Line {
    model::GazetteerRow row;
    model::ChangeType change = model::ChangeType::kInsert;
  };
  std::vector<Line> lines;
  std::vector<std::string> raw_lines;    // after these, without line ends
  std::optional<uint64_t> record_count;  // what the trailer says instead of the truth
  bool header = true;
  bool trailer = true;

  void Add(const std::vector<model::GazetteerRow>& rows);

  [[nodiscard]] std::string Text() const;
};

}  // namespace wensum::health

#endif  // WENSUM_TESTS_SERVICES_HEALTH_SUPPLY_FILE_H_
