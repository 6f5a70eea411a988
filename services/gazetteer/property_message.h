// Rows as the API's messages of properties, streets and postcodes. Internal to this folder. All fill an empty `out`.
#ifndef WENSUM_SERVICES_GAZETTEER_PROPERTY_MESSAGE_H_
#define WENSUM_SERVICES_GAZETTEER_PROPERTY_MESSAGE_H_

#include <string_view>

#include "absl/status/status.h"
#include "services/gazetteer/property_rows.h"
#include "wensum/v1/properties.pb.h"

namespace wensum::gazetteer {

// What every view shows. The rows must have a BLPU; `streets` those that its LPIs name.
void ComposeProperty(const PropertyRows& rows, const StreetTable& streets, v1::Property* out);
// What the full view adds.
void ComposeLists(const PropertyRows& rows, const StreetTable& streets, v1::Property* out);

// The rows must have a record 11.
void ComposeStreet(const StreetRows& rows, v1::Street* out);

// Of a stored row of Code-Point Open; DATA_LOSS if it is damaged or another.
absl::Status ComposePostcode(std::string_view serialised, v1::PostcodeCentroid* out);

}  // namespace wensum::gazetteer

#endif  // WENSUM_SERVICES_GAZETTEER_PROPERTY_MESSAGE_H_
