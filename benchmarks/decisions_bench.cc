// What stewards wait for when they decide: the preview of a merge, the merge, its undoing, a never-link and a pinned
// value, one after the other over gRPC, on people of a register of some size. Every answer is looked at.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "benchmarks/support/city.h"
#include "benchmarks/support/report.h"
#include "benchmarks/support/served.h"
#include "benchmarks/support/timing.h"
#include "wensum/v1/changes.grpc.pb.h"
#include "wensum/v1/decisions.grpc.pb.h"
#include "wensum/v1/people.grpc.pb.h"

namespace wensum::benchmarks {
namespace {

constexpr double kWriteTarget = 10;  // milliseconds
constexpr uint64_t kSpare = 8;       // pairs that are drawn for each that is decided about

struct Options {
  uint64_t people = 60'000;
  uint64_t decisions = 1'000;
};

struct Named {
  std::string name;
  uint64_t etag = 0;
};

// Some people, whoever comes first in an order of chance.
absl::StatusOr<std::vector<Named>> DrawPeople(v1::Changes::Stub& stub, size_t count) {
  grpc::ClientContext context;
  const auto stream = stub.ExportGolden(&context, {});
  v1::ExportGoldenResponse message;
  std::vector<Named> people;
  Random random(7);
  uint64_t seen = 0;
  while (stream->Read(&message)) {
    for (const v1::Person& person : message.people()) {
      if (person.kind() != v1::RECORD_KIND_PERSON) {
        continue;
      }
      ++seen;
      if (people.size() < count) {
        people.push_back({.name = person.name(), .etag = 0});
      } else if (const uint64_t at = random.Below(seen); at < count) {
        people[at].name = person.name();
      }
    }
  }
  WENSUM_RETURN_IF_ERROR(CallStatus("Changes.ExportGolden", stream->Finish()));
  if (people.size() < count) {
    return FailedPrecondition(Cat("the city has ", people.size(), " people; ", count, " are needed"));
  }
  return people;
}

// What a steward reads before deciding.
absl::Status ReadEtags(v1::People::Stub& stub, std::vector<Named>& people) {
  for (Named& named : people) {
    v1::GetPersonRequest request;
    request.set_name(named.name);
    v1::Person person;
    grpc::ClientContext context;
    WENSUM_RETURN_IF_ERROR(CallStatus("People.Get", stub.Get(&context, request, &person)));
    named.etag = person.etag();
  }
  return absl::OkStatus();
}

template <typename Request>
void Sign(Request& request) {
  request.set_actor("bench");
  request.set_reason("records_agree");
}

// The latencies of each kind of call.
struct Measured {
  Latencies preview;
  Latencies merge;
  Latencies undo;
  Latencies distinct;
  Latencies pin;
};

class Steward {
 public:
  Steward(v1::Decisions::Stub* stub, Measured* measured) : stub_(*stub), measured_(*measured) {}

  absl::Status DecideAndUndo(Named& a, Named& b) {
    WENSUM_RETURN_IF_ERROR(MergeAndUndo(a, b));
    WENSUM_RETURN_IF_ERROR(PartAndUndo(a, b));
    return OverrideAndUndo(a);
  }

  // NOT_FOUND, here and below: the purpose does not see all of the people. ABORTED: one of them has changed since they
  // were drawn, as somebody whom an earlier merge joined by the evidence.
  // Leaves the people as they were.
  absl::Status MergeAndUndo(Named& a, Named& b) {
    v1::MergePeopleRequest merge = Of<v1::MergePeopleRequest>(a, b);
    merge.set_validate_only(true);
    WENSUM_ASSIGN_OR_RETURN(const v1::DecisionResult shown,
                            Call(&v1::Decisions::Stub::MergePeople, merge, measured_.preview));
    merge.set_validate_only(false);
    WENSUM_ASSIGN_OR_RETURN(const v1::DecisionResult merged,
                            Call(&v1::Decisions::Stub::MergePeople, merge, measured_.merge));
    if (!std::equal(shown.after().begin(), shown.after().end(), merged.after().begin(), merged.after().end(),
                    [](const auto& x, const auto& y) { return x.person().name() == y.person().name(); })) {
      return Internal("a merge did other than its preview said");
    }
    WENSUM_ASSIGN_OR_RETURN(const v1::DecisionResult undone, Undo(merged));
    return NoteEtags(undone, a, b);
  }

  absl::Status PartAndUndo(Named& a, Named& b) {
    const auto distinct = Of<v1::AssertDistinctRequest>(a, b);
    WENSUM_ASSIGN_OR_RETURN(const v1::DecisionResult parted,
                            Call(&v1::Decisions::Stub::AssertDistinct, distinct, measured_.distinct));
    WENSUM_ASSIGN_OR_RETURN(const v1::DecisionResult undone, Undo(parted));
    return NoteEtags(undone, a, b);
  }

  absl::Status OverrideAndUndo(Named& a) {
    v1::OverrideValueRequest given;
    given.mutable_subject()->set_name(a.name);
    given.mutable_subject()->set_etag(a.etag);
    given.mutable_details()->mutable_date_of_birth()->set_year(1970);
    given.set_lifetime(v1::LIFETIME_FOR_EVER);
    Sign(given);
    WENSUM_ASSIGN_OR_RETURN(const v1::DecisionResult result,
                            Call(&v1::Decisions::Stub::OverrideValue, given, measured_.pin));
    WENSUM_ASSIGN_OR_RETURN(const v1::DecisionResult undone, Undo(result));
    return NoteEtags(undone, a, a);
  }

 private:
  template <typename Request>
  static Request Of(const Named& a, const Named& b) {
    Request request;
    for (const Named* named : {&a, &b}) {
      v1::DecisionSubject& subject = *request.add_subjects();
      subject.set_name(named->name);
      subject.set_etag(named->etag);
    }
    Sign(request);
    return request;
  }

  template <typename Request>
  absl::StatusOr<v1::DecisionResult> Call(grpc::Status (v1::Decisions::Stub::*method)(grpc::ClientContext*,
                                                                                      const Request&,
                                                                                      v1::DecisionResult*),
                                          const Request& request, Latencies& latencies) {
    grpc::ClientContext context;
    v1::DecisionResult result;
    const StopWatch watch;
    const grpc::Status status = (stub_.*method)(&context, request, &result);
    const double micros = watch.Micros();
    if (status.error_code() == grpc::StatusCode::NOT_FOUND) {
      return NotFound(status.error_message());
    }
    if (status.error_code() == grpc::StatusCode::ABORTED) {
      return Aborted(status.error_message());
    }
    WENSUM_RETURN_IF_ERROR(CallStatus(Request::descriptor()->name().c_str(), status));
    latencies.Add(micros);
    return result;
  }

  absl::StatusOr<v1::DecisionResult> Undo(const v1::DecisionResult& result) {
    v1::UndoDecisionRequest undo;
    undo.set_name(result.decision().name());
    undo.set_etag(result.decision().etag());
    Sign(undo);
    return Call(&v1::Decisions::Stub::UndoDecision, undo, measured_.undo);
  }

  static absl::Status NoteEtags(const v1::DecisionResult& result, Named& a, Named& b) {
    for (Named* named : {&a, &b}) {
      const auto found = std::find_if(result.after().begin(), result.after().end(),
                                      [named](const auto& after) { return after.person().name() == named->name; });
      if (found == result.after().end()) {
        return Internal(Cat(named->name, " was not given back by an undo"));
      }
      named->etag = found->person().etag();
    }
    return absl::OkStatus();
  }

  v1::Decisions::Stub& stub_;
  Measured& measured_;
};

void Add(Report& report, std::string_view name, Latencies& latencies) {
  report.Add(Cat(name, ", p50"), latencies.Percentile(0.5) / 1e3, "ms");
  report.Add(Cat(name, ", p99"), latencies.Percentile(0.99) / 1e3, "ms",
             Target{.value = kWriteTarget, .at_least = false});
}

absl::Status Measure(const CommandLine& command, const Options& options, Report& report) {
  WENSUM_ASSIGN_OR_RETURN(const auto work, WorkDirectory::Create(command.directory()));
  WENSUM_ASSIGN_OR_RETURN(const ServedCity city, ServeCity(*work, options.people, report));
  const auto changes = v1::Changes::NewStub(city.served->channel());
  const auto decisions = v1::Decisions::NewStub(city.served->channel());
  WENSUM_ASSIGN_OR_RETURN(std::vector<Named> people, DrawPeople(*changes, 2 * kSpare * options.decisions));
  WENSUM_RETURN_IF_ERROR(ReadEtags(*v1::People::NewStub(city.served->channel()), people));
  report.Setting("seconds_until_idle", WaitUntilIdle());
  Measured measured;
  Steward steward(decisions.get(), &measured);
  for (size_t i = 0; i + 1 < people.size() && measured.merge.count() < options.decisions; i += 2) {
    const absl::Status status = steward.DecideAndUndo(people[i], people[i + 1]);
    if (!absl::IsNotFound(status) && !absl::IsAborted(status)) {
      WENSUM_RETURN_IF_ERROR(status);
    }
  }
  if (measured.merge.count() < options.decisions) {
    return FailedPrecondition(Cat("only ", measured.merge.count(), " pairs of people are seen by the default purpose"));
  }
  Add(report, "Preview of a merge", measured.preview);
  Add(report, "Merge", measured.merge);
  Add(report, "AssertDistinct", measured.distinct);
  Add(report, "OverrideValue", measured.pin);
  Add(report, "UndoDecision", measured.undo);
  return absl::OkStatus();
}

}  // namespace
}  // namespace wensum::benchmarks

int main(int argc, char** argv) {
  using wensum::benchmarks::CommandLine;
  CommandLine command("decisions", "How long stewards wait for a decision and its preview");
  wensum::benchmarks::Options options;
  command.AddSize("--people", options.people, 300, "People of the city");
  command.AddSize("--decisions", options.decisions, 10, "Decisions of each kind");
  return command.Run(argc, argv, [&](wensum::benchmarks::Report& report) {
    return wensum::benchmarks::Measure(command, options, report);
  });
}
