// Whatever is found or parsed is a postcode that parses to itself, and lies where it is said to.
#include <cstdint>
#include <string_view>

#include "base/strings.h"
#include "model/postcode.h"
#include "tests/support/fuzz_require.h"

using wensum::Require;
using wensum::model::FindPostcode;
using wensum::model::FoundPostcode;
using wensum::model::Postcode;

namespace {

void CheckPostcode(const Postcode& postcode) {
  const std::string_view text = postcode.ToString();
  Require(text.size() >= 6 && text.size() <= 8, "6 to 8 characters");
  const absl::StatusOr<Postcode> again = Postcode::Parse(text);
  Require(again.ok() && *again == postcode, "parses to itself");
  Require(text.starts_with(postcode.sector()) && postcode.sector().size() + 2 == text.size(), "the sector");
  Require(postcode.sector().starts_with(postcode.district()), "the sector starts with the district");
  Require(postcode.district().starts_with(postcode.area()), "the district starts with the area");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const absl::StatusOr<Postcode> parsed = Postcode::Parse(text);
  const std::optional<Postcode> repaired = Postcode::ParseRepaired(text);
  if (parsed.ok()) {
    CheckPostcode(*parsed);
    Require(repaired == *parsed, "repair leaves what is right alone");
  }
  if (repaired.has_value()) {
    CheckPostcode(*repaired);
  }
  if (const std::optional<FoundPostcode> found = FindPostcode(text)) {
    CheckPostcode(found->postcode);
    Require(found->begin < found->end && found->end <= size, "lies in the text");
    const absl::StatusOr<Postcode> there = Postcode::Parse(text.substr(found->begin, found->end - found->begin));
    Require(there.ok() && *there == found->postcode, "is what stands there");
    const std::optional<FoundPostcode> alone = FindPostcode(text.substr(0, found->end));
    Require(alone.has_value() && alone->begin == found->begin, "is found without what follows");
  }
  return 0;
}
