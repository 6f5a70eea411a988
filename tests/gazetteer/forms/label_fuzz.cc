// Any text as the components of an address: the label keeps its promises.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "gazetteer/forms/address_lines.h"
#include "gazetteer/forms/paf_address.h"
#include "gazetteer/forms/proper_case.h"
#include "tests/support/fuzz_require.h"

namespace wensum::llpg {
namespace {

// Lines of the input in turn, blank after the last.
class Fields {
 public:
  explicit Fields(std::string_view text) : fields_(Split(text, '\n')) {}
  std::string Next() { return next_ < fields_.size() ? std::string(fields_[next_++]) : std::string(); }

 private:
  std::vector<std::string_view> fields_;
  size_t next_ = 0;
};

model::AddressableObject ObjectOf(Fields& fields) {
  model::AddressableObject object;
  object.text = fields.Next();
  const std::string number = fields.Next();
  object.has_number = !number.empty();
  object.start_number = static_cast<int>(number.size());
  object.start_suffix = number.substr(0, 2);
  return object;
}

AddressLines LpiLinesOf(std::string_view text) {
  Fields fields(text);
  AddressParts parts;
  parts.organisation = fields.Next();
  parts.pao = ObjectOf(fields);
  parts.street = fields.Next();
  parts.locality = fields.Next();
  parts.post_town = fields.Next();
  parts.postcode = fields.Next();
  parts.sao = ObjectOf(fields);
  parts.town = fields.Next();
  return LinesOf(parts);
}

AddressLines PafLinesOf(std::string_view text) {
  Fields fields(text);
  model::DeliveryPoint point;
  for (std::string* const field :
       {&point.organisation_name, &point.building_name, &point.building_number, &point.thoroughfare,
        &point.dependent_locality, &point.post_town, &point.postcode, &point.sub_building_name, &point.department_name,
        &point.po_box_number, &point.dependent_thoroughfare, &point.double_dependent_locality}) {
    *field = fields.Next();
  }
  return PafLines(point);
}

void CheckCase(std::string_view text) {
  const std::string proper = ProperCase(text);
  Require(UpperCase(proper) == UpperCase(text), "nothing but case changes");
  Require(ProperCase(proper) == proper, "proper case is idempotent");
  Require(IsValidUtf8(proper) == IsValidUtf8(text), "UTF-8 stays UTF-8");
}

void CheckLabel(const AddressLines& lines) {
  const AddressLines label = LabelLines(lines);
  Require(label.size() == lines.size(), "a label has the address's lines");
  for (size_t i = 0; i < label.size(); ++i) {
    Require(!label[i].text.empty(), "no line is empty");
    Require(CleanComponent(label[i].text) == label[i].text, "lines are clean");
    Require(UpperCase(label[i].text) == UpperCase(lines[i].text), "labels differ from addresses in case alone");
  }
  Require(LabelLines(label) == label, "labels are idempotent");
  for (size_t max_lines = 1; max_lines <= 6; ++max_lines) {
    const std::vector<std::string> printed = MultiLine(label, max_lines);
    Require(printed.size() == std::min(max_lines, label.size()), "lines keep to their limit");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  CheckCase(text);
  CheckLabel(LpiLinesOf(text));
  CheckLabel(PafLinesOf(text));
  return 0;
}

}  // namespace wensum::llpg
