#include "base/random.h"

#include <openssl/rand.h>

#include <climits>
#include <cstdlib>

namespace wensum {

std::string SecureRandomBytes(size_t size) {
  std::string bytes(size, '\0');
  if (size > INT_MAX || RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(size)) != 1) {
    std::abort();  // No entropy: any key made now would be guessable, so there is nothing safe to do.
  }
  return bytes;
}

}  // namespace wensum
