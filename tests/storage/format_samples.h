// What tests of stored formats share: a sample in hexadecimal, and what it must read as.
#ifndef WENSUM_TESTS_STORAGE_FORMAT_SAMPLES_H_
#define WENSUM_TESTS_STORAGE_FORMAT_SAMPLES_H_

#include <charconv>
#include <string>
#include <string_view>

#include "google/protobuf/text_format.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"

namespace wensum::storage {

inline std::string FromHex(std::string_view hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    unsigned value = 0;
    const auto result = std::from_chars(hex.data() + i, hex.data() + i + 2, value, 16);
    EXPECT_EQ(result.ptr, hex.data() + i + 2);
    bytes.push_back(static_cast<char>(value));
  }
  return bytes;
}

// Expects that the bytes `hex` read as the message that `text` is, with nothing unknown in them.
template <typename Message>
void ExpectReadsAs(std::string_view hex, const std::string& text, uint32_t format = 1) {
  Message expected;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &expected));
  Message read;
  ASSERT_TRUE(read.ParseFromString(FromHex(hex)));
  google::protobuf::util::MessageDifferencer differencer;
  std::string differences;
  differencer.ReportDifferencesToString(&differences);
  EXPECT_TRUE(differencer.Compare(expected, read)) << differences;
  EXPECT_EQ(read.format(), format);
}

}  // namespace wensum::storage

#endif  // WENSUM_TESTS_STORAGE_FORMAT_SAMPLES_H_
