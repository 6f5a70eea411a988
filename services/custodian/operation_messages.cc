#include "services/custodian/operation_messages.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/cord.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "gazetteer/lifecycle/refusal.h"
#include "google/protobuf/descriptor.h"
#include "google/rpc/error_details.pb.h"
#include "model/postcode.h"
#include "services/convert/times.h"
#include "services/custodian/cases.h"
#include "services/custodian/marks.h"
#include "services/custodian/operation_log.h"
#include "services/custodian/row_changes.h"
#include "services/custodian/transfers.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/status_details.h"

namespace wensum::custodian {
namespace {

using Message = v1::CustodianOperation;

constexpr char kPreconditionUrl[] = "type.googleapis.com/google.rpc.PreconditionFailure";

// Keeps the first thing that is wrong.
class Converter {
 public:
  [[nodiscard]] const absl::Status& status() const { return status_; }

  // A number that must be there.
  model::Uprn RequiredUprn(uint64_t value, std::string_view field) {
    if (value == 0) {
      Wrong(field, "is required");
    }
    return OptionalUprn(value, field);
  }
  model::Uprn OptionalUprn(uint64_t value, std::string_view field) {
    return value == 0 ? model::Uprn() : Value(model::Uprn::Create(value), field);
  }
  model::Usrn RequiredUsrn(uint64_t value, std::string_view field) {
    if (value == 0) {
      Wrong(field, "is required");
    }
    return OptionalUsrn(value, field);
  }
  model::Usrn OptionalUsrn(uint64_t value, std::string_view field) {
    return value == 0 ? model::Usrn() : Value(model::Usrn::Create(value), field);
  }
  template <typename Repeated>
  std::vector<model::Uprn> Uprns(const Repeated& values, std::string_view field) {
    std::vector<model::Uprn> uprns;
    uprns.reserve(static_cast<size_t>(values.size()));
    for (int i = 0; i < values.size(); ++i) {
      uprns.push_back(RequiredUprn(values.Get(i), Cat(field, "[", i, "]")));
    }
    return uprns;
  }
  template <typename Repeated>
  static std::vector<std::string> Texts(const Repeated& values) {
    return {values.begin(), values.end()};
  }

  static model::AddressableObject Object(const v1::AddressableObject& message) {
    model::AddressableObject object;
    object.start_number = message.start_number();
    object.has_number = message.start_number() != 0;
    object.start_suffix = message.start_suffix();
    object.end_number = message.end_number();
    object.end_suffix = message.end_suffix();
    object.text = message.text();
    return object;
  }

  // `with_street`: the address must name its street.
  llpg::NewAddress Address(const Message::Address& message, std::string_view field, bool with_street = true) {
    llpg::NewAddress address;
    if (!message.language().empty()) {
      address.language = message.language();
    }
    address.sao = Object(message.sao());
    address.pao = Object(message.pao());
    address.usrn = with_street ? RequiredUsrn(message.usrn(), Cat(field, ".usrn"))
                               : OptionalUsrn(message.usrn(), Cat(field, ".usrn"));
    address.level = message.level();
    address.postal_address = message.postal_address();
    if (!message.postcode().empty()) {
      address.postcode = Value(model::Postcode::Parse(message.postcode()), Cat(field, ".postcode")).ToString();
    }
    address.post_town = message.post_town();
    address.official_flag = message.official_flag();
    return address;
  }
  template <typename Repeated>
  std::vector<llpg::NewAddress> Addresses(const Repeated& messages, std::string_view field, bool with_street = true) {
    std::vector<llpg::NewAddress> addresses;
    addresses.reserve(static_cast<size_t>(messages.size()));
    for (int i = 0; i < messages.size(); ++i) {
      addresses.push_back(Address(messages.Get(i), Cat(field, "[", i, "]"), with_street));
    }
    return addresses;
  }

  llpg::NewProperty Property(const Message::NewProperty& message, std::string_view field, bool with_street = true) {
    llpg::NewProperty property;
    property.uprn = OptionalUprn(message.uprn(), Cat(field, ".uprn"));
    property.status = message.logical_status();
    property.state = message.blpu_state();
    property.blpu_class = message.classification();
    property.parent = OptionalUprn(message.parent_uprn(), Cat(field, ".parent_uprn"));
    property.x = message.easting();
    property.y = message.northing();
    property.rpc = message.rpc() == 0 ? property.rpc : message.rpc();
    property.custodian_code = message.local_custodian_code();
    property.organisation = message.organisation();
    property.ward_code = message.ward_code();
    property.parish_code = message.parish_code();
    property.addresses = Addresses(message.addresses(), Cat(field, ".addresses"), with_street);
    return property;
  }

  template <typename Repeated>
  static std::vector<model::StreetDescriptor> Descriptors(const Repeated& messages) {
    std::vector<model::StreetDescriptor> descriptors;
    for (const v1::StreetDescriptor& message : messages) {
      model::StreetDescriptor& descriptor = descriptors.emplace_back();
      descriptor.language = message.language().empty() ? "ENG" : message.language();
      descriptor.description = message.description();
      descriptor.locality = message.locality();
      descriptor.town = message.town();
      descriptor.administrative_area = message.administrative_area();
    }
    return descriptors;
  }

  void Wrong(std::string_view field, std::string_view description) {
    if (status_.ok()) {
      status_ = rpc::InvalidField(Cat("operation.", field), description);
    }
  }

 private:
  template <typename T>
  T Value(const absl::StatusOr<T>& value, std::string_view field) {
    if (!value.ok()) {
      Wrong(field, wensum::Message(value.status()));
      return T();
    }
    return *value;
  }

  absl::Status status_;
};

llpg::Amend FromAmend(const Message::Amend& message, Converter& convert) {
  llpg::Amend act;
  act.uprn = convert.RequiredUprn(message.uprn(), "amend.uprn");
  const auto set = [](bool given, const auto& value, auto& out) {
    if (given) {
      out = value;
    }
  };
  set(message.has_classification(), message.classification(), act.blpu_class);
  set(message.has_easting(), message.easting(), act.x);
  set(message.has_northing(), message.northing(), act.y);
  set(message.has_rpc(), message.rpc(), act.rpc);
  set(message.has_blpu_state(), message.blpu_state(), act.state);
  set(message.has_organisation(), message.organisation(), act.organisation);
  set(message.has_ward_code(), message.ward_code(), act.ward_code);
  set(message.has_parish_code(), message.parish_code(), act.parish_code);
  return act;
}

llpg::Split FromSplit(const Message::Split& message, Converter& convert) {
  llpg::Split act;
  act.uprn = convert.RequiredUprn(message.uprn(), "split.uprn");
  for (int i = 0; i < message.parts_size(); ++i) {
    act.parts.push_back(convert.Property(message.parts(i), Cat("split.parts[", i, "]")));
  }
  act.keep_as_shell = message.keep_as_shell();
  act.cascade = message.cascade();
  return act;
}

llpg::Merge FromMerge(const Message::Merge& message, Converter& convert) {
  llpg::Merge act;
  act.uprns = convert.Uprns(message.uprns(), "merge.uprns");
  if (message.has_property()) {
    act.property = convert.Property(message.property(), "merge.property");
  } else {
    act.into = convert.RequiredUprn(message.into_uprn(), "merge.into_uprn");
  }
  act.addresses = convert.Addresses(message.addresses(), "merge.addresses");
  act.lpi_keys = Converter::Texts(message.lpi_keys());
  act.cascade = message.cascade();
  return act;
}

llpg::Demolish FromDemolish(const Message::Demolish& message, Converter& convert) {
  llpg::Demolish act;
  act.cascade = message.cascade();
  switch (message.kind_case()) {
    case Message::Demolish::kClearedSite: {
      const Message::Demolish::ClearedSite& cleared = message.cleared_site();
      act.kind = llpg::Demolish::Kind::kClearedSite;
      act.uprns = {convert.RequiredUprn(cleared.uprn(), "demolish.cleared_site.uprn")};
      act.land = convert.Addresses(cleared.land(), "demolish.cleared_site.land");
      act.former_as_alternative = cleared.former_as_alternative();
      act.land_class = cleared.classification();
      break;
    }
    case Message::Demolish::kGone:
      act.kind = llpg::Demolish::Kind::kGone;
      act.uprns = {convert.RequiredUprn(message.gone().uprn(), "demolish.gone.uprn")};
      act.successors = convert.Uprns(message.gone().successor_uprns(), "demolish.gone.successor_uprns");
      break;
    case Message::Demolish::kSite:
      act.kind = llpg::Demolish::Kind::kSite;
      act.uprns = convert.Uprns(message.site().uprns(), "demolish.site.uprns");
      act.site = convert.Property(message.site().site(), "demolish.site.site");
      break;
    case Message::Demolish::KIND_NOT_SET:
      convert.Wrong("demolish", "says in no way how: give cleared_site, gone or site");
      break;
  }
  return act;
}

llpg::AddRange FromAddRange(const Message::AddRange& message, Converter& convert) {
  llpg::AddRange act;
  act.pattern = convert.Property(message.pattern(), "add_range.pattern", message.pattern().parent_uprn() == 0);
  act.first = message.first();
  act.last = message.last();
  act.step = message.step() == 0 ? 1 : message.step();
  act.label = message.label();
  return act;
}

llpg::CreateStreet FromCreateStreet(const Message::NewStreet& message, Converter& convert) {
  llpg::CreateStreet act;
  act.street.usrn = convert.OptionalUsrn(message.usrn(), "create_street.street.usrn");
  act.street.record_type = message.record_type();
  act.street.state = message.state();
  act.street.surface = message.surface();
  act.street.classification = message.classification();
  act.street.start_x = message.start_easting();
  act.street.start_y = message.start_northing();
  act.street.end_x = message.end_easting();
  act.street.end_y = message.end_northing();
  act.street.tolerance = message.tolerance();
  act.descriptors = Converter::Descriptors(message.descriptors());
  return act;
}

// The kinds that take a line or two.
void FromShort(const Message& message, Converter& convert, llpg::Operation& out) {
  using Former = llpg::Readdress::Former;
  switch (message.act_case()) {
    case Message::kCreateProperty:
      out.act =
          llpg::CreateProperty{convert.Property(message.create_property().property(), "create_property.property")};
      break;
    case Message::kApprove:
      out.act = llpg::Approve{.uprn = convert.RequiredUprn(message.approve().uprn(), "approve.uprn"),
                              .lpi_keys = Converter::Texts(message.approve().lpi_keys()),
                              .state = message.approve().blpu_state(),
                              .cascade = message.approve().cascade()};
      break;
    case Message::kReject:
      out.act = llpg::Reject{.uprn = convert.RequiredUprn(message.reject().uprn(), "reject.uprn"),
                             .internal = message.reject().internal(),
                             .cascade = message.reject().cascade()};
      break;
    case Message::kReaddress:
      out.act = llpg::Readdress{.uprn = convert.RequiredUprn(message.readdress().uprn(), "readdress.uprn"),
                                .addresses = convert.Addresses(message.readdress().addresses(), "readdress.addresses"),
                                .former = message.readdress().keep_former_as_alternative() ? Former::kBecomesAlternative
                                                                                           : Former::kBecomesHistorical,
                                .cascade = message.readdress().cascade()};
      break;
    case Message::kAddAlternative:
      out.act = llpg::AddAlternative{
          .uprn = convert.RequiredUprn(message.add_alternative().uprn(), "add_alternative.uprn"),
          .address = convert.Address(message.add_alternative().address(), "add_alternative.address")};
      break;
    case Message::kEndAlternative:
      out.act =
          llpg::EndAlternative{.uprn = convert.RequiredUprn(message.end_alternative().uprn(), "end_alternative.uprn"),
                               .lpi_key = message.end_alternative().lpi_key()};
      break;
    case Message::kMoveParent:
      out.act = llpg::MoveParent{
          .uprn = convert.RequiredUprn(message.move_parent().uprn(), "move_parent.uprn"),
          .parent = convert.OptionalUprn(message.move_parent().parent_uprn(), "move_parent.parent_uprn")};
      break;
    case Message::kReinstate:
      out.act = llpg::Reinstate{.uprn = convert.RequiredUprn(message.reinstate().uprn(), "reinstate.uprn"),
                                .lpi_keys = Converter::Texts(message.reinstate().lpi_keys()),
                                .state = message.reinstate().blpu_state()};
      break;
    case Message::kCloseStreet:
      out.act = llpg::CloseStreet{convert.RequiredUsrn(message.close_street().usrn(), "close_street.usrn")};
      break;
    case Message::kRenameStreet:
      out.act = llpg::RenameStreet{.usrn = convert.RequiredUsrn(message.rename_street().usrn(), "rename_street.usrn"),
                                   .descriptors = Converter::Descriptors(message.rename_street().descriptors())};
      break;
    case Message::kAddCrossReference:
      out.act = llpg::AddCrossReference{
          .uprn = convert.RequiredUprn(message.add_cross_reference().uprn(), "add_cross_reference.uprn"),
          .source = message.add_cross_reference().source(),
          .reference = message.add_cross_reference().cross_reference()};
      break;
    case Message::kEndCrossReference:
      out.act = llpg::EndCrossReference{
          .uprn = convert.RequiredUprn(message.end_cross_reference().uprn(), "end_cross_reference.uprn"),
          .xref_key = message.end_cross_reference().xref_key()};
      break;
    default:
      convert.Wrong("act", "is required: one kind of operation");
      break;
  }
}

absl::Status Damaged(uint64_t number) {
  return DataLoss(Cat("operation ", number, " is damaged; restore the data directory from a backup"));
}

// As OperationSummary.kind says it.
absl::StatusOr<std::string> KindOf(const storage::v1::CustodianOperation& stored) {
  if (stored.undoes() != 0) {
    return std::string("undo");
  }
  Message act;
  if (!act.ParseFromString(stored.act())) {
    return Damaged(stored.number());
  }
  const google::protobuf::FieldDescriptor* const field = Message::descriptor()->FindFieldByNumber(act.act_case());
  return field == nullptr ? std::string() : std::string(field->name());
}

}  // namespace

absl::StatusOr<llpg::Operation> FromOperation(const Message& message) {
  Converter convert;
  llpg::Operation operation;
  switch (message.act_case()) {
    case Message::kAmend:
      operation.act = FromAmend(message.amend(), convert);
      break;
    case Message::kSplit:
      operation.act = FromSplit(message.split(), convert);
      break;
    case Message::kMerge:
      operation.act = FromMerge(message.merge(), convert);
      break;
    case Message::kDemolish:
      operation.act = FromDemolish(message.demolish(), convert);
      break;
    case Message::kAddRange:
      operation.act = FromAddRange(message.add_range(), convert);
      break;
    case Message::kCreateStreet:
      operation.act = FromCreateStreet(message.create_street().street(), convert);
      break;
    default:
      FromShort(message, convert, operation);
      break;
  }
  const absl::StatusOr<model::PartialDate> date = convert::FromDate(message.date());
  if (!date.ok()) {
    convert.Wrong("date", wensum::Message(date.status()));
  } else {
    operation.date = *date;
  }
  WENSUM_RETURN_IF_ERROR(convert.status());
  return operation;
}

absl::StatusOr<std::vector<llpg::Operation>> FromAllocation(const Message::AllocateCase& message) {
  constexpr int kMaxOperations = 50;
  constexpr std::string_view kField = "operation.allocate_case.operations";
  if (message.operations().empty() || message.operations_size() > kMaxOperations) {
    return rpc::InvalidField(kField, Cat("has ", message.operations_size(), "; 1 to ", kMaxOperations, " are allowed"));
  }
  std::vector<llpg::Operation> operations;
  for (int i = 0; i < message.operations_size(); ++i) {
    const Message& one = message.operations(i);
    switch (one.act_case()) {
      case Message::kCreateProperty:
      case Message::kAddRange:
      case Message::kCreateStreet:
      case Message::kRenameStreet:
      case Message::kReaddress:
      case Message::kSplit:
        break;
      default:
        return rpc::InvalidField(Cat(kField, "[", i, "]"),
                                 "must create a property, a range or a street, rename a street, readdress or split");
    }
    if (one.has_date()) {
      return rpc::InvalidField(Cat(kField, "[", i, "].date"), "must be absent: the date is that of the allocation");
    }
    WENSUM_ASSIGN_OR_RETURN(llpg::Operation operation, FromOperation(one));
    operations.push_back(std::move(operation));
  }
  return operations;
}

void ToEvent(const storage::v1::LineageEvent& stored, v1::LineageEvent& out) {
  out.set_kind(static_cast<v1::LineageEvent::Kind>(stored.kind()));
  convert::ToDate(stored.date(), *out.mutable_date());
  *out.mutable_predecessor_uprns() = stored.predecessors();
  *out.mutable_successor_uprns() = stored.successors();
}

absl::Status ToRecord(const storage::v1::CustodianOperation& stored, v1::OperationRecord& out) {
  if (!stored.act().empty() && !out.mutable_operation()->ParseFromString(stored.act())) {
    return Damaged(stored.number());
  }
  if (stored.number() != 0) {
    out.set_name(OperationName(stored.number()));
    convert::ToTimestamp(stored.time(), *out.mutable_time());
  }
  out.set_caller(stored.caller());
  out.set_purpose(stored.purpose());
  out.set_reason(stored.reason());
  out.set_revision(stored.revision());
  WENSUM_RETURN_IF_ERROR(ToChanges(stored, out));
  if (!stored.transfer().empty() && !out.mutable_transfer()->ParseFromString(stored.transfer())) {
    return Damaged(stored.number());
  }
  WENSUM_RETURN_IF_ERROR(ToCases(stored, out));
  for (const storage::v1::MarkVersion& mark : stored.marks()) {
    ToMark(mark, *out.add_marks());
  }
  for (const storage::v1::LineageEvent& event : stored.lineage()) {
    v1::LineageEvent& added = *out.add_lineage();
    ToEvent(event, added);
    added.set_operation(out.name());
    added.set_reason(stored.reason());
  }
  const auto copy = [](const auto& numbers, auto& target) {
    for (const uint64_t number : numbers) {
      target.Add(number);
    }
  };
  copy(stored.uprns(), *out.mutable_uprns());
  copy(stored.usrns(), *out.mutable_usrns());
  copy(stored.new_uprns(), *out.mutable_new_uprns());
  copy(stored.new_usrns(), *out.mutable_new_usrns());
  if (stored.undoes() != 0) {
    out.set_undoes(OperationName(stored.undoes()));
  }
  if (stored.undone_by() != 0) {
    out.set_undone_by(OperationName(stored.undone_by()));
  }
  return absl::OkStatus();
}

absl::Status ToSummary(const storage::v1::CustodianOperation& stored, v1::OperationSummary& out) {
  constexpr int kNamed = 20;
  out.set_name(OperationName(stored.number()));
  WENSUM_ASSIGN_OR_RETURN(const std::string kind, KindOf(stored));
  out.set_kind(kind);
  WENSUM_ASSIGN_OR_RETURN(const std::string reference, TransferReferenceOf(stored));
  out.set_transfer_reference(reference);
  convert::ToTimestamp(stored.time(), *out.mutable_time());
  out.set_caller(stored.caller());
  out.set_purpose(stored.purpose());
  out.set_reason(stored.reason());
  out.set_revision(stored.revision());
  for (int i = 0; i < std::min(stored.uprns_size(), kNamed); ++i) {
    out.add_uprns(stored.uprns(i));
  }
  for (int i = 0; i < std::min(stored.usrns_size(), kNamed); ++i) {
    out.add_usrns(stored.usrns(i));
  }
  out.set_uprn_count(stored.uprns_size());
  out.set_usrn_count(stored.usrns_size());
  out.set_change_count(CountChanges(stored));
  out.set_new_number_count(stored.new_uprns_size() + stored.new_usrns_size());
  if (stored.undoes() != 0) {
    out.set_undoes(OperationName(stored.undoes()));
  }
  if (stored.undone_by() != 0) {
    out.set_undone_by(OperationName(stored.undone_by()));
  }
  return absl::OkStatus();
}

absl::Status ToApiStatus(const absl::Status& status) {
  if (const std::optional<std::string> field = llpg::WrongFieldOf(status); field.has_value()) {
    // The message starts with the field, as InvalidField's will.
    std::string_view description = wensum::Message(status);
    description.remove_prefix(std::min(description.size(), field->size() + 2));
    return rpc::InvalidField(Cat("operation.", *field), description);
  }
  const std::vector<llpg::Refusal> refusals = llpg::RefusalsOf(status);
  if (refusals.empty()) {
    return status.code() == absl::StatusCode::kNotFound ? rpc::WithReason(status, rpc::reason::kResourceUnknown)
                                                        : status;
  }
  google::rpc::PreconditionFailure failure;
  for (const llpg::Refusal& refusal : refusals) {
    auto& violation = *failure.add_violations();
    violation.set_type(refusal.rule);
    violation.set_subject(refusal.object);
    violation.set_description(refusal.message);
  }
  absl::Status refused = FailedPrecondition(wensum::Message(status));
  refused.SetPayload(kPreconditionUrl, absl::Cord(failure.SerializeAsString()));
  return rpc::WithReason(std::move(refused), rpc::reason::kOperationRefused,
                         {{"rule", refusals.front().rule}, {"object", refusals.front().object}});
}

}  // namespace wensum::custodian
