// The engine over a gazetteer of texts: the index of the register, given the parts that commas and numbers part a text
// into.
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "matching/address/errors/address_parts.h"
#include "matching/address/fit/address_matcher.h"
#include "model/postcode.h"

namespace wensum::matching::address {
namespace {

std::string CanonicalPostcode(std::string_view text) {
  const auto postcode = model::Postcode::ParseRepaired(text);
  return postcode.has_value() ? postcode->ToString() : "";
}

// "12A-14B" into its numbers and suffixes.
void SetNumbers(std::string_view text, model::AddressableObject* object) {
  size_t at = 0;
  const auto digits = [&] {
    const size_t start = at;
    while (at < text.size() && IsDigit(text[at])) {
      ++at;
    }
    return ParseInteger<int>(text.substr(start, at - start)).value_or(0);
  };
  const auto letter = [&]() -> std::string {
    return at < text.size() && IsLetter(text[at]) ? ToUpperAscii(text.substr(at++, 1)) : "";
  };
  object->has_number = !text.empty();
  object->start_number = digits();
  object->start_suffix = letter();
  if (at < text.size() && text[at] == '-') {
    ++at;
    object->end_number = digits();
    object->end_suffix = letter();
  }
}

PropertyAddress ToPropertyAddress(const errors::AddressSplitter& splitter, const FlatGazetteer::Address& listed,
                                  size_t variant) {
  PropertyAddress address;
  address.key = Cat("v", variant);
  address.approved = true;
  address.postcode = CanonicalPostcode(listed.postcode);
  const std::optional<errors::AddressParts> parts = splitter.Split(listed.text);
  if (!parts.has_value()) {
    address.pao.text = listed.text;
    return address;
  }
  address.sao.text = parts->unit_text;
  if (parts->building.empty() || !parts->number.empty()) {
    SetNumbers(parts->number, &address.pao);
  }
  address.pao.text = parts->building;
  if (parts->unit_word.empty() && parts->floors.empty() && parts->sides.empty()) {
    address.sao.text.clear();
    SetNumbers(parts->unit_id, &address.sao);
  }
  address.street = parts->street;
  if (!parts->places.empty()) {
    address.town = parts->places.back();
    const std::vector<std::string> others(parts->places.begin(), parts->places.end() - 1);
    address.locality = Join(others, " ");
  }
  return address;
}

class IndexMatcher : public AddressMatcher {
 public:
  explicit IndexMatcher(const FlatGazetteer& gazetteer) {
    const errors::AddressSplitter splitter(gazetteer);
    std::vector<IndexedProperty> properties(gazetteer.ids.size());
    for (const FlatGazetteer::Address& listed : gazetteer.addresses) {
      IndexedProperty& property = properties[listed.property];
      property.uprn = uint64_t{listed.property} + 1;
      property.addresses.push_back(ToPropertyAddress(splitter, listed, property.addresses.size()));
    }
    for (const IndexedProperty& property : properties) {
      if (!property.addresses.empty()) {
        index_.Upsert(property, nullptr);
      }
    }
  }

  [[nodiscard]] FlatAnswer Match(std::string_view text, std::string_view postcode, bool want_reason) const override {
    address::Match match = index_.FindMatch({.text = std::string(text), .postcode = CanonicalPostcode(postcode)}, 2);
    const auto property = [](uint64_t uprn) { return uprn == 0 ? kNoProperty : static_cast<uint32_t>(uprn - 1); };
    FlatAnswer answer;
    answer.outcome = match.outcome;
    double runner_up = 0;
    for (const Candidate& candidate : match.candidates) {
      if (candidate.uprn != match.uprn && answer.second == kNoProperty) {
        answer.second = property(candidate.uprn);
        runner_up = candidate.score;
      }
    }
    if (match.outcome == Outcome::kMatched) {
      answer.matched = property(match.uprn);
      answer.strength = match.candidates.empty() ? 0 : match.candidates[0].score - 0.5 * runner_up;
    } else if (match.outcome == Outcome::kParent) {
      answer.second = property(match.parent_uprn);
    }
    if (want_reason) {
      answer.reason = std::move(match.reason);
    }
    return answer;
  }

  [[nodiscard]] size_t memory_bytes() const override { return index_.memory_bytes(); }

 private:
  AddressIndex index_;
};

}  // namespace

std::unique_ptr<AddressMatcher> MakeFlatMatcher(const FlatGazetteer& gazetteer, int /*threads*/) {
  return std::make_unique<IndexMatcher>(gazetteer);
}

}  // namespace wensum::matching::address
