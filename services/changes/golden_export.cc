#include "services/changes/golden_export.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/convert/golden.h"
#include "services/convert/read_options.h"
#include "services/gazetteer/property_reader.h"
#include "services/register/entity_part.h"
#include "services/rpc/status_details.h"
#include "storage/keys.h"

namespace wensum::changes {
namespace {

using storage::Family;

// Of stored values: about what a message has of them.
constexpr size_t kMessageBytes = 128 * 1'024;
constexpr int kLooksPerMessage = 5'000;  // then others have their turn on the executor
constexpr int kPropertiesPerMessage = 500;

storage::KeyRange EntitiesOf(uint32_t reg) {
  storage::KeyRange range = storage::PrefixRange(storage::RegisterPrefix(reg));
  range.once = true;
  return range;
}

}  // namespace

absl::StatusOr<std::unique_ptr<GoldenExport>> GoldenExport::Start(const rpc::CallContext& call,
                                                                  const v1::ExportGoldenRequest& request,
                                                                  const registry::Register* reg) {
  WENSUM_ASSIGN_OR_RETURN(FeedFilter filter, FeedFilter::Parse(request.filter(), /*kinds=*/{}, call, *reg));
  FeedFilter::ExportPlace place{.revision = request.as_of_revision()};
  if (!request.resume_token().empty()) {
    WENSUM_ASSIGN_OR_RETURN(place, filter.ParseExportToken(request.resume_token()));
    if (request.as_of_revision() != 0 && request.as_of_revision() != place.revision) {
      return rpc::InvalidField("as_of_revision", Cat("is not the revision of the token, ", place.revision));
    }
  }
  registry::ReadSpec spec;
  if (place.revision != 0) {
    spec.as_of_revision = place.revision;
  }
  WENSUM_ASSIGN_OR_RETURN(registry::ReadView view, convert::OpenView(*reg, spec));
  place.revision = view.revision();
  WENSUM_ASSIGN_OR_RETURN(registry::ReadView history_view, convert::OpenView(*reg, registry::ReadSpec{}));
  return std::unique_ptr<GoldenExport>(
      new GoldenExport(reg, std::move(filter), place, std::move(view), std::move(history_view)));
}

GoldenExport::GoldenExport(const registry::Register* reg, FeedFilter filter, FeedFilter::ExportPlace place,
                           registry::ReadView view, registry::ReadView history_view)
    : register_(*reg),
      filter_(std::move(filter)),
      revision_(place.revision),
      view_(std::move(view)),
      entities_(view_.reader().NewIterator(Family::kEntity, EntitiesOf(reg->register_id()))),
      states_(reg, &filter_, std::move(history_view)),
      last_id_(place.after_id),
      last_uprn_(place.after_uprn) {
  entities_->Seek(storage::EntityKey(reg->register_id(), place.after_id + 1));
}

absl::StatusOr<const v1::ExportGoldenResponse*> GoldenExport::Next(google::protobuf::Arena& arena) {
  if (ended_) {
    return nullptr;
  }
  auto& message = *google::protobuf::Arena::CreateMessage<v1::ExportGoldenResponse>(&arena);
  if (!last_uprn_.has_value()) {
    WENSUM_RETURN_IF_ERROR(AddPeople(message));
    people_ += static_cast<uint64_t>(message.people_size());
    if (!filter_.people() || !entities_->Valid()) {
      last_uprn_ = 0;
    }
  }
  if (last_uprn_.has_value() && message.people().empty()) {
    ended_ = true;
    if (filter_.exports_properties()) {
      WENSUM_ASSIGN_OR_RETURN(ended_, AddProperties(message));
    }
    properties_ += static_cast<uint64_t>(message.properties_size());
  } else if (last_uprn_.has_value()) {
    ended_ = !filter_.exports_properties();
  }
  message.set_resume_token(
      filter_.ExportToken({.revision = revision_, .after_id = last_id_, .after_uprn = last_uprn_}));
  if (ended_) {
    message.mutable_end()->set_revision(revision_);
    message.mutable_end()->set_people(people_);
    message.mutable_end()->set_properties(properties_);
    message.mutable_end()->set_watch_token(filter_.WatchToken(revision_));
  }
  return &message;
}

absl::Status GoldenExport::AddPeople(v1::ExportGoldenResponse& message) {
  size_t bytes = 0;
  for (int looks = 0; filter_.people() && entities_->Valid() && looks < kLooksPerMessage && bytes < kMessageBytes;
       ++looks, entities_->Next()) {
    const int before = message.people_size();
    WENSUM_RETURN_IF_ERROR(AddCurrent(message));
    bytes += message.people_size() > before ? entities_->value().size() : 0;
  }
  return entities_->status();
}

absl::StatusOr<std::optional<uint64_t>> GoldenExport::NextUprn() {
  std::optional<uint64_t> next;
  const std::string from = storage::PropertyRowPrefix(register_.register_id(), *last_uprn_ + 1);
  rows_->Seek(from);
  WENSUM_RETURN_IF_ERROR(rows_->status());
  if (rows_->Valid()) {
    WENSUM_ASSIGN_OR_RETURN(const storage::RowKeyParts parts, storage::ParsePropertyRowKey(rows_->key()));
    next = parts.id;
  }
  if (former_rows_ != nullptr) {
    former_rows_->Seek(from);
    WENSUM_RETURN_IF_ERROR(former_rows_->status());
    if (former_rows_->Valid()) {
      WENSUM_ASSIGN_OR_RETURN(const storage::PropertyHistoryParts former,
                              storage::ParsePropertyHistoryKey(former_rows_->key()));
      WENSUM_ASSIGN_OR_RETURN(const storage::RowKeyParts parts, storage::ParsePropertyRowKey(former.row_key));
      next = std::min(next.value_or(parts.id), parts.id);
    }
  }
  return next;
}

absl::StatusOr<bool> GoldenExport::AddProperties(v1::ExportGoldenResponse& message) {
  if (rows_ == nullptr) {
    const storage::KeyRange all = storage::PrefixRange(storage::AllPropertyRowsPrefix(register_.register_id()));
    rows_ = view_.reader().NewIterator(Family::kProperty, all);
    if (view_.past()) {
      former_rows_ = view_.reader().NewIterator(Family::kPropertyHistory, all);
    }
  }
  const gazetteer::PropertyReader reader(view_.reader(), register_.register_id());
  const std::optional<uint64_t> as_of = view_.past() ? std::optional(revision_) : std::nullopt;
  size_t bytes = 0;
  for (int looks = 0; looks < kPropertiesPerMessage && bytes < kMessageBytes; ++looks) {
    WENSUM_ASSIGN_OR_RETURN(const std::optional<uint64_t> uprn, NextUprn());
    if (!uprn.has_value()) {
      return true;
    }
    last_uprn_ = *uprn;
    v1::Property& property = *message.add_properties();
    WENSUM_ASSIGN_OR_RETURN(const bool there, reader.FillProperty(*uprn, gazetteer::View::kFull, as_of, property));
    if (!there) {
      message.mutable_properties()->RemoveLast();
      continue;
    }
    bytes += property.ByteSizeLong();
  }
  return false;
}

absl::Status GoldenExport::AddCurrent(v1::ExportGoldenResponse& message) {
  WENSUM_ASSIGN_OR_RETURN(const storage::NumberedKey key, storage::ParseEntityKey(entities_->key()));
  last_id_ = key.number;
  auto& entity = *google::protobuf::Arena::CreateMessage<storage::v1::Entity>(message.GetArena());
  WENSUM_RETURN_IF_ERROR(registry::DecodeEntityPart(
      entities_->value(), convert::PartFor(filter_.purpose_bit(), convert::View::kValues), key.number, entity));
  if (entity.revision() > revision_) {
    WENSUM_ASSIGN_OR_RETURN(PersonState state, states_.Read(key.number, revision_));
    if (state.matches) {
      *message.add_people() = std::move(state.person);
    }
    return absl::OkStatus();
  }
  if (entity.redirect() != 0 || entity.ended() || convert::IsProperty(entity) ||
      convert::GoldenFor(std::as_const(entity), filter_.purpose_bit()) == nullptr) {
    return absl::OkStatus();
  }
  WENSUM_ASSIGN_OR_RETURN(const bool fits, states_.FitsStale(entity, revision_));
  if (!fits) {
    return absl::OkStatus();
  }
  v1::Person& person = *message.add_people();
  WENSUM_RETURN_IF_ERROR(
      convert::ToPerson(key.number, entity, register_.ids(), filter_.purpose_bit(), convert::View::kValues, person));
  if (!filter_.Matches(person)) {
    message.mutable_people()->RemoveLast();
  }
  return absl::OkStatus();
}

}  // namespace wensum::changes
