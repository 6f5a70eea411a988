#include "matching/schema/schema.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::matching {
namespace {

constexpr Level kNull = {"not compared"};

// Informed m of names, dates and the rest: the person resolution note, part 1. Those of the two levels for established
// names split what the note gives for "similar" and "different". Informed household values: note, P7.
constexpr std::array kGivenNameLevels = {
    kNull,
    Level{"exact", FrequencyRule::kValue, .60, .02},
    Level{"nickname", FrequencyRule::kNear, .08, .005},
    Level{"one edit", FrequencyRule::kNear, .07, .005},
    Level{"similar", FrequencyRule::kNear, .04, .005},
    Level{"initial", FrequencyRule::kNone, .04, .06},
    Level{"in another role", FrequencyRule::kToken, .05, .005},
    Level{"different", FrequencyRule::kNone, .05, .45},
    Level{"similar, both established", FrequencyRule::kNone, .02, .005},
    Level{"different, both established", FrequencyRule::kNone, .05, .45},
};
constexpr std::array kSurnameLevels = {
    kNull,
    Level{"exact", FrequencyRule::kValue, .65, .60},
    Level{"nickname", FrequencyRule::kNear, .001, .001},
    Level{"one edit", FrequencyRule::kNear, .10, .03},
    Level{"similar", FrequencyRule::kNear, .05, .03},
    Level{"initial", FrequencyRule::kNone, .04, .01},
    Level{"in another role", FrequencyRule::kToken, .06, .03},
    Level{"different", FrequencyRule::kNone, .10, .30},
};
constexpr std::array kOtherNamesLevels = {
    kNull,
    Level{"shared", FrequencyRule::kToken, .50},
    Level{"near", FrequencyRule::kNone, .10},
    Level{"initial", FrequencyRule::kNone, .10},
    Level{"different", FrequencyRule::kNone, .30},
};
constexpr std::array kDateLevels = {
    kNull,
    Level{"exact", FrequencyRule::kValue, .70, .01},
    Level{"one digit of day or month", FrequencyRule::kNear, .10, .002},
    Level{"one digit of the year", FrequencyRule::kNear, .04, .002},
    Level{"digits swapped", FrequencyRule::kNear, .04, .002},
    Level{"two parts equal", FrequencyRule::kNone, .04, .01},
    Level{"year equal, day unknown", FrequencyRule::kNone, .02, .004},
    Level{"same year", FrequencyRule::kNone, .02, .02},
    Level{"near year", FrequencyRule::kNone, .02, .05},
    Level{"different", FrequencyRule::kNone, .02, .90},
};
constexpr std::array kPostcodeLevels = {
    kNull,
    Level{"exact", FrequencyRule::kValue, .65},
    Level{"one edit", FrequencyRule::kNear, .10},
    Level{"sector", FrequencyRule::kNone, .05},
    Level{"district", FrequencyRule::kNone, .06},
    Level{"area", FrequencyRule::kNone, .06},
    Level{"different", FrequencyRule::kNone, .08},
};
constexpr std::array kTextLevels = {
    kNull,
    Level{"exact", FrequencyRule::kValue, .70},
    Level{"near", FrequencyRule::kNear, .10},
    Level{"shared word", FrequencyRule::kToken, .10},
    Level{"different", FrequencyRule::kNone, .10},
};
constexpr std::array kCodeLevels = {
    kNull,
    Level{"exact", FrequencyRule::kValue, .70},
    Level{"one edit", FrequencyRule::kNear, .15},
    Level{"near", FrequencyRule::kNear, .05},
    Level{"different", FrequencyRule::kNone, .10},
};
constexpr std::array kCategoryLevels = {
    kNull,
    Level{"exact", FrequencyRule::kValue, .85},
    Level{"one edit", FrequencyRule::kNear, .05},
    Level{"different", FrequencyRule::kNone, .10},
};

constexpr std::array kReferenceLevels = {
    kNull,
    Level{"exact", FrequencyRule::kValue, .70},
    Level{"different", FrequencyRule::kNone, .30},
};

constexpr std::array<std::string_view, kAttributeTypes> kTypeNames = {"given_name", "surname",  "other_names", "date",
                                                                      "postcode",   "text",     "code",        "phone",
                                                                      "email",      "category", "reference"};

}  // namespace

std::span<const Level> LevelsOf(AttributeType type) {
  switch (type) {
    case AttributeType::kGivenName:
      return kGivenNameLevels;
    case AttributeType::kSurname:
      return kSurnameLevels;
    case AttributeType::kOtherNames:
      return kOtherNamesLevels;
    case AttributeType::kDate:
      return kDateLevels;
    case AttributeType::kPostcode:
      return kPostcodeLevels;
    case AttributeType::kCode:
    case AttributeType::kPhone:
    case AttributeType::kEmail:
      return kCodeLevels;
    case AttributeType::kCategory:
      return kCategoryLevels;
    case AttributeType::kReference:
      return kReferenceLevels;
    case AttributeType::kText:
      break;
  }
  return kTextLevels;
}

LevelIndex DifferentLevel(AttributeType type) {
  if (type == AttributeType::kGivenName || type == AttributeType::kSurname) return name_level::kDifferent;
  return static_cast<LevelIndex>(LevelsOf(type).size() - 1);
}

std::string_view TypeName(AttributeType type) { return kTypeNames[static_cast<size_t>(type)]; }

std::optional<AttributeType> TypeByName(std::string_view name) {
  const auto found = std::ranges::find(kTypeNames, name);
  if (found == kTypeNames.end()) return std::nullopt;
  return static_cast<AttributeType>(found - kTypeNames.begin());
}

Schema::Schema(std::vector<Attribute> attributes) : attributes_(std::move(attributes)) {
  for (size_t i = 0; i < attributes_.size(); ++i) {
    const int place = static_cast<int>(i);
    switch (attributes_[i].type) {
      case AttributeType::kGivenName:
        given_ = place;
        break;
      case AttributeType::kSurname:
        surname_ = place;
        break;
      case AttributeType::kOtherNames:
        other_names_ = place;
        break;
      default:
        break;
    }
    has_house_ |= attributes_[i].address == AddressPart::kHouse;
  }
}

absl::Status Schema::Validate() const {
  if (attributes_.empty()) return InvalidArgument("no attribute is declared; records need at least one to be compared");
  if (attributes_.size() > kMaxAttributes) {
    return InvalidArgument(Cat(attributes_.size(), " attributes are declared; the limit is ", kMaxAttributes));
  }
  for (size_t i = 0; i < attributes_.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (attributes_[i].name == attributes_[j].name) {
        return InvalidArgument(Cat("the attribute ", Quote(attributes_[i].name), " is declared twice"));
      }
      if (attributes_[i].type == attributes_[j].type && IsNameType(attributes_[i].type)) {
        return InvalidArgument(Cat("the attributes ", Quote(attributes_[j].name), " and ", Quote(attributes_[i].name),
                                   " both have type ", TypeName(attributes_[i].type),
                                   ", which may come once; give one attribute several columns instead"));
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace wensum::matching
