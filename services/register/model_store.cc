#include "services/register/model_store.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <tuple>
#include <utility>

#include "base/hash.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "matching/person/default_model.h"
#include "matching/person/person_schema.h"
#include "matching/score/model_json.h"
#include "storage/keys.h"
#include "wensum/storage/v1/log.pb.h"

namespace wensum::registry {
namespace {

using storage::Family;

constexpr uint32_t kModelFormat = 1;
constexpr std::string_view kModelPrefix = "model/";
constexpr size_t kNameDigits = 16;

// Bounds of rules: wide enough for every sensible model, narrow enough that none stops the server.
constexpr double kMaxThreshold = 100;
constexpr double kMaxNumber = 1'000;  // of weights and logarithms
// Clusters are weighed in fixed point, 2^(0.75 w) of each attribute's weight w: that must fit 64 bits with the largest
// weight there is (24) and a shift.
constexpr double kMaxShift = 32;
constexpr double kLeastSlope = 0.01;
constexpr double kMostSlope = 100;
constexpr uint32_t kMaxHubCap = 10'000;
constexpr uint32_t kMaxComponentLimit = 100'000;
constexpr uint32_t kMaxRichness = 4;

std::string ContentHash(matching::LinkageModel& model) {
  const std::string version = std::exchange(model.version, "");
  std::string hash = Sha256Hex(matching::ModelToJson(model));
  model.version = version;
  return hash;
}

// All that the model tells of itself.
storage::v1::ModelInfo Describe(const matching::LinkageModel& model, std::string_view json, std::string content,
                                ModelOrigin origin, TimeMicros time) {
  const matching::LinkageParameters& parameters = model.parameters;
  storage::v1::ModelInfo info;
  info.set_format(kModelFormat);
  info.set_version(model.version);
  info.set_origin(static_cast<uint32_t>(origin));
  info.set_create_time(time);
  info.set_content_sha256(std::move(content));
  info.set_match_rate(parameters.match_rate);
  info.set_household_class(parameters.household.on);
  info.set_merge_threshold(parameters.rules.merge_threshold);
  info.set_review_threshold(parameters.rules.review_threshold);
  info.set_json_bytes(json.size());
  info.set_calibration_slope(parameters.calibration.slope);
  info.set_calibration_offset(parameters.calibration.offset);
  info.set_calibration_labels(parameters.calibration.labels);
  return info;
}

template <typename Row>
absl::StatusOr<Row> ParseRow(std::string_view bytes, std::string_view what) {
  Row row;
  if (!row.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) || row.format() > kModelFormat) {
    return DataLoss(Cat(what, " cannot be read"));
  }
  return row;
}

absl::Status NoSuchModel(std::string_view version) { return NotFound(Cat("there is no model ", Quote(version))); }

std::string AttributeText(const matching::Attribute& attribute) {
  return Cat(Quote(attribute.name), " (", matching::TypeName(attribute.type), ")");
}

absl::Status CheckSchema(const matching::Schema& schema) {
  const matching::Schema& expected = matching::PersonSchema();
  if (schema == expected) {
    return absl::OkStatus();
  }
  const std::string_view advice =
      "; train one here, or take one that `wensum people dedupe` learnt under the schema in docs/people-model.md";
  for (size_t i = 0; i < std::min(schema.size(), expected.size()); ++i) {
    if (!(schema[i] == expected[i])) {
      return InvalidArgument(Cat("the model was learnt for other attributes than the register's: number ", i + 1,
                                 " is ", AttributeText(schema[i]), ", expected ", AttributeText(expected[i]), advice));
    }
  }
  return InvalidArgument(
      Cat("the model was learnt for ", schema.size(), " attributes; the register has ", expected.size(), advice));
}

bool AllBounded(const matching::FrequencyMap& map) {
  return std::all_of(map.begin(), map.end(), [](const auto& entry) { return std::abs(entry.second) <= kMaxNumber; });
}

bool AllBounded(std::span<const matching::FrequencyMap> maps) {
  return std::all_of(maps.begin(), maps.end(), [](const auto& map) { return AllBounded(map); });
}

bool AllBounded(std::span<const float> numbers) {
  return std::all_of(numbers.begin(), numbers.end(), [](float number) { return std::abs(number) <= kMaxNumber; });
}

// Scores are sums of these: none may be infinite.
absl::Status CheckNumbers(const matching::LinkageModel& model) {
  const matching::Frequencies& frequencies = model.frequencies;
  bool bounded =
      AllBounded(frequencies.values) && AllBounded(frequencies.text_words) && AllBounded(frequencies.name_words) &&
      AllBounded(frequencies.once) && AllBounded(frequencies.word_once) && AllBounded(frequencies.one_holder) &&
      std::abs(frequencies.name_word_once) <= kMaxNumber && std::abs(model.parameters.household.prior) <= kMaxNumber;
  for (const matching::AttributeModel& attribute : model.parameters.attributes) {
    bounded = bounded && std::abs(attribute.log2_chance_agreement) <= kMaxNumber;
    for (const matching::LevelTable& shift : attribute.shift) {
      if (!std::all_of(shift.begin(), shift.end(), [](double number) { return std::abs(number) <= kMaxShift; })) {
        return InvalidArgument(
            Cat("a shift of the model is beyond ", kMaxShift, " in logarithms of base 2: the model is damaged"));
      }
    }
  }
  if (!bounded) {
    return InvalidArgument(Cat("a frequency or prior of the model is beyond ", kMaxNumber,
                               " in logarithms of base 2: the model is damaged"));
  }
  const matching::ScoreCalibration& calibration = model.parameters.calibration;
  if (!(calibration.slope >= kLeastSlope && calibration.slope <= kMostSlope &&
        std::abs(calibration.offset) <= kMaxThreshold)) {
    return InvalidArgument(Cat("the model's calibration has slope ", calibration.slope, " and offset ",
                               calibration.offset, "; expected ", kLeastSlope, " to ", kMostSlope, ", and ",
                               -kMaxThreshold, " to ", kMaxThreshold));
  }
  if (!(model.parameters.match_rate > 0 && model.parameters.match_rate < 1)) {
    return InvalidArgument(
        Cat("the model's match_rate is ", model.parameters.match_rate, "; expected above 0, below 1"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckPersonModel(const matching::LinkageModel& model) {
  WENSUM_RETURN_IF_ERROR(CheckSchema(model.schema));
  WENSUM_RETURN_IF_ERROR(CheckNumbers(model));
  const matching::ResolutionRules& rules = model.parameters.rules;
  for (const double threshold :
       {rules.merge_threshold, rules.edge_floor, rules.review_threshold, rules.undated_below}) {
    if (!(std::abs(threshold) <= kMaxThreshold)) {
      return InvalidArgument(
          Cat("a threshold of the model's rules is ", threshold, "; expected ", -kMaxThreshold, " to ", kMaxThreshold));
    }
  }
  if (rules.edge_floor > rules.merge_threshold || rules.review_threshold > rules.merge_threshold) {
    return InvalidArgument(Cat("edge_floor ", rules.edge_floor, " and review_threshold ", rules.review_threshold,
                               " must not be above merge_threshold ", rules.merge_threshold));
  }
  const auto is_cap = [](uint32_t cap) { return cap >= 2 && cap <= kMaxHubCap; };
  if (!is_cap(rules.hub_cap) || !is_cap(rules.mixed_cap) || rules.component_limit < 2 ||
      rules.component_limit > kMaxComponentLimit || rules.key_richness > kMaxRichness) {
    return InvalidArgument(Cat("hub_cap ", rules.hub_cap, ", mixed_cap ", rules.mixed_cap, ", component_limit ",
                               rules.component_limit, " or key_richness ", rules.key_richness,
                               " is out of bounds: 2 to ", kMaxHubCap, " for both caps, 2 to ", kMaxComponentLimit,
                               ", 0 to ", kMaxRichness));
  }
  return absl::OkStatus();
}

NamedModel NameByContent(matching::LinkageModel model, ModelOrigin origin, TimeMicros now) {
  NamedModel named;
  const std::string content = ContentHash(model);
  const std::string label = std::exchange(model.version, Cat("m-", content.substr(0, kNameDigits)));
  named.json = matching::ModelToJson(model);
  named.info = Describe(model, named.json, content, origin, now);
  if (label != model.version) {
    named.info.set_label(label);
  }
  named.model = std::move(model);
  return named;
}

void PutModel(const NamedModel& named, storage::WriteBatch& batch) {
  const std::string& version = named.info.version();
  batch.Put(Family::kMeta, storage::ModelKey(version), named.json);
  batch.Put(Family::kMeta, storage::ModelInfoKey(version), named.info.SerializeAsString());
}

void DeleteModel(std::string_view version, storage::WriteBatch& batch) {
  batch.Delete(Family::kMeta, storage::ModelKey(version));
  batch.Delete(Family::kMeta, storage::ModelInfoKey(version));
}

absl::StatusOr<std::vector<storage::v1::ModelInfo>> ListModels(const storage::Reader& reader) {
  const auto iterator = reader.NewIterator(Family::kMeta, storage::PrefixRange(storage::ModelInfoPrefix()));
  std::vector<storage::v1::ModelInfo> models;
  for (iterator->SeekToFirst(); iterator->Valid(); iterator->Next()) {
    WENSUM_ASSIGN_OR_RETURN(auto info, ParseRow<storage::v1::ModelInfo>(iterator->value(), "the record of a model"));
    models.push_back(std::move(info));
  }
  WENSUM_RETURN_IF_ERROR(iterator->status());
  std::sort(models.begin(), models.end(), [](const auto& a, const auto& b) {
    return std::tuple(a.create_time(), std::string_view(a.version())) <
           std::tuple(b.create_time(), std::string_view(b.version()));
  });
  return models;
}

absl::StatusOr<storage::v1::ModelInfo> ReadModelInfo(const storage::Reader& reader, std::string_view version) {
  WENSUM_ASSIGN_OR_RETURN(const auto value, reader.Get(Family::kMeta, storage::ModelInfoKey(version)));
  if (!value.has_value()) {
    return NoSuchModel(version);
  }
  return ParseRow<storage::v1::ModelInfo>(*value, Cat("the record of model ", Quote(version)));
}

absl::StatusOr<std::string> ReadModelJson(const storage::Reader& reader, std::string_view version) {
  WENSUM_ASSIGN_OR_RETURN(auto value, reader.Get(Family::kMeta, storage::ModelKey(version)));
  if (!value.has_value()) {
    return NoSuchModel(version);
  }
  return *std::move(value);
}

absl::StatusOr<std::shared_ptr<const matching::LinkageModel>> ReadModel(const storage::Reader& reader,
                                                                        std::string_view version) {
  WENSUM_ASSIGN_OR_RETURN(const std::string json, ReadModelJson(reader, version));
  absl::StatusOr<matching::LinkageModel> model = matching::ModelFromJson(json);
  if (!model.ok()) {
    return DataLoss(Cat("the stored model ", Quote(version), " cannot be read (", Message(model.status()), ")"));
  }
  // The schema may have changed since it was stored.
  WENSUM_RETURN_IF_ERROR(CheckPersonModel(*model));
  return std::make_shared<const matching::LinkageModel>(*std::move(model));
}

absl::StatusOr<std::vector<storage::v1::ModelActivation>> ListActivations(const storage::Reader& reader) {
  const auto iterator = reader.NewIterator(Family::kMeta, storage::PrefixRange(storage::ModelActivationPrefix()));
  std::vector<storage::v1::ModelActivation> activations;
  for (iterator->SeekToFirst(); iterator->Valid(); iterator->Next()) {
    WENSUM_ASSIGN_OR_RETURN(auto activation,
                            ParseRow<storage::v1::ModelActivation>(iterator->value(), "the record of an activation"));
    activations.push_back(std::move(activation));
  }
  WENSUM_RETURN_IF_ERROR(iterator->status());
  return activations;
}

void PutActivation(const storage::v1::ModelActivation& activation, storage::WriteBatch& batch) {
  storage::v1::ModelActivation stored = activation;
  stored.set_format(kModelFormat);
  batch.Put(Family::kMeta, storage::ModelActivationKey(stored.number()), stored.SerializeAsString());
}

absl::Status DescribeModels(storage::Store& store) {
  WENSUM_ASSIGN_OR_RETURN(const auto meta_value, store.Get(Family::kMeta, storage::MetaKey()));
  storage::v1::Meta meta;
  if (!meta_value.has_value() || !meta.ParseFromString(*meta_value)) {
    return DataLoss("the meta record of the data directory cannot be read");
  }
  const auto iterator = store.NewIterator(Family::kMeta, storage::PrefixRange(kModelPrefix));
  storage::WriteBatch batch;
  for (iterator->SeekToFirst(); iterator->Valid(); iterator->Next()) {
    const std::string version(iterator->key().substr(kModelPrefix.size()));
    WENSUM_ASSIGN_OR_RETURN(const auto known, store.Get(Family::kMeta, storage::ModelInfoKey(version)));
    if (known.has_value()) {
      continue;
    }
    absl::StatusOr<matching::LinkageModel> model = matching::ModelFromJson(iterator->value());
    if (!model.ok()) {
      continue;  // not the one in force, which was read before: nobody can use it
    }
    WENSUM_ASSIGN_OR_RETURN(matching::LinkageModel shipped, matching::DefaultPersonModel());
    const std::string content = ContentHash(*model);
    const bool is_default = content == ContentHash(shipped);
    const auto info = Describe(*model, iterator->value(), content,
                               is_default ? ModelOrigin::kDefault : ModelOrigin::kUnknown, meta.create_time());
    batch.Put(Family::kMeta, storage::ModelInfoKey(version), info.SerializeAsString());
  }
  WENSUM_RETURN_IF_ERROR(iterator->status());
  return batch.empty() ? absl::OkStatus() : store.Write(batch, storage::Durability::kSync);
}

}  // namespace wensum::registry
