// The fields of golden records by name, and in which of them two differ.
#ifndef WENSUM_SERVICES_CONVERT_PERSON_FIELDS_H_
#define WENSUM_SERVICES_CONVERT_PERSON_FIELDS_H_

#include <string>
#include <string_view>
#include <vector>

#include "wensum/v1/people.pb.h"

namespace wensum::convert {

// "attributes" of "attributes.band".
std::string_view FirstPart(std::string_view field);

// Whether golden records, as View::kValues gives them, have a field of this name, or might have an attribute or
// identifier of it.
bool IsPersonField(std::string_view name);

// The fields of Person in which two golden records of one person differ: names as in the message, those of attributes
// and identifiers one by one ("attributes.band"); in the order of the message, then of names.
std::vector<std::string> ChangedFields(const v1::Person& before, const v1::Person& after);

// Takes all fields but the name and those that changed out of `person`.
void KeepFields(const std::vector<std::string>& changed, v1::Person& person);

// The values of such a field as text, in order: one unless it is a list; those of "contributors" are none.
std::vector<std::string> FieldTexts(const v1::Person& person, std::string_view field);

}  // namespace wensum::convert

#endif  // WENSUM_SERVICES_CONVERT_PERSON_FIELDS_H_
