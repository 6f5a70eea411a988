#include "services/cli/ties_command.h"

#include <chrono>
#include <functional>
#include <iomanip>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "model/partial_date.h"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "wensum/v1/people.grpc.pb.h"
#include "wensum/v1/properties.grpc.pb.h"

namespace wensum::cli {
namespace {

struct TieSettings {
  ClientOptions client;
  std::string name;
  std::string on;
  std::vector<std::string> roles;
  uint64_t as_of = 0;
  bool json = false;
};

int EndTies(const grpc::Status& status) {
  if (status.ok()) {
    return 0;
  }
  PrintError(status, std::cerr);
  return 1;
}

int PrintTiesJson(const grpc::Status& status, const google::protobuf::Message& answer) {
  if (status.ok()) {
    std::cout << ToJson(answer, /*pretty=*/true) << "\n";
  }
  return EndTies(status);
}

std::string FullName(const std::string& name, std::string_view collection) {
  return name.find('/') == std::string::npos ? Cat(collection, "/", name) : name;
}

// The name of an enum value without its common beginning.
std::string Short(std::string_view name, std::string_view prefix) {
  return std::string(name.starts_with(prefix) ? name.substr(prefix.size()) : name);
}

std::string DateText(const v1::PartialDate& date) {
  return model::PartialDate{.year = static_cast<int16_t>(date.year()),
                            .month = static_cast<int8_t>(date.month()),
                            .day = static_cast<int8_t>(date.day())}
      .ToString();
}

std::string PeriodText(const v1::PartialDate& from, const v1::PartialDate& to, bool closed) {
  const std::string begins = from.year() == 0 ? "unknown" : DateText(from);
  return Cat(begins, " to ", to.year() != 0 ? DateText(to) : std::string(closed ? "unknown" : "now"));
}

std::string KeyText(const v1::SourceKey& key) { return Cat(key.source(), " ", key.key()); }

void PrintOccupancy(const v1::Occupancy& occupancy, std::string_view head) {
  std::cout << head << std::left << std::setw(15) << Short(v1::AddressRole_Name(occupancy.role()), "ADDRESS_ROLE_")
            << " " << PeriodText(occupancy.from_date(), occupancy.to_date(), occupancy.closed());
  std::cout << (occupancy.contradictory() ? "  (ends before it begins)" : "")
            << (occupancy.building() ? "  (somewhere in the building)" : "");
  std::string_view separator = "  ";
  for (const v1::SourceKey& key : occupancy.records()) {
    std::cout << separator << KeyText(key);
    separator = ", ";
  }
  if (!occupancy.decision().empty()) {
    std::cout << (occupancy.closed() ? "  ended by " : "  by ") << occupancy.decision();
  }
  std::cout << "\n";
}

void PrintOccupants(const google::protobuf::RepeatedPtrField<v1::PropertyOccupant>& occupants) {
  for (const v1::PropertyOccupant& occupant : occupants) {
    std::cout << occupant.person() << (occupant.kind() == v1::RECORD_KIND_ORGANISATION ? "  (organisation)" : "")
              << "\n";
    for (const v1::Occupancy& occupancy : occupant.occupancies()) {
      PrintOccupancy(occupancy, "  ");
    }
  }
}

int PersonHomes(const TieSettings& settings) {
  const Client client(settings.client);
  grpc::ClientContext context;
  client.Prepare(context);
  v1::ListPersonOccupanciesRequest request;
  request.set_name(FullName(settings.name, "people"));
  if (settings.as_of != 0) {
    request.mutable_read()->set_as_of_revision(settings.as_of);
  }
  v1::ListPersonOccupanciesResponse response;
  const grpc::Status status = v1::People::NewStub(client.channel())->ListOccupancies(&context, request, &response);
  if (settings.json) {
    return PrintTiesJson(status, response);
  }
  for (const v1::Occupancy& occupancy : response.occupancies()) {
    PrintOccupancy(occupancy, Cat(occupancy.property(), "  "));
  }
  return EndTies(status);
}

int PersonRelations(const TieSettings& settings) {
  const Client client(settings.client);
  grpc::ClientContext context;
  client.Prepare(context);
  v1::ListPersonRelationsRequest request;
  request.set_name(FullName(settings.name, "people"));
  v1::ListPersonRelationsResponse response;
  const grpc::Status status = v1::People::NewStub(client.channel())->ListRelations(&context, request, &response);
  if (settings.json) {
    return PrintTiesJson(status, response);
  }
  for (const v1::PersonRelation& said : response.relations()) {
    const v1::Relation& relation = said.relation();
    const bool ours = said.direction() == v1::PersonRelation::DIRECTION_SAYS;
    std::cout << KeyText(said.record()) << " says: " << (ours ? "its " : "this is its ")
              << Short(v1::RelationType_Name(relation.type()), "RELATION_TYPE_");
    if (!relation.text().empty()) {
      std::cout << " \"" << relation.text() << "\"";
    }
    std::cout << (ours ? " is " : " at ") << KeyText(relation.other());
    if (relation.has_from_date() || relation.has_to_date()) {
      std::cout << ", " << PeriodText(relation.from_date(), relation.to_date(), false);
    }
    if (!said.other_person().empty()) {
      std::cout << "  " << said.other_person();
    } else {
      std::cout << "  " << Short(v1::PersonRelation::OtherState_Name(said.other_state()), "OTHER_STATE_");
    }
    std::cout << "\n";
  }
  return EndTies(status);
}

// Reads a date of the command line; false, and says so, if it is no whole date.
bool ReadDay(const std::string& text, v1::PartialDate& out) {
  const auto date = model::PartialDate::Parse(text);
  if (!date.ok() || !date->complete()) {
    std::cerr << "--on " << Quote(text) << ": expected a whole date such as 2026-04-01\n";
    return false;
  }
  out.set_year(date->year);
  out.set_month(date->month);
  out.set_day(date->day);
  return true;
}

// Today's date (UTC).
std::string TodayText() {
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now())};
  return model::PartialDate{.year = static_cast<int16_t>(static_cast<int>(day.year())),
                            .month = static_cast<int8_t>(static_cast<unsigned>(day.month())),
                            .day = static_cast<int8_t>(static_cast<unsigned>(day.day()))}
      .ToString();
}

int PropertyOccupants(const TieSettings& settings) {
  v1::ListPropertyOccupantsRequest request;
  request.set_name(FullName(settings.name, "properties"));
  if (!settings.on.empty() && !ReadDay(settings.on, *request.mutable_on_date())) {
    return 2;
  }
  for (const std::string& role : settings.roles) {
    v1::AddressRole value{};
    if (!v1::AddressRole_Parse(Cat("ADDRESS_ROLE_", role), &value)) {
      std::cerr << "--role " << Quote(role)
                << ": known are RESIDENCE, LIABLE_FOR, CORRESPONDENCE, CARE_OF, PREVIOUS, LANDLORD_OF, BUSINESS\n";
      return 2;
    }
    request.add_roles(value);
  }
  const Client client(settings.client);
  const auto stub = v1::Properties::NewStub(client.channel());
  do {
    grpc::ClientContext context;
    client.Prepare(context);
    v1::ListPropertyOccupantsResponse response;
    const grpc::Status status = stub->ListOccupants(&context, request, &response);
    if (!status.ok() || settings.json) {
      if (const int code = PrintTiesJson(status, response); code != 0) {
        return code;
      }
    } else {
      PrintOccupants(response.occupants());
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  return 0;
}

int PropertyHousehold(const TieSettings& settings) {
  v1::GetHouseholdRequest request;
  request.set_name(FullName(settings.name, "properties"));
  if (!ReadDay(settings.on.empty() ? TodayText() : settings.on, *request.mutable_on_date())) {
    return 2;
  }
  const Client client(settings.client);
  grpc::ClientContext context;
  client.Prepare(context);
  v1::Household household;
  const grpc::Status status = v1::Properties::NewStub(client.channel())->GetHousehold(&context, request, &household);
  if (settings.json || !status.ok()) {
    return PrintTiesJson(status, household);
  }
  std::cout << household.property() << " on " << DateText(household.on_date()) << ": " << household.people()
            << " people, " << household.since_unknown() << " of them since a date that nobody gives";
  if (household.in_building() > 0) {
    std::cout << "; " << household.in_building() << " more live somewhere in the building";
  }
  std::cout << "\n";
  PrintOccupants(household.members());
  return 0;
}

CLI::App* AddTieCommand(CLI::App& parent, const std::string& name, const std::string& description,
                        const std::shared_ptr<TieSettings>& settings, int& exit_code,
                        const std::function<int(const TieSettings&)>& run) {
  CLI::App* command = parent.add_subcommand(name, description);
  AddClientOptions(*command, settings->client);
  command->add_flag("--json", settings->json, "Print JSON");
  command->callback([settings, &exit_code, run] { exit_code = run(*settings); });
  return command;
}

}  // namespace

void AddPersonTiesCommands(CLI::App& people, int& exit_code) {
  auto homes = std::make_shared<TieSettings>();
  CLI::App* command =
      AddTieCommand(people, "homes", "The properties where a person is, by records and decisions, with roles and dates",
                    homes, exit_code, PersonHomes);
  command->add_option("name", homes->name, "people/{id}, or the id alone")->required();
  command->add_option("--as-of", homes->as_of, "The state of this revision; the newest if not given");
  auto relations = std::make_shared<TieSettings>();
  command =
      AddTieCommand(people, "relations", "Who the sources say that a person is related to, and who says so of them",
                    relations, exit_code, PersonRelations);
  command->add_option("name", relations->name, "people/{id}, or the id alone")->required();
}

void AddPropertyTiesCommands(CLI::App& property, int& exit_code) {
  auto occupants = std::make_shared<TieSettings>();
  CLI::App* command = AddTieCommand(property, "occupants", "The people and organisations at a property", occupants,
                                    exit_code, PropertyOccupants);
  command->add_option("name", occupants->name, "properties/{uprn}, or the UPRN alone")->required();
  command->add_option("--on", occupants->on, "Only who is there on this date, e.g. 2026-04-01");
  command->add_option("--role", occupants->roles, "Only this role, e.g. RESIDENCE; may be repeated");
  auto household = std::make_shared<TieSettings>();
  command = AddTieCommand(property, "household", "The people who live at a property on a date", household, exit_code,
                          PropertyHousehold);
  command->add_option("name", household->name, "properties/{uprn}, or the UPRN alone")->required();
  command->add_option("--on", household->on, "The date, e.g. 2026-04-01; today if not given");
}

}  // namespace wensum::cli
