#include "services/health/boundary_file.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::health {
namespace {

using nlohmann::json;
using Rings = std::vector<llpg::Boundary::Ring>;

constexpr size_t kMaxCode = 10;  // of WARD_CODE and PARISH_CODE
constexpr size_t kMaxName = 200;
constexpr size_t kMaxNamesInMessage = 20;
// The National Grid with the waters around it.
constexpr double kMinGrid = -100'000;
constexpr double kMaxGrid = 1'400'000;
constexpr std::string_view kTransform =
    "transform the file to EPSG:27700, the National Grid (ogr2ogr -t_srs EPSG:27700)";

// The member of an object, or null.
const json* Member(const json& object, const char* name) {
  if (!object.is_object()) {
    return nullptr;
  }
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

bool HasType(const json& object, std::string_view type) {
  const json* const member = Member(object, "type");
  return member != nullptr && member->is_string() && member->get_ref<const std::string&>() == type;
}

absl::Status AddRing(const json& positions, Rings* rings) {
  if (!positions.is_array()) {
    return InvalidArgument("a ring is not an array of positions");
  }
  llpg::Boundary::Ring& ring = rings->emplace_back();
  ring.reserve(positions.size());
  for (const json& position : positions) {
    if (!position.is_array() || position.size() < 2 || !position[0].is_number() || !position[1].is_number()) {
      return InvalidArgument("a position is not an array of two numbers");
    }
    const llpg::GridPoint point = {position[0].get<double>(), position[1].get<double>()};
    const auto in_range = [](double value) { return value >= kMinGrid && value <= kMaxGrid; };
    if (!in_range(point.easting) || !in_range(point.northing)) {
      return InvalidArgument(Cat("the position ", point.easting, ", ", point.northing, " is not on the National Grid"));
    }
    ring.push_back(point);
  }
  return absl::OkStatus();
}

absl::Status AddPolygon(const json* rings_of_polygon, Rings* rings) {
  if (rings_of_polygon == nullptr || !rings_of_polygon->is_array()) {
    return InvalidArgument("a polygon's coordinates are not an array of rings");
  }
  for (const json& ring : *rings_of_polygon) {
    WENSUM_RETURN_IF_ERROR(AddRing(ring, rings));
  }
  return absl::OkStatus();
}

absl::Status AddGeometry(const json* geometry, Rings* rings) {
  const json* const coordinates = geometry == nullptr ? nullptr : Member(*geometry, "coordinates");
  if (coordinates != nullptr && HasType(*geometry, "Polygon")) {
    return AddPolygon(coordinates, rings);
  }
  if (coordinates != nullptr && coordinates->is_array() && HasType(*geometry, "MultiPolygon")) {
    for (const json& polygon : *coordinates) {
      WENSUM_RETURN_IF_ERROR(AddPolygon(&polygon, rings));
    }
    return absl::OkStatus();
  }
  return InvalidArgument("its geometry is neither a Polygon nor a MultiPolygon");
}

// "urn:ogc:def:crs:EPSG::27700" or "EPSG:27700".
absl::Status CheckCrs(const json& crs) {
  const json* const properties = Member(crs, "properties");
  const json* const name = properties == nullptr ? nullptr : Member(*properties, "name");
  const std::string text = name != nullptr && name->is_string() ? name->get<std::string>() : crs.dump().substr(0, 100);
  if (!text.ends_with(":27700")) {
    return InvalidArgument(Cat("the file's crs is ", Quote(text, 100), "; ", kTransform));
  }
  return absl::OkStatus();
}

bool LooksLikeDegrees(const llpg::Boundary& boundary) {
  const llpg::GridBox degrees = {{-180, -90}, {180, 90}};
  return degrees.Contains(boundary.bounds().low) && degrees.Contains(boundary.bounds().high);
}

class Reader {
 public:
  explicit Reader(const BoundaryFileOptions& options) : options_(options), code_property_(options.code_property) {}

  absl::StatusOr<std::vector<llpg::Boundary>> Read(std::string_view geojson) {
    // Features are taken as they end, and dropped.
    const auto take = [this](int /*depth*/, json::parse_event_t event, json& parsed) {
      if (event != json::parse_event_t::object_end || !HasType(parsed, "Feature")) {
        return true;
      }
      ++features_;
      if (status_.ok()) {
        status_ = Annotate(Add(parsed), Cat("feature ", features_));
      }
      return false;
    };
    const json root = json::parse(geojson.begin(), geojson.end(), take, /*allow_exceptions=*/false);
    WENSUM_RETURN_IF_ERROR(status_);
    if (root.is_discarded() || !HasType(root, "FeatureCollection")) {
      return InvalidArgument("the file is not a GeoJSON FeatureCollection");
    }
    const json* const crs = Member(root, "crs");
    const bool says_crs = crs != nullptr && !crs->is_null();
    if (says_crs) {
      WENSUM_RETURN_IF_ERROR(CheckCrs(*crs));
    }
    if (areas_.empty()) {
      return InvalidArgument("the file has no feature");
    }
    std::vector<llpg::Boundary> boundaries;
    for (const auto& [code, area] : areas_) {
      absl::StatusOr<llpg::Boundary> boundary = llpg::Boundary::Create(code, area.name, area.rings);
      if (!boundary.ok()) {
        return Annotate(boundary.status(), Cat("the boundary of ", code));
      }
      boundaries.push_back(*std::move(boundary));
    }
    if (!says_crs && std::ranges::all_of(boundaries, &LooksLikeDegrees)) {
      return InvalidArgument(Cat("the coordinates look like longitude and latitude; ", kTransform));
    }
    return boundaries;
  }

 private:
  struct Area {
    std::string name;
    Rings rings;
  };

  absl::Status Add(const json& feature) {
    const json* const properties = Member(feature, "properties");
    if (properties == nullptr || !properties->is_object()) {
      return InvalidArgument("it has no properties, so no code");
    }
    if (code_property_.empty()) {
      WENSUM_RETURN_IF_ERROR(FindCodeProperty(*properties));
    }
    const json* const code = Member(*properties, code_property_.c_str());
    if (code == nullptr || !code->is_string() || !IsCode(code->get_ref<const std::string&>())) {
      return InvalidArgument(Cat("its property ", Quote(code_property_, 40), " is no code of 1 to ", kMaxCode,
                                 " letters and digits; say which one has the codes"));
    }
    Area& area = areas_[code->get<std::string>()];
    std::string name_property = code_property_;
    if (EndsWithCode(name_property)) {
      name_property.replace(name_property.size() - 2, 2, IsLower(name_property.back()) ? "nm" : "NM");
      if (const json* const name = Member(*properties, name_property.c_str()); name != nullptr && name->is_string()) {
        area.name = name->get<std::string>().substr(0, kMaxName);
        area.name.resize(ValidUtf8Prefix(area.name));
      }
    }
    return AddGeometry(Member(feature, "geometry"), &area.rings);
  }

  static bool IsCode(const std::string& text) {
    return !text.empty() && text.size() <= kMaxCode &&
           std::ranges::all_of(text, [](char c) { return IsLetter(c) || IsDigit(c); });
  }
  static bool EndsWithCode(std::string_view name) {
    return name.size() > 2 && EqualsIgnoreCaseAscii(name.substr(name.size() - 2), "CD");
  }

  absl::Status FindCodeProperty(const json& properties) {
    std::vector<std::string> names;
    for (const auto& [name, value] : properties.items()) {
      const bool prefixed =
          EqualsIgnoreCaseAscii(std::string_view(name).substr(0, options_.prefix.size()), options_.prefix);
      if (prefixed && EndsWithCode(name)) {
        code_property_ = name;
        return absl::OkStatus();
      }
      if (names.size() < kMaxNamesInMessage) {
        names.push_back(Quote(name, 40));
      }
    }
    return InvalidArgument(
        Cat("no property looks like ", options_.prefix, "..CD; say which one has the codes: ", Join(names, ", ")));
  }

  const BoundaryFileOptions& options_;
  std::string code_property_;
  std::map<std::string, Area> areas_;
  size_t features_ = 0;
  absl::Status status_;
};

}  // namespace

absl::StatusOr<std::vector<llpg::Boundary>> ParseBoundaries(std::string_view geojson,
                                                            const BoundaryFileOptions& options) {
  return Reader(options).Read(geojson);
}

}  // namespace wensum::health
