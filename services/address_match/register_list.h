// The gazetteer of a data directory as the list to match against, without a server.
#ifndef WENSUM_SERVICES_ADDRESS_MATCH_REGISTER_LIST_H_
#define WENSUM_SERVICES_ADDRESS_MATCH_REGISTER_LIST_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "matching/address/fit/address_matcher.h"
#include "matching/address/fit/flat_gazetteer.h"

namespace wensum::address_match {

// Reads the newest state in `data_dir`, and changes nothing there: a server may run on it, whose later writes are not
// seen. `list` gets a UPRN for each property, and its addresses in one line. NOT_FOUND if there is no register,
// FAILED_PRECONDITION if it has no address.
absl::StatusOr<std::unique_ptr<matching::address::AddressMatcher>> ReadRegister(const std::string& data_dir,
                                                                                size_t threads,
                                                                                matching::address::FlatGazetteer* list);

}  // namespace wensum::address_match

#endif  // WENSUM_SERVICES_ADDRESS_MATCH_REGISTER_LIST_H_
