// Address forms in the answers of Properties: only where asked, from every method.
#include <memory>
#include <string>
#include <utility>

#include "services/properties/properties_handler.h"
#include "services/rpc/resource_name.h"
#include "storage/memory_store.h"
#include "tests/services/register/register_test_util.h"

namespace wensum::properties {
namespace {

class AddressFormsTest : public ::testing::Test {
 protected:
  AddressFormsTest() : store_(storage::NewMemoryStore()), clock_(registry::kStartTime) {
    register_ = registry::OpenOrDie(store_.get(), &clock_);
    handler_ = std::make_unique<PropertiesHandler>(register_.get());
    registry::Mutation mutation;
    mutation.rows = registry::MakeStreet(kUsrn, "PRINCE OF WALES ROAD", "NR1 1DX", 3);
    EXPECT_TRUE(register_->Commit(std::move(mutation)).status.ok());
  }
  static rpc::CallContext Call() {
    rpc::CallContext call("/wensum.v1.Properties/Test");
    call.set_grant({.caller = "test", .purpose = "test", .purpose_bit = 0});
    return call;
  }
  // Every property of the page, which is not empty, has its forms or none has.
  static void ExpectForms(const v1::ListPropertiesResponse& response, bool asked) {
    ASSERT_EQ(response.properties_size(), 3);
    for (const v1::Property& property : response.properties()) {
      EXPECT_EQ(property.has_address_forms(), asked);
      if (asked) {
        EXPECT_EQ(property.address_forms().addresses(0).geographic().single_line() + ", NR1 1DX", property.address());
      }
    }
  }

  static constexpr uint32_t kUsrn = 20900001;
  std::unique_ptr<storage::Store> store_;
  ManualClock clock_;
  std::unique_ptr<registry::Register> register_;
  std::unique_ptr<PropertiesHandler> handler_;
};

// Lists all properties with and without forms; `set` completes the request.
template <typename Request, typename Method, typename Set, typename Check>
void ListBothWays(const PropertiesHandler& handler, rpc::CallContext call, Method method, const Set& set,
                  const Check& check) {
  for (const bool asked : {true, false, true}) {
    Request request;
    set(request);
    if (asked) {
      request.mutable_address_forms();
    }
    v1::ListPropertiesResponse response;
    const absl::Status status = (handler.*method)(call, request, response);
    ASSERT_TRUE(status.ok()) << status;
    check(response, asked);
  }
}

TEST_F(AddressFormsTest, EveryListGivesThem) {
  ListBothWays<v1::ListPropertiesRequest>(*handler_, Call(), &PropertiesHandler::List, [](auto&) {}, ExpectForms);
  ListBothWays<v1::ListPropertiesByPostcodeRequest>(
      *handler_, Call(), &PropertiesHandler::ListByPostcode, [](auto& request) { request.set_postcode("NR1 1DX"); },
      ExpectForms);
  ListBothWays<v1::ListPropertiesByStreetRequest>(
      *handler_, Call(), &PropertiesHandler::ListByStreet, [](auto& request) { request.set_usrn(kUsrn); }, ExpectForms);
}

TEST_F(AddressFormsTest, GetAndBatchGetGiveThem) {
  rpc::CallContext call = Call();
  v1::ListPropertiesResponse list;
  ASSERT_TRUE(handler_->List(call, {}, list).ok());
  ASSERT_EQ(list.properties_size(), 3);
  const std::string name = list.properties(1).name();
  for (const bool asked : {false, true, false, true}) {  // the cache gives what was asked, whatever came before
    for (const bool past : {false, true}) {
      v1::GetPropertyRequest request;
      request.set_name(name);
      v1::BatchGetPropertiesRequest batch;
      batch.add_names(name);
      if (asked) {
        request.mutable_address_forms();
        batch.mutable_address_forms();
      }
      if (past) {
        request.mutable_read()->set_as_of_revision(register_->revision());
        batch.mutable_read()->set_as_of_revision(register_->revision());
      }
      v1::Property property;
      ASSERT_TRUE(handler_->Get(call, request, property).ok());
      EXPECT_EQ(property.has_address_forms(), asked);
      v1::BatchGetPropertiesResponse response;
      ASSERT_TRUE(handler_->BatchGet(call, batch, response).ok());
      EXPECT_EQ(response.entries(0).property().has_address_forms(), asked);
    }
  }
}

TEST_F(AddressFormsTest, AMaskChoosesAmongThem) {
  rpc::CallContext call = Call();
  v1::ListPropertiesRequest request;
  request.mutable_address_forms()->set_max_lines(4);
  request.mutable_read_mask()->add_paths("address_forms.variants");
  v1::ListPropertiesResponse response;
  ASSERT_TRUE(handler_->List(call, request, response).ok());
  EXPECT_GT(response.properties(0).address_forms().variants_size(), 0);
  EXPECT_EQ(response.properties(0).address_forms().addresses_size(), 0);
  EXPECT_EQ(response.properties(0).name(), "");
}

TEST_F(AddressFormsTest, LinesOutOfRangeAreRefused) {
  rpc::CallContext call = Call();
  for (const int32_t lines : {-1, 3, 7}) {
    v1::ListPropertiesRequest request;
    request.mutable_address_forms()->set_max_lines(lines);
    v1::ListPropertiesResponse response;
    const absl::Status status = handler_->List(call, request, response);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
    EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("address_forms.max_lines"));
  }
}

}  // namespace
}  // namespace wensum::properties
