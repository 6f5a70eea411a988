#include "model/partial_date.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::model {
namespace {

PartialDate Date(int year, int month = 0, int day = 0) {
  return PartialDate{static_cast<int16_t>(year), static_cast<int8_t>(month), static_cast<int8_t>(day)};
}

// Twin: the standard library's calendar.
TEST(PartialDateTest, CreateAgreesWithTheStandardCalendar) {
  for (int year = 999; year <= 2110; ++year) {
    for (int month = 1; month <= 13; ++month) {
      for (int day = 1; day <= 32; ++day) {
        const std::chrono::year_month_day twin{std::chrono::year(year),
                                               std::chrono::month(static_cast<unsigned>(month)),
                                               std::chrono::day(static_cast<unsigned>(day))};
        const absl::StatusOr<PartialDate> date = PartialDate::Create(year, month, day);
        ASSERT_EQ(date.ok(), twin.ok() && year >= 1000) << year << "-" << month << "-" << day;
        if (date.ok()) {
          ASSERT_EQ(*date, Date(year, month, day));
          ASSERT_EQ(PartialDate::Parse(date->ToString()).value(), *date);
        }
      }
    }
  }
}

TEST(PartialDateTest, UnknownPartsNestFromTheRight) {
  EXPECT_TRUE(PartialDate::Create(0, 0, 0)->empty());
  EXPECT_EQ(*PartialDate::Create(1980, 0, 0), Date(1980));
  EXPECT_EQ(*PartialDate::Create(1980, 5, 0), Date(1980, 5));
  EXPECT_FALSE(PartialDate::Create(1980, 0, 5).ok());
  EXPECT_FALSE(PartialDate::Create(0, 5, 17).ok());
  EXPECT_FALSE(PartialDate::Create(0, 5, 0).ok());
  EXPECT_FALSE(PartialDate::Create(0, 0, 5).ok());
  for (const int bad : {-1, -128, 100, 1 << 16, (1 << 16) + 1}) {  // those that would pass if cut to their type
    EXPECT_FALSE(PartialDate::Create(bad, 1, 1).ok()) << bad;
    EXPECT_FALSE(PartialDate::Create(1980, bad, 1).ok()) << bad;
    EXPECT_FALSE(PartialDate::Create(1980, 1, bad).ok()) << bad;
  }
  EXPECT_TRUE(PartialDate::Create(9999, 12, 31).ok());
  EXPECT_FALSE(PartialDate::Create(10000, 1, 1).ok());
  EXPECT_EQ(Message(PartialDate::Create(1981, 2, 29).status()),
            "day 29 is not from 1 to 28, or 0 for unknown, in month 2 of 1981");
}

TEST(PartialDateTest, ReadsTheFormsOfLegacySystems) {
  const PartialDate may = Date(1980, 5, 17);
  for (const char* text : {"1980-05-17",
                           "19800517",
                           "17/05/1980",
                           "17-05-1980",
                           "17.05.1980",
                           "17/5/1980",
                           "17 May 1980",
                           "17 may 1980",
                           "17-MAY-1980",
                           "17-May-1980",
                           " 17/05/1980\r\n",
                           "1980-05-17T00:00:00",
                           "1980-05-17 00:00:00.0000000",
                           "1980-05-17T23:59:59.999+01:00",
                           "1980-05-17T23:59:60Z",
                           "17/05/1980 00:00",
                           "17/05/1980 12:00:00 AM",
                           "17-MAY-1980 9:30 pm",
                           "19800517T093000",
                           "19800517 0930",
                           "1980-05-17 24:00:00,5"}) {
    const absl::StatusOr<PartialDate> date = PartialDate::Parse(text);
    ASSERT_TRUE(date.ok()) << date.status();
    EXPECT_EQ(*date, may) << text;
  }
  EXPECT_EQ(*PartialDate::Parse("1/2/1980"), Date(1980, 2, 1)) << "the day comes first";
  EXPECT_EQ(*PartialDate::Parse("1980-05"), Date(1980, 5));
  EXPECT_EQ(*PartialDate::Parse("1980"), Date(1980));
  EXPECT_EQ(*PartialDate::Parse("29/02/2000"), Date(2000, 2, 29));
  EXPECT_EQ(*PartialDate::Parse("1 September 1939"), Date(1939, 9, 1));
  EXPECT_EQ(*PartialDate::Parse("1 Sept 1939"), Date(1939, 9, 1));
}

TEST(PartialDateTest, ReadsEveryMonthByName) {
  constexpr const char* kNames[] = {"January", "February", "March",     "April",   "May",      "June",
                                    "July",    "August",   "September", "October", "November", "December"};
  for (int month = 1; month <= 12; ++month) {
    const std::string name = kNames[month - 1];
    EXPECT_EQ(*PartialDate::Parse(Cat("3 ", name, " 1999")), Date(1999, month, 3));
    EXPECT_EQ(*PartialDate::Parse(Cat("03-", name.substr(0, 3), "-1999")), Date(1999, month, 3));
  }
}

TEST(PartialDateTest, RefusesEverythingElse) {
  for (const char* text : {"",
                           " ",
                           "0",
                           "00000000",
                           "0000",
                           "0000-00-00",
                           "1980-00-00",
                           "1980-05-00",
                           "00/05/1980",
                           "17/00/1980",
                           "1980-5-17",
                           "1980/05/17",
                           "80-05-17",
                           "17/05/80",
                           "17-MAY-80",
                           "17/05-1980",
                           "17-05/1980",
                           "17/MAY/1980",
                           "17 05 1980",
                           "17 Ma 1980",
                           "17 Mayy 1980",
                           "17th May 1980",
                           "May 1980",
                           "17 May",
                           "30/02/1980",
                           "31/04/1980",
                           "29/02/1900",
                           "13/13/1980",
                           "19801317",
                           "0999-12-31",
                           "198005",
                           "1980051",
                           "198005170",
                           "17/05/198",
                           "17/05/19800",
                           "117/05/1980",
                           "1980-05-17x",
                           "1980-05-17 x",
                           "1980-05-17 ",
                           "1980-05-17T",
                           "1980-05-17T25:00",
                           "1980-05-17 12:60",
                           "1980-05-17 1:2:3:4",
                           "1980-05-17 120",
                           "1980-05 00:00:00",
                           "1980 00:00",
                           "1980-05-17 12:00 XM",
                           "1980-05-17 12:00Z ",
                           "1980-05-17 12:00+1500",
                           "unknown",
                           "N/A",
                           "17/05/1980 to 18/05/1980",
                           "\xEF\xBC\x91\xEF\xBC\x99"}) {
    const bool trimmed_is_date =
        std::string_view(text) == "1980-05-17 " || std::string_view(text) == "1980-05-17 12:00Z ";
    EXPECT_EQ(PartialDate::Parse(text).ok(), trimmed_is_date) << text;
  }
  EXPECT_EQ(Message(PartialDate::Parse("17/05/80").status()),
            "date \"17/05/80\" has a year of two digits, whose century is not known here");
}

TEST(PartialDateTest, TwoDigitYearsLieInTheHundredYearsThatEndWithThePivot) {
  for (int pivot = 1900; pivot <= 2100; pivot += 7) {
    for (int year = pivot - 99; year <= pivot; ++year) {
      const int two = year % 100;
      const std::string text = Cat("17/05/", two < 10 ? "0" : "", two);
      const absl::StatusOr<PartialDate> date = PartialDate::ParseTwoDigitYear(text, pivot);
      ASSERT_TRUE(date.ok()) << date.status();
      ASSERT_EQ(*date, Date(year, 5, 17)) << text << " " << pivot;
    }
  }
  EXPECT_EQ(*PartialDate::ParseTwoDigitYear("17-MAY-80", 2026), Date(1980, 5, 17));
  EXPECT_EQ(*PartialDate::ParseTwoDigitYear("17.05.26 00:00:00", 2026), Date(2026, 5, 17));
  EXPECT_EQ(*PartialDate::ParseTwoDigitYear("17/05/1980", 2026), Date(1980, 5, 17));
  EXPECT_EQ(*PartialDate::ParseTwoDigitYear("1980", 2026), Date(1980));
  EXPECT_FALSE(PartialDate::ParseTwoDigitYear("29/02/01", 2026).ok());
  EXPECT_EQ(*PartialDate::ParseTwoDigitYear("29/02/00", 2026), Date(2000, 2, 29));
  EXPECT_FALSE(PartialDate::ParseTwoDigitYear("80", 2026).ok());
  EXPECT_FALSE(PartialDate::ParseTwoDigitYear("17/05/80", 80).ok());
  EXPECT_FALSE(PartialDate::ParseTwoDigitYear("17/05/80", -5).ok());
}

TEST(PartialDateTest, WritesAndOrders) {
  EXPECT_EQ(PartialDate().ToString(), "");
  EXPECT_EQ(Date(1980).ToString(), "1980");
  EXPECT_EQ(Date(1980, 5).ToString(), "1980-05");
  EXPECT_EQ(Date(1980, 5, 7).ToString(), "1980-05-07");
  EXPECT_EQ(Date(9999, 12, 31).ToNumber(), 99991231);
  EXPECT_LT(Date(1980), Date(1980, 1));
  EXPECT_LT(Date(1980, 1), Date(1980, 1, 1));
  EXPECT_LT(Date(1979, 12, 31), Date(1980));
  EXPECT_LT(PartialDate(), Date(1753));
  EXPECT_TRUE(Date(1980, 5, 7).complete());
  EXPECT_FALSE(Date(1980, 5).complete());
}

TEST(PartialDateTest, DummyDatesOfBirth) {
  for (const PartialDate date :
       {Date(1900, 1, 1), Date(1901, 1, 1), Date(1753, 1, 1), Date(1970, 1, 1), Date(1800, 1, 1), Date(1899, 12, 30),
        Date(1899, 12, 31), Date(1911, 11, 11), Date(2099, 12, 31), Date(2999, 12, 31), Date(9999, 12, 31)}) {
    EXPECT_TRUE(IsDummyDateOfBirth(date)) << date.ToString();
  }
  for (const PartialDate date : {PartialDate(), Date(1900), Date(1900, 1), Date(1900, 1, 2), Date(1980, 1, 1),
                                 Date(1911, 11, 12), Date(2000, 1, 1)}) {
    EXPECT_FALSE(IsDummyDateOfBirth(date)) << date.ToString();
  }
}

}  // namespace
}  // namespace wensum::model
