#include "api/http/request_parser.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "api/http/target.hpp"
#include "core/base/assert.hpp"
#include "core/base/text.hpp"

namespace shop::http {
namespace {

namespace beast_http = boost::beast::http;
using BeastText = boost::beast::string_view;
using boost::beast::error_code;

std::string_view view(BeastText text) {
    return {text.data(), text.size()};
}

std::optional<Method> method_of(beast_http::verb verb) {
    switch (verb) {
        case beast_http::verb::get:
        case beast_http::verb::head:
            return Method::kGet;
        case beast_http::verb::post:
            return Method::kPost;
        case beast_http::verb::put:
            return Method::kPut;
        case beast_http::verb::patch:
            return Method::kPatch;
        case beast_http::verb::delete_:
            return Method::kDelete;
        case beast_http::verb::options:
            return Method::kOptions;
        default:
            return std::nullopt;
    }
}

// The characters of a host name, an address and a port (RFC 3986 §3.2), without user names.
bool is_host(std::string_view text) {
    constexpr std::string_view kOthers = ".-_:[]";
    return !text.empty() && std::ranges::all_of(text, [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               kOthers.contains(c);
    });
}

Error refused(std::string_view type, std::string message) {
    return {ErrorCode::kInvalid, std::string(type), std::move(message)};
}

Error error_of(error_code code) {
    using beast_http::error;
    if (code == error::header_limit)
        return refused("headers-too-large", "Send fewer or shorter headers.");
    if (code == error::body_limit)
        return refused("body-too-large", "The body is longer than this call takes.");
    if (code == error::bad_version) return refused("http-version", "Speak HTTP/1.1 or HTTP/1.0.");
    return refused("malformed-request", "The request is not HTTP: " + code.message() + ".");
}

// Beast's callbacks, filling a Request.
class Sink final : public beast_http::basic_parser<true> {
  public:
    Sink(Request& request, Framing& framing, const WireLimits& limits, std::string& text,
         std::optional<Error>& refusal)
        : request_(request), framing_(framing), limits_(limits), text_(text), refusal_(refusal) {
        header_limit(static_cast<std::uint32_t>(limits.header_bytes));
        body_limit(boost::none);  // ours counts, see on_body
        eager(false);
    }

    std::span<const char> input;  // of the put() under way
    bool has_request_line = false;
    std::size_t body_bytes_max = 0;
    std::uint64_t body_bytes = 0;

  private:
    void refuse(Error error, error_code& code) {
        if (!refusal_) refusal_ = std::move(error);
        code = beast_http::error::bad_field;  // any error ends the parsing
    }

    void on_request_impl(beast_http::verb verb, BeastText, BeastText target, int version,
                         error_code& code) override {
        has_request_line = true;
        framing_.http_1_1 = version >= 11;
        const auto method = method_of(verb);
        framing_.method_known = method.has_value();
        framing_.is_head = verb == beast_http::verb::head;
        request_.method = method.value_or(Method::kGet);
        if (target.size() > limits_.target_bytes)
            return refuse(refused("target-too-long", "The path and query are too long."), code);
        if (auto split = split_target(view(target), request_.path, request_.query); !split)
            refuse(std::move(split.error()), code);
    }

    void on_field_impl(beast_http::field, BeastText name, BeastText value,
                       error_code& code) override {
        if (is_header_done()) return;  // a trailer: nobody may change the request behind its back
        header_bytes_ += name.size() + value.size() + 4;
        if (header_bytes_ > limits_.header_bytes || request_.headers.size() >= limits_.fields)
            return refuse(refused("headers-too-large", "Send fewer or shorter headers."), code);
        // Beast joins a folded value (RFC 9112 §5.2) in a buffer of its own; one that was not
        // folded lies in what we gave it.
        const bool folded = !value.empty() && (value.data() < input.data() ||
                                               value.data() >= input.data() + input.size());
        if (folded)
            return refuse(refused("malformed-request", "A header must not be folded."), code);
        request_.headers.push_back({copy_lower(view(name)), copy(view(value))});
        look_at(request_.headers.back(), code);
    }

    // Text never moves: its capacity is that of all headers.
    std::string_view copy(std::string_view text) {
        const std::size_t at = text_.size();
        text_.append(text);
        return std::string_view(text_).substr(at);
    }
    std::string_view copy_lower(std::string_view text) {
        const std::size_t at = text_.size();
        for (const char c : text) text_.push_back(ascii_lower(c));
        return std::string_view(text_).substr(at);
    }

    void look_at(const Field& field, error_code& code) {
        if (field.name == "host") {
            ++hosts_;
            if (!is_host(field.value))
                return refuse(refused("malformed-request", "Host must be a name and a port."),
                              code);
        } else if (field.name == "transfer-encoding") {
            if (framing_.chunked || !equals_ignoring_case(field.value, "chunked"))
                return refuse(refused("transfer-encoding", "Only \"chunked\" is understood."),
                              code);
            framing_.chunked = true;
        } else if (field.name == "content-length") {
            const bool digits = field.value.find_first_not_of("0123456789") == field.value.npos;
            if (has_content_length_ || !digits)
                return refuse(refused("malformed-request", "Content-Length must be one number."),
                              code);
            has_content_length_ = true;
        } else if (field.name == "expect") {
            if (!equals_ignoring_case(field.value, "100-continue"))
                return refuse(refused("expectation-failed", "Only 100-continue can be expected."),
                              code);
            framing_.expects_continue = true;
        }
    }

    void on_header_impl(error_code& code) override {
        if (hosts_ != 1)
            return refuse(refused("malformed-request", "Exactly one Host header is needed."), code);
        if (framing_.chunked && has_content_length_)
            return refuse(refused("malformed-request",
                                  "Content-Length and Transfer-Encoding exclude each other."),
                          code);
        framing_.keep_alive = keep_alive();
        framing_.has_length = framing_.chunked || has_content_length_;
        if (const auto length = content_length(); length) framing_.content_length = *length;
    }

    std::size_t on_body_impl(BeastText bytes, error_code& code) override {
        body_bytes += bytes.size();
        if (body_bytes > body_bytes_max)
            code = beast_http::error::body_limit;
        else
            request_.body.append(bytes.data(), bytes.size());
        return bytes.size();
    }
    std::size_t on_chunk_body_impl(std::uint64_t, BeastText bytes, error_code& code) override {
        return on_body_impl(bytes, code);
    }

    void on_response_impl(int, BeastText, int, error_code&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
    void on_chunk_header_impl(std::uint64_t, BeastText, error_code&) override {}
    void on_finish_impl(error_code&) override {}

    Request& request_;
    Framing& framing_;
    const WireLimits& limits_;
    std::string& text_;
    std::optional<Error>& refusal_;
    std::size_t header_bytes_ = 0;
    int hosts_ = 0;
    bool has_content_length_ = false;
};

}  // namespace

struct RequestParser::Impl {
    Request& request;
    const WireLimits limits;
    Framing framing;
    std::string text;  // of all headers
    std::optional<Error> refusal;
    std::optional<Sink> sink;  // one per request: Beast's parser cannot be used again
};

RequestParser::RequestParser(Request& request, WireLimits limits)
    : impl_(std::make_unique<Impl>(Impl{request, limits, {}, {}, {}, {}})) {
    impl_->text.reserve(limits.header_bytes);
    reset();
}
RequestParser::~RequestParser() = default;

void RequestParser::reset() {
    Impl& self = *impl_;
    self.text.clear();
    self.refusal.reset();
    self.framing = {};
    self.request.headers.clear();
    self.request.parameters.clear();
    self.request.arguments.clear();
    self.request.body.clear();
    self.sink.emplace(self.request, self.framing, self.limits, self.text, self.refusal);
}

RequestParser::State RequestParser::state() const {
    if (impl_->refusal) return State::kRefused;
    if (!impl_->sink->is_header_done()) return State::kHeader;
    return impl_->sink->is_done() ? State::kDone : State::kBody;
}

bool RequestParser::has_begun() const {
    return impl_->sink->got_some();
}

const Framing& RequestParser::framing() const {
    return impl_->framing;
}

std::size_t RequestParser::put(std::span<const char> bytes) {
    Sink& sink = *impl_->sink;
    // A chunked body has at least these five bytes to come ("0" and two line ends); Beast asserts
    // on fewer in the middle of the last chunk.
    constexpr std::size_t kLastChunkBytes = 5;
    if (state() == State::kBody && impl_->framing.chunked && bytes.size() < kLastChunkBytes)
        return 0;
    sink.input = bytes;
    error_code code;
    const std::size_t used = sink.put(boost::asio::const_buffer(bytes.data(), bytes.size()), code);
    if (!code || code == beast_http::error::need_more) return used;
    if (impl_->refusal) return used;
    impl_->refusal = code == beast_http::error::header_limit && !sink.has_request_line
                         ? refused("target-too-long", "The path and query are too long.")
                         : error_of(code);
    return used;
}

void RequestParser::limit_body(std::size_t bytes_max) {
    impl_->sink->body_bytes_max = bytes_max;
    impl_->sink->eager(true);
}

std::uint64_t RequestParser::body_bytes() const {
    return impl_->sink->body_bytes;
}

const Error& RequestParser::refusal() const {
    SHOP_ASSERT(impl_->refusal.has_value());
    return *impl_->refusal;
}

}  // namespace shop::http
