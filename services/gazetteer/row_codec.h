// Stored form and keys of gazetteer rows.
#ifndef WENSUM_SERVICES_GAZETTEER_ROW_CODEC_H_
#define WENSUM_SERVICES_GAZETTEER_ROW_CODEC_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "model/gazetteer.h"
#include "storage/keys.h"
#include "wensum/storage/v1/gazetteer.pb.h"

namespace wensum::gazetteer {

// Where a row came from: the envelope it is stored in.
struct RowOrigin {
  model::GazetteerFormat format = model::GazetteerFormat::kUnknown;
  std::string import_run;
  uint64_t purposes = 0;
};

// What a row is a row of.
enum class RowOwner : uint8_t { kProperty, kStreet, kPostcode, kCustodian };

// The identity of a row: rows of equal identity are versions of each other.
struct RowIdentity {
  RowOwner owner = RowOwner::kProperty;
  uint64_t id = 0;       // UPRN, USRN or custodian code; 0 for postcodes
  uint8_t row_type = 0;  // record type number
  // LPI key, cross reference key, language, UDPRN ...; empty for records 11, 21 and a custodian's. Of a postcode, the
  // postcode.
  std::string subkey;

  // False if the row lacks its owner: it has no key to be stored under.
  [[nodiscard]] bool complete() const {
    return owner == RowOwner::kPostcode || owner == RowOwner::kCustodian ? !subkey.empty() || id != 0 : id != 0;
  }
};
RowIdentity IdentityOf(const model::GazetteerRow& row);

// Family property.
std::string RowKey(storage::RegisterId reg, const RowIdentity& identity);

// Replaces `*out` by the row in its envelope. `revision` is left 0: see AppendRevision.
void EncodeRow(const model::GazetteerRow& row, const RowOrigin& origin, storage::v1::GazetteerRow* out);
// DATA_LOSS if the value holds no content, an impossible identifier or no canonical postcode.
absl::StatusOr<model::GazetteerRow> DecodeRow(const storage::v1::GazetteerRow& stored);
// DATA_LOSS if the bytes are no stored row.
absl::Status ParseStoredRow(std::string_view bytes, storage::v1::GazetteerRow* out);

// Adds the revision to a serialised row that has none (a later field of a message may follow the others in any order).
void AppendRevision(uint64_t revision, std::string* serialised);
// The revision in a serialised row, without parsing the rest; DATA_LOSS if the bytes are no message.
absl::StatusOr<uint64_t> StoredRevision(std::string_view serialised);
// The serialised value that says in property_history that the row is gone.
std::string DeletionValue(uint64_t id);

// A secondary key of a row, and what its value must list.
struct SecondaryKey {
  std::string key;
  std::string member;  // cross reference key: rows that share a secondary key are listed in its value; else empty
};
// Keys by postcode (LPI, BLPU postcode locator, delivery point), by street, by parent and by cross reference. Values
// without a valid postcode, street, parent or reference give none.
std::vector<SecondaryKey> SecondaryKeys(storage::RegisterId reg, const model::GazetteerRow& row);

// Canonical form of a valid postcode; empty for any other text.
std::string CanonicalPostcode(std::string_view text);

}  // namespace wensum::gazetteer

#endif  // WENSUM_SERVICES_GAZETTEER_ROW_CODEC_H_
