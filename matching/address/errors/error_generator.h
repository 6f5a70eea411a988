// Seeded, believable errors in the addresses of any list: what a matcher is tried with, and calibrated on.
//
// Every row keeps what it was made of and which property it means, or that it means none. A row that its own text
// contradicts is not made: if the corrupted parts disagree no more with another listed property than with the row's
// own, it is drawn again. Nothing here is shared with a matcher's own reading of addresses.
#ifndef WENSUM_MATCHING_ADDRESS_ERRORS_ERROR_GENERATOR_H_
#define WENSUM_MATCHING_ADDRESS_ERRORS_ERROR_GENERATOR_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "matching/address/errors/draft.h"
#include "matching/address/errors/error_class.h"
#include "matching/address/errors/listed_addresses.h"
#include "matching/address/fit/flat_gazetteer.h"

namespace wensum::matching::address {

// Streets are parted by a stable hash of their names, so that what was tuned or fitted on some can be tried on others:
// a quarter is unseen. Rows that name a street that is not listed go with the street of the address they were made of.
enum class TrialStreets : uint8_t { kTune, kUnseen, kAll };

struct ErrorOptions {
  uint64_t seed = 1;
  size_t absent = 0;            // properties, chosen by chance, to be taken out of the list
  double refused_share = 0.12;  // of the rows that mean no listed property
  int threads = 1;              // to prepare on; the rows do not depend on it
};

struct ErrorRow {
  ErrorClass error_class = ErrorClass::kClean;
  bool unseen = false;  // of an unseen street
  uint8_t fold = 0;     // 0 or 1, by its street: for fits that try on one half what they made of the other
  bool fits_without_postcode = false;  // it still means its property alone, or none, without a postcode
  uint32_t truth = kNoProperty;        // the property meant; kNoProperty if it must be refused
  uint32_t source = 0;                 // index of the address it was made of
  std::string text;
  std::string postcode;   // of the field of its own; may be empty or wrong
  std::string bare_text;  // the text without a postcode in it
};

// Thread-safe once made.
class ErrorGenerator {
 public:
  // `gazetteer` must outlive this. Some microseconds an address.
  ErrorGenerator(const FlatGazetteer& gazetteer, const ErrorOptions& options);
  ~ErrorGenerator();
  ErrorGenerator(const ErrorGenerator&) = delete;
  ErrorGenerator& operator=(const ErrorGenerator&) = delete;

  // The list to match against: the same ids, without the addresses of the absent properties.
  [[nodiscard]] FlatGazetteer Listed() const;
  [[nodiscard]] bool IsListed(uint32_t property) const { return listed_[property]; }

  // Rows number `first` to `first + count` - 1 of an endless sequence that depends on gazetteer, options and streets
  // alone; made on up to `threads` threads. Half of them are drawn from all addresses, half from those with a unit, a
  // building, a letter or a range. Rows that cannot be made are left out: all of them if nothing is listed.
  [[nodiscard]] std::vector<ErrorRow> Rows(size_t first, size_t count, TrialStreets streets, int threads) const;

  // Addresses that cannot be taken apart: they get errors of the whole line and of the postcode alone.
  [[nodiscard]] size_t opaque() const { return opaque_; }

  // Whether a street's trial rows are unseen.
  [[nodiscard]] static bool IsUnseen(std::string_view street);

 private:
  struct Pool {
    std::vector<uint32_t> all;      // addresses
    std::vector<uint32_t> special;  // those with a unit, a building, a letter or a range
  };
  struct Attempt;

  void FillPools();
  [[nodiscard]] std::optional<ErrorRow> MakeRow(Random& random, TrialStreets streets) const;
  [[nodiscard]] std::optional<ErrorRow> TryPresent(Random& random, TrialStreets streets, ErrorClass wanted) const;
  [[nodiscard]] std::optional<ErrorRow> TryRefused(Random& random, TrialStreets streets, ErrorClass wanted) const;
  [[nodiscard]] bool Mutate(Random& random, ErrorClass wanted, errors::Statement& meant) const;
  [[nodiscard]] bool AddErrors(Random& random, int count, errors::Draft& draft) const;
  [[nodiscard]] std::optional<ErrorRow> Finish(Random& random, const errors::Draft& draft,
                                               const errors::Statement& meant, ErrorRow row) const;

  const FlatGazetteer& gazetteer_;
  const ErrorOptions options_;
  std::vector<bool> listed_;  // by property
  std::unique_ptr<const errors::ListedAddresses> addresses_;
  std::array<Pool, 3> present_;  // by TrialStreets
  std::array<Pool, 3> absent_;
  size_t opaque_ = 0;
};

}  // namespace wensum::matching::address

#endif  // WENSUM_MATCHING_ADDRESS_ERRORS_ERROR_GENERATOR_H_
