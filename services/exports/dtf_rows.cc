#include "services/exports/dtf_rows.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "base/strings.h"
#include "gazetteer/format/row_writer.h"

namespace wensum::exports {
namespace {

using model::ChangeType;
using model::GazetteerRow;

constexpr size_t kKeyLength = 14;
constexpr std::array<char, 3> kKeyLetters = {'L', 'P', 'X'};  // in the order of record 98

const model::KeptRow* Kept(const std::optional<GazetteerRow>& row) {
  return row.has_value() ? std::get_if<model::KeptRow>(&*row) : nullptr;
}

// How the rows at one place of an owner's list differ.
class Difference {
 public:
  Difference(const OwnerRows& owner, const SelectedRows& before, const SelectedRows& after, DtfLines& lines)
      : owner_(owner), before_(before.rows), after_(after.rows), lines_(lines), rewritten_(owner.rows.size(), false) {
    MarkRewritten();
  }

  void Write() {
    for (size_t i = owner_.rows.size(); i > 0;) {  // types descend; within one, rows keep their order
      size_t begin = i - 1;
      while (begin > 0 && owner_.rows[begin - 1].record_type == owner_.rows[begin].record_type) {
        --begin;
      }
      for (size_t row = begin; row < i && !IsHead(owner_.rows[row].record_type); ++row) {
        Delete(row);
      }
      i = begin;
    }
    for (size_t i = 0; i < owner_.rows.size(); ++i) {
      if (IsHead(owner_.rows[i].record_type)) {
        Delete(i);
        Put(i);
      }
    }
    for (size_t i = 0; i < owner_.rows.size(); ++i) {
      if (!IsHead(owner_.rows[i].record_type)) {
        Put(i);
      }
    }
  }

 private:
  void Delete(size_t i) {
    if (before_[i].has_value() && (!after_[i].has_value() || rewritten_[i])) {
      lines_.Add(*before_[i], ChangeType::kDelete);
    }
  }

  void Put(size_t i) {
    if (!after_[i].has_value()) {
      return;
    }
    if (!before_[i].has_value() || rewritten_[i]) {
      lines_.Add(*after_[i], ChangeType::kInsert);
    } else if (Differ(i)) {
      lines_.Add(*after_[i], ChangeType::kUpdate);
    }
  }

  [[nodiscard]] bool Differ(size_t i) const {
    if (before_[i].has_value() != after_[i].has_value()) {
      return true;
    }
    if (!before_[i].has_value() || *before_[i] == *after_[i]) {
      return false;
    }
    std::string before;
    std::string after;
    llpg::AppendDtfContent(*before_[i], before);
    llpg::AppendDtfContent(*after_[i], after);
    return before != after;
  }

  // Kept rows that share a subkey are known to a reader by their place among each other, so if one changes, all go and
  // come again.
  void MarkRewritten() {
    for (size_t begin = 0; begin < before_.size();) {
      size_t end = begin + 1;
      while (end < before_.size() && OfOneSubkey(begin, end)) {
        ++end;
      }
      bool differ = false;
      for (size_t i = begin; i < end; ++i) {
        differ |= Differ(i);
      }
      if (end - begin > 1 && differ) {
        std::fill(rewritten_.begin() + static_cast<std::ptrdiff_t>(begin),
                  rewritten_.begin() + static_cast<std::ptrdiff_t>(end), true);
      }
      begin = end;
    }
  }

  [[nodiscard]] bool OfOneSubkey(size_t a, size_t b) const {
    const model::KeptRow* const first = KeptAt(a);
    const model::KeptRow* const second = KeptAt(b);
    return first != nullptr && second != nullptr && first->record_type == second->record_type &&
           first->subkey == second->subkey;
  }
  [[nodiscard]] const model::KeptRow* KeptAt(size_t i) const {
    const model::KeptRow* const before = Kept(before_[i]);
    return before != nullptr ? before : Kept(after_[i]);
  }

  const OwnerRows& owner_;
  const std::vector<std::optional<GazetteerRow>>& before_;
  const std::vector<std::optional<GazetteerRow>>& after_;
  DtfLines& lines_;
  std::vector<bool> rewritten_;
};

}  // namespace

void DtfLines::Add(const GazetteerRow& row, ChangeType change) {
  const int record_type = model::RecordType(row);
  ++by_record_type_[record_type];
  if (record_type != 29) {
    ++order_;
  }
  llpg::AppendDtfRow(row, change, order_, text_);
}

void DtfLines::set_custodian_code(int code) {
  const std::string digits = Cat(code);
  key_prefix_ = std::string(4 - std::min<size_t>(digits.size(), 4), '0') + digits;
}

void DtfLines::NoteKey(int record_type, std::string_view key) {
  const size_t index = record_type == 24 ? 0 : record_type == 22 ? 1 : 2;
  if (record_type < 22 || record_type > 24 || key.size() != kKeyLength || !key.starts_with(key_prefix_) ||
      key[4] != kKeyLetters[index]) {
    return;
  }
  if (key > last_keys_[index]) {
    last_keys_[index] = key;
  }
}

void DtfLines::RaiseKeys(const model::CustodianRecord& sequence) {
  for (size_t i = 0; i < last_keys_.size() && i < sequence.columns.size(); ++i) {
    const std::string& key = sequence.columns[i];
    const bool is_key = key.size() == kKeyLength && key.starts_with(key_prefix_);
    // What is no key of this custodian is kept as it came.
    if (!key.empty() && (!is_key || key > last_keys_[i])) {
      last_keys_[i] = key;
    }
  }
}

void AddRows(const SelectedRows& rows, DtfLines& lines) {
  for (const std::optional<GazetteerRow>& row : rows.rows) {
    if (row.has_value()) {
      lines.Add(*row, ChangeType::kInsert);
    }
  }
}

void AddDifference(const OwnerRows& owner, const SelectedRows& before, const SelectedRows& after, DtfLines& lines) {
  Difference(owner, before, after, lines).Write();
}

}  // namespace wensum::exports
