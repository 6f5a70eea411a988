// Errors of keying and of habit in names and dates.
#ifndef WENSUM_SAMPLE_NOISE_H_
#define WENSUM_SAMPLE_NOISE_H_

#include <string>
#include <string_view>

#include "base/random.h"
#include "sample/dates.h"

namespace wensum::sample {

// `word` with one typing or hearing error; always different from `word`, never empty.
std::string Misspelt(Random& random, std::string_view word);

// `date` with day and month exchanged, a digit wrong, or the year off by one or ten; rarely a day that no month has.
// Always different from `date`.
Civil MistakenDate(Random& random, Civil date);

// 1 January 1900 or 1901: what systems store for want of a date.
Civil DummyDate(Random& random);

}  // namespace wensum::sample

#endif  // WENSUM_SAMPLE_NOISE_H_
