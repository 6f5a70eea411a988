#include "services/cli/proposals_command.h"

#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <string>

#include "base/strings.h"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "wensum/v1/proposals.grpc.pb.h"

namespace wensum::cli {
namespace {

constexpr int kProposalsPage = 100;

struct ProposalSettings {
  ClientOptions client;
  std::string name;
  v1::Proposal::State state = v1::Proposal::STATE_PROPOSED;
  std::string actor;
  std::string reason;
  std::string comment;
  int limit = 20;
  bool dry_run = false;
  bool json = false;
};

const std::map<std::string, v1::Proposal::State>& ProposalStates() {
  static const auto& states =
      *new std::map<std::string, v1::Proposal::State>{{"all", v1::Proposal::STATE_UNSPECIFIED},
                                                      {"proposed", v1::Proposal::STATE_PROPOSED},
                                                      {"approved", v1::Proposal::STATE_APPROVED},
                                                      {"rejected", v1::Proposal::STATE_REJECTED},
                                                      {"expired", v1::Proposal::STATE_EXPIRED}};
  return states;
}

int PrintAnswer(const grpc::Status& status, const google::protobuf::Message& message) {
  if (!status.ok()) {
    PrintError(status, std::cerr);
    return 1;
  }
  std::cout << ToJson(message, /*pretty=*/true) << "\n";
  return 0;
}

// "proposals/1  proposed  by ann  people/ab people/cd"
void PrintProposal(const v1::Proposal& proposal) {
  std::cout << proposal.name() << "  " << ToLowerAscii(v1::Proposal::State_Name(proposal.state()).substr(6)) << "  by "
            << proposal.decision().actor() << " ";
  for (const v1::DecisionSide& side : proposal.decision().sides()) {
    std::cout << " " << side.person();
  }
  std::cout << "\n";
}

int ListProposals(const ProposalSettings& settings) {
  const Client client(settings.client);
  const auto stub = v1::Proposals::NewStub(client.channel());
  v1::ListProposalsRequest request;
  request.set_state(settings.state);
  for (int left = settings.limit; left > 0;) {
    request.set_page_size(std::min(left, kProposalsPage));
    grpc::ClientContext context;
    client.Prepare(context);
    v1::ListProposalsResponse response;
    if (const grpc::Status status = stub->ListProposals(&context, request, &response); !status.ok()) {
      PrintError(status, std::cerr);
      return 1;
    }
    for (const v1::Proposal& proposal : response.proposals()) {
      if (settings.json) {
        std::cout << ToJson(proposal, /*pretty=*/false) << "\n";
      } else {
        PrintProposal(proposal);
      }
    }
    left -= response.proposals_size();
    if (response.next_page_token().empty()) {
      break;
    }
    request.set_page_token(response.next_page_token());
  }
  return 0;
}

grpc::Status ReadProposal(const Client& client, v1::Proposals::Stub& stub, const std::string& name,
                          v1::Proposal& proposal) {
  grpc::ClientContext context;
  client.Prepare(context);
  v1::GetProposalRequest request;
  request.set_name(name.find('/') == std::string::npos ? Cat("proposals/", name) : name);
  return stub.GetProposal(&context, request, &proposal);
}

// As it is now: who wants to be sure of it lists it first.
template <typename Request, typename Response>
int AnswerProposal(const ProposalSettings& settings,
                   grpc::Status (v1::Proposals::Stub::*method)(grpc::ClientContext*, const Request&, Response*)) {
  const Client client(settings.client);
  const auto stub = v1::Proposals::NewStub(client.channel());
  v1::Proposal proposal;
  if (const grpc::Status status = ReadProposal(client, *stub, settings.name, proposal); !status.ok()) {
    PrintError(status, std::cerr);
    return 1;
  }
  Request request;
  request.set_name(proposal.name());
  request.set_etag(proposal.etag());
  request.set_actor(settings.actor);
  request.set_comment(settings.comment);
  if constexpr (requires { request.set_reason(settings.reason); }) {
    request.set_reason(settings.reason);
  } else {
    request.set_validate_only(settings.dry_run);
  }
  grpc::ClientContext context;
  client.Prepare(context);
  Response response;
  const grpc::Status status = ((*stub).*method)(&context, request, &response);
  return PrintAnswer(status, response);
}

int ApproveProposal(const ProposalSettings& settings) {
  return AnswerProposal(settings, &v1::Proposals::Stub::ApproveProposal);
}
int RejectProposal(const ProposalSettings& settings) {
  return AnswerProposal(settings, &v1::Proposals::Stub::RejectProposal);
}

CLI::App* AddProposalCommand(CLI::App& decisions, const std::string& name, const std::string& description,
                             const std::shared_ptr<ProposalSettings>& settings, int& exit_code,
                             int (*run)(const ProposalSettings&)) {
  CLI::App* command = decisions.add_subcommand(name, description);
  AddClientOptions(*command, settings->client);
  command->callback([settings, &exit_code, run] { exit_code = run(*settings); });
  return command;
}

void AddProposalAnswer(CLI::App& command, ProposalSettings& settings) {
  command.add_option("name", settings.name, "proposals/{number}, or the number alone")->required();
  command.add_option("--actor", settings.actor, "Who acts")->required();
  command.add_option("--comment", settings.comment, "Why");
}

}  // namespace

void AddProposalCommands(CLI::App& decisions, int& exit_code) {
  auto list = std::make_shared<ProposalSettings>();
  CLI::App* command =
      AddProposalCommand(decisions, "proposals", "Merges that wait for a second steward, the newest first", list,
                         exit_code, ListProposals);
  command->add_option("--state", list->state, "proposed, approved, rejected, expired or all")
      ->transform(CLI::CheckedTransformer(ProposalStates()));
  command->add_option("--limit", list->limit, "How many to print")->capture_default_str()->check(CLI::PositiveNumber);
  command->add_flag("--json", list->json, "Print JSON, one object a line");
  auto approve = std::make_shared<ProposalSettings>();
  command = AddProposalCommand(decisions, "approve", "Decide what another steward proposed", approve, exit_code,
                               ApproveProposal);
  AddProposalAnswer(*command, *approve);
  command->add_flag("--dry-run", approve->dry_run, "Print what it would do, and do nothing");
  auto reject = std::make_shared<ProposalSettings>();
  command = AddProposalCommand(decisions, "reject", "Refuse what was proposed", reject, exit_code, RejectProposal);
  AddProposalAnswer(*command, *reject);
  command->add_option("--reason", reject->reason, "One of the server's decision reasons: see `wensum tasks stats`")
      ->required();
}

}  // namespace wensum::cli
