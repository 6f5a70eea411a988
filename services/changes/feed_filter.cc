#include "services/changes/feed_filter.h"

#include <algorithm>
#include <array>
#include <ranges>
#include <utility>

#include "base/hash.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "services/convert/person_fields.h"
#include "services/rpc/page_token.h"
#include "services/rpc/status_details.h"

namespace wensum::changes {
namespace {

// What the tokens of the two methods differ by.
constexpr uint64_t kWatchSalt = 0x7761746368;
constexpr uint64_t kExportSalt = 0x6578706F7274;
// In tokens of exports: all people were exported, the position is a UPRN.
constexpr std::string_view kInProperties = "p";

absl::Status TokenError(std::string_view token_problem, std::string_view reason) {
  return rpc::WithReason(rpc::WithFieldViolations(InvalidArgument(Cat("resume_token: ", token_problem)),
                                                  {{"resume_token", std::string(token_problem)}}),
                         reason);
}

absl::StatusOr<rpc::PageCursor> ParseToken(std::string_view token, uint64_t parameters) {
  absl::StatusOr<rpc::PageCursor> cursor = rpc::DecodePageToken(token, parameters);
  if (cursor.ok()) {
    return cursor;
  }
  if (rpc::DecodePageToken(token, parameters ^ kWatchSalt ^ kExportSalt).ok()) {
    return TokenError(
        "is one of the other method: Watch takes those of events and of the end of an export, "
        "ExportGolden those of its other messages",
        rpc::reason::kPageTokenMismatch);
  }
  // Both errors are INVALID_ARGUMENT; a token that can be read at all is one of something else.
  const bool mismatch = Message(cursor.status()).find("other parameters") != std::string::npos;
  return mismatch ? TokenError(
                        "was given for another filter, other kinds, another purpose or another register; give "
                        "the same ones, or start again with ExportGolden",
                        rpc::reason::kPageTokenMismatch)
                  : TokenError(
                        "is not a token of this server; send the last one that came unchanged, or start again "
                        "with ExportGolden",
                        rpc::reason::kPageTokenInvalid);
}

void ParseSources(const google::protobuf::RepeatedPtrField<std::string>& sources, std::string_view field,
                  const registry::Register& reg, std::vector<rpc::FieldViolation>& violations,
                  std::vector<std::string>& parsed) {
  for (int i = 0; i < sources.size(); ++i) {
    if (reg.rules().FindSource(sources[i]) == nullptr) {
      violations.push_back({Cat(field, "[", i, "]"), Cat("is ", Quote(sources[i]), ", which is no configured source")});
    }
    parsed.push_back(sources[i]);
  }
}

}  // namespace

absl::StatusOr<FeedFilter> FeedFilter::Parse(const v1::ChangeFilter& filter,
                                             const google::protobuf::RepeatedField<int>& kinds,
                                             const rpc::CallContext& call, const registry::Register& reg) {
  std::vector<rpc::FieldViolation> violations;
  FeedFilter parsed;
  parsed.purpose_bit_ = call.purpose_bit();
  for (int i = 0; i < kinds.size(); ++i) {
    if (!v1::ChangeKind_IsValid(kinds[i]) || kinds[i] == v1::CHANGE_KIND_UNSPECIFIED) {
      violations.push_back({Cat("kinds[", i, "]"), Cat("has no value ", kinds[i])});
      continue;
    }
    parsed.kinds_.resize(static_cast<size_t>(v1::ChangeKind_MAX) + 1);
    parsed.kinds_[static_cast<size_t>(kinds[i])] = true;
  }
  std::array<bool, v1::EntityKind_ARRAYSIZE> entities{};
  entities.fill(filter.entities().empty());
  for (int i = 0; i < filter.entities_size(); ++i) {
    if (!v1::EntityKind_IsValid(filter.entities(i)) || filter.entities(i) == v1::ENTITY_KIND_UNSPECIFIED) {
      violations.push_back(
          {Cat("filter.entities[", i, "]"), Cat("has no value ", static_cast<int>(filter.entities(i)))});
      continue;
    }
    entities[static_cast<size_t>(filter.entities(i))] = true;
  }
  ParseSources(filter.sources(), "filter.sources", reg, violations, parsed.sources_);
  ParseSources(filter.stale_for_sources(), "filter.stale_for_sources", reg, violations, parsed.stale_for_);
  parsed.or_missing_ = filter.or_missing();
  if (parsed.or_missing_ && filter.stale_for_sources().empty()) {
    violations.push_back({"filter.or_missing", "goes with stale_for_sources: name the sources that lack values"});
  }
  for (int i = 0; i < filter.fields_size(); ++i) {
    if (!convert::IsPersonField(filter.fields(i))) {
      violations.push_back({Cat("filter.fields[", i, "]"),
                            Cat("is ", Quote(filter.fields(i)), ", which is no field of Person that the feed has")});
    }
    parsed.fields_.push_back(filter.fields(i));
  }
  if (!violations.empty()) {
    return rpc::InvalidFields(violations);
  }
  const bool people_only = !parsed.sources_.empty() || !parsed.fields_.empty() || !parsed.stale_for_.empty();
  parsed.people_ = entities[v1::ENTITY_KIND_PERSON];
  parsed.organisations_ = entities[v1::ENTITY_KIND_ORGANISATION];
  parsed.properties_ = entities[v1::ENTITY_KIND_PROPERTY] && !people_only;
  parsed.exports_properties_ = parsed.properties_ && !filter.entities().empty();
  parsed.streets_ = entities[v1::ENTITY_KIND_STREET] && !people_only;
  // The same filter in another order is the same filter.
  std::ranges::sort(parsed.sources_);
  std::ranges::sort(parsed.fields_);
  std::ranges::sort(parsed.stale_for_);
  std::string content = Cat(reg.ids().Encode(1), " ", call.grant().purpose, " ", call.purpose_bit());
  for (const bool entity : entities) {
    AppendTo(content, entity ? "1" : "0");
  }
  for (const bool kind : parsed.kinds_) {
    AppendTo(content, kind ? "1" : "0");
  }
  for (const std::vector<std::string>* const list : {&parsed.sources_, &parsed.fields_}) {
    AppendTo(content, "|", list->size());
    for (const std::string& value : *list) {
      AppendTo(content, " ", value.size(), ":", value);
    }
  }
  // Only if there are any, so that tokens that were given before this filter was known stay good.
  for (const std::string& value : parsed.stale_for_) {
    AppendTo(content, "~", value.size(), ":", value);
  }
  if (parsed.or_missing_) {
    AppendTo(content, "+");
  }
  parsed.hash_ = Hash64(content);
  return parsed;
}

bool FeedFilter::WantsKind(v1::ChangeKind kind) const {
  const auto number = static_cast<size_t>(kind);
  return kinds_.empty() || (number < kinds_.size() && kinds_[number]);
}

bool FeedFilter::Matches(const v1::Person& person) const {
  if (!(person.kind() == v1::RECORD_KIND_ORGANISATION ? organisations_ : people_)) {
    return false;
  }
  return sources_.empty() || std::ranges::any_of(person.contributors(), [this](const v1::Contributor& contributor) {
           return std::ranges::binary_search(sources_, contributor.source_key().source());
         });
}

bool FeedFilter::WantsFields(const std::vector<std::string>& changed) const {
  return fields_.empty() || std::ranges::any_of(changed, [this](const std::string& field) {
           return std::ranges::binary_search(fields_, field) ||
                  std::ranges::binary_search(fields_, convert::FirstPart(field), std::less<>());
         });
}

std::string FeedFilter::WatchToken(uint64_t revision) const {
  return rpc::EncodePageToken({.revision = revision}, hash_ ^ kWatchSalt);
}

absl::StatusOr<uint64_t> FeedFilter::ParseWatchToken(std::string_view token) const {
  WENSUM_ASSIGN_OR_RETURN(const rpc::PageCursor cursor, ParseToken(token, hash_ ^ kWatchSalt));
  return cursor.revision;
}

std::string FeedFilter::ExportToken(const ExportPlace& place) const {
  return rpc::EncodePageToken({.revision = place.revision,
                               .position = place.after_uprn.value_or(place.after_id),
                               .key = place.after_uprn.has_value() ? std::string(kInProperties) : std::string()},
                              hash_ ^ kExportSalt);
}

absl::StatusOr<FeedFilter::ExportPlace> FeedFilter::ParseExportToken(std::string_view token) const {
  WENSUM_ASSIGN_OR_RETURN(const rpc::PageCursor cursor, ParseToken(token, hash_ ^ kExportSalt));
  if (cursor.key == kInProperties) {
    return ExportPlace{.revision = cursor.revision, .after_id = 0, .after_uprn = cursor.position};
  }
  return ExportPlace{.revision = cursor.revision, .after_id = cursor.position};
}

}  // namespace wensum::changes
