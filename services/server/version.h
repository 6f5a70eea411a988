// The version of this program.
#ifndef WENSUM_SERVICES_SERVER_VERSION_H_
#define WENSUM_SERVICES_SERVER_VERSION_H_

#include <string_view>

namespace wensum::server {

// Set by the build from the project's version.
inline constexpr std::string_view kVersion = WENSUM_VERSION;

}  // namespace wensum::server

#endif  // WENSUM_SERVICES_SERVER_VERSION_H_
