#include "matching/score/model.h"

#include "matching/compare/compare_date.h"

namespace wensum::matching {
namespace {

constexpr std::array<std::string_view, kFieldCount> kFieldNames = {
    "forename", "surname",   "middle_names", "suffix", "date_of_birth", "sex",
    "address",  "ni_number", "phone",        "email",  "identifier"};

constexpr size_t kMaxNamedLevels = 10;
constexpr std::array<std::array<std::string_view, kMaxNamedLevels>, kFieldCount> kLevelNames = {{
    {"", "exact", "nickname", "typo", "near_rare_names", "near_common_names", "initial", "uses_middle_name", "swapped",
     "different"},
    {"", "exact", "former", "part", "typo", "similar", "initial", "different"},
    {"", "same", "near", "initial", "different"},
    {"", "same", "one_sided", "different"},
    {"", "exact", "day_month_swapped", "one_digit", "compatible", "default_day", "two_parts", "same_year", "different"},
    {"", "same", "different"},
    {"", "uprn", "text", "postcode", "other_property", "near", "district", "elsewhere"},
    {"", "same", "one_edit", "different"},
    {"", "shared", "different"},
    {"", "shared", "different"},
    {"", "shared", "different"},
}};

template <typename Level>
void Set(PersonModel& model, Field field, Level level, float random, float household) {
  model.weights[static_cast<size_t>(field)][static_cast<size_t>(level)] = {random, household};
}

// Weights set by hand from m and u of council registers: log2(m/u). Against random, agreement on a name has log2(m)
// here and gains its rarity when scored.
void SetNameWeights(PersonModel& model) {
  using enum Field;
  Set(model, kForename, ForenameLevel::kExact, -0.4F, 6.2F);
  Set(model, kForename, ForenameLevel::kNickname, 4.0F, 3.2F);
  Set(model, kForename, ForenameLevel::kTypo, 5.0F, 4.0F);
  Set(model, kForename, ForenameLevel::kNearUnknown, 4.0F, -4.5F);
  Set(model, kForename, ForenameLevel::kNearKnown, -3.0F, -6.0F);
  Set(model, kForename, ForenameLevel::kInitial, 0.5F, -0.3F);
  Set(model, kForename, ForenameLevel::kUsesMiddle, 2.0F, 0.0F);
  Set(model, kForename, ForenameLevel::kSwapped, -6.0F, 4.0F);
  Set(model, kForename, ForenameLevel::kDifferent, -6.0F, -7.0F);
  Set(model, kSurname, SurnameLevel::kExact, -0.25F, 0.4F);
  Set(model, kSurname, SurnameLevel::kFormer, -3.0F, 0.0F);
  Set(model, kSurname, SurnameLevel::kPart, -3.0F, -0.5F);
  Set(model, kSurname, SurnameLevel::kTypo, 5.5F, 1.0F);
  Set(model, kSurname, SurnameLevel::kSimilar, 3.5F, 0.0F);
  Set(model, kSurname, SurnameLevel::kInitial, 0.0F, -1.0F);
  Set(model, kSurname, SurnameLevel::kDifferent, -4.5F, -2.4F);
  Set(model, kMiddle, MiddleLevel::kSame, 3.0F, 3.0F);
  Set(model, kMiddle, MiddleLevel::kNear, 2.0F, 2.0F);
  Set(model, kMiddle, MiddleLevel::kInitial, 2.2F, 2.0F);
  Set(model, kMiddle, MiddleLevel::kDifferent, -3.5F, -4.0F);
  Set(model, kSuffix, SuffixLevel::kSame, 4.0F, 1.0F);
  Set(model, kSuffix, SuffixLevel::kOneSided, -1.0F, -3.5F);
  Set(model, kSuffix, SuffixLevel::kDifferent, -6.0F, -10.0F);
}

void SetOtherWeights(PersonModel& model) {
  using enum Field;
  Set(model, kBirth, DateLevel::kExact, 14.2F, 6.3F);
  Set(model, kBirth, DateLevel::kSwapped, 9.5F, 3.0F);
  Set(model, kBirth, DateLevel::kOneDigit, 6.5F, 1.0F);
  Set(model, kBirth, DateLevel::kCompatible, 4.0F, 2.5F);
  Set(model, kBirth, DateLevel::kDefaultDay, 3.0F, 1.0F);
  Set(model, kBirth, DateLevel::kTwoParts, 1.5F, -2.0F);
  Set(model, kBirth, DateLevel::kSameYear, -4.0F, -6.0F);
  Set(model, kBirth, DateLevel::kDifferent, -8.5F, -8.5F);
  Set(model, kSex, SexLevel::kSame, 0.9F, 0.7F);
  Set(model, kSex, SexLevel::kDifferent, -5.0F, -5.0F);
  Set(model, kAddress, AddressLevel::kUprn, 14.5F, -0.2F);
  Set(model, kAddress, AddressLevel::kText, 14.0F, -0.2F);
  Set(model, kAddress, AddressLevel::kPostcode, 9.5F, 0.0F);
  Set(model, kAddress, AddressLevel::kOtherProperty, 3.0F, 0.8F);
  Set(model, kAddress, AddressLevel::kNear, 3.0F, 0.5F);
  Set(model, kAddress, AddressLevel::kDistrict, 1.0F, 0.8F);
  Set(model, kAddress, AddressLevel::kElsewhere, -2.5F, 1.3F);
  Set(model, kNiNumber, NiNumberLevel::kSame, 22.0F, 14.0F);
  Set(model, kNiNumber, NiNumberLevel::kOneEdit, 12.0F, 6.0F);
  Set(model, kNiNumber, NiNumberLevel::kDifferent, -10.0F, -10.0F);
  Set(model, kPhone, ContactLevel::kShared, 13.0F, 1.0F);
  Set(model, kPhone, ContactLevel::kDifferent, -1.0F, -0.3F);
  Set(model, kEmail, ContactLevel::kShared, 15.0F, 2.0F);
  Set(model, kEmail, ContactLevel::kDifferent, -0.5F, 0.0F);
  Set(model, kIdentifier, ContactLevel::kShared, 20.0F, 10.0F);
}

PersonModel MakeDefault() {
  PersonModel model;
  model.version = "default-1";
  model.prior_log2_odds = -18.5;
  model.household_prior_log2_odds = -1;
  model.merge_threshold = 2;
  model.review_threshold = 0;
  model.edge_floor = 0;
  model.key_cap = 60;
  model.component_limit = 200;
  model.conflict_floor = -30;
  model.undated_threshold = 2;
  model.weak_forename = 1;
  model.personal_evidence = 5;
  model.rival_margin = 8;
  SetNameWeights(model);
  SetOtherWeights(model);
  model.names = std::make_shared<const NameFrequencies>(BuiltInNameFrequencies());
  return model;
}

}  // namespace

std::string_view FieldName(Field field) { return kFieldNames[static_cast<size_t>(field)]; }

std::string_view LevelName(Field field, uint8_t level) {
  return level < kMaxNamedLevels ? kLevelNames[static_cast<size_t>(field)][level] : std::string_view();
}

const PersonModel& DefaultPersonModel() {
  static const PersonModel& model = *new PersonModel(MakeDefault());
  return model;
}

}  // namespace wensum::matching
