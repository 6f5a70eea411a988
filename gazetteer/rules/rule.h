// The gazetteer's rules as objects: what a land and property gazetteer must hold to be accepted by the national hub.
//
// Codes are those that custodians know from the hub's reports (AAU21.42, LPI-V12). Where sources give several codes for
// one rule, the first is its code and the others are aliases. Rules without a published code have one of ours, WEN-...
// Sources: the public validators of DTF 7.3 data, the OS AddressBase Premium technical specification and the GeoPlace
// data entry conventions; which rule comes from where, and what could not be confirmed, says docs/gazetteer-checks.md.
// How severe a rule is, is this project's choice: the hub's own grading is not published.
#ifndef WENSUM_GAZETTEER_RULES_RULE_H_
#define WENSUM_GAZETTEER_RULES_RULE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "gazetteer/rules/rule_id.h"
#include "model/gazetteer.h"
#include "model/uprn.h"

namespace wensum::llpg {

enum class Severity : uint8_t {
  kOff = 0,      // the rule does not apply to this format
  kWarning = 1,  // should be mended; nothing is refused for it
  kError = 2,    // must be mended before the hub takes the record
  kReject = 3,   // the row's own key cannot be used: it cannot be stored
};
// "off", "warning", "error" or "reject".
std::string_view SeverityName(Severity severity);

// What must be known to judge a rule.
enum class Scope : uint8_t {
  kRow,       // the row alone
  kStreet,    // a street with its descriptors
  kProperty,  // a property with all its rows, and the streets and parents it names
  kRegister,  // everything there is
  kFile,      // a transfer file: its order, header, trailer, volumes, and what its columns look like
};
// "row", "street", "property", "register" or "file".
std::string_view ScopeName(Scope scope);

// A rule. The registry's rules live as long as the program.
struct Rule {
  RuleId id;
  std::string_view code;     // stable; unique among all codes and aliases
  std::string_view aliases;  // further codes, separated by spaces
  int record;                // the record type it is about; 0: several, or the file
  Scope scope;
  // For DTF 7.3 and everything that is kept locally, and for AddressBase Premium, which lacks some columns and has been
  // through the hub already.
  Severity local;
  Severity addressbase;
  std::string_view requirement;  // what must hold: a sentence without its full stop
  std::string_view mend;         // how to mend it, to follow "; " in a message

  [[nodiscard]] Severity SeverityFor(model::GazetteerFormat format) const;
};

// Every rule, in the order of RuleId.
std::span<const Rule> AllRules();
const Rule& GetRule(RuleId id);
// By code or alias, in any case; nullptr if there is none.
const Rule* FindRule(std::string_view code);

// Where a row comes from.
struct RowOrigin {
  model::GazetteerFormat format = model::GazetteerFormat::kUnknown;
  uint16_t file = 0;  // which of several, by its place
  uint32_t line = 0;  // 0: from no file
};

// A rule that something breaks.
struct Finding {
  RuleId rule{};
  Severity severity = Severity::kWarning;
  // What it is about; empty where it has none.
  model::Uprn uprn;
  model::Usrn usrn;
  std::string key;          // of an LPI, cross reference, ...
  std::string_view column;  // as DTF 7.3 names it; empty if the whole row or object is meant
  RowOrigin origin;
  std::string message;  // one sentence: what is wrong and how to mend it
};

}  // namespace wensum::llpg

#endif  // WENSUM_GAZETTEER_RULES_RULE_H_
