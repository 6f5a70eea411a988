// Personal names as sources write them, taken apart into folded tokens.
#ifndef WENSUM_MATCHING_TEXT_NAME_TOKENS_H_
#define WENSUM_MATCHING_TEXT_NAME_TOKENS_H_

#include <string>
#include <string_view>

namespace wensum::matching {

// A name in folded form. Parts hold tokens separated by single spaces.
struct NameTokens {
  std::string forenames;
  std::string surname;
  std::string suffix;  // "JR", "SR", "II", "III", "IV" or empty
  bool joint = false;  // the text named two people; the parts are those of the first

  friend bool operator==(const NameTokens&, const NameTokens&) = default;
};

// True for a folded courtesy title or rank that precedes a name ("MRS", "DR", "SIR").
[[nodiscard]] bool IsTitle(std::string_view folded_token);

// Canonical form of a folded suffix that tells generations apart ("JNR" -> "JR"); empty if the token is none. Letters
// after the name ("OBE", "BSC", "ESQ") are not suffixes: see IsPostNominal.
[[nodiscard]] std::string_view CanonicalSuffix(std::string_view folded_token);
[[nodiscard]] bool IsPostNominal(std::string_view folded_token);

// From a name whose parts the source keeps apart. Titles and suffixes that strayed into the parts are taken out; MC,
// MAC, O and similar prefixes are joined to what follows ("Mc Donald" -> "MCDONALD"); hyphens part tokens; of a joint
// name ("John & Mary") the first person is kept.
[[nodiscard]] NameTokens NameFromParts(std::string_view forenames, std::string_view surname, std::string_view suffix);

// From a name in one text: "Mr John Arthur van der Berg Jnr", "SMITH, John", "Mr J & Mrs A Smith". The last token and
// the particles before it are the surname unless a comma says otherwise. One token alone is a surname.
[[nodiscard]] NameTokens NameFromFull(std::string_view full);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_TEXT_NAME_TOKENS_H_
