// How fast a gazetteer goes out: DTF 7.3 and CSV files of a register on RocksDB, and a change-only file of few changes.
// The full supply must have as many records as the file that was imported.
#include <memory>
#include <string>

#include "base/status_macros.h"
#include "base/strings.h"
#include "benchmarks/support/city.h"
#include "benchmarks/support/report.h"
#include "benchmarks/support/timing.h"
#include "services/exports/dtf_export.h"
#include "services/exports/table_export.h"

namespace wensum::benchmarks {
namespace {

constexpr uint64_t kChanges = 100;

struct Options {
  uint64_t properties = 110'000;
};

struct Measured {
  uint64_t records = 0;
  double seconds = 0;
};

absl::StatusOr<Measured> Drain(exports::Export& file) {
  std::string chunk;
  const StopWatch watch;
  while (true) {
    WENSUM_ASSIGN_OR_RETURN(const bool more, file.Next(&chunk));
    if (!more) {
      return Measured{file.facts().records, watch.Seconds()};
    }
  }
}

exports::DtfExportOptions FileOptions(const registry::Register& reg) {
  exports::DtfExportOptions options;
  options.selection.revision = reg.revision();
  options.date = {2026, 11, 1};
  options.time = "02:30:00";
  return options;
}

// Gives the first properties of the city a cross reference more.
absl::Status ChangeSome(OpenRegister& open) {
  WENSUM_ASSIGN_OR_RETURN(const auto view, open.reg().OpenView({}));
  exports::TableExportOptions options;
  options.table.selection.revision = view.revision();
  options.table.open = true;
  WENSUM_ASSIGN_OR_RETURN(const auto file, exports::OpenTableExport(view.reader(), open.reg().register_id(), options));
  std::string chunk;
  WENSUM_ASSIGN_OR_RETURN(const bool more, file->Next(&chunk));
  registry::Mutation mutation;
  for (const std::string_view line : Split(more ? chunk : std::string(), '\n')) {
    const std::optional<uint64_t> uprn = ParseInteger<uint64_t>(Split(line, ',').front());
    if (uprn.has_value() && mutation.rows.size() < kChanges) {
      model::CrossReference row;
      WENSUM_ASSIGN_OR_RETURN(row.uprn, model::Uprn::Create(*uprn));
      row.xref_key = Cat("2625X9", 10'000'000 + mutation.rows.size());
      row.cross_reference = Cat("NEW", mutation.rows.size());
      row.source = "BENCH";
      mutation.rows.push_back({.row = std::move(row), .format = model::GazetteerFormat::kDtf73});
    }
  }
  return open.reg().Commit(std::move(mutation)).status;
}

absl::Status Measure(const CommandLine& command, const Options& options, Report& report) {
  WENSUM_ASSIGN_OR_RETURN(const auto work, WorkDirectory::Create(command.directory()));
  const std::string city = work->Join("city");
  WENSUM_ASSIGN_OR_RETURN(const sample::SampleSummary summary,
                          WriteCity(city, {.people = 100, .properties = options.properties}));
  WENSUM_ASSIGN_OR_RETURN(const auto open, OpenRegister::Open(work->Join("register")));
  WENSUM_RETURN_IF_ERROR(open->ImportGazetteer(city).status());
  registry::Register& reg = open->reg();
  report.Setting("properties", summary.properties);
  report.Setting("gazetteer_records", summary.gazetteer_records);
  const uint64_t since = reg.revision();
  {
    WENSUM_ASSIGN_OR_RETURN(const auto view, reg.OpenView({}));
    WENSUM_ASSIGN_OR_RETURN(const auto file,
                            exports::OpenDtfExport(view.reader(), reg.register_id(), FileOptions(reg)));
    WENSUM_ASSIGN_OR_RETURN(const Measured full, Drain(*file));
    if (full.records != summary.gazetteer_records) {
      return Internal(Cat("the file has ", full.records, " records of ", summary.gazetteer_records));
    }
    report.Add("dtf_full", static_cast<double>(full.records) / full.seconds, "records/s");
    exports::TableExportOptions table;
    table.table.selection.revision = reg.revision();
    WENSUM_ASSIGN_OR_RETURN(const auto csv, exports::OpenTableExport(view.reader(), reg.register_id(), table));
    WENSUM_ASSIGN_OR_RETURN(const Measured rows, Drain(*csv));
    if (rows.records != summary.properties) {
      return Internal(Cat("the table has ", rows.records, " rows of ", summary.properties));
    }
    report.Add("csv", static_cast<double>(rows.records) / rows.seconds, "rows/s");
  }
  WENSUM_RETURN_IF_ERROR(ChangeSome(*open));
  WENSUM_ASSIGN_OR_RETURN(const auto view, reg.OpenView({}));
  exports::DtfExportOptions changes = FileOptions(reg);
  changes.since = since;
  WENSUM_ASSIGN_OR_RETURN(const auto file, exports::OpenDtfExport(view.reader(), reg.register_id(), changes));
  WENSUM_ASSIGN_OR_RETURN(const Measured some, Drain(*file));
  if (some.records != kChanges) {
    return Internal(Cat("the change-only file has ", some.records, " records of ", kChanges));
  }
  report.Add("dtf_changes, stored records looked at", static_cast<double>(summary.gazetteer_records) / some.seconds,
             "records/s");
  return absl::OkStatus();
}

}  // namespace
}  // namespace wensum::benchmarks

int main(int argc, char** argv) {
  using wensum::benchmarks::CommandLine;
  CommandLine command("dtf_export", "Gazetteer records per second out of a register");
  wensum::benchmarks::Options options;
  command.AddSize("--properties", options.properties, 300, "Properties of the register; each has some 3 records");
  return command.Run(argc, argv, [&](wensum::benchmarks::Report& report) {
    return wensum::benchmarks::Measure(command, options, report);
  });
}
