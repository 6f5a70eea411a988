// Random records and gazetteer rows from a small world, so that records do match, clash and move.
#ifndef WENSUM_TESTS_SERVICES_REGISTER_RANDOM_REGISTER_INPUT_H_
#define WENSUM_TESTS_SERVICES_REGISTER_RANDOM_REGISTER_INPUT_H_

#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/strings.h"
#include "tests/services/register/register_test_util.h"

namespace wensum::registry {

class RandomRegisterInput {
 public:
  explicit RandomRegisterInput(uint64_t seed) : random_(seed) {
    for (int i = 0; i < kPeople; ++i) {
      people_.push_back({.forenames = Pick(kForenames),
                         .surname = Pick(kSurnames),
                         .born = Pick(kBirths),
                         .house = Below(kHouses),
                         .phone = Cat("07911 1234", 10 + i)});
    }
  }

  Random& random() { return random_; }
  bool Chance(double p) { return random_.Chance(p); }
  int Below(int bound) { return static_cast<int>(random_.Below(static_cast<uint64_t>(bound))); }

  // A key out of few, so that records are written again and again.
  model::SourceKey Key() {
    return {.source = Pick(kSources), .key = Cat("K", Below(kKeys)), .incarnation = Chance(0.03) ? 1U : 0U};
  }

  // What some source says of some person, with the faults that sources have.
  SourceWrite Upsert() {
    const Person& person = people_[static_cast<size_t>(Below(kPeople))];
    const int house = Chance(0.15) ? Below(kHouses) : person.house;
    SourceWrite write = MakeWrite("", "", person.forenames, person.surname);
    write.record.key = Key();
    model::PersonDetails& details = write.record.details;
    if (Chance(0.15)) {
      details.name.forenames = details.name.forenames.substr(0, 1);
    }
    if (Chance(0.1)) {
      details.name.surname = Pick(kSurnames);
    }
    if (Chance(0.05)) {
      std::swap(details.name.forenames, details.name.surname);
    }
    if (Chance(0.75)) {
      details.date_of_birth = *model::PartialDate::Parse(Chance(0.05) ? "1900-01-01" : person.born);
    }
    if (Chance(0.8)) {
      details.addresses.push_back(Address(house));
    }
    if (Chance(0.1)) {
      details.addresses.push_back(Address(Below(kHouses)));
      details.addresses.back().role = model::AddressRole::kPrevious;
    }
    if (Chance(0.3)) {
      details.phones = {Chance(0.2) ? "01603 212121" : person.phone};
    }
    if (Chance(0.1)) {
      details.attributes = {{.name = "band", .value = Pick(kBands)}};
    }
    if (Chance(0.04)) {
      write.record.kind = model::RecordKind::kOrganisation;
      details.organisation_name = "Wensum Boats";
    }
    if (Chance(0.02)) {
      details.name = {};  // refused, unless it is an organisation
    }
    if (Chance(0.02)) {
      write.record.key.source = "unheard_of";
    }
    if (Chance(0.15)) {
      model::Relation& relation = write.record.relations.emplace_back();
      relation.type = static_cast<model::RelationType>(1 + Below(6));
      relation.other = Key();
      if (relation.other == write.record.key) {
        write.record.relations.clear();  // it would be refused
      }
    }
    write.record.source_time = Chance(0.05) ? 0 : kStartTime + Below(6) * 1'000'000;
    return write;
  }

  SourceWrite Erase() {
    SourceWrite write;
    write.record.key = Key();
    write.erase = true;
    return write;
  }

  // A row of one of two streets, put in, changed or deleted.
  GazetteerWrite Row() {
    const int house = Below(kHouses);
    const auto usrn = *model::Usrn::Create(Usrn(house));
    GazetteerWrite write{.row = {}, .change = model::ChangeType::kInsert, .format = model::GazetteerFormat::kDtf73};
    const int dice = Below(12);
    if (dice == 0) {
      model::Street street;
      street.usrn = usrn;
      street.record_type = 1 + Below(2);
      write.row = street;
    } else if (dice < 3) {
      model::StreetDescriptor descriptor;
      descriptor.usrn = usrn;
      descriptor.description = Chance(0.8) ? UpperStreet(house) : "PADDOCK LANE";
      descriptor.town = "NORWICH";
      descriptor.language = "ENG";
      write.row = descriptor;
    } else if (dice < 7) {
      model::Blpu blpu;
      blpu.uprn = *model::Uprn::Create(Uprn(house));
      blpu.logical_status = Status();
      write.row = blpu;
    } else {
      model::Lpi lpi;
      lpi.uprn = *model::Uprn::Create(Uprn(house));
      lpi.lpi_key = Cat("2625L", 100000000 + house);
      lpi.language = "ENG";
      lpi.logical_status = Status();
      lpi.pao.has_number = true;
      lpi.pao.start_number = Chance(0.9) ? Number(house) : Number(house) + 20;
      lpi.usrn = usrn;
      lpi.postal_address = "Y";
      lpi.postcode = Chance(0.95) ? PostcodeOf(house) : "NR4 7TJ";
      lpi.post_town = "NORWICH";
      write.row = lpi;
    }
    if (Chance(0.25)) {
      write.change = model::ChangeType::kDelete;
    }
    return write;
  }

 private:
  static constexpr int kPeople = 10;
  static constexpr int kHouses = 6;
  static constexpr int kKeys = 7;
  using Words = std::vector<std::string>;
  static inline const Words kForenames = {"Ann", "Anne", "Robert", "Bob", "Priya Devi", "Zofia", "John"};
  static inline const Words kSurnames = {"Okafor", "Lee", "Brackenbury", "Smith", "Smyth"};
  static inline const Words kBirths = {"1961-03-14", "1961-04-13", "1988-11-02", "2001-07-30", "1988-11-20"};
  static inline const Words kSources = {"housing", "council_tax", "contact", "electoral_register"};
  static inline const Words kBands = {"A", "B"};

  struct Person {
    std::string forenames;
    std::string surname;
    std::string born;
    int house = 0;
    std::string phone;
  };

  const std::string& Pick(const Words& words) { return words[random_.Below(words.size())]; }
  int Status() { return Chance(0.85) ? 1 : Chance(0.5) ? 8 : 9; }

  static int Number(int house) { return 1 + house / 2; }
  static uint32_t Usrn(int house) { return 20900001U + static_cast<uint32_t>(house % 2); }
  static uint64_t Uprn(int house) { return 100090000001ULL + static_cast<uint64_t>(house); }
  static std::string UpperStreet(int house) { return house % 2 == 0 ? "ELM HILL" : "MAGDALEN STREET"; }
  static std::string PostcodeOf(int house) { return house % 2 == 0 ? "NR3 1HN" : "NR3 1JU"; }

  model::PersonAddress Address(int house) {
    model::PersonAddress address;
    address.text = Cat(Number(house), house % 2 == 0 ? " Elm Hill" : " Magdalen St", Chance(0.5) ? ", Norwich" : "");
    if (Chance(0.7)) {
      address.postcode = *model::Postcode::Parse(PostcodeOf(house));
    }
    if (Chance(0.15)) {
      address.source_uprn = *model::Uprn::Create(Uprn(house));
    }
    return address;
  }

  Random random_;
  std::vector<Person> people_;
};

}  // namespace wensum::registry

#endif  // WENSUM_TESTS_SERVICES_REGISTER_RANDOM_REGISTER_INPUT_H_
