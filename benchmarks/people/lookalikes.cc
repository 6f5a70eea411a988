#include "benchmarks/people/lookalikes.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/random.h"
#include "base/strings.h"
#include "matching/compare/edit_distance.h"

namespace wensum::benchmarks {
namespace {

enum class NameChoice : uint8_t { kOther, kSameInitial, kSimilar };

int YearOf(std::string_view text) { return ParseInteger<int>(text.substr(0, 4)).value_or(0); }

std::string Padded(int64_t number) { return Cat(number < 10 ? "0" : "", number); }

// Any day of the year that every month has.
std::string BornIn(Random& random, int year) {
  return Cat(year, "-", Padded(random.Between(1, 12)), "-", Padded(random.Between(1, 28)));
}

bool Fits(NameChoice choice, std::string_view name, std::string_view other) {
  if (name.empty() || other.empty() || name == other) return false;
  const bool similar = matching::OsaDistance(name, other, 1) <= 1 ||
                       (name.size() >= 3 && other.size() >= 3 && (name.starts_with(other) || other.starts_with(name)));
  if (choice == NameChoice::kSimilar) return similar;
  return !similar && (choice == NameChoice::kSameInitial) == (name.front() == other.front());
}

class Planter {
 public:
  Planter(uint64_t seed, const LookalikeRates& rates, std::vector<CensusRow>& rows)
      : random_(seed), rates_(rates), rows_(rows), people_(RowsByPerson(rows)), census_rows_(rows.size()) {
    order_.resize(people_.size());
    std::iota(order_.begin(), order_.end(), size_t{0});
    for (size_t i = order_.size(); i > 1; --i) std::swap(order_[i - 1], order_[random_.Below(i)]);
  }

  void Twins(uint32_t number, NameChoice choice, std::string_view kind) {
    Plant(number, kind, [this, choice](CensusRow& row) {
      const std::optional<std::string> name = DrawName(choice, row.given, row.sex);
      if (!name.has_value()) return false;
      row.given = *name;
      row.initial = AnyRow().initial;
      return true;
    });
  }

  void Sons(uint32_t number, double born_known, std::string_view kind) {
    const auto make = [this](CensusRow& row) {
      if (row.sex != "Male") return false;
      row.born = BornIn(random_, YearOf(row.born) + static_cast<int>(random_.Between(20, 38)));
      if (!random_.Chance(rates_.middle_initial_shared)) row.initial = AnyRow().initial;
      return true;
    };
    const auto finish = [this, born_known](const std::vector<size_t>& father, size_t first_of_son) {
      const bool suffixes = random_.Chance(rates_.suffix_families);
      for (const size_t i : father) {
        if (suffixes && random_.Chance(rates_.suffix_rows)) rows_[i].surname += " Sr";
      }
      for (size_t i = first_of_son; i < rows_.size(); ++i) {
        if (!random_.Chance(born_known)) rows_[i].born.clear();
        if (suffixes && random_.Chance(rates_.suffix_rows)) rows_[i].surname += " Jr";
      }
    };
    Plant(number, kind, make, finish);
  }

  void Namesakes(uint32_t number, std::string_view kind) {
    Plant(
        number, kind,
        [this](CensusRow& row) {
          row.born = BornIn(random_, YearOf(row.born) + static_cast<int>(random_.Between(-25, 25)));
          row.initial = AnyRow().initial;
          houses_on_ = random_.Between(2, 31);
          return true;
        },
        [this](const std::vector<size_t>&, size_t first) {
          for (size_t i = first; i < rows_.size(); ++i) {
            const std::optional<int64_t> house = ParseInteger<int64_t>(rows_[i].number);
            if (house.has_value()) rows_[i].number = Cat(*house + houses_on_);
          }
        });
  }

  void Spouses(uint32_t number, NameChoice choice, std::string_view kind) {
    Plant(number, kind, [this, choice](CensusRow& row) {
      if (YearOf(row.year) - YearOf(row.born) < 20) return false;
      row.sex = row.sex == "Male" ? "Female" : "Male";
      const std::optional<std::string> name = DrawName(choice, row.given, row.sex);
      if (!name.has_value()) return false;
      row.given = *name;
      row.initial = AnyRow().initial;
      row.born = BornIn(random_, YearOf(row.born) + static_cast<int>(random_.Between(-6, 6)));
      return true;
    });
  }

 private:
  // Takes people of households, each once, until `number` of them have got a lookalike. `make` turns a copy of the
  // person's first row into the lookalike, or refuses; `finish` gets the person's rows and the place of the first of
  // the lookalike's, which are the last ones.
  template <typename Make, typename Finish>
  void Plant(uint32_t number, std::string_view kind, const Make& make, const Finish& finish) {
    std::vector<size_t> refused;
    while (number > 0 && !order_.empty()) {
      const std::vector<size_t>& person = people_[order_.back()];
      const size_t first = rows_.size();
      CensusRow lookalike = rows_[person.front()];
      if (lookalike.housing == "Household" && make(lookalike)) {
        AppendRows(person, kind, lookalike);
      }
      if (rows_.size() > first) {
        finish(person, first);
        --number;
      } else {
        refused.push_back(order_.back());
      }
      order_.pop_back();
    }
    order_.insert(order_.end(), refused.rbegin(), refused.rend());  // another kind may take them
  }
  template <typename Make>
  void Plant(uint32_t number, std::string_view kind, const Make& make) {
    Plant(number, kind, make, [](const std::vector<size_t>&, size_t) {});
  }

  void AppendRows(const std::vector<size_t>& person, std::string_view kind, const CensusRow& lookalike) {
    const std::string name = Cat("lookalike-", planted_);
    const size_t first = rows_.size();
    for (const size_t i : person) {
      if (YearOf(lookalike.born) >= YearOf(rows_[i].year)) continue;  // not born yet
      CensusRow row = lookalike;
      row.id = Cat(name, "-", rows_[i].year);
      row.person = name;
      row.lookalike = kind;
      row.year = rows_[i].year;
      row.number = rows_[i].number;
      row.street = rows_[i].street;
      row.unit = rows_[i].unit;
      rows_.push_back(std::move(row));
    }
    if (rows_.size() > first) ++planted_;
  }

  const CensusRow& AnyRow() { return rows_[random_.Below(census_rows_)]; }

  // As frequent as it is among the census's people of that sex. Nullopt if none was found.
  std::optional<std::string> DrawName(NameChoice choice, const std::string& other, std::string_view sex) {
    constexpr int kTries = 3000;
    for (int i = 0; i < kTries; ++i) {
      const CensusRow& row = AnyRow();
      if (row.sex == sex && Fits(choice, row.given, other)) return row.given;
    }
    return std::nullopt;
  }

  Random random_;
  const LookalikeRates& rates_;
  std::vector<CensusRow>& rows_;
  const std::vector<std::vector<size_t>> people_;
  const size_t census_rows_;
  std::vector<size_t> order_;  // of people still to be taken, last first
  size_t planted_ = 0;
  int64_t houses_on_ = 0;
};

}  // namespace

void AddLookalikes(uint64_t seed, const LookalikeNumbers& numbers, const LookalikeRates& rates,
                   std::vector<CensusRow>& rows) {
  Planter planter(seed, rates, rows);
  planter.Twins(numbers.twins_similar_name, NameChoice::kSimilar, "twin, similar name");
  planter.Twins(numbers.twins_same_initial, NameChoice::kSameInitial, "twin, same initial");
  planter.Twins(numbers.twins_other_name, NameChoice::kOther, "twin, other name");
  planter.Sons(numbers.sons_born_known, 1, "son, date of birth known");
  planter.Sons(numbers.sons_born_half_known, 0.5, "son, date of birth half known");
  planter.Sons(numbers.sons_born_unknown, 0, "son, date of birth unknown");
  planter.Namesakes(numbers.namesakes, "namesake");
  planter.Spouses(numbers.spouses_similar_name, NameChoice::kSimilar, "spouse, similar name");
  planter.Spouses(numbers.spouses_same_initial, NameChoice::kSameInitial, "spouse, same initial");
  planter.Spouses(numbers.spouses_other_name, NameChoice::kOther, "spouse, other name");
}

}  // namespace wensum::benchmarks
