// Imports of whole files, read and applied as they arrive.
#include <utility>

#include "api/endpoints/admin_call.hpp"
#include "api/endpoints/dry_run.hpp"
#include "api/http/position.hpp"
#include "api/http/route.hpp"
#include "api/http/schema_of.hpp"
#include "api/import/import_run.hpp"
#include "api/import/product_importer.hpp"
#include "api/import/product_trial.hpp"
#include "events/catalog/catalog_fold.hpp"

namespace shop::api {
namespace {

using http::problem;
using http::Request;
using http::Response;

constexpr std::string_view kImports = "/api/v1/admin/imports/products";
constexpr std::size_t kFileBytesMax = std::size_t{4} << 30;
constexpr Duration kFoldMax = seconds(10);

// The file as it comes in, and what is made of it, or would be.
struct Import {
    Import(Services& services, Executor& home, const Submission& base, bool is_dry)
        : rows(services.catalog, services.engine.now()),
          importer({services.engine, services.catalog_fold, home}, base),
          trial({services.engine, services.catalog_fold, home}, base),
          run(home, [this, is_dry](import::ProductRows product) {
              return is_dry ? trial.import(std::move(product))
                            : importer.import(std::move(product));
          }) {}

    import::CsvReader csv;
    import::RowReader rows;
    import::ProductImporter importer;
    import::ProductTrial trial;
    import::ImportRun run;
    bool has_header = false;
};

// Takes the rows that are complete. The header's error ends the import.
Task<Status> take_rows(Import* import) {
    import::CsvRow row;
    std::vector<import::ProductRows> done;
    while (import->csv.next(row)) {
        if (!import->has_header) {
            const Status header = import->rows.take_header(row);
            if (!header) co_return header;
            import->has_header = true;
            continue;
        }
        import->rows.take(row, done);
        for (import::ProductRows& product : done) co_await import->run.add(std::move(product));
        done.clear();
    }
    import->run.refuse(import->rows.take_bad());
    co_return Status();
}

Task<Status> read_file(const Request& request, Import* import) {
    for (;;) {
        const auto piece = co_await request.stream->next();
        if (!piece) co_return std::unexpected(piece.error());
        if (piece->empty()) break;
        import->csv.feed(*piece);
        const Status taken = co_await take_rows(import);
        if (!taken) co_return taken;
    }
    import->csv.finish();
    const Status taken = co_await take_rows(import);
    if (!taken) co_return taken;
    if (!import->has_header)
        co_return fail(ErrorCode::kInvalid, "wrong-columns",
                       "The file is empty; its first row must name the columns.");
    std::vector<import::ProductRows> last;
    import->rows.finish(last);
    for (import::ProductRows& product : last) co_await import->run.add(std::move(product));
    co_return Status();
}

Task<Response> import_products(Services& services, const Request& request) {
    auto base = http::submission_of(request, kImports, services.secrets);
    if (!base) co_return problem(base.error());
    base->fingerprint.clear();  // of a body that has not been read; the content is in each id
    base->actor.kind = ActorKind::kImport;
    const bool is_dry = is_dry_run(request);
    Import import(services, *request.home, *base, is_dry);
    const Status read = co_await read_file(request, &import);
    import.run.count_rows(import.rows.rows());
    // Also behind an error: what is under way works on `import`.
    import::ImportReport report = co_await import.run.finish();
    if (!read) co_return problem(read.error());
    if (is_dry) report.changes = import.trial.changes();
    const std::vector<Position> positions = import.importer.positions();
    for (const Position& position : positions)
        co_await services.catalog_fold.wait_passed(*request.home, position, kFoldMax);
    Response response = http::json_answer(200, report);
    if (!positions.empty()) response.with("Shop-Position", http::text_of(positions));
    co_return response;
}

}  // namespace

void add_admin_import_routes(http::Routes& routes, Services& services) {
    routes.add({.method = http::Method::kPost,
                .pattern = kImports,
                .summary = "Brings a catalog file into the shop: one row a variant",
                .tag = "imports (staff)",
                .access = http::Access::kStaff,
                .parameters = {{.name = "dry_run",
                                .description = "1: says what would be refused, and what would "
                                               "change; changes nothing",
                                .one_of = {"0", "1"}}},
                .answer = http::schema_of<import::ImportReport>(),
                .statuses = {200, 400, 401, 403, 413, 415, 503},
                .streams_body = true,
                .body_type = "text/csv",
                .body_bytes_max = kFileBytesMax},
               [&services](const Request& request) { return import_products(services, request); });
}

}  // namespace shop::api
