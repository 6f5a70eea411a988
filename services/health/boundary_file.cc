#include "services/health/boundary_file.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
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
constexpr size_t kMaxCandidates = 100;  // properties that may hold the code or the name
constexpr size_t kMaxDepth = 32;
constexpr size_t kPolygonDepth = 3;  // of a number in the arrays of its coordinates
constexpr size_t kMultiPolygonDepth = 4;
// The National Grid with the waters around it.
constexpr double kMinGrid = -100'000;
constexpr double kMaxGrid = 1'400'000;
constexpr std::string_view kTransform =
    "transform the file to EPSG:27700, the National Grid (ogr2ogr -t_srs EPSG:27700)";

bool EndsWithIgnoreCase(std::string_view text, std::string_view end) {
  return text.size() > end.size() && EqualsIgnoreCaseAscii(text.substr(text.size() - end.size()), end);
}

bool IsCode(const std::string& text) {
  return !text.empty() && text.size() <= kMaxCode &&
         std::ranges::all_of(text, [](char c) { return IsLetter(c) || IsDigit(c); });
}

// The property of the name that belongs to a code's: "WD24NM" of "WD24CD"; empty if that one ends otherwise.
std::string NameProperty(std::string code_property) {
  if (!EndsWithIgnoreCase(code_property, "CD")) {
    return "";
  }
  code_property.replace(code_property.size() - 2, 2, IsLower(code_property.back()) ? "nm" : "NM");
  return code_property;
}

// The rings of a geometry, from the arrays of its coordinates. Whether it is a Polygon or a MultiPolygon may be said
// after them.
class Coordinates {
 public:
  void Clear() {
    rings_.clear();
    status_ = absl::OkStatus();
    depth_ = position_depth_ = 0;
    empty_depths_ = 0;
    begun_ = in_ring_ = false;
  }

  void Open() {
    begun_ = true;
    ++depth_;
    if (depth_ > kMultiPolygonDepth || (position_depth_ != 0 && depth_ > position_depth_)) {
      Refuse("they are nested too deep");
      return;
    }
    ++items_[depth_ - 1];
    items_[depth_] = 0;
  }

  void Number(double value) {
    if (position_depth_ == 0) {
      position_depth_ = depth_;
    }
    if (depth_ != position_depth_) {
      NoPosition();
    }
    if (!status_.ok()) {
      return;
    }
    const size_t item = items_[depth_]++;
    if (item < position_.size()) {
      position_[item] = value;
    }
  }

  // Null, text, an object. After easting and northing a position may hold anything.
  void NoNumber() {
    if (status_.ok() && (depth_ == 0 || depth_ != position_depth_ || items_[depth_] < position_.size())) {
      NoPosition();
    }
  }

  void Close() {
    if (status_.ok()) {
      if (items_[depth_] == 0) {
        empty_depths_ |= 1U << depth_;
      } else if (depth_ == position_depth_) {
        AddPosition();
      } else if (depth_ + 1 == position_depth_) {
        in_ring_ = false;
        if (rings_.back().size() < 3) {
          Refuse("a ring has fewer than 3 positions");
        } else {
          rings_.back().shrink_to_fit();
        }
      }
    }
    --depth_;
  }

  // Appends the rings of a geometry whose numbers lie at `depth`.
  absl::Status MoveTo(size_t depth, Rings* rings) {
    WENSUM_RETURN_IF_ERROR(status_);
    // An array without items is an empty list of rings or polygons, but no ring and no position.
    const bool as_deep = position_depth_ == 0 || position_depth_ == depth;
    if (!begun_ || !as_deep || (empty_depths_ >> (depth - 1)) != 0) {
      return InvalidArgument(Cat("its coordinates are not those of a ",
                                 depth == kPolygonDepth ? "Polygon" : "MultiPolygon",
                                 ": arrays of rings, which are arrays of positions"));
    }
    std::ranges::move(rings_, std::back_inserter(*rings));
    rings_.clear();
    return absl::OkStatus();
  }

 private:
  void Refuse(std::string_view what) {
    if (status_.ok()) {
      status_ = InvalidArgument(Cat("its coordinates: ", what));
      Rings().swap(rings_);
    }
  }
  void NoPosition() { Refuse("a position is not an array of two numbers"); }

  void AddPosition() {
    if (items_[depth_] < position_.size()) {
      NoPosition();
      return;
    }
    const llpg::GridPoint point = {position_[0], position_[1]};
    const auto in_range = [](double value) { return value >= kMinGrid && value <= kMaxGrid; };
    if (!in_range(point.easting) || !in_range(point.northing)) {
      Refuse(Cat("the position ", point.easting, ", ", point.northing, " is not on the National Grid"));
      return;
    }
    if (++positions_ > llpg::Boundary::kMaxEdges) {
      Refuse(Cat("the file has more than ", llpg::Boundary::kMaxEdges,
                 " positions; simplify its lines, or send it in parts"));
      return;
    }
    if (!in_ring_) {
      rings_.emplace_back();
      in_ring_ = true;
    }
    rings_.back().push_back(point);
  }

  Rings rings_;
  absl::Status status_;
  bool begun_ = false;
  bool in_ring_ = false;
  size_t depth_ = 0;                                    // open arrays
  size_t position_depth_ = 0;                           // of the first number; 0: there was none
  uint32_t empty_depths_ = 0;                           // bit i: an array without items at depth i
  std::array<size_t, kMultiPolygonDepth + 1> items_{};  // so far, of the open array at each depth
  std::array<double, 2> position_{};
  size_t positions_ = 0;  // of the file
};

// What a value of the file is, by its place.
enum class Node : uint8_t {
  kOther,
  kFile,
  kFileType,
  kCrs,
  kCrsProperties,
  kCrsName,
  kFeatures,
  kFeature,
  kFeatureType,
  kProperties,
  kProperty,  // one that is kept
  kGeometry,
  kGeometryType,
  kCoordinates,
};

constexpr bool IsObject(Node node) {
  return node == Node::kFile || node == Node::kCrs || node == Node::kCrsProperties || node == Node::kFeature ||
         node == Node::kProperties || node == Node::kGeometry;
}

struct Area {
  std::string name;
  Rings rings;
};

// Takes what nlohmann's parser, which does not recurse, finds in the file. Returning false ends the parse.
class FileReader final : public nlohmann::json_sax<json> {
 public:
  explicit FileReader(const BoundaryFileOptions& options)
      : prefix_(options.prefix), code_property_(options.code_property), name_property_(NameProperty(code_property_)) {}

  // The areas by code, once the file was parsed.
  absl::StatusOr<std::map<std::string, Area>> Finish() {
    WENSUM_RETURN_IF_ERROR(status_);
    if (!is_collection_) {
      return InvalidArgument("the file is not a GeoJSON FeatureCollection");
    }
    if (areas_.empty()) {
      return InvalidArgument("the file has no feature");
    }
    return std::move(areas_);
  }
  [[nodiscard]] bool says_crs() const { return says_crs_; }

  bool null() override {
    const Node node = Next();
    return node == Node::kCrs || NoText(node);
  }
  bool boolean(bool /*value*/) override { return NoText(Next()); }
  bool number_integer(number_integer_t value) override { return Number(static_cast<double>(value)); }
  bool number_unsigned(number_unsigned_t value) override { return Number(static_cast<double>(value)); }
  bool number_float(number_float_t value, const string_t& /*text*/) override { return Number(value); }
  bool binary(binary_t& /*value*/) override { return NoText(Next()); }

  bool string(string_t& value) override {
    const Node node = Next();
    switch (node) {
      case Node::kFileType:
        is_collection_ = value == "FeatureCollection";
        return true;
      case Node::kCrsName:
        crs_name_ = value.substr(0, kMaxName);
        crs_is_grid_ = value.ends_with(":27700");
        return true;
      case Node::kFeatureType:
        is_feature_ = value == "Feature";
        return true;
      case Node::kProperty:
        KeepProperty(value.substr(0, kMaxName));
        return true;
      case Node::kGeometryType:
        number_depth_ = value == "Polygon" ? kPolygonDepth : value == "MultiPolygon" ? kMultiPolygonDepth : 0;
        return true;
      default:
        return NoText(node);
    }
  }

  bool start_object(std::size_t /*elements*/) override {
    const Node node = Next();
    switch (node) {
      case Node::kCrs:
        crs_name_.clear();
        crs_is_grid_ = false;
        break;
      case Node::kFeature:
        ++features_;
        is_feature_ = has_properties_ = false;
        properties_.clear();
        names_.clear();
        ClearGeometry();
        break;
      case Node::kProperties:
        has_properties_ = true;
        break;
      case Node::kGeometry:
        ClearGeometry();
        break;
      default:
        if (!NoText(node)) {
          return false;
        }
    }
    return Push(IsObject(node) ? node : Node::kOther, /*array=*/false);
  }

  bool key(string_t& name) override {
    next_ = Member(open_[depth_ - 1].node, name);
    return true;
  }

  bool end_object() override {
    const Node node = open_[--depth_].node;
    if (node == Node::kCrs) {
      says_crs_ = true;
      return crs_is_grid_ || Refuse(Cat("the file's crs is ", Quote(crs_name_, 100), "; ", kTransform));
    }
    if (node == Node::kFeature) {
      status_ = Annotate(AddFeature(), Cat("feature ", features_));
      return status_.ok();
    }
    return true;
  }

  bool start_array(std::size_t /*elements*/) override {
    const Node node = Next();
    if (node == Node::kCoordinates) {
      if (!InCoordinates()) {
        coordinates_.Clear();
      }
      coordinates_.Open();
    } else if (node != Node::kFeatures && !NoText(node)) {
      return false;
    }
    return Push(node == Node::kCoordinates || node == Node::kFeatures ? node : Node::kOther, /*array=*/true);
  }

  bool end_array() override {
    if (open_[--depth_].node == Node::kCoordinates) {
      coordinates_.Close();
    }
    return true;
  }

  bool parse_error(std::size_t position, const std::string& /*token*/, const json::exception& /*error*/) override {
    return Refuse(Cat("the file is not a GeoJSON FeatureCollection: its JSON is broken at byte ", position));
  }

 private:
  struct Open {
    Node node = Node::kOther;
    bool array = false;
  };
  struct Property {
    std::string name;
    std::optional<std::string> text;  // cut; none if it is no text
  };

  bool Refuse(std::string_view what) {
    status_ = InvalidArgument(what);
    return false;
  }

  // What the value that begins is.
  [[nodiscard]] Node Next() const {
    if (depth_ == 0) {
      return Node::kFile;
    }
    const Open& open = open_[depth_ - 1];
    if (!open.array) {
      return next_;
    }
    return open.node == Node::kFeatures ? Node::kFeature : open.node;
  }
  [[nodiscard]] bool InCoordinates() const { return open_[depth_ - 1].node == Node::kCoordinates; }

  bool Push(Node node, bool array) {
    if (depth_ == kMaxDepth) {
      return Refuse(Cat("the file is nested deeper than ", kMaxDepth, " levels"));
    }
    open_[depth_++] = {.node = node, .array = array};
    return true;
  }

  Node Member(Node object, const std::string& name) {
    switch (object) {
      case Node::kFile:
        return name == "type"       ? Node::kFileType
               : name == "crs"      ? Node::kCrs
               : name == "features" ? Node::kFeatures
                                    : Node::kOther;
      case Node::kCrs:
        return name == "properties" ? Node::kCrsProperties : Node::kOther;
      case Node::kCrsProperties:
        return name == "name" ? Node::kCrsName : Node::kOther;
      case Node::kFeature:
        return name == "type"         ? Node::kFeatureType
               : name == "properties" ? Node::kProperties
               : name == "geometry"   ? Node::kGeometry
                                      : Node::kOther;
      case Node::kProperties:
        return BeginProperty(name) ? Node::kProperty : Node::kOther;
      case Node::kGeometry:
        return name == "type" ? Node::kGeometryType : name == "coordinates" ? Node::kCoordinates : Node::kOther;
      default:
        return Node::kOther;
    }
  }

  // A value that is no text and no number, or not where it belongs.
  bool NoText(Node node) {
    if (node == Node::kFeature) {
      return Refuse(Cat("feature ", features_ + 1, " is not an object"));
    }
    if (node == Node::kCrs) {
      return Refuse(Cat("the file's crs is not an object with a name; ", kTransform));
    }
    if (node == Node::kProperty) {
      KeepProperty(std::nullopt);
    } else if (node == Node::kCoordinates && InCoordinates()) {
      coordinates_.NoNumber();
    }
    return true;
  }

  bool Number(double value) {
    const Node node = Next();
    if (node == Node::kCoordinates && InCoordinates()) {
      coordinates_.Number(value);
      return true;
    }
    return NoText(node);
  }

  // True if the property is wanted. Until the first feature has ended, any may be that could be one of the two.
  bool BeginProperty(const std::string& name) {
    if (code_property_.empty()) {
      const bool prefixed = EqualsIgnoreCaseAscii(std::string_view(name).substr(0, prefix_.size()), prefix_);
      if (names_.size() < kMaxNamesInMessage) {
        names_.push_back(Quote(name, 40));
      }
      if (!prefixed || !(EndsWithIgnoreCase(name, "CD") || EndsWithIgnoreCase(name, "NM"))) {
        return false;
      }
    } else if (name != code_property_ && name != name_property_) {
      return false;
    }
    property_name_ = name;
    return true;
  }

  void KeepProperty(std::optional<std::string> text) {
    const auto known = std::ranges::find(properties_, property_name_, &Property::name);
    if (known != properties_.end()) {
      known->text = std::move(text);
    } else if (properties_.size() < kMaxCandidates) {
      properties_.push_back({.name = property_name_, .text = std::move(text)});
    }
  }
  // Null if the feature has none of the name, or one that is no text.
  [[nodiscard]] const std::string* TextOf(const std::string& name) const {
    const auto found = std::ranges::find(properties_, name, &Property::name);
    return found == properties_.end() || !found->text.has_value() ? nullptr : &*found->text;
  }

  void ClearGeometry() {
    number_depth_ = 0;
    coordinates_.Clear();
  }

  absl::Status AddFeature() {
    if (!is_feature_) {
      return InvalidArgument("its type is not Feature");
    }
    if (!has_properties_) {
      return InvalidArgument("it has no properties, so no code");
    }
    if (code_property_.empty()) {
      WENSUM_RETURN_IF_ERROR(FindCodeProperty());
    }
    const std::string* const code = TextOf(code_property_);
    if (code == nullptr || !IsCode(*code)) {
      return InvalidArgument(Cat("its property ", Quote(code_property_, 40), " is no code of 1 to ", kMaxCode,
                                 " letters and digits; say which one has the codes"));
    }
    Area& area = areas_[*code];
    if (const std::string* const name = TextOf(name_property_); name != nullptr) {
      area.name = name->substr(0, ValidUtf8Prefix(*name));
    }
    if (number_depth_ == 0) {
      return InvalidArgument("its geometry is neither a Polygon nor a MultiPolygon");
    }
    return coordinates_.MoveTo(number_depth_, &area.rings);
  }

  // The first by name of those that look like one.
  absl::Status FindCodeProperty() {
    for (const Property& property : properties_) {
      if (EndsWithIgnoreCase(property.name, "CD") && (code_property_.empty() || property.name < code_property_)) {
        code_property_ = property.name;
      }
    }
    name_property_ = NameProperty(code_property_);
    return code_property_.empty() ? InvalidArgument(Cat("no property looks like ", prefix_,
                                                        "..CD; say which one has the codes: ", Join(names_, ", ")))
                                  : absl::OkStatus();
  }

  const std::string prefix_;
  std::string code_property_;  // empty until it is known
  std::string name_property_;
  std::map<std::string, Area> areas_;
  absl::Status status_;
  bool is_collection_ = false;
  bool says_crs_ = false;
  bool crs_is_grid_ = false;
  std::string crs_name_;

  std::array<Open, kMaxDepth> open_{};
  size_t depth_ = 0;
  Node next_ = Node::kOther;  // of an object's member whose key was read

  // Of the feature that is read.
  size_t features_ = 0;  // and how many there were before
  bool is_feature_ = false;
  bool has_properties_ = false;
  std::string property_name_;
  std::vector<Property> properties_;
  std::vector<std::string> names_;  // for the message that none looks like a code's
  size_t number_depth_ = 0;         // kPolygonDepth, kMultiPolygonDepth, or 0: another geometry, or none
  Coordinates coordinates_;
};

bool LooksLikeDegrees(const llpg::Boundary& boundary) {
  const llpg::GridBox degrees = {{-180, -90}, {180, 90}};
  return degrees.Contains(boundary.bounds().low) && degrees.Contains(boundary.bounds().high);
}

}  // namespace

absl::StatusOr<std::vector<llpg::Boundary>> ParseBoundaries(std::string_view geojson,
                                                            const BoundaryFileOptions& options) {
  FileReader reader(options);
  json::sax_parse(geojson.begin(), geojson.end(), &reader);  // what it returns, Finish knows
  WENSUM_ASSIGN_OR_RETURN(auto areas, reader.Finish());
  std::vector<llpg::Boundary> boundaries;
  boundaries.reserve(areas.size());
  for (auto& [code, area] : areas) {
    absl::StatusOr<llpg::Boundary> boundary = llpg::Boundary::Create(code, std::move(area.name), area.rings);
    if (!boundary.ok()) {
      return Annotate(boundary.status(), Cat("the boundary of ", code));
    }
    boundaries.push_back(*std::move(boundary));
    Rings().swap(area.rings);
  }
  if (!reader.says_crs() && std::ranges::all_of(boundaries, &LooksLikeDegrees)) {
    return InvalidArgument(Cat("the coordinates look like longitude and latitude; ", kTransform));
  }
  return boundaries;
}

}  // namespace wensum::health
