// What stewards do about addresses, as plans of the register's writer.
#ifndef WENSUM_TESTS_SERVICES_REGISTER_ADDRESS_STEWARD_H_
#define WENSUM_TESTS_SERVICES_REGISTER_ADDRESS_STEWARD_H_

#include <cstdint>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "services/register/learnt_addresses.h"
#include "services/register/register.h"

namespace wensum::registry {

struct Learnt {
  MutationResult result;
  uint64_t number = 0;
  LearntEffect effect;
};

// `uprn` 0: none of the gazetteer. Any other that is in force for the same must have been retracted.
inline Learnt Learn(Register& reg, const std::string& text, const std::string& postcode, uint64_t uprn,
                    const std::string& source = "", uint64_t task = 0) {
  Learnt learnt;
  Mutation mutation;
  mutation.plan = [&](const PlanView& view) -> absl::StatusOr<Planned> {
    WENSUM_ASSIGN_OR_RETURN(const uint64_t newest, NewestLearnt(view.reader, reg.register_id()));
    LearntAddress address;
    address.set_format(kLearntFormat);
    address.set_number(newest + 1);
    address.set_text(text);
    address.set_postcode(postcode);
    address.set_uprn(uprn);
    address.set_source(source);
    address.set_actor("ann");
    address.set_time(view.time);
    address.set_revision(view.revision);
    address.set_task(task);
    learnt.number = address.number();
    WENSUM_ASSIGN_OR_RETURN(learnt.effect, view.preview_learnt(address));
    Planned planned;
    planned.learnt.push_back({.address = std::move(address), .told_task = task});
    return planned;
  };
  learnt.result = reg.Commit(std::move(mutation));
  return learnt;
}

inline Learnt Retract(Register& reg, uint64_t number) {
  Learnt learnt;
  Mutation mutation;
  mutation.plan = [&](const PlanView& view) -> absl::StatusOr<Planned> {
    WENSUM_ASSIGN_OR_RETURN(LearntAddress address, ReadLearnt(view.reader, reg.register_id(), number));
    address.mutable_retraction()->set_actor("bob");
    address.mutable_retraction()->set_time(view.time);
    address.mutable_retraction()->set_revision(view.revision);
    learnt.number = number;
    WENSUM_ASSIGN_OR_RETURN(learnt.effect, view.preview_learnt(address));
    Planned planned;
    planned.learnt.push_back({.address = std::move(address)});
    return planned;
  };
  learnt.result = reg.Commit(std::move(mutation));
  return learnt;
}

}  // namespace wensum::registry

#endif  // WENSUM_TESTS_SERVICES_REGISTER_ADDRESS_STEWARD_H_
