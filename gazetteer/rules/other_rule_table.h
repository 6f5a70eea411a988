// Rules of the records that AddressBase and Code-Point add as data. Internal to this folder.
#ifndef WENSUM_GAZETTEER_RULES_OTHER_RULE_TABLE_H_
#define WENSUM_GAZETTEER_RULES_OTHER_RULE_TABLE_H_

#include "gazetteer/rules/rule.h"

namespace wensum::llpg::rule_table {

inline constexpr Rule kOtherRules[] = {
    {RuleId::kOtherKey, "WEN-KEY", "", 0, Scope::kRow, Severity::kError, Severity::kWarning,
     "records 12, 28, 30, 31 and 32 have their UPRN or USRN and a key of the right form",
     "give the row its identifiers, without which it cannot be stored"},
    {RuleId::kOtherDates, "WEN-DATES", "", 0, Scope::kRow, Severity::kWarning, Severity::kWarning,
     "END_DATE is not before START_DATE, LAST_UPDATE_DATE is not before ENTRY_DATE, none lies in the future (records "
     "15, 28, 30, 31, 32)",
     "correct the dates"},
    {RuleId::kOtherBlpu, "WEN-BLPU", "", 0, Scope::kProperty, Severity::kError, Severity::kWarning,
     "the BLPU of the records 22, 28, 30, 31 and 32 exists", "add the BLPU, or delete the record"},
    {RuleId::kDeliveryPoint, "WEN-28-TEXT", "", 28, Scope::kRow, Severity::kWarning, Severity::kWarning,
     "a delivery point's post town is given, and its texts and codes are as the format says", "correct the column"},
    {RuleId::kDeliveryPostcode, "WEN-28-POSTCODE", "", 28, Scope::kRow, Severity::kWarning, Severity::kWarning,
     "a delivery point has a valid postcode", "correct the postcode"},
    {RuleId::kSuccessor, "WEN-30-SUCCESSOR", "", 30, Scope::kRow, Severity::kWarning, Severity::kWarning,
     "SUCCESSOR is given", "enter the UPRN that follows"},
    {RuleId::kPropertyOrganisation, "WEN-31-ORGANISATION", "", 31, Scope::kRow, Severity::kWarning, Severity::kWarning,
     "ORGANISATION is given and has at most 100 characters, LEGAL_NAME at most 60", "correct the name"},
    {RuleId::kClassification, "WEN-32-CODE", "", 32, Scope::kRow, Severity::kWarning, Severity::kWarning,
     "CLASSIFICATION_CODE and CLASS_SCHEME are given, and codes of the AddressBase scheme are in its list",
     "choose a class from the list"},
    {RuleId::kCentroidQuality, "WEN-CPO-QUALITY", "", 0, Scope::kRow, Severity::kWarning, Severity::kWarning,
     "a postcode's positional quality is 10, 20, 30, 40, 50, 60 or 90", "choose a quality from the list"},
    {RuleId::kCentroidPoint, "WEN-CPO-POSITION", "", 0, Scope::kRow, Severity::kWarning, Severity::kWarning,
     "a postcode has a position in the National Grid's range, but none at quality 90",
     "correct the position or its quality"},
    {RuleId::kCentroidKey, "WEN-CPO-POSTCODE", "", 0, Scope::kRow, Severity::kReject, Severity::kReject,
     "a centroid's postcode is given", "give the row its postcode, without which it cannot be stored"},
};

}  // namespace wensum::llpg::rule_table

#endif  // WENSUM_GAZETTEER_RULES_OTHER_RULE_TABLE_H_
