// A town with changes on top: what an operation works on. Internal to this folder.
#ifndef WENSUM_GAZETTEER_LIFECYCLE_DRAFT_H_
#define WENSUM_GAZETTEER_LIFECYCLE_DRAFT_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gazetteer/lifecycle/apply_operation.h"
#include "gazetteer/lifecycle/town.h"

namespace wensum::llpg {

// Itself a town: the one after the changes.
class Draft final : public Town {
 public:
  Draft(const Town& before, NumberSource& numbers, const LifecycleRules& rules, model::PartialDate date)
      : before_(before), numbers_(numbers), rules_(rules), date_(date) {}

  // --- Town, with the changes ---
  absl::StatusOr<const PropertyState*> FindProperty(model::Uprn uprn) const override;
  absl::StatusOr<const StreetState*> FindStreet(model::Usrn usrn) const override;
  absl::StatusOr<std::vector<model::Uprn>> ChildrenOf(model::Uprn parent) const override;
  absl::StatusOr<std::vector<model::Uprn>> PropertiesOn(model::Usrn usrn) const override;
  absl::StatusOr<std::vector<model::GazetteerRow>> KeyedRowsOf(model::Uprn uprn) const override {
    return before_.KeyedRowsOf(uprn);
  }

  // --- Changing ---
  // The writer plans an operation while all other writes wait: one draft changes and makes no more properties. What
  // would be one too many is refused with WrongOperation, and `full` is true from then on.
  static constexpr size_t kMaxProperties = 1'000;
  [[nodiscard]] bool full() const { return full_; }
  // To be changed in place, but for the parent; pointers stay good as long as the draft. NOT_FOUND; refused if another
  // custodian's.
  absl::StatusOr<PropertyState*> Change(model::Uprn uprn);
  // Of a property of Change or AddProperty.
  void SetParent(PropertyState& property, model::Uprn parent);
  absl::StatusOr<StreetState*> Change(model::Usrn usrn);
  // A new one with nothing but its number, which is allocated unless given.
  absl::StatusOr<PropertyState*> AddProperty(model::Uprn uprn);
  absl::StatusOr<StreetState*> AddStreet(model::Usrn usrn);
  absl::StatusOr<std::string> NextKey(const model::Blpu& blpu, char letter) {
    return numbers_.NextKey(blpu.local_custodian_code, letter);
  }
  void AddEvent(LineageKind kind, std::vector<model::Uprn> predecessors, std::vector<model::Uprn> successors) {
    lineage_.push_back({kind, date_, std::move(predecessors), std::move(successors)});
  }

  // From when the operation holds.
  [[nodiscard]] model::PartialDate date() const { return date_; }
  [[nodiscard]] model::PartialDate today() const { return rules_.today; }
  [[nodiscard]] int first_custodian() const { return rules_.own_custodians.front(); }
  [[nodiscard]] bool IsOwn(int custodian_code) const;
  // Whether streets that the authority names may be changed.
  [[nodiscard]] bool NamesStreets(int authority) const;

  // Dates the rows that changed and gives all changes.
  absl::StatusOr<Outcome> Finish();

 private:
  absl::Status CheckRoom();

  template <typename State>
  struct Entry {
    const State* before = nullptr;  // of the town beneath; null: new
    State now;
  };

  const Town& before_;
  NumberSource& numbers_;
  const LifecycleRules& rules_;
  const model::PartialDate date_;
  std::map<uint64_t, Entry<PropertyState>> properties_;
  std::map<model::Uprn, std::set<model::Uprn>> children_;  // those of `properties_`, by their parent now
  std::map<uint32_t, Entry<StreetState>> streets_;
  std::vector<LineageEvent> lineage_;
  Outcome outcome_;
  bool full_ = false;
};

}  // namespace wensum::llpg

#endif  // WENSUM_GAZETTEER_LIFECYCLE_DRAFT_H_
