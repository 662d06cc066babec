// A shop in memory that takes another one's history.
#pragma once

#include <catch2/catch.hpp>

#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "api/history/history_report.hpp"
#include "api/history/record_text.hpp"
#include "api/history/sale_commands.hpp"
#include "core/json/decode.hpp"
#include "core/order/order.hpp"
#include "core/payment/payment.hpp"
#include "core/stock/stock.hpp"
#include "tests/api/endpoints/memory_shop.hpp"
#include "tests/api/history/sample_records.hpp"

namespace shop::api {

void add_admin_history_import_routes(http::Routes& routes, Services& services);
void add_admin_customer_routes(http::Routes& routes, Services& services);
void add_admin_stock_routes(http::Routes& routes, Services& services);
void add_order_change_routes(http::Routes& routes, Services& services);
void add_order_note_routes(http::Routes& routes, Services& services);
void add_order_customer_routes(http::Routes& routes, Services& services);
void add_order_payment_routes(http::Routes& routes, Services& services);

}  // namespace shop::api

namespace shop::tests {

using history::HistoryRecord;
using history::HistoryReport;

inline std::string text_of(const std::vector<HistoryRecord>& records) {
    std::string text;
    for (const HistoryRecord& record : records) history::append_record(text, record);
    return text;
}

struct HistoryShop : MemoryShop {
    explicit HistoryShop(AddRoutes add = &add_import_routes) : MemoryShop(add) {}

    static void add_import_routes(http::Routes& routes, api::Services& services) {
        api::add_admin_history_import_routes(routes, services);
        api::add_admin_customer_routes(routes, services);
        api::add_admin_stock_routes(routes, services);
        api::add_order_change_routes(routes, services);
        api::add_order_note_routes(routes, services);
        api::add_order_customer_routes(routes, services);
        api::add_order_payment_routes(routes, services);
    }

    std::string post(const std::string& text, const std::string& query) {
        const http::Response answer =
            call(http::Method::kPost, "/api/v1/admin/imports/history", text, query);
        INFO(answer.body);
        REQUIRE(answer.status == 200);
        return answer.body;
    }
    HistoryReport send(const std::string& text, const std::string& query = "system=erp") {
        return json::from_json<HistoryReport>(post(text, query), json::Missing::kIsError).value();
    }
    HistoryReport send(const std::vector<HistoryRecord>& records,
                       const std::string& query = "system=erp") {
        return send(text_of(records), query);
    }
    // What became of each line: "payment P1: refused (paid-too-much)".
    std::vector<std::string> fates(const std::vector<HistoryRecord>& records,
                                   const std::string& query = "system=erp") {
        std::istringstream lines(post(text_of(records), query + "&fates=1"));
        std::map<std::uint64_t, std::string> told;
        for (std::string line; std::getline(lines, line);) {
            const auto fate = json::from_json<history::Fate>(line, json::Missing::kIsDefault);
            if (!fate || fate->line == 0) continue;
            std::string text = fate->type + " " + fate->id + ": ";
            text += enum_name(fate->outcome);
            if (!fate->code.empty()) text += " (" + fate->code + ")";
            told[fate->line] = text;
        }
        std::vector<std::string> all;
        for (const auto& [_, text] : told) all.push_back(text);
        return all;
    }
    std::int64_t on_hand(const std::string& sku = "MUG") {
        const auto product = catalog().find_any_sku(sku);
        REQUIRE(product);
        const std::string& item = product->state.find_sku(sku)->variant.inventory_item;
        return state<stock::State>(stock::stock_of(item)).on_hand;
    }
    order::State order(const std::string& id) {
        return state<order::State>(history::order_id_of("erp", id));
    }
};

}  // namespace shop::tests
