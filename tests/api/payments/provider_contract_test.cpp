// What every payment provider must do (api/payments/provider.hpp), asked of each adapter.
#include <catch2/catch.hpp>

#include "api/payments/providers.hpp"
#include "api/system_clock.hpp"
#include "core/payment/ids.hpp"
#include "tests/api/payments/provider_subjects.hpp"

namespace shop::payments {
namespace {

using payment::Operation;
using tests::Card;
using tests::Network;
using tests::ProviderSubject;
using Moved = std::vector<std::string>;

Money pounds(std::int64_t minor_units) {
    return {minor_units, *Currency::parse("GBP")};
}

std::string name_of(const payment::ProviderResult& result) {
    return std::visit([]<class R>(const R&) { return std::string(R::kName); }, result.of);
}

// One payment of five pounds, and what may be asked about it.
struct Till {
    ProviderSubject& subject;
    Card card = Card::kGood;
    OrderId order = OrderId::derive({"contract"});
    PaymentId payment = payment::payment_of(order, 1);
    EffectId authorized_by = payment::authorize_effect(payment);
    CaptureId capture = payment::capture_of(payment, 0);
    Sealed token = subject.token(card);
    std::string provider{subject.provider().name()};

    payment::ProviderResult ask(const EffectId& key, ProviderCall call) const {
        return tests::wait_for(subject.loop(), subject.provider().perform(key, std::move(call)));
    }
    payment::ProviderResult authorize() const {
        return ask(authorized_by, payment::AuthorizeCall{.payment = payment,
                                                         .order = order,
                                                         .provider = provider,
                                                         .amount = pounds(500),
                                                         .token = token});
    }
    payment::ProviderResult take(const std::string& reference, std::int64_t amount = 500,
                                 bool final = true) const {
        return ask(payment::capture_effect(payment, capture),
                   payment::CaptureCall{payment, order, provider, reference, capture,
                                        pounds(amount), final});
    }
    RefundId refund(std::string_view cause) const { return payment::refund_of(payment, cause); }
    payment::ProviderResult give_back(const std::string& reference, std::int64_t amount,
                                      std::string_view cause = "contract") const {
        return ask(payment::refund_effect(payment, refund(cause)),
                   payment::RefundCall{payment, order, provider, reference, refund(cause),
                                       pounds(amount)});
    }
    // Authorized and taken; the reference.
    std::string pay() const {
        const std::string reference = payment::reference_of(authorize());
        CHECK(name_of(take(reference)) == "captured");
        return reference;
    }
    // An empty reference: by the authorization's key.
    payment::ProviderResult let_go(const std::string& reference, bool unless_authorized) const {
        return ask(payment::void_effect(payment, "contract", 0),
                   payment::VoidCall{payment, order, provider, reference, authorized_by,
                                     pounds(500), unless_authorized});
    }
    payment::ProviderResult query(const std::string& reference) const {
        return ask(payment::query_effect(payment),
                   payment::QueryCall{payment, order, provider, reference, authorized_by});
    }
    Moved moved() const { return subject.moved(order); }
};

// Runs `test` for each adapter, under its name.
template <class Test>
void for_each_provider(Test test) {
    for (const auto& [name, make] : tests::provider_subjects()) {
        DYNAMIC_SECTION(name) {
            const auto subject = make();
            CHECK(subject->provider().name() == name);
            test(*subject);
        }
    }
}

TEST_CASE("a provider holds the money once, however often it is asked") {
    for_each_provider([](ProviderSubject& subject) {
        const Till till{subject};
        const auto first = till.authorize();
        CHECK(name_of(first) == "authorized");
        CHECK(till.authorize() == first);
        CHECK(till.moved() == Moved{"authorize 500"});
    });
}

TEST_CASE("a provider takes the money once, however often it is asked") {
    for_each_provider([](ProviderSubject& subject) {
        const Till till{subject};
        const std::string reference = payment::reference_of(till.authorize());
        const auto first = till.take(reference);
        const auto* captured = std::get_if<payment::ResultCaptured>(&first.of);
        REQUIRE(captured != nullptr);
        CHECK(captured->amount == pounds(500));
        CHECK(captured->capture_id == till.capture);
        CHECK(till.take(reference) == first);
        CHECK(till.moved() == Moved{"authorize 500", "capture 500"});
    });
}

TEST_CASE("a provider lets go of what it holds once, however often it is asked") {
    for_each_provider([](ProviderSubject& subject) {
        const Till till{subject};
        const std::string reference = payment::reference_of(till.authorize());
        const auto first = till.let_go(reference, false);
        CHECK(name_of(first) == "voided");
        CHECK(till.let_go(reference, false) == first);
        CHECK(till.moved() == Moved{"authorize 500", "void 500"});
        CHECK(name_of(till.query(reference)) == "voided");
    });
}

TEST_CASE("a provider lets go of what a capture left: with the last one, or by a void behind it") {
    for_each_provider([](ProviderSubject& subject) {
        const Till till{subject};
        const std::string reference = payment::reference_of(till.authorize());
        const Moved let_go{"authorize 500", "capture 200", "void 300"};
        SECTION("with the last one") {
            CHECK(name_of(till.take(reference, 200)) == "captured");
            CHECK(till.moved() == let_go);
        }
        SECTION("by a void") {
            CHECK(name_of(till.take(reference, 200, false)) == "captured");
            CHECK(till.moved() == Moved{"authorize 500", "capture 200"});
            const auto first = till.let_go(reference, false);
            CHECK(name_of(first) == "voided");
            CHECK(till.let_go(reference, false) == first);
            CHECK(till.moved() == let_go);
        }
        CHECK(name_of(till.query(reference)) == "captured");
    });
}

TEST_CASE("a provider gives money back in parts, each once, however often it is asked") {
    for_each_provider([](ProviderSubject& subject) {
        const Till till{subject};
        const std::string reference = till.pay();
        const auto first = till.give_back(reference, 200);
        const auto* refunded = std::get_if<payment::ResultRefunded>(&first.of);
        REQUIRE(refunded != nullptr);
        CHECK(refunded->amount == pounds(200));
        CHECK(refunded->refund_id == till.refund("contract"));
        CHECK(till.give_back(reference, 200) == first);
        CHECK(name_of(till.give_back(reference, 300, "the rest")) == "refunded");
        CHECK(till.moved() == Moved{"authorize 500", "capture 500", "refund 200", "refund 300"});
    });
}

TEST_CASE("a provider gives back no more than it took, and says which refund it refuses") {
    for_each_provider([](ProviderSubject& subject) {
        const Till till{subject};
        const auto refused = till.give_back(till.pay(), 501);
        const auto* failed = std::get_if<payment::ResultFailed>(&refused.of);
        REQUIRE(failed != nullptr);
        CHECK(failed->operation == Operation::kRefund);
        CHECK(failed->refund_id == till.refund("contract"));
        CHECK_FALSE(failed->code.empty());
        CHECK(till.moved() == Moved{"authorize 500", "capture 500"});
    });
}

TEST_CASE("a refund that is refused moves nothing, one that is pending is not told as done") {
    for_each_provider([](ProviderSubject& subject) {
        const Till refusing{subject, Card::kNoRefund};
        CHECK(name_of(refusing.give_back(refusing.pay(), 200)) == "failed");
        CHECK(refusing.moved() == Moved{"authorize 500", "capture 500"});

        const Till slow{subject, Card::kSlowRefund, OrderId::derive({"slow"})};
        const auto pending = slow.give_back(slow.pay(), 200);
        const auto* told = std::get_if<payment::ResultRefundPending>(&pending.of);
        REQUIRE(told != nullptr);
        CHECK(told->refund_id == slow.refund("contract"));
    });
}

TEST_CASE("an authorization whose answer was lost is found by its key, and was made once") {
    for_each_provider([](ProviderSubject& subject) {
        const Till till{subject, Card::kAnswerLost};
        CHECK(name_of(till.authorize()) == "unknown");
        const auto found = till.query("");
        CHECK(name_of(found) == "authorized");
        CHECK(payment::reference_of(till.authorize()) == payment::reference_of(found));
        CHECK(till.moved() == Moved{"authorize 500"});
        CHECK(name_of(till.let_go("", false)) == "voided");
    });
}

TEST_CASE("what never came to a provider is not found, and never comes once it is barred") {
    for_each_provider([](ProviderSubject& subject) {
        const Till till{subject};
        CHECK(name_of(till.query("")) == "not_found");
        CHECK(name_of(till.let_go("", false)) == "voided");
        CHECK(name_of(till.authorize()) != "authorized");
        CHECK(till.moved().empty());
    });
}

TEST_CASE("money that is held stays held if it was to be let go only where none is") {
    for_each_provider([](ProviderSubject& subject) {
        const Till till{subject};
        (void)till.authorize();
        CHECK(name_of(till.let_go("", true)) == "authorized");
        CHECK(till.moved() == Moved{"authorize 500"});
    });
}

TEST_CASE("a result names what the provider holds, not what was asked for") {
    for_each_provider([](ProviderSubject& subject) {
        const auto result = Till{subject, Card::kOneLess}.authorize();
        const auto* authorized = std::get_if<payment::ResultAuthorized>(&result.of);
        REQUIRE(authorized != nullptr);
        CHECK(authorized->amount == pounds(499));
    });
}

TEST_CASE("a declined card is said to be declined, and moves nothing") {
    for_each_provider([](ProviderSubject& subject) {
        const Till till{subject, Card::kDeclined};
        const auto result = till.authorize();
        const auto* declined = std::get_if<payment::ResultDeclined>(&result.of);
        REQUIRE(declined != nullptr);
        CHECK_FALSE(declined->code.empty());
        CHECK(till.moved().empty());
    });
}

// An earlier try may have arrived while the token could still be opened.
TEST_CASE("a card whose token is gone is not charged, and what it holds already is told") {
    for_each_provider([](ProviderSubject& subject) {
        Till fresh{subject};
        fresh.token.key = "gone";
        CHECK(name_of(fresh.authorize()) == "voided");
        CHECK(fresh.moved().empty());

        Till tried{subject, Card::kGood, OrderId::derive({"tried before"})};
        CHECK(name_of(tried.authorize()) == "authorized");
        tried.token.key = "gone";
        CHECK(name_of(tried.authorize()) == "authorized");
        CHECK(tried.moved() == Moved{"authorize 500"});
    });
}

TEST_CASE("whatever is not known of a provider is unknown, and soon") {
    for_each_provider([](ProviderSubject& subject) {
        const Till till{subject};
        const auto unknown = [](Operation operation) {
            return payment::ResultOf(payment::ResultUnknown{operation});
        };
        for (const Network network : {Network::kAway, Network::kSilent, Network::kCutOff,
                                      Network::kGarbled, Network::kOverloaded}) {
            INFO("network " << static_cast<int>(network));
            subject.set_network(network);
            CHECK(till.authorize().of == unknown(Operation::kAuthorize));
            CHECK(till.take("a reference").of == unknown(Operation::kCapture));
            CHECK(till.give_back("a reference", 1).of == unknown(Operation::kRefund));
            CHECK(till.let_go("a reference", false).of == unknown(Operation::kVoid));
            CHECK(till.query("a reference").of == unknown(Operation::kQuery));
        }
        subject.set_network(Network::kWell);  // control
        CHECK(name_of(till.authorize()) == "authorized");
    });
}

TEST_CASE("a provider's webhook is an observation of the payment it names") {
    for_each_provider([](ProviderSubject& subject) {
        const Till till{subject};
        const auto answer = till.authorize();
        const tests::Webhook webhook = subject.webhook(till.authorized_by);
        http::Request request{.body = webhook.body};
        for (const auto& [name, value] : webhook.headers) request.headers.push_back({name, value});
        const Time now = api::SystemClock().now();

        const auto told = subject.provider().read_webhook(request, now);
        REQUIRE(told.has_value());
        CHECK(told->payment == till.payment);
        CHECK(told->provider == till.provider);
        CHECK(told->result.of == answer.of);
        CHECK(told->result.seen.by == payment::SeenBy::kWebhook);
        CHECK_FALSE(told->result.seen.provider_event_id.empty());

        const auto refusal_at = [&](Time time) {
            const auto read = subject.provider().read_webhook(request, time);
            return read ? "" : read.error().type;
        };
        CHECK(refusal_at(now + days(1)) == "bad-signature");
        request.body += " ";
        CHECK(refusal_at(now) == "bad-signature");
        request.headers.clear();
        CHECK(refusal_at(now) == "bad-signature");
    });
}

TEST_CASE("a checkout may ask of each provider what the contract asks of it") {
    for_each_provider([](ProviderSubject& subject) {
        const auto can = subject.provider().capabilities("tok_any");
        CHECK(payment::refusal_of(can, pounds(500)).empty());
    });
}

// ---- The registry -------------------------------------------------------------------------------

struct Named final : Provider {
    explicit Named(std::string_view its_name) : own_name(its_name) {}
    std::string own_name;
    std::string_view name() const override { return own_name; }
    payment::Capabilities capabilities(std::string_view) const override { return {}; }
    Task<payment::ProviderResult> perform(EffectId, ProviderCall) override {
        return ready(payment::ProviderResult{payment::ResultVoided{own_name}, {}, {}});
    }
};

TEST_CASE("each call goes to the provider that it names") {
    std::vector<std::unique_ptr<Provider>> all;
    all.push_back(std::make_unique<Named>("first"));
    all.push_back(std::make_unique<Named>("second"));
    Providers providers(std::move(all));
    CHECK(providers.find("second")->name() == "second");
    CHECK(providers.find("third") == nullptr);
    tests::PollLoop loop;
    const auto answer_of = [&](const std::string& name) {
        return tests::wait_for(loop, providers.perform({}, payment::VoidCall{.provider = name}));
    };
    CHECK(payment::reference_of(answer_of("first")) == "first");
    CHECK(payment::reference_of(answer_of("second")) == "second");
    // The money that one holds whose adapter is gone is neither free nor lost.
    CHECK(answer_of("third").of == payment::ResultOf(payment::ResultUnknown{Operation::kVoid}));
}

}  // namespace
}  // namespace shop::payments
