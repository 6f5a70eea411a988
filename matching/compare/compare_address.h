// Comparison of two addresses as their texts alone tell them: for records that no UPRN places.
#ifndef WENSUM_MATCHING_COMPARE_COMPARE_ADDRESS_H_
#define WENSUM_MATCHING_COMPARE_COMPARE_ADDRESS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wensum::matching {

// What of an address text tells it from others, in canonical spelling ("Flt 3, 12 High Rd" and "FLAT 3 12 HIGH ROAD"
// are equal): sorted, each once.
class AddressWords {
 public:
  // The first 2,000 bytes and 96 tokens count (address/address_text.h). Counties and words such as "flat" and "number"
  // say nothing.
  explicit AddressWords(std::string_view text);

  // House, flat and floor numbers with their letters, and what stands for such ("ground", "left", "adjacent"): with any
  // one of them another, it is another property.
  [[nodiscard]] const std::vector<uint64_t>& marks() const { return marks_; }
  // A bit for each mark: of two addresses at the same house those of one are among those of the other.
  [[nodiscard]] uint32_t mark_bits() const;
  // Words that names of streets, buildings and places are made of, but for their types.
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  // ROAD, AVENUE, HOUSE ...
  [[nodiscard]] const std::vector<std::string>& types() const { return types_; }
  [[nodiscard]] bool empty() const { return marks_.empty() && names_.empty() && types_.empty(); }

 private:
  std::vector<uint64_t> marks_;
  std::vector<std::string> names_;
  std::vector<std::string> types_;
};

enum class AddressTextLevel : uint8_t {
  kNull = 0,    // a side says nothing
  kExact,       // equal
  kNear,        // equal marks, and the names of one side stand in the other, each within one edit
  kPart,        // the same with some marks of one side missing in the other: the flat left out
  kSameStreet,  // names as for kNear, but other marks: another house
  kShared,      // a name of four letters or more in common
  kDifferent,
};

// Symmetric.
[[nodiscard]] AddressTextLevel CompareAddressTexts(const AddressWords& a, const AddressWords& b);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_COMPARE_COMPARE_ADDRESS_H_
