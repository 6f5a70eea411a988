// Columns that name several people: "MR J & MRS P SMITH".
#ifndef WENSUM_IMPORT_JOINT_NAMES_H_
#define WENSUM_IMPORT_JOINT_NAMES_H_

#include <string_view>
#include <vector>

#include "model/person.h"

namespace wensum::ingest {

// At most this many people come of one text; what names more is unclear.
inline constexpr size_t kMaxJointPeople = 6;
// Longer texts are not taken apart.
inline constexpr size_t kMaxJointBytes = 1000;

struct JointNames {
  enum class Reading {
    kOne,      // names one person
    kSplit,    // names the people given
    kUnclear,  // may name several, but who they are is in doubt: "SMITH & JONES", "J SMITH & SON", "A & B LTD"
    kEstate,   // names those who act for somebody: "EXORS OF J SMITH DECD"
    kCareOf,   // has somebody else's name in it: "J SMITH C/O MRS P JONES"
  };
  Reading reading = Reading::kOne;
  // One unless the text is blank (then none) or was split. Who was split has title, forenames, surname and suffix, as
  // they are written; others have the whole text in `full`.
  std::vector<model::PersonName> people;
};

// People are parted by &, +, AND, ";" or "/", and by commas in a list of whole names. Partners without a surname get
// the one that they share ("J & P SMITH", "SMITH, MR J & MRS P", "JOHN SMITH & MARY"); of "MR & MRS J SMITH" the
// forename is the first one's. Nothing is split for which a second reading is likely: a forename may be a surname too
// ("JOHN JAMES & MARY SMITH"). Known forenames are those with short forms (matching/text/nicknames.h). Pure;
// thread-safe; any text is fine. Some microseconds.
[[nodiscard]] JointNames ReadJointNames(std::string_view text);

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_JOINT_NAMES_H_
