#include "events/hot_streams.hpp"

#include "core/base/assert.hpp"

namespace shop {
namespace {

// Whether nobody else holds the state. Its last other holder may have been on another thread:
// giving up a copy of our own synchronizes with that one's giving up, which use_count() does not.
bool is_unshared(const std::shared_ptr<const AnyState>& state) {
    if (state.use_count() != 1) return false;
    std::shared_ptr<const AnyState>(state).reset();
    return true;
}

AnyState& own_state(HotStream& stream) {
    if (!stream.is_own || !is_unshared(stream.state)) {
        stream.state = stream.state == nullptr ? std::make_shared<AnyState>()
                                               : std::make_shared<AnyState>(*stream.state);
        stream.is_own = true;
    }
    return const_cast<AnyState&>(*stream.state);  // made three lines above, not const
}

}  // namespace

void evolve_hot(HotStream& stream, const AnyEvent& event, Time time) {
    evolve_any(own_state(stream), event, time);
    ++stream.version;
}

HotStream* HotStreams::find(const StreamId& id) {
    const auto at = streams_.find(id);
    if (at == streams_.end()) return nullptr;
    HotStream& stream = at->second;
    if (newest_ != &stream) {
        unlink(stream);
        link(stream);
    }
    return &stream;
}

HotStream* HotStreams::peek(const StreamId& id) {
    const auto at = streams_.find(id);
    return at == streams_.end() ? nullptr : &at->second;
}

const HotStream* HotStreams::peek(const StreamId& id) const {
    const auto at = streams_.find(id);
    return at == streams_.end() ? nullptr : &at->second;
}

HotStream& HotStreams::insert(const StreamId& id, std::optional<StoredStream> stored) {
    const auto [at, is_new] = streams_.try_emplace(id);
    SHOP_ASSERT(is_new);
    HotStream& stream = at->second;
    stream.id = id;
    if (stored) {
        stream.state = std::move(stored->state);
        stream.version = stored->version;
        stream.last = stream.saved = stored->offset;
        stream.open = stored->open;
        stream.saved_due = stored->due;
        weigh(stream, stored->bytes);
    }
    link(stream);
    return stream;
}

void HotStreams::weigh(HotStream& stream, std::size_t bytes) {
    bytes_ = bytes_ - stream.bytes + bytes;
    stream.bytes = bytes;
}

void HotStreams::evict(Offset durable, std::vector<StreamId>& evicted) {
    while (is_over_limit() && oldest_ != nullptr) {
        HotStream* stream = oldest_;
        if (stream->saved < stream->last || stream->last > durable) return;
        unlink(*stream);
        weigh(*stream, 0);
        evicted.push_back(stream->id);
        streams_.erase(stream->id);
    }
}

void HotStreams::clear() {
    streams_.clear();
    bytes_ = 0;
    newest_ = oldest_ = nullptr;
}

void HotStreams::link(HotStream& stream) {
    stream.older = newest_;
    stream.newer = nullptr;
    (newest_ == nullptr ? oldest_ : newest_->newer) = &stream;
    newest_ = &stream;
}

void HotStreams::unlink(HotStream& stream) {
    (stream.newer == nullptr ? newest_ : stream.newer->older) = stream.older;
    (stream.older == nullptr ? oldest_ : stream.older->newer) = stream.newer;
}

}  // namespace shop
