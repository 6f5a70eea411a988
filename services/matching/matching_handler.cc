#include "services/matching/matching_handler.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "matching/explain/phrase.h"
#include "services/convert/golden.h"
#include "services/convert/person_details.h"
#include "services/convert/read_options.h"
#include "services/convert/review_pairs.h"
#include "services/convert/sight.h"
#include "services/rpc/limits.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/status_details.h"

namespace wensum::match {
namespace {

using matching::AsSentence;

constexpr size_t kPairs = 5;  // of ExplainRecord
constexpr size_t kMaxPairs = 20;
constexpr size_t kCandidates = 4'096;  // looked at; those that may not be shown count too
constexpr size_t kMaxTried = 32;       // records of a person among which the best pair is sought

absl::Status NotHere(std::string_view field, std::string_view what) {
  return rpc::WithReason(NotFound(Cat(field, ": ", what)), rpc::reason::kResourceUnknown);
}

constexpr std::string_view kJustChanging = "the record is being changed this moment; try again";

// The matcher is a commit ahead of what readers see, or behind it, for a moment.
absl::Status JustChanging(const absl::Status& status) {
  return absl::IsNotFound(status) ? Unavailable(kJustChanging) : status;
}

std::string Records(size_t count) { return count == 1 ? "1 record" : Cat(count, " records"); }

// The record that stands for each cluster on the way: its first, unless the purpose may not know of that one.
class SeenClusters {
 public:
  explicit SeenClusters(const std::vector<SeenRecord>& records) {
    for (const SeenRecord& record : records) {
      shown_[record.version.ordinal] = &record;
    }
  }
  // Null if the purpose may know of none of its records.
  [[nodiscard]] const SeenRecord* Of(uint64_t name) const {
    const auto found = shown_.find(name);
    return found == shown_.end() ? nullptr : found->second;
  }
  // The clusters became one, which keeps the name of the first.
  void Merge(uint64_t a, uint64_t b) {
    if (Of(a) == nullptr) {
      shown_[a] = Of(b);
    }
  }

 private:
  absl::flat_hash_map<uint64_t, const SeenRecord*> shown_;
};

std::string StepSentence(const v1::PersonExplanation::Step& step, const std::string& a, const std::string& b) {
  if (step.equal()) {
    return AsSentence(Cat(a, " and ", b, " say the same"));
  }
  if (step.decided()) {
    return AsSentence(Cat("a steward decided that ", a, " and ", b, " are one person"));
  }
  return AsSentence(Cat("those with ", a, " and those with ", b, " came together with probability ",
                        matching::ProbabilityText(step.probability())));
}

}  // namespace

MatchingHandler::MatchingHandler(const registry::Register* reg)
    : register_(*reg), knows_all_sources_(convert::KnowsAllSources(reg->rules(), reg->Stats().by_source)) {}

absl::StatusOr<MatchingHandler::Asked> MatchingHandler::Open(rpc::CallContext& call) const {
  WENSUM_ASSIGN_OR_RETURN(registry::ReadView state, register_.OpenView({}));
  call.set_revision(state.revision());
  return Asked{.call = &call,
               .state = std::move(state),
               .purpose_bit = call.purpose_bit(),
               .sees_everything = knows_all_sources_ && convert::SeesEverything(register_.rules(), call.purpose_bit())};
}

absl::Status MatchingHandler::CheckTime(const Asked& asked) {
  return asked.call->expired() ? MakeStatus(absl::StatusCode::kDeadlineExceeded,
                                            "the call's deadline passed while the evidence was weighed; give it more "
                                            "time, or ask for less")
                               : absl::OkStatus();
}

absl::StatusOr<SeenRecord> MatchingHandler::FindRecord(const Asked& asked, const v1::SourceKey& key,
                                                       std::string_view field) const {
  WENSUM_ASSIGN_OR_RETURN(const model::SourceKey source_key, convert::FromSourceKey(key, field));
  absl::Status unknown =
      NotHere(field, Cat("source ", Quote(source_key.source), " has no record ", Quote(source_key.key), " here"));
  absl::StatusOr<registry::SourceVersion> version = register_.GetSource(asked.state, source_key);
  if (!version.ok()) {
    return absl::IsNotFound(version.status()) ? unknown : version.status();
  }
  SeenRecord record(*std::move(version), asked.purpose_bit);
  if (!record.sight.record()) {
    return unknown;
  }
  if (record.version.record.kind == model::RecordKind::kProperty) {
    return NotHere(field, Cat("record ", Quote(source_key.key), " of source ", Quote(source_key.source),
                              " is of a property: it takes no part in matching people"));
  }
  if (record.version.stored.deleted()) {
    return NotHere(field, Cat("record ", Quote(source_key.key), " of source ", Quote(source_key.source),
                              " was deleted: it takes no part in matching"));
  }
  return record;
}

absl::StatusOr<registry::EntityRecord> MatchingHandler::FindPerson(const Asked& asked, std::string_view name,
                                                                   std::string_view field) const {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t id, rpc::ParsePersonName(register_.ids(), name, field));
  absl::StatusOr<registry::EntityRecord> person = register_.GetEntity(asked.state, id);
  absl::Status unknown = NotHere(field, Cat(Quote(name), " is not here"));
  if (!person.ok()) {
    return absl::IsNotFound(person.status()) ? unknown : person.status();
  }
  WENSUM_ASSIGN_OR_RETURN(const bool visible, convert::Visible(register_, *person, asked.purpose_bit));
  if (!visible || convert::IsProperty(person->entity)) {
    return unknown;
  }
  if (person->entity.ended()) {
    return NotHere(field, Cat(Quote(name), " has ended: every source record of it was deleted"));
  }
  return person;
}

absl::StatusOr<std::vector<SeenRecord>> MatchingHandler::RecordsOf(const Asked& asked,
                                                                   const registry::EntityRecord& person,
                                                                   size_t limit) const {
  std::vector<SeenRecord> records;
  for (const storage::v1::Member& member : person.entity.members()) {
    if (records.size() == limit) {
      break;
    }
    WENSUM_ASSIGN_OR_RETURN(registry::SourceVersion version,
                            register_.GetSourceByOrdinal(asked.state, member.ordinal()));
    SeenRecord record(std::move(version), asked.purpose_bit);
    if (record.sight.record()) {
      records.push_back(std::move(record));
    }
  }
  return records;
}

absl::StatusOr<MatchingHandler::ShownRecords> MatchingHandler::ShownOf(const Asked& asked,
                                                                       const registry::EntityRecord& person) const {
  ShownRecords shown;
  WENSUM_ASSIGN_OR_RETURN(shown.records, RecordsOf(asked, person, kMaxMembers + 1));
  shown.cut = shown.records.size() > kMaxMembers;
  if (shown.cut) {
    shown.records.pop_back();
  }
  if (asked.sees_everything) {
    shown.count = Records(static_cast<size_t>(person.entity.members_size()));
  } else {
    shown.count = Cat(shown.cut ? "more than " : "", Records(shown.records.size()));
  }
  return shown;
}

absl::StatusOr<std::vector<SeenRecord>> MatchingHandler::SideRecords(const Asked& asked,
                                                                     const v1::ExplainPairRequest::Side& side,
                                                                     std::string_view field) const {
  std::vector<SeenRecord> records;
  switch (side.by_case()) {
    case v1::ExplainPairRequest::Side::kSourceKey: {
      WENSUM_ASSIGN_OR_RETURN(SeenRecord record, FindRecord(asked, side.source_key(), Cat(field, ".source_key")));
      records.push_back(std::move(record));
      return records;
    }
    case v1::ExplainPairRequest::Side::kPerson: {
      WENSUM_ASSIGN_OR_RETURN(const registry::EntityRecord person,
                              FindPerson(asked, side.person(), Cat(field, ".person")));
      return RecordsOf(asked, person, kMaxTried);
    }
    case v1::ExplainPairRequest::Side::BY_NOT_SET:
      break;
  }
  return rpc::InvalidField(field, "is required: source_key or person");
}

absl::StatusOr<registry::PairExplanation> MatchingHandler::Weigh(const Asked& asked, const SeenRecord& a,
                                                                 const SeenRecord& b, bool with_people) const {
  WENSUM_RETURN_IF_ERROR(CheckTime(asked));
  auto pair = register_.ExplainPair(a.version.ordinal, b.version.ordinal, with_people);
  if (!pair.ok()) {
    return JustChanging(pair.status());
  }
  if (pair->evidence.same_cluster != (a.version.anchor == b.version.anchor)) {
    return Unavailable(kJustChanging);
  }
  return pair;
}

absl::StatusOr<v1::PairExplanation> MatchingHandler::Explain(const Asked& asked, const SeenRecord& a,
                                                             const SeenRecord& b) const {
  WENSUM_ASSIGN_OR_RETURN(const registry::PairExplanation pair, Weigh(asked, a, b, asked.sees_everything));
  v1::PairExplanation out;
  ToPairExplanation(register_.ids(), a, b, pair, asked.sees_everything, out);
  return out;
}

absl::StatusOr<std::optional<v1::PairExplanation>> MatchingHandler::BestPair(
    const Asked& asked, const std::vector<SeenRecord>& some, const std::vector<SeenRecord>& others) const {
  const SeenRecord* best_a = nullptr;
  const SeenRecord* best_b = nullptr;
  double best = 0;
  for (const SeenRecord& a : some) {
    for (const SeenRecord& b : others) {
      if (a.version.ordinal == b.version.ordinal) {
        continue;
      }
      WENSUM_ASSIGN_OR_RETURN(const registry::PairExplanation pair, Weigh(asked, a, b, /*with_people=*/false));
      const double strength = SeenStrength(a, b, pair);
      if (best_a == nullptr || strength > best) {
        best_a = &a;
        best_b = &b;
        best = strength;
      }
    }
  }
  if (best_a == nullptr) {
    return std::nullopt;
  }
  WENSUM_ASSIGN_OR_RETURN(v1::PairExplanation out, Explain(asked, *best_a, *best_b));
  return std::optional(std::move(out));
}

absl::Status MatchingHandler::ExplainPair(rpc::CallContext& call, const v1::ExplainPairRequest& request,
                                          v1::PairExplanation& response) const {
  WENSUM_ASSIGN_OR_RETURN(const Asked asked, Open(call));
  WENSUM_ASSIGN_OR_RETURN(const std::vector<SeenRecord> a, SideRecords(asked, request.a(), "a"));
  WENSUM_ASSIGN_OR_RETURN(const std::vector<SeenRecord> b, SideRecords(asked, request.b(), "b"));
  WENSUM_ASSIGN_OR_RETURN(std::optional<v1::PairExplanation> best, BestPair(asked, a, b));
  if (!best.has_value()) {
    return rpc::InvalidField("b", "is the same record as a: there are no two records to compare");
  }
  response = *std::move(best);
  response.set_revision(asked.state.revision());
  call.AddResource(response.a().person());
  if (response.b().person() != response.a().person()) {
    call.AddResource(response.b().person());
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<double>> MatchingHandler::AddSteps(const std::vector<SeenRecord>& records,
                                                                v1::PersonExplanation& response) const {
  const auto steps = register_.ExplainEntity(records.front().version.ordinal);
  if (!steps.ok()) {
    return JustChanging(steps.status());
  }
  SeenClusters clusters(records);
  std::optional<double> weakest;
  for (const matching::LiveMatcher::Step& step : *steps) {
    if (!step.decided) {
      weakest = std::min(weakest.value_or(1), convert::ProbabilityOf(step.score));
    }
    const SeenRecord* const a = clusters.Of(step.a);
    const SeenRecord* const b = clusters.Of(step.b);
    clusters.Merge(step.a, step.b);
    if (a == nullptr || b == nullptr) {
      continue;
    }
    v1::PersonExplanation::Step& added = *response.add_steps();
    convert::ToSourceKey(a->version.record.key, *added.mutable_a());
    convert::ToSourceKey(b->version.record.key, *added.mutable_b());
    added.set_decided(step.decided);
    added.set_equal(step.equal);
    if (!step.decided) {
      added.set_score(step.score);
      added.set_probability(convert::ProbabilityOf(step.score));
    }
    added.set_sentence(StepSentence(added, RecordLabel(a->version.record.key), RecordLabel(b->version.record.key)));
  }
  return weakest;
}

absl::Status MatchingHandler::AddTies(const Asked& asked, const std::vector<SeenRecord>& records,
                                      v1::PersonExplanation& response) const {
  struct Tie {
    size_t from = 0;
    double strength = 0;
    double score = 0;
    bool withheld = false;
    bool known = false;
  };
  // By record: its strongest tie to one that is joined already (Prim 1957).
  std::vector<Tie> ties(std::min(records.size(), kMaxTried));
  std::vector<bool> joined(ties.size());
  for (size_t last = 0, count = 1; count < ties.size(); ++count) {
    joined[last] = true;
    std::optional<size_t> next;
    for (size_t i = 0; i < ties.size(); ++i) {
      if (joined[i]) {
        continue;
      }
      WENSUM_ASSIGN_OR_RETURN(const registry::PairExplanation pair,
                              Weigh(asked, records[last], records[i], /*with_people=*/false));
      const double strength = SeenStrength(records[last], records[i], pair);
      if (!ties[i].known || strength > ties[i].strength) {
        ties[i] = {last, strength, pair.evidence.score, Withheld(records[last], records[i]), true};
      }
      if (!next.has_value() || ties[i].strength > ties[*next].strength) {
        next = i;
      }
    }
    last = *next;
    v1::PersonExplanation::Step& added = *response.add_steps();
    const model::SourceKey& a = records[ties[last].from].version.record.key;
    const model::SourceKey& b = records[last].version.record.key;
    convert::ToSourceKey(a, *added.mutable_a());
    convert::ToSourceKey(b, *added.mutable_b());
    added.set_withheld(ties[last].withheld);
    std::string text = Cat(RecordLabel(a), " and ", RecordLabel(b), " fit");
    if (!added.withheld()) {
      added.set_score(ties[last].score);
      added.set_probability(convert::ProbabilityOf(ties[last].score));
      AppendTo(text, " with probability ", matching::ProbabilityText(added.probability()));
    }
    added.set_sentence(AsSentence(std::move(text)));
  }
  return absl::OkStatus();
}

absl::Status MatchingHandler::ExplainPerson(rpc::CallContext& call, const v1::ExplainPersonRequest& request,
                                            v1::PersonExplanation& response) const {
  WENSUM_ASSIGN_OR_RETURN(const Asked asked, Open(call));
  WENSUM_ASSIGN_OR_RETURN(const registry::EntityRecord person, FindPerson(asked, request.name(), "name"));
  WENSUM_ASSIGN_OR_RETURN(const ShownRecords shown, ShownOf(asked, person));
  const std::vector<SeenRecord>& records = shown.records;
  response.set_name(rpc::PersonName(register_.ids(), person.anchor));
  response.set_kind(static_cast<v1::RecordKind>(person.entity.kind()));
  response.set_model_version(register_.model()->version);
  response.set_ties(!asked.sees_everything);
  response.set_revision(asked.state.revision());
  call.AddResource(response.name());
  for (const SeenRecord& record : records) {
    convert::ToSourceKey(record.version.record.key, *response.add_records());
  }
  const bool organisation = response.kind() == v1::RECORD_KIND_ORGANISATION;
  std::optional<double> weakest;
  if (!organisation && !records.empty()) {
    if (asked.sees_everything) {
      WENSUM_ASSIGN_OR_RETURN(weakest, AddSteps(records, response));
    } else {
      WENSUM_RETURN_IF_ERROR(AddTies(asked, records, response));
    }
  }
  if (organisation) {
    response.set_sentence(
        Cat(response.name(), " is an organisation: it is never matched, each record stands for itself."));
  } else if (records.size() < 2) {
    response.set_sentence(Cat(response.name(), " has one record; no other fits well enough."));
  } else {
    std::string text = Cat(response.name(), " came together from ", shown.count);
    if (shown.cut) {
      AppendTo(text, "; the first ", records.size(), " are shown");
    }
    if (weakest.has_value()) {
      AppendTo(text, "; the weakest step had probability ", matching::ProbabilityText(*weakest));
    }
    response.set_sentence(Cat(text, "."));
  }
  return absl::OkStatus();
}

absl::Status MatchingHandler::AddCandidates(const Asked& asked, const SeenRecord& record, size_t limit,
                                            v1::RecordExplanation& response) const {
  if (!record.sight.everything()) {
    return absl::OkStatus();  // something of every pair is withheld
  }
  const auto others = register_.FindOthers(record.version, kCandidates);
  if (!others.ok()) {
    return JustChanging(others.status());
  }
  absl::flat_hash_set<uint64_t> shown;
  for (const auto& [ordinal, cluster] : *others) {
    if (shown.size() == limit) {
      break;
    }
    if (shown.contains(cluster)) {
      continue;
    }
    WENSUM_RETURN_IF_ERROR(CheckTime(asked));
    auto version = register_.GetSourceByOrdinal(asked.state, ordinal);
    if (!version.ok() || version->stored.deleted()) {
      continue;  // known to the matcher by a commit that readers cannot see yet
    }
    const SeenRecord other(*std::move(version), asked.purpose_bit);
    if (!other.sight.record() || Withheld(record, other)) {
      continue;
    }
    absl::StatusOr<v1::PairExplanation> pair = Explain(asked, record, other);
    if (absl::IsUnavailable(pair.status())) {
      continue;
    }
    WENSUM_RETURN_IF_ERROR(pair.status());
    *response.add_candidates() = *std::move(pair);
    shown.insert(cluster);
  }
  return absl::OkStatus();
}

absl::Status MatchingHandler::ExplainRecord(rpc::CallContext& call, const v1::ExplainRecordRequest& request,
                                            v1::RecordExplanation& response) const {
  WENSUM_ASSIGN_OR_RETURN(const size_t limit, rpc::PageSize(request.max_pairs(), kPairs, kMaxPairs, "max_pairs"));
  WENSUM_ASSIGN_OR_RETURN(const Asked asked, Open(call));
  WENSUM_ASSIGN_OR_RETURN(const SeenRecord record, FindRecord(asked, request.source_key(), "source_key"));
  WENSUM_ASSIGN_OR_RETURN(const registry::EntityRecord person,
                          register_.GetEntity(asked.state, record.version.ordinal));
  WENSUM_ASSIGN_OR_RETURN(const ShownRecords members, ShownOf(asked, person));
  convert::ToRecordRef(record.version, register_.ids(), *response.mutable_record());
  response.set_kind(static_cast<v1::RecordKind>(record.version.record.kind));
  response.set_model_version(register_.model()->version);
  response.set_revision(asked.state.revision());
  call.AddResource(response.record().person());
  const std::string label = RecordLabel(record.version.record.key);
  if (record.version.record.kind == model::RecordKind::kOrganisation) {
    response.set_sentence(AsSentence(Cat(label, " is an organisation: it is never matched and stands for itself")));
    return absl::OkStatus();
  }
  std::vector<std::pair<double, const SeenRecord*>> ties;
  for (const SeenRecord& member : members.records) {
    if (member.version.ordinal != record.version.ordinal) {
      WENSUM_ASSIGN_OR_RETURN(const registry::PairExplanation pair,
                              Weigh(asked, record, member, /*with_people=*/false));
      ties.emplace_back(SeenStrength(record, member, pair), &member);
    }
  }
  std::ranges::stable_sort(ties, {}, [](const auto& tie) { return -tie.first; });
  for (size_t i = 0; i < std::min(limit, ties.size()); ++i) {
    WENSUM_ASSIGN_OR_RETURN(*response.add_members(), Explain(asked, record, *ties[i].second));
  }
  WENSUM_RETURN_IF_ERROR(AddCandidates(asked, record, limit, response));
  for (const v1::PairExplanation& candidate : response.candidates()) {
    call.AddResource(candidate.b().person());
  }
  if (response.members_size() > 0) {
    response.set_sentence(Cat(AsSentence(Cat(label, " belongs to a person of ", members.count)),
                              " Its strongest tie: ", response.members(0).sentence()));
  } else if (response.candidates_size() > 0) {
    response.set_sentence(
        Cat(AsSentence(Cat(label, " stands alone")), " Nearest: ", response.candidates(0).sentence()));
  } else {
    response.set_sentence(AsSentence(Cat(label,
                                         " stands alone: there is no other record to show that shares with it what "
                                         "only few share")));
  }
  return absl::OkStatus();
}

}  // namespace wensum::match
