// What another holder of the gazetteer, such as the national hub, has that is not what the register says.
#ifndef WENSUM_SERVICES_GAZETTEER_HELD_ROWS_H_
#define WENSUM_SERVICES_GAZETTEER_HELD_ROWS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "model/gazetteer.h"
#include "services/gazetteer/row_codec.h"

namespace wensum::gazetteer {

// One row of a street or property that differs.
struct HeldRow {
  uint8_t record_type = 0;
  std::string subkey;                      // see RowIdentity
  std::optional<model::GazetteerRow> row;  // as it is held; nullopt: it is not
};

class HeldRows {
 public:
  virtual ~HeldRows() = default;
  // The streets or properties of which a row differs: their numbers, ascending, each once.
  [[nodiscard]] virtual const std::vector<uint64_t>& Owners(RowOwner owner) const = 0;
  // Of one of them, in any order. Errors come from where they are kept.
  [[nodiscard]] virtual absl::StatusOr<std::vector<HeldRow>> RowsOf(RowOwner owner, uint64_t id) const = 0;
};

}  // namespace wensum::gazetteer

#endif  // WENSUM_SERVICES_GAZETTEER_HELD_ROWS_H_
