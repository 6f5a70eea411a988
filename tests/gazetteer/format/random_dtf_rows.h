// Random rows of DTF 7.3, as a reader of such files gives them, for round trips.
#ifndef WENSUM_TESTS_GAZETTEER_FORMAT_RANDOM_DTF_ROWS_H_
#define WENSUM_TESTS_GAZETTEER_FORMAT_RANDOM_DTF_ROWS_H_

#include <cstdint>

#include "base/random.h"
#include "model/gazetteer.h"

namespace wensum::llpg {

// Of what the row tells, and its number among its like (it makes the row's key).
struct RowPlace {
  uint32_t usrn = 1;
  uint64_t uprn = 1;
  uint64_t number = 0;
};

inline constexpr int kDtfRecordTypes[] = {11, 12, 13, 14, 15, 21, 22, 23, 24, 25, 26, 27, 29, 98};

// A row of one of kDtfRecordTypes. Texts have quotes, commas, line ends and letters beyond ASCII; numbers are often 0,
// in the usual way and the unusual one; coordinates have up to four decimals. A kept row is the first of its subkey.
model::GazetteerRow RandomDtfRow(Random& random, int record_type, const RowPlace& place);

}  // namespace wensum::llpg

#endif  // WENSUM_TESTS_GAZETTEER_FORMAT_RANDOM_DTF_ROWS_H_
