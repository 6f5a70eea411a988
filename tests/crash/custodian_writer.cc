#include "tests/crash/custodian_writer.h"

#include <grpcpp/client_context.h>

#include <algorithm>

#include "base/strings.h"
#include "wensum/v1/properties.grpc.pb.h"

namespace wensum::crash {
namespace {

constexpr int kBlpu = 21;
constexpr int kLpi = 24;
constexpr int kFirstCode = 2625;
constexpr int kSecondCode = 2610;

std::string RequestId(Random& random) {
  std::string id;
  for (const char c : std::string_view("xxxxxxxx-xxxx-4xxx-axxx-xxxxxxxxxxxx")) {
    id.push_back(c == 'x' ? "0123456789abcdef"[random.Below(16)] : c);
  }
  return id;
}

// Whether it is undone is the one thing that may change.
std::string Bytes(v1::OperationRecord record) {
  record.clear_undone_by();
  return record.SerializeAsString();
}

}  // namespace

void CustodianWriter::SetHouse(v1::CustodianOperation::NewProperty& house) {
  house.set_classification("RD04");
  house.set_easting(623'000 + static_cast<double>(random_.Below(100)));
  house.set_northing(308'000);
  house.set_logical_status(1);
  v1::CustodianOperation::Address& address = *house.add_addresses();
  address.set_usrn(usrn_);
  address.mutable_pao()->set_text(Cat("House ", next_number_++));
}

void CustodianWriter::SetMarks(uint64_t choice, uint64_t house, v1::CustodianOperation& operation) const {
  if (choice == 5) {
    operation.mutable_add_note()->set_uprn(house);
    operation.mutable_add_note()->set_text("Seen.");
  } else if (choice == 7) {
    operation.mutable_set_export_exclusion()->set_uprn(house);
    operation.mutable_set_export_exclusion()->set_excluded(!houses_.excluded.contains(house));
  } else {
    operation.mutable_set_site_visit()->set_uprn(house);
    operation.mutable_set_site_visit()->set_needed(!houses_.to_visit.contains(house));
  }
}

// The next step of the case: it ends with an address. Then another one.
void CustodianWriter::SetCase(v1::CustodianOperation& operation) {
  switch (case_.stage()) {
    case v1::NamingCase::STAGE_RECEIVED:
    case v1::NamingCase::STAGE_CONSULTED: {
      const bool received = case_.stage() == v1::NamingCase::STAGE_RECEIVED;
      operation.mutable_advance_case()->set_name(case_.name());
      operation.mutable_advance_case()->set_stage(received ? v1::NamingCase::STAGE_CONSULTED
                                                           : v1::NamingCase::STAGE_APPROVED);
      break;
    }
    case v1::NamingCase::STAGE_APPROVED: {
      auto& allocation = *operation.mutable_allocate_case();
      allocation.set_name(case_.name());
      SetHouse(*allocation.add_operations()->mutable_create_property()->mutable_property());
      break;
    }
    default:
      operation.mutable_open_case()->set_reference(Cat("SNN/", usrn_, "/", next_number_++));
      operation.mutable_open_case()->set_applicant("Mill Homes Ltd");
      operation.mutable_open_case()->set_kind(v1::NamingCase::KIND_NEW_DEVELOPMENT);
      break;
  }
}

CustodianWriter::Call CustodianWriter::NextCall() {
  Call call;
  call.apply.set_request_id(RequestId(random_));
  call.apply.set_reason("because");
  v1::CustodianOperation& operation = *call.apply.mutable_operation();
  const std::vector<uint64_t>& approved = houses_.approved;
  const uint64_t house = approved.empty() ? 0 : approved[random_.Below(approved.size())];
  uint64_t choice = house == 0 ? 0 : random_.Below(12);
  if ((choice == 1 || choice == 2) && houses_.excluded.contains(house)) {
    choice = 7;  // what takes its place would not be kept out
  }
  switch (choice) {
    case 1: {
      auto& split = *operation.mutable_split();
      split.set_uprn(house);
      SetHouse(*split.add_parts());
      SetHouse(*split.add_parts());
      break;
    }
    case 2: {
      auto& address = *operation.mutable_readdress()->add_addresses();
      operation.mutable_readdress()->set_uprn(house);
      address.set_usrn(usrn_);
      address.mutable_pao()->set_text(Cat("House ", next_number_++));
      break;
    }
    case 3: {
      auto& range = *operation.mutable_add_range();
      SetHouse(*range.mutable_pattern());
      range.mutable_pattern()->set_logical_status(6);
      range.set_first(1);
      range.set_last(static_cast<int>(random_.Between(1, 9)));
      range.set_label(Cat("Plot ", next_number_++, " number"));
      break;
    }
    case 4:
      operation.mutable_allocate_numbers()->set_uprns(static_cast<int>(random_.Between(1, 20)));
      break;
    case 5:
    case 7:
    case 8:
      SetMarks(choice, house, operation);
      break;
    case 9:
      SetCase(operation);
      break;
    case 11: {
      auto& transfer = *operation.mutable_transfer_properties();
      transfer.set_to_custodian_code(houses_.away.contains(house) ? kFirstCode : kSecondCode);
      transfer.mutable_listed()->add_uprns(house);
      break;
    }
    case 6:
      if (!last_.empty()) {
        call.undo.emplace();
        call.undo->set_name(last_);
        call.undo->set_request_id(call.apply.request_id());
        break;
      }
      [[fallthrough]];
    default:
      SetHouse(*operation.mutable_create_property()->mutable_property());
      break;
  }
  return call;
}

grpc::Status CustodianWriter::Send(const std::shared_ptr<grpc::Channel>& channel, const Call& call,
                                   v1::OperationRecord& record) {
  const auto stub = v1::Custodian::NewStub(channel);
  grpc::ClientContext context;
  return call.undo.has_value() ? stub->Undo(&context, *call.undo, &record) : stub->Apply(&context, call.apply, &record);
}

void CustodianWriter::Learn(const Call& call, const v1::OperationRecord& record) {
  acknowledged_[record.name()] = record;
  ++count_;
  const v1::CustodianOperation& operation = call.apply.operation();
  if (call.undo.has_value()) {
    houses_ = former_houses_;
    last_.clear();
    return;
  }
  former_houses_ = houses_;
  last_ = operation.has_allocate_numbers() || record.cases_size() > 0 ? "" : record.name();
  if (record.cases_size() > 0) {
    case_ = record.cases(0);
  }
  const auto put = [](std::set<uint64_t>& set, uint64_t house, bool in) {
    if (in) {
      set.insert(house);
    } else {
      set.erase(house);
    }
  };
  if (operation.has_split()) {
    std::erase(houses_.approved, operation.split().uprn());
    if (houses_.away.contains(operation.split().uprn())) {
      houses_.away.insert(record.new_uprns().begin(), record.new_uprns().end());
    }
  } else if (operation.has_transfer_properties()) {
    put(houses_.away, operation.transfer_properties().listed().uprns(0),
        operation.transfer_properties().to_custodian_code() == kSecondCode);
  } else if (operation.has_set_export_exclusion()) {
    put(houses_.excluded, operation.set_export_exclusion().uprn(), operation.set_export_exclusion().excluded());
  } else if (operation.has_set_site_visit()) {
    put(houses_.to_visit, operation.set_site_visit().uprn(), operation.set_site_visit().needed());
  }
  if (operation.has_split() || operation.has_create_property() || operation.has_allocate_case()) {
    houses_.approved.insert(houses_.approved.end(), record.new_uprns().begin(), record.new_uprns().end());
  }
}

void CustodianWriter::Run(Life& life) {
  while (true) {
    const Call call = NextCall();
    under_way_ = call;
    v1::OperationRecord record;
    const grpc::Status status = Send(life.channel, call, record);
    if (!status.ok()) {
      if (!life.killed) {
        faults_.push_back(Cat("an operation failed while the server lived: ", status.error_message(), " ",
                              call.apply.ShortDebugString()));
      }
      return;
    }
    under_way_.reset();
    Learn(call, record);
    answered_ = {call, record.SerializeAsString()};
  }
}

void CustodianWriter::Settle(const std::shared_ptr<grpc::Channel>& channel) {
  if (answered_.has_value()) {
    v1::OperationRecord record;
    const grpc::Status status = Send(channel, answered_->first, record);
    if (!status.ok() || record.SerializeAsString() != answered_->second) {
      faults_.push_back(Cat("an acknowledged operation, sent again, got another answer: ", status.error_message(), " ",
                            record.ShortDebugString()));
    }
  }
  if (under_way_.has_value()) {
    v1::OperationRecord first;
    v1::OperationRecord second;
    const grpc::Status status = Send(channel, *under_way_, first);
    const grpc::Status again = Send(channel, *under_way_, second);
    if (!status.ok() || !again.ok() || first.SerializeAsString() != second.SerializeAsString()) {
      faults_.push_back(Cat("an operation that was under way, sent again twice: ", status.error_message(), " / ",
                            again.error_message()));
    } else {
      Learn(*under_way_, first);
      answered_ = {*under_way_, first.SerializeAsString()};
    }
    under_way_.reset();
  }
}

void OperationOracle::Acknowledge(const std::map<std::string, v1::OperationRecord>& records) {
  for (const auto& [name, record] : records) {
    if (!known_.emplace(name, record).second) {
      Fault(Cat(name, " was acknowledged twice, for two requests"));
    }
  }
}

std::vector<std::string> OperationOracle::NewNames(v1::Custodian::Stub& stub) {
  std::vector<std::string> names;
  v1::ListOperationsRequest request;
  request.set_page_size(100);
  bool all = false;
  while (!all) {
    v1::ListOperationsResponse page;
    grpc::ClientContext context;
    const grpc::Status status = stub.ListOperations(&context, request, &page);
    if (!status.ok()) {
      Fault(Cat("ListOperations failed: ", status.error_message()));
      break;
    }
    for (const v1::OperationSummary& operation : page.operations()) {
      if (operation.name() == Cat("operations/", last_)) {
        all = true;
        break;
      }
      names.push_back(operation.name());
    }
    request.set_page_token(page.next_page_token());
    all = all || request.page_token().empty();
  }
  std::reverse(names.begin(), names.end());
  return names;
}

void OperationOracle::Replay(const v1::OperationRecord& record) {
  for (const uint64_t uprn : record.new_uprns()) {
    if (!given_.insert(uprn).second) {
      Fault(Cat("UPRN ", uprn, " was given out a second time by ", record.name()));
    }
  }
  for (const v1::PropertyMark& mark : record.marks()) {
    if (mark.kind() == v1::PropertyMark::KIND_NOTE) {
      notes_[mark.name()] += mark.cleared() ? -1 : 1;
    } else if (mark.cleared()) {
      marks_.erase({mark.kind(), mark.name()});
    } else {
      marks_[{mark.kind(), mark.name()}] = mark;
    }
  }
  for (const v1::NamingCase& naming_case : record.cases()) {
    cases_[naming_case.name()] = naming_case;
  }
  for (const v1::RowChange& change : record.changes()) {
    if (!change.name().starts_with("properties/")) {
      continue;
    }
    touched_.insert(change.name());
    Object& object = objects_[change.name()];
    object.revision = record.revision();
    const std::pair<int, std::string> id = {change.record_type(), change.key()};
    if (change.kind() == v1::RowChange::KIND_DELETED) {
      object.rows.erase(id);
      continue;
    }
    if (change.kind() == v1::RowChange::KIND_REKEYED) {
      const auto former = object.rows.find({change.record_type(), change.former_key()});
      if (former == object.rows.end()) {
        Fault(Cat("the record key ", change.former_key(), " was issued anew, but no row had it"));
        continue;
      }
      object.rows[id] = std::move(former->second);
      object.rows.erase({change.record_type(), change.former_key()});
    }
    if (change.kind() != v1::RowChange::KIND_UPDATED && record.undoes().empty() && change.record_type() == kLpi &&
        !keys_.insert(change.key()).second) {
      Fault(Cat("the record key ", change.key(), " was given out a second time by ", record.name()));
    }
    Row& row = object.rows[id];
    for (const v1::ColumnChange& column : change.columns()) {
      row[column.column()] = column.after();
    }
  }
}

void OperationOracle::CompareProperty(const std::shared_ptr<grpc::Channel>& channel, const std::string& name) {
  v1::GetPropertyRequest request;
  request.set_name(name);
  request.set_view(v1::PROPERTY_VIEW_FULL);
  v1::Property property;
  grpc::ClientContext context;
  const grpc::Status status = v1::Properties::NewStub(channel)->Get(&context, request, &property);
  const Object& object = objects_.at(name);
  if (object.rows.empty()) {
    if (status.error_code() != grpc::StatusCode::NOT_FOUND) {
      Fault(Cat(name, " should be gone: ", status.error_message()));
    }
    return;
  }
  if (!status.ok()) {
    Fault(Cat(name, " is lost: ", status.error_message()));
    return;
  }
  std::map<std::string, std::string> expected;  // statuses by key; the BLPU's is empty
  for (const auto& [id, row] : object.rows) {
    if (id.first == kBlpu || id.first == kLpi) {
      expected[id.second] = row.at("LOGICAL_STATUS");
    }
  }
  std::map<std::string, std::string> found = {{"", Cat(property.logical_status())}};
  for (const v1::Lpi& lpi : property.lpis()) {
    found[lpi.lpi_key()] = Cat(lpi.logical_status());
  }
  if (found != expected || property.etag() != object.revision) {
    Fault(Cat(name, " is not as the operations made it: etag ", property.etag(), " instead of ", object.revision, ", ",
              found.size(), " rows instead of ", expected.size()));
  }
}

void OperationOracle::CompareRanges(v1::Custodian::Stub& stub) {
  v1::ListRangesResponse ranges;
  grpc::ClientContext context;
  const grpc::Status status = stub.ListRanges(&context, {}, &ranges);
  if (!status.ok() || ranges.ranges_size() == 0 || ranges.ranges(0).remaining() != uprns_ - given_.size()) {
    Fault(Cat("numbers were lost: ", given_.size(), " of ", uprns_, " were given out; ", status.error_message(), " ",
              ranges.ShortDebugString()));
  }
}

void OperationOracle::CompareMarks(v1::Custodian::Stub& stub) {
  std::map<std::pair<int, std::string>, v1::PropertyMark> expected = marks_;
  std::map<std::string, int> notes = notes_;
  for (const auto kind :
       {v1::PropertyMark::KIND_NOTE, v1::PropertyMark::KIND_EXPORT_EXCLUSION, v1::PropertyMark::KIND_SITE_VISIT}) {
    v1::ListMarksRequest request;
    request.set_kind(kind);
    request.set_page_size(100);
    do {
      v1::ListMarksResponse page;
      grpc::ClientContext context;
      if (const grpc::Status status = stub.ListMarks(&context, request, &page); !status.ok()) {
        Fault(Cat("ListMarks failed: ", status.error_message()));
        return;
      }
      for (const v1::PropertyMark& mark : page.marks()) {
        if (kind == v1::PropertyMark::KIND_NOTE) {
          --notes[mark.name()];
          continue;
        }
        ++marks_compared_;
        const auto found = expected.find({mark.kind(), mark.name()});
        if (found == expected.end() || found->second.SerializeAsString() != mark.SerializeAsString()) {
          Fault(Cat("a mark is not as the operations made it: ", mark.ShortDebugString()));
        } else {
          expected.erase(found);
        }
      }
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
  }
  for (const auto& [id, mark] : expected) {
    Fault(Cat("a mark is lost: ", mark.ShortDebugString()));
  }
  for (const auto& [name, missing] : notes) {
    if (missing != 0) {
      Fault(Cat(name, " lacks ", missing, " notes"));
    }
  }
}

void OperationOracle::CompareCases(v1::Custodian::Stub& stub) {
  size_t listed = 0;
  v1::ListCasesRequest request;
  do {
    v1::ListCasesResponse page;
    grpc::ClientContext context;
    if (const grpc::Status status = stub.ListCases(&context, request, &page); !status.ok()) {
      Fault(Cat("ListCases failed: ", status.error_message()));
      return;
    }
    for (const v1::NamingCase& naming_case : page.cases()) {
      ++listed;
      ++cases_compared_;
      const auto found = cases_.find(naming_case.name());
      if (found == cases_.end() || found->second.SerializeAsString() != naming_case.SerializeAsString()) {
        Fault(Cat("a case is not as the operations made it: ", naming_case.ShortDebugString()));
      }
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  if (listed != cases_.size()) {
    Fault(Cat(listed, " cases are there instead of ", cases_.size()));
  }
}

std::vector<std::string> OperationOracle::Compare(const std::shared_ptr<grpc::Channel>& channel) {
  const auto stub = v1::Custodian::NewStub(channel);
  for (const std::string& name : NewNames(*stub)) {
    ++last_;
    const auto known = known_.find(name);
    if (name != Cat("operations/", last_)) {
      Fault(Cat(name, " stands where operations/", last_, " should"));
      break;
    }
    v1::GetOperationRequest request;
    request.set_name(name);
    v1::OperationRecord record;
    grpc::ClientContext context;
    const grpc::Status status = stub->GetOperation(&context, request, &record);
    if (!status.ok()) {
      Fault(Cat(name, " cannot be read: ", status.error_message()));
    } else if (known == known_.end()) {
      Fault(Cat(name, " is nobody's, or was done twice: ", record.ShortDebugString()));
    } else if (Bytes(record) != Bytes(known->second)) {
      Fault(Cat(name, " is not as it was acknowledged: ", record.ShortDebugString()));
    }
    Replay(record);
    if (known != known_.end()) {
      known_.erase(known);
    }
  }
  for (const auto& [name, record] : known_) {
    Fault(Cat(name, " was acknowledged and is lost"));
  }
  for (const std::string& name : std::exchange(touched_, {})) {
    CompareProperty(channel, name);
  }
  CompareRanges(*stub);
  CompareMarks(*stub);
  CompareCases(*stub);
  return std::exchange(faults_, {});
}

}  // namespace wensum::crash
