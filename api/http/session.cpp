#include "api/http/session.hpp"

#include <sys/socket.h>

#include <boost/asio/ip/tcp.hpp>
#include <cstring>

namespace shop::http {
namespace asio = boost::asio;
namespace {

constexpr std::size_t kReadBytes = 16'384;
using Socket = asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type>;

}  // namespace

struct Session::Wire {
    Socket socket;
    std::size_t received = 0;  // of the last read
};

Session::Session(SessionContext& context, int socket, std::string remote)
    : context_(context),
      wire_(std::make_unique<Wire>(
          Wire{Socket(context.loop.context(), asio::ip::tcp::v4(), socket)})),
      parser_(request_, context.options.wire) {
    wire_->socket.non_blocking(true);
    in_.resize(std::max(kReadBytes, context.options.wire.header_bytes));
    request_.remote = std::move(remote);
    request_.home = &context.loop;
}

Session::~Session() = default;

Task<bool> Session::run() {
    while (co_await read_header())
        if (!co_await serve()) break;
    boost::system::error_code ignored;
    wire_->socket.close(ignored);
    co_return true;
}

// ---- Waiting for the peer -----------------------------------------------------------------------

void Session::wait_for(Stage stage, Duration limit) {
    stage_ = stage;
    deadline_ = {context_.clock.steady().us + limit.us};
    timed_out_ = false;
}

void Session::tick() {
    if (stage_ == Stage::kNone || context_.clock.steady() < deadline_) return;
    timed_out_ = true;
    abort();
}

void Session::stop() {
    if (stage_ == Stage::kIdle) abort();
}

void Session::abort() {
    boost::system::error_code ignored;
    if (stage_ != Stage::kNone) wire_->socket.cancel(ignored);
}

Task<bool> Session::read_some(Stage stage, Duration limit) {
    if (begin_ > 0) {
        std::memmove(in_.data(), in_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    wait_for(stage, limit);
    const std::size_t received = co_await callback<std::size_t>([this](auto resume) {
        wire_->socket.async_read_some(
            asio::buffer(in_.data() + end_, in_.size() - end_),
            [resume = std::move(resume)](auto error, std::size_t n) mutable {
                resume(error ? 0 : n);
            });
    });
    stage_ = Stage::kNone;
    end_ += received;
    co_return received > 0;
}

Task<bool> Session::wait_writable() {
    wait_for(Stage::kWrite, context_.options.write);
    const bool ready = co_await callback<bool>([this](auto resume) {
        wire_->socket.async_wait(Socket::wait_write, [resume = std::move(resume)](
                                                         auto error) mutable { resume(!error); });
    });
    stage_ = Stage::kNone;
    co_return ready;
}

bool Session::is_peer_gone() const {
    char byte = 0;
    const auto peeked = ::recv(wire_->socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return peeked == 0 || (peeked < 0 && errno != EAGAIN && errno != EINTR);
}

// ---- Reading ------------------------------------------------------------------------------------

void Session::feed() {
    const std::size_t used = parser_.put({in_.data() + begin_, end_ - begin_});
    begin_ += used;
}

Task<bool> Session::read_header() {
    parser_.reset();
    header_since_ = {};
    for (;;) {
        if (begin_ < end_) feed();
        if (parser_.state() != RequestParser::State::kHeader) co_return true;
        const bool begun = parser_.has_begun();
        if (!begun && context_.stopping) co_return false;
        if (begun && header_since_.us == 0) header_since_ = context_.clock.steady();
        const Duration left =
            begun ? header_since_ + context_.options.header - context_.clock.steady()
                  : context_.options.idle;
        if (co_await read_some(begun ? Stage::kHeader : Stage::kIdle, left)) continue;
        if (!begun || !timed_out_) co_return false;
        Response late = problem({ErrorCode::kInvalid, "request-timeout",
                                 "The headers took too long; send them at once."});
        (void)co_await write(late, false);
        co_return false;
    }
}

Task<bool> Session::read_body() {
    const Duration since = context_.clock.steady();
    const SessionOptions& options = context_.options;
    while (parser_.state() == RequestParser::State::kBody) {
        const std::size_t before = begin_;
        if (begin_ < end_) feed();
        if (begin_ != before) continue;
        if (parser_.state() != RequestParser::State::kBody) break;
        const Duration limit =
            options.body +
            seconds(static_cast<std::int64_t>(parser_.body_bytes() / options.body_bytes_a_second));
        if (!co_await read_some(Stage::kBody, since + limit - context_.clock.steady()))
            co_return false;
    }
    co_return parser_.state() == RequestParser::State::kDone;
}

Error Session::cut_off() const {
    if (parser_.state() == RequestParser::State::kRefused) return parser_.refusal();
    return {ErrorCode::kInvalid, "request-timeout", "The body took too long; send it faster."};
}

Task<Result<std::string>> Session::next() {
    request_.body.clear();
    while (request_.body.empty() && parser_.state() == RequestParser::State::kBody) {
        if (begin_ < end_) {
            const std::size_t before = begin_;
            feed();
            if (begin_ != before || parser_.state() != RequestParser::State::kBody) continue;
        }
        if (!co_await read_some(Stage::kBody, context_.options.body)) {
            if (timed_out_) co_return std::unexpected(cut_off());
            co_return fail(ErrorCode::kUnavailable, "client-gone", "The client has gone.");
        }
    }
    if (parser_.state() == RequestParser::State::kRefused)
        co_return std::unexpected(parser_.refusal());
    co_return std::exchange(request_.body, {});
}

// ---- Answering ----------------------------------------------------------------------------------

// Nothing: the peer has gone, there is nobody to answer.
Task<std::optional<Response>> Session::answer(const Dispatcher::Admission& admission) {
    const bool streams = admission.entry->route.streams_body;
    parser_.limit_body(admission.body_bytes_max);
    if (parser_.framing().expects_continue && begin_ == end_ &&
        parser_.state() == RequestParser::State::kBody)
        if (!co_await write_text("HTTP/1.1 100 Continue\r\n\r\n", {})) co_return std::nullopt;
    request_.stream = streams ? this : nullptr;
    if (!streams && !co_await read_body()) {
        if (parser_.state() != RequestParser::State::kRefused && !timed_out_)
            co_return std::nullopt;
        co_return problem(cut_off());
    }
    co_return co_await context_.dispatcher.answer(request_, admission);
}

Task<bool> Session::serve() {
    const Duration started = context_.clock.steady();
    Dispatcher& dispatcher = context_.dispatcher;
    dispatcher.name_request(request_);
    Dispatcher::Admission admission;
    std::optional<Response> response;
    if (parser_.state() == RequestParser::State::kRefused) {
        response = problem(parser_.refusal());
    } else {
        admission = dispatcher.admit(request_, parser_.framing());
        if (admission.refusal) {
            response = std::move(admission.refusal);
            // A short body that has come already is no reason to hang up.
            parser_.limit_body(end_ - begin_);
            if (begin_ < end_ && parser_.state() == RequestParser::State::kBody) feed();
        } else {
            response = co_await answer(admission);
            if (!response) co_return false;
        }
    }
    dispatcher.complete(request_, admission, *response, context_.clock.steady() - started);
    if (response->hang_up) co_return false;
    const bool whole = parser_.state() == RequestParser::State::kDone;
    const bool keep = whole && parser_.framing().keep_alive && !context_.stopping;
    if (!co_await write(*response, keep)) co_return false;
    if (!whole) (void)co_await linger();
    co_return keep;
}

// ---- Writing ------------------------------------------------------------------------------------

// Most answers go out in one system call, without a turn of the loop.
Task<bool> Session::write_text(std::string_view head, std::string_view body) {
    while (!head.empty() || !body.empty()) {
        const std::array<asio::const_buffer, 2> pieces{asio::buffer(head), asio::buffer(body)};
        boost::system::error_code error;
        const std::size_t sent = wire_->socket.write_some(pieces, error);
        const std::size_t of_head = std::min(sent, head.size());
        head.remove_prefix(of_head);
        body.remove_prefix(sent - of_head);
        if (error == asio::error::would_block) {
            if (!co_await wait_writable()) co_return false;
        } else if (error) {
            co_return false;
        }
    }
    co_return true;
}

Task<bool> Session::write(Response& response, bool keep_alive) {
    const bool bodiless =
        parser_.framing().is_head || response.status == 204 || response.status == 304;
    head_.clear();
    if (response.stream && !bodiless) {
        const Coding coding = parser_.framing().http_1_1 ? Coding::kChunked : Coding::kToEnd;
        const bool keep = keep_alive && coding == Coding::kChunked;
        append_head(head_, response, {coding, keep, context_.date, request_.id});
        if (!co_await write_text(head_, {})) co_return false;
        const bool events = response.content_type == "text/event-stream";
        co_return co_await pump(*response.stream, coding, events) && keep;
    }
    append_head(head_, response, {Coding::kLength, keep_alive, context_.date, request_.id});
    co_return co_await write_text(head_, bodiless ? std::string_view() : response.content());
}

Task<bool> Session::pump(BodySource& source, Coding coding, bool is_event_stream) {
    Duration last_sent = context_.clock.steady();
    for (;;) {
        std::optional<std::string> piece = co_await source.next();
        if (context_.stopping || is_peer_gone()) co_return false;
        const Duration now = context_.clock.steady();
        if (piece && piece->empty() && is_event_stream &&
            now - last_sent >= context_.options.heartbeat)
            *piece = ":\n\n";
        if (piece && piece->empty()) continue;
        std::string framed = piece.value_or("");
        if (coding == Coding::kChunked)
            framed = fmt::format("{:x}\r\n{}\r\n", framed.size(), framed);
        if (!co_await write_text(framed, {})) co_return false;
        if (!piece) co_return true;
        last_sent = now;
    }
}

// To close with unread bytes makes the peer's system throw our answer away.
Task<bool> Session::linger() {
    boost::system::error_code ignored;
    wire_->socket.shutdown(Socket::shutdown_send, ignored);
    const Duration until = context_.clock.steady() + context_.options.linger;
    do begin_ = end_ = 0;
    while (co_await read_some(Stage::kLinger, until - context_.clock.steady()));
    co_return false;
}

}  // namespace shop::http
