// A server that says what it was told to say: each accepted connection reads one request at a time
// and gets the next answer; an empty one, or none left, closes the connection.
#pragma once

#include <string>
#include <thread>
#include <vector>

namespace shop::tests {

class ScriptedServer {
  public:
    explicit ScriptedServer(std::vector<std::string> answers);
    // Waits for the connection that is open.
    ~ScriptedServer();
    // "127.0.0.1:40001"
    const std::string& address() const { return address_; }
    int connections = 0;  // read once the server is gone

  private:
    void serve();

    const std::vector<std::string> answers_;
    int listener_ = -1;
    std::string address_;
    std::thread thread_;
};

// A good answer with that body.
std::string ok(const std::string& body);

}  // namespace shop::tests
