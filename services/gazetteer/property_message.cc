#include "services/gazetteer/property_message.h"

#include <string>
#include <variant>

#include "base/status_macros.h"
#include "base/strings.h"
#include "gazetteer/forms/address_lines.h"
#include "gazetteer/forms/paf_address.h"
#include "services/gazetteer/row_codec.h"

namespace wensum::gazetteer {
namespace {

using matching::address::FormatAddress;
using matching::address::PropertyAddress;

void SetDate(model::PartialDate date, v1::PartialDate* out) {
  out->set_year(date.year);
  out->set_month(date.month);
  out->set_day(date.day);
}

// Sets a date field of `message` unless the date is empty.
#define WENSUM_SET_DATE(message, field, date)        \
  do {                                               \
    if (!(date).empty()) {                           \
      SetDate((date), (message)->mutable_##field()); \
    }                                                \
  } while (false)

void ComposeObject(const model::AddressableObject& object, v1::AddressableObject* out) {
  out->set_start_number(object.start_number);
  out->set_start_suffix(object.start_suffix);
  out->set_end_number(object.end_number);
  out->set_end_suffix(object.end_suffix);
  out->set_text(object.text);
}

void ComposeLpi(const PropertyRows& rows, const model::Lpi& lpi, const StreetTable& streets, v1::Lpi* out) {
  out->set_lpi_key(lpi.lpi_key);
  out->set_language(lpi.language);
  out->set_logical_status(lpi.logical_status);
  ComposeObject(lpi.sao, out->mutable_sao());
  ComposeObject(lpi.pao, out->mutable_pao());
  out->set_usrn(lpi.usrn.value());
  out->set_level(lpi.level);
  out->set_postal_address(lpi.postal_address);
  out->set_postcode(lpi.postcode);
  out->set_post_town(lpi.post_town);
  out->set_official_flag(lpi.official_flag);
  WENSUM_SET_DATE(out, start_date, lpi.dates.start);
  WENSUM_SET_DATE(out, end_date, lpi.dates.end);
  WENSUM_SET_DATE(out, entry_date, lpi.dates.entry);
  WENSUM_SET_DATE(out, last_update_date, lpi.dates.last_update);
  out->set_address(FormatAddress(AddressOf(rows, lpi, streets)));
}

void ComposeBlpu(const PropertyRows& rows, v1::Property* out) {
  const model::Blpu& blpu = *rows.blpu;
  out->set_name(Cat("properties/", blpu.uprn.value()));
  out->set_uprn(blpu.uprn.value());
  out->set_etag(rows.revision);
  out->set_logical_status(blpu.logical_status);
  out->set_blpu_state(blpu.state);
  WENSUM_SET_DATE(out, blpu_state_date, blpu.state_date);
  out->set_classification(ClassOf(rows));
  out->set_parent_uprn(blpu.parent_uprn.value());
  out->set_easting(blpu.x);
  out->set_northing(blpu.y);
  out->set_rpc(blpu.rpc);
  out->set_local_custodian_code(blpu.local_custodian_code);
  out->set_organisation(OrganisationOf(rows));
  out->set_ward_code(blpu.ward_code);
  out->set_parish_code(blpu.parish_code);
  WENSUM_SET_DATE(out, start_date, blpu.dates.start);
  WENSUM_SET_DATE(out, end_date, blpu.dates.end);
  WENSUM_SET_DATE(out, entry_date, blpu.dates.entry);
  WENSUM_SET_DATE(out, last_update_date, blpu.dates.last_update);
  out->set_source_format(std::string(model::GazetteerFormatName(rows.origin.format)));
  out->set_import_run(rows.origin.import_run);
}

// The one line, postcode and street of the best LPI, else of a delivery point.
void ComposeBestAddress(const PropertyRows& rows, const StreetTable& streets, v1::Property* out) {
  if (const model::Lpi* const best = BestLpi(rows)) {
    const PropertyAddress address = AddressOf(rows, *best, streets);
    out->set_address(FormatAddress(address));
    out->set_postcode(address.postcode);
    out->set_usrn(address.usrn);
  } else if (!rows.delivery_points.empty()) {
    const model::DeliveryPoint& point = rows.delivery_points.front();
    out->set_address(llpg::OneLine(llpg::PafLines(point)));
    out->set_postcode(ShownPostcode(point.postcode));
  } else {
    out->set_postcode(CanonicalPostcode(rows.blpu->postcode_locator));
  }
}

}  // namespace

void ComposeProperty(const PropertyRows& rows, const StreetTable& streets, v1::Property* out) {
  ComposeBlpu(rows, out);
  ComposeBestAddress(rows, streets, out);
}

void ComposeLists(const PropertyRows& rows, const StreetTable& streets, v1::Property* out) {
  for (const model::Lpi& lpi : rows.lpis) {
    ComposeLpi(rows, lpi, streets, out->add_lpis());
  }
  for (const model::CrossReference& row : rows.xrefs) {
    v1::CrossReference* const xref = out->add_cross_references();
    xref->set_xref_key(row.xref_key);
    xref->set_source(row.source);
    xref->set_cross_reference(row.cross_reference);
    WENSUM_SET_DATE(xref, start_date, row.dates.start);
    WENSUM_SET_DATE(xref, end_date, row.dates.end);
  }
  for (const model::Classification& row : rows.classifications) {
    v1::Classification* const classification = out->add_classifications();
    classification->set_class_key(row.class_key);
    classification->set_code(row.code);
    classification->set_scheme(row.scheme);
    classification->set_scheme_version(row.scheme_version);
    WENSUM_SET_DATE(classification, start_date, row.dates.start);
    WENSUM_SET_DATE(classification, end_date, row.dates.end);
  }
  for (const model::PropertyOrganisation& row : rows.organisations) {
    v1::PropertyOrganisation* const organisation = out->add_organisations();
    organisation->set_org_key(row.org_key);
    organisation->set_organisation(row.organisation);
    organisation->set_legal_name(row.legal_name);
    WENSUM_SET_DATE(organisation, start_date, row.dates.start);
    WENSUM_SET_DATE(organisation, end_date, row.dates.end);
  }
  for (const model::DeliveryPoint& row : rows.delivery_points) {
    v1::DeliveryPoint* const point = out->add_delivery_points();
    point->set_udprn(row.udprn);
    point->set_address(llpg::OneLine(llpg::PafLines(row)));
    point->set_postcode(ShownPostcode(row.postcode));
    point->set_postcode_type(row.postcode_type);
    point->set_delivery_point_suffix(row.delivery_point_suffix);
  }
  for (const model::Successor& row : rows.successors) {
    v1::Successor* const successor = out->add_successors();
    successor->set_successor_key(row.successor_key);
    successor->set_successor_uprn(row.successor.value());
  }
}

void ComposeStreet(const StreetRows& rows, v1::Street* out) {
  const model::Street& street = *rows.street;
  out->set_name(Cat("streets/", street.usrn.value()));
  out->set_usrn(street.usrn.value());
  out->set_etag(rows.revision);
  out->set_record_type(street.record_type);
  out->set_state(street.state);
  WENSUM_SET_DATE(out, state_date, street.state_date);
  out->set_surface(street.surface);
  out->set_classification(street.classification);
  WENSUM_SET_DATE(out, start_date, street.dates.start);
  WENSUM_SET_DATE(out, end_date, street.dates.end);
  out->set_start_easting(street.start_x);
  out->set_start_northing(street.start_y);
  out->set_end_easting(street.end_x);
  out->set_end_northing(street.end_y);
  for (const model::StreetDescriptor& row : rows.descriptors) {
    v1::StreetDescriptor* const descriptor = out->add_descriptors();
    descriptor->set_language(row.language);
    descriptor->set_description(row.description);
    descriptor->set_locality(row.locality);
    descriptor->set_town(row.town);
    descriptor->set_administrative_area(row.administrative_area);
  }
}

absl::Status ComposePostcode(std::string_view serialised, v1::PostcodeCentroid* out) {
  storage::v1::GazetteerRow stored;
  WENSUM_RETURN_IF_ERROR(ParseStoredRow(serialised, &stored));
  WENSUM_ASSIGN_OR_RETURN(const model::GazetteerRow row, DecodeRow(stored));
  const auto* const centroid = std::get_if<model::PostcodeCentroid>(&row);
  if (centroid == nullptr) {
    return DataLoss("another row stands where one of a postcode belongs");
  }
  std::string compact = centroid->postcode.ToString();
  std::erase(compact, ' ');
  out->set_name(Cat("postcodes/", compact));
  out->set_postcode(centroid->postcode.ToString());
  out->set_etag(stored.revision());
  out->set_easting(centroid->x);
  out->set_northing(centroid->y);
  out->set_quality(centroid->quality);
  out->set_district_code(centroid->district_code);
  out->set_ward_code(centroid->ward_code);
  out->set_source_format(
      std::string(model::GazetteerFormatName(static_cast<model::GazetteerFormat>(stored.source_format()))));
  out->set_import_run(stored.import_run());
  return absl::OkStatus();
}

}  // namespace wensum::gazetteer
