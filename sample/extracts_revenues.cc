// Revenues and benefits: council tax, housing benefit, non-domestic rates, payments.
#include <algorithm>

#include "sample/extract_parts.h"
#include "sample/extracts.h"
#include "sample/gazetteer_file.h"

namespace wensum::sample {
namespace {

const CsvDialect kBenefitDialect{.quote_all = true, .windows_1252 = true};

// One council tax account and who is liable.
struct Account {
  uint32_t household = 0;
  uint32_t first = kNone, second = kNone;  // persons; second may be none
  bool joint = false;                      // both in the first block
  StatedAddress address;                   // what they are liable for
  bool closed = false;                     // its address is the previous one
  bool landlord = false;                   // the first lives elsewhere
};

class CouncilTax {
 public:
  CouncilTax(RecordMaker& maker, TruthFiles& truth, OutputFile& out) : maker_(maker), truth_(truth), out_(out) {}

  uint64_t Write() {
    out_.WriteRow({"ACCOUNT_REF",     "PROPERTY_REF",    "UPRN",          "BAND",          "DISCOUNT",
                   "LIAB1_TITLE",     "LIAB1_FORENAMES", "LIAB1_SURNAME", "LIAB1_DOB",     "LIAB2_TITLE",
                   "LIAB2_FORENAMES", "LIAB2_SURNAME",   "LIAB2_DOB",     "ADDR1",         "ADDR2",
                   "ADDR3",           "ADDR4",           "POSTCODE",      "ACCOUNT_START", "ACCOUNT_END",
                   "CORR_ADDR1",      "CORR_ADDR2",      "CORR_ADDR3",    "CORR_POSTCODE", "LAST_UPDATED"},
                  kPlainCsv);
    for (uint32_t i = 0; i < maker_.population.households.size(); ++i) {
      WriteHousehold(i);
    }
    return rows_;
  }

 private:
  void WriteHousehold(uint32_t index) {
    const Household& household = maker_.population.households[index];
    Random random = maker_.RandomFor(static_cast<uint64_t>(System::kCouncilTax), index);
    if (household.home == kNone || !random.Chance(maker_.rates.membership.council_tax)) return;
    Account account;
    account.household = index;
    if (random.Chance(maker_.rates.membership.council_tax_landlord)) {
      const Household& other = maker_.population.households[random.Below(maker_.population.households.size())];
      account.landlord = other.home != household.home && other.home != kNone;
      account.first = account.landlord ? other.first : household.first;
    } else {
      account.first = household.first;
      const bool two = (household.couple && random.Chance(0.9)) || household.type == HouseholdType::kHouseShare;
      if (two && household.size >= 2) account.second = household.first + 1;
    }
    account.address = maker_.AddressAt(random, household.home, false);
    const Account open = account;
    Emit(random, account);
    // Rows at previous addresses make up the rate of stale addresses.
    const double stale = maker_.rates.noise.stale_address;
    const double local = std::max(0.05, 1.0 - maker_.rates.household.moved_from_outside);
    const uint32_t previous = maker_.PersonAt(household.first).previous;
    if (!open.landlord && previous != kNone && random.Chance(std::min(1.0, stale / (1.0 - stale) / local))) {
      Account closed = open;
      closed.closed = true;
      closed.address = maker_.AddressAt(random, previous, true);
      Emit(random, closed);
    }
  }

  void Emit(Random& random, Account& account) {
    if (!maker_.Take(account.first)) return;
    if (account.second != kNone) {
      account.joint = maker_.IsJoint(random, maker_.population.households[account.household]);
      if (account.joint || !maker_.Take(account.second)) account.second = kNone;
    }
    ++rows_;
    const Person& first = maker_.PersonAt(account.first);
    const uint32_t property = account.address.property;
    const std::string reference = AccountReference(account.household, account.closed);
    Cells cells;
    cells.Add(reference).Add(CouncilTaxReference(property));
    cells.Add(random.Chance(maker_.rates.membership.source_uprn) ? Cat(maker_.city.properties[property].uprn) : "");
    cells.Add(Cat(1 + property * 2654435761U % 8)).Add(account.second == kNone && !account.joint ? "25" : "0");
    AddLiable(random, cells, account, account.first);
    if (account.second == kNone) {
      cells.Blank(4);
    } else {
      AddLiable(random, cells, account, account.second);
    }
    cells.AddAll(account.address.text.Lines(4)).Add(account.address.text.postcode);
    const Day start = account.closed ? std::max(first.born, first.moved_in - 4 * 365) : first.moved_in;
    cells.AddDate(start, DateStyle::kSlashes);
    cells.AddDate(account.closed ? first.moved_in : kNoDay, DateStyle::kSlashes);
    AddCorrespondence(random, cells, account);
    cells.AddDate(maker_.Updated(random, first, account.closed), DateStyle::kSlashes);
    out_.WriteRow(cells.Capitalise().cells(), kPlainCsv);
    truth_.AddPerson("council_tax", Cat(reference, "-1"), account.first, &account.address, maker_.city);
    if (account.second != kNone) {
      truth_.AddPerson("council_tax", Cat(reference, "-2"), account.second, &account.address, maker_.city);
    }
  }

  void AddLiable(Random& random, Cells& cells, const Account& account, uint32_t person) {
    const StatedName name = account.joint ? maker_.JointName(account.first, account.first + 1)
                                          : maker_.Name(random, person, ForenameStyle::kFirstAndInitials);
    cells.Add(name.title).Add(name.forenames).Add(name.surname);
    cells.Add(maker_.BirthDate(random, person, maker_.rates.missing_birth_date.council_tax, DateStyle::kSlashes));
  }

  // Where the liable party gets its post: the forwarding address of a closed account, a landlord's home.
  void AddCorrespondence(Random& random, Cells& cells, const Account& account) {
    const Person& first = maker_.PersonAt(account.first);
    const uint32_t home = maker_.population.households[first.household].home;
    if (home == kNone || !(account.landlord || (account.closed && random.Chance(0.7)))) {
      cells.Blank(4);
      return;
    }
    const AddressText text = CleanAddress(maker_.city, maker_.city.properties[home]);
    cells.AddAll(text.Lines(3)).Add(text.postcode);
  }

  RecordMaker& maker_;
  TruthFiles& truth_;
  OutputFile& out_;
  uint64_t rows_ = 0;
};

}  // namespace

uint64_t WriteCouncilTax(RecordMaker& maker, TruthFiles& truth, OutputFile& out) {
  return CouncilTax(maker, truth, out).Write();
}

uint64_t WriteHousingBenefit(RecordMaker& maker, TruthFiles& truth, OutputFile& out) {
  out.WriteRow({"ClaimRef",
                "ClaimStatus",
                "Nino",
                "Title",
                "Forenames",
                "Surname",
                "Sex",
                "DateOfBirth",
                "DateOfDeath",
                "PartnerNino",
                "PartnerTitle",
                "PartnerForenames",
                "PartnerSurname",
                "PartnerDateOfBirth",
                "Address1",
                "Address2",
                "Address3",
                "Address4",
                "Postcode",
                "Telephone",
                "ClaimStart",
                "LastChanged"},
               kBenefitDialect);
  uint64_t rows = 0;
  const double missing = maker.rates.missing_birth_date.housing_benefit;
  for (uint32_t i = 0; i < maker.population.households.size(); ++i) {
    const Household& household = maker.population.households[i];
    Random random = maker.RandomFor(static_cast<uint64_t>(System::kHousingBenefit), i);
    if (!random.Chance(maker.rates.membership.housing_benefit) || !maker.Take(household.first)) continue;
    ++rows;
    const uint32_t claimant = household.first;
    const uint32_t partner = household.couple && maker.Take(claimant + 1) ? claimant + 1 : kNone;
    const Person& person = maker.PersonAt(claimant);
    const std::string reference = Cat("HB", Padded(uint64_t{i} * 11 + 400'000, 8));
    const StatedName name = maker.Name(random, claimant, ForenameStyle::kAll);
    const StatedAddress address = maker.Address(random, claimant);
    Cells cells;
    cells.Add(reference).Add(person.died == kNoDay ? "Current" : "Ended").Add(NiNumber(claimant));
    cells.Add(name.title).Add(name.forenames).Add(name.surname).Add(person.male ? "M" : "F");
    cells.Add(maker.BirthDate(random, claimant, missing, DateStyle::kSlashes));
    cells.AddDate(person.died, DateStyle::kSlashes);
    if (partner == kNone) {
      cells.Blank(5);
    } else {
      const StatedName other = maker.Name(random, partner, ForenameStyle::kAll);
      cells.Add(NiNumber(partner)).Add(other.title).Add(other.forenames).Add(other.surname);
      cells.Add(maker.BirthDate(random, partner, missing, DateStyle::kSlashes));
    }
    cells.AddAll(address.text.Lines(4)).Add(address.text.postcode);
    const StatedContact contact = maker.Contact(random, claimant, true, false);
    cells.Add(contact.phone.empty() ? "" : TypedPhone(random, contact.phone));
    const Day updated = maker.Updated(random, person, address.stale);
    cells.AddDate(updated - static_cast<Day>(random.Below(900)), DateStyle::kSlashes);
    cells.AddDate(updated, DateStyle::kSlashes);
    out.WriteRow(cells.cells(), kBenefitDialect);
    truth.AddPerson("housing_benefit", Cat(reference, "/C"), claimant, &address, maker.city);
    if (partner != kNone) truth.AddPerson("housing_benefit", Cat(reference, "/P"), partner, &address, maker.city);
  }
  return rows;
}

uint64_t WriteNonDomesticRates(RecordMaker& maker, TruthFiles& truth, OutputFile& out) {
  out.WriteRow({"ACCOUNT_NO", "RATES_REF", "RATEPAYER", "TRADING_AS", "ADDRESS1", "ADDRESS2", "ADDRESS3", "POST_CODE",
                "UPRN", "RATEABLE_VALUE", "LIABLE_FROM"},
               kPlainCsv);
  uint64_t rows = 0;
  for (const uint32_t property_index : maker.city.businesses) {
    const Property& property = maker.city.properties[property_index];
    if (property.organisation.empty()) continue;
    Random random = maker.RandomFor(static_cast<uint64_t>(System::kNonDomesticRates), property_index);
    ++rows;
    const std::string account = Cat("7", Padded(uint64_t{property_index} * 9 + 5, 9));
    const StatedAddress address = maker.AddressAt(random, property_index, false);
    std::string ratepayer = property.organisation;
    if (!ratepayer.ends_with(" Limited")) {
      ratepayer.append(random.Chance(0.5) ? " Limited" : random.Chance(0.5) ? " Ltd" : "");
    }
    Cells cells;
    cells.Add(account).Add(RatesReference(property_index)).Add(Capitals(ratepayer)).Add(property.organisation);
    cells.AddAll(address.text.Lines(3)).Add(address.text.postcode);
    cells.Add(random.Chance(maker.rates.membership.source_uprn) ? Cat(property.uprn) : "");
    cells.Add(Cat(50 * random.Between(40, 2400))).AddDate(property.start, DateStyle::kSlashes);
    out.WriteRow(cells.cells(), kPlainCsv);
    truth.AddOrganisation("non_domestic_rates", account, address, maker.city);
  }
  return rows;
}

uint64_t WritePayments(RecordMaker& maker, TruthFiles& truth, OutputFile& out) {
  out.WriteRow({"RECEIPT_NO", "PAID_ON", "FUND", "REFERENCE", "PAYER_NAME", "AMOUNT"}, kPlainCsv);
  uint64_t rows = 0;
  for (uint32_t i = 0; i < maker.population.people.size(); ++i) {
    const Person& person = maker.PersonAt(i);
    Random random = maker.RandomFor(static_cast<uint64_t>(System::kPayments), i);
    double chance = maker.rates.membership.payments;
    while (maker.IsAdult(person) && random.Chance(chance) && maker.Take(i)) {
      chance = maker.rates.membership.payments_again;
      const Household& household = maker.population.households[person.household];
      const bool joint = i == household.first && maker.IsJoint(random, household);
      const StatedName name = joint ? maker.JointName(i, i + 1) : maker.Name(random, i, ForenameStyle::kInitials);
      const std::string receipt = Cat("R", Padded(++rows * 17 + 1'000'000, 9));
      const bool council_tax = random.Chance(0.7);
      const std::string payer = joint || random.Chance(0.4) ? Cat(name.title, " ", name.forenames, " ", name.surname)
                                                            : Cat(name.forenames, " ", name.surname);
      Cells cells;
      cells.Add(receipt).AddDate(maker.Updated(random, person, false), DateStyle::kCompact);
      cells.Add(council_tax ? "CTAX" : "RENT");
      cells.Add(council_tax ? AccountReference(person.household, false) : TenancyReference(person.household));
      cells.Add(Capitals(payer)).Add(Cat(random.Between(12, 260), ".", Padded(random.Below(100), 2)));
      out.WriteRow(cells.cells(), kPlainCsv);
      truth.AddPerson("payments", receipt, i, nullptr, maker.city);
    }
  }
  return rows;
}

}  // namespace wensum::sample
