// Bodies that do not fit one string: answers that go on for as long as somebody listens, and
// requests that are longer than memory should be.
#pragma once

#include <optional>
#include <string>

#include "core/base/result.hpp"
#include "events/task.hpp"

namespace shop::http {

// The body of an answer, piece by piece. The session asks for the next piece once the last one has
// gone out, and destroys the source when the body ends, the client goes, or the server stops; never
// while a next() is under way. One thread: the loop's.
class BodySource {
  public:
    virtual ~BodySource() = default;

    // The next piece; empty text if there is none yet; nothing at the end. Must come back within a
    // second or two, piece or not: in between the session looks whether anybody still listens.
    // Heartbeats of an event stream are the session's affair.
    virtual Task<std::optional<std::string>> next() = 0;
};

// The body of a request, piece by piece as it arrives. One thread: the loop's.
class BodyReader {
  public:
    virtual ~BodyReader() = default;

    // The next piece, never empty; empty text at the end. Errors: kUnavailable if the client went
    // or was too slow, kInvalid "body-too-large" beyond the route's limit. After an error the
    // handler answers as usual; the connection is closed behind it.
    virtual Task<Result<std::string>> next() = 0;
};

}  // namespace shop::http
