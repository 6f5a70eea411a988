// Small pieces that several extracts share.
#ifndef WENSUM_SAMPLE_EXTRACT_PARTS_H_
#define WENSUM_SAMPLE_EXTRACT_PARTS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "sample/dates.h"
#include "sample/identity.h"
#include "sample/text.h"

namespace wensum::sample {

// Subjects of RecordMaker::RandomFor; a number never changes its meaning.
enum class System : uint64_t {
  kCouncilTax = 1,
  kHousingBenefit = 2,
  kHousing = 3,
  kElectoralRegister = 4,
  kContactCentre = 5,
  kParkingPermits = 6,
  kPayments = 7,
  kCitizenAccount = 8,
  kLeisureCards = 9,
  kNonDomesticRates = 10,
  kAssetRegister = 11,
};

// One row under construction.
class Cells {
 public:
  Cells& Add(std::string cell) {
    cells_.push_back(std::move(cell));
    return *this;
  }
  Cells& AddAll(const std::vector<std::string>& cells) {
    cells_.insert(cells_.end(), cells.begin(), cells.end());
    return *this;
  }
  Cells& AddDate(Day day, DateStyle style) { return Add(day == kNoDay ? "" : FormatDate(CivilOf(day), style)); }
  Cells& Blank(size_t count) {
    cells_.resize(cells_.size() + count);
    return *this;
  }
  // Every cell in ASCII capitals.
  Cells& Capitalise() {
    for (std::string& cell : cells_) cell = Capitals(cell);
    return *this;
  }
  [[nodiscard]] const std::vector<std::string>& cells() const { return cells_; }

 private:
  std::vector<std::string> cells_;
};

// Council tax account of a household: open, or closed at its previous address.
inline std::string AccountReference(uint32_t household, bool closed) {
  return Cat(closed ? "5" : "6", Padded(uint64_t{household} * 10 + household % 7, 8));
}
// Tenancy of a household.
inline std::string TenancyReference(uint32_t household) { return Cat("T", Padded(uint64_t{household} * 3 + 1000, 8)); }

}  // namespace wensum::sample

#endif  // WENSUM_SAMPLE_EXTRACT_PARTS_H_
