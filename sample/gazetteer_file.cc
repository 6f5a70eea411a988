#include "sample/gazetteer_file.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/strings.h"
#include "sample/places.h"

namespace wensum::sample {
namespace {

std::string Digits(uint64_t value, size_t width) {
  std::string text = Cat(value);
  return text.size() < width ? std::string(width - text.size(), '0') + text : text;
}

// "2625L000000001".
std::string Key(char letter, uint64_t value) { return Cat(kCustodianCode, letter, Digits(value, 9)); }

// Builds one row: text in quotes, everything else bare.
class Row {
 public:
  explicit Row(int record) { AppendTo(line_, record); }
  Row& Text(std::string_view text) {
    line_.append(",\"");
    for (const char c : text) {
      if (c == '"') line_.push_back('"');
      line_.push_back(c);
    }
    line_.push_back('"');
    return *this;
  }
  Row& Number(uint64_t value) {
    AppendTo(line_, ',', value);
    return *this;
  }
  // Zero is nothing.
  Row& Optional(uint64_t value) { return value == 0 ? Nothing() : Number(value); }
  Row& Nothing(int fields = 1) {
    line_.append(static_cast<size_t>(fields), ',');
    return *this;
  }
  Row& Date(Day day) {
    line_.push_back(',');
    if (day != kNoDay) line_.append(IsoDate(day));
    return *this;
  }
  Row& Metres(int32_t centimetres) {
    AppendTo(line_, ',', centimetres / 100, '.', Digits(static_cast<uint64_t>(centimetres % 100), 2));
    return *this;
  }
  void WriteTo(OutputFile& out) {
    line_.append("\r\n");
    out.Write(line_);
  }

 private:
  std::string line_;
};

// What one LPI says beyond its property.
struct LpiText {
  int status = 1;
  Day start = 0, end = kNoDay;
  uint16_t number = 0, end_number = 0;
  char suffix = 0;
  std::string_view building;
  char postal = 'Y';
};

class Writer {
 public:
  Writer(const City& city, Day today, OutputFile& out) : city_(city), today_(today), out_(out) {}

  GazetteerCounts Write() {
    Header();
    for (const Street& street : city_.streets) WriteStreet(street);
    for (const Street& street : city_.streets) WriteDescriptor(street);
    for (const Property& property : city_.properties) WriteBlpu(property);
    for (uint32_t i = 0; i < city_.properties.size(); ++i) WriteCrossReference(i);
    for (const Property& property : city_.properties) WriteLpis(property);
    Metadata();
    Row(99).Number(0).Number(counts_.records()).Date(today_).Text("02:30:00").WriteTo(out_);
    return counts_;
  }

 private:
  Row Record(int type) {
    Row row(type);
    row.Text("I").Number(++order_);
    return row;
  }
  // The day of the last change: some are old, none is before the start or after today.
  [[nodiscard]] Day LastUpdate(const Property& property) const {
    if (property.end != kNoDay) return property.end;
    const Day later = property.start + static_cast<Day>(property.uprn * 2654435761U % 4000);
    return std::min(later, today_);
  }

  void Header() {
    Row(10)
        .Text("WENSFORD CITY COUNCIL")
        .Number(city_.properties.empty() ? 0 : city_.properties[0].uprn)
        .Number(kCustodianCode)
        .Date(today_)
        .Number(1)
        .Date(today_)
        .Text("02:30:00")
        .Text("7.3.1")
        .Text("F")
        .WriteTo(out_);
  }
  void Metadata() {
    Row(29)
        .Text("Wensford Local Land and Property Gazetteer")
        .Text("Administrative area of Wensford")
        .Text("Synthetic data for tests and demonstrations")
        .Text("")
        .Text("Wensford City Council")
        .Text("D")
        .Text("WENSFORD CITY COUNCIL")
        .Number(city_.properties.empty() ? 0 : city_.properties[0].uprn)
        .Number(kCustodianCode)
        .Text("British National Grid")
        .Text("Metres")
        .Date(today_)
        .Text("GeoPlace BLPU classification")
        .Date(today_)
        .Text("ENG")
        .Text("UTF-8")
        .WriteTo(out_);
  }
  void WriteStreet(const Street& street) {
    ++counts_.streets;
    Record(11)
        .Number(street.usrn)
        .Number(1)
        .Number(kCustodianCode)
        .Number(2)
        .Date(street.start)
        .Number(1)
        .Number(8)
        .Number(0)
        .Date(street.start)
        .Date(street.start)
        .Date(street.start)
        .Date(kNoDay)
        .Metres(street.start_x)
        .Metres(street.start_y)
        .Metres(street.end_x)
        .Metres(street.end_y)
        .Number(10)
        .WriteTo(out_);
  }
  void WriteDescriptor(const Street& street) {
    ++counts_.descriptors;
    Record(15)
        .Number(street.usrn)
        .Text(street.name)
        .Text(Localities()[street.locality])
        .Text(kTown)
        .Text(kCounty)
        .Text("ENG")
        .WriteTo(out_);
  }
  void WriteBlpu(const Property& property) {
    ++counts_.blpus;
    const Street& street = city_.streets[property.street];
    const bool land = property.use == Use::kLand;
    Row row = Record(21);
    row.Number(property.uprn).Number(property.status);
    if (land) {
      row.Nothing(2);
    } else {
      row.Number(property.status == 6 ? 1 : property.status == 8 ? 4 : 2);
      row.Date(property.status == 8 ? property.end : property.start);
    }
    row.Text(property.blpu_class.data())
        .Optional(property.parent == kNone ? 0 : city_.properties[property.parent].uprn)
        .Metres(property.x)
        .Metres(property.y)
        .Number(land ? 2 : 1)
        .Number(kCustodianCode)
        .Date(property.start)
        .Date(property.end)
        .Date(LastUpdate(property))
        .Date(property.start)
        .Text(property.organisation)
        .Text(Cat("E0500", 2900 + street.locality))
        .Text("")
        .Nothing(2)
        .Text("")
        .WriteTo(out_);
  }
  void WriteCrossReference(uint32_t index) {
    const Property& property = city_.properties[index];
    const bool home = property.use == Use::kDwelling;
    if (property.status == 6 || !(home || property.use == Use::kBusiness)) return;
    ++counts_.cross_references;
    Record(23)
        .Number(property.uprn)
        .Text(Key('X', counts_.cross_references))
        .Date(property.start)
        .Date(LastUpdate(property))
        .Date(property.start)
        .Date(property.end)
        .Text(home ? CouncilTaxReference(index) : RatesReference(index))
        .Text(home ? "CTAX" : "NNDR")
        .WriteTo(out_);
  }
  void WriteLpis(const Property& property) {
    LpiText text{property.status,     property.start,  property.end,      property.number,
                 property.end_number, property.suffix, property.building, property.postal};
    WriteLpi(property, text);
    if (!property.alternative.empty()) {
      text.status = 3;
      text.building = property.alternative;
      text.postal = 'A';
      WriteLpi(property, text);
    }
    if (property.former_plot != 0) {
      const std::string plot = Cat("Plot ", property.former_plot);
      const Day end = std::min<Day>(property.start + 200, today_);
      WriteLpi(property, {8, property.start, end, 0, 0, 0, plot, 'N'});
    }
  }
  void WriteLpi(const Property& property, const LpiText& text) {
    ++counts_.lpis;
    const bool postal = text.postal != 'N';
    const Day updated = text.end != kNoDay ? text.end : LastUpdate(property);
    Record(24)
        .Number(property.uprn)
        .Text(Key('L', counts_.lpis))
        .Text("ENG")
        .Number(static_cast<uint64_t>(text.status))
        .Date(text.start)
        .Date(text.end)
        .Date(text.start)
        .Date(updated)
        .Nothing()
        .Text("")
        .Nothing()
        .Text("")
        .Text(property.unit)
        .Optional(text.number)
        .Text(text.suffix == 0 ? "" : std::string(1, text.suffix))
        .Optional(text.end_number)
        .Text("")
        .Text(text.building)
        .Number(city_.streets[property.street].usrn)
        .Text("")
        .Text(std::string(1, text.postal))
        .Text(postal ? std::string_view(city_.PostcodeOf(property)) : "")
        .Text(postal ? kTown : "")
        .Text(postal ? "Y" : "N")
        .Nothing(2)
        .Text("")
        .WriteTo(out_);
  }

  const City& city_;
  const Day today_;
  OutputFile& out_;
  uint64_t order_ = 0;
  GazetteerCounts counts_;
};

}  // namespace

GazetteerCounts WriteGazetteer(const City& city, Day today, OutputFile& out) {
  return Writer(city, today, out).Write();
}

std::string CouncilTaxReference(uint32_t property) { return Cat("20", Digits(uint64_t{property} * 13 + 1'000'000, 9)); }
std::string RatesReference(uint32_t property) { return Cat("N", Digits(uint64_t{property} * 7 + 3'000'000, 9), "X"); }

}  // namespace wensum::sample
