#include "gazetteer/lifecycle/refusal.h"

#include "absl/strings/cord.h"
#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::llpg {
namespace {

constexpr char kRefusalsUrl[] = "wensum/lifecycle/refusals";
constexpr char kFieldUrl[] = "wensum/lifecycle/field";
// Neither stands in a message: they are control characters.
constexpr char kPartSeparator = '\x1F';
constexpr char kItemSeparator = '\x1E';

}  // namespace

std::string ObjectName(model::Uprn uprn) { return Cat("properties/", uprn.value()); }
std::string ObjectName(model::Usrn usrn) { return Cat("streets/", usrn.value()); }

absl::Status Refuse(std::string_view rule, std::string_view object, std::string_view message) {
  return Refuse({{std::string(rule), std::string(object), std::string(message)}});
}

absl::Status Refuse(const std::vector<Refusal>& refusals) {
  constexpr size_t kNamed = 5;
  constexpr size_t kMaxPayload = 3'500;
  std::string message;
  std::string payload;
  bool room = true;
  for (size_t i = 0; i < refusals.size(); ++i) {
    const Refusal& refusal = refusals[i];
    if (i < kNamed) {
      AppendTo(message, i == 0 ? "" : " ", refusal.object, ": ", refusal.message, " (", refusal.rule, ")");
    }
    room =
        room && i < kMaxRefusals &&
        (i == 0 || payload.size() + refusal.rule.size() + refusal.object.size() + refusal.message.size() < kMaxPayload);
    if (!room) {
      continue;
    }
    AppendTo(payload, i == 0 ? "" : std::string_view(&kItemSeparator, 1), refusal.rule, kPartSeparator, refusal.object,
             kPartSeparator, refusal.message);
  }
  if (refusals.size() > kNamed) {
    AppendTo(message, " And ", refusals.size() - kNamed, " more.");
  }
  absl::Status status = FailedPrecondition(message);
  status.SetPayload(kRefusalsUrl, absl::Cord(payload));
  return status;
}

absl::Status WrongOperation(std::string_view field, std::string_view message) {
  absl::Status status = InvalidArgument(Cat(field, ": ", message));
  status.SetPayload(kFieldUrl, absl::Cord(std::string(field)));
  return status;
}

absl::Status UnknownObject(std::string_view object) { return NotFound(Cat(Quote(object), " is not known here")); }

std::vector<Refusal> RefusalsOf(const absl::Status& status) {
  std::vector<Refusal> refusals;
  const auto payload = status.GetPayload(kRefusalsUrl);
  if (!payload.has_value()) {
    return refusals;
  }
  const std::string text(*payload);
  for (const std::string_view item : Split(text, kItemSeparator)) {
    const std::vector<std::string_view> parts = Split(item, kPartSeparator);
    if (parts.size() == 3) {
      refusals.push_back({std::string(parts[0]), std::string(parts[1]), std::string(parts[2])});
    }
  }
  return refusals;
}

std::optional<std::string> WrongFieldOf(const absl::Status& status) {
  const auto payload = status.GetPayload(kFieldUrl);
  return payload.has_value() ? std::optional<std::string>(std::string(*payload)) : std::nullopt;
}

}  // namespace wensum::llpg
