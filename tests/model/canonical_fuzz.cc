// Canonicalise is idempotent: a second call changes nothing and finds nothing.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "model/canonical.h"
#include "tests/support/fuzz_require.h"

namespace wensum::model {
namespace {

// Reads a person out of bytes: fields, each a byte that says which one, a byte for the length, and the text.
PersonDetails ReadPerson(std::string_view bytes) {
  PersonDetails person;
  while (bytes.size() >= 2) {
    const auto field = static_cast<unsigned char>(bytes[0]);
    const std::string text(bytes.substr(2, static_cast<unsigned char>(bytes[1])));
    bytes.remove_prefix(2 + text.size());
    switch (field % 10) {
      case 0:
        person.name.forenames += text;
        break;
      case 1:
        person.name.surname += text;
        break;
      case 2:
        person.addresses.emplace_back().text = text;
        break;
      case 3:
        person.phones.push_back(text);
        break;
      case 4:
        person.emails.push_back(text);
        break;
      case 5:
        person.attributes.push_back({text.substr(0, 1), text});
        break;
      case 6:
        person.other_names.emplace_back().full = text;
        break;
      case 7:
        person.identifiers.push_back({"local", text});
        break;
      case 8:
        person.ni_number += text;
        break;
      default:
        if (text.size() >= 4) {
          person.date_of_birth = {static_cast<int16_t>(text[0] * 256 + text[1]), static_cast<int8_t>(text[2]),
                                  static_cast<int8_t>(text[3])};
        }
        break;
    }
  }
  return person;
}

void CheckIdempotent(PersonDetails person) {
  const PartialDate today{2026, 4, 1};
  std::vector<FieldIssue> issues;
  Canonicalise(person, today, issues);
  for (const PersonAddress& address : person.addresses) {
    Require(IsValidUtf8(address.text), "address texts are UTF-8");
    Require(address.text.size() <= kMaxAddressText, "address texts have bounded size");
  }
  PersonDetails again = person;
  issues.clear();
  Canonicalise(again, today, issues);
  Require(again == person, "a second call changes nothing");
  Require(issues.empty(), "a second call finds nothing");
}

}  // namespace
}  // namespace wensum::model

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using wensum::model::PersonDetails;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  wensum::model::CheckIdempotent(wensum::model::ReadPerson(bytes));
  PersonDetails whole;  // every text the same: the input in each role
  whole.name.full = bytes;
  whole.organisation_name = bytes;
  whole.addresses.emplace_back().text = bytes;
  whole.emails.emplace_back(bytes);
  wensum::model::CheckIdempotent(whole);
  return 0;
}
