#include "services/dedupe/truth.h"

#include <span>

#include "base/status_macros.h"
#include "re2/re2.h"
#include "services/dedupe/files.h"

namespace wensum::dedupe {

uint32_t NumberOf(NumberMap& map, std::string_view text) {
  return map.try_emplace(std::string(text), static_cast<uint32_t>(map.size())).first->second;
}

absl::StatusOr<Truth> ReadTruth(const TruthOptions& options) {
  const RE2 pattern(options.entity_pattern.empty() ? "(?s)(.*)" : options.entity_pattern, RE2::Quiet);
  if (!pattern.ok() || pattern.NumberOfCapturingGroups() < 1) {
    return InvalidArgument(Cat("the entity pattern ", Quote(options.entity_pattern),
                               " is no regular expression with a group, such as rec-([0-9]+)"));
  }
  Truth truth;
  NumberMap people;
  const std::string columns[] = {options.id, options.entity};
  for (const std::string& path : options.files) {
    const std::string prefix = options.files.size() > 1 ? Cat(LabelOf(path), ":") : std::string();
    WENSUM_RETURN_IF_ERROR(ReadColumns(path, columns, [&](std::span<const std::string_view> values, uint64_t line) {
      const std::string entity(values[1]);
      std::string found;
      if (!RE2::PartialMatch(entity, pattern, &found)) found = entity;
      if (!truth.records.try_emplace(Cat(prefix, values[0]), static_cast<uint32_t>(truth.people.size())).second) {
        return InvalidArgument(Cat("line ", line, ": the record id ", Quote(values[0]), " has been used before"));
      }
      truth.people.push_back(NumberOf(people, found));
      return absl::OkStatus();
    }));
  }
  return truth;
}

}  // namespace wensum::dedupe
