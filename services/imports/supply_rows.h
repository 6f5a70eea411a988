// Rows of one gazetteer file that bear on each other: which of several with one key has the last word, and which stored
// rows a full supply lacks.
#ifndef WENSUM_SERVICES_IMPORTS_SUPPLY_ROWS_H_
#define WENSUM_SERVICES_IMPORTS_SUPPLY_ROWS_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "import/gazetteer_reader.h"
#include "services/register/mutation.h"
#include "storage/keys.h"
#include "storage/store.h"
#include "wensum/storage/v1/log.pb.h"

namespace wensum::imports {

// In what order the rows of one key count.
enum class RowOrder : uint8_t {
  kFile,            // the last one has the last word: nothing need be remembered
  kProOrder,        // DTF: the highest PRO_ORDER, where the file does not keep to it
  kDeletionsFirst,  // AddressBase, change only: as if all deletions stood first
};
// What `facts`, of the whole file, ask for.
RowOrder RowOrderOf(const ingest::GazetteerFacts& facts);

// Memory: none with kFile, else the keys of the file's rows: some 60 bytes each.
class RowPrecedence {
 public:
  explicit RowPrecedence(RowOrder order) : order_(order) {}
  [[nodiscard]] bool remembers() const { return order_ != RowOrder::kFile; }

  // True if an earlier row of the file has the last word over this one, which must be kRow. Else it is remembered.
  bool Overtaken(const ingest::GazetteerRecord& record);

 private:
  const RowOrder order_;
  absl::flat_hash_map<std::string, uint64_t> taken_;  // by key: its PRO_ORDER
};

// The stored rows of the supply's custodian and format that the supply does not have. A property is its custodian's,
// and a street that of the authority that names it; AddressBase has one supplier for all. Rows of properties without a
// BLPU count as the custodian's.
class AbsentRows {
 public:
  AbsentRows(storage::RegisterId reg, model::GazetteerFormat format, int custodian_code)
      : reg_(reg), format_(format), custodian_code_(custodian_code) {}

  // Notes a row of the supply, rejected or not. Memory: 16 bytes a row.
  void Saw(const ingest::GazetteerRecord& record);

  // Calls `visit` for each absent row, in the order of their keys. Errors: the store's, and what `visit` returns.
  absl::Status ForEach(const storage::Reader& stored,
                       const std::function<absl::Status(registry::GazetteerWrite)>& visit) const;

 private:
  absl::Status Scan(const storage::Reader& stored, const std::string& prefix,
                    const std::function<absl::Status(registry::GazetteerWrite)>& visit) const;

  const storage::RegisterId reg_;
  const model::GazetteerFormat format_;
  const int custodian_code_;
  absl::flat_hash_set<uint64_t> seen_;  // hashes of keys: a collision keeps a row, and one in a billion does
};

// "record 24 of UPRN 100090900001 (2625L100000001)".
std::string DescribeRow(const model::GazetteerRow& row);

}  // namespace wensum::imports

#endif  // WENSUM_SERVICES_IMPORTS_SUPPLY_ROWS_H_
