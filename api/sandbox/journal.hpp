// The sandbox's durable memory: an append-only file, one line per request, synced before anything
// is said. It survives kill -9 and power cuts: a torn last line is cut at the next opening; damage
// anywhere else refuses the start and names the place.
//
// A line is the CRC-32 of its text as eight hex digits, a space, and a JSON array of entries.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "api/sandbox/entry.hpp"
#include "core/base/result.hpp"

namespace shop::sandbox {

std::string journal_line(const Entries& entries);

// Calls apply(Entry) for every entry of the file in order, and returns the length of its whole
// lines (the file's length, unless its tail is torn). A missing file is an empty one. kCorrupt for
// damage before the last line.
Result<std::uint64_t> read_journal(const std::filesystem::path& file,
                                   const std::function<void(const Entry&)>& apply);

// Appends in the background: whatever arrives while one sync runs shares the next one.
class Journal {
  public:
    using Done = std::move_only_function<void(Status)>;

    // Opens (or makes) the file and cuts it to `length`, the result of read_journal().
    static Result<std::unique_ptr<Journal>> open(const std::filesystem::path& file,
                                                 std::uint64_t length);
    // Writes and syncs what was appended, answers it, and joins the thread.
    ~Journal();

    // Calls done on the journal's own thread once the entries are durable, in the order of the
    // calls. After an error nothing more is written and every later append fails: what is in the
    // file is then unknown until it is opened again. Thread-safe.
    void append(const Entries& entries, Done done);

  private:
    explicit Journal(int file) : file_(file), thread_([this] { run(); }) {}
    void run();
    Status write(const std::string& bytes);

    const int file_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::string bytes_;          // guarded by mutex_
    std::vector<Done> waiting_;  // guarded by mutex_
    bool closing_ = false;       // guarded by mutex_
    bool failed_ = false;        // the thread's own
    std::thread thread_;
};

}  // namespace shop::sandbox
