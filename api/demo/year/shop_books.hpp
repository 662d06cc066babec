// The year's figures as a shop's books say them, each way on its own: by SQL on the views, and by a
// fold of the log. Orders and credit notes of one import count, by the name of its system; and its
// receipts and stock counts, which the views know by their time: nothing later is of the year.
#pragma once

#include <string>

#include "api/demo/year/year_figures.hpp"
#include "core/base/result.hpp"

namespace shop {
class Log;
namespace postgres {
class Database;
}
}  // namespace shop

namespace shop::demo {

// Errors: those of LogReader. Reads all of the log.
Result<YearFigures> figures_of_log(const Log& log, const std::string& system);

// Errors: those of Database.
Result<YearFigures> figures_of_views(postgres::Database& views, const std::string& system);

}  // namespace shop::demo
