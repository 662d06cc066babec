#include "events/keys/key_store.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>
#include <utility>

#include "core/base/digest.hpp"
#include "events/keys/cipher.hpp"
#include "events/keys/key_file.hpp"
#include "events/keys/private_file.hpp"

namespace shop {
namespace {

constexpr std::size_t kBlockKeys = 2'048;
constexpr std::size_t kLowWater = kBlockKeys / 2;  // fewer left: the next block is made
constexpr std::size_t kCachedMax = 16'384;
constexpr std::size_t kNoncesDrawn = 64;
constexpr std::size_t kDestroyedAtOnce = 500;
// Until keys destroyed soon are synced, others' news are asked for, and a shelf that failed is
// tried again.
constexpr auto kPause = std::chrono::milliseconds(500);

using Steady = std::chrono::steady_clock;

std::unexpected<Error> erased() {
    return fail(ErrorCode::kNotFound, "erased", "This was erased.");
}

}  // namespace

class KeyStore::Impl {
  public:
    explicit Impl(std::unique_ptr<KeyShelf> shelf)
        : shelf_(std::move(shelf)), thread_([this] { work(); }) {}

    ~Impl() {
        {
            const std::lock_guard lock(mutex_);
            closing_ = true;
        }
        wake_.notify_one();
        thread_.join();
    }

    Result<std::string> new_key(KeyUse use) {
        std::unique_lock lock(mutex_);
        if (use == KeyUse::kToken && is_taken_for_dead()) return presumed_dead();
        std::deque<KeyRecord>& ready = ready_of(use);
        if (ready.size() <= kLowWater) wake_.notify_one();
        refilled_.wait(lock, [&] { return !ready.empty() || failure_; });
        if (ready.empty()) return std::unexpected(*failure_);
        const KeyRecord record = ready.front();
        ready.pop_front();
        std::string id = record.id();
        remember(id, record.key);
        return id;
    }

    // Random; drawn many at a time, for the generator costs more than sealing.
    std::string new_nonce() {
        const std::lock_guard lock(mutex_);
        if (nonces_.empty()) nonces_ = random_bytes(kNoncesDrawn * Cipher::kNonceBytes);
        std::string nonce = nonces_.substr(nonces_.size() - Cipher::kNonceBytes);
        nonces_.resize(nonces_.size() - Cipher::kNonceBytes);
        return nonce;
    }

    // Nothing if there is no such key any more.
    Result<std::optional<DataKey>> find(const std::string& id) {
        std::uint64_t forgotten = 0;
        {
            const std::lock_guard lock(mutex_);
            if (const auto at = cached_.find(id); at != cached_.end()) return at->second;
            if (dying_.contains(id)) return std::nullopt;
            forgotten = forgotten_;
        }
        const auto name = parse_key_id(id);
        if (!name) return std::nullopt;
        SHOP_TRY(record, shelf_->read(*name));
        if (!record || record->destroyed) return std::nullopt;
        const std::lock_guard lock(mutex_);
        // Else it may have been destroyed since it was read.
        if (forgotten == forgotten_) remember(id, record->key);
        return record->key;
    }

    std::vector<std::string> not_destroyed(std::span<const std::string> ids) const {
        std::vector<std::string> left;
        for (const std::string& id : ids) {
            const auto name = parse_key_id(id);
            if (!name) continue;
            const auto record = shelf_->read(*name);
            if (!record || (*record && !(*record)->destroyed)) left.push_back(id);
        }
        return left;
    }

    Result<std::vector<std::string>> destroy(std::span<const std::string> ids) {
        std::vector<std::string> damaged;
        for (; !ids.empty(); ids = ids.subspan(std::min(ids.size(), kDestroyedAtOnce))) {
            SHOP_TRY(left, overwrite(ids.first(std::min(ids.size(), kDestroyedAtOnce))));
            for (const KeyName& name : left) damaged.push_back(name.id());
        }
        SHOP_TRY_STATUS(shelf_->sync());
        return damaged;
    }

    std::optional<Error> damage() const { return shelf_->damage(); }

    // Where it takes long, the store's own thread does it, again and again until it can.
    Status destroy_soon(const std::string& id) {
        if (!shelf_->is_quick()) {
            forget({&id, 1});
            const std::lock_guard lock(mutex_);
            dying_.insert(id);
            return {};
        }
        const auto name = parse_key_id(id);
        forget({&id, 1});
        const Status done = name ? shelf_->destroy(*name) : Status{};
        forget({&id, 1});  // whoever read it meanwhile
        if (!done) return done;
        const std::lock_guard lock(mutex_);
        unsynced_ = true;
        return {};
    }

    void destroy_old_tokens(std::unordered_set<std::string> needed) {
        {
            const std::lock_guard lock(mutex_);
            still_needed_ = std::move(needed);
        }
        wake_.notify_one();
    }

    const Cipher& cipher() const { return cipher_; }

  private:
    // Those of which nobody can tell whose they are.
    Result<std::vector<KeyName>> overwrite(std::span<const std::string> ids) {
        forget(ids);
        std::vector<KeyName> names;
        for (const std::string& id : ids)
            if (const auto name = parse_key_id(id)) names.push_back(*name);
        auto damaged = shelf_->destroy(names);
        forget(ids);  // whoever read them meanwhile
        return damaged;
    }

    void forget(std::span<const std::string> ids) {
        const std::lock_guard lock(mutex_);
        ++forgotten_;
        for (const std::string& id : ids) cached_.erase(id);
    }

    std::deque<KeyRecord>& ready_of(KeyUse use) { return ready_[static_cast<std::size_t>(use)]; }

    // With mutex_ held, as what follows. What others hold for left behind they may have destroyed.
    bool is_taken_for_dead() const { return alive_until_ && Steady::now() >= *alive_until_; }

    std::unexpected<Error> presumed_dead() {
        ready_of(KeyUse::kToken).clear();
        wake_.notify_one();
        return fail(ErrorCode::kUnavailable, "keys-away",
                    "The database of keys has not answered for too long; try again in a moment.");
    }

    // With mutex_ held. The oldest go first; a key that is needed again is read from the shelf.
    void remember(const std::string& id, const DataKey& key) {
        if (!cached_.emplace(id, key).second) return;
        order_.push_back(id);
        if (order_.size() <= kCachedMax) return;
        cached_.erase(order_.front());
        order_.pop_front();
    }

    // The store's own thread: makes blocks ahead, syncs what was destroyed here, and hears of what
    // was destroyed elsewhere.
    void work() {
        std::unique_lock lock(mutex_);
        for (;;) {
            wake_.wait_for(lock, kPause, [this] {
                return closing_ || still_needed_ || (find_low() && !failure_);
            });
            if (still_needed_) sweep(lock);
            if (!dying_.empty()) end_dying(lock);
            if (unsynced_) sync(lock);
            if (closing_) return;
            hear(lock);
            if (const auto use = find_low()) refill(lock, *use);
        }
    }

    std::optional<KeyUse> find_low() const {
        for (const KeyUse use : {KeyUse::kPerson, KeyUse::kToken})
            if (ready_[static_cast<std::size_t>(use)].size() <= kLowWater) return use;
        return std::nullopt;
    }

    void sweep(std::unique_lock<std::mutex>& lock) {
        const auto needed = std::exchange(still_needed_, std::nullopt);
        lock.unlock();
        if (const auto tokens = shelf_->old_tokens())
            for (const KeyRecord& token : *tokens)
                if (!needed->contains(token.id())) (void)destroy_soon(token.id());
        lock.lock();
    }

    void end_dying(std::unique_lock<std::mutex>& lock) {
        const std::vector<std::string> ids(dying_.begin(), dying_.end());
        lock.unlock();
        std::span<const std::string> left = ids;
        while (!left.empty()) {
            const std::size_t count = std::min(left.size(), kDestroyedAtOnce);
            const auto done = overwrite(left.first(count));
            if (!done && done.error().code == ErrorCode::kUnavailable) break;
            left = left.subspan(count);
        }
        lock.lock();
        for (std::size_t i = 0; i + left.size() < ids.size(); ++i) dying_.erase(ids[i]);
    }

    void sync(std::unique_lock<std::mutex>& lock) {
        unsynced_ = false;
        lock.unlock();
        const Status synced = shelf_->sync();
        lock.lock();
        if (!synced) unsynced_ = true;
    }

    void hear(std::unique_lock<std::mutex>& lock) {
        lock.unlock();
        const auto asked = Steady::now();  // whoever is frozen behind the answer is not alive by it
        const KeyNews news = shelf_->news();
        lock.lock();
        forgotten_ += news.may_be_more || !news.destroyed.empty();
        for (const std::string& id : news.destroyed) cached_.erase(id);
        drop_ready(news);
        if (news.is_alive_for)
            alive_until_ = asked + std::chrono::microseconds(news.is_alive_for->us);
        if (!news.may_be_more) return;
        cached_.clear();
        order_.clear();
    }

    // With mutex_ held. What was made ahead others may have taken for left behind.
    void drop_ready(const KeyNews& news) {
        std::deque<KeyRecord>& tokens = ready_of(KeyUse::kToken);
        if (news.may_be_more || is_taken_for_dead()) tokens.clear();
        std::unordered_set<std::uint64_t> gone;
        for (const std::string& id : news.destroyed)
            if (const auto name = parse_key_id(id)) gone.insert(name->number);
        std::erase_if(tokens, [&](const KeyRecord& token) { return gone.contains(token.number); });
    }

    void refill(std::unique_lock<std::mutex>& lock, KeyUse use) {
        lock.unlock();
        auto block = shelf_->append(kBlockKeys, use);
        lock.lock();
        std::deque<KeyRecord>& ready = ready_of(use);
        if (block) ready.insert(ready.end(), block->begin(), block->end());
        failure_ = block ? std::nullopt : std::optional(block.error());
        refilled_.notify_all();
    }

    const std::unique_ptr<KeyShelf> shelf_;
    const Cipher cipher_;
    std::mutex mutex_;  // guards what follows
    std::condition_variable wake_;
    std::condition_variable refilled_;
    std::array<std::deque<KeyRecord>, 2> ready_;  // by use; durable, never handed out
    std::string nonces_;
    std::unordered_map<std::string, DataKey> cached_;
    std::deque<std::string> order_;  // of cached_, the oldest first
    std::uint64_t forgotten_ = 0;    // how often keys left cached_ because they may be destroyed
    std::optional<Error> failure_;   // of the last try to make keys
    std::optional<std::unordered_set<std::string>> still_needed_;  // a sweep is due
    std::unordered_set<std::string> dying_;          // to be destroyed soon, and of no use any more
    std::optional<Steady::time_point> alive_until_;  // KeyNews::is_alive_for
    bool unsynced_ = false;
    bool closing_ = false;
    std::thread thread_;  // starts last
};

Result<std::unique_ptr<KeyStore>> KeyStore::open(const std::filesystem::path& folder,
                                                 IfMissing if_missing) {
    const std::filesystem::path path = folder / "keys";
    if (if_missing == IfMissing::kRefuse && !std::filesystem::exists(path))
        return fail(ErrorCode::kCorrupt, "no-keys",
                    path.string() +
                        " is missing, and this shop has a log already; restore the folder from "
                        "the same backup as the log.");
    SHOP_TRY_STATUS(make_private_folder(folder));
    SHOP_TRY(file, KeyFile::open(path));
    return std::make_unique<KeyStore>(std::move(file));
}

KeyStore::KeyStore(std::unique_ptr<KeyShelf> shelf)
    : impl_(std::make_unique<Impl>(std::move(shelf))) {}
KeyStore::~KeyStore() = default;

Result<std::string> KeyStore::new_key(KeyUse use) {
    return impl_->new_key(use);
}

Result<Sealed> KeyStore::seal(const std::string& key, std::string_view plain) {
    SHOP_TRY(data_key, impl_->find(key));
    if (!data_key) return erased();
    return Sealed{key,
                  to_base64url(impl_->cipher().seal(*data_key, impl_->new_nonce(), plain, key))};
}

Result<std::string> KeyStore::open(const Sealed& sealed) const {
    SHOP_TRY(data_key, impl_->find(sealed.key));
    if (!data_key) return erased();
    const auto bytes = from_base64url(sealed.ciphertext);
    auto plain = bytes ? impl_->cipher().open(*data_key, *bytes, sealed.key) : std::nullopt;
    if (!plain)
        return fail(ErrorCode::kCorrupt, "damaged-ciphertext",
                    "A sealed value is damaged: its key does not open it.");
    return std::move(*plain);
}

std::optional<Error> KeyStore::damage() const {
    return impl_->damage();
}

std::vector<std::string> KeyStore::not_destroyed(std::span<const std::string> keys) const {
    return impl_->not_destroyed(keys);
}

Result<std::vector<std::string>> KeyStore::destroy(const std::string& key) {
    return impl_->destroy({&key, 1});
}

Result<std::vector<std::string>> KeyStore::destroy(std::span<const std::string> keys) {
    return impl_->destroy(keys);
}

Status KeyStore::destroy_soon(const std::string& key) {
    return impl_->destroy_soon(key);
}

void KeyStore::destroy_old_tokens(std::unordered_set<std::string> needed) {
    impl_->destroy_old_tokens(std::move(needed));
}

}  // namespace shop
