// Any text: people have names made of the text's own words, none twice; a person who was split off is not split again.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "import/joint_names.h"

namespace wensum::ingest {

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const JointNames names = ReadJointNames(text);
  if (names.people.empty() != wensum::Trim(text).empty()) std::abort();
  if (names.reading != JointNames::Reading::kSplit) {
    if (names.people.size() > 1) std::abort();
    if (!names.people.empty() && names.people[0].full != wensum::Trim(text)) std::abort();
    return 0;
  }
  if (names.people.size() < 2 || names.people.size() > kMaxJointPeople) std::abort();
  for (const wensum::model::PersonName& name : names.people) {
    if (name.surname.empty() || !name.full.empty()) std::abort();
    for (const std::string& part : {name.title, name.forenames, name.surname, name.suffix}) {
      for (const std::string_view word : wensum::Split(part, ' ')) {
        if (text.find(word) == std::string_view::npos) std::abort();
      }
    }
    const std::string alone = wensum::Cat(name.title, " ", name.forenames, " ", name.surname, " ", name.suffix);
    if (ReadJointNames(alone).reading == JointNames::Reading::kSplit) std::abort();
  }
  return 0;
}

}  // namespace wensum::ingest
