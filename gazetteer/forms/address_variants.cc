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
  void Add(AddressVariant variant) {
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
  std::vector<AddressVariant> variants_;
};

int StatusOf(const PropertyView& property) { return property.blpu == nullptr ? 0 : property.blpu->logical_status; }

void AddLpi(const PropertyView& property, const model::Lpi& lpi, Collector& out) {
  const std::optional<VariantKind> kind = VariantKindOf(StatusOf(property), lpi.logical_status);
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

void AddDeliveryPoint(const model::DeliveryPoint& point, VariantKind kind, Collector& out) {
  const std::string key = Cat("dp", point.udprn);
  out.Add({kind, "ENG", 1, key, OneLine(PafLines(point, PafLanguage::kEnglish))});
  if (HasWelsh(point)) {
    out.Add({kind, "CYM", 1, key, OneLine(PafLines(point, PafLanguage::kWelsh))});
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

std::optional<VariantKind> VariantKindOf(int blpu_status, int lpi_status) {
  if (IsRejected(blpu_status)) {
    return std::nullopt;
  }
  const bool historical = blpu_status == kHistoricalStatus;
  switch (lpi_status) {
    case 1:
      return historical ? VariantKind::kHistorical : VariantKind::kPreferred;
    case 3:
      return historical ? VariantKind::kHistorical : VariantKind::kAlternative;
    case 5:
    case 6:
      return historical ? VariantKind::kHistorical : VariantKind::kProvisional;
    case kHistoricalStatus:
      return VariantKind::kHistorical;
    default:
      return std::nullopt;
  }
}

std::optional<VariantKind> DeliveryPointKindOf(int blpu_status) {
  if (IsRejected(blpu_status)) {
    return std::nullopt;
  }
  return blpu_status == kHistoricalStatus ? VariantKind::kHistorical : VariantKind::kDeliveryPoint;
}

std::vector<AddressVariant> AddressVariants(const PropertyView& property) {
  Collector out;
  for (const model::Lpi& lpi : property.lpis) {
    AddLpi(property, lpi, out);
  }
  if (const std::optional<VariantKind> kind = DeliveryPointKindOf(StatusOf(property)); kind.has_value()) {
    for (const model::DeliveryPoint& point : property.delivery_points) {
      AddDeliveryPoint(point, *kind, out);
    }
  }
  return out.Take();
}

}  // namespace wensum::llpg
