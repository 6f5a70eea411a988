#include "services/changes/stale_export.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/hash.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "services/convert/golden.h"
#include "services/convert/person_fields.h"
#include "services/convert/read_options.h"
#include "services/convert/times.h"
#include "services/register/entity_part.h"
#include "services/rpc/page_token.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/status_details.h"
#include "storage/keys.h"

namespace wensum::changes {
namespace {

using storage::Family;

constexpr int kValuesPerMessage = 500;       // and those of one person more
constexpr int kPeoplePerStaleMessage = 500;  // looked at: then others have their turn on the executor

storage::KeyRange OnceOver(uint32_t reg) {
  storage::KeyRange range = storage::PrefixRange(storage::RegisterPrefix(reg));
  range.once = true;
  return range;
}

}  // namespace

bool StaleExport::Terms::WantsField(std::string_view field) const {
  return fields.empty() || std::ranges::find(fields, field) != fields.end() ||
         std::ranges::find(fields, convert::FirstPart(field)) != fields.end();
}

absl::StatusOr<StaleExport::Terms> StaleExport::ParseTerms(const rpc::CallContext& call,
                                                           const v1::ExportStaleValuesRequest& request,
                                                           const registry::Register& reg) {
  std::vector<rpc::FieldViolation> violations;
  Terms terms;
  terms.purpose_bit = call.purpose_bit();
  terms.links = convert::ToLinkFilter(request.sources(), request.statuses(), reg, violations);
  for (int i = 0; i < request.statuses_size(); ++i) {
    if (request.statuses(i) == v1::LINK_STATUS_AGREES) {
      violations.push_back({Cat("statuses[", i, "]"), "is AGREES; give STALE, DIFFERS or MISSING"});
    }
  }
  for (int i = 0; i < request.fields_size(); ++i) {
    if (!convert::IsPersonField(request.fields(i))) {
      violations.push_back(
          {Cat("fields[", i, "]"), Cat("is ", Quote(request.fields(i)), ", which is no field of Person")});
    }
    terms.fields.push_back(request.fields(i));
  }
  if (!violations.empty()) {
    return rpc::InvalidFields(violations);
  }
  if (terms.links.statuses.empty()) {
    terms.links.statuses.push_back(matching::LinkStatus::kStale);
  }
  // The same in another order is the same.
  std::ranges::sort(terms.links.sources);
  std::ranges::sort(terms.links.statuses);
  std::ranges::sort(terms.fields);
  std::string content = Cat("stale ", reg.ids().Encode(1), " ", call.grant().purpose, " ", call.purpose_bit());
  for (const std::vector<std::string>* const list : {&terms.links.sources, &terms.fields}) {
    AppendTo(content, "|", list->size());
    for (const std::string& value : *list) {
      AppendTo(content, " ", value.size(), ":", value);
    }
  }
  for (const matching::LinkStatus status : terms.links.statuses) {
    AppendTo(content, "|", static_cast<int>(status));
  }
  terms.hash = Hash64(content);
  return terms;
}

absl::StatusOr<std::unique_ptr<StaleExport>> StaleExport::Start(const rpc::CallContext& call,
                                                                const v1::ExportStaleValuesRequest& request,
                                                                const registry::Register* reg) {
  WENSUM_ASSIGN_OR_RETURN(Terms terms, ParseTerms(call, request, *reg));
  rpc::PageCursor place{.revision = request.as_of_revision(), .position = 0, .key = ""};
  if (!request.resume_token().empty()) {
    absl::StatusOr<rpc::PageCursor> cursor = rpc::DecodePageToken(request.resume_token(), terms.hash);
    if (!cursor.ok()) {
      return rpc::InvalidField("resume_token",
                               "is not one of this export: send the last one that came with the same sources, fields, "
                               "statuses and purpose, or start again without one");
    }
    place = *std::move(cursor);
    if (request.as_of_revision() != 0 && request.as_of_revision() != place.revision) {
      return rpc::InvalidField("as_of_revision", Cat("is not the revision of the token, ", place.revision));
    }
  }
  registry::ReadSpec spec;
  if (place.revision != 0) {
    spec.as_of_revision = place.revision;
  }
  WENSUM_ASSIGN_OR_RETURN(registry::ReadView view, convert::OpenView(*reg, spec));
  return std::unique_ptr<StaleExport>(new StaleExport(reg, std::move(terms), std::move(view), place.position));
}

StaleExport::StaleExport(const registry::Register* reg, Terms terms, registry::ReadView view, uint64_t after_id)
    : register_(*reg),
      terms_(std::move(terms)),
      view_(std::move(view)),
      revision_(view_.revision()),
      entities_(view_.reader().NewIterator(Family::kEntity, OnceOver(reg->register_id()))),
      history_(view_.reader().NewIterator(Family::kEntityHistory,
                                          storage::PrefixRange(storage::RegisterPrefix(reg->register_id())))),
      links_(view_.reader(), reg->register_id(), terms_.purpose_bit,
             terms_.links.WantsMissing() ? reg->given_fields() : nullptr),
      last_id_(after_id) {
  entities_->Seek(storage::EntityKey(reg->register_id(), after_id + 1));
}

absl::StatusOr<const v1::ExportStaleValuesResponse*> StaleExport::Next(google::protobuf::Arena& arena) {
  if (ended_) {
    return nullptr;
  }
  auto& message = *google::protobuf::Arena::CreateMessage<v1::ExportStaleValuesResponse>(&arena);
  for (int looks = 0; entities_->Valid() && looks < kPeoplePerStaleMessage && message.values_size() < kValuesPerMessage;
       ++looks, entities_->Next()) {
    WENSUM_RETURN_IF_ERROR(AddCurrent(message));
  }
  WENSUM_RETURN_IF_ERROR(entities_->status());
  values_ += static_cast<uint64_t>(message.values_size());
  message.set_resume_token(rpc::EncodePageToken({.revision = revision_, .position = last_id_, .key = ""}, terms_.hash));
  if (!entities_->Valid()) {
    ended_ = true;
    message.mutable_end()->set_revision(revision_);
    message.mutable_end()->set_values(values_);
  }
  return &message;
}

absl::Status StaleExport::AddCurrent(v1::ExportStaleValuesResponse& message) {
  WENSUM_ASSIGN_OR_RETURN(const storage::NumberedKey key, storage::ParseEntityKey(entities_->key()));
  last_id_ = key.number;
  const registry::EntityPart part = convert::PartFor(terms_.purpose_bit, convert::View::kValues);
  auto& entity = *google::protobuf::Arena::CreateMessage<storage::v1::Entity>(message.GetArena());
  WENSUM_RETURN_IF_ERROR(registry::DecodeEntityPart(entities_->value(), part, key.number, entity));
  if (entity.revision() > revision_) {
    history_->SeekForPrev(storage::EntityHistoryKey(register_.register_id(), key.number, revision_));
    if (!history_->Valid() ||
        !history_->key().starts_with(storage::EntityHistoryPrefix(register_.register_id(), key.number))) {
      return history_->status();  // not issued yet
    }
    entity.Clear();
    WENSUM_RETURN_IF_ERROR(registry::DecodeEntityPart(history_->value(), part, key.number, entity));
  }
  const storage::v1::Golden* const golden = convert::GoldenFor(std::as_const(entity), terms_.purpose_bit);
  if (entity.redirect() != 0 || entity.ended() || convert::IsProperty(entity) || golden == nullptr ||
      std::ranges::none_of(entity.members(), [this](const storage::v1::Member& member) {
        return terms_.links.WantsSource(member.source());
      })) {
    return absl::OkStatus();
  }
  WENSUM_ASSIGN_OR_RETURN(const std::vector<matching::ValueLink> links, links_.Read(entity, revision_));
  for (const matching::ValueLink& link : links) {
    const storage::v1::Member& member = entity.members(static_cast<int>(link.contributor));
    if (!terms_.links.WantsStatus(link.status) || !terms_.links.WantsSource(member.source()) ||
        !terms_.WantsField(link.field)) {
      continue;
    }
    v1::StaleValue& value = *message.add_values();
    value.set_person(rpc::PersonName(register_.ids(), key.number));
    convert::ToSourceKey(member, *value.mutable_source_key());
    convert::ToTimestamp(member.source_time(), *value.mutable_source_time());
    convert::ToLinkedValue(entity, link, *value.mutable_value());
  }
  return absl::OkStatus();
}

}  // namespace wensum::changes
