// The city's gazetteer as a full supply in DTF 7.3 layout.
#ifndef WENSUM_SAMPLE_GAZETTEER_FILE_H_
#define WENSUM_SAMPLE_GAZETTEER_FILE_H_

#include <cstdint>
#include <string>

#include "sample/city.h"
#include "sample/output.h"

namespace wensum::sample {

inline constexpr int kCustodianCode = 2625;

struct GazetteerCounts {
  uint64_t streets = 0, descriptors = 0, blpus = 0, cross_references = 0, lpis = 0;
  [[nodiscard]] uint64_t records() const { return streets + descriptors + blpus + cross_references + lpis; }
};

// Writes records 10, 11, 15, 21, 23, 24, 29 and 99 in that order, PRO_ORDER from 1 without gaps, dialect as DTF files
// have it: text quoted, numbers and dates bare, CRLF. The trailer counts all but 10, 29 and 99.
GazetteerCounts WriteGazetteer(const City& city, Day today, OutputFile& out);

// Reference of a property in council tax and in non-domestic rates; also the cross references of the gazetteer.
std::string CouncilTaxReference(uint32_t property);
std::string RatesReference(uint32_t property);

}  // namespace wensum::sample

#endif  // WENSUM_SAMPLE_GAZETTEER_FILE_H_
