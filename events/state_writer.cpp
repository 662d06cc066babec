#include "events/state_writer.hpp"

#include "events/give_way.hpp"
#include "events/state_memory.hpp"

namespace shop {

StateWriter::~StateWriter() {
    stop();
}

void StateWriter::put(StateBatch batch, Shard& shard, std::atomic<bool>& is_saving) {
    {
        const std::lock_guard lock(mutex_);
        saves_.push_back({std::move(batch), &shard, &is_saving});
    }
    changed_.notify_all();
}

bool StateWriter::step() {
    Save save;
    {
        const std::lock_guard lock(mutex_);
        if (saves_.empty()) return false;
        save = std::move(saves_.front());
        saves_.pop_front();
        ++writing_;
    }
    write(save);
    {
        const std::lock_guard lock(mutex_);
        --writing_;
    }
    changed_.notify_all();
    return true;
}

void StateWriter::write(Save& save) {
    const Status written = store_.write(save.batch);
    for (StoredStream& stream : save.batch.streams) stream.bytes = memory_of(*stream.state);
    if (!written) failures_.fetch_add(1, std::memory_order_relaxed);
    save.shard->saved(save.batch, written.has_value());
    save.is_saving->store(false, std::memory_order_release);
}

void StateWriter::start() {
    thread_ = std::thread([this] { run(); });
}

void StateWriter::run() {
    give_way();
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return stopping_ || !saves_.empty(); });
            if (saves_.empty()) return;
        }
        step();
    }
}

void StateWriter::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void StateWriter::drain() {
    if (!thread_.joinable())
        while (step()) {
        }
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return saves_.empty() && writing_ == 0; });
}

}  // namespace shop
