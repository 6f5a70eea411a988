// What the parts of a register share: the store, its fixed settings, and the in-memory indexes with their locks.
#ifndef WENSUM_SERVICES_REGISTER_CORE_H_
#define WENSUM_SERVICES_REGISTER_CORE_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/mutex.h"
#include "base/opaque_id.h"
#include "matching/address/address_index.h"
#include "matching/address/learnt/learnt_table.h"
#include "matching/address/match/dependants.h"
#include "matching/resolve/live_matcher.h"
#include "matching/score/linkage_model.h"
#include "model/source_record.h"
#include "services/gazetteer/record_keys.h"
#include "services/register/address_calibration.h"
#include "services/register/codec.h"
#include "services/register/decision_table.h"
#include "services/register/deleted_records.h"
#include "services/register/given_fields.h"
#include "services/register/held_updates.h"
#include "services/register/id_table.h"
#include "services/register/organisation_index.h"
#include "services/register/register.h"
#include "services/register/rules.h"
#include "services/register/value_decisions.h"
#include "storage/store.h"

namespace wensum::registry {

// The in-memory side of a register: everything here is derived from the store and can be built from it again.
struct Indexes {
  // `last_record_key`: see RegisterOptions.
  explicit Indexes(uint64_t last_record_key = kLastRecordKey) : record_keys(last_record_key) {}

  // Guarded by its mutex: exclusive for the writer's Apply, shared for searches.
  mutable Mutex matcher_mutex;
  std::shared_ptr<const matching::LinkageModel> matcher_model WENSUM_GUARDED_BY(matcher_mutex);  // that `matcher` uses
  std::unique_ptr<matching::LiveMatcher> matcher WENSUM_GUARDED_BY(matcher_mutex);
  OrganisationIndex organisations WENSUM_GUARDED_BY(matcher_mutex);

  mutable Mutex address_mutex;
  std::unique_ptr<matching::address::AddressIndex> addresses WENSUM_GUARDED_BY(address_mutex);
  // What stewards said that texts mean; it counts before `addresses`.
  matching::address::LearntTable learnt WENSUM_GUARDED_BY(address_mutex);
  // How sure matches of `addresses` must be. Null: none was fitted, and all count.
  std::shared_ptr<const AddressCalibration> address_calibration WENSUM_GUARDED_BY(address_mutex);
  // Grows with every change to one of these: an address matched under another number must be matched again.
  std::atomic<uint64_t> address_version{1};

  // The writer's alone (and the loader's, before there is a writer).
  IdTable ids;
  std::vector<bool> live;             // by ordinal: not deleted
  DeletedRecords deleted;             // the rest; anybody may ask
  std::vector<uint32_t> entity_size;  // by anchor: members of the entity, 0 if the id anchors no active one
  DecisionTable decisions;            // of stewards
  ValueDecisions values;              // of stewards
  HeldTable held;                     // updates that look like another person
  // Records whose address matches depend on the gazetteer, or on what is learnt, by what they depend on. Only changes
  // to these ask for it, so it is built when the first one comes and kept from then on; records are added and not taken
  // out.
  bool dependants_ready = false;
  matching::address::match::Dependants dependants;
  absl::flat_hash_map<uint64_t, std::vector<matching::RecordId>> uprn_dependants;  // by the UPRN that a source gave
  absl::flat_hash_map<uint64_t, std::vector<matching::RecordId>> form_dependants;  // by Hash64 of what an address says
  // Of the gazetteer's rows. Only plans ask for it, so it is built when the first one comes and kept from then on.
  gazetteer::RecordKeys record_keys;
  // While a model is being activated: the records that the matcher was given since, with repetitions.
  std::optional<std::vector<uint64_t>> rematched;
  // And the pairs of records that stewards decided about since.
  std::vector<std::pair<matching::RecordId, matching::RecordId>> relinked;
  // While a calibration of addresses is made: the records whose addresses were matched since, with repetitions.
  std::optional<std::vector<uint64_t>> readdressed;
  // While a ruleset is being put in force: the ids whose entities, redirects or ends were written since, with
  // repetitions.
  std::optional<std::vector<uint64_t>> rewritten;

  // For Stats. Counts of records that are not deleted, by source, and of the rest.
  mutable Mutex counts_mutex;
  RegisterStats counts WENSUM_GUARDED_BY(counts_mutex);
  GivenFields given WENSUM_GUARDED_BY(counts_mutex);
};

struct Core {
  Core(storage::Store* store_in, const Clock* clock_in, RegisterOptions options_in, uint64_t id_key,
       std::string hash_key, std::shared_ptr<const matching::LinkageModel> model_in)
      : store(store_in),
        clock(clock_in),
        options(std::move(options_in)),
        ids(id_key),
        hash(std::move(hash_key)),
        indexes(options.last_record_key),
        model_(std::move(model_in)),
        survivorship_(std::make_shared<const Survivorship>(
            Survivorship{.ruleset = 0, .rules = options.rules.configured_survivorship})) {}

  // Constant after construction.
  storage::Store* const store;
  const Clock* const clock;
  const RegisterOptions options;
  const OpaqueIdCodec ids;
  const KeyedHash hash;

  // Published after each commit: what readers may see.
  std::atomic<uint64_t> revision{0};
  // The newest of them that wrote gazetteer rows, or a later one. Published before `revision`.
  std::atomic<uint64_t> gazetteer_revision{0};

  Indexes indexes;

  // The model in force. Another one comes into force on the writer's thread, together with its matcher and its clusters
  // (ModelWork::Activate); who has got this one may use it on.
  [[nodiscard]] std::shared_ptr<const matching::LinkageModel> model() const WENSUM_EXCLUDES(model_mutex_) {
    ReaderLock lock(model_mutex_);
    return model_;
  }
  void set_model(std::shared_ptr<const matching::LinkageModel> model) WENSUM_EXCLUDES(model_mutex_) {
    MutexLock lock(model_mutex_);
    model_ = std::move(model);
  }

  // How golden values are chosen. Others come into force on the writer's thread, together with the golden records that
  // they make (RulesetWork::Activate); whoever makes several things of one commit asks once.
  [[nodiscard]] std::shared_ptr<const Survivorship> survivorship() const WENSUM_EXCLUDES(survivorship_mutex_) {
    ReaderLock lock(survivorship_mutex_);
    return survivorship_;
  }
  void set_survivorship(std::shared_ptr<const Survivorship> survivorship) WENSUM_EXCLUDES(survivorship_mutex_) {
    MutexLock lock(survivorship_mutex_);
    survivorship_ = std::move(survivorship);
  }

  // 16-byte hash that stands for a source key, or for an identifier, in storage keys.
  [[nodiscard]] std::string HashSourceKey(const model::SourceKey& key) const;
  [[nodiscard]] std::string HashIdentifier(std::string_view type, std::string_view value) const;

 private:
  mutable Mutex model_mutex_;
  std::shared_ptr<const matching::LinkageModel> model_ WENSUM_GUARDED_BY(model_mutex_);
  mutable Mutex survivorship_mutex_;
  std::shared_ptr<const Survivorship> survivorship_ WENSUM_GUARDED_BY(survivorship_mutex_);
};

// Time for the next commit: the clock's, but never before the newest commit's. Commit times never go back.
absl::StatusOr<TimeMicros> NextCommitTime(const Core& core);

// What the details' addresses are matched to, one per address, if a record of `source` has them (empty: none). The UPRN
// that the source gives counts first, if the gazetteer has it; then what is learnt; then the text. Takes the index's
// lock, shared.
std::vector<matching::ResolvedAddress> ResolveAddresses(const model::PersonDetails& details, std::string_view source,
                                                        const Indexes& indexes);
// The same if matches had to be so sure.
std::vector<matching::ResolvedAddress> ResolveAddressesAt(const model::PersonDetails& details, std::string_view source,
                                                          const Indexes& indexes, double least_strength);
// By the text alone, if that is at least so sure, and by what is learnt alone.
matching::ResolvedAddress MatchText(const model::PersonAddress& address,
                                    const matching::address::AddressIndex& addresses, double least_strength);
matching::ResolvedAddress LearntMatch(const matching::address::LearntMeaning& meaning);
// Notes what the matches of the record's addresses depend on.
void AddDependant(matching::RecordId id, const model::PersonDetails& details, Indexes& indexes);

// A record as stored, for the matcher.
matching::LinkageRecord LinkageRecordOf(const RegisterRules& rules, const model::SourceRecord& record,
                                        const std::vector<matching::ResolvedAddress>& resolved);

// Every identifier of the details as (type, value), the NI number among them.
std::vector<model::Identifier> IdentifiersOf(const model::PersonDetails& details);

// The ordinal of a source key; nullopt if the register never saw it.
absl::StatusOr<std::optional<uint64_t>> FindOrdinal(const storage::Reader& reader, uint32_t register_id,
                                                    std::string_view key_hash);

// The 8-byte value that crosswalk rows hold.
[[nodiscard]] std::string EncodeOrdinal(uint64_t ordinal);
absl::StatusOr<uint64_t> DecodeOrdinal(std::string_view bytes);

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_CORE_H_
