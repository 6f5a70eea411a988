#include "sample/record_maker.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "base/strings.h"
#include "sample/identity.h"
#include "sample/noise.h"
#include "sample/text.h"

namespace wensum::sample {
namespace {
constexpr int kFormerNameYears = 10;  // a former surname lingers that long
constexpr int kContactAge = 13;       // younger ones have no phone or email of their own
}  // namespace

RecordMaker::RecordMaker(const City& city_in, const Population& population_in, const NameTables& names_in,
                         const Rates& rates_in, uint64_t seed, Day today_in)
    : city(city_in),
      population(population_in),
      names(names_in),
      rates(rates_in),
      today(today_in),
      seed_(seed),
      records_(population_in.people.size(), 0) {}

Random RecordMaker::RandomFor(uint64_t system, uint64_t subject) const {
  return Random(HashCombine(HashCombine(seed_, system + 1000), subject));
}

bool RecordMaker::Take(uint32_t person) {
  if (records_[person] >= kMostRecords) return false;
  ++records_[person];
  return true;
}

int RecordMaker::Age(const Person& person) const {
  return YearsBetween(person.born, person.died == kNoDay ? today : person.died);
}

std::string RecordMaker::Title(const Person& person) const {
  if (Age(person) < 16) return person.male ? "Master" : "Miss";
  const uint64_t draw = HashCombine(static_cast<uint64_t>(person.born), person.surname) % 100;
  if (draw < 2) return "Dr";
  if (person.male) return "Mr";
  if (person.former_surname != kNoSurname) return "Mrs";
  return draw < 40 ? "Ms" : "Miss";
}

std::string RecordMaker::Forenames(const Person& person, const std::string& first, ForenameStyle style) const {
  std::string text = style == ForenameStyle::kInitials ? std::string(FirstCharacter(first)) : first;
  for (const ForenameId id : {person.second, person.third}) {
    if (id == kNoForename || style == ForenameStyle::kFirst) continue;
    const std::string& name = names.Forename(id);
    AppendTo(text, " ", style == ForenameStyle::kAll ? std::string_view(name) : FirstCharacter(name));
  }
  return text;
}

StatedName RecordMaker::Name(Random& random, uint32_t person_index, ForenameStyle style) {
  const Person& person = PersonAt(person_index);
  const NoiseRates& noise = rates.noise;
  ++noise_.names;
  StatedName name;
  name.title = Title(person);
  std::string first = names.Forename(person.forename);
  name.surname = names.Surname(person.surname);
  if (person.former_surname != kNoSurname && person.surname_changed > today - kFormerNameYears * 365 &&
      random.Chance(noise.former_surname)) {
    name.surname = names.Surname(person.former_surname);
    ++noise_.former_surname;
  }
  const std::vector<std::string>& nicknames = names.Nicknames(person.forename);
  const bool whole = style != ForenameStyle::kInitials;
  bool swap = false;
  // One fault a record at most. Pet names are as much more frequent among those who can have one as they are fewer.
  const double draw = random.Unit();
  const double swapped_from = noise.name_typo;
  const double initial_from = swapped_from + noise.names_swapped;
  const double nickname_from = initial_from + (whole ? noise.initial_only : 0);
  if (draw < swapped_from) {
    ++noise_.name_typo;
    std::string& part = !whole || random.Chance(0.5) ? name.surname : first;
    part = Misspelt(random, part);
  } else if (draw < initial_from) {
    ++noise_.names_swapped;
    swap = true;
  } else if (draw < nickname_from) {
    ++noise_.initial_only;
    style = ForenameStyle::kInitials;
  } else if (whole && !nicknames.empty() &&
             draw < nickname_from + noise.nickname / std::max(population.nickname_share, 0.01)) {
    ++noise_.nickname;
    first = nicknames[random.Below(nicknames.size())];
  }
  name.forenames = Forenames(person, first, style);
  if (swap) std::swap(name.forenames, name.surname);
  return name;
}

std::string RecordMaker::BirthDate(Random& random, uint32_t person, double missing, DateStyle style) {
  if (random.Chance(missing)) return "";
  ++noise_.birth_dates;
  Civil date = CivilOf(PersonAt(person).born);
  const double draw = random.Unit();
  if (draw < rates.noise.date_error) {
    ++noise_.date_error;
    date = MistakenDate(random, date);
  } else if (draw < rates.noise.date_error + rates.noise.dummy_date) {
    ++noise_.dummy_date;
    date = DummyDate(random);
  }
  return FormatDate(date, style);
}

StatedAddress RecordMaker::Address(Random& random, uint32_t person_index) {
  const Person& person = PersonAt(person_index);
  const uint32_t home = population.households[person.household].home;
  const bool stale = random.Chance(rates.noise.stale_address);
  const uint32_t property = stale ? person.previous : home;
  if (property != kNone) return AddressAt(random, property, stale);
  ++noise_.addresses;
  noise_.stale_address += stale ? 1 : 0;
  StatedAddress outside;
  outside.text = OutsideAddress(person.household);
  outside.stale = stale;
  return outside;
}

StatedAddress RecordMaker::AddressAt(Random& random, uint32_t property, bool stale) {
  ++noise_.addresses;
  noise_.stale_address += stale ? 1 : 0;
  StatedAddress address;
  address.property = property;
  address.stale = stale;
  address.messy = random.Chance(rates.noise.messy_address);
  if (address.messy) {
    ++noise_.messy_address;
    address.text = MessyAddress(random, city, city.properties[property]);
  } else {
    address.text = CleanAddress(city, city.properties[property]);
  }
  return address;
}

StatedContact RecordMaker::Contact(Random& random, uint32_t person_index, bool asks_phone, bool asks_email) {
  const Person& person = PersonAt(person_index);
  const bool gives_phone = asks_phone && random.Chance(rates.membership.phone_given);
  const bool gives_email = asks_email && random.Chance(rates.membership.email_given);
  const bool shared = random.Chance(rates.noise.shared_contact);
  StatedContact contact;
  if (!gives_phone && !gives_email) return contact;
  const Household& household = population.households[person.household];
  const Person& head = PersonAt(household.first);
  const bool child = Age(person) < kContactAge;
  if (!child) {
    ++noise_.contacts;
    noise_.shared_contact += shared ? 1 : 0;
  }
  if (gives_phone) {
    contact.phone = child || (shared && random.Chance(0.4) && person_index != household.first)
                        ? MobileNumber(household.first)
                    : shared ? LandlineNumber(person.household)
                             : MobileNumber(person_index);
  }
  if (gives_email && !child) {
    contact.email = shared ? HouseholdEmail(names.Surname(head.surname), person.household)
                           : EmailAddress(names.Forename(person.forename), names.Surname(person.surname), person_index);
  }
  return contact;
}

bool RecordMaker::IsJoint(Random& random, const Household& household) const {
  return household.couple && random.Chance(rates.noise.joint_name);
}

StatedName RecordMaker::JointName(uint32_t first_index, uint32_t second_index) {
  ++noise_.names;
  ++noise_.joint_name;
  const Person& first = PersonAt(first_index);
  const Person& second = PersonAt(second_index);
  const std::string_view a = FirstCharacter(names.Forename(first.forename));
  const std::string_view b = FirstCharacter(names.Forename(second.forename));
  StatedName name;
  name.title = Title(first);
  name.surname = names.Surname(second.surname);
  name.forenames = first.surname == second.surname
                       ? Cat(a, " & ", Title(second), " ", b)
                       : Cat(a, " ", names.Surname(first.surname), " & ", Title(second), " ", b);
  return name;
}

Day RecordMaker::Updated(Random& random, const Person& person, bool stale) const {
  const Day end = std::min(today, person.died == kNoDay ? today : person.died);
  const Day moved = std::min(person.moved_in, end);
  const Day from = stale ? std::max(person.born, moved - 6 * 365) : std::max(moved, end - 6 * 365);
  const Day to = stale ? moved : end;
  return from >= to ? to : from + static_cast<Day>(random.Below(static_cast<uint64_t>(to - from) + 1));
}

}  // namespace wensum::sample
