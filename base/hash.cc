#include "base/hash.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <climits>
#include <cstdlib>
#include <utility>

#include "base/strings.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace wensum {
namespace {

// OpenSSL fails here only without memory or without the algorithm. A wrong digest would end up in stored keys, so there
// is nothing safe to go on with.
void Check(bool ok) {
  if (!ok) {
    std::abort();
  }
}

}  // namespace

uint64_t Hash64(std::string_view bytes, uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

std::string Sha256Hex(std::string_view bytes) {
  Sha256 sha;
  sha.Update(bytes);
  return sha.FinishHex();
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  Check(context_ != nullptr && EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(context_), EVP_sha256(), nullptr) == 1);
}

Sha256::~Sha256() { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context_)); }

void Sha256::Update(std::string_view bytes) {
  Check(EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_), bytes.data(), bytes.size()) == 1);
}

std::string Sha256::FinishHex() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned length = 0;
  Check(EVP_DigestFinal_ex(static_cast<EVP_MD_CTX*>(context_), digest.data(), &length) == 1);
  return HexEncode({reinterpret_cast<const char*>(digest.data()), length});
}

KeyedHash::KeyedHash(std::string key) : key_(std::move(key)) {}

std::string KeyedHash::Hash(std::string_view bytes) const {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned length = 0;
  Check(key_.size() <= INT_MAX &&
        HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
             reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data(), &length) != nullptr);
  return {reinterpret_cast<const char*>(digest.data()), 16};
}

}  // namespace wensum
