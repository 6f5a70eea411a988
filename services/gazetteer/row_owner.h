// The number of what a gazetteer row belongs to. Internal to this folder.
#ifndef WENSUM_SERVICES_GAZETTEER_ROW_OWNER_H_
#define WENSUM_SERVICES_GAZETTEER_ROW_OWNER_H_

#include <cstdint>

#include "model/gazetteer.h"

namespace wensum::gazetteer {

inline uint64_t OwnerIdOf(const model::Street& row) { return row.usrn.value(); }
inline uint64_t OwnerIdOf(const model::StreetDescriptor& row) { return row.usrn.value(); }
inline uint64_t OwnerIdOf(const model::StreetReference& row) { return row.usrn.value(); }
inline uint64_t OwnerIdOf(const model::PostcodeCentroid& /*row*/) { return 0; }
inline uint64_t OwnerIdOf(const model::KeptRow& row) { return row.owner; }
inline uint64_t OwnerIdOf(const model::CustodianRecord& row) { return static_cast<uint64_t>(row.custodian_code); }
template <typename Row>
uint64_t OwnerIdOf(const Row& row) {
  return row.uprn.value();
}

}  // namespace wensum::gazetteer

#endif  // WENSUM_SERVICES_GAZETTEER_ROW_OWNER_H_
