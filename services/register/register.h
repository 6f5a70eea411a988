// A register: source records, golden records and gazetteer of one resolution domain, over one store.
//
// One thread writes. It takes mutations from a queue, groups those that wait, applies each group in one synced batch
// under one revision, and then answers. Readers never wait for it: they read the store. docs/architecture.md tells the
// life of a record.
#ifndef WENSUM_SERVICES_REGISTER_REGISTER_H_
#define WENSUM_SERVICES_REGISTER_REGISTER_H_

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "base/opaque_id.h"
#include "matching/address/address_index.h"
#include "matching/resolve/live_reviews.h"
#include "matching/score/linkage_model.h"
#include "matching/standardise.h"
#include "services/register/address_calibration.h"
#include "services/register/entity_part.h"
#include "services/register/explain.h"
#include "services/register/mutation.h"
#include "services/register/rules.h"
#include "services/tasks/task_rules.h"
#include "storage/store.h"
#include "wensum/storage/v1/log.pb.h"
#include "wensum/storage/v1/records.pb.h"

namespace wensum::registry {

class GivenFields;
class ModelWork;
class RulesetWork;

inline constexpr uint64_t kLastRecordKey = 999'999'999;  // nine digits

struct RegisterOptions {
  uint32_t register_id = 1;
  RegisterRules rules;
  tasks::TaskRules tasks;
  size_t threads = 0;             // for start-up and verify; 0: the machine's
  size_t queue_records = 20'000;  // records that may wait for the writer
  size_t group_records = 512;     // records that one commit may hold
  // Record keys of the gazetteer above this number are not looked at when new ones are made: see PlanView::record_keys.
  uint64_t last_record_key = kLastRecordKey;
  TimeMicros request_ttl = TimeMicros{7} * 86'400 * 1'000'000;  // how long answers are kept for repeated request ids
  // Told, by Open alone, of what another version of the program had stored and this one computed anew: a sentence each.
  std::function<void(std::string_view)> on_upgrade = nullptr;
};

// Which state a read answers for.
struct ReadSpec {
  uint64_t min_revision = 0;
  std::optional<uint64_t> as_of_revision;
  std::optional<TimeMicros> as_of_time;
};

// One consistent state of the register, newest or past. Cheap; hold it for one request. Must not outlive the register.
class ReadView {
 public:
  ReadView() = default;
  ReadView(std::unique_ptr<storage::Snapshot> snapshot, uint64_t revision, bool past)
      : snapshot_(std::move(snapshot)), revision_(revision), past_(past) {}

  // Revision that the view answers for.
  [[nodiscard]] uint64_t revision() const { return revision_; }
  // True if it may differ from the newest state.
  [[nodiscard]] bool past() const { return past_; }
  [[nodiscard]] const storage::Reader& reader() const { return *snapshot_; }

 private:
  std::unique_ptr<storage::Snapshot> snapshot_;
  uint64_t revision_ = 0;
  bool past_ = false;
};

// An entity as stored, with the id it is known by.
struct EntityRecord {
  uint64_t anchor = 0;  // of the entity itself, after redirects
  storage::v1::Entity entity;
};

// A version of an id, for its history.
struct EntityVersion {
  uint64_t revision = 0;
  TimeMicros commit_time = 0;
  storage::v1::Entity entity;  // entity.redirect() != 0: the id resolved to another from this revision on
};

// A source record as stored.
struct SourceVersion {
  uint64_t ordinal = 0;
  uint64_t anchor = 0;
  model::SourceRecord record;
  storage::v1::SourceRecord stored;
};

// Two people that may be one: each is named by one of its records, always the same for the same records.
struct ReviewPair {
  matching::RecordReview review;  // its records are ordinals
  std::string model_version;      // that gave the score
  uint64_t revision = 0;          // since when the pair has been open
  uint64_t changed_revision = 0;  // that last changed its score, reason or model
};
// By matching::ReviewReason.
using ReviewCounts = std::array<int64_t, matching::kReviewReasons>;

struct RegisterStats {
  uint64_t revision = 0;
  uint64_t source_records = 0;  // that are not deleted
  uint64_t deleted_source_records = 0;
  uint64_t entities = 0;  // active
  uint64_t properties = 0;
  uint64_t streets = 0;
  std::map<std::string, uint64_t> by_source;  // not deleted
  std::string model_version;
  ReviewCounts reviews{};  // open ones
  matching::LiveMatcher::Components components;
  uint64_t index_bytes = 0;  // of the in-memory indexes
};

struct VerifyReport {
  uint64_t revision = 0;
  uint64_t source_records = 0;
  uint64_t entities = 0;
  uint64_t reviews = 0;
  uint64_t differences = 0;
  std::vector<std::string> details;  // the first 100
};

// Thread-safe.
class Register {
 public:
  // Opens the register in `store`, making a new one if the store is empty; rebuilds the in-memory indexes and, if the
  // rules differ from those it was opened with before, or the data was resolved by a version without stored models,
  // recomputes the golden records before it returns; a configured survivorship that is new comes into force with that;
  // if addresses were matched by the rules of an earlier version, matches them anew. FAILED_PRECONDITION if the data
  // was written by a newer format. `store` and `clock` must outlive the register.
  static absl::StatusOr<std::unique_ptr<Register>> Open(storage::Store* store, const Clock* clock,
                                                        RegisterOptions options);
  // Finishes what is queued and stops the writer.
  virtual ~Register() = default;

  // --- Writing ---

  // Queues a mutation; `done` is called exactly once, on another thread, when it is durable or refused. Validation and
  // standardisation happen on the calling thread. Mutations are applied in the order queued, and one that fails is
  // answered before any later one is written. RESOURCE_EXHAUSTED (nothing queued, `done` not called) if too much is
  // waiting: slow down.
  virtual absl::Status Submit(Mutation mutation, std::function<void(MutationResult)> done) = 0;
  // As Submit, but waits for room in the queue instead of refusing. Not for gRPC threads.
  virtual absl::Status Enqueue(Mutation mutation, std::function<void(MutationResult)> done) = 0;
  // Enqueues and waits for the answer. Not for gRPC threads.
  virtual MutationResult Commit(Mutation mutation) = 0;
  // Checks a record as Submit would, without queueing it.
  [[nodiscard]] virtual SourceResult Validate(const SourceWrite& write) const = 0;

  // --- Reading ---

  // FAILED_PRECONDITION if min_revision is not reached; OUT_OF_RANGE if the state asked for lies in the future.
  virtual absl::StatusOr<ReadView> OpenView(const ReadSpec& spec) const = 0;
  // The newest committed revision.
  [[nodiscard]] virtual uint64_t revision() const = 0;
  // The newest committed revision that wrote gazetteer rows, or a later one.
  [[nodiscard]] virtual uint64_t gazetteer_revision() const = 0;

  // Ids <-> sequence numbers ("anchors" and ordinals are the same numbers).
  [[nodiscard]] virtual const OpaqueIdCodec& ids() const = 0;
  [[nodiscard]] virtual const RegisterRules& rules() const = 0;
  // The model in force, which another may replace at any time.
  [[nodiscard]] virtual std::shared_ptr<const matching::LinkageModel> model() const = 0;
  // Training, trying and activating models.
  [[nodiscard]] virtual ModelWork* model_work() = 0;
  // The rules of survivorship in force, which others may replace at any time.
  [[nodiscard]] virtual std::shared_ptr<const Survivorship> survivorship() const = 0;
  // Trying and activating rulesets.
  [[nodiscard]] virtual RulesetWork* ruleset_work() = 0;
  [[nodiscard]] virtual uint32_t register_id() const = 0;

  // The entity that an id stands for. NOT_FOUND if the id was never issued (at that revision).
  virtual absl::StatusOr<EntityRecord> GetEntity(const ReadView& view, uint64_t id) const = 0;
  // The same in the newest state without a snapshot: the fastest read there is.
  virtual absl::StatusOr<EntityRecord> GetNewestEntity(uint64_t id) const = 0;
  // Either of these, but only the part that is needed, into an empty `out`, which may be on an arena; returns the
  // anchor. `view` null: the newest state. What `out` holds after an error is undefined.
  virtual absl::StatusOr<uint64_t> ReadEntity(const ReadView* view, uint64_t id, const EntityPart& part,
                                              storage::v1::Entity& out) const = 0;
  // Versions of one id, newest first, those before `before_revision` (0: from the newest).
  virtual absl::StatusOr<std::vector<EntityVersion>> ListEntityVersions(uint64_t id, uint64_t before_revision,
                                                                        size_t limit) const = 0;

  // NOT_FOUND if the register never had the record (at that revision).
  virtual absl::StatusOr<SourceVersion> GetSource(const ReadView& view, const model::SourceKey& key) const = 0;
  // Records of one source with ordinals above `after_ordinal`, in order.
  virtual absl::StatusOr<std::vector<SourceVersion>> ListSources(const ReadView& view, std::string_view source,
                                                                 uint64_t after_ordinal, size_t limit,
                                                                 bool with_deleted) const = 0;
  // Anchors of the entities that hold this identifier ("ni_number" or any type a source sends), sorted, newest state.
  virtual absl::StatusOr<std::vector<uint64_t>> FindByIdentifier(std::string_view type,
                                                                 std::string_view value) const = 0;

  // Ordinals of the live records that name this source key as related, ascending, at most `limit`. The view must be of
  // the newest state: no history is kept of them.
  virtual absl::StatusOr<std::vector<uint64_t>> ListRelated(const ReadView& view, const model::SourceKey& key,
                                                            size_t limit) const = 0;

  // Entities that fit a search, best first, with a score 0 to 1, seen with the eyes of purpose bit `purpose`: only the
  // part of each that its basic view needs is filled.
  struct SearchHit {
    EntityRecord entity;
    double score = 0;
  };
  virtual absl::StatusOr<std::vector<SearchHit>> Search(const matching::PersonFeatures& query, int purpose,
                                                        size_t limit) const = 0;
  // What a record with these details would match, best first; at most one candidate per entity.
  struct MatchCandidate {
    EntityRecord entity;
    double weight = 0;
    double probability = 0;
  };
  virtual absl::StatusOr<std::vector<MatchCandidate>> FindMatches(const model::PersonDetails& details,
                                                                  size_t limit) const = 0;

  // What is learnt of the address counts first; `source`: whose it is, empty for none. A match must be as sure as those
  // of records, but for what `options` say of it.
  [[nodiscard]] virtual matching::address::Match MatchAddress(const matching::address::Query& query,
                                                              const matching::address::MatchOptions& options,
                                                              std::string_view source) const = 0;
  // How sure matches of addresses are; null until that was fitted.
  [[nodiscard]] virtual std::shared_ptr<const AddressCalibration> address_calibration() const = 0;
  // Of a form (matching::address::TextForm): the cause and subject of its task, and the number of the learnt address in
  // force for this source itself, in the state that `reader` shows.
  [[nodiscard]] virtual std::string CauseOfAddress(std::string_view form) const = 0;
  virtual absl::StatusOr<std::optional<uint64_t>> FindLearntInForce(const storage::Reader& reader,
                                                                    std::string_view form,
                                                                    std::string_view source) const = 0;
  // Lends the index of addresses, streets and positions to `visit`, which must neither keep it nor call the register.
  // It may be ahead of the stored state by the commit that is being written, which waits meanwhile.
  virtual void VisitAddresses(absl::FunctionRef<void(const matching::address::AddressIndex& index)> visit) const = 0;

  // Whether a record, known by its ordinal, is deleted. May be ahead of the newest state by one commit. Does not read
  // the store.
  [[nodiscard]] virtual bool IsDeleted(uint64_t ordinal) const = 0;
  // The 16 bytes that stand for a source key in storage keys. A microsecond.
  [[nodiscard]] virtual std::string HashSourceKey(const model::SourceKey& key) const = 0;

  // The same by the record's ordinal.
  virtual absl::StatusOr<SourceVersion> GetSourceByOrdinal(const ReadView& view, uint64_t ordinal) const = 0;

  // --- Explanations: why records are one person or are not, in the newest state ---

  // Of two live records, given by their ordinals. NOT_FOUND if one of them is not, or no longer, known to the matcher.
  // `with_people`: what all records of the two people say too.
  virtual absl::StatusOr<PairExplanation> ExplainPair(uint64_t a, uint64_t b, bool with_people) const = 0;
  // How the entity of a live record came together, in order. Records of a step are ordinals. NOT_FOUND as above.
  virtual absl::StatusOr<std::vector<matching::LiveMatcher::Step>> ExplainEntity(uint64_t ordinal) const = 0;
  // The `limit` live records of other entities that fit a live record best, best first, any number of one entity.
  // NOT_FOUND as above.
  virtual absl::StatusOr<std::vector<OtherRecord>> FindOthers(const SourceVersion& record, size_t limit) const = 0;

  // Entities that are many or loose, those with a first record after `after`, at most `limit` and perhaps fewer: see
  // LiveMatcher::FindUnusual. Records are ordinals. Takes some milliseconds.
  [[nodiscard]] virtual matching::LiveMatcher::UnusualPage FindUnusual(uint64_t after,
                                                                       const matching::UnusualBounds& bounds,
                                                                       size_t limit) const = 0;

  // The open review pairs in order of their records' ordinals (the smaller one first), those after (`after_a`,
  // `after_b`), at most `limit`. The view must be of the newest state: no history is kept of them.
  virtual absl::StatusOr<std::vector<ReviewPair>> ListReviews(const ReadView& view, uint64_t after_a, uint64_t after_b,
                                                              size_t limit) const = 0;

  // --- Changes ---

  struct Commits {
    std::vector<std::pair<uint64_t, storage::v1::Commit>> commits;  // revision, events
    uint64_t head = 0;                                              // newest revision when it was read
  };
  // Commits after `after_revision`, in order, at most `limit`. OUT_OF_RANGE if that lies in the future, or below the
  // horizon of the feed (storage/feed_horizon.h): never are some left out.
  virtual absl::StatusOr<Commits> ReadChanges(uint64_t after_revision, size_t limit) const = 0;
  // Calls `wake` (on the writer's thread; it must not block) after every commit until the subscription is destroyed.
  class Subscription {
   public:
    virtual ~Subscription() = default;
  };
  [[nodiscard]] virtual std::unique_ptr<Subscription> Subscribe(std::function<void(uint64_t revision)> wake) = 0;

  // --- Operation ---

  [[nodiscard]] virtual RegisterStats Stats() const = 0;
  // Which fields the sources give, in the newest state.
  [[nodiscard]] virtual std::shared_ptr<const GivenFields> given_fields() const = 0;
  // Recomputes everything from the stored inputs and compares. Holds back writes while it runs.
  virtual absl::StatusOr<VerifyReport> Verify() = 0;
  virtual storage::Store* store() const = 0;
};

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_REGISTER_H_
