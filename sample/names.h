// Given names by sex and birth era, surnames by frequency, pet names: what the synthetic population is called.
//
// The lists are the project's own. Shapes follow UK statistics in outline only: fashions change by generation, a few
// surnames are very common and a long tail is rare.
#ifndef WENSUM_SAMPLE_NAMES_H_
#define WENSUM_SAMPLE_NAMES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"

namespace wensum::sample {

enum class NameGroup : uint8_t {
  kBritish = 0,
  kMuslim = 1,
  kIndian = 2,
  kAfrican = 3,
  kEastEuropean = 4,
  kEastAsian = 5,
  kEuropean = 6,
};
inline constexpr int kNameGroups = 7;
enum class NameList : uint8_t { kMale = 0, kFemale = 1, kSurname = 2 };

// Index of a forename or surname in its table.
using ForenameId = uint16_t;
using SurnameId = uint32_t;
inline constexpr ForenameId kNoForename = 0xFFFF;
inline constexpr SurnameId kNoSurname = 0xFFFFFFFF;

// Items with weights, drawn by inversion.
class WeightedList {
 public:
  void Add(uint32_t item, double weight);
  [[nodiscard]] bool empty() const { return items_.empty(); }
  // An item with probability proportional to its weight; the list must not be empty. O(log n).
  [[nodiscard]] uint32_t Draw(Random& random) const;

 private:
  std::vector<uint32_t> items_;
  std::vector<double> cumulative_;
};

// All names. Immutable after construction but for AddSurname; not thread-safe while surnames are added.
class NameTables {
 public:
  NameTables();

  // A given name of someone of that group and sex, born in that year.
  [[nodiscard]] ForenameId DrawForename(Random& random, NameGroup group, bool male, int birth_year) const;
  // A surname; `rare_share` of the majority group's come from the long tail of derived ones.
  [[nodiscard]] SurnameId DrawSurname(Random& random, NameGroup group, double rare_share) const;
  // Adds a surname (a double-barrelled one, say) and returns its id. Not deduplicated.
  SurnameId AddSurname(std::string name);

  [[nodiscard]] const std::string& Forename(ForenameId id) const { return forenames_[id]; }
  [[nodiscard]] const std::string& Surname(SurnameId id) const { return surnames_[id]; }
  // Pet names of a given name; empty if it has none.
  [[nodiscard]] const std::vector<std::string>& Nicknames(ForenameId id) const { return nicknames_[id]; }
  [[nodiscard]] size_t surname_count() const { return surnames_.size(); }
  [[nodiscard]] size_t forename_count() const { return forenames_.size(); }

 private:
  static constexpr int kEras = 5;
  ForenameId AddForename(std::string_view name);
  void LoadBritish(bool male, std::string_view list);
  void LoadGroup(NameGroup group);
  void LoadSurnames();
  void LoadNicknames();

  std::vector<std::string> forenames_;
  std::vector<std::vector<std::string>> nicknames_;  // by ForenameId
  std::vector<std::string> surnames_;
  WeightedList british_forenames_[2][kEras];  // [0 male, 1 female]
  WeightedList group_lists_[kNameGroups][3];
  WeightedList rare_surnames_;
};

// The raw lists; the formats are described where they are defined.
std::string_view BritishMaleNames();
std::string_view BritishFemaleNames();
std::string_view BritishSurnames();
std::string_view SurnameStems();
std::string_view SurnameEndings();
std::string_view NicknameLines();
// Names of one of the groups after kBritish, separated by spaces, by rank.
std::string_view GroupNames(NameGroup group, NameList list);

}  // namespace wensum::sample

#endif  // WENSUM_SAMPLE_NAMES_H_
