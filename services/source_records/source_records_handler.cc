#include "services/source_records/source_records_handler.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/convert/person_details.h"
#include "services/convert/read_options.h"
#include "services/rpc/limits.h"
#include "services/rpc/page_token.h"
#include "services/rpc/request_key.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/status_details.h"

namespace wensum::source_records {
namespace {

using convert::Findings;
using registry::Mutation;
using registry::MutationResult;
using registry::SourceResult;
using registry::SourceWrite;

constexpr size_t kListPage = 100;
constexpr size_t kMaxListPage = 1'000;

// Makes the mutation idempotent. `make` fills a Response from a MutationResult; it runs on the writer's thread.
template <typename Response, typename Request, typename Make>
void SetRequestId(const rpc::CallContext& call, const Request& request, Make make, Mutation& mutation) {
  if (!rpc::SetRequestKey(call, request, mutation)) {
    return;
  }
  mutation.make_response = [make = std::move(make)](const MutationResult& result) {
    Response response;
    make(result, response);
    return response.SerializeAsString();
  };
}

// Ends a write: fills the response from the result, or from the stored answer of an earlier call.
template <typename Response, typename Make>
absl::Status Answer(const MutationResult& result, const Make& make, rpc::CallContext& call, Response& response) {
  if (result.replayed_response.has_value()) {
    if (!response.ParseFromString(*result.replayed_response)) {
      return DataLoss("the stored answer of a repeated request_id cannot be read");
    }
    return absl::OkStatus();
  }
  WENSUM_RETURN_IF_ERROR(result.status);
  make(result, response);
  call.set_revision(result.revision);
  return absl::OkStatus();
}

// What is wrong with a mutation of one record: its own status says more than the mutation's.
absl::Status SingleStatus(const MutationResult& result) {
  if (!result.sources.empty() && !result.sources.front().status.ok()) {
    return WithRefusalReason(result.sources.front().status);
  }
  return result.status;
}

absl::Status BatchStatus(const MutationResult& result) {
  std::vector<rpc::FieldViolation> violations;
  absl::Status first;
  for (size_t i = 0; i < result.sources.size(); ++i) {
    const absl::Status& status = result.sources[i].status;
    if (!status.ok()) {
      first.Update(status);
      violations.push_back({Cat("records[", i, "]"), std::string(Message(status))});
    }
  }
  if (first.ok()) {
    return result.status;
  }
  if (first.code() == absl::StatusCode::kInvalidArgument) {
    return rpc::InvalidFields(violations);
  }
  return rpc::WithFieldViolations(WithRefusalReason(Annotate(first, violations.front().field)), violations);
}

}  // namespace

absl::Status WithRefusalReason(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
      return rpc::WithReason(status, rpc::reason::kRecordRefused);
    case absl::StatusCode::kAborted:
      return rpc::WithReason(status, rpc::reason::kEtagMismatch);
    case absl::StatusCode::kNotFound:
      return rpc::WithReason(status, rpc::reason::kResourceUnknown);
    default:
      return status;
  }
}

absl::Status WithQueueReason(const absl::Status& status) {
  return status.code() == absl::StatusCode::kResourceExhausted ? rpc::WithReason(status, rpc::reason::kOverloaded)
                                                               : status;
}

void ToUpsertResponse(const SourceResult& result, const OpaqueIdCodec& ids,
                      const std::vector<model::FieldIssue>& issues, v1::UpsertSourceRecordResponse& out) {
  out.set_outcome(static_cast<v1::WriteOutcome>(result.outcome));
  if (result.ordinal != 0 && result.uprn.has_value()) {
    out.set_minted_name(rpc::PropertyRecordName(ids, result.ordinal));
    out.set_property(*result.uprn == 0 ? out.minted_name() : rpc::PropertyName(*result.uprn));
  } else if (result.ordinal != 0) {
    out.set_minted_name(rpc::PersonName(ids, result.ordinal));
  }
  if (result.anchor != 0 && !result.uprn.has_value()) {
    out.set_person(rpc::PersonName(ids, result.anchor));
  }
  out.set_revision(result.revision);
  convert::ToIssues(issues, *out.mutable_issues());
  convert::ToIssues(result.issues, *out.mutable_issues());
}

void SourceRecordsHandler::Upsert(rpc::CallContext& call, const v1::UpsertSourceRecordRequest& request,
                                  v1::UpsertSourceRecordResponse& response, Done done) {
  if (const absl::Status status = rpc::CheckRequestId(request.request_id()); !status.ok()) {
    return done(status);
  }
  if (!request.has_record()) {
    return done(rpc::InvalidField("record", "is required"));
  }
  Findings findings;
  SourceWrite write;
  write.record = convert::FromSourceRecord(request.record(), "record", findings);
  if (!findings.violations.empty()) {
    return done(rpc::InvalidFields(findings.violations));
  }
  if (request.etag() != 0) {
    write.etag = request.etag();
  }
  const OpaqueIdCodec& ids = register_.ids();
  if (request.validate_only()) {
    const SourceResult checked = register_.Validate(write);
    if (checked.status.ok()) {
      convert::ToIssues(findings.issues, *response.mutable_issues());
      convert::ToIssues(checked.issues, *response.mutable_issues());
    }
    return done(WithRefusalReason(checked.status));
  }
  auto make = [&ids, issues = std::move(findings.issues)](const MutationResult& result,
                                                          v1::UpsertSourceRecordResponse& out) {
    if (!result.sources.empty()) {
      ToUpsertResponse(result.sources.front(), ids, issues, out);
    }
  };
  Mutation mutation;
  mutation.atomic = true;
  mutation.sources.push_back(std::move(write));
  SetRequestId<v1::UpsertSourceRecordResponse>(call, request, make, mutation);
  const absl::Status queued =
      register_.Submit(std::move(mutation), [&call, &response, make, done](const MutationResult& result) {
        absl::Status status = SingleStatus(result);
        if (status.ok() || result.replayed_response.has_value()) {
          status = Answer(result, make, call, response);
        }
        call.AddResource(response.minted_name());
        done(status);
      });
  if (!queued.ok()) {
    done(WithQueueReason(queued));
  }
}

void SourceRecordsHandler::BatchUpsert(rpc::CallContext& call, const v1::BatchUpsertSourceRecordsRequest& request,
                                       v1::BatchUpsertSourceRecordsResponse& response, Done done) {
  absl::Status status = rpc::CheckRequestId(request.request_id());
  status.Update(rpc::CheckBatch(static_cast<size_t>(request.records_size()), "records"));
  if (!status.ok()) {
    return done(status);
  }
  Findings findings;
  Mutation mutation;
  mutation.atomic = true;
  mutation.sources.reserve(static_cast<size_t>(request.records_size()));
  std::vector<std::vector<model::FieldIssue>> issues;
  for (int i = 0; i < request.records_size(); ++i) {
    SourceWrite& write = mutation.sources.emplace_back();
    write.record = convert::FromSourceRecord(request.records(i), Cat("records[", i, "]"), findings);
    issues.push_back(std::exchange(findings.issues, {}));
  }
  if (!findings.violations.empty()) {
    return done(rpc::InvalidFields(findings.violations));
  }
  auto make = [&ids = register_.ids(), issues = std::move(issues)](const MutationResult& result,
                                                                   v1::BatchUpsertSourceRecordsResponse& out) {
    out.set_revision(result.revision);
    for (size_t i = 0; i < result.sources.size(); ++i) {
      ToUpsertResponse(result.sources[i], ids, issues[i], *out.add_results());
    }
  };
  SetRequestId<v1::BatchUpsertSourceRecordsResponse>(call, request, make, mutation);
  const absl::Status queued =
      register_.Submit(std::move(mutation), [&call, &response, make, done](const MutationResult& result) {
        absl::Status outcome = BatchStatus(result);
        if (outcome.ok() || result.replayed_response.has_value()) {
          outcome = Answer(result, make, call, response);
        }
        for (const v1::UpsertSourceRecordResponse& written : response.results()) {
          call.AddResource(written.minted_name());
        }
        done(outcome);
      });
  if (!queued.ok()) {
    done(WithQueueReason(queued));
  }
}

void SourceRecordsHandler::Delete(rpc::CallContext& call, const v1::DeleteSourceRecordRequest& request,
                                  v1::DeleteSourceRecordResponse& response, Done done) {
  if (const absl::Status status = rpc::CheckRequestId(request.request_id()); !status.ok()) {
    return done(status);
  }
  absl::StatusOr<model::SourceKey> key = convert::FromSourceKey(request.source_key(), "source_key");
  if (!key.ok()) {
    return done(key.status());
  }
  Mutation mutation;
  mutation.atomic = true;
  SourceWrite& write = mutation.sources.emplace_back();
  write.record.key = *std::move(key);
  write.erase = true;
  if (request.etag() != 0) {
    write.etag = request.etag();
  }
  auto make = [](const MutationResult& result, v1::DeleteSourceRecordResponse& out) {
    if (!result.sources.empty()) {
      out.set_outcome(static_cast<v1::WriteOutcome>(result.sources.front().outcome));
      out.set_revision(result.sources.front().revision);
    }
  };
  SetRequestId<v1::DeleteSourceRecordResponse>(call, request, make, mutation);
  const absl::Status queued = register_.Submit(
      std::move(mutation), [&ids = register_.ids(), &call, &response, make, done](const MutationResult& result) {
        absl::Status status = SingleStatus(result);
        if (status.ok() || result.replayed_response.has_value()) {
          status = Answer(result, make, call, response);
        }
        if (!result.sources.empty() && result.sources.front().ordinal != 0) {
          call.AddResource(rpc::PersonName(ids, result.sources.front().ordinal));
        }
        done(status);
      });
  if (!queued.ok()) {
    done(WithQueueReason(queued));
  }
}

absl::Status SourceRecordsHandler::Get(rpc::CallContext& call, const v1::GetSourceRecordRequest& request,
                                       v1::SourceRecord& response) const {
  WENSUM_ASSIGN_OR_RETURN(const model::SourceKey key, convert::FromSourceKey(request.source_key(), "source_key"));
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView view, convert::OpenView(register_, request.read()));
  const absl::StatusOr<registry::SourceVersion> version = register_.GetSource(view, key);
  absl::Status unknown =
      rpc::WithReason(NotFound(Cat("source ", Quote(key.source), " has no record ", Quote(key.key), " here")),
                      rpc::reason::kResourceUnknown);
  if (!version.ok()) {
    return version.status().code() == absl::StatusCode::kNotFound ? unknown : version.status();
  }
  if (!convert::ToSourceRecord(*version, register_.ids(), call.purpose_bit(), response)) {
    return unknown;
  }
  call.AddResource(response.minted_name());
  call.set_revision(view.revision());
  return absl::OkStatus();
}

absl::Status SourceRecordsHandler::List(rpc::CallContext& call, const v1::ListSourceRecordsRequest& request,
                                        v1::ListSourceRecordsResponse& response) const {
  if (request.source().empty()) {
    return rpc::InvalidField("source", "is required: the source system's name as configured");
  }
  WENSUM_ASSIGN_OR_RETURN(const size_t limit, rpc::PageSize(request.page_size(), kListPage, kMaxListPage));
  const uint64_t parameters = rpc::ParametersHash(request);
  WENSUM_ASSIGN_OR_RETURN(registry::ReadSpec spec, convert::FromReadOptions(request.read()));
  uint64_t after = 0;
  if (!request.page_token().empty()) {
    WENSUM_ASSIGN_OR_RETURN(const rpc::PageCursor cursor, rpc::DecodePageToken(request.page_token(), parameters));
    after = cursor.position;
    spec = {.min_revision = 0, .as_of_revision = cursor.revision, .as_of_time = {}};
  }
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView view, convert::OpenView(register_, spec));
  WENSUM_ASSIGN_OR_RETURN(std::vector<registry::SourceVersion> versions,
                          register_.ListSources(view, request.source(), after, limit + 1, request.show_deleted()));
  if (versions.size() > limit) {
    versions.resize(limit);
    response.set_next_page_token(
        rpc::EncodePageToken({.revision = view.revision(), .position = versions.back().ordinal}, parameters));
  }
  for (const registry::SourceVersion& version : versions) {
    v1::SourceRecord record;
    if (convert::ToSourceRecord(version, register_.ids(), call.purpose_bit(), record)) {
      call.AddResource(record.minted_name());
      *response.add_records() = std::move(record);
    }
  }
  response.set_revision(view.revision());
  call.set_revision(view.revision());
  return absl::OkStatus();
}

}  // namespace wensum::source_records
