#include "tests/support/fake_register.h"

#include "base/status_macros.h"

namespace wensum {
namespace {

absl::Status NotThere() { return NotFound("the fake register holds nothing"); }

}  // namespace

void FakeRegister::SetFull(bool full) {
  MutexLock lock(mutex_);
  full_ = full;
}

void FakeRegister::SetSubmitStatus(absl::Status status) {
  MutexLock lock(mutex_);
  submit_status_ = std::move(status);
}

bool FakeRegister::CompleteOne(absl::Status status) {
  Waiting next;
  registry::MutationResult result;
  {
    MutexLock lock(mutex_);
    if (waiting_.empty()) {
      return false;
    }
    next = std::move(waiting_.front());
    waiting_.erase(waiting_.begin());
    result.status = std::move(status);
    if (result.status.ok()) {
      result.revision = ++revision_;
      for (const registry::SourceWrite& write : next.first.sources) {
        registry::SourceResult& source = result.sources.emplace_back();
        if (write.record.key.key == "bad") {
          source.status = InvalidArgument("the record is bad");
          continue;
        }
        source.outcome = registry::WriteOutcome::kInserted;
        source.ordinal = ++ordinal_;
        source.anchor = source.ordinal;
        source.revision = result.revision;
      }
    }
  }
  next.second(std::move(result));
  return true;
}

void FakeRegister::CompleteAll() {
  while (CompleteOne()) {
  }
}

std::vector<size_t> FakeRegister::mutation_sizes() const {
  ReaderLock lock(mutex_);
  return sizes_;
}

std::vector<std::string> FakeRegister::keys() const {
  ReaderLock lock(mutex_);
  return keys_;
}

absl::Status FakeRegister::Submit(registry::Mutation mutation, std::function<void(registry::MutationResult)> done) {
  MutexLock lock(mutex_);
  if (!submit_status_.ok()) {
    return submit_status_;
  }
  if (full_) {
    return ResourceExhausted("the queue is full");
  }
  sizes_.push_back(mutation.sources.size());
  for (const registry::SourceWrite& write : mutation.sources) {
    keys_.push_back(write.record.key.key);
  }
  waiting_.emplace_back(std::move(mutation), std::move(done));
  return absl::OkStatus();
}

absl::Status FakeRegister::Enqueue(registry::Mutation mutation, std::function<void(registry::MutationResult)> done) {
  return Submit(std::move(mutation), std::move(done));
}

registry::MutationResult FakeRegister::Commit(registry::Mutation /*mutation*/) {
  registry::MutationResult result;
  result.status = Unavailable("the fake register only takes what is submitted");
  return result;
}

registry::SourceResult FakeRegister::Validate(const registry::SourceWrite& /*write*/) const { return {}; }

absl::StatusOr<registry::ReadView> FakeRegister::OpenView(const registry::ReadSpec& /*spec*/) const {
  return registry::ReadView();
}

uint64_t FakeRegister::revision() const {
  ReaderLock lock(mutex_);
  return revision_;
}

absl::StatusOr<registry::EntityRecord> FakeRegister::GetEntity(const registry::ReadView& /*view*/,
                                                               uint64_t /*id*/) const {
  return NotThere();
}
absl::StatusOr<registry::EntityRecord> FakeRegister::GetNewestEntity(uint64_t /*id*/) const { return NotThere(); }
absl::StatusOr<uint64_t> FakeRegister::ReadEntity(const registry::ReadView* /*view*/, uint64_t /*id*/,
                                                  const registry::EntityPart& /*part*/,
                                                  storage::v1::Entity& /*out*/) const {
  return NotThere();
}
absl::StatusOr<std::vector<registry::EntityVersion>> FakeRegister::ListEntityVersions(uint64_t /*id*/,
                                                                                      uint64_t /*before_revision*/,
                                                                                      size_t /*limit*/) const {
  return std::vector<registry::EntityVersion>();
}
absl::StatusOr<registry::SourceVersion> FakeRegister::GetSource(const registry::ReadView& /*view*/,
                                                                const model::SourceKey& /*key*/) const {
  return NotThere();
}
absl::StatusOr<std::vector<registry::SourceVersion>> FakeRegister::ListSources(const registry::ReadView& /*view*/,
                                                                               std::string_view /*source*/,
                                                                               uint64_t /*after_ordinal*/,
                                                                               size_t /*limit*/,
                                                                               bool /*with_deleted*/) const {
  return std::vector<registry::SourceVersion>();
}
absl::StatusOr<registry::SourceVersion> FakeRegister::GetSourceByOrdinal(const registry::ReadView& /*view*/,
                                                                         uint64_t /*ordinal*/) const {
  return NotThere();
}
bool FakeRegister::IsDeleted(uint64_t /*ordinal*/) const { return false; }
std::string FakeRegister::HashSourceKey(const model::SourceKey& key) const { return key.key; }
absl::StatusOr<std::vector<uint64_t>> FakeRegister::ListRelated(const registry::ReadView& /*view*/,
                                                                const model::SourceKey& /*key*/,
                                                                size_t /*limit*/) const {
  return NotThere();
}
absl::StatusOr<registry::PairExplanation> FakeRegister::ExplainPair(uint64_t /*a*/, uint64_t /*b*/,
                                                                    bool /*with_people*/) const {
  return NotThere();
}
absl::StatusOr<std::vector<matching::LiveMatcher::Step>> FakeRegister::ExplainEntity(uint64_t /*ordinal*/) const {
  return NotThere();
}
absl::StatusOr<std::vector<registry::OtherRecord>> FakeRegister::FindOthers(const registry::SourceVersion& /*record*/,
                                                                            size_t /*limit*/) const {
  return std::vector<registry::OtherRecord>();
}
matching::LiveMatcher::UnusualPage FakeRegister::FindUnusual(uint64_t /*after*/,
                                                             const matching::UnusualBounds& /*bounds*/,
                                                             size_t /*limit*/) const {
  return {};
}
absl::StatusOr<std::vector<registry::ReviewPair>> FakeRegister::ListReviews(const registry::ReadView& /*view*/,
                                                                            uint64_t /*after_a*/, uint64_t /*after_b*/,
                                                                            size_t /*limit*/) const {
  return std::vector<registry::ReviewPair>();
}
absl::StatusOr<std::vector<uint64_t>> FakeRegister::FindByIdentifier(std::string_view /*type*/,
                                                                     std::string_view /*value*/) const {
  return std::vector<uint64_t>();
}
absl::StatusOr<std::vector<registry::Register::SearchHit>> FakeRegister::Search(
    const matching::PersonFeatures& /*query*/, int /*purpose*/, size_t /*limit*/) const {
  return std::vector<SearchHit>();
}
absl::StatusOr<std::vector<registry::Register::MatchCandidate>> FakeRegister::FindMatches(
    const model::PersonDetails& /*details*/, size_t /*limit*/) const {
  return std::vector<MatchCandidate>();
}
matching::address::Match FakeRegister::MatchAddress(const matching::address::Query& /*query*/,
                                                    const matching::address::MatchOptions& /*options*/,
                                                    std::string_view /*source*/) const {
  return {};
}
std::shared_ptr<const registry::AddressCalibration> FakeRegister::address_calibration() const { return nullptr; }
std::string FakeRegister::CauseOfAddress(std::string_view form) const { return std::string(form); }
absl::StatusOr<std::optional<uint64_t>> FakeRegister::FindLearntInForce(const storage::Reader& /*reader*/,
                                                                        std::string_view /*form*/,
                                                                        std::string_view /*source*/) const {
  return std::nullopt;
}
void FakeRegister::VisitAddresses(absl::FunctionRef<void(const matching::address::AddressIndex& index)> visit) const {
  visit(addresses_);
}
absl::StatusOr<registry::Register::Commits> FakeRegister::ReadChanges(uint64_t /*after_revision*/,
                                                                      size_t /*limit*/) const {
  return Commits();
}
std::unique_ptr<registry::Register::Subscription> FakeRegister::Subscribe(std::function<void(uint64_t)> /*wake*/) {
  return std::make_unique<Subscription>();
}
registry::RegisterStats FakeRegister::Stats() const { return {}; }
absl::StatusOr<registry::VerifyReport> FakeRegister::Verify() { return registry::VerifyReport(); }

}  // namespace wensum
