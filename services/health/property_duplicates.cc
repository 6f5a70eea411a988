#include "services/health/property_duplicates.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <variant>

#include "absl/container/flat_hash_map.h"
#include "base/hash.h"
#include "base/strings.h"
#include "gazetteer/forms/address_lines.h"
#include "gazetteer/forms/lpi_address.h"
#include "matching/address/words/address_text.h"
#include "matching/resolve/disjoint_sets.h"

namespace wensum::health {
namespace {

using matching::address::Token;
using matching::address::TokenKind;
using matching::address::WordClass;

constexpr int kApproved = 1;

uint64_t PackPostcode(std::string_view text) {
  uint64_t packed = 0;
  for (const char c : ToUpperAscii(text.substr(0, 8))) {
    if (IsDigit(c) || IsLetter(c)) {
      packed = packed << 8 | static_cast<uint8_t>(c);
    }
  }
  return packed;
}

}  // namespace

uint64_t NormalAddressHash(std::string_view address) {
  constexpr uint64_t kSeed = 0x4E4F524D41444452;
  const matching::address::TokenList list(address);
  uint64_t hash = kSeed;
  for (const Token& token : list.tokens()) {
    if (token.kind == TokenKind::kWord) {
      if (token.word_class != WordClass::kNumberWord && token.word_class != WordClass::kStop) {
        hash = HashCombine(hash, token.hash);
      }
      continue;
    }
    const auto number = [](int32_t value, char letter) {
      return static_cast<uint64_t>(value + 1) << 8 | static_cast<uint8_t>(letter);
    };
    hash =
        HashCombine(HashCombine(hash, number(token.number, token.letter)), number(token.end_number, token.end_letter));
  }
  return hash;
}

void DuplicateFinder::Add(const model::GazetteerRow& row) {
  if (const auto* const descriptor = std::get_if<model::StreetDescriptor>(&row)) {
    streets_[{descriptor->usrn.value(), descriptor->language}] =
        Join(std::vector<std::string>{descriptor->description, descriptor->locality, descriptor->town}, ", ");
  } else if (const auto* const blpu = std::get_if<model::Blpu>(&row)) {
    blpu_.reset();
    first_of_blpu_ = addresses_.size();
    languages_.clear();
    if (blpu->logical_status == kApproved && blpu->dates.end.empty() && blpu->blpu_class != "PS") {
      blpu_ = *blpu;
    }
  } else if (const auto* const lpi = std::get_if<model::Lpi>(&row)) {
    if (blpu_.has_value() && blpu_->uprn == lpi->uprn) {
      AddLpi(*lpi);
    }
  }
}

void DuplicateFinder::AddLpi(const model::Lpi& lpi) {
  const llpg::LpiRows rows = {.lpi = &lpi, .blpu = &*blpu_};
  if (lpi.logical_status != kApproved || !lpi.dates.end.empty() || llpg::IsStreetRecord(rows)) {
    return;
  }
  llpg::AddressParts parts;
  parts.sao = lpi.sao;
  parts.pao = lpi.pao;
  const auto street = streets_.find({lpi.usrn.value(), lpi.language});
  parts.street = street == streets_.end() ? Cat("USRN ", lpi.usrn.value()) : street->second;
  const Address address = {.text = NormalAddressHash(Cat(llpg::OneLine(llpg::LinesOf(parts)), ", ", lpi.level)),
                           .uprn = lpi.uprn.value(),
                           .postcode = PackPostcode(lpi.postcode.empty() ? blpu_->postcode_locator : lpi.postcode),
                           .usrn = lpi.usrn.value()};
  for (size_t i = 0; i < languages_.size(); ++i) {
    const bool differs = languages_[i] == lpi.language && addresses_[first_of_blpu_ + i].text != address.text;
    if (differs && (many_addresses_.empty() || many_addresses_.back() != address.uprn)) {
      many_addresses_.push_back(address.uprn);
    }
  }
  addresses_.push_back(address);
  languages_.push_back(lpi.language);
}

// Adds the properties of addresses_[begin, end), which have one text, to one_address_.
void DuplicateFinder::JoinOneText(size_t begin, size_t end) {
  if (addresses_[begin].uprn == addresses_[end - 1].uprn) {
    return;
  }
  matching::DisjointSets sets(end - begin);
  absl::flat_hash_map<uint64_t, uint32_t> by_street;
  absl::flat_hash_map<uint64_t, uint32_t> by_postcode;
  absl::flat_hash_map<uint64_t, uint32_t> by_uprn;
  for (size_t i = begin; i < end; ++i) {
    const auto member = static_cast<uint32_t>(i - begin);
    const auto join = [&sets, member](absl::flat_hash_map<uint64_t, uint32_t>& first, uint64_t key) {
      if (key != 0) {
        sets.Join(first.try_emplace(key, member).first->second, member);
      }
    };
    join(by_street, addresses_[i].usrn);
    join(by_postcode, addresses_[i].postcode);
    join(by_uprn, addresses_[i].uprn);
  }
  std::map<uint32_t, std::vector<uint64_t>> groups;
  for (size_t i = begin; i < end; ++i) {
    std::vector<uint64_t>& uprns = groups[sets.Find(static_cast<uint32_t>(i - begin))];
    if (uprns.empty() || uprns.back() != addresses_[i].uprn) {
      uprns.push_back(addresses_[i].uprn);
    }
  }
  for (auto& [first, uprns] : groups) {
    if (uprns.size() > 1) {
      one_address_.push_back(std::move(uprns));
    }
  }
}

bool DuplicateFinder::Waived(llpg::RuleId rule, uint64_t uprn) const {
  llpg::Finding finding;
  finding.rule = rule;
  finding.uprn = *model::Uprn::Create(uprn);
  return waivers_.Covers(finding);
}

PropertyDuplicates DuplicateFinder::Finish(size_t limit) {
  std::ranges::sort(addresses_, {}, [](const Address& address) { return std::tuple(address.text, address.uprn); });
  for (size_t begin = 0; begin < addresses_.size();) {
    size_t end = begin + 1;
    while (end < addresses_.size() && addresses_[end].text == addresses_[begin].text) {
      ++end;
    }
    JoinOneText(begin, end);
    begin = end;
  }
  // In both languages of a property the same others may have been found.
  std::ranges::sort(one_address_);
  one_address_.erase(std::unique(one_address_.begin(), one_address_.end()), one_address_.end());

  PropertyDuplicates out;
  size_t most = limit;  // of the list, which has all of one kind before the other
  const auto add = [&out, &most](PropertyDuplicate duplicate, bool waived) {
    ++(waived ? out.waived : out.found);
    if (!waived && out.listed.size() < most) {
      out.listed.push_back(std::move(duplicate));
    }
  };
  for (const uint64_t uprn : many_addresses_) {
    add({.kind = DuplicateKind::kTwoAddresses, .uprns = {uprn}}, Waived(llpg::RuleId::kOneApprovedLpi, uprn));
  }
  most = out.listed.size() + limit;
  for (std::vector<uint64_t>& uprns : one_address_) {
    std::vector<uint64_t> asked;
    std::ranges::copy_if(uprns, std::back_inserter(asked),
                         [this](uint64_t uprn) { return !Waived(llpg::RuleId::kDuplicateAddress, uprn); });
    // Of two, a waiver for one settles the question. Of three and more, those that are waived stay beside two or more
    // that are not: which of them is right, the steward sees only in all.
    add({.kind = DuplicateKind::kOneAddress, .uprns = std::move(uprns)}, asked.size() < 2);
  }
  return out;
}

}  // namespace wensum::health
