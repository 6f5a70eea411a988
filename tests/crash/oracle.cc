#include "tests/crash/oracle.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/hash.h"
#include "base/strings.h"

namespace wensum::crash {
namespace {

std::string Describe(RecordState state) {
  return state.version == 0 ? "nothing" : Cat("version ", state.version, state.deleted ? ", deleted" : "");
}

}  // namespace

std::string Oracle::Settle(const std::string& key, RecordState found) {
  Known& known = records_[key];
  const bool allowed = found == known.acknowledged ||
                       std::find(known.pending.begin(), known.pending.end(), found) != known.pending.end();
  std::string error;
  if (!allowed) {
    error = Cat("record ", key, ": found ", Describe(found), ", acknowledged was ", Describe(known.acknowledged));
    for (const RecordState& pending : known.pending) {
      AppendTo(error, ", under way ", Describe(pending));
    }
  }
  known = {.acknowledged = found, .pending = {}};
  return error;
}

RecordState Oracle::acknowledged(const std::string& key) const {
  const auto found = records_.find(key);
  return found == records_.end() ? RecordState() : found->second.acknowledged;
}

bool Oracle::pending(const std::string& key) const {
  const auto found = records_.find(key);
  return found != records_.end() && !found->second.pending.empty();
}

std::vector<std::string> Oracle::keys() const {
  std::vector<std::string> keys;
  for (const auto& [key, known] : records_) {
    keys.push_back(key);
  }
  return keys;
}

v1::SourceRecord MakeRecord(const std::string& source, const std::string& key, uint64_t version) {
  constexpr std::array<std::string_view, 6> kForenames = {"Ifeoma",  "Margaret", "Tobias",
                                                          "Ludmila", "Desmond",  "Priya"};
  constexpr std::array<std::string_view, 7> kSurnames = {"Brackenbury", "Okafor",  "Quenby", "Novakova",
                                                         "Abernathy",   "Fosdyke", "Raman"};
  // The person moves on with every third version: entities merge and split.
  const uint64_t person = Hash64(key, version / 3) % 30;
  v1::SourceRecord record;
  record.mutable_source_key()->set_source(source);
  record.mutable_source_key()->set_key(key);
  record.set_kind(v1::RECORD_KIND_PERSON);
  v1::PersonDetails& details = *record.mutable_details();
  details.mutable_name()->set_forenames(std::string(kForenames[person % kForenames.size()]));
  details.mutable_name()->set_surname(std::string(kSurnames[person % kSurnames.size()]));
  details.mutable_date_of_birth()->set_year(1940 + static_cast<int>(person));
  details.mutable_date_of_birth()->set_month(1 + static_cast<int>(person % 12));
  details.mutable_date_of_birth()->set_day(2 + static_cast<int>(person % 20));
  v1::PersonAddress& address = *details.add_addresses();
  address.set_text(Cat(1 + person, " Long Road, Norwich"));
  address.set_postcode("NR2 1AB");
  v1::Attribute& first = *details.add_attributes();
  first.set_name("version");
  first.set_value(Cat(version));
  v1::Attribute& second = *details.add_attributes();
  second.set_name("version_again");
  second.set_value(Cat(version));
  return record;
}

RecordState StateOf(const v1::SourceRecord& record, std::string* error) {
  std::array<uint64_t, 2> versions{};
  for (const v1::Attribute& attribute : record.details().attributes()) {
    versions[attribute.name() == "version" ? 0 : 1] = ParseInteger<uint64_t>(attribute.value()).value_or(0);
  }
  if (versions[0] != versions[1] || versions[0] == 0) {
    *error = Cat("record ", record.source_key().key(), " is torn: versions ", versions[0], " and ", versions[1]);
  }
  return {.version = versions[0], .deleted = record.deleted()};
}

}  // namespace wensum::crash
