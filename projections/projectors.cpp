#include "projections/projectors.hpp"

#include "projections/registry.hpp"

namespace shop::projections {

Projectors::Projectors(const Sources& sources, const ProjectorOptions& options) {
    for (auto& projection : all_projections(sources.keys, sources.secrets)) {
        auto projector = std::make_unique<Projector>(sources.log, *projection, options);
        views_.push_back({std::move(projection), std::move(projector)});
    }
}

Projectors::~Projectors() = default;

Status Projectors::start() {
    for (const View& view : views_) {
        SHOP_TRY_STATUS(view.projector->start());
        ++started_;
    }
    return {};
}

void Projectors::stop() {
    for (; started_ > 0; --started_) views_[started_ - 1].projector->stop();
}

Projector* Projectors::find(std::string_view name) const {
    for (const View& view : views_)
        if (view.projection->name() == name) return view.projector.get();
    return nullptr;
}

std::vector<std::string_view> Projectors::names() const {
    std::vector<std::string_view> names;
    for (const View& view : views_) names.push_back(view.projection->name());
    return names;
}

Result<std::vector<VersionStatus>> Projectors::status() const {
    std::vector<VersionStatus> all;
    for (const View& view : views_) {
        SHOP_TRY(some, view.projector->status());
        all.insert(all.end(), some.begin(), some.end());
    }
    return all;
}

void Projectors::on_advance(Partition partition, Offset end) {
    for (const View& view : views_) view.projector->announce(partition, end);
}

}  // namespace shop::projections
