// Commands on their way to another process: every one arrives as it was sent, and what is none is
// refused, whatever it is.
#include "events/command_codec.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <type_traits>

#include "events/stored_types.hpp"
#include "tests/support/garble.hpp"
#include "tests/support/sample.hpp"
#include "tests/support/samples.hpp"

namespace shop {
namespace {

using Commands = NamedTypes<AnyCommand>;

const CartId kCart = CartId::derive({"a cart"});

std::string bytes_of(const AnyCommand& command) {
    std::string bytes;
    const Status appended = append_command(bytes, command);
    INFO((appended ? "" : appended.error().message));
    REQUIRE(appended);
    return bytes;
}

std::string refusal_of(std::string_view bytes) {
    const auto command = read_command(bytes);
    if (command) return "";
    CHECK(command.error().code == ErrorCode::kInvalid);
    CHECK(command.error().type == "unreadable-command");
    return command.error().message;
}

void check_arrives(const AnyCommand& command) {
    const std::string bytes = bytes_of(command);
    INFO(bytes);
    const auto arrived = read_command(bytes);
    INFO((arrived ? "" : arrived.error().message));
    REQUIRE(arrived);
    CHECK(*arrived == command);
    CHECK(bytes_of(*arrived) == bytes);
}

TEST_CASE("the sample of a command leaves no member at its default", "[command]") {
    for (const auto& type : Commands::types()) {
        INFO(type.name);
        CHECK(tests::find_default_member(tests::sample_of(type)) == "");
    }
}

TEST_CASE("every command arrives with every member set", "[command]") {
    CHECK(Commands::types().size() > 90);
    for (const auto& type : Commands::types()) check_arrives(tests::sample_of(type));
}

TEST_CASE("whatever a provider may say arrives", "[command]") {
    const auto check = []<class... Results>(std::type_identity<std::variant<Results...>>) {
        const auto check_one = [](payment::ResultOf result) {
            auto command = tests::sample<payment::RecordProviderResult>();
            command.result.of = std::move(result);
            check_arrives(command);
        };
        (check_one(tests::sample<Results>()), ...);
        (check_one(Results{}), ...);
    };
    check(std::type_identity<payment::ResultOf>{});
}

TEST_CASE("what is not said and what is said to be nothing stay apart", "[command]") {
    product::ChangeDetails details{
        .product = ProductId::derive({"p"}), .details = {}, .expected_version = {}};
    check_arrives(details);
    details.details.title = "";
    details.details.options.emplace();
    details.details.attributes.emplace();
    details.expected_version = 0;
    check_arrives(details);

    credit_note::Request note;
    note.note = CreditNoteId::derive({"n"});
    check_arrives(note);
    note.settlements.emplace();
    note.credited_at.emplace();
    check_arrives(note);

    stock::SetPolicy policy;
    policy.stock = StockId::derive({"s"});
    check_arrives(policy);
    policy.opens.emplace();
    check_arrives(policy);

    checkout::Start start;
    start.cart = kCart;
    check_arrives(start);
    start.expected_total.emplace();
    start.payment.emplace();
    check_arrives(start);
}

TEST_CASE("the largest numbers arrive", "[command]") {
    check_arrives(cart::AddLine{.cart = kCart,
                                .sku = "MUG",
                                .quantity = INT64_MIN,
                                .expected_version = std::uint64_t{INT64_MAX}});
    check_arrives(checkout::Start{
        .cart = kCart, .expected_total = Money{INT64_MAX, *Currency::parse("GBP")}, .payment = {}});
}

TEST_CASE("a command says its name and what is not at its default", "[command]") {
    CHECK(bytes_of(cart::AddLine{
              .cart = kCart, .sku = "a \"mug\"", .quantity = 2, .expected_version = {}}) ==
          R"({"type":"AddLine","data":{"cart":")" + kCart.to_string() +
              R"(","sku":"a \"mug\"","quantity":2}})");
}

struct Forgotten {
    StreamId target() const { return kCart; }
};

TEST_CASE("only what is in the list of commands can be submitted", "[command]") {
    CHECK_FALSE(std::is_constructible_v<AnyCommand, Forgotten>);
    CHECK(std::is_constructible_v<AnyCommand, cart::AddLine>);
}

// ---- What is no command -------------------------------------------------------------------------

TEST_CASE("what is wrong with a command is said, with its place", "[command]") {
    const std::string good =
        bytes_of(cart::AddLine{.cart = kCart, .sku = "MUG", .quantity = 2, .expected_version = 7});
    const auto changed = [&](std::string_view from, std::string_view to) {
        std::string bytes = good;
        bytes.replace(bytes.find(from), from.size(), to);
        return bytes;
    };
    CHECK(refusal_of(good) == "");
    const auto check = [](const std::string& bytes, const std::string& said) {
        INFO(bytes);
        CHECK_THAT(refusal_of(bytes), Catch::Contains(said));
    };
    check("", "not JSON");
    check("nonsense", "not JSON");
    check(good + good, "not JSON");
    check("[]", "must be an object");
    check("{}", "nothing else");
    check(changed("\"type\":\"AddLine\",", ""), "nothing else");
    check(changed("\"type\":\"AddLine\"", "\"type\":7"), "nothing else");
    check(changed("{\"type\"", "{\"type\":\"AddLine\",\"type\""), "nothing else");
    check(changed("{\"type\"", "{\"more\":1,\"type\""), "nothing else");
    check(changed("AddLine", "EatLine"), "/type is no command that it knows: EatLine");
    check(changed("AddLine", ""), "/type is no command");
    check(changed("AddLine", std::string(10'000, 'x')), "/type is no command that it knows.");
    check(changed("\"quantity\":2", "\"quantity\":\"2\""), "/data/quantity must be an integer");
    check(changed("\"quantity\":2", "\"quantity\":2.5"), "/data/quantity must be an integer");
    check(changed("\"quantity\":2", "\"quantity\":9223372036854775808"), "/data/quantity must be");
    check(changed("\"quantity\":2", "\"quantity\":99999999999999999999"), "not JSON");
    check(changed("\"expected_version\":7", "\"expected_version\":-7"), "/data/expected_version");
    check(changed("\"quantity\"", "\"colour\""), "/data/colour is not a field");
    check(changed("\"quantity\"", "\"sku\""), "/data/sku is given twice");
    check(changed("\"MUG\"", "\"MUG\\u0000\""), "/data/sku must not contain U+0000");
    check(changed("\"MUG\"", "\"MU\xC3\""), "not JSON");
    check(changed("crt_", "ord_"), "/data/cart is not an id");
    check(changed("\"cart\":\"" + kCart.to_string() + "\",", ""), "/data names no stream");
    check(R"({"type":"AddLine","data":[]})", "/data must be an object");
    check(R"({"type":"AddLine","data":{"sku":)" + std::string(500, '[') + "}}", "not JSON");
}

TEST_CASE("a command that is too large is not sent, and not read", "[command]") {
    cart::AddLine command{.cart = kCart, .sku = "", .quantity = 2, .expected_version = {}};
    const std::size_t others = bytes_of(command).size() + std::string_view(R"("sku":"",)").size();
    command.sku.assign(kCommandBytesMax - others, 'x');
    const std::string largest = bytes_of(command);
    CHECK(largest.size() == kCommandBytesMax);
    CHECK(refusal_of(largest) == "");

    command.sku += 'x';
    std::string out = "before";
    CHECK(append_command(out, command).error().type == "command-too-large");
    CHECK(out.size() == 6);
    CHECK_THAT(refusal_of(largest + ' '), Catch::Contains("has more than"));
}

TEST_CASE("a command that was cut is none", "[command]") {
    for (const auto& type : Commands::types()) {
        const std::string bytes = bytes_of(tests::sample_of(type));
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            INFO(bytes.substr(0, size));
            REQUIRE_FALSE(read_command(std::string_view(bytes).substr(0, size)));
        }
    }
}

TEST_CASE("bytes without sense are no command", "[command]") {
    const unsigned seed = std::random_device()();
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    for (int i = 0; i < 5'000; ++i) {
        CHECK_FALSE(read_command(tests::random_text(random, "")));
        CHECK_FALSE(read_command(tests::random_text(random, "{}[]\",:0-e.typedatnul\\ ")));
    }
}

// Some of these are commands still, with another quantity, say: then they arrive as such.
TEST_CASE("a command that was garbled is none, or another one", "[command]") {
    const unsigned seed = std::random_device()();
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    int others = 0;
    for (const auto& type : Commands::types()) {
        const std::string good = bytes_of(tests::sample_of(type));
        for (int i = 0; i < 30; ++i) {
            const std::string bytes = tests::garbled(random, good);
            const auto command = read_command(bytes);
            if (!command) continue;
            ++others;
            INFO(bytes);
            check_arrives(*command);
        }
    }
    CHECK(others > 0);
}

}  // namespace
}  // namespace shop
