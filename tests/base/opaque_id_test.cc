#include "base/opaque_id.h"

#include <gtest/gtest.h>

#include <limits>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum {
namespace {

constexpr uint64_t kKey = 0x0123456789ABCDEF;
constexpr std::string_view kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";

std::vector<uint64_t> ExtremeSequences() {
  std::vector<uint64_t> sequences = {0, std::numeric_limits<uint64_t>::max(), 0x00000000FFFFFFFF, 0xFFFFFFFF00000000};
  for (int bit = 0; bit < 64; ++bit) {
    sequences.push_back(uint64_t{1} << bit);
    sequences.push_back((uint64_t{1} << bit) - 1);
  }
  return sequences;
}

TEST(OpaqueIdTest, EverySequenceComesBack) {
  constexpr uint64_t kSeed = 20240501;
  SCOPED_TRACE(kSeed);
  Random random(kSeed);
  std::vector<uint64_t> sequences = ExtremeSequences();
  for (int i = 0; i < 20'000; ++i) {
    sequences.push_back(random());
  }
  for (const uint64_t key : {uint64_t{0}, kKey, ~uint64_t{0}}) {
    const OpaqueIdCodec codec(key);
    for (const uint64_t sequence : sequences) {
      const std::string id = codec.Encode(sequence);
      ASSERT_EQ(id.size(), OpaqueIdCodec::kLength);
      ASSERT_EQ(id.find_first_not_of(kAlphabet), std::string::npos) << id;
      const absl::StatusOr<uint64_t> decoded = codec.Decode(id);
      ASSERT_TRUE(decoded.ok()) << decoded.status();
      ASSERT_EQ(*decoded, sequence);
    }
  }
}

// Ids are stored and printed on letters: the encoding must never change.
TEST(OpaqueIdTest, KeepsItsEncoding) {
  EXPECT_EQ(OpaqueIdCodec(kKey).Encode(0), "16kz8wkp076hmv");
  EXPECT_EQ(OpaqueIdCodec(kKey).Encode(1), "5e71r41zxqccmn");
}

TEST(OpaqueIdTest, NeighboursDoNotLookAlikeAndKeysMatter) {
  const OpaqueIdCodec codec(kKey);
  const OpaqueIdCodec other(kKey + 1);
  std::set<std::string> ids;
  std::set<std::string> prefixes;
  for (uint64_t sequence = 0; sequence < 10'000; ++sequence) {
    const std::string id = codec.Encode(sequence);
    EXPECT_NE(id, other.Encode(sequence));
    ids.insert(id);
    prefixes.insert(id.substr(0, 4));
  }
  EXPECT_EQ(ids.size(), 10'000U);
  // Of 2^19 first four characters (the first one holds four bits), 10,000 random ids use about 9,900.
  EXPECT_GT(prefixes.size(), 9'800U);
}

TEST(OpaqueIdTest, EveryWrongCharacterIsSeen) {
  const OpaqueIdCodec codec(kKey);
  Random random(7);
  for (int n = 0; n < 200; ++n) {
    const std::string id = codec.Encode(n < 2 ? static_cast<uint64_t>(n) : random());
    for (size_t at = 0; at < id.size(); ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string wrong = id;
        wrong[at] = static_cast<char>(byte);
        const std::string lower = ToLowerAscii(wrong);
        const bool same = lower[at] == id[at] || (id[at] == '1' && (lower[at] == 'i' || lower[at] == 'l')) ||
                          (id[at] == '0' && lower[at] == 'o');
        ASSERT_EQ(codec.Decode(wrong).ok(), same) << id << " at " << at << " byte " << byte;
      }
    }
  }
}

TEST(OpaqueIdTest, EverySwapOfUnequalCharactersIsSeen) {
  const OpaqueIdCodec codec(kKey);
  Random random(8);
  for (int n = 0; n < 2'000; ++n) {
    const std::string id = codec.Encode(random());
    for (size_t a = 0; a < id.size(); ++a) {
      for (size_t b = a + 1; b < id.size(); ++b) {
        std::string wrong = id;
        std::swap(wrong[a], wrong[b]);
        ASSERT_EQ(codec.Decode(wrong).ok(), id[a] == id[b]) << id << " " << a << " " << b;
      }
    }
  }
}

TEST(OpaqueIdTest, AcceptsWhatPeopleTypeAndSaysWhatIsWrong) {
  const OpaqueIdCodec codec(kKey);
  std::string id;
  uint64_t sequence = 0;
  do {  // one with both digits that have look-alikes
    id = codec.Encode(++sequence);
  } while (id.find('0') == std::string::npos || id.find('1') == std::string::npos);
  std::string typed = ToUpperAscii(id);
  typed[typed.find('0')] = 'O';
  typed[typed.find('1')] = 'I';
  ASSERT_TRUE(codec.Decode(typed).ok());
  EXPECT_EQ(*codec.Decode(typed), sequence);
  typed[typed.find('I')] = 'l';
  EXPECT_EQ(*codec.Decode(typed), sequence);

  EXPECT_EQ(Message(codec.Decode("").status()), "id \"\" has 0 characters; an id has 14");
  EXPECT_FALSE(codec.Decode(id + "0").ok());
  EXPECT_FALSE(codec.Decode(id.substr(1)).ok());
  EXPECT_NE(Message(codec.Decode("uuuuuuuuuuuuuu").status()).find("place 1 "), std::string_view::npos);
}

// 13 characters hold 65 bits. An id whose check character fits but whose value has the 65th bit is none.
TEST(OpaqueIdTest, TheUnusedBitIsRefused) {
  const OpaqueIdCodec codec(kKey);
  int out_of_range = 0;
  for (const char check : kAlphabet) {
    std::string id = "z000000000000";
    id.push_back(check);
    const absl::StatusOr<uint64_t> decoded = codec.Decode(id);
    ASSERT_FALSE(decoded.ok());
    out_of_range += Message(decoded.status()).ends_with("is out of range") ? 1 : 0;
  }
  EXPECT_EQ(out_of_range, 1);
}

}  // namespace
}  // namespace wensum
