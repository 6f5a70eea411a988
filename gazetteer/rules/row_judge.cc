#include "gazetteer/rules/row_judge.h"

#include <algorithm>

#include "gazetteer/rules/text_rules.h"
#include "model/postcode.h"

namespace wensum::llpg {

void RowJudge::Identifier(RuleId rule, std::string_view column, bool empty) {
  if (empty) {
    out_.Reject(rule, column, Cat("The ", column, " is missing or not valid"));
  }
}

void RowJudge::Key(RuleId rule, std::string_view column, std::string_view key, char letter) {
  constexpr size_t kLongestKey = 100;  // no feed has more than 14; longer ones are not kept as keys
  if (key.empty() || key.size() > kLongestKey) {
    out_.Reject(rule, column, Cat("The ", column, " is ", key.empty() ? "missing" : "too long"));
  } else if (key.size() != 14 || !IsDigits(key.substr(0, 4)) || key[4] != letter || !IsDigits(key.substr(5))) {
    Add(rule, column, Cat("The key ", Quote(key), " is not four digits, ", letter, " and nine digits"));
  }
}

void RowJudge::Empty(RuleId rule, std::string_view column) {
  Add(rule, column, Cat("The column ", column, " is empty"));
}

void RowJudge::Text(RuleId rule, std::string_view column, std::string_view text, size_t max_length, Presence presence) {
  if (text.empty()) {
    if (presence == Presence::kRequired) {
      Empty(rule, column);
    }
  } else if (text.size() > max_length && CharacterCount(text) > max_length) {
    Add(rule, column, Cat("The column ", column, " has more than ", max_length, " characters"));
  }
}

void RowJudge::Code(RuleId rule, std::string_view column, int code, std::span<const int> codes, Presence presence) {
  if (code == 0) {
    if (presence == Presence::kRequired) {
      Empty(rule, column);
    }
  } else if (std::ranges::find(codes, code) == codes.end()) {
    Add(rule, column, Cat("The column ", column, " has the unknown code ", code));
  }
}

void RowJudge::Code(RuleId rule, std::string_view column, std::string_view code,
                    std::span<const std::string_view> codes, Presence presence) {
  if (code.empty()) {
    if (presence == Presence::kRequired) {
      Empty(rule, column);
    }
  } else if (std::ranges::find(codes, code) == codes.end()) {
    Add(rule, column, Cat("The column ", column, " has the unknown code ", Quote(code)));
  }
}

void RowJudge::Language(RuleId rule, std::string_view language) {
  if (language.empty()) {
    Empty(rule, "LANGUAGE");
  } else if (language == "ENG" || ((config().bilingual || published()) && language == "CYM") ||
             (published() && language == "GAE")) {
    return;
  } else {
    Add(rule, "LANGUAGE", Cat("The language ", Quote(language), " is not one of the authority's"));
  }
}

void RowJudge::Postcode(RuleId rule, std::string_view column, std::string_view postcode) {
  if (!postcode.empty() && !model::Postcode::Parse(postcode).ok()) {
    Add(rule, column, Cat(Quote(postcode), " is not a valid postcode"));
  }
}

void RowJudge::NotInFuture(RuleId rule, std::string_view column, model::PartialDate date) {
  if (InFuture(date)) {
    Add(rule, column, Cat("The ", column, " ", date.ToString(), " lies in the future"));
  }
}

void RowJudge::GivenDate(RuleId rule, std::string_view column, model::PartialDate date) {
  if (date.empty()) {
    Empty(rule, column);
  } else {
    NotInFuture(rule, column, date);
  }
}

void RowJudge::StartDate(RuleId rule, std::string_view column, model::PartialDate date) {
  GivenDate(rule, column, date);
  if (!date.empty() && date < config().first_date) {
    Add(rule, column, Cat("The ", column, " ", date.ToString(), " is before ", config().first_date.ToString()));
  }
}

void RowJudge::EndNotBeforeStart(RuleId rule, std::string_view column, const model::RecordDates& dates) {
  if (!dates.start.empty() && !dates.end.empty() && dates.end < dates.start) {
    Add(rule, column, Cat("The end date ", dates.end.ToString(), " is before the start date ", dates.start.ToString()));
  }
}

void RowJudge::UpdateNotBeforeEntry(RuleId rule, const model::RecordDates& dates) {
  if (!dates.entry.empty() && !dates.last_update.empty() && dates.last_update < dates.entry) {
    Add(rule, "LAST_UPDATE_DATE",
        Cat("The last update ", dates.last_update.ToString(), " is before the entry ", dates.entry.ToString()));
  }
}

void RowJudge::Dates(RuleId rule, const model::RecordDates& dates) {
  NotInFuture(rule, "START_DATE", dates.start);
  EndNotBeforeStart(rule, "END_DATE", dates);
  NotInFuture(rule, "LAST_UPDATE_DATE", dates.last_update);
  NotInFuture(rule, "ENTRY_DATE", dates.entry);
  UpdateNotBeforeEntry(rule, dates);
}

void RowJudge::EndOfStatus(RuleId rule, int status, model::PartialDate end) {
  if (status == 0 || IsEnded(status) != end.empty()) {
    return;
  }
  Add(rule, "END_DATE",
      IsEnded(status) ? Cat("The status ", status, " needs an end date, and there is none")
                      : Cat("The status ", status, " must not have an end date, and there is one"));
}

}  // namespace wensum::llpg
