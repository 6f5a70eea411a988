#include "services/register/organisation_index.h"

#include <algorithm>
#include <utility>

#include "matching/text/fold.h"
#include "matching/text/phonetic.h"

namespace wensum::registry {
namespace {

// Ascending, each once.
std::vector<uint64_t> SoundsOf(std::string_view name) {
  std::vector<uint64_t> sounds;
  const std::string folded = matching::FoldText(name);
  for (const std::string_view word : matching::FoldedTokens(folded)) {
    sounds.push_back(matching::PhoneticCode(word));
  }
  std::sort(sounds.begin(), sounds.end());
  sounds.erase(std::unique(sounds.begin(), sounds.end()), sounds.end());
  return sounds;
}

}  // namespace

void OrganisationIndex::Put(matching::RecordId id, std::string_view name) {
  if (const auto known = sounds_.find(id); known != sounds_.end()) {
    for (const uint64_t sound : known->second) {
      const auto holders = holders_.find(sound);
      std::erase(holders->second, id);
      if (holders->second.empty()) {
        holders_.erase(holders);
      }
    }
    sounds_.erase(known);
  }
  std::vector<uint64_t> sounds = SoundsOf(name);
  if (sounds.empty()) {
    return;
  }
  for (const uint64_t sound : sounds) {
    std::vector<matching::RecordId>& holders = holders_[sound];
    holders.insert(std::lower_bound(holders.begin(), holders.end(), id), id);
  }
  sounds_.emplace(id, std::move(sounds));
}

std::vector<matching::RecordId> OrganisationIndex::Find(std::string_view name, size_t budget) const {
  std::vector<const std::vector<matching::RecordId>*> lists;
  for (const uint64_t sound : SoundsOf(name)) {
    if (const auto holders = holders_.find(sound); holders != holders_.end()) {
      lists.push_back(&holders->second);
    }
  }
  std::stable_sort(lists.begin(), lists.end(), [](const auto* a, const auto* b) { return a->size() < b->size(); });
  std::vector<matching::RecordId> found;
  for (const std::vector<matching::RecordId>* list : lists) {
    if (found.size() >= budget) {
      break;
    }
    found.insert(found.end(), list->begin(),
                 list->begin() + static_cast<std::ptrdiff_t>(std::min(list->size(), budget - found.size())));
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

std::string OrganisationName(const model::SourceRecord& record) {
  if (record.kind != model::RecordKind::kOrganisation) {
    return {};
  }
  return record.details.organisation_name;
}

}  // namespace wensum::registry
