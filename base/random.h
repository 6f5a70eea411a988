// Deterministic pseudo-random numbers: the same seed gives the same sequence everywhere. Not for secrets.
#ifndef WENSUM_BASE_RANDOM_H_
#define WENSUM_BASE_RANDOM_H_

#include <cstddef>
#include <cstdint>
#include <string>

namespace wensum {

// splitmix64 (Steele, Lea and Flood 2014). Satisfies UniformRandomBitGenerator; std distributions differ between
// standard libraries, so use the members below where the result must be reproducible.
class Random {
  __extension__ using Wide = unsigned __int128;

 public:
  using result_type = uint64_t;
  explicit Random(uint64_t seed) : state_(seed) {}

  static constexpr uint64_t min() { return 0; }
  static constexpr uint64_t max() { return ~uint64_t{0}; }
  uint64_t operator()() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }

  // Uniform in [0, bound); 0 if bound is 0. Bias below bound / 2^64 (Lemire's multiplication without rejection).
  uint64_t Below(uint64_t bound) { return static_cast<uint64_t>((static_cast<Wide>((*this)()) * bound) >> 64); }
  // Uniform in [low, high], both included; low must not exceed high. Unsigned inside, as the span may exceed int64_t.
  int64_t Between(int64_t low, int64_t high) {
    const uint64_t span = static_cast<uint64_t>(high) - static_cast<uint64_t>(low);
    const uint64_t offset = span == max() ? (*this)() : Below(span + 1);
    return static_cast<int64_t>(static_cast<uint64_t>(low) + offset);
  }
  // Uniform in [0, 1).
  double Unit() { return static_cast<double>((*this)() >> 11) * 0x1.0p-53; }
  // True with probability p.
  bool Chance(double p) { return Unit() < p; }

 private:
  uint64_t state_;
};

// `size` bytes from the operating system's generator, for keys and salts; aborts if it fails. At most 2^31 - 1 bytes.
std::string SecureRandomBytes(size_t size);

}  // namespace wensum

#endif  // WENSUM_BASE_RANDOM_H_
