#include "matching/retrieve/candidate_keys.h"

#include <algorithm>
#include <span>
#include <string_view>

#include "base/hash.h"
#include "matching/text/fold.h"
#include "matching/text/nicknames.h"
#include "matching/text/phonetic.h"

namespace wensum::matching {
namespace {

// What a key is made of; part of its hash, so that kinds never meet.
enum class Kind : uint64_t {
  kNiNumber = 1,
  kIdentifier,
  kEmailInitial,
  kPhoneInitial,
  kDateSurname,
  kDateForename,
  kUprnForename,
  kUprnSurname,
  kFullName,
  kPostcodeForename,
  kPostcodeSurname,
  kDistrictNames,
  kYearNames,
  kTextNames,
  kSearchSound = 100,
  kSearchSounds,
  kSearchInitial,
  kSearchDate,
  kSearchYear,
  kSearchPostcode,
  kSearchNiNumber,
  kSearchPhone,
  kSearchEmail,
};

uint64_t Key(Kind kind, uint64_t a, uint64_t b = 0, uint64_t c = 0) {
  return HashCombine(HashCombine(HashCombine(static_cast<uint64_t>(kind), a), b), c);
}

std::string_view FirstToken(std::string_view folded) { return folded.substr(0, folded.find(' ')); }
std::string_view LastToken(std::string_view folded) {
  const size_t space = folded.rfind(' ');
  return space == std::string_view::npos ? folded : folded.substr(space + 1);
}

// Day and month in ascending order, so that a swap does not hide a record.
uint64_t DateWithoutOrder(int32_t date) {
  const int32_t month = date / 100 % 100;
  const int32_t day = date % 100;
  return static_cast<uint64_t>(date / 10000 * 10000 + std::min(month, day) * 100 + std::max(month, day));
}

// At most this many forms of a forename and of a surname make keys.
constexpr size_t kMaxForms = 2;

struct NameForms {
  uint64_t forenames[kMaxForms] = {};
  size_t forename_count = 0;
  uint64_t surnames[kMaxForms] = {};  // sounds
  size_t surname_count = 0;

  [[nodiscard]] std::span<const uint64_t> Forenames() const { return {forenames, forename_count}; }
  [[nodiscard]] std::span<const uint64_t> Surnames() const { return {surnames, surname_count}; }
};

void AddSurname(NameForms& forms, std::string_view surname) {
  const uint64_t sound = PhoneticCode(surname);
  const auto end = forms.surnames + forms.surname_count;
  if (sound != 0 && forms.surname_count < kMaxForms && std::find(forms.surnames, end, sound) == end) {
    forms.surnames[forms.surname_count++] = sound;
  }
}

NameForms FormsOf(const PersonFeatures& features) {
  NameForms forms;
  const std::string_view first = FirstToken(features.forenames);
  const std::span<const uint16_t> groups = NicknameGroups(first);
  for (size_t i = 0; i < groups.size() && i < kMaxForms; ++i) {
    forms.forenames[forms.forename_count++] = groups[i];
  }
  if (groups.empty() && first.size() > 1) {
    // Sounds start at 'A', far above any group's number.
    forms.forenames[forms.forename_count++] = PhoneticCode(first) << 16;
  }
  AddSurname(forms, LastToken(features.surname));
  AddSurname(forms, FirstToken(features.surname));
  for (const std::string& other : features.other_surnames) {
    AddSurname(forms, LastToken(other));
  }
  return forms;
}

class KeyList {
 public:
  explicit KeyList(std::vector<uint64_t>* keys) : keys_(keys) { keys_->clear(); }

  void Add(uint64_t key) {
    if (keys_->size() < kMaxCandidateKeys && std::find(keys_->begin(), keys_->end(), key) == keys_->end()) {
      keys_->push_back(key);
    }
  }
  // One key for each form of a name with `value`.
  void AddForms(Kind kind, uint64_t value, std::span<const uint64_t> forms) {
    for (const uint64_t form : forms) {
      Add(Key(kind, value, form));
    }
  }
  void AddBoth(Kind kind, uint64_t value, const NameForms& forms) {
    for (const uint64_t surname : forms.Surnames().first(std::min<size_t>(1, forms.surname_count))) {
      for (const uint64_t forename : forms.Forenames()) {
        Add(Key(kind, value, surname, forename));
      }
    }
  }
  void Finish() { std::sort(keys_->begin(), keys_->end()); }

 private:
  std::vector<uint64_t>* keys_;
};

void AddAddressKeys(const PersonFeatures& features, const NameForms& forms, KeyList& keys) {
  for (const PersonFeatures::Address& address : features.addresses) {
    if (address.uprn != 0) {
      keys.AddForms(Kind::kUprnForename, address.uprn, forms.Forenames());
      keys.AddForms(Kind::kUprnSurname, address.uprn, forms.Surnames());
    }
  }
}

void AddPostcodeKeys(const PersonFeatures& features, const NameForms& forms, KeyList& keys) {
  for (const PersonFeatures::Address& address : features.addresses) {
    if (!address.postcode.empty()) {
      const uint64_t postcode = Hash64(address.postcode);
      keys.AddForms(Kind::kPostcodeForename, postcode, forms.Forenames());
      keys.AddForms(Kind::kPostcodeSurname, postcode, forms.Surnames());
    }
  }
  for (const PersonFeatures::Address& address : features.addresses) {
    if (address.postcode.size() > 3) {
      keys.AddBoth(Kind::kDistrictNames,
                   Hash64(std::string_view(address.postcode).substr(0, address.postcode.size() - 3)), forms);
    } else if (address.text_hash != 0) {
      keys.AddBoth(Kind::kTextNames, address.text_hash, forms);
    }
  }
}

}  // namespace

void CandidateKeys(const PersonFeatures& features, std::vector<uint64_t>* out) {
  KeyList keys(out);
  if (features.organisation) {
    return;
  }
  const NameForms forms = FormsOf(features);
  const std::string_view forename = FirstToken(features.forenames);
  const uint64_t initial = forename.empty() ? 0 : static_cast<unsigned char>(forename[0]);
  if (!features.ni_number.empty()) {
    // Without the suffix letter, which sources may lack.
    keys.Add(Key(Kind::kNiNumber, Hash64(std::string_view(features.ni_number).substr(0, 8))));
  }
  for (const uint64_t identifier : features.identifiers) {
    keys.Add(Key(Kind::kIdentifier, identifier));
  }
  for (const uint64_t email : features.emails) {
    keys.Add(Key(Kind::kEmailInitial, email, initial));
  }
  for (const uint64_t phone : features.phones) {
    keys.Add(Key(Kind::kPhoneInitial, phone, initial));
  }
  if (features.date_of_birth % 100 != 0) {
    const uint64_t date = DateWithoutOrder(features.date_of_birth);
    keys.AddForms(Kind::kDateSurname, date, forms.Surnames());
    keys.AddForms(Kind::kDateForename, date, forms.Forenames());
  }
  AddAddressKeys(features, forms, keys);
  const std::string_view surname = LastToken(features.surname);
  if (forename.size() > 1 && !surname.empty()) {
    const uint64_t a = Hash64(forename);
    const uint64_t b = Hash64(surname);
    keys.Add(Key(Kind::kFullName, std::min(a, b), std::max(a, b)));
  }
  AddPostcodeKeys(features, forms, keys);
  if (features.date_of_birth >= 10000) {
    keys.AddBoth(Kind::kYearNames, static_cast<uint64_t>(features.date_of_birth / 10000), forms);
  }
  keys.Finish();
}

void SearchKeys(const PersonFeatures& features, std::vector<uint64_t>* keys) {
  keys->clear();
  const std::string_view first = FirstToken(features.forenames);
  const std::string_view last = LastToken(features.surname);
  const auto add_sounds = [keys](std::string_view text) {
    for (const std::string_view token : FoldedTokens(text)) {
      keys->push_back(Key(Kind::kSearchSound, PhoneticCode(token)));
    }
  };
  add_sounds(features.forenames);
  add_sounds(features.surname);
  for (const std::string& other : features.other_surnames) {
    add_sounds(other);
  }
  if (!first.empty() && !last.empty()) {
    const uint64_t a = PhoneticCode(first);
    const uint64_t b = PhoneticCode(last);
    keys->push_back(Key(Kind::kSearchSounds, std::min(a, b), std::max(a, b)));
    keys->push_back(Key(Kind::kSearchInitial, static_cast<unsigned char>(first[0]), b));
  }
  if (features.date_of_birth % 100 != 0) {
    keys->push_back(Key(Kind::kSearchDate, DateWithoutOrder(features.date_of_birth)));
  }
  if (features.date_of_birth >= 10000 && !last.empty()) {
    keys->push_back(Key(Kind::kSearchYear, static_cast<uint64_t>(features.date_of_birth / 10000), PhoneticCode(last)));
  }
  for (const PersonFeatures::Address& address : features.addresses) {
    if (!address.postcode.empty()) {
      keys->push_back(Key(Kind::kSearchPostcode, Hash64(address.postcode)));
    }
  }
  if (!features.ni_number.empty()) {
    keys->push_back(Key(Kind::kSearchNiNumber, Hash64(std::string_view(features.ni_number).substr(0, 8))));
  }
  for (const uint64_t phone : features.phones) {
    keys->push_back(Key(Kind::kSearchPhone, phone));
  }
  for (const uint64_t email : features.emails) {
    keys->push_back(Key(Kind::kSearchEmail, email));
  }
  std::sort(keys->begin(), keys->end());
  keys->erase(std::unique(keys->begin(), keys->end()), keys->end());
}

}  // namespace wensum::matching
