// How RocksDB's own threads stand beside the shop's.
#pragma once

namespace rocksdb {
class Env;
}

namespace shop::rocks {

// Flushes and compactions of every database of `env` give way to whoever answers somebody. They
// get what the others leave, and a tenth of a processor if they leave nothing.
void give_way(rocksdb::Env& env);

}  // namespace shop::rocks
