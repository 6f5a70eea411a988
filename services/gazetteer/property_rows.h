// The rows of one property or street, read and put into their types. Internal to this folder.
#ifndef WENSUM_SERVICES_GAZETTEER_PROPERTY_ROWS_H_
#define WENSUM_SERVICES_GAZETTEER_PROPERTY_ROWS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gazetteer/forms/paf_address.h"
#include "matching/address/address_index.h"
#include "model/gazetteer.h"
#include "services/gazetteer/row_codec.h"
#include "storage/store.h"
#include "wensum/storage/v1/gazetteer.pb.h"

namespace wensum::gazetteer {

// True if a row is to be read.
using RowFilter = std::function<bool(const storage::v1::GazetteerRow& row)>;

struct PropertyRows {
  std::optional<model::Blpu> blpu;
  RowOrigin origin;              // of the BLPU
  uint64_t revision = 0;         // highest of all rows
  std::vector<model::Lpi> lpis;  // in key order, as all lists here
  std::vector<model::CrossReference> xrefs;
  std::vector<model::Classification> classifications;
  std::vector<model::PropertyOrganisation> organisations;
  std::vector<model::DeliveryPoint> delivery_points;
  std::vector<model::Successor> successors;

  // Nothing happens if a filter refuses the row.
  absl::Status Add(std::string_view serialised, const RowFilter& takes = nullptr);
};

struct StreetRows {
  std::optional<model::Street> street;
  uint64_t revision = 0;
  std::vector<model::StreetDescriptor> descriptors;  // by language

  // Nothing happens if a filter refuses the row.
  absl::Status Add(std::string_view serialised, const RowFilter& takes = nullptr);
  // In `language`, else English, else any; null if there is none.
  [[nodiscard]] const model::StreetDescriptor* Descriptor(std::string_view language) const;
};

using StreetTable = absl::flat_hash_map<uint32_t, std::shared_ptr<const StreetRows>>;

// Calls `add(serialised)` for each row under `prefix`: the newest ones, or those in force after revision `as_of`.
template <typename Adder>
absl::Status ReadRows(const storage::Reader& reader, const std::string& prefix, std::optional<uint64_t> as_of,
                      const Adder& add);

// The LPI that names the property best: approved preferred, provisional, candidate, alternative, historical, others;
// English first; then by key. Null if there is none.
const model::Lpi* BestLpi(const PropertyRows& rows);

// The LPI as the address index and FormatAddress take it.
matching::address::PropertyAddress AddressOf(const PropertyRows& rows, const model::Lpi& lpi,
                                             const StreetTable& streets);
matching::address::PropertyAddress AddressOf(const PropertyRows& rows, const model::DeliveryPoint& point,
                                             llpg::PafLanguage language);

// The canonical form if there is one, else as the file has it.
std::string ShownPostcode(const std::string& text);

// AddressBase's class, or the BLPU's own.
std::string ClassOf(const PropertyRows& rows);
std::string OrganisationOf(const PropertyRows& rows);

// Nullopt without a BLPU. Matches of addresses are stored: whoever changes what this gives must raise
// registry::kAddressRules (services/register/meta_record.h), as with a change of matching/address.
std::optional<matching::address::IndexedProperty> Indexed(const PropertyRows& rows, const StreetTable& streets);

// Nullopt without a record 11.
std::optional<matching::address::IndexedStreet> Indexed(const StreetRows& rows);

// Details only below here.

absl::Status ReadRowsAsOf(const storage::Reader& reader, const std::string& prefix, uint64_t as_of,
                          std::vector<std::string>* serialised);

template <typename Adder>
absl::Status ReadRows(const storage::Reader& reader, const std::string& prefix, std::optional<uint64_t> as_of,
                      const Adder& add) {
  if (!as_of.has_value()) {
    const auto it = reader.NewIterator(storage::Family::kProperty, storage::PrefixRange(prefix));
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      if (absl::Status status = add(it->value()); !status.ok()) {
        return status;
      }
    }
    return it->status();
  }
  std::vector<std::string> serialised;
  absl::Status status = ReadRowsAsOf(reader, prefix, *as_of, &serialised);
  for (size_t i = 0; status.ok() && i < serialised.size(); ++i) {
    status = add(serialised[i]);
  }
  return status;
}

}  // namespace wensum::gazetteer

#endif  // WENSUM_SERVICES_GAZETTEER_PROPERTY_ROWS_H_
