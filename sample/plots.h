// Fills one street with properties.
#ifndef WENSUM_SAMPLE_PLOTS_H_
#define WENSUM_SAMPLE_PLOTS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "sample/city.h"

namespace wensum::sample {

// Hands out UPRNs from several blocks of different lengths, as an authority's gazetteer has them.
class UprnSource {
 public:
  // A fresh number from the block of the given age class: 0 original load, 1 later, 2 recent.
  uint64_t Next(int block, Random& random);

 private:
  uint64_t next_[3] = {100'090'000'000, 10'009'000'000, 200'004'000'000};
};

struct PlotContext {
  const Rates& rates;
  const NameTables& names;
  UprnSource& uprns;
  Day today;
};

// Adds the plots of one street to a city. Positions and postcodes are given afterwards.
class PlotBuilder {
 public:
  // `central`: shops are much more frequent.
  PlotBuilder(const PlotContext& context, Random& random, City& city, uint32_t street, bool central);

  // Adds one plot of at most `room` (>= 1) properties.
  void AddPlot(size_t room);
  // First property of each plot added.
  [[nodiscard]] const std::vector<size_t>& plots() const { return plots_; }

 private:
  enum class Kind { kHouse, kNamed, kBlock, kConverted, kHmo, kCommercial, kMixed, kLand };
  Kind DrawKind(size_t room);
  Property Base(std::string_view blpu_class, Use use);
  void TakeNumber(Property& property);
  std::string UniqueText(std::string text);
  std::string HouseName();
  std::string Organisation(std::string& blpu_class);
  size_t Add(Property property);

  void AddHouse(size_t room);
  void AddNamedHouse();
  void AddBlock(size_t room);
  void AddConverted(size_t room);
  void AddHmo(size_t room);
  void AddCommercial();
  void AddMixed();
  void AddLand();
  // Adds a unit inside `shell`, sharing its primary object.
  void AddUnit(size_t shell, std::string unit, std::string_view blpu_class, Use use, char postal);

  const PlotContext& context_;
  Random& random_;
  City& city_;
  const uint32_t street_;
  const bool central_;
  const bool odd_and_even_;
  const bool skip_thirteen_;
  const int house_type_;  // 2 detached, 3 semi-detached, 4 terraced: class RD0n
  int next_odd_ = 1, next_even_ = 2;
  int next_plot_ = 1;
  std::vector<std::string> texts_;  // building texts used in this street
  std::vector<size_t> plots_;
};

}  // namespace wensum::sample

#endif  // WENSUM_SAMPLE_PLOTS_H_
