#include "import/odbc/query_text.h"

#include <cstdint>
#include <optional>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::ingest {
namespace {

bool IsWordCharacter(char c) { return IsLetter(c) || IsDigit(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80; }

// Walks over the tokens of a query that matter.
class QueryScanner {
 public:
  explicit QueryScanner(std::string_view text) : text_(text) {}

  absl::StatusOr<QueryText> Scan() {
    while (at_ < text_.size()) {
      WENSUM_RETURN_IF_ERROR(Step());
    }
    if (first_word_ != "SELECT" && first_word_ != "WITH") {
      return InvalidArgument("the query must begin with SELECT or WITH");
    }
    if (depth_ != 0) return InvalidArgument("the query has a ( without its )");
    if (!ordered_) {
      return InvalidArgument("the query has no ORDER BY outside brackets; order it by the columns of key");
    }
    const size_t end = semicolon_.value_or(text_.size());
    return QueryText{.text = std::string(Trim(text_.substr(0, end))), .parameters = parameters_};
  }

 private:
  [[nodiscard]] bool StartsWith(std::string_view piece) const { return text_.substr(at_).starts_with(piece); }

  absl::Status Step() {
    const char c = text_[at_];
    if (IsSpace(c)) {
      ++at_;
      return absl::OkStatus();
    }
    if (static_cast<unsigned char>(c) < 0x20) return Error("a control character", at_);
    if (StartsWith("--") || StartsWith("/*")) return SkipComment();
    if (semicolon_.has_value()) {
      return InvalidArgument(Cat("the query goes on after the ; at byte ", *semicolon_ + 1, "; give one statement"));
    }
    if (c == '\'' || c == '"' || c == '`') return SkipQuoted(c);
    if (c == '$') return SkipDollarQuoted();
    if (IsWordCharacter(c)) return TakeWord();
    if (first_word_.empty()) first_word_ = c;  // anything but a word in the first place is refused
    if (c == '(') ++depth_;
    if (c == ')' && --depth_ < 0) return Error("a ) without its (", at_);
    if (c == '?') ++parameters_;
    if (c == ';') semicolon_ = at_;
    previous_word_.clear();
    ++at_;
    return absl::OkStatus();
  }

  absl::Status SkipComment() {
    const size_t begin = at_;
    const bool line = StartsWith("--");
    if (StartsWith("/*!") || StartsWith("/*M!")) return Error("a comment that MariaDB would run", begin);
    const size_t end = text_.find(line ? "\n" : "*/", at_ + 2);
    if (end == std::string_view::npos && !line) return Error("a comment that does not end", begin);
    at_ = end == std::string_view::npos ? text_.size() : end + (line ? 1 : 2);
    return absl::OkStatus();
  }

  absl::Status SkipQuoted(char quote) {
    const size_t begin = at_;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\\' && quote != '`') return Error("a backslash inside quotes", at_);
      if (text_[at_] != quote) continue;
      ++at_;
      if (at_ == text_.size() || text_[at_] != quote) {
        NoteToken();
        return absl::OkStatus();
      }
    }
    return Error("a quote that does not end", begin);
  }

  // $tag$ ... $tag$; a $ that begins no such thing stands for itself.
  absl::Status SkipDollarQuoted() {
    const size_t begin = at_;
    size_t end = at_ + 1;
    while (end < text_.size() && IsWordCharacter(text_[end])) ++end;
    if (end == text_.size() || text_[end] != '$' || (end > begin + 1 && IsDigit(text_[begin + 1]))) {
      NoteToken();
      ++at_;
      return absl::OkStatus();
    }
    const std::string_view tag = text_.substr(begin, end - begin + 1);
    const size_t close = text_.find(tag, end + 1);
    if (close == std::string_view::npos) return Error("a quote that does not end", begin);
    at_ = close + tag.size();
    NoteToken();
    return absl::OkStatus();
  }

  absl::Status TakeWord() {
    const size_t begin = at_;
    while (at_ < text_.size() && (IsWordCharacter(text_[at_]) || text_[at_] == '$')) ++at_;
    std::string word = ToUpperAscii(text_.substr(begin, at_ - begin));
    if (first_word_.empty()) first_word_ = word;
    if (depth_ == 0 && word == "INTO") {
      return Error("INTO, which writes; give a query that only reads", begin);
    }
    ordered_ = ordered_ || (depth_ == 0 && previous_word_ == "ORDER" && word == "BY");
    previous_word_ = std::move(word);
    return absl::OkStatus();
  }

  void NoteToken() {
    if (first_word_.empty()) first_word_ = "?";
    previous_word_.clear();
  }

  [[nodiscard]] static absl::Status Error(std::string_view what, size_t at) {
    return InvalidArgument(Cat("the query has ", what, ", at byte ", at + 1));
  }

  const std::string_view text_;
  size_t at_ = 0;
  int64_t depth_ = 0;
  size_t parameters_ = 0;
  bool ordered_ = false;
  std::optional<size_t> semicolon_;
  std::string first_word_;
  std::string previous_word_;
};

}  // namespace

absl::StatusOr<QueryText> CheckQuery(std::string_view query) { return QueryScanner(query).Scan(); }

}  // namespace wensum::ingest
