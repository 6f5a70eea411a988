// The extracts of the city's legacy systems, each in the shape of its own feed mapping in sample/feeds.
#ifndef WENSUM_SAMPLE_EXTRACTS_H_
#define WENSUM_SAMPLE_EXTRACTS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "sample/output.h"
#include "sample/record_maker.h"

namespace wensum::sample {

// The truth about every source record: truth.csv and truth_addresses.csv.
class TruthFiles {
 public:
  // Both files must outlive this.
  TruthFiles(OutputFile& records, OutputFile& addresses);

  // `address` may be null: the record states none.
  void AddPerson(std::string_view source, std::string_view key, uint32_t person, const StatedAddress* address,
                 const City& city);
  void AddOrganisation(std::string_view source, std::string_view key, const StatedAddress& address, const City& city);
  // A record of nobody: the truth about its address alone.
  void AddProperty(std::string_view source, std::string_view key, const StatedAddress& address, const City& city);

  [[nodiscard]] uint64_t persons() const { return persons_; }
  [[nodiscard]] uint64_t organisations() const { return organisations_; }
  [[nodiscard]] uint64_t address_rows() const { return address_rows_; }

 private:
  void Write(std::string_view source, std::string_view key, const std::string& id, const StatedAddress* address,
             const City& city);
  void WriteAddress(std::string_view source, std::string_view key, const StatedAddress& address, const City& city);

  OutputFile& records_;
  OutputFile& addresses_;
  uint64_t persons_ = 0, organisations_ = 0, address_rows_ = 0;
};

// One extract: writes header, rows and trailer to `out`, the truth of each record to `truth`, and returns the rows.
using ExtractFunction = uint64_t (*)(RecordMaker& maker, TruthFiles& truth, OutputFile& out);

uint64_t WriteCouncilTax(RecordMaker& maker, TruthFiles& truth, OutputFile& out);
uint64_t WriteHousingBenefit(RecordMaker& maker, TruthFiles& truth, OutputFile& out);
uint64_t WriteHousing(RecordMaker& maker, TruthFiles& truth, OutputFile& out);
uint64_t WriteElectoralRegister(RecordMaker& maker, TruthFiles& truth, OutputFile& out);
uint64_t WriteContactCentre(RecordMaker& maker, TruthFiles& truth, OutputFile& out);
uint64_t WriteParkingPermits(RecordMaker& maker, TruthFiles& truth, OutputFile& out);
uint64_t WritePayments(RecordMaker& maker, TruthFiles& truth, OutputFile& out);
uint64_t WriteCitizenAccount(RecordMaker& maker, TruthFiles& truth, OutputFile& out);
uint64_t WriteLeisureCards(RecordMaker& maker, TruthFiles& truth, OutputFile& out);
uint64_t WriteNonDomesticRates(RecordMaker& maker, TruthFiles& truth, OutputFile& out);
uint64_t WriteAssetRegister(RecordMaker& maker, TruthFiles& truth, OutputFile& out);

}  // namespace wensum::sample

#endif  // WENSUM_SAMPLE_EXTRACTS_H_
