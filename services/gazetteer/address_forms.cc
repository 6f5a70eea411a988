#include "services/gazetteer/address_forms.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "gazetteer/forms/address_lines.h"
#include "gazetteer/forms/address_variants.h"
#include "gazetteer/forms/paf_address.h"

namespace wensum::gazetteer {
namespace {

using llpg::AddressLines;
using llpg::PafLanguage;
using llpg::VariantKind;

static_assert(static_cast<int>(VariantKind::kPreferred) + 1 == v1::ADDRESS_KIND_PREFERRED);
static_assert(static_cast<int>(VariantKind::kDeliveryPoint) + 1 == v1::ADDRESS_KIND_DELIVERY_POINT);
static_assert(static_cast<int>(VariantKind::kProvisional) + 1 == v1::ADDRESS_KIND_PROVISIONAL);
static_assert(static_cast<int>(VariantKind::kAlternative) + 1 == v1::ADDRESS_KIND_ALTERNATIVE);
static_assert(static_cast<int>(VariantKind::kHistorical) + 1 == v1::ADDRESS_KIND_HISTORICAL);
static_assert(static_cast<int>(llpg::Mailing::kNotMailable) + 1 == v1::AddressForms::MAILING_NOT_MAILABLE);
static_assert(static_cast<int>(llpg::Mailing::kWithCare) + 1 == v1::AddressForms::MAILING_WITH_CARE);
static_assert(static_cast<int>(llpg::Mailing::kMailable) + 1 == v1::AddressForms::MAILING_MAILABLE);

v1::AddressKind ToKind(VariantKind kind) { return static_cast<v1::AddressKind>(static_cast<int>(kind) + 1); }

v1::AddressForms::Mailing ToMailing(llpg::Mailing mailing) {
  return static_cast<v1::AddressForms::Mailing>(static_cast<int>(mailing) + 1);
}

const StreetRows* StreetOf(const model::Usrn usrn, const StreetTable& streets) {
  const auto found = streets.find(usrn.value());
  return found == streets.end() ? nullptr : found->second.get();
}

class Composer {
 public:
  // All must outlive it.
  Composer(const PropertyRows& rows, const StreetTable& streets, const FormOptions& options)
      : rows_(rows), streets_(streets), options_(options), organisation_(OrganisationOf(rows)) {
    view_.blpu = &*rows.blpu;
    view_.lpis = rows.lpis;
    view_.delivery_points = rows.delivery_points;
    view_.organisation = organisation_;
    view_.descriptor = [this](model::Usrn usrn, std::string_view language) -> const model::StreetDescriptor* {
      const StreetRows* const street = StreetOf(usrn, streets_);
      return street == nullptr ? nullptr : street->Descriptor(language);
    };
  }

  void Compose(v1::PropertyAddressForms& out) const {
    const int status = rows_.blpu->logical_status;
    std::vector<v1::AddressForms> addresses;
    for (const model::Lpi& lpi : rows_.lpis) {
      if (const std::optional<VariantKind> kind = llpg::VariantKindOf(status, lpi.logical_status); kind.has_value()) {
        AddLpi(lpi, *kind, addresses.emplace_back());
      }
    }
    if (const std::optional<VariantKind> kind = llpg::DeliveryPointKindOf(status); kind.has_value()) {
      for (const model::DeliveryPoint& point : rows_.delivery_points) {
        AddPoint(point, PafLanguage::kEnglish, *kind, addresses.emplace_back());
        if (llpg::HasWelsh(point)) {
          AddPoint(point, PafLanguage::kWelsh, *kind, addresses.emplace_back());
        }
      }
    }
    const auto rank = [](const v1::AddressForms& forms) {
      return std::tuple(forms.kind(), forms.language() != "ENG", std::string_view(forms.language()),
                        std::string_view(forms.key()));
    };
    std::stable_sort(addresses.begin(), addresses.end(),
                     [&rank](const v1::AddressForms& a, const v1::AddressForms& b) { return rank(a) < rank(b); });
    for (v1::AddressForms& forms : addresses) {
      out.add_addresses()->Swap(&forms);
    }
    for (llpg::AddressVariant& variant : llpg::AddressVariants(view_)) {
      v1::AddressVariant& added = *out.add_variants();
      added.set_kind(ToKind(variant.kind));
      added.set_language(std::move(variant.language));
      added.set_logical_status(variant.logical_status);
      added.set_key(std::move(variant.key));
      added.set_text(std::move(variant.text));
    }
  }

 private:
  void AddForm(const AddressLines& lines, v1::AddressForm& out) const {
    out.set_single_line(llpg::OneLine(lines));
    for (std::string& line : llpg::MultiLine(lines, options_.max_lines)) {
      out.add_lines(std::move(line));
    }
    for (std::string& line : llpg::MultiLine(llpg::LabelLines(lines), options_.max_lines)) {
      out.add_label_lines(std::move(line));
    }
  }

  void AddLpi(const model::Lpi& lpi, VariantKind kind, v1::AddressForms& out) const {
    const StreetRows* const street = StreetOf(lpi.usrn, streets_);
    const llpg::LpiRows rows = {
        .lpi = &lpi,
        .descriptor = street == nullptr ? nullptr : street->Descriptor(lpi.language),
        .street = street == nullptr || !street->street.has_value() ? nullptr : &*street->street,
        .blpu = &*rows_.blpu,
        .organisation = organisation_,
    };
    out.set_key(lpi.lpi_key);
    out.set_kind(ToKind(kind));
    out.set_language(lpi.language);
    out.set_logical_status(lpi.logical_status);
    AddForm(llpg::LinesOf(llpg::GeographicParts(rows)), *out.mutable_geographic());
    const llpg::PostalAddress postal = llpg::PostalParts(rows, options_.streets);
    AddForm(llpg::LinesOf(postal.parts), *out.mutable_postal());
    out.set_mailing(ToMailing(postal.mailing));
    out.set_mailing_reason(std::string(postal.reason));
  }

  void AddPoint(const model::DeliveryPoint& point, PafLanguage language, VariantKind kind,
                v1::AddressForms& out) const {
    out.set_key(Cat("dp", point.udprn));
    out.set_kind(ToKind(kind));
    out.set_language(language == PafLanguage::kWelsh ? "CYM" : "ENG");
    out.set_logical_status(1);
    AddForm(llpg::PafLines(point, language), *out.mutable_paf());
    out.set_mailing(v1::AddressForms::MAILING_MAILABLE);
  }

  const PropertyRows& rows_;
  const StreetTable& streets_;
  const FormOptions& options_;
  const std::string organisation_;
  llpg::PropertyView view_;
};

}  // namespace

void ComposeForms(const PropertyRows& rows, const StreetTable& streets, const FormOptions& options,
                  v1::PropertyAddressForms& out) {
  Composer(rows, streets, options).Compose(out);
}

}  // namespace wensum::gazetteer
