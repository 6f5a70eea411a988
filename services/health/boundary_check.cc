#include "services/health/boundary_check.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <variant>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/gazetteer/prepared_row.h"
#include "services/gazetteer/row_codec.h"
#include "services/health/boundary_file.h"
#include "services/register/prepare.h"
#include "services/rpc/limits.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/status_details.h"

namespace wensum::health {
namespace {

constexpr uint8_t kBlpuRecord = 21;
constexpr size_t kRowsOfCommit = 1'000;
constexpr size_t kDefaultDifferences = 100;
constexpr size_t kMaxDifferences = 1'000;
constexpr size_t kMaxCustodians = 100;
constexpr size_t kMaxPropertyName = 64;

// A BLPU that is to be changed, as it was judged.
struct Change {
  uint64_t uprn = 0;
  std::string stored;
  std::string found;
  llpg::GridPoint position;
};

struct StoredBlpu {
  model::Blpu row;
  gazetteer::RowOrigin origin;
};

absl::StatusOr<StoredBlpu> ParseBlpu(std::string_view value) {
  storage::v1::GazetteerRow stored;
  WENSUM_RETURN_IF_ERROR(gazetteer::ParseStoredRow(value, &stored));
  WENSUM_ASSIGN_OR_RETURN(model::GazetteerRow row, gazetteer::DecodeRow(stored));
  auto* const blpu = std::get_if<model::Blpu>(&row);
  if (blpu == nullptr) {
    return DataLoss("another row stands where a BLPU belongs");
  }
  return StoredBlpu{std::move(*blpu),
                    {.format = static_cast<model::GazetteerFormat>(stored.source_format()),
                     .import_run = stored.import_run(),
                     .purposes = stored.purposes()}};
}

bool IsLive(const model::Blpu& row) {
  return row.logical_status == 1 || row.logical_status == 5 || row.logical_status == 6;
}

class Checker {
 public:
  // All must outlive it.
  Checker(registry::Register* reg, const Clock* clock, const llpg::BoundaryIndex* boundaries,
          const BoundaryCheckOptions* options, const rpc::CallContext* call, v1::BoundaryReport* report)
      : register_(*reg), clock_(*clock), boundaries_(*boundaries), options_(*options), call_(*call), report_(*report) {
    for (const llpg::Boundary& boundary : boundaries_.boundaries()) {
      counts_[boundary.code()].set_name(boundary.name());
    }
  }

  absl::Status Run() {
    WENSUM_ASSIGN_OR_RETURN(const registry::ReadView view, register_.OpenView({}));
    report_.set_revision(view.revision());
    report_.set_boundaries(boundaries_.boundaries().size());
    const auto it = view.reader().NewIterator(
        storage::Family::kProperty, storage::PrefixRange(storage::AllPropertyRowsPrefix(register_.register_id())));
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      WENSUM_ASSIGN_OR_RETURN(const storage::RowKeyParts parts, storage::ParsePropertyRowKey(it->key()));
      if (parts.row_type != kBlpuRecord) {
        continue;
      }
      if (call_.cancelled()) {
        return MakeStatus(absl::StatusCode::kCancelled,
                          Cat("the caller went away; ", report_.changed(), " properties were changed until then"));
      }
      WENSUM_ASSIGN_OR_RETURN(const StoredBlpu blpu, ParseBlpu(it->value()));
      if (IsLive(blpu.row) && IsWanted(blpu.row)) {
        Judge(blpu);
      }
      if (changes_.size() == kRowsOfCommit) {
        WENSUM_RETURN_IF_ERROR(Commit());
      }
    }
    WENSUM_RETURN_IF_ERROR(it->status());
    WENSUM_RETURN_IF_ERROR(Commit());
    for (auto& [code, count] : counts_) {
      count.set_code(code);
      *report_.add_by_boundary() = std::move(count);
    }
    return absl::OkStatus();
  }

 private:
  [[nodiscard]] bool ward() const { return options_.kind == v1::BoundarySpec::KIND_WARD; }
  [[nodiscard]] const std::string& CodeOf(const model::Blpu& row) const {
    return ward() ? row.ward_code : row.parish_code;
  }

  [[nodiscard]] bool IsWanted(const model::Blpu& row) const {
    return options_.custodians.empty() || options_.custodians.contains(row.local_custodian_code);
  }

  void Judge(const StoredBlpu& blpu) {
    report_.set_properties(report_.properties() + 1);
    const llpg::GridPoint position = {blpu.row.x, blpu.row.y};
    if (blpu.origin.format != model::GazetteerFormat::kDtf73 || position == llpg::GridPoint()) {
      report_.set_not_judged(report_.not_judged() + 1);
      return;
    }
    const std::vector<const llpg::Boundary*> found = boundaries_.Find(position);
    const std::string& stored = CodeOf(blpu.row);
    if (found.empty()) {
      report_.set_outside(report_.outside() + 1);
      return;
    }
    for (const llpg::Boundary* const boundary : found) {
      if (boundary->code() == stored) {
        report_.set_same(report_.same() + 1);
        Count(stored, /*different=*/false);
        return;
      }
    }
    if (found.size() > 1) {
      report_.set_ambiguous(report_.ambiguous() + 1);
      return;
    }
    if (stored.empty()) {
      report_.set_unset(report_.unset() + 1);
    } else {
      report_.set_different(report_.different() + 1);
    }
    Differs({blpu.row.uprn.value(), stored, found.front()->code(), position});
  }

  void Count(const std::string& code, bool different) {
    v1::BoundaryCount& count = counts_[code];
    count.set_properties(count.properties() + 1);
    count.set_different(count.different() + (different ? 1 : 0));
  }

  void Differs(Change change) {
    Count(change.found, /*different=*/true);
    if (static_cast<size_t>(report_.differences_size()) < options_.max_differences) {
      v1::BoundaryDifference& difference = *report_.add_differences();
      difference.set_property(rpc::PropertyName(change.uprn));
      difference.set_stored_code(change.stored);
      difference.set_found_code(change.found);
      difference.set_easting(change.position.easting);
      difference.set_northing(change.position.northing);
    }
    if (options_.set) {
      changes_.push_back(std::move(change));
    }
  }

  // Writes what was collected. What is no longer as it was judged stays.
  absl::Status Commit() {
    if (changes_.empty()) {
      return absl::OkStatus();
    }
    uint64_t changed = 0;
    registry::Mutation mutation;
    mutation.plan = [this, &changed](const registry::PlanView& view) { return Plan(view, &changed); };
    const registry::MutationResult result = register_.Commit(std::move(mutation));
    WENSUM_RETURN_IF_ERROR(result.status);
    changes_.clear();
    if (changed > 0) {
      if (report_.first_revision() == 0) {
        report_.set_first_revision(result.revision);
      }
      report_.set_changed(report_.changed() + changed);
      report_.set_last_revision(result.revision);
    }
    return absl::OkStatus();
  }

  // On the writer's thread.
  absl::StatusOr<registry::Planned> Plan(const registry::PlanView& view, uint64_t* changed) const {
    const uint32_t reg = register_.register_id();
    std::vector<std::string> keys;
    keys.reserve(changes_.size());
    for (const Change& change : changes_) {
      keys.push_back(storage::PropertyRowKey(reg, change.uprn, kBlpuRecord, ""));
    }
    WENSUM_ASSIGN_OR_RETURN(const auto values, view.reader.MultiGet(storage::Family::kProperty, keys));
    registry::Planned planned;
    for (size_t i = 0; i < changes_.size(); ++i) {
      if (!values[i].has_value()) {
        continue;
      }
      WENSUM_ASSIGN_OR_RETURN(StoredBlpu blpu, ParseBlpu(*values[i]));
      const Change& change = changes_[i];
      const bool moved = llpg::GridPoint{blpu.row.x, blpu.row.y} != change.position;
      if (moved || CodeOf(blpu.row) != change.stored || !IsLive(blpu.row) || !IsWanted(blpu.row) ||
          blpu.origin.format != model::GazetteerFormat::kDtf73) {
        continue;
      }
      (ward() ? blpu.row.ward_code : blpu.row.parish_code) = change.found;
      blpu.row.dates.last_update = registry::Today(clock_);
      blpu.origin.import_run = ward() ? "boundaries/WARD" : "boundaries/PARISH";
      planned.rows.push_back(gazetteer::PrepareRow(reg, blpu.row, model::ChangeType::kUpdate, blpu.origin));
    }
    *changed = planned.rows.size();
    return planned;
  }

  registry::Register& register_;
  const Clock& clock_;
  const llpg::BoundaryIndex& boundaries_;
  const BoundaryCheckOptions& options_;
  const rpc::CallContext& call_;
  v1::BoundaryReport& report_;
  std::map<std::string, v1::BoundaryCount> counts_;
  std::vector<Change> changes_;
};

absl::Status UploadError(std::string_view message) {
  return rpc::WithReason(InvalidArgument(message), rpc::reason::kUploadInvalid);
}

}  // namespace

absl::Status CheckBoundaries(registry::Register& reg, const Clock& clock, const llpg::BoundaryIndex& boundaries,
                             const BoundaryCheckOptions& options, const rpc::CallContext& call,
                             v1::BoundaryReport& report) {
  return Checker(&reg, &clock, &boundaries, &options, &call, &report).Run();
}

BoundaryUpload::~BoundaryUpload() {
  if (begun_) {
    --*under_way_;
  }
}

absl::Status BoundaryUpload::OnMessage(const v1::CheckBoundariesRequest& message) {
  if (message.has_spec()) {
    return OnSpec(message.spec());
  }
  if (!message.has_chunk()) {
    return UploadError("a message has neither spec nor chunk");
  }
  if (!begun_) {
    return UploadError("the first message must hold the spec");
  }
  if (message.chunk().size() > rpc::kMaxUploadChunk) {
    return UploadError(
        Cat("chunk: holds ", message.chunk().size(), " bytes; at most ", rpc::kMaxUploadChunk, " fit one message"));
  }
  if (file_.size() + message.chunk().size() > kMaxBytes) {
    return UploadError("the file is larger than 64 MiB; simplify its lines, or send it in parts");
  }
  file_.append(message.chunk());
  return absl::OkStatus();
}

absl::Status BoundaryUpload::OnSpec(const v1::BoundarySpec& spec) {
  if (begun_) {
    return UploadError("the spec came twice");
  }
  if (spec.kind() != v1::BoundarySpec::KIND_WARD && spec.kind() != v1::BoundarySpec::KIND_PARISH) {
    return rpc::InvalidField("spec.kind", "is required: KIND_WARD (1) or KIND_PARISH (2)");
  }
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(spec.code_property(), kMaxPropertyName, "spec.code_property"));
  WENSUM_ASSIGN_OR_RETURN(options_.max_differences, rpc::PageSize(spec.max_differences(), kDefaultDifferences,
                                                                  kMaxDifferences, "spec.max_differences"));
  if (static_cast<size_t>(spec.local_custodian_codes_size()) > kMaxCustodians) {
    return rpc::InvalidField("spec.local_custodian_codes", Cat("holds more than ", kMaxCustodians, " codes"));
  }
  options_.kind = spec.kind();
  options_.custodians = {spec.local_custodian_codes().begin(), spec.local_custodian_codes().end()};
  options_.set = spec.set();
  if (options_.set) {
    WENSUM_RETURN_IF_ERROR(HoldToOwn(spec));
  }
  code_property_ = spec.code_property();
  if (++*under_way_ > kMaxUploads) {
    --*under_way_;
    return rpc::WithReason(ResourceExhausted("two boundary checks are under way; wait for one to end"),
                           rpc::reason::kOverloaded);
  }
  begun_ = true;
  return absl::OkStatus();
}

absl::Status BoundaryUpload::HoldToOwn(const v1::BoundarySpec& spec) {
  if (own_custodians_.empty()) {
    return rpc::CustodianNotConfigured();
  }
  for (const int code : spec.local_custodian_codes()) {
    if (std::ranges::find(own_custodians_, code) == own_custodians_.end()) {
      return rpc::InvalidField(
          "spec.local_custodian_codes",
          Cat("names ", code, ", which is no custodian code of the server's configuration: with `set`, leave it out"));
    }
  }
  if (options_.custodians.empty()) {
    options_.custodians.insert(own_custodians_.begin(), own_custodians_.end());
  }
  return absl::OkStatus();
}

absl::Status BoundaryUpload::Finish(rpc::CallContext& call, v1::BoundaryReport& response) {
  if (!begun_ || file_.empty()) {
    return UploadError("nothing was sent: first the spec, then the file");
  }
  absl::StatusOr<std::vector<llpg::Boundary>> parsed = ParseBoundaries(
      file_, {.code_property = code_property_, .prefix = options_.kind == v1::BoundarySpec::KIND_WARD ? "WD" : "PAR"});
  if (!parsed.ok()) {
    return UploadError(Message(parsed.status()));
  }
  std::string().swap(file_);
  const llpg::BoundaryIndex boundaries(*std::move(parsed));
  const absl::Status checked = CheckBoundaries(register_, clock_, boundaries, options_, call, response);
  call.set_revision(response.last_revision() == 0 ? response.revision() : response.last_revision());
  if (options_.set) {
    call.AddResource(Cat("changed=", response.changed(), " first_revision=", response.first_revision(),
                         " last_revision=", response.last_revision()));
  }
  WENSUM_RETURN_IF_ERROR(checked);
  for (const v1::BoundaryDifference& difference : response.differences()) {
    call.AddResource(difference.property());
  }
  return absl::OkStatus();
}

}  // namespace wensum::health
