// What a health check found, counted by rule, by street and by ward.
#ifndef WENSUM_SERVICES_HEALTH_HEALTH_REPORT_H_
#define WENSUM_SERVICES_HEALTH_HEALTH_REPORT_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "gazetteer/rules/register_check.h"
#include "gazetteer/rules/rule.h"
#include "model/partial_date.h"
#include "services/health/property_duplicates.h"
#include "services/health/waivers.h"

namespace wensum::health {

struct Tally {
  uint64_t errors = 0;  // rows that cannot be stored among them
  uint64_t warnings = 0;
  void Add(llpg::Severity severity) { ++(severity == llpg::Severity::kWarning ? warnings : errors); }
  void Add(const Tally& other) {
    errors += other.errors;
    warnings += other.warnings;
  }
  [[nodiscard]] uint64_t sum() const { return errors + warnings; }
  friend bool operator==(const Tally&, const Tally&) = default;
};

struct RuleFindings {
  llpg::RuleId rule{};
  Tally tally;  // without waived ones
  uint64_t waived = 0;
  std::vector<llpg::Finding> examples;  // the first ones
  std::vector<llpg::Finding> waived_examples;
};

// A place: a street (by USRN) or a ward (by code).
struct PlaceFindings {
  Tally tally;
  uint64_t properties = 0;  // with a finding
};

struct CheckedFile {
  std::string path;
  model::GazetteerFormat format = model::GazetteerFormat::kUnknown;
  std::string custodian;
  model::PartialDate process_date;
  int volume = 0;
  char file_type = ' ';  // 'F', 'C' or ' '
  uint64_t rows = 0;     // data rows read
};

struct HealthReport {
  std::vector<CheckedFile> files;  // empty for a register
  uint64_t properties = 0;
  uint64_t streets = 0;
  Tally tally;  // without waived ones, here and at places
  uint64_t waived = 0;
  std::vector<RuleFindings> rules;  // those with findings: most errors first, then most warnings
  // A street's own findings and those of the properties whose best LPI is on it.
  std::map<uint32_t, PlaceFindings> streets_found;
  std::map<std::string, PlaceFindings> wards_found;  // "": ward not known
  PropertyDuplicates duplicates;                     // of a register
};

// Counts findings as they come. Memory: the examples, and 32 bytes for each property and street with a finding.
class ReportBuilder {
 public:
  // Keeps the first `max_examples` findings of each rule. `waivers` must outlive it; null: none.
  explicit ReportBuilder(size_t max_examples, const WaiverSet* waivers = nullptr)
      : max_examples_(max_examples), waivers_(waivers) {}

  void Add(llpg::Finding finding);
  void AddFile(CheckedFile file) { report_.files.push_back(std::move(file)); }

  // Call once. `places` says where properties are; it must be finished.
  [[nodiscard]] HealthReport Finish(const llpg::RegisterCheck& places);

 private:
  const size_t max_examples_;
  const WaiverSet* const waivers_;
  HealthReport report_;
  absl::flat_hash_map<uint16_t, RuleFindings> by_rule_;
  absl::flat_hash_map<uint64_t, Tally> by_uprn_;
  absl::flat_hash_map<uint32_t, Tally> by_usrn_;  // findings about no property
};

// The streets with most errors, then warnings, then the lowest USRN; at most `limit`.
struct StreetFindings {
  uint32_t usrn = 0;
  const PlaceFindings* found = nullptr;  // in the report
};
std::vector<StreetFindings> WorstStreets(const HealthReport& report, size_t limit);

// The report as JSON, in lines; the keys are described in docs/gazetteer-checks.md.
std::string ReportJson(const HealthReport& report);

// The report for people: files, rules with their counts and first examples, the streets with most findings.
std::string ReportText(const HealthReport& report);

}  // namespace wensum::health

#endif  // WENSUM_SERVICES_HEALTH_HEALTH_REPORT_H_
