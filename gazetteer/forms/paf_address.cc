#include "gazetteer/forms/paf_address.h"

#include <string>
#include <utility>

#include "base/strings.h"
#include "model/postcode.h"

namespace wensum::llpg {
namespace {

// Streets, localities and post town of one language, cleaned.
struct Places {
  std::string dependent_thoroughfare;
  std::string thoroughfare;
  std::string double_dependent_locality;
  std::string dependent_locality;
  std::string post_town;
};

std::string Either(std::string_view welsh, std::string_view english, PafLanguage language) {
  std::string out = language == PafLanguage::kWelsh ? CleanComponent(welsh) : std::string();
  return out.empty() ? CleanComponent(english) : out;
}

Places PlacesOf(const model::DeliveryPoint& point, PafLanguage language) {
  return {Either(point.welsh_dependent_thoroughfare, point.dependent_thoroughfare, language),
          Either(point.welsh_thoroughfare, point.thoroughfare, language),
          Either(point.welsh_double_dependent_locality, point.double_dependent_locality, language),
          Either(point.welsh_dependent_locality, point.dependent_locality, language),
          Either(point.welsh_post_town, point.post_town, language)};
}

// What stands on lines of its own before the street, and what stands before the street's name on its line.
struct Building {
  std::string sub_building;
  std::string name;
  std::string street_prefix;
};

Building BuildingOf(const model::DeliveryPoint& point) {
  Building building = {CleanComponent(point.sub_building_name), CleanComponent(point.building_name),
                       CleanComponent(point.building_number)};
  if (building.street_prefix.empty() && IsNumberLike(building.name)) {
    building.street_prefix = std::exchange(building.name, {});
  }
  if (IsNumberLike(building.sub_building)) {
    if (!building.name.empty()) {
      building.name = Cat(std::exchange(building.sub_building, {}), " ", building.name);
    } else if (building.street_prefix.empty()) {
      building.street_prefix = std::exchange(building.sub_building, {});
    }
  }
  return building;
}

std::string PoBoxText(std::string_view number) {
  const std::string clean = CleanComponent(number);
  const bool named = EqualsIgnoreCaseAscii(std::string_view(clean).substr(0, 6), "PO BOX");
  return clean.empty() || named ? clean : Cat("PO BOX ", clean);
}

std::string PostcodeText(std::string_view text) {
  const auto postcode = model::Postcode::Parse(text);
  return postcode.ok() ? postcode->ToString() : CleanComponent(text);
}

}  // namespace

bool HasWelsh(const model::DeliveryPoint& point) {
  for (const std::string* const field :
       {&point.welsh_dependent_thoroughfare, &point.welsh_thoroughfare, &point.welsh_double_dependent_locality,
        &point.welsh_dependent_locality, &point.welsh_post_town}) {
    if (!CleanComponent(*field).empty()) {
      return true;
    }
  }
  return false;
}

bool IsNumberLike(std::string_view name) {
  if (name.size() == 1) {
    return IsDigit(name[0]) || IsLetter(name[0]);
  }
  if (name.empty() || !IsDigit(name.front())) {
    return false;
  }
  return IsDigit(name.back()) || (IsLetter(name.back()) && IsDigit(name[name.size() - 2]));
}

std::string PafNumber(const model::DeliveryPoint& point) { return BuildingOf(point).street_prefix; }

AddressLines PafLines(const model::DeliveryPoint& point, PafLanguage language) {
  const std::string organisation = CleanComponent(point.organisation_name);
  const bool repeated = EqualsIgnoreCaseAscii(organisation, CleanComponent(point.sub_building_name)) ||
                        EqualsIgnoreCaseAscii(organisation, CleanComponent(point.building_name));
  Building building = BuildingOf(point);
  const Places places = PlacesOf(point, language);

  AddressLines lines;
  const auto add = [&lines](LineRole role, std::string text) {
    if (!text.empty()) {
      lines.push_back({role, std::move(text)});
    }
  };
  std::string prefix = std::move(building.street_prefix);
  // A line that takes the number, if none above it has.
  const auto add_place = [&add, &prefix](LineRole role, const std::string& text) {
    if (!text.empty()) {
      const std::string number = std::exchange(prefix, {});
      add(role, Cat(number, number.empty() ? "" : " ", text));
    }
  };

  add(LineRole::kOrganisation, repeated ? std::string() : organisation);
  add(LineRole::kDepartment, CleanComponent(point.department_name));
  add(LineRole::kPoBox, PoBoxText(point.po_box_number));
  add(LineRole::kSao, std::move(building.sub_building));
  add(LineRole::kPao, std::move(building.name));
  add_place(LineRole::kStreet, places.dependent_thoroughfare);
  add_place(LineRole::kStreet, places.thoroughfare);
  add_place(LineRole::kLocality, places.double_dependent_locality);
  add_place(LineRole::kLocality, places.dependent_locality);
  add(LineRole::kStreet, std::move(prefix));
  add(LineRole::kPostTown, places.post_town);
  add(LineRole::kPostcode, PostcodeText(point.postcode));
  return lines;
}

}  // namespace wensum::llpg
