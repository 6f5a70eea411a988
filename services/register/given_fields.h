// Which fields the source systems give: those of which some live record of theirs has a value. What a record has not,
// but its system gives of others, it lacks.
#ifndef WENSUM_SERVICES_REGISTER_GIVEN_FIELDS_H_
#define WENSUM_SERVICES_REGISTER_GIVEN_FIELDS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "model/source_record.h"

namespace wensum::registry {

// Counts of live records of people and organisations, by source and field. Fields are those of links back
// (matching/survive/links.h): "person_name", "phones", "current_address", "identifiers.x", "attributes.x". Pure; not
// thread-safe for writing. Some hundred nanoseconds a record; memory: a few numbers a source.
class GivenFields {
 public:
  // Counts a live record in (1) or out (-1). Records of properties are passed over.
  void Count(const model::SourceRecord& record, int64_t by);
  // Adds what another has counted.
  void Add(const GivenFields& other);

  [[nodiscard]] bool Gives(std::string_view source, std::string_view field) const;

 private:
  static constexpr size_t kFixed = 9;
  struct Counts {
    std::array<int64_t, kFixed> fixed{};
    std::map<std::string, int64_t, std::less<>> named;  // attributes and identifiers
  };

  std::map<std::string, Counts, std::less<>> by_source_;
};

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_GIVEN_FIELDS_H_
