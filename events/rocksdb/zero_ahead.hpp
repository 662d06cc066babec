// Makes syncs of a write-ahead log cheaper: some zeros are written ahead of its end, so that most
// writes change neither the size of the file nor where its blocks are, and a sync has nothing to
// write but the data. RocksDB takes zeros for the end of what was written.
#pragma once

#include <cstddef>
#include <memory>

namespace rocksdb {
class FileSystem;
}

namespace shop::rocks {

// A file system like `base` that does so for write-ahead logs. Zeros that cannot be written are
// left out; a log that is closed ends where it was written to.
std::shared_ptr<rocksdb::FileSystem> zero_ahead(std::shared_ptr<rocksdb::FileSystem> base);

}  // namespace shop::rocks
