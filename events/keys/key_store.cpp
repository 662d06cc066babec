#include "events/keys/key_store.hpp"

#include <array>
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
constexpr auto kSyncDelay = std::chrono::milliseconds(500);  // of keys destroyed soon

std::unexpected<Error> erased() {
    return fail(ErrorCode::kNotFound, "erased", "This was erased.");
}

}  // namespace

class KeyStore::Impl {
  public:
    explicit Impl(KeyFile file) : file_(std::move(file)), thread_([this] { work(); }) {}

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
        std::deque<KeyRecord>& ready = ready_[static_cast<std::size_t>(use)];
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
        {
            const std::lock_guard lock(mutex_);
            if (const auto at = cached_.find(id); at != cached_.end()) return at->second;
        }
        const auto name = parse_key_id(id);
        if (!name) return std::nullopt;
        SHOP_TRY(record, file_.read(*name));
        if (!record || record->destroyed) return std::nullopt;
        return record->key;
    }

    std::vector<std::string> not_destroyed(std::span<const std::string> ids) const {
        std::vector<std::string> left;
        for (const std::string& id : ids) {
            const auto name = parse_key_id(id);
            if (!name) continue;
            const auto record = file_.read(*name);
            if (!record || (*record && !(*record)->destroyed)) left.push_back(id);
        }
        return left;
    }

    Result<std::vector<std::string>> destroy(std::span<const std::string> ids) {
        std::vector<std::string> damaged;
        for (const std::string& id : ids) {
            const Status done = overwrite(id);
            if (done) continue;
            if (done.error().code != ErrorCode::kCorrupt) return std::unexpected(done.error());
            damaged.push_back(id);
        }
        SHOP_TRY_STATUS(file_.sync());
        return damaged;
    }

    std::optional<Error> damage() const { return file_.damage(); }

    Status destroy_soon(const std::string& id) {
        SHOP_TRY_STATUS(overwrite(id));
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
    Status overwrite(const std::string& id) {
        {
            const std::lock_guard lock(mutex_);
            cached_.erase(id);
        }
        const auto name = parse_key_id(id);
        return name ? file_.destroy(*name) : Status{};
    }

    // With mutex_ held. The oldest go first; a key that is needed again is read from the file.
    void remember(const std::string& id, const DataKey& key) {
        cached_.emplace(id, key);
        order_.push_back(id);
        if (order_.size() <= kCachedMax) return;
        cached_.erase(order_.front());
        order_.pop_front();
    }

    // The store's own thread: makes blocks ahead and syncs what was destroyed.
    void work() {
        std::unique_lock lock(mutex_);
        for (;;) {
            wake_.wait_for(lock, kSyncDelay,
                           [this] { return closing_ || still_needed_ || find_low(); });
            if (still_needed_) sweep(lock);
            if (unsynced_) sync(lock);
            if (closing_) return;
            if (const auto use = find_low()) refill(lock, *use);
        }
    }

    std::optional<KeyUse> find_low() const {
        if (failure_) return std::nullopt;
        for (const KeyUse use : {KeyUse::kPerson, KeyUse::kToken})
            if (ready_[static_cast<std::size_t>(use)].size() <= kLowWater) return use;
        return std::nullopt;
    }

    void sweep(std::unique_lock<std::mutex>& lock) {
        const auto needed = std::exchange(still_needed_, std::nullopt);
        lock.unlock();
        if (const auto tokens = file_.old_tokens())
            for (const KeyRecord& token : *tokens)
                if (!needed->contains(token.id())) (void)destroy_soon(token.id());
        lock.lock();
    }

    void sync(std::unique_lock<std::mutex>& lock) {
        unsynced_ = false;
        lock.unlock();
        const Status synced = file_.sync();
        lock.lock();
        if (!synced) failure_ = synced.error();
    }

    void refill(std::unique_lock<std::mutex>& lock, KeyUse use) {
        lock.unlock();
        auto block = file_.append(kBlockKeys, use);
        lock.lock();
        std::deque<KeyRecord>& ready = ready_[static_cast<std::size_t>(use)];
        if (block)
            ready.insert(ready.end(), block->begin(), block->end());
        else
            failure_ = block.error();
        refilled_.notify_all();
    }

    KeyFile file_;
    const Cipher cipher_;
    std::mutex mutex_;  // guards what follows
    std::condition_variable wake_;
    std::condition_variable refilled_;
    std::array<std::deque<KeyRecord>, 2> ready_;  // by use; durable, never handed out
    std::string nonces_;
    std::unordered_map<std::string, DataKey> cached_;
    std::deque<std::string> order_;  // of cached_, the oldest first
    std::optional<Error> failure_;   // after it no more keys are made: what is on disk is unknown
    std::optional<std::unordered_set<std::string>> still_needed_;  // a sweep is due
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
    return std::unique_ptr<KeyStore>(new KeyStore(std::make_unique<Impl>(std::move(file))));
}

KeyStore::KeyStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
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
