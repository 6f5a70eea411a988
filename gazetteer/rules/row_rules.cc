#include "gazetteer/rules/row_rules.h"

#include <algorithm>
#include <iterator>
#include <variant>

#include "gazetteer/rules/row_judge.h"

namespace wensum::llpg {
namespace {

// What a row is about, and the rules of its key: the only ones that reject.
struct KeyRules {
  static Subject Of(const model::Street& row) { return {.usrn = row.usrn}; }
  static Subject Of(const model::StreetDescriptor& row) { return {.usrn = row.usrn}; }
  static Subject Of(const model::StreetReference& row) { return {.usrn = row.usrn, .key = row.reference_id}; }
  static Subject Of(const model::Blpu& row) { return {.uprn = row.uprn}; }
  static Subject Of(const model::Lpi& row) { return {.uprn = row.uprn, .usrn = row.usrn, .key = row.lpi_key}; }
  static Subject Of(const model::CrossReference& row) { return {.uprn = row.uprn, .key = row.xref_key}; }
  static Subject Of(const model::Provenance& row) { return {.uprn = row.uprn, .key = row.provenance_key}; }
  static Subject Of(const model::Classification& row) { return {.uprn = row.uprn, .key = row.class_key}; }
  static Subject Of(const model::PropertyOrganisation& row) { return {.uprn = row.uprn, .key = row.org_key}; }
  static Subject Of(const model::Successor& row) { return {.uprn = row.uprn, .key = row.successor_key}; }
  static Subject Of(const model::DeliveryPoint& row) { return {.uprn = row.uprn}; }
  static Subject Of(const model::KeptRow& row) { return {.key = row.subkey}; }
  static Subject Of(const model::CustodianRecord& /*row*/) { return {}; }
  static Subject Of(const model::PostcodeCentroid& row) { return {.key = row.postcode.ToString()}; }

  static void Check(const model::Street& row, RowJudge& judge) {
    judge.Identifier(RuleId::kUsrn, "USRN", row.usrn.empty());
  }
  static void Check(const model::StreetDescriptor& row, RowJudge& judge) {
    judge.Identifier(RuleId::kUsrn, "USRN", row.usrn.empty());
  }
  static void Check(const model::StreetReference& row, RowJudge& judge) {
    judge.Identifier(RuleId::kUsrn, "USRN", row.usrn.empty());
    judge.Identifier(RuleId::kOtherKey, "XREF_ID", row.reference_id.empty());
  }
  static void Check(const model::Blpu& row, RowJudge& judge) {
    judge.Identifier(RuleId::kUprn, "UPRN", row.uprn.empty());
  }
  static void Check(const model::Lpi& row, RowJudge& judge) {
    judge.Identifier(RuleId::kLpiUprn, "UPRN", row.uprn.empty());
    judge.Key(RuleId::kLpiKey, "LPI_KEY", row.lpi_key, 'L');
  }
  static void Check(const model::CrossReference& row, RowJudge& judge) {
    judge.Identifier(RuleId::kXrefUprn, "UPRN", row.uprn.empty());
    judge.Key(RuleId::kXrefKey, "XREF_KEY", row.xref_key, 'X');
  }
  static void Check(const model::Provenance& row, RowJudge& judge) {
    judge.Identifier(RuleId::kProvenanceKey, "UPRN", row.uprn.empty());
    judge.Key(RuleId::kProvenanceKey, "PROV_KEY", row.provenance_key, 'P');
  }
  static void Check(const model::Classification& row, RowJudge& judge) {
    judge.Identifier(RuleId::kOtherKey, "UPRN", row.uprn.empty());
    judge.Key(RuleId::kOtherKey, "CLASS_KEY", row.class_key, 'C');
  }
  static void Check(const model::PropertyOrganisation& row, RowJudge& judge) {
    judge.Identifier(RuleId::kOtherKey, "UPRN", row.uprn.empty());
    judge.Key(RuleId::kOtherKey, "ORG_KEY", row.org_key, 'O');
  }
  static void Check(const model::Successor& row, RowJudge& judge) {
    judge.Identifier(RuleId::kOtherKey, "UPRN", row.uprn.empty());
    judge.Key(RuleId::kOtherKey, "SUCC_KEY", row.successor_key, 'S');
  }
  static void Check(const model::DeliveryPoint& row, RowJudge& judge) {
    judge.Identifier(RuleId::kOtherKey, "UPRN", row.uprn.empty());
    // Anonymised extracts leave the UDPRN out; the row is then the property's only delivery point.
    if (row.udprn == 0) {
      judge.Empty(RuleId::kOtherKey, "UDPRN");
    }
  }
  // Kept as they came: there is no key that could be wrong.
  static void Check(const model::KeptRow& /*row*/, RowJudge& /*judge*/) {}
  static void Check(const model::CustodianRecord& /*row*/, RowJudge& /*judge*/) {}
  static void Check(const model::PostcodeCentroid& row, RowJudge& judge) {
    judge.Identifier(RuleId::kCentroidKey, "Postcode", row.postcode.empty());
  }
};

}  // namespace

void CheckRow(const model::GazetteerRow& row, const RowContext& context, std::vector<Finding>* findings) {
  std::visit(
      [&](const auto& content) {
        Subject subject = KeyRules::Of(content);
        subject.origin = context.origin;
        RowJudge judge(context, subject, findings);
        KeyRules::Check(content, judge);
        if (context.change != model::ChangeType::kDelete) {
          JudgeRow(content, judge);
        }
      },
      row);
}

void CheckRowKey(const model::GazetteerRow& row, std::vector<Finding>* findings) {
  static const RuleConfig* const config = new RuleConfig();  // no key's rule looks at it
  const auto first = static_cast<std::ptrdiff_t>(findings->size());
  CheckRow(row, {.config = config, .change = model::ChangeType::kDelete}, findings);
  findings->erase(std::remove_if(findings->begin() + first, findings->end(),
                                 [](const Finding& finding) { return finding.severity != Severity::kReject; }),
                  findings->end());
}

}  // namespace wensum::llpg
