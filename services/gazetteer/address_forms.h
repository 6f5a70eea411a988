// The addresses of a property in every form that people need: see address_forms.proto.
#ifndef WENSUM_SERVICES_GAZETTEER_ADDRESS_FORMS_H_
#define WENSUM_SERVICES_GAZETTEER_ADDRESS_FORMS_H_

#include <cstddef>

#include "gazetteer/forms/lpi_address.h"
#include "services/gazetteer/property_rows.h"
#include "wensum/v1/address_forms.pb.h"

namespace wensum::gazetteer {

struct FormOptions {
  size_t max_lines = 5;  // of the forms in several lines
  llpg::UnofficialStreets streets = llpg::UnofficialStreets::kShown;
};

// Fills the empty `out` from the rows of one property, which has a BLPU, and those of its streets. Some ten
// microseconds for each address.
void ComposeForms(const PropertyRows& rows, const StreetTable& streets, const FormOptions& options,
                  v1::PropertyAddressForms& out);

}  // namespace wensum::gazetteer

#endif  // WENSUM_SERVICES_GAZETTEER_ADDRESS_FORMS_H_
