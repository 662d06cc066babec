// Makes syncs of a write-ahead log cheaper: some zeros are written ahead of its end, so that most
// writes change neither the size of the file nor where its blocks are, and a sync has nothing to
// write but the data. RocksDB passes over zeros when it reads a log.
#pragma once

#include <cstddef>
#include <memory>

namespace rocksdb {
class FileSystem;
}

namespace shop::rocks {

// A file system like `base` that does so for write-ahead logs. Zeros that cannot be written are
// left out. Whoever asks is told the size without them, and a log that is closed ends there.
std::shared_ptr<rocksdb::FileSystem> zero_ahead(std::shared_ptr<rocksdb::FileSystem> base);

}  // namespace shop::rocks
