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
  uint64_t line = 0;
};

class FindingCollector {
 public:
  FindingCollector(model::GazetteerFormat format, const Subject& subject, std::vector<Finding>* findings)
      : format_(format), subject_(subject), findings_(findings) {}

  [[nodiscard]] bool On(RuleId rule) const { return GetRule(rule).SeverityFor(format_) != Severity::kOff; }

  // `what` is a clause that says what is wrong, with a capital and no full stop.
  void Add(RuleId id, std::string_view column, std::string_view what) {
    AddAs(GetRule(id).SeverityFor(format_), id, column, what);
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
                            .line = subject_.line,
                            .message = Cat(what, "; ", GetRule(id).mend, ".")});
    }
  }

  const model::GazetteerFormat format_;
  const Subject subject_;
  std::vector<Finding>* const findings_;
};

}  // namespace wensum::llpg

#endif  // WENSUM_GAZETTEER_RULES_FINDING_COLLECTOR_H_
