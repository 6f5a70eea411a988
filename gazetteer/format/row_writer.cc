#include "gazetteer/format/row_writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <variant>

#include "base/strings.h"
#include "gazetteer/format/gazetteer_layout.h"

namespace wensum::llpg {
namespace {

using model::ZeroColumns;

constexpr int kHeader = 10;
constexpr int kTrailer = 99;
constexpr std::string_view kLineEnd = "\r\n";
// The columns of a data record before its own: identifier, change type and order.
constexpr size_t kFirstColumn = 3;

void AppendQuoted(std::string_view text, std::string& out) {
  out.push_back('"');
  for (size_t begin = 0; begin < text.size();) {
    const size_t quote = text.find('"', begin);
    out.append(text.substr(begin, quote - begin));
    if (quote == std::string_view::npos) break;
    out.append("\"\"");
    begin = quote + 1;
  }
  out.push_back('"');
}

// A column that is a number or nothing by the format; quoted if it is not, so that the line can be read again.
void AppendBare(std::string_view text, std::string& out) {
  const bool bare = text.find_first_of(",\"\r\n") == std::string_view::npos;
  if (bare) {
    out.append(text);
  } else {
    AppendQuoted(text, out);
  }
}

void AppendDecimal(double value, std::string& out) {
  std::array<char, 400> digits;  // a double may have 309 before the point
  const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed);
  const std::string_view text(digits.data(), static_cast<size_t>(result.ptr - digits.data()));
  out.append(text);
  const size_t point = text.find('.');
  if (point == std::string_view::npos) {
    out.append(".00");
  } else if (text.size() - point == 2) {
    out.push_back('0');
  }
}

void AppendDate(model::PartialDate date, std::string& out) {
  if (date.empty()) return;
  const auto digits = [&out](int value, int count) {
    for (int unit = count == 4 ? 1000 : 10; unit > 0; unit /= 10) {
      out.push_back(static_cast<char>('0' + value / unit % 10));
    }
  };
  digits(date.year, 4);
  out.push_back('-');
  digits(date.month, 2);
  out.push_back('-');
  digits(date.day, 2);
}

// Appends the columns of one data record in the order of its layout. Which numbers are 0 and which are nothing follows
// from the column's presence and the row's ZeroColumns.
class Columns {
 public:
  Columns(int record_type, ZeroColumns zeros, std::string& out)
      : layout_(*FindLayout(model::GazetteerFormat::kDtf73, record_type)), zeros_(zeros), out_(out) {}

  Columns& Id(uint64_t value) {  // UPRN or USRN
    Next();
    if (value != 0) AppendTo(out_, value);
    return *this;
  }
  Columns& Number(int value) {
    const size_t column = Next();
    if (value != 0 || ZeroIsWritten(column)) AppendTo(out_, value);
    return *this;
  }
  Columns& StartNumber(const model::AddressableObject& object) {
    Next();
    if (object.has_number) AppendTo(out_, object.start_number);
    return *this;
  }
  Columns& Metres(double value) {
    const size_t column = Next();
    if (value != 0 || ZeroIsWritten(column)) AppendDecimal(value, out_);
    return *this;
  }
  Columns& Date(model::PartialDate date) {
    Next();
    AppendDate(date, out_);
    return *this;
  }
  Columns& Text(std::string_view text) {
    Next();
    AppendQuoted(text, out_);
    return *this;
  }
  Columns& Bare(std::string_view text) {
    Next();
    AppendBare(text, out_);
    return *this;
  }
  Columns& Object(const model::AddressableObject& object) {
    return StartNumber(object)
        .Text(object.start_suffix)
        .Number(object.end_number)
        .Text(object.end_suffix)
        .Text(object.text);
  }
  Columns& Hub(const model::HubColumns& hub) {
    return Bare(hub.custodian_one).Bare(hub.custodian_two).Text(hub.can_key);
  }

 private:
  size_t Next() {
    if (column_ != kFirstColumn) out_.push_back(',');
    return column_++;
  }
  [[nodiscard]] bool ZeroIsWritten(size_t column) const {
    const bool unusual = (zeros_ >> column & 1) != 0;
    return unusual != (layout_.columns[column].presence == ColumnPresence::kMandatory);
  }

  const RecordLayout& layout_;
  const ZeroColumns zeros_;
  std::string& out_;
  size_t column_ = kFirstColumn;
};

void AppendContent(const model::Street& row, std::string& out) {
  Columns(11, row.zeros, out)
      .Id(row.usrn.value())
      .Number(row.record_type)
      .Number(row.swa_org_ref_naming)
      .Number(row.state)
      .Date(row.state_date)
      .Number(row.surface)
      .Number(row.classification)
      .Number(row.version)
      .Date(row.dates.entry)
      .Date(row.dates.last_update)
      .Date(row.dates.start)
      .Date(row.dates.end)
      .Metres(row.start_x)
      .Metres(row.start_y)
      .Metres(row.end_x)
      .Metres(row.end_y)
      .Number(row.tolerance);
}

void AppendContent(const model::StreetReference& row, std::string& out) {
  Columns(12, row.zeros, out)
      .Id(row.usrn.value())
      .Number(row.reference_type)
      .Number(row.usrn_version)
      .Text(row.reference_id)
      .Number(row.reference_version)
      .Date(row.dates.entry);
}

void AppendContent(const model::StreetDescriptor& row, std::string& out) {
  Columns(15, 0, out)
      .Id(row.usrn.value())
      .Text(row.description)
      .Text(row.locality)
      .Text(row.town)
      .Text(row.administrative_area)
      .Text(row.language);
}

void AppendContent(const model::Blpu& row, std::string& out) {
  Columns(21, row.zeros, out)
      .Id(row.uprn.value())
      .Number(row.logical_status)
      .Number(row.state)
      .Date(row.state_date)
      .Text(row.blpu_class)
      .Id(row.parent_uprn.value())
      .Metres(row.x)
      .Metres(row.y)
      .Number(row.rpc)
      .Number(row.local_custodian_code)
      .Date(row.dates.start)
      .Date(row.dates.end)
      .Date(row.dates.last_update)
      .Date(row.dates.entry)
      .Text(row.organisation)
      .Text(row.ward_code)
      .Text(row.parish_code)
      .Hub(row.hub);
}

void AppendContent(const model::Provenance& row, std::string& out) {
  Columns(22, 0, out)
      .Id(row.uprn.value())
      .Text(row.provenance_key)
      .Text(row.code)
      .Text(row.annotation)
      .Date(row.dates.entry)
      .Date(row.dates.start)
      .Date(row.dates.end)
      .Date(row.dates.last_update);
}

void AppendContent(const model::CrossReference& row, std::string& out) {
  Columns(23, 0, out)
      .Id(row.uprn.value())
      .Text(row.xref_key)
      .Date(row.dates.start)
      .Date(row.dates.last_update)
      .Date(row.dates.entry)
      .Date(row.dates.end)
      .Text(row.cross_reference)
      .Text(row.source);
}

void AppendContent(const model::Lpi& row, std::string& out) {
  Columns(24, row.zeros, out)
      .Id(row.uprn.value())
      .Text(row.lpi_key)
      .Text(row.language)
      .Number(row.logical_status)
      .Date(row.dates.start)
      .Date(row.dates.end)
      .Date(row.dates.entry)
      .Date(row.dates.last_update)
      .Object(row.sao)
      .Object(row.pao)
      .Id(row.usrn.value())
      .Text(row.level)
      .Text(row.postal_address)
      .Text(row.postcode)
      .Text(row.post_town)
      .Text(row.official_flag)
      .Hub(row.hub);
}

void AppendContent(const model::KeptRow& row, std::string& out) { out.append(row.text); }

// The records 29 and 98: their columns by the layout's types, as long as it knows them.
void AppendContent(const model::CustodianRecord& row, std::string& out) {
  const RecordLayout* const layout = FindLayout(model::GazetteerFormat::kDtf73, row.record_type);
  const bool fits = layout != nullptr && layout->columns.size() == row.columns.size() + 1;
  for (size_t i = 0; i < row.columns.size(); ++i) {
    if (i > 0) out.push_back(',');
    const bool text = fits ? layout->columns[i + 1].type == ColumnType::kText
                           : !std::ranges::all_of(row.columns[i], [](char c) { return IsDigit(c) || c == '-'; });
    if (text) {
      AppendQuoted(row.columns[i], out);
    } else {
      AppendBare(row.columns[i], out);
    }
  }
}

// AddressBase's and Code-Point Open's rows.
template <typename Row>
void AppendContent(const Row& /*row*/, std::string& /*out*/) {}

char Letter(model::ChangeType change) {
  switch (change) {
    case model::ChangeType::kInsert:
      return 'I';
    case model::ChangeType::kUpdate:
      return 'U';
    case model::ChangeType::kDelete:
      break;
  }
  return 'D';
}

std::string_view ColumnOf(const model::CustodianRecord& record, size_t index) {
  return index < record.columns.size() ? std::string_view(record.columns[index]) : std::string_view();
}

}  // namespace

bool HasDtfRecord(const model::GazetteerRow& row) {
  return !std::holds_alternative<model::Classification>(row) &&
         !std::holds_alternative<model::PropertyOrganisation>(row) &&
         !std::holds_alternative<model::DeliveryPoint>(row) && !std::holds_alternative<model::Successor>(row) &&
         !std::holds_alternative<model::PostcodeCentroid>(row);
}

void AppendDtfContent(const model::GazetteerRow& row, std::string& out) {
  std::visit([&out](const auto& content) { AppendContent(content, out); }, row);
}

void AppendDtfRow(const model::GazetteerRow& row, model::ChangeType change, uint64_t pro_order, std::string& out) {
  AppendTo(out, model::RecordType(row), ',');
  if (!std::holds_alternative<model::CustodianRecord>(row)) {
    AppendTo(out, '"', Letter(change), "\",", pro_order, ',');
  }
  AppendDtfContent(row, out);
  out.append(kLineEnd);
}

void AppendDtfHeader(const DtfHeader& header, std::string& out) {
  AppendTo(out, kHeader, ',');
  AppendQuoted(ColumnOf(header.custodian, 0), out);
  out.push_back(',');
  AppendBare(ColumnOf(header.custodian, 1), out);
  out.push_back(',');
  AppendBare(ColumnOf(header.custodian, 2), out);
  out.push_back(',');
  AppendDate(header.date, out);
  AppendTo(out, ',', header.volume, ',');
  AppendDate(header.date, out);
  AppendTo(out, ',', header.time, ',');
  AppendQuoted(ColumnOf(header.custodian, 3), out);
  AppendTo(out, ",\"", header.file_type, '"', kLineEnd);
}

void AppendDtfTrailer(const DtfTrailer& trailer, std::string& out) {
  AppendTo(out, kTrailer, ',', trailer.next_volume, ',', trailer.records, ',');
  AppendDate(trailer.date, out);
  AppendTo(out, ',', trailer.time, kLineEnd);
}

}  // namespace wensum::llpg
