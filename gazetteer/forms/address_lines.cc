#include "gazetteer/forms/address_lines.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/strings.h"
#include "gazetteer/forms/proper_case.h"

namespace wensum::llpg {
namespace {

// One printed line while lines are joined.
struct Group {
  LineRole first;
  LineRole last;
  std::string text;
};

struct Joint {
  LineRole above;
  LineRole below;
};
// Which neighbours are joined, the first that fits first.
constexpr Joint kJoints[] = {
    {LineRole::kStreet, LineRole::kStreet},
    {LineRole::kLocality, LineRole::kLocality},
    {LineRole::kOrganisation, LineRole::kDepartment},
    {LineRole::kOrganisation, LineRole::kSao},
    {LineRole::kDepartment, LineRole::kSao},
    {LineRole::kPoBox, LineRole::kSao},
    {LineRole::kLocality, LineRole::kTown},
    {LineRole::kSao, LineRole::kPao},
    {LineRole::kOrganisation, LineRole::kPoBox},
    {LineRole::kDepartment, LineRole::kPoBox},
    {LineRole::kOrganisation, LineRole::kPao},
    {LineRole::kDepartment, LineRole::kPao},
    {LineRole::kPoBox, LineRole::kPao},
    {LineRole::kStreet, LineRole::kLocality},
    {LineRole::kPostTown, LineRole::kPostcode},
    {LineRole::kTown, LineRole::kPostcode},
};

// The upper of the two neighbours to join next; groups.size() - 2 at most.
size_t NextJoint(const std::vector<Group>& groups) {
  for (const Joint& joint : kJoints) {
    for (size_t i = 0; i + 1 < groups.size(); ++i) {
      if (groups[i].last == joint.above && groups[i + 1].first == joint.below) {
        return i;
      }
    }
  }
  return 0;
}

void JoinWithNext(std::vector<Group>& groups, size_t upper) {
  Group& above = groups[upper];
  const Group& below = groups[upper + 1];
  const bool town = above.last == LineRole::kPostTown || above.last == LineRole::kTown;
  AppendTo(above.text, town && below.first == LineRole::kPostcode ? " " : ", ", below.text);
  above.last = below.last;
  groups.erase(groups.begin() + static_cast<std::ptrdiff_t>(upper) + 1);
}

void Add(AddressLines& lines, LineRole role, std::string text) {
  if (!text.empty()) {
    lines.push_back({role, std::move(text)});
  }
}

model::AddressableObject Cleaned(const model::AddressableObject& object) {
  model::AddressableObject out = object;
  out.start_suffix = CleanComponent(object.start_suffix);
  out.end_suffix = CleanComponent(object.end_suffix);
  out.text = CleanComponent(object.text);
  return out;
}

}  // namespace

std::string CleanComponent(std::string_view text) {
  constexpr std::string_view kNoBreakSpace = "\xC2\xA0";
  std::string out;
  char pending = 0;  // separator owed before the next character: ' ' or ','
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool wide = text.substr(i, kNoBreakSpace.size()) == kNoBreakSpace;
    const bool space = wide || IsSpace(c) || static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    if (space || c == ',') {
      pending = c == ',' || pending == ',' ? ',' : ' ';
      i += wide ? 1 : 0;
      continue;
    }
    if (pending != 0 && !out.empty()) {
      out.append(pending == ',' ? ", " : " ");
    }
    pending = 0;
    out.push_back(c);
  }
  return out;
}

AddressLines LinesOf(const AddressParts& parts, SaoOrder order) {
  const std::string organisation = CleanComponent(parts.organisation);
  const model::AddressableObject sao = Cleaned(parts.sao);
  const model::AddressableObject pao = Cleaned(parts.pao);
  const std::string street = CleanComponent(parts.street);
  const std::string locality = CleanComponent(parts.locality);
  const std::string town = CleanComponent(parts.town);
  const std::string post_town = CleanComponent(parts.post_town);

  const Premises premises = PremisesOf(organisation, sao, pao, order);
  AddressLines lines;
  Add(lines, LineRole::kOrganisation, std::string(premises.organisation));
  Add(lines, LineRole::kSao, premises.sao);
  Add(lines, LineRole::kPao, std::string(premises.pao_text));
  const bool both = !premises.pao_numbers.empty() && !street.empty();
  Add(lines, LineRole::kStreet, Cat(premises.pao_numbers, both ? " " : "", street));
  if (!EqualsIgnoreCaseAscii(locality, street) && !EqualsIgnoreCaseAscii(locality, post_town)) {
    Add(lines, LineRole::kLocality, locality);
  }
  if (!EqualsIgnoreCaseAscii(town, locality) && !EqualsIgnoreCaseAscii(town, post_town)) {
    // Beside a post town the street's town is one more locality.
    Add(lines, post_town.empty() ? LineRole::kTown : LineRole::kLocality, town);
  }
  Add(lines, LineRole::kPostTown, post_town);
  Add(lines, LineRole::kPostcode, CleanComponent(parts.postcode));
  return lines;
}

std::string OneLine(const AddressLines& lines) {
  std::string out;
  for (const AddressLine& line : lines) {
    AppendTo(out, out.empty() ? "" : ", ", line.text);
  }
  return out;
}

std::vector<std::string> MultiLine(const AddressLines& lines, size_t max_lines) {
  std::vector<Group> groups;
  groups.reserve(lines.size());
  for (const AddressLine& line : lines) {
    groups.push_back({line.role, line.role, line.text});
  }
  while (groups.size() > std::max<size_t>(max_lines, 1)) {
    JoinWithNext(groups, NextJoint(groups));
  }
  std::vector<std::string> out;
  out.reserve(groups.size());
  for (Group& group : groups) {
    out.push_back(std::move(group.text));
  }
  return out;
}

AddressLines LabelLines(const AddressLines& lines) {
  AddressLines out;
  out.reserve(lines.size());
  for (const AddressLine& line : lines) {
    const bool capitals = line.role == LineRole::kPostTown || line.role == LineRole::kPostcode;
    out.push_back({line.role, capitals ? UpperCase(line.text) : ProperCase(line.text)});
  }
  return out;
}

}  // namespace wensum::llpg
