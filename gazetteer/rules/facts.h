// What rules over several rows need of each row, in little space, so that a whole register fits in memory.
#ifndef WENSUM_GAZETTEER_RULES_FACTS_H_
#define WENSUM_GAZETTEER_RULES_FACTS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "gazetteer/rules/rule.h"
#include "model/gazetteer.h"

namespace wensum::llpg {

enum class Language : uint8_t { kNone, kEnglish, kWelsh, kOther };
[[nodiscard]] Language LanguageOf(std::string_view code);

// A key of four digits, `letter` and nine digits as a number; another key as a hash above all of these.
[[nodiscard]] uint64_t PackKey(std::string_view key, char letter);
// The key again; empty if only its hash was kept.
[[nodiscard]] std::string UnpackKey(uint64_t packed, char letter);

// True for the PAO text that says that the property is the street itself.
[[nodiscard]] bool IsStreetRecordText(std::string_view pao_text);

// Whether a property stands for the street itself (class PS).
enum class PropertyKind : uint8_t { kUnknown, kStreetRecord, kOther };

struct StreetFacts {
  model::Usrn usrn;
  int record_type = 0;
  int state = 0;
  double start_x = 0, start_y = 0, end_x = 0, end_y = 0;  // metres; both 0: not given
  RowOrigin origin;

  [[nodiscard]] bool closed() const { return state == 4; }
};

struct DescriptorFacts {
  model::Usrn usrn;
  Language language = Language::kNone;
  std::string description, locality, town, administrative_area;
  RowOrigin origin;
};

struct BlpuFacts {
  model::Uprn uprn;
  model::Uprn parent;
  double x = 0, y = 0;             // metres; both 0: not given
  uint64_t organisation_hash = 0;  // 0: none
  int logical_status = 0;
  bool ended = false;  // it has an end date
  PropertyKind kind = PropertyKind::kUnknown;
  RowOrigin origin;
};

struct LpiFacts {
  model::Uprn uprn;
  uint64_t key = 0;  // PackKey(..., 'L')
  // Of PAO and SAO text in capitals, comparable with BlpuFacts::organisation_hash; 0: no text.
  uint64_t pao_text_hash = 0, sao_text_hash = 0;
  // Of everything that must not repeat: PAO, SAO, postcode, post town, level, official flag, street. In a register of
  // ten million LPIs the chance of any two different addresses with one hash is below 1 in 100,000.
  uint64_t address_hash = 0;
  model::Usrn usrn;
  uint8_t logical_status = 0;
  Language language = Language::kNone;
  bool ended = false;  // it has an end date
  bool has_sao = false;
  bool street_record = false;  // IsStreetRecordText
  RowOrigin origin;
};

// Each costs at most some hundred nanoseconds.
[[nodiscard]] StreetFacts FactsOf(const model::Street& row, RowOrigin origin);
[[nodiscard]] DescriptorFacts FactsOf(const model::StreetDescriptor& row, RowOrigin origin);
[[nodiscard]] BlpuFacts FactsOf(const model::Blpu& row, RowOrigin origin);
[[nodiscard]] LpiFacts FactsOf(const model::Lpi& row, RowOrigin origin);

// What an AddressBase classification says of the property: kUnknown if it is of another scheme.
[[nodiscard]] PropertyKind KindOf(const model::Classification& row);

}  // namespace wensum::llpg

#endif  // WENSUM_GAZETTEER_RULES_FACTS_H_
