#include <string_view>

#include "api/sandbox/routes.hpp"

namespace shop::sandbox {
namespace {

constexpr std::string_view kHead = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Payment sandbox</title>
<style>
:root { color-scheme: light dark; --line: #8884; --ink: #1c2330; --paper: #fff; --back: #f3f4f7 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaf0; --paper: #1d2129; --back: #12151b } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem;
       font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--back) }
main { width: min(26rem, 100%); background: var(--paper); border: 1px solid var(--line);
       border-radius: 1rem; padding: 2rem; box-shadow: 0 8px 30px #0001 }
h1 { font-size: 1.1rem; margin: 0 0 1.5rem; font-weight: 600 }
.amount { font-size: 2.2rem; font-weight: 650; margin: 0; font-variant-numeric: tabular-nums }
.order { margin: .25rem 0 2rem; opacity: .7; font-size: .9rem; overflow-wrap: anywhere }
button { width: 100%; padding: .8rem; margin-top: .6rem; font: inherit; font-weight: 600;
         border-radius: .6rem; border: 1px solid var(--line); background: none; color: inherit;
         cursor: pointer }
button.approve { background: #14713f; border-color: #14713f; color: #fff }
button:focus-visible { outline: 3px solid #4c8dff; outline-offset: 2px }
small { display: block; margin-top: 1.5rem; opacity: .7 }
</style></head><body><main>
<h1>Payment sandbox</h1>
)";

constexpr std::string_view kTail = R"(
<small>No real card, no real money: this page stands in for a bank.</small>
</main></body></html>
)";

constexpr std::string_view kChoices = R"(<form method="post">
<button class="approve" name="choice" value="approve">Approve</button>
<button name="choice" value="decline">Decline</button>
<button name="choice" value="leave">Walk away</button>
</form>)";

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '<':
                out += "&lt;";
                break;
            case '&':
                out += "&amp;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                out.push_back(c);
        }
    }
    return out;
}

std::string_view outcome_of(PaymentStatus status) {
    switch (status) {
        case PaymentStatus::kAuthorized:
        case PaymentStatus::kCaptured:
            return "This payment was approved.";
        case PaymentStatus::kDeclined:
            return "This payment was declined.";
        case PaymentStatus::kVoided:
            return "This payment was canceled.";
        case PaymentStatus::kExpired:
            return "The time of this payment is over.";
        case PaymentStatus::kPending:
            return "This payment is on its way.";
        case PaymentStatus::kActionRequired:
            return "";
    }
    return "";
}

}  // namespace

std::string payment_page(const Payment* payment) {
    std::string page(kHead);
    if (payment == nullptr) {
        page += "<p>There is no such payment.</p>";
        return page += kTail;
    }
    page += "<p class=\"amount\">" + escaped(to_string(payment->asked)) + "</p>";
    page += "<p class=\"order\">Order " + escaped(payment->order) + "</p>";
    if (payment->status == PaymentStatus::kActionRequired) {
        page += kChoices;
        return page += kTail;
    }
    page += "<p>" + std::string(outcome_of(payment->status)) + "</p>";
    if (!payment->return_url.empty())
        page += "<p><a href=\"" + escaped(payment->return_url) + "\">Back to the shop</a></p>";
    return page += kTail;
}

}  // namespace shop::sandbox
