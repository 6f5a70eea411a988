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

const GroupMap& Groups() {
  static const GroupMap& map = *[] {
    auto* groups = new GroupMap;
    uint16_t number = 0;
    for (const auto& table : {CommonNicknames(), FurtherNicknames()}) {
      for (const std::string_view group : table) {
        for (const std::string_view name : Split(group, ' ')) (*groups)[name].push_back(number);
        ++number;
      }
    }
    return groups;
  }();
  return map;
}

}  // namespace

std::span<const uint16_t> NicknameGroups(std::string_view folded_forename) {
  const auto it = Groups().find(folded_forename);
  return it == Groups().end() ? std::span<const uint16_t>() : std::span<const uint16_t>(it->second);
}

bool AreNicknames(std::string_view a, std::string_view b) {
  const std::span<const uint16_t> of_a = NicknameGroups(a);
  const std::span<const uint16_t> of_b = NicknameGroups(b);
  return a != b && std::find_first_of(of_a.begin(), of_a.end(), of_b.begin(), of_b.end()) != of_a.end();
}

bool IsInitialOfFullForm(char initial, std::string_view folded_forename) {
  const std::span<const uint16_t> groups = NicknameGroups(folded_forename);
  return std::any_of(groups.begin(), groups.end(), [initial](uint16_t group) {
    return group < CommonNicknames().size() && CommonNicknames()[group].front() == initial;
  });
}

}  // namespace wensum::matching
