#include "services/health/health_messages.h"

#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "services/rpc/resource_name.h"

namespace wensum::health {
namespace {

constexpr int kApproved = 1;

void ToMessage(const llpg::Finding& finding, v1::HealthFinding& out) {
  out.set_severity(finding.severity == llpg::Severity::kWarning ? v1::HealthFinding::SEVERITY_WARNING
                                                                : v1::HealthFinding::SEVERITY_ERROR);
  if (!finding.uprn.empty()) {
    out.set_property(rpc::PropertyName(finding.uprn.value()));
  }
  if (!finding.usrn.empty()) {
    out.set_street(rpc::StreetName(finding.usrn.value()));
  }
  out.set_key(finding.key);
  out.set_column(std::string(finding.column));
  out.set_message(finding.message);
}

void SetPlace(std::string place, const PlaceFindings& found, v1::HealthPlaceFindings& out) {
  out.set_place(std::move(place));
  out.set_errors(found.tally.errors);
  out.set_warnings(found.tally.warnings);
  out.set_properties(found.properties);
}

void SetRule(const llpg::Rule& rule, v1::HealthRuleFindings& out) {
  out.set_rule(std::string(rule.code));
  out.set_requirement(std::string(rule.requirement));
  out.set_mend(std::string(rule.mend));
}

}  // namespace

void ToMessage(const HealthReport& report, v1::HealthReport& out) {
  out.set_properties(report.properties);
  out.set_streets(report.streets);
  out.set_errors(report.tally.errors);
  out.set_warnings(report.tally.warnings);
  out.set_waived(report.waived);
  for (const RuleFindings& found : report.rules) {
    v1::HealthRuleFindings& rule = *out.add_by_rule();
    SetRule(llpg::GetRule(found.rule), rule);
    rule.set_errors(found.tally.errors);
    rule.set_warnings(found.tally.warnings);
    rule.set_waived(found.waived);
    for (const llpg::Finding& finding : found.examples) {
      ToMessage(finding, *rule.add_findings());
    }
    for (const llpg::Finding& finding : found.waived_examples) {
      ToMessage(finding, *rule.add_waived_findings());
    }
  }
  for (const StreetFindings& street : WorstStreets(report, kListedStreets)) {
    SetPlace(rpc::StreetName(street.usrn), *street.found, *out.add_by_street());
  }
  for (const auto& [ward, found] : report.wards_found) {
    SetPlace(ward, found, *out.add_by_ward());
  }
}

absl::Status SetDuplicates(const gazetteer::PropertyReader& reader, const PropertyDuplicates& duplicates,
                           v1::HealthReport& out) {
  out.set_duplicate_count(duplicates.found);
  out.set_waived_duplicates(duplicates.waived);
  std::array<size_t, 2> listed{};  // by kind
  for (const PropertyDuplicate& duplicate : duplicates.listed) {
    const bool one_address = duplicate.kind == DuplicateKind::kOneAddress;
    if (++listed[one_address ? 1 : 0] > kListedDuplicates) {
      continue;
    }
    v1::PropertyDuplicate& added = *out.add_duplicates();
    added.set_kind(one_address ? v1::PropertyDuplicate::KIND_ONE_ADDRESS : v1::PropertyDuplicate::KIND_TWO_ADDRESSES);
    for (size_t i = 0; i < duplicate.uprns.size() && i < kListedProperties; ++i) {
      const uint64_t uprn = duplicate.uprns[i];
      const auto view = one_address ? gazetteer::View::kBasic : gazetteer::View::kFull;
      WENSUM_ASSIGN_OR_RETURN(const std::optional<v1::Property> property, reader.GetProperty(uprn, view));
      added.add_properties(rpc::PropertyName(uprn));
      if (!property.has_value()) {
        continue;  // not in one state
      }
      if (one_address) {
        added.add_addresses(property->address());
      }
      for (const v1::Lpi& lpi : property->lpis()) {
        if (lpi.logical_status() == kApproved) {
          added.add_addresses(lpi.address());
        }
      }
    }
  }
  return absl::OkStatus();
}

void SetChanges(const v1::HealthReport& previous, v1::HealthReport& report) {
  report.set_previous(previous.name());
  std::map<std::string, const v1::HealthRuleFindings*> before;
  for (const v1::HealthRuleFindings& rule : previous.by_rule()) {
    before[rule.rule()] = &rule;
  }
  for (v1::HealthRuleFindings& rule : *report.mutable_by_rule()) {
    const auto found = before.find(rule.rule());
    const v1::HealthRuleFindings* const then = found == before.end() ? nullptr : found->second;
    rule.set_errors_change(static_cast<int64_t>(rule.errors()) -
                           (then == nullptr ? 0 : static_cast<int64_t>(then->errors())));
    rule.set_warnings_change(static_cast<int64_t>(rule.warnings()) -
                             (then == nullptr ? 0 : static_cast<int64_t>(then->warnings())));
    before.erase(rule.rule());
  }
  for (const auto& [code, then] : before) {
    if (then->errors() + then->warnings() == 0) {
      continue;
    }
    v1::HealthRuleFindings& rule = *report.add_by_rule();
    rule.set_rule(code);
    rule.set_requirement(then->requirement());
    rule.set_mend(then->mend());
    rule.set_errors_change(-static_cast<int64_t>(then->errors()));
    rule.set_warnings_change(-static_cast<int64_t>(then->warnings()));
  }
}

void ClearDetails(v1::HealthReport& report) {
  report.clear_by_street();
  report.clear_by_ward();
  report.clear_duplicates();
  for (v1::HealthRuleFindings& rule : *report.mutable_by_rule()) {
    rule.clear_findings();
    rule.clear_waived_findings();
  }
}

}  // namespace wensum::health
