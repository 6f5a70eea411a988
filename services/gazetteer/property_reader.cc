#include "services/gazetteer/property_reader.h"

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "base/mutex.h"
#include "base/parallel.h"
#include "base/status_macros.h"
#include "services/gazetteer/property_message.h"
#include "services/gazetteer/property_rows.h"

namespace wensum::gazetteer {
namespace {

using matching::address::IndexedProperty;
using matching::address::IndexedStreet;
using storage::Family;

void Compose(const PropertyRows& rows, const StreetTable& streets, View view, const FormOptions* forms,
             v1::Property& out) {
  ComposeProperty(rows, streets, &out);
  if (view == View::kFull) {
    ComposeLists(rows, streets, &out);
  }
  if (forms != nullptr) {
    ComposeForms(rows, streets, *forms, *out.mutable_address_forms());
  }
}

// Cross references and successors are many and say nothing of the address.
bool SaysAddress(uint8_t row_type) { return row_type != 23 && row_type != 30; }

// Adds the rows under `prefix`, PropertyRowPrefix of the property, on which the iterator stands; leaves it behind them.
// Of rows that the view does not show, the revision alone is read: it counts for the property.
absl::Status AddNewestRows(const std::string& prefix, View view, const RowFilter& takes, storage::Iterator* it,
                           PropertyRows* rows) {
  for (; it->Valid() && it->key().starts_with(prefix); it->Next()) {
    const bool shown = view == View::kFull || it->key().size() == prefix.size() ||
                       SaysAddress(static_cast<uint8_t>(it->key()[prefix.size()]));
    if (shown) {
      WENSUM_RETURN_IF_ERROR(rows->Add(it->value(), takes));
    } else {
      WENSUM_ASSIGN_OR_RETURN(const uint64_t revision, StoredRevision(it->value()));
      rows->revision = std::max(rows->revision, revision);
    }
  }
  return it->status();
}

absl::StatusOr<PropertyRows> ReadProperty(const storage::Reader& reader, storage::RegisterId reg, uint64_t uprn,
                                          View view, std::optional<uint64_t> as_of, const RowFilter& takes) {
  PropertyRows rows;
  const std::string prefix = storage::PropertyRowPrefix(reg, uprn);
  if (as_of.has_value()) {
    WENSUM_RETURN_IF_ERROR(ReadRows(
        reader, prefix, as_of, [&rows, &takes](std::string_view serialised) { return rows.Add(serialised, takes); }));
    return rows;
  }
  const auto it = reader.NewIterator(Family::kProperty, storage::PrefixRange(prefix));
  it->SeekToFirst();
  WENSUM_RETURN_IF_ERROR(AddNewestRows(prefix, view, takes, it.get(), &rows));
  return rows;
}

absl::StatusOr<StreetRows> ReadStreet(const storage::Reader& reader, storage::RegisterId reg, uint32_t usrn,
                                      std::optional<uint64_t> as_of, const RowFilter& takes) {
  StreetRows rows;
  WENSUM_RETURN_IF_ERROR(
      ReadRows(reader, storage::StreetRowPrefix(reg, usrn), as_of,
               [&rows, &takes](std::string_view serialised) { return rows.Add(serialised, takes); }));
  return rows;
}

// Where a property's streets come from: the store, through the cache if there is one.
class StreetSource {
 public:
  StreetSource(const storage::Reader& reader, storage::RegisterId reg, std::optional<uint64_t> as_of,
               const RowFilter& takes = nullptr, StreetCache* cache = nullptr, uint64_t revision = 0)
      : reader_(reader), reg_(reg), as_of_(as_of), takes_(takes), cache_(cache), revision_(revision) {}

  // Adds the streets that the property's LPIs name and `streets` lacks.
  absl::Status Add(const PropertyRows& rows, StreetTable* streets) const {
    for (const model::Lpi& lpi : rows.lpis) {
      if (!lpi.usrn.empty() && !streets->contains(lpi.usrn.value())) {
        WENSUM_ASSIGN_OR_RETURN(StreetCache::Street street, Get(lpi.usrn.value()));
        streets->emplace(lpi.usrn.value(), std::move(street));
      }
    }
    return absl::OkStatus();
  }

 private:
  [[nodiscard]] absl::StatusOr<StreetCache::Street> Get(uint32_t usrn) const {
    const bool cached = cache_ != nullptr && !as_of_.has_value();
    if (StreetCache::Street street = cached ? cache_->Find(usrn, revision_) : nullptr; street != nullptr) {
      return street;
    }
    WENSUM_ASSIGN_OR_RETURN(StreetRows rows, ReadStreet(reader_, reg_, usrn, as_of_, takes_));
    auto street = std::make_shared<const StreetRows>(std::move(rows));
    if (cached) {
      cache_->Insert(usrn, revision_, street);
    }
    return StreetCache::Street(std::move(street));
  }

  const storage::Reader& reader_;
  const storage::RegisterId reg_;
  const std::optional<uint64_t> as_of_;
  const RowFilter takes_;
  StreetCache* const cache_;
  const uint64_t revision_;
};

// What the address index is to know of each of `uprns`, which ascend, in one walk; `properties` has room for them.
absl::Status WalkIndexed(const storage::Reader& reader, storage::RegisterId reg, std::span<const uint64_t> uprns,
                         std::optional<IndexedProperty>* properties) {
  StreetTable streets;
  const StreetSource source(reader, reg, std::nullopt);
  const auto it = reader.NewIterator(Family::kProperty, storage::PrefixRange(storage::AllPropertyRowsPrefix(reg)));
  for (size_t i = 0; i < uprns.size(); ++i) {
    const std::string prefix = storage::PropertyRowPrefix(reg, uprns[i]);
    // The walk stands behind the rows of the property before: mostly on this one's.
    if (i == 0 || (it->Valid() && it->key() < prefix)) {
      it->Seek(prefix);
    }
    PropertyRows rows;
    for (; it->Valid() && it->key().starts_with(prefix); it->Next()) {
      WENSUM_ASSIGN_OR_RETURN(const storage::RowKeyParts parts, storage::ParsePropertyRowKey(it->key()));
      if (SaysAddress(parts.row_type)) {
        WENSUM_RETURN_IF_ERROR(rows.Add(it->value()));
      }
    }
    WENSUM_RETURN_IF_ERROR(source.Add(rows, &streets));
    properties[i] = Indexed(rows, streets);
  }
  return it->status();
}

// UPRNs of the secondary keys in [lower, end of prefix), by `uprn_of(key)`.
template <typename Parser>
absl::StatusOr<std::vector<uint64_t>> ListUprns(const storage::Reader& reader, const std::string& prefix,
                                                const std::string& lower, size_t limit, const Parser& uprn_of) {
  std::vector<uint64_t> uprns;
  const auto it = reader.NewIterator(Family::kProperty, storage::PrefixRange(prefix));
  for (it->Seek(lower); it->Valid(); it->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const uint64_t uprn, uprn_of(it->key()));
    if (uprns.empty() || uprns.back() != uprn) {
      if (uprns.size() == limit) {
        break;
      }
      uprns.push_back(uprn);
    }
  }
  WENSUM_RETURN_IF_ERROR(it->status());
  return uprns;
}

// Hands out the rows of whole properties, some hundred properties at a time, to several threads.
class RowSource {
 public:
  struct Chunk {
    std::vector<std::vector<std::string>> properties;  // serialised rows of each
  };

  RowSource(const storage::Reader& reader, const std::string& prefix) {
    storage::KeyRange range = storage::PrefixRange(prefix);
    range.once = true;
    it_ = reader.NewIterator(Family::kProperty, range);
    it_->SeekToFirst();
  }

  // False at the end or after an error.
  bool Next(Chunk* chunk) {
    constexpr size_t kProperties = 512;
    const MutexLock lock(mutex_);
    chunk->properties.clear();
    uint64_t uprn = 0;
    while (status_.ok() && it_->Valid()) {
      const absl::StatusOr<storage::RowKeyParts> parts = storage::ParsePropertyRowKey(it_->key());
      if (!parts.ok()) {
        status_ = parts.status();
        break;
      }
      if (chunk->properties.empty() || parts->id != uprn) {
        if (chunk->properties.size() == kProperties) {
          return true;
        }
        uprn = parts->id;
        chunk->properties.emplace_back();
      }
      if (SaysAddress(parts->row_type)) {
        chunk->properties.back().emplace_back(it_->value());
      }
      it_->Next();
    }
    if (status_.ok()) {
      status_ = it_->status();
    }
    return status_.ok() && !chunk->properties.empty();
  }

  void Fail(const absl::Status& status) {
    const MutexLock lock(mutex_);
    if (status_.ok()) {
      status_ = status;
    }
  }

  absl::Status status() {
    const MutexLock lock(mutex_);
    return status_;
  }

 private:
  Mutex mutex_;
  std::unique_ptr<storage::Iterator> it_ WENSUM_GUARDED_BY(mutex_);
  absl::Status status_ WENSUM_GUARDED_BY(mutex_);
};

absl::StatusOr<std::vector<IndexedProperty>> ComposeChunk(const RowSource::Chunk& chunk, const StreetTable& streets) {
  std::vector<IndexedProperty> properties;
  properties.reserve(chunk.properties.size());
  for (const std::vector<std::string>& serialised : chunk.properties) {
    PropertyRows rows;
    for (const std::string& row : serialised) {
      WENSUM_RETURN_IF_ERROR(rows.Add(row));
    }
    if (std::optional<IndexedProperty> property = Indexed(rows, streets); property.has_value()) {
      properties.push_back(*std::move(property));
    }
  }
  return properties;
}

}  // namespace

PropertyWalk::PropertyWalk(const storage::Reader& reader, storage::RegisterId reg)
    : reader_(reader),
      reg_(reg),
      it_(reader.NewIterator(Family::kProperty, storage::PrefixRange(storage::AllPropertyRowsPrefix(reg)))) {}

absl::StatusOr<bool> PropertyWalk::FillProperty(uint64_t uprn, View view, v1::Property& out, const FormOptions* forms) {
  const std::string prefix = storage::PropertyRowPrefix(reg_, uprn);
  PropertyRows rows;
  if (!it_->Valid() || !it_->key().starts_with(prefix)) {
    it_->Seek(prefix);
  }
  WENSUM_RETURN_IF_ERROR(AddNewestRows(prefix, view, nullptr, it_.get(), &rows));
  if (!rows.blpu.has_value()) {
    return false;
  }
  WENSUM_RETURN_IF_ERROR(StreetSource(reader_, reg_, std::nullopt).Add(rows, &streets_));
  Compose(rows, streets_, view, forms, out);
  return true;
}

absl::StatusOr<std::optional<v1::Property>> PropertyReader::GetProperty(uint64_t uprn, View view,
                                                                        std::optional<uint64_t> as_of) const {
  std::optional<v1::Property> property(std::in_place);
  WENSUM_ASSIGN_OR_RETURN(const bool found, FillProperty(uprn, view, as_of, *property));
  if (!found) {
    property.reset();
  }
  return property;
}

absl::StatusOr<bool> PropertyReader::FillProperty(uint64_t uprn, View view, std::optional<uint64_t> as_of,
                                                  v1::Property& out, const FormOptions* forms) const {
  WENSUM_ASSIGN_OR_RETURN(const PropertyRows rows, ReadProperty(reader_, reg_, uprn, view, as_of, takes_));
  if (!rows.blpu.has_value()) {
    return false;
  }
  StreetTable streets;
  WENSUM_RETURN_IF_ERROR(StreetSource(reader_, reg_, as_of, takes_, cache_, revision_).Add(rows, &streets));
  Compose(rows, streets, view, forms, out);
  return true;
}

absl::StatusOr<std::optional<v1::Street>> PropertyReader::GetStreet(uint32_t usrn,
                                                                    std::optional<uint64_t> as_of) const {
  WENSUM_ASSIGN_OR_RETURN(const StreetRows rows, ReadStreet(reader_, reg_, usrn, as_of, takes_));
  if (!rows.street.has_value()) {
    return std::optional<v1::Street>();
  }
  std::optional<v1::Street> out(std::in_place);
  ComposeStreet(rows, &*out);
  return out;
}

absl::StatusOr<std::optional<v1::PostcodeCentroid>> PropertyReader::GetPostcode(std::string_view postcode,
                                                                                std::optional<uint64_t> as_of) const {
  std::optional<v1::PostcodeCentroid> out;
  const auto compose = [&out](std::string_view serialised) { return ComposePostcode(serialised, &out.emplace()); };
  WENSUM_RETURN_IF_ERROR(ReadRows(reader_, storage::PostcodeRowKey(reg_, postcode), as_of, compose));
  return out;
}

absl::StatusOr<std::optional<IndexedProperty>> PropertyReader::GetIndexed(uint64_t uprn) const {
  WENSUM_ASSIGN_OR_RETURN(const PropertyRows rows,
                          ReadProperty(reader_, reg_, uprn, View::kBasic, std::nullopt, nullptr));
  StreetTable streets;
  WENSUM_RETURN_IF_ERROR(StreetSource(reader_, reg_, std::nullopt).Add(rows, &streets));
  return Indexed(rows, streets);
}

absl::StatusOr<std::vector<std::optional<IndexedProperty>>> PropertyReader::GetIndexedMany(
    const std::vector<uint64_t>& uprns, size_t threads) const {
  constexpr size_t kGrain = 256;  // enough for a thread of its own to be worth it
  std::vector<std::optional<IndexedProperty>> properties(uprns.size());
  std::vector<absl::Status> pieces((uprns.size() + kGrain - 1) / kGrain);
  ParallelFor(uprns.size(), threads, kGrain, [&](size_t begin, size_t end) {
    pieces[begin / kGrain] =
        WalkIndexed(reader_, reg_, std::span(uprns).subspan(begin, end - begin), properties.data() + begin);
  });
  for (const absl::Status& piece : pieces) {
    WENSUM_RETURN_IF_ERROR(piece);
  }
  return properties;
}

absl::StatusOr<std::vector<uint64_t>> PropertyReader::ListByPostcode(std::string_view postcode, uint64_t after,
                                                                     size_t limit) const {
  return ListUprns(reader_, storage::PropertyByPostcodePrefix(reg_, postcode),
                   storage::PropertyByPostcodeKey(reg_, postcode, after + 1, ""), limit,
                   [](std::string_view key) -> absl::StatusOr<uint64_t> {
                     WENSUM_ASSIGN_OR_RETURN(const auto parts, storage::ParsePropertyByPostcodeKey(key));
                     return parts.uprn;
                   });
}

absl::StatusOr<std::vector<uint64_t>> PropertyReader::ListByStreet(uint32_t usrn, uint64_t after, size_t limit) const {
  return ListUprns(reader_, storage::PropertyByStreetPrefix(reg_, usrn),
                   storage::PropertyByStreetKey(reg_, usrn, after + 1, ""), limit,
                   [](std::string_view key) -> absl::StatusOr<uint64_t> {
                     WENSUM_ASSIGN_OR_RETURN(const auto parts, storage::ParsePropertyByStreetKey(key));
                     return parts.uprn;
                   });
}

absl::StatusOr<std::vector<uint64_t>> PropertyReader::ListByXref(std::string_view source, std::string_view reference,
                                                                 uint64_t after, size_t limit) const {
  return ListUprns(reader_, storage::PropertyByXrefPrefix(reg_, source, reference),
                   storage::PropertyByXrefKey(reg_, source, reference, after + 1), limit,
                   [](std::string_view key) -> absl::StatusOr<uint64_t> {
                     WENSUM_ASSIGN_OR_RETURN(const auto parts, storage::ParsePropertyByXrefKey(key));
                     return parts.uprn;
                   });
}

absl::StatusOr<std::optional<IndexedStreet>> PropertyReader::GetIndexedStreet(uint32_t usrn) const {
  WENSUM_ASSIGN_OR_RETURN(const StreetRows rows, ReadStreet(reader_, reg_, usrn, std::nullopt, nullptr));
  return Indexed(rows);
}

absl::Status PropertyReader::ForEachIndexed(size_t threads, const StreetVisitor& visit_street,
                                            const PropertyVisitor& visit) const {
  StreetTable streets;
  std::shared_ptr<StreetRows> street;  // the last of `streets`: the walk adds to it
  uint64_t usrn = 0;
  const auto finish_street = [&visit_street, &street] {
    if (street == nullptr || visit_street == nullptr) {
      return;
    }
    if (const std::optional<IndexedStreet> indexed = Indexed(*street); indexed.has_value()) {
      visit_street(*indexed);
    }
  };
  const auto it = reader_.NewIterator(Family::kProperty, storage::PrefixRange(storage::AllStreetRowsPrefix(reg_)));
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const storage::RowKeyParts parts, storage::ParseStreetRowKey(it->key()));
    if (street == nullptr || parts.id != usrn) {
      finish_street();
      usrn = parts.id;
      street = std::make_shared<StreetRows>();
      streets.emplace(static_cast<uint32_t>(usrn), street);
    }
    WENSUM_RETURN_IF_ERROR(street->Add(it->value()));
  }
  WENSUM_RETURN_IF_ERROR(it->status());
  finish_street();
  RowSource source(reader_, storage::AllPropertyRowsPrefix(reg_));
  Mutex visiting;
  ParallelFor(threads, threads, 1, [&](size_t, size_t) {
    RowSource::Chunk chunk;
    while (source.Next(&chunk)) {
      absl::StatusOr<std::vector<IndexedProperty>> properties = ComposeChunk(chunk, streets);
      if (!properties.ok()) {
        source.Fail(properties.status());
        return;
      }
      const MutexLock lock(visiting);
      visit(*std::move(properties));
    }
  });
  return source.status();
}

}  // namespace wensum::gazetteer
