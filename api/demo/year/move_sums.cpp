#include "api/demo/year/move_sums.hpp"

#include <algorithm>

namespace shop::demo {

MoveFigures MoveSums::figures() const {
    MoveFigures figures{.units_on_hand = on_hand_};
    std::int64_t captured = 0;
    std::int64_t refunded = 0;
    std::int64_t open = 0;
    for (const auto& [id, order] : orders_) {
        if (!order.is_of_year) continue;
        captured += order.captured;
        refunded += order.refunded;
        open += std::abs(order.due + order.given - order.captured + order.refunded);
        figures.units_shipped += order.shipped;
        figures.units_on_hand += order.on_hand;
    }
    for (const auto& [id, note] : notes_) {
        if (!note.is_of_year) continue;
        if (note.number > 0 && note.settled >= note.total) ++figures.notes_settled;
        figures.highest_note_number = std::max(figures.highest_note_number, note.number);
        figures.units_returned += note.returned;
        figures.units_on_hand += note.on_hand;
    }
    figures.captured = pounds_text(captured);
    figures.refunded = pounds_text(refunded);
    figures.open_balances = pounds_text(open);
    return figures;
}

void add_moves(const history::Order& order, MoveSums& sums) {
    OrderMoves& moves = sums.order(order.id);
    moves.is_of_year = true;
    for (const history::OrderLine& line : order.lines) {
        moves.due += line.gross;
        if (line.kind != sale::LineKind::kItem || !order.fulfilled) continue;
        moves.shipped += line.quantity;
        moves.on_hand -= line.quantity;
    }
    for (const history::OrderPayment& payment : order.payments) moves.captured += payment.amount;
}

void add_moves(const history::CreditNote& note, MoveSums& sums) {
    NoteMoves& moves = sums.note(note.id);
    moves.is_of_year = true;
    moves.number = sums.notes();
    for (const history::CreditLine& line : note.lines) {
        moves.total += line.gross;
        if (line.order) sums.order(*line.order).due -= line.order_amount.value_or(line.gross);
        if (!line.restock) continue;
        moves.returned += line.quantity;
        moves.on_hand += line.quantity;
    }
    for (const history::Settlement& settlement : note.settle) {
        moves.settled += settlement.amount;
        if (settlement.by == history::SettledBy::kRefund)
            sums.order(*settlement.order).refunded += settlement.amount;
    }
}

void add_moves(const history::Receipt& receipt, MoveSums& sums) {
    sums.add_stock(receipt.quantity);
}

void add_moves(const history::Adjustment& adjustment, MoveSums& sums) {
    sums.add_stock(adjustment.delta);
}

}  // namespace shop::demo
