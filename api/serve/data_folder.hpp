// The folder of a shop: everything it keeps, for one process at a time.
//
//   log/ keys/ secrets/      must survive, synced
//   log.json                 instead of log/: where else the events are (event_log.hpp)
//   keys.json                instead of keys/ and most of secrets/: they are in a database
//                            (../keys_place.hpp)
//   state/                   derived: may be deleted while the shop is closed
//   staff-keys.json          hashes of the staff's keys
//   level.json               which programs can work on it
#pragma once

#include <filesystem>

#include "core/base/result.hpp"
#include "events/keys/secrets.hpp"

namespace shop::api {

class DataFolder {
  public:
    // Makes the folder if it is missing (mode 700), and holds its lock as long as it lives.
    // kConflict "already-running" if another process has it, "newer-data" if a newer program wrote
    // it: an older one must not touch what it does not understand.
    static Result<DataFolder> open(const std::filesystem::path& path);
    DataFolder(DataFolder&& other) noexcept;
    DataFolder& operator=(DataFolder&&) = delete;
    ~DataFolder();

    const std::filesystem::path& path() const { return path_; }
    // A shop that has a log must have its secrets and keys; a new one makes them.
    IfMissing if_missing() const { return if_missing_; }

  private:
    DataFolder(std::filesystem::path path, int lock, IfMissing if_missing)
        : path_(std::move(path)), lock_(lock), if_missing_(if_missing) {}

    std::filesystem::path path_;
    int lock_ = -1;
    IfMissing if_missing_ = IfMissing::kMake;
};

}  // namespace shop::api
