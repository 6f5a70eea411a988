#include "matching/text/phonetic.h"

#include <array>

namespace wensum::matching {
namespace {

constexpr int kMaxLetters = 8;

// What a letter sounds like when no rule for a group applies; 0 is silent.
constexpr std::array<char, 26> kSound = {
    /*A*/ 0,   /*B*/ 'P', /*C*/ 'K', /*D*/ 'T', /*E*/ 0,   /*F*/ 'F', /*G*/ 'K', /*H*/ 0,   /*I*/ 0,
    /*J*/ 'J', /*K*/ 'K', /*L*/ 'L', /*M*/ 'N', /*N*/ 'N', /*O*/ 0,   /*P*/ 'P', /*Q*/ 'K', /*R*/ 'R',
    /*S*/ 'S', /*T*/ 'T', /*U*/ 0,   /*V*/ 'F', /*W*/ 0,   /*X*/ 'K', /*Y*/ 0,   /*Z*/ 'S'};

bool IsVowel(char c) { return c == 'A' || c == 'E' || c == 'I' || c == 'O' || c == 'U'; }

class Packer {
 public:
  void Add(char sound) {
    if (sound != 0 && sound != last_ && count_ < kMaxLetters) {
      code_ |= static_cast<uint64_t>(static_cast<unsigned char>(sound)) << (8 * count_++);
    }
    last_ = sound;
  }
  [[nodiscard]] bool full() const { return count_ == kMaxLetters; }
  [[nodiscard]] uint64_t code() const { return code_; }

 private:
  uint64_t code_ = 0;
  int count_ = 0;
  char last_ = 0;
};

// Number of letters at the start that are not spoken.
size_t SilentStart(std::string_view name) {
  for (const std::string_view start : {"KN", "GN", "PN", "WR", "PS"}) {
    if (name.starts_with(start)) {
      return 1;
    }
  }
  return 0;
}

}  // namespace

uint64_t PhoneticCode(std::string_view name) {
  Packer out;
  const size_t first = SilentStart(name);
  for (size_t i = first; i < name.size() && !out.full(); ++i) {
    const char c = name[i];
    const char next = i + 1 < name.size() ? name[i + 1] : '\0';
    const std::string_view rest = name.substr(i);
    if (c < 'A' || c > 'Z') {
      out.Add(c);
    } else if (i == first && IsVowel(c)) {
      out.Add('A');
    } else if (i == first && (c == 'H' || c == 'W' || c == 'Y')) {
      out.Add(c);
    } else if (rest.starts_with("PH")) {
      out.Add('F');
      ++i;
    } else if (rest.starts_with("GH") && i != first) {
      ++i;
    } else if (rest.starts_with("TCH") || rest.starts_with("SCH")) {
      out.Add('S');
      i += 2;
    } else if (c == 'C' && next == 'H') {
      out.Add('K');
      ++i;
    } else if (c == 'C' && (next == 'E' || next == 'I' || next == 'Y')) {
      out.Add('S');
    } else if (c == 'G' && next == 'E' && i == first) {
      out.Add('J');
    } else if (kSound[static_cast<size_t>(c - 'A')] != 0) {
      out.Add(kSound[static_cast<size_t>(c - 'A')]);
    }
  }
  return out.code();
}

std::string PhoneticText(uint64_t code) {
  std::string text;
  for (; code != 0; code >>= 8) {
    text.push_back(static_cast<char>(code & 0xFF));
  }
  return text;
}

}  // namespace wensum::matching
