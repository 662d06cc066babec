// The list of erased customers (events/keys/erasures.hpp) of a shop of several processes. Each
// process lists whom it erases in its own data folder, on its own disk, before anything is
// destroyed; here the lists become one: what one process has listed stands in the database of keys,
// and soon in the folders of all.
//
// So an old copy of that database may be restored: whichever process starts first brings back the
// list from its folder, and destroys all those keys again. And a process whose folder is lost takes
// nobody's erasure with it. What expired by the month stays where it is: it is over for every
// process, and found again without a list.
//
// One thread at a time.
#pragma once

#include <cstddef>
#include <filesystem>

#include "api/keys/postgres_shelf.hpp"

namespace shop::api {

class SharedErasures {
  public:
    // `list` is the folder's own; the shelf outlives it.
    SharedErasures(PostgresShelf& shelf, std::filesystem::path list)
        : shelf_(shelf), list_(std::move(list)) {}

    // Both have then what either had. Durable when it returns. Errors: kUnavailable "keys-away";
    // those of the disk.
    Status exchange();

  private:
    PostgresShelf& shelf_;
    const std::filesystem::path list_;
    std::int64_t taken_ = 0;  // number of the last line that was taken from the database
    std::size_t given_ = 0;   // lines of the list that the database has
};

}  // namespace shop::api
