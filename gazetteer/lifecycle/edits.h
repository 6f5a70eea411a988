// What each operation does to a draft, and the steps they share. Internal to this folder.
#ifndef WENSUM_GAZETTEER_LIFECYCLE_EDITS_H_
#define WENSUM_GAZETTEER_LIFECYCLE_EDITS_H_

#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gazetteer/lifecycle/draft.h"
#include "gazetteer/lifecycle/operation.h"

namespace wensum::llpg {

absl::Status Edit(const CreateProperty& act, Draft& draft);
absl::Status Edit(const Approve& act, Draft& draft);
absl::Status Edit(const Reject& act, Draft& draft);
absl::Status Edit(const Readdress& act, Draft& draft);
absl::Status Edit(const AddAlternative& act, Draft& draft);
absl::Status Edit(const EndAlternative& act, Draft& draft);
absl::Status Edit(const Amend& act, Draft& draft);
absl::Status Edit(const MoveParent& act, Draft& draft);
absl::Status Edit(const Split& act, Draft& draft);
absl::Status Edit(const Merge& act, Draft& draft);
absl::Status Edit(const Demolish& act, Draft& draft);
absl::Status Edit(const Reinstate& act, Draft& draft);
absl::Status Edit(const AddRange& act, Draft& draft);
absl::Status Edit(const CreateStreet& act, Draft& draft);
absl::Status Edit(const CloseStreet& act, Draft& draft);
absl::Status Edit(const RenameStreet& act, Draft& draft);
absl::Status Edit(const AddCrossReference& act, Draft& draft);
absl::Status Edit(const EndCrossReference& act, Draft& draft);

// --- Shared steps ---

// The property, which must have one of these statuses; `verb` says what may be done to such alone.
absl::StatusOr<PropertyState*> ChangeWithStatus(Draft& draft, model::Uprn uprn, std::initializer_list<int> statuses,
                                                std::string_view verb);
// A property with its BLPU and LPIs; `status` if it names none. `field` stands before messages about what it lacks.
absl::StatusOr<PropertyState*> AddNew(Draft& draft, const NewProperty& property, int status, std::string_view field);
// A new LPI of that status.
absl::Status AddLpi(Draft& draft, PropertyState& property, const NewAddress& address, int status);
// INVALID_ARGUMENT unless there is at least one and no language comes twice.
absl::Status CheckAddresses(const std::vector<NewAddress>& addresses, std::string_view field);
// Ends the LPI with that status.
void EndLpi(const Draft& draft, int status, model::Lpi& lpi);
// Ends the BLPU with status 7, 8 or 9, and its LPIs with it. `state` is given if the present one may not stay.
void EndProperty(const Draft& draft, int status, int state, PropertyState& property);
// Gives the BLPU `state` if the one it has may not stand beside its status; 0 clears it.
void FitState(const Draft& draft, int state, model::Blpu& blpu);
void SetState(const Draft& draft, int state, model::Blpu& blpu);
// Approves the property and, in each language, one of its LPIs of status `from`: those named by `keys`, else the one
// that ended last (or has not ended). Refused if that leaves a choice. An LPI that is approved already, as a faulty
// import may leave it, stays the one of its language; the languages of `replaced` get an address of their own and none
// of the former ones.
absl::Status MakeApproved(const Draft& draft, int from, const std::vector<std::string>& keys, int state,
                          PropertyState& property, const std::set<std::string>& replaced = {});
// Gives the property the addresses in place of those it has in their languages. Live properties beneath it whose
// addresses hold its former PAO and street follow, and are returned, ascending; refused if there are any and `cascade`
// is not set.
absl::StatusOr<std::vector<model::Uprn>> Readdressed(Draft& draft, const std::vector<NewAddress>& addresses,
                                                     Readdress::Former former, bool cascade, PropertyState& property);
// Children that are live, ascending.
absl::StatusOr<std::vector<model::Uprn>> LiveChildren(const Draft& draft, model::Uprn uprn);
// Those and theirs, parents first. At most the levels that are allowed.
absl::StatusOr<std::vector<model::Uprn>> LiveDescendants(const Draft& draft, model::Uprn uprn);
// OK if there are none or `cascade`.
absl::Status CheckChildren(model::Uprn uprn, const std::vector<model::Uprn>& children, bool cascade);

}  // namespace wensum::llpg

#endif  // WENSUM_GAZETTEER_LIFECYCLE_EDITS_H_
