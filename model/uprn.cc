#include "model/uprn.h"

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::model {
namespace {

// The number that `text` writes, from 1 to `max`, with any number of leading zeros.
absl::StatusOr<uint64_t> ParseNumber(std::string_view text, std::string_view what, uint64_t max) {
  if (!IsDigits(text)) {
    return InvalidArgument(Cat(what, " ", Quote(text), " is not written in digits alone"));
  }
  const std::optional<uint64_t> value = ParseInteger<uint64_t>(text);
  if (!value.has_value() || *value == 0 || *value > max) {
    return InvalidArgument(Cat(what, " ", Quote(text), " is not from 1 to ", max));
  }
  return *value;
}

absl::Status CheckRange(uint64_t value, std::string_view what, uint64_t max) {
  if (value == 0 || value > max) {
    return InvalidArgument(Cat(what, " ", value, " is not from 1 to ", max));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Uprn> Uprn::Create(uint64_t value) {
  WENSUM_RETURN_IF_ERROR(CheckRange(value, "UPRN", kMax));
  return Uprn(value);
}

absl::StatusOr<Uprn> Uprn::Parse(std::string_view text) {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t value, ParseNumber(text, "UPRN", kMax));
  return Uprn(value);
}

std::string Uprn::ToString() const { return Cat(value_); }

std::string Uprn::ToPaddedString() const {
  constexpr size_t kDigits = 12;
  std::string text = Cat(value_);
  text.insert(0, kDigits - text.size(), '0');
  return text;
}

absl::StatusOr<Usrn> Usrn::Create(uint64_t value) {
  WENSUM_RETURN_IF_ERROR(CheckRange(value, "USRN", kMax));
  return Usrn(static_cast<uint32_t>(value));
}

absl::StatusOr<Usrn> Usrn::Parse(std::string_view text) {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t value, ParseNumber(text, "USRN", kMax));
  return Usrn(static_cast<uint32_t>(value));
}

std::string Usrn::ToString() const { return Cat(value_); }

}  // namespace wensum::model
