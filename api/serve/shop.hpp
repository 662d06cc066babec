// The whole shop, put together in one place: what is made first is stopped last.
//
//   SHOP_TRY(shop, Shop::open(settings, clock, metrics, log));
//   shop->start();  …  shop->stop();
#pragma once

#include <memory>
#include <string>

#include "api/config/settings.hpp"
#include "api/log_lines.hpp"
#include "api/metrics.hpp"

namespace shop::api {

class Shop {
  public:
    // Opens stores, folds the catalog, takes office. Serves nothing yet. The arguments outlive it.
    static Result<std::unique_ptr<Shop>> open(const Settings& settings, const Clock& clock,
                                              Metrics& metrics, LogLines& log);
    ~Shop();

    Status start();
    // Stop accepting, drain, effects, projectors, committer; the stores close with the object.
    void stop();

    std::string address() const;

  private:
    struct Parts;
    explicit Shop(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace shop::api
