#include "tests/support/beast_alone.hpp"

#include <boost/beast/http.hpp>

namespace shop::tests {

namespace http = boost::beast::http;

bool beast_takes(std::string_view bytes) {
    http::request_parser<http::string_body> parser;
    parser.eager(true);
    boost::beast::error_code error;
    parser.put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
    return !error && parser.is_done();
}

}  // namespace shop::tests
