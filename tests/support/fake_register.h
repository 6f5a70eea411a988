// A register that stores nothing: it answers writes as it is told. For tests of handlers' own behaviour, such as what
// they do when the queue is full; what a register really answers is tested against the real one.
#ifndef WENSUM_TESTS_SUPPORT_FAKE_REGISTER_H_
#define WENSUM_TESTS_SUPPORT_FAKE_REGISTER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "services/register/register.h"

namespace wensum {

// Thread-safe. Mutations wait until CompleteOne or CompleteAll is called.
class FakeRegister : public registry::Register {
 public:
  // While full, Submit gives RESOURCE_EXHAUSTED.
  void SetFull(bool full);
  // Every later Submit gives this status unless it is OK.
  void SetSubmitStatus(absl::Status status);
  // Completes the oldest waiting mutation: each record as inserted under one new revision, but for those whose key is
  // "bad", which are refused. `status` not OK fails the mutation. False if none waits.
  bool CompleteOne(absl::Status status = absl::OkStatus());
  void CompleteAll();

  // Sizes of the mutations submitted, and their keys in order.
  [[nodiscard]] std::vector<size_t> mutation_sizes() const;
  [[nodiscard]] std::vector<std::string> keys() const;

  absl::Status Submit(registry::Mutation mutation, std::function<void(registry::MutationResult)> done) override;
  absl::Status Enqueue(registry::Mutation mutation, std::function<void(registry::MutationResult)> done) override;
  registry::MutationResult Commit(registry::Mutation mutation) override;
  [[nodiscard]] registry::SourceResult Validate(const registry::SourceWrite& write) const override;
  absl::StatusOr<registry::ReadView> OpenView(const registry::ReadSpec& spec) const override;
  [[nodiscard]] uint64_t revision() const override;
  [[nodiscard]] uint64_t gazetteer_revision() const override { return revision(); }
  [[nodiscard]] const OpaqueIdCodec& ids() const override { return ids_; }
  [[nodiscard]] const registry::RegisterRules& rules() const override { return rules_; }
  [[nodiscard]] std::shared_ptr<const matching::LinkageModel> model() const override { return model_; }
  [[nodiscard]] std::shared_ptr<const registry::GivenFields> given_fields() const override { return nullptr; }
  [[nodiscard]] registry::ModelWork* model_work() override { return nullptr; }  // it has no records to work on
  [[nodiscard]] std::shared_ptr<const registry::Survivorship> survivorship() const override { return survivorship_; }
  [[nodiscard]] registry::RulesetWork* ruleset_work() override { return nullptr; }
  [[nodiscard]] uint32_t register_id() const override { return 1; }
  absl::StatusOr<registry::EntityRecord> GetEntity(const registry::ReadView& view, uint64_t id) const override;
  absl::StatusOr<registry::EntityRecord> GetNewestEntity(uint64_t id) const override;
  absl::StatusOr<uint64_t> ReadEntity(const registry::ReadView* view, uint64_t id, const registry::EntityPart& part,
                                      storage::v1::Entity& out) const override;
  absl::StatusOr<std::vector<registry::EntityVersion>> ListEntityVersions(uint64_t id, uint64_t before_revision,
                                                                          size_t limit) const override;
  absl::StatusOr<registry::SourceVersion> GetSource(const registry::ReadView& view,
                                                    const model::SourceKey& key) const override;
  absl::StatusOr<std::vector<registry::SourceVersion>> ListSources(const registry::ReadView& view,
                                                                   std::string_view source, uint64_t after_ordinal,
                                                                   size_t limit, bool with_deleted) const override;
  absl::StatusOr<registry::SourceVersion> GetSourceByOrdinal(const registry::ReadView& view,
                                                             uint64_t ordinal) const override;
  [[nodiscard]] bool IsDeleted(uint64_t ordinal) const override;
  [[nodiscard]] std::string HashSourceKey(const model::SourceKey& key) const override;
  absl::StatusOr<std::vector<uint64_t>> ListRelated(const registry::ReadView& view, const model::SourceKey& key,
                                                    size_t limit) const override;
  absl::StatusOr<registry::PairExplanation> ExplainPair(uint64_t a, uint64_t b, bool with_people) const override;
  absl::StatusOr<std::vector<matching::LiveMatcher::Step>> ExplainEntity(uint64_t ordinal) const override;
  absl::StatusOr<std::vector<registry::OtherRecord>> FindOthers(const registry::SourceVersion& record,
                                                                size_t limit) const override;
  [[nodiscard]] matching::LiveMatcher::UnusualPage FindUnusual(uint64_t after, const matching::UnusualBounds& bounds,
                                                               size_t limit) const override;
  absl::StatusOr<std::vector<registry::ReviewPair>> ListReviews(const registry::ReadView& view, uint64_t after_a,
                                                                uint64_t after_b, size_t limit) const override;
  absl::StatusOr<std::vector<uint64_t>> FindByIdentifier(std::string_view type, std::string_view value) const override;
  absl::StatusOr<std::vector<SearchHit>> Search(const matching::PersonFeatures& query, int purpose,
                                                size_t limit) const override;
  absl::StatusOr<std::vector<MatchCandidate>> FindMatches(const model::PersonDetails& details,
                                                          size_t limit) const override;
  [[nodiscard]] matching::address::Match MatchAddress(const matching::address::Query& query,
                                                      const matching::address::MatchOptions& options,
                                                      std::string_view source) const override;
  [[nodiscard]] std::shared_ptr<const registry::AddressCalibration> address_calibration() const override;
  [[nodiscard]] std::string CauseOfAddress(std::string_view form) const override;
  absl::StatusOr<std::optional<uint64_t>> FindLearntInForce(const storage::Reader& reader, std::string_view form,
                                                            std::string_view source) const override;
  void VisitAddresses(absl::FunctionRef<void(const matching::address::AddressIndex& index)> visit) const override;
  absl::StatusOr<Commits> ReadChanges(uint64_t after_revision, size_t limit) const override;
  [[nodiscard]] std::unique_ptr<Subscription> Subscribe(std::function<void(uint64_t revision)> wake) override;
  [[nodiscard]] registry::RegisterStats Stats() const override;
  absl::StatusOr<registry::VerifyReport> Verify() override;
  storage::Store* store() const override { return nullptr; }

 private:
  using Waiting = std::pair<registry::Mutation, std::function<void(registry::MutationResult)>>;

  const OpaqueIdCodec ids_{7};
  const matching::address::AddressIndex addresses_;
  const registry::RegisterRules rules_;
  const std::shared_ptr<const registry::Survivorship> survivorship_ = std::make_shared<const registry::Survivorship>();
  const std::shared_ptr<const matching::LinkageModel> model_ =
      std::make_shared<const matching::LinkageModel>(matching::LinkageModel{.version = "fake"});

  mutable Mutex mutex_;
  bool full_ WENSUM_GUARDED_BY(mutex_) = false;
  absl::Status submit_status_ WENSUM_GUARDED_BY(mutex_);
  std::vector<Waiting> waiting_ WENSUM_GUARDED_BY(mutex_);
  std::vector<size_t> sizes_ WENSUM_GUARDED_BY(mutex_);
  std::vector<std::string> keys_ WENSUM_GUARDED_BY(mutex_);
  uint64_t revision_ WENSUM_GUARDED_BY(mutex_) = 0;
  uint64_t ordinal_ WENSUM_GUARDED_BY(mutex_) = 0;
};

}  // namespace wensum

#endif  // WENSUM_TESTS_SUPPORT_FAKE_REGISTER_H_
