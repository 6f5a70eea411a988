// A small gazetteer without a fault, to break one rule at a time.
#ifndef WENSUM_TESTS_GAZETTEER_RULES_RULE_WORLD_H_
#define WENSUM_TESTS_GAZETTEER_RULES_RULE_WORLD_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gazetteer/rules/rule.h"
#include "gazetteer/rules/rule_config.h"
#include "model/gazetteer.h"

namespace wensum::llpg {

// "2625L000000012".
std::string TestKey(char letter, uint64_t number);

// A street, a shell on it and a flat in the shell, each with its rows. It has no fault as DTF 7.3 and none as
// AddressBase Premium 2. What is reset is left out.
struct World {
  static constexpr uint32_t kUsrn = 26200004;
  static constexpr uint64_t kShell = 100090000001;
  static constexpr uint64_t kFlat = 100090000002;

  World();

  RuleConfig config;
  model::GazetteerFormat format = model::GazetteerFormat::kDtf73;
  model::PartialDate today = {2026, 3, 1};
  std::optional<model::Street> street;
  std::optional<model::StreetDescriptor> descriptor;
  std::optional<model::Blpu> shell;
  std::optional<model::Lpi> shell_lpi;
  std::optional<model::Blpu> flat;
  std::optional<model::Lpi> flat_lpi;
  std::optional<model::CrossReference> xref;
  std::optional<model::Provenance> provenance;
  std::vector<model::GazetteerRow> more;  // inserted after these

  // Another property, the flat's copy with a number of its own, at Flat 2; still without a fault. Numbered from 3.
  model::Blpu NewBlpu(uint64_t number) const;
  model::Lpi NewLpi(uint64_t number) const;
  void AddProperty(const model::Blpu& blpu, const model::Lpi& lpi);
  // Another street with its descriptor.
  model::Street NewStreet(uint32_t usrn) const;
  model::StreetDescriptor NewDescriptor(uint32_t usrn, const std::string& name) const;
  // The flat as a street record: its class, text, parent, place.
  void MakeStreetRecord();
  // The flat and its LPI with a status, and the dates and states it needs.
  void SetFlatStatus(int status);

  // All rows, streets first.
  [[nodiscard]] std::vector<model::GazetteerRow> Rows() const;

  // Every finding of the row rules and of the register's check.
  [[nodiscard]] std::vector<Finding> Check() const;
};

// A rule with a world that keeps it and one that breaks it.
struct RuleCase {
  RuleId rule;
  void (*keep)(World&);
  void (*breach)(World&);
  std::vector<RuleId> also = {};  // other rules that the breach cannot but break
};

std::span<const RuleCase> StreetCases();
std::span<const RuleCase> PropertyCases();
std::span<const RuleCase> AddressCases();
std::span<const RuleCase> OtherCases();

}  // namespace wensum::llpg

#endif  // WENSUM_TESTS_GAZETTEER_RULES_RULE_WORLD_H_
