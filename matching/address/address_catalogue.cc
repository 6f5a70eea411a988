#include "matching/address/address_catalogue.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/hash.h"
#include "base/strings.h"
#include "model/postcode.h"

namespace wensum::matching::address {
namespace {

constexpr uint64_t kPostcodeBase = 37;
constexpr size_t kPostcodePlaces = 8;

uint64_t PostcodeDigit(char c) {
  if (IsDigit(c)) {
    return static_cast<uint64_t>(c - '0') + 1;
  }
  if (IsLower(c)) {
    return static_cast<uint64_t>(c - 'a') + 11;
  }
  return IsUpper(c) ? static_cast<uint64_t>(c - 'A') + 11 : 0;
}

char LetterOf(const std::string& suffix) { return suffix.empty() ? '\0' : FoldAddress(suffix.substr(0, 1))[0]; }

NumberSpan SpanOf(const model::AddressableObject& object) {
  NumberSpan span;
  if (!object.has_number) {
    return span;
  }
  span.low = span.high = object.start_number;
  span.low_letter = span.high_letter = LetterOf(object.start_suffix);
  if (object.end_number != 0) {
    span.high = object.end_number;
    span.high_letter = LetterOf(object.end_suffix);
  }
  return span;
}

void ErasePosting(Postings& postings, uint32_t entry) {
  const auto found =
      std::find_if(postings.begin(), postings.end(), [entry](const Posting& p) { return p.entry == entry; });
  *found = postings.back();
  postings.pop_back();
}

// The names that an entry is listed under, each once.
absl::InlinedVector<uint32_t, 3> NamesOf(const Entry& entry) {
  absl::InlinedVector<uint32_t, 3> names;
  for (const uint32_t name : {entry.building, entry.unit_name, entry.organisation}) {
    if (name != kNoId && std::find(names.begin(), names.end(), name) == names.end()) {
      names.push_back(name);
    }
  }
  return names;
}

size_t NameBytes(const Name& name) {
  return name.words.capacity() * sizeof(uint64_t) + name.spelled.capacity() * sizeof(std::string);
}

size_t LongStringBytes(const std::string& text) { return text.capacity() > 15 ? text.capacity() + 1 : 0; }

}  // namespace

uint64_t PackPostcode(std::string_view postcode) { return PackPostcodePrefix(postcode).first; }

PostcodeRange PackPostcodePrefix(std::string_view prefix) {
  uint64_t value = 0;
  uint64_t width = 1;
  size_t places = 0;
  for (const char c : prefix) {
    const uint64_t digit = PostcodeDigit(c);
    if (digit != 0 && places < kPostcodePlaces) {
      value = value * kPostcodeBase + digit;
      ++places;
    }
  }
  for (; places < kPostcodePlaces; ++places) {
    value *= kPostcodeBase;
    width *= kPostcodeBase;
  }
  return {value, value + width - 1};
}

std::string UnpackPostcode(uint64_t packed) {
  std::string text;
  for (; packed != 0; packed /= kPostcodeBase) {
    const uint64_t digit = packed % kPostcodeBase;
    if (digit != 0) {
      text.push_back(static_cast<char>(digit <= 10 ? '0' + (digit - 1) : 'A' + (digit - 11)));
    }
  }
  std::reverse(text.begin(), text.end());
  if (text.size() > 4) {
    text.insert(text.size() - 3, 1, ' ');
  }
  return text;
}

Catalogue::Catalogue() = default;

const Postings* Catalogue::ByPostcode(uint64_t packed) const {
  const auto found = by_postcode_.find(packed);
  return found == by_postcode_.end() ? nullptr : &found->second;
}

const Catalogue::EntryList* Catalogue::EntriesOf(NameUse use) const {
  if (!use.building) {
    return &street_lists_[use.id];
  }
  const auto found = by_name_.find(use.id);
  return found == by_name_.end() ? nullptr : &found->second;
}

const Catalogue::StreetIds* Catalogue::StreetsOf(uint32_t usrn) const {
  const auto found = by_usrn_.find(usrn);
  return found == by_usrn_.end() ? nullptr : &found->second;
}

const std::vector<uint32_t>* Catalogue::ChildrenOf(uint64_t uprn) const {
  const auto found = children_.find(uprn);
  return found == children_.end() ? nullptr : &found->second;
}

uint32_t Catalogue::Find(uint64_t uprn) const {
  const auto found = by_uprn_.find(uprn);
  return found == by_uprn_.end() ? kNoId : found->second;
}

std::string Catalogue::KeyOf(NameUse use) const {
  const std::string text = Join(NameOf(use).spelled, " ");
  if (use.building) {
    return Cat(text, kNameEnd, "b");  // a name of a building is interned by its words
  }
  const StreetEntry& street = streets_[use.id];
  return Cat(text, kNameEnd, "a", street.locality, kNameEnd, street.town, kNameEnd, street.description);
}

bool Catalogue::EntryBefore(uint32_t a, uint32_t b) const {
  const Entry& x = entries_[a];
  const Entry& y = entries_[b];
  const auto head = [](const Entry& entry) {
    return std::tie(entry.house.low, entry.house.low_letter, entry.unit.number, entry.unit.letter, entry.prefix);
  };
  if (head(x) != head(y)) {
    return head(x) < head(y);
  }
  if (x.property != y.property) {
    return properties_[x.property].uprn < properties_[y.property].uprn;
  }
  const auto place = [this](const Entry& entry) {
    const StreetEntry& street = streets_[entry.street];
    return std::tie(street.description, street.locality, street.town, entry.postcode, entry.usrn);
  };
  return place(x) < place(y);
}

void Catalogue::Upsert(const IndexedProperty& property) {
  uint32_t id = 0;
  if (const auto found = by_uprn_.find(property.uprn); found != by_uprn_.end()) {
    id = found->second;
    DropEntries(id);
    Abandon(id);
  } else {
    if (free_properties_.empty()) {
      free_properties_.push_back(static_cast<uint32_t>(properties_.size()));
      properties_.emplace_back();
    }
    id = free_properties_.back();
    free_properties_.pop_back();
    by_uprn_.emplace(property.uprn, id);
  }
  properties_[id] = {property.uprn, property.parent_uprn, kNoId, Pack(property.facts)};
  Adopt(id);
  for (const PropertyAddress& address : property.addresses) {
    if (property.street_record) {
      break;  // never an answer
    }
    Entry entry = Parse(address);
    entry.property = id;
    entry.next = properties_[id].first;
    if (free_entries_.empty()) {
      free_entries_.push_back(static_cast<uint32_t>(entries_.size()));
      entries_.emplace_back();
    }
    const uint32_t entry_id = free_entries_.back();
    free_entries_.pop_back();
    entries_[entry_id] = std::move(entry);
    properties_[id].first = entry_id;
    Link(entry_id);
  }
}

void Catalogue::Remove(uint64_t uprn) {
  const auto found = by_uprn_.find(uprn);
  if (found == by_uprn_.end()) {
    return;
  }
  DropEntries(found->second);
  Abandon(found->second);
  properties_[found->second] = {};
  free_properties_.push_back(found->second);
  by_uprn_.erase(found);
}

void Catalogue::DropEntries(uint32_t property) {
  for (uint32_t id = properties_[property].first; id != kNoId;) {
    const uint32_t next = entries_[id].next;
    Unlink(id);
    entries_[id] = {};
    free_entries_.push_back(id);
    id = next;
  }
  properties_[property].first = kNoId;
}

void Catalogue::Adopt(uint32_t property) {
  if (const uint64_t parent = properties_[property].parent_uprn; parent != 0) {
    children_[parent].push_back(property);
  }
}

void Catalogue::Abandon(uint32_t property) {
  const auto found = children_.find(properties_[property].parent_uprn);
  if (found == children_.end()) {
    return;
  }
  std::erase(found->second, property);
  if (found->second.empty()) {
    children_.erase(found);
  }
}

void Catalogue::AddToList(NameUse use, const Posting& posting) {
  EntryList& list = use.building ? by_name_[use.id] : street_lists_[use.id];
  if (list.postings.empty()) {
    for (const std::string& word : NameOf(use).spelled) {
      vocabulary_.Add(word, PackUse(use));
    }
    if (!NameOf(use).spelled.empty()) {
      names_in_order_.emplace(KeyOf(use), use);
    }
  }
  // The numbers decide mostly; they stand in the list itself.
  const auto at =
      std::lower_bound(list.postings.begin(), list.postings.end(), posting, [this](const Posting& a, const Posting& b) {
        return a.low != b.low ? a.low < b.low : EntryBefore(a.entry, b.entry);
      });
  list.postings.insert(at, posting);
  list.widest = std::max(list.widest, posting.high - posting.low);
}

void Catalogue::DropFromList(NameUse use, uint32_t entry) {
  EntryList& list = use.building ? by_name_.find(use.id)->second : street_lists_[use.id];
  list.postings.erase(std::find_if(list.postings.begin(), list.postings.end(),
                                   [entry](const Posting& posting) { return posting.entry == entry; }));
  if (!list.postings.empty()) {
    return;
  }
  for (const std::string& word : NameOf(use).spelled) {
    vocabulary_.Remove(word, PackUse(use));
  }
  names_in_order_.erase(KeyOf(use));
  if (use.building) {
    by_name_.erase(use.id);
  } else {
    list = {};
  }
}

void Catalogue::Link(uint32_t id) {
  const Entry& entry = entries_[id];
  const Posting posting{id, entry.house.low, entry.house.high};
  if (entry.postcode != 0) {
    Postings& postings = by_postcode_[entry.postcode];
    if (postings.empty()) {
      postcodes_.insert(entry.postcode);
    }
    postings.push_back(posting);
  }
  AddToList({false, entry.street}, posting);
  for (const uint32_t name : NamesOf(entry)) {
    AddToList({true, name}, posting);
  }
  if (entry.usrn != 0) {
    StreetIds& streets = by_usrn_[entry.usrn];
    auto at = std::lower_bound(streets.begin(), streets.end(), std::pair<uint32_t, uint32_t>(entry.street, 0));
    if (at == streets.end() || at->first != entry.street) {
      at = streets.insert(at, {entry.street, 0});
    }
    ++at->second;
  }
}

void Catalogue::Unlink(uint32_t id) {
  const Entry& entry = entries_[id];
  if (entry.postcode != 0) {
    const auto found = by_postcode_.find(entry.postcode);
    ErasePosting(found->second, id);
    if (found->second.empty()) {
      by_postcode_.erase(found);
      postcodes_.erase(entry.postcode);
    }
  }
  DropFromList({false, entry.street}, id);
  for (const uint32_t name : NamesOf(entry)) {
    DropFromList({true, name}, id);
  }
  if (entry.usrn != 0) {
    const auto found = by_usrn_.find(entry.usrn);
    StreetIds& streets = found->second;
    const auto at = std::lower_bound(streets.begin(), streets.end(), std::pair<uint32_t, uint32_t>(entry.street, 0));
    if (--at->second == 0) {
      streets.erase(at);
    }
    if (streets.empty()) {
      by_usrn_.erase(found);
    }
  }
}

namespace {

Name NameOfTokens(const TokenList& list) {
  Name name;
  for (const Token& token : list.tokens()) {
    if (token.kind == TokenKind::kWord) {
      name.words.push_back(token.hash);
      name.spelled.emplace_back(token.word);
    }
  }
  return name;
}

}  // namespace

uint32_t Catalogue::InternStreet(const PropertyAddress& address) {
  const std::string id_text = Cat(address.street, "\x1f", address.locality, "\x1f", address.town);
  const auto [found, inserted] = street_ids_.try_emplace(id_text, static_cast<uint32_t>(streets_.size()));
  if (!inserted) {
    return found->second;
  }
  StreetEntry street;
  street.description = address.street;
  street.locality = address.locality;
  street.town = address.town;
  street.name = NameOfTokens(TokenList(address.street));
  street.locality_name = NameOfTokens(TokenList(address.locality));
  street.town_name = NameOfTokens(TokenList(address.town));
  streets_.push_back(std::move(street));
  street_lists_.emplace_back();
  return found->second;
}

uint32_t Catalogue::InternName(const TokenList& list, const Evidence& evidence) {
  Name name;
  for (const WordMention& word : evidence.words) {
    const Token& token = list.tokens()[word.position];
    name.words.push_back(token.hash);
    name.spelled.emplace_back(token.word);
  }
  if (name.words.empty()) {
    return kNoId;
  }
  const auto [found, inserted] = name_ids_.try_emplace(Join(name.spelled, " "), static_cast<uint32_t>(names_.size()));
  if (inserted) {
    names_.push_back(std::move(name));
  }
  return found->second;
}

uint32_t Catalogue::InternText(std::string_view text) {
  const TokenList list(text);
  Evidence evidence;
  for (size_t i = 0; i < list.tokens().size(); ++i) {
    if (list.tokens()[i].kind == TokenKind::kWord) {
      evidence.words.push_back({list.tokens()[i].hash, i});
    }
  }
  return InternName(list, evidence);
}

Entry Catalogue::Parse(const PropertyAddress& address) {
  Entry entry;
  entry.postcode = PackPostcode(address.postcode);
  entry.street = InternStreet(address);
  entry.historical = address.historical;
  entry.usrn = address.usrn;
  entry.prefix = FormatPrefix(address);
  entry.house = SpanOf(address.pao);
  if (!address.organisation.empty()) {
    entry.organisation = InternText(address.organisation);
  }
  if (!address.pao.text.empty()) {
    const TokenList list(address.pao.text);
    const Evidence evidence = ReadEvidence(list);
    entry.unit = evidence.unit;
    entry.building = InternName(list, evidence);
    if (entry.house.empty() && evidence.numbers.size() == 1) {
      entry.house = evidence.numbers[0].span;
    }
  }
  if (!address.sao.empty()) {
    const TokenList list(address.sao.text);
    const Evidence evidence = ReadEvidence(list);
    entry.unit = evidence.unit;
    entry.unit_name = InternName(list, evidence);
    NumberSpan span = SpanOf(address.sao);
    if (span.empty() && evidence.numbers.size() == 1) {
      span = evidence.numbers[0].span;
    }
    if (!span.empty() && entry.unit.number < 0) {
      entry.unit.number = span.low;
      entry.unit.letter = span.low_letter;
      entry.unit.end_number = span.high > span.low ? span.high : -1;
    }
  }
  return entry;
}

std::string Catalogue::Line(const Entry& entry) const {
  const StreetEntry& street = streets_[entry.street];
  return JoinLine(entry.prefix, street.description, street.locality, street.town, UnpackPostcode(entry.postcode));
}

size_t Catalogue::memory_bytes() const {
  size_t bytes = sizeof(*this) + entries_.capacity() * sizeof(Entry) + properties_.capacity() * sizeof(PropertyEntry) +
                 (free_entries_.capacity() + free_properties_.capacity()) * sizeof(uint32_t);
  for (const Entry& entry : entries_) {
    bytes += LongStringBytes(entry.prefix);
  }
  for (const StreetEntry& street : streets_) {
    bytes += sizeof(street) + NameBytes(street.name) + NameBytes(street.locality_name) + NameBytes(street.town_name) +
             LongStringBytes(street.description) + LongStringBytes(street.locality) + LongStringBytes(street.town);
  }
  for (const Name& name : names_) {
    bytes += sizeof(name) + NameBytes(name);
  }
  const auto postings_bytes = [](const auto& map) {
    size_t sum = map.capacity() * (sizeof(typename std::decay_t<decltype(map)>::value_type) + 1);
    for (const auto& [key, postings] : map) {
      sum += postings.capacity() * sizeof(Posting);
    }
    return sum;
  };
  bytes += postings_bytes(by_postcode_);
  for (const EntryList& list : street_lists_) {
    bytes += sizeof(list) + list.postings.capacity() * sizeof(Posting);
  }
  for (const auto& [name, list] : by_name_) {
    bytes += sizeof(list) + list.postings.capacity() * sizeof(Posting);
  }
  bytes += by_usrn_.capacity() * (sizeof(uint32_t) + sizeof(StreetIds) + 1);
  for (const auto& [uprn, children] : children_) {
    bytes += sizeof(uprn) + sizeof(children) + children.capacity() * sizeof(uint32_t);
  }
  bytes += by_uprn_.capacity() * (sizeof(std::pair<uint64_t, uint32_t>) + 1);
  for (const auto* const ids : {&street_ids_, &name_ids_}) {
    bytes += ids->capacity() * (sizeof(std::pair<std::string, uint32_t>) + 1);
    for (const auto& [text, id] : *ids) {
      bytes += LongStringBytes(text);
    }
  }
  for (const auto& [key, use] : names_in_order_) {
    bytes += sizeof(key) + sizeof(use) + LongStringBytes(key);
  }
  bytes += vocabulary_.memory_bytes();
  return bytes + postcodes_.size() * sizeof(uint64_t);
}

}  // namespace wensum::matching::address
