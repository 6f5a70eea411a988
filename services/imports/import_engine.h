// Runs imports over files that are on the server's disk.
#ifndef WENSUM_SERVICES_IMPORTS_IMPORT_ENGINE_H_
#define WENSUM_SERVICES_IMPORTS_IMPORT_ENGINE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "services/imports/follow_up.h"
#include "wensum/storage/v1/log.pb.h"

namespace wensum::imports {

// What to import, and from where.
struct StartSpec {
  std::string feed;             // a configured mapping's name, "gazetteer" or "codepoint_open"
  std::string mapping_yaml;     // instead of the configured mapping; empty: use that
  std::string format;           // of gazetteer files: "auto", "dtf_7_3", "abp_2", "abp_1"; empty: auto
  std::string path;             // of the file on the server
  std::string file_name;        // what the caller calls it
  std::string expected_sha256;  // lower-case hexadecimal; empty: not checked
  uint64_t expected_rows = 0;   // 0: not checked
  // True: `path` lies in the spool and belongs to the engine, which deletes it once the run has ended. False: it lies
  // in the drop folder and is left there.
  bool spooled = false;
  bool any_order = false;
  uint32_t absent_rows = 0;     // wensum.v1.ImportSpec.AbsentRows
  TimeMicros extract_time = 0;  // 0: not said
};

// What to do about an earlier run.
struct FollowUpSpec {
  RunKind kind = RunKind::kRollBack;
  uint64_t run = 0;
  std::string actor;
  std::string caller;
  std::string comment;
};

// Thread-safe.
class ImportEngine {
 public:
  virtual ~ImportEngine() = default;

  // Whether Start would refuse for a reason that shows without the file, so that nobody uploads in vain:
  // INVALID_ARGUMENT (unknown feed or format, faulty mapping), FAILED_PRECONDITION (a run of the feed is going on).
  // `path` and `spooled` are not looked at. May parse the mapping; does not block.
  virtual absl::Status Check(const StartSpec& spec) = 0;
  // Records the run durably and starts it in the background. Errors as Check; nothing was started then, and a spooled
  // file stays the caller's. May block for as long as a commit takes.
  virtual absl::StatusOr<storage::v1::ImportRun> Start(const StartSpec& spec) = 0;
  // The same of a run without a file. NOT_FOUND if there is no such run; FAILED_PRECONDITION as CheckFollowUp, and if a
  // run of the feed is going on.
  virtual absl::StatusOr<storage::v1::ImportRun> StartFollowUp(const FollowUpSpec& spec) = 0;
  // NOT_FOUND if there is no such run.
  virtual absl::StatusOr<storage::v1::ImportRun> GetRun(uint64_t id) const = 0;
  // Newest first: runs of `feed` (empty: all) with ids below `before_id` (0: from the newest).
  virtual absl::StatusOr<std::vector<storage::v1::ImportRun>> ListRuns(std::string_view feed, uint64_t before_id,
                                                                       size_t limit) const = 0;
  // Issues of a run with numbers above `after_number`, in order, each with its number. NOT_FOUND if there is no such
  // run.
  virtual absl::StatusOr<std::vector<std::pair<uint64_t, storage::v1::ImportIssue>>> ListIssues(uint64_t run,
                                                                                                uint64_t after_number,
                                                                                                size_t limit) const = 0;
};

}  // namespace wensum::imports

#endif  // WENSUM_SERVICES_IMPORTS_IMPORT_ENGINE_H_
