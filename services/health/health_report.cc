#include "services/health/health_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>

#include "base/strings.h"

namespace wensum::health {
namespace {

using nlohmann::ordered_json;

constexpr size_t kStreetsInText = 10;

std::string FileName(const HealthReport& report, const llpg::Finding& finding) {
  return finding.origin.file < report.files.size() ? report.files[finding.origin.file].path : std::string();
}

ordered_json ExampleJson(const HealthReport& report, const llpg::Finding& finding) {
  ordered_json out;
  if (finding.origin.line != 0 || finding.uprn.empty()) {
    out["file"] = FileName(report, finding);
  }
  if (finding.origin.line != 0) {
    out["line"] = finding.origin.line;
  }
  if (!finding.uprn.empty()) {
    out["uprn"] = finding.uprn.value();
  }
  if (!finding.usrn.empty()) {
    out["usrn"] = finding.usrn.value();
  }
  if (!finding.key.empty()) {
    out["key"] = finding.key;
  }
  if (!finding.column.empty()) {
    out["column"] = finding.column;
  }
  out["severity"] = llpg::SeverityName(finding.severity);
  out["message"] = finding.message;
  return out;
}

ordered_json RuleJson(const HealthReport& report, const RuleFindings& found) {
  const llpg::Rule& rule = llpg::GetRule(found.rule);
  ordered_json out;
  out["code"] = rule.code;
  ordered_json aliases = ordered_json::array();
  for (const std::string_view alias : Split(rule.aliases, ' ')) {
    if (!alias.empty()) {
      aliases.push_back(alias);
    }
  }
  out["aliases"] = std::move(aliases);
  out["record"] = rule.record;
  out["scope"] = llpg::ScopeName(rule.scope);
  out["requirement"] = rule.requirement;
  out["mend"] = rule.mend;
  out["errors"] = found.tally.errors;
  out["warnings"] = found.tally.warnings;
  out["examples"] = ordered_json::array();
  for (const llpg::Finding& finding : found.examples) {
    out["examples"].push_back(ExampleJson(report, finding));
  }
  return out;
}

ordered_json FileJson(const CheckedFile& file) {
  ordered_json out;
  out["path"] = file.path;
  out["format"] = model::GazetteerFormatName(file.format);
  out["custodian"] = file.custodian;
  out["process_date"] = file.process_date.ToString();
  out["file_type"] = std::string(1, file.file_type);
  out["volume"] = file.volume;
  out["rows"] = file.rows;
  return out;
}

void AddPlace(ordered_json& out, const PlaceFindings& found) {
  out["errors"] = found.tally.errors;
  out["warnings"] = found.tally.warnings;
  out["properties"] = found.properties;
}

std::string Counted(uint64_t count, std::string_view one, std::string_view many) {
  return Cat(count, " ", count == 1 ? one : many);
}

std::string TallyText(const Tally& tally) {
  return Cat(Counted(tally.errors, "error", "errors"), ", ", Counted(tally.warnings, "warning", "warnings"));
}

void AppendExample(const HealthReport& report, const llpg::Finding& finding, std::string& out) {
  out.append("    ");
  if (finding.origin.line != 0) {
    AppendTo(out, report.files.size() > 1 ? Cat(FileName(report, finding), " ") : std::string(), "line ",
             finding.origin.line, ": ");
  }
  if (!finding.uprn.empty()) {
    AppendTo(out, "UPRN ", finding.uprn.value(), ": ");
  } else if (!finding.usrn.empty()) {
    AppendTo(out, "USRN ", finding.usrn.value(), ": ");
  }
  AppendTo(out, finding.message, "\n");
}

}  // namespace

void ReportBuilder::Add(llpg::Finding finding) {
  if (waivers_ != nullptr && waivers_->Covers(finding)) {
    ++report_.waived;
    RuleFindings& found = by_rule_[static_cast<uint16_t>(finding.rule)];
    found.rule = finding.rule;
    ++found.waived;
    if (found.waived_examples.size() < max_examples_) {
      found.waived_examples.push_back(std::move(finding));
    }
    return;
  }
  report_.tally.Add(finding.severity);
  if (!finding.uprn.empty()) {
    by_uprn_[finding.uprn.value()].Add(finding.severity);
  } else if (!finding.usrn.empty()) {
    by_usrn_[finding.usrn.value()].Add(finding.severity);
  }
  RuleFindings& found = by_rule_[static_cast<uint16_t>(finding.rule)];
  found.rule = finding.rule;
  found.tally.Add(finding.severity);
  if (found.examples.size() < max_examples_) {
    found.examples.push_back(std::move(finding));
  }
}

HealthReport ReportBuilder::Finish(const llpg::RegisterCheck& places) {
  report_.properties = places.property_count();
  report_.streets = places.street_count();
  for (auto& [id, found] : by_rule_) {
    report_.rules.push_back(std::move(found));
  }
  std::ranges::sort(report_.rules, [](const RuleFindings& a, const RuleFindings& b) {
    return std::tuple(b.tally.errors, b.tally.warnings, a.rule) < std::tuple(a.tally.errors, a.tally.warnings, b.rule);
  });
  for (const auto& [usrn, tally] : by_usrn_) {
    report_.streets_found[usrn].tally.Add(tally);
  }
  for (const auto& [number, tally] : by_uprn_) {
    const llpg::RegisterCheck::Place place = places.PlaceOf(*model::Uprn::Create(number));
    PlaceFindings& ward = report_.wards_found[std::string(place.ward)];
    ward.tally.Add(tally);
    ++ward.properties;
    if (!place.usrn.empty()) {
      PlaceFindings& street = report_.streets_found[place.usrn.value()];
      street.tally.Add(tally);
      ++street.properties;
    }
  }
  return std::move(report_);
}

std::vector<StreetFindings> WorstStreets(const HealthReport& report, size_t limit) {
  std::vector<StreetFindings> streets;
  streets.reserve(report.streets_found.size());
  for (const auto& [usrn, found] : report.streets_found) {
    streets.push_back({.usrn = usrn, .found = &found});
  }
  std::ranges::sort(streets, [](const StreetFindings& a, const StreetFindings& b) {
    return std::tuple(b.found->tally.errors, b.found->tally.warnings, a.usrn) <
           std::tuple(a.found->tally.errors, a.found->tally.warnings, b.usrn);
  });
  streets.resize(std::min(streets.size(), limit));
  return streets;
}

std::string ReportJson(const HealthReport& report) {
  ordered_json out;
  out["errors"] = report.tally.errors;
  out["warnings"] = report.tally.warnings;
  out["properties"] = report.properties;
  out["streets"] = report.streets;
  out["files"] = ordered_json::array();
  for (const CheckedFile& file : report.files) {
    out["files"].push_back(FileJson(file));
  }
  out["by_rule"] = ordered_json::array();
  for (const RuleFindings& found : report.rules) {
    out["by_rule"].push_back(RuleJson(report, found));
  }
  out["by_street"] = ordered_json::array();
  for (const auto& [usrn, found] : report.streets_found) {
    ordered_json place;
    place["usrn"] = usrn;
    AddPlace(place, found);
    out["by_street"].push_back(std::move(place));
  }
  out["by_ward"] = ordered_json::array();
  for (const auto& [ward, found] : report.wards_found) {
    ordered_json place;
    place["ward"] = ward;
    AddPlace(place, found);
    out["by_ward"].push_back(std::move(place));
  }
  return Cat(out.dump(1, ' ', false, ordered_json::error_handler_t::replace), "\n");
}

std::string ReportText(const HealthReport& report) {
  std::string out;
  for (const CheckedFile& file : report.files) {
    AppendTo(out, file.path, ": ", model::GazetteerFormatName(file.format), ", ", Counted(file.rows, "row", "rows"),
             "\n");
  }
  AppendTo(out, Counted(report.properties, "property", "properties"), ", ",
           Counted(report.streets, "street", "streets"), ": ", TallyText(report.tally), "\n");
  for (const RuleFindings& found : report.rules) {
    const llpg::Rule& rule = llpg::GetRule(found.rule);
    AppendTo(out, "\n", rule.code, "  ", TallyText(found.tally), "  ", rule.requirement, "\n");
    for (const llpg::Finding& finding : found.examples) {
      AppendExample(report, finding, out);
    }
    if (found.tally.sum() > found.examples.size()) {
      AppendTo(out, "    and ", found.tally.sum() - found.examples.size(), " more\n");
    }
  }
  const std::vector<StreetFindings> streets = WorstStreets(report, kStreetsInText);
  if (!streets.empty()) {
    out.append("\nStreets with most findings\n");
  }
  for (const StreetFindings& street : streets) {
    AppendTo(out, "    USRN ", street.usrn, "  ", TallyText(street.found->tally), "\n");
  }
  return out;
}

}  // namespace wensum::health
