#include "tests/gazetteer/format/random_dtf_rows.h"

#include <string>
#include <string_view>

#include "base/strings.h"

namespace wensum::llpg {
namespace {

std::string RandomText(Random& random) {
  static constexpr std::string_view kPieces[] = {"HIGH", "\"", ",", " ", "Ŵ", "é", "\r\n", "12", "'", ";", "ST"};
  std::string text;
  for (uint64_t n = random.Below(6); n > 0; --n) {
    text += kPieces[random.Below(std::size(kPieces))];
  }
  return std::string(Trim(text));
}

model::PartialDate RandomDate(Random& random) {
  if (random.Chance(0.3)) {
    return {};
  }
  return {static_cast<int16_t>(random.Between(1753, 2060)), static_cast<int8_t>(random.Between(1, 12)),
          static_cast<int8_t>(random.Between(1, 28))};
}

std::string Key(char letter, uint64_t number) {
  const std::string digits = Cat(number);
  return Cat("2625", letter, std::string(9 - digits.size(), '0'), digits);
}

// Draws numbers and, where they are 0, whether they are so in the unusual way.
class Numbers {
 public:
  explicit Numbers(Random& random) : random_(random) {}

  int Number(int column, int max) {
    const int value = random_.Chance(0.3) ? 0 : static_cast<int>(random_.Between(0, max));
    Note(column, value == 0);
    return value;
  }
  double Metres(int column) {
    static constexpr double kParts[] = {1, 10, 100, 10'000};
    const auto whole = static_cast<double>(random_.Chance(0.2) ? 0 : random_.Between(0, 6'000'000));
    const double value = whole / kParts[random_.Below(4)];
    Note(column, value == 0);
    return value;
  }
  [[nodiscard]] model::ZeroColumns zeros() const { return zeros_; }

 private:
  void Note(int column, bool zero) {
    if (zero && random_.Chance(0.5)) {
      zeros_ |= model::ZeroColumns{1} << column;
    }
  }

  Random& random_;
  model::ZeroColumns zeros_ = 0;
};

model::Street RandomStreet(Random& random, const RowPlace& place) {
  Numbers numbers(random);
  model::Street row;
  row.usrn = *model::Usrn::Create(place.usrn);
  row.record_type = numbers.Number(4, 9);
  row.swa_org_ref_naming = numbers.Number(5, 9999);
  row.state = numbers.Number(6, 5);
  row.state_date = RandomDate(random);
  row.surface = numbers.Number(8, 3);
  row.classification = numbers.Number(9, 10);
  row.version = numbers.Number(10, 999);
  row.dates = {RandomDate(random), RandomDate(random), RandomDate(random), RandomDate(random)};
  row.start_x = numbers.Metres(15);
  row.start_y = numbers.Metres(16);
  row.end_x = numbers.Metres(17);
  row.end_y = numbers.Metres(18);
  row.tolerance = numbers.Number(19, 99);
  row.zeros = numbers.zeros();
  return row;
}

model::StreetReference RandomReference(Random& random, const RowPlace& place) {
  Numbers numbers(random);
  model::StreetReference row;
  row.usrn = *model::Usrn::Create(place.usrn);
  row.reference_type = numbers.Number(4, 3);
  row.usrn_version = numbers.Number(5, 3);
  row.reference_id = Cat("ESU", place.number);
  row.reference_version = numbers.Number(7, 3);
  row.dates.entry = RandomDate(random);
  row.zeros = numbers.zeros();
  return row;
}

model::StreetDescriptor RandomDescriptor(Random& random, const RowPlace& place) {
  model::StreetDescriptor row;
  row.usrn = *model::Usrn::Create(place.usrn);
  row.description = RandomText(random);
  row.locality = RandomText(random);
  row.town = RandomText(random);
  row.administrative_area = RandomText(random);
  row.language = place.number % 2 == 0 ? "ENG" : "CYM";
  return row;
}

model::HubColumns RandomHub(Random& random) {
  model::HubColumns hub;
  if (random.Chance(0.3)) {
    hub = {random.Chance(0.5) ? "26" : "", random.Chance(0.5) ? "07" : "", RandomText(random)};
  }
  return hub;
}

model::Blpu RandomBlpu(Random& random, const RowPlace& place) {
  static constexpr int kStatuses[] = {1, 1, 1, 5, 6, 8};
  Numbers numbers(random);
  model::Blpu row;
  row.uprn = *model::Uprn::Create(place.uprn);
  row.logical_status = random.Chance(0.8) ? kStatuses[random.Below(std::size(kStatuses))] : numbers.Number(4, 9);
  row.state = numbers.Number(5, 7);
  row.state_date = RandomDate(random);
  row.blpu_class = random.Chance(0.8) ? "RD04" : RandomText(random);
  if (random.Chance(0.4)) {
    row.parent_uprn = *model::Uprn::Create(1 + random.Below(10));
  }
  row.x = numbers.Metres(9);
  row.y = numbers.Metres(10);
  row.rpc = numbers.Number(11, 9);
  row.local_custodian_code = random.Chance(0.7) ? 2625 : numbers.Number(12, 9999);
  row.dates = {RandomDate(random), RandomDate(random), RandomDate(random), RandomDate(random)};
  row.organisation = RandomText(random);
  row.ward_code = RandomText(random);
  row.parish_code = RandomText(random);
  row.hub = RandomHub(random);
  row.zeros = numbers.zeros();
  return row;
}

model::Provenance RandomProvenance(Random& random, const RowPlace& place) {
  model::Provenance row;
  row.uprn = *model::Uprn::Create(place.uprn);
  row.provenance_key = Key('P', place.number);
  row.code = random.Chance(0.8) ? "T" : RandomText(random);
  row.annotation = RandomText(random);
  row.dates = {RandomDate(random), RandomDate(random), RandomDate(random), RandomDate(random)};
  return row;
}

model::CrossReference RandomXref(Random& random, const RowPlace& place) {
  model::CrossReference row;
  row.uprn = *model::Uprn::Create(place.uprn);
  row.xref_key = Key('X', place.number);
  row.cross_reference = RandomText(random);
  row.source = random.Chance(0.5) ? "CTAX" : RandomText(random);
  row.dates = {RandomDate(random), RandomDate(random), RandomDate(random), RandomDate(random)};
  return row;
}

model::AddressableObject RandomObject(Random& random, Numbers& numbers, int end_column) {
  model::AddressableObject object;
  object.has_number = random.Chance(0.6);
  object.start_number = object.has_number ? static_cast<int>(random.Below(200)) : 0;
  object.start_suffix = random.Chance(0.3) ? "A" : "";
  object.end_number = numbers.Number(end_column, 9999);
  object.end_suffix = random.Chance(0.3) ? "B" : "";
  object.text = RandomText(random);
  return object;
}

model::Lpi RandomLpi(Random& random, const RowPlace& place) {
  static constexpr int kStatuses[] = {1, 3, 5, 8};
  Numbers numbers(random);
  model::Lpi row;
  row.uprn = *model::Uprn::Create(place.uprn);
  row.lpi_key = Key('L', place.number);
  row.language = random.Chance(0.8) ? "ENG" : "CYM";
  row.logical_status = random.Chance(0.8) ? kStatuses[random.Below(std::size(kStatuses))] : numbers.Number(6, 9);
  row.sao = RandomObject(random, numbers, 13);
  row.pao = RandomObject(random, numbers, 18);
  if (random.Chance(0.9)) {
    row.usrn = *model::Usrn::Create(place.usrn);
  }
  row.level = RandomText(random);
  row.postal_address = random.Chance(0.9) ? "Y" : "";
  row.postcode = random.Chance(0.7) ? "NR1 1AA" : "nr24ee";
  row.post_town = RandomText(random);
  row.official_flag = random.Chance(0.5) ? "Y" : "";
  row.dates = {RandomDate(random), RandomDate(random), RandomDate(random), RandomDate(random)};
  row.hub = RandomHub(random);
  row.zeros = numbers.zeros();
  return row;
}

model::KeptRow RandomKept(Random& random, int record_type, const RowPlace& place) {
  model::KeptRow row;
  row.record_type = record_type;
  row.owner = model::IsStreetRecordType(record_type) ? place.usrn : place.uprn;
  row.subkey = Cat("K", place.number);
  row.text = Cat(row.owner, ",\"", row.subkey, "\",", random.Below(1000), ", 7.50 ,,\"a \"\"b\"\", \r\nc\",");
  return row;
}

model::CustodianRecord RandomMetadata(Random& random) {
  model::CustodianRecord row;
  row.custodian_code = 2625;
  row.record_type = 29;
  for (int i = 0; i < 16; ++i) {
    row.columns.push_back(i == 7 || i == 8     ? Cat(random.Below(9999))
                          : i == 11 || i == 13 ? RandomDate(random).ToString()
                                               : RandomText(random));
  }
  return row;
}

}  // namespace

model::GazetteerRow RandomDtfRow(Random& random, int record_type, const RowPlace& place) {
  switch (record_type) {
    case 11:
      return RandomStreet(random, place);
    case 12:
      return RandomReference(random, place);
    case 15:
      return RandomDescriptor(random, place);
    case 21:
      return RandomBlpu(random, place);
    case 22:
      return RandomProvenance(random, place);
    case 23:
      return RandomXref(random, place);
    case 24:
      return RandomLpi(random, place);
    case 29:
      return RandomMetadata(random);
    case 98:
      return model::CustodianRecord{
          2625, 98, {Key('L', random.Below(100)), random.Chance(0.5) ? "" : Key('P', 1), Key('X', random.Below(100))}};
    default:
      return RandomKept(random, record_type, place);
  }
}

}  // namespace wensum::llpg
