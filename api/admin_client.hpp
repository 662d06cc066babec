// For sub-commands: the admin API of the shop that runs on a data folder, found by
// <data>/serve.json and opened with <data>/staff-key. Blocking; one thread.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "api/http/http_response.hpp"
#include "core/base/result.hpp"

namespace shop::api {

struct AdminCall {
    std::string method = "GET";
    std::string target;  // "/api/v1/admin/…"
    std::string content_type = {};
    std::string body = {};
    // Instead of `body`: the next piece at each call, nothing at the end; sent in chunks.
    std::function<std::string()> pieces = {};
    // How long the answer may take.
    int timeout_seconds = 600;
};

class AdminClient {
  public:
    // kUnavailable "not-running" if no shop runs there.
    static Result<AdminClient> find(const std::filesystem::path& data);

    // The answer, whatever its status; kUnavailable if none came.
    Result<HttpAnswer> send(const AdminCall& call) const;
    // The body of an answer of 2xx; else the problem's own words.
    Result<std::string> ask(const AdminCall& call) const;

  private:
    AdminClient(std::string host, std::string port, std::string key)
        : host_(std::move(host)), port_(std::move(port)), key_(std::move(key)) {}

    std::string host_;
    std::string port_;
    std::string key_;
};

}  // namespace shop::api
