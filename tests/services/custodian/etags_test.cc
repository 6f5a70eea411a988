// An etag that was read before a change never passes after it, whichever row went.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/services/custodian/custodian_fixture.h"
#include "tests/services/gazetteer/row_fixture.h"

namespace wensum::custodian {
namespace {

using model::ChangeType;

constexpr uint64_t kHouse = 101;
constexpr uint32_t kLane = 2;

class EtagsTest : public CustodianTest {
 protected:
  // In one revision, as an import would.
  void Import(const std::vector<model::GazetteerRow>& rows, ChangeType change) {
    registry::Mutation mutation;
    mutation.import_run = "importRuns/2";
    for (const model::GazetteerRow& row : rows) {
      mutation.rows.push_back({.row = row, .change = change, .format = model::GazetteerFormat::kDtf73});
    }
    const registry::MutationResult result = register_->Commit(std::move(mutation));
    ASSERT_TRUE(result.status.ok()) << result.status;
    for (const registry::GazetteerResult& row : result.rows) {
      ASSERT_TRUE(row.status.ok()) << row.status;
    }
  }

  // 0 if there is no such property or street (now).
  uint64_t EtagOf(const std::string& name) {
    const gazetteer::PropertyReader reader(*store_, register_->register_id());
    const auto number = std::stoull(name.substr(name.find('/') + 1));
    if (name.starts_with("streets/")) {
      const auto street = reader.GetStreet(static_cast<uint32_t>(number));
      EXPECT_TRUE(street.ok()) << street.status();
      return street.ok() && street->has_value() ? (*street)->etag() : 0;
    }
    const auto full = reader.GetProperty(number, gazetteer::View::kFull);
    const auto basic = reader.GetProperty(number, gazetteer::View::kBasic);
    EXPECT_TRUE(full.ok() && basic.ok());
    if (!full->has_value()) {
      return 0;
    }
    EXPECT_EQ((*full)->etag(), (*basic)->etag()) << "a view more or less makes no other state";
    return (*full)->etag();
  }

  // Validates an operation on another house, under the condition that `name` still has this etag.
  absl::Status Guarded(const std::string& name, uint64_t etag) {
    v1::ApplyOperationRequest request;
    *request.mutable_operation() = Readdress(103, 1, 23);
    request.add_etags()->set_name(name);
    request.mutable_etags(0)->set_etag(etag);
    request.set_validate_only(true);
    return Apply(request).status();
  }

  // Deletes each of `rows`, all of `name`, in a revision of its own, and puts it back.
  void ExpectEachDeletionSeen(const std::string& name, const std::vector<model::GazetteerRow>& rows,
                              const model::GazetteerRow& newest) {
    Import(rows, ChangeType::kInsert);
    Import({newest}, ChangeType::kInsert);
    for (const model::GazetteerRow& row : rows) {
      SCOPED_TRACE(Cat(name, " without a row of record type ", model::RecordType(row)));
      Import({newest}, ChangeType::kDelete);
      Import({newest}, ChangeType::kInsert);  // so the highest revision is not in the row that goes
      const uint64_t seen = EtagOf(name);
      EXPECT_EQ(seen, register_->revision());
      EXPECT_TRUE(Guarded(name, seen).ok());
      Import({row}, ChangeType::kDelete);
      const absl::Status stale = Guarded(name, seen);
      EXPECT_EQ(stale.code(), absl::StatusCode::kAborted) << stale;
      EXPECT_EQ(ReasonOf(stale), "ETAG_MISMATCH");
      const absl::Status anew = Guarded(name, EtagOf(name));
      EXPECT_TRUE(anew.ok()) << anew;
      Import({row}, ChangeType::kInsert);
      EXPECT_EQ(EtagOf(name), register_->revision());
      EXPECT_EQ(Guarded(name, seen).code(), absl::StatusCode::kAborted) << "it is back, but it was away";
    }
  }
};

model::KeptRow Kept(int record_type, uint64_t owner) {
  model::KeptRow row;
  row.record_type = record_type;
  row.owner = owner;
  row.subkey = "1";
  row.text = Cat(owner, ",1,\"as the file has it\"");
  return row;
}

TEST_F(EtagsTest, ADeletedRowOfAPropertyIsAChange) {
  model::Provenance provenance;
  provenance.uprn = *model::Uprn::Create(kHouse);
  provenance.provenance_key = "2625P000000001";
  provenance.code = "T";
  provenance.dates = gazetteer::TestDates();
  model::Lpi alternative = gazetteer::TestLpi(kHouse, 1, 1, 21, 3);
  alternative.pao = {.text = "THE COTTAGE"};
  ExpectEachDeletionSeen(
      Cat("properties/", kHouse),
      {gazetteer::TestXref(kHouse, 1, "CT/77"), alternative, provenance, gazetteer::TestClass(kHouse, 1, "RD04"),
       gazetteer::TestOrganisation(kHouse, 1, "MILLS LTD"), gazetteer::TestPoint(kHouse, 12345678),
       gazetteer::TestSuccessor(kHouse, 1, 102), Kept(26, kHouse), gazetteer::TestBlpu(kHouse)},
      gazetteer::TestXref(kHouse, 2, "CT/78"));
}

TEST_F(EtagsTest, ADeletedRowOfAStreetIsAChange) {
  model::StreetReference reference;
  reference.usrn = *model::Usrn::Create(kLane);
  reference.reference_type = 1;
  reference.reference_id = "6230003080001";
  ExpectEachDeletionSeen(Cat("streets/", kLane),
                         {reference, gazetteer::TestDescriptor(kLane, "LON Y FELIN", "CYM"), Kept(12, kLane),
                          gazetteer::TestStreet(kLane)},
                         Kept(14, kLane));
}

TEST_F(EtagsTest, WhatLosesAllItsRowsIsNotWhatItWas) {
  const std::vector<model::GazetteerRow> house = {gazetteer::TestBlpu(777), gazetteer::TestLpi(777, 777, 1, 77)};
  Import(house, ChangeType::kInsert);
  const uint64_t seen = EtagOf("properties/777");
  Import(house, ChangeType::kDelete);
  EXPECT_EQ(ReasonOf(Guarded("properties/777", seen)), "ETAG_MISMATCH");
  EXPECT_TRUE(Guarded("properties/777", 0).ok()) << "it is not there";
  Import(house, ChangeType::kInsert);
  EXPECT_EQ(ReasonOf(Guarded("properties/777", 0)), "ETAG_MISMATCH");
  EXPECT_EQ(ReasonOf(Guarded("properties/777", seen)), "ETAG_MISMATCH");
  EXPECT_TRUE(Guarded("properties/777", EtagOf("properties/777")).ok());
}

// Rows that wait for their BLPU or record 11 make no property or street: nobody can have seen one.
TEST_F(EtagsTest, RowsAloneHaveNone) {
  Import({gazetteer::TestLpi(778, 778, 1, 78), gazetteer::TestDescriptor(9, "NOWHERE")}, ChangeType::kInsert);
  const uint64_t written = register_->revision();
  for (const std::string name : {"properties/778", "streets/9"}) {
    EXPECT_EQ(ReasonOf(Guarded(name, written)), "ETAG_MISMATCH") << name;
    EXPECT_TRUE(Guarded(name, 0).ok()) << name;
  }
}

TEST_F(EtagsTest, AnOperationThatEndsOrTakesARowIsAChange) {
  const std::string name = Cat("properties/", kHouse);
  Operation add;
  add.mutable_add_cross_reference()->set_uprn(kHouse);
  add.mutable_add_cross_reference()->set_source("CTAX");
  add.mutable_add_cross_reference()->set_cross_reference("CT/77");
  const v1::OperationRecord first = Do(add);
  add.mutable_add_cross_reference()->set_cross_reference("CT/78");
  const v1::OperationRecord second = Do(add);
  EXPECT_EQ(EtagOf(name), second.revision());

  Operation end;
  end.mutable_end_cross_reference()->set_uprn(kHouse);
  end.mutable_end_cross_reference()->set_xref_key(first.changes(0).key());
  const v1::OperationRecord ended = Do(end);
  EXPECT_EQ(ReasonOf(Guarded(name, second.revision())), "ETAG_MISMATCH");
  EXPECT_EQ(EtagOf(name), ended.revision());

  ASSERT_TRUE(Undo(ended.name()).ok());
  const uint64_t seen = EtagOf(name);
  EXPECT_TRUE(Guarded(name, seen).ok());
  ASSERT_TRUE(Undo(second.name()).ok()) << "takes its row away";
  EXPECT_EQ(ReasonOf(Guarded(name, seen)), "ETAG_MISMATCH");
  EXPECT_TRUE(Guarded(name, EtagOf(name)).ok());
}

}  // namespace
}  // namespace wensum::custodian
