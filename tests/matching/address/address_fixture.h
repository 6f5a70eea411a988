// Short ways to write properties and addresses in tests.
#ifndef WENSUM_TESTS_MATCHING_ADDRESS_ADDRESS_FIXTURE_H_
#define WENSUM_TESTS_MATCHING_ADDRESS_ADDRESS_FIXTURE_H_

#include <string>
#include <utility>
#include <vector>

#include "matching/address/address_index.h"

namespace wensum::matching::address {

struct AddressSpec {
  std::string sao = {};
  int number = 0;  // 0: none
  std::string suffix = {};
  int end_number = 0;
  std::string pao = {};
  std::string street = {};
  std::string postcode = {};
  std::string locality = {};
  std::string town = "NORWICH";
  std::string organisation = {};
  bool approved = true;
  bool historical = false;
};

inline PropertyAddress MakeAddress(const AddressSpec& spec) {
  PropertyAddress address;
  address.key = "2625L000000001";
  address.approved = spec.approved && !spec.historical;
  address.historical = spec.historical;
  address.sao.text = spec.sao;
  address.pao.has_number = spec.number != 0;
  address.pao.start_number = spec.number;
  address.pao.start_suffix = spec.suffix;
  address.pao.end_number = spec.end_number;
  address.pao.text = spec.pao;
  address.organisation = spec.organisation;
  address.street = spec.street;
  address.locality = spec.locality;
  address.town = spec.town;
  address.postcode = spec.postcode;
  return address;
}

inline IndexedProperty MakeProperty(uint64_t uprn, const AddressSpec& spec, uint64_t parent = 0) {
  IndexedProperty property;
  property.uprn = uprn;
  property.parent_uprn = parent;
  property.addresses.push_back(MakeAddress(spec));
  return property;
}

}  // namespace wensum::matching::address

#endif  // WENSUM_TESTS_MATCHING_ADDRESS_ADDRESS_FIXTURE_H_
