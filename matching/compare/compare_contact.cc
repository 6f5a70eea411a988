#include "matching/compare/compare_contact.h"

#include <algorithm>
#include <iterator>

#include "base/strings.h"
#include "matching/compare/edit_distance.h"

namespace wensum::matching {
namespace {

constexpr size_t kSubscriberDigits = 6;
constexpr size_t kTellingUser = 6;
constexpr size_t kLongUser = 8;

struct Email {
  explicit Email(std::string_view text) {
    const size_t at = text.rfind('@');
    user = text.substr(0, at);
    domain = at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
  }
  std::string_view user;
  std::string_view domain;
};

// Mailboxes of offices, which many people use.
bool IsOffice(std::string_view user) {
  constexpr std::string_view kOffices[] = {"ACCOUNTS", "BOOKINGS", "CONTACT", "DONOTREPLY", "ENQUIRIES",
                                           "ENQUIRY",  "NOREPLY",  "OFFICE",  "RECEPTION",  "SUPPORT"};
  return std::any_of(std::begin(kOffices), std::end(kOffices),
                     [user](std::string_view office) { return EqualsIgnoreCaseAscii(user, office); });
}

// The next character from `i` on that says which mailbox it is, or 0 at the end.
char NextOfMailbox(std::string_view user, size_t& i) {
  while (i < user.size() && user[i] == '.') ++i;
  return i == user.size() || user[i] == '+' ? '\0' : user[i++];
}

bool SameMailbox(std::string_view a, std::string_view b) {
  size_t i = 0;
  size_t j = 0;
  bool any = false;
  while (true) {
    const char x = NextOfMailbox(a, i);
    if (x != NextOfMailbox(b, j)) return false;
    if (x == '\0') return any;
    any = true;
  }
}

bool WithinOneEdit(std::string_view a, std::string_view b) { return OsaDistance(a, b, 1) <= 1; }

}  // namespace

PhoneLevel ComparePhones(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return PhoneLevel::kNull;
  if (a == b) return PhoneLevel::kExact;
  if (a.size() > b.size()) std::swap(a, b);
  if (a.size() >= kSubscriberDigits && b.ends_with(a)) return PhoneLevel::kSubscriber;
  return a.size() > kSubscriberDigits && WithinOneEdit(a, b) ? PhoneLevel::kOneEdit : PhoneLevel::kDifferent;
}

EmailLevel CompareEmails(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return EmailLevel::kNull;
  if (a == b) return EmailLevel::kExact;
  const Email x(a);
  const Email y(b);
  const size_t shorter = std::min(x.user.size(), y.user.size());
  const bool telling = shorter >= kTellingUser && !IsOffice(x.user) && !IsOffice(y.user);
  const bool one_domain = x.domain == y.domain || (telling && (x.domain.empty() || y.domain.empty()));
  if (one_domain && SameMailbox(x.user, y.user)) return EmailLevel::kMailbox;
  if (shorter > 1 && WithinOneEdit(a, b)) return EmailLevel::kOneEdit;
  if (telling && SameMailbox(x.user, y.user)) return EmailLevel::kUser;
  if (telling && shorter >= kLongUser && WithinOneEdit(x.user, y.user)) return EmailLevel::kNear;
  return EmailLevel::kDifferent;
}

}  // namespace wensum::matching
