// What the feed must tell of people, computed from whole states of the register before and after each revision, as the
// API shows them: every id is looked at, whatever the log says of it.
#ifndef WENSUM_TESTS_SERVICES_CHANGES_FEED_TWIN_H_
#define WENSUM_TESTS_SERVICES_CHANGES_FEED_TWIN_H_

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "services/register/register.h"
#include "wensum/v1/changes.pb.h"

namespace wensum::changes {

class FeedTwin {
 public:
  FeedTwin(const registry::Register* reg, int purpose_bit, std::set<std::string> sources, std::set<int> kinds,
           std::set<std::string> stale_for = {})
      : register_(*reg),
        purpose_bit_(purpose_bit),
        sources_(std::move(sources)),
        kinds_(std::move(kinds)),
        stale_for_(std::move(stale_for)) {}

  // What an id stands for.
  struct Id {
    bool itself = false;   // a person of that id, which the purpose sees
    bool matches = false;  // who fits the filter
    v1::Person person;     // of `itself`
    uint64_t anchor = 0;   // that it resolves to, whoever may see it; 0: not issued yet
    std::string leads_to;  // the other person that the purpose sees instead, if any
    v1::Person led_to;
    bool deleted = false;  // the record that minted it
    bool nobody = false;   // who it resolves to has ended, for everybody
  };
  using State = std::map<std::string, Id>;  // by people/{id}

  // Of all `ids` minted so far.
  [[nodiscard]] State Read(uint64_t revision, uint64_t ids) const;
  // What must be told of a revision, with payloads BEFORE_AND_AFTER and without changed_fields; by name, as several may
  // be told of one. `known` has the names that ever stood for a person who fitted, and is kept so.
  [[nodiscard]] std::multimap<std::string, v1::ChangeEvent> Events(const State& before, const State& after,
                                                                   std::set<std::string>& known) const;

 private:
  [[nodiscard]] bool Matches(const v1::Person& person, uint64_t revision) const;

  const registry::Register& register_;
  const int purpose_bit_;
  const std::set<std::string> sources_;  // empty: all
  const std::set<int> kinds_;            // RecordKind; empty: all
  const std::set<std::string> stale_for_;
};

// The top-level fields of Person in which the two differ, by the messages' texts.
std::set<std::string> DifferentFields(const v1::Person& a, const v1::Person& b);

}  // namespace wensum::changes

#endif  // WENSUM_TESTS_SERVICES_CHANGES_FEED_TWIN_H_
