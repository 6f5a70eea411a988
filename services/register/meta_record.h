// The meta record of a data directory, and the model in force beside it.
#ifndef WENSUM_SERVICES_REGISTER_META_RECORD_H_
#define WENSUM_SERVICES_REGISTER_META_RECORD_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "matching/score/linkage_model.h"
#include "services/register/register.h"
#include "storage/store.h"
#include "wensum/storage/v1/log.pb.h"

namespace wensum::registry {

inline constexpr uint32_t kDerivedVersion = 2;  // storage::v1::Meta::derived_version: of keys, levels and resolution
inline constexpr uint32_t kGazetteerKeys = 1;   // storage::v1::Meta::gazetteer_keys
// storage::v1::Meta::address_rules. Must grow with every change to what an address matches: to the keys that properties
// have in the address index (gazetteer::Indexed), or to how the index answers
// (matching::address::AddressIndex::FindMatch). Stored matches are brought in line at the next start.
inline constexpr uint32_t kAddressRules = 3;

// storage::v1::Meta::tasks: of what tasks are raised by the commit that changes it: 1, review pairs; 2, addresses too;
// 3, conflicts of people too.
inline constexpr uint32_t kReviewTasks = 1;
inline constexpr uint32_t kAddressTasks = 2;
inline constexpr uint32_t kTasks = 3;

// storage::v1::Meta::occupancies: which lists by property there are: 1, of records by their addresses; 2, of the homes
// that stewards gave too.
inline constexpr uint32_t kPlacedRecords = 1;
inline constexpr uint32_t kOccupancies = 2;

// Reads the meta record, making a new one in an empty store. FAILED_PRECONDITION if a newer version wrote it.
absl::StatusOr<storage::v1::Meta> OpenMeta(storage::Store& store, const Clock& clock, const RegisterOptions& options);

// Adds the record to a batch.
void PutMeta(const storage::v1::Meta& meta, storage::WriteBatch& batch);

// In one batch, with `more`.
absl::Status WriteMeta(storage::Store& store, const storage::v1::Meta& meta, const matching::LinkageModel& model,
                       storage::WriteBatch more = {});

// The model that the register was resolved with, which is kept beside it: another version of the program changes
// nothing. Versions before models were stored had a matcher of their own; what it resolved is resolved anew.
absl::StatusOr<matching::LinkageModel> ModelInForce(const storage::Store& store, const std::string& version);

// FAILED_PRECONDITION unless every stored purpose has its place in the rules: a purpose's bit is stored with every
// value.
absl::Status CheckPurposes(const storage::v1::Meta& meta, const RegisterRules& rules);

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_META_RECORD_H_
