#include "matching/retrieve/candidate_features.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "base/hash.h"
#include "matching/schema/value_text.h"
#include "matching/text/phonetic.h"

namespace wensum::matching {
namespace {

// What a feature is of, so that equal texts of two kinds differ.
enum Kind : uint64_t { kWord, kSound, kStart, kNickname, kInitial, kWhole, kPart, kDeletion, kPair, kSingle };

constexpr uint64_t kNameKey = 0;  // beside kMixedKey

// Most words of a record's names that make keys.
constexpr size_t kMaxNameWords = 8;

uint64_t Seed(Kind kind, uint64_t space) { return HashCombine(kind, space); }

CandidateFeature Feature(Kind kind, uint64_t space, std::string_view text, uint8_t grade) {
  return {Hash64(text, Seed(kind, space)), grade};
}

void AddWord(std::string_view word, std::span<const uint16_t> nickname_groups, std::vector<CandidateFeature>& out) {
  out.push_back(Feature(kWord, 0, word, 0));
  if (word.size() > 1) {
    out.push_back({HashCombine(Seed(kSound, 0), PhoneticCode(word)), 1});
    out.push_back(Feature(kStart, 0, word.substr(0, 3), 1));
    for (const uint16_t group : nickname_groups) out.push_back({HashCombine(Seed(kNickname, 0), group), 1});
  }
  out.push_back(Feature(kInitial, 0, word.substr(0, 1), 2));
}

void AddDate(std::string_view date, uint64_t space, std::vector<CandidateFeature>& out) {
  const std::string_view year = date.substr(0, 4);
  const std::string month(date.substr(4, 2));
  const std::string day(date.substr(6, 2));
  out.push_back(Feature(kWhole, space, date, 0));
  if (day + month <= "1212" && day != month) out.push_back(Feature(kWhole, space, std::string(year) + day + month, 1));
  out.push_back(Feature(kPart, space, std::string(year) + month + "..", 1));
  out.push_back(Feature(kPart, space, std::string(year) + ".." + day, 1));
  out.push_back(Feature(kPart, space, "...." + month + day, 1));
  out.push_back(Feature(kPart, space, year, 2));
}

void AddDeletions(std::string_view text, uint64_t space, uint8_t grade, std::vector<CandidateFeature>& out) {
  std::string rest;
  for (size_t i = 0; i < text.size(); ++i) {
    if (i > 0 && text[i] == text[i - 1]) continue;  // the same text again
    rest.assign(text.substr(0, i)).append(text.substr(i + 1));
    out.push_back(Feature(kDeletion, space, rest, grade));
  }
}

void AddPostcode(std::string_view postcode, uint64_t space, std::vector<CandidateFeature>& out) {
  out.push_back(Feature(kWhole, space, postcode, 0));
  if (postcode.size() > 2) out.push_back(Feature(kPart, space, postcode.substr(0, postcode.size() - 2), 1));
  if (postcode.size() > 4) out.push_back(Feature(kPart, space, postcode.substr(0, postcode.size() - 4), 2));
  AddDeletions(postcode, space, 2, out);
}

void AddText(const ValueDictionary& dictionary, const Value& value, uint64_t space,
             std::vector<CandidateFeature>& out) {
  out.push_back(Feature(kWhole, space, value.text, 0));
  for (const TokenId id : dictionary.TokensOf(value)) {
    const std::string_view word = dictionary.tokens()[id].text;
    out.push_back(Feature(kWord, space, word, 1));
    out.push_back({HashCombine(Seed(kSound, space), PhoneticCode(word)), 2});
  }
}

// Combines two features into a key, whichever comes first.
uint64_t PairKey(uint64_t a, uint64_t b) { return HashCombine(kPair, HashCombine(std::min(a, b), std::max(a, b))); }

// Texts are too common to be keys of their own, and so is where a person lives, down to the house: a whole household
// shares it.
bool StandsAlone(const Schema& schema, size_t attribute) {
  if (schema[attribute].type == AttributeType::kText) return false;
  return schema[attribute].address == AddressPart::kNone || !schema.has_house();
}

// Two parts of an address together are no more than the address.
bool MayPair(const Schema& schema, size_t a, size_t b) {
  return a != b &&
         (!schema.has_house() || schema[a].address == AddressPart::kNone || schema[b].address == AddressPart::kNone);
}

bool HasLists(AttributeType type) {
  return type == AttributeType::kDate || type == AttributeType::kPostcode || type == AttributeType::kText;
}

void AddValue(const ValueDictionary& dictionary, const Value& value, uint64_t space,
              std::vector<CandidateFeature>& out) {
  switch (dictionary.type()) {
    case AttributeType::kDate:
      return AddDate(value.text, space, out);
    case AttributeType::kPostcode:
      return AddPostcode(value.text, space, out);
    default:
      return AddText(dictionary, value, space, out);
  }
}

}  // namespace

CandidateFeatures::CandidateFeatures(const ValueStore* values) : values_(values), features_(values->schema().size()) {
  for (const Attribute& attribute : values->schema().attributes()) spaces_.push_back(Hash64(attribute.name));
  for (Lists& lists : features_) lists.EndItem();  // of kNoValue
  Grow();
}

void CandidateFeatures::Grow() {
  const WordDictionary& words = values_->name_tokens();
  for (TokenId id = name_words_.size(); id < words.size(); ++id) {
    AddWord(words[id].text, words[id].nickname_groups, name_words_.features);
    name_words_.EndItem();
  }
  for (size_t i = 0; i < features_.size(); ++i) {
    const ValueDictionary& dictionary = values_->dictionary(i);
    if (!HasLists(dictionary.type())) continue;
    for (ValueId id = features_[i].size(); id < dictionary.size(); ++id) {
      // The features of a set are those of its elements.
      if (!dictionary[id].is_set()) AddValue(dictionary, dictionary[id], spaces_[i], features_[i].features);
      features_[i].EndItem();
    }
  }
}

size_t CandidateFeatures::memory_bytes() const {
  size_t bytes = 0;
  const auto add = [&bytes](const Lists& lists) {
    bytes += lists.begin.capacity() * sizeof(uint32_t) + lists.features.capacity() * sizeof(CandidateFeature);
  };
  add(name_words_);
  for (const Lists& lists : features_) add(lists);
  return bytes;
}

void CandidateFeatures::AppendKeys(Row row, uint32_t richness, std::vector<uint64_t>& keys) const {
  const size_t end = keys.size() + kMaxKeysPerRecord;
  const auto add = [&keys, end](uint64_t key, uint64_t kind) {
    if (keys.size() < end) keys.push_back((key & kKeyMask & ~kMixedKey) | kind);
  };
  struct Other {
    size_t attribute;
    std::span<const CandidateFeature> features;
  };
  std::array<Other, kMaxAttributes * kMaxAlternatives> others;
  size_t other_count = 0;
  std::array<CandidateFeature, kMaxAttributes * kMaxAlternatives> whole;
  std::array<std::span<const CandidateFeature>, kMaxNameWords> words;
  size_t word_count = 0;
  std::vector<CandidateFeature> deletions;
  for (size_t i = 0; i < row.size(); ++i) {
    if (row[i] == kNoValue) continue;
    const ValueDictionary& dictionary = values_->dictionary(i);
    const AttributeType type = dictionary.type();
    if (IsNameType(type)) {
      for (const TokenId token : dictionary.TokensOf(dictionary[row[i]])) {
        if (word_count < words.size()) words[word_count++] = name_words_.of(token);
      }
    } else if (type != AttributeType::kCategory) {
      for (const ValueId element : dictionary.ElementsOf(dictionary[row[i]])) {
        Other& other = others[other_count];
        other.attribute = i;
        if (HasLists(type)) {
          other.features = features_[i].of(element);
        } else {
          const std::string_view text = dictionary[element].text;
          whole[other_count] = Feature(kWhole, spaces_[i], text, 0);
          other.features = {&whole[other_count], 1};
          deletions.clear();
          if (IsCodeType(type)) AddDeletions(text, spaces_[i], 0, deletions);
        }
        ++other_count;
        if (!StandsAlone(values_->schema(), i)) continue;
        add(HashCombine(kSingle, other.features.front().hash), kMixedKey);
        if (!HasLists(type)) {
          for (const CandidateFeature& deletion : deletions) add(deletion.hash, kMixedKey);
        }
      }
    }
  }
  for (size_t w = 0; w < word_count; ++w) add(HashCombine(kSingle, words[w].front().hash), kNameKey);
  const auto combine = [&add](std::span<const CandidateFeature> a, std::span<const CandidateFeature> b, uint32_t sum,
                              uint64_t kind) {
    for (const CandidateFeature& x : a) {
      for (const CandidateFeature& y : b) {
        if (uint32_t{x.grade} + y.grade == sum) add(PairKey(x.hash, y.hash), kind);
      }
    }
  };
  for (uint32_t sum = 0; sum <= richness; ++sum) {
    for (size_t w = 0; w < word_count; ++w) {
      for (size_t o = 0; o < other_count; ++o) combine(words[w], others[o].features, sum, kMixedKey);
      for (size_t v = 0; v < word_count; ++v) {
        if (v != w && (sum > 0 || v > w)) combine(words[w].first(1), words[v], sum, kNameKey);
      }
    }
    for (size_t o = 0; o < other_count; ++o) {
      for (size_t p = o + 1; p < other_count; ++p) {
        if (MayPair(values_->schema(), others[o].attribute, others[p].attribute)) {
          combine(others[o].features, others[p].features, sum, kMixedKey);
        }
      }
    }
  }
}

void CandidateFeatures::AppendSearchKeys(Row row, std::vector<uint64_t>& keys) const {
  const auto add = [&keys](uint64_t key) { keys.push_back(key & kKeyMask); };
  std::vector<uint64_t> sounds;
  std::vector<uint64_t> initials;
  std::vector<uint64_t> years;
  for (size_t i = 0; i < row.size(); ++i) {
    if (row[i] == kNoValue) continue;
    const ValueDictionary& dictionary = values_->dictionary(i);
    const AttributeType type = dictionary.type();
    const Value& value = dictionary[row[i]];
    if (IsNameType(type)) {
      for (const TokenId token : dictionary.TokensOf(value)) {
        if (sounds.size() == kMaxNameWords) break;
        const std::string_view word = dictionary.tokens()[token].text;
        sounds.push_back(HashCombine(Seed(kSound, 0), PhoneticCode(word)));
        initials.push_back(Feature(kInitial, 0, word.substr(0, 1), 0).hash);
      }
    } else if (type != AttributeType::kText && type != AttributeType::kCategory) {
      add(Feature(kWhole, spaces_[i], value.text, 0).hash);
      if (type == AttributeType::kDate) years.push_back(Feature(kPart, spaces_[i], value.text.substr(0, 4), 0).hash);
    }
  }
  for (size_t w = 0; w < sounds.size(); ++w) {
    add(HashCombine(kSingle, sounds[w]));
    for (const uint64_t year : years) add(PairKey(sounds[w], year));
    for (size_t v = 0; v < sounds.size(); ++v) {
      if (v > w) add(PairKey(sounds[w], sounds[v]));
      if (v != w) add(PairKey(sounds[w], initials[v]));
    }
  }
}

}  // namespace wensum::matching
