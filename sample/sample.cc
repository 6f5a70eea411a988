#include "sample/sample.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <system_error>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "sample/city.h"
#include "sample/embedded.h"
#include "sample/extracts.h"
#include "sample/gazetteer_file.h"
#include "sample/identity.h"
#include "sample/names.h"
#include "sample/output.h"
#include "sample/population.h"
#include "sample/rates.h"
#include "sample/record_maker.h"

namespace wensum::sample {
namespace {

constexpr uint64_t kMostPeople = 10'000'000;
constexpr uint64_t kMostProperties = 5'000'000;

struct Extract {
  std::string_view feed;
  ExtractFunction write;
};
constexpr Extract kExtracts[] = {
    {"council_tax", WriteCouncilTax},
    {"housing_benefit", WriteHousingBenefit},
    {"housing", WriteHousing},
    {"electoral_register", WriteElectoralRegister},
    {"contact_centre", WriteContactCentre},
    {"parking_permits", WriteParkingPermits},
    {"payments", WritePayments},
    {"citizen_account", WriteCitizenAccount},
    {"leisure_cards", WriteLeisureCards},
    {"non_domestic_rates", WriteNonDomesticRates},
    {"asset_register", WriteAssetRegister},
};

absl::StatusOr<Day> ParseToday(int today) {
  const int year = today / 10000;
  const int month = today / 100 % 100;
  const int day = today % 100;
  if (year < 2020 || year > 2100 || month < 1 || month > 12 || day < 1 || CivilOf(DayOf(year, month, day)).day != day) {
    return InvalidArgument(Cat("today must be a date from 2020 to 2100 as YYYYMMDD, not ", today));
  }
  return DayOf(year, month, day);
}

absl::StatusOr<std::string> ReadRatesFile(const std::string& path) {
  if (path.empty()) return std::string();
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) return NotFound(Cat("cannot read the rates file ", path));
  return std::move(text).str();
}

// Writes the files of one sample and keeps the account of them.
class SampleWriter {
 public:
  SampleWriter(const SampleOptions& options, const std::function<void(std::string_view)>& progress)
      : options_(options), progress_(progress) {}

  absl::StatusOr<SampleSummary> Write();

 private:
  void Report(std::string_view text) {
    if (progress_) progress_(text);
  }
  absl::StatusOr<std::unique_ptr<OutputFile>> Create(std::string_view name) {
    return OutputFile::Create(Cat(options_.out_dir, "/", name));
  }
  absl::Status Finish(std::string_view name, OutputFile& file, uint64_t rows) {
    WENSUM_RETURN_IF_ERROR(file.Close());
    summary_.files.push_back({std::string(name), rows, file.bytes(), file.sha256()});
    return absl::OkStatus();
  }
  absl::Status WriteGazetteerFile(const City& city, Day today);
  absl::Status WriteExtracts(RecordMaker& maker);
  absl::Status WriteTruePeople(const RecordMaker& maker);
  absl::Status WriteFeeds();
  absl::Status WriteManifest();

  const SampleOptions& options_;
  const std::function<void(std::string_view)>& progress_;
  SampleSummary summary_;
};

absl::StatusOr<SampleSummary> SampleWriter::Write() {
  if (options_.people < 1 || options_.people > kMostPeople) {
    return InvalidArgument(Cat("the number of people must be 1 to ", kMostPeople, ", not ", options_.people));
  }
  if (options_.properties > kMostProperties) {
    return InvalidArgument(Cat("the number of properties must be at most ", kMostProperties));
  }
  if (options_.out_dir.empty()) return InvalidArgument("the sample needs an output directory");
  WENSUM_ASSIGN_OR_RETURN(const Day today, ParseToday(options_.today));
  WENSUM_ASSIGN_OR_RETURN(const std::string override_yaml, ReadRatesFile(options_.rates_file));
  WENSUM_ASSIGN_OR_RETURN(const Rates rates, ReadRates(override_yaml));
  std::error_code error;
  std::filesystem::create_directories(options_.out_dir + "/feeds", error);
  if (error) return Unavailable(Cat("cannot create ", options_.out_dir, "/feeds: ", error.message()));

  const uint64_t properties =
      options_.properties != 0 ? options_.properties : std::max<uint64_t>(1, options_.people / 2);
  Report(Cat("Building a city of ", properties, " properties"));
  NameTables names;
  const City city = BuildCity(options_.seed, properties, rates, names, today);
  Report(Cat("Peopling it with ", options_.people, " people"));
  const Population population = BuildPopulation(options_.seed, options_.people, city, rates, names, today);
  summary_.people = population.people.size();
  summary_.households = population.households.size();
  summary_.births = population.births;
  summary_.twin_births = population.twin_births;
  summary_.same_name_households = population.same_name_households;
  summary_.properties = city.properties.size();
  summary_.streets = city.streets.size();
  summary_.postcodes = city.postcodes.size();

  WENSUM_RETURN_IF_ERROR(WriteGazetteerFile(city, today));
  RecordMaker maker(city, population, names, rates, options_.seed, today);
  WENSUM_RETURN_IF_ERROR(WriteExtracts(maker));
  WENSUM_RETURN_IF_ERROR(WriteTruePeople(maker));
  WENSUM_RETURN_IF_ERROR(WriteFeeds());
  WENSUM_RETURN_IF_ERROR(WriteManifest());
  Report(Cat("Wrote ", summary_.person_records, " records of ", summary_.people_in_records, " people"));
  return std::move(summary_);
}

absl::Status SampleWriter::WriteGazetteerFile(const City& city, Day today) {
  Report("Writing gazetteer.csv");
  WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<OutputFile> file, Create("gazetteer.csv"));
  summary_.gazetteer_records = WriteGazetteer(city, today, *file).records();
  return Finish("gazetteer.csv", *file, summary_.gazetteer_records);
}

absl::Status SampleWriter::WriteExtracts(RecordMaker& maker) {
  WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<OutputFile> records, Create("truth.csv"));
  WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<OutputFile> addresses, Create("truth_addresses.csv"));
  TruthFiles truth(*records, *addresses);
  for (const Extract& extract : kExtracts) {
    const std::string name = Cat(extract.feed, ".csv");
    Report(Cat("Writing ", name));
    WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<OutputFile> file, Create(name));
    const uint64_t rows = extract.write(maker, truth, *file);
    WENSUM_RETURN_IF_ERROR(Finish(name, *file, rows));
  }
  summary_.person_records = truth.persons();
  summary_.organisation_records = truth.organisations();
  summary_.noise = maker.noise();
  for (const uint8_t count : maker.records()) {
    summary_.people_in_records += count > 0 ? 1 : 0;
    summary_.most_records = std::max<uint64_t>(summary_.most_records, count);
  }
  WENSUM_RETURN_IF_ERROR(Finish("truth.csv", *records, truth.persons() + truth.organisations()));
  return Finish("truth_addresses.csv", *addresses, truth.address_rows());
}

absl::Status SampleWriter::WriteTruePeople(const RecordMaker& maker) {
  WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<OutputFile> file, Create("truth_people.csv"));
  const CsvDialect dialect{.line_end = "\n"};
  file->WriteRow({"person_id", "forenames", "surname", "former_surname", "sex", "date_of_birth", "date_of_death",
                  "household", "uprn", "moved_in", "previous_uprn", "twin", "same_name_as_parent", "records"},
                 dialect);
  const auto uprn_of = [&](uint32_t property) {
    return property == kNone ? std::string() : Cat(maker.city.properties[property].uprn);
  };
  for (uint32_t i = 0; i < maker.population.people.size(); ++i) {
    const Person& person = maker.PersonAt(i);
    std::string forenames = maker.names.Forename(person.forename);
    for (const ForenameId id : {person.second, person.third}) {
      if (id != kNoForename) AppendTo(forenames, " ", maker.names.Forename(id));
    }
    file->WriteRow({PersonId(i), forenames, maker.names.Surname(person.surname),
                    person.former_surname == kNoSurname ? "" : maker.names.Surname(person.former_surname),
                    person.male ? "M" : "F", IsoDate(person.born), person.died == kNoDay ? "" : IsoDate(person.died),
                    Cat("H", Padded(person.household, 7)), uprn_of(maker.population.households[person.household].home),
                    IsoDate(person.moved_in), uprn_of(person.previous), person.twin ? "1" : "0",
                    person.same_name_as_parent ? "1" : "0", Cat(maker.records()[i])},
                   dialect);
  }
  return Finish("truth_people.csv", *file, maker.population.people.size());
}

absl::Status SampleWriter::WriteFeeds() {
  for (const EmbeddedFeed& feed : EmbeddedFeeds()) {
    const std::string name = Cat("feeds/", feed.name, ".yaml");
    WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<OutputFile> file, Create(name));
    file->Write(feed.yaml);
    WENSUM_RETURN_IF_ERROR(Finish(name, *file, 0));
  }
  return absl::OkStatus();
}

absl::Status SampleWriter::WriteManifest() {
  const NoiseCounts& n = summary_.noise;
  const std::pair<std::string_view, uint64_t> numbers[] = {
      {"seed", options_.seed},
      {"today", static_cast<uint64_t>(options_.today)},
      {"people", summary_.people},
      {"households", summary_.households},
      {"births", summary_.births},
      {"twin_births", summary_.twin_births},
      {"same_name_households", summary_.same_name_households},
      {"properties", summary_.properties},
      {"streets", summary_.streets},
      {"postcodes", summary_.postcodes},
      {"gazetteer_records", summary_.gazetteer_records},
      {"person_records", summary_.person_records},
      {"organisation_records", summary_.organisation_records},
      {"people_in_records", summary_.people_in_records},
      {"most_records_of_a_person", summary_.most_records},
      {"names", n.names},
      {"name_typos", n.name_typo},
      {"nicknames", n.nickname},
      {"initials_only", n.initial_only},
      {"names_swapped", n.names_swapped},
      {"former_surnames", n.former_surname},
      {"joint_names", n.joint_name},
      {"birth_dates", n.birth_dates},
      {"date_errors", n.date_error},
      {"dummy_dates", n.dummy_date},
      {"addresses", n.addresses},
      {"stale_addresses", n.stale_address},
      {"messy_addresses", n.messy_address},
      {"contacts", n.contacts},
      {"shared_contacts", n.shared_contact},
  };
  std::string json = "{\n";
  for (const auto& [name, value] : numbers) AppendTo(json, "  \"", name, "\": ", value, ",\n");
  json.append("  \"files\": [\n");
  for (size_t i = 0; i < summary_.files.size(); ++i) {
    const SampleFile& file = summary_.files[i];
    AppendTo(json, "    {\"name\": \"", file.name, "\", \"rows\": ", file.rows, ", \"bytes\": ", file.bytes,
             ", \"sha256\": \"", file.sha256, "\"}", i + 1 < summary_.files.size() ? ",\n" : "\n");
  }
  json.append("  ]\n}\n");
  WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<OutputFile> file, Create("manifest.json"));
  file->Write(json);
  return file->Close();
}

}  // namespace

absl::StatusOr<SampleSummary> WriteSample(const SampleOptions& options,
                                          const std::function<void(std::string_view)>& progress) {
  return SampleWriter(options, progress).Write();
}

}  // namespace wensum::sample
