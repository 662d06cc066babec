#include "tests/support/log_entries.hpp"

#include "events/entry.hpp"
#include "events/record.hpp"
#include "events/slot_map.hpp"

namespace shop::tests {

std::string claim_entry(std::uint64_t term, std::int64_t level) {
    const SlotMap map({1, 1, 1});
    std::string entry;
    append_claim(entry, {{term, "nonce"},
                         Time{1},
                         "here",
                         level,
                         {LogId::derive({"a log"}), map.partitions(), map.fingerprint()}});
    return entry;
}

std::string record_entry(std::uint64_t term, std::uint64_t seq, const CartId& cart,
                         const std::string& said) {
    Record record;
    record.term = {term, "nonce"};
    record.seq = seq;
    record.time = Time{static_cast<std::int64_t>(seq)};
    cart::ContactSet contact;
    contact.party.personal = {"a key", said.empty() ? std::to_string(seq) : said};
    record.events.push_back({cart, seq, std::nullopt, std::move(contact)});
    std::string entry;
    append_record(entry, record);
    return entry;
}

}  // namespace shop::tests
