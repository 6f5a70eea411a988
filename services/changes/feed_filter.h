// Which events and people a caller of the feed asked for, and the tokens with which it goes on.
#ifndef WENSUM_SERVICES_CHANGES_FEED_FILTER_H_
#define WENSUM_SERVICES_CHANGES_FEED_FILTER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/repeated_field.h"
#include "services/register/register.h"
#include "services/rpc/call_context.h"
#include "wensum/v1/changes.pb.h"

namespace wensum::changes {

// Immutable, thread-safe.
class FeedFilter {
 public:
  // INVALID_ARGUMENT for an entity kind, a change kind, a source or a field that is not there.
  static absl::StatusOr<FeedFilter> Parse(const v1::ChangeFilter& filter,
                                          const google::protobuf::RepeatedField<int>& kinds,
                                          const rpc::CallContext& call, const registry::Register& reg);

  [[nodiscard]] int purpose_bit() const { return purpose_bit_; }
  // Anything to tell of people, properties or streets at all.
  [[nodiscard]] bool people() const { return people_ || organisations_; }
  [[nodiscard]] bool properties() const { return properties_; }
  // Whether they were asked for by name: exports have them then alone.
  [[nodiscard]] bool exports_properties() const { return exports_properties_; }
  [[nodiscard]] bool streets() const { return streets_; }
  [[nodiscard]] bool WantsKind(v1::ChangeKind kind) const;
  // Whether a golden record, as the purpose sees it, is of an entity that was asked for, stale_for_sources aside.
  [[nodiscard]] bool Matches(const v1::Person& person) const;
  // Sources a record of which must have a stale value, sorted; empty: none need.
  [[nodiscard]] const std::vector<std::string>& stale_for() const { return stale_for_; }
  // A value that such a record lacks counts like a stale one.
  [[nodiscard]] bool or_missing() const { return or_missing_; }
  // Whether one of the fields is among those asked for; `changed` as convert::ChangedFields gives them.
  [[nodiscard]] bool WantsFields(const std::vector<std::string>& changed) const;

  // Of the filter, the kinds, the purpose and the register.
  [[nodiscard]] uint64_t hash() const { return hash_; }

  // Tokens are good for this filter, these kinds, this purpose and this register alone. INVALID_ARGUMENT with the
  // field's name: PAGE_TOKEN_INVALID if it is no token, PAGE_TOKEN_MISMATCH if it is one of something else.
  [[nodiscard]] std::string WatchToken(uint64_t revision) const;
  [[nodiscard]] absl::StatusOr<uint64_t> ParseWatchToken(std::string_view token) const;
  struct ExportPlace {
    uint64_t revision = 0;
    uint64_t after_id = 0;
    std::optional<uint64_t> after_uprn = std::nullopt;  // set once all people were exported
  };
  [[nodiscard]] std::string ExportToken(const ExportPlace& place) const;
  [[nodiscard]] absl::StatusOr<ExportPlace> ParseExportToken(std::string_view token) const;

 private:
  FeedFilter() = default;

  int purpose_bit_ = 0;
  bool people_ = true;
  bool organisations_ = true;
  bool properties_ = true;
  bool streets_ = true;
  bool exports_properties_ = false;
  std::vector<bool> kinds_;  // by number; empty: all
  std::vector<std::string> sources_;
  std::vector<std::string> fields_;
  std::vector<std::string> stale_for_;
  bool or_missing_ = false;
  uint64_t hash_ = 0;
};

}  // namespace wensum::changes

#endif  // WENSUM_SERVICES_CHANGES_FEED_FILTER_H_
