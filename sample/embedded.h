// Files of the source tree that are compiled into the library.
#ifndef WENSUM_SAMPLE_EMBEDDED_H_
#define WENSUM_SAMPLE_EMBEDDED_H_

#include <span>
#include <string_view>

namespace wensum::sample {

// sample/rates.yaml.
std::string_view RatesYaml();

struct EmbeddedFeed {
  std::string_view name;  // "council_tax"
  std::string_view yaml;  // sample/feeds/council_tax.yaml
};
// The mapping files of the sample's legacy extracts, in the order in which the extracts are written.
std::span<const EmbeddedFeed> EmbeddedFeeds();

}  // namespace wensum::sample

#endif  // WENSUM_SAMPLE_EMBEDDED_H_
