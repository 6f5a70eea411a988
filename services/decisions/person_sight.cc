#include "services/decisions/person_sight.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/convert/sight.h"
#include "storage/keys.h"

namespace wensum::decisions {
namespace {

using storage::Family;

}  // namespace

PersonSight::PersonSight(const registry::Register& reg, const storage::Reader& reader, bool knows_all_sources,
                         int purpose_bit)
    : register_(reg),
      reader_(reader),
      purpose_bit_(purpose_bit),
      sees_everything_(knows_all_sources && convert::SeesEverything(reg.rules(), purpose_bit)) {}

absl::StatusOr<StoredPerson> PersonSight::Read(uint64_t id) const {
  StoredPerson person;
  person.anchor = id;
  for (int step = 0; step < 2; ++step) {  // an anchor never redirects
    WENSUM_ASSIGN_OR_RETURN(const auto value,
                            reader_.Get(Family::kEntity, storage::EntityKey(register_.register_id(), person.anchor)));
    const std::string what = Cat("entity ", person.anchor);
    if (!value.has_value()) {
      return NotFound(Cat(what, " was never issued"));
    }
    WENSUM_ASSIGN_OR_RETURN(person.entity, registry::DecodeEntity(*value, what));
    if (person.entity.redirect() == 0) {
      break;
    }
    person.anchor = person.entity.redirect();
  }
  for (const storage::v1::Member& member : person.entity.members()) {
    person.records.push_back(member.ordinal());
  }
  std::ranges::sort(person.records);
  return person;
}

absl::StatusOr<registry::DecodedSource> PersonSight::ReadRecord(uint64_t ordinal) const {
  WENSUM_ASSIGN_OR_RETURN(const auto value,
                          reader_.Get(Family::kSource, storage::SourceKey(register_.register_id(), ordinal)));
  const std::string what = Cat("source record ", ordinal);
  return value.has_value() ? registry::DecodeSource(*value, what) : NotFound(Cat(what, " was never stored"));
}

absl::StatusOr<bool> PersonSight::Sees(std::span<const uint64_t> records) const {
  if (sees_everything_) {
    return true;
  }
  for (const uint64_t ordinal : records) {
    WENSUM_ASSIGN_OR_RETURN(const registry::DecodedSource source, ReadRecord(ordinal));
    if (!convert::Sight(source.record, purpose_bit_).everything()) {
      return false;
    }
  }
  return true;
}

absl::StatusOr<bool> PersonSight::Sees(const storage::v1::LinkDecision& decision) const {
  if (sees_everything_) {
    return true;
  }
  const bool own = decision.purpose() != 0 && decision.purpose() == static_cast<uint32_t>(purpose_bit_ + 1);
  std::set<uint64_t> records;
  for (const storage::v1::DecisionSide& side : decision.sides()) {
    records.insert(side.records().begin(), side.records().end());
    if (own) {
      continue;
    }
    for (const uint64_t ordinal : side.records()) {
      WENSUM_ASSIGN_OR_RETURN(const StoredPerson person, Read(ordinal));
      records.insert(person.records.begin(), person.records.end());
    }
  }
  return Sees(std::vector<uint64_t>(records.begin(), records.end()));
}

}  // namespace wensum::decisions
