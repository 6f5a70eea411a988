#include "model/contact.h"

#include <gtest/gtest.h>
#include <phonenumbers/phonenumberutil.h>

#include <set>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::model {
namespace {

TEST(NiNumberTest, CanonicalForm) {
  for (const char* text : {"AB123456C", "ab 12 34 56 c", " AB123456C\n", "A B 1 2 3 4 5 6 C"}) {
    EXPECT_EQ(*ParseNiNumber(text), "AB123456C") << text;
  }
  EXPECT_EQ(*ParseNiNumber("ab 12 34 56"), "AB123456") << "the suffix may be missing";
}

TEST(NiNumberTest, RefusesEverythingElse) {
  for (const char* text : {"", "AB", "AB12345C", "AB1234567", "AB123456E", "AB123456CD", "A1123456C", "AB-123456-C",
                           "123456789", "AB12345OC", "ABC123456",
                           "\xC3\x81"
                           "B123456C"}) {
    EXPECT_EQ(ParseNiNumber(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

// HMRC NIM39110: of the 26 * 26 prefixes exactly these are not issued.
TEST(NiNumberTest, EveryPrefix) {
  const std::set<std::string> not_issued = {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"};
  for (char first = 'A'; first <= 'Z'; ++first) {
    for (char second = 'A'; second <= 'Z'; ++second) {
      const std::string prefix = {first, second};
      const bool issued =
          prefix.find_first_of("DFIQUV") == std::string::npos && second != 'O' && !not_issued.contains(prefix);
      EXPECT_EQ(ParseNiNumber(prefix + "123456A").ok(), issued) << prefix;
    }
  }
}

TEST(PhoneTest, UkNumbersInEveryDress) {
  for (const char* text :
       {"01603212343", "01603 212343", "(01603) 212 343", "+44 1603 212343", "+44 (0)1603 212343", "0044 1603 212343",
        "441603212343", "01603-212-343", "01603 212343 ext. 12", "tel:+441603212343"}) {
    const absl::StatusOr<std::string> phone = ParsePhone(text);
    ASSERT_TRUE(phone.ok()) << text;
    EXPECT_EQ(*phone, "+441603212343") << text;
  }
  EXPECT_EQ(*ParsePhone("07911 123456"), "+447911123456");
  EXPECT_EQ(*ParsePhone("020 7946 0000"), "+442079460000");
  EXPECT_EQ(*ParsePhone("+33 1 42 68 53 00"), "+33142685300");
  EXPECT_EQ(*ParsePhone("0800 1111"), "+448001111");
}

TEST(PhoneTest, RefusesWhatIsNoNumber) {
  for (const char* text : {"", "x", "n/a", "ex-directory", "999", "12345", "212343", "01603 21234", "01603 2123434",
                           "00000000000", "07", "+", "+999 123456", "\xFF\xFE",
                           "01603\xFF"
                           "212343"}) {
    EXPECT_EQ(ParsePhone(text).status().code(), absl::StatusCode::kInvalidArgument) << Quote(text);
  }
  EXPECT_FALSE(ParsePhone(std::string(10'000, '1')).ok());
  EXPECT_FALSE(ParsePhone(std::string_view("01603\0", 6)).ok());
}

// Canonical values stay as they are when they are parsed again, for every region's example numbers.
TEST(PhoneTest, ResultsParseToThemselves) {
  using i18n::phonenumbers::PhoneNumber;
  using i18n::phonenumbers::PhoneNumberUtil;
  const PhoneNumberUtil& util = *PhoneNumberUtil::GetInstance();
  std::set<std::string> regions;
  util.GetSupportedRegions(&regions);
  EXPECT_GT(regions.size(), 200U);
  for (const std::string& region : regions) {
    for (int type = 0; type <= 10; ++type) {
      PhoneNumber example;
      if (util.GetExampleNumberForType(region, static_cast<PhoneNumberUtil::PhoneNumberType>(type), &example)) {
        std::string e164;
        util.Format(example, PhoneNumberUtil::E164, &e164);
        const absl::StatusOr<std::string> phone = ParsePhone(e164);
        ASSERT_TRUE(phone.ok()) << region << " " << e164;
        EXPECT_EQ(*phone, e164) << region;
      }
    }
  }
}

TEST(PhoneTest, Dummies) {
  for (const char* text : {"+447777777777", "+447700000000", "+441234567890", "+447123456789", "+447987654321",
                           "+442000000000", "+441111111111", "+440123456789", "+449876543210"}) {
    EXPECT_TRUE(IsDummyPhone(text)) << text;
  }
  for (const char* text : {"", "+", "+44", "+4477777", "07777777777", "+44160377777x", "+441603212343", "+441632960000",
                           "+447700900123", "+442079460000", "+448001111", "+441603123456", "+447777777778",
                           "+447770777777", "+441357913579", "+442020202020", "+442468024680"}) {
    EXPECT_FALSE(IsDummyPhone(text)) << text;
  }
  EXPECT_TRUE(IsDummyPhone(*ParsePhone("07777 777777")));
  EXPECT_TRUE(IsDummyPhone(*ParsePhone("01234 567890")));
}

TEST(EmailTest, CanonicalForm) {
  EXPECT_EQ(*ParseEmail(" Ann.Smith@Example.CO.UK\n"), "ann.smith@example.co.uk");
  EXPECT_EQ(*ParseEmail("o'neil+council!#$%&*-/=?^_`{|}~@a-b.example"), "o'neil+council!#$%&*-/=?^_`{|}~@a-b.example");
  EXPECT_EQ(*ParseEmail("a@1.2.example3"), "a@1.2.example3");
  const std::string local(64, 'a');
  const std::string label(63, 'b');
  EXPECT_TRUE(ParseEmail(Cat(local, "@", label, ".", label, ".example")).ok());
  EXPECT_TRUE(ParseEmail(Cat(local, "@", label, ".", label, ".", std::string(61, 'c'))).ok()) << "254 in all";
}

TEST(EmailTest, RefusesEverythingElse) {
  const std::string label(63, 'b');
  for (const std::string& text : {std::string(),
                                  std::string("@"),
                                  std::string("a"),
                                  std::string("a@"),
                                  std::string("@b.example"),
                                  std::string("a@b"),
                                  std::string("a@@b.example"),
                                  std::string("a@b@c.example"),
                                  std::string(".a@b.example"),
                                  std::string("a.@b.example"),
                                  std::string("a..b@c.example"),
                                  std::string("a b@c.example"),
                                  std::string("a@b c.example"),
                                  std::string("\"a b\"@c.example"),
                                  std::string("a@[192.0.2.1]"),
                                  std::string("a@192.0.2.1"),
                                  std::string("a@-b.example"),
                                  std::string("a@b-.example"),
                                  std::string("a@b..example"),
                                  std::string("a@b.example."),
                                  std::string("a@.example"),
                                  std::string("a@b_c.example"),
                                  std::string("a@b.example,c@d.example"),
                                  std::string("Ann <a@b.example>"),
                                  std::string("mailto:a@b@c.example"),
                                  std::string("\xC3\xA9@b.example"),
                                  std::string("a@\xC3\xA9.example"),
                                  std::string("a\0@b.example", 12),
                                  Cat(std::string(65, 'a'), "@b.example"),
                                  Cat("a@", label, "b.example"),
                                  Cat(std::string(64, 'a'), "@", label, ".", label, ".", std::string(62, 'c'))}) {
    EXPECT_EQ(ParseEmail(text).status().code(), absl::StatusCode::kInvalidArgument) << Quote(text);
  }
}

// Personal values must not reach logs by way of messages.
TEST(ContactTest, MessagesDoNotRepeatTheText) {
  for (const char* text : {"SECRET", "SECRET@SECRET", "SECRET@example.org@x", "AB SECRET", "SECRETSECRETSECRET"}) {
    for (const auto parse : {ParseNiNumber, ParsePhone, ParseEmail}) {
      const absl::StatusOr<std::string> value = parse(text);
      if (!value.ok()) {
        EXPECT_EQ(Message(value.status()).find("SECRET"), std::string_view::npos) << text;
      }
    }
  }
}

}  // namespace
}  // namespace wensum::model
