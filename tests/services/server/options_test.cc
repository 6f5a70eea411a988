#include "services/server/options.h"

#include <gtest/gtest.h>

#include <string>

#include "base/status_macros.h"

namespace wensum::server {
namespace {

TEST(ServerOptionsTest, AnEmptyFileGivesTheDefaults) {
  const absl::StatusOr<ServerOptions> options = ParseServerOptions("", "c.yaml");
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->listen, "127.0.0.1:50051");
  EXPECT_FALSE(options->allow_remote);
  EXPECT_FALSE(options->rules.purposes.empty());
}

TEST(ServerOptionsTest, ReadsEveryKey) {
  const absl::StatusOr<ServerOptions> options = ParseServerOptions(
      "data_dir: /d\nlisten: 0.0.0.0:1\nallow_remote: true\ndrop_dir: /drop\nmappings_dir: /m\nostn15: "
      "/grid\nlog_level: debug\n"
      "log_format: text\nblock_cache_mb: 64\nthreads: 3\ngrace_seconds: 7\n"
      "export_idle_seconds: 90\nupload_idle_seconds: 80\n"
      "rules:\n  purposes: [service, fraud]\n  sources:\n    - name: housing\n",
      "c.yaml");
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->data_dir, "/d");
  EXPECT_TRUE(options->allow_remote);
  EXPECT_EQ(options->ostn15, "/grid");
  EXPECT_EQ(options->log_format, LogFormat::kText);
  EXPECT_EQ(options->block_cache_mb, 64U);
  EXPECT_EQ(options->grace.count(), 7);
  EXPECT_EQ(options->export_idle, std::chrono::seconds(90));
  EXPECT_EQ(options->upload_idle, std::chrono::seconds(80));
  EXPECT_EQ(options->rules.purposes.size(), 2U);
  // What is printed reads back as the same.
  const std::string printed = PrintServerOptions(*options);
  const absl::StatusOr<ServerOptions> again = ParseServerOptions(printed, "printed");
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(PrintServerOptions(*again), printed);
}

TEST(ServerOptionsTest, ReadsWhatIsAskedOfStewards) {
  const absl::StatusOr<ServerOptions> options = ParseServerOptions(
      "tasks:\n  kinds: {PROPERTY_DUPLICATE: {team: llpg, due_days: 3}}\n  reasons: [no, later]\n  teams: [fraud]\n"
      "  decision_reasons: [seen]\n  lease_minutes: 5\n  second_steward: {bulk: false, merge_in_conflict: true, "
      "merge_records_above: 9}\n"
      "  weak_entity: {many: 12, least: 4, max_cohesion: 0.25}\n  data_quality: {share: 0.5, records: 7, least: 3}\n",
      "c.yaml");
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->tasks.Of(tasks::TaskKind::kPropertyDuplicate).team, "llpg");
  EXPECT_EQ(options->tasks.Of(tasks::TaskKind::kPropertyDuplicate).due_days, 3);
  EXPECT_EQ(options->tasks.Of(tasks::TaskKind::kPossibleMatch).team, "people");
  EXPECT_EQ(options->tasks.reasons, (std::vector<std::string>{"no", "later"}));
  EXPECT_EQ(options->tasks.decision_reasons, std::vector<std::string>{"seen"});
  EXPECT_EQ(options->tasks.teams, std::vector<std::string>{"fraud"});
  EXPECT_EQ(options->tasks.lease, 5 * tasks::kMinute);
  EXPECT_FALSE(options->tasks.second_steward.bulk);
  EXPECT_FALSE(options->tasks.second_steward.merge_established);
  EXPECT_TRUE(options->tasks.second_steward.merge_in_conflict);
  EXPECT_EQ(options->tasks.second_steward.merge_records_above, 9U);
  EXPECT_EQ(options->tasks.weak_entity.many, 12);
  EXPECT_EQ(options->tasks.weak_entity.least, 4);
  EXPECT_EQ(options->tasks.weak_entity.max_cohesion, 0.25);
  EXPECT_EQ(options->tasks.data_quality.share, 0.5);
  EXPECT_EQ(options->tasks.data_quality.records, 7U);
  EXPECT_EQ(options->tasks.data_quality.least, 3U);
  const std::string printed = PrintServerOptions(*options);
  const absl::StatusOr<ServerOptions> again = ParseServerOptions(printed, "printed");
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(PrintServerOptions(*again), printed);
}

TEST(ServerOptionsTest, ReadsWhatACustodianMayWrite) {
  const absl::StatusOr<ServerOptions> options = ParseServerOptions(
      "custodian:\n  codes: [2625, 2605]\n  street_authorities: [2600]\n  bilingual: true\n  uprns: "
      "[10093000000-10093999999, 5 - 7]\n"
      "  usrns: [14200001-14299999]\n  record_keys: 500000000-599999999\n  low_water: 200\n",
      "c.yaml");
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->custodian.codes, (std::vector<int>{2625, 2605}));
  EXPECT_EQ(options->custodian.street_authorities, std::vector<int>{2600});
  EXPECT_TRUE(options->custodian.gazetteer_rules.bilingual);
  ASSERT_EQ(options->custodian.uprns.size(), 2U);
  EXPECT_EQ(options->custodian.uprns[0], (custodian::NumberRange{.first = 10093000000, .last = 10093999999}));
  EXPECT_EQ(options->custodian.uprns[1], (custodian::NumberRange{.first = 5, .last = 7}));
  EXPECT_EQ(options->custodian.record_keys.last, 599999999U);
  EXPECT_EQ(options->custodian.low_water, 200U);
  const absl::StatusOr<ServerOptions> again = ParseServerOptions(PrintServerOptions(*options), "printed");
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->custodian, options->custodian);
}

TEST(ServerOptionsTest, ReadsForHowLongEventsAreKept) {
  const absl::StatusOr<ServerOptions> none = ParseServerOptions("", "c.yaml");
  ASSERT_TRUE(none.ok()) << none.status();
  EXPECT_EQ(none->feed_keep_days, 0U) << "for ever";
  EXPECT_EQ(none->feed_consumer_days, 30U);
  const absl::StatusOr<ServerOptions> options =
      ParseServerOptions("change_feed: {keep_days: 400, consumer_days: 7}\n", "c.yaml");
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->feed_keep_days, 400U);
  EXPECT_EQ(options->feed_consumer_days, 7U);
  const absl::StatusOr<ServerOptions> again = ParseServerOptions(PrintServerOptions(*options), "printed");
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->feed_keep_days, 400U);
  EXPECT_EQ(again->feed_consumer_days, 7U);
}

TEST(ServerOptionsTest, CommentsInTheRulesDoNotChangeThem) {
  const auto a = ParseServerOptions("rules:\n  purposes: [service]\n  sources:\n    - name: housing\n", "a");
  const auto b = ParseServerOptions("# x\nrules:\n\n  purposes: [service] # y\n  sources:\n    - name: housing\n", "b");
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_EQ(a->rules.yaml, b->rules.yaml);
}

TEST(ServerOptionsTest, NamesLineAndColumnOfWhatIsWrong) {
  const struct {
    const char* yaml;
    const char* expected;
  } cases[] = {
      {"data_dir: /d\nlisen: x\n", "c.yaml, line 2, column 1: unknown key \"lisen\""},
      {"threads: -1\n", "c.yaml, line 1, column 10: threads: expected a whole number"},
      {"allow_remote: perhaps\n", "c.yaml, line 1, column 15: allow_remote: expected true or false"},
      {"log_level: loud\n", "c.yaml, line 1, column 12: log_level"},
      {"threads: 1\nthreads: 2\n", "is given twice"},
      {"export_idle_seconds: 0\n", "c.yaml, line 1, column 22: export_idle_seconds: expected at least 1"},
      {"upload_idle_seconds: 0\n", "c.yaml, line 1, column 22: upload_idle_seconds: expected at least 1"},
      {"- a\n", "expected a map"},
      {"tasks: 1\n", "c.yaml, line 1, column 8: tasks: expected a map"},
      {"tasks:\n  lease: 1\n", "c.yaml, line 2, column 3: unknown key \"lease\" of tasks"},
      {"tasks:\n  lease_minutes: 0\n", "c.yaml, line 2, column 18: tasks.lease_minutes: expected at least 1"},
      {"tasks:\n  reasons: []\n", "tasks.reasons: expected a list of names"},
      {"tasks:\n  teams: [a, a]\n", "c.yaml, line 2, column 14: tasks.teams: \"a\" is given twice"},
      {"tasks:\n  kinds: {POSSIBLE: {}}\n", "line 2, column 11: unknown key \"POSSIBLE\" of tasks.kinds; known are "},
      {"tasks:\n  kinds: {POSSIBLE_MATCH: {days: 1}}\n", "unknown key \"days\" of tasks.kinds.POSSIBLE_MATCH"},
      {"tasks:\n  kinds: {POSSIBLE_MATCH: {due_days: x}}\n", "tasks.kinds.POSSIBLE_MATCH.due_days: expected a whole"},
      {"tasks:\n  kinds: {POSSIBLE_MATCH: {team: ''}}\n", "tasks.kinds.POSSIBLE_MATCH.team: expected a name"},
      {"change_feed: 3\n", "c.yaml, line 1, column 14: change_feed: expected a map"},
      {"change_feed:\n  days: 3\n",
       "c.yaml, line 2, column 3: unknown key \"days\" of change_feed; known are keep_days"},
      {"change_feed:\n  keep_days: 36501\n", "change_feed.keep_days: expected a whole number from 0 to 36500"},
      {"custodian: [1]\n", "c.yaml, line 1, column 12: custodian: expected a map"},
      {"custodian:\n  code: 1\n", "c.yaml, line 2, column 3: unknown key \"code\" of custodian"},
      {"custodian:\n  codes: 2625\n", "custodian.codes: expected a list"},
      {"custodian:\n  codes: [2625, 2625]\n", "custodian.codes: expected different codes"},
      {"custodian:\n  bilingual: Welsh\n", "c.yaml, line 2, column 14: custodian.bilingual: expected true or false"},
      {"custodian:\n  bilingual: [true]\n", "custodian.bilingual: expected true or false"},
      {"custodian:\n  uprns: [7-6]\n", "custodian.uprns: expected FIRST-LAST"},
      {"custodian:\n  usrns: [1-100000000]\n", "custodian.usrns: expected FIRST-LAST"},
      {"custodian:\n  uprns: [1-5, 5-9]\n", "custodian.uprns: the range overlaps"},
      {"a: [\n", "c.yaml, line"},
      {"rules:\n  purposes: [a]\n  surces: []\n", "unknown key"},
  };
  for (const auto& test : cases) {
    const absl::Status status = ParseServerOptions(test.yaml, "c.yaml").status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << test.yaml;
    EXPECT_NE(Message(status).find(test.expected), std::string_view::npos) << status;
  }
}

TEST(ServerOptionsTest, ChecksWhatMustHold) {
  ServerOptions options = *ParseServerOptions("", "");
  EXPECT_EQ(CheckServerOptions(options).code(), absl::StatusCode::kInvalidArgument);
  options.data_dir = "/d";
  EXPECT_TRUE(CheckServerOptions(options).ok());
  for (const char* listen : {"", "localhost", ":1", "h:65536", "h:x"}) {
    options.listen = listen;
    EXPECT_FALSE(CheckServerOptions(options).ok()) << listen;
  }
}

}  // namespace
}  // namespace wensum::server
