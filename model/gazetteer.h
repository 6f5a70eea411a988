// Rows of a land and property gazetteer, as DTF 7.3, AddressBase Premium and Code-Point Open define them.
//
// One struct per record type with the union of both formats' columns; a column that a format lacks is empty. Codes are
// kept as the file gives them; lookups and rules live elsewhere.
#ifndef WENSUM_MODEL_GAZETTEER_H_
#define WENSUM_MODEL_GAZETTEER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/partial_date.h"
#include "model/postcode.h"
#include "model/uprn.h"

namespace wensum::model {

// Values are stored: never renumber.
enum class GazetteerFormat : uint8_t {
  kUnknown = 0,
  kDtf73 = 1,
  kAddressBasePremium2 = 2,
  kAddressBasePremium1 = 3,
  kCodePointOpen = 4
};
// "DTF_7_3", "ABP_2", "ABP_1", "CODE_POINT_OPEN" or "UNKNOWN".
std::string_view GazetteerFormatName(GazetteerFormat format);

enum class ChangeType : uint8_t { kInsert = 1, kUpdate = 2, kDelete = 3 };

// The four dates that most records carry.
struct RecordDates {
  PartialDate start;
  PartialDate end;
  PartialDate last_update;
  PartialDate entry;
  friend bool operator==(const RecordDates&, const RecordDates&) = default;
};

// What DTF 7.3 reserves for the hub in the records 21 and 24, kept as it came.
struct HubColumns {
  std::string custodian_one;
  std::string custodian_two;
  std::string can_key;
  friend bool operator==(const HubColumns&, const HubColumns&) = default;
};

// Which numbers of a row are 0 in an unusual way. A number 0 stands for "0" in a column that DTF 7.3 makes mandatory
// and for nothing in any other column; bit i says that column i (from 0) of the row's DTF 7.3 line said the other of
// the two. Bits of numbers that are not 0 say nothing, so who changes a number need not look here.
using ZeroColumns = uint32_t;

// Record 11.
struct Street {
  Usrn usrn;
  int record_type = 0;
  int swa_org_ref_naming = 0;
  int state = 0;
  PartialDate state_date;
  int surface = 0;
  int classification = 0;
  int version = 0;
  RecordDates dates;
  double start_x = 0, start_y = 0, end_x = 0, end_y = 0;
  int tolerance = 0;
  ZeroColumns zeros = 0;
  friend bool operator==(const Street&, const Street&) = default;
};

// Record 15. Key: USRN and language.
struct StreetDescriptor {
  Usrn usrn;
  std::string description;
  std::string locality;
  std::string town;
  std::string administrative_area;
  std::string language;
  RecordDates dates;
  friend bool operator==(const StreetDescriptor&, const StreetDescriptor&) = default;
};

// Record 12 (DTF): an elementary street unit or another street that belongs to the street. Key: USRN, type and id.
struct StreetReference {
  Usrn usrn;
  int reference_type = 0;
  int usrn_version = 0;
  std::string reference_id;
  int reference_version = 0;
  RecordDates dates;  // entry alone
  ZeroColumns zeros = 0;
  friend bool operator==(const StreetReference&, const StreetReference&) = default;
};

// Record 21.
struct Blpu {
  Uprn uprn;
  int logical_status = 0;
  int state = 0;
  PartialDate state_date;
  std::string blpu_class;  // DTF only
  Uprn parent_uprn;
  double x = 0, y = 0;
  int rpc = 0;
  int local_custodian_code = 0;
  std::string organisation;        // DTF only
  std::string ward_code;           // DTF only
  std::string parish_code;         // DTF only
  std::string country;             // ABP 2 only
  std::string addressbase_postal;  // ABP only
  std::string postcode_locator;    // ABP only
  int multi_occ_count = 0;         // ABP only
  RecordDates dates;
  HubColumns hub;
  ZeroColumns zeros = 0;
  friend bool operator==(const Blpu&, const Blpu&) = default;
};

// Numbers and text of a primary or secondary addressable object.
struct AddressableObject {
  int start_number = 0;  // 0: none; has_number tells 0 from none
  bool has_number = false;
  std::string start_suffix;
  int end_number = 0;
  std::string end_suffix;
  std::string text;
  [[nodiscard]] bool empty() const { return !has_number && text.empty(); }
  friend bool operator==(const AddressableObject&, const AddressableObject&) = default;
};

// Record 24. Key: UPRN and LPI key.
struct Lpi {
  Uprn uprn;
  std::string lpi_key;
  std::string language;
  int logical_status = 0;
  AddressableObject sao;
  AddressableObject pao;
  Usrn usrn;
  std::string level;
  std::string postal_address;  // DTF only: Y, N, A, P, L
  std::string postcode;        // DTF only
  std::string post_town;       // DTF only
  std::string official_flag;
  std::string usrn_match_indicator;  // ABP only
  std::string area_name;             // ABP only
  RecordDates dates;
  HubColumns hub;
  ZeroColumns zeros = 0;
  friend bool operator==(const Lpi&, const Lpi&) = default;
};

// Record 23. Key: UPRN and cross reference key.
struct CrossReference {
  Uprn uprn;
  std::string xref_key;
  std::string cross_reference;
  std::string source;
  int version = 0;
  RecordDates dates;
  friend bool operator==(const CrossReference&, const CrossReference&) = default;
};

// Record 22 (DTF): on what evidence the extent of the property rests. Key: UPRN and provenance key.
struct Provenance {
  Uprn uprn;
  std::string provenance_key;
  std::string code;  // T, L, F, R, P, O or U
  std::string annotation;
  RecordDates dates;
  friend bool operator==(const Provenance&, const Provenance&) = default;
};

// Record 32 (AddressBase).
struct Classification {
  Uprn uprn;
  std::string class_key;
  std::string code;
  std::string scheme;
  std::string scheme_version;
  RecordDates dates;
  friend bool operator==(const Classification&, const Classification&) = default;
};

// Record 31 (AddressBase).
struct PropertyOrganisation {
  Uprn uprn;
  std::string org_key;
  std::string organisation;
  std::string legal_name;
  RecordDates dates;
  friend bool operator==(const PropertyOrganisation&, const PropertyOrganisation&) = default;
};

// Record 28 (AddressBase): Royal Mail delivery point. Key: UPRN and UDPRN.
struct DeliveryPoint {
  Uprn uprn;
  Uprn parent_addressable_uprn;  // ABP 1 only
  uint64_t udprn = 0;
  std::string organisation_name, department_name, sub_building_name, building_name, building_number;
  std::string dependent_thoroughfare, thoroughfare, double_dependent_locality, dependent_locality, post_town;
  std::string postcode, postcode_type, delivery_point_suffix;
  std::string welsh_dependent_thoroughfare, welsh_thoroughfare, welsh_double_dependent_locality,
      welsh_dependent_locality, welsh_post_town, po_box_number;
  PartialDate process_date;
  RecordDates dates;
  friend bool operator==(const DeliveryPoint&, const DeliveryPoint&) = default;
};

// Record 30 (AddressBase). Key: UPRN and successor key.
struct Successor {
  Uprn uprn;
  std::string successor_key;
  Uprn successor;
  RecordDates dates;
  friend bool operator==(const Successor&, const Successor&) = default;
};

// A row of Code-Point Open: where a postcode lies. It belongs to no property or street and has no record type number.
struct PostcodeCentroid {
  Postcode postcode;
  // Positional quality: 10 best, 20 to 60 less exact, 90 no position.
  int quality = 0;
  double x = 0, y = 0;        // metres, EPSG:27700; both 0: not given
  std::string district_code;  // GSS code, e.g. "E07000148"
  std::string ward_code;      // GSS code
  friend bool operator==(const PostcodeCentroid&, const PostcodeCentroid&) = default;
};

// A row of DTF 7.3 that is kept as it came: of a type whose columns are not published (13, 14, 25, 26, 27), or one of
// type 12 or 22 that does not have the columns it should. Key: record type, owner, subkey and occurrence.
struct KeptRow {
  int record_type = 0;
  // The USRN (types 12 to 14) or UPRN that the row belongs to; 0 if the column behind PRO_ORDER holds no such number.
  uint64_t owner = 0;
  // The column behind that one; if it is empty or there is no owner, '~' and a hash of `text`.
  std::string subkey;
  // Files may hold several rows of one subkey: in their order, those of each change type by themselves, from 1.
  int occurrence = 1;
  // The line from the column behind PRO_ORDER on, exactly as in the file.
  std::string text;
  friend bool operator==(const KeptRow&, const KeptRow&) = default;
};
// True for the record types that belong to a street: 11 to 15.
constexpr bool IsStreetRecordType(int record_type) { return record_type >= 11 && record_type <= 15; }

// What a file says of its custodian: the record 29 (metadata) or 98 (key sequence), or the lasting columns of the
// header 10. There is one of each type per custodian.
struct CustodianRecord {
  int custodian_code = 0;  // of the file's header
  int record_type = 0;     // 10, 29 or 98
  // The columns behind RECORD_IDENTIFIER, as many as there are. Of a header: CUSTODIAN_NAME, CUSTODIAN_UPRN,
  // LOCAL_CUSTODIAN_CODE and DTF_VERSION alone.
  std::vector<std::string> columns;
  friend bool operator==(const CustodianRecord&, const CustodianRecord&) = default;
};

// One gazetteer row of any of these types.
using GazetteerRow =
    std::variant<Street, StreetDescriptor, Blpu, Lpi, CrossReference, Classification, PropertyOrganisation,
                 DeliveryPoint, Successor, PostcodeCentroid, StreetReference, Provenance, KeptRow, CustodianRecord>;

// The record type number of a row: 11, 12, 15, 21, 22, 23, 24, 28, 30, 31 or 32, that of a kept row or custodian
// record; 0 for a postcode, which has none.
int RecordType(const GazetteerRow& row);

}  // namespace wensum::model

#endif  // WENSUM_MODEL_GAZETTEER_H_
