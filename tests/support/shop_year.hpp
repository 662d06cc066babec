// A random shop history, written into a ShopLog: products that come, change and go, categories
// that move, stock that is received, held, sold and released, orders and payments, and what follows
// from them (after_sales.hpp). The same seed gives the same history.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "tests/support/after_sales.hpp"
#include "tests/support/shop_log.hpp"

namespace shop::tests {

class ShopYear {
  public:
    ShopYear(ShopLog& log, std::uint32_t seed) : log_(log), random_(seed) {}

    // So many things happen.
    void live(int happenings);

    // One published product with a stock of `on_hand`; its id.
    ProductId add_product(const std::string& title, std::int64_t price, std::int64_t on_hand,
                          const std::string& color = "Red", const std::string& material = "Wood",
                          std::vector<CategoryId> categories = {});
    CategoryId add_category(const std::string& slug, CategoryId parent = {});

  private:
    struct Product {
        ProductId id;
        product::Variant variant;
        bool is_published = false;
    };
    struct Hold {
        StockId stock;
        stock::Reservation reservation;
        std::int64_t quantity = 0;
        bool allocated = false;
    };

    std::int64_t pick(std::int64_t below);
    Product& any_product();
    void change_product();
    void move_category();
    void move_stock();
    void hold_stock();
    void end_hold();
    void place_order();
    sale::Line any_line(sale::LineKind kind);
    void change_payment();

    ShopLog& log_;
    std::mt19937 random_;
    AfterSales after_sales_{log_, random_};
    std::vector<Product> products_;
    std::vector<CategoryId> categories_;
    std::vector<Hold> holds_;
    std::vector<PaymentId> payments_;
    std::vector<OrderId> orders_;
    int count_ = 0;
};

}  // namespace shop::tests
