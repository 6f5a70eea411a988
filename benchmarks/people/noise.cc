#include "benchmarks/people/noise.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "base/hash.h"
#include "base/random.h"
#include "base/strings.h"
#include "sample/noise.h"

namespace wensum::benchmarks {
namespace {

// What people of these names are called. Written without a look at the matcher's own list, so that names which that
// one does not know come up too.
constexpr std::pair<std::string_view, std::string_view> kShortForms[] = {
    {"Abigail", "Abby"},    {"Alexander", "Alex"}, {"Alexandra", "Sasha"}, {"Alexis", "Lexi"},   {"Andrew", "Andy"},
    {"Anthony", "Tony"},    {"Barbara", "Babs"},   {"Benjamin", "Ben"},    {"Brandon", "Bran"},  {"Catherine", "Kate"},
    {"Charles", "Chuck"},   {"Christina", "Tina"}, {"Christopher", "Kit"}, {"Cynthia", "Cindy"}, {"Daniel", "Dan"},
    {"David", "Dave"},      {"Deborah", "Debbie"}, {"Donald", "Don"},      {"Dorothy", "Dot"},   {"Edward", "Ted"},
    {"Elizabeth", "Betty"}, {"Elizabeth", "Liz"},  {"Emily", "Em"},        {"Frank", "Frankie"}, {"Gabriel", "Gabe"},
    {"Gregory", "Greg"},    {"Isabella", "Bella"}, {"Jacob", "Jake"},      {"James", "Jim"},     {"Jeffrey", "Jeff"},
    {"Jennifer", "Jen"},    {"Jessica", "Jess"},   {"John", "Jack"},       {"Jonathan", "Jon"},  {"Joseph", "Joe"},
    {"Joshua", "Josh"},     {"Karen", "Kaz"},      {"Katherine", "Kathy"}, {"Kenneth", "Ken"},   {"Kimberly", "Kim"},
    {"Lawrence", "Larry"},  {"Margaret", "Peggy"}, {"Matthew", "Matt"},    {"Michael", "Mike"},  {"Michelle", "Shelly"},
    {"Nathaniel", "Nate"},  {"Nicholas", "Nick"},  {"Olivia", "Liv"},      {"Pamela", "Pam"},    {"Patricia", "Trish"},
    {"Rebecca", "Becky"},   {"Richard", "Dick"},   {"Robert", "Bob"},      {"Ronald", "Ron"},    {"Samantha", "Sam"},
    {"Samuel", "Sam"},      {"Sandra", "Sandy"},   {"Stephanie", "Steph"}, {"Stephen", "Steve"}, {"Steven", "Steve"},
    {"Susan", "Sue"},       {"Theresa", "Terry"},  {"Thomas", "Tom"},      {"Timothy", "Tim"},   {"Victoria", "Vicky"},
    {"Virginia", "Ginny"},  {"William", "Bill"},   {"William", "Will"},    {"Zachary", "Zach"}};
static_assert(std::ranges::is_sorted(kShortForms, {}, &std::pair<std::string_view, std::string_view>::first));

std::string ShortForm(Random& random, const std::string& name) {
  const auto [first, last] = std::ranges::equal_range(kShortForms, std::string_view(name), {},
                                                      &std::pair<std::string_view, std::string_view>::first);
  return first == last ? name : std::string((first + random.Below(static_cast<uint64_t>(last - first)))->second);
}

std::string Misspelt(Random& random, const std::string& text) {
  return text.empty() ? text : sample::Misspelt(random, text);
}

bool IsGrownWoman(const CensusRow& row) {
  const int year = ParseInteger<int>(row.year).value_or(0);
  const int born = ParseInteger<int>(std::string_view(row.born).substr(0, 4)).value_or(year);
  return row.sex == "Female" && year - born >= 18;
}

class Noise {
 public:
  Noise(uint64_t seed, const NoiseRates& rates, std::vector<CensusRow>& rows)
      : seed_(seed), rates_(rates), clean_(rows), rows_(rows) {}

  void Add() {
    for (const std::vector<size_t>& person : RowsByPerson(rows_)) ChangeSurname(person);
    for (CensusRow& row : rows_) {
      Random random(Hash64(row.id, seed_));
      SpoilNames(random, row);
      SpoilBorn(random, row);
      SpoilAddress(random, row);
      if (random.Chance(rates_.middle_initial_missing)) row.initial.clear();
      if (random.Chance(rates_.sex_wrong)) row.sex = row.sex == "Male" ? "Female" : "Male";
      if (random.Chance(rates_.sex_missing)) row.sex.clear();
    }
  }

 private:
  const CensusRow& Another(Random& random) const { return clean_[random.Below(clean_.size())]; }

  void ChangeSurname(const std::vector<size_t>& person) {
    Random random(Hash64(rows_[person.front()].person, HashCombine(seed_, 1)));
    std::string changed;
    for (const size_t i : person) {
      if (IsGrownWoman(rows_[i]) && random.Chance(rates_.surname_changed)) changed = Another(random).surname;
      if (!changed.empty()) rows_[i].surname = changed;
    }
  }

  void SpoilNames(Random& random, CensusRow& row) const {
    double draw = random.Unit();
    const auto hit = [&draw](double rate) { return (draw -= rate) < 0; };
    if (hit(rates_.given_missing)) {
      row.given.clear();
    } else if (hit(rates_.given_initial_only)) {
      row.given.resize(std::min<size_t>(1, row.given.size()));
    } else if (hit(rates_.given_short_form)) {
      row.given = ShortForm(random, row.given);
    } else if (hit(rates_.given_misspelt)) {
      row.given = Misspelt(random, row.given);
    }
    if (random.Chance(rates_.surname_misspelt)) row.surname = Misspelt(random, row.surname);
    if (random.Chance(rates_.names_exchanged)) std::swap(row.given, row.surname);
  }

  void SpoilBorn(Random& random, CensusRow& row) const {
    if (row.born.empty()) return;
    double draw = random.Unit();
    const auto hit = [&draw](double rate) { return (draw -= rate) < 0; };
    if (hit(rates_.born_missing)) {
      row.born.clear();
    } else if (hit(rates_.born_day_for_month)) {
      const std::string month = row.born.substr(5, 2);
      const std::string day = row.born.substr(8, 2);
      if (day <= "12") row.born = Cat(row.born.substr(0, 5), day, "-", month);
    } else if (hit(rates_.born_wrong_digit)) {
      static constexpr size_t kPlaces[] = {2, 3, 5, 6, 8, 9};  // no keyboard error makes another century
      char& digit = row.born[kPlaces[random.Below(std::size(kPlaces))]];
      digit = static_cast<char>('0' + (digit - '0' + 1 + static_cast<int>(random.Below(9))) % 10);
    } else if (hit(rates_.born_first_of_january)) {
      row.born.replace(4, std::string::npos, "-01-01");
    } else if (hit(rates_.born_of_another)) {
      row.born = Another(random).born;
    }
  }

  void SpoilAddress(Random& random, CensusRow& row) const {
    if (random.Chance(rates_.address_of_another)) {
      const CensusRow& other = Another(random);
      row.number = other.number;
      row.street = other.street;
      row.unit = other.unit;
    }
    if (random.Chance(rates_.street_misspelt)) row.street = Misspelt(random, row.street);
    if (random.Chance(rates_.house_number_missing)) row.number.clear();
  }

  const uint64_t seed_;
  const NoiseRates& rates_;
  const std::vector<CensusRow> clean_;
  std::vector<CensusRow>& rows_;
};

}  // namespace

void AddNoise(uint64_t seed, const NoiseRates& rates, std::vector<CensusRow>& rows) { Noise(seed, rates, rows).Add(); }

}  // namespace wensum::benchmarks
