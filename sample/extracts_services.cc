// Housing, elections, parking and leisure.
#include <algorithm>

#include "sample/extract_parts.h"
#include "sample/extracts.h"

namespace wensum::sample {
namespace {

const CsvDialect kPipes{.delimiter = '|', .line_end = "\n"};
const CsvDialect kSemicolons{.delimiter = ';'};

void AddTenant(RecordMaker& maker, Random& random, Cells& cells, uint32_t person) {
  const StatedName name = maker.Name(random, person, ForenameStyle::kFirst);
  cells.Add(name.title).Add(name.forenames).Add(name.surname);
  cells.Add(maker.BirthDate(random, person, maker.rates.missing_birth_date.housing, DateStyle::kMonthName));
  const StatedContact contact = maker.Contact(random, person, true, false);
  cells.Add(contact.phone.empty() ? "" : TypedPhone(random, contact.phone));
}

}  // namespace

uint64_t WriteAssetRegister(RecordMaker& maker, TruthFiles& truth, OutputFile& out) {
  out.WriteRow({"ASSET_REF", "ADDRESS", "PCODE", "UPRN", "TENURE", "BEDS", "EPC", "SURVEYED"}, kPipes);
  uint64_t rows = 0;
  for (const uint32_t home : maker.city.homes) {
    Random random = maker.RandomFor(static_cast<uint64_t>(System::kAssetRegister), home);
    if (!random.Chance(maker.rates.membership.housing)) continue;
    ++rows;
    const StatedAddress address = maker.AddressAt(random, home, false);
    const double tenure = random.Unit();
    const std::string reference = Cat("H", Padded(uint64_t{home} * 7 + 11, 7));
    Cells cells;
    cells.Add(reference).Add(address.text.Line()).Add(address.text.postcode);
    cells.Add(random.Chance(maker.rates.membership.source_uprn) ? Cat(maker.city.properties[home].uprn) : "");
    cells.Add(tenure < 0.8 ? "GN" : tenure < 0.9 ? "SH" : "LH").Add(Cat(random.Between(1, 4)));
    cells.Add(std::string(1, static_cast<char>('A' + random.Between(1, 5))));
    cells.AddDate(maker.today - static_cast<Day>(random.Between(30, 3000)), DateStyle::kMonthName);
    out.WriteRow(cells.cells(), kPipes);
    truth.AddProperty("asset_register", reference, address, maker.city);
  }
  return rows;
}

uint64_t WriteHousing(RecordMaker& maker, TruthFiles& truth, OutputFile& out) {
  out.WriteRow({"TENANCY_REF", "ASSET_REF", "T1_TITLE", "T1_FNAME", "T1_SNAME", "T1_DOB", "T1_TEL", "T2_TITLE",
                "T2_FNAME", "T2_SNAME", "T2_DOB", "T2_TEL", "ADDRESS", "PCODE", "TEN_START", "RENT_GROUP", "UPDATED"},
               kPipes);
  uint64_t rows = 0;
  for (uint32_t i = 0; i < maker.population.households.size(); ++i) {
    const Household& household = maker.population.households[i];
    Random random = maker.RandomFor(static_cast<uint64_t>(System::kHousing), i);
    if (!random.Chance(maker.rates.membership.housing) || !maker.Take(household.first)) continue;
    ++rows;
    const uint32_t tenant = household.first;
    const bool two = household.couple && random.Chance(maker.rates.membership.joint_tenancy) && maker.Take(tenant + 1);
    const Person& person = maker.PersonAt(tenant);
    const std::string reference = TenancyReference(i);
    const StatedAddress address = maker.Address(random, tenant);
    Cells cells;
    cells.Add(reference).Add(Cat("A", Padded(address.property == kNone ? 0 : address.property, 7)));
    AddTenant(maker, random, cells, tenant);
    if (two) {
      AddTenant(maker, random, cells, tenant + 1);
    } else {
      cells.Blank(5);
    }
    cells.Add(address.text.Line()).Add(address.text.postcode).AddDate(person.moved_in, DateStyle::kMonthName);
    cells.Add(random.Chance(0.7) ? "SOCIAL" : "AFFORDABLE");
    cells.AddDate(maker.Updated(random, person, address.stale), DateStyle::kMonthName);
    out.WriteRow(cells.cells(), kPipes);
    truth.AddPerson("housing", Cat(reference, "-T1"), tenant, &address, maker.city);
    if (two) truth.AddPerson("housing", Cat(reference, "-T2"), tenant + 1, &address, maker.city);
  }
  return rows;
}

uint64_t WriteElectoralRegister(RecordMaker& maker, TruthFiles& truth, OutputFile& out) {
  out.WriteRow({"PD", "ELECTOR_NO", "ELECTOR_NAME", "DATE_OF_BIRTH", "ATTAINER_DATE", "FRANCHISE", "ADDRESS_1",
                "ADDRESS_2", "ADDRESS_3", "ADDRESS_4", "POSTCODE", "ADDED"},
               kPlainCsv);
  uint64_t rows = 0;
  std::vector<uint32_t> numbers(26, 0);  // the last elector number of each polling district
  for (uint32_t i = 0; i < maker.population.people.size(); ++i) {
    const Person& person = maker.PersonAt(i);
    Random random = maker.RandomFor(static_cast<uint64_t>(System::kElectoralRegister), i);
    const int age = maker.Age(person);
    if (age < 16 || person.died != kNoDay || !random.Chance(maker.rates.membership.electoral_register) ||
        !maker.Take(i)) {
      continue;
    }
    ++rows;
    const StatedName name = maker.Name(random, i, ForenameStyle::kAll);
    const StatedAddress address = maker.Address(random, i);
    const size_t district = address.property == kNone
                                ? 25
                                : maker.city.streets[maker.city.properties[address.property].street].locality % 25;
    const std::string code = Cat("W", static_cast<char>('A' + static_cast<char>(district)));
    const std::string number = Cat(++numbers[district]);
    Cells cells;
    cells.Add(code).Add(number).Add(Cat(Capitals(name.surname), ", ", name.forenames));
    cells.Add(maker.BirthDate(random, i, maker.rates.missing_birth_date.electoral_register, DateStyle::kSlashes));
    if (age < 18) {  // when an attainer comes of age
      const Civil born = CivilOf(person.born);
      cells.Add(FormatDate({born.year + 18, born.month, std::min(born.day, 28)}, DateStyle::kSlashes));
    } else {
      cells.Blank(1);
    }
    cells.Add(random.Chance(0.04) ? "L" : random.Chance(0.03) ? "G" : "");
    cells.AddAll(address.text.Lines(4)).Add(address.text.postcode);
    cells.AddDate(maker.Updated(random, person, address.stale), DateStyle::kSlashes);
    out.WriteRow(cells.cells(), kPlainCsv);
    truth.AddPerson("electoral_register", Cat(code, "-", number), i, &address, maker.city);
  }
  return rows;
}

// Without a header, with a trailer that counts the rows.
uint64_t WriteParkingPermits(RecordMaker& maker, TruthFiles& truth, OutputFile& out) {
  uint64_t rows = 0;
  for (uint32_t i = 0; i < maker.population.people.size(); ++i) {
    const Person& person = maker.PersonAt(i);
    Random random = maker.RandomFor(static_cast<uint64_t>(System::kParkingPermits), i);
    if (!maker.IsAdult(person) || !random.Chance(maker.rates.membership.parking_permits) || !maker.Take(i)) continue;
    ++rows;
    const StatedName name = maker.Name(random, i, ForenameStyle::kFirst);
    const StatedAddress address = maker.Address(random, i);
    const StatedContact contact = maker.Contact(random, i, true, false);
    const std::string permit = Cat("RP", Padded(rows * 3 + 20'000, 7));
    Cells cells;
    cells.Add(permit).Add(VehicleMark(random)).Add(Cat(name.title, " ", name.forenames, " ", name.surname));
    cells.AddAll(address.text.Lines(3)).Add(address.text.postcode);
    cells.Add(contact.phone.empty() ? "" : TypedPhone(random, contact.phone));
    cells.AddDate(maker.Updated(random, person, address.stale), DateStyle::kSlashes);
    out.WriteRow(cells.cells(), kPlainCsv);
    truth.AddPerson("parking_permits", permit, i, &address, maker.city);
  }
  out.Write(Cat("TRAILER,", rows, "\r\n"));
  return rows;
}

uint64_t WriteLeisureCards(RecordMaker& maker, TruthFiles& truth, OutputFile& out) {
  out.WriteRow({"CARD", "SURNAME", "FORENAME", "SEX", "BORN", "ADDRESS", "PCODE", "PHONE", "ISSUED"}, kSemicolons);
  uint64_t rows = 0;
  for (uint32_t i = 0; i < maker.population.people.size(); ++i) {
    const Person& person = maker.PersonAt(i);
    Random random = maker.RandomFor(static_cast<uint64_t>(System::kLeisureCards), i);
    const int age = maker.Age(person);
    // Two-digit years of birth would be ambiguous for the very old.
    if (age < 5 || age > 90 || !random.Chance(maker.rates.membership.leisure_cards) || !maker.Take(i)) continue;
    ++rows;
    const StatedName name = maker.Name(random, i, ForenameStyle::kFirst);
    const StatedAddress address = maker.Address(random, i);
    const StatedContact contact = maker.Contact(random, i, true, false);
    const std::string card = Cat("L", Padded(rows * 5 + 3'000'000, 8));
    Cells cells;
    cells.Add(card).Add(name.surname).Add(name.forenames).Add(random.Chance(0.02) ? "9" : person.male ? "1" : "2");
    cells.Add(maker.BirthDate(random, i, maker.rates.missing_birth_date.leisure_cards, DateStyle::kSlashesTwoDigit));
    cells.Add(address.text.Line()).Add(address.text.postcode).Add(contact.phone);
    cells.AddDate(maker.Updated(random, person, address.stale), DateStyle::kSlashesTwoDigit);
    out.WriteRow(cells.cells(), kSemicolons);
    truth.AddPerson("leisure_cards", card, i, &address, maker.city);
  }
  return rows;
}

}  // namespace wensum::sample
