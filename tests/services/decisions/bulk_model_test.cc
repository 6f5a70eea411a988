// Bulk decisions among all else that happens to a register.
#include <iostream>
#include <map>
#include <string>

#include "services/decisions/bulk_sample.h"
#include "services/register/decision_store.h"
#include "tests/services/decisions/bulk_test_util.h"
#include "tests/services/register/random_register_input.h"
#include "tests/support/seed.h"

namespace wensum::decisions {
namespace {

using v1::BulkDecision;

// Records that come, change and go, answers and their undoing, bulk decisions in all their states, writes that fail and
// restarts in any order: Verify finds that every bulk decision and the decisions tell the same story.
class BulkModelTest : public BulkHandlerTest, public ::testing::WithParamInterface<int> {
 protected:
  template <typename Request>
  Request Of(uint64_t number, const std::string& actor) {
    Request request;
    request.set_name(registry::BulkName(number));
    request.set_etag(Get(request.name()).etag());
    request.set_actor(actor);
    return request;
  }
  // One thing that a steward does with the newest bulk decision, which its state may forbid.
  void Steward(registry::RandomRegisterInput& input) {
    const uint64_t newest = *registry::NewestBulk(store_, 1);
    const int dice = input.Below(10);
    if (newest == 0 || dice == 0) {
      auto proposal = Proposal(1 + input.Below(3), 0);
      proposal.set_answer(input.Chance(0.7) ? v1::DecideTaskRequest::ANSWER_SAME
                                            : v1::DecideTaskRequest::ANSWER_DISTINCT);
      done_["created"] += Create(proposal).ok() ? 1 : 0;
    } else if (dice < 4) {
      const BulkDecision bulk = Get(registry::BulkName(newest));
      const Sample sample = *LookAtSample(store_, 1, *registry::ReadBulk(store_, 1, newest));
      for (const SampledTask& task : sample.tasks) {
        if (task.outcome == registry::BulkOutcome::kNone) {
          done_["answered"] +=
              Answer(task.at.task.task(), input.Chance(0.9) ? bulk.answer() : v1::DecideTaskRequest::ANSWER_DISTINCT)
                      .ok()
                  ? 1
                  : 0;
        }
      }
    } else if (dice < 7) {
      done_["applied"] +=
          Write(*bulk_, &BulkHandler::Apply, Of<v1::ApplyBulkDecisionRequest>(newest, "bob")).ok() ? 1 : 0;
    } else if (dice < 8) {
      auto undo = Of<v1::UndoBulkDecisionRequest>(newest, "eve");
      undo.set_reason("decided_in_error");
      done_["undone"] += Write(*bulk_, &BulkHandler::Undo, undo).ok() ? 1 : 0;
    } else if (dice < 9) {
      done_["stopped"] +=
          Write(*bulk_, &BulkHandler::Stop, Of<v1::StopBulkDecisionRequest>(newest, "bob")).ok() ? 1 : 0;
    } else {
      const uint64_t decisions = *registry::NewestDecision(store_, 1);
      if (decisions > 0) {
        done_["one undone"] += UndoOne(Cat("decisions/", 1 + input.Below(static_cast<int>(decisions)))).ok() ? 1 : 0;
      }
    }
  }

  std::map<std::string, int> done_;
};

TEST_P(BulkModelTest, TellsOneStoryWhateverHappens) {
  const uint64_t seed = TestSeed(static_cast<uint64_t>(GetParam()) + 1);
  std::cout << "WENSUM_SEED=" << seed << "\n";
  registry::RandomRegisterInput input(seed);
  for (int round = 0; round < 150; ++round) {
    clock_.Advance(1'000'000);
    purpose_bit_ = input.Chance(0.2) ? 0 : 1;
    if (input.Chance(0.08)) {
      store_.FailNextWrites(1, absl::UnavailableError("no disk"));
      ++done_["failed"];
    }
    const int dice = input.Below(12);
    if (dice < 3) {
      registry::Mutation mutation;
      for (int i = 0; i < 3; ++i) {
        mutation.sources.push_back(input.Chance(0.15) ? input.Erase() : input.Upsert());
      }
      register_->Commit(std::move(mutation));
    } else if (dice < 9) {
      Steward(input);
    } else if (dice < 11) {
      const uint64_t newest = *registry::NewestBulk(store_, 1);
      if (newest > 0) {
        done_["step"] += BulkStep(*register_, newest, true).value_or(false) ? 1 : 0;
      }
    } else {
      store_.Heal();
      Reopen();
    }
    store_.Heal();
    if (round % 5 == 0) {
      ExpectVerified();
    }
    if (HasFailure()) {
      return;
    }
  }
  ASSERT_TRUE(Work().ok());
  const int decided = [this] {
    int found = 0;
    for (uint64_t number = 1; number <= *registry::NewestDecision(store_, 1); ++number) {
      found += registry::ReadDecision(store_, 1, number)->bulk() != 0 ? 1 : 0;
    }
    return found;
  }();
  for (const auto& [what, count] : done_) {
    std::cout << what << " " << count << ", ";
  }
  std::cout << "decided " << decided << "\n";
}

INSTANTIATE_TEST_SUITE_P(Seeds, BulkModelTest, ::testing::Range(0, Rounds(4, 100)));

}  // namespace
}  // namespace wensum::decisions
