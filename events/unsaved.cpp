#include "events/unsaved.hpp"

#include <utility>

#include "core/base/assert.hpp"

namespace shop {

class Unsaved::Part {
  public:
    Part() = default;
    // Room for as much as the part before: growing would move all of it, under the mutex.
    explicit Part(const Traces& before) {
        traces_.commands.reserve(before.commands.size());
        traces_.records.reserve(before.records.size());
        by_id_.reserve(before.commands.size());
    }

    void add(StoredCommand command) {
        by_id_.insert_or_assign(command.id, traces_.commands.size());
        traces_.commands.push_back(std::move(command));
    }

    void add(StreamRecord record) { traces_.records.push_back(record); }

    void add_all(const Part& later) {
        for (const StoredCommand& command : later.traces_.commands) add(command);
        for (const StreamRecord& record : later.traces_.records) add(record);
    }

    const StoredCommand* find_command(const CommandId& id) const {
        const auto at = by_id_.find(id);
        return at == by_id_.end() ? nullptr : &traces_.commands[at->second];
    }

    const Traces& traces() const { return traces_; }

  private:
    Traces traces_;
    std::unordered_map<CommandId, std::size_t> by_id_;  // the newest of each id, by its place
};

Unsaved::Unsaved()
    : none_(std::make_shared<Part>()), coming_(std::make_shared<Part>()), saving_(none_) {}
Unsaved::~Unsaved() = default;

void Unsaved::add(StoredCommand command) {
    coming_->add(std::move(command));
}

void Unsaved::add(StreamRecord record) {
    coming_->add(record);
}

const StoredCommand* Unsaved::find_command(const CommandId& id) const {
    const StoredCommand* found = coming_->find_command(id);
    return found != nullptr ? found : saving_->find_command(id);
}

std::size_t Unsaved::commands() const {
    return saving_->traces().commands.size() + coming_->traces().commands.size();
}

std::vector<Offset> Unsaved::records_of(const StreamId& id, Offset last) const {
    std::vector<Offset> offsets;
    for (const auto& part : {saving_, coming_})
        for (const StreamRecord& record : part->traces().records)
            if (record.stream == id && record.offset <= last) offsets.push_back(record.offset);
    return offsets;
}

std::shared_ptr<const Traces> Unsaved::capture() {
    SHOP_ASSERT(saving_->traces().commands.empty());
    if (!room_) room_ = std::make_shared<Part>();
    saving_ = std::exchange(coming_, std::exchange(room_, nullptr));
    return {saving_, &saving_->traces()};
}

std::shared_ptr<Unsaved::Part> Unsaved::room_like(const Traces& traces) {
    return std::make_shared<Part>(traces);
}

std::shared_ptr<const Unsaved::Part> Unsaved::saved(bool is_stored, std::shared_ptr<Part> room) {
    room_ = std::move(room);
    // Whoever writes the save may still look at it: nothing is added to that part itself.
    auto ended = std::exchange(saving_, none_);
    if (is_stored) return ended;
    auto both = std::make_shared<Part>(*ended);
    both->add_all(*coming_);
    return std::exchange(coming_, std::move(both));
}

void Unsaved::clear() {
    coming_ = std::make_shared<Part>();
    saving_ = none_;
}

}  // namespace shop
