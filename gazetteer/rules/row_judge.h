// What the rules of single rows are made of. Internal to this folder.
#ifndef WENSUM_GAZETTEER_RULES_ROW_JUDGE_H_
#define WENSUM_GAZETTEER_RULES_ROW_JUDGE_H_

#include <span>
#include <string_view>
#include <vector>

#include "gazetteer/rules/finding_collector.h"
#include "gazetteer/rules/row_rules.h"
#include "model/gazetteer.h"

namespace wensum::llpg {

// Whether a column must be filled.
enum class Presence : uint8_t { kOptional, kRequired };

// Judges one row's columns. Lives as long as its row and context.
class RowJudge {
 public:
  RowJudge(const RowContext& context, const Subject& subject, std::vector<Finding>* findings)
      : context_(context), out_(subject, findings) {}

  [[nodiscard]] const RowContext& context() const { return context_; }
  [[nodiscard]] const RuleConfig& config() const { return *context_.config; }
  [[nodiscard]] bool published() const {
    return context_.origin.format == model::GazetteerFormat::kAddressBasePremium1 ||
           context_.origin.format == model::GazetteerFormat::kAddressBasePremium2;
  }
  [[nodiscard]] bool On(RuleId rule) const { return out_.On(rule); }
  void Add(RuleId rule, std::string_view column, std::string_view what) { out_.Add(rule, column, what); }

  // An identifier without which the row cannot be stored.
  void Identifier(RuleId rule, std::string_view column, bool empty);
  // A key that cannot be used rejects; one that is not four digits (custodian), `letter` and nine digits is a finding.
  void Key(RuleId rule, std::string_view column, std::string_view key, char letter);

  void Empty(RuleId rule, std::string_view column);
  void Text(RuleId rule, std::string_view column, std::string_view text, size_t max_length,
            Presence presence = Presence::kOptional);
  void Code(RuleId rule, std::string_view column, int code, std::span<const int> codes, Presence presence);
  void Code(RuleId rule, std::string_view column, std::string_view code, std::span<const std::string_view> codes,
            Presence presence);
  void Language(RuleId rule, std::string_view language);
  void Postcode(RuleId rule, std::string_view column, std::string_view postcode);

  [[nodiscard]] bool InFuture(model::PartialDate date) const {
    return !context_.today.empty() && date > context_.today;
  }
  void NotInFuture(RuleId rule, std::string_view column, model::PartialDate date);
  // Given, not in the future.
  void GivenDate(RuleId rule, std::string_view column, model::PartialDate date);
  // Given, not in the future, not before the first date that the format has.
  void StartDate(RuleId rule, std::string_view column, model::PartialDate date);
  void EndNotBeforeStart(RuleId rule, std::string_view column, const model::RecordDates& dates);
  void UpdateNotBeforeEntry(RuleId rule, const model::RecordDates& dates);
  // All four, for records without rules of their own on each.
  void Dates(RuleId rule, const model::RecordDates& dates);
  // An end date belongs to the statuses 7, 8 and 9 alone, and each of them needs one.
  void EndOfStatus(RuleId rule, int status, model::PartialDate end);

 private:
  const RowContext& context_;
  FindingCollector out_;
};

// The columns of each record but its key.
void JudgeRow(const model::Street& row, RowJudge& judge);
void JudgeRow(const model::StreetDescriptor& row, RowJudge& judge);
void JudgeRow(const model::StreetReference& row, RowJudge& judge);
void JudgeRow(const model::Blpu& row, RowJudge& judge);
void JudgeRow(const model::Provenance& row, RowJudge& judge);
void JudgeRow(const model::CrossReference& row, RowJudge& judge);
void JudgeRow(const model::Lpi& row, RowJudge& judge);
void JudgeRow(const model::DeliveryPoint& row, RowJudge& judge);
void JudgeRow(const model::Successor& row, RowJudge& judge);
void JudgeRow(const model::PropertyOrganisation& row, RowJudge& judge);
void JudgeRow(const model::Classification& row, RowJudge& judge);
void JudgeRow(const model::PostcodeCentroid& row, RowJudge& judge);
// Nothing is ruled on what is kept as it came.
inline void JudgeRow(const model::KeptRow& /*row*/, RowJudge& /*judge*/) {}
inline void JudgeRow(const model::CustodianRecord& /*row*/, RowJudge& /*judge*/) {}

// The status means that the record is over: rejected or historical.
[[nodiscard]] constexpr bool IsEnded(int status) { return status == 7 || status == 8 || status == 9; }

}  // namespace wensum::llpg

#endif  // WENSUM_GAZETTEER_RULES_ROW_JUDGE_H_
