// What the life cycle works on: properties and streets as their rows, where they come from, and what is done to them.
#ifndef WENSUM_GAZETTEER_LIFECYCLE_TOWN_H_
#define WENSUM_GAZETTEER_LIFECYCLE_TOWN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "model/gazetteer.h"
#include "model/partial_date.h"
#include "model/uprn.h"

namespace wensum::llpg {

// The rows of a property that its life cycle changes.
struct PropertyState {
  model::Blpu blpu;
  std::vector<model::Lpi> lpis;              // by key
  std::vector<model::CrossReference> xrefs;  // by key
  friend bool operator==(const PropertyState&, const PropertyState&) = default;
};

struct StreetState {
  model::Street street;
  std::vector<model::StreetDescriptor> descriptors;  // by language
  friend bool operator==(const StreetState&, const StreetState&) = default;
};

// One state of the gazetteer. Errors are those of the store behind it. Not thread-safe: an implementation may keep what
// it has read.
class Town {
 public:
  virtual ~Town() = default;
  // Null if there is no such BLPU or street. The pointer is good as long as the town.
  virtual absl::StatusOr<const PropertyState*> FindProperty(model::Uprn uprn) const = 0;
  virtual absl::StatusOr<const StreetState*> FindStreet(model::Usrn usrn) const = 0;
  // Ascending: whose BLPU names `parent` as its parent; which have an LPI of any status on the street.
  virtual absl::StatusOr<std::vector<model::Uprn>> ChildrenOf(model::Uprn parent) const = 0;
  virtual absl::StatusOr<std::vector<model::Uprn>> PropertiesOn(model::Usrn usrn) const = 0;
  // The rows of a property that its state lacks and that have a record key, by record type and key: provenance,
  // successors, organisations, classifications, and rows that are kept as they came. For transfers alone.
  virtual absl::StatusOr<std::vector<model::GazetteerRow>> KeyedRowsOf(model::Uprn uprn) const = 0;
};

// Gives out numbers, each once for ever. RESOURCE_EXHAUSTED when a range is used up.
class NumberSource {
 public:
  virtual ~NumberSource() = default;
  virtual absl::StatusOr<model::Uprn> NextUprn() = 0;
  virtual absl::StatusOr<model::Usrn> NextUsrn() = 0;
  // Takes a number that the caller names. Refused if a property or street ever had it.
  virtual absl::Status Claim(model::Uprn uprn) = 0;
  virtual absl::Status Claim(model::Usrn usrn) = 0;
  // A record key of that custodian: "2625L000000001". Letters: L LPI, X cross reference, others as files have them.
  virtual absl::StatusOr<std::string> NextKey(int custodian_code, char letter) = 0;
};

// One row, before and after. An operation never deletes a row: what ends gets an end date.
struct RowChange {
  std::optional<model::GazetteerRow> before;
  model::GazetteerRow after;
};

// One row whose record key is issued anew: it is deleted as it was and inserted as it is.
struct RekeyedRow {
  model::GazetteerRow before;
  model::GazetteerRow after;
};

// Values are stored: never renumber.
enum class LineageKind : uint8_t {
  kCreated = 1,
  kApproved = 2,
  kRejected = 3,
  kReaddressed = 4,
  kSplit = 5,
  kMerged = 6,
  kDemolished = 7,
  kRedeveloped = 8,  // demolished, and others stand in its place
  kReinstated = 9,
};

// What became of properties: predecessors are those that were before, successors those that go on. A property that
// stays itself (approved, readdressed, reinstated) is on both sides.
struct LineageEvent {
  LineageKind kind = LineageKind::kCreated;
  model::PartialDate date;
  std::vector<model::Uprn> predecessors;
  std::vector<model::Uprn> successors;
  friend bool operator==(const LineageEvent&, const LineageEvent&) = default;
};

// Statuses of BLPUs and LPIs (DTF 7.3).
inline constexpr int kApproved = 1;
inline constexpr int kAlternative = 3;  // LPI only
inline constexpr int kCandidate = 5;
inline constexpr int kProvisional = 6;
inline constexpr int kRejectedExternal = 7;
inline constexpr int kHistorical = 8;
inline constexpr int kRejectedInternal = 9;

// A property or an address that is, or is to be.
[[nodiscard]] constexpr bool IsLive(int status) {
  return status == kApproved || status == kAlternative || status == kCandidate || status == kProvisional;
}
[[nodiscard]] constexpr bool IsRejected(int status) {
  return status == kRejectedExternal || status == kRejectedInternal;
}

}  // namespace wensum::llpg

#endif  // WENSUM_GAZETTEER_LIFECYCLE_TOWN_H_
