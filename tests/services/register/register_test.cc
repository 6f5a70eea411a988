#include <thread>

#include "storage/fault_store.h"
#include "storage/keys.h"
#include "tests/services/register/register_test_util.h"
#include "wensum/storage/v1/log.pb.h"
#include "wensum/v1/changes.pb.h"

namespace wensum::registry {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class RegisterTest : public ::testing::Test {
 protected:
  RegisterTest() : store_(storage::NewMemoryStore()), clock_(kStartTime) { Reopen(); }

  void Reopen(std::string_view rules = kTestRules) {
    register_.reset();
    register_ = OpenOrDie(store_.get(), &clock_, rules);
  }
  void ExpectVerified() {
    const auto report = register_->Verify();
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(report->differences, 0) << ::testing::PrintToString(report->details);
  }
  EntityRecord Entity(uint64_t id) {
    auto entity = register_->GetNewestEntity(id);
    EXPECT_TRUE(entity.ok()) << entity.status();
    return entity.ok() ? *std::move(entity) : EntityRecord();
  }
  std::vector<std::pair<v1::ChangeKind, uint64_t>> EventsAfter(uint64_t revision) {
    std::vector<std::pair<v1::ChangeKind, uint64_t>> events;
    const auto commits = register_->ReadChanges(revision, 1000);
    EXPECT_TRUE(commits.ok()) << commits.status();
    for (const auto& [at, commit] : commits->commits) {
      for (const auto& event : commit.events()) {
        events.emplace_back(static_cast<v1::ChangeKind>(event.kind()), event.id());
      }
    }
    return events;
  }

  std::unique_ptr<storage::Store> store_;
  ManualClock clock_;
  std::unique_ptr<Register> register_;
};

TEST_F(RegisterTest, JoinsTwoRecordsOfOnePersonUnderTheOldestId) {
  const SourceResult first = CommitOne(
      *register_, MakeWrite("housing", "H1", "Margaret Anne", "Okafor", "1961-03-14", "12 Elm Road", "NR2 3AB"));
  EXPECT_EQ(first.outcome, WriteOutcome::kInserted);
  EXPECT_EQ(first.anchor, first.ordinal);
  const uint64_t before = register_->revision();
  const SourceResult second =
      CommitOne(*register_, MakeWrite("council_tax", "C9", "Margaret", "Okafor", "1961-03-14", "12 Elm Rd", "NR2 3AB"));
  EXPECT_EQ(second.anchor, first.ordinal);
  EXPECT_EQ(second.revision, before + 1);
  EXPECT_THAT(EventsAfter(before), ElementsAre(std::pair(v1::CHANGE_KIND_PERSON_UPDATED, first.ordinal)));
  const EntityRecord entity = Entity(second.ordinal);  // the second record's own id resolves to the first's
  EXPECT_EQ(entity.anchor, first.ordinal);
  EXPECT_EQ(entity.entity.members_size(), 2);
  ExpectVerified();
}

TEST_F(RegisterTest, UnchangedContentWritesNothing) {
  CommitOne(*register_, MakeWrite("housing", "H1", "Ann", "Lee", "1970-01-02"));
  const uint64_t before = register_->revision();
  const SourceResult again = CommitOne(*register_, MakeWrite("housing", "H1", " Ann ", "Lee", "1970-01-02"));
  EXPECT_EQ(again.outcome, WriteOutcome::kUnchanged);
  EXPECT_EQ(again.revision, before);
  EXPECT_EQ(register_->revision(), before);
}

TEST_F(RegisterTest, HandsTheAnchorOnWhenItsRecordIsDeletedAndTakesItBackOnReturn) {
  const auto a = MakeWrite("housing", "H1", "Ifeoma", "Brackenbury", "1982-07-30", "4 Oak Street", "NR3 1AA");
  const auto b = MakeWrite("contact", "K1", "Ifeoma", "Brackenbury", "1982-07-30", "4 Oak Street", "NR3 1AA");
  const uint64_t first = CommitOne(*register_, a).ordinal;
  const uint64_t second = CommitOne(*register_, b).ordinal;
  ASSERT_EQ(Entity(second).anchor, first);

  const uint64_t before = register_->revision();
  EXPECT_EQ(CommitOne(*register_, MakeErase("housing", "H1")).outcome, WriteOutcome::kDeleted);
  EXPECT_EQ(Entity(second).anchor, first) << "the person keeps its id";
  EXPECT_EQ(Entity(first).entity.members_size(), 1);
  EXPECT_THAT(EventsAfter(before), ElementsAre(std::pair(v1::CHANGE_KIND_ID_ANCHORED, first),
                                               std::pair(v1::CHANGE_KIND_PERSON_UPDATED, first)));
  ExpectVerified();

  EXPECT_EQ(CommitOne(*register_, a).ordinal, first) << "a record that returns keeps its number";
  EXPECT_EQ(Entity(first).entity.members_size(), 2);
  ExpectVerified();

  CommitOne(*register_, MakeErase("housing", "H1"));
  CommitOne(*register_, MakeErase("contact", "K1"));
  const EntityRecord ended = Entity(second);
  EXPECT_TRUE(ended.entity.ended());
  EXPECT_EQ(ended.anchor, first);
  ExpectVerified();
  Reopen();
  EXPECT_TRUE(Entity(first).entity.ended());
  CommitOne(*register_, b);
  EXPECT_EQ(register_->Stats().entities, 1);
  ExpectVerified();
}

TEST_F(RegisterTest, SplitsGiveTheOriginalIdsBack) {
  const uint64_t first =
      CommitOne(*register_, MakeWrite("housing", "H1", "Rosalind", "Thackeray", "1950-05-05", "9 Ash Lane", "NR5 8QQ"))
          .ordinal;
  const uint64_t second =
      CommitOne(*register_, MakeWrite("contact", "K1", "Rosalind", "Thackeray", "1950-05-05", "9 Ash Lane", "NR5 8QQ"))
          .ordinal;
  ASSERT_EQ(Entity(second).anchor, first);
  const uint64_t before = register_->revision();
  CommitOne(*register_, MakeWrite("contact", "K1", "Desmond", "Abernathy", "1999-12-12", "77 Pine Way", "NR7 1ZZ"));
  EXPECT_EQ(Entity(second).anchor, second);
  EXPECT_EQ(Entity(first).anchor, first);
  EXPECT_THAT(EventsAfter(before), ::testing::UnorderedElementsAre(std::pair(v1::CHANGE_KIND_PERSON_UPDATED, first),
                                                                   std::pair(v1::CHANGE_KIND_PERSON_SPLIT, second)));
  ExpectVerified();
}

TEST_F(RegisterTest, AtomicMutationsRefuseAllForOneBadRecord) {
  Mutation mutation;
  mutation.atomic = true;
  mutation.sources.push_back(MakeWrite("housing", "H1", "Ann", "Lee"));
  mutation.sources.push_back(MakeWrite("unheard_of", "X1", "Bob", "Lee"));
  const MutationResult result = register_->Commit(std::move(mutation));
  EXPECT_EQ(result.status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(Message(result.status)), HasSubstr("records[1]"));
  EXPECT_EQ(register_->revision(), 0);
  EXPECT_EQ(register_->Stats().source_records, 0);

  Mutation twice;
  twice.atomic = true;
  twice.sources.push_back(MakeWrite("housing", "H1", "Ann", "Lee"));
  twice.sources.push_back(MakeWrite("housing", "H1", "Ann", "Lees"));
  EXPECT_THAT(std::string(Message(register_->Commit(std::move(twice)).status)), HasSubstr("twice"));
  EXPECT_EQ(register_->revision(), 0);
}

TEST_F(RegisterTest, RepeatedKeysInOneLooseMutationGetARevisionEach) {
  Mutation mutation;
  mutation.sources.push_back(MakeWrite("housing", "H1", "Ann", "Lee"));
  mutation.sources.push_back(MakeWrite("housing", "H1", "Ann", "Leigh"));
  const MutationResult result = register_->Commit(std::move(mutation));
  ASSERT_TRUE(result.status.ok()) << result.status;
  EXPECT_EQ(result.sources[0].revision, 1);
  EXPECT_EQ(result.sources[1].revision, 2);
  ReadSpec then;
  then.as_of_revision = 1;
  const auto view = register_->OpenView(then);
  ASSERT_TRUE(view.ok());
  const auto old = register_->GetSource(*view, {.source = "housing", .key = "H1"});
  ASSERT_TRUE(old.ok()) << old.status();
  EXPECT_EQ(old->record.details.name.surname, "Lee");
}

TEST_F(RegisterTest, EtagsGuardWrites) {
  const SourceResult first = CommitOne(*register_, MakeWrite("housing", "H1", "Ann", "Lee"));
  SourceWrite write = MakeWrite("housing", "H1", "Ann", "Leigh");
  write.etag = first.revision + 7;
  EXPECT_EQ(CommitOne(*register_, write).status.code(), absl::StatusCode::kAborted);
  write.etag = first.revision;
  EXPECT_EQ(CommitOne(*register_, write).outcome, WriteOutcome::kUpdated);
}

TEST_F(RegisterTest, RepeatedRequestsGetTheFirstAnswer) {
  const auto send = [this](std::string surname, uint64_t hash) {
    Mutation mutation;
    mutation.sources.push_back(MakeWrite("housing", "H1", "Ann", std::move(surname)));
    mutation.request_key = std::string(16, 'r');
    mutation.request_hash = hash;
    mutation.make_response = [](const MutationResult& result) { return Cat("revision ", result.revision); };
    return register_->Commit(std::move(mutation));
  };
  EXPECT_FALSE(send("Lee", 1).replayed_response.has_value());
  const MutationResult again = send("Lee", 1);
  EXPECT_EQ(again.replayed_response, "revision 1");
  EXPECT_EQ(send("Other", 2).status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(register_->revision(), 1);
}

TEST_F(RegisterTest, FencedValuesNeitherWinNorShow) {
  CommitOne(*register_, MakeWrite("housing", "H1", "Tamsin", "Featherstone", "1977-04-01", "3 Low Road", "NR1 2AD"));
  const uint64_t id = CommitOne(*register_, MakeWrite("electoral_register", "E1", "Tamsin", "Featherstone",
                                                      "1977-04-01", "3 Low Road", "NR1 2AD"))
                          .anchor;
  const EntityRecord entity = Entity(id);
  ASSERT_EQ(entity.entity.members_size(), 2);
  bool seen = false;
  for (const auto& golden : entity.entity.golden()) {
    if ((golden.purposes() & 1) != 0) {  // service_delivery
      seen = true;
      EXPECT_THAT(golden.contributors(), ElementsAre(0));
    }
  }
  EXPECT_TRUE(seen);
  const uint64_t hidden =
      CommitOne(*register_, MakeWrite("electoral_register", "E2", "Quentin", "Zeal", "1988-08-08")).anchor;
  const EntityRecord hidden_entity = Entity(hidden);
  for (const auto& golden : hidden_entity.entity.golden()) {
    EXPECT_EQ(golden.purposes() & 1, 0);
  }
  matching::PersonFeatures query = matching::StandardiseQuery("quentin zeal");
  const auto as_service = register_->Search(query, 0, 10);
  ASSERT_TRUE(as_service.ok());
  EXPECT_THAT(*as_service, SizeIs(0));
  const auto as_electoral = register_->Search(query, 1, 10);
  ASSERT_TRUE(as_electoral.ok());
  EXPECT_THAT(*as_electoral, SizeIs(1));
}

// Versions before models were stored resolved with a matcher of their own.
TEST_F(RegisterTest, WhatWasResolvedWithoutAStoredModelIsResolvedAnew) {
  const uint64_t anchor =
      CommitOne(*register_, MakeWrite("housing", "H1", "Ifeoma", "Brackenbury", "1982-07-30")).anchor;
  const std::string version = register_->Stats().model_version;
  register_.reset();
  storage::v1::Meta meta;
  ASSERT_TRUE(meta.ParseFromString(**store_->Get(storage::Family::kMeta, storage::MetaKey())));
  EXPECT_EQ(meta.model_version(), version);
  meta.set_model_version("old-1");
  storage::WriteBatch batch;
  batch.Put(storage::Family::kMeta, storage::MetaKey(), meta.SerializeAsString());
  batch.Delete(storage::Family::kMeta, storage::ModelKey(version));
  ASSERT_TRUE(store_->Write(batch, storage::Durability::kSync).ok());
  Reopen();
  EXPECT_EQ(register_->Stats().model_version, version);
  EXPECT_TRUE((*store_->Get(storage::Family::kMeta, storage::ModelKey(version))).has_value());
  EXPECT_EQ(Entity(anchor).entity.members_size(), 1);
  ExpectVerified();
}

TEST_F(RegisterTest, AStoredModelThatCannotBeReadIsAnError) {
  const std::string version = register_->Stats().model_version;
  register_.reset();
  storage::WriteBatch batch;
  batch.Put(storage::Family::kMeta, storage::ModelKey(version), "{");
  ASSERT_TRUE(store_->Write(batch, storage::Durability::kSync).ok());
  RegisterOptions options;
  options.rules = *ParseRegisterRules(kTestRules);
  const auto opened = Register::Open(store_.get(), &clock_, std::move(options));
  EXPECT_EQ(opened.status().code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(opened.status().message()), HasSubstr(version));
}

TEST_F(RegisterTest, SearchFindsOrganisationsByTheSoundOfTheirNames) {
  const auto write = [](const char* key, const char* name) {
    SourceWrite out = MakeWrite("contact", key, "", "", "");
    out.record.kind = model::RecordKind::kOrganisation;
    out.record.details = {};
    out.record.details.organisation_name = name;
    return out;
  };
  const uint64_t bakery = CommitOne(*register_, write("O1", "Anglia Bakeries Ltd")).anchor;
  const uint64_t other = CommitOne(*register_, write("O2", "Anglia Bakeries Ltd")).anchor;
  EXPECT_NE(bakery, other) << "organisations are not matched";
  const auto found = [this](std::string_view query) {
    std::vector<uint64_t> anchors;
    const auto hits = register_->Search(matching::StandardiseQuery(query), 0, 10);
    EXPECT_TRUE(hits.ok()) << hits.status();
    for (const auto& hit : *hits) {
      anchors.push_back(hit.entity.anchor);
    }
    std::sort(anchors.begin(), anchors.end());
    return anchors;
  };
  EXPECT_THAT(found("angliah bakeries"), ElementsAre(bakery, other));
  CommitOne(*register_, write("O2", "Norfolk Joinery"));
  EXPECT_THAT(found("anglia bakeries"), ElementsAre(bakery));
  EXPECT_THAT(found("joinery norfolk"), ElementsAre(other));
  Reopen();
  EXPECT_THAT(found("anglia bakeries"), ElementsAre(bakery));
}

// The postings name every record; each entity is an answer once, whichever of its records were found, and also when the
// record found gave up its id to an older one.
TEST_F(RegisterTest, SearchGivesEachEntityOnce) {
  std::vector<uint64_t> anchors;
  for (const char* forename : {"Tamsin", "Ottilie"}) {
    uint64_t anchor = 0;
    for (const char* source : {"housing", "council_tax", "electoral_register"}) {
      anchor = CommitOne(*register_, MakeWrite(source, Cat(forename, source), forename, "Featherstone", "1977-04-01",
                                               "3 Low Road", "NR1 2AD"))
                   .anchor;
    }
    ASSERT_EQ(Entity(anchor).entity.members_size(), 3);
    anchors.push_back(anchor);
  }
  const auto hits = register_->Search(matching::StandardiseQuery("ottilie featherstone"), 0, 10);
  ASSERT_TRUE(hits.ok()) << hits.status();
  ASSERT_THAT(*hits, SizeIs(2));
  EXPECT_EQ((*hits)[0].entity.anchor, anchors[1]);
  EXPECT_EQ((*hits)[1].entity.anchor, anchors[0]);
  EXPECT_GT((*hits)[0].score, (*hits)[1].score);
  for (const auto& hit : *hits) {
    ASSERT_EQ(hit.entity.entity.golden_size(), 1);  // the one that the purpose sees
    EXPECT_NE(hit.entity.entity.golden(0).purposes() & 1, 0);
  }
}

TEST_F(RegisterTest, AGazetteerThatComesLateMovesPeopleToTheirProperties) {
  const uint64_t id = CommitOne(*register_, MakeWrite("housing", "H1", "Ann", "Lee", "1970-01-02",
                                                      "3 Prince of Wales Road, Norwich", "NR1 1DX"))
                          .anchor;
  EXPECT_EQ(Entity(id).entity.golden(0).resolved_addresses(0).uprn(), 0);
  Mutation mutation;
  mutation.rows = MakeStreet(20900001, "PRINCE OF WALES ROAD", "NR1 1DX", 5);
  const size_t rows = mutation.rows.size();
  const MutationResult result = register_->Commit(std::move(mutation));
  ASSERT_TRUE(result.status.ok()) << result.status;
  ASSERT_EQ(result.rows.size(), rows);
  for (const GazetteerResult& row : result.rows) {
    EXPECT_EQ(row.outcome, WriteOutcome::kInserted) << row.status;
  }
  EXPECT_EQ(Entity(id).entity.golden(0).resolved_addresses(0).uprn(), 20900001003);
  EXPECT_EQ(register_->Stats().properties, 5);
  EXPECT_EQ(register_->Stats().streets, 1);
  ExpectVerified();

  const uint64_t before = register_->revision();
  Mutation again;
  again.rows = MakeStreet(20900001, "PRINCE OF WALES ROAD", "NR1 1DX", 5);
  const MutationResult unchanged = register_->Commit(std::move(again));
  EXPECT_EQ(unchanged.rows.front().outcome, WriteOutcome::kUnchanged);
  EXPECT_EQ(register_->revision(), before) << "an unchanged supply writes nothing";

  Mutation gone;
  for (GazetteerWrite& write : MakeStreet(20900001, "PRINCE OF WALES ROAD", "NR1 1DX", 5)) {
    write.change = model::ChangeType::kDelete;
    gone.rows.push_back(std::move(write));
  }
  ASSERT_TRUE(register_->Commit(std::move(gone)).status.ok());
  EXPECT_EQ(Entity(id).entity.golden(0).resolved_addresses(0).uprn(), 0);
  ExpectVerified();
}

TEST_F(RegisterTest, ARecordAsOfARevisionIsWhereTheGazetteerOfThatRevisionHadIt) {
  const std::string address = "3 Prince of Wales Road, Norwich";
  SourceWrite garage = MakeWrite("housing", "G1", "", "", "", address, "NR1 1DX");
  garage.record.kind = model::RecordKind::kProperty;
  const SourceResult property = CommitOne(*register_, garage);
  const SourceResult person =
      CommitOne(*register_, MakeWrite("housing", "H1", "Ann", "Lee", "1970-01-02", address, "NR1 1DX"));
  std::vector<std::pair<uint64_t, uint64_t>> expected = {{register_->revision(), 0}};  // UPRN by revision
  for (int round = 0; round < 2; ++round) {
    for (const auto change : {model::ChangeType::kInsert, model::ChangeType::kDelete}) {
      Mutation mutation;
      mutation.rows = MakeStreet(20900001, "PRINCE OF WALES ROAD", "NR1 1DX", 5);
      for (GazetteerWrite& write : mutation.rows) {
        write.change = change;
      }
      const MutationResult result = register_->Commit(std::move(mutation));
      ASSERT_TRUE(result.status.ok()) << result.status;
      expected.emplace_back(result.revision, change == model::ChangeType::kInsert ? 20900001003 : 0);
    }
  }
  for (const auto& [revision, uprn] : expected) {
    ReadSpec then;
    then.as_of_revision = revision;
    const auto view = register_->OpenView(then);
    ASSERT_TRUE(view.ok()) << view.status();
    for (const SourceResult& written : {property, person}) {
      const auto record = register_->GetSourceByOrdinal(*view, written.ordinal);
      ASSERT_TRUE(record.ok()) << record.status();
      ASSERT_EQ(record->stored.resolved_addresses_size(), 1);
      EXPECT_EQ(record->stored.resolved_addresses(0).uprn(), uprn) << "at revision " << revision;
      EXPECT_EQ(record->stored.revision(), written.revision) << "it is the same version of the record";
    }
  }
  ExpectVerified();
}

TEST_F(RegisterTest, ReadsAsOfRevisionAndTime) {
  const uint64_t id = CommitOne(*register_, MakeWrite("housing", "H1", "Ann", "Lee", "1970-01-02")).anchor;
  clock_.Advance(1'000'000);
  const TimeMicros between = clock_.Now();
  clock_.Advance(1'000'000);
  CommitOne(*register_, MakeWrite("housing", "H1", "Ann", "Leigh", "1970-01-02"));
  for (const bool by_time : {false, true}) {
    ReadSpec spec;
    if (by_time) {
      spec.as_of_time = between;
    } else {
      spec.as_of_revision = 1;
    }
    const auto view = register_->OpenView(spec);
    ASSERT_TRUE(view.ok()) << view.status();
    EXPECT_EQ(view->revision(), 1);
    const auto entity = register_->GetEntity(*view, id);
    ASSERT_TRUE(entity.ok()) << entity.status();
    EXPECT_EQ(entity->entity.golden(0).details().name().surname(), "Lee");
  }
  ReadSpec future;
  future.as_of_revision = 99;
  EXPECT_EQ(register_->OpenView(future).status().code(), absl::StatusCode::kOutOfRange);
  ReadSpec unreached;
  unreached.min_revision = 99;
  EXPECT_EQ(register_->OpenView(unreached).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(register_->GetNewestEntity(id + 500).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(RegisterTest, ChangedRulesRecomputeGoldenRecordsAtStart) {
  CommitOne(*register_, MakeWrite("council_tax", "C1", "Jo", "Bell", "1970-01-02", "1 High Street", "NR1 1AA"));
  SourceWrite newer = MakeWrite("housing", "H1", "Josephine", "Bell", "1970-01-02", "1 High Street", "NR1 1AA");
  newer.record.source_time = kStartTime + 1;
  const uint64_t id = CommitOne(*register_, newer).anchor;
  ASSERT_EQ(Entity(id).entity.members_size(), 2);
  EXPECT_EQ(Entity(id).entity.golden(0).details().name().forenames(), "Josephine");
  Reopen(Cat(kTestRules, "survivorship: {name: source_priority}\n"));
  EXPECT_EQ(Entity(id).entity.golden(0).details().name().forenames(), "Josephine");
  const uint64_t revision = register_->revision();
  Reopen(R"(
purposes: [service_delivery, electoral]
sources: [{name: council_tax}, {name: housing}, {name: contact}, {name: electoral_register, purposes: [electoral]}]
survivorship: {name: source_priority}
)");
  EXPECT_EQ(Entity(id).entity.golden(0).details().name().forenames(), "Jo");
  EXPECT_EQ(register_->revision(), revision + 1);
  ExpectVerified();
}

TEST_F(RegisterTest, PurposesKeepTheirPlaces) {
  register_.reset();
  RegisterOptions options;
  options.rules = *ParseRegisterRules("purposes: [electoral]\nsources: [{name: housing}]\n");
  const auto opened = Register::Open(store_.get(), &clock_, std::move(options));
  EXPECT_EQ(opened.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(Message(opened.status())), HasSubstr("service_delivery"));
}

TEST(RegisterFault, AFullDiskRefusesAndLeavesTheRegisterAsItWas) {
  const auto base = storage::NewMemoryStore();
  storage::FaultStore store(base.get());
  ManualClock clock(kStartTime);
  const auto reg = OpenOrDie(&store, &clock);
  const uint64_t id =
      CommitOne(*reg, MakeWrite("housing", "H1", "Ann", "Lee", "1970-01-02", "1 High Street", "NR1 1AA")).anchor;
  store.SetDiskFull(true);
  for (int i = 0; i < 3; ++i) {
    Mutation mutation;
    mutation.sources.push_back(
        MakeWrite("contact", Cat("K", i), "Ann", "Lee", "1970-01-02", "1 High Street", "NR1 1AA"));
    EXPECT_EQ(reg->Commit(std::move(mutation)).status.code(), absl::StatusCode::kResourceExhausted);
  }
  EXPECT_EQ(reg->revision(), 1);
  EXPECT_EQ(reg->Stats().source_records, 1);
  store.SetDiskFull(false);
  const SourceResult after =
      CommitOne(*reg, MakeWrite("contact", "K9", "Ann", "Lee", "1970-01-02", "1 High Street", "NR1 1AA"));
  EXPECT_EQ(after.anchor, id);
  EXPECT_EQ(after.ordinal, 2) << "numbers of refused records are not used up";
  EXPECT_EQ(reg->GetNewestEntity(id)->entity.members_size(), 2);
  const auto report = reg->Verify();
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->differences, 0) << ::testing::PrintToString(report->details);
}

TEST(RegisterConcurrency, WritersTogetherLoseNothing) {
  const auto store = storage::NewMemoryStore();
  SystemClock clock;
  const auto reg = OpenOrDie(store.get(), &clock);
  constexpr int kThreads = 4;
  constexpr int kEach = 50;
  std::atomic<int> woken{0};
  const auto subscription = reg->Subscribe([&woken](uint64_t) { ++woken; });
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&reg, t] {
      for (int i = 0; i < kEach; ++i) {
        const SourceResult result =
            CommitOne(*reg, MakeWrite("contact", Cat(t, "-", i), Cat("Name", t), Cat("Surname", i), "1970-01-02"));
        EXPECT_EQ(result.outcome, WriteOutcome::kInserted);
        EXPECT_TRUE(reg->GetNewestEntity(result.ordinal).ok());
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(reg->Stats().source_records, kThreads * kEach);
  EXPECT_GT(woken, 0);
  EXPECT_LE(static_cast<uint64_t>(woken), reg->revision());
  EXPECT_EQ(reg->Verify()->differences, 0);
}

}  // namespace
}  // namespace wensum::registry
