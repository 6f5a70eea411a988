#include "services/hub/record_columns.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "base/strings.h"
#include "gazetteer/format/row_writer.h"

namespace wensum::hub {
namespace {

using F = llpg::GazetteerField;

// Of a data record before its own: identifier, change type and order.
constexpr size_t kFirstColumn = 3;

bool IsTechnical(const llpg::GazetteerColumn& column) {
  return column.field == F::kEntryDate || column.field == F::kLastUpdateDate ||
         column.presence == llpg::ColumnPresence::kReserved;
}

// True if 0 in the column is what an empty one is.
bool ZeroIsNone(const llpg::GazetteerColumn& column) {
  const bool number = column.type == llpg::ColumnType::kInteger || column.type == llpg::ColumnType::kDecimal;
  return number && column.field != F::kSaoStartNumber && column.field != F::kPaoStartNumber;
}

bool IsZero(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c == '0' || c == '.'; });
}

}  // namespace

void RecordColumns::Read(const model::GazetteerRow& row) {
  content_.clear();
  llpg::AppendDtfContent(row, content_);
  Split();
  layout_ = llpg::FindLayout(model::GazetteerFormat::kDtf73, model::RecordType(row));
  if (layout_ != nullptr && layout_->columns.size() != kFirstColumn + count_) {
    layout_ = nullptr;
  }
  for (size_t i = 0; layout_ != nullptr && i < count_; ++i) {
    const llpg::GazetteerColumn& column = layout_->columns[kFirstColumn + i];
    if (IsTechnical(column) || (ZeroIsNone(column) && IsZero(values_[i]))) {
      values_[i].clear();
    }
  }
}

void RecordColumns::Split() {
  count_ = 0;
  for (size_t at = 0;; ++at) {  // behind the comma
    if (count_ == values_.size()) {
      values_.emplace_back();
    }
    std::string& value = values_[count_++];
    value.clear();
    at = std::min(content_.find_first_not_of(' ', at), content_.size());
    if (at < content_.size() && content_[at] == '"') {
      for (++at; at < content_.size(); ++at) {
        const bool quote = content_[at] == '"';
        if (quote && (at + 1 == content_.size() || content_[at + 1] != '"')) {
          break;
        }
        at += quote ? 1 : 0;  // the second of two
        value.push_back(content_[at]);
      }
      at = std::min(at + 1, content_.size());
    }
    const size_t end = std::min(content_.find(',', at), content_.size());
    value.append(content_, at, end - at);
    if (const std::string_view trimmed = Trim(value); trimmed.size() < value.size()) {
      value = std::string(trimmed);
    }
    if (end == content_.size()) {
      return;
    }
    at = end;
  }
}

uint64_t RecordColumns::Hash() const {
  std::span<const std::string> told = values();
  while (!told.empty() && told.back().empty()) {
    told = told.first(told.size() - 1);  // a record whose columns are not known may end anywhere
  }
  uint64_t hash = 0;
  for (const std::string& value : told) {
    hash = HashCombine(hash, Hash64(value));
  }
  return hash;
}

std::string RecordColumns::NameOf(size_t index) const {
  return layout_ != nullptr && index < count_ ? std::string(layout_->columns[kFirstColumn + index].name)
                                              : Cat("column ", kFirstColumn + index + 1);
}

std::vector<ColumnDifference> DifferingColumns(const model::GazetteerRow& ours, const model::GazetteerRow& hubs) {
  RecordColumns our_columns;
  RecordColumns hub_columns;
  our_columns.Read(ours);
  hub_columns.Read(hubs);
  const std::span<const std::string> our_values = our_columns.values();
  const std::span<const std::string> hub_values = hub_columns.values();
  const auto value_at = [](std::span<const std::string> values, size_t i) {
    return i < values.size() ? values[i] : std::string();
  };
  std::vector<ColumnDifference> differences;
  for (size_t i = 0; i < std::max(our_values.size(), hub_values.size()); ++i) {
    std::string our_value = value_at(our_values, i);
    std::string hub_value = value_at(hub_values, i);
    if (our_value != hub_value) {
      differences.push_back({our_columns.NameOf(i), std::move(our_value), std::move(hub_value)});
    }
  }
  return differences;
}

}  // namespace wensum::hub
