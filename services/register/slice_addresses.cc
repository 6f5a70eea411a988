// What a slice does about addresses that are matched to no property, and about what is learnt of them.
#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "matching/address/learnt/text_form.h"
#include "services/register/address_questions.h"
#include "services/register/learnt_addresses.h"
#include "services/register/loader.h"
#include "services/register/slice.h"
#include "storage/address_keys.h"

namespace wensum::registry {

using storage::Family;

void Slice::NoteMatched(Ordinal ordinal) {
  if (core_.indexes.readdressed.has_value()) {
    core_.indexes.readdressed->push_back(ordinal);
  }
}

void Slice::IndexQuestions(Ordinal ordinal, const DecodedSource* former, const DecodedSource* next) {
  const std::vector<AddressQuestion> before = QuestionsOf(core_, former);
  const std::vector<AddressQuestion> after = QuestionsOf(core_, next);
  for (const AddressQuestion& question : before) {
    if (!std::ranges::binary_search(after, question.hash, {}, &AddressQuestion::hash)) {
      batch_.Delete(Family::kCrosswalk, storage::UnresolvedAddressKey(register_, question.hash, ordinal));
      questions_[question.hash].holders[ordinal] = false;
      changed_ = true;
    }
  }
  for (const AddressQuestion& question : after) {
    if (!std::ranges::binary_search(before, question.hash, {}, &AddressQuestion::hash)) {
      batch_.Put(Family::kCrosswalk, storage::UnresolvedAddressKey(register_, question.hash, ordinal), std::string());
      changed_ = true;
    }
    // Those that stay are looked at too: the record may write them otherwise, or the outcome is another.
    questions_[question.hash].holders[ordinal] = true;
  }
}

void Slice::LookAtQuestions(Ordinal ordinal, const DecodedSource& source) {
  for (const AddressQuestion& question : QuestionsOf(core_, &source)) {
    questions_[question.hash].holders[ordinal] = true;
  }
}

absl::Status Slice::AskStored(std::span<const uint64_t> ordinals) {
  WENSUM_RETURN_IF_ERROR(LoadAll({ordinals.begin(), ordinals.end()}));
  for (const Ordinal ordinal : ordinals) {
    IndexQuestions(ordinal, nullptr, records_.at(ordinal).get());
  }
  return absl::OkStatus();
}

// A task speaks of the first record that asks: it is raised again when that is another one, or was looked at.
absl::Status Slice::StageAddressTasks() {
  for (const auto& [hash, change] : questions_) {
    std::optional<Ordinal> first;
    const auto it = core_.store->NewIterator(Family::kCrosswalk,
                                             storage::PrefixRange(storage::UnresolvedAddressPrefix(register_, hash)));
    std::optional<Ordinal> before;
    for (it->SeekToFirst(); it->Valid() && !first.has_value(); it->Next()) {
      WENSUM_ASSIGN_OR_RETURN(const auto parts, storage::ParseUnresolvedAddressKey(it->key()));
      before = before.value_or(parts.ordinal);
      const auto changed = change.holders.find(parts.ordinal);
      if (changed == change.holders.end() || changed->second) {
        first = parts.ordinal;
      }
    }
    WENSUM_RETURN_IF_ERROR(it->status());
    const auto fresh = std::ranges::find_if(change.holders, [](const auto& holder) { return holder.second; });
    if (fresh != change.holders.end()) {
      first = std::min(first.value_or(fresh->first), fresh->first);
    }
    if (!first.has_value()) {
      WENSUM_RETURN_IF_ERROR(tasks_.Withdraw(tasks::TaskKind::kUnresolvedAddress, HexEncode(hash)));
    } else if (first != before || change.holders.contains(*first)) {
      WENSUM_RETURN_IF_ERROR(RaiseQuestion(hash, *first));
    }
  }
  return absl::OkStatus();
}

absl::Status Slice::RaiseQuestion(const std::string& hash, Ordinal ordinal) {
  WENSUM_ASSIGN_OR_RETURN(const DecodedSource* const source, Load(ordinal));
  const std::vector<AddressQuestion> questions = QuestionsOf(core_, source);
  const auto question = std::ranges::find(questions, hash, &AddressQuestion::hash);
  if (question == questions.end()) {
    return DataLoss(
        Cat("source record ", ordinal, " is listed under an address that it does not have; run `wensum verify`"));
  }
  tasks_.Raise(AddressCondition(*question, ordinal, *source, core_.indexes));
  return absl::OkStatus();
}

absl::Status Slice::StageLearnt(const std::vector<LearntWrite>& writes) {
  std::set<Ordinal> holders;
  for (const LearntWrite& write : writes) {
    const LearntAddress& address = write.address;
    const std::string form = matching::address::TextForm(address.text(), address.postcode());
    WENSUM_ASSIGN_OR_RETURN(const std::vector<uint64_t> of_form, HoldersOfForm(core_, form));
    holders.insert(of_form.begin(), of_form.end());
    const std::string in_force = storage::LearntInForceKey(register_, HashForm(core_, form), address.source());
    batch_.Put(Family::kDecision, storage::LearntAddressKey(register_, address.number()), address.SerializeAsString());
    if (address.has_retraction()) {
      batch_.Delete(Family::kDecision, in_force);
    } else {
      batch_.Put(Family::kDecision, in_force, EncodeOrdinal(address.number()));
    }
    changed_ = true;
    if (write.told_task != 0) {
      WENSUM_ASSIGN_OR_RETURN(tasks::Edit* const edit, tasks_.Touch(write.told_task));
      tasks::TaskEvent& event = edit->events.emplace_back();
      event.set_type(static_cast<uint32_t>(tasks::EventType::kLearnt));
      event.set_actor(address.actor());
      event.set_caller(address.caller());
      event.set_reason(address.reason());
      event.set_text(address.comment());
      event.set_learnt(address.number());
    }
    MutexLock lock(core_.indexes.address_mutex);
    if (address.has_retraction()) {
      core_.indexes.learnt.Erase(form, address.source());
    } else {
      core_.indexes.learnt.Put(form, address.source(), {.number = address.number(), .uprn = address.uprn()});
    }
    core_.indexes.address_version.fetch_add(1, std::memory_order_release);
  }
  return Rematch(std::vector<Ordinal>(holders.begin(), holders.end()));
}

}  // namespace wensum::registry
