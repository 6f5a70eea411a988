#include "services/convert/held_updates.h"

#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/convert/person_details.h"
#include "services/register/codec.h"
#include "services/register/decision_store.h"
#include "services/register/held_updates.h"

namespace wensum::convert {

static_assert(static_cast<int>(registry::HeldState::kHeld) == v1::HeldUpdate::STATE_HELD);
static_assert(static_cast<int>(registry::HeldState::kTaken) == v1::HeldUpdate::STATE_TAKEN);
static_assert(static_cast<int>(registry::HeldState::kDropped) == v1::HeldUpdate::STATE_DROPPED);
static_assert(static_cast<int>(registry::HeldState::kOvertaken) == v1::HeldUpdate::STATE_OVERTAKEN);
static_assert(static_cast<int>(registry::HeldState::kPassedOn) == v1::HeldUpdate::STATE_PASSED_ON);
static_assert(matching::kSignGivenName == 1U << (v1::OverlayEvidence::SIGN_GIVEN_NAME - 1));
static_assert(matching::kSignSurname == 1U << (v1::OverlayEvidence::SIGN_SURNAME - 1));
static_assert(matching::kSignDateOfBirth == 1U << (v1::OverlayEvidence::SIGN_DATE_OF_BIRTH - 1));
static_assert(matching::kSignNiNumber == 1U << (v1::OverlayEvidence::SIGN_NI_NUMBER - 1));
static_assert(matching::kSignSex == 1U << (v1::OverlayEvidence::SIGN_SEX - 1));
static_assert(matching::kSignSuffix == 1U << (v1::OverlayEvidence::SIGN_SUFFIX - 1));
static_assert(matching::kSignKind == 1U << (v1::OverlayEvidence::SIGN_KIND - 1));
static_assert(matching::kSignOrganisationName == 1U << (v1::OverlayEvidence::SIGN_ORGANISATION_NAME - 1));
static_assert(matching::kAnotherSigns == v1::OverlayEvidence::SIGN_ORGANISATION_NAME);

void ToSigns(matching::AnotherSigns signs, google::protobuf::RepeatedField<int>& out) {
  for (int i = 0; i < matching::kAnotherSigns; ++i) {
    if ((signs >> i & 1U) != 0) {
      out.Add(i + 1);
    }
  }
}

absl::StatusOr<bool> ToHeldUpdate(const storage::v1::HeldUpdate& update, const OpaqueIdCodec& ids, int purpose_bit,
                                  v1::HeldUpdate& out) {
  WENSUM_ASSIGN_OR_RETURN(registry::DecodedSource version,
                          registry::DecodeSource(update.version(), Cat("held update ", update.number(),
                                                                       " of source record ", update.ordinal())));
  const registry::SourceVersion source{.ordinal = update.ordinal(),
                                       .anchor = update.ordinal(),
                                       .record = std::move(version.record),
                                       .stored = update.version()};
  v1::SourceRecord record;
  if (!ToSourceRecord(source, ids, purpose_bit, record)) {
    return false;
  }
  *out.mutable_record() = std::move(record);
  out.set_number(update.number());
  out.set_state(static_cast<v1::HeldUpdate::State>(update.state()));
  ToSigns(update.signs(), *out.mutable_signs());
  if (update.decision() != 0) {
    out.set_decision(registry::DecisionName(update.decision()));
  }
  out.set_end_revision(update.end_revision());
  return true;
}

}  // namespace wensum::convert
