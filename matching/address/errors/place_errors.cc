// Errors in places and postcodes.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "matching/address/errors/error_kinds.h"
#include "matching/address/errors/word_tables.h"

namespace wensum::matching::address::errors {
namespace {

constexpr size_t kInwardLength = 3;

bool HasPlace(const std::vector<std::string>& places, std::string_view place) {
  const std::string squashed = Squash(place);
  return std::any_of(places.begin(), places.end(), [&](const std::string& own) {
    return Squash(own).find(squashed) != std::string::npos || squashed.find(Squash(own)) != std::string::npos;
  });
}

// A listed place that the address does not name; empty if chance finds none.
std::string_view OtherPlace(Random& random, const ListedAddresses& listed, const Draft& draft) {
  for (int attempt = 0; attempt < 4 && !listed.places().empty(); ++attempt) {
    const std::string& place = Pick(random, listed.places());
    if (!HasPlace(draft.said.parts.places, place)) {
      return place;
    }
  }
  return {};
}

// A character of the same kind, another one.
char OtherCharacter(Random& random, char c) {
  const char first = IsDigit(c) ? '0' : 'A';
  const uint64_t count = IsDigit(c) ? 10 : 26;
  const uint64_t own = static_cast<uint64_t>(c - first);
  return static_cast<char>(first + static_cast<char>((own + 1 + random.Below(count - 1)) % count));
}

bool IsWhole(std::string_view postcode) {
  const size_t size = Squash(postcode).size();
  return size >= 5 && size <= 7;
}

}  // namespace

bool AddEstate(Random& random, const ListedAddresses& /*listed*/, Draft& draft) {
  draft.ChangeParts();
  auto& places = draft.said.parts.places;
  places.emplace(places.begin(), Pick(random, EstateNames()));
  return true;
}

bool DropPlace(Random& random, const ListedAddresses& /*listed*/, Draft& draft) {
  auto& places = draft.said.parts.places;
  if (places.empty()) {
    return false;
  }
  draft.ChangeParts();
  if (random.Chance(0.3)) {
    places.clear();
  } else {
    places.erase(places.begin());
  }
  return true;
}

bool ChangePlace(Random& random, const ListedAddresses& listed, Draft& draft) {
  auto& places = draft.said.parts.places;
  const std::string_view other = OtherPlace(random, listed, draft);
  if (places.empty() || other.empty()) {
    return false;
  }
  draft.ChangeParts();
  places[0] = other;
  return true;
}

bool AddPlace(Random& random, const ListedAddresses& listed, Draft& draft) {
  auto& places = draft.said.parts.places;
  if (random.Chance(0.5)) {
    constexpr std::array<std::string_view, 5> kWide = {"UK", "England", "United Kingdom", "London", "GB"};
    const std::string_view wide = kWide[random.Below(kWide.size())];
    if (HasPlace(places, wide)) {
      return false;
    }
    draft.ChangeParts();
    places.emplace_back(wide);
    return true;
  }
  const std::string_view other = OtherPlace(random, listed, draft);
  if (other.empty()) {
    return false;
  }
  draft.ChangeParts();
  places.emplace(places.begin() + static_cast<ptrdiff_t>(random.Below(places.size() + 1)), other);
  return true;
}

bool ChangeCounty(Random& random, const ListedAddresses& /*listed*/, Draft& draft) {
  auto& places = draft.said.parts.places;
  if (places.empty()) {
    return false;
  }
  draft.ChangeParts();
  switch (random.Below(4)) {
    case 0:
      places.pop_back();
      return true;
    case 1:
      for (std::string& place : places) {
        if (const std::string_view shorter = ShortPlace(place); !shorter.empty()) {
          place = shorter;
          return true;
        }
      }
      return false;
    case 2:
      if (places.size() < 2) {
        return false;
      }
      places.back() = Pick(random, Counties());
      return true;
    default:
      places.emplace_back(Pick(random, Counties()));
      return true;
  }
}

bool RepeatTail(Random& random, const ListedAddresses& /*listed*/, Draft& draft) {
  auto& places = draft.said.parts.places;
  if (places.empty()) {
    return false;
  }
  draft.ChangeParts();
  if (random.Chance(0.5)) {
    draft.repeat_tail = true;
  } else {
    places.push_back(places.back());
  }
  return true;
}

bool DropPostcode(Random& /*random*/, const ListedAddresses& /*listed*/, Draft& draft) {
  if (draft.said.postcode.empty()) {
    return false;
  }
  draft.said.postcode.clear();
  return true;
}

bool ChangePostcodeForm(Random& random, const ListedAddresses& /*listed*/, Draft& draft) {
  std::string& postcode = draft.said.postcode;
  if (!IsWhole(postcode)) {
    return false;
  }
  switch (random.Below(4)) {
    case 0:
      postcode = random.Chance(0.5) ? Squash(postcode) : ToLowerAscii(postcode);
      return true;
    case 1: {
      constexpr std::string_view kFrom = "01O5IS";
      constexpr std::string_view kTo = "OI0S15";
      std::vector<size_t> places;
      for (size_t i = 1; i < postcode.size(); ++i) {
        if (kFrom.find(postcode[i]) != std::string_view::npos) {
          places.push_back(i);
        }
      }
      if (places.empty()) {
        return false;
      }
      char& c = postcode[places[random.Below(places.size())]];
      c = kTo[kFrom.find(c)];
      return true;
    }
    case 2: {
      const std::string squashed = Squash(postcode);
      const size_t inward = squashed.size() - kInwardLength;
      postcode = Cat(squashed.substr(0, inward), random.Chance(0.5) ? "  " : "-", squashed.substr(inward));
      return true;
    }
    default:
      draft.postcode_in_text = true;
      draft.postcode_in_field = false;
      return true;
  }
}

bool EditPostcode(Random& random, const ListedAddresses& /*listed*/, Draft& draft) {
  std::string& postcode = draft.said.postcode;
  if (!IsWhole(postcode)) {
    return false;
  }
  const size_t at = random.Below(postcode.size());
  if (!IsUpper(postcode[at]) && !IsDigit(postcode[at])) {
    return false;
  }
  if (random.Chance(0.15)) {
    postcode.erase(at, 1);
  } else {
    postcode[at] = OtherCharacter(random, postcode[at]);
  }
  return true;
}

bool SwapPostcode(Random& random, const ListedAddresses& /*listed*/, Draft& draft) {
  std::string& postcode = draft.said.postcode;
  if (!IsWhole(postcode)) {
    return false;
  }
  const size_t at = random.Below(postcode.size() - 1);
  if (postcode[at] == postcode[at + 1] || postcode[at] == ' ' || postcode[at + 1] == ' ') {
    return false;
  }
  std::swap(postcode[at], postcode[at + 1]);
  return true;
}

bool TakeNeighbourPostcode(Random& random, const ListedAddresses& listed, Draft& draft) {
  const auto postcodes = listed.postcodes();
  const std::string own = draft.said.postcode;
  if (!IsWhole(own) || postcodes.size() < 2) {
    return false;
  }
  constexpr int64_t kFarthest = 6;
  const auto place = std::lower_bound(postcodes.begin(), postcodes.end(), own) - postcodes.begin();
  const int64_t other =
      std::clamp<int64_t>(place + random.Between(-kFarthest, kFarthest), 0, static_cast<int64_t>(postcodes.size()) - 1);
  draft.said.postcode = postcodes[static_cast<size_t>(other)];
  const size_t outward = own.find(' ');
  return draft.said.postcode != own && outward != std::string::npos &&
         draft.said.postcode.substr(0, outward + 1) == own.substr(0, outward + 1);
}

bool KeepOutcode(Random& /*random*/, const ListedAddresses& /*listed*/, Draft& draft) {
  std::string& postcode = draft.said.postcode;
  if (!IsWhole(postcode)) {
    return false;
  }
  postcode = Squash(postcode);
  postcode.resize(postcode.size() - kInwardLength);
  return true;
}

}  // namespace wensum::matching::address::errors
