#include "gazetteer/forms/address_variants.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "base/strings.h"
#include "gazetteer/forms/address_lines.h"
#include "gazetteer/forms/lpi_address.h"
#include "gazetteer/forms/paf_address.h"
#include "gazetteer/forms/proper_case.h"

namespace wensum::llpg {
namespace {

constexpr int kHistoricalStatus = 8;

bool IsRejected(int logical_status) { return logical_status == 7 || logical_status == 9; }

// Nullopt for rejected and unknown statuses.
std::optional<VariantKind> KindOf(int logical_status) {
  switch (logical_status) {
    case 1:
      return VariantKind::kPreferred;
    case 3:
      return VariantKind::kAlternative;
    case 5:
    case 6:
      return VariantKind::kProvisional;
    case kHistoricalStatus:
      return VariantKind::kHistorical;
    default:
      return std::nullopt;
  }
}

// The parts with post town and postcode, whatever the postal flag: people write them all the same.
AddressParts MatchingParts(const LpiRows& rows) {
  AddressParts parts = GeographicParts(rows);
  parts.post_town = rows.lpi->post_town;
  parts.postcode = rows.lpi->postcode;
  if (parts.postcode.empty() && rows.blpu != nullptr) {
    parts.postcode = rows.blpu->postcode_locator;
  }
  return parts;
}

class Collector {
 public:
  explicit Collector(bool historical) : historical_(historical) {}

  void Add(AddressVariant variant) {
    if (historical_) {
      variant.kind = VariantKind::kHistorical;
    }
    if (!variant.text.empty()) {
      variants_.push_back(std::move(variant));
    }
  }

  // Ordered and without repetition.
  std::vector<AddressVariant> Take() {
    std::ranges::stable_sort(variants_, {}, [](const AddressVariant& variant) {
      return std::make_tuple(variant.kind, variant.language != "ENG", std::string_view(variant.language),
                             std::string_view(variant.key));
    });
    absl::flat_hash_set<std::string> seen;
    std::erase_if(variants_,
                  [&seen](const AddressVariant& variant) { return !seen.insert(UpperCase(variant.text)).second; });
    return std::move(variants_);
  }

 private:
  const bool historical_;
  std::vector<AddressVariant> variants_;
};

void AddLpi(const PropertyView& property, const model::Lpi& lpi, Collector& out) {
  const std::optional<VariantKind> kind = KindOf(lpi.logical_status);
  if (!kind.has_value()) {
    return;
  }
  LpiRows rows = {.lpi = &lpi, .blpu = property.blpu, .organisation = property.organisation};
  if (property.descriptor) {
    rows.descriptor = property.descriptor(lpi.usrn, lpi.language);
  }
  for (const AddressParts& parts : {MatchingParts(rows), GeographicParts(rows)}) {
    for (const SaoOrder order : {SaoOrder::kTextFirst, SaoOrder::kNumberFirst}) {
      out.Add({*kind, lpi.language, lpi.logical_status, lpi.lpi_key, OneLine(LinesOf(parts, order))});
    }
  }
}

void AddDeliveryPoint(const model::DeliveryPoint& point, Collector& out) {
  const std::string key = Cat("dp", point.udprn);
  out.Add({VariantKind::kDeliveryPoint, "ENG", 1, key, OneLine(PafLines(point, PafLanguage::kEnglish))});
  if (HasWelsh(point)) {
    out.Add({VariantKind::kDeliveryPoint, "CYM", 1, key, OneLine(PafLines(point, PafLanguage::kWelsh))});
  }
}

}  // namespace

std::string_view VariantKindName(VariantKind kind) {
  switch (kind) {
    case VariantKind::kPreferred:
      return "PREFERRED";
    case VariantKind::kDeliveryPoint:
      return "DELIVERY_POINT";
    case VariantKind::kProvisional:
      return "PROVISIONAL";
    case VariantKind::kAlternative:
      return "ALTERNATIVE";
    case VariantKind::kHistorical:
      break;
  }
  return "HISTORICAL";
}

std::vector<AddressVariant> AddressVariants(const PropertyView& property) {
  const int status = property.blpu == nullptr ? 0 : property.blpu->logical_status;
  if (IsRejected(status)) {
    return {};
  }
  Collector out(status == kHistoricalStatus);
  for (const model::Lpi& lpi : property.lpis) {
    AddLpi(property, lpi, out);
  }
  for (const model::DeliveryPoint& point : property.delivery_points) {
    AddDeliveryPoint(point, out);
  }
  return out.Take();
}

}  // namespace wensum::llpg
