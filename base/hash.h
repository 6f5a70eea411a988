// Stable hashes: the same input gives the same output on every machine, in every run and in every version.
#ifndef WENSUM_BASE_HASH_H_
#define WENSUM_BASE_HASH_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace wensum {

// XXH3, 64 bits, of `bytes`. Not for secrets and not against an adversary: see KeyedHash.
[[nodiscard]] uint64_t Hash64(std::string_view bytes, uint64_t seed = 0);

// The finaliser of splitmix64 (Steele, Lea and Flood 2014): a bijection that lets every bit change every other.
[[nodiscard]] constexpr uint64_t MixBits(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

// Mixes two 64-bit words, in this order, into one. With either word fixed it is a bijection of the other; the first is
// mixed before they meet, so that small or regular words do not cancel out.
[[nodiscard]] constexpr uint64_t HashCombine(uint64_t a, uint64_t b) {
  return MixBits(MixBits(a + 0x9E3779B97F4A7C15ULL) ^ b);
}

// SHA-256 of `bytes` in lower-case hexadecimal (FIPS 180-4).
[[nodiscard]] std::string Sha256Hex(std::string_view bytes);

// SHA-256 of a stream, fed piece by piece.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void Update(std::string_view bytes);
  // Lower-case hexadecimal of everything fed so far. Call once.
  [[nodiscard]] std::string FinishHex();

 private:
  void* context_;
};

// A keyed hash for personal identifiers that must appear inside storage keys: whoever reads the key alone learns
// neither the identifier nor whether a guessed one is present. HMAC-SHA-256 (RFC 2104) cut to 128 bits. Thread-safe.
class KeyedHash {
 public:
  // `key` should be 32 random bytes, kept in the data directory's meta record.
  explicit KeyedHash(std::string key);

  // 16 bytes.
  [[nodiscard]] std::string Hash(std::string_view bytes) const;

 private:
  std::string key_;
};

}  // namespace wensum

#endif  // WENSUM_BASE_HASH_H_
