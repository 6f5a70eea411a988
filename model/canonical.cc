#include "model/canonical.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "base/hash.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "model/contact.h"
#include "model/postcode.h"

namespace wensum::model {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

enum class LineBreaks { kSpace, kComma };

bool IsLineBreak(UChar32 c) { return (c >= '\n' && c <= '\r') || c == 0x85 || c == 0x2028 || c == 0x2029; }

// Characters that show nothing and stand between equal texts: U+00AD soft hyphen, U+200B zero width space, U+2060 word
// joiner, U+FEFF byte order mark, directional marks and all controls.
bool IsInvisible(UChar32 c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x200B || c == 0x200E || c == 0x200F || c == 0x2060 ||
         c == 0xFEFF || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

// True if cleaning would change nothing: printable ASCII with single inner spaces.
bool IsClean(std::string_view text) {
  char previous = ' ';
  for (const char c : text) {
    if (c < 0x20 || c > 0x7E || (c == ' ' && previous == ' ')) {  // bytes from 0x80 are negative or above 0x7E
      return false;
    }
    previous = c;
  }
  return text.empty() || previous != ' ';
}

// `text` without invisible characters, with single spaces, in NFC. Sets `valid` to false if it was not UTF-8.
std::string Clean(std::string_view text, LineBreaks breaks, bool& valid) {
  std::string out;
  out.reserve(text.size());
  bool ascii = true;
  bool space = false;  // white space was seen since the last character kept
  size_t at = 0;
  while (at < text.size()) {
    const size_t begin = at;
    UChar32 c = 0;
    U8_NEXT(text.data(), at, text.size(), c);
    if (breaks == LineBreaks::kComma && c >= 0 && IsLineBreak(c)) {
      out.push_back(',');
      space = true;
      continue;
    }
    if (c >= 0 && u_isUWhiteSpace(c) != 0) {
      space = true;
      continue;
    }
    if (c >= 0 && IsInvisible(c)) {
      continue;
    }
    if (space && !out.empty()) {
      out.push_back(' ');
    }
    space = false;
    ascii = ascii && c >= 0 && c < 0x80;
    valid = valid && c >= 0;
    out.append(c >= 0 ? text.substr(begin, at - begin) : kReplacement);
  }
  if (ascii) {
    return out;
  }
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* const nfc = icu::Normalizer2::getNFCInstance(status);
  if (U_FAILURE(status) || nfc->isNormalizedUTF8(out, status)) {
    return out;
  }
  std::string normalised;
  icu::StringByteSink<std::string> sink(&normalised);
  nfc->normalizeUTF8(0, out, sink, nullptr, status);
  return U_SUCCESS(status) ? normalised : out;
}

// `text`, cut to at most `limit` bytes between characters. A part of a text in NFC is in NFC.
std::string_view CutAt(std::string_view text, size_t limit) {
  if (text.size() <= limit) {
    return text;
  }
  while (limit > 0 && U8_IS_TRAIL(static_cast<uint8_t>(text[limit]))) {
    --limit;
  }
  return Trim(text.substr(0, limit));
}

// The parts of a clean text between commas, without empty ones, joined by ", ".
void TidyCommas(std::string& text) {
  bool tidy = true;
  for (size_t comma = text.find(','); comma != std::string::npos && tidy; comma = text.find(',', comma + 1)) {
    tidy = comma > 0 && text[comma - 1] != ' ' && comma + 2 < text.size() && text[comma + 1] == ' ' &&
           text[comma + 2] != ',';
  }
  if (tidy) {
    return;
  }
  std::string out;
  for (std::string_view part : Split(text, ',')) {
    part = Trim(part);
    if (!part.empty()) {
      AppendTo(out, out.empty() ? "" : ", ", part);
    }
  }
  text = std::move(out);
}

// Moves a postcode at the end of the text into `postcode`, or drops it if it is the one already there.
void TakePostcode(PersonAddress& address) {
  while (const std::optional<FoundPostcode> found = FindPostcode(address.text)) {
    const std::string_view after = std::string_view(address.text).substr(found->end);
    const bool at_end = after.find_first_not_of(" ,.;") == std::string_view::npos;
    if (!at_end || !(address.postcode.empty() || address.postcode == found->postcode)) {
      return;
    }
    address.postcode = found->postcode;
    address.text.resize(found->begin);
    address.text.resize(address.text.find_last_not_of(" ,") + 1);
  }
}

// Drops all but the first of equal values.
template <typename T>
void RemoveRepeats(std::vector<T>& values) {
  constexpr size_t kFew = 16;
  if (values.size() <= kFew) {
    auto kept = values.begin();
    for (auto value = values.begin(); value != values.end(); ++value) {
      if (std::find(values.begin(), kept, *value) == kept) {
        if (kept != value) {
          *kept = std::move(*value);
        }
        ++kept;
      }
    }
    values.erase(kept, values.end());
    return;
  }
  std::set<T> seen;
  std::erase_if(values, [&seen](const T& value) { return !seen.insert(value).second; });
}

// Names a field for an issue, such as "details.addresses[2].text" or "relations[0].text". Put together only when there
// is an issue.
struct Field {
  static constexpr size_t kNoIndex = ~size_t{0};
  static constexpr std::string_view kRelations = "relations";
  std::string_view name = {};
  size_t index = kNoIndex;
  std::string_view part = {};

  [[nodiscard]] std::string ToString() const {
    std::string text = Cat(name == kRelations ? "" : "details.", name);
    if (index != kNoIndex) {
      AppendTo(text, "[", index, "]");
    }
    if (!part.empty()) {
      AppendTo(text, ".", part);
    }
    return text;
  }
};

// One call of Canonicalise.
class Canonicaliser {
 public:
  Canonicaliser(PartialDate today, std::vector<FieldIssue>& issues) : today_(today), issues_(issues) {}

  void Run(PersonDetails& details) {
    Name({.name = "name"}, details.name);
    for (size_t i = 0; i < details.other_names.size(); ++i) {
      Name({.name = "other_names", .index = i}, details.other_names[i]);
    }
    std::erase_if(details.other_names, [](const PersonName& name) { return name.empty(); });
    RemoveRepeats(details.other_names);

    DateOfBirth(details.date_of_birth);
    LifeDate({.name = "date_of_death"}, details.date_of_death);
    Contact({.name = "ni_number"}, details.ni_number, "ni_number_invalid", ParseNiNumber);
    Phones(details.phones);
    Emails(details.emails);
    Addresses(details.addresses);
    Identifiers(details.identifiers);
    Attributes(details.attributes);
    Text({.name = "organisation_name"}, details.organisation_name, kMaxNamePart);
  }

  void Relations(std::vector<Relation>& relations, const std::string& source) {
    for (size_t i = 0; i < relations.size(); ++i) {
      Relation& relation = relations[i];
      Text({.name = Field::kRelations, .index = i, .part = "text"}, relation.text, kMaxNamePart);
      CalendarDate({.name = Field::kRelations, .index = i, .part = "from_date"}, relation.from_date);
      CalendarDate({.name = Field::kRelations, .index = i, .part = "to_date"}, relation.to_date);
      if (relation.other.source.empty()) {
        relation.other.source = source;
      }
    }
    RemoveRepeats(relations);
  }

 private:
  void Report(const Field& field, std::string_view rule, std::string message) {
    issues_.push_back({.field = field.ToString(), .rule = std::string(rule), .message = std::move(message)});
  }

  // Cleans without cutting.
  void CleanField(const Field& field, std::string& text, LineBreaks breaks = LineBreaks::kSpace) {
    if (IsClean(text)) {
      return;
    }
    bool valid = true;
    text = Clean(text, breaks, valid);
    if (!valid) {
      Report(field, "encoding_invalid", "The text is not UTF-8; what could not be read is shown as U+FFFD.");
    }
  }

  void Cut(const Field& field, std::string& text, size_t limit) {
    const size_t size = text.size();
    if (size <= limit) {
      return;
    }
    text = std::string(CutAt(text, limit));
    Report(field, "too_long", Cat("The text has ", size, " bytes and was cut to the ", limit, " that are kept."));
  }

  void Text(const Field& field, std::string& text, size_t limit) {
    CleanField(field, text);
    Cut(field, text, limit);
  }

  void Name(Field field, PersonName& name) {
    const auto part = [&](std::string_view part_name, std::string& text) {
      field.part = part_name;
      Text(field, text, kMaxNamePart);
    };
    part("title", name.title);
    part("forenames", name.forenames);
    part("surname", name.surname);
    part("suffix", name.suffix);
    part("full", name.full);
  }

  // Empties a date that the calendar does not have.
  void CalendarDate(const Field& field, PartialDate& date) {
    if (!PartialDate::Create(date.year, date.month, date.day).ok()) {
      date = PartialDate();
      Report(field, "date_impossible", "There is no such date; it was left out.");
    }
  }

  void LifeDate(const Field& field, PartialDate& date) {
    CalendarDate(field, date);
    // Unknown parts count as the earliest, so a date is in the future only if all that it may stand for is.
    if (!today_.empty() && date.ToNumber() > today_.ToNumber()) {
      date = PartialDate();
      Report(field, "date_in_future", Cat("The date is after ", today_.ToString(), "; it was left out."));
    }
  }

  void DateOfBirth(PartialDate& date) {
    constexpr Field kField{.name = "date_of_birth"};
    if (IsDummyDateOfBirth(date)) {
      date = PartialDate();
      Report(kField, "date_dummy", "The date is one that systems store for want of one; it was left out.");
    }
    LifeDate(kField, date);
  }

  // Replaces `text` by what `parse` makes of it; empties it and reports `rule` if that fails.
  template <typename Parse>
  void Contact(const Field& field, std::string& text, std::string_view rule, Parse parse) {
    CleanField(field, text);
    if (text.empty()) {
      return;
    }
    absl::StatusOr<std::string> parsed = parse(text);
    if (parsed.ok()) {
      text = *std::move(parsed);
      return;
    }
    text.clear();
    Report(field, rule, Cat("It was left out: ", Message(parsed.status()), "."));
  }

  void Phones(std::vector<std::string>& phones) {
    for (size_t i = 0; i < phones.size(); ++i) {
      const Field field{.name = "phones", .index = i};
      Contact(field, phones[i], "phone_invalid", ParsePhone);
      if (IsDummyPhone(phones[i])) {
        phones[i].clear();
        Report(field, "phone_dummy", "The number is one that is entered for want of one; it was left out.");
      }
    }
    std::erase(phones, "");
    RemoveRepeats(phones);
  }

  void Emails(std::vector<std::string>& emails) {
    for (size_t i = 0; i < emails.size(); ++i) {
      Contact({.name = "emails", .index = i}, emails[i], "email_invalid", ParseEmail);
    }
    std::erase(emails, "");
    RemoveRepeats(emails);
  }

  void Addresses(std::vector<PersonAddress>& addresses) {
    for (size_t i = 0; i < addresses.size(); ++i) {
      PersonAddress& address = addresses[i];
      const Field text{.name = "addresses", .index = i, .part = "text"};
      CleanField(text, address.text, LineBreaks::kComma);
      TidyCommas(address.text);
      TakePostcode(address);
      if (address.text.size() > kMaxAddressText) {
        Cut(text, address.text, kMaxAddressText);
        TidyCommas(address.text);  // the cut may have left a comma at the end
        TakePostcode(address);     // or a postcode
      }
      CalendarDate({.name = "addresses", .index = i, .part = "from_date"}, address.from_date);
      CalendarDate({.name = "addresses", .index = i, .part = "to_date"}, address.to_date);
    }
    std::erase_if(addresses, [](const PersonAddress& address) {
      return address.text.empty() && address.postcode.empty() && address.source_uprn.empty();
    });
    RemoveRepeats(addresses);
  }

  void Identifiers(std::vector<Identifier>& identifiers) {
    for (size_t i = 0; i < identifiers.size(); ++i) {
      Text({.name = "identifiers", .index = i, .part = "type"}, identifiers[i].type, kMaxNamePart);
      Text({.name = "identifiers", .index = i, .part = "value"}, identifiers[i].value, kMaxNamePart);
    }
    std::erase_if(identifiers, [](const Identifier& identifier) { return identifier.value.empty(); });
    RemoveRepeats(identifiers);
  }

  void Attributes(std::vector<Attribute>& attributes) {
    for (size_t i = 0; i < attributes.size(); ++i) {
      Text({.name = "attributes", .index = i, .part = "name"}, attributes[i].name, kMaxNamePart);
      Text({.name = "attributes", .index = i, .part = "value"}, attributes[i].value, kMaxAttributeValue);
    }
    std::erase_if(attributes, [](const Attribute& a) { return a.name.empty() || a.value.empty(); });
    const auto out_of_order = [](const Attribute& a, const Attribute& b) { return a.name >= b.name; };
    if (std::adjacent_find(attributes.begin(), attributes.end(), out_of_order) == attributes.end()) {
      return;  // sorted, without repeats
    }
    std::set<std::string> seen;
    std::erase_if(attributes, [this, &seen](const Attribute& attribute) {
      if (seen.insert(attribute.name).second) {
        return false;
      }
      Report({.name = "attributes", .part = attribute.name}, "attribute_repeated",
             "The attribute was given more than once; the first value was kept.");
      return true;
    });
    std::sort(attributes.begin(), attributes.end(),
              [](const Attribute& a, const Attribute& b) { return a.name < b.name; });
  }

  const PartialDate today_;
  std::vector<FieldIssue>& issues_;
};

// Writes values so that no two different lists of values give the same bytes: numbers in eight bytes, low byte first,
// texts and lists after their length.
class Serialiser {
 public:
  void Number(uint64_t value) {
    for (int shift = 0; shift < 64; shift += 8) {
      bytes_.push_back(static_cast<char>((value >> shift) & 0xFF));
    }
  }
  void Byte(uint8_t value) { bytes_.push_back(static_cast<char>(value)); }
  void Write(const std::string& text) {
    Number(text.size());
    bytes_.append(text);
  }
  void Write(PartialDate date) {
    Number((static_cast<uint64_t>(static_cast<uint16_t>(date.year)) << 16) |
           (static_cast<uint64_t>(static_cast<uint8_t>(date.month)) << 8) | static_cast<uint8_t>(date.day));
  }
  void Write(const PersonName& name) {
    for (const std::string* part : {&name.title, &name.forenames, &name.surname, &name.suffix, &name.full}) {
      Write(*part);
    }
  }
  void Write(const PersonAddress& address) {
    Byte(static_cast<uint8_t>(address.role));
    Write(address.text);
    Write(address.postcode.ToString());
    Number(address.source_uprn.value());
    Write(address.from_date);
    Write(address.to_date);
  }
  void Write(const Identifier& identifier) {
    Write(identifier.type);
    Write(identifier.value);
  }
  void Write(const Attribute& attribute) {
    Write(attribute.name);
    Write(attribute.value);
  }
  void Write(const Relation& relation) {
    Byte(static_cast<uint8_t>(relation.type));
    Write(relation.text);
    Write(relation.other.source);
    Write(relation.other.key);
    Number(relation.other.incarnation);
    Write(relation.from_date);
    Write(relation.to_date);
  }
  template <typename T>
  void Write(const std::vector<T>& values) {
    Number(values.size());
    for (const T& value : values) {
      Write(value);
    }
  }
  [[nodiscard]] std::string Finish() && { return std::move(bytes_); }

 private:
  std::string bytes_;
};

constexpr uint8_t kCanonicalVersion = 1;

}  // namespace

void Canonicalise(PersonDetails& details, PartialDate today, std::vector<FieldIssue>& issues) {
  Canonicaliser(today, issues).Run(details);
}

void CanonicaliseRelations(std::vector<Relation>& relations, const std::string& source,
                           std::vector<FieldIssue>& issues) {
  Canonicaliser(PartialDate(), issues).Relations(relations, source);
}

std::string CanonicalBytes(const SourceRecord& record) {
  const PersonDetails& details = record.details;
  Serialiser out;
  out.Byte(kCanonicalVersion);
  out.Byte(static_cast<uint8_t>(record.kind));
  out.Number(static_cast<uint64_t>(record.source_time));
  out.Write(details.name);
  out.Write(details.other_names);
  out.Write(details.date_of_birth);
  out.Write(details.date_of_death);
  out.Byte(static_cast<uint8_t>(details.sex));
  out.Write(details.ni_number);
  out.Write(details.phones);
  out.Write(details.emails);
  out.Write(details.addresses);
  out.Write(details.identifiers);
  out.Write(details.attributes);
  out.Write(details.organisation_name);
  // Records from before there were relations keep their bytes. Everything up to here has one length for one reading, so
  // that what follows can be taken for nothing else.
  if (!record.relations.empty()) {
    out.Write(record.relations);
  }
  return std::move(out).Finish();
}

uint64_t ContentHash(const SourceRecord& record) { return Hash64(CanonicalBytes(record)); }

}  // namespace wensum::model
