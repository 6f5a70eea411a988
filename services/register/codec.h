// Between the types of the engine and the stored messages. Conversions lose nothing; reading back a stored value that
// this version did not write gives DATA_LOSS rather than a guess.
#ifndef WENSUM_SERVICES_REGISTER_CODEC_H_
#define WENSUM_SERVICES_REGISTER_CODEC_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "matching/survive/survivorship.h"
#include "model/source_record.h"
#include "wensum/storage/v1/records.pb.h"

namespace wensum::registry {

// Of the source record and entity values that this version writes; older ones stay readable.
inline constexpr uint32_t kRecordFormat = 1;

[[nodiscard]] int32_t PackDate(model::PartialDate date);
[[nodiscard]] model::PartialDate UnpackDate(int32_t packed);

void EncodeDetails(const model::PersonDetails& details, storage::v1::PersonDetails& stored);
[[nodiscard]] model::PersonDetails DecodeDetails(const storage::v1::PersonDetails& stored);

// What is stored of a source record besides its content.
struct SourceState {
  uint64_t revision = 0;
  bool deleted = false;
  uint64_t content_hash = 0;
  std::vector<model::FieldIssue> issues;
  std::vector<matching::ResolvedAddress> resolved_addresses;
  std::string import_run;
  uint64_t import_line = 0;
};

[[nodiscard]] storage::v1::SourceRecord EncodeSource(const model::SourceRecord& record, const SourceState& state);

// A source record read back.
struct DecodedSource {
  model::SourceRecord record;
  SourceState state;
};
// The UPRN that a live record of a property belongs to, 0 if its address is matched to none; nullopt for any other
// record and for a deleted one.
[[nodiscard]] std::optional<uint64_t> UprnOfProperty(const DecodedSource& source);
// `what` names the value for error messages.
absl::StatusOr<DecodedSource> DecodeSource(std::string_view bytes, std::string_view what);
absl::StatusOr<DecodedSource> DecodeSource(const storage::v1::SourceRecord& stored, std::string_view what);

// DecodeSource for many records, one after the other: keeps its messages, which makes most allocations needless. Not
// thread-safe.
class SourceDecoder {
 public:
  absl::StatusOr<DecodedSource> Decode(std::string_view bytes, std::string_view what);

 private:
  storage::v1::SourceRecord stored_;
  storage::v1::PersonDetails details_;
};

void EncodeGolden(const matching::GoldenView& view, storage::v1::Golden& stored);

absl::StatusOr<storage::v1::Entity> DecodeEntity(std::string_view bytes, std::string_view what);

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_CODEC_H_
