#include "tests/api/payments/provider_subjects.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <thread>

#include "api/payments/sandbox_provider.hpp"
#include "api/payments/sandbox_webhook.hpp"
#include "api/sandbox/sandbox_server.hpp"
#include "api/system_clock.hpp"
#include "core/json/decode.hpp"
#include "core/json/encode.hpp"
#include "events/keys/key_store.hpp"
#include "tests/api/payments/scripted_server.hpp"
#include "tests/support/temp_folder.hpp"

namespace shop::tests {
namespace {

constexpr auto kNobody = "127.0.0.1:1";
constexpr auto kMissing = json::Missing::kIsDefault;

// Answers every request alike.
std::unique_ptr<ScriptedServer> server_of(const std::string& answer) {
    return std::make_unique<ScriptedServer>(std::vector<std::string>(20, answer));
}

// What answers in the provider's place; nullptr: nobody does.
std::unique_ptr<ScriptedServer> trouble_of(Network network) {
    switch (network) {
        case Network::kWell:
        case Network::kAway:
            break;
        case Network::kSilent:
            return server_of("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
        case Network::kCutOff:
            return server_of("");
        case Network::kGarbled:
            return server_of(ok(R"({"status":"who knows"})"));
        case Network::kOverloaded:
            return server_of("HTTP/1.1 503 Later\r\nContent-Length: 0\r\n\r\n");
    }
    return nullptr;
}

// The real sandbox, on a thread of its own.
class SandboxSubject final : public ProviderSubject {
  public:
    SandboxSubject() {
        keys_ = KeyStore::open(folder_.path / "keys").value();
        sandbox::ServerOptions options{.folder = folder_.path / "sandbox"};
        options.webhook_secret = kSecret;
        options.locate_shop = [] { return Result<std::string>(kNobody); };
        sandbox_ = sandbox::SandboxServer::open(std::move(options), sandbox_loop_, clock_).value();
        sandbox_->start();
        thread_ = std::thread([this] { sandbox_loop_.run(); });
        set_network(Network::kWell);
    }
    ~SandboxSubject() override {
        provider_.reset();
        (void)sandbox_->drain(seconds(5));
        sandbox_loop_.stop();
        thread_.join();
        sandbox_->close();
    }

    payments::Provider& provider() override { return *provider_; }
    PollLoop& loop() override { return loop_; }

    void set_network(Network network) override {
        provider_.reset();
        trouble_ = trouble_of(network);
        const bool is_well = network == Network::kWell;
        std::string address = is_well ? sandbox_->address() : kNobody;
        if (trouble_) address = trouble_->address();
        provider_ = std::make_unique<payments::SandboxProvider>(
            client_to(std::move(address), is_well ? seconds(10) : milliseconds(200)),
            [this](const Sealed& sealed) { return keys_->open(sealed); }, std::string(kSecret));
    }

    Sealed token(Card card) override {
        static const std::map<Card, std::string> kTokens = {
            {Card::kGood, "tok_ok"},
            {Card::kDeclined, "tok_declined"},
            {Card::kAnswerLost, "tok_lost_after_charge"},
            {Card::kOneLess, "tok_wrong_amount"},
            {Card::kNoRefund, "tok_refund_fails"},
            {Card::kSlowRefund, "tok_refund_pending"}};
        return keys_->seal(keys_->new_key().value(), kTokens.at(card)).value();
    }

    std::vector<std::string> moved(const OrderId& order) override {
        const std::string ledger = wait_for(loop_, provider_->ledger(order.to_string())).value();
        const auto book = json::from_json<std::vector<sandbox::Movement>>(ledger, kMissing).value();
        std::vector<std::string> moved;
        for (const sandbox::Movement& movement : book)
            moved.push_back(movement.kind + " " + std::to_string(movement.amount.minor_units));
        return moved;
    }

    Webhook webhook(const EffectId& key) override {
        const auto client = client_to(sandbox_->address(), seconds(10));
        std::optional<std::string> known;
        client->send({"GET", "/v1/operations/" + key.to_string(), "", ""},
                     [&](Result<HttpAnswer> answer) { known = answer.value().body; });
        REQUIRE(loop_.run_until([&] { return known.has_value(); }));
        const auto answer = json::from_json<sandbox::Answer>(*known, kMissing);
        const std::string body =
            json::to_json(payments::sandbox_event(answer.value()), json::Defaults::kWrite);
        return {
            {{"sandbox-signature", payments::sign_sandbox_webhook(body, kSecret, clock_.now())}},
            body};
    }

  private:
    std::unique_ptr<HttpClient> client_to(std::string address, Duration timeout) {
        return std::make_unique<HttpClient>(
            loop_, loop_, [address] { return Result<std::string>(address); },
            HttpClientOptions{.timeout = timeout});
    }

    static constexpr auto kSecret = "what the sandbox signs with";
    TempFolder folder_;
    api::SystemClock clock_;
    std::unique_ptr<KeyStore> keys_;
    http::Loop sandbox_loop_;
    std::unique_ptr<sandbox::SandboxServer> sandbox_;
    std::thread thread_;
    std::unique_ptr<ScriptedServer> trouble_;
    PollLoop loop_;
    std::unique_ptr<payments::Provider> provider_;  // ends before the servers it is connected to
};

template <class Subject>
NamedProviderSubject named(std::string name) {
    return {std::move(name), [] { return std::make_unique<Subject>(); }};
}

}  // namespace

std::vector<NamedProviderSubject> provider_subjects() {
    return {
        named<SandboxSubject>("sandbox"),
    };
}

}  // namespace shop::tests
