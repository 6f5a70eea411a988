// Where a street's or building's name stands in a text, and how well.
#ifndef WENSUM_MATCHING_ADDRESS_MATCH_NAME_FIT_H_
#define WENSUM_MATCHING_ADDRESS_MATCH_NAME_FIT_H_

#include <cstdint>

#include "matching/address/match/address_line.h"
#include "matching/address/match/names.h"

namespace wensum::matching::address::match {

struct NameFit {
  float share = 0;      // of the weight of the name's words that the text has; 0: the name is not there
  float points = -100;  // tells fits of one name apart
  TokenMask mask = 0;   // its tokens
  TokenMask core = 0;   // those of them that are no type, direction or stop word
  int8_t begin = -1;    // tokens [begin, end)
  int8_t end = -1;
  uint8_t edits = 0;  // typing errors forgiven
  bool type_dropped = false;
  bool type_wrong = false;
  bool type_misspelt = false;
  bool direction_missing = false;
  bool runs_on = false;  // the text goes on with a type, or comes from a word, that makes another name of it

  [[nodiscard]] bool found() const { return share > 0; }
  [[nodiscard]] bool clean() const {
    return share >= 0.999F && edits == 0 && !type_wrong && !type_dropped && !direction_missing && !runs_on;
  }
};

// The best place of the name among the tokens of `allowed`. Words up to two errors away count as found, and words that
// were parted or joined. `generous` forgives one error more, where a name is expected. About 100 ns a name.
NameFit FitName(const NameInfo& name, const Tokens& tokens, TokenMask allowed, const NameTable& names, bool generous);

}  // namespace wensum::matching::address::match

#endif  // WENSUM_MATCHING_ADDRESS_MATCH_NAME_FIT_H_
