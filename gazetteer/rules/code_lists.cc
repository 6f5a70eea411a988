#include "gazetteer/rules/code_lists.h"

#include <algorithm>
#include <array>

namespace wensum::llpg {
namespace {

// Custodian codes of England, Wales and Scotland, ascending.
constexpr auto kCustodians = std::to_array<uint16_t>(
    {114,  116,  119,  121,  230,  235,  240,  335,  340,  345,  350,  355,  360,  405,  410,  415,  425,  435,  505,
     510,  515,  520,  530,  540,  650,  655,  660,  665,  724,  728,  734,  738,  835,  840,  905,  910,  915,  920,
     925,  930,  1005, 1010, 1015, 1025, 1030, 1035, 1040, 1045, 1055, 1105, 1110, 1115, 1125, 1130, 1135, 1145, 1150,
     1160, 1165, 1210, 1215, 1225, 1230, 1235, 1240, 1250, 1255, 1260, 1265, 1350, 1355, 1410, 1415, 1425, 1430, 1435,
     1445, 1505, 1510, 1515, 1520, 1525, 1530, 1535, 1540, 1545, 1550, 1560, 1570, 1590, 1595, 1605, 1610, 1615, 1620,
     1625, 1630, 1705, 1710, 1715, 1720, 1725, 1730, 1735, 1740, 1750, 1760, 1765, 1775, 1780, 1805, 1820, 1825, 1835,
     1840, 1845, 1850, 1905, 1910, 1915, 1920, 1925, 1930, 1935, 1940, 1945, 1950, 2001, 2002, 2003, 2004, 2114, 2205,
     2210, 2215, 2220, 2230, 2235, 2245, 2250, 2255, 2260, 2265, 2270, 2280, 2315, 2320, 2325, 2330, 2335, 2340, 2345,
     2350, 2355, 2360, 2365, 2370, 2372, 2373, 2405, 2410, 2415, 2420, 2430, 2435, 2440, 2465, 2470, 2505, 2510, 2515,
     2520, 2525, 2530, 2535, 2605, 2610, 2615, 2620, 2625, 2630, 2635, 2705, 2710, 2715, 2720, 2725, 2730, 2735, 2741,
     2805, 2810, 2815, 2820, 2825, 2830, 2835, 2935, 3005, 3010, 3015, 3020, 3025, 3030, 3040, 3060, 3105, 3110, 3115,
     3120, 3125, 3240, 3245, 3305, 3310, 3315, 3320, 3325, 3330, 3405, 3410, 3415, 3420, 3425, 3430, 3435, 3445, 3455,
     3505, 3510, 3515, 3520, 3525, 3530, 3535, 3540, 3545, 3605, 3610, 3615, 3620, 3625, 3630, 3635, 3640, 3645, 3650,
     3655, 3705, 3710, 3715, 3720, 3725, 3805, 3810, 3815, 3820, 3825, 3830, 3835, 3935, 3940, 4205, 4210, 4215, 4220,
     4225, 4230, 4235, 4240, 4245, 4250, 4305, 4310, 4315, 4320, 4325, 4405, 4410, 4415, 4420, 4505, 4510, 4515, 4520,
     4525, 4605, 4610, 4615, 4620, 4625, 4630, 4635, 4705, 4710, 4715, 4720, 4725, 5030, 5060, 5090, 5120, 5150, 5180,
     5210, 5240, 5270, 5300, 5330, 5360, 5390, 5420, 5450, 5480, 5510, 5540, 5570, 5600, 5630, 5660, 5690, 5720, 5750,
     5780, 5810, 5840, 5870, 5900, 5930, 5960, 5990, 6805, 6810, 6815, 6820, 6825, 6830, 6835, 6840, 6845, 6850, 6855,
     6905, 6910, 6915, 6920, 6925, 6930, 6935, 6940, 6945, 6950, 6955, 7655, 9000, 9010, 9020, 9051, 9052, 9053, 9054,
     9055, 9056, 9057, 9058, 9059, 9060, 9061, 9062, 9063, 9064, 9065, 9066, 9067, 9068, 9069, 9070, 9071, 9072, 9073,
     9074, 9075, 9076, 9077, 9078, 9079, 9999});

// The AddressBase classification scheme: primary, secondary, tertiary and quaternary codes, ascending.
constexpr auto kClasses = std::to_array<std::string_view>(
    {"C",      "CA",     "CA01",   "CA02",   "CA02FF", "CA02FH", "CA02FP", "CA02OY", "CA03",   "CA03SH", "CA03VY",
     "CA03WB", "CA04",   "CB",     "CC",     "CC02",   "CC03",   "CC03HD", "CC03PR", "CC03SC", "CC04",   "CC04YR",
     "CC05",   "CC06",   "CC06CB", "CC06CN", "CC06CR", "CC06CY", "CC06MC", "CC06MY", "CC07",   "CC08",   "CC09",
     "CC10",   "CC11",   "CC12",   "CE",     "CE01",   "CE01FE", "CE01HE", "CE02",   "CE03",   "CE03FS", "CE03IS",
     "CE03JS", "CE03MS", "CE03NP", "CE03PS", "CE04",   "CE04NS", "CE04SS", "CE05",   "CE06",   "CE07",   "CH",
     "CH01",   "CH01YH", "CH02",   "CH03",   "CI",     "CI01",   "CI01AW", "CI01BB", "CI01BR", "CI01BW", "CI01CD",
     "CI01CM", "CI01CW", "CI01DA", "CI01DY", "CI01FL", "CI01FO", "CI01GW", "CI01MG", "CI01OH", "CI01OR", "CI01PG",
     "CI01PM", "CI01PW", "CI01SR", "CI01SW", "CI01TL", "CI01WN", "CI01YD", "CI02",   "CI02MA", "CI02MD", "CI02MP",
     "CI02OA", "CI02QA", "CI03",   "CI03GA", "CI04",   "CI04CS", "CI04PL", "CI04SO", "CI04TS", "CI05",   "CI05SF",
     "CI05TD", "CI06",   "CI07",   "CI08",   "CL",     "CL01",   "CL01LP", "CL02",   "CL02CG", "CL02CV", "CL02HA",
     "CL02HO", "CL02YC", "CL03",   "CL03RR", "CL04",   "CL04AC", "CL04AM", "CL04HG", "CL04IM", "CL04MM", "CL04NM",
     "CL04SM", "CL04TM", "CL06",   "CL06AH", "CL06BF", "CL06CK", "CL06CU", "CL06DS", "CL06EQ", "CL06FB", "CL06FI",
     "CL06GF", "CL06GL", "CL06GR", "CL06HF", "CL06HR", "CL06HV", "CL06LS", "CL06ME", "CL06MF", "CL06PF", "CL06QS",
     "CL06RF", "CL06RG", "CL06SI", "CL06SK", "CL06SX", "CL06TB", "CL06TN", "CL06WA", "CL06WP", "CL06WY", "CL06YF",
     "CL07",   "CL07CI", "CL07EN", "CL07EX", "CL07TH", "CL08",   "CL08AK", "CL08AQ", "CL08MX", "CL08WZ", "CL09",
     "CL10",   "CL10RE", "CL11",   "CL11SD", "CL11SJ", "CM",     "CM01",   "CM02",   "CM02HC", "CM02HL", "CM03",
     "CM03HI", "CM03HP", "CM04",   "CM05",   "CM05ZS", "CN",     "CN01",   "CN02",   "CN02AX", "CN03",   "CN03HB",
     "CN03SB", "CN04",   "CN05",   "CN05AN", "CN05MR", "CO",     "CO01",   "CO01EM", "CO01FM", "CO01GV", "CO01LG",
     "CO02",   "CR",     "CR01",   "CR02",   "CR02PO", "CR04",   "CR04FK", "CR04FV", "CR04LV", "CR05",   "CR06",
     "CR07",   "CR08",   "CR08GC", "CR09",   "CR10",   "CR11",   "CS",     "CS01",   "CS02",   "CT",     "CT01",
     "CT01AF", "CT01AI", "CT01AP", "CT01AY", "CT01HS", "CT01HT", "CT02",   "CT03",   "CT03PK", "CT03PP", "CT03PU",
     "CT03VP", "CT04",   "CT04AE", "CT04CF", "CT04RH", "CT04RT", "CT05",   "CT06",   "CT07",   "CT08",   "CT08BC",
     "CT08RS", "CT08VH", "CT09",   "CT09CL", "CT09CX", "CT09MO", "CT10",   "CT10BG", "CT10BU", "CT11",   "CT11AD",
     "CT11LK", "CT11WE", "CT11WG", "CT12",   "CT13",   "CT13FR", "CT13NB", "CT13NF", "CT13SA", "CT13SP", "CT13TK",
     "CT13VF", "CU",     "CU01",   "CU02",   "CU03",   "CU03ED", "CU03EP", "CU03WF", "CU03WU", "CU04",   "CU04WC",
     "CU04WD", "CU04WM", "CU04WS", "CU04WW", "CU06",   "CU06TE", "CU06TX", "CU07",   "CU07WR", "CU07WT", "CU08",
     "CU08GG", "CU08GH", "CU08OT", "CU09",   "CU09CQ", "CU09OV", "CU09RA", "CU09SE", "CU10",   "CU11",   "CU11OP",
     "CU12",   "CX",     "CX01",   "CX01PT", "CX02",   "CX02FT", "CX03",   "CX03AA", "CX04",   "CX05",   "CX06",
     "CX07",   "CX08",   "CZ",     "CZ01",   "CZ02",   "CZ02VI", "CZ03",   "L",      "LA",     "LA01",   "LA02",
     "LA02OC", "LB",     "LB99AV", "LB99BD", "LB99PI", "LB99SV", "LC",     "LC01",   "LD",     "LD01",   "LD01CC",
     "LD01CO", "LD01RN", "LD01TC", "LF",     "LF02",   "LF02AU", "LF03",   "LL",     "LM",     "LM01",   "LM02",
     "LM02NV", "LM02VE", "LM03",   "LM04",   "LM04MV", "LM04PV", "LO",     "LO01",   "LP",     "LP01",   "LP02",
     "LP03",   "LP03PA", "LP03PD", "LP04",   "LU",     "LU01",   "LW",     "LW01",   "LW01BP", "LW01BV", "LW02",
     "LW02DE", "LW02DP", "LW02IW", "LW03",   "LW03DR", "LW03LR", "M",      "MA",     "MA99AG", "MA99AR", "MA99AS",
     "MA99AT", "MB",     "MB99TG", "MF",     "MF99UG", "MF99UR", "MF99US", "MF99UT", "MG",     "MN",     "MN99VG",
     "MN99VR", "MN99VS", "MN99VT", "O",      "OA",     "OA01",   "OA01AL", "OA01LL", "OA01SQ", "OA01WK", "OA02",
     "OA02DM", "OA02FG", "OA02NL", "OA03",   "OA03GP", "OC",     "OC01",   "OC02",   "OC03",   "OC04",   "OE",
     "OE01",   "OE02",   "OE03",   "OE04",   "OE05",   "OE06",   "OF",     "OG",     "OG01",   "OG02",   "OG03",
     "OG04",   "OH",     "OH01",   "OI",     "OI01",   "OI02",   "OI03",   "OI04",   "OI05",   "OI06",   "OI07",
     "OI08",   "OI09",   "OI10",   "OI11",   "OI12",   "OI13",   "OI14",   "OI15",   "ON",     "ON01",   "ON02",
     "ON03",   "OO",     "OO02",   "OO03",   "OO04",   "OP",     "OP01",   "OP02",   "OP03",   "OR",     "OR01",
     "OR02",   "OR03",   "OR04",   "OS",     "OS01",   "OS02",   "OS03",   "OT",     "OT01",   "OT02",   "OT03",
     "OT04",   "OT05",   "OT06",   "OT07",   "OT08",   "OT09",   "OT10",   "OT11",   "OT12",   "OT13",   "OT14",
     "OT15",   "OT16",   "OT17",   "OT18",   "OT19",   "OT20",   "OT21",   "OT22",   "OT23",   "OT24",   "OT25",
     "OT26",   "OT27",   "OU",     "OU01",   "OU04",   "OU05",   "OU08",   "P",      "PP",     "PS",     "R",
     "RB",     "RC",     "RC01",   "RD",     "RD01",   "RD02",   "RD03",   "RD04",   "RD06",   "RD07",   "RD08",
     "RD10",   "RG",     "RG02",   "RH",     "RH01",   "RH02",   "RH03",   "RI",     "RI01",   "RI02",   "RI02NC",
     "RI02RC", "RI03",   "U",      "UC",     "UP",     "X",      "Z",      "ZA",     "ZM",     "ZM01",   "ZM01OB",
     "ZM01ST", "ZM02",   "ZM03",   "ZM04",   "ZM05",   "ZM05BS", "ZM05CE", "ZM05PN", "ZM05WI", "ZS",     "ZU",
     "ZU01",   "ZU04",   "ZV",     "ZV01",   "ZV02",   "ZV02MI", "ZV02OI", "ZV02QI", "ZV03",   "ZV03SG", "ZV03WL",
     "ZW",     "ZW99AB", "ZW99CA", "ZW99CH", "ZW99CP", "ZW99GU", "ZW99KH", "ZW99LG", "ZW99MQ", "ZW99MT", "ZW99SU",
     "ZW99SY", "ZW99TP"});

static_assert(std::ranges::is_sorted(kCustodians) && std::ranges::is_sorted(kClasses));

}  // namespace

bool IsKnownCustodian(int code) {
  return code > 0 && code <= 9999 && std::ranges::binary_search(kCustodians, static_cast<uint16_t>(code));
}

bool IsKnownClass(std::string_view code) { return std::ranges::binary_search(kClasses, code); }

}  // namespace wensum::llpg
