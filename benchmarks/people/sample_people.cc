#include "benchmarks/people/sample_people.h"

#include <algorithm>
#include <filesystem>
#include <span>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "benchmarks/support/city.h"
#include "matching/text/name_tokens.h"
#include "services/dedupe/files.h"

namespace wensum::benchmarks {
namespace {

using People = absl::flat_hash_map<std::string, std::string, TransparentStringHash, TransparentStringEqual>;

std::string RecordId(std::string_view source, std::string_view key) { return Cat(source, ":", key); }

absl::StatusOr<People> ReadTruth(const std::string& city) {
  People people;
  const std::string columns[] = {"source", "source_key", "person_id"};
  WENSUM_RETURN_IF_ERROR(
      dedupe::ReadColumns(city + "/truth.csv", columns, [&people](std::span<const std::string_view> row, uint64_t) {
        people[RecordId(row[0], row[1])] = row[2];
        return absl::OkStatus();
      }));
  return people;
}

// Takes the name apart as the register does.
matching::NameTokens NameOf(const model::PersonDetails& details) {
  const model::PersonName& name = details.name;
  return name.full.empty() ? matching::NameFromParts(name.forenames, name.surname, name.suffix)
                           : matching::NameFromFull(name.full);
}

std::string_view FirstOf(const std::vector<std::string>& values) {
  return values.empty() ? std::string_view() : std::string_view(values.front());
}

void AppendPerson(std::string& out, std::string_view id, std::string_view person, const model::PersonDetails& details) {
  const matching::NameTokens name = NameOf(details);
  const std::string_view forenames = name.forenames;
  const size_t end = std::min(forenames.find(' '), forenames.size());
  const std::string born = details.date_of_birth.ToString();
  const model::PersonAddress address = details.addresses.empty() ? model::PersonAddress() : details.addresses.front();
  const std::string_view fields[] = {id,
                                     person,
                                     forenames.substr(0, end),
                                     Trim(forenames.substr(end)),
                                     name.surname,
                                     born,
                                     address.text,
                                     address.postcode.ToString(),
                                     FirstOf(details.phones),
                                     FirstOf(details.emails),
                                     details.ni_number};
  dedupe::AppendCsvRow(out, fields);
}

}  // namespace

absl::Status WriteSamplePeople(uint64_t people, const std::string& directory, const std::string& path) {
  const std::string city = directory + "/city";
  WENSUM_RETURN_IF_ERROR(WriteCity(city, {.people = people}).status());
  WENSUM_ASSIGN_OR_RETURN(const People truth, ReadTruth(city));
  std::string out = "id,person,given_name,middle_names,surname,born,address,postcode,phone,email,ni_number\n";
  WENSUM_RETURN_IF_ERROR(ForEachRecord(city, [&](const model::SourceRecord& record) -> absl::Status {
    if (record.kind != model::RecordKind::kPerson) return absl::OkStatus();
    const std::string id = RecordId(record.key.source, record.key.key);
    const auto person = truth.find(id);
    if (person == truth.end()) return Internal(Cat("the city's truth has no record ", id));
    AppendPerson(out, id, person->second, record.details);
    return absl::OkStatus();
  }));
  WENSUM_RETURN_IF_ERROR(dedupe::WriteFile(path, out));
  std::error_code ignored;
  std::filesystem::remove_all(city, ignored);
  return absl::OkStatus();
}

}  // namespace wensum::benchmarks
