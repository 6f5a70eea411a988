#include "matching/address/property_facts.h"

#include <algorithm>

#include "base/strings.h"

namespace wensum::matching::address {
namespace {

constexpr uint64_t kBase = 37;  // 37^12 fits into 64 bits
constexpr uint32_t kEveryStatus = ~uint32_t{0};
constexpr uint32_t kHistorical = uint32_t{1} << 8;
constexpr uint32_t kRejected = uint32_t{1} << 7 | uint32_t{1} << 9;

uint64_t Digit(char c) {
  if (IsDigit(c)) {
    return static_cast<uint64_t>(c - '0') + 1;
  }
  if (IsLower(c)) {
    return static_cast<uint64_t>(c - 'a') + 11;
  }
  return IsUpper(c) ? static_cast<uint64_t>(c - 'A') + 11 : 0;
}

// [first, last] of the packed codes that start with `prefix`.
std::pair<uint64_t, uint64_t> PackPrefix(std::string_view prefix) {
  uint64_t value = 0;
  uint64_t width = 1;
  int places = 0;
  for (const char c : prefix) {
    const uint64_t digit = Digit(c);
    if (digit != 0 && places < kCodePlaces) {
      value = value * kBase + digit;
      ++places;
    }
  }
  for (; places < kCodePlaces; ++places) {
    value *= kBase;
    width *= kBase;
  }
  return {value, value + width - 1};
}

template <typename List, typename Value>
bool Holds(const List& list, const Value& value) {
  return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
}

}  // namespace

uint64_t PackCode(std::string_view code) { return PackPrefix(code).first; }

PackedFacts Pack(const PropertyFacts& facts) {
  return {.classification = PackCode(facts.classification),
          .ward = PackCode(facts.ward),
          .custodian = static_cast<uint16_t>(facts.custodian),
          .status = static_cast<uint8_t>(facts.logical_status)};
}

FactsMatcher::FactsMatcher(const PropertyFilter& filter) {
  for (const int status : filter.logical_statuses) {
    statuses_ |= status >= 0 && status < 32 ? uint32_t{1} << static_cast<unsigned>(status) : 0;
  }
  if (filter.logical_statuses.empty()) {
    statuses_ = kEveryStatus & ~kRejected & ~(filter.historical ? 0 : kHistorical);
  }
  for (const std::string& prefix : filter.class_prefixes) {
    classes_.push_back(PackPrefix(prefix));
  }
  for (const int custodian : filter.custodians) {
    custodians_.push_back(static_cast<uint16_t>(custodian));
  }
  for (const std::string& ward : filter.wards) {
    wards_.push_back(PackCode(ward));
  }
}

bool FactsMatcher::Matches(const PackedFacts& facts) const {
  const bool classified =
      classes_.empty() || std::any_of(classes_.begin(), classes_.end(), [&facts](const auto& range) {
        return facts.classification >= range.first && facts.classification <= range.second;
      });
  return StatusAllowed(facts.status) && classified && Holds(custodians_, facts.custodian) && Holds(wards_, facts.ward);
}

}  // namespace wensum::matching::address
