#include "api/serve/record_erasures.hpp"

#include "core/customer/customer.hpp"

namespace shop::api {

Task<bool> record_erasures(Engine& engine, Executor& home, std::vector<Erasure> erasures) {
    bool is_done = true;
    for (const Erasure& erasure : erasures) {
        const auto read = co_await engine.read(home, erasure.customer);
        if (!read) co_return false;
        const auto* known =
            read->state == nullptr ? nullptr : std::get_if<customer::State>(read->state.get());
        if (known == nullptr || known->status == customer::Status::kErased) continue;
        Submission submission;
        submission.command = customer::Erase{erasure.customer, erasure.keys, erasure.reason};
        submission.id =
            CommandId::derive(erasure.customer.slot(), {"erase", erasure.customer.to_string()});
        submission.actor = {.kind = ActorKind::kSystem, .id = "erasures"};
        is_done &= (co_await engine.submit(home, std::move(submission))).has_value();
    }
    co_return is_done;
}

}  // namespace shop::api
