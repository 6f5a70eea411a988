// Rows for tests of address forms.
#ifndef WENSUM_TESTS_GAZETTEER_FORMS_FORMS_FIXTURE_H_
#define WENSUM_TESTS_GAZETTEER_FORMS_FORMS_FIXTURE_H_

#include <string>

#include "model/gazetteer.h"
#include "model/uprn.h"

namespace wensum::llpg {

// "12A-14B" and a text, as an addressable object.
struct Numbered {
  int start = -1;  // -1: none
  std::string start_suffix;
  int end = 0;
  std::string end_suffix;
};

inline model::AddressableObject MakeObject(const std::string& text, const Numbered& numbered = {}) {
  model::AddressableObject object;
  object.text = text;
  object.has_number = numbered.start >= 0;
  object.start_number = object.has_number ? numbered.start : 0;
  object.start_suffix = numbered.start_suffix;
  object.end_number = numbered.end;
  object.end_suffix = numbered.end_suffix;
  return object;
}

inline model::Usrn MakeUsrn(uint64_t usrn) {
  model::Usrn out;
  if (const auto made = model::Usrn::Create(usrn); made.ok()) {
    out = *made;
  }
  return out;
}

inline model::StreetDescriptor MakeStreet(const std::string& description, const std::string& locality,
                                          const std::string& town, const std::string& language = "ENG") {
  model::StreetDescriptor descriptor;
  descriptor.usrn = MakeUsrn(14200001);
  descriptor.description = description;
  descriptor.locality = locality;
  descriptor.town = town;
  descriptor.language = language;
  return descriptor;
}

inline model::Lpi MakeLpi(const model::AddressableObject& sao, const model::AddressableObject& pao,
                          const std::string& flag = "Y", const std::string& post_town = "NORWICH",
                          const std::string& postcode = "NR1 1AB") {
  model::Lpi lpi;
  lpi.lpi_key = "2625L000000001";
  lpi.language = "ENG";
  lpi.logical_status = 1;
  lpi.usrn = MakeUsrn(14200001);
  lpi.sao = sao;
  lpi.pao = pao;
  lpi.postal_address = flag;
  lpi.post_town = post_town;
  lpi.postcode = postcode;
  return lpi;
}

}  // namespace wensum::llpg

#endif  // WENSUM_TESTS_GAZETTEER_FORMS_FORMS_FIXTURE_H_
