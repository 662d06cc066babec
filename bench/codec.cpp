// How long one record takes to write, to read, and to be looked at by the reader rules.
#include <string>

#include "bench/bench.hpp"
#include "bench/goods.hpp"
#include "bench/measure.hpp"
#include "core/base/digest.hpp"
#include "events/record.hpp"

namespace shop::bench {
namespace {

constexpr int kBatch = 100;

void measure(std::string_view name, const Record& record, double seconds) {
    std::string entry;
    append_record(entry, record);
    std::string out;
    const double encode = nanoseconds_each(seconds, kBatch, [&] {
        out.clear();
        for (int i = 0; i < kBatch; ++i) append_record(out, record);
    });
    RecordReader reader;
    bool ok = true;
    const double decode = nanoseconds_each(seconds, kBatch, [&] {
        for (int i = 0; i < kBatch; ++i) ok = ok && reader.read(entry).has_value();
    });
    const double head = nanoseconds_each(seconds, kBatch, [&] {
        for (int i = 0; i < kBatch; ++i) ok = ok && read_head(entry).kind == EntryKind::kRecord;
    });
    const double hash = nanoseconds_each(seconds, kBatch, [&] {
        for (int i = 0; i < kBatch; ++i) ok = ok && sha256(entry)[0] == sha256(entry)[0];
    });
    Row("codec: " + std::string(name))
        .number("bytes", static_cast<double>(entry.size()))
        .number("encode_ns", encode)
        .number("decode_ns", decode)
        .number("read_head_ns", head)
        .number("sha256_ns", hash / 2)
        .text("all_read", ok ? "yes" : "no");
}

Status run(Words words) {
    const double seconds = static_cast<double>(number_option(words, "--milliseconds", 500)) * 1e-3;
    measure("a line is added", add_line_record(), seconds);
    measure("a quantity changes", change_quantity_record(), seconds);
    return {};
}

}  // namespace

extern const Bench kCodec;
const Bench kCodec{"codec", "writing and reading one record: --milliseconds N", &run};

}  // namespace shop::bench
