#include <algorithm>
#include <utility>
#include <variant>

#include "base/strings.h"
#include "model/postcode.h"
#include "services/gazetteer/row_codec.h"
#include "services/gazetteer/row_owner.h"

namespace wensum::gazetteer {
namespace {

RowOwner OwnerOf(const model::Street&) { return RowOwner::kStreet; }
RowOwner OwnerOf(const model::StreetDescriptor&) { return RowOwner::kStreet; }
RowOwner OwnerOf(const model::StreetReference&) { return RowOwner::kStreet; }
RowOwner OwnerOf(const model::PostcodeCentroid&) { return RowOwner::kPostcode; }
RowOwner OwnerOf(const model::CustodianRecord&) { return RowOwner::kCustodian; }
RowOwner OwnerOf(const model::KeptRow& row) {
  if (row.owner == 0) {
    return RowOwner::kCustodian;  // of none in particular
  }
  return model::IsStreetRecordType(row.record_type) ? RowOwner::kStreet : RowOwner::kProperty;
}
template <typename Row>
RowOwner OwnerOf(const Row&) {
  return RowOwner::kProperty;
}

std::string SubkeyOf(const model::Street&) { return {}; }
std::string SubkeyOf(const model::StreetDescriptor& row) { return row.language; }
std::string SubkeyOf(const model::Blpu&) { return {}; }
std::string SubkeyOf(const model::Lpi& row) { return row.lpi_key; }
std::string SubkeyOf(const model::CrossReference& row) { return row.xref_key; }
std::string SubkeyOf(const model::Classification& row) { return row.class_key; }
std::string SubkeyOf(const model::PropertyOrganisation& row) { return row.org_key; }
std::string SubkeyOf(const model::DeliveryPoint& row) { return Cat(row.udprn); }
std::string SubkeyOf(const model::Successor& row) { return row.successor_key; }
std::string SubkeyOf(const model::StreetReference& row) { return Cat(row.reference_type, "/", row.reference_id); }
std::string SubkeyOf(const model::Provenance& row) { return row.provenance_key; }
// The first of a subkey has a shorter key than those that follow it, which are in their order.
std::string SubkeyOf(const model::KeptRow& row) {
  if (row.occurrence <= 1) {
    return row.subkey;
  }
  const std::string digits = Cat(row.occurrence);
  return Cat(row.subkey, "\x01", std::string(10 - std::min<size_t>(digits.size(), 10), '0'), digits);
}
std::string SubkeyOf(const model::CustodianRecord&) { return {}; }
std::string SubkeyOf(const model::PostcodeCentroid& row) { return row.postcode.ToString(); }

}  // namespace

RowIdentity IdentityOf(const model::GazetteerRow& row) {
  return std::visit(
      [&row](const auto& content) {
        return RowIdentity{OwnerOf(content), OwnerIdOf(content), static_cast<uint8_t>(model::RecordType(row)),
                           SubkeyOf(content)};
      },
      row);
}

std::string RowKey(storage::RegisterId reg, const RowIdentity& identity) {
  switch (identity.owner) {
    case RowOwner::kStreet:
      return storage::StreetRowKey(reg, static_cast<uint32_t>(identity.id), identity.row_type, identity.subkey);
    case RowOwner::kPostcode:
      return storage::PostcodeRowKey(reg, identity.subkey);
    case RowOwner::kCustodian:
      return storage::CustodianRowKey(reg, static_cast<uint32_t>(identity.id), identity.row_type, identity.subkey);
    case RowOwner::kProperty:
      break;
  }
  return storage::PropertyRowKey(reg, identity.id, identity.row_type, identity.subkey);
}

std::string CanonicalPostcode(std::string_view text) {
  if (text.empty()) {
    return {};
  }
  const absl::StatusOr<model::Postcode> postcode = model::Postcode::Parse(text);
  return postcode.ok() ? postcode->ToString() : std::string();
}

std::vector<SecondaryKey> SecondaryKeys(storage::RegisterId reg, const model::GazetteerRow& row) {
  std::vector<SecondaryKey> keys;
  const auto add_postcode = [&](std::string_view text, uint64_t uprn, std::string_view part) {
    if (const std::string postcode = CanonicalPostcode(text); !postcode.empty()) {
      keys.push_back({storage::PropertyByPostcodeKey(reg, postcode, uprn, part), {}});
    }
  };
  if (const auto* const lpi = std::get_if<model::Lpi>(&row)) {
    add_postcode(lpi->postcode, lpi->uprn.value(), lpi->lpi_key);
    if (!lpi->usrn.empty()) {
      keys.push_back({storage::PropertyByStreetKey(reg, lpi->usrn.value(), lpi->uprn.value(), lpi->lpi_key), {}});
    }
  } else if (const auto* const blpu = std::get_if<model::Blpu>(&row)) {
    add_postcode(blpu->postcode_locator, blpu->uprn.value(), "");
    if (!blpu->parent_uprn.empty()) {
      keys.push_back({storage::PropertyByParentKey(reg, blpu->parent_uprn.value(), blpu->uprn.value()), {}});
    }
  } else if (const auto* const point = std::get_if<model::DeliveryPoint>(&row)) {
    add_postcode(point->postcode, point->uprn.value(), Cat("dp", point->udprn));
  } else if (const auto* const xref = std::get_if<model::CrossReference>(&row)) {
    if (!xref->cross_reference.empty()) {
      keys.push_back(
          {storage::PropertyByXrefKey(reg, xref->source, xref->cross_reference, xref->uprn.value()), xref->xref_key});
    }
  }
  return keys;
}

}  // namespace wensum::gazetteer
