// One connection: reads a request, has it answered, writes the answer, and so on. Used by
// session_set.cpp alone. One thread: the loop's.
#pragma once

#include <list>
#include <memory>
#include <string>

#include "api/http/answer_head.hpp"
#include "api/http/session_set.hpp"

namespace shop::http {

// What the sessions of a loop share.
struct SessionContext {
    Loop& loop;
    Dispatcher& dispatcher;
    const Clock& clock;
    const SessionOptions options;
    std::string date;       // http_date() of this second
    bool stopping = false;  // no further request is served
};

class Session final : private BodyReader {
  public:
    Session(SessionContext& context, int socket, std::string remote);
    ~Session() override;

    // Until the connection ends.
    Task<bool> run();

    // Once a second: ends what takes too long.
    void tick();
    // Ends it if it waits for a request.
    void stop();
    // Ends it if it waits for the peer in any way.
    void abort();

  private:
    // What a wait for the peer is for.
    enum class Stage { kNone, kIdle, kHeader, kBody, kWrite, kLinger };
    struct Wire;

    Task<bool> read_header();
    Task<bool> serve();
    Task<std::optional<Response>> answer(const Dispatcher::Admission& admission);
    // Reads until the body is whole: true; or refused, or the peer is gone: false.
    Task<bool> read_body();
    Task<Result<std::string>> next() override;
    Task<bool> write(Response& response, bool keep_alive);
    Task<bool> write_text(std::string_view head, std::string_view body);
    Task<bool> pump(BodySource& source, Coding coding, bool is_event_stream);
    Task<bool> linger();

    // One read into the buffer; false at the end, an error or a time-out.
    Task<bool> read_some(Stage stage, Duration limit);
    Task<bool> wait_writable();
    void feed();
    void wait_for(Stage stage, Duration limit);
    bool is_peer_gone() const;
    Error cut_off() const;  // of a body that did not arrive

    SessionContext& context_;
    std::unique_ptr<Wire> wire_;
    Request request_;
    RequestParser parser_;
    std::string in_;  // bytes [begin_, end_) are read and not parsed
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::string head_;
    Stage stage_ = Stage::kNone;
    Duration deadline_{};  // of the wait under way, on the steady clock
    Duration header_since_{};
    bool timed_out_ = false;
};

}  // namespace shop::http
