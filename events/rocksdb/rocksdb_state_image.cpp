#include "events/rocksdb/rocksdb_state_image.hpp"

#include <rocksdb/db.h>
#include <rocksdb/sst_file_writer.h>

#include <system_error>
#include <vector>

#include "core/json/decode.hpp"
#include "events/folder.hpp"
#include "events/rocksdb/error.hpp"
#include "events/rocksdb/state_layout.hpp"

namespace shop::rocks {
namespace {

std::string_view view(const rocksdb::Slice& slice) {
    return {slice.data(), slice.size()};
}

rocksdb::Slice slice(std::string_view text) {
    return {text.data(), text.size()};
}

Error store_error(const rocksdb::Status& status, const ImageParts& parts) {
    return error_of(status, "The state store", parts.folder);
}

// ---- Out ----------------------------------------------------------------------------------------

class Image final : public StateImage {
  public:
    explicit Image(ImageParts parts) : of_(std::move(parts)), frozen_(of_.db.GetSnapshot()) {}
    ~Image() override {
        at_.reset();
        of_.db.ReleaseSnapshot(frozen_);
    }

    Status open() {
        std::string text;
        rocksdb::ReadOptions options;
        options.snapshot = frozen_;
        const auto status = of_.db.Get(options, key_of('k', of_.partition), &text);
        if (status.IsNotFound()) return {};
        if (!status.ok()) return std::unexpected(store_error(status, of_));
        SHOP_TRY(checkpoint, json::from_json<Checkpoint>(text, json::Missing::kIsDefault));
        checkpoint_ = std::move(checkpoint);
        return {};
    }

    const Checkpoint& checkpoint() const override { return checkpoint_; }

    Result<std::int64_t> read(std::string& out, std::size_t bytes) override {
        std::int64_t count = 0;
        const std::size_t begin = out.size();
        while (out.size() - begin < bytes && seek()) {
            append_entry(out, view(at_->key()), view(at_->value()));
            at_->Next();
            ++count;
        }
        if (at_ && !at_->status().ok()) return std::unexpected(store_error(at_->status(), of_));
        return count;
    }

  private:
    // To the next entry, be it one of the next letter. False: there is none, or the disk failed.
    bool seek() {
        while (at_ == nullptr || (!at_->Valid() && at_->status().ok())) {
            if (letter_ == kLetters.size()) return false;
            const std::string begin = key_of(kLetters[letter_++], of_.partition);
            end_ = behind(begin);
            bound_ = slice(end_);
            rocksdb::ReadOptions options;
            options.snapshot = frozen_;
            options.iterate_upper_bound = &bound_;
            options.fill_cache = false;
            options.readahead_size = 1 << 20;
            at_.reset(of_.db.NewIterator(options));
            at_->Seek(begin);
        }
        return at_->Valid();
    }

    const ImageParts of_;
    const rocksdb::Snapshot* const frozen_;
    Checkpoint checkpoint_;
    std::size_t letter_ = 0;  // the next one
    std::string end_;
    rocksdb::Slice bound_;  // of end_, which the iterator points to
    std::unique_ptr<rocksdb::Iterator> at_;
};

// ---- In -----------------------------------------------------------------------------------------

class Restore final : public StateRestore {
  public:
    Restore(ImageParts parts, std::function<Status()> forget,
            std::function<void(const Checkpoint&)> restored)
        : of_(std::move(parts)),
          forget_(std::move(forget)),
          restored_(std::move(restored)),
          folder_(restoring_folder(of_.folder) / of_.partition.to_string()) {}
    ~Restore() override { clear(); }

    Status open() {
        clear();
        SHOP_TRY_STATUS(make_folder(restoring_folder(of_.folder)));
        return make_folder(folder_);
    }

    Result<std::int64_t> add(std::string_view bytes) override {
        const std::string file = (folder_ / std::to_string(files_.size())).string();
        rocksdb::SstFileWriter writer({}, of_.db.GetOptions());
        rocksdb::Status status = writer.Open(file);
        std::int64_t count = 0;
        for (; status.ok() && !bytes.empty(); ++count) {
            const auto entry = take_entry(bytes);
            if (!entry || !is_of(entry->key, of_.partition) || entry->key <= last_key_)
                return bad_image("cannot be read.");
            last_key_ = entry->key;
            if (entry->key.front() == 'k') checkpoint_ = entry->value;
            status = writer.Put(slice(entry->key), slice(entry->value));
        }
        if (count == 0 && status.ok()) return bad_image("has an empty part.");
        if (status.ok()) status = writer.Finish();
        if (!status.ok()) return std::unexpected(store_error(status, of_));
        files_.push_back(file);
        return count;
    }

    Status finish(const Checkpoint& checkpoint) override {
        const auto own = json::from_json<Checkpoint>(checkpoint_, json::Missing::kIsDefault);
        if (!own || *own != checkpoint) return bad_image("is not of that checkpoint.");
        SHOP_TRY_STATUS(forget_());
        rocksdb::IngestExternalFileOptions options;
        options.move_files = true;
        const auto status = of_.db.IngestExternalFile(files_, options);
        if (!status.ok()) return std::unexpected(store_error(status, of_));
        restored_(checkpoint);
        return {};
    }

  private:
    void clear() const {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    const ImageParts of_;
    const std::function<Status()> forget_;
    const std::function<void(const Checkpoint&)> restored_;
    const std::filesystem::path folder_;
    std::vector<std::string> files_;  // one for each part; keys rise from one to the next
    std::string last_key_;
    std::string checkpoint_;
};

}  // namespace

std::filesystem::path restoring_folder(const std::filesystem::path& store) {
    std::filesystem::path folder = store;
    folder += ".restoring";
    return folder;
}

Result<std::unique_ptr<StateImage>> make_image(const ImageParts& parts) {
    auto image = std::make_unique<Image>(parts);
    SHOP_TRY_STATUS(image->open());
    return image;
}

Result<std::unique_ptr<StateRestore>> make_restore(
    const ImageParts& parts, std::function<Status()> forget,
    std::function<void(const Checkpoint&)> restored) {
    auto restore = std::make_unique<Restore>(parts, std::move(forget), std::move(restored));
    SHOP_TRY_STATUS(restore->open());
    return restore;
}

}  // namespace shop::rocks
