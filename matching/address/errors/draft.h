// An address text in the making: what it says, and how it will be written.
#ifndef WENSUM_MATCHING_ADDRESS_ERRORS_DRAFT_H_
#define WENSUM_MATCHING_ADDRESS_ERRORS_DRAFT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "matching/address/errors/listed_addresses.h"

namespace wensum::matching::address::errors {

enum class Commas : uint8_t { kAsListed, kAll, kNone, kTight };  // kTight: without a space behind them
enum class Case : uint8_t { kAsListed, kUpper, kLower };
enum class UnitPlace : uint8_t { kFirst, kBehindBuilding, kBehindNumber, kBehindStreet };

struct Draft {
  // What the text says after the errors made so far. Errors of form alone leave it as it was.
  Statement said;
  // The listed text, for as long as no part was changed; then the parts are written.
  std::optional<std::string> verbatim;
  std::string ids_text;     // if not empty, stands for unit and number
  std::string number_text;  // if not empty, stands for the number
  UnitPlace unit_place = UnitPlace::kFirst;
  Commas commas = Commas::kAsListed;
  Case letters = Case::kAsListed;
  bool glue_number = false;  // "12High Road"
  bool number_word = false;  // "No. 12"
  bool repeat_tail = false;  // the places twice
  std::string before;        // "c/o Mrs Patel"
  std::string after;         // a note
  bool postcode_in_text = false;
  bool postcode_in_field = true;
  bool truncate = false;  // to the next width of a column of a legacy system that leaves the street
  // What is done to the written text, in this order, with a random sequence of its own.
  using TextError = std::string (*)(Random& random, const std::string& text);
  std::vector<TextError> text_errors;

  // To be called before a part is changed.
  void ChangeParts() { verbatim.reset(); }
};

struct WrittenAddress {
  std::string text;
  std::string postcode;   // of the field
  std::string bare_text;  // the text without a postcode in it
};
// The draft as text. `random` decides what text errors do. Nullopt if the text errors find nothing to change, or if
// `truncate` would have to cut into the street's name or has nothing to cut.
std::optional<WrittenAddress> Write(const Draft& draft, Random random);

}  // namespace wensum::matching::address::errors

#endif  // WENSUM_MATCHING_ADDRESS_ERRORS_DRAFT_H_
