// What stewards decided about the values of a person, by the book: plain lists of texts.
#ifndef WENSUM_TESTS_REFERENCE_SURVIVE_STEWARD_REFERENCE_H_
#define WENSUM_TESTS_REFERENCE_SURVIVE_STEWARD_REFERENCE_H_

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "matching/survive/survivorship.h"
#include "tests/reference/survive_reference.h"

namespace wensum::reference {

// Whether a purpose may see a field, of the API, of a record.
bool MaySee(const model::SourceRecord& record, const std::string& field, int purpose);
// The values of an attribute, by configuration name, "identifiers.x" or "current_address": the texts of all addresses.
std::vector<std::string> TextsOf(const model::PersonDetails& details, const std::string& attribute);
std::vector<std::string> NameParts(const model::PersonDetails& details);

class StewardBook {
 public:
  StewardBook(std::span<const matching::Contributor> contributors, std::span<const matching::StewardValue> steward,
              int purpose)
      : contributors_(contributors), steward_(steward), purpose_(purpose) {}

  // Whether this value of a record, which may be one of a list, is ignored.
  bool Ignores(int contributor, const std::string& attribute, const std::string& value) const;
  // Of an attribute that the rules have decided: what becomes of it. `holder` is the best of the records that hold a
  // value, or -1.
  void Apply(const std::string& attribute, const std::function<int(const std::string&)>& holder,
             Outcome& outcome) const;
  // Those that a purpose sees of an attribute.
  std::vector<std::string> IgnoredOf(const std::string& attribute) const;
  // The address that is pinned, or given, if the rules' own is `chosen`; null if there is none. Of a pin `contributor`
  // is whatever it belongs to.
  const matching::StewardValue* PinOf(const std::string& attribute,
                                      const std::function<int(const std::string&)>& holder) const;
  const matching::StewardValue* GivenOf(const std::string& attribute, const std::vector<std::string>& chosen) const;

 private:
  bool Counts(const matching::StewardValue& value, const std::string& attribute) const;
  void PinList(const std::string& attribute, const std::function<int(const std::string&)>& holder,
               Outcome& outcome) const;

  std::span<const matching::Contributor> contributors_;
  std::span<const matching::StewardValue> steward_;
  int purpose_;
};

}  // namespace wensum::reference

#endif  // WENSUM_TESTS_REFERENCE_SURVIVE_STEWARD_REFERENCE_H_
