#include "api/payments/provider.hpp"

namespace shop::payments {

Result<payment::RecordProviderResult> Provider::read_webhook(const http::Request&, Time) {
    return fail(ErrorCode::kNotFound, "not-found", "This provider sends no webhooks.");
}

Task<Result<std::string>> Provider::ledger(std::string) {
    return ready<Result<std::string>>(
        fail(ErrorCode::kNotFound, "not-found", "This provider's book cannot be read here."));
}

}  // namespace shop::payments
