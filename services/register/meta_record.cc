#include "services/register/meta_record.h"

#include <utility>

#include "base/random.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "matching/person/default_model.h"
#include "matching/score/model_json.h"
#include "services/register/model_store.h"
#include "storage/keys.h"

namespace wensum::registry {
namespace {

using storage::Family;

// Of the data directory as a whole; see docs/formats.md.
constexpr uint32_t kDirectoryFormat = 1;

}  // namespace

absl::StatusOr<matching::LinkageModel> ModelInForce(const storage::Store& store, const std::string& version) {
  WENSUM_ASSIGN_OR_RETURN(const auto json, store.Get(Family::kMeta, storage::ModelKey(version)));
  if (!json.has_value()) {
    WENSUM_ASSIGN_OR_RETURN(const auto activations, ListActivations(store));
    if (!activations.empty()) {
      return DataLoss(
          Cat("the model in force, ", Quote(version), ", is missing: restore the data directory from a backup"));
    }
    return matching::DefaultPersonModel();
  }
  absl::StatusOr<matching::LinkageModel> model = matching::ModelFromJson(*json);
  if (!model.ok()) {
    return DataLoss(Cat("the stored model ", Quote(version), " cannot be read (", Message(model.status()),
                        "): restore the data directory from a backup"));
  }
  // Another version of the program may know other attributes of a person.
  WENSUM_RETURN_IF_ERROR(CheckPersonModel(*model));
  return model;
}

void PutMeta(const storage::v1::Meta& meta, storage::WriteBatch& batch) {
  batch.Put(Family::kMeta, storage::MetaKey(), meta.SerializeAsString());
}

absl::Status WriteMeta(storage::Store& store, const storage::v1::Meta& meta, const matching::LinkageModel& model,
                       storage::WriteBatch more) {
  storage::WriteBatch batch = std::move(more);
  PutMeta(meta, batch);
  batch.Put(Family::kMeta, storage::ModelKey(model.version), matching::ModelToJson(model));
  return store.Write(batch, storage::Durability::kSync);
}

absl::StatusOr<storage::v1::Meta> OpenMeta(storage::Store& store, const Clock& clock, const RegisterOptions& options) {
  WENSUM_ASSIGN_OR_RETURN(const auto value, store.Get(Family::kMeta, storage::MetaKey()));
  storage::v1::Meta meta;
  if (value.has_value()) {
    if (!meta.ParseFromString(*value)) {
      return DataLoss("the meta record of the data directory cannot be read");
    }
    if (meta.format() > kDirectoryFormat) {
      return FailedPrecondition(Cat("the data directory has format ", meta.format(),
                                    ", written by a newer version; this one reads up to format ", kDirectoryFormat,
                                    ": run the newer version"));
    }
    return meta;
  }
  const std::string random = SecureRandomBytes(40);
  uint64_t id_key = 0;
  for (size_t i = 0; i < 8; ++i) {
    id_key = (id_key << 8) | static_cast<unsigned char>(random[i]);
  }
  meta.set_format(kDirectoryFormat);
  meta.set_id_key(id_key);
  meta.set_hash_key(random.substr(8));
  meta.set_create_time(clock.Now());
  meta.set_rules_yaml(options.rules.yaml);
  meta.set_derived_version(kDerivedVersion);
  meta.set_gazetteer_keys(kGazetteerKeys);
  meta.set_address_rules(kAddressRules);
  meta.set_tasks(kTasks);
  meta.set_occupancies(kOccupancies);
  WENSUM_ASSIGN_OR_RETURN(const matching::LinkageModel model, matching::DefaultPersonModel());
  meta.set_model_version(model.version);
  meta.mutable_purposes()->Add(options.rules.purposes.begin(), options.rules.purposes.end());
  WENSUM_RETURN_IF_ERROR(WriteMeta(store, meta, model));
  return meta;
}

absl::Status CheckPurposes(const storage::v1::Meta& meta, const RegisterRules& rules) {
  for (int i = 0; i < meta.purposes_size(); ++i) {
    const auto at = static_cast<size_t>(i);
    if (at >= rules.purposes.size() || rules.purposes[at] != meta.purposes(i)) {
      return FailedPrecondition(Cat("purpose ", Quote(meta.purposes(i)), " must stay number ", i + 1,
                                    " of `purposes`: values are stored under it; add new purposes at the end"));
    }
  }
  return absl::OkStatus();
}

}  // namespace wensum::registry
