// What a legacy system states of one person: the truth of the city seen through the rates of noise.
#ifndef WENSUM_SAMPLE_RECORD_MAKER_H_
#define WENSUM_SAMPLE_RECORD_MAKER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/random.h"
#include "sample/address_text.h"
#include "sample/city.h"
#include "sample/dates.h"
#include "sample/names.h"
#include "sample/population.h"
#include "sample/rates.h"
#include "sample/sample.h"

namespace wensum::sample {

struct StatedName {
  std::string title, forenames, surname;
};

// What forenames a system holds.
enum class ForenameStyle : uint8_t {
  kFirst,
  kFirstAndInitials,
  kAll,
  kInitials,  // only initials, by design: no initial-only or nickname noise
};

struct StatedAddress {
  AddressText text;
  uint32_t property = kNone;  // kNone: in another town
  bool stale = false;
  bool messy = false;
};

struct StatedContact {
  std::string phone, email;  // digits; empty if not given
};

inline constexpr int kMostRecords = 12;  // of one person

// The city, and the record counts so far. Not thread-safe.
class RecordMaker {
 public:
  RecordMaker(const City& city, const Population& population, const NameTables& names, const Rates& rates,
              uint64_t seed, Day today);

  // A generator for one subject of one system: what a record says depends on nothing else.
  [[nodiscard]] Random RandomFor(uint64_t system, uint64_t subject) const;

  // Counts a record of the person; false, and none counted, if the person has kMostRecords.
  bool Take(uint32_t person);

  [[nodiscard]] int Age(const Person& person) const;  // today or at death
  [[nodiscard]] bool IsAdult(const Person& person) const { return Age(person) >= 18; }

  // Each call states the name, date, address or contact once more and counts its noise.
  StatedName Name(Random& random, uint32_t person, ForenameStyle style);
  // Empty with probability `missing`.
  std::string BirthDate(Random& random, uint32_t person, double missing, DateStyle style);
  StatedAddress Address(Random& random, uint32_t person);
  // The address of that very property: never stale, messy at the usual rate. `stale` only marks it.
  StatedAddress AddressAt(Random& random, uint32_t property, bool stale);
  StatedContact Contact(Random& random, uint32_t person, bool asks_phone, bool asks_email);
  // "MR J" and "MRS P SMITH" of partners: forenames "J & Mrs P", or both surnames where they differ.
  StatedName JointName(uint32_t first, uint32_t second);
  [[nodiscard]] bool IsJoint(Random& random, const Household& household) const;
  // When the record was last true: before the move for a stale address, never after today or death.
  Day Updated(Random& random, const Person& person, bool stale) const;

  [[nodiscard]] std::string Title(const Person& person) const;
  [[nodiscard]] const Person& PersonAt(uint32_t index) const { return population.people[index]; }
  [[nodiscard]] const NoiseCounts& noise() const { return noise_; }
  [[nodiscard]] const std::vector<uint8_t>& records() const { return records_; }

  const City& city;
  const Population& population;
  const NameTables& names;
  const Rates& rates;
  const Day today;

 private:
  std::string Forenames(const Person& person, const std::string& first, ForenameStyle style) const;

  const uint64_t seed_;
  NoiseCounts noise_;
  std::vector<uint8_t> records_;  // by person
};

}  // namespace wensum::sample

#endif  // WENSUM_SAMPLE_RECORD_MAKER_H_
