#include "base/status_macros.h"

#include "base/strings.h"

namespace wensum {

absl::Status Annotate(const absl::Status& status, std::string_view context) {
  if (status.ok()) {
    return status;
  }
  absl::Status annotated = MakeStatus(status.code(), Cat(context, ": ", Message(status)));
  status.ForEachPayload(
      [&annotated](absl::string_view type_url, const absl::Cord& payload) { annotated.SetPayload(type_url, payload); });
  return annotated;
}

}  // namespace wensum
