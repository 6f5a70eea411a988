#include "matching/address/match/find.h"

#include <algorithm>
#include <utility>

#include "absl/container/inlined_vector.h"

namespace wensum::matching::address::match {
namespace {

constexpr float kLeastScore = 9;
constexpr float kLeastMargin = 3;
constexpr float kDecisiveScore = 23.5F;  // postcode, street and house agree
constexpr size_t kMostNames = 16;        // names whose numbers are looked up
constexpr size_t kMostPostings = 400;    // of one name and number
constexpr size_t kMostScored = 1'200;
constexpr float kLeastVote = 0.4F;
constexpr float kWholeName = 4;     // votes for a name that stands in the text word for word
constexpr float kContradicted = 3;  // a rival that is ruled out has to score more by this to be one

struct NameVote {
  NameId name = kNoName;
  float weight = 0;
};

// Votes by name. Kept between questions, for it is as long as the names are many; each question leaves it empty.
class VoteBox {
 public:
  void Open(size_t names) {
    if (votes_.size() < names) {
      votes_.resize(names, 0);
    }
  }
  void Add(NameId name, float weight) {
    if (votes_[name] == 0) {
      named_.push_back(name);
    }
    votes_[name] += weight;
  }
  void AtLeast(NameId name, float weight) { Add(name, std::max(weight - votes_[name], 0.0F)); }
  [[nodiscard]] bool Named(NameId name) const { return votes_[name] != 0; }
  [[nodiscard]] bool empty() const { return named_.empty(); }
  // Calls visit(name, votes) for each and forgets them.
  template <typename Visitor>
  void Count(const Visitor& visit) {
    for (const NameId name : named_) {
      visit(name, votes_[name]);
      votes_[name] = 0;
    }
    named_.clear();
  }

 private:
  std::vector<float> votes_;
  std::vector<NameId> named_;
};

VoteBox& ThreadVoteBox() {
  thread_local VoteBox box;
  return box;
}

class Finder {
 public:
  Finder(const MatchIndex& index, std::string_view text, std::string_view postcode)
      : index_(index), names_(index.names()), line_(text, postcode, index.names()), scorer_(index, line_) {}

  Found Run();
  Hit Compare(uint64_t property);

 private:
  void ScorePostcode();
  void ScoreNamed();
  void ScoreRecord(uint32_t id);
  [[nodiscard]] bool Decisive() const;
  void Rank();
  [[nodiscard]] bool Historical(const Hit& hit) const;
  [[nodiscard]] float Margin() const;

  void FindNamed(bool wide);
  void PickAll(bool wide);
  [[nodiscard]] bool WorthWidening() const;
  void Widen();
  void Vote(bool wide);
  void VoteFor(WordId word, float trust);
  void AddWholeNames();
  void PickNames();
  void PickNamedStreet();
  void Fetch(NameId name);

  [[nodiscard]] Found Decide();
  [[nodiscard]] Verdict Refusal() const;

  const MatchIndex& index_;
  const NameTable& names_;
  const AddressLine line_;
  Scorer scorer_;
  std::vector<Hit> hits_;
  absl::InlinedVector<uint32_t, 64> records_;
  VoteBox& votes_ = ThreadVoteBox();
  absl::InlinedVector<NameVote, kMostNames> picked_;
  bool street_known_ = false;
};

Found Finder::Run() {
  if (line_.tokens().empty()) {
    return {};
  }
  ScorePostcode();
  Rank();
  if (!Decisive()) {
    FindNamed(/*wide=*/false);
    if (WorthWidening()) {
      Widen();
    }
  }
  return Decide();
}

void Finder::FindNamed(bool wide) {
  PickAll(wide);
  ScoreNamed();
  Rank();
}

// The names that the text may mean.
void Finder::PickAll(bool wide) {
  votes_.Open(names_.ids());
  Vote(wide);
  AddWholeNames();
  PickNames();
  PickNamedStreet();
}

// Nothing was found in the place that the text names, and it has a word that no name has.
bool Finder::WorthWidening() const {
  constexpr FitFlags kElsewhere = kOtherStreet | kOtherBuilding | kOtherPlaceNamed;
  if (!hits_.empty() && hits_[0].fit.score >= kLeastScore && (hits_[0].fit.flags & kElsewhere) == 0) {
    return false;
  }
  constexpr size_t kShortest = 4;
  const Tokens& tokens = line_.tokens();
  for (size_t i = 0; i < tokens.size(); ++i) {
    if ((scorer_.names() & ~scorer_.places()) >> i & 1 && tokens[i].kind == TokenKind::kWord &&
        tokens[i].word == kNoWord && tokens[i].text.size() >= kShortest) {
      return true;
    }
  }
  return false;
}

// Looks again for names that are misspelt worse. A refusal stays as it is.
void Finder::Widen() {
  std::vector<Hit> former = hits_;
  const bool street_known = street_known_;
  scorer_.Widen();
  FindNamed(/*wide=*/true);
  const bool fits = !hits_.empty() && hits_[0].fit.flags == 0 && hits_[0].fit.score >= kLeastScore;
  if (!fits) {
    hits_ = std::move(former);
    street_known_ = street_known;
  }
}

void Finder::ScoreRecord(uint32_t id) {
  const Record& record = index_.record(id);
  hits_.push_back({record.property, scorer_.Score(id)});
}

void Finder::ScorePostcode() {
  for (const uint32_t id : index_.ByPostcode(line_.postcode())) {
    if (scorer_.NumbersAllow(index_.record(id))) {
      ScoreRecord(id);
    }
  }
}

// Best fit of each property, best property first. Of equals, the address that is in use and the property with the lower
// id, so that the order in which the gazetteer was loaded does not show.
void Finder::Rank() {
  const auto better = [this](const Fit& a, const Fit& b) {
    if (a.score != b.score) {
      return a.score > b.score;
    }
    if (a.flags != b.flags) {
      return a.flags < b.flags;
    }
    if (a.doubtful != b.doubtful) {
      return b.doubtful;
    }
    return index_.Before(a.record, b.record);
  };
  std::sort(hits_.begin(), hits_.end(), [&](const Hit& a, const Hit& b) {
    return a.property != b.property ? a.property < b.property : better(a.fit, b.fit);
  });
  hits_.erase(
      std::unique(hits_.begin(), hits_.end(), [](const Hit& a, const Hit& b) { return a.property == b.property; }),
      hits_.end());
  std::stable_sort(hits_.begin(), hits_.end(), [this](const Hit& a, const Hit& b) {
    return a.fit.score != b.fit.score ? a.fit.score > b.fit.score : Historical(a) < Historical(b);
  });
}

bool Finder::Historical(const Hit& hit) const { return index_.record(hit.fit.record).historical; }

// By how much the best leads. One that is no longer in use is no rival to one that is.
float Finder::Margin() const {
  constexpr float kNone = 1e9F;
  float margin = kNone;
  for (size_t i = 1; i < hits_.size(); ++i) {
    if (!Historical(hits_[i]) || Historical(hits_[0])) {
      const bool ruled_out = hits_[i].fit.flags != 0 && hits_[0].fit.flags == 0;
      margin = std::min(margin, hits_[0].fit.score - hits_[i].fit.score + (ruled_out ? kContradicted : 0.0F));
      if (!ruled_out) {
        break;
      }
    }
  }
  return margin == kNone ? kLoneMargin : margin;
}

bool Finder::Decisive() const {
  if (hits_.empty() || hits_[0].fit.flags != 0 || hits_[0].fit.doubtful || hits_[0].fit.score < kDecisiveScore) {
    return false;
  }
  return Margin() >= kLeastMargin;
}

void Finder::VoteFor(WordId word, float trust) {
  const WordInfo& info = names_.word(word);
  const float weight = names_.Weight(word) * trust;
  const bool others = !votes_.empty();
  const std::vector<NameId>& found = info.names.size() <= kMostUses ? info.names : info.streets;
  if (found.size() > kMostUses) {
    return;
  }
  // A common word finds no new names once a rarer one has; neither does a type, but where it is all that a name has.
  const bool common = others && found.size() > kCommonUses;
  const bool plain = (info.flags & (kStreetType | kBuildingType | kDirectionWord)) == 0;
  for (const NameId name : found) {
    if (votes_.Named(name) || (!common && (plain || names_.IsCore(name, word)))) {
      votes_.Add(name, weight);
    }
  }
}

void Finder::Vote(bool wide) {
  struct Ballot {
    WordId word;
    float trust;
    size_t uses;
  };
  absl::InlinedVector<Ballot, 24> ballots;
  const auto add = [&](WordId word, float trust) { ballots.push_back({word, trust, names_.word(word).names.size()}); };
  const Tokens& tokens = line_.tokens();
  for (size_t i = 0; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    if ((scorer_.names() >> i & 1) == 0 || (scorer_.places() >> i & 1) != 0 || token.Is(kStopWord)) {
      continue;
    }
    if (token.word != kNoWord && names_.word(token.word).uses > 0) {
      add(token.word, 1);
    } else if (token.word == kNoWord || !token.Is(kTypeWord)) {
      for (const NameTable::NearWord& near : names_.FindNear(token.text, wide)) {
        add(near.word, near.edits == 1 ? 0.8F : 0.55F);
      }
    }
  }
  std::stable_sort(ballots.begin(), ballots.end(), [](const Ballot& a, const Ballot& b) { return a.uses < b.uses; });
  for (const Ballot& ballot : ballots) {
    VoteFor(ballot.word, ballot.trust);
  }
}

// Names that stand in the text word for word, those of common words alone among them (PARK ROAD, THE DRIVE).
void Finder::AddWholeNames() {
  const Tokens& tokens = line_.tokens();
  NameWords words;
  for (size_t begin = 0; begin < tokens.size(); ++begin) {
    words.clear();
    for (size_t end = begin; end < tokens.size() && end < begin + 5; ++end) {
      const Token& token = tokens[end];
      if ((scorer_.names() >> end & 1) == 0 || token.word == kNoWord || (end > begin && token.comma_before)) {
        break;
      }
      words.push_back(token.word);
      for (const NameRole role : {NameRole::kStreet, NameRole::kBuilding}) {
        const NameId name = names_.Find(words, role);
        if (name != kNoName) {
          votes_.AtLeast(name, names_.CoreWeight(name));
          votes_.Add(name, kWholeName);
        }
      }
    }
  }
}

void Finder::PickNames() {
  std::vector<NameVote> ranked;
  votes_.Count([&](NameId name, float votes) {
    const float weight = std::max(names_.CoreWeight(name), 1.0F);
    const float share = std::min(votes / weight, 1.0F);
    if (share >= kLeastVote) {
      ranked.push_back({name, 10 * share + 0.3F * votes});
    }
  });
  const auto order = [this](const NameVote& a, const NameVote& b) {
    return a.weight != b.weight ? a.weight > b.weight : names_.TextBefore(a.name, b.name);
  };
  const size_t kept = std::min(ranked.size(), kMostNames);
  std::partial_sort(ranked.begin(), ranked.begin() + static_cast<ptrdiff_t>(kept), ranked.end(), order);
  picked_.assign(ranked.begin(), ranked.begin() + static_cast<ptrdiff_t>(kept));
}

// The street that the text names best.
void Finder::PickNamedStreet() {
  NameId best = kNoName;
  float best_points = 0;
  int best_place = 0;
  int behind_numbers = 0;
  for (const Numeral& numeral : scorer_.evidence().numbers) {
    behind_numbers = numeral.position;
  }
  for (const NameVote& vote : picked_) {
    const NameFit fit = scorer_.FitOf(vote.name);
    if (names_.name(vote.name).uses[static_cast<size_t>(NameRole::kBuilding)] > 0 && fit.share > 0.9F &&
        fit.edits < 3 && !fit.runs_on) {
      scorer_.AddNamedBuilding(fit.core);
    }
    if (names_.name(vote.name).uses[static_cast<size_t>(NameRole::kStreet)] == 0) {
      continue;
    }
    if (fit.share < 0.6F || fit.runs_on) {
      continue;
    }
    street_known_ = street_known_ || (fit.share > 0.8F && fit.edits < 2);
    // Of two that stand there as well, the first behind the numbers: an area's name comes behind the street's, a
    // building's before it.
    const int place = fit.begin < behind_numbers ? fit.begin + static_cast<int>(kMostTokens) : fit.begin;
    const bool first = fit.points > best_points - 0.01F && place < best_place;
    if (best == kNoName || fit.points > best_points + 0.01F || first) {
      best = vote.name;
      best_points = fit.points;
      best_place = place;
    }
  }
  if (best == kNoName) {
    return;
  }
  bool in_postcode = false;
  for (const uint32_t id : index_.ByPostcode(line_.postcode())) {
    in_postcode |= index_.record(id).street == best;
  }
  bool has_number = false;
  for (const int32_t number : scorer_.numbers()) {
    has_number |= !index_.ByNumber(best, number).empty();
  }
  scorer_.SetNamedStreet(best, in_postcode, has_number);
}

void Finder::Fetch(NameId name) {
  const auto add = [this](absl::Span<const NumberPosting> postings) {
    if (postings.size() > kMostPostings) {
      return;
    }
    for (const NumberPosting& posting : postings) {
      records_.push_back(posting.record);
    }
  };
  for (const int32_t number : scorer_.numbers()) {
    add(index_.ByNumber(name, number));
  }
  const bool building = names_.name(name).uses[static_cast<size_t>(NameRole::kBuilding)] > 0;
  if (building || scorer_.numbers().empty()) {
    add(index_.ByNumber(name, -1));
  }
}

void Finder::ScoreNamed() {
  records_.clear();
  for (const NameVote& vote : picked_) {
    if (records_.size() < kMostScored) {
      Fetch(vote.name);
    }
  }
  for (const uint32_t id : index_.ByPostcode(line_.postcode())) {
    if (scorer_.NumbersAllow(index_.record(id))) {
      records_.push_back(id);
    }
  }
  std::sort(records_.begin(), records_.end());
  records_.erase(std::unique(records_.begin(), records_.end()), records_.end());
  hits_.clear();
  for (const uint32_t id : records_) {
    ScoreRecord(id);
  }
}

Verdict Finder::Refusal() const {
  const Fit& best = hits_[0].fit;
  constexpr FitFlags kElsewhere = kOtherStreet | kOtherBuilding | kOtherPlaceNamed;
  if (best.score >= 0 && best.object && (best.flags & ~(kParentOnly | kChildOnly)) == 0) {
    return (best.flags & kParentOnly) != 0  ? Verdict::kParent
           : (best.flags & kChildOnly) != 0 ? Verdict::kChildMissing
                                            : Verdict::kWeak;
  }
  if (best.score >= 0 && best.object && best.street > 0 && (best.flags & kOtherUnit) != 0 &&
      (best.flags & (kElsewhere | kOtherNumber)) == 0) {
    return Verdict::kParent;  // other units of the same building are listed
  }
  if (best.score >= 0 && best.object && best.flags == kOtherBuilding && index_.record(best.record).anonymous) {
    return Verdict::kParent;  // somebody else's property, as far as the gazetteer knows
  }
  if (scorer_.NamesForeignPlace()) {
    return Verdict::kOutOfArea;
  }
  if (street_known_ || (best.street > 0 && (best.flags & kElsewhere) == 0)) {
    return Verdict::kStreetOnly;
  }
  return best.flags != 0 ? Verdict::kContradicted : Verdict::kWeak;
}

Found Finder::Decide() {
  Found found;
  if (hits_.empty()) {
    found.verdict = scorer_.NamesForeignPlace() ? Verdict::kOutOfArea
                    : street_known_             ? Verdict::kStreetOnly
                                                : Verdict::kNothing;
    return found;
  }
  const Fit& best = hits_[0].fit;
  found.margin = Margin();
  found.strength = std::min(best.score - kLeastScore, found.margin);
  if (best.flags != 0 || best.score < kLeastScore) {
    found.verdict = Refusal();
  } else if (found.margin < kLeastMargin) {
    found.verdict = Verdict::kAmbiguous;
  } else {
    found.verdict = Verdict::kMatched;
    found.historical = index_.record(best.record).historical;
  }
  if (hits_.size() > 10) {
    hits_.resize(10);
  }
  found.hits = std::move(hits_);
  return found;
}

Hit Finder::Compare(uint64_t property) {
  const absl::Span<const uint32_t> records = index_.ByProperty(property);
  if (line_.tokens().empty() || records.empty()) {
    return records.empty() ? Hit() : Hit{.property = property, .fit = {.record = records.front()}};
  }
  PickAll(/*wide=*/false);
  hits_.clear();
  for (const uint32_t id : records) {
    ScoreRecord(id);
    if (!scorer_.NumbersAllow(index_.record(id))) {
      // Such records are no candidates, and readings that make a unit of the text's house do not count.
      FitFlags& flags = hits_.back().fit.flags;
      flags = static_cast<FitFlags>((flags & ~(kParentOnly | kChildOnly)) | kOtherNumber);
    }
  }
  Rank();
  return hits_.front();
}

}  // namespace

Hit CompareProperty(const MatchIndex& index, std::string_view text, std::string_view postcode, uint64_t property) {
  return Finder(index, text, postcode).Compare(property);
}

Found FindProperty(const MatchIndex& index, std::string_view text, std::string_view postcode) {
  return Finder(index, text, postcode).Run();
}

}  // namespace wensum::matching::address::match
