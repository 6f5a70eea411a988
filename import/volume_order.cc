#include "import/volume_order.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <string_view>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "gazetteer/format/gazetteer_layout.h"
#include "import/byte_source.h"
#include "import/csv_reader.h"

namespace wensum::ingest {
namespace {

using llpg::FindLayout;
using llpg::RecordLayout;
using model::GazetteerFormat;
using F = llpg::GazetteerField;

constexpr int kHeader = 10;
constexpr size_t kNamesListed = 3;

struct Volume {
  int number = 0;
  std::string supply;  // what all volumes of one supply have in common, for people to read
};

std::string_view Column(const CsvRow& row, const RecordLayout& layout, F field) {
  const int position = layout.PositionOf(field);
  return position < 0 ? std::string_view() : Trim(row.fields[static_cast<size_t>(position)]);
}

// Nullopt unless the file begins with a header that gives a volume number.
std::optional<Volume> ReadHeader(std::string_view head) {
  const size_t end = head.find('\n');
  if (end == std::string_view::npos) {
    return std::nullopt;
  }
  const auto source = ByteSource::OpenMemory(head.substr(0, end));
  if (!source.ok()) {
    return std::nullopt;
  }
  CsvReader csv(source->get());
  CsvRow row;
  const absl::StatusOr<bool> more = csv.Next(row);
  if (!more.ok() || !*more || Trim(row.fields[0]) != "10") {
    return std::nullopt;
  }
  for (const GazetteerFormat format : {GazetteerFormat::kDtf73, GazetteerFormat::kAddressBasePremium2}) {
    const RecordLayout& layout = *FindLayout(format, kHeader);
    if (row.fields.size() != layout.columns.size()) {
      continue;
    }
    const std::optional<int> number = ParseInteger<int>(Column(row, layout, F::kVolumeNumber));
    if (!number.has_value() || *number < 0) {
      return std::nullopt;
    }
    return Volume{*number, Cat("custodian ", Column(row, layout, F::kLocalCustodianCode), ", process date ",
                               Column(row, layout, F::kProcessDate), ", version ", Column(row, layout, F::kVersion),
                               ", type ", Column(row, layout, F::kFileType))};
  }
  return std::nullopt;
}

std::string NamesOf(const std::vector<ArchivedFile>& files) {
  std::string names;
  for (size_t i = 0; i < std::min(files.size(), kNamesListed); ++i) {
    AppendTo(names, i == 0 ? "" : ", ", Quote(files[i].name, 60));
  }
  return files.size() > kNamesListed ? names + ", ..." : names;
}

bool IsArchive(std::string_view head) { return head.starts_with("PK\x03\x04") || head.starts_with("\x1F\x8B"); }

}  // namespace

absl::StatusOr<std::vector<size_t>> OrderVolumes(const std::vector<ArchivedFile>& files) {
  std::vector<Volume> volumes;
  for (const ArchivedFile& file : files) {
    if (IsArchive(file.head)) {
      return InvalidArgument(
          Cat("the file ", Quote(file.name, 60), " in the zip archive is an archive itself; unpack it first"));
    }
    std::optional<Volume> volume = ReadHeader(file.head);
    if (!volume.has_value()) {
      return InvalidArgument(Cat("the zip archive holds ", files.size(), " files (", NamesOf(files), "), and ",
                                 Quote(file.name, 60),
                                 " does not begin with the header record 10 of a gazetteer volume; only the volumes of "
                                 "one supply may come together, so give each as a file of its own"));
    }
    volumes.push_back(*std::move(volume));
  }
  std::vector<size_t> order(files.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::sort(order, {}, [&volumes](size_t i) { return std::pair(volumes[i].number, i); });
  for (size_t i = 1; i < order.size(); ++i) {
    const Volume& before = volumes[order[i - 1]];
    const Volume& volume = volumes[order[i]];
    const std::string& before_name = files[order[i - 1]].name;
    const std::string& name = files[order[i]].name;
    if (before.supply != volume.supply) {
      return InvalidArgument(
          Cat("the files ", Quote(before_name, 60), " (", before.supply, ") and ", Quote(name, 60), " (", volume.supply,
              ") in the zip archive are of different supplies; give each supply as a file of its own, "
              "in the order of time"));
    }
    if (before.number == volume.number) {
      return InvalidArgument(Cat("the files ", Quote(before_name, 60), " and ", Quote(name, 60),
                                 " in the zip archive both say that they are volume ", volume.number,
                                 "; remove the one that does not belong"));
    }
    if (before.number + 1 != volume.number) {
      return InvalidArgument(Cat("the zip archive lacks volume ", before.number + 1, ": after ", Quote(before_name, 60),
                                 ", volume ", before.number, ", comes ", Quote(name, 60), ", volume ", volume.number,
                                 "; ask for the archive again"));
    }
  }
  return order;
}

}  // namespace wensum::ingest
