#include "matching/text/nicknames.h"

#include <algorithm>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/strings.h"
#include "matching/text/nickname_table.h"

namespace wensum::matching {
namespace {

using GroupMap =
    absl::flat_hash_map<std::string_view, std::vector<uint16_t>, TransparentStringHash, TransparentStringEqual>;

struct Groups {
  std::vector<std::string_view> of_number;
  GroupMap of_name;
};

const Groups& AllGroups() {
  static const Groups& all = *[] {
    auto* groups = new Groups;
    for (const auto& table : {CommonNicknames(), FurtherNicknames()}) {
      for (const std::string_view group : table) {
        const auto number = static_cast<uint16_t>(groups->of_number.size());
        groups->of_number.push_back(group);
        for (const std::string_view name : Split(group, ' ')) groups->of_name[name].push_back(number);
      }
    }
    return groups;
  }();
  return all;
}

}  // namespace

std::span<const uint16_t> NicknameGroups(std::string_view folded_forename) {
  const GroupMap& groups = AllGroups().of_name;
  const auto it = groups.find(folded_forename);
  return it == groups.end() ? std::span<const uint16_t>() : std::span<const uint16_t>(it->second);
}

bool AreNicknames(std::string_view a, std::string_view b) {
  const std::span<const uint16_t> of_a = NicknameGroups(a);
  const std::span<const uint16_t> of_b = NicknameGroups(b);
  return a != b && std::find_first_of(of_a.begin(), of_a.end(), of_b.begin(), of_b.end()) != of_a.end();
}

bool IsInitialOfFullForm(char initial, std::string_view folded_forename) {
  const std::span<const uint16_t> groups = NicknameGroups(folded_forename);
  return std::any_of(groups.begin(), groups.end(),
                     [initial](uint16_t group) { return AllGroups().of_number[group].front() == initial; });
}

}  // namespace wensum::matching
