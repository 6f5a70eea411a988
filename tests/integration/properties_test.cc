// Finding properties and streets through a real channel, over a gazetteer that changes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/strings.h"
#include "services/imports/run_engine.h"
#include "services/models/model_engine.h"
#include "services/register/rules.h"
#include "services/rpc/access_policy.h"
#include "services/rpc/audit.h"
#include "services/server/rpc_server.h"
#include "storage/memory_store.h"
#include "tests/integration/test_server.h"
#include "tests/services/gazetteer/row_fixture.h"
#include "tests/support/temp_dir.h"
#include "wensum/v1/properties.grpc.pb.h"

namespace wensum {
namespace {

using grpc::StatusCode;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr uint32_t kPrinces = 20'900'001;
constexpr uint32_t kMill = 20'900'002;
constexpr double kEast = 623'000;
constexpr double kNorth = 308'000;

class PropertiesServiceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Open();
    std::vector<model::GazetteerRow> rows = {gazetteer::TestStreet(kPrinces),
                                             gazetteer::TestDescriptor(kPrinces, "PRINCES STREET"),
                                             gazetteer::TestStreet(kMill)};
    model::StreetDescriptor mill = gazetteer::TestDescriptor(kMill, "MILL LANE");
    mill.locality = "THORPE";
    rows.emplace_back(mill);
    for (uint64_t uprn = 1; uprn <= 30; ++uprn) {
      // Ten metres apart along one line.
      model::Blpu blpu = At(uprn, kEast + 10 * static_cast<double>(uprn));
      if (uprn % 10 == 0) {
        blpu.blpu_class = "CR08";
        blpu.ward_code = "E05005887";
      }
      rows.emplace_back(blpu);
      rows.emplace_back(gazetteer::TestLpi(uprn, uprn, kPrinces, static_cast<int>(uprn)));
    }
    model::Blpu gone = At(31, kEast);
    gone.logical_status = 8;
    rows.emplace_back(gone);
    rows.emplace_back(gazetteer::TestLpi(31, 31, kMill, 1, 8));
    rows.emplace_back(gazetteer::TestXref(3, 1, "CT/77"));
    rows.emplace_back(gazetteer::TestXref(5, 2, "CT/77"));
    Write(std::move(rows));
  }

  void Open() {
    if (server_ != nullptr) {
      server_->Shutdown(std::chrono::milliseconds(0));
    }
    server_.reset();
    models_.reset();
    engine_.reset();
    audit_.reset();
    register_.reset();
    registry::RegisterOptions options;
    options.rules = *registry::ParseRegisterRules(registry::DefaultRulesYaml());
    register_ = *registry::Register::Open(store_.get(), &clock_, options);
    audit_ = *rpc::AuditLog::Open(store_.get(), {});
    engine_ = *imports::RunEngine::Create(register_.get(), &clock_, {});
    models_ = *models::ModelEngine::Create(register_.get(), &clock_);
    auto server = server::RpcServer::Start(
        {.listen = "127.0.0.1:0", .folders = {.spool = dir_.Join("spool"), .drop = ""}}, {.reg = register_.get(),
                                                                                          .engine = engine_.get(),
                                                                                          .models = models_.get(),
                                                                                          .policy = &policy_,
                                                                                          .audit = audit_.get(),
                                                                                          .clock = &clock_});
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    stub_ = v1::Properties::NewStub(ConnectTo(server_->port()));
  }

  static model::Blpu At(uint64_t uprn, double easting) {
    model::Blpu blpu = gazetteer::TestBlpu(uprn);
    blpu.x = easting;
    blpu.y = kNorth;
    blpu.ward_code = "E05005886";
    return blpu;
  }

  void Write(std::vector<model::GazetteerRow> rows, model::ChangeType change = model::ChangeType::kInsert) {
    registry::Mutation mutation;
    for (model::GazetteerRow& row : rows) {
      mutation.rows.push_back({.row = std::move(row), .change = change, .format = model::GazetteerFormat::kDtf73});
    }
    const registry::MutationResult result = register_->Commit(std::move(mutation));
    ASSERT_TRUE(result.status.ok()) << result.status;
    for (const registry::GazetteerResult& row : result.rows) {
      ASSERT_TRUE(row.status.ok()) << row.status;
    }
  }

  // Calls a method that must succeed.
  template <typename Method, typename Request, typename Response>
  void Call(Method method, const Request& request, Response* response) {
    response->Clear();
    grpc::ClientContext context;
    const grpc::Status status = (stub_.get()->*method)(&context, request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
  }
  // Calls one that must be refused; gives the message.
  template <typename Method, typename Request>
  std::string Refusal(Method method, const Request& request) {
    grpc::ClientContext context;
    std::string message;
    const auto call = [&]<typename Response>(grpc::Status (v1::Properties::Stub::*typed)(grpc::ClientContext*,
                                                                                         const Request&, Response*)) {
      Response response;
      const grpc::Status status = (stub_.get()->*typed)(&context, request, &response);
      EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT) << status.error_message();
      EXPECT_FALSE(ReasonOf(status).empty());
      message = status.error_message();
    };
    call(method);
    return message;
  }

  static std::vector<uint64_t> Uprns(const v1::ListPropertiesResponse& response) {
    std::vector<uint64_t> uprns;
    for (const v1::Property& property : response.properties()) {
      uprns.push_back(property.uprn());
    }
    return uprns;
  }
  std::vector<uint64_t> Near(const v1::NearbyPropertiesRequest& request) {
    v1::NearbyPropertiesResponse response;
    Call(&v1::Properties::Stub::Nearby, request, &response);
    std::vector<uint64_t> uprns;
    for (const auto& neighbour : response.neighbours()) {
      uprns.push_back(neighbour.property().uprn());
    }
    return uprns;
  }

  static v1::NearbyPropertiesRequest Around(double easting, double radius) {
    v1::NearbyPropertiesRequest request;
    request.mutable_centre()->set_x(easting);
    request.mutable_centre()->set_y(kNorth);
    request.set_radius_metres(radius);
    return request;
  }
  static v1::WithinPropertiesRequest InBox(double west, double south, double east, double north) {
    v1::WithinPropertiesRequest request;
    request.mutable_box()->mutable_low()->set_x(west);
    request.mutable_box()->mutable_low()->set_y(south);
    request.mutable_box()->mutable_high()->set_x(east);
    request.mutable_box()->mutable_high()->set_y(north);
    return request;
  }
  static v1::WithinPropertiesRequest InPolygon(const std::vector<std::pair<double, double>>& corners) {
    v1::WithinPropertiesRequest request;
    request.mutable_polygon();
    for (const auto& [east, north] : corners) {
      v1::MapPoint& corner = *request.mutable_polygon()->add_corners();
      corner.set_x(kEast + east);
      corner.set_y(kNorth + north);
    }
    return request;
  }

  TempDir dir_;
  SystemClock clock_;
  const rpc::LoopbackPolicy policy_{{"service_delivery"}, false};
  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  std::unique_ptr<registry::Register> register_;
  std::unique_ptr<rpc::AuditLog> audit_;
  std::unique_ptr<imports::ImportEngine> engine_;
  std::unique_ptr<models::ModelEngine> models_;
  std::unique_ptr<server::RpcServer> server_;
  std::unique_ptr<v1::Properties::Stub> stub_;
};

TEST_F(PropertiesServiceTest, NearestFirstWithDistance) {
  v1::NearbyPropertiesRequest request = Around(kEast + 101, 15);
  v1::NearbyPropertiesResponse response;
  Call(&v1::Properties::Stub::Nearby, request, &response);
  ASSERT_EQ(response.neighbours_size(), 3);
  EXPECT_EQ(response.neighbours(0).property().name(), "properties/10");
  EXPECT_DOUBLE_EQ(response.neighbours(0).distance_metres(), 1);
  EXPECT_THAT(response.neighbours(0).property().address(), HasSubstr("10 PRINCES STREET"));
  EXPECT_EQ(response.neighbours(1).property().uprn(), 11U);
  EXPECT_DOUBLE_EQ(response.neighbours(1).distance_metres(), 9);
  EXPECT_EQ(response.neighbours(2).property().uprn(), 9U);
  EXPECT_GT(response.revision(), 0U);

  request.set_max_results(1);
  EXPECT_THAT(Near(request), ElementsAre(10));
  request.mutable_filter()->add_class_prefixes("RD");
  EXPECT_THAT(Near(request), ElementsAre(11));
  request = Around(kEast, 5);
  EXPECT_THAT(Near(request), IsEmpty()) << "31 is historical";
  request.mutable_filter()->set_include_historical(true);
  EXPECT_THAT(Near(request), ElementsAre(31));
  request.clear_radius_metres();
  EXPECT_EQ(Near(request).size(), 11U) << "100 metres unless said otherwise";
}

TEST_F(PropertiesServiceTest, TheIndexFollowsEveryWriteAndARestart) {
  Write({At(10, kEast + 5'000)}, model::ChangeType::kUpdate);
  EXPECT_THAT(Near(Around(kEast + 100, 1)), IsEmpty());
  EXPECT_THAT(Near(Around(kEast + 5'000, 1)), ElementsAre(10));
  model::Blpu lost = At(10, 0);
  lost.y = 0;
  Write({lost}, model::ChangeType::kUpdate);
  EXPECT_THAT(Near(Around(kEast + 5'000, 1)), IsEmpty()) << "it has no position any more";
  Write({At(11, kEast)}, model::ChangeType::kDelete);
  EXPECT_THAT(Near(Around(kEast + 110, 1)), IsEmpty());
  model::StreetDescriptor renamed = gazetteer::TestDescriptor(kPrinces, "QUEENS STREET");
  Write({renamed}, model::ChangeType::kUpdate);

  for (const bool restarted : {false, true}) {
    SCOPED_TRACE(restarted);
    v1::SearchStreetsRequest request;
    v1::SearchStreetsResponse response;
    request.set_query("queens");
    Call(&v1::Properties::Stub::SearchStreets, request, &response);
    ASSERT_EQ(response.streets_size(), 1);
    EXPECT_EQ(response.streets(0).usrn(), kPrinces);
    request.set_query("princes");
    Call(&v1::Properties::Stub::SearchStreets, request, &response);
    EXPECT_EQ(response.streets_size(), 0);
    EXPECT_THAT(Near(Around(kEast + 105, 20)), ElementsAre(9, 12));
    Open();
  }
}

TEST_F(PropertiesServiceTest, WithinABoxAndAPolygonPageByPage) {
  v1::WithinPropertiesRequest request = InBox(kEast + 95, kNorth - 5, kEast + 155, kNorth + 5);
  request.set_page_size(4);
  v1::ListPropertiesResponse response;
  Call(&v1::Properties::Stub::Within, request, &response);
  EXPECT_THAT(Uprns(response), ElementsAre(10, 11, 12, 13));
  EXPECT_FALSE(response.scan_limited());
  request.set_page_token(response.next_page_token());
  Call(&v1::Properties::Stub::Within, request, &response);
  EXPECT_THAT(Uprns(response), ElementsAre(14, 15));
  EXPECT_EQ(response.next_page_token(), "");
  request.mutable_box()->mutable_high()->set_x(kEast + 500);
  EXPECT_THAT(Refusal(&v1::Properties::Stub::Within, request), HasSubstr("other parameters"));

  request = InPolygon({{15, -10}, {45, -10}, {45, 10}, {30, 10}, {30, -5}, {15, 10}});
  Call(&v1::Properties::Stub::Within, request, &response);
  EXPECT_THAT(Uprns(response), ElementsAre(2, 3, 4)) << "3 lies on the edge";
  request.mutable_read_mask()->add_paths("uprn");
  Call(&v1::Properties::Stub::Within, request, &response);
  EXPECT_EQ(response.properties(0).address(), "");
}

TEST_F(PropertiesServiceTest, ListsByFilterAndCrossReference) {
  v1::ListPropertiesRequest request;
  request.mutable_filter()->add_class_prefixes("C");
  v1::ListPropertiesResponse response;
  Call(&v1::Properties::Stub::List, request, &response);
  EXPECT_THAT(Uprns(response), ElementsAre(10, 20, 30));
  request.mutable_filter()->clear_class_prefixes();
  request.mutable_filter()->add_ward_codes("E05005887");
  request.mutable_filter()->add_local_custodian_codes(2625);
  request.set_page_size(2);
  Call(&v1::Properties::Stub::List, request, &response);
  EXPECT_THAT(Uprns(response), ElementsAre(10, 20));
  request.set_page_token(response.next_page_token());
  Call(&v1::Properties::Stub::List, request, &response);
  EXPECT_THAT(Uprns(response), ElementsAre(30));
  request.Clear();
  request.mutable_filter()->add_logical_statuses(8);
  Call(&v1::Properties::Stub::List, request, &response);
  EXPECT_THAT(Uprns(response), ElementsAre(31));

  v1::ListPropertiesByCrossReferenceRequest xref;
  xref.set_source("CTAX");
  xref.set_cross_reference("CT/77");
  xref.set_page_size(1);
  Call(&v1::Properties::Stub::ListByCrossReference, xref, &response);
  EXPECT_THAT(Uprns(response), ElementsAre(3));
  xref.set_page_token(response.next_page_token());
  xref.set_view(v1::PROPERTY_VIEW_FULL);
  EXPECT_THAT(Refusal(&v1::Properties::Stub::ListByCrossReference, xref), HasSubstr("page_token"));
  xref.set_view(v1::PROPERTY_VIEW_UNSPECIFIED);
  Call(&v1::Properties::Stub::ListByCrossReference, xref, &response);
  EXPECT_THAT(Uprns(response), ElementsAre(5));
  EXPECT_EQ(response.next_page_token(), "");
  xref.clear_page_token();
  xref.set_source("NNDR");
  Call(&v1::Properties::Stub::ListByCrossReference, xref, &response);
  EXPECT_THAT(Uprns(response), IsEmpty());
}

TEST_F(PropertiesServiceTest, SuggestsAndDrillsDown) {
  v1::SuggestPropertiesRequest request;
  request.set_input("prin");
  request.set_max_results(3);
  v1::SuggestPropertiesResponse response;
  Call(&v1::Properties::Stub::Suggest, request, &response);
  ASSERT_EQ(response.suggestions_size(), 3);
  const auto& street = response.suggestions(0);
  EXPECT_EQ(street.kind(), v1::SuggestPropertiesResponse::Suggestion::KIND_STREET);
  EXPECT_EQ(street.count(), 30);
  EXPECT_EQ(street.street(), Cat("streets/", kPrinces));
  EXPECT_EQ(street.property(), "");
  EXPECT_EQ(response.suggestions(1).kind(), v1::SuggestPropertiesResponse::Suggestion::KIND_PROPERTY);
  EXPECT_EQ(response.suggestions(1).property(), "properties/1");
  EXPECT_EQ(response.suggestions(1).within(), "");

  request.set_input("12");
  request.set_within(street.within());
  Call(&v1::Properties::Stub::Suggest, request, &response);
  ASSERT_EQ(response.suggestions_size(), 1);
  EXPECT_EQ(response.suggestions(0).uprn(), 12U);
  request.set_within("people/1");
  EXPECT_THAT(Refusal(&v1::Properties::Stub::Suggest, request), HasSubstr("within"));
}

TEST_F(PropertiesServiceTest, StreetsBySearch) {
  v1::SearchStreetsRequest request;
  request.set_query("mlil lane");
  request.mutable_read_mask()->add_paths("usrn");
  v1::SearchStreetsResponse response;
  Call(&v1::Properties::Stub::SearchStreets, request, &response);
  ASSERT_EQ(response.streets_size(), 1);
  EXPECT_EQ(response.streets(0).usrn(), kMill);
  EXPECT_EQ(response.streets(0).descriptors_size(), 0) << "not in the mask";
  request.Clear();
  request.set_locality("thorpe");
  Call(&v1::Properties::Stub::SearchStreets, request, &response);
  EXPECT_EQ(response.streets_size(), 1);
}

TEST_F(PropertiesServiceTest, MasksOnEveryRead) {
  v1::BatchGetPropertiesRequest batch;
  batch.add_names("properties/3");
  batch.add_names("properties/999");
  batch.mutable_read_mask()->add_paths("postcode");
  v1::BatchGetPropertiesResponse response;
  Call(&v1::Properties::Stub::BatchGet, batch, &response);
  ASSERT_EQ(response.entries_size(), 2);
  EXPECT_EQ(response.entries(0).property().uprn(), 0U);
  EXPECT_NE(response.entries(0).property().postcode(), "");
  EXPECT_FALSE(response.entries(1).has_property());
  batch.mutable_read_mask()->add_paths("colour");
  EXPECT_THAT(Refusal(&v1::Properties::Stub::BatchGet, batch), HasSubstr("colour"));
}

TEST_F(PropertiesServiceTest, AddressFormsWhereTheyAreAskedFor) {
  v1::GetPropertyRequest get;
  get.set_name("properties/3");
  v1::Property property;
  Call(&v1::Properties::Stub::Get, get, &property);
  EXPECT_FALSE(property.has_address_forms());
  get.mutable_address_forms()->set_max_lines(4);
  Call(&v1::Properties::Stub::Get, get, &property);
  ASSERT_EQ(property.address_forms().addresses_size(), 1);
  const v1::AddressForms& forms = property.address_forms().addresses(0);
  EXPECT_EQ(forms.geographic().single_line(), "3 PRINCES STREET, NORWICH");
  EXPECT_THAT(forms.postal().label_lines(), ElementsAre("3 Princes Street", "NORWICH", "NR1 1AB"));
  EXPECT_EQ(forms.mailing(), v1::AddressForms::MAILING_MAILABLE);
  EXPECT_EQ(property.address_forms().variants_size(), 2) << "with and without the postcode";
  get.mutable_address_forms()->set_max_lines(3);
  EXPECT_THAT(Refusal(&v1::Properties::Stub::Get, get), HasSubstr("max_lines"));

  v1::NearbyPropertiesRequest nearby = Around(kEast + 101, 15);
  nearby.mutable_address_forms();
  v1::NearbyPropertiesResponse near;
  Call(&v1::Properties::Stub::Nearby, nearby, &near);
  ASSERT_EQ(near.neighbours_size(), 3);
  EXPECT_TRUE(near.neighbours(2).property().has_address_forms());
  v1::WithinPropertiesRequest within = InBox(kEast, kNorth - 1, kEast + 35, kNorth + 1);
  v1::ListPropertiesResponse list;
  Call(&v1::Properties::Stub::Within, within, &list);
  ASSERT_EQ(list.properties_size(), 3);
  EXPECT_FALSE(list.properties(0).has_address_forms());
  within.mutable_address_forms();
  Call(&v1::Properties::Stub::Within, within, &list);
  EXPECT_TRUE(list.properties(0).has_address_forms());
  v1::ListPropertiesByCrossReferenceRequest xref;
  xref.set_cross_reference("CT/77");
  xref.set_source("CTAX");
  xref.mutable_address_forms();
  Call(&v1::Properties::Stub::ListByCrossReference, xref, &list);
  ASSERT_EQ(list.properties_size(), 2);
  EXPECT_TRUE(list.properties(1).has_address_forms());
}

TEST_F(PropertiesServiceTest, ImpossiblePlacesAreRefusedWithAReason) {
  using Stub = v1::Properties::Stub;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(Refusal(&Stub::Nearby, v1::NearbyPropertiesRequest()), HasSubstr("centre: is required"));
  EXPECT_THAT(Refusal(&Stub::Nearby, Around(nan, 10)), HasSubstr("outside the National Grid"));
  EXPECT_THAT(Refusal(&Stub::Nearby, Around(1'000'000, 10)), HasSubstr("outside the National Grid"));
  for (const double radius : {0.0, -1.0, nan, 1'000.5, std::numeric_limits<double>::infinity()}) {
    EXPECT_THAT(Refusal(&Stub::Nearby, Around(kEast, radius)), HasSubstr("radius_metres")) << radius;
  }
  v1::NearbyPropertiesRequest many = Around(kEast, 10);
  many.set_max_results(-1);
  EXPECT_THAT(Refusal(&Stub::Nearby, many), HasSubstr("max_results"));

  EXPECT_THAT(Refusal(&Stub::Within, v1::WithinPropertiesRequest()), HasSubstr("area: is required"));
  EXPECT_THAT(Refusal(&Stub::Within, InBox(kEast, kNorth, kEast, kNorth + 1)), HasSubstr("has no area"));
  EXPECT_THAT(Refusal(&Stub::Within, InBox(nan, kNorth, kEast, kNorth + 1)), HasSubstr("box.low"));
  v1::WithinPropertiesRequest open;
  open.mutable_box()->mutable_low();
  EXPECT_THAT(Refusal(&Stub::Within, open), HasSubstr("north-east"));
  EXPECT_THAT(Refusal(&Stub::Within, InPolygon({})), HasSubstr("0 different corners"));
  EXPECT_THAT(Refusal(&Stub::Within, InPolygon({{0, 0}, {10, 10}, {10, 0}, {0, 10}})), HasSubstr("crosses itself"));
  EXPECT_THAT(Refusal(&Stub::Within, InPolygon({{0, 0}, {nan, 10}, {10, 0}})), HasSubstr("polygon.corners[1]"));
  v1::WithinPropertiesRequest long_polygon;
  for (int i = 0; i < 1'002; ++i) {
    long_polygon.mutable_polygon()->add_corners();
  }
  EXPECT_THAT(Refusal(&Stub::Within, long_polygon), HasSubstr("at most 1000"));
}

TEST_F(PropertiesServiceTest, BadTextAndFiltersAreRefusedWithAReason) {
  using Stub = v1::Properties::Stub;
  v1::SuggestPropertiesRequest suggest;
  suggest.set_input(std::string(201, 'a'));
  EXPECT_THAT(Refusal(&Stub::Suggest, suggest), HasSubstr("input"));
  suggest.set_input("a");
  suggest.mutable_filter()->add_logical_statuses(10);
  EXPECT_THAT(Refusal(&Stub::Suggest, suggest), HasSubstr("filter.logical_statuses[0]"));
  EXPECT_THAT(Refusal(&Stub::SearchStreets, v1::SearchStreetsRequest()), HasSubstr("query"));
  v1::SearchStreetsRequest streets;
  streets.set_town(std::string(201, 'a'));
  EXPECT_THAT(Refusal(&Stub::SearchStreets, streets), HasSubstr("town"));
  EXPECT_THAT(Refusal(&Stub::ListByCrossReference, v1::ListPropertiesByCrossReferenceRequest()),
              HasSubstr("cross_reference"));
  v1::ListPropertiesRequest list;
  list.mutable_filter()->add_class_prefixes("R;D");
  EXPECT_THAT(Refusal(&Stub::List, list), HasSubstr("filter.class_prefixes[0]"));
  list.mutable_filter()->Clear();
  list.mutable_filter()->add_local_custodian_codes(0);
  EXPECT_THAT(Refusal(&Stub::List, list), HasSubstr("filter.local_custodian_codes[0]"));
  list.mutable_filter()->Clear();
  for (int i = 0; i < 101; ++i) {
    list.mutable_filter()->add_ward_codes("W");
  }
  EXPECT_THAT(Refusal(&Stub::List, list), HasSubstr("at most 100"));
  list.Clear();
  list.set_page_size(-1);
  EXPECT_THAT(Refusal(&Stub::List, list), HasSubstr("page_size"));
  list.Clear();
  list.set_page_token("nonsense");
  EXPECT_THAT(Refusal(&Stub::List, list), HasSubstr("page_token"));
  // Protobuf's own parser refuses strings that are not UTF-8 before a handler sees them, or the handler does.
  const std::string invalid = "\x0a\x02\xff\xfe";  // field 1 of SuggestPropertiesRequest
  const grpc::Status status =
      RawCall(ConnectTo(server_->port()), "/wensum.v1.Properties/Suggest", invalid, std::chrono::seconds(30), nullptr);
  EXPECT_FALSE(status.ok());
}

TEST_F(PropertiesServiceTest, AnswersInOtherCoordinateSystems) {
  v1::NearbyPropertiesResponse near;
  Call(&v1::Properties::Stub::Nearby, Around(kEast, 200), &near);
  ASSERT_GT(near.neighbours_size(), 0);
  const v1::Property first = near.neighbours(0).property();
  EXPECT_NEAR(first.latitude(), 52.6, 0.3) << "Norwich";
  EXPECT_NEAR(first.longitude(), 1.3, 0.3);
  EXPECT_FALSE(first.has_position()) << "no system was named";

  v1::NearbyPropertiesRequest request = Around(0, 200);
  request.set_crs(v1::COORDINATE_SYSTEM_WGS84);
  request.mutable_centre()->set_x(first.longitude());
  request.mutable_centre()->set_y(first.latitude());
  Call(&v1::Properties::Stub::Nearby, request, &near);
  ASSERT_GT(near.neighbours_size(), 0);
  EXPECT_EQ(near.neighbours(0).property().uprn(), first.uprn());
  EXPECT_NEAR(near.neighbours(0).distance_metres(), 0, 0.01);
  EXPECT_NEAR(near.neighbours(0).property().position().x(), first.longitude(), 1e-9);

  request.mutable_centre()->set_x(first.latitude());  // the wrong way round
  request.mutable_centre()->set_y(first.longitude());
  EXPECT_THAT(Refusal(&v1::Properties::Stub::Nearby, request), HasSubstr("centre"));
  request.set_crs(static_cast<v1::CoordinateSystem>(31467));
  EXPECT_THAT(Refusal(&v1::Properties::Stub::Nearby, request), HasSubstr("27700, 4326 and 3857"));

  v1::WithinPropertiesRequest box =
      InBox(first.longitude() - 0.01, first.latitude() - 0.01, first.longitude() + 0.01, first.latitude() + 0.01);
  box.set_crs(v1::COORDINATE_SYSTEM_WGS84);
  v1::ListPropertiesResponse inside;
  Call(&v1::Properties::Stub::Within, box, &inside);
  EXPECT_THAT(Uprns(inside), ::testing::Contains(first.uprn()));
  EXPECT_TRUE(inside.properties(0).has_position());
}

}  // namespace
}  // namespace wensum
