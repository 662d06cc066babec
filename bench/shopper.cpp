#include "bench/shopper.hpp"

#include <fmt/format.h>

#include <random>

namespace shop::bench {
namespace {

constexpr int kLinesOfCart = 20;

std::string request(std::string_view method, std::string_view target, std::string_view body = {},
                    std::string_view token = {}) {
    std::string head = fmt::format("{} {} HTTP/1.1\r\nHost: bench\r\n", method, target);
    if (!token.empty()) head += fmt::format("Shop-Token: {}\r\n", token);
    if (method != "GET")
        head +=
            fmt::format("Content-Type: application/json\r\nContent-Length: {}\r\n", body.size());
    return head + "\r\n" + std::string(body);
}

// A cart that was made, as far as the next calls need it.
struct Cart {
    std::string path;
    std::string token;
    bool take(const Answer& answer) {
        path = "/api/v1/carts/" + std::string(between(answer.body, "\"id\":\"", "\""));
        token = between(answer.body, "\"token\":\"", "\"");
        return answer.status == 201 && !token.empty();
    }
};

class Chance {
  public:
    explicit Chance(std::uint64_t seed) : random_(seed) {}
    const std::string& one_of(const std::vector<std::string>& all) {
        return all[random_() % all.size()];
    }

  private:
    std::mt19937_64 random_;
};

std::string line_body(const std::string& sku) {
    return fmt::format(R"({{"sku":"{}","quantity":1}})", sku);
}

class Reader final : public Shopper {
  public:
    Reader(const Shelf& shelf, std::uint64_t number) : shelf_(shelf), next_(number * 7) {}
    Call next() override {
        return {"get", request("GET", shelf_.urls[next_++ % shelf_.urls.size()])};
    }
    bool take(const Answer& answer) override { return answer.status == 200; }

  private:
    const Shelf& shelf_;
    std::size_t next_;
};

class CartFiller final : public Shopper {
  public:
    CartFiller(const Shelf& shelf, std::uint64_t number) : shelf_(shelf), chance_(number) {}
    Call next() override {
        if (lines_ == 0) return {"create", request("POST", "/api/v1/carts", "{}")};
        return {"add line", request("POST", cart_.path + "/lines",
                                    line_body(chance_.one_of(shelf_.skus)), cart_.token)};
    }
    bool take(const Answer& answer) override {
        const bool ok = lines_ == 0 ? cart_.take(answer) : answer.status == 201;
        lines_ = ok && lines_ < kLinesOfCart ? lines_ + 1 : 0;
        return ok;
    }

  private:
    const Shelf& shelf_;
    Chance chance_;
    Cart cart_;
    int lines_ = 0;  // 0: without a cart; else one more than there are
};

class Buyer final : public Shopper {
  public:
    Buyer(const Shelf& shelf, std::uint64_t number)
        : shelf_(shelf), chance_(number), number_(number) {}

    Call next() override {
        switch (step_) {
            case 0:
                return {"list", request("GET", chance_.one_of(shelf_.urls))};
            case 1:
                return {"page", request("GET", chance_.one_of(shelf_.pages))};
            case 2:
                return {"cart", request("POST", "/api/v1/carts", R"({"country":"GB"})")};
            case 3:
            case 4:
                return {"line", request("POST", cart_.path + "/lines",
                                        line_body(chance_.one_of(shelf_.skus)), cart_.token)};
            case 5:
                return {"contact", put("/contact", contact())};
            case 6:
                return {"address", put("/shipping-address", kAddress)};
            case 7:
                return {"options",
                        request("GET", cart_.path + "/shipping-options", {}, cart_.token)};
            case 8:
                return {"shipping",
                        put("/shipping-option", fmt::format(R"({{"id":"{}"}})", option_))};
            default:
                return {"checkout",
                        request("POST", cart_.path + "/checkout", kPayment, cart_.token), true};
        }
    }

    bool take(const Answer& answer) override {
        bool ok = answer.status == 200 || answer.status == 201;
        if (step_ == 2) ok = cart_.take(answer);
        if (step_ == 7) option_ = between(answer.body, "\"id\":\"", "\"");
        if (step_ == 9) ok = answer.status == 201 && answer.body.contains("\"status\":\"placed\"");
        step_ = ok && step_ < 9 ? step_ + 1 : 0;
        return ok;
    }

  private:
    static constexpr std::string_view kAddress =
        R"({"name":"Ada Lovelace","lines":["12 St James's Square"],"city":"London",)"
        R"("postal_code":"SW1Y 4JH","country":"GB"})";
    static constexpr std::string_view kPayment =
        R"({"payment":{"provider":"sandbox","token":"tok_ok"}})";

    std::string contact() const {
        return fmt::format(R"({{"email":"shopper{}@example.com","name":"Ada Lovelace"}})", number_);
    }
    std::string put(std::string_view what, std::string_view body) const {
        return request("PUT", cart_.path + std::string(what), body, cart_.token);
    }

    const Shelf& shelf_;
    Chance chance_;
    const std::uint64_t number_;
    Cart cart_;
    std::string option_;
    int step_ = 0;
};

// Its second call waits until the view has passed the first one's record: from commit to visible.
class Watcher final : public Shopper {
  public:
    Watcher(const Shelf& shelf, std::uint64_t number) : shelf_(shelf), product_(number * 101) {}

    Call next() override {
        if (position_.empty())
            return {"receive",
                    with_header(request("POST", "/api/v1/admin/stock/" + sku() + "/receive",
                                        R"({"quantity":1,"reason":"purchase"})"),
                                "Authorization: Bearer " + shelf_.staff_key)};
        return {"visible", with_header(request("GET", page()),
                                       "Shop-Min-Position: " + position_ + "\r\nPrefer: wait=5")};
    }
    bool take(const Answer& answer) override {
        if (position_.empty()) {
            position_ = answer.header("Shop-Position");
            return !position_.empty();
        }
        position_.clear();
        ++product_;
        return answer.status == 200;
    }

  private:
    const std::string& sku() const { return shelf_.skus[product_ % shelf_.skus.size()]; }
    const std::string& page() const { return shelf_.pages[product_ % shelf_.pages.size()]; }
    static std::string with_header(std::string request, const std::string& header) {
        return request.insert(request.find("\r\n") + 2, header + "\r\n");
    }

    const Shelf& shelf_;
    std::size_t product_;
    std::string position_;
};

}  // namespace

std::unique_ptr<Shopper> make_shopper(std::string_view script, const Shelf& shelf,
                                      std::uint64_t number) {
    if (script == "cart") return std::make_unique<CartFiller>(shelf, number);
    if (script == "journey") return std::make_unique<Buyer>(shelf, number);
    if (script == "visible") return std::make_unique<Watcher>(shelf, number);
    return std::make_unique<Reader>(shelf, number);
}

}  // namespace shop::bench
