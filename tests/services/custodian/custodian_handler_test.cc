#include "services/custodian/custodian_handler.h"

#include <thread>

#include "services/custodian/operation_log.h"
#include "storage/fault_store.h"
#include "storage/rocksdb_store.h"
#include "tests/services/custodian/custodian_fixture.h"
#include "tests/support/temp_dir.h"

namespace wensum::custodian {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

template <typename Repeated>
std::vector<uint64_t> List(const Repeated& numbers) {
  return {numbers.begin(), numbers.end()};
}

TEST_F(CustodianTest, CreatesUnderOneRevision) {
  const uint64_t before = register_->revision();
  const v1::OperationRecord record = Do(Create(2, 7, 1));
  EXPECT_EQ(record.name(), "operations/1");
  EXPECT_EQ(record.revision(), before + 1);
  EXPECT_EQ(record.caller(), "tester");
  EXPECT_EQ(record.purpose(), "service_delivery");
  EXPECT_EQ(record.reason(), "as asked");
  EXPECT_THAT(List(record.new_uprns()), ElementsAre(kFirstUprn));
  ASSERT_EQ(record.changes_size(), 2);
  EXPECT_EQ(record.changes(0).record_type(), 21);
  EXPECT_EQ(record.changes(0).kind(), v1::RowChange::KIND_INSERTED);
  EXPECT_EQ(record.changes(1).key(), "2625L500002004") << "above those of the register within the range";
  const v1::Property property = Get(kFirstUprn);
  EXPECT_EQ(property.etag(), record.revision());
  EXPECT_EQ(property.source_format(), "DTF_7_3");
  EXPECT_EQ(property.import_run(), "operations/1");
  EXPECT_EQ(property.address(), "7 Mill Lane, Norwich, NR1 1AA");
  // It is found like any other.
  EXPECT_EQ(register_->MatchAddress({.text = "7 Mill Lane, Norwich", .postcode = "NR1 1AA"}, {}, "").uprn, kFirstUprn);
  ExpectVerified();
}

TEST_F(CustodianTest, ValidatingAnswersTheSameAndWritesNothing) {
  const auto rows = Rows();
  const uint64_t revision = register_->revision();
  absl::StatusOr<v1::OperationRecord> preview = Apply(Split(101, 1, 21, 22), /*validate_only=*/true);
  ASSERT_TRUE(preview.ok()) << preview.status();
  EXPECT_EQ(preview->name(), "");
  EXPECT_EQ(preview->revision(), 0U);
  EXPECT_EQ(Rows(), rows);
  EXPECT_EQ(register_->revision(), revision);
  const v1::OperationRecord real = Do(Split(101, 1, 21, 22));
  ASSERT_EQ(preview->changes_size(), real.changes_size());
  for (int i = 0; i < real.changes_size(); ++i) {
    EXPECT_EQ(preview->changes(i).SerializeAsString(), real.changes(i).SerializeAsString());
  }
  EXPECT_EQ(List(preview->new_uprns()), List(real.new_uprns()));
}

TEST_F(CustodianTest, RefusalsNameRuleObjectAndField) {
  absl::Status status = Apply(Create(1, 2)).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(status), "OPERATION_REFUSED");
  EXPECT_THAT(RulesOf(status), ElementsAre("AAU24.92"));
  Operation wrong = Create(1, 20);
  wrong.mutable_create_property()->mutable_property()->mutable_addresses(0)->set_postcode("N0");
  status = Apply(wrong).status();
  EXPECT_EQ(ReasonOf(status), "FIELD_INVALID");
  EXPECT_THAT(std::string(Message(status)),
              ::testing::StartsWith("operation.create_property.property.addresses[0].postcode: "));
  wrong = Create(1, 20);
  wrong.mutable_date()->set_year(2030);
  wrong.mutable_date()->set_month(1);
  wrong.mutable_date()->set_day(1);
  status = Apply(wrong).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(Message(status)), ::testing::StartsWith("operation.date: "));
  EXPECT_EQ(ReasonOf(Apply(Gone(999)).status()), "RESOURCE_UNKNOWN");
  EXPECT_EQ(ReasonOf(Apply(Operation()).status()), "FIELD_INVALID");
  EXPECT_EQ(Undo("operations/1").status().code(), absl::StatusCode::kNotFound) << "nothing was done";
  options_.codes.clear();
  Open();
  EXPECT_EQ(ReasonOf(Apply(Create(1, 20)).status()), "CUSTODIAN_NOT_CONFIGURED");
}

TEST_F(CustodianTest, EtagsGuardWhatTheCallerSaw) {
  v1::ApplyOperationRequest request;
  *request.mutable_operation() = Readdress(101, 1, 20);
  v1::ExpectedEtag& etag = *request.add_etags();
  etag.set_name("properties/101");
  etag.set_etag(Get(101).etag() + 1);
  EXPECT_EQ(ReasonOf(Apply(request).status()), "ETAG_MISMATCH");
  request.mutable_etags(0)->set_etag(Get(101).etag());
  request.add_etags()->set_name("streets/1");
  EXPECT_EQ(Apply(request).status().code(), absl::StatusCode::kAborted);
  request.mutable_etags(1)->set_etag(1);  // loaded in the first revision
  const auto record = Apply(request);
  ASSERT_TRUE(record.ok()) << record.status();
  EXPECT_EQ(Get(101).etag(), record->revision());
  EXPECT_EQ(Apply(request).status().code(), absl::StatusCode::kAborted) << "it was changed since";
}

TEST_F(CustodianTest, ARepeatedRequestIsAnsweredAgain) {
  v1::ApplyOperationRequest request;
  *request.mutable_operation() = Create(2, 7);
  request.set_request_id("6f2c6d53-4f7e-4b59-9d1e-3b6a1d7a2b10");
  const auto first = Apply(request);
  ASSERT_TRUE(first.ok()) << first.status();
  Open();
  const auto again = Apply(request);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(register_->revision(), first->revision());
  *request.mutable_operation() = Create(2, 8);
  EXPECT_EQ(Apply(request).status().code(), absl::StatusCode::kInvalidArgument) << "the same id for something else";
}

TEST_F(CustodianTest, NumbersAreNeverGivenTwice) {
  const v1::OperationRecord first = Do(Create(2, 7));
  ASSERT_TRUE(Undo(first.name()).ok());
  EXPECT_THAT(List(Do(Create(2, 7)).new_uprns()), ElementsAre(kFirstUprn + 1));
  Operation given = Create(2, 8);
  given.mutable_create_property()->mutable_property()->set_uprn(kFirstUprn);
  EXPECT_THAT(RulesOf(Apply(given).status()), ElementsAre("uprn_in_use")) << "it is in the history";
  Operation reserve;
  reserve.mutable_allocate_numbers()->set_uprns(3);
  const v1::OperationRecord reserved = Do(reserve);
  EXPECT_THAT(List(reserved.new_uprns()), ElementsAre(kFirstUprn + 2, kFirstUprn + 3, kFirstUprn + 4));
  EXPECT_EQ(reserved.changes_size(), 0);
  EXPECT_THAT(RulesOf(Undo(reserved.name()).status()), ElementsAre("no_rows"));
  Open();
  EXPECT_THAT(List(Do(Create(2, 9)).new_uprns()), ElementsAre(kFirstUprn + 5));
  given.mutable_create_property()->mutable_property()->set_uprn(kFirstUprn + 3);
  EXPECT_THAT(List(Do(given).new_uprns()), ElementsAre(kFirstUprn + 3)) << "as reserved";
  ExpectVerified();
}

TEST_F(CustodianTest, NumbersInUseArePassedOver) {
  std::vector<registry::GazetteerWrite> rows = TownStreet(kFirstUsrn, "New Street", 0);
  model::Blpu blpu = std::get<model::Blpu>(TownStreet(3, "", 1)[2].row);
  blpu.uprn = *model::Uprn::Create(kFirstUprn + 1);
  rows.push_back({.row = blpu, .change = model::ChangeType::kInsert, .format = model::GazetteerFormat::kDtf73});
  Load(rows);
  v1::ListRangesResponse ranges = Ranges();
  EXPECT_EQ(ranges.ranges(0).remaining(), 99'999U);
  EXPECT_EQ(ranges.ranges(0).next(), kFirstUprn);
  EXPECT_EQ(ranges.ranges(1).next(), kFirstUsrn + 1);
  EXPECT_THAT(List(Do(Split(101, 1, 21, 22)).new_uprns()), ElementsAre(kFirstUprn, kFirstUprn + 2));
  ranges = Ranges();
  EXPECT_EQ(ranges.ranges(0).remaining(), 99'997U);
  EXPECT_EQ(ranges.ranges(0).next(), kFirstUprn + 3);
  // A key that an import brings is passed over, too.
  model::Lpi lpi = std::get<model::Lpi>(TownStreet(3, "", 1)[3].row);
  lpi.lpi_key = "2625L555555555";
  Load({{.row = lpi, .change = model::ChangeType::kInsert, .format = model::GazetteerFormat::kDtf73}});
  EXPECT_EQ(Do(Readdress(102, 1, 30)).changes(1).key(), "2625L555555556");
  ExpectVerified();
}

TEST_F(CustodianTest, TellsWhenRangesRunLowAndOut) {
  options_.uprns = {{.first = 7, .last = 8}, {.first = kFirstUprn, .last = kFirstUprn}};
  options_.low_water = 3;
  Open();
  EXPECT_FALSE(Ranges().ranges(0).low());
  Do(Create(2, 11));
  const v1::ListRangesResponse low = Ranges();
  ASSERT_EQ(low.ranges_size(), 5) << "two of UPRNs, one of USRNs, keys of LPIs and cross references";
  EXPECT_TRUE(low.ranges(0).low());
  EXPECT_TRUE(low.ranges(1).low()) << "of the kind as a whole";
  EXPECT_FALSE(low.ranges(2).low());
  EXPECT_EQ(low.ranges(3).prefix(), "2625L");
  EXPECT_EQ(low.ranges(3).next(), 500'002'005U);
  const absl::Status status = Apply(Split(101, 1, 21, 22)).status();
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(ReasonOf(Apply(Create(2, 12)).status()), "NUMBERS_EXHAUSTED");
  EXPECT_EQ(Ranges().ranges(1).next(), 0U);
}

TEST_F(CustodianTest, TwoThreadsGetDifferentNumbers) {
  constexpr int kEach = 40;
  std::vector<uint64_t> uprns[2];
  std::vector<std::thread> threads;
  for (int t = 0; t < 2; ++t) {
    threads.emplace_back([this, t, &uprns] {
      for (int i = 0; i < kEach; ++i) {
        const auto record = Apply(Create(2, 100 + 2 * i + t));
        ASSERT_TRUE(record.ok()) << record.status();
        uprns[t].push_back(record->new_uprns(0));
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  std::set<uint64_t> all(uprns[0].begin(), uprns[0].end());
  all.insert(uprns[1].begin(), uprns[1].end());
  EXPECT_EQ(all.size(), 2U * kEach);
  EXPECT_EQ(*all.begin(), kFirstUprn);
  EXPECT_EQ(*all.rbegin(), kFirstUprn + 2 * kEach - 1) << "and without gaps";
  ExpectVerified();
}

TEST_F(CustodianTest, TellsWhatBecameOfAProperty) {
  const v1::OperationRecord split = Do(Split(101, 1, 21, 22));  // 101 -> A, B
  const uint64_t a = split.new_uprns(0);
  const uint64_t b = split.new_uprns(1);
  const uint64_t c = Do(Split(b, 1, 23, 24)).new_uprns(0);  // B -> C, D
  const uint64_t d = c + 1;
  Do(Gone(a));
  const v1::OperationRecord undone = Do(Gone(d));
  ASSERT_TRUE(Undo(undone.name()).ok());
  const v1::GetLineageResponse old = Lineage(101);
  EXPECT_THAT(List(old.live_uprns()), ElementsAre(c, d));
  EXPECT_THAT(List(old.origin_uprns()), IsEmpty());
  ASSERT_EQ(old.events_size(), 4);
  EXPECT_EQ(old.events(0).kind(), v1::LineageEvent::KIND_SPLIT);
  EXPECT_EQ(old.events(0).operation(), split.name());
  EXPECT_EQ(old.events(0).reason(), "as asked");
  EXPECT_TRUE(old.events(3).undone());
  const v1::GetLineageResponse late = Lineage(d);
  EXPECT_THAT(List(late.origin_uprns()), ElementsAre(101));
  EXPECT_THAT(List(late.live_uprns()), ElementsAre(d));
  EXPECT_EQ(late.events_size(), 3) << "both splits and what was undone; nothing of its sibling's end";
  EXPECT_EQ(Lineage(105).events_size(), 0);
  EXPECT_THAT(List(Lineage(105).live_uprns()), ElementsAre(105));
}

TEST_F(CustodianTest, ListsOperationsNewestFirst) {
  Do(Readdress(101, 1, 20));
  Do(Readdress(102, 1, 21));
  Do(Readdress(101, 1, 22));
  rpc::CallContext call("/wensum.v1.Custodian/ListOperations");
  v1::ListOperationsRequest request;
  request.set_page_size(2);
  v1::ListOperationsResponse page;
  ASSERT_TRUE(handler_->ListOperations(call, request, page).ok());
  ASSERT_EQ(page.operations_size(), 2);
  EXPECT_EQ(page.operations(0).name(), "operations/3");
  EXPECT_EQ(page.operations(0).kind(), "readdress");
  EXPECT_THAT(List(page.operations(0).uprns()), ElementsAre(101));
  EXPECT_EQ(page.operations(0).change_count(), 2);
  EXPECT_EQ(page.operations(0).reason(), "as asked");
  request.set_page_token(page.next_page_token());
  v1::ListOperationsResponse rest;
  ASSERT_TRUE(handler_->ListOperations(call, request, rest).ok());
  ASSERT_EQ(rest.operations_size(), 1);
  EXPECT_EQ(rest.next_page_token(), "");
  v1::ListOperationsRequest of_one;
  of_one.set_parent("properties/101");
  v1::ListOperationsResponse own;
  ASSERT_TRUE(handler_->ListOperations(call, of_one, own).ok());
  ASSERT_EQ(own.operations_size(), 2);
  EXPECT_EQ(own.operations(1).name(), "operations/1");
  of_one.set_parent("streets/1");
  v1::ListOperationsResponse of_street;
  ASSERT_TRUE(handler_->ListOperations(call, of_one, of_street).ok());
  EXPECT_EQ(of_street.operations_size(), 0);
  v1::GetOperationRequest get;
  get.set_name("operations/2");
  v1::OperationRecord record;
  ASSERT_TRUE(handler_->GetOperation(call, get, record).ok());
  EXPECT_EQ(record.changes_size(), 2);
  EXPECT_EQ(record.operation().readdress().uprn(), 102U);
  ASSERT_TRUE(Undo("operations/3").ok());
  v1::ListOperationsResponse undone;
  ASSERT_TRUE(handler_->ListOperations(call, {}, undone).ok());
  EXPECT_EQ(undone.operations(0).kind(), "undo");
  EXPECT_EQ(undone.operations(0).undoes(), undone.operations(1).name());
  EXPECT_EQ(undone.operations(1).undone_by(), undone.operations(0).name());
}

TEST_F(CustodianTest, AListOfLargeOperationsStaysSmall) {
  Operation range;
  range.mutable_add_range()->mutable_pattern()->set_classification("RD04");
  range.mutable_add_range()->mutable_pattern()->set_easting(623'000);
  range.mutable_add_range()->mutable_pattern()->set_northing(308'000);
  SetAddress(2, 0, *range.mutable_add_range()->mutable_pattern()->add_addresses());
  range.mutable_add_range()->set_first(100);
  range.mutable_add_range()->set_last(599);
  const v1::OperationRecord whole = Do(range);
  ASSERT_EQ(whole.changes_size(), 1'000);
  rpc::CallContext call("/wensum.v1.Custodian/ListOperations");
  v1::ListOperationsResponse list;
  ASSERT_TRUE(handler_->ListOperations(call, {}, list).ok());
  ASSERT_EQ(list.operations_size(), 1);
  EXPECT_EQ(list.operations(0).uprns_size(), 20);
  EXPECT_EQ(list.operations(0).uprn_count(), 500);
  EXPECT_EQ(list.operations(0).change_count(), 1'000);
  EXPECT_EQ(list.operations(0).new_number_count(), 500);
  EXPECT_LT(list.ByteSizeLong(), 500U);
  EXPECT_EQ(list.next_page_token(), "");
  // What is read for one page is bounded, too; the pages hold everything once.
  storage::v1::CustodianOperation large;
  ASSERT_TRUE(large.ParseFromString(**store_->Get(storage::Family::kDecision, storage::OperationKey(1, 1))));
  large.mutable_rows(0)->set_before(std::string(size_t{3} << 20, 'x'));
  storage::WriteBatch batch;
  for (uint64_t number = 1; number <= 7; ++number) {
    large.set_number(number);
    OperationLog::Put(1, large, batch);
  }
  ASSERT_TRUE(store_->Write(batch, storage::Durability::kSync).ok());
  v1::ListOperationsRequest request;
  std::vector<int> pages;
  std::vector<std::string> names;
  do {
    v1::ListOperationsResponse page;
    ASSERT_TRUE(handler_->ListOperations(call, request, page).ok());
    pages.push_back(page.operations_size());
    for (const v1::OperationSummary& operation : page.operations()) {
      names.push_back(operation.name());
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(pages, ElementsAre(3, 3, 1));
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), 7U);
  EXPECT_EQ(names.front(), "operations/7");
}

TEST_F(CustodianTest, LineageComesInPagesAndEnds) {
  // 101 -> A, B; B -> C, D; D -> E, F
  uint64_t last = 101;
  for (int i = 0; i < 3; ++i) {
    last = Do(Split(last, 1, 21 + 2 * i, 22 + 2 * i)).new_uprns(1);
  }
  rpc::CallContext call("/wensum.v1.Custodian/GetLineage");
  v1::GetLineageRequest request;
  request.set_name("properties/101");
  request.set_page_size(2);
  v1::GetLineageResponse page;
  ASSERT_TRUE(handler_->GetLineage(call, request, page).ok());
  ASSERT_EQ(page.events_size(), 2);
  EXPECT_FALSE(page.truncated());
  EXPECT_EQ(page.live_uprns_size(), 4);
  request.set_page_token(page.next_page_token());
  ASSERT_NE(request.page_token(), "");
  v1::GetLineageResponse rest;
  ASSERT_TRUE(handler_->GetLineage(call, request, rest).ok());
  ASSERT_EQ(rest.events_size(), 1);
  EXPECT_EQ(rest.events(0).operation(), "operations/3");
  EXPECT_EQ(rest.live_uprns_size(), 0) << "they were on the first page";
  EXPECT_EQ(rest.next_page_token(), "");
  request.set_name("properties/102");
  EXPECT_EQ(ReasonOf(handler_->GetLineage(call, request, rest)), "PAGE_TOKEN_MISMATCH");
  request.set_name("properties/101");
  request.clear_page_token();
  request.clear_page_size();
  request.set_max_depth(1);
  v1::GetLineageResponse near;
  ASSERT_TRUE(handler_->GetLineage(call, request, near).ok());
  EXPECT_TRUE(near.truncated());
  EXPECT_EQ(near.events_size(), 2) << "its own split, and that of one of its parts";
  EXPECT_THAT(List(near.live_uprns()), ElementsAre(kFirstUprn));
  request.set_max_depth(3);
  v1::GetLineageResponse far;
  ASSERT_TRUE(handler_->GetLineage(call, request, far).ok());
  EXPECT_FALSE(far.truncated());
  request.set_max_depth(101);
  EXPECT_EQ(ReasonOf(handler_->GetLineage(call, request, near)), "FIELD_INVALID");
  // Bounds of the walk itself.
  OperationLog log(*store_, 1);
  for (const LineageLimits limits : {LineageLimits{.properties = 3}, LineageLimits{.operations = 3}}) {
    const auto lineage = log.LineageOf(101, limits);
    ASSERT_TRUE(lineage.ok());
    EXPECT_TRUE(lineage->truncated);
    EXPECT_LE(lineage->later.size(), 3U);
    EXPECT_LT(lineage->events.size(), 3U);
  }
  const auto whole = log.LineageOf(101, LineageLimits{.properties = 7, .operations = 10});
  ASSERT_TRUE(whole.ok());
  EXPECT_FALSE(whole->truncated) << "seven properties, named in ten operations all in all: met, not passed";
}

TEST_F(CustodianTest, WhatWasThereBeforeParentKeysIsFoundByThem) {
  Operation move;
  move.mutable_move_parent()->set_uprn(102);
  move.mutable_move_parent()->set_parent_uprn(101);
  Do(move);
  // As a version without such keys left it.
  storage::WriteBatch batch;
  batch.Delete(storage::Family::kProperty, storage::PropertyByParentKey(1, 101, 102));
  const auto value = *store_->Get(storage::Family::kMeta, storage::MetaKey());
  storage::v1::Meta meta;
  ASSERT_TRUE(meta.ParseFromString(*value));
  meta.clear_gazetteer_keys();
  batch.Put(storage::Family::kMeta, storage::MetaKey(), meta.SerializeAsString());
  ASSERT_TRUE(store_->Write(batch, storage::Durability::kSync).ok());
  const auto report = register_->Verify();
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->differences, 1U) << "and verify tells";
  Open();
  ExpectVerified();
  EXPECT_THAT(RulesOf(Apply(Gone(101)).status()), ElementsAre("live_children"));
}

TEST_F(CustodianTest, WhatCannotBeWrittenNeverWas) {
  const auto rows = Rows();
  storage::FaultStore faults(store_.get());
  handler_.reset();
  register_ = registry::OpenOrDie(&faults, &clock_);
  handler_ = std::make_unique<CustodianHandler>(register_.get(), options_);
  faults.SetDiskFull(true);
  EXPECT_EQ(Apply(Split(101, 1, 21, 22)).status().code(), absl::StatusCode::kResourceExhausted);
  faults.SetDiskFull(false);
  faults.FailReads(storage::Family::kDecision);
  EXPECT_EQ(Apply(Split(101, 1, 21, 22)).status().code(), absl::StatusCode::kDataLoss);
  faults.Heal();
  EXPECT_EQ(Rows(), rows);
  EXPECT_EQ(register_->revision(), 2U);
  const v1::OperationRecord record = Do(Split(101, 1, 21, 22));
  EXPECT_EQ(record.name(), "operations/1");
  EXPECT_THAT(List(record.new_uprns()), ElementsAre(kFirstUprn, kFirstUprn + 1));
  ExpectVerified();
  Open();  // over the store itself again
  ExpectVerified();
}

TEST(CustodianOnDiskTest, NumbersSurviveAReload) {
  TempDir dir;
  ManualClock clock(registry::kStartTime);
  std::set<uint64_t> uprns;
  for (int round = 0; round < 3; ++round) {
    storage::RocksDbOptions store_options;
    store_options.path = dir.Join("db");
    auto store = storage::OpenRocksDbStore(store_options);
    ASSERT_TRUE(store.ok()) << store.status();
    const auto reg = registry::OpenOrDie(store->get(), &clock);
    if (round == 0) {
      registry::Mutation mutation;
      mutation.rows = TownStreet(1, "High Street", 1);
      ASSERT_TRUE(reg->Commit(std::move(mutation)).status.ok());
    }
    CustodianHandler handler(reg.get(), TestCustodian());
    rpc::CallContext call("/wensum.v1.Custodian/Apply");
    v1::ApplyOperationRequest request;
    *request.mutable_operation() = Split(round == 0 ? 101 : *uprns.rbegin(), 1, 10 + 2 * round, 11 + 2 * round);
    v1::OperationRecord response;
    std::promise<absl::Status> done;
    handler.Apply(call, request, response, [&done](const absl::Status& status) { done.set_value(status); });
    const absl::Status status = done.get_future().get();
    ASSERT_TRUE(status.ok()) << status;
    for (const uint64_t uprn : response.new_uprns()) {
      EXPECT_TRUE(uprns.insert(uprn).second);
    }
  }
  EXPECT_EQ(uprns.size(), 6U);
}

}  // namespace
}  // namespace wensum::custodian
