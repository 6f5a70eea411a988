// Contact centre and self service.
#include "sample/extract_parts.h"
#include "sample/extracts.h"

namespace wensum::sample {
namespace {

const CsvDialect kNewlines{.line_end = "\n"};

// What a clerk types into one field.
std::string TypedName(RecordMaker& maker, Random& random, uint32_t person_index) {
  const Person& person = maker.PersonAt(person_index);
  const Household& household = maker.population.households[person.household];
  if (person_index == household.first && maker.IsJoint(random, household)) {
    const StatedName joint = maker.JointName(person_index, person_index + 1);
    return Capitals(Cat(joint.title, " ", joint.forenames, " ", joint.surname));
  }
  const StatedName name = maker.Name(random, person_index, ForenameStyle::kFirst);
  std::string text;
  const auto& nicknames = maker.names.Nicknames(person.forename);
  if (!nicknames.empty() && random.Chance(maker.rates.noise.quoted_nickname)) {
    text = Cat(name.forenames, " \"", nicknames[0], "\" ", name.surname);
  } else if (random.Chance(0.3)) {
    text = Cat(name.title, " ", name.forenames, " ", name.surname);
  } else {
    text = Cat(name.forenames, " ", name.surname);
  }
  const double style = random.Unit();
  return style < 0.12 ? Capitals(text) : style < 0.27 ? ToLowerAscii(text) : text;
}

// One column: commas, sometimes line breaks, with or without the postcode.
std::string TypedAddress(Random& random, const StatedAddress& address) {
  std::string text = address.text.Line();
  if (!address.text.postcode.empty()) AppendTo(text, address.text.loose ? " " : ", ", address.text.postcode);
  if (random.Chance(0.06)) {
    for (size_t at = text.find(", "); at != std::string::npos; at = text.find(", ", at + 1)) {
      text.replace(at, 2, "\n");
    }
  }
  const double style = random.Unit();
  return style < 0.1 ? Capitals(text) : style < 0.2 ? ToLowerAscii(text) : text;
}

std::string Note(Random& random) {
  static constexpr std::string_view kNotes[] = {"Missed bin, rang twice",
                                                "Wants form sent by post",
                                                "said \"never had the letter\"",
                                                "Change of address?\nto confirm by email",
                                                "Repair: kitchen tap, tenant in after 5",
                                                "Complaint; see case",
                                                "Blue badge enquiry"};
  return random.Chance(0.6) ? "" : std::string(kNotes[random.Below(std::size(kNotes))]);
}

}  // namespace

uint64_t WriteContactCentre(RecordMaker& maker, TruthFiles& truth, OutputFile& out) {
  out.Write("\xEF\xBB\xBF");  // a byte order mark, as spreadsheets put it
  out.WriteRow({"CustomerID", "CustomerName", "DateOfBirth", "Address", "Telephone", "Email", "LastContact", "Notes"},
               kPlainCsv);
  uint64_t rows = 0;
  for (uint32_t i = 0; i < maker.population.people.size(); ++i) {
    const Person& person = maker.PersonAt(i);
    Random random = maker.RandomFor(static_cast<uint64_t>(System::kContactCentre), i);
    double chance = maker.rates.membership.contact_centre;
    while (maker.IsAdult(person) && random.Chance(chance) && maker.Take(i)) {
      chance = maker.rates.membership.contact_centre_again;
      const std::string key = Cat("C", Padded(++rows * 2 + 100'000, 8));
      const StatedAddress address = maker.Address(random, i);
      const StatedContact contact = maker.Contact(random, i, true, true);
      Cells cells;
      cells.Add(key).Add(TypedName(maker, random, i));
      cells.Add(maker.BirthDate(random, i, maker.rates.missing_birth_date.contact_centre, DateStyle::kSlashes));
      cells.Add(TypedAddress(random, address));
      cells.Add(contact.phone.empty() ? (random.Chance(0.1) ? "N/A" : "") : TypedPhone(random, contact.phone));
      cells.Add(contact.email.empty() && random.Chance(0.1) ? "none" : contact.email);
      cells.AddDate(maker.Updated(random, person, address.stale), DateStyle::kSlashes).Add(Note(random));
      out.WriteRow(cells.cells(), kPlainCsv);
      truth.AddPerson("contact_centre", key, i, &address, maker.city);
    }
  }
  return rows;
}

uint64_t WriteCitizenAccount(RecordMaker& maker, TruthFiles& truth, OutputFile& out) {
  out.WriteRow({"account_id", "first_name", "middle_names", "last_name", "date_of_birth", "email", "mobile",
                "address_line_1", "address_line_2", "address_line_3", "postcode", "uprn", "verified", "updated_at"},
               kNewlines);
  uint64_t rows = 0;
  for (uint32_t i = 0; i < maker.population.people.size(); ++i) {
    const Person& person = maker.PersonAt(i);
    Random random = maker.RandomFor(static_cast<uint64_t>(System::kCitizenAccount), i);
    if (!maker.IsAdult(person) || !random.Chance(maker.rates.membership.citizen_account) || !maker.Take(i)) continue;
    ++rows;
    const std::string key = Cat("acc-", Padded(uint64_t{i} * 104729 % 100'000'000, 8));
    const StatedName name = maker.Name(random, i, ForenameStyle::kFirst);
    const StatedAddress address = maker.Address(random, i);
    const StatedContact contact = maker.Contact(random, i, true, true);
    const bool picked = address.property != kNone && !address.messy && random.Chance(0.85);  // from the address list
    Cells cells;
    cells.Add(key).Add(name.forenames);
    cells.Add(person.second == kNoForename || random.Chance(0.5) ? "" : maker.names.Forename(person.second));
    cells.Add(name.surname);
    cells.Add(maker.BirthDate(random, i, maker.rates.missing_birth_date.citizen_account, DateStyle::kIso));
    cells.Add(contact.email).Add(contact.phone.empty() ? "" : TypedPhone(random, contact.phone));
    cells.AddAll(address.text.Lines(3)).Add(address.text.postcode);
    cells.Add(picked ? Cat(maker.city.properties[address.property].uprn) : "");
    cells.Add(random.Chance(0.8) ? "true" : "false");
    cells.AddDate(maker.Updated(random, person, address.stale), DateStyle::kIso);
    out.WriteRow(cells.cells(), kNewlines);
    truth.AddPerson("citizen_account", key, i, &address, maker.city);
  }
  return rows;
}

}  // namespace wensum::sample
