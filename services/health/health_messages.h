// Reports as API messages. Internal to this folder.
#ifndef WENSUM_SERVICES_HEALTH_HEALTH_MESSAGES_H_
#define WENSUM_SERVICES_HEALTH_HEALTH_MESSAGES_H_

#include "services/health/health_report.h"
#include "wensum/v1/health.pb.h"

namespace wensum::health {

// Streets that a report lists.
inline constexpr size_t kListedStreets = 1'000;

// Everything of `report` but its name, revision, times and what follows from the report before.
void ToMessage(const HealthReport& report, v1::HealthReport& out);

// Sets what has changed since `previous`; rules that have no findings any more are added behind the others.
void SetChanges(const v1::HealthReport& previous, v1::HealthReport& report);

// What ListReports leaves out.
void ClearDetails(v1::HealthReport& report);

}  // namespace wensum::health

#endif  // WENSUM_SERVICES_HEALTH_HEALTH_MESSAGES_H_
