#include "matching/resolve/record_table.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "matching/text/fold.h"

namespace wensum::matching {
namespace {

constexpr size_t kMaxItems = 255;
constexpr size_t kMaxTieBreak = 65535;
constexpr size_t kAddressWords = 3;
constexpr size_t kPostcodeBytes = sizeof(uint64_t);

template <typename T>
uint8_t CountOf(const T& list) {
  return static_cast<uint8_t>(std::min(list.size(), kMaxItems));
}

// A postcode in one word, padded with zero bytes.
uint64_t PackPostcode(std::string_view postcode) {
  uint64_t word = 0;
  std::memcpy(&word, postcode.data(), std::min(postcode.size(), kPostcodeBytes));
  return word;
}

}  // namespace

struct RecordTable::Header {
  int32_t date_of_birth;
  uint32_t words;  // of the whole block
  uint16_t tie_break;
  uint16_t other_tokens;  // numbers used by other surnames, counts included
  uint8_t sex;
  uint8_t organisation;
  uint8_t suffix;
  uint8_t ni_number;
  uint8_t forenames;
  uint8_t surname;
  uint8_t other_surnames;
  uint8_t phones;
  uint8_t emails;
  uint8_t identifiers;
  uint8_t addresses;
  uint8_t unused;
  uint32_t unique_source;
  uint32_t unused_too;
};

struct RecordTable::Layout {
  explicit Layout(const uint64_t* block) {
    static_assert(sizeof(Header) == 4 * sizeof(uint64_t));
    std::memcpy(&header, block + 1, sizeof(Header));
    numbers = block + 1 + sizeof(Header) / sizeof(uint64_t);
    addresses = numbers + header.phones + header.emails + header.identifiers;
    // Tokens and texts are read as what they were written as: 32-bit numbers and bytes.
    tokens = reinterpret_cast<const char*>(addresses + kAddressWords * header.addresses);
    texts = tokens + sizeof(uint32_t) * TokenCount(header);
  }
  static size_t TokenCount(const Header& header) {
    const size_t count = size_t{header.forenames} + header.surname + header.other_tokens;
    return count + count % 2;
  }
  [[nodiscard]] uint32_t Token(size_t i) const {
    uint32_t number = 0;
    std::memcpy(&number, tokens + sizeof(uint32_t) * i, sizeof(number));
    return number;
  }
  [[nodiscard]] std::string_view Suffix() const { return {texts, header.suffix}; }
  [[nodiscard]] std::string_view NiNumber() const { return {texts + header.suffix, header.ni_number}; }
  [[nodiscard]] std::string_view TieBreak() const {
    return {texts + header.suffix + header.ni_number, header.tie_break};
  }
  [[nodiscard]] std::string_view Postcode(size_t i) const {
    const char* text = reinterpret_cast<const char*>(addresses + kAddressWords * i + 2);
    return {text, static_cast<size_t>(std::find(text, text + kPostcodeBytes, '\0') - text)};
  }

  Header header{};
  const uint64_t* numbers;
  const uint64_t* addresses;
  const char* tokens;
  const char* texts;
};

void RecordTable::Put(uint32_t id, const PersonFeatures& features) {
  if (id >= blocks_.size()) {
    blocks_.resize(size_t{id} + 1);
  }
  if (blocks_[id] != nullptr) {
    Remove(id);
  }
  std::vector<uint32_t> tokens;
  const auto intern = [&](std::string_view text) {
    size_t count = 0;
    for (const std::string_view token : FoldedTokens(text)) {
      if (count < kMaxItems) {
        tokens.push_back(tokens_.Intern(token));
        ++count;
      }
    }
    return static_cast<uint8_t>(count);
  };
  Header header{};
  header.date_of_birth = features.date_of_birth;
  header.sex = features.sex;
  header.organisation = features.organisation ? 1 : 0;
  header.unique_source = features.unique_source;
  header.forenames = intern(features.forenames);
  header.surname = intern(features.surname);
  const size_t before_others = tokens.size();
  header.other_surnames = CountOf(features.other_surnames);
  for (size_t i = 0; i < header.other_surnames; ++i) {
    const size_t count_at = tokens.size();
    tokens.push_back(0);
    tokens[count_at] = intern(features.other_surnames[i]);
  }
  header.other_tokens = static_cast<uint16_t>(tokens.size() - before_others);
  header.suffix = CountOf(features.suffix);
  header.ni_number = CountOf(features.ni_number);
  header.tie_break = static_cast<uint16_t>(std::min(features.tie_break.size(), kMaxTieBreak));
  header.phones = CountOf(features.phones);
  header.emails = CountOf(features.emails);
  header.identifiers = CountOf(features.identifiers);
  header.addresses = CountOf(features.addresses);
  const size_t texts = size_t{header.suffix} + header.ni_number + header.tie_break;
  header.words =
      static_cast<uint32_t>(1 + sizeof(Header) / sizeof(uint64_t) + header.phones + header.emails + header.identifiers +
                            kAddressWords * header.addresses + Layout::TokenCount(header) / 2 + (texts + 7) / 8);
  auto block = std::make_unique<uint64_t[]>(header.words);
  uint64_t* word = block.get();
  *word++ = features.content_rank;
  std::memcpy(word, &header, sizeof(Header));
  word += sizeof(Header) / sizeof(uint64_t);
  word = std::copy_n(features.phones.begin(), header.phones, word);
  word = std::copy_n(features.emails.begin(), header.emails, word);
  word = std::copy_n(features.identifiers.begin(), header.identifiers, word);
  for (size_t i = 0; i < header.addresses; ++i) {
    *word++ = features.addresses[i].uprn;
    *word++ = features.addresses[i].text_hash;
    *word++ = PackPostcode(features.addresses[i].postcode);
  }
  std::memcpy(word, tokens.data(), tokens.size() * sizeof(uint32_t));
  char* text = reinterpret_cast<char*>(word + Layout::TokenCount(header) / 2);
  text = std::copy_n(features.suffix.begin(), header.suffix, text);
  text = std::copy_n(features.ni_number.begin(), header.ni_number, text);
  std::copy_n(features.tie_break.begin(), header.tie_break, text);
  blocks_[id] = std::move(block);
  ++size_;
  block_bytes_ += header.words * sizeof(uint64_t);
}

void RecordTable::Remove(uint32_t id) {
  block_bytes_ -= Layout(blocks_[id].get()).header.words * sizeof(uint64_t);
  blocks_[id] = nullptr;
  --size_;
}

PersonFeatures RecordTable::Unpack(uint32_t id) const {
  const Layout layout(blocks_[id].get());
  const Header& header = layout.header;
  PersonFeatures features;
  size_t next = 0;
  const auto read = [&](size_t count) {
    std::string text;
    for (size_t i = 0; i < count; ++i) {
      if (i != 0) {
        text.push_back(' ');
      }
      text.append(tokens_.token(layout.Token(next++)).text);
    }
    return text;
  };
  features.content_rank = ContentRank(id);
  features.date_of_birth = header.date_of_birth;
  features.sex = header.sex;
  features.organisation = header.organisation != 0;
  features.unique_source = header.unique_source;
  features.forenames = read(header.forenames);
  features.surname = read(header.surname);
  for (size_t i = 0; i < header.other_surnames; ++i) {
    const uint32_t count = layout.Token(next++);
    features.other_surnames.push_back(read(count));
  }
  features.suffix = layout.Suffix();
  features.ni_number = layout.NiNumber();
  features.tie_break = layout.TieBreak();
  const uint64_t* number = layout.numbers;
  const auto read_numbers = [&number](size_t count, std::vector<uint64_t>& out) {
    out.assign(number, number + count);
    number += count;
  };
  read_numbers(header.phones, features.phones);
  read_numbers(header.emails, features.emails);
  read_numbers(header.identifiers, features.identifiers);
  for (size_t i = 0; i < header.addresses; ++i) {
    const uint64_t* address = layout.addresses + kAddressWords * i;
    features.addresses.push_back({address[0], address[1], std::string(layout.Postcode(i))});
  }
  return features;
}

ScoringRecord RecordTable::View(uint32_t id) const {
  const Layout layout(blocks_[id].get());
  const Header& header = layout.header;
  ScoringRecord record;
  size_t next = 0;
  const auto read = [&](size_t count, auto& list) {
    for (size_t i = 0; i < count; ++i) {
      list.Add(&tokens_.token(layout.Token(next++)));
    }
  };
  read(header.forenames, record.forenames);
  read(header.surname, record.surname);
  for (size_t i = 0; i < header.other_surnames; ++i) {
    const uint32_t count = layout.Token(next++);
    read(count, record.other_surnames);
  }
  record.suffix = layout.Suffix();
  record.ni_number = layout.NiNumber();
  record.date_of_birth = header.date_of_birth;
  record.sex = header.sex;
  record.organisation = header.organisation != 0;
  record.unique_source = header.unique_source;
  record.phones = {layout.numbers, header.phones};
  record.emails = {layout.numbers + header.phones, header.emails};
  record.identifiers = {layout.numbers + header.phones + header.emails, header.identifiers};
  for (size_t i = 0; i < header.addresses; ++i) {
    const uint64_t* address = layout.addresses + kAddressWords * i;
    record.addresses.Add({address[0], address[1], layout.Postcode(i)});
  }
  return record;
}

std::string_view RecordTable::TieBreak(uint32_t id) const { return Layout(blocks_[id].get()).TieBreak(); }

size_t RecordTable::memory_bytes() const {
  constexpr size_t kAllocatorOverhead = 16;  // a block's header and rounding in the usual allocators
  return tokens_.memory_bytes() + blocks_.capacity() * sizeof(blocks_[0]) + block_bytes_ + size_ * kAllocatorOverhead;
}

}  // namespace wensum::matching
