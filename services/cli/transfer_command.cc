#include "services/cli/transfer_command.h"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "model/uprn.h"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "wensum/v1/custodian.grpc.pb.h"
#include "wensum/v1/properties.grpc.pb.h"

namespace wensum::cli {
namespace {

constexpr size_t kMaxList = 1'000;  // of one operation, and of one BatchGet
constexpr int kListPage = 100;

struct TransferSettings {
  ClientOptions client;
  int to = 0;
  int from = 0;
  std::string uprns;  // file
  std::string ward;
  std::string reference;
  std::string reason;
  std::string undo;
  bool preview = false;
};

// What all operations together did, or would do.
struct Totals {
  int operations = 0;
  int64_t properties = 0;
  int64_t rows = 0;
  int64_t keys = 0;
  int64_t marks = 0;
  int64_t left_out = 0;
};

// The numbers of a file, one a line; nothing but them. Nullopt, and an error printed, if it is not so.
std::optional<std::vector<uint64_t>> ReadUprns(const std::string& path) {
  std::ifstream file(path);
  if (!file.is_open()) {
    std::cerr << "error: the file " << Quote(path) << " cannot be read\n";
    return std::nullopt;
  }
  std::set<uint64_t> uprns;
  std::string line;
  for (size_t number = 1; std::getline(file, line); ++number) {
    const std::string_view text = Trim(line);
    if (text.empty()) {
      continue;
    }
    const auto uprn = ParseInteger<uint64_t>(text);
    if (!uprn.has_value() || *uprn == 0 || !model::Uprn::Create(*uprn).ok()) {
      std::cerr << "error: " << path << ", line " << number << ": " << Quote(text, 40)
                << " is no UPRN; give one number of up to 12 digits a line\n";
      return std::nullopt;
    }
    uprns.insert(*uprn);
  }
  if (uprns.empty()) {
    std::cerr << "error: the file " << Quote(path) << " names no UPRN\n";
    return std::nullopt;
  }
  return std::vector<uint64_t>(uprns.begin(), uprns.end());
}

class TransferRun {
 public:
  explicit TransferRun(const TransferSettings& settings)
      : settings_(settings),
        client_(settings.client),
        custodian_(v1::Custodian::NewStub(client_.channel())),
        properties_(v1::Properties::NewStub(client_.channel())) {}

  int Transfer() {
    const bool done = settings_.uprns.empty() ? MoveSelection() : MoveList();
    if (totals_.operations > 0) {
      std::cout << (settings_.preview ? "would move " : "moved ") << totals_.properties << " properties in "
                << totals_.operations << " operations: " << totals_.rows << " rows, " << totals_.keys
                << " keys issued anew, " << totals_.marks << " marks moved, " << totals_.left_out << " left out\n";
    }
    return done ? 0 : 1;
  }

  // Newest first.
  int Undo() {
    const std::optional<std::vector<v1::OperationSummary>> operations = List();
    if (!operations.has_value()) {
      return 1;
    }
    if (operations->empty()) {
      std::cerr << "error: no operation has the reference " << Quote(settings_.undo) << "\n";
      return 1;
    }
    int64_t undone = 0;
    for (const v1::OperationSummary& operation : *operations) {
      if (settings_.preview) {
        std::cout << operation.name() << ": " << operation.uprn_count() << " properties\n";
        continue;
      }
      v1::UndoOperationRequest request;
      request.set_name(operation.name());
      request.set_reason(settings_.reason);
      grpc::ClientContext context;
      client_.Prepare(context);
      v1::OperationRecord record;
      const grpc::Status status = custodian_->Undo(&context, request, &record);
      if (IsRefusedBy(status, "undone")) {
        continue;
      }
      if (!status.ok()) {
        std::cerr << "while undoing " << operation.name() << "\n";
        PrintError(status, std::cerr);
        return 1;
      }
      std::cout << operation.name() << ": undone by " << record.name() << ", " << record.uprns_size()
                << " properties\n";
      ++undone;
    }
    if (!settings_.preview) {
      std::cout << "undid " << undone << " operations\n";
    }
    return 0;
  }

 private:
  static bool IsRefusedBy(const grpc::Status& status, std::string_view rule) {
    google::rpc::Status details;
    google::rpc::PreconditionFailure failure;
    if (status.error_code() != grpc::StatusCode::FAILED_PRECONDITION ||
        !details.ParseFromString(status.error_details())) {
      return false;
    }
    for (const google::protobuf::Any& any : details.details()) {
      if (any.Is<google::rpc::PreconditionFailure>()) {
        any.UnpackTo(&failure);
      }
    }
    return failure.violations_size() > 0 && failure.violations(0).type() == rule;
  }

  [[nodiscard]] v1::ApplyOperationRequest NewRequest() const {
    v1::ApplyOperationRequest request;
    v1::TransferProperties& transfer = *request.mutable_operation()->mutable_transfer_properties();
    transfer.set_to_custodian_code(settings_.to);
    transfer.set_from_custodian_code(settings_.from);
    transfer.set_reference(settings_.reference);
    request.set_reason(settings_.reason);
    request.set_validate_only(settings_.preview);
    return request;
  }

  grpc::Status Apply(const v1::ApplyOperationRequest& request, v1::OperationRecord& record) {
    grpc::ClientContext context;
    client_.Prepare(context);
    record.Clear();
    grpc::Status status = custodian_->Apply(&context, request, &record);
    if (!status.ok()) {
      return status;
    }
    const v1::TransferResult& result = record.transfer();
    std::cout << (record.name().empty() ? "preview" : record.name()) << ": " << result.properties() << " properties, "
              << result.rows() << " rows, " << result.keys() << " keys; " << result.remaining() << " left\n";
    for (const v1::TransferResult::LeftOut& out : result.left_out()) {
      std::cout << "  " << out.name() << " stays (" << out.rule() << "): " << out.description() << "\n";
    }
    if (result.left_out_count() > result.left_out_size()) {
      std::cout << "  and " << result.left_out_count() - result.left_out_size() << " more\n";
    }
    ++totals_.operations;
    totals_.properties += result.properties();
    totals_.rows += result.rows();
    totals_.keys += result.keys();
    totals_.marks += result.marks();
    totals_.left_out += result.left_out_count();
    return status;
  }

  // A ward, or all of a custodian.
  bool MoveSelection() {
    v1::ApplyOperationRequest request = NewRequest();
    v1::TransferProperties& transfer = *request.mutable_operation()->mutable_transfer_properties();
    if (settings_.ward.empty()) {
      transfer.set_all_properties(true);
    } else {
      transfer.set_ward_code(settings_.ward);
    }
    v1::OperationRecord record;
    do {
      const grpc::Status status = Apply(request, record);
      if (totals_.operations > 0 && IsRefusedBy(status, "no_change")) {
        std::cout << status.error_message() << "\n";  // others moved what was left, or it stays
        return true;
      }
      if (!status.ok()) {
        PrintError(status, std::cerr);
        return false;
      }
      transfer.set_after_uprn(record.transfer().last_uprn());
    } while (record.transfer().remaining() > 0);
    return true;
  }

  bool MoveList() {
    const std::optional<std::vector<uint64_t>> uprns = ReadUprns(settings_.uprns);
    if (!uprns.has_value()) {
      return false;
    }
    const std::optional<std::vector<std::vector<uint64_t>>> lists = Group(*uprns);
    if (!lists.has_value()) {
      return false;
    }
    for (const std::vector<uint64_t>& list : *lists) {
      v1::ApplyOperationRequest request = NewRequest();
      request.mutable_operation()->mutable_transfer_properties()->mutable_listed()->mutable_uprns()->Add(list.begin(),
                                                                                                         list.end());
      v1::OperationRecord record;
      if (const grpc::Status status = Apply(request, record); !status.ok()) {
        PrintError(status, std::cerr);
        return false;
      }
    }
    return true;
  }

  // Lists of what one operation takes; parents and children of the file are in one list.
  std::optional<std::vector<std::vector<uint64_t>>> Group(const std::vector<uint64_t>& uprns) {
    std::map<uint64_t, uint64_t> parents;
    for (size_t begin = 0; begin < uprns.size(); begin += kMaxList) {
      if (!ReadParents(uprns, begin, std::min(uprns.size(), begin + kMaxList), parents)) {
        return std::nullopt;
      }
    }
    std::map<uint64_t, std::vector<uint64_t>> families;  // by the topmost property of the file
    for (const uint64_t uprn : uprns) {
      uint64_t top = uprn;
      for (size_t steps = 0; steps < uprns.size(); ++steps) {  // a circle of parents ends somewhere
        const auto above = parents.find(top);
        if (above == parents.end() || !std::binary_search(uprns.begin(), uprns.end(), above->second)) {
          break;
        }
        top = above->second;
      }
      families[top].push_back(uprn);
    }
    std::vector<std::vector<uint64_t>> lists(1);
    for (const auto& [top, family] : families) {
      if (!lists.back().empty() && lists.back().size() + family.size() > kMaxList) {
        lists.emplace_back();
      }
      lists.back().insert(lists.back().end(), family.begin(), family.end());
    }
    return lists;
  }

  bool ReadParents(const std::vector<uint64_t>& uprns, size_t begin, size_t end,
                   std::map<uint64_t, uint64_t>& parents) {
    v1::BatchGetPropertiesRequest request;
    for (size_t i = begin; i < end; ++i) {
      request.add_names(Cat("properties/", uprns[i]));
    }
    request.mutable_read_mask()->add_paths("uprn");
    request.mutable_read_mask()->add_paths("parent_uprn");
    grpc::ClientContext context;
    client_.Prepare(context);
    v1::BatchGetPropertiesResponse response;
    if (const grpc::Status status = properties_->BatchGet(&context, request, &response); !status.ok()) {
      PrintError(status, std::cerr);
      return false;
    }
    for (const v1::BatchGetPropertiesResponse::Entry& entry : response.entries()) {
      if (entry.property().parent_uprn() != 0) {
        parents[entry.property().uprn()] = entry.property().parent_uprn();
      }
    }
    return true;
  }

  // The operations of the reference; nullopt, and an error printed, if they cannot be read.
  std::optional<std::vector<v1::OperationSummary>> List() {
    v1::ListOperationsRequest request;
    request.set_transfer_reference(settings_.undo);
    request.set_page_size(kListPage);
    std::vector<v1::OperationSummary> all;
    do {
      grpc::ClientContext context;
      client_.Prepare(context);
      v1::ListOperationsResponse response;
      if (const grpc::Status status = custodian_->ListOperations(&context, request, &response); !status.ok()) {
        PrintError(status, std::cerr);
        return std::nullopt;
      }
      all.insert(all.end(), response.operations().begin(), response.operations().end());
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    return all;
  }

  const TransferSettings& settings_;
  const Client client_;
  const std::unique_ptr<v1::Custodian::Stub> custodian_;
  const std::unique_ptr<v1::Properties::Stub> properties_;
  Totals totals_;
};

int Run(const TransferSettings& settings) {
  if (!settings.undo.empty()) {
    return TransferRun(settings).Undo();
  }
  if (settings.to == 0) {
    std::cerr << "error: --to is required: the custodian code that the properties go to\n";
    return 1;
  }
  if (settings.uprns.empty() && settings.ward.empty() && settings.from == 0) {
    std::cerr << "error: say which properties: --uprns FILE, --ward W or --from CODE\n";
    return 1;
  }
  return TransferRun(settings).Transfer();
}

}  // namespace

void AddTransferCommand(CLI::App& gazetteer, int& exit_code) {
  auto settings = std::make_shared<TransferSettings>();
  CLI::App* command =
      gazetteer.add_subcommand("transfer", "Move properties to another custodian code, with new record keys");
  AddClientOptions(*command, settings->client);
  CLI::Option* to = command->add_option("--to", settings->to, "Custodian code that they go to");
  CLI::Option* uprns = command->add_option("--uprns", settings->uprns, "File of UPRNs, one a line");
  CLI::Option* ward = command->add_option("--ward", settings->ward, "All of this ward")->excludes(uprns);
  CLI::Option* from = command->add_option(
      "--from", settings->from, "All of this custodian; with --uprns or --ward: who is expected to keep them");
  command->add_option("--reference", settings->reference, "Name of the whole transfer, e.g. LGR-2026, for --undo");
  command->add_option("--reason", settings->reason, "Why; kept with each operation");
  command->add_flag("--preview", settings->preview, "Count and check, and change nothing");
  CLI::Option* undo =
      command->add_option("--undo", settings->undo, "Undo all operations of this reference, newest first");
  for (CLI::Option* const option : {to, uprns, ward, from}) {
    undo->excludes(option);
  }
  command->callback([settings, &exit_code] { exit_code = Run(*settings); });
}

}  // namespace wensum::cli
