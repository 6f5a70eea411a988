#include "sample/places.h"

#include "base/strings.h"

namespace wensum::sample {
namespace {

std::vector<std::string_view> Words(std::string_view list) {
  std::vector<std::string_view> words;
  for (const std::string_view word : Split(list, ',')) {
    if (!Trim(word).empty()) {
      words.push_back(Trim(word));
    }
  }
  return words;
}

}  // namespace

const std::vector<std::string_view>& StreetStems() {
  static const std::vector<std::string_view>* const kStems = new std::vector<std::string_view>(Words(
      "Church,Station,Park,Victoria,Albert,Queens,Kings,Mill,High,Chapel,School,Market,Bridge,Castle,Abbey,Priory,"
      "Manor,"
      "Hall,Farm,Green,Grange,Hill,Lodge,Meadow,Orchard,Garden,Spring,Well,River,Water,Brook,Ferry,Dock,Quay,Wharf,"
      "Magnolia,Rosary,Cedar,Oak,Elm,Ash,Beech,Birch,Chestnut,Sycamore,Willow,Poplar,Larch,Pine,Hazel,Hawthorn,Holly,"
      "Laurel,Lime,Maple,Rowan,Walnut,Yew,Acacia,Almond,Alder,Aspen,Briar,Bramble,Broom,Fern,Gorse,Heather,Ivy,Jasmine,"
      "Lavender,Lilac,Primrose,Rose,Bluebell,Buttercup,Campion,Clover,Foxglove,Iris,Juniper,Myrtle,Rosemary,Tansy,"
      "Thyme,"
      "Violet,Wisteria,Blackbird,Curlew,Dove,Falcon,Finch,Goldcrest,Heron,Jay,Kestrel,Kingfisher,Lapwing,Lark,Linnet,"
      "Mallard,Martin,Merlin,Nightingale,Osprey,Partridge,Peregrine,Plover,Robin,Sandpiper,Skylark,Swallow,Swan,Swift,"
      "Teal,Thrush,Wagtail,Woodpecker,Wren,Avon,Bure,Cam,Dee,Derwent,Glaven,Nar,Ouse,Severn,Stour,Tamar,Tas,Thames,"
      "Trent,"
      "Tyne,Waveney,Wensum,Wye,Yare,Ambleside,Bowness,Buttermere,Coniston,Ennerdale,Grasmere,Keswick,Rydal,Ullswater,"
      "Windermere,Balmoral,Buckingham,Clarence,Cumberland,Devonshire,Gloucester,Hanover,Kensington,Lancaster,"
      "Marlborough,"
      "Osborne,Portland,Richmond,Sandringham,Somerset,Stuart,Sussex,Tudor,Warwick,Wellington,Westminster,Windsor,York,"
      "Alexandra,Adelaide,Beatrice,Caroline,Charlotte,Edward,Eleanor,Elizabeth,George,Helena,Henry,James,John,Louisa,"
      "Margaret,Mary,Matilda,Oxford,Cambridge,Bristol,Bath,Durham,Ely,Exeter,Hereford,Lincoln,Norfolk,Suffolk,Essex,"
      "Kent,"
      "Salisbury,Truro,Wells,Winchester,Worcester,Alma,Blenheim,Crimea,Inkerman,Jubilee,Khartoum,Ladysmith,Mafeking,"
      "Trafalgar,Waterloo,Nelson,Cavell,Gurney,Opie,Crome,Cotman,Fry,Martineau,Borrow,Kett,Paston,Boleyn,Erpingham,"
      "Fastolf,Bacon,Browne,Colman,Bignold,Heigham,Unthank,Ipswich,Dereham,Aylsham,Cromer,Holt,Fakenham,Reepham,"
      "Swaffham,Yarmouth,Thorpe,Newmarket,Bury,Lakenham,Hall,Long,Short,Broad,Narrow,Cross,Butchers,Bakers,Coopers,"
      "Drapers,Dyers,Fishers,Fullers,Potters,Saddlers,Weavers,Tanners,Smiths,Wheelwrights,Shepherds,Millers,Gardeners,"
      "Brickfields,Claypit,Limekiln,Quarry,Sandpit,Gravel,Warren,Rabbit,Fox,Badger,Hare,Otter,Stag,Roe,Harvest,Barley,"
      "Wheat,Rye,Oat,Barn,Granary,Windmill,Watermill,Plough,Harrow,Furrow,Paddock,Croft,Glebe,Rectory,Vicarage,"
      "Parsonage,"
      "Deacon,Bishop,Canon,Monk,Friars,Nunnery,Cloister,Minster,Beacon,Fairfield,Bellfield,Springfield,Summerfield,"
      "Westfield,Northfield,Southfield,Eastfield,Longfield,Highfield,Greenfield,Whitefield,Redhill,Stonehill,Sunny,"
      "Bellevue,Prospect,Mount,Ridgeway,Valley,Dell,Woodland,Forest,Copse,Spinney,Grove,Heath,Common,Moor,Fen,Marsh,"
      "Carrow,Globe,Crown,Angel,Bell,Anchor,Mariners,Pilgrims,Palmers,Lambert,Mottram,Harwood,Ketteridge,Pettus,"
      "Rackham,"
      "Bullard,Steward,Patteson,Boulton,Chamberlin,Jewson,Southwell,Stannard,Starling,Thurlow,Turner,Vaughan,"
      "Wodehouse"));
  return *kStems;
}

const std::vector<std::string_view>& TheNames() {
  static const std::vector<std::string_view>* const kNames = new std::vector<std::string_view>(
      Words("Limes,Paddocks,Avenues,Street,Green,Ridings,Beeches,Oaks,Firs,Cedars,Elms,Maltings,Granary,Mews,Crescent,"
            "Meadows,Glade,Dell,Copse,Spinney,Orchards,Vineries,Laurels,Hollies,Poplars,Willows,Pastures,Runnel,Loke,"
            "Boundary,Close,Drive,Common,Heath,Warren,Moorings,Staithe,Walnuts,Croft,Chase"));
  return *kNames;
}

const std::vector<std::string_view>& Saints() {
  static const std::vector<std::string_view>* const kSaints = new std::vector<std::string_view>(Words(
      "St Stephens,St Benedicts,St Augustines,St Giles,St Johns,St Marys,St Andrews,St Georges,St Peters,St Pauls,"
      "St Faiths,St Leonards,St Michaels,St James,St Martins,St Lawrence,St Clements,St Edmunds,St Swithins,"
      "St Margarets,St Catherines,St Annes,St Olaves,St Saviours,St Philips,St Matthews,St Lukes,St Marks,"
      "St Bartholomews,St Crispins,St Julians,St Mildreds,St Vedast,St Williams,All Saints,Holy Trinity"));
  return *kSaints;
}

std::span<const WeightedWord> StreetTypes() {
  static constexpr WeightedWord kTypes[] = {{"Road", 25}, {"Close", 18}, {"Street", 14}, {"Avenue", 10},  {"Drive", 8},
                                            {"Lane", 7},  {"Way", 6},    {"Gardens", 5}, {"Crescent", 4}, {"Court", 3},
                                            {"Place", 3}, {"Walk", 3},   {"Terrace", 3}, {"Grove", 3},    {"Rise", 2},
                                            {"Mews", 2},  {"Loke", 2},   {"Row", 1},     {"Square", 1},   {"View", 1},
                                            {"Hill", 1},  {"Green", 1},  {"Park", 1},    {"End", 1},      {"Plain", 1}};
  return kTypes;
}

std::span<const std::string_view> Localities() {
  static constexpr std::string_view kLocalities[] = {"",
                                                     "",
                                                     "",
                                                     "",
                                                     "Eastgate",
                                                     "Westbury Park",
                                                     "Heathcote",
                                                     "Millbrook",
                                                     "Kingsley",
                                                     "Northgate",
                                                     "Larchwood",
                                                     "Catmere",
                                                     "Thornham",
                                                     "Bowthorn",
                                                     "Lakeside",
                                                     "Hellesford",
                                                     "Costerley",
                                                     "Earlsham",
                                                     "Marlford",
                                                     "Tuckswell",
                                                     "Sprowling",
                                                     "Cringlethorpe",
                                                     "Drayburn",
                                                     "Taverley",
                                                     "Upper Tasker",
                                                     "New Costerley"};
  return kLocalities;
}

const std::vector<std::string_view>& HouseNameFirstWords() {
  static const std::vector<std::string_view>* const kWords = new std::vector<std::string_view>(Words(
      "Rose,Ivy,Lilac,Holly,Laurel,Willow,Orchard,Garden,Mill,Church,School,Chapel,Rectory,Bridge,Forge,Station,"
      "Pear Tree,Apple Tree,Cherry Tree,Walnut Tree,Oak Tree,Sunny,Hill,Meadow,River,Brook,Spring,Well,Fern,Heath,"
      "White,Red,Old,Honeysuckle,Jasmine,Lavender,Primrose,Rosemary,Wisteria,Swallow,Robin,Kestrel,Owl,Fox,Badger,"
      "Hunters,Shepherds,Keepers,Gardeners,Coachmans,Wheelwrights,Corner,Valley,Wood,Beech,Cedar,Chestnut,Elm"));
  return *kWords;
}

const std::vector<std::string_view>& HouseNameSecondWords() {
  static const std::vector<std::string_view>* const kWords = new std::vector<std::string_view>(
      Words("Cottage,House,Lodge,Villa,Barn,View,Bank,Croft,Dene,Nook,Farm,Grange,Haven,Manor"));
  return *kWords;
}

const std::vector<std::string_view>& BlockNames() {
  static const std::vector<std::string_view>* const kNames = new std::vector<std::string_view>(Words(
      "Norfolk,Suffolk,Compass,Wherry,Nelson,Cavell,Wensum,Yare,Bure,Waveney,Ashbourne,Belvoir,Cathedral,Dolphin,"
      "Eagle,Foundry,Gateway,Harbour,Imperial,Jubilee,Keel,Lantern,Mariner,Normandy,Orion,Paragon,Quayside,Regency,"
      "Sapphire,Tiller,Union,Vulcan,Westlegate,Aldwych,Beaumont,Crome,Cotman,Davey,Elgar,Franklin,Gurney,Holland,"
      "Ingram,Jarrold,Keats,Lister,Millennium,Newton,Opie,Purcell,Raleigh,Stafford,Tennyson,Vernon,Wilberforce"));
  return *kNames;
}

std::span<const std::string_view> BlockTypes() {
  static constexpr std::string_view kTypes[] = {"House", "House", "House",    "Court", "Court",
                                                "Point", "Lodge", "Mansions", "Tower", "Place"};
  return kTypes;
}

std::span<const Trade> Trades() {
  static constexpr Trade kTrades[] = {{"Bakery", "CR08", true},
                                      {"Butchers", "CR08", true},
                                      {"Florist", "CR08", true},
                                      {"Newsagents", "CR08", true},
                                      {"Hardware", "CR08", true},
                                      {"Convenience Store", "CR08", false},
                                      {"Charity Shop", "CR08", false},
                                      {"Opticians", "CR08", true},
                                      {"Hair and Beauty", "CR02", true},
                                      {"Barbers", "CR02", true},
                                      {"Dry Cleaners", "CR02", false},
                                      {"Cafe", "CR07", true},
                                      {"Tandoori Restaurant", "CR07", false},
                                      {"Fish Bar", "CR10", true},
                                      {"Pizza Takeaway", "CR10", false},
                                      {"Arms", "CR06", true},
                                      {"Estate Agents", "CR02", true},
                                      {"Solicitors", "CO01", true},
                                      {"Accountants", "CO01", true},
                                      {"Insurance Brokers", "CO01", true},
                                      {"Design Studio", "CO01", false},
                                      {"Software Limited", "CO01", false},
                                      {"Dental Practice", "CM01", false},
                                      {"Surgery", "CM02", false},
                                      {"Day Nursery", "CE02", false},
                                      {"Joinery", "CI03", true},
                                      {"Motor Repairs", "CI03", true},
                                      {"Engineering Limited", "CI01", true},
                                      {"Storage", "CI04", false},
                                      {"Fitness Centre", "CL06", false}};
  return kTrades;
}

std::span<const OtherTown> OtherTowns() {
  static constexpr OtherTown kTowns[] = {
      {"Thetford", "IP24"},  {"Great Yarmouth", "NR30"}, {"Lowestoft", "NR32"},   {"King's Lynn", "PE30"},
      {"Ipswich", "IP1"},    {"Cambridge", "CB4"},       {"Peterborough", "PE1"}, {"London", "E17"},
      {"Colchester", "CO2"}, {"Leeds", "LS6"},           {"Manchester", "M14"},   {"Nottingham", "NG7"},
      {"Birmingham", "B29"}, {"Bristol", "BS7"},         {"Sheffield", "S10"},    {"Bury St Edmunds", "IP33"}};
  return kTowns;
}

}  // namespace wensum::sample
