#include "sample/names.h"

#include <algorithm>
#include <cmath>

#include "base/strings.h"

namespace wensum::sample {
namespace {

std::vector<std::string_view> Words(std::string_view list) {
  std::vector<std::string_view> words;
  for (const std::string_view word : Split(list, ' ')) {
    if (!word.empty()) {
      words.push_back(word);
    }
  }
  return words;
}

int EraOf(int birth_year) {
  if (birth_year < 1945) return 0;
  if (birth_year < 1965) return 1;
  if (birth_year < 1985) return 2;
  return birth_year < 2005 ? 3 : 4;
}

// Weight of the name of rank `rank` (from 0): a Zipf law whose head is flattened by `offset`.
double RankWeight(size_t rank, double offset) { return 1.0 / (static_cast<double>(rank) + offset); }

}  // namespace

void WeightedList::Add(uint32_t item, double weight) {
  items_.push_back(item);
  cumulative_.push_back((cumulative_.empty() ? 0.0 : cumulative_.back()) + weight);
}

uint32_t WeightedList::Draw(Random& random) const {
  const double at = random.Unit() * cumulative_.back();
  const auto found = std::upper_bound(cumulative_.begin(), cumulative_.end(), at);
  const size_t index = std::min(static_cast<size_t>(found - cumulative_.begin()), items_.size() - 1);
  return items_[index];
}

NameTables::NameTables() {
  LoadBritish(true, BritishMaleNames());
  LoadBritish(false, BritishFemaleNames());
  LoadSurnames();
  for (int group = 1; group < kNameGroups; ++group) {
    LoadGroup(static_cast<NameGroup>(group));
  }
  nicknames_.resize(forenames_.size());
  LoadNicknames();
}

ForenameId NameTables::AddForename(std::string_view name) {
  forenames_.emplace_back(name);
  return static_cast<ForenameId>(forenames_.size() - 1);
}

SurnameId NameTables::AddSurname(std::string name) {
  surnames_.push_back(std::move(name));
  return static_cast<SurnameId>(surnames_.size() - 1);
}

void NameTables::LoadBritish(bool male, std::string_view list) {
  const std::vector<std::string_view> words = Words(list);
  for (size_t i = 0; i + 1 < words.size(); i += 2) {
    const ForenameId id = AddForename(words[i]);
    for (int era = 0; era < kEras; ++era) {
      const int digit = words[i + 1][static_cast<size_t>(era)] - '0';
      if (digit > 0) {
        british_forenames_[male ? 0 : 1][era].Add(id, std::ldexp(1.0, digit) - 1.0);
      }
    }
  }
}

void NameTables::LoadGroup(NameGroup group) {
  for (const NameList list : {NameList::kMale, NameList::kFemale, NameList::kSurname}) {
    WeightedList& target = group_lists_[static_cast<int>(group)][static_cast<int>(list)];
    size_t rank = 0;
    for (const std::string_view word : Words(GroupNames(group, list))) {
      const uint32_t id = list == NameList::kSurname ? AddSurname(std::string(word)) : AddForename(word);
      target.Add(id, RankWeight(rank++, 6.0));
    }
  }
}

void NameTables::LoadSurnames() {
  WeightedList& common = group_lists_[static_cast<int>(NameGroup::kBritish)][static_cast<int>(NameList::kSurname)];
  size_t rank = 0;
  for (const std::string_view word : Words(BritishSurnames())) {
    common.Add(AddSurname(std::string(word)), RankWeight(rank++, 12.0));
  }
  // The tail: every stem with every ending, some borne by many and most by few.
  Random random(0x5EED);
  const std::vector<std::string_view> endings = Words(SurnameEndings());
  for (const std::string_view stem : Words(SurnameStems())) {
    for (const std::string_view ending : endings) {
      const double weight = 1.0 / (0.05 + random.Unit());
      rare_surnames_.Add(AddSurname(Cat(stem, ending)), weight);
    }
  }
}

void NameTables::LoadNicknames() {
  for (const std::string_view line : Split(NicknameLines(), ';')) {
    const std::vector<std::string_view> words = Words(line);
    if (words.size() < 2) continue;
    for (size_t id = 0; id < forenames_.size(); ++id) {
      if (forenames_[id] == words[0]) {
        nicknames_[id].assign(words.begin() + 1, words.end());
      }
    }
  }
}

ForenameId NameTables::DrawForename(Random& random, NameGroup group, bool male, int birth_year) const {
  const WeightedList& list =
      group == NameGroup::kBritish
          ? british_forenames_[male ? 0 : 1][EraOf(birth_year)]
          : group_lists_[static_cast<int>(group)][static_cast<int>(male ? NameList::kMale : NameList::kFemale)];
  return static_cast<ForenameId>(list.Draw(random));
}

SurnameId NameTables::DrawSurname(Random& random, NameGroup group, double rare_share) const {
  if (group == NameGroup::kBritish && random.Chance(rare_share)) {
    return rare_surnames_.Draw(random);
  }
  return group_lists_[static_cast<int>(group)][static_cast<int>(NameList::kSurname)].Draw(random);
}

}  // namespace wensum::sample
