#include "gazetteer/format/gazetteer_layout.h"

#include <algorithm>

#include "base/strings.h"
#include "gazetteer/format/addressbase_columns.h"
#include "gazetteer/format/dtf_columns.h"

namespace wensum::llpg {
namespace {

using model::GazetteerFormat;

consteval RecordLayout MakeLayout(GazetteerFormat format, int record_type, std::span<const GazetteerColumn> columns) {
  RecordLayout layout{format, record_type, columns, {}};
  layout.position.fill(-1);
  for (size_t i = 0; i < columns.size(); ++i) {
    layout.position[static_cast<size_t>(columns[i].field)] = static_cast<int8_t>(i);
  }
  return layout;
}

// Records 10, 23, 24, 29, 30, 31, 32 and 99 of AddressBase Premium are the same in both versions.
constexpr RecordLayout kLayouts[] = {
    MakeLayout(GazetteerFormat::kDtf73, 10, columns::kDtf73Header),
    MakeLayout(GazetteerFormat::kDtf73, 11, columns::kDtf73Street),
    MakeLayout(GazetteerFormat::kDtf73, 12, columns::kDtf73StreetReference),
    MakeLayout(GazetteerFormat::kDtf73, 15, columns::kDtf73Descriptor),
    MakeLayout(GazetteerFormat::kDtf73, 21, columns::kDtf73Blpu),
    MakeLayout(GazetteerFormat::kDtf73, 22, columns::kDtf73Provenance),
    MakeLayout(GazetteerFormat::kDtf73, 23, columns::kDtf73CrossReference),
    MakeLayout(GazetteerFormat::kDtf73, 24, columns::kDtf73Lpi),
    MakeLayout(GazetteerFormat::kDtf73, 29, columns::kDtf73Metadata),
    MakeLayout(GazetteerFormat::kDtf73, 98, columns::kDtf73KeySequence),
    MakeLayout(GazetteerFormat::kDtf73, 99, columns::kDtf73Trailer),
    MakeLayout(GazetteerFormat::kAddressBasePremium2, 10, columns::kAbp2Header),
    MakeLayout(GazetteerFormat::kAddressBasePremium2, 11, columns::kAbp2Street),
    MakeLayout(GazetteerFormat::kAddressBasePremium2, 15, columns::kAbp2Descriptor),
    MakeLayout(GazetteerFormat::kAddressBasePremium2, 21, columns::kAbp2Blpu),
    MakeLayout(GazetteerFormat::kAddressBasePremium2, 23, columns::kAbp2CrossReference),
    MakeLayout(GazetteerFormat::kAddressBasePremium2, 24, columns::kAbp2Lpi),
    MakeLayout(GazetteerFormat::kAddressBasePremium2, 28, columns::kAbp2DeliveryPoint),
    MakeLayout(GazetteerFormat::kAddressBasePremium2, 29, columns::kAbp2Metadata),
    MakeLayout(GazetteerFormat::kAddressBasePremium2, 30, columns::kAbp2Successor),
    MakeLayout(GazetteerFormat::kAddressBasePremium2, 31, columns::kAbp2Organisation),
    MakeLayout(GazetteerFormat::kAddressBasePremium2, 32, columns::kAbp2Classification),
    MakeLayout(GazetteerFormat::kAddressBasePremium2, 99, columns::kAbp2Trailer),
    MakeLayout(GazetteerFormat::kAddressBasePremium1, 10, columns::kAbp2Header),
    MakeLayout(GazetteerFormat::kAddressBasePremium1, 11, columns::kAbp1Street),
    MakeLayout(GazetteerFormat::kAddressBasePremium1, 15, columns::kAbp1Descriptor),
    MakeLayout(GazetteerFormat::kAddressBasePremium1, 21, columns::kAbp1Blpu),
    MakeLayout(GazetteerFormat::kAddressBasePremium1, 23, columns::kAbp2CrossReference),
    MakeLayout(GazetteerFormat::kAddressBasePremium1, 24, columns::kAbp2Lpi),
    MakeLayout(GazetteerFormat::kAddressBasePremium1, 28, columns::kAbp1DeliveryPoint),
    MakeLayout(GazetteerFormat::kAddressBasePremium1, 29, columns::kAbp2Metadata),
    MakeLayout(GazetteerFormat::kAddressBasePremium1, 30, columns::kAbp2Successor),
    MakeLayout(GazetteerFormat::kAddressBasePremium1, 31, columns::kAbp2Organisation),
    MakeLayout(GazetteerFormat::kAddressBasePremium1, 32, columns::kAbp2Classification),
    MakeLayout(GazetteerFormat::kAddressBasePremium1, 99, columns::kAbp2Trailer),
};

constexpr int kMaxRecordType = 99;
constexpr size_t kFormatCount = 4;

// Index into kLayouts by format and record type; -1: none.
constexpr auto kIndex = [] {
  std::array<std::array<int8_t, kMaxRecordType + 1>, kFormatCount> index{};
  for (auto& row : index) row.fill(-1);
  for (size_t i = 0; i < std::size(kLayouts); ++i) {
    index[static_cast<size_t>(kLayouts[i].format)][static_cast<size_t>(kLayouts[i].record_type)] =
        static_cast<int8_t>(i);
  }
  return index;
}();

}  // namespace

const RecordLayout* FindLayout(GazetteerFormat format, int record_type) {
  if (record_type < 0 || record_type > kMaxRecordType) return nullptr;
  const int index = kIndex[static_cast<size_t>(format)][static_cast<size_t>(record_type)];
  return index < 0 ? nullptr : &kLayouts[index];
}

std::span<const RecordLayout> AllLayouts() { return kLayouts; }

bool IsKeptWhole(GazetteerFormat format, int record_type) {
  static constexpr int kUnpublished[] = {13, 14, 25, 26, 27};
  return format == GazetteerFormat::kDtf73 && std::ranges::find(kUnpublished, record_type) != std::end(kUnpublished);
}

bool IsReadLeniently(GazetteerFormat format, int record_type) {
  return format == GazetteerFormat::kDtf73 && (record_type == 12 || record_type == 22);
}

std::optional<GazetteerFormat> ParseGazetteerFormat(std::string_view name) {
  for (const GazetteerFormat format :
       {GazetteerFormat::kDtf73, GazetteerFormat::kAddressBasePremium2, GazetteerFormat::kAddressBasePremium1}) {
    if (EqualsIgnoreCaseAscii(name, model::GazetteerFormatName(format))) return format;
  }
  return std::nullopt;
}

GazetteerFormat FormatSet::single() const {
  if (size() != 1) return GazetteerFormat::kUnknown;
  if (dtf73) return GazetteerFormat::kDtf73;
  return abp2 ? GazetteerFormat::kAddressBasePremium2 : GazetteerFormat::kAddressBasePremium1;
}

bool FormatSet::contains(GazetteerFormat format) const {
  switch (format) {
    case GazetteerFormat::kDtf73:
      return dtf73;
    case GazetteerFormat::kAddressBasePremium2:
      return abp2;
    case GazetteerFormat::kAddressBasePremium1:
      return abp1;
    case GazetteerFormat::kCodePointOpen:  // has no record types
    case GazetteerFormat::kUnknown:
      break;
  }
  return false;
}

FormatSet FormatsWith(int record_type, size_t fields) {
  const auto fits = [record_type, fields](GazetteerFormat format) {
    const RecordLayout* layout = FindLayout(format, record_type);
    return layout != nullptr && layout->columns.size() == fields;
  };
  return {fits(GazetteerFormat::kDtf73), fits(GazetteerFormat::kAddressBasePremium2),
          fits(GazetteerFormat::kAddressBasePremium1)};
}

}  // namespace wensum::llpg
