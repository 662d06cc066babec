// The projectors of all views in the registry, as one.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "projections/projector.hpp"

namespace shop {
class KeyStore;
struct Secrets;
}  // namespace shop

namespace shop::projections {

class Projectors final : public CommitObserver {
  public:
    // What views are made from. Outlives the projectors, as does the options' clock.
    struct Sources {
        const Log& log;
        const KeyStore& keys;
        const Secrets& secrets;
    };
    Projectors(const Sources& sources, const ProjectorOptions& options);
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
