// The exceptions behind proper_case.h. All keys are in capitals; all tables are sorted, for binary search.
#ifndef WENSUM_GAZETTEER_FORMS_PROPER_CASE_TABLES_H_
#define WENSUM_GAZETTEER_FORMS_PROPER_CASE_TABLES_H_

#include <algorithm>
#include <string_view>

namespace wensum::llpg {

// Words that are written in capitals: organisations and abbreviations that addresses have, and Roman numerals from two
// letters on. Words that are also plain English (IT, US, ACE) are not among them.
inline constexpr std::string_view kAcronyms[] = {
    "AA",   "AFC",   "ASDA", "ATM",  "BBC",  "BHS",  "BMW",  "BP",  "BT",  "CAB", "CC",   "CCTV", "CIC",  "CIO",
    "DFS",  "DHL",   "DIY",  "DPD",  "DVLA", "DVSA", "DWP",  "EDF", "EE",  "EU",  "FC",   "GP",   "GPO",  "HGV",
    "HM",   "HMO",   "HMP",  "HMRC", "HMS",  "HQ",   "HSBC", "IBM", "ICB", "II",  "III",  "IKEA", "ITV",  "IV",
    "IX",   "JCB",   "KFC",  "KPMG", "LLP",  "MCC",  "MFI",  "MOD", "MOT", "NCP", "NFU",  "NHS",  "NNUH", "NSPCC",
    "NT",   "OBE",   "PCT",  "PDSA", "PLC",  "PO",   "QEH",  "RAC", "RAF", "RBS", "RC",   "RFC",  "RNIB", "RNLI",
    "RSPB", "RSPCA", "RUFC", "TNT",  "TSB",  "TV",   "UEA",  "UK",  "UPS", "USA", "VC",   "VI",   "VII",  "VIII",
    "VW",   "WC",    "WRVS", "XI",   "XII",  "XIII", "XIV",  "XV",  "XVI", "YHA", "YMCA", "YWCA",
};

// Words in small letters between others: English, and the particles of Welsh, French and Gaelic in place names.
inline constexpr std::string_view kSmallWords[] = {
    "AND", "AR", "AT", "BY",   "CUM", "DE",  "DU",  "EN", "FOR",  "FROM",  "IN",   "LA",   "LE", "NA", "NAN",
    "OF",  "ON", "OR", "OVER", "SUB", "SUR", "THE", "TO", "TOUT", "UNDER", "UPON", "WITH", "Y",  "YN", "YR",
};

// Small words only between hyphens.
inline constexpr std::string_view kHyphenatedSmallWords[] = {"A",  "AM",   "AN",    "E",  "JUXTA", "NEXT",
                                                             "NY", "RHIW", "SUPER", "YM", "YNG"};

// Small words with which the name of a house or a street begins, so that they have a capital after a number.
inline constexpr std::string_view kArticles[] = {"DE", "LA", "LE", "THE", "Y", "YR"};

// Words with a way of their own.
struct Spelling {
  std::string_view capitals;
  std::string_view proper;
};
inline constexpr Spelling kSpellings[] = {
    {"BANC-Y-FFORDD", "Banc-y-ffordd"},
    {"C/O", "c/o"},
    {"CO-OP", "Co-op"},
    {"CO-OPERATIVE", "Co-operative"},
    {"H-AIRBHE", "h-Airbhe"},
    {"LLANFIHANGEL-TAL-Y-LLYN", "Llanfihangel-Tal-y-llyn"},
    {"LLANNERCH-Y-MOR", "Llannerch-y-mor"},
    {"MAES-Y-CWMMER", "Maes-y-cwmmer"},
    {"PENTRE'R-FELIN", "Pentre'r-felin"},
    {"T-OB", "t-Ob"},
    {"YSGUBOR-Y-COED", "Ysgubor-y-coed"},
};

static_assert(std::ranges::is_sorted(kAcronyms));
static_assert(std::ranges::is_sorted(kSmallWords));
static_assert(std::ranges::is_sorted(kHyphenatedSmallWords));
static_assert(std::ranges::is_sorted(kArticles));
static_assert(std::ranges::is_sorted(kSpellings, {}, &Spelling::capitals));

}  // namespace wensum::llpg

#endif  // WENSUM_GAZETTEER_FORMS_PROPER_CASE_TABLES_H_
