// The town of the life cycle as the register's store has it.
#ifndef WENSUM_SERVICES_CUSTODIAN_STORED_TOWN_H_
#define WENSUM_SERVICES_CUSTODIAN_STORED_TOWN_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gazetteer/lifecycle/town.h"
#include "storage/keys.h"
#include "storage/store.h"

namespace wensum::custodian {

// Keeps what it has read. Rows of properties without a BLPU, and of streets without record 11, are not seen.
class StoredTown final : public llpg::Town {
 public:
  // `reader` must outlive it.
  StoredTown(const storage::Reader& reader, storage::RegisterId reg) : reader_(reader), reg_(reg) {}
  // As of the end of a revision. ChildrenOf and PropertiesOn then give, of those that the reader's own state would
  // give, the ones of which it was true at that time.
  StoredTown(const storage::Reader& reader, storage::RegisterId reg, uint64_t as_of)
      : reader_(reader), reg_(reg), as_of_(as_of) {}

  absl::StatusOr<const llpg::PropertyState*> FindProperty(model::Uprn uprn) const override;
  absl::StatusOr<const llpg::StreetState*> FindStreet(model::Usrn usrn) const override;
  absl::StatusOr<std::vector<model::Uprn>> ChildrenOf(model::Uprn parent) const override;
  absl::StatusOr<std::vector<model::Uprn>> PropertiesOn(model::Usrn usrn) const override;
  absl::StatusOr<std::vector<model::GazetteerRow>> KeyedRowsOf(model::Uprn uprn) const override;

 private:
  const storage::Reader& reader_;
  const storage::RegisterId reg_;
  const std::optional<uint64_t> as_of_;
  mutable std::map<uint64_t, std::unique_ptr<llpg::PropertyState>> properties_;  // null: there is none
  mutable std::map<uint32_t, std::unique_ptr<llpg::StreetState>> streets_;
};

}  // namespace wensum::custodian

#endif  // WENSUM_SERVICES_CUSTODIAN_STORED_TOWN_H_
