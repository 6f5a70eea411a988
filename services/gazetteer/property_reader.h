// Properties, streets and postcodes composed from stored rows: for the API, for the address index, for lists.
#ifndef WENSUM_SERVICES_GAZETTEER_PROPERTY_READER_H_
#define WENSUM_SERVICES_GAZETTEER_PROPERTY_READER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "matching/address/address_index.h"
#include "services/gazetteer/address_forms.h"
#include "services/gazetteer/property_rows.h"
#include "services/gazetteer/street_cache.h"
#include "storage/keys.h"
#include "storage/store.h"
#include "wensum/v1/properties.pb.h"

namespace wensum::gazetteer {

enum class View : uint8_t { kBasic, kFull };

// Reads one register through `reader`, which must outlive it. Thread-safe. Errors come from the store alone: DATA_LOSS
// for damaged rows.
class PropertyReader {
 public:
  PropertyReader(const storage::Reader& reader, storage::RegisterId reg) : reader_(reader), reg_(reg) {}
  // For who may show some rows only: GetProperty, FillProperty and GetStreet answer as though there were no others.
  // `takes` is called for rows of properties and streets, and must be thread-safe.
  PropertyReader(const storage::Reader& reader, storage::RegisterId reg, RowFilter takes)
      : reader_(reader), reg_(reg), takes_(std::move(takes)) {}
  // Everything, of the newest state of `store`, with a cache of streets shared by many readers: `revision` must be
  // Register::gazetteer_revision(), loaded before.
  PropertyReader(const storage::Store& store, storage::RegisterId reg, StreetCache* streets, uint64_t revision)
      : reader_(store), reg_(reg), cache_(streets), revision_(revision) {}

  // Nullopt if the register holds no BLPU of this UPRN (then; `as_of` is a revision, nullopt the newest state). Its
  // other rows may be there already: they show once the BLPU comes. One scan over the property's rows and one over
  // those of each street it names.
  [[nodiscard]] absl::StatusOr<std::optional<v1::Property>> GetProperty(
      uint64_t uprn, View view, std::optional<uint64_t> as_of = std::nullopt) const;

  // The same, into an empty `out`; false, and `out` still empty, if there is none. With address_forms if `forms` is not
  // null.
  [[nodiscard]] absl::StatusOr<bool> FillProperty(uint64_t uprn, View view, std::optional<uint64_t> as_of,
                                                  v1::Property& out, const FormOptions* forms = nullptr) const;

  // Nullopt if the register holds no street of this USRN.
  [[nodiscard]] absl::StatusOr<std::optional<v1::Street>> GetStreet(uint32_t usrn,
                                                                    std::optional<uint64_t> as_of = std::nullopt) const;

  // Where the postcode lies; nullopt if no list of postcodes that was imported has it. `postcode` must be canonical.
  [[nodiscard]] absl::StatusOr<std::optional<v1::PostcodeCentroid>> GetPostcode(
      std::string_view postcode, std::optional<uint64_t> as_of = std::nullopt) const;

  // All addresses of the property for the address index; nullopt if it has no BLPU. Rejected LPIs (status 7 and 9) are
  // left out.
  [[nodiscard]] absl::StatusOr<std::optional<matching::address::IndexedProperty>> GetIndexed(uint64_t uprn) const;

  // As GetIndexed for each of `uprns`, which must be ascending: for many at once. Walks them in pieces, on up to
  // `threads` threads.
  [[nodiscard]] absl::StatusOr<std::vector<std::optional<matching::address::IndexedProperty>>> GetIndexedMany(
      const std::vector<uint64_t>& uprns, size_t threads) const;

  // UPRNs in ascending order, those above `after` only, at most `limit`: pass the last one back for the next page. An
  // UPRN may be listed whose BLPU is not there. `postcode` must be canonical.
  [[nodiscard]] absl::StatusOr<std::vector<uint64_t>> ListByPostcode(std::string_view postcode, uint64_t after,
                                                                     size_t limit) const;
  [[nodiscard]] absl::StatusOr<std::vector<uint64_t>> ListByStreet(uint32_t usrn, uint64_t after, size_t limit) const;
  // UPRNs that carry the cross reference.
  [[nodiscard]] absl::StatusOr<std::vector<uint64_t>> ListByXref(std::string_view source, std::string_view reference,
                                                                 uint64_t after, size_t limit) const;

  // The street's names for the address index; nullopt if the register holds no street of this USRN.
  [[nodiscard]] absl::StatusOr<std::optional<matching::address::IndexedStreet>> GetIndexedStreet(uint32_t usrn) const;

  // Every street as GetIndexedStreet gives it, then every property of the register as GetIndexed gives it, in chunks,
  // composed on up to `threads` threads. Calls of `visit` do not overlap; their order is not defined. For start-up.
  using StreetVisitor = std::function<void(const matching::address::IndexedStreet& street)>;
  using PropertyVisitor = std::function<void(std::vector<matching::address::IndexedProperty> properties)>;
  absl::Status ForEachIndexed(size_t threads, const StreetVisitor& visit_street, const PropertyVisitor& visit) const;
  // The same for who needs no streets.
  absl::Status ForEachIndexed(size_t threads, const PropertyVisitor& visit) const {
    return ForEachIndexed(threads, nullptr, visit);
  }

 private:
  const storage::Reader& reader_;
  const storage::RegisterId reg_;
  const RowFilter takes_;
  StreetCache* const cache_ = nullptr;
  const uint64_t revision_ = 0;  // of what the cache may give
};

// Reads many properties of one state, with one iterator for all of them. Not thread-safe.
class PropertyWalk {
 public:
  // `reader` must outlive the walk; it should be a snapshot, or streets may be newer than their properties.
  PropertyWalk(const storage::Reader& reader, storage::RegisterId reg);

  // As PropertyReader::FillProperty. Cheapest in the order of UPRNs.
  [[nodiscard]] absl::StatusOr<bool> FillProperty(uint64_t uprn, View view, v1::Property& out,
                                                  const FormOptions* forms = nullptr);

 private:
  const storage::Reader& reader_;
  const storage::RegisterId reg_;
  std::unique_ptr<storage::Iterator> it_;
  StreetTable streets_;  // met so far
};

}  // namespace wensum::gazetteer

#endif  // WENSUM_SERVICES_GAZETTEER_PROPERTY_READER_H_
