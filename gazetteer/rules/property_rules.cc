#include <algorithm>
#include <array>
#include <cmath>

#include "base/strings.h"
#include "gazetteer/rules/finding_collector.h"
#include "gazetteer/rules/object_rules.h"
#include "gazetteer/rules/row_judge.h"

namespace wensum::llpg {
namespace {

constexpr int kApproved = 1;
constexpr int kProvisional = 6;
// How far a walk up the parents goes before it must have met a cycle: real hierarchies have four levels.
constexpr int kLongestWalk = 64;

bool IsLive(int status) { return status != 0 && !IsEnded(status); }

// From a point to the line between a street's ends.
double DistanceToStreet(double x, double y, const StreetFacts& street) {
  const double dx = street.end_x - street.start_x;
  const double dy = street.end_y - street.start_y;
  const double squared = dx * dx + dy * dy;
  double along = squared == 0 ? 0 : ((x - street.start_x) * dx + (y - street.start_y) * dy) / squared;
  along = std::clamp(along, 0.0, 1.0);
  return std::hypot(x - street.start_x - along * dx, y - street.start_y - along * dy);
}

double DistanceToEnd(double x, double y, const StreetFacts& street) {
  return std::min(std::hypot(x - street.start_x, y - street.start_y), std::hypot(x - street.end_x, y - street.end_y));
}

class PropertyJudge {
 public:
  PropertyJudge(const PropertyFacts& property, const ObjectContext& context, std::vector<Finding>* findings)
      : blpu_(property.blpu), lpis_(property.lpis), context_(context), findings_(findings) {}

  void Judge() {
    for (const LpiFacts& lpi : lpis_) {
      JudgeLpi(lpi);
    }
    if (blpu_ != nullptr) {
      JudgeStatuses();
      JudgeLanguages();
      JudgeParents();
      JudgePlace();
    }
  }

 private:
  [[nodiscard]] FindingCollector About(const LpiFacts& lpi) const {
    key_ = UnpackKey(lpi.key, 'L');
    return {{.uprn = lpi.uprn, .usrn = lpi.usrn, .key = key_, .origin = lpi.origin}, findings_};
  }
  [[nodiscard]] FindingCollector AboutBlpu() const {
    return {{.uprn = blpu_->uprn, .origin = blpu_->origin}, findings_};
  }

  void JudgeLpi(const LpiFacts& lpi) {
    if (blpu_ != nullptr) {
      JudgeWithBlpu(lpi);
    } else if (context_.lookup->complete()) {
      About(lpi).Add(RuleId::kLpiBlpu, "UPRN", Cat("There is no BLPU of the UPRN ", lpi.uprn.ToString()));
    }
    if (lpi.usrn.empty()) {
      About(lpi).Add(RuleId::kLpiStreet, "USRN", "The LPI names no street");
      return;
    }
    const std::optional<StreetFacts> street = context_.lookup->FindStreet(lpi.usrn);
    if (!street.has_value()) {
      if (context_.lookup->complete()) {
        About(lpi).Add(RuleId::kLpiStreet, "USRN", Cat("There is no street ", lpi.usrn.ToString()));
      }
      return;
    }
    if (IsLive(lpi.logical_status) && street->closed()) {
      About(lpi).Add(
          RuleId::kLiveOnClosedStreet, "USRN",
          Cat("The LPI of status ", int{lpi.logical_status}, " is on the closed street ", lpi.usrn.ToString()));
    }
    if (lpi.logical_status == kApproved && !lpi.street_record &&
        (street->record_type == 3 || street->record_type == 4)) {
      About(lpi).Add(RuleId::kLpiStreetType, "USRN",
                     Cat("The approved LPI is on the street ", lpi.usrn.ToString(), " of type ", street->record_type));
    }
  }

  void JudgeWithBlpu(const LpiFacts& lpi) {
    const int status = blpu_->logical_status;
    if (status > 0 && status <= 9 && lpi.logical_status != 0) {
      const CodeSet allowed = context_.config->lpi_statuses_of_blpu[static_cast<size_t>(status)];
      if (!allowed.contains(lpi.logical_status)) {
        About(lpi).Add(RuleId::kBlpuLpiStatuses, "LOGICAL_STATUS",
                       Cat("A BLPU of status ", status, " has LPIs of status ", allowed.ToString(), ", not ",
                           int{lpi.logical_status}));
      }
    }
    if (blpu_->ended && !lpi.ended) {
      About(lpi).Add(RuleId::kLpiOpenOnClosed, "END_DATE", "The LPI has no end date, but its BLPU has one");
    }
    const bool current = lpi.logical_status == kApproved || lpi.logical_status == kProvisional;
    if (lpi.has_sao && current && blpu_->parent.empty()) {
      About(lpi).Add(RuleId::kSaoNeedsParent, "SAO_TEXT",
                     "The LPI has a secondary addressable object, but its BLPU has no parent");
    }
    if (blpu_->kind != PropertyKind::kUnknown && current &&
        lpi.street_record != (blpu_->kind == PropertyKind::kStreetRecord)) {
      About(lpi).Add(RuleId::kStreetBlpuClass, "PAO_TEXT",
                     lpi.street_record ? "The text is STREET RECORD, but the class is not PS"
                                       : "The class is PS, but the text is not STREET RECORD");
    }
    const uint64_t organisation = blpu_->organisation_hash;
    if (organisation != 0 && (lpi.pao_text_hash == organisation || lpi.sao_text_hash == organisation)) {
      About(lpi).Add(RuleId::kTextOrganisation, lpi.pao_text_hash == organisation ? "PAO_TEXT" : "SAO_TEXT",
                     "The text is the organisation's name again");
    }
  }

  void JudgeStatuses() {
    if (lpis_.empty()) {
      if (context_.lookup->complete()) {
        AboutBlpu().Add(RuleId::kBlpuHasLpi, "UPRN", "The property has no LPI");
      }
      return;
    }
    const int status = blpu_->logical_status;
    const bool own = std::ranges::any_of(lpis_, [status](const LpiFacts& lpi) { return lpi.logical_status == status; });
    if (status != 0 && !own && context_.lookup->complete()) {
      AboutBlpu().Add(RuleId::kBlpuHasLpi, "LOGICAL_STATUS", Cat("No LPI has the BLPU's status ", status));
    }
  }

  void JudgeLanguages() {
    bool live = false;
    std::array<bool, 4> languages{};
    for (size_t i = 0; i < lpis_.size(); ++i) {
      const LpiFacts& lpi = lpis_[i];
      live = live || IsLive(lpi.logical_status);
      languages[static_cast<size_t>(lpi.language)] = true;
      const auto same = [&lpi](const LpiFacts& other) {
        return other.logical_status == kApproved && other.language == lpi.language;
      };
      if (lpi.logical_status == kApproved && std::ranges::any_of(lpis_.first(i), same)) {
        About(lpi).Add(RuleId::kOneApprovedLpi, "LOGICAL_STATUS",
                       "The property has another approved preferred LPI in this language");
      }
    }
    const bool english = languages[static_cast<size_t>(Language::kEnglish)];
    const bool welsh = languages[static_cast<size_t>(Language::kWelsh)];
    if (context_.config->bilingual && live && english != welsh && context_.lookup->complete()) {
      AboutBlpu().Add(RuleId::kLpiBilingual, "LANGUAGE", Cat("The property has no LPI in ", english ? "CYM" : "ENG"));
    }
  }

  void JudgeParents() {
    if (blpu_->parent.empty() || blpu_->parent == blpu_->uprn) {
      return;
    }
    constexpr std::string_view kColumn = "PARENT_UPRN";
    std::optional<BlpuFacts> above = context_.lookup->FindBlpu(blpu_->parent);
    if (!above.has_value()) {
      if (context_.lookup->complete()) {
        AboutBlpu().Add(RuleId::kParentExists, kColumn, Cat("There is no parent ", blpu_->parent.ToString()));
      }
      return;
    }
    const int status = blpu_->logical_status;
    if (status > 0 && status <= 9 && above->logical_status != 0) {
      const CodeSet allowed = context_.config->parent_statuses_of_child[static_cast<size_t>(status)];
      if (!allowed.contains(above->logical_status)) {
        AboutBlpu().Add(RuleId::kParentStatus, kColumn,
                        Cat("The property has the status ", status, " and its parent ", above->uprn.ToString(), " ",
                            above->logical_status));
      }
    }
    if (above->kind == PropertyKind::kStreetRecord) {
      AboutBlpu().Add(RuleId::kStreetBlpuParent, kColumn,
                      Cat("The parent ", above->uprn.ToString(), " is a street record"));
    }
    int levels = 2;
    while (above.has_value() && !above->parent.empty() && above->parent != above->uprn) {
      if (above->parent == blpu_->uprn || levels > kLongestWalk) {
        AboutBlpu().Add(RuleId::kParentCycle, kColumn,
                        above->parent == blpu_->uprn ? "The property is its own ancestor"
                                                     : "The property's ancestors lead into a cycle");
        return;
      }
      above = context_.lookup->FindBlpu(above->parent);
      levels += above.has_value() ? 1 : 0;
    }
    if (levels > context_.config->max_levels) {
      AboutBlpu().Add(RuleId::kParentDepth, kColumn, Cat("The property is at level ", levels, " of its hierarchy"));
    }
  }

  void JudgePlace() {
    if (blpu_->x == 0 && blpu_->y == 0) {
      return;
    }
    for (const LpiFacts& lpi : lpis_) {
      const std::optional<StreetFacts> street =
          IsLive(lpi.logical_status) && !lpi.usrn.empty() ? context_.lookup->FindStreet(lpi.usrn) : std::nullopt;
      if (!street.has_value() || (street->start_x == 0 && street->start_y == 0) ||
          (street->end_x == 0 && street->end_y == 0)) {
        continue;
      }
      const double distance = DistanceToStreet(blpu_->x, blpu_->y, *street);
      if (distance > context_.config->max_street_distance) {
        AboutBlpu().Add(
            RuleId::kBlpuNearStreet, "X_COORDINATE",
            Cat("The property lies ", std::llround(distance / 1000), " km from its street ", lpi.usrn.ToString()));
        return;
      }
      const double off = DistanceToEnd(blpu_->x, blpu_->y, *street);
      if (blpu_->kind == PropertyKind::kStreetRecord && off > context_.config->street_record_distance) {
        AboutBlpu().Add(RuleId::kStreetBlpuPlace, "X_COORDINATE",
                        Cat("The street record lies ", std::llround(off), " m from the nearer end of the street ",
                            lpi.usrn.ToString()));
        return;
      }
    }
  }

  const BlpuFacts* const blpu_;
  const std::span<const LpiFacts> lpis_;
  const ObjectContext& context_;
  std::vector<Finding>* const findings_;
  mutable std::string key_;  // of the LPI at hand
};

}  // namespace

void CheckProperty(const PropertyFacts& property, const ObjectContext& context, std::vector<Finding>* findings) {
  PropertyJudge(property, context, findings).Judge();
}

void CheckProperty(const PropertyRecord& property, model::GazetteerFormat format, const ObjectContext& context,
                   std::vector<Finding>* findings) {
  std::optional<BlpuFacts> blpu;
  if (property.blpu != nullptr) {
    blpu = FactsOf(*property.blpu, {.format = format});
    for (const model::Classification& row : property.classifications) {
      const PropertyKind kind = KindOf(row);
      blpu->kind = kind == PropertyKind::kUnknown ? blpu->kind : kind;
    }
  }
  std::vector<LpiFacts> lpis;
  lpis.reserve(property.lpis.size());
  for (const model::Lpi& row : property.lpis) {
    lpis.push_back(FactsOf(row, {.format = format}));
  }
  CheckProperty({.blpu = blpu.has_value() ? &*blpu : nullptr, .lpis = lpis}, context, findings);
  if (!blpu.has_value() && context.lookup->complete()) {
    for (const model::CrossReference& row : property.cross_references) {
      AddOrphan(23, row.uprn, row.xref_key, {.format = format}, findings);
    }
    for (const model::Classification& row : property.classifications) {
      AddOrphan(32, row.uprn, row.class_key, {.format = format}, findings);
    }
  }
}

void AddOrphan(int record, model::Uprn uprn, std::string_view key, RowOrigin origin, std::vector<Finding>* findings) {
  constexpr int kCrossReference = 23;
  FindingCollector out({.uprn = uprn, .key = key, .origin = origin}, findings);
  if (record == kCrossReference) {
    out.Add(RuleId::kXrefBlpu, "UPRN", Cat("There is no BLPU of the UPRN ", uprn.ToString()));
  } else {
    out.Add(RuleId::kOtherBlpu, "UPRN",
            Cat("There is no BLPU of the UPRN ", uprn.ToString(), " that a record ", record, " names"));
  }
}

}  // namespace wensum::llpg
