// Runs every *.scenario file of this folder.
#include "tests/scenarios/scenario.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "matching/person/default_model.h"
#include "model/contact.h"
#include "services/decisions/due_values.h"
#include "services/register/model_store.h"
#include "services/register/model_work.h"
#include "tests/scenarios/bulk_steward.h"
#include "tests/scenarios/steward.h"
#include "tests/services/register/register_test_util.h"

namespace wensum::scenarios {
namespace {

using registry::MutationResult;
using registry::Register;
using registry::WriteOutcome;

// A council with fences: README.md tells the same.
constexpr std::string_view kRules = R"(
purposes: [service_delivery, electoral, benefits]
sources:
  - {name: housing}
  - {name: council_tax}
  - {name: contact}
  - {name: parking, guards_overlays: false}
  - {name: benefits, purposes: [benefits]}
  - {name: electoral, purposes: [electoral]}
)";

class Scenario {
 public:
  explicit Scenario(std::string file)
      : file_(std::move(file)), store_(storage::NewMemoryStore()), clock_(registry::kStartTime) {
    Reopen();
  }

  void Run() {
    std::ifstream stream(file_, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    const auto statements = ParseScenario(text.str());
    ASSERT_TRUE(statements.ok()) << file_ << ": " << statements.status();
    for (const Statement& statement : *statements) {
      SCOPED_TRACE(::testing::Message() << file_ << ":" << statement.line);
      const absl::Status status = Execute(statement);
      ASSERT_TRUE(status.ok()) << status;
    }
    EXPECT_GT(expectations_, 0) << file_ << " expects nothing";
    const auto report = register_->Verify();
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(report->differences, 0) << ::testing::PrintToString(report->details);
    if (!decided_) {  // what stewards decide is about what they saw
      CheckOtherOrder();
    }
  }

 private:
  void Reopen() {
    register_.reset();
    register_ = registry::OpenOrDie(store_.get(), &clock_, kRules);
    steward_.set_register(register_.get());
    bulk_steward_.set_register(register_.get());
  }

  // Every source sends all that it has once more, as each night.
  absl::Status Reload() {
    for (const auto& [key, write] : sent_) {
      WENSUM_RETURN_IF_ERROR(Commit(*register_, {write}, {}));
    }
    return absl::OkStatus();
  }

  // Another model comes into force.
  absl::Status Retrain() {
    matching::LinkageModel model = *matching::DefaultPersonModel();
    model.parameters.rules.merge_threshold += ++models_ % 2 == 1 ? 0.25 : 0;
    const registry::NamedModel named =
        registry::NameByContent(std::move(model), registry::ModelOrigin::kImported, clock_.Now());
    registry::Mutation mutation;
    mutation.extra_writes = [&named](const MutationResult&, storage::WriteBatch& batch) {
      registry::PutModel(named, batch);
    };
    WENSUM_RETURN_IF_ERROR(register_->Commit(std::move(mutation)).status);
    return register_->model_work()->Activate({.version = named.info.version()}, {}).status();
  }

  absl::Status Execute(const Statement& statement) {
    clock_.Advance(1'000'000);
    const std::string& verb = statement.words.front();
    if (verb == "record" || verb == "held" || verb == "delete" || verb == "property") {
      return Receive(statement);
    }
    if (BulkSteward::Knows(statement)) {
      decided_ = true;
      return bulk_steward_.Execute(statement);
    }
    if (Steward::Knows(statement)) {
      decided_ = true;
      return steward_.Execute(statement);
    }
    if (verb == "remember" && statement.words.size() == 4 && statement.words[2] == "as") {
      WENSUM_ASSIGN_OR_RETURN(remembered_[statement.words[3]], AnchorOf(statement.words[1]));
      return absl::OkStatus();
    }
    if (verb == "expect" && statement.words.size() > 2) {
      ++expectations_;
      return Expect(statement);
    }
    return Operate(statement);
  }

  // What a source, or the gazetteer, sends.
  absl::Status Receive(const Statement& statement) {
    const std::string& verb = statement.words.front();
    if (verb == "delete" && statement.words.size() == 3) {
      registry::SourceWrite write = registry::MakeErase(statement.words[1], statement.words[2]);
      live_.erase(write.record.key);
      sent_.erase(write.record.key);
      return Commit(*register_, {std::move(write)}, {});
    }
    if (verb == "property") {
      WENSUM_ASSIGN_OR_RETURN(std::vector<registry::GazetteerWrite> rows, ParseProperty(statement));
      rows_.insert(rows_.end(), rows.begin(), rows.end());
      return Commit(*register_, {}, std::move(rows));
    }
    WENSUM_ASSIGN_OR_RETURN(registry::SourceWrite write, ParseRecord(statement, clock_.Now()));
    sent_[write.record.key] = write;
    WENSUM_ASSIGN_OR_RETURN(const WriteOutcome outcome, CommitOne(write));
    if (outcome != WriteOutcome::kHeld) {
      live_[write.record.key] = write;
    }
    EXPECT_EQ(outcome == WriteOutcome::kHeld, verb == "held") << "say `held` where an update is to be held";
    return absl::OkStatus();
  }

  // What the operator, or the clock, does.
  absl::Status Operate(const Statement& statement) {
    const std::string& verb = statement.words.front();
    if (verb == "reopen") {
      Reopen();
      return absl::OkStatus();
    }
    if (verb == "reload") {
      return Reload();
    }
    if (verb == "retrain") {
      return Retrain();
    }
    if (verb == "later" && statement.words.size() == 3) {  // later N days
      const std::optional<int64_t> days = ParseInteger<int64_t>(statement.words[1]);
      clock_.Advance(days.value_or(0) * 86'400 * 1'000'000);
      return days.has_value() ? decisions::EndDueValues(*register_).status() : InvalidArgument("later how many days?");
    }
    return InvalidArgument("not a statement; see README.md");
  }

  absl::StatusOr<WriteOutcome> CommitOne(const registry::SourceWrite& write) {
    registry::Mutation mutation;
    mutation.sources = {write};
    mutation.atomic = true;
    const MutationResult result = register_->Commit(std::move(mutation));
    WENSUM_RETURN_IF_ERROR(result.status);
    return result.sources[0].outcome;
  }

  static absl::Status Commit(Register& reg, std::vector<registry::SourceWrite> sources,
                             std::vector<registry::GazetteerWrite> rows) {
    registry::Mutation mutation;
    mutation.sources = std::move(sources);
    mutation.rows = std::move(rows);
    mutation.atomic = true;
    const MutationResult result = reg.Commit(std::move(mutation));
    WENSUM_RETURN_IF_ERROR(result.status);
    for (const registry::GazetteerResult& row : result.rows) {
      WENSUM_RETURN_IF_ERROR(row.status);
    }
    return absl::OkStatus();
  }

  // A record as source:key, or a name that was remembered.
  absl::StatusOr<uint64_t> AnchorOf(const std::string& text) const {
    if (const auto found = remembered_.find(text); found != remembered_.end()) {
      return found->second;
    }
    WENSUM_ASSIGN_OR_RETURN(const model::SourceKey key, ParseKey(text));
    WENSUM_ASSIGN_OR_RETURN(const registry::ReadView view, register_->OpenView({}));
    WENSUM_ASSIGN_OR_RETURN(const registry::SourceVersion source, register_->GetSource(view, key));
    return source.anchor;
  }

  absl::Status Expect(const Statement& statement) {
    const std::string& what = statement.words[1];
    if (what == "same" || what == "different") {
      std::vector<uint64_t> anchors;
      for (size_t i = 2; i < statement.words.size(); ++i) {
        WENSUM_ASSIGN_OR_RETURN(anchors.emplace_back(), AnchorOf(statement.words[i]));
      }
      std::vector<uint64_t> distinct = anchors;
      std::sort(distinct.begin(), distinct.end());
      distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
      EXPECT_EQ(distinct.size(), what == "same" ? 1 : anchors.size()) << ::testing::PrintToString(anchors);
      return absl::OkStatus();
    }
    if (what == "id-of" && statement.words.size() == 4) {
      WENSUM_ASSIGN_OR_RETURN(const uint64_t a, AnchorOf(statement.words[2]));
      WENSUM_ASSIGN_OR_RETURN(const uint64_t b, AnchorOf(statement.words[3]));
      EXPECT_EQ(a, b);
      return absl::OkStatus();
    }
    if (what == "bulk") {
      return bulk_steward_.Expect(statement);
    }
    if ((what == "task" || what == "no-task") && statement.words.size() > 3) {
      return steward_.ExpectTask(statement);
    }
    WENSUM_ASSIGN_OR_RETURN(const uint64_t anchor, AnchorOf(statement.words[2]));
    WENSUM_ASSIGN_OR_RETURN(const registry::EntityRecord entity, register_->GetNewestEntity(anchor));
    if (what == "losing" && statement.fields.size() == 1) {
      return ExpectLosing(statement, entity.entity);
    }
    if (what == "ended") {
      EXPECT_TRUE(entity.entity.ended());
      return absl::OkStatus();
    }
    if (what == "resolves" && statement.words.size() == 5) {  // expect resolves NAME to KEY
      WENSUM_ASSIGN_OR_RETURN(const uint64_t target, AnchorOf(statement.words[4]));
      EXPECT_EQ(entity.anchor, target);
      return absl::OkStatus();
    }
    if (what == "golden" || what == "no-golden") {
      return ExpectGolden(statement, entity.entity, what == "golden");
    }
    return InvalidArgument(Cat("unknown expectation ", Quote(what)));
  }

  // A value that did not win stands in the lineage, as the lineage writes it.
  static absl::Status ExpectLosing(const Statement& statement, const storage::v1::Entity& entity) {
    const auto& [field, wanted] = statement.fields.front();
    bool found = false;
    for (const storage::v1::Golden& golden : entity.golden()) {
      storage::v1::Lineage lineage;
      if (!lineage.ParseFromString(golden.lineage())) {
        return DataLoss("a lineage cannot be read");
      }
      for (const storage::v1::ValueLineage& value : lineage.values()) {
        found = found || (value.field() == field &&
                          std::any_of(value.losing().begin(), value.losing().end(),
                                      [&wanted](const auto& losing) { return losing.value() == wanted; }));
      }
    }
    EXPECT_TRUE(found) << field << "=" << wanted << " stands in no lineage";
    return absl::OkStatus();
  }

  absl::Status ExpectGolden(const Statement& statement, const storage::v1::Entity& entity, bool visible) {
    std::string purpose = "service_delivery";
    for (const auto& [field, value] : statement.fields) {
      purpose = field == "purpose" ? value : purpose;
    }
    const int bit = register_->rules().PurposeBit(purpose);
    if (bit < 0) {
      return InvalidArgument(Cat("unknown purpose ", Quote(purpose)));
    }
    const auto view = std::find_if(entity.golden().begin(), entity.golden().end(),
                                   [bit](const auto& golden) { return ((golden.purposes() >> bit) & 1) != 0; });
    EXPECT_EQ(view != entity.golden().end(), visible);
    if (view == entity.golden().end() || !visible) {
      return absl::OkStatus();
    }
    for (const auto& [field, value] : statement.fields) {
      if (field != "purpose") {
        WENSUM_RETURN_IF_ERROR(ExpectField(*view, field, value));
      }
    }
    return absl::OkStatus();
  }

  static absl::Status ExpectField(const storage::v1::Golden& golden, const std::string& field,
                                  const std::string& value) {
    const storage::v1::PersonDetails& details = golden.details();
    const auto contains = [](const auto& list, const std::string& wanted) {
      return std::find(list.begin(), list.end(), wanted) != list.end();
    };
    if (field == "name") {
      EXPECT_EQ(Cat(details.name().forenames(), " ", details.name().surname()), value);
    } else if (field == "formerly") {
      EXPECT_TRUE(std::any_of(details.other_names().begin(), details.other_names().end(), [&value](const auto& name) {
        return name.surname() == value;
      })) << value;
    } else if (field == "born") {
      WENSUM_ASSIGN_OR_RETURN(const model::PartialDate born, model::PartialDate::Parse(value));
      EXPECT_EQ(details.date_of_birth(), born.ToNumber());
    } else if (field == "phone" && value == "none") {
      EXPECT_EQ(details.phones_size(), 0);
    } else if (field == "phone") {
      WENSUM_ASSIGN_OR_RETURN(const std::string phone, model::ParsePhone(value));
      EXPECT_TRUE(contains(details.phones(), phone)) << phone;
    } else if (field == "email") {
      EXPECT_TRUE(contains(details.emails(), value)) << value;
    } else if (field == "ni") {
      EXPECT_EQ(details.ni_number(), value);
    } else if (field == "address" || field == "uprn") {
      if (golden.current_address() == 0) {
        ADD_FAILURE() << "there is no current address";
        return absl::OkStatus();
      }
      const int index = static_cast<int>(golden.current_address()) - 1;
      if (field == "address") {
        EXPECT_EQ(details.addresses(index).text(), value);
      } else {
        EXPECT_EQ(Cat(golden.resolved_addresses(index).uprn()), value);
      }
    } else {
      return InvalidArgument(Cat("golden records cannot be asked for ", Quote(field)));
    }
    return absl::OkStatus();
  }

  using Partition = std::vector<std::vector<model::SourceKey>>;
  Partition PartitionOf(const Register& reg) const {
    std::map<uint64_t, std::vector<model::SourceKey>> by_anchor;
    const auto view = reg.OpenView({});
    EXPECT_TRUE(view.ok());
    for (const auto& [key, write] : live_) {
      const auto source = reg.GetSource(*view, key);
      EXPECT_TRUE(source.ok()) << source.status();
      by_anchor[source->anchor].push_back(key);
    }
    Partition partition;
    for (auto& [anchor, keys] : by_anchor) {
      partition.push_back(std::move(keys));
    }
    std::sort(partition.begin(), partition.end());
    return partition;
  }

  // The story told backwards: what is left in the end arrives last first, the gazetteer after all people.
  void CheckOtherOrder() {
    const auto store = storage::NewMemoryStore();
    const auto other = registry::OpenOrDie(store.get(), &clock_, kRules);
    for (auto at = live_.rbegin(); at != live_.rend(); ++at) {
      ASSERT_TRUE(Commit(*other, {at->second}, {}).ok());
    }
    if (!rows_.empty()) {
      ASSERT_TRUE(Commit(*other, {}, rows_).ok());
    }
    EXPECT_EQ(PartitionOf(*other), PartitionOf(*register_)) << file_ << ": the order of arrival matters";
  }

  const std::string file_;
  std::unique_ptr<storage::Store> store_;
  ManualClock clock_;
  std::unique_ptr<Register> register_;
  Steward steward_{nullptr, [this](const std::string& text) { return AnchorOf(text); }};
  BulkSteward bulk_steward_;
  std::map<model::SourceKey, registry::SourceWrite> live_;  // as accepted
  std::map<model::SourceKey, registry::SourceWrite> sent_;  // the last of each
  int models_ = 0;
  bool decided_ = false;
  std::vector<registry::GazetteerWrite> rows_;
  std::map<std::string, uint64_t> remembered_;
  int expectations_ = 0;
};

class ScenarioTest : public ::testing::TestWithParam<std::string> {};

TEST_P(ScenarioTest, Holds) { Scenario(GetParam()).Run(); }

std::vector<std::string> ScenarioFiles() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(WENSUM_SCENARIO_DIR)) {
    if (entry.path().extension() == ".scenario") {
      files.push_back(entry.path().string());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

// Without a file there is no test, and that is a failure of its own.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ScenarioTest);
INSTANTIATE_TEST_SUITE_P(Files, ScenarioTest, ::testing::ValuesIn(ScenarioFiles()), [](const auto& file) {
  std::string name = std::filesystem::path(file.param).stem().string();
  std::replace_if(name.begin(), name.end(), [](char c) { return !IsLetter(c) && !IsDigit(c); }, '_');
  return name;
});

TEST(Scenarios, AreFound) { EXPECT_GE(ScenarioFiles().size(), 40); }

TEST(Scenarios, FaultyStatementsAreNotTakenInSilence) {
  EXPECT_FALSE(ParseScenario("record housing H1: name=\"Ann Lee").ok());
  const auto statements = ParseScenario("# a comment\n\nrecord housing H1: nmae=\"Ann Lee\"");
  ASSERT_TRUE(statements.ok()) << statements.status();
  ASSERT_EQ(statements->size(), 1);
  EXPECT_EQ(statements->front().line, 3);
  EXPECT_FALSE(ParseRecord(statements->front(), 0).ok());
}

}  // namespace
}  // namespace wensum::scenarios
