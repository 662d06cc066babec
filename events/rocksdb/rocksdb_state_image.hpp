// Images of the state store on disk (state_store.hpp). What is restored is gathered in files beside
// the store, and taken in all at once; so it needs room for the partition twice, and no memory.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "events/state_store.hpp"

namespace rocksdb {
class DB;
}

namespace shop::rocks {

// Where what is restored is gathered.
std::filesystem::path restoring_folder(const std::filesystem::path& store);

struct ImageParts {
    rocksdb::DB& db;
    std::filesystem::path folder;  // of the store
    Partition partition;
};

Result<std::unique_ptr<StateImage>> make_image(const ImageParts& parts);
// `forget` is called before all is taken in, `restored` after.
Result<std::unique_ptr<StateRestore>> make_restore(const ImageParts& parts,
                                                   std::function<Status()> forget,
                                                   std::function<void(const Checkpoint&)> restored);

}  // namespace shop::rocks
