// A main() for fuzz targets under compilers without libFuzzer: runs LLVMFuzzerTestOneInput over the seed files named on
// the command line (or in the directories named), then over mutations of them and random bytes.
//
// Environment: WENSUM_FUZZ_RUNS inputs at most (20000), WENSUM_FUZZ_SECONDS at most (3; a budget: the run ends well
// when it is used up), WENSUM_FUZZ_SEED of the random numbers (1; printed). The input under test is kept in a file,
// whose name is printed, so that it is there after a crash of any kind; the file goes when all runs end well.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/strings.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

using wensum::Random;

constexpr size_t kMaxInput = 4096;

uint64_t FromEnvironment(const char* name, uint64_t fallback) {
  const char* const text = std::getenv(name);
  if (text == nullptr) {
    return fallback;
  }
  const std::optional<uint64_t> value = wensum::ParseInteger<uint64_t>(text);
  if (!value.has_value()) {
    std::fprintf(stderr, "%s is not a number: %s\n", name, text);
    std::exit(2);
  }
  return *value;
}

// Runs inputs, each kept on disk while it runs.
class Runner {
 public:
  Runner() {
    std::string path = (std::filesystem::temp_directory_path() / "wensum_fuzz_input_XXXXXX").string();
    file_ = mkstemp(path.data());
    if (file_ < 0) {
      std::fprintf(stderr, "no file can be made at %s\n", path.c_str());
      std::exit(2);
    }
    path_ = path;
  }
  ~Runner() {
    close(file_);
    unlink(path_.c_str());
  }
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

  void Run(const std::string& input) {
    const auto size = static_cast<ssize_t>(input.size());
    if (pwrite(file_, input.data(), input.size(), 0) != size || ftruncate(file_, size) != 0) {
      std::fprintf(stderr, "the input cannot be written to %s\n", path_.c_str());
      std::exit(2);
    }
    // A buffer of the exact size, so that AddressSanitizer sees a read past its end.
    const std::vector<uint8_t> bytes(input.begin(), input.end());
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
  }

 private:
  int file_ = -1;
  std::string path_;
};

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::fprintf(stderr, "seed %s cannot be read\n", path.c_str());
    std::exit(2);
  }
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<std::string> ReadSeeds(int count, char** names) {
  std::vector<std::filesystem::path> paths;
  for (int i = 0; i < count; ++i) {
    if (std::filesystem::is_directory(names[i])) {
      for (const auto& entry : std::filesystem::directory_iterator(names[i])) {
        if (entry.is_regular_file()) {
          paths.push_back(entry.path());
        }
      }
    } else {
      paths.emplace_back(names[i]);
    }
  }
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> seeds;
  for (const std::filesystem::path& path : paths) {
    seeds.push_back(ReadFile(path));
  }
  return seeds;
}

char RandomByte(Random& random) {
  constexpr std::string_view kTelling("\x7F\x80\xC2\xE2\xFF\n\r\t ,.-/:@+\"09AZaz");
  return random.Chance(0.5) ? static_cast<char>(random.Below(256)) : kTelling[random.Below(kTelling.size())];
}

std::string RandomBytes(Random& random) {
  std::string bytes(random.Below(64), '\0');
  for (char& byte : bytes) {
    byte = RandomByte(random);
  }
  return bytes;
}

// One small change; `other` gives material to splice.
void Mutate(std::string& input, const std::string& other, Random& random) {
  const size_t at = random.Below(input.size() + 1);
  const size_t rest = input.size() - at;
  switch (random.Below(7)) {
    case 0:
      input.insert(at, 1, RandomByte(random));
      break;
    case 1:
      if (rest > 0) {
        input[at] = RandomByte(random);
      }
      break;
    case 2:
      if (rest > 0) {
        input[at] = static_cast<char>(input[at] ^ (1 << random.Below(8)));
      }
      break;
    case 3:
      input.erase(at, random.Below(std::min<size_t>(rest, 16) + 1));
      break;
    case 4: {
      const std::string piece = input.substr(at, random.Below(32) + 1);
      input.insert(random.Below(input.size() + 1), piece);
      break;
    }
    case 5: {
      const size_t from = random.Below(other.size() + 1);
      input.insert(at, other.substr(from, random.Below(64) + 1));
      break;
    }
    default:
      if (rest > 1) {
        std::swap(input[at], input[at + 1 + random.Below(rest - 1)]);
      }
      break;
  }
  if (input.size() > kMaxInput) {
    input.resize(kMaxInput);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const uint64_t runs = FromEnvironment("WENSUM_FUZZ_RUNS", 20'000);
  const std::chrono::seconds budget(FromEnvironment("WENSUM_FUZZ_SECONDS", 3));
  const uint64_t seed = FromEnvironment("WENSUM_FUZZ_SEED", 1);
  const std::vector<std::string> seeds = ReadSeeds(argc - 1, argv + 1);

  Runner runner;
  std::printf("WENSUM_FUZZ_SEED=%llu, %zu seed inputs; the input under test is in %s\n",
              static_cast<unsigned long long>(seed), seeds.size(), runner.path().c_str());
  std::fflush(stdout);
  for (const std::string& input : seeds) {
    runner.Run(input);
  }

  Random random(seed);
  const auto start = std::chrono::steady_clock::now();
  uint64_t done = 0;
  while (done < runs && std::chrono::steady_clock::now() - start < budget) {
    std::string input;
    if (seeds.empty() || random.Chance(0.1)) {
      input = RandomBytes(random);
    } else {
      input = seeds[random.Below(seeds.size())];
      const std::string& other = seeds[random.Below(seeds.size())];
      for (uint64_t changes = 1 + random.Below(8); changes > 0; --changes) {
        Mutate(input, other, random);
      }
    }
    runner.Run(input);
    ++done;
  }
  std::printf("%llu mutated inputs ran\n", static_cast<unsigned long long>(done));
  return 0;
}
