#include "matching/address/match/name_fit.h"

#include <algorithm>
#include <string>

namespace wensum::matching::address::match {
namespace {

constexpr size_t kLongWord = 8;
constexpr float kStopWeight = 0.3F;
constexpr float kDirectionWeight = 1.5F;

float WeightOf(const NameTable& names, WordId word, WordPart part) {
  switch (part) {
    case WordPart::kType:
      return 0;
    case WordPart::kStop:
      return kStopWeight;
    case WordPart::kDirection:
      return kDirectionWeight;
    case WordPart::kCore:
      break;
  }
  return names.Weight(word);
}

// Lays a name along the tokens from one place on.
class Alignment {
 public:
  Alignment(const NameInfo& name, const Tokens& tokens, TokenMask allowed, const NameTable& names, bool generous)
      : name_(name), tokens_(tokens), allowed_(allowed), names_(names), generous_(generous) {}

  NameFit From(size_t word, size_t token);

 private:
  [[nodiscard]] bool Open(size_t token) const {
    return token < tokens_.size() && (allowed_ >> token & 1) != 0 && tokens_[token].kind == TokenKind::kWord;
  }
  // Errors between a token and a word; -1: they are different words.
  [[nodiscard]] int Errors(size_t token, size_t word) const;
  bool TakeWord(size_t word);
  bool TakeJoined(size_t word);
  void TakeType(size_t word);
  void Finish();

  const NameInfo& name_;
  const Tokens& tokens_;
  const TokenMask allowed_;
  const NameTable& names_;
  const bool generous_;
  NameFit fit_;
  size_t at_ = 0;
  float found_ = 0;
  bool parted_ = false;  // the word was taken from two tokens
};

int Alignment::Errors(size_t token, size_t word) const {
  const Token& typed = tokens_[token];
  if (typed.word == name_.words[word]) {
    return 0;
  }
  const std::string_view text = names_.word(name_.words[word]).text;
  const bool real = typed.word != kNoWord && names_.Known(typed.word);
  const auto forgiven = [&](size_t letters) {
    return EditsForgiven(letters) + (generous_ && !real && letters >= 3 && letters < 7 ? 1 : 0);
  };
  const size_t shorter = std::min(typed.text.size(), text.size());
  const size_t letters = real || shorter < 3 ? shorter : std::max(typed.text.size(), text.size());
  // Three in a long word that begins alike, where its name is expected.
  const bool long_alike = generous_ && shorter >= kLongWord && typed.text[0] == text[0];
  const int limit = std::min(forgiven(letters) + (long_alike && !real ? 1 : 0), real ? 1 : long_alike ? 3 : 2);
  if (limit == 0 || (real && typed.text.size() < (generous_ ? 4U : 5U))) {
    return -1;
  }
  if (typed.text.size() > text.size() + 3 || text.size() > typed.text.size() + 3) {
    return -1;
  }
  const bool alike = typed.text[0] == text[0] || typed.text[1] == text[1] || typed.text.back() == text.back() ||
                     typed.text[0] == text[1] || typed.text[1] == text[0];
  if (!alike) {
    return -1;
  }
  const int errors = WordDistance(typed.text, text, limit);
  // Typing errors spare the first letter.
  const bool first_differs = errors >= 2 && typed.text[0] != text[0] && typed.text[1] != text[0];
  return errors > limit ? -1 : errors + (real || first_differs ? 1 : 0);
}

bool Alignment::TakeWord(size_t word) {
  if (!Open(at_)) {
    return false;
  }
  const int errors = Errors(at_, word);
  if (errors < 0) {
    return false;
  }
  const WordPart part = name_.parts[word];
  if (part != WordPart::kStop) {
    fit_.edits = static_cast<uint8_t>(std::min<int>(fit_.edits + errors, 9));
  }
  fit_.mask |= MaskOf(at_, at_ + 1);
  if (part == WordPart::kCore) {
    fit_.core |= MaskOf(at_, at_ + 1);
  }
  found_ += WeightOf(names_, name_.words[word], part);
  ++at_;
  return true;
}

// One token for this word and the next, or two tokens for this word.
bool Alignment::TakeJoined(size_t word) {
  if (!Open(at_)) {
    return false;
  }
  const std::string& text = names_.word(name_.words[word]).text;
  if (word + 1 < name_.words.size() && tokens_[at_].text.size() > text.size() &&
      tokens_[at_].text.substr(0, 2) == std::string_view(text).substr(0, 2)) {
    const std::string& next = names_.word(name_.words[word + 1]).text;
    const std::string joined = text + next;
    const int limit = tokens_[at_].word == kNoWord && joined.size() >= 7 ? 1 : 0;
    const int errors = WordDistance(tokens_[at_].text, joined, limit);
    if (errors <= limit) {
      fit_.mask |= MaskOf(at_, at_ + 1);
      fit_.core |= MaskOf(at_, at_ + 1);
      fit_.edits = static_cast<uint8_t>(fit_.edits + errors);
      found_ += WeightOf(names_, name_.words[word], name_.parts[word]) +
                WeightOf(names_, name_.words[word + 1], name_.parts[word + 1]);
      ++at_;
      return true;
    }
  }
  if (Open(at_ + 1) && !tokens_[at_ + 1].comma_before && name_.parts[word] == WordPart::kCore &&
      tokens_[at_].text.size() + tokens_[at_ + 1].text.size() == text.size() &&
      text.compare(0, tokens_[at_].text.size(), tokens_[at_].text) == 0 &&
      text.compare(tokens_[at_].text.size(), std::string::npos, tokens_[at_ + 1].text) == 0) {
    fit_.mask |= MaskOf(at_, at_ + 2);
    fit_.core |= MaskOf(at_, at_ + 2);
    found_ += WeightOf(names_, name_.words[word], name_.parts[word]);
    at_ += 2;
    parted_ = true;
    return true;
  }
  return false;
}

// STRRET, TOAD, GRPVE.
bool IsMisspeltType(std::string_view typed, std::string_view type) {
  const std::string_view text = type == "ST" ? "STREET" : type;
  if (typed.size() < 3 || text.size() < 3) {
    return false;
  }
  const bool begins = typed[0] == text[0];
  const int limit = text.size() > 4 || (begins && text.size() > 3) ? 2 : 1;
  const bool alike = begins || typed[1] == text[1] || typed[0] == text[1] || typed.back() == text.back();
  return alike && WordDistance(typed, text, limit) <= limit;
}

void Alignment::TakeType(size_t word) {
  const bool open = Open(at_);
  if (open && tokens_[at_].word == name_.words[word]) {
    fit_.mask |= MaskOf(at_, at_ + 1);
    ++at_;
    return;
  }
  if (open && !tokens_[at_].comma_before) {
    const Token& token = tokens_[at_];
    // HOUSE for ROAD is no slip: it makes a building of the name.
    const WordFlags own = names_.word(name_.words[word]).flags & kTypeWord;
    if (token.Is(kTypeWord) && (token.flags & own) != 0) {
      fit_.type_wrong = true;
      fit_.mask |= MaskOf(at_, at_ + 1);
      ++at_;
      return;
    }
    const bool unknown = token.word == kNoWord || !names_.Known(token.word);
    if (unknown && IsMisspeltType(token.text, names_.word(name_.words[word]).text)) {
      fit_.type_misspelt = true;
      fit_.mask |= MaskOf(at_, at_ + 1);
      ++at_;
      return;
    }
  }
  fit_.type_dropped = true;
}

NameFit Alignment::From(size_t word, size_t token) {
  fit_ = {};
  found_ = 0;
  at_ = token;
  const size_t count = name_.words.size();
  bool any = false;
  for (size_t i = word; i < count; ++i) {
    // A comma inside a name parts it, but for what may follow one: a type.
    if (any && at_ < tokens_.size() && tokens_[at_].comma_before && name_.parts[i] == WordPart::kCore) {
      break;
    }
    if (name_.parts[i] == WordPart::kType && any) {
      TakeType(i);
    } else if (TakeWord(i)) {
      any = true;
    } else if (TakeJoined(i)) {
      any = true;
      i += parted_ ? 0 : 1;
      parted_ = false;
    } else if (!any) {
      return {};
    } else if (name_.parts[i] == WordPart::kDirection) {
      fit_.direction_missing = true;
    } else if (name_.parts[i] == WordPart::kCore && Open(at_) && Open(at_ + 1) && !tokens_[at_ + 1].comma_before &&
               Errors(at_ + 1, i) == 0) {
      ++at_;  // a word stands between
      TakeWord(i);
    }
  }
  fit_.begin = static_cast<int8_t>(token);
  fit_.end = static_cast<int8_t>(at_);
  for (size_t i = 0; i < word; ++i) {
    fit_.direction_missing |= name_.parts[i] == WordPart::kDirection;
  }
  Finish();
  return fit_;
}

void Alignment::Finish() {
  float all = 0;
  for (size_t i = 0; i < name_.words.size(); ++i) {
    all += WeightOf(names_, name_.words[i], name_.parts[i]);
  }
  fit_.share = fit_.core == 0 || all <= 0 ? 0 : std::min(found_ / all, 1.0F);
  const auto begin = static_cast<size_t>(fit_.begin);
  const auto end = static_cast<size_t>(fit_.end);
  const bool typed = std::find(name_.parts.begin(), name_.parts.end(), WordPart::kType) != name_.parts.end();
  const bool goes_on = end < tokens_.size() && !tokens_[end].comma_before;
  const bool name_begins = end + 1 < tokens_.size() && !tokens_[end + 1].comma_before &&
                           (tokens_[end + 1].Is(kTypeWord) || tokens_[end].text == "ST");  // MILTON COURT CROSS ROAD
  if (goes_on && !name_begins && (allowed_ >> end & 1) != 0 && tokens_[end].Is(kStreetType) && !fit_.type_dropped &&
      (typed || !tokens_[end].Is(kBuildingType))) {
    fit_.runs_on = true;  // CHURCH ROAD CLOSE, BROADWAY MARKET
  }
  // CROWN ILK ROAD is not CROWN ROAD.
  const bool unknown = goes_on && (tokens_[end].word == kNoWord || !names_.Known(tokens_[end].word));
  const bool other_name = unknown && (fit_.type_dropped || (!typed && fit_.edits > 0)) && (allowed_ >> end & 1) != 0 &&
                          end + 1 < tokens_.size() && !tokens_[end + 1].comma_before &&
                          tokens_[end + 1].Is(kStreetType) && !tokens_[end].Is(kStreetType);
  fit_.runs_on |= other_name;
  if (goes_on && (allowed_ >> end & 1) != 0 && fit_.type_dropped && tokens_[end].Is(kBuildingType)) {
    fit_.runs_on = true;  // PARK LODGE is not PARK AVENUE
  }
  const bool led = begin > 0 && !tokens_[begin].comma_before && tokens_[begin - 1].kind == TokenKind::kWord &&
                   (allowed_ >> (begin - 1) & 1) != 0;
  const bool whole = name_.words.size() > 1 && typed && !fit_.type_dropped && !fit_.type_wrong && !fit_.type_misspelt;
  if (led && !name_.core_words && !whole && tokens_[begin - 1].text != "THE") {
    fit_.share = 0;  // HANOVER DRIVE is not THE DRIVE
  }
  if (led && tokens_[begin - 1].word != kNoWord && !tokens_[begin - 1].Is(kStopWord) &&
      names_.Adjacent(tokens_[begin - 1].word, tokens_[begin].word)) {
    fit_.runs_on = true;  // NEW NORTH ROAD
  }
  fit_.points = 10 * fit_.share - (fit_.edits > 0 ? 1.0F + fit_.edits : 0.0F) - (fit_.type_dropped ? 0.7F : 0.0F) -
                (fit_.type_wrong ? 2.5F : 0.0F) - (fit_.type_misspelt ? 0.3F : 0.0F) -
                (fit_.direction_missing ? 3.0F : 0.0F) - (fit_.runs_on ? 3.0F : 0.0F);
}

}  // namespace

NameFit FitName(const NameInfo& name, const Tokens& tokens, TokenMask allowed, const NameTable& names, bool generous) {
  NameFit best;
  Alignment alignment(name, tokens, allowed, names, generous);
  for (size_t token = 0; token < tokens.size(); ++token) {
    if ((allowed >> token & 1) == 0) {
      continue;
    }
    for (size_t word = 0; word < name.words.size() && word < 3; ++word) {
      if (word > 0 && name.parts[word] == WordPart::kType) {
        break;
      }
      const NameFit fit = alignment.From(word, token);
      if (fit.share > 0 && fit.points >= best.points) {  // of equals the later: streets stand behind
        best = fit;
      }
      if (fit.share > 0) {
        break;
      }
    }
  }
  return best;
}

}  // namespace wensum::matching::address::match
