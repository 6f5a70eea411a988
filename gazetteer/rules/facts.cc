#include "gazetteer/rules/facts.h"

#include "base/hash.h"
#include "base/strings.h"

namespace wensum::llpg {
namespace {

constexpr uint64_t kHashedKey = uint64_t{1} << 63;
constexpr uint64_t kNumbersPerCustodian = 1'000'000'000;

uint64_t TextHash(std::string_view text) { return text.empty() ? 0 : Hash64(ToUpperAscii(text)) | 1; }

void AppendObject(const model::AddressableObject& object, std::string& out) {
  AppendTo(out, object.has_number, object.start_number, object.start_suffix, "-", object.end_number, object.end_suffix,
           "\x1f", object.text, "\x1f");
}

uint64_t AddressHash(const model::Lpi& row) {
  std::string text;
  AppendObject(row.pao, text);
  AppendObject(row.sao, text);
  for (const char c : row.postcode) {
    if (c != ' ') {
      text.push_back(c);
    }
  }
  AppendTo(text, "\x1f", row.post_town, "\x1f", row.level, "\x1f", row.official_flag, "\x1f", row.usrn.value());
  return Hash64(ToUpperAscii(text));
}

}  // namespace

Language LanguageOf(std::string_view code) {
  if (code == "ENG") {
    return Language::kEnglish;
  }
  if (code == "CYM") {
    return Language::kWelsh;
  }
  return code.empty() ? Language::kNone : Language::kOther;
}

uint64_t PackKey(std::string_view key, char letter) {
  if (key.size() == 14 && key[4] == letter) {
    const auto custodian = ParseInteger<uint64_t>(key.substr(0, 4));
    const auto number = ParseInteger<uint64_t>(key.substr(5));
    if (custodian && number) {
      return *custodian * kNumbersPerCustodian + *number;
    }
  }
  return Hash64(key) | kHashedKey;
}

std::string UnpackKey(uint64_t packed, char letter) {
  if ((packed & kHashedKey) != 0) {
    return {};
  }
  const std::string custodian = Cat(packed / kNumbersPerCustodian);
  const std::string number = Cat(packed % kNumbersPerCustodian);
  return Cat(std::string(4 - custodian.size(), '0'), custodian, letter, std::string(9 - number.size(), '0'), number);
}

bool IsStreetRecordText(std::string_view pao_text) { return EqualsIgnoreCaseAscii(pao_text, "STREET RECORD"); }

StreetFacts FactsOf(const model::Street& row, RowOrigin origin) {
  return {.usrn = row.usrn,
          .record_type = row.record_type,
          .state = row.state,
          .start_x = row.start_x,
          .start_y = row.start_y,
          .end_x = row.end_x,
          .end_y = row.end_y,
          .origin = origin};
}

DescriptorFacts FactsOf(const model::StreetDescriptor& row, RowOrigin origin) {
  return {.usrn = row.usrn,
          .language = LanguageOf(row.language),
          .description = row.description,
          .locality = row.locality,
          .town = row.town,
          .administrative_area = row.administrative_area,
          .origin = origin};
}

BlpuFacts FactsOf(const model::Blpu& row, RowOrigin origin) {
  PropertyKind kind = PropertyKind::kUnknown;
  if (!row.blpu_class.empty()) {
    kind = row.blpu_class == "PS" ? PropertyKind::kStreetRecord : PropertyKind::kOther;
  }
  return {.uprn = row.uprn,
          .parent = row.parent_uprn,
          .x = row.x,
          .y = row.y,
          .organisation_hash = TextHash(row.organisation),
          .logical_status = row.logical_status,
          .ended = !row.dates.end.empty(),
          .kind = kind,
          .origin = origin};
}

LpiFacts FactsOf(const model::Lpi& row, RowOrigin origin) {
  const bool status = row.logical_status >= 0 && row.logical_status <= 9;
  return {.uprn = row.uprn,
          .key = PackKey(row.lpi_key, 'L'),
          .pao_text_hash = TextHash(row.pao.text),
          .sao_text_hash = TextHash(row.sao.text),
          .address_hash = AddressHash(row),
          .usrn = row.usrn,
          .logical_status = static_cast<uint8_t>(status ? row.logical_status : 0),
          .language = LanguageOf(row.language),
          .ended = !row.dates.end.empty(),
          .has_sao = !row.sao.empty(),
          .street_record = IsStreetRecordText(row.pao.text),
          .origin = origin};
}

PropertyKind KindOf(const model::Classification& row) {
  if (row.code.empty() || row.scheme.find("AddressBase") == std::string::npos) {
    return PropertyKind::kUnknown;
  }
  return row.code == "PS" ? PropertyKind::kStreetRecord : PropertyKind::kOther;
}

}  // namespace wensum::llpg
