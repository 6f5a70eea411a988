// What a custodian can do to the gazetteer, as typed operations.
//
// Dates: an empty `date` is today; no date may lie in the future. Numbers that are not given are allocated.
#ifndef WENSUM_GAZETTEER_LIFECYCLE_OPERATION_H_
#define WENSUM_GAZETTEER_LIFECYCLE_OPERATION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/gazetteer.h"
#include "model/partial_date.h"
#include "model/uprn.h"

namespace wensum::llpg {

// What a custodian says of an address: an LPI without key, status and dates.
struct NewAddress {
  std::string language = "ENG";
  model::AddressableObject sao;
  model::AddressableObject pao;
  model::Usrn usrn;
  std::string level;
  std::string postal_address;  // empty: N without a postcode, else Y
  std::string postcode;
  std::string post_town;
  std::string official_flag;
  friend bool operator==(const NewAddress&, const NewAddress&) = default;
};

struct NewProperty {
  model::Uprn uprn;  // one reserved before; none: the next free one
  int status = 0;    // 1, 5 or 6; 0: as the operation says
  int state = 0;     // 0: in use (2) if approved, permission granted (6) if provisional, 1 if candidate
  std::string blpu_class;
  model::Uprn parent;
  double x = 0, y = 0;
  int rpc = 2;
  int custodian_code = 0;  // 0: the first own one
  std::string organisation;
  std::string ward_code;
  std::string parish_code;
  std::vector<NewAddress> addresses;  // one per language
  friend bool operator==(const NewProperty&, const NewProperty&) = default;
};

struct CreateProperty {
  NewProperty property;  // status 0: provisional
};

// A provisional or candidate property becomes approved, with one provisional (candidate) LPI of each language.
struct Approve {
  model::Uprn uprn;
  // Which LPIs become approved; needed only if there are several of one language.
  std::vector<std::string> lpi_keys;
  int state = 0;         // 0: 2 (in use), unless the present one may stay
  bool cascade = false;  // its provisional and candidate children, too
};

// A provisional or candidate property ends as rejected, with all its LPIs.
struct Reject {
  model::Uprn uprn;
  bool internal = false;  // 9 instead of 7
  bool cascade = false;   // its children, too
};

// Gives a property another address in the languages named: rename, renumber, move to another street.
struct Readdress {
  enum class Former : uint8_t { kBecomesHistorical = 0, kBecomesAlternative = 1 };
  model::Uprn uprn;
  std::vector<NewAddress> addresses;
  Former former = Former::kBecomesHistorical;  // what becomes of the address so far
  // Addresses beneath follow where their PAO and street are those that the parent had; without this such are a reason
  // to refuse.
  bool cascade = false;
};

// Adds an alternative address (3) to an approved property.
struct AddAlternative {
  model::Uprn uprn;
  NewAddress address;
};

// An alternative address becomes historical.
struct EndAlternative {
  model::Uprn uprn;
  std::string lpi_key;
};

// Changes of the BLPU that are no change of its life: what is not given stays.
struct Amend {
  model::Uprn uprn;
  std::optional<std::string> blpu_class;
  std::optional<double> x, y;  // both or neither
  std::optional<int> rpc;
  std::optional<int> state;
  std::optional<std::string> organisation;
  std::optional<std::string> ward_code;
  std::optional<std::string> parish_code;
};

// Moves a property beneath another parent, or beneath none.
struct MoveParent {
  model::Uprn uprn;
  model::Uprn parent;
};

// One approved property becomes several.
struct Split {
  model::Uprn uprn;
  std::vector<NewProperty> parts;  // at least two; status 0: approved; without custodian: the property's
  // The property stays, as a shell (class PP, not postal) above its parts; otherwise it becomes historical.
  bool keep_as_shell = false;
  bool cascade = false;  // its children become historical with it
};

// Several properties become one.
struct Merge {
  std::vector<model::Uprn> uprns;       // approved ones, at least two; `into` may be among them
  model::Uprn into;                     // goes on; an historical one is reinstated. None: `property` is new
  std::optional<NewProperty> property;  // the new one; status 0: approved; without parent: the one they share
  // Of `into`: its address from now on, in the languages named. May be empty.
  std::vector<NewAddress> addresses;
  std::vector<std::string> lpi_keys;  // if `into` is reinstated: see Reinstate
  // Children go on beneath the one that goes on; those of `into` take its new address where they held its former one.
  bool cascade = false;
};

// DEC 11.7.2 knows three ways.
struct Demolish {
  enum class Kind : uint8_t {
    // The site is cleared and keeps its extent: the property stays approved and is known as the land.
    kClearedSite = 1,
    // It is gone, and others that are there already may stand in its place.
    kGone = 2,
    // All properties of a site are gone at once, and one new property is the site.
    kSite = 3,
  };
  Kind kind = Kind::kGone;
  std::vector<model::Uprn> uprns;       // one, but for kSite
  std::vector<NewAddress> land;         // kClearedSite: the land's address, one per language
  bool former_as_alternative = false;   // kClearedSite: also "Site of ..." as an alternative address
  std::string land_class;               // kClearedSite: class from now on; empty: as it was
  std::vector<model::Uprn> successors;  // kGone: what stands in its place; live ones
  std::optional<NewProperty> site;      // kSite; status 0: approved
  bool cascade = false;                 // children are gone with it
};

// An historical property is approved again.
struct Reinstate {
  model::Uprn uprn;
  // Which LPIs become approved. Empty: in each language the one that ended last, if that is only one.
  std::vector<std::string> lpi_keys;
  int state = 0;  // 0: 2 (in use)
};

// A run of numbers at once: flats or plots beneath a parent, or houses along a street.
struct AddRange {
  NewProperty pattern;      // of each; without `uprn`. One address per language at most, whose numbers are ignored:
                            // beneath a parent its PAO, street and postcode come from the parent unless given
  int first = 0, last = 0;  // up to 500 numbers
  int step = 1;             // 2: every other one
  std::string label;        // "Flat": text before the number, in SAO_TEXT beneath a parent, else PAO_TEXT. Empty: the
                            // number stands in the number column
};

struct CreateStreet {
  model::Street street;  // without USRN: the next free one; without state: open (2)
  std::vector<model::StreetDescriptor> descriptors;
};

// Refused while a live property has a live address on it.
struct CloseStreet {
  model::Usrn usrn;
};

struct RenameStreet {
  model::Usrn usrn;
  // Replace those of the same language; empty locality, town and administrative area stay as they were.
  std::vector<model::StreetDescriptor> descriptors;
};

struct AddCrossReference {
  model::Uprn uprn;
  std::string source;
  std::string reference;
};

struct EndCrossReference {
  model::Uprn uprn;
  std::string xref_key;
};

struct Operation {
  std::variant<CreateProperty, Approve, Reject, Readdress, AddAlternative, EndAlternative, Amend, MoveParent, Split,
               Merge, Demolish, Reinstate, AddRange, CreateStreet, CloseStreet, RenameStreet, AddCrossReference,
               EndCrossReference>
      act;
  model::PartialDate date;  // from when it holds; empty: today
};

}  // namespace wensum::llpg

#endif  // WENSUM_GAZETTEER_LIFECYCLE_OPERATION_H_
