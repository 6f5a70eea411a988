#include "services/cli/golden_files.h"

#include <array>
#include <iostream>
#include <memory>
#include <set>

#include "base/strings.h"
#include "services/address_match/output_file.h"
#include "services/cli/golden_stream.h"
#include "services/cli/summed_file.h"

namespace wensum::cli {
namespace {

constexpr std::string_view kCrosswalkColumns = "source,key,incarnation,person\n";
constexpr std::string_view kGoldenColumns =
    "person,kind,title,forenames,surname,suffix,full_name,organisation_name,date_of_birth,date_of_death,sex,ni_number,"
    "phones,emails,address,postcode,uprn,sources\n";

// Of several values in one column.
constexpr std::string_view kBetween = " | ";

template <typename Values>
std::string Joined(const Values& values) {
  std::string joined;
  for (const std::string& value : values) {
    AppendTo(joined, joined.empty() ? std::string_view() : kBetween, value);
  }
  return joined;
}

// An enumerator without its prefix, empty if it is 0.
std::string Word(const std::string& name, std::string_view prefix, int number) {
  return number == 0 || !name.starts_with(prefix) ? std::string() : name.substr(prefix.size());
}

void AppendGolden(const v1::Person& person, std::string& out) {
  std::set<std::string> sources;
  for (const v1::Contributor& contributor : person.contributors()) {
    sources.insert(contributor.source_key().source());
  }
  const std::string source_names = Joined(sources);
  const v1::PersonName& name = person.person_name();
  const v1::PersonAddress& address = person.current_address();
  const std::string kind = Word(v1::RecordKind_Name(person.kind()), "RECORD_KIND_", person.kind());
  const std::string sex = Word(v1::Sex_Name(person.sex()), "SEX_", person.sex());
  const std::string born = DateText(person.date_of_birth());
  const std::string died = DateText(person.date_of_death());
  const std::string phones = Joined(person.phones());
  const std::string emails = Joined(person.emails());
  const std::string uprn = address.uprn() == 0 ? "" : Cat(address.uprn());
  const std::array<std::string_view, 18> fields = {person.name(),
                                                   kind,
                                                   name.title(),
                                                   name.forenames(),
                                                   name.surname(),
                                                   name.suffix(),
                                                   name.full(),
                                                   person.organisation_name(),
                                                   born,
                                                   died,
                                                   sex,
                                                   person.ni_number(),
                                                   phones,
                                                   emails,
                                                   address.text(),
                                                   address.postcode(),
                                                   uprn,
                                                   source_names};
  AppendCsvLine(fields, out);
}

// A row for each source record; how many.
uint64_t AppendKeys(const v1::Person& person, std::string& out) {
  for (const v1::Contributor& contributor : person.contributors()) {
    const v1::SourceKey& key = contributor.source_key();
    const std::string incarnation = Cat(key.incarnation());
    const std::array<std::string_view, 4> fields = {key.source(), key.key(), incarnation, person.name()};
    AppendCsvLine(fields, out);
  }
  return static_cast<uint64_t>(person.contributors_size());
}

}  // namespace

void AppendCsvLine(std::span<const std::string_view> fields, std::string& out) {
  address_match::AppendCsv(fields, &out);
}

int WriteGoldenFile(const Client& client, const v1::ExportGoldenRequest& request, GoldenFile kind,
                    const std::string& path) {
  const std::unique_ptr<SummedFile> file = SummedFile::Create(path);
  if (file == nullptr) {
    return 1;
  }
  file->Write(kind == GoldenFile::kGolden ? kGoldenColumns : kCrosswalkColumns);
  uint64_t rows = 0;
  uint64_t revision = 0;
  std::string text;
  const grpc::Status status = StreamGolden(client, request, [&](const v1::ExportGoldenResponse& message) {
    text.clear();
    for (const v1::Person& person : message.people()) {
      if (kind == GoldenFile::kGolden) {
        AppendGolden(person, text);
        ++rows;
      } else {
        rows += AppendKeys(person, text);
      }
    }
    file->Write(text);
    revision = message.end().revision();
    return file->good();
  });
  if (!status.ok() && file->good()) {
    PrintError(status, std::cerr);
    return 1;
  }
  return file->Finish(kind == GoldenFile::kGolden ? "golden" : "crosswalk", revision, rows);
}

}  // namespace wensum::cli
