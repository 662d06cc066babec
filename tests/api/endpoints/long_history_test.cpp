// A file that tells more than an import remembers of it.
#include "api/history/history_importer.hpp"
#include "api/http/idempotency.hpp"
#include "api/http/json_body.hpp"
#include "tests/api/endpoints/history_shop.hpp"

namespace shop::api {
namespace {

using namespace tests;

Task<http::Response> import_lines(Services& services, const http::Request& request) {
    history::ImportOptions options{.system = "erp", .remembered_max = 3};
    options.dry_run = request.argument("dry_run") == "1";
    auto base = http::submission_of(request, "/long", services.secrets);
    history::HistoryImporter importer(
        {services.engine, services.catalog_fold, services.keys, *request.home}, options,
        std::move(base.value()));
    std::istringstream lines(request.body);
    std::uint64_t number = 0;
    for (std::string line; std::getline(lines, line);)
        co_await importer.add(std::move(line), ++number);
    co_return http::json_answer(200, co_await importer.finish());
}

// Remembers three records and lines.
struct ForgetfulShop : MemoryShop {
    ForgetfulShop()
        : MemoryShop([](http::Routes& routes, Services& services) {
              routes.add({.method = http::Method::kPost, .pattern = "/long", .statuses = {200}},
                         [&services](const http::Request& request) {
                             return import_lines(services, request);
                         });
          }) {}
    HistoryReport send(const std::vector<HistoryRecord>& records, const std::string& query = {}) {
        const auto answer = call(http::Method::kPost, "/long", text_of(records), query);
        return json::from_json<HistoryReport>(answer.body, json::Missing::kIsError).value();
    }
};

std::vector<HistoryRecord> six_sales() {
    std::vector<HistoryRecord> records = {mug(), history::Customer{.id = "77", .name = "Ada"},
                                          receipt_of("R1", 12)};
    for (const std::string id : {"1", "2", "3", "4", "5", "6"}) records.push_back(sale_of(id, 2));
    for (const std::string id : {"1", "2", "3", "4", "5", "6"})
        records.push_back(credit_of("C" + id, id, "1", 1));
    return records;
}

TEST_CASE("a file that tells more than is remembered is brought in all the same") {
    ForgetfulShop shop;
    std::vector<HistoryRecord> records = six_sales();
    records.push_back(sale_of("1", 2));
    records.push_back(credit_of("D1", "1", "1", 2));  // one mug of it is left
    const HistoryReport report = shop.send(records);
    INFO(history::text_of(report));
    CHECK(report.accepted == 15);
    CHECK(report.already_there == 1);
    CHECK(report.refused == 1);
}

TEST_CASE("a dry run refuses what it could not remember, and says what to do") {
    ForgetfulShop shop;
    const HistoryReport report = shop.send(six_sales(), "dry_run=1");
    const std::string told = history::text_of(report);
    INFO(told);
    CHECK(report.accepted == 3);
    CHECK(report.refused == 12);
    CHECK(told.find("too-long-for-a-dry-run") != std::string::npos);
    CHECK(told.find("import them, and then run the rest dry") != std::string::npos);
}

}  // namespace
}  // namespace shop::api
