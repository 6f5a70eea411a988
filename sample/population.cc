#include "sample/population.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/hash.h"
#include "base/strings.h"

namespace wensum::sample {
namespace {

constexpr int kHistoryYears = 5;  // deaths and the moves that matter

class PopulationBuilder {
 public:
  PopulationBuilder(uint64_t seed, uint64_t people, const City& city, const Rates& rates, NameTables& names, Day today)
      : random_(HashCombine(seed, 0xB0D1)), wanted_(people), city_(city), rates_(rates), names_(names), today_(today) {
    const HouseholdRates& h = rates.household;
    types_.Add(0, h.single);
    types_.Add(1, h.couple);
    types_.Add(2, h.couple_with_children);
    types_.Add(3, h.couple_with_grown_children);
    types_.Add(4, h.lone_parent);
    types_.Add(5, h.house_share);
    const NameRates& n = rates.names;
    const double groups[kNameGroups] = {n.british,       n.muslim,     n.indian,  n.african,
                                        n.east_european, n.east_asian, n.european};
    for (uint32_t i = 0; i < kNameGroups; ++i) groups_.Add(i, groups[i]);
    const double with_children = h.couple_with_children + h.couple_with_grown_children + h.lone_parent;
    same_name_chance_ = with_children <= 0 ? 0 : std::min(1.0, h.same_name_child / with_children);
    result_.people.reserve(people);
    last_adult_of_street_.assign(city.streets.size(), kNone);
    homes_ = Shuffled(city.homes);
    rooms_ = Shuffled(city.rooms);
  }

  Population Build();

 private:
  std::vector<uint32_t> Shuffled(std::vector<uint32_t> items) {
    for (size_t i = items.size(); i > 1; --i) {
      std::swap(items[i - 1], items[random_.Below(i)]);
    }
    return items;
  }
  uint32_t TakeHome(HouseholdType type);
  void AddHousehold();
  void FillHousehold(Household& household);
  size_t AddPerson(uint32_t household, NameGroup group, bool male, Day born, SurnameId surname);
  void AddCouple(Household& household, int age);
  void AddChildren(Household& household, int count, int youngest, int oldest);
  void NameChildAfterParent(const Household& household);
  void AddLodger(Household& household);
  void SetMoves(const Household& household);
  void MakeNamesake(const Household& household);
  void SendFromFamily(Person& person, Household& household);
  void SetDeath(Person& person);
  Day BornAtAge(int age) { return today_ - age * 365 - age / 4 - static_cast<Day>(random_.Below(365)) - 1; }
  int AdultAge();
  bool Chance(double p) { return random_.Chance(p); }
  SurnameId Surname(NameGroup group);

  Random random_;
  const uint64_t wanted_;
  const City& city_;
  const Rates& rates_;
  NameTables& names_;
  const Day today_;
  WeightedList types_, groups_;
  double same_name_chance_ = 0;
  std::vector<uint32_t> homes_, rooms_;
  size_t next_home_ = 0, next_room_ = 0;
  std::vector<uint32_t> last_adult_of_street_;
  Population result_;
};

Population PopulationBuilder::Build() {
  while (result_.people.size() < wanted_) {
    AddHousehold();
  }
  // The last household may be larger than what was left.
  result_.people.resize(wanted_);
  while (!result_.households.empty() && result_.households.back().first >= wanted_) {
    result_.households.pop_back();
  }
  if (!result_.households.empty()) {
    Household& last = result_.households.back();
    last.size = static_cast<uint32_t>(wanted_ - last.first);
    last.couple = last.couple && last.size >= 2;
  }
  uint64_t with_nickname = 0;
  for (const Person& person : result_.people) {
    with_nickname += names_.Nicknames(person.forename).empty() ? 0 : 1;
  }
  result_.nickname_share = wanted_ == 0 ? 0.0 : static_cast<double>(with_nickname) / static_cast<double>(wanted_);
  return std::move(result_);
}

uint32_t PopulationBuilder::TakeHome(HouseholdType type) {
  if (type == HouseholdType::kSingle && next_room_ < rooms_.size() && Chance(0.2)) {
    return rooms_[next_room_++];
  }
  if (homes_.empty()) return kNone;
  return homes_[next_home_++ % homes_.size()];  // when all are taken, homes are shared
}

int PopulationBuilder::AdultAge() {
  const double draw = random_.Unit();
  if (draw < 0.22) return static_cast<int>(random_.Between(19, 30));
  if (draw < 0.62) return static_cast<int>(random_.Between(31, 54));
  if (draw < 0.90) return static_cast<int>(random_.Between(55, 78));
  return static_cast<int>(random_.Between(79, 99));
}

SurnameId PopulationBuilder::Surname(NameGroup group) {
  const SurnameId first = names_.DrawSurname(random_, group, rates_.names.rare_surname);
  if (!Chance(rates_.names.double_barrelled)) return first;
  const SurnameId second = names_.DrawSurname(random_, NameGroup::kBritish, rates_.names.rare_surname);
  return names_.AddSurname(Cat(names_.Surname(first), "-", names_.Surname(second)));
}

size_t PopulationBuilder::AddPerson(uint32_t household, NameGroup group, bool male, Day born, SurnameId surname) {
  Person person;
  person.household = household;
  person.surname = surname;
  person.born = born;
  person.male = male;
  const int year = YearOf(born);
  person.forename = names_.DrawForename(random_, group, male, year);
  if (Chance(rates_.household.second_forename)) {
    person.second = names_.DrawForename(random_, group, male, year);
    if (person.second == person.forename) person.second = kNoForename;
    if (person.second != kNoForename && Chance(rates_.household.second_second_forename)) {
      person.third = names_.DrawForename(random_, group, male, year - 25);
    }
  }
  result_.people.push_back(person);
  return result_.people.size() - 1;
}

void PopulationBuilder::AddCouple(Household& household, int age) {
  const HouseholdRates& h = rates_.household;
  const bool first_male = Chance(0.5);
  const bool second_male = Chance(h.same_sex) ? first_male : !first_male;
  const uint32_t index = static_cast<uint32_t>(result_.households.size());
  const int other_age = std::max(19, age + static_cast<int>(random_.Between(-5, 5)));
  const SurnameId own = Surname(household.group);
  const SurnameId other = Surname(household.group);
  AddPerson(index, household.group, first_male, BornAtAge(age), own);
  const size_t second = AddPerson(index, household.group, second_male, BornAtAge(other_age), other);
  household.couple = true;
  if (!Chance(h.shared_surname)) return;
  // The woman of a mixed couple takes the man's name far more often than he hers.
  Person& a = result_.people[second - 1];
  Person& b = result_.people[second];
  Person& changed = (b.male && !a.male) != Chance(0.04) ? a : b;
  changed.former_surname = changed.surname;
  changed.surname = &changed == &a ? b.surname : a.surname;
  const int years = std::min(age, other_age) - 18;
  const double per_year = std::max(h.surname_changed_per_year, 1e-9);
  int ago = 0;
  while (ago < years && !Chance(per_year)) ++ago;
  changed.surname_changed = today_ - ago * 365 - static_cast<Day>(random_.Below(365)) - 1;
}

void PopulationBuilder::AddChildren(Household& household, int count, int youngest, int oldest) {
  const uint32_t index = static_cast<uint32_t>(result_.households.size());
  const SurnameId surname = result_.people[household.first].surname;
  const int parent_age = YearsBetween(result_.people[household.first].born, today_);
  oldest = std::max(youngest, std::min(oldest, parent_age - 17));
  for (int i = 0; i < count; ++i) {
    ++result_.births;
    const int age = static_cast<int>(random_.Between(youngest, oldest));
    const Day born = BornAtAge(age);
    const size_t child = AddPerson(index, household.group, Chance(0.51), born, surname);
    result_.people[child].child = true;
    if (Chance(rates_.household.twins)) {
      ++result_.twin_births;
      const bool male = result_.people[child].male;
      const size_t twin = AddPerson(index, household.group, Chance(0.66) ? male : !male, born, surname);
      while (result_.people[twin].forename == result_.people[child].forename) {
        result_.people[twin].forename =
            names_.DrawForename(random_, household.group, result_.people[twin].male, YearOf(born));
      }
      result_.people[child].twin = result_.people[twin].twin = true;
      result_.people[twin].child = true;
    }
  }
}

void PopulationBuilder::NameChildAfterParent(const Household& household) {
  if (!Chance(same_name_chance_)) return;
  const size_t adults = household.couple ? 2 : 1;
  Person& child = result_.people[household.first + adults];
  size_t parent = household.first;
  if (household.couple && result_.people[parent].male != child.male) ++parent;
  const Person& namesake = result_.people[parent];
  child.male = namesake.male;
  child.forename = namesake.forename;
  child.surname = namesake.surname;
  child.same_name_as_parent = true;
  ++result_.same_name_households;
}

void PopulationBuilder::AddLodger(Household& household) {
  if (household.type == HouseholdType::kHouseShare || !Chance(rates_.household.lodger)) return;
  const NameGroup group = static_cast<NameGroup>(groups_.Draw(random_));
  const size_t lodger = AddPerson(static_cast<uint32_t>(result_.households.size()), group, Chance(0.55),
                                  BornAtAge(static_cast<int>(random_.Between(19, 45))), Surname(group));
  result_.people[lodger].lodger = true;
}

void PopulationBuilder::FillHousehold(Household& household) {
  const uint32_t index = static_cast<uint32_t>(result_.households.size());
  const int children = Chance(0.47) ? 1 : Chance(0.74) ? 2 : Chance(0.8) ? 3 : 4;
  switch (household.type) {
    case HouseholdType::kSingle:
      AddPerson(index, household.group, Chance(0.48), BornAtAge(AdultAge()), Surname(household.group));
      break;
    case HouseholdType::kCouple:
      AddCouple(household, AdultAge());
      break;
    case HouseholdType::kCoupleWithChildren:
      AddCouple(household, static_cast<int>(random_.Between(24, 52)));
      AddChildren(household, children, 0, 17);
      break;
    case HouseholdType::kCoupleWithGrownChildren:
      AddCouple(household, static_cast<int>(random_.Between(42, 66)));
      AddChildren(household, std::min(children, 2), 16, 30);
      break;
    case HouseholdType::kLoneParent:
      AddPerson(index, household.group, Chance(0.14), BornAtAge(static_cast<int>(random_.Between(20, 55))),
                Surname(household.group));
      AddChildren(household, std::min(children, 3), 0, 22);
      break;
    case HouseholdType::kHouseShare:
      for (int64_t i = random_.Between(3, 5); i > 0; --i) {
        const NameGroup group = static_cast<NameGroup>(groups_.Draw(random_));
        AddPerson(index, group, Chance(0.5), BornAtAge(static_cast<int>(random_.Between(18, 34))), Surname(group));
      }
      break;
  }
}

// Everyone has moved some time; the years since the last move are geometric.
void PopulationBuilder::SetMoves(const Household& household) {
  const auto draw_move = [&](const Person& person) {
    int years = 0;
    const int most = std::max(0, std::min(40, YearsBetween(person.born, today_) - 18));
    while (years < most && !Chance(rates_.household.moved_per_year)) ++years;
    return today_ - years * 365 - static_cast<Day>(random_.Below(365)) - 1;
  };
  const auto draw_previous = [&] {
    if (homes_.empty() || Chance(rates_.household.moved_from_outside)) return kNone;
    return homes_[random_.Below(homes_.size())];
  };
  const Person& head = result_.people[household.first];
  const Day moved_in = draw_move(head);
  const uint32_t previous = draw_previous();
  for (size_t i = household.first; i < result_.people.size(); ++i) {
    Person& person = result_.people[i];
    const bool alone = person.lodger || household.type == HouseholdType::kHouseShare;
    person.moved_in = std::max(alone ? draw_move(person) : moved_in, person.born);
    person.previous = alone ? draw_previous() : previous;
  }
}

// A young single adult may have left the home of a family with the right ages, and has its surname.
void PopulationBuilder::SendFromFamily(Person& person, Household& household) {
  const int age = YearsBetween(person.born, today_);
  if (age > 32 || !Chance(rates_.household.left_home)) return;
  for (int attempt = 0; attempt < 20 && !result_.households.empty(); ++attempt) {
    const Household& family = result_.households[random_.Below(result_.households.size())];
    const Person& parent = result_.people[family.first];
    const int gap = YearsBetween(parent.born, person.born);
    if (!family.couple || gap < 19 || gap > 42 || family.home == kNone) continue;
    household.group = family.group;
    person.surname = parent.surname;
    person.forename = names_.DrawForename(random_, family.group, person.male, YearOf(person.born));
    person.second = kNoForename;
    person.third = kNoForename;
    person.previous = family.home;
    person.moved_in = today_ - static_cast<Day>(random_.Below(static_cast<uint64_t>((age - 17) * 365)));
    return;
  }
}

void PopulationBuilder::MakeNamesake(const Household& household) {
  if (household.home == kNone) return;
  uint32_t& last = last_adult_of_street_[city_.properties[household.home].street];
  Person& person = result_.people[household.first];
  if (last != kNone && !household.couple && household.size == 1 &&
      Chance(rates_.household.namesake / std::max(rates_.household.single, 0.01))) {
    const Person& other = result_.people[last];
    person.forename = other.forename;
    person.surname = other.surname;
    person.male = other.male;
    person.namesake = true;
  }
  last = household.first;
}

void PopulationBuilder::SetDeath(Person& person) {
  const int age = YearsBetween(person.born, today_);
  const double weight = age < 45 ? 0.1 : age < 65 ? 0.5 : age < 80 ? 2.0 : 5.0;
  if (age >= 18 && Chance(std::min(0.9, rates_.household.death_per_year * kHistoryYears * weight))) {
    person.died = today_ - static_cast<Day>(random_.Below(kHistoryYears * 365));
    person.moved_in = std::min(person.moved_in, person.died - 30);
  }
}

void PopulationBuilder::AddHousehold() {
  Household household;
  household.first = static_cast<uint32_t>(result_.people.size());
  household.type = static_cast<HouseholdType>(types_.Draw(random_));
  household.group = static_cast<NameGroup>(groups_.Draw(random_));
  household.home = TakeHome(household.type);
  FillHousehold(household);
  if (household.type == HouseholdType::kCoupleWithChildren || household.type == HouseholdType::kLoneParent ||
      household.type == HouseholdType::kCoupleWithGrownChildren) {
    NameChildAfterParent(household);
  }
  AddLodger(household);
  household.size = static_cast<uint32_t>(result_.people.size() - household.first);
  SetMoves(household);
  if (household.type == HouseholdType::kSingle && household.size == 1) {
    SendFromFamily(result_.people[household.first], household);
  }
  MakeNamesake(household);
  for (size_t i = household.first; i < result_.people.size(); ++i) {
    SetDeath(result_.people[i]);
  }
  result_.households.push_back(household);
}

}  // namespace

Population BuildPopulation(uint64_t seed, uint64_t people, const City& city, const Rates& rates, NameTables& names,
                           Day today) {
  return PopulationBuilder(seed, people, city, rates, names, today).Build();
}

}  // namespace wensum::sample
