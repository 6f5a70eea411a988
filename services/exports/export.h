// A gazetteer file that is being written: what all formats share.
#ifndef WENSUM_SERVICES_EXPORTS_EXPORT_H_
#define WENSUM_SERVICES_EXPORTS_EXPORT_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "model/gazetteer.h"

namespace wensum::exports {

// About how long a piece of a file is.
inline constexpr size_t kChunkBytes = 128 * 1024;

enum class Profile : uint8_t {
  // Everything that the register holds.
  kArchive,
  // What the national hub takes: records that are local only are held back (see HoldsBack).
  kHub,
};

// The keys of a property's LPIs that were marked to be kept out of files for the hub, as of a revision.
using ExcludedLpis = std::function<std::set<std::string>(uint64_t uprn, uint64_t revision)>;

// Which rows of the register a file is made of.
struct Selection {
  Profile profile = Profile::kArchive;
  // The state that is written: that of this revision.
  uint64_t revision = 0;
  // False if `revision` is the newest of the reader's state, which is quicker to read.
  bool past = false;
  // Rows that came from AddressBase are Ordnance Survey's and Royal Mail's, not the authority's own: they may not go
  // where a gazetteer of its own may, so a file has them only if it is asked for. In a DTF 7.3 file they lack what
  // AddressBase keeps in records that DTF 7.3 does not have (class and organisation).
  bool with_addressbase = false;
  // Whose file it is. Under kHub the properties of others, and of no custodian, are held back. 0: the one custodian
  // whose DTF 7.3 file was imported.
  int custodian_code = 0;
  // True if the property was marked to be kept out of files for the hub, as of a revision. May be empty.
  std::function<bool(uint64_t uprn, uint64_t revision)> excluded;
  // May be empty.
  ExcludedLpis excluded_lpis;
};

struct ExportFacts {
  // A name for the file, e.g. "2625_full_r812.csv".
  std::string file_name;
  // "DTF_7_3", "CSV", "GEOJSON" or "GEOPACKAGE".
  std::string format;
  uint64_t revision = 0;
  // Of a change-only file.
  std::optional<uint64_t> since;
  // Complete once the file is. Records of DTF 7.3 by type, and their sum without 10, 29 and 99 (RECORD_COUNT); of other
  // formats, rows.
  std::map<int, uint64_t> by_record_type;
  uint64_t records = 0;
  // Properties that the profile held back.
  uint64_t held_back = 0;
};

// Written piece by piece, as it is asked for. Not thread-safe.
class Export {
 public:
  virtual ~Export() = default;
  // Replaces `*chunk` by the next piece; false, and nothing in it, at the end. A piece may be empty, where some of the
  // work was done for which there is nothing to send yet. Errors come from the store: DATA_LOSS for damaged rows.
  virtual absl::StatusOr<bool> Next(std::string* chunk) = 0;
  [[nodiscard]] virtual const ExportFacts& facts() const = 0;
};

// What the hub does not want (GeoPlace data entry conventions and DTF 7.3 checks): planning stages that are the
// authority's own business (BLPU state 5, application received, and 7, permission refused), positions that are not the
// property's own (representative point code 3, 5 and 9), and candidates (status 5), which travel from the hub to the
// authority only.
bool HoldsBack(const model::Blpu& blpu);
// Candidates among the LPIs.
bool HoldsBackLpi(int logical_status);

// True for the formats of AddressBase.
bool IsAddressBase(model::GazetteerFormat format);

}  // namespace wensum::exports

#endif  // WENSUM_SERVICES_EXPORTS_EXPORT_H_
