// Source records and their details between the API and the model.
#ifndef WENSUM_SERVICES_CONVERT_PERSON_DETAILS_H_
#define WENSUM_SERVICES_CONVERT_PERSON_DETAILS_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/opaque_id.h"
#include "model/source_record.h"
#include "services/register/register.h"
#include "services/rpc/status_details.h"
#include "wensum/v1/common.pb.h"

namespace wensum::convert {

// Budgets of one record.
inline constexpr int kMaxListItems = 100;        // of each repeated field
inline constexpr size_t kMaxTextBytes = 10'000;  // of each text
inline constexpr size_t kMaxSourceKeyBytes = 256;

// What a conversion from the API found. Violations: values that no source system can mean (month 13, an unknown enum
// number, a list over budget); the record is refused. Issues: values of legacy data that are put aside; it is taken.
struct Findings {
  std::vector<rpc::FieldViolation> violations;
  std::vector<model::FieldIssue> issues;
};

// Fields are named below `prefix`, e.g. "record.details". A postcode without the form of one stays in the address's
// text. Contact details are taken as they are: the register canonicalises them.
model::PersonDetails FromDetails(const v1::PersonDetails& details, std::string_view prefix, Findings& findings);

// INVALID_ARGUMENT if the source or key is empty or too long.
absl::StatusOr<model::SourceKey> FromSourceKey(const v1::SourceKey& key, std::string_view prefix);

// A whole record, output-only fields ignored.
model::SourceRecord FromSourceRecord(const v1::SourceRecord& record, std::string_view prefix, Findings& findings);

void ToSourceKey(const model::SourceKey& key, v1::SourceKey& out);
void ToRelation(const model::Relation& relation, v1::Relation& out);

// The record as the purpose of bit `purpose_bit` may see it: values that it may not see are left out. False, with
// `out` untouched, if it may not see the record at all.
bool ToSourceRecord(const registry::SourceVersion& version, const OpaqueIdCodec& ids, int purpose_bit,
                    v1::SourceRecord& out);

void ToIssues(const std::vector<model::FieldIssue>& issues, google::protobuf::RepeatedPtrField<v1::FieldIssue>& out);

}  // namespace wensum::convert

#endif  // WENSUM_SERVICES_CONVERT_PERSON_DETAILS_H_
