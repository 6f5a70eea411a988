#include "services/register/register.h"

#include <algorithm>
#include <condition_variable>
#include <future>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "matching/person/default_model.h"
#include "model/canonical.h"
#include "services/gazetteer/parent_keys.h"
#include "services/register/codec.h"
#include "services/register/core.h"
#include "services/register/learnt_addresses.h"
#include "services/register/loader.h"
#include "services/register/meta_record.h"
#include "services/register/model_store.h"
#include "services/register/model_work.h"
#include "services/register/moments.h"
#include "services/register/occupants.h"
#include "services/register/prepare.h"
#include "services/register/reviews.h"
#include "services/register/ruleset_work.h"
#include "services/register/upgrade.h"
#include "services/register/verify.h"
#include "services/register/writer.h"
#include "storage/change_log.h"
#include "storage/feed_horizon.h"
#include "storage/keys.h"

namespace wensum::registry {
namespace {

using storage::Family;

constexpr size_t kSearchBudget = 4'000;      // postings that one search may look at
constexpr size_t kSearchOrganisations = 50;  // records of organisations that it ranks, before people
constexpr size_t kSearchEntities = 200;      // entities that one search may rank

class RegisterImpl final : public Register {
 public:
  RegisterImpl(storage::Store* store, const Clock* clock, RegisterOptions options, const storage::v1::Meta& meta,
               std::shared_ptr<const matching::LinkageModel> model)
      : core_(store, clock, std::move(options), meta.id_key(), meta.hash_key(), std::move(model)) {}

  absl::Status Start(storage::v1::Meta meta) {
    if (meta.gazetteer_keys() < kGazetteerKeys) {
      WENSUM_RETURN_IF_ERROR(gazetteer::AddParentKeys(*core_.store, reg()));
      meta.set_gazetteer_keys(kGazetteerKeys);
      WENSUM_RETURN_IF_ERROR(WriteMeta(*core_.store, meta, *core_.model()));
    }
    WENSUM_RETURN_IF_ERROR(LoadIndexes(core_));
    WENSUM_RETURN_IF_ERROR(GoByRules(core_, meta));
    WENSUM_RETURN_IF_ERROR(BringInLine(core_, meta));
    WENSUM_RETURN_IF_ERROR(DescribeModels(*core_.store));
    writer_ = std::make_unique<Writer>(core_);
    model_work_ = std::make_unique<ModelWork>(&core_, writer_.get());
    ruleset_work_ = std::make_unique<RulesetWork>(&core_, writer_.get());
    return absl::OkStatus();
  }

  // --- Writing ---

  absl::Status Submit(Mutation mutation, std::function<void(MutationResult)> done) override {
    return writer_->Submit(std::move(mutation), std::move(done), /*wait=*/false);
  }

  absl::Status Enqueue(Mutation mutation, std::function<void(MutationResult)> done) override {
    return writer_->Submit(std::move(mutation), std::move(done), /*wait=*/true);
  }

  MutationResult Commit(Mutation mutation) override {
    std::promise<MutationResult> promise;
    std::future<MutationResult> future = promise.get_future();
    const absl::Status queued = writer_->Submit(
        std::move(mutation), [&promise](MutationResult result) { promise.set_value(std::move(result)); },
        /*wait=*/true);
    if (!queued.ok()) {
      MutationResult result;
      result.status = queued;
      return result;
    }
    return future.get();
  }

  [[nodiscard]] SourceResult Validate(const SourceWrite& write) const override {
    PreparedSource prepared = Prepare(core_, write);
    SourceResult result;
    result.status = prepared.status;
    result.issues = std::move(prepared.issues);
    for (const matching::ResolvedAddress& address : prepared.resolved_addresses) {
      result.address_outcomes.push_back(address.outcome);
    }
    return result;
  }

  // --- Reading ---

  absl::StatusOr<ReadView> OpenView(const ReadSpec& spec) const override {
    // The revision is read before the snapshot is taken: the snapshot holds at least that revision.
    const uint64_t newest = core_.revision.load(std::memory_order_acquire);
    if (spec.min_revision > newest) {
      return FailedPrecondition(Cat("revision ", spec.min_revision, " is not reached yet: the newest is ", newest));
    }
    auto snapshot = core_.store->NewSnapshot();
    if (spec.as_of_revision.has_value()) {
      if (*spec.as_of_revision > newest) {
        return MakeStatus(absl::StatusCode::kOutOfRange,
                          Cat("as_of_revision ", *spec.as_of_revision, " lies in the future: the newest is ", newest));
      }
      return ReadView(std::move(snapshot), *spec.as_of_revision, /*past=*/true);
    }
    if (spec.as_of_time.has_value()) {
      if (*spec.as_of_time > core_.clock->Now()) {
        return MakeStatus(absl::StatusCode::kOutOfRange, "as_of_time lies in the future");
      }
      WENSUM_ASSIGN_OR_RETURN(const uint64_t revision, moments_.RevisionAt(*snapshot, reg(), *spec.as_of_time));
      return ReadView(std::move(snapshot), std::min(newest, revision), /*past=*/true);
    }
    return ReadView(std::move(snapshot), newest, /*past=*/false);
  }

  [[nodiscard]] uint64_t revision() const override { return core_.revision.load(std::memory_order_acquire); }
  [[nodiscard]] uint64_t gazetteer_revision() const override {
    return core_.gazetteer_revision.load(std::memory_order_acquire);
  }
  [[nodiscard]] const OpaqueIdCodec& ids() const override { return core_.ids; }
  [[nodiscard]] const RegisterRules& rules() const override { return core_.options.rules; }
  [[nodiscard]] std::shared_ptr<const matching::LinkageModel> model() const override { return core_.model(); }
  [[nodiscard]] ModelWork* model_work() override { return model_work_.get(); }
  [[nodiscard]] std::shared_ptr<const Survivorship> survivorship() const override { return core_.survivorship(); }
  [[nodiscard]] RulesetWork* ruleset_work() override { return ruleset_work_.get(); }
  [[nodiscard]] uint32_t register_id() const override { return reg(); }

  absl::StatusOr<EntityRecord> GetEntity(const ReadView& view, uint64_t id) const override {
    return GetWhole(&view, id);
  }

  absl::StatusOr<EntityRecord> GetNewestEntity(uint64_t id) const override { return GetWhole(nullptr, id); }

  absl::StatusOr<uint64_t> ReadEntity(const ReadView* view, uint64_t id, const EntityPart& part,
                                      storage::v1::Entity& out) const override {
    return FollowRedirects(view, id, [&](uint64_t at, std::string_view bytes) -> absl::StatusOr<uint64_t> {
      out.Clear();
      WENSUM_RETURN_IF_ERROR(DecodeEntityPart(bytes, part, at, out));
      return out.redirect();
    });
  }

  absl::StatusOr<std::vector<EntityVersion>> ListEntityVersions(uint64_t id, uint64_t before_revision,
                                                                size_t limit) const override {
    const auto snapshot = core_.store->NewSnapshot();
    const auto iterator =
        snapshot->NewIterator(Family::kEntityHistory, storage::PrefixRange(storage::EntityHistoryPrefix(reg(), id)));
    if (before_revision == 0) {
      iterator->SeekToLast();
    } else {
      iterator->SeekForPrev(storage::EntityHistoryKey(reg(), id, before_revision - 1));
    }
    std::vector<EntityVersion> versions;
    for (; iterator->Valid() && versions.size() < limit; iterator->Prev()) {
      WENSUM_ASSIGN_OR_RETURN(const storage::HistoryKeyParts parts, storage::ParseEntityHistoryKey(iterator->key()));
      EntityVersion version;
      version.revision = parts.revision;
      WENSUM_ASSIGN_OR_RETURN(version.entity, DecodeEntity(iterator->value(), Cat("entity ", id)));
      WENSUM_ASSIGN_OR_RETURN(const auto time, storage::CommitTime(*snapshot, reg(), parts.revision));
      version.commit_time = time.value_or(0);
      versions.push_back(std::move(version));
    }
    WENSUM_RETURN_IF_ERROR(iterator->status());
    return versions;
  }

  absl::StatusOr<SourceVersion> GetSource(const ReadView& view, const model::SourceKey& key) const override {
    WENSUM_ASSIGN_OR_RETURN(const auto ordinal, FindOrdinal(view.reader(), reg(), core_.HashSourceKey(key)));
    if (ordinal.has_value()) {
      WENSUM_ASSIGN_OR_RETURN(auto version, ReadSourceVersion(view, *ordinal));
      if (version.has_value() && version->record.key == key) {
        return *std::move(version);
      }
    }
    // Of whom the key was then, another incarnation may be by now.
    model::SourceKey other{.source = key.source, .key = key.key, .incarnation = 0};
    for (bool known = view.past(); known; ++other.incarnation) {
      WENSUM_ASSIGN_OR_RETURN(const auto was, FindOrdinal(view.reader(), reg(), core_.HashSourceKey(other)));
      known = was.has_value();
      if (known) {
        WENSUM_ASSIGN_OR_RETURN(auto version, ReadSourceVersion(view, *was));
        if (version.has_value() && version->record.key == key) {
          return *std::move(version);
        }
      }
    }
    return NotFound(
        Cat("no record ", Quote(key.key), " of source ", Quote(key.source), " incarnation ", key.incarnation));
  }

  [[nodiscard]] bool IsDeleted(uint64_t ordinal) const override { return core_.indexes.deleted.Contains(ordinal); }
  [[nodiscard]] std::string HashSourceKey(const model::SourceKey& key) const override {
    return core_.HashSourceKey(key);
  }

  absl::StatusOr<std::vector<SourceVersion>> ListSources(const ReadView& view, std::string_view source,
                                                         uint64_t after_ordinal, size_t limit,
                                                         bool with_deleted) const override {
    const auto iterator = view.reader().NewIterator(
        Family::kCrosswalk, storage::PrefixRange(storage::CrosswalkSourceOrdinalPrefix(reg(), source)));
    std::vector<SourceVersion> versions;
    for (iterator->Seek(storage::CrosswalkSourceOrdinalKey(reg(), source, after_ordinal + 1));
         iterator->Valid() && versions.size() < limit; iterator->Next()) {
      WENSUM_ASSIGN_OR_RETURN(const auto parts, storage::ParseCrosswalkSourceOrdinalKey(iterator->key()));
      WENSUM_ASSIGN_OR_RETURN(auto version, ReadSourceVersion(view, parts.ordinal));
      if (version.has_value() && (with_deleted || !version->stored.deleted())) {
        versions.push_back(*std::move(version));
      }
    }
    WENSUM_RETURN_IF_ERROR(iterator->status());
    return versions;
  }

  absl::StatusOr<std::vector<uint64_t>> FindByIdentifier(std::string_view type, std::string_view value) const override {
    const auto snapshot = core_.store->NewSnapshot();
    const auto iterator = snapshot->NewIterator(
        Family::kCrosswalk,
        storage::PrefixRange(storage::CrosswalkIdentifierPrefix(reg(), core_.HashIdentifier(type, value))));
    std::vector<uint64_t> anchors;
    for (iterator->SeekToFirst(); iterator->Valid(); iterator->Next()) {
      WENSUM_ASSIGN_OR_RETURN(const auto parts, storage::ParseCrosswalkIdentifierKey(iterator->key()));
      WENSUM_ASSIGN_OR_RETURN(const EntityRecord entity, GetNewestEntity(parts.ordinal));
      anchors.push_back(entity.anchor);
    }
    WENSUM_RETURN_IF_ERROR(iterator->status());
    std::sort(anchors.begin(), anchors.end());
    anchors.erase(std::unique(anchors.begin(), anchors.end()), anchors.end());
    return anchors;
  }

  absl::StatusOr<std::vector<SearchHit>> Search(const matching::PersonFeatures& query, int purpose,
                                                size_t limit) const override {
    struct Candidate {
      matching::RecordId record;
      matching::RecordId cluster;
    };
    std::vector<Candidate> candidates;
    const std::string name = Cat(query.forenames, " ", query.surname);
    const std::vector<std::string> values = matching::QueryValues(query);
    {
      ReaderLock lock(core_.indexes.matcher_mutex);
      const matching::LiveMatcher& matcher = *core_.indexes.matcher;
      for (const matching::RecordId record : core_.indexes.organisations.Find(name, kSearchOrganisations)) {
        // While a commit is put together, one index may know a record that the other does not.
        if (matcher.Has(record)) {
          candidates.push_back({.record = record, .cluster = matcher.ClusterOf(record)});
        }
      }
      for (const matching::RecordId record : matcher.SearchCandidates(values, kSearchBudget)) {
        candidates.push_back({.record = record, .cluster = matcher.ClusterOf(record)});
      }
    }
    // Identifiers take part in the score if the query has some.
    const EntityPart part{.purpose_bit = purpose, .full = !query.identifiers.empty()};
    std::vector<SearchHit> hits;
    absl::flat_hash_set<uint64_t> seen;
    // Most candidates are further records of entities found already: the cluster tells without reading them.
    absl::flat_hash_set<matching::RecordId> seen_clusters;
    for (const Candidate& candidate : candidates) {
      if (seen.size() >= kSearchEntities) {
        break;
      }
      if (seen_clusters.contains(candidate.cluster)) {
        continue;
      }
      EntityRecord entity;
      const auto anchor = ReadEntity(nullptr, candidate.record, part, entity.entity);
      if (!anchor.ok()) {
        continue;  // indexed by a commit that readers cannot see yet
      }
      seen_clusters.insert(candidate.cluster);
      if (!seen.insert(*anchor).second) {
        continue;
      }
      entity.anchor = *anchor;
      // Ranked by what the reader may see, so that a hidden value neither finds nor ranks anybody.
      const double score = ScoreForPurpose(query, entity.entity, purpose);
      if (score > 0) {
        hits.push_back({.entity = std::move(entity), .score = score});
      }
    }
    std::sort(hits.begin(), hits.end(), [](const SearchHit& a, const SearchHit& b) {
      return a.score != b.score ? a.score > b.score : a.entity.anchor < b.entity.anchor;
    });
    if (hits.size() > limit) {
      hits.resize(limit);
    }
    return hits;
  }

  absl::StatusOr<std::vector<MatchCandidate>> FindMatches(const model::PersonDetails& details,
                                                          size_t limit) const override {
    model::SourceRecord record;
    record.details = details;
    std::vector<model::FieldIssue> issues;
    model::Canonicalise(record.details, Today(*core_.clock), issues);
    const matching::LinkageRecord query =
        LinkageRecordOf(core_.options.rules, record, ResolveAddresses(record.details, "", core_.indexes));
    std::vector<matching::LiveMatcher::Candidate> candidates;
    {
      ReaderLock lock(core_.indexes.matcher_mutex);
      candidates = core_.indexes.matcher->FindCandidates(query.values, limit * 8);
    }
    std::vector<MatchCandidate> matches;
    absl::flat_hash_set<uint64_t> seen;
    for (const auto& candidate : candidates) {
      auto entity = GetNewestEntity(candidate.id);
      if (matches.size() < limit && entity.ok() && seen.insert(entity->anchor).second) {
        matches.push_back(
            {.entity = *std::move(entity), .weight = candidate.score, .probability = candidate.probability});
      }
    }
    return matches;
  }

  [[nodiscard]] matching::address::Match MatchAddress(const matching::address::Query& query,
                                                      const matching::address::MatchOptions& options,
                                                      std::string_view source) const override {
    ReaderLock lock(core_.indexes.address_mutex);
    const matching::address::AddressIndex& addresses = *core_.indexes.addresses;
    const auto learnt = FindLearnt(core_.indexes.learnt, addresses, query, source);
    if (!learnt.has_value()) {
      matching::address::MatchOptions asked = options;
      asked.least_strength = options.least_strength.value_or(LeastStrength(core_.indexes.address_calibration.get()));
      return addresses.FindMatch(query, asked);
    }
    matching::address::Match match = addresses.MatchKnown(learnt->uprn, query, options);
    match.learnt = learnt->number;
    if (match.reason.empty() && options.max_candidates > 0) {
      match.reason = Cat("A steward said what this address means: ", LearntName(learnt->number), ".");
    }
    return match;
  }

  [[nodiscard]] std::shared_ptr<const AddressCalibration> address_calibration() const override {
    ReaderLock lock(core_.indexes.address_mutex);
    return core_.indexes.address_calibration;
  }

  [[nodiscard]] std::string CauseOfAddress(std::string_view form) const override { return CauseOfForm(core_, form); }

  absl::StatusOr<std::optional<uint64_t>> FindLearntInForce(const storage::Reader& reader, std::string_view form,
                                                            std::string_view source) const override {
    return FindInForce(core_, reader, form, source);
  }

  void VisitAddresses(absl::FunctionRef<void(const matching::address::AddressIndex& index)> visit) const override {
    ReaderLock lock(core_.indexes.address_mutex);
    visit(*core_.indexes.addresses);
  }

  absl::StatusOr<SourceVersion> GetSourceByOrdinal(const ReadView& view, uint64_t ordinal) const override {
    WENSUM_ASSIGN_OR_RETURN(auto version, ReadSourceVersion(view, ordinal));
    if (!version.has_value()) {
      return NotFound(Cat("there is no source record ", ordinal));
    }
    return *std::move(version);
  }

  absl::StatusOr<std::vector<uint64_t>> ListRelated(const ReadView& view, const model::SourceKey& key,
                                                    size_t limit) const override {
    return registry::ListRelated(core_, view.reader(), key, limit);
  }

  absl::StatusOr<PairExplanation> ExplainPair(uint64_t a, uint64_t b, bool with_people) const override {
    return registry::ExplainPair(core_, a, b, with_people);
  }
  absl::StatusOr<std::vector<matching::LiveMatcher::Step>> ExplainEntity(uint64_t ordinal) const override {
    return registry::ExplainEntity(core_, ordinal);
  }
  absl::StatusOr<std::vector<OtherRecord>> FindOthers(const SourceVersion& record, size_t limit) const override {
    return registry::FindOthers(core_, record, limit);
  }
  [[nodiscard]] matching::LiveMatcher::UnusualPage FindUnusual(uint64_t after, const matching::UnusualBounds& bounds,
                                                               size_t limit) const override {
    return registry::FindUnusual(core_, after, bounds, limit);
  }

  absl::StatusOr<std::vector<ReviewPair>> ListReviews(const ReadView& view, uint64_t after_a, uint64_t after_b,
                                                      size_t limit) const override {
    return ReadReviews(view.reader(), reg(), after_a, after_b, limit);
  }

  // --- Changes ---

  absl::StatusOr<Commits> ReadChanges(uint64_t after_revision, size_t limit) const override {
    Commits commits;
    commits.head = revision();
    if (after_revision > commits.head) {
      return MakeStatus(absl::StatusCode::kOutOfRange,
                        Cat("revision ", after_revision, " lies in the future: the newest is ", commits.head));
    }
    const size_t available = static_cast<size_t>(commits.head - after_revision);
    WENSUM_ASSIGN_OR_RETURN(auto logged,
                            storage::ReadCommits(*core_.store, reg(), after_revision + 1, std::min(limit, available)));
    // Read behind the log: it knows of whatever the log had lost by then.
    WENSUM_ASSIGN_OR_RETURN(const auto horizon, storage::ReadFeedHorizon(*core_.store, reg()));
    if (after_revision < horizon.revision()) {
      return MakeStatus(absl::StatusCode::kOutOfRange,
                        Cat("events up to revision ", horizon.revision(), " are not kept: what came after revision ",
                            after_revision, " cannot be told"));
    }
    for (storage::LoggedCommit& commit : logged) {
      commits.commits.emplace_back(commit.revision, std::move(commit.commit));
    }
    return commits;
  }

  [[nodiscard]] std::unique_ptr<Subscription> Subscribe(std::function<void(uint64_t revision)> wake) override {
    class Subscribed final : public Subscription {
     public:
      Subscribed(Writer* writer, uint64_t number) : writer_(writer), number_(number) {}
      ~Subscribed() override { writer_->Unsubscribe(number_); }

     private:
      Writer* writer_;
      uint64_t number_;
    };
    return std::make_unique<Subscribed>(writer_.get(), writer_->Subscribe(std::move(wake)));
  }

  // --- Operation ---

  [[nodiscard]] std::shared_ptr<const GivenFields> given_fields() const override {
    ReaderLock lock(core_.indexes.counts_mutex);
    return std::make_shared<const GivenFields>(core_.indexes.given);
  }

  [[nodiscard]] RegisterStats Stats() const override {
    RegisterStats stats;
    {
      ReaderLock lock(core_.indexes.counts_mutex);
      stats = core_.indexes.counts;
    }
    stats.revision = revision();
    stats.model_version = core_.model()->version;
    {
      ReaderLock lock(core_.indexes.matcher_mutex);
      stats.index_bytes += core_.indexes.matcher->memory_bytes();
      stats.components = core_.indexes.matcher->components();
    }
    ReaderLock lock(core_.indexes.address_mutex);
    stats.index_bytes += core_.indexes.addresses->memory_bytes();
    return stats;
  }

  absl::StatusOr<VerifyReport> Verify() override {
    absl::StatusOr<VerifyReport> report = VerifyReport();
    writer_->WithWritesHeld([&] {
      const auto snapshot = core_.store->NewSnapshot();
      report = VerifyRegister(core_, *snapshot);
    });
    return report;
  }

  storage::Store* store() const override { return core_.store; }

 private:
  [[nodiscard]] uint32_t reg() const { return core_.options.register_id; }

  absl::StatusOr<EntityRecord> GetWhole(const ReadView* view, uint64_t id) const {
    EntityRecord record;
    WENSUM_ASSIGN_OR_RETURN(
        record.anchor,
        FollowRedirects(view, id, [&record](uint64_t at, std::string_view bytes) -> absl::StatusOr<uint64_t> {
          WENSUM_ASSIGN_OR_RETURN(record.entity, DecodeEntity(bytes, Cat("entity ", at)));
          return record.entity.redirect();
        }));
    return record;
  }

  // Gives `decode(anchor, bytes)` the value of the id and, while it returns another id, the value of that; returns the
  // last one. `view` null: the newest state.
  template <typename Decode>
  absl::StatusOr<uint64_t> FollowRedirects(const ReadView* view, uint64_t id, const Decode& decode) const {
    // One step at most, but for a reader between two commits: an anchor never redirects.
    for (uint64_t at = id, step = 0; step < 4; ++step) {
      uint64_t redirect = 0;
      const auto visit = [&](std::string_view bytes) -> absl::Status {
        WENSUM_ASSIGN_OR_RETURN(redirect, decode(at, bytes));
        return absl::OkStatus();
      };
      WENSUM_ASSIGN_OR_RETURN(const bool found, VisitEntity(view, at, visit));
      if (!found) {
        break;
      }
      if (redirect == 0) {
        return at;
      }
      at = redirect;
    }
    return NotFound(Cat("people/", core_.ids.Encode(id), " was never issued"));
  }

  // The value of one id, as storage::Reader::Visit.
  absl::StatusOr<bool> VisitEntity(const ReadView* view, uint64_t id, storage::ValueVisitor visit) const {
    if (view == nullptr || !view->past()) {
      const storage::Reader& reader = view == nullptr ? *core_.store : view->reader();
      return reader.Visit(Family::kEntity, storage::EntityKey(reg(), id), visit);
    }
    // An iterator costs as much as some reads: most ids have not changed since, and the newest row will do.
    bool answered = false;
    WENSUM_ASSIGN_OR_RETURN(const bool issued,
                            view->reader().Visit(Family::kEntity, storage::EntityKey(reg(), id),
                                                 [&](std::string_view bytes) -> absl::Status {
                                                   const std::optional<uint64_t> revision = RevisionOfEntity(bytes);
                                                   answered = revision.has_value() && *revision <= view->revision();
                                                   return answered ? visit(bytes) : absl::OkStatus();
                                                 }));
    if (!issued || answered) {
      return issued;
    }
    const auto iterator = view->reader().NewIterator(Family::kEntityHistory,
                                                     storage::PrefixRange(storage::EntityHistoryPrefix(reg(), id)));
    iterator->SeekForPrev(storage::EntityHistoryKey(reg(), id, view->revision()));
    if (!iterator->Valid()) {
      WENSUM_RETURN_IF_ERROR(iterator->status());
      return false;
    }
    WENSUM_RETURN_IF_ERROR(visit(iterator->value()));
    return true;
  }

  // Nullopt if the record did not exist at the view's revision.
  absl::StatusOr<std::optional<SourceVersion>> ReadSourceVersion(const ReadView& view, uint64_t ordinal) const {
    std::optional<std::string> value;
    if (view.past()) {
      const auto iterator = view.reader().NewIterator(
          Family::kSourceHistory, storage::PrefixRange(storage::SourceHistoryPrefix(reg(), ordinal)));
      iterator->SeekForPrev(storage::SourceHistoryKey(reg(), ordinal, view.revision()));
      if (iterator->Valid()) {
        value = std::string(iterator->value());
      }
      WENSUM_RETURN_IF_ERROR(iterator->status());
    } else {
      WENSUM_ASSIGN_OR_RETURN(value, view.reader().Get(Family::kSource, storage::SourceKey(reg(), ordinal)));
    }
    if (!value.has_value()) {
      return std::nullopt;
    }
    SourceVersion version;
    version.ordinal = ordinal;
    const std::string what = Cat("source record ", ordinal);
    if (!version.stored.ParseFromString(*value)) {
      return DataLoss(Cat(what, " cannot be read"));
    }
    WENSUM_ASSIGN_OR_RETURN(DecodedSource decoded, DecodeSource(version.stored, what));
    version.record = std::move(decoded.record);
    WENSUM_ASSIGN_OR_RETURN(const EntityRecord entity, GetEntity(view, ordinal));
    version.anchor = entity.anchor;
    return version;
  }

  static double ScoreForPurpose(const matching::PersonFeatures& query, const storage::v1::Entity& entity, int purpose) {
    for (const storage::v1::Golden& golden : entity.golden()) {
      if ((golden.purposes() >> purpose & 1) == 0) {
        continue;
      }
      const std::vector<uint64_t> uprns(static_cast<size_t>(golden.details().addresses_size()));
      return matching::SearchScore(query, matching::Standardise(DecodeDetails(golden.details()),
                                                                static_cast<model::RecordKind>(entity.kind()), uprns));
    }
    return 0;
  }

  Moments moments_;
  // Destroyed in reverse order: the writer stops before the core goes.
  Core core_;
  std::unique_ptr<Writer> writer_;
  std::unique_ptr<ModelWork> model_work_;
  std::unique_ptr<RulesetWork> ruleset_work_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Register>> Register::Open(storage::Store* store, const Clock* clock,
                                                         RegisterOptions options) {
  WENSUM_ASSIGN_OR_RETURN(storage::v1::Meta meta, OpenMeta(*store, *clock, options));
  WENSUM_RETURN_IF_ERROR(CheckPurposes(meta, options.rules));
  WENSUM_ASSIGN_OR_RETURN(matching::LinkageModel model, ModelInForce(*store, meta.model_version()));
  auto opened = std::make_unique<RegisterImpl>(store, clock, std::move(options), meta,
                                               std::make_shared<const matching::LinkageModel>(std::move(model)));
  WENSUM_RETURN_IF_ERROR(opened->Start(std::move(meta)));
  return opened;
}

}  // namespace wensum::registry
