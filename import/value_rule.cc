#include "import/value_rule.h"

#include <algorithm>
#include <utility>

#include "base/strings.h"

namespace wensum::ingest {
namespace {

// Cuts `text` to the budget, between characters.
void Limit(std::string& text) {
  if (text.size() <= kMaxValueBytes) return;
  size_t size = kMaxValueBytes;
  while (size > 0 && (text[size] & 0xC0) == 0x80) --size;
  text.resize(size);
}

std::string Stripped(std::string_view text, std::string_view characters) {
  const size_t begin = std::min(text.find_first_not_of(characters), text.size());
  return std::string(text.substr(begin, text.find_last_not_of(characters) + 1 - begin));
}

re2::StringPiece Piece(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

bool Condition::Holds(RowValues row) const {
  const std::string_view value = row[column];
  return matches == nullptr ? !value.empty() : RE2::FullMatch(Piece(value), *matches);
}

RuleResult ValueRule::Apply(RowValues row, const NullValues& nulls, int default_pivot) const {
  RuleResult result;
  if (constant) {
    result.text = *constant;
    return result;
  }
  std::string& text = result.text;
  for (const size_t column : columns) {
    const std::string_view value = row[column];
    if (value.empty()) continue;
    if (!text.empty()) text.append(join);
    text.append(value);
    if (first_of) break;
  }
  if (!trim.empty()) text = Stripped(text, trim);
  for (const ReplaceRule& rule : replace) {
    if (text.empty()) return result;
    Limit(text);
    RE2::GlobalReplace(&text, *rule.pattern, rule.with);
  }
  if (extract != nullptr) {
    re2::StringPiece group;
    text = RE2::PartialMatch(text, *extract, &group) ? std::string(group.data(), group.size()) : std::string();
  }
  if (!trim.empty() || !replace.empty() || extract != nullptr) {
    text = std::string(Trim(text));
    if (nulls.contains(text)) text.clear();
  }
  if (text.empty()) return result;
  if (letter_case) {
    Limit(text);
    text = WithCase(text, *letter_case);
  }
  if (codes) {
    const auto found = codes->find(text);
    if (found != codes->end()) {
      text = found->second;
    } else if (unlisted) {
      text = *unlisted;
    } else {
      result.issue = "code_unknown";
      text.clear();
    }
  }
  if (reads_date && !text.empty()) ReadDate(default_pivot, result);
  return result;
}

void ValueRule::ReadDate(int default_pivot, RuleResult& result) const {
  const std::string text = std::move(result.text);
  result.text.clear();
  bool impossible = false;
  bool read = false;
  for (const DateFormat& format : dates) {
    const DateFormat::Result outcome = format.Parse(text, pivot_year.value_or(default_pivot), result.date);
    impossible = impossible || outcome == DateFormat::Result::kImpossible;
    read = outcome == DateFormat::Result::kDate;
    if (read) break;
  }
  if (dates.empty()) {
    if (const absl::StatusOr<model::PartialDate> parsed = model::PartialDate::Parse(text); parsed.ok()) {
      result.date = *parsed;
      read = true;
    }
  }
  if (open_ended.contains(text) || (read && open_ended.contains(result.date.ToString()))) {
    result.date = {};
  } else if (dummies.contains(text) || (read && dummies.contains(result.date.ToString()))) {
    result.date = {};
    result.issue = "date_dummy";
  } else if (read) {
    result.text = result.date.ToString();
  } else {
    result.issue = impossible ? "date_impossible" : "date_unreadable";
  }
}

}  // namespace wensum::ingest
