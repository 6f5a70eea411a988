#include "services/gazetteer/row_codec.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <algorithm>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/status_macros.h"
#include "base/strings.h"
#include "model/postcode.h"
#include "services/gazetteer/row_owner.h"

namespace wensum::gazetteer {
namespace {

namespace stored = ::wensum::storage::v1;

constexpr uint32_t kFormat = 1;

model::PartialDate UnpackDate(int32_t number) {
  model::PartialDate date;
  date.year = static_cast<int16_t>(number / 10000);
  date.month = static_cast<int8_t>(number / 100 % 100);
  date.day = static_cast<int8_t>(number % 100);
  return date;
}

// 0 gives the empty number.
template <typename Number>
absl::StatusOr<Number> Unpack(uint64_t value) {
  return value == 0 ? absl::StatusOr<Number>(Number()) : Number::Create(value);
}

void EncodeObject(const model::AddressableObject& object, stored::ObjectPart* out) {
  out->set_start_number(object.start_number);
  out->set_has_number(object.has_number);
  out->set_start_suffix(object.start_suffix);
  out->set_end_number(object.end_number);
  out->set_end_suffix(object.end_suffix);
  out->set_text(object.text);
}

model::AddressableObject DecodeObject(const stored::ObjectPart& in) {
  model::AddressableObject object;
  object.start_number = in.start_number();
  object.has_number = in.has_number();
  object.start_suffix = in.start_suffix();
  object.end_number = in.end_number();
  object.end_suffix = in.end_suffix();
  object.text = in.text();
  return object;
}

template <typename StoredRow>
void EncodeHub(const model::HubColumns& hub, StoredRow* row) {
  if (hub == model::HubColumns()) {
    return;
  }
  stored::HubPart* const out = row->mutable_hub();
  out->set_custodian_one(hub.custodian_one);
  out->set_custodian_two(hub.custodian_two);
  out->set_can_key(hub.can_key);
}

model::HubColumns DecodeHub(const stored::HubPart& in) {
  return {in.custodian_one(), in.custodian_two(), in.can_key()};
}

void Encode(const model::Street& row, stored::StreetRow* out) {
  out->set_record_type(row.record_type);
  out->set_swa_org_ref_naming(row.swa_org_ref_naming);
  out->set_state(row.state);
  out->set_state_date(row.state_date.ToNumber());
  out->set_surface(row.surface);
  out->set_classification(row.classification);
  out->set_version(row.version);
  out->set_start_x(row.start_x);
  out->set_start_y(row.start_y);
  out->set_end_x(row.end_x);
  out->set_end_y(row.end_y);
  out->set_tolerance(row.tolerance);
  out->set_zeros(row.zeros);
}

void Encode(const model::StreetReference& row, stored::StreetReferenceRow* out) {
  out->set_reference_type(row.reference_type);
  out->set_usrn_version(row.usrn_version);
  out->set_reference_id(row.reference_id);
  out->set_reference_version(row.reference_version);
  out->set_zeros(row.zeros);
}

void Encode(const model::StreetDescriptor& row, stored::StreetDescriptorRow* out) {
  out->set_description(row.description);
  out->set_locality(row.locality);
  out->set_town(row.town);
  out->set_administrative_area(row.administrative_area);
  out->set_language(row.language);
}

void Encode(const model::Blpu& row, stored::BlpuRow* out) {
  out->set_logical_status(row.logical_status);
  out->set_state(row.state);
  out->set_state_date(row.state_date.ToNumber());
  out->set_blpu_class(row.blpu_class);
  out->set_parent_uprn(row.parent_uprn.value());
  out->set_x(row.x);
  out->set_y(row.y);
  out->set_rpc(row.rpc);
  out->set_local_custodian_code(row.local_custodian_code);
  out->set_organisation(row.organisation);
  out->set_ward_code(row.ward_code);
  out->set_parish_code(row.parish_code);
  out->set_country(row.country);
  out->set_addressbase_postal(row.addressbase_postal);
  out->set_postcode_locator(row.postcode_locator);
  out->set_multi_occ_count(row.multi_occ_count);
  EncodeHub(row.hub, out);
  out->set_zeros(row.zeros);
}

void Encode(const model::Lpi& row, stored::LpiRow* out) {
  out->set_lpi_key(row.lpi_key);
  out->set_language(row.language);
  out->set_logical_status(row.logical_status);
  EncodeObject(row.sao, out->mutable_sao());
  EncodeObject(row.pao, out->mutable_pao());
  out->set_usrn(row.usrn.value());
  out->set_level(row.level);
  out->set_postal_address(row.postal_address);
  out->set_postcode(row.postcode);
  out->set_post_town(row.post_town);
  out->set_official_flag(row.official_flag);
  out->set_usrn_match_indicator(row.usrn_match_indicator);
  out->set_area_name(row.area_name);
  EncodeHub(row.hub, out);
  out->set_zeros(row.zeros);
}

void Encode(const model::CrossReference& row, stored::CrossReferenceRow* out) {
  out->set_xref_key(row.xref_key);
  out->set_cross_reference(row.cross_reference);
  out->set_source(row.source);
  out->set_version(row.version);
}

void Encode(const model::Provenance& row, stored::ProvenanceRow* out) {
  out->set_provenance_key(row.provenance_key);
  out->set_code(row.code);
  out->set_annotation(row.annotation);
}

void Encode(const model::KeptRow& row, stored::KeptRow* out) {
  out->set_record_type(row.record_type);
  out->set_subkey(row.subkey);
  out->set_occurrence(row.occurrence);
  out->set_text(row.text);
}

void Encode(const model::CustodianRecord& row, stored::CustodianRow* out) {
  out->set_record_type(row.record_type);
  for (const std::string& column : row.columns) {
    out->add_columns(column);
  }
}

void Encode(const model::Classification& row, stored::ClassificationRow* out) {
  out->set_class_key(row.class_key);
  out->set_code(row.code);
  out->set_scheme(row.scheme);
  out->set_scheme_version(row.scheme_version);
}

void Encode(const model::PropertyOrganisation& row, stored::OrganisationRow* out) {
  out->set_org_key(row.org_key);
  out->set_organisation(row.organisation);
  out->set_legal_name(row.legal_name);
}

void Encode(const model::DeliveryPoint& row, stored::DeliveryPointRow* out) {
  out->set_parent_addressable_uprn(row.parent_addressable_uprn.value());
  out->set_udprn(row.udprn);
  out->set_organisation_name(row.organisation_name);
  out->set_department_name(row.department_name);
  out->set_sub_building_name(row.sub_building_name);
  out->set_building_name(row.building_name);
  out->set_building_number(row.building_number);
  out->set_dependent_thoroughfare(row.dependent_thoroughfare);
  out->set_thoroughfare(row.thoroughfare);
  out->set_double_dependent_locality(row.double_dependent_locality);
  out->set_dependent_locality(row.dependent_locality);
  out->set_post_town(row.post_town);
  out->set_postcode(row.postcode);
  out->set_postcode_type(row.postcode_type);
  out->set_delivery_point_suffix(row.delivery_point_suffix);
  out->set_welsh_dependent_thoroughfare(row.welsh_dependent_thoroughfare);
  out->set_welsh_thoroughfare(row.welsh_thoroughfare);
  out->set_welsh_double_dependent_locality(row.welsh_double_dependent_locality);
  out->set_welsh_dependent_locality(row.welsh_dependent_locality);
  out->set_welsh_post_town(row.welsh_post_town);
  out->set_po_box_number(row.po_box_number);
  out->set_process_date(row.process_date.ToNumber());
}

void Encode(const model::Successor& row, stored::SuccessorRow* out) {
  out->set_successor_key(row.successor_key);
  out->set_successor(row.successor.value());
}

void Encode(const model::PostcodeCentroid& row, stored::PostcodeRow* out) {
  out->set_postcode(row.postcode.ToString());
  out->set_quality(row.quality);
  out->set_x(row.x);
  out->set_y(row.y);
  out->set_district_code(row.district_code);
  out->set_ward_code(row.ward_code);
}

absl::Status Decode(const stored::StreetRow& in, model::Street* row) {
  row->record_type = in.record_type();
  row->swa_org_ref_naming = in.swa_org_ref_naming();
  row->state = in.state();
  row->state_date = UnpackDate(in.state_date());
  row->surface = in.surface();
  row->classification = in.classification();
  row->version = in.version();
  row->start_x = in.start_x();
  row->start_y = in.start_y();
  row->end_x = in.end_x();
  row->end_y = in.end_y();
  row->tolerance = in.tolerance();
  row->zeros = in.zeros();
  return absl::OkStatus();
}

absl::Status Decode(const stored::StreetReferenceRow& in, model::StreetReference* row) {
  row->reference_type = in.reference_type();
  row->usrn_version = in.usrn_version();
  row->reference_id = in.reference_id();
  row->reference_version = in.reference_version();
  row->zeros = in.zeros();
  return absl::OkStatus();
}

absl::Status Decode(const stored::StreetDescriptorRow& in, model::StreetDescriptor* row) {
  row->description = in.description();
  row->locality = in.locality();
  row->town = in.town();
  row->administrative_area = in.administrative_area();
  row->language = in.language();
  return absl::OkStatus();
}

absl::Status Decode(const stored::BlpuRow& in, model::Blpu* row) {
  row->logical_status = in.logical_status();
  row->state = in.state();
  row->state_date = UnpackDate(in.state_date());
  row->blpu_class = in.blpu_class();
  WENSUM_ASSIGN_OR_RETURN(row->parent_uprn, Unpack<model::Uprn>(in.parent_uprn()));
  row->x = in.x();
  row->y = in.y();
  row->rpc = in.rpc();
  row->local_custodian_code = in.local_custodian_code();
  row->organisation = in.organisation();
  row->ward_code = in.ward_code();
  row->parish_code = in.parish_code();
  row->country = in.country();
  row->addressbase_postal = in.addressbase_postal();
  row->postcode_locator = in.postcode_locator();
  row->multi_occ_count = in.multi_occ_count();
  row->hub = DecodeHub(in.hub());
  row->zeros = in.zeros();
  return absl::OkStatus();
}

absl::Status Decode(const stored::LpiRow& in, model::Lpi* row) {
  row->lpi_key = in.lpi_key();
  row->language = in.language();
  row->logical_status = in.logical_status();
  row->sao = DecodeObject(in.sao());
  row->pao = DecodeObject(in.pao());
  WENSUM_ASSIGN_OR_RETURN(row->usrn, Unpack<model::Usrn>(in.usrn()));
  row->level = in.level();
  row->postal_address = in.postal_address();
  row->postcode = in.postcode();
  row->post_town = in.post_town();
  row->official_flag = in.official_flag();
  row->usrn_match_indicator = in.usrn_match_indicator();
  row->area_name = in.area_name();
  row->hub = DecodeHub(in.hub());
  row->zeros = in.zeros();
  return absl::OkStatus();
}

absl::Status Decode(const stored::CrossReferenceRow& in, model::CrossReference* row) {
  row->xref_key = in.xref_key();
  row->cross_reference = in.cross_reference();
  row->source = in.source();
  row->version = in.version();
  return absl::OkStatus();
}

absl::Status Decode(const stored::ProvenanceRow& in, model::Provenance* row) {
  row->provenance_key = in.provenance_key();
  row->code = in.code();
  row->annotation = in.annotation();
  return absl::OkStatus();
}

absl::StatusOr<model::GazetteerRow> DecodeKept(uint64_t id, const stored::KeptRow& in) {
  return model::KeptRow{in.record_type(), id, in.subkey(), in.occurrence(), in.text()};
}

absl::StatusOr<model::GazetteerRow> DecodeCustodian(uint64_t id, const stored::CustodianRow& in) {
  return model::CustodianRecord{static_cast<int>(id), in.record_type(), {in.columns().begin(), in.columns().end()}};
}

absl::Status Decode(const stored::ClassificationRow& in, model::Classification* row) {
  row->class_key = in.class_key();
  row->code = in.code();
  row->scheme = in.scheme();
  row->scheme_version = in.scheme_version();
  return absl::OkStatus();
}

absl::Status Decode(const stored::OrganisationRow& in, model::PropertyOrganisation* row) {
  row->org_key = in.org_key();
  row->organisation = in.organisation();
  row->legal_name = in.legal_name();
  return absl::OkStatus();
}

absl::Status Decode(const stored::DeliveryPointRow& in, model::DeliveryPoint* row) {
  WENSUM_ASSIGN_OR_RETURN(row->parent_addressable_uprn, Unpack<model::Uprn>(in.parent_addressable_uprn()));
  row->udprn = in.udprn();
  row->organisation_name = in.organisation_name();
  row->department_name = in.department_name();
  row->sub_building_name = in.sub_building_name();
  row->building_name = in.building_name();
  row->building_number = in.building_number();
  row->dependent_thoroughfare = in.dependent_thoroughfare();
  row->thoroughfare = in.thoroughfare();
  row->double_dependent_locality = in.double_dependent_locality();
  row->dependent_locality = in.dependent_locality();
  row->post_town = in.post_town();
  row->postcode = in.postcode();
  row->postcode_type = in.postcode_type();
  row->delivery_point_suffix = in.delivery_point_suffix();
  row->welsh_dependent_thoroughfare = in.welsh_dependent_thoroughfare();
  row->welsh_thoroughfare = in.welsh_thoroughfare();
  row->welsh_double_dependent_locality = in.welsh_double_dependent_locality();
  row->welsh_dependent_locality = in.welsh_dependent_locality();
  row->welsh_post_town = in.welsh_post_town();
  row->po_box_number = in.po_box_number();
  row->process_date = UnpackDate(in.process_date());
  return absl::OkStatus();
}

absl::Status Decode(const stored::SuccessorRow& in, model::Successor* row) {
  row->successor_key = in.successor_key();
  WENSUM_ASSIGN_OR_RETURN(row->successor, Unpack<model::Uprn>(in.successor()));
  return absl::OkStatus();
}

absl::Status Decode(const stored::PostcodeRow& in, model::PostcodeCentroid* row) {
  WENSUM_ASSIGN_OR_RETURN(row->postcode, model::Postcode::Parse(in.postcode()));
  row->quality = in.quality();
  row->x = in.x();
  row->y = in.y();
  row->district_code = in.district_code();
  row->ward_code = in.ward_code();
  return absl::OkStatus();
}

stored::StreetRow* Content(const model::Street&, stored::GazetteerRow* out) { return out->mutable_street(); }
stored::StreetDescriptorRow* Content(const model::StreetDescriptor&, stored::GazetteerRow* out) {
  return out->mutable_street_descriptor();
}
stored::BlpuRow* Content(const model::Blpu&, stored::GazetteerRow* out) { return out->mutable_blpu(); }
stored::LpiRow* Content(const model::Lpi&, stored::GazetteerRow* out) { return out->mutable_lpi(); }
stored::CrossReferenceRow* Content(const model::CrossReference&, stored::GazetteerRow* out) {
  return out->mutable_xref();
}
stored::ClassificationRow* Content(const model::Classification&, stored::GazetteerRow* out) {
  return out->mutable_classification();
}
stored::OrganisationRow* Content(const model::PropertyOrganisation&, stored::GazetteerRow* out) {
  return out->mutable_organisation();
}
stored::DeliveryPointRow* Content(const model::DeliveryPoint&, stored::GazetteerRow* out) {
  return out->mutable_delivery_point();
}
stored::SuccessorRow* Content(const model::Successor&, stored::GazetteerRow* out) { return out->mutable_successor(); }
stored::PostcodeRow* Content(const model::PostcodeCentroid&, stored::GazetteerRow* out) {
  return out->mutable_postcode();
}

stored::StreetReferenceRow* Content(const model::StreetReference&, stored::GazetteerRow* out) {
  return out->mutable_street_reference();
}
stored::ProvenanceRow* Content(const model::Provenance&, stored::GazetteerRow* out) {
  return out->mutable_provenance();
}
stored::KeptRow* Content(const model::KeptRow&, stored::GazetteerRow* out) { return out->mutable_kept(); }
stored::CustodianRow* Content(const model::CustodianRecord&, stored::GazetteerRow* out) {
  return out->mutable_custodian();
}

template <typename Row>
concept Dated = requires(Row row) { row.dates; };

template <typename Row, typename Content>
absl::StatusOr<model::GazetteerRow> DecodeAs(const stored::GazetteerRow& stored, const Content& content) {
  Row row;
  if constexpr (requires { row.uprn; }) {
    WENSUM_ASSIGN_OR_RETURN(row.uprn, Unpack<model::Uprn>(stored.id()));
  } else if constexpr (requires { row.usrn; }) {
    WENSUM_ASSIGN_OR_RETURN(row.usrn, Unpack<model::Usrn>(stored.id()));
  }
  if constexpr (Dated<Row>) {
    row.dates.start = UnpackDate(stored.dates().start());
    row.dates.end = UnpackDate(stored.dates().end());
    row.dates.last_update = UnpackDate(stored.dates().last_update());
    row.dates.entry = UnpackDate(stored.dates().entry());
  }
  WENSUM_RETURN_IF_ERROR(Decode(content, &row));
  return model::GazetteerRow(std::move(row));
}

absl::StatusOr<model::GazetteerRow> DecodeContent(const stored::GazetteerRow& stored) {
  switch (stored.content_case()) {
    case stored::GazetteerRow::kStreet:
      return DecodeAs<model::Street>(stored, stored.street());
    case stored::GazetteerRow::kStreetDescriptor:
      return DecodeAs<model::StreetDescriptor>(stored, stored.street_descriptor());
    case stored::GazetteerRow::kBlpu:
      return DecodeAs<model::Blpu>(stored, stored.blpu());
    case stored::GazetteerRow::kLpi:
      return DecodeAs<model::Lpi>(stored, stored.lpi());
    case stored::GazetteerRow::kXref:
      return DecodeAs<model::CrossReference>(stored, stored.xref());
    case stored::GazetteerRow::kClassification:
      return DecodeAs<model::Classification>(stored, stored.classification());
    case stored::GazetteerRow::kOrganisation:
      return DecodeAs<model::PropertyOrganisation>(stored, stored.organisation());
    case stored::GazetteerRow::kDeliveryPoint:
      return DecodeAs<model::DeliveryPoint>(stored, stored.delivery_point());
    case stored::GazetteerRow::kSuccessor:
      return DecodeAs<model::Successor>(stored, stored.successor());
    case stored::GazetteerRow::kPostcode:
      return DecodeAs<model::PostcodeCentroid>(stored, stored.postcode());
    case stored::GazetteerRow::kStreetReference:
      return DecodeAs<model::StreetReference>(stored, stored.street_reference());
    case stored::GazetteerRow::kProvenance:
      return DecodeAs<model::Provenance>(stored, stored.provenance());
    case stored::GazetteerRow::kKept:
      return DecodeKept(stored.id(), stored.kept());
    case stored::GazetteerRow::kCustodian:
      return DecodeCustodian(stored.id(), stored.custodian());
    case stored::GazetteerRow::CONTENT_NOT_SET:
      break;
  }
  return InvalidArgument("it has no content");
}

}  // namespace

void EncodeRow(const model::GazetteerRow& row, const RowOrigin& origin, storage::v1::GazetteerRow* out) {
  out->Clear();
  out->set_format(kFormat);
  out->set_source_format(static_cast<uint32_t>(origin.format));
  out->set_import_run(origin.import_run);
  out->set_purposes(origin.purposes);
  std::visit(
      [out](const auto& content) {
        out->set_id(OwnerIdOf(content));
        if constexpr (Dated<std::decay_t<decltype(content)>>) {
          stored::RowDates* const dates = out->mutable_dates();
          dates->set_start(content.dates.start.ToNumber());
          dates->set_end(content.dates.end.ToNumber());
          dates->set_last_update(content.dates.last_update.ToNumber());
          dates->set_entry(content.dates.entry.ToNumber());
        }
        Encode(content, Content(content, out));
      },
      row);
}

absl::StatusOr<model::GazetteerRow> DecodeRow(const storage::v1::GazetteerRow& stored) {
  absl::StatusOr<model::GazetteerRow> row = DecodeContent(stored);
  if (!row.ok()) {
    return DataLoss(Cat("a stored gazetteer row of id ", stored.id(), " cannot be read: ", Message(row.status()),
                        "; restore the data directory from a backup"));
  }
  return row;
}

absl::Status ParseStoredRow(std::string_view bytes, storage::v1::GazetteerRow* out) {
  if (!out->ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) || out->format() != kFormat) {
    return DataLoss(
        "a stored gazetteer row is damaged or of a newer version; restore the data directory from a backup");
  }
  return absl::OkStatus();
}

void AppendRevision(uint64_t revision, std::string* serialised) {
  constexpr char kTag = stored::GazetteerRow::kRevisionFieldNumber << 3;  // wire type varint
  serialised->push_back(kTag);
  for (; revision >= 0x80; revision >>= 7) {
    serialised->push_back(static_cast<char>((revision & 0x7F) | 0x80));
  }
  serialised->push_back(static_cast<char>(revision));
}

absl::StatusOr<uint64_t> StoredRevision(std::string_view serialised) {
  using google::protobuf::internal::WireFormatLite;
  constexpr uint32_t kTag =
      WireFormatLite::MakeTag(stored::GazetteerRow::kRevisionFieldNumber, WireFormatLite::WIRETYPE_VARINT);
  google::protobuf::io::CodedInputStream in(reinterpret_cast<const uint8_t*>(serialised.data()),
                                            static_cast<int>(serialised.size()));
  uint64_t revision = 0;
  bool read = true;
  for (uint32_t tag = in.ReadTag(); tag != 0 && read; tag = read ? in.ReadTag() : 0) {
    read = tag == kTag ? in.ReadVarint64(&revision) : WireFormatLite::SkipField(&in, tag);
  }
  if (!read || !in.ConsumedEntireMessage()) {
    return DataLoss("a stored gazetteer row is damaged; restore the data directory from a backup");
  }
  return revision;
}

std::string DeletionValue(uint64_t id) {
  stored::GazetteerRow row;
  row.set_format(kFormat);
  row.set_id(id);
  return row.SerializeAsString();
}

}  // namespace wensum::gazetteer
