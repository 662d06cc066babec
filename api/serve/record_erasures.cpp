#include "api/serve/record_erasures.hpp"

#include <algorithm>

#include "core/customer/customer.hpp"
#include "core/sale/person_keys.hpp"

namespace shop::api {

namespace {

// Lists and destroys what the customer has got since.
Status add_later_keys(ErasurePorts ports, const customer::State& known, Erasure& erasure) {
    const std::size_t before = erasure.keys.size();
    sale::add_new_keys(erasure.keys, known.all_keys());
    if (erasure.keys.size() == before) return {};
    const auto done = carry_out(ports.list, ports.keys, {&erasure, 1});
    return done ? Status{} : std::unexpected(done.error());
}

}  // namespace

Task<bool> record_erasures(ErasurePorts ports, Executor& home, std::vector<Erasure> erasures) {
    bool is_done = true;
    for (Erasure& erasure : erasures) {
        if (erasure.customer.is_empty()) continue;
        const auto read = co_await ports.engine.read(home, erasure.customer);
        if (!read) co_return false;
        const auto* known =
            read->state == nullptr ? nullptr : std::get_if<customer::State>(read->state.get());
        if (known == nullptr || known->status == customer::Status::kErased) continue;
        if (!add_later_keys(ports, *known, erasure)) {
            is_done = false;
            continue;
        }
        Submission submission;
        submission.command = customer::Erase{erasure.customer, erasure.keys, erasure.reason};
        submission.id =
            CommandId::derive(erasure.customer.slot(), {"erase", erasure.customer.to_string()});
        submission.actor = {.kind = ActorKind::kSystem, .id = "erasures"};
        is_done &= (co_await ports.engine.submit(home, std::move(submission))).has_value();
    }
    co_return is_done;
}

}  // namespace shop::api
