#include "matching/address/match/folded_text.h"

#include <algorithm>

#include "absl/container/inlined_vector.h"
#include "base/strings.h"
#include "matching/address/words/address_text.h"

namespace wensum::matching::address::match {
namespace {

constexpr size_t kMostBytes = 2000;

bool IsOrdinalEnding(std::string_view letters) {
  return letters == "ST" || letters == "ND" || letters == "RD" || letters == "TH";
}

bool AnyDigit(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return IsDigit(c); });
}

// Marks and e-mail addresses out; UTF-8 that was read as Latin-1 brought back where it stands for an apostrophe.
std::string DropMarkup(std::string_view text) {
  std::string out;
  bool tag = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '<' && text.find('>', i) != std::string_view::npos) {
      tag = true;
      out.push_back(',');
    } else if (c == '>') {
      tag = false;
    } else if (!tag && c == '&') {
      const size_t end = text.find(';', i);
      if (end != std::string_view::npos && end - i <= 7 &&
          text.substr(i, end - i).find(' ') == std::string_view::npos) {
        const std::string_view entity = text.substr(i, end - i);
        out.push_back(entity == "&amp" ? '&' : entity == "&#39" || entity == "&apos" ? '\'' : ' ');
        i = end;
      } else {
        out.push_back(c);
      }
    } else if (!tag && text.substr(i, 7) == "\xC3\xA2\xE2\x82\xAC\xE2\x84") {
      i += 7;  // a right quotation mark in two encodings
    } else if (!tag && text.substr(i, 2) == "\xC3\x82" &&
               (text.substr(i + 2, 1) == " " || text.substr(i + 2, 1) == "\xC2")) {
      i += 1;  // a hard space in two encodings
    } else if (!tag) {
      out.push_back(c);
    }
  }
  std::string kept;
  for (size_t begin = 0; begin < out.size();) {
    size_t end = out.find(' ', begin);
    end = end == std::string::npos ? out.size() : end + 1;
    const std::string_view piece = std::string_view(out).substr(begin, end - begin);
    const size_t at = piece.find('@');
    if (at == std::string_view::npos || at == 0 || piece.find('.', at) == std::string_view::npos) {
      kept.append(piece);
    }
    begin = end;
  }
  return kept;
}

struct Piece {
  size_t begin = 0;
  size_t end = 0;
};

absl::InlinedVector<Piece, 24> PiecesOf(std::string_view folded) {
  absl::InlinedVector<Piece, 24> pieces;
  for (size_t i = 0; i < folded.size();) {
    if (!IsUpper(folded[i]) && !IsDigit(folded[i])) {
      ++i;
      continue;
    }
    const size_t begin = i;
    while (i < folded.size() && (IsUpper(folded[i]) || IsDigit(folded[i]))) {
      ++i;
    }
    pieces.push_back({begin, i});
  }
  return pieces;
}

// "(RMS ABV 117-131 KINGSLAND HIGH ST) ROOMS AT 1-3 CROSSWAY": a bracket with a number of its own is a note, if there
// is a number elsewhere.
void DropNotes(std::string& folded) {
  constexpr size_t kShortestNote = 8;
  const size_t open = folded.find('(');
  const size_t close = open == std::string::npos ? open : folded.find(')', open);
  if (close == std::string::npos || close - open <= kShortestNote) {
    return;
  }
  const std::string_view view = folded;
  if (AnyDigit(view.substr(open, close - open)) && (AnyDigit(view.substr(0, open)) || AnyDigit(view.substr(close)))) {
    folded.replace(open, close - open + 1, ",");
  }
}

}  // namespace

std::string FoldText(std::string_view text) {
  text = text.substr(0, kMostBytes);
  const bool marks = text.find_first_of("<@&\xC3") != std::string_view::npos;
  std::string folded = FoldAddress(marks ? DropMarkup(text) : text);
  DropNotes(folded);
  return folded;
}

PostcodeCode TakePostcode(PostcodeCode given, std::string* text) {
  const auto pieces = PiecesOf(*text);
  const std::string_view folded = *text;
  const auto piece = [&](size_t i) { return folded.substr(pieces[i].begin, pieces[i].end - pieces[i].begin); };
  const bool known = IsRealPostcode(given);
  size_t first = pieces.size();
  size_t last = pieces.size();
  PostcodeCode found = 0;
  for (size_t i = pieces.size(); i-- > 0 && found == 0;) {
    const bool at_end = i + 1 == pieces.size();
    const std::string_view inward = piece(i);
    if (known && !at_end) {
      // Only the very postcode of the field.
      const bool parted = i > 0 && ReadPostcodeCode(std::string(piece(i - 1)) + std::string(inward), false) == given;
      if (parted || ReadPostcodeCode(inward, false) == given) {
        found = given;
        first = parted ? i - 1 : i;
        last = i;
      }
      continue;
    }
    if (i > 0 && inward.size() == 3 && (at_end || !IsOrdinalEnding(inward.substr(1))) && piece(i - 1).size() <= 4 &&
        pieces[i].begin - pieces[i - 1].end <= 2) {
      found = ReadPostcodeCode(std::string(piece(i - 1)) + std::string(inward), at_end);
      first = i - 1;
    }
    if (found == 0) {
      found = ReadPostcodeCode(inward, false);
      found = found != 0 && IsUkArea(found) ? found : 0;  // FIRST F10OR
      first = i;
    }
    last = i;
  }
  if (found != 0) {
    // What follows a postcode is no address; what stands before it is none either if that is next to nothing.
    const bool leads = first * 3 < pieces.size() - last;
    const size_t end = leads || known ? pieces[last].end : text->size();
    text->replace(pieces[first].begin, end - pieces[first].begin, ",");
    return known ? given : found;
  }
  // "LONDON E18", "LONDON E 18": a district after all else.
  const size_t count = pieces.size();
  if (count >= 3 && IsOutwardCode(piece(count - 1)) && AnyDigit(folded.substr(0, pieces[count - 1].begin))) {
    text->resize(pieces[count - 1].begin);
  } else if (count >= 4 && AnyDigit(piece(count - 1)) && piece(count - 1).size() <= 2 && piece(count - 2).size() <= 2 &&
             AnyDigit(folded.substr(0, pieces[count - 2].begin)) &&
             IsOutwardCode(std::string(piece(count - 2)) + std::string(piece(count - 1)))) {
    text->resize(pieces[count - 2].begin);
  }
  return given;
}

}  // namespace wensum::matching::address::match
