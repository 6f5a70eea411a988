#include "services/exports/export.h"

namespace wensum::exports {
namespace {

constexpr int kCandidate = 5;

}  // namespace

bool HoldsBack(const model::Blpu& blpu) {
  const bool own_business = blpu.state == 5 || blpu.state == 7;
  const bool not_its_position = blpu.rpc == 3 || blpu.rpc == 5 || blpu.rpc == 9;
  return own_business || not_its_position || blpu.logical_status == kCandidate;
}

bool HoldsBackLpi(int logical_status) { return logical_status == kCandidate; }

bool IsAddressBase(model::GazetteerFormat format) {
  return format == model::GazetteerFormat::kAddressBasePremium2 ||
         format == model::GazetteerFormat::kAddressBasePremium1;
}

}  // namespace wensum::exports
