#include "tests/support/random_text.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace wensum {
namespace {

void AppendUtf8(uint32_t code, std::string& out) {
  const auto add = [&out](uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    add(code);
  } else if (code < 0x800) {
    add(0xC0U | code >> 6);
    add(0x80U | (code & 0x3FU));
  } else if (code < 0x10000) {
    add(0xE0U | code >> 12);
    add(0x80U | (code >> 6 & 0x3FU));
    add(0x80U | (code & 0x3FU));
  } else {
    add(0xF0U | code >> 18);
    add(0x80U | (code >> 12 & 0x3FU));
    add(0x80U | (code >> 6 & 0x3FU));
    add(0x80U | (code & 0x3FU));
  }
}

uint32_t RandomCode(Random& random) {
  struct Range {
    uint32_t first;
    uint32_t last;
  };
  // Latin with its extensions and marks, Greek, Cyrillic, the scripts of the Near East and of India, all planes.
  constexpr Range kRanges[] = {{0x20, 0x7E},     {0xA0, 0x24F},      {0x250, 0x36F},   {0x370, 0x3FF},
                               {0x400, 0x52F},   {0x530, 0x77F},     {0x900, 0xDFF},   {0xE00, 0x11FF},
                               {0x1E00, 0x1FFF}, {0x2000, 0x2FFF},   {0x3000, 0x9FFF}, {0xA000, 0xD7FF},
                               {0xE000, 0xFFFF}, {0x10000, 0x10FFFF}};
  const Range range = kRanges[random.Below(std::size(kRanges))];
  return range.first + static_cast<uint32_t>(random.Below(range.last - range.first + 1));
}

}  // namespace

std::string RandomText(Random& random, uint64_t longest) {
  const uint64_t size = random.Below(random.Chance(0.5) ? std::min<uint64_t>(longest, 12) + 1 : longest + 1);
  const uint64_t kind = random.Below(4);
  std::string text;
  while (text.size() < size) {
    switch (kind) {
      case 0:
        text.push_back(static_cast<char>('A' + random.Below(3)));
        break;
      case 1:
        text.push_back(random.Chance(0.1) ? ' ' : static_cast<char>('A' + random.Below(26)));
        break;
      case 2:
        text.push_back(static_cast<char>(random.Below(256)));
        break;
      default:
        AppendUtf8(RandomCode(random), text);
    }
  }
  text.resize(size);  // may cut a character
  return text;
}

std::string WithSlips(Random& random, std::string text) {
  for (uint64_t slips = 1 + random.Below(4); slips > 0; --slips) {
    const size_t at = random.Below(text.size() + 1);
    const char letter = text.empty() ? 'A' : text[random.Below(text.size())];
    switch (random.Below(5)) {
      case 0:
        text.insert(at, 1, letter);
        break;
      case 1:
        text.erase(at, 1);
        break;
      case 2:
        if (at < text.size()) text[at] = random.Chance(0.5) ? letter : static_cast<char>(random.Below(256));
        break;
      case 3:
        if (at + 1 < text.size()) std::swap(text[at], text[at + 1]);
        break;
      default:
        std::rotate(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), text.end());
    }
  }
  return text;
}

std::pair<std::string, std::string> RandomTexts(Random& random, uint64_t longest) {
  std::string a = RandomText(random, longest);
  std::string b = random.Chance(0.05) ? a : random.Chance(0.6) ? WithSlips(random, a) : RandomText(random, longest);
  return {std::move(a), std::move(b)};
}

}  // namespace wensum
