// A small town in a register, and a custodian's calls.
#ifndef WENSUM_TESTS_SERVICES_CUSTODIAN_CUSTODIAN_FIXTURE_H_
#define WENSUM_TESTS_SERVICES_CUSTODIAN_CUSTODIAN_FIXTURE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "google/rpc/error_details.pb.h"
#include "services/custodian/custodian_handler.h"
#include "services/gazetteer/property_reader.h"
#include "services/gazetteer/row_codec.h"
#include "tests/services/register/register_test_util.h"

namespace wensum::custodian {

using Operation = v1::CustodianOperation;

constexpr uint64_t kFirstUprn = 10'000'001;
constexpr uint64_t kFirstUsrn = 14'200'001;

inline CustodianOptions TestCustodian() {
  CustodianOptions options;
  options.codes = {2625};
  options.uprns = {{.first = kFirstUprn, .last = kFirstUprn + 99'999}};
  options.usrns = {{.first = kFirstUsrn, .last = kFirstUsrn + 999}};
  options.record_keys = {.first = 500'000'001, .last = 599'999'999};
  options.low_water = 100;
  return options;
}

// A street with houses 1 to `count`, without fault: UPRNs usrn * 100 + number.
inline std::vector<registry::GazetteerWrite> TownStreet(uint32_t usrn, std::string name, int count) {
  const model::RecordDates dates{.start = {2001, 5, 7}, .end = {}, .last_update = {2020, 1, 2}, .entry = {2001, 5, 8}};
  std::vector<registry::GazetteerWrite> writes;
  const auto add = [&writes](model::GazetteerRow row) {
    writes.push_back(
        {.row = std::move(row), .change = model::ChangeType::kInsert, .format = model::GazetteerFormat::kDtf73});
  };
  model::Street street;
  street.usrn = *model::Usrn::Create(usrn);
  street.record_type = 1;
  street.swa_org_ref_naming = 2625;
  street.state = 2;
  street.state_date = dates.start;
  street.dates = dates;
  street.start_x = street.end_x = 623'000;
  street.start_y = street.end_y = 308'000;
  add(street);
  model::StreetDescriptor descriptor;
  descriptor.usrn = street.usrn;
  descriptor.description = std::move(name);
  descriptor.town = "Norwich";
  descriptor.administrative_area = "Norfolk";
  descriptor.language = "ENG";
  add(descriptor);
  for (int number = 1; number <= count; ++number) {
    model::Blpu blpu;
    blpu.uprn = *model::Uprn::Create(uint64_t{usrn} * 100 + static_cast<uint64_t>(number));
    blpu.logical_status = 1;
    blpu.state = 2;
    blpu.state_date = dates.start;
    blpu.blpu_class = "RD04";
    blpu.x = 623'000 + number;
    blpu.y = 308'000;
    blpu.rpc = 1;
    blpu.local_custodian_code = 2625;
    blpu.dates = dates;
    add(blpu);
    model::Lpi lpi;
    lpi.uprn = blpu.uprn;
    lpi.lpi_key = Cat("2625L", 500'000'000 + static_cast<int>(usrn % 1'000) * 1'000 + number);
    lpi.language = "ENG";
    lpi.logical_status = 1;
    lpi.pao.has_number = true;
    lpi.pao.start_number = number;
    lpi.usrn = street.usrn;
    lpi.postal_address = "Y";
    lpi.postcode = "NR1 1AA";
    lpi.post_town = "Norwich";
    lpi.dates = dates;
    add(lpi);
  }
  return writes;
}

// Of a PreconditionFailure: the rules, in order; empty for any other status.
inline std::vector<std::string> RulesOf(const absl::Status& status) {
  std::vector<std::string> rules;
  const auto payload = status.GetPayload("type.googleapis.com/google.rpc.PreconditionFailure");
  google::rpc::PreconditionFailure failure;
  if (payload.has_value() && failure.ParseFromString(std::string(*payload))) {
    for (const auto& violation : failure.violations()) {
      rules.push_back(violation.type());
    }
  }
  return rules;
}

// The reason of its ErrorInfo.
inline std::string ReasonOf(const absl::Status& status) {
  const auto payload = status.GetPayload("type.googleapis.com/google.rpc.ErrorInfo");
  google::rpc::ErrorInfo info;
  return payload.has_value() && info.ParseFromString(std::string(*payload)) ? info.reason() : "";
}

inline void SetAddress(uint64_t usrn, int number, Operation::Address& address) {
  address.set_usrn(usrn);
  address.mutable_pao()->set_start_number(number);
  address.set_postcode("NR1 1AA");
  address.set_post_town("Norwich");
}

inline void SetProperty(uint64_t usrn, int number, Operation::NewProperty& property) {
  property.set_classification("RD04");
  property.set_easting(623'100);
  property.set_northing(308'100);
  SetAddress(usrn, number, *property.add_addresses());
}

inline Operation Create(uint64_t usrn, int number, int status = 0) {
  Operation operation;
  SetProperty(usrn, number, *operation.mutable_create_property()->mutable_property());
  operation.mutable_create_property()->mutable_property()->set_logical_status(status);
  return operation;
}

inline Operation Readdress(uint64_t uprn, uint64_t usrn, int number) {
  Operation operation;
  operation.mutable_readdress()->set_uprn(uprn);
  SetAddress(usrn, number, *operation.mutable_readdress()->add_addresses());
  return operation;
}

inline Operation Gone(uint64_t uprn) {
  Operation operation;
  operation.mutable_demolish()->mutable_gone()->set_uprn(uprn);
  return operation;
}

inline Operation Split(uint64_t uprn, uint64_t usrn, int a, int b) {
  Operation operation;
  operation.mutable_split()->set_uprn(uprn);
  SetProperty(usrn, a, *operation.mutable_split()->add_parts());
  SetProperty(usrn, b, *operation.mutable_split()->add_parts());
  return operation;
}

// Streets 1 (High Street, houses 101 to 105) and 2 (Mill Lane, houses 201 to 203).
class CustodianTest : public ::testing::Test {
 protected:
  CustodianTest() {
    Open();
    Load(TownStreet(1, "High Street", 5));
    Load(TownStreet(2, "Mill Lane", 3));
  }

  // Anew over the same store.
  void Open() {
    handler_.reset();
    register_.reset();
    register_ = registry::OpenOrDie(store_.get(), &clock_);
    handler_ = std::make_unique<CustodianHandler>(register_.get(), options_);
  }

  void Load(std::vector<registry::GazetteerWrite> rows) {
    registry::Mutation mutation;
    mutation.rows = std::move(rows);
    mutation.import_run = "importRuns/1";
    ASSERT_TRUE(register_->Commit(std::move(mutation)).status.ok());
  }

  absl::StatusOr<v1::OperationRecord> Apply(const v1::ApplyOperationRequest& request) {
    rpc::CallContext call("/wensum.v1.Custodian/Apply");
    call.set_grant({.caller = "tester", .purpose = "service_delivery"});
    v1::OperationRecord response;
    std::promise<absl::Status> done;
    handler_->Apply(call, request, response, [&done](const absl::Status& status) { done.set_value(status); });
    WENSUM_RETURN_IF_ERROR(done.get_future().get());
    return response;
  }
  absl::StatusOr<v1::OperationRecord> Apply(Operation operation, bool validate_only = false) {
    v1::ApplyOperationRequest request;
    *request.mutable_operation() = std::move(operation);
    request.set_reason("as asked");
    request.set_validate_only(validate_only);
    return Apply(request);
  }
  v1::OperationRecord Do(Operation operation) {
    const std::string text = operation.ShortDebugString();
    absl::StatusOr<v1::OperationRecord> record = Apply(std::move(operation));
    EXPECT_TRUE(record.ok()) << record.status() << " " << text;
    return record.ok() ? *std::move(record) : v1::OperationRecord();
  }

  absl::StatusOr<v1::OperationRecord> Undo(const std::string& name, bool validate_only = false) {
    rpc::CallContext call("/wensum.v1.Custodian/Undo");
    v1::UndoOperationRequest request;
    request.set_name(name);
    request.set_validate_only(validate_only);
    v1::OperationRecord response;
    std::promise<absl::Status> done;
    handler_->Undo(call, request, response, [&done](const absl::Status& status) { done.set_value(status); });
    WENSUM_RETURN_IF_ERROR(done.get_future().get());
    return response;
  }

  v1::Property Get(uint64_t uprn) {
    const gazetteer::PropertyReader reader(*store_, register_->register_id());
    const auto property = reader.GetProperty(uprn, gazetteer::View::kFull);
    EXPECT_TRUE(property.ok()) << property.status();
    return property.ok() && property->has_value() ? **property : v1::Property();
  }

  v1::GetLineageResponse Lineage(uint64_t uprn) {
    rpc::CallContext call("/wensum.v1.Custodian/GetLineage");
    v1::GetLineageRequest request;
    request.set_name(Cat("properties/", uprn));
    v1::GetLineageResponse response;
    EXPECT_TRUE(handler_->GetLineage(call, request, response).ok());
    return response;
  }

  v1::ListRangesResponse Ranges() {
    rpc::CallContext call("/wensum.v1.Custodian/ListRanges");
    v1::ListRangesResponse response;
    const absl::Status status = handler_->ListRanges(call, {}, response);
    EXPECT_TRUE(status.ok()) << status;
    return response;
  }

  // All gazetteer rows and secondary keys; rows without their revisions.
  std::map<std::string, std::string> Rows() {
    std::map<std::string, std::string> rows;
    const auto it = store_->NewIterator(storage::Family::kProperty, {});
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      std::string value(it->value());
      const char tag = it->key()[sizeof(storage::RegisterId)];
      if (tag == 'U' || tag == 'S') {
        storage::v1::GazetteerRow row;
        EXPECT_TRUE(row.ParseFromString(value));
        row.clear_revision();
        value = row.SerializeAsString();
      }
      rows.emplace(it->key(), std::move(value));
    }
    return rows;
  }

  void ExpectVerified() {
    const auto report = register_->Verify();
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(report->differences, 0U) << Join(report->details, "\n");
  }

  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  ManualClock clock_{registry::kStartTime};
  CustodianOptions options_ = TestCustodian();
  std::unique_ptr<registry::Register> register_;
  std::unique_ptr<CustodianHandler> handler_;
};

}  // namespace wensum::custodian

#endif  // WENSUM_TESTS_SERVICES_CUSTODIAN_CUSTODIAN_FIXTURE_H_
