#include "sample/extracts.h"

#include "base/strings.h"
#include "sample/identity.h"

namespace wensum::sample {
namespace {
const CsvDialect kTruthDialect{.line_end = "\n"};
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

void TruthFiles::Write(std::string_view source, std::string_view key, const std::string& id,
                       const StatedAddress* address, const City& city) {
  std::string uprn;
  if (address != nullptr && address->property != kNone) uprn = Cat(city.properties[address->property].uprn);
  const bool current = address != nullptr && !address->stale;
  records_.WriteRow({std::string(source), std::string(key), id, current ? uprn : ""}, kTruthDialect);
  if (address != nullptr) {
    ++address_rows_;
    addresses_.WriteRow(
        {std::string(source), std::string(key), uprn, address->stale ? "1" : "0", address->messy ? "1" : "0"},
        kTruthDialect);
  }
}

}  // namespace wensum::sample
