// Random operations on a small town: what is allowed leaves it without fault, numbers never repeat, and undoing the
// last operations restores every row.
#include <set>

#include "gazetteer/lifecycle/invariants.h"
#include "services/custodian/stored_town.h"
#include "tests/services/custodian/custodian_fixture.h"
#include "tests/support/seed.h"

namespace wensum::custodian {
namespace {

class CustodianModelTest : public CustodianTest {
 protected:
  // What the random operations choose from.
  void LookAround() {
    uprns_.clear();
    usrns_.clear();
    const auto it = store_->NewIterator(storage::Family::kProperty, {});
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      const char tag = it->key()[sizeof(storage::RegisterId)];
      if (tag == 'U') {
        const auto parts = storage::ParsePropertyRowKey(it->key());
        ASSERT_TRUE(parts.ok());
        uprns_.insert(parts->id);
      } else if (tag == 'S') {
        const auto parts = storage::ParseStreetRowKey(it->key());
        ASSERT_TRUE(parts.ok());
        usrns_.insert(parts->id);
      }
    }
  }
  uint64_t Pick(const std::set<uint64_t>& from) {
    return *std::next(from.begin(), static_cast<std::ptrdiff_t>(random_->Below(from.size())));
  }
  uint64_t Uprn() { return Pick(uprns_); }
  uint64_t Usrn() { return Pick(usrns_); }
  int Number() { return static_cast<int>(random_->Between(1, 400)); }
  bool Maybe() { return random_->Chance(0.5); }

  Operation OnOne() {
    Operation operation;
    switch (random_->Below(9)) {
      case 0:
        operation = Create(Usrn(), Number(), Maybe() ? 1 : 6);
        if (random_->Chance(0.4)) {
          auto& property = *operation.mutable_create_property()->mutable_property();
          property.set_parent_uprn(Uprn());
          property.mutable_addresses(0)->mutable_sao()->set_text(Cat("Flat ", Number()));
        }
        break;
      case 1:
        operation.mutable_approve()->set_uprn(Uprn());
        operation.mutable_approve()->set_cascade(Maybe());
        break;
      case 2:
        operation.mutable_reject()->set_uprn(Uprn());
        operation.mutable_reject()->set_internal(Maybe());
        operation.mutable_reject()->set_cascade(Maybe());
        break;
      case 3:
        operation = Readdress(Uprn(), Usrn(), Number());
        operation.mutable_readdress()->set_keep_former_as_alternative(Maybe());
        operation.mutable_readdress()->set_cascade(Maybe());
        break;
      case 4:
        operation.mutable_add_alternative()->set_uprn(Uprn());
        SetAddress(Usrn(), Number(), *operation.mutable_add_alternative()->mutable_address());
        break;
      case 5:
        operation.mutable_amend()->set_uprn(Uprn());
        operation.mutable_amend()->set_classification(Maybe() ? "RD02" : "CR08");
        operation.mutable_amend()->set_blpu_state(static_cast<int>(random_->Below(8)));
        break;
      case 6:
        operation.mutable_move_parent()->set_uprn(Uprn());
        operation.mutable_move_parent()->set_parent_uprn(random_->Chance(0.2) ? 0 : Uprn());
        break;
      case 7:
        operation.mutable_reinstate()->set_uprn(Uprn());
        break;
      default:
        operation.mutable_add_cross_reference()->set_uprn(Uprn());
        operation.mutable_add_cross_reference()->set_source("CTAX");
        operation.mutable_add_cross_reference()->set_cross_reference(Cat(Number()));
        break;
    }
    return operation;
  }

  Operation OnSeveral() {
    Operation operation;
    switch (random_->Below(8)) {
      case 7: {
        auto& transfer = *operation.mutable_transfer_properties();
        const bool away = Maybe();
        transfer.set_to_custodian_code(away ? 2610 : 2625);
        if (Maybe()) {
          transfer.mutable_listed()->add_uprns(Uprn());
        } else {
          transfer.set_all_properties(true);
          transfer.set_from_custodian_code(away ? 2625 : 2610);
          transfer.set_max_properties(static_cast<int>(random_->Between(1, 9)));
          transfer.set_after_uprn(Maybe() ? 0 : Uprn());
        }
        break;
      }
      case 0:
        operation = Split(Uprn(), Usrn(), Number(), Number());
        operation.mutable_split()->set_cascade(Maybe());
        operation.mutable_split()->set_keep_as_shell(Maybe());
        break;
      case 1: {
        auto& merge = *operation.mutable_merge();
        merge.add_uprns(Uprn());
        merge.add_uprns(Uprn());
        merge.set_cascade(Maybe());
        if (Maybe()) {
          merge.set_into_uprn(Uprn());
        } else {
          SetProperty(Usrn(), Number(), *merge.mutable_property());
        }
        break;
      }
      case 2:
        operation = Gone(Uprn());
        operation.mutable_demolish()->set_cascade(Maybe());
        if (Maybe()) {
          operation.mutable_demolish()->mutable_gone()->add_successor_uprns(Uprn());
        }
        break;
      case 3: {
        auto& cleared = *operation.mutable_demolish()->mutable_cleared_site();
        cleared.set_uprn(Uprn());
        cleared.add_land()->set_usrn(Usrn());
        cleared.mutable_land(0)->mutable_pao()->set_text(Cat("Land ", Number()));
        cleared.set_former_as_alternative(Maybe());
        operation.mutable_demolish()->set_cascade(Maybe());
        break;
      }
      case 4:
        operation.mutable_add_range()->mutable_pattern()->set_parent_uprn(Uprn());
        operation.mutable_add_range()->mutable_pattern()->set_classification("RD06");
        operation.mutable_add_range()->set_first(1);
        operation.mutable_add_range()->set_last(static_cast<int>(random_->Between(1, 3)));
        operation.mutable_add_range()->set_label("Room");
        break;
      case 5:
        if (Maybe()) {
          operation.mutable_close_street()->set_usrn(Usrn());
        } else {
          operation.mutable_rename_street()->set_usrn(Usrn());
          operation.mutable_rename_street()->add_descriptors()->set_description(Cat("Road ", Number()));
        }
        break;
      default: {
        auto& street = *operation.mutable_create_street()->mutable_street();
        street.set_record_type(1);
        street.set_start_easting(623'000);
        street.set_start_northing(308'000);
        street.set_end_easting(623'100);
        street.set_end_northing(308'000);
        street.add_descriptors()->set_description(Cat("Street ", Number()));
        street.mutable_descriptors(0)->set_town("Norwich");
        street.mutable_descriptors(0)->set_administrative_area("Norfolk");
        break;
      }
    }
    return operation;
  }

  void ExpectNoFault(const std::string& after) {
    const StoredTown town(*store_, register_->register_id());
    std::vector<llpg::Refusal> faults;
    std::set<model::Uprn> uprns;
    const model::PartialDate today{.year = 2026, .month = 12, .day = 31};
    const llpg::RuleConfig& rules = llpg::RuleConfig::Default();
    for (const uint64_t uprn : uprns_) {
      uprns.insert(*model::Uprn::Create(uprn));
      ASSERT_TRUE(llpg::CheckProperty(town, *model::Uprn::Create(uprn), today, rules, &faults).ok());
    }
    for (const uint64_t usrn : usrns_) {
      ASSERT_TRUE(llpg::CheckStreet(town, *model::Usrn::Create(usrn), today, rules, &faults).ok());
      ASSERT_TRUE(llpg::CheckDuplicates(town, *model::Usrn::Create(usrn), uprns, &faults).ok());
    }
    for (const llpg::Refusal& fault : faults) {
      ADD_FAILURE() << fault.object << ": " << fault.message << " (" << fault.rule << ") after " << after;
    }
  }

  void ExpectNewNumbers(const v1::OperationRecord& record) {
    for (const uint64_t uprn : record.new_uprns()) {
      EXPECT_TRUE(given_.insert(Cat("U", uprn)).second) << uprn;
    }
    for (const uint64_t usrn : record.new_usrns()) {
      EXPECT_TRUE(given_.insert(Cat("S", usrn)).second) << usrn;
    }
    for (const v1::RowChange& change : record.changes()) {
      if ((change.kind() == v1::RowChange::KIND_INSERTED || change.kind() == v1::RowChange::KIND_REKEYED) &&
          change.key().size() == 14) {
        EXPECT_TRUE(given_.insert(change.key()).second) << change.key();
      }
    }
  }

  void Run(uint64_t seed, int operations) {
    SCOPED_TRACE(Cat("WENSUM_SEED=", seed));
    random_ = std::make_unique<Random>(seed);
    struct Done {
      std::string name;
      std::map<std::string, std::string> before;
    };
    std::vector<Done> done;
    int allowed = 0;
    int transfers = 0;
    LookAround();
    for (int i = 0; i < operations && !HasFailure(); ++i) {
      const Operation operation = random_->Chance(0.6) ? OnOne() : OnSeveral();
      std::map<std::string, std::string> before = Rows();
      const absl::StatusOr<v1::OperationRecord> record = Apply(operation);
      if (!record.ok()) {
        EXPECT_TRUE(record.status().code() == absl::StatusCode::kFailedPrecondition ||
                    record.status().code() == absl::StatusCode::kInvalidArgument)
            << record.status() << " " << operation.ShortDebugString();
        ASSERT_EQ(Rows(), before) << "a refused operation changes nothing";
        continue;
      }
      ++allowed;
      transfers += operation.has_transfer_properties() ? 1 : 0;
      done.push_back({record->name(), std::move(before)});
      LookAround();
      ExpectNoFault(operation.ShortDebugString());
      ExpectNewNumbers(*record);
      if (random_->Chance(0.02)) {
        Open();
      }
      if (random_->Chance(0.04)) {
        clock_.Advance(TimeMicros{86'400} * 1'000'000);
      }
      if (random_->Chance(0.05)) {
        for (uint64_t k = random_->Below(6); k > 0 && !done.empty(); --k) {
          const absl::StatusOr<v1::OperationRecord> undone = Undo(done.back().name);
          ASSERT_TRUE(undone.ok()) << undone.status() << " " << done.back().name;
          ASSERT_EQ(Rows(), done.back().before) << done.back().name;
          done.pop_back();
        }
        LookAround();
      }
    }
    EXPECT_GT(allowed, operations / 10);
    EXPECT_GT(transfers, operations / 100);
    ExpectVerified();
    Open();
    ExpectVerified();
  }

  std::unique_ptr<Random> random_;
  std::set<uint64_t> uprns_;
  std::set<uint64_t> usrns_;
  std::set<std::string> given_;
};

TEST_F(CustodianModelTest, RandomOperations) {
  const uint64_t seed = TestSeed(20'261'122);
  for (int round = 0; round < Rounds(2, 20); ++round) {
    store_ = storage::NewMemoryStore();
    given_.clear();
    options_.codes = {2625, 2610};
    register_.reset();
    Open();
    Load(TownStreet(1, "High Street", 12));
    Load(TownStreet(2, "Mill Lane", 8));
    Load(TownStreet(3, "The Close", 4));
    Run(seed + static_cast<uint64_t>(round), LongTests() ? 1'500 : 500);
  }
}

}  // namespace
}  // namespace wensum::custodian
