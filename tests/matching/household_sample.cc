#include "tests/matching/household_sample.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "base/hash.h"
#include "base/random.h"
#include "base/strings.h"
#include "model/person.h"

namespace wensum::matching_test {
namespace {

constexpr std::string_view kMen =
    "David John Peter Michael Paul James Robert William Andrew Richard Christopher Stephen Mark Thomas Anthony Daniel "
    "Matthew Alan George Joseph Brian Kenneth Kevin Ian Simon Benjamin Joshua Edward Ronald Colin Alexander Samuel "
    "Gary "
    "Nicholas Steven Graham Jack Luke Adam Philip Keith Jonathan Roger Jason Derek Dennis Raymond Timothy Oliver Harry "
    "Noah Arthur Leo Oscar Henry Mohammed Ahmed Omar Piotr Tomasz Rhys Owen Callum Liam Ryan Nathan Jamal Tobias "
    "Casper";
constexpr std::string_view kWomen =
    "Susan Margaret Mary Sarah Elizabeth Patricia Christine Helen Jennifer Karen Linda Julie Emma Deborah Jane "
    "Jacqueline Claire Anne Nicola Rebecca Tracey Laura Sandra Charlotte Rachel Amanda Samantha Joan Dorothy Jean "
    "Barbara Carol Lisa Jessica Gemma Sophie Hannah Sharon Louise Catherine Michelle Angela Alison Maria Amy Emily "
    "Lucy "
    "Janet Kathleen Joyce Maureen Pauline Olivia Grace Ella Amelia Lily Poppy Ruby Freya Ivy Florence Aisha Fatima "
    "Agnieszka Priya Kyra Kyla Marta Ingrid";
constexpr std::string_view kFamilyNames =
    "Smith Jones Williams Taylor Brown Davies Evans Wilson Thomas Johnson Roberts Robinson Thompson Wright Walker "
    "White "
    "Edwards Hughes Green Hall Lewis Harris Clarke Patel Jackson Wood Turner Martin Cooper Hill Ward Morris Moore "
    "Clark "
    "Lee King Baker Harrison Morgan Allen James Scott Phillips Watson Davis Parker Price Bennett Young Griffiths "
    "Mitchell "
    "Kelly Cook Carter Richardson Bailey Collins Bell Shaw Murphy Miller Cox Khan Marshall Anderson";
const std::map<std::string, std::string, std::less<>> kShortForms = {
    {"David", "Dave"},     {"Michael", "Mike"},   {"Robert", "Bob"},   {"William", "Bill"}, {"Andrew", "Andy"},
    {"Richard", "Rick"},   {"Stephen", "Steve"},  {"Thomas", "Tom"},   {"Anthony", "Tony"}, {"Daniel", "Dan"},
    {"Margaret", "Peggy"}, {"Elizabeth", "Liz"},  {"Patricia", "Pat"}, {"Susan", "Sue"},    {"Jennifer", "Jenny"},
    {"Deborah", "Debbie"}, {"Catherine", "Kate"}, {"Samuel", "Sam"},   {"Edward", "Ted"},   {"Christine", "Chris"}};

struct Home {
  uint64_t uprn = 0;
  std::string text;
  std::string postcode;
};

struct Person {
  std::string forename;
  std::string middle;
  std::string surname;
  std::string former_surname;
  std::string suffix;
  model::PartialDate birth;
  bool woman = false;
  bool adult = true;
  uint32_t home = 0;
  uint32_t earlier_home = 0;
  std::string ni_number;
  std::string mobile;
  std::string landline;
  std::string email;
};

// What one system holds.
struct System {
  std::string_view name;
  double adults;  // share of adults in it
  double children;
  double birth;  // share of its records with the date
  bool ni_number;
  bool contacts;
  double middle;  // share with the middle name; half of them as an initial
  bool unique;    // holds nobody twice
};
constexpr std::array<System, 7> kSystems = {{{"council_tax", 0.55, 0, 0, false, false, 0.3, true},
                                             {"electoral", 0.85, 0, 0.05, false, false, 0.8, true},
                                             {"benefits", 0.25, 0.2, 0.97, true, false, 0.3, true},
                                             {"housing", 0.25, 0.3, 0.85, true, true, 0.2, false},
                                             {"contact", 0.4, 0, 0.25, false, true, 0.05, false},
                                             {"citizen", 0.3, 0, 0.6, false, true, 0.05, false},
                                             {"parking", 0.2, 0, 0, false, true, 0.05, false}}};

class Generator {
 public:
  explicit Generator(uint64_t seed) : random_(seed) {
    Read(kMen, men_);
    Read(kWomen, women_);
    Read(kFamilyNames, family_names_);
    constexpr std::array<std::string_view, 12> kStarts = {"Hal",  "Bran", "Thorn", "Whit", "Ash", "Col",
                                                          "Stan", "Wex",  "Pem",   "Rad",  "Lyn", "Dun"};
    constexpr std::array<std::string_view, 12> kMiddles = {"ing", "er",  "o",   "le",  "ber", "den",
                                                           "wi",  "mar", "sto", "ven", "ga",  "ri"};
    constexpr std::array<std::string_view, 12> kEnds = {"ton", "ford", "well",  "by",   "worth", "ley",
                                                        "man", "son",  "field", "wick", "bury",  "ham"};
    for (const std::string_view start : kStarts) {
      for (const std::string_view middle : kMiddles) {
        for (const std::string_view end : kEnds) {
          rare_names_.push_back(Cat(start, middle, end));
        }
      }
    }
  }

  std::vector<SampleRecord> Run(uint32_t households) {
    MakeHomes(households);
    for (uint32_t home = 0; home < households; ++home) {
      MakeHousehold(home);
    }
    std::vector<SampleRecord> records;
    for (uint32_t p = 0; p < people_.size(); ++p) {
      for (const System& system : kSystems) {
        if (random_.Chance(people_[p].adult ? system.adults : system.children)) {
          records.push_back({Record(people_[p], system, p), p});
          if (!system.unique && random_.Chance(0.05)) {  // a second account
            records.push_back({Record(people_[p], system, p), p});
          }
        }
      }
    }
    for (size_t i = records.size(); i > 1; --i) {
      std::swap(records[i - 1], records[random_.Below(i)]);
    }
    return records;
  }

 private:
  static void Read(std::string_view list, std::vector<std::string>& out) {
    for (const std::string_view name : Split(list, ' ')) {
      out.emplace_back(name);
    }
  }
  // Early entries are commoner.
  const std::string& Pick(const std::vector<std::string>& list) {
    const double u = random_.Unit();
    return list[static_cast<size_t>(u * u * static_cast<double>(list.size()))];
  }

  void MakeHomes(uint32_t households) {
    for (uint32_t i = 0; i < households; ++i) {
      Home home;
      home.uprn = 100090000000 + i;
      home.text = Cat(i % 20 + 1, " ", rare_names_[(i / 20) % rare_names_.size()], " Road");
      const uint32_t unit = i / 20;
      home.postcode = Cat("NR", unit / 4000 + 1, " ", unit / 400 % 10, static_cast<char>('A' + unit / 20 % 20),
                          static_cast<char>('A' + unit % 20));
      std::replace_if(
          home.postcode.begin() + static_cast<std::ptrdiff_t>(home.postcode.size()) - 2, home.postcode.end(),
          [](char c) { return c == 'C' || c == 'I' || c == 'K' || c == 'M' || c == 'O'; }, 'Z');
      homes_.push_back(std::move(home));
    }
  }

  model::PartialDate Birth(int from, int to) {
    return {static_cast<int16_t>(random_.Between(from, to)), static_cast<int8_t>(random_.Between(1, 12)),
            static_cast<int8_t>(random_.Between(1, 28))};
  }

  std::string FamilyName() {
    return random_.Chance(0.5) ? Pick(family_names_) : rare_names_[random_.Below(rare_names_.size())];
  }

  Person NewPerson(bool woman, uint32_t home, std::string surname, int from, int to) {
    Person person;
    person.woman = woman;
    const std::vector<std::string>& names = woman ? women_ : men_;
    do {  // families don't give a name twice by chance
      person.forename = Pick(names);
    } while (std::any_of(people_.end() - static_cast<std::ptrdiff_t>(std::min<size_t>(8, people_.size())),
                         people_.end(),
                         [&](const Person& other) { return other.home == home && other.forename == person.forename; }));
    person.middle = random_.Chance(0.6) ? Pick(names) : "";
    person.surname = std::move(surname);
    person.birth = Birth(from, to);
    person.adult = person.birth.year <= 2006;
    person.home = home;
    person.earlier_home = static_cast<uint32_t>(random_.Below(homes_.size()));
    const uint64_t number = random_.Below(1000000);
    person.ni_number = person.adult ? Cat("AB", 1000000 + number, "C").erase(2, 1) : "";
    person.mobile = Cat("+447", 100000000 + random_.Below(899999999));
    if (random_.Chance(0.7)) {
      person.email = Cat(person.forename, ".", person.surname, random_.Below(10000000), "@example.org");
    }
    return person;
  }

  void MakeHousehold(uint32_t home) {
    const size_t first = people_.size();
    const std::string landline = Cat("+441603", 100000 + random_.Below(899999));
    if (random_.Chance(0.05)) {  // shared house
      for (int64_t i = random_.Between(3, 5); i > 0; --i) {
        people_.push_back(NewPerson(random_.Chance(0.5), home, FamilyName(), 1975, 2005));
      }
    } else {
      MakeFamily(home);
    }
    if (first > 0 && random_.Chance(0.004)) {  // a namesake next door
      Person namesake = NewPerson(people_[first - 1].woman, home, people_[first - 1].surname, 1940, 1999);
      namesake.forename = people_[first - 1].forename;
      people_.push_back(std::move(namesake));
    }
    for (size_t i = first; i < people_.size(); ++i) {
      people_[i].landline = landline;
    }
  }

  void MakeFamily(uint32_t home) {
    const std::string surname = FamilyName();
    const bool lead_is_woman = random_.Chance(0.45);
    const Person lead = NewPerson(lead_is_woman, home, surname, 1935, 1998);
    people_.push_back(lead);
    if (random_.Chance(0.6)) {
      Person partner = NewPerson(!lead_is_woman, home, random_.Chance(0.75) ? surname : FamilyName(),
                                 std::max(1935, lead.birth.year - 6), std::min(2003, lead.birth.year + 6));
      if (partner.woman && partner.surname == surname && random_.Chance(0.5)) {
        partner.former_surname = FamilyName();
      }
      people_.push_back(std::move(partner));
    }
    const int64_t children = random_.Chance(0.45) ? random_.Between(1, 3) : 0;
    const size_t first_child = people_.size();
    for (int64_t i = 0; i < children; ++i) {
      people_.push_back(NewPerson(random_.Chance(0.5), home, surname, lead.birth.year + 20, lead.birth.year + 40));
    }
    if (random_.Chance(0.015)) {  // a child named after the parent
      Person child = NewPerson(lead_is_woman, home, surname, lead.birth.year + 19, lead.birth.year + 40);
      child.forename = lead.forename;
      child.middle = random_.Chance(0.5) ? lead.middle : child.middle;
      child.suffix = random_.Chance(0.25) ? "Jnr" : "";
      people_.push_back(std::move(child));
    }
    if (children >= 2 && random_.Chance(0.04)) {
      people_[first_child + 1].birth = people_[first_child].birth;
    }
  }

  std::string Slip(std::string text) {
    if (text.size() < 3) {
      return text;
    }
    const size_t at = 1 + random_.Below(text.size() - 2);
    switch (random_.Below(4)) {
      case 0:
        text.erase(at, 1);
        break;
      case 1:
        text.insert(at, 1, static_cast<char>('a' + random_.Below(26)));
        break;
      case 2:
        text[at] = static_cast<char>('a' + random_.Below(26));
        break;
      default:
        std::swap(text[at], text[at + 1]);
    }
    return text;
  }

  model::PersonName Name(const Person& person, const System& system) {
    model::PersonName name;
    name.forenames = person.forename;
    if (const auto it = kShortForms.find(person.forename); it != kShortForms.end() && random_.Chance(0.06)) {
      name.forenames = it->second;
    } else if (random_.Chance(0.02)) {
      name.forenames = Slip(name.forenames);
    } else if (random_.Chance(0.02)) {
      name.forenames = name.forenames.substr(0, 1);
    }
    if (!person.middle.empty() && random_.Chance(system.middle)) {
      AppendTo(name.forenames, " ", random_.Chance(0.5) ? person.middle : person.middle.substr(0, 1));
    }
    name.surname = random_.Chance(0.02) ? Slip(person.surname) : person.surname;
    if (!person.former_surname.empty() && random_.Chance(0.15)) {
      name.surname = person.former_surname;
    }
    name.suffix = random_.Chance(0.5) ? person.suffix : "";
    if (random_.Chance(0.005)) {
      std::swap(name.forenames, name.surname);
    }
    return name;
  }

  model::PartialDate NotedBirth(model::PartialDate birth) {
    if (random_.Chance(0.01) && birth.day <= 12) {
      std::swap(birth.day, birth.month);
    } else if (random_.Chance(0.015)) {
      birth.year = static_cast<int16_t>(birth.year / 10 * 10 + static_cast<int>(random_.Below(10)));
    } else if (random_.Chance(0.005)) {
      birth.day = birth.month = 1;
    } else if (random_.Chance(0.002)) {
      birth = Birth(1930, 2010);
    }
    return birth;
  }

  matching::PersonFeatures Record(const Person& person, const System& system, uint32_t number) {
    model::PersonDetails details;
    details.name = Name(person, system);
    if (random_.Chance(system.birth)) {
      details.date_of_birth = NotedBirth(person.birth);
    }
    if (random_.Chance(0.6)) {
      details.sex = person.woman ? model::Sex::kFemale : model::Sex::kMale;
    }
    if (system.ni_number && random_.Chance(0.9)) {
      details.ni_number = person.ni_number;
    }
    if (system.contacts) {
      if (random_.Chance(0.7)) {
        details.phones.push_back(random_.Chance(0.6) ? person.mobile : person.landline);
      }
      if (!person.email.empty() && random_.Chance(0.6)) {
        details.emails.push_back(person.email);
      }
    }
    const Home& home = homes_[random_.Chance(0.04) ? person.earlier_home : person.home];
    model::PersonAddress address;
    address.text = random_.Chance(0.1) ? Cat(home.text, ", Norwich") : home.text;
    const absl::StatusOr<model::Postcode> postcode = model::Postcode::Parse(home.postcode);
    if (postcode.ok() && random_.Chance(0.98)) {
      address.postcode = *postcode;
    }
    details.addresses.push_back(std::move(address));
    const std::array<uint64_t, 1> uprns = {random_.Chance(0.96) ? home.uprn : 0};
    matching::PersonFeatures features = matching::Standardise(details, model::RecordKind::kPerson, uprns,
                                                              Cat(system.name, "/", number, "/", random_()));
    features.unique_source = system.unique ? static_cast<uint32_t>(&system - kSystems.data()) + 1 : 0;
    return features;
  }

  Random random_;
  std::vector<std::string> men_, women_, family_names_, rare_names_;
  std::vector<Home> homes_;
  std::vector<Person> people_;
};

}  // namespace

std::vector<SampleRecord> MakeHouseholdSample(uint32_t households, uint64_t seed) {
  return Generator(seed).Run(households);
}

PairCounts CountPairs(const std::vector<std::vector<uint32_t>>& clusters, const std::vector<uint32_t>& truth) {
  const auto pairs = [](uint64_t n) { return n * (n - 1) / 2; };
  PairCounts counts;
  std::map<uint32_t, uint64_t> people;
  for (const uint32_t person : truth) {
    ++people[person];
  }
  for (const auto& [person, records] : people) {
    counts.truth += pairs(records);
  }
  for (const std::vector<uint32_t>& cluster : clusters) {
    std::map<uint32_t, uint64_t> within;
    for (const uint32_t record : cluster) {
      ++within[truth[record - 1]];
    }
    counts.found += pairs(cluster.size());
    for (const auto& [person, records] : within) {
      counts.correct += pairs(records);
    }
  }
  return counts;
}

}  // namespace wensum::matching_test
