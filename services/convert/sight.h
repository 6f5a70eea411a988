// What a purpose may see of the evidence that records give the matcher.
#ifndef WENSUM_SERVICES_CONVERT_SIGHT_H_
#define WENSUM_SERVICES_CONVERT_SIGHT_H_

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "matching/person/person_schema.h"
#include "model/source_record.h"
#include "services/register/rules.h"

namespace wensum::convert {

// Of one record, by its stamps alone: whether it has a value makes no difference.
class Sight {
 public:
  // `purpose_bit` of model::PurposeMask.
  Sight(const model::SourceRecord& record, int purpose_bit)
      : Sight(record.purposes, record.field_purposes, purpose_bit) {}
  Sight(model::PurposeMask purposes, const std::vector<std::pair<std::string, model::PurposeMask>>& field_purposes,
        int purpose_bit);

  // The purpose may know of the record: it may see a field of it.
  [[nodiscard]] bool record() const { return record_; }
  // It may see all fields that the attribute is made of, by its place in matching::PersonSchema().
  [[nodiscard]] bool attribute(size_t place) const { return attributes_[place]; }
  // It may see all attributes.
  [[nodiscard]] bool everything() const { return attributes_.all(); }

 private:
  bool record_ = false;
  std::bitset<matching::person_attribute::kCount> attributes_;
};

// True if the purpose may see everything that any source can give the matcher: then nothing that rests on many records
// need be withheld from it.
[[nodiscard]] bool SeesEverything(const registry::RegisterRules& rules, int purpose_bit);

// True if the rules know all sources that have live records, given their numbers (RegisterStats::by_source). Records of
// a source that was taken out of the rules keep their stamps, of which the rules tell nothing: while there are any, no
// purpose may be taken to see everything. Such a source is not written any more: what was true stays true.
[[nodiscard]] bool KnowsAllSources(const registry::RegisterRules& rules,
                                   const std::map<std::string, uint64_t>& live_by_source);

}  // namespace wensum::convert

#endif  // WENSUM_SERVICES_CONVERT_SIGHT_H_
