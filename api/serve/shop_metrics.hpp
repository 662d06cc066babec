// What a running shop tells of itself, beside requests (request_witness.hpp) and commits
// (metrics_witness.hpp): read when somebody scrapes.
#pragma once

#include "api/cluster_status.hpp"
#include "api/log_ends.hpp"
#include "api/metrics.hpp"
#include "api/serve/cluster.hpp"
#include "events/catalog/catalog_fold.hpp"
#include "events/effects/attention.hpp"
#include "events/effects/runner.hpp"
#include "events/local_engine.hpp"

namespace shop::projections {
class Projectors;
}

namespace shop::api {

// All of it outlives the scrapes.
struct MetricSources {
    const LocalEngine& engine;
    const EffectRunner& effects;
    const CatalogFold& catalog;
    const LogEnds& log_ends;
    const Attention& attention;
    projections::Projectors* views;  // nullptr without Postgres
    Partitions partitions;
    const ClusterStatus& status;
    const OwnOffices& own_offices;
    const Cluster* cluster;  // nullptr: this process is alone
};

void tell_metrics(Metrics& metrics, const MetricSources& of);

}  // namespace shop::api
