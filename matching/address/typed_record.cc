#include "matching/address/typed_record.h"

#include <algorithm>
#include <string>
#include <utility>

#include "matching/address/match/address_line.h"
#include "matching/address/match/evidence.h"
#include "matching/address/match/postcode_code.h"
#include "matching/address/words/address_text.h"

namespace wensum::matching::address {
namespace {

using match::AddressLine;
using match::Evidence;
using match::House;
using match::NameTable;
using match::NameWords;
using match::Numeral;
using match::RecordDraft;
using match::Tokens;
using match::Unit;

char LetterOf(const std::string& suffix) {
  const std::string folded = FoldAddress(suffix);
  const auto letter = std::find_if(folded.begin(), folded.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  return letter == folded.end() ? '\0' : *letter;
}

House SpanOf(const model::AddressableObject& object) {
  if (!object.has_number) {
    return {};
  }
  const char low = LetterOf(object.start_suffix);
  if (object.end_number == 0) {
    return {object.start_number, object.start_number, low, low};
  }
  return {object.start_number, std::max(object.start_number, object.end_number), low, LetterOf(object.end_suffix)};
}

// What is left of a field's words when its units, floors and numbers are read.
NameWords NameOf(const Tokens& tokens, const Evidence& evidence) {
  size_t begin = tokens.size();
  size_t end = 0;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const bool name = (evidence.names & ~evidence.noise) >> i & 1;
    const bool stop = tokens[i].Is(match::kStopWord);
    if (name && (!stop || (begin == tokens.size() && tokens[i].text == "THE"))) {
      begin = std::min(begin, i);
      end = i + 1;
    }
  }
  NameWords words;
  for (size_t i = begin; i < end; ++i) {
    if (((evidence.names & ~evidence.noise) >> i & 1) != 0) {
      words.push_back(tokens[i].word);
    }
  }
  return words;
}

void TakeNumber(const House& span, Unit* unit) {
  unit->number = span.low;
  unit->letter = span.low_letter;
  unit->end = span.high > span.low ? span.high : -1;
}

// Only where the fields have no number of their own: "24-26" as a text, or LAND ADJACENT 28.
House OnlyNumber(const Evidence& evidence) { return evidence.numbers.size() == 1 ? evidence.numbers[0].span : House(); }

void ReadPao(const model::AddressableObject& pao, NameTable* names, RecordDraft* draft) {
  draft->house = SpanOf(pao);
  if (pao.text.empty()) {
    return;
  }
  const AddressLine line(pao.text, "", names);
  const Evidence evidence = ReadEvidence(line.tokens());
  draft->unit = evidence.unit;
  draft->relation = evidence.relation;
  draft->relations = evidence.relations;
  draft->building = NameOf(line.tokens(), evidence);
  if (draft->house.empty()) {
    draft->house = OnlyNumber(evidence);
  }
}

void ReadSao(const model::AddressableObject& sao, NameTable* names, RecordDraft* draft) {
  if (sao.empty()) {
    return;
  }
  const AddressLine line(sao.text, "", names);
  const Evidence evidence = ReadEvidence(line.tokens());
  const Unit outer = std::exchange(draft->unit, evidence.unit);
  Unit& unit = draft->unit;
  draft->relation |= evidence.relation;
  draft->relations |= evidence.relations;
  draft->extra = NameOf(line.tokens(), evidence);
  House number = SpanOf(sao);
  if (number.empty() && unit.number < 0 && evidence.numbers.size() == 1) {
    number = evidence.numbers[0].span;
    unit.prefix = evidence.numbers[0].prefix;
  }
  if (!number.empty() && unit.number < 0) {
    const char letter = unit.letter;  // FLAT B, number 2
    TakeNumber(number, &unit);
    unit.letter = unit.letter == 0 ? letter : unit.letter;
  }
  // UNIT 4 of the PAO's text, when the SAO is a part of that unit.
  if (!unit.has_id() && outer.has_id()) {
    unit.number = outer.number;
    unit.letter = outer.letter;
    unit.prefix = outer.prefix;
    unit.kind = outer.kind;
  }
  if (!unit.has_block() && outer.has_block()) {
    unit.block = outer.block;
    unit.block_letter = outer.block_letter;
  }
}

}  // namespace

match::NameWords StreetWords(std::string_view description, match::NameTable* names) {
  return match::WordsOf(description, names);
}

std::vector<match::RecordDraft> DraftsOf(const PropertyAddress& address, match::NameTable* names) {
  RecordDraft draft;
  draft.postcode = match::PostcodeOfField(address.postcode);
  draft.placed = true;
  ReadPao(address.pao, names, &draft);
  ReadSao(address.sao, names, &draft);
  draft.street = StreetWords(address.street, names);
  if (draft.relation && draft.building == draft.street) {
    draft.building.clear();  // LAND AT MILL CLOSE, MILL CLOSE
  }
  for (const std::string& place : {address.locality, address.town}) {
    NameWords words = match::WordsOf(place, names);
    if (!words.empty() && std::find(draft.places.begin(), draft.places.end(), words) == draft.places.end()) {
      draft.places.push_back(std::move(words));
    }
  }
  // "3 MERROW COURT", "FLAT 12, HIGH STREET": texts have one number, which may be the house's as well.
  draft.single = draft.house.empty() && draft.unit.number >= 0 && draft.extra.empty();
  std::vector<RecordDraft> drafts;
  drafts.push_back(draft);
  if (!address.organisation.empty()) {
    NameWords organisation = match::WordsOf(address.organisation, names);
    if (!organisation.empty() && organisation != draft.building && organisation != draft.extra) {
      drafts.back().anonymous = true;
      draft.extra = std::move(organisation);
      drafts.push_back(std::move(draft));
    }
  }
  return drafts;
}

}  // namespace wensum::matching::address
