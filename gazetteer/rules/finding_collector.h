// Makes findings about one subject. Internal to this folder.
#ifndef WENSUM_GAZETTEER_RULES_FINDING_COLLECTOR_H_
#define WENSUM_GAZETTEER_RULES_FINDING_COLLECTOR_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "gazetteer/rules/rule.h"

namespace wensum::llpg {

struct Subject {
  model::Uprn uprn;
  model::Usrn usrn;
  std::string_view key;
  RowOrigin origin;
};

class FindingCollector {
 public:
  FindingCollector(const Subject& subject, std::vector<Finding>* findings) : subject_(subject), findings_(findings) {}

  [[nodiscard]] bool On(RuleId rule) const {
    return GetRule(rule).SeverityFor(subject_.origin.format) != Severity::kOff;
  }

  // `what` is a clause that says what is wrong, with a capital and no full stop.
  void Add(RuleId id, std::string_view column, std::string_view what) {
    AddAs(GetRule(id).SeverityFor(subject_.origin.format), id, column, what);
  }
  void Reject(RuleId id, std::string_view column, std::string_view what) { AddAs(Severity::kReject, id, column, what); }

 private:
  void AddAs(Severity severity, RuleId id, std::string_view column, std::string_view what) {
    if (severity != Severity::kOff) {
      findings_->push_back({.rule = id,
                            .severity = severity,
                            .uprn = subject_.uprn,
                            .usrn = subject_.usrn,
                            .key = std::string(subject_.key),
                            .column = column,
                            .origin = subject_.origin,
                            .message = Cat(what, "; ", GetRule(id).mend, ".")});
    }
  }

  const Subject subject_;
  std::vector<Finding>* const findings_;
};

}  // namespace wensum::llpg

#endif  // WENSUM_GAZETTEER_RULES_FINDING_COLLECTOR_H_
