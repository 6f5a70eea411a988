// Two DTF 7.3 full supplies of one custodian, the hub's and the register's, compared record by record. Internal to this
// folder.
#ifndef WENSUM_SERVICES_HUB_SUPPLY_COMPARISON_H_
#define WENSUM_SERVICES_HUB_SUPPLY_COMPARISON_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "import/gazetteer_reader.h"
#include "model/gazetteer.h"
#include "services/gazetteer/row_codec.h"
#include "services/hub/report_file.h"

namespace wensum::hub {

// A record that the one has and the other has not, or has otherwise: at least one is set.
struct DifferingRecord {
  gazetteer::RowIdentity identity;
  std::optional<model::GazetteerRow> ours;
  std::optional<model::GazetteerRow> hubs;
  uint64_t line = 0;  // of the hub's file; 0: it has no such record
};

struct SupplyComparison {
  // Records that were compared.
  uint64_t hub_records = 0;
  uint64_t register_records = 0;
  // Of the hub's file, those of properties that it gives to another custodian and the register does not send.
  uint64_t other_custodians = 0;
  // Rows of the hub's file that are no record: how many, and the first of them by line.
  uint64_t unreadable = 0;
  std::vector<UnreadableRow> first_unreadable;
  std::vector<DifferingRecord> differing;  // in no order
};

struct ComparisonLimits {
  size_t records = 10'000'000;
  // What is kept of records that differ.
  size_t differing = 100'000;
  size_t differing_bytes = size_t{128} << 20;
  size_t unreadable = 1'000;
};

// Reads `hub`, which must be at its beginning, once or twice and `ours` once. Records are known by their type, street
// or property, and key. Of several records of one key in the hub's file the last counts. Not compared are the records
// 10, 29, 98 and 99, and what RecordColumns leaves out.
//
// INVALID_ARGUMENT, saying what to do, if the hub's file is not whole or damaged, has no record, or differs in more
// than the limits allow; CANCELLED once `cancelled` says so, which is asked now and then. Memory: some 20 to 40 bytes
// for each record of the hub's file, and the records that differ. Keys are told apart by 64 bits: that two of ten
// million records are taken for one has a probability of three in a million.
absl::StatusOr<SupplyComparison> CompareSupplies(ingest::GazetteerReader& hub, ingest::GazetteerReader& ours,
                                                 int custodian_code, const ComparisonLimits& limits,
                                                 absl::FunctionRef<bool()> cancelled);

}  // namespace wensum::hub

#endif  // WENSUM_SERVICES_HUB_SUPPLY_COMPARISON_H_
