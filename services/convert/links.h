// What source records say against the golden record that they gave to, from the store to the API's messages.
#ifndef WENSUM_SERVICES_CONVERT_LINKS_H_
#define WENSUM_SERVICES_CONVERT_LINKS_H_

#include <google/protobuf/repeated_field.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "matching/survive/links.h"
#include "services/register/codec.h"
#include "services/register/given_fields.h"
#include "services/register/register.h"
#include "services/rpc/status_details.h"
#include "storage/store.h"
#include "wensum/storage/v1/records.pb.h"
#include "wensum/v1/links.pb.h"

namespace wensum::convert {

// Which links are asked for. What is empty filters nothing.
struct LinkFilter {
  std::vector<std::string> sources;
  std::vector<matching::LinkStatus> statuses;

  [[nodiscard]] bool WantsSource(std::string_view source) const;
  [[nodiscard]] bool WantsStatus(matching::LinkStatus status) const;
  // Values that records lack are told only if they are asked for.
  [[nodiscard]] bool WantsMissing() const;
};

// Adds a violation for each source that is not configured and each status that is none.
LinkFilter ToLinkFilter(const google::protobuf::RepeatedPtrField<std::string>& sources,
                        const google::protobuf::RepeatedField<int>& statuses, const registry::Register& reg,
                        std::vector<rpc::FieldViolation>& violations);

// Reads the source records of entities as they were at a revision, up to that of the snapshot it reads from. Not
// thread-safe; hold it for a piece of work.
class LinkReader {
 public:
  // `reader` must outlive it. With `given` values that records lack are told too, and count for HasStale.
  LinkReader(const storage::Reader& reader, uint32_t register_id, int purpose_bit,
             std::shared_ptr<const registry::GivenFields> given = nullptr);

  // By member of the entity (storage::v1::Entity::members); `contributor` of a link is a member. Empty if the purpose
  // sees no golden record. `entity` must have the purpose's part of an entity as of `revision`, with lineage. DATA_LOSS
  // if a record or the lineage cannot be read. Costs a seek and a parse for each record that the purpose sees.
  absl::StatusOr<std::vector<matching::ValueLink>> Read(const storage::v1::Entity& entity, uint64_t revision);

  // The records themselves, by member; null where the purpose sees nothing of one, or no golden record at all.
  using Records = std::vector<std::unique_ptr<registry::DecodedSource>>;
  absl::StatusOr<Records> ReadRecords(const storage::v1::Entity& entity, uint64_t revision);

  // Whether a record of one of these sources, which must be sorted, has a stale value (or, with `given`, lacks one).
  // Reads nothing if none gives to the golden record.
  absl::StatusOr<bool> HasStale(const storage::v1::Entity& entity, uint64_t revision,
                                std::span<const std::string> sources);

 private:
  absl::StatusOr<registry::DecodedSource> ReadRecord(uint64_t ordinal, uint64_t revision);

  const uint32_t register_;
  const int purpose_bit_;
  const std::shared_ptr<const registry::GivenFields> given_;
  const std::unique_ptr<storage::Iterator> history_;
  registry::SourceDecoder decoder_;
};

// The links of records that were read. With `given` values that they lack are told too.
absl::StatusOr<std::vector<matching::ValueLink>> LinksOf(const storage::v1::Entity& entity,
                                                         const LinkReader::Records& records, int purpose_bit,
                                                         const registry::GivenFields* given = nullptr);

void ToSourceKey(const storage::v1::Member& member, v1::SourceKey& out);
void ToLinkedValue(const storage::v1::Entity& entity, const matching::ValueLink& link, v1::LinkedValue& out);

// A message for each record that has a link, in the order of the members. `links` must be in their order.
void ToSourceLinks(const storage::v1::Entity& entity, std::span<const matching::ValueLink> links,
                   const LinkFilter& filter, const std::function<std::string(uint64_t ordinal)>& minted_name,
                   google::protobuf::RepeatedPtrField<v1::SourceLink>& out);

}  // namespace wensum::convert

#endif  // WENSUM_SERVICES_CONVERT_LINKS_H_
