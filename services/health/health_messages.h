// Reports as API messages. Internal to this folder.
#ifndef WENSUM_SERVICES_HEALTH_HEALTH_MESSAGES_H_
#define WENSUM_SERVICES_HEALTH_HEALTH_MESSAGES_H_

#include <cstddef>

#include "absl/status/status.h"
#include "services/gazetteer/property_reader.h"
#include "services/health/health_report.h"
#include "services/health/property_duplicates.h"
#include "wensum/v1/health.pb.h"

namespace wensum::health {

// Streets that a report lists.
inline constexpr size_t kListedStreets = 1'000;

// Everything of `report` but its name, revision, times, duplicates and what follows from the report before.
void ToMessage(const HealthReport& report, v1::HealthReport& out);

// Properties that one duplicate names, and duplicates of each kind that a report lists.
inline constexpr size_t kListedProperties = 20;
inline constexpr size_t kListedDuplicates = 1'000;

// Duplicates, the first ones of each kind with their addresses, read from the state that was judged. Errors are the
// reader's.
absl::Status SetDuplicates(const gazetteer::PropertyReader& reader, const PropertyDuplicates& duplicates,
                           v1::HealthReport& out);

// Sets what has changed since `previous`; rules that have no findings any more are added behind the others.
void SetChanges(const v1::HealthReport& previous, v1::HealthReport& report);

// What ListReports leaves out.
void ClearDetails(v1::HealthReport& report);

}  // namespace wensum::health

#endif  // WENSUM_SERVICES_HEALTH_HEALTH_MESSAGES_H_
