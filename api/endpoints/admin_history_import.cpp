// The import of another shop's history: records as lines, carried out as they arrive.
#include <utility>

#include "api/endpoints/admin_call.hpp"
#include "api/history/history_importer.hpp"
#include "api/history/record_checks.hpp"
#include "api/http/body_stream.hpp"
#include "api/http/position.hpp"
#include "api/http/route.hpp"
#include "api/http/schema_of.hpp"
#include "core/json/encode.hpp"

namespace shop::api {
namespace {

using http::problem;
using http::Request;
using http::Response;

constexpr std::string_view kHistory = "/api/v1/admin/imports/history";
constexpr std::size_t kFileBytesMax = std::size_t{16} << 30;
constexpr std::int64_t kUnderWayMax = 4'096;

// Cuts the body into lines. Blank ones are passed over, and counted.
class Lines {
  public:
    void feed(std::string_view piece) {
        text_.erase(0, std::exchange(taken_, 0));
        text_ += piece;
    }
    // The last line may have no end.
    void finish() {
        if (!text_.empty() && text_.back() != '\n') text_.push_back('\n');
    }
    // The next whole line; nothing if there is none yet.
    std::optional<std::string> next() {
        for (;;) {
            const std::size_t end = text_.find('\n', taken_);
            if (end == std::string::npos) return std::nullopt;
            std::string line = text_.substr(taken_, end - taken_);
            taken_ = end + 1;
            ++number_;
            if (line.ends_with('\r')) line.pop_back();
            if (!line.empty()) return line;
        }
    }
    std::uint64_t number() const { return number_; }
    bool is_too_long() const { return text_.size() - taken_ > history::kRecordBytesMax; }

  private:
    std::string text_;
    std::size_t taken_ = 0;
    std::uint64_t number_ = 0;
};

Result<history::ImportOptions> options_of(const Request& request) {
    history::ImportOptions options;
    if (const auto system = request.argument("system")) options.system = std::string(*system);
    if (!history::is_system_name(options.system))
        return fail_field("system", "must be " + std::string(history::kSystemNameHelp));
    options.dry_run = request.argument("dry_run") == "1";
    options.tell_fates = request.argument("fates") == "1";
    if (const auto count = request.integer_argument("under_way"))
        options.under_way = static_cast<std::size_t>(*count);
    return options;
}

Task<Status> read_file(const Request& request, history::HistoryImporter* importer) {
    Lines lines;
    for (;;) {
        const auto piece = co_await request.stream->next();
        if (!piece) co_return std::unexpected(piece.error());
        if (piece->empty()) lines.finish();
        lines.feed(*piece);
        while (auto line = lines.next()) co_await importer->add(std::move(*line), lines.number());
        if (piece->empty()) co_return Status();
        if (lines.is_too_long())
            co_return fail(ErrorCode::kInvalid, "bad-record",
                           "A line is too long to be a record; is a line end missing?");
    }
}

Task<Response> import_history(Services& services, const Request& request) {
    const auto options = options_of(request);
    if (!options) co_return problem(options.error());
    auto base = http::submission_of(request, kHistory, services.secrets);
    if (!base) co_return problem(base.error());
    base->fingerprint.clear();  // of a body that has not been read
    base->actor.kind = ActorKind::kImport;
    history::HistoryImporter importer(
        {services.engine, services.catalog_fold, services.keys, *request.home}, *options,
        std::move(*base));
    const Status read = co_await read_file(request, &importer);
    // Also behind an error: what is under way works on `importer`.
    const history::HistoryReport report = co_await importer.finish();
    if (!read) co_return problem(read.error());
    Response response = http::json_answer(200, report);
    if (options->tell_fates) {
        response.body = importer.take_fates() + response.body + "\n";
        response.content_type = "application/x-ndjson";
    }
    const std::vector<Position> positions = importer.positions();
    if (!positions.empty()) response.with("Shop-Position", http::text_of(positions));
    co_return response;
}

}  // namespace

void add_admin_history_import_routes(http::Routes& routes, Services& services) {
    const std::vector<http::Parameter> parameters = {
        {.name = "system",
         .description = "what the other shop system is called; part of every id (import)",
         .min = 1,
         .max = history::kSystemMax,
         .pattern = history::kSystemPattern},
        {.name = "dry_run",
         .description = "1: says what is wrong, and changes nothing",
         .one_of = {"0", "1"}},
        {.name = "fates",
         .description = "1: what became of each record, one a line, before the report",
         .one_of = {"0", "1"}},
        {.name = "under_way",
         .type = "integer",
         .description = "records that are carried out at once (256)",
         .min = 1,
         .max = kUnderWayMax},
    };
    routes.add({.method = http::Method::kPost,
                .pattern = kHistory,
                .summary = "Brings another shop's history into this one: a record a line",
                .tag = "imports (staff)",
                .access = http::Access::kStaff,
                .parameters = parameters,
                .answer = http::schema_of<history::HistoryReport>(),
                .statuses = {200, 400, 401, 403, 413, 415, 503},
                .streams_body = true,
                .body_type = "application/x-ndjson",
                .body_bytes_max = kFileBytesMax},
               [&services](const Request& request) { return import_history(services, request); });
}

}  // namespace shop::api
