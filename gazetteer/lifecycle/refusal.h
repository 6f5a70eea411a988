// Why an operation is refused: which rule, on which object, how to mend it.
#ifndef WENSUM_GAZETTEER_LIFECYCLE_REFUSAL_H_
#define WENSUM_GAZETTEER_LIFECYCLE_REFUSAL_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "model/uprn.h"

namespace wensum::llpg {

struct Refusal {
  std::string rule;     // the custodian's check code where there is one ("AAU21.42"), else a word ("own_custodian")
  std::string object;   // "properties/100091234567", "streets/14200001"
  std::string message;  // a plain sentence or two
  friend bool operator==(const Refusal&, const Refusal&) = default;
};

std::string ObjectName(model::Uprn uprn);
std::string ObjectName(model::Usrn usrn);

// FAILED_PRECONDITION: the gazetteer as it stands forbids it.
absl::Status Refuse(std::string_view rule, std::string_view object, std::string_view message);
// The same for several; not for none. The status has the first kMaxRefusals of them, its message how many there are: it
// travels in the trailers of an answer, of which clients read some kilobytes.
inline constexpr size_t kMaxRefusals = 20;
absl::Status Refuse(const std::vector<Refusal>& refusals);
// INVALID_ARGUMENT: the operation itself is wrong, whatever the gazetteer says. `field` names what of it.
absl::Status WrongOperation(std::string_view field, std::string_view message);
// NOT_FOUND.
absl::Status UnknownObject(std::string_view object);

// The refusals that a status of these functions carries; empty for any other.
std::vector<Refusal> RefusalsOf(const absl::Status& status);
// The field of WrongOperation; nullopt for any other status.
std::optional<std::string> WrongFieldOf(const absl::Status& status);

}  // namespace wensum::llpg

#endif  // WENSUM_GAZETTEER_LIFECYCLE_REFUSAL_H_
