// One version of one record of one source system.
#ifndef WENSUM_MODEL_SOURCE_RECORD_H_
#define WENSUM_MODEL_SOURCE_RECORD_H_

#include <compare>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "model/person.h"

namespace wensum::model {

// Longest SourceKey::key, in bytes.
inline constexpr size_t kMaxSourceKeyBytes = 256;
// Most relations of one record.
inline constexpr size_t kMaxRelations = 100;

// Names a record for ever, inside a register.
struct SourceKey {
  std::string source;
  std::string key;
  uint32_t incarnation = 0;
  friend auto operator<=>(const SourceKey&, const SourceKey&) = default;
};

// A set of purposes, one bit each; the register's meta record says which bit is which purpose.
using PurposeMask = uint64_t;
inline constexpr PurposeMask kAllPurposes = ~PurposeMask{0};

// What the other is to the record's subject. Values are stored: never renumber. They equal those of
// wensum.v1.RelationType.
enum class RelationType : uint8_t {
  kPartner = 1,
  kParent = 2,
  kChild = 3,
  kJointTenant = 4,
  kLandlord = 5,
  kAgent = 6,
  kOther = 7,  // as the text says
};

// What a record says of how its subject and that of another record are related.
struct Relation {
  RelationType type = RelationType::kOther;
  std::string text;
  SourceKey other;  // its source is never empty in a record that was prepared
  PartialDate from_date;
  PartialDate to_date;
  friend auto operator<=>(const Relation&, const Relation&) = default;
};

struct SourceRecord {
  SourceKey key;
  RecordKind kind = RecordKind::kPerson;
  PersonDetails details;
  std::vector<Relation> relations;  // in the source's order without repeats; never used to match
  TimeMicros source_time = 0;       // when the source says it was last true
  TimeMicros receive_time = 0;      // when this version was accepted
  // What the values may be used for: `purposes`, but for the fields named here ("ni_number", "attributes.x").
  PurposeMask purposes = kAllPurposes;
  std::vector<std::pair<std::string, PurposeMask>> field_purposes;  // sorted by field
};

// A problem with one field that did not stop the record.
struct FieldIssue {
  std::string field;    // e.g. "details.date_of_birth"
  std::string rule;     // e.g. "date_impossible"
  std::string message;  // a plain sentence
};

}  // namespace wensum::model

#endif  // WENSUM_MODEL_SOURCE_RECORD_H_
