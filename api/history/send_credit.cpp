// What was taken back or credited, and what was paid apart from orders.
#include "api/history/record_sender.hpp"

namespace shop::history {
namespace {

Task<Sent> not_yet() {
    return ready<Sent>(
        fail(ErrorCode::kInvalid, "not-supported", "Records of this kind are not taken yet."));
}

}  // namespace

Task<Sent> RecordSender::send_one(const CreditNote*) {
    return not_yet();
}
Task<Sent> RecordSender::send_one(const Payment*) {
    return not_yet();
}
Task<Sent> RecordSender::send_one(const Refund*) {
    return not_yet();
}

}  // namespace shop::history
