#include "matching/address/address_index.h"

#include <algorithm>

#include "matching/address/address_catalogue.h"

namespace wensum::matching::address {

class AddressIndex::Impl {
 public:
  Catalogue catalogue;
  PropertyTable properties;
  StreetIndex streets;
};

AddressIndex::AddressIndex() : impl_(std::make_unique<Impl>()) {}
AddressIndex::~AddressIndex() = default;

void AddressIndex::Upsert(const IndexedProperty& property, std::vector<DependencyKey>* touched) {
  impl_->properties.Upsert(property.uprn, property.facts);
  if (property.addresses.empty()) {
    impl_->catalogue.Remove(property.uprn, touched);
  } else {
    impl_->catalogue.Upsert(property, touched);
  }
}

void AddressIndex::Remove(uint64_t uprn, std::vector<DependencyKey>* touched) {
  impl_->properties.Remove(uprn);
  impl_->catalogue.Remove(uprn, touched);
}

bool AddressIndex::Contains(uint64_t uprn) const { return impl_->catalogue.Contains(uprn); }

Match AddressIndex::FindMatch(const Query& query, size_t max_candidates) const {
  return address::FindMatch(impl_->catalogue, query, max_candidates);
}

std::vector<DependencyKey> AddressIndex::QueryKeys(const Query& query) {
  const QueryText text(query);
  std::vector<DependencyKey> keys;
  if (text.postcode() != 0) {
    keys.push_back(PostcodeKey(text.postcode()));
  }
  ForEachStreetKey(text.tokens(), [&keys](uint64_t key, size_t, size_t) { keys.push_back(key); });
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

std::vector<Suggestion> AddressIndex::Suggest(const SuggestQuery& query) const {
  return address::Suggest(impl_->catalogue, query);
}

void AddressIndex::UpsertStreet(const IndexedStreet& street) { impl_->streets.Upsert(street); }

void AddressIndex::RemoveStreet(uint32_t usrn) { impl_->streets.Remove(usrn); }

std::vector<StreetHit> AddressIndex::SearchStreets(const StreetQuery& query) const {
  return impl_->streets.Search(query);
}

const PropertyTable& AddressIndex::properties() const { return impl_->properties; }

size_t AddressIndex::size() const { return impl_->catalogue.size(); }

size_t AddressIndex::memory_bytes() const {
  return impl_->catalogue.memory_bytes() + impl_->properties.memory_bytes() + impl_->streets.memory_bytes();
}

}  // namespace wensum::matching::address
