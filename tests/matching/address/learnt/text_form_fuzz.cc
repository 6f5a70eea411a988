// Any bytes as an address: its form is that of itself, and no form mixes words and postcode up.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "matching/address/learnt/text_form.h"
#include "tests/support/fuzz_require.h"

namespace wensum::matching::address {

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const size_t split = std::min(bytes.find('|'), bytes.size());
  const std::string_view postcode = bytes.substr(std::min(split + 1, bytes.size()));
  const std::string form = TextForm(bytes.substr(0, split), postcode);
  if (form.empty()) {
    return 0;
  }
  const size_t end = form.find('\n');
  Require(end != std::string::npos && end > 0 && form.find('\n', end + 1) == std::string::npos,
          "words, then a postcode");
  Require(form.front() != ' ' && form[end - 1] != ' ' && form.find("  ") == std::string::npos,
          "one space between words");
  Require(TextForm(form.substr(0, end), form.substr(end + 1)) == form, "the form of a form is itself");
  Require(TextForm(Cat(" ", form.substr(0, end), ",;"), form.substr(end + 1)) == form, "punctuation says nothing");
  return 0;
}

}  // namespace wensum::matching::address
