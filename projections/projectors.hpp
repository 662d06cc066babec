// The projectors of all views in the registry, as one.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "projections/projector.hpp"

namespace shop::projections {

class Projectors final : public CommitObserver {
  public:
    // The log and the options' clock outlive them.
    Projectors(const Log& log, const ProjectorOptions& options);
    ~Projectors() override;  // stopped

    // As those of Projector. If start() fails, stop() ends what was started.
    Status start();
    void stop();

    // nullptr if there is no such view.
    Projector* find(std::string_view view) const;
    std::vector<std::string_view> names() const;
    // Of all views.
    Result<std::vector<VersionStatus>> status() const;

    void on_commit(Partition, std::span<const StreamId>) override {}
    void on_advance(Partition partition, Offset end) override;

  private:
    struct View {
        std::unique_ptr<Projection> projection;
        std::unique_ptr<Projector> projector;
    };
    std::vector<View> views_;
    std::size_t started_ = 0;
};

}  // namespace shop::projections
