#include "services/rpc/request_key.h"

#include "base/hash.h"
#include "base/strings.h"

namespace wensum::rpc {

std::string RequestKey(const CallContext& call, std::string_view request_id) {
  constexpr size_t kBytes = 16;
  const std::string hex = Sha256Hex(Cat(call.grant().caller, '\0', call.method(), '\0', ToLowerAscii(request_id)));
  std::string key;
  for (size_t i = 0; i < kBytes; ++i) {
    const auto digit = [&hex](size_t at) { return IsDigit(hex[at]) ? hex[at] - '0' : hex[at] - 'a' + 10; };
    key.push_back(static_cast<char>(static_cast<unsigned char>(digit(2 * i) * 16 + digit(2 * i + 1))));
  }
  return key;
}

}  // namespace wensum::rpc
