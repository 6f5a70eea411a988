#include "model/uprn.h"

#include <gtest/gtest.h>

#include <string>

#include "base/status_macros.h"

namespace wensum::model {
namespace {

TEST(UprnTest, ReadsPaddedAndPlain) {
  EXPECT_EQ(Uprn::Parse("000000199356")->value(), 199356U);
  EXPECT_EQ(Uprn::Parse("199356"), Uprn::Parse("000000199356"));
  EXPECT_EQ(Uprn::Parse("0000000000000000000000000000001")->value(), 1U);
  EXPECT_EQ(Uprn::Parse("999999999999")->value(), Uprn::kMax);
}

TEST(UprnTest, RefusesEverythingElse) {
  for (const std::string_view text : {"", "0", "000000000000", "1000000000000", "18446744073709551617", "-1", "+1",
                                      " 1", "1 ", "1.0", "1e5", "0x10", "12A"}) {
    const absl::StatusOr<Uprn> uprn = Uprn::Parse(text);
    ASSERT_FALSE(uprn.ok()) << text;
    EXPECT_EQ(uprn.status().code(), absl::StatusCode::kInvalidArgument);
  }
  EXPECT_EQ(Message(Uprn::Parse("12A").status()), "UPRN \"12A\" is not written in digits alone");
  EXPECT_EQ(Message(Uprn::Create(0).status()), "UPRN 0 is not from 1 to 999999999999");
  EXPECT_FALSE(Uprn::Create(Uprn::kMax + 1).ok());
  EXPECT_TRUE(Uprn::Create(Uprn::kMax).ok());
}

TEST(UprnTest, PrintsBothWaysAndOrdersByNumber) {
  const Uprn uprn = *Uprn::Create(10022806748);
  EXPECT_EQ(uprn.ToString(), "10022806748");
  EXPECT_EQ(uprn.ToPaddedString(), "010022806748");
  EXPECT_EQ(Uprn::Create(Uprn::kMax)->ToPaddedString(), "999999999999");
  EXPECT_EQ(Uprn().ToPaddedString(), "000000000000");
  EXPECT_TRUE(Uprn().empty());
  EXPECT_FALSE(uprn.empty());
  EXPECT_LT(*Uprn::Create(9), *Uprn::Create(10));
}

TEST(UsrnTest, HasEightDigits) {
  EXPECT_EQ(Usrn::Parse("02600123")->value(), 2600123U);
  EXPECT_EQ(Usrn::Parse("99999999")->value(), Usrn::kMax);
  EXPECT_FALSE(Usrn::Parse("100000000").ok());
  EXPECT_FALSE(Usrn::Parse("0").ok());
  EXPECT_FALSE(Usrn::Create((uint64_t{1} << 32) + 5).ok()) << "not cut to 32 bits";
  EXPECT_EQ(Usrn::Create(2600123)->ToString(), "2600123");
  EXPECT_EQ(Message(Usrn::Create(0).status()), "USRN 0 is not from 1 to 99999999");
}

}  // namespace
}  // namespace wensum::model
