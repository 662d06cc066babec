#include "api/serve/record_erasures.hpp"

#include <algorithm>

#include "core/customer/customer.hpp"
#include "core/sale/person_keys.hpp"

namespace shop::api {

namespace {

// Lists and destroys what the customer has got since.
Task<Status> add_later_keys(ErasurePorts ports, Executor& home, std::vector<std::string> known,
                            Erasure& erasure) {
    const std::size_t before = erasure.keys.size();
    sale::add_new_keys(erasure.keys, known);
    if (erasure.keys.size() == before) co_return Status{};
    co_return co_await ports.erasing.call<Status>(
        home, [&] { return erase_keys(ports.parts, std::span<const Erasure>(&erasure, 1)); });
}

}  // namespace

Task<bool> record_erasures(ErasurePorts ports, Executor& home, std::vector<Erasure> erasures) {
    bool is_done = true;
    for (Erasure& erasure : erasures) {
        if (erasure.customer.is_empty()) continue;
        if (ports.stop.stop_requested()) co_return false;
        const auto read = co_await ports.engine.read(home, erasure.customer);
        if (!read) co_return false;
        const auto* known =
            read->state == nullptr ? nullptr : std::get_if<customer::State>(read->state.get());
        if (known == nullptr || known->status == customer::Status::kErased) continue;
        const Status added = co_await add_later_keys(ports, home, known->all_keys(), erasure);
        if (ports.stop.stop_requested()) co_return false;
        if (!added) {
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
