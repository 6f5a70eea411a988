#include "tests/matching/people/people_sample.h"

#include <map>
#include <utility>

#include "base/random.h"
#include "base/strings.h"

namespace wensum::matching {
namespace {

constexpr const char* kSyllables[] = {"BA", "KE", "RON", "LI", "MAS", "TO", "VER", "DAN", "SUL", "PHI", "GOR", "WEN"};
constexpr const char* kGivenNames[] = {"ROBERT", "JOHN",  "MARY",   "SUSAN", "PETER",  "JANE",   "DAVID", "HELEN",
                                       "KEITH",  "LAURA", "GRAHAM", "OLIVE", "STUART", "BRENDA", "COLIN", "RUTH"};

std::string Word(Random& random, uint64_t syllables) {
  std::string word;
  for (uint64_t i = 0; i < syllables; ++i) word += kSyllables[random.Below(std::size(kSyllables))];
  return word;
}

std::string TwoDigits(uint64_t value) { return Cat(value < 10 ? "0" : "", value); }

std::string WithError(Random& random, std::string value) {
  if (value.empty() || random.Chance(0.4)) return {};
  char& letter = value[random.Below(value.size())];
  letter = IsDigit(letter) ? static_cast<char>('0' + random.Below(10)) : static_cast<char>('A' + random.Below(26));
  return value;
}

}  // namespace

Schema PeopleSchema() {
  return Schema({{"given", AttributeType::kGivenName},
                 {"surname", AttributeType::kSurname},
                 {"born", AttributeType::kDate},
                 {"postcode", AttributeType::kPostcode, AddressPart::kArea},
                 {"house", AttributeType::kText, AddressPart::kHouse},
                 {"street", AttributeType::kText, AddressPart::kHouse}});
}

std::vector<SampleRow> MakePeople(const PeopleOptions& options) {
  Random random(options.seed);
  std::vector<SampleRow> rows;
  uint32_t person = 0;
  for (uint32_t h = 0; h < options.households; ++h) {
    const std::string surname = Word(random, 3);
    const std::string street = Cat(Word(random, 2), " ROAD");
    const std::string postcode =
        Cat("NR", random.Below(9) + 1, " ", random.Below(10), static_cast<char>('A' + random.Below(26)),
            static_cast<char>('A' + random.Below(26)));
    const std::string house = Cat(random.Below(150) + 1);
    for (uint32_t m = 0; m < options.members; ++m, ++person) {
      const std::string given = kGivenNames[(h * 7 + m * 3) % std::size(kGivenNames)];
      const std::string born =
          Cat(1930 + random.Below(80), "-", TwoDigits(random.Below(12) + 1), "-", TwoDigits(random.Below(28) + 1));
      for (uint32_t r = 0; r < options.records; ++r) {
        SampleRow row{
            Cat("p", person, "-", r), person, {given, surname, born, postcode, house, street}, Cat("year", r)};
        for (std::string& value : row.values) {
          if (random.Chance(options.error_rate)) value = WithError(random, value);
        }
        rows.push_back(std::move(row));
      }
    }
  }
  return rows;
}

void Fill(const std::vector<SampleRow>& rows, uint64_t shuffle_seed, RecordSet& records) {
  std::vector<const SampleRow*> order;
  for (const SampleRow& row : rows) order.push_back(&row);
  Random random(shuffle_seed);
  for (size_t i = order.size(); shuffle_seed != 0 && i > 1; --i) std::swap(order[i - 1], order[random.Below(i)]);
  for (const SampleRow* row : order) {
    const std::vector<std::string_view> values(row->values.begin(), row->values.end());
    records.Add(row->key, values, row->once);
  }
  records.Seal();
}

std::vector<uint32_t> TruthOf(const std::vector<SampleRow>& rows, const RecordSet& records) {
  std::map<std::string, uint32_t> person;
  for (const SampleRow& row : rows) person[row.key] = row.person;
  std::vector<uint32_t> truth;
  for (RecordIndex i = 0; i < records.size(); ++i) truth.push_back(person[records.key(i)]);
  return truth;
}

}  // namespace wensum::matching
