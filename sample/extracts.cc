#include "sample/extracts.h"

#include "base/strings.h"
#include "sample/identity.h"

namespace wensum::sample {
namespace {
const CsvDialect kTruthDialect{.line_end = "\n"};

// Empty in another town.
std::string UprnOf(const StatedAddress& address, const City& city) {
  return address.property == kNone ? "" : Cat(city.properties[address.property].uprn);
}
}  // namespace

TruthFiles::TruthFiles(OutputFile& records, OutputFile& addresses) : records_(records), addresses_(addresses) {
  records_.WriteRow({"source", "source_key", "person_id", "uprn"}, kTruthDialect);
  addresses_.WriteRow({"source", "source_key", "uprn", "stale", "messy"}, kTruthDialect);
}

void TruthFiles::AddPerson(std::string_view source, std::string_view key, uint32_t person, const StatedAddress* address,
                           const City& city) {
  ++persons_;
  Write(source, key, PersonId(person), address, city);
}

void TruthFiles::AddOrganisation(std::string_view source, std::string_view key, const StatedAddress& address,
                                 const City& city) {
  ++organisations_;
  Write(source, key, OrganisationId(address.property), &address, city);
}

void TruthFiles::AddProperty(std::string_view source, std::string_view key, const StatedAddress& address,
                             const City& city) {
  WriteAddress(source, key, address, city);
}

void TruthFiles::WriteAddress(std::string_view source, std::string_view key, const StatedAddress& address,
                              const City& city) {
  ++address_rows_;
  addresses_.WriteRow({std::string(source), std::string(key), UprnOf(address, city), address.stale ? "1" : "0",
                       address.messy ? "1" : "0"},
                      kTruthDialect);
}

void TruthFiles::Write(std::string_view source, std::string_view key, const std::string& id,
                       const StatedAddress* address, const City& city) {
  const bool current = address != nullptr && !address->stale;
  records_.WriteRow({std::string(source), std::string(key), id, current ? UprnOf(*address, city) : ""}, kTruthDialect);
  if (address != nullptr) {
    WriteAddress(source, key, *address, city);
  }
}

}  // namespace wensum::sample
