#include "matching/address/learnt/learnt_table.h"

#include <algorithm>

namespace wensum::matching::address {

void LearntTable::Put(std::string_view form, std::string_view source, LearntMeaning meaning) {
  Erase(form, source);
  entries_[std::string(form)].push_back({.source = std::string(source), .meaning = meaning});
  ++size_;
  if (meaning.uprn != 0) {
    by_uprn_[meaning.uprn].emplace_back(form);
  }
}

void LearntTable::Unlist(std::string_view form, uint64_t uprn) {
  const auto listed = by_uprn_.find(uprn);
  if (listed == by_uprn_.end()) {
    return;
  }
  std::vector<std::string>& forms = listed->second;
  if (const auto one = std::ranges::find(forms, form); one != forms.end()) {
    forms.erase(one);
  }
  if (forms.empty()) {
    by_uprn_.erase(listed);
  }
}

void LearntTable::Erase(std::string_view form, std::string_view source) {
  const auto found = entries_.find(form);
  if (found == entries_.end()) {
    return;
  }
  Entry& entry = found->second;
  const auto one = std::ranges::find(entry, source, &OfSource::source);
  if (one == entry.end()) {
    return;
  }
  Unlist(form, one->meaning.uprn);
  entry.erase(one);
  --size_;
  if (entry.empty()) {
    entries_.erase(found);
  }
}

const LearntMeaning* LearntTable::Find(std::string_view form, std::string_view source) const {
  const auto found = entries_.find(form);
  if (found == entries_.end()) {
    return nullptr;
  }
  const auto one = std::ranges::find(found->second, source, &OfSource::source);
  return one == found->second.end() ? nullptr : &one->meaning;
}

absl::InlinedVector<LearntMeaning, 2> LearntTable::Meanings(std::string_view form, std::string_view source) const {
  absl::InlinedVector<LearntMeaning, 2> meanings;
  const LearntMeaning* const own = source.empty() ? nullptr : Find(form, source);
  if (own != nullptr) {
    meanings.push_back(*own);
  }
  if (const LearntMeaning* const all = Find(form, ""); all != nullptr) {
    meanings.push_back(*all);
  }
  return meanings;
}

std::vector<std::string> LearntTable::FormsOf(uint64_t uprn) const {
  const auto listed = by_uprn_.find(uprn);
  if (listed == by_uprn_.end()) {
    return {};
  }
  std::vector<std::string> forms = listed->second;
  std::ranges::sort(forms);
  forms.erase(std::unique(forms.begin(), forms.end()), forms.end());
  return forms;
}

}  // namespace wensum::matching::address
