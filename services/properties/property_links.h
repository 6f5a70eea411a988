// What source records say of a property against what the gazetteer has.
#ifndef WENSUM_SERVICES_PROPERTIES_PROPERTY_LINKS_H_
#define WENSUM_SERVICES_PROPERTIES_PROPERTY_LINKS_H_

#include <string_view>

#include "matching/survive/links.h"
#include "wensum/v1/properties.pb.h"

namespace wensum::properties {

// An address text against all addresses of a property, which must have its full view. It agrees with one of whose words
// it leaves some out, the first aside, so that neither a unit nor a house number may be missing; usual ways of writing
// make no difference (matching::address::TextForm), nor does a postcode that one of the two lacks. kStale if nothing
// but a historical LPI (logical status 8) says so.
matching::LinkStatus AddressStatus(std::string_view text, std::string_view postcode, const v1::Property& property);

}  // namespace wensum::properties

#endif  // WENSUM_SERVICES_PROPERTIES_PROPERTY_LINKS_H_
