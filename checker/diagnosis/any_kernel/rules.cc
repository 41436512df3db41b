#include "checker/diagnosis/any_kernel/rules.h"

#include <fmt/format.h>

#include "checker/evidence/faults.h"

namespace diagnosis::any_kernel {

namespace {

std::optional<Explanation> handler_faults_after(const Scene& scene) {
    const auto& recursion = scene.log().recursion;
    if (!recursion || !recursion->began)
        return {};
    return Explanation{
        fmt::format("{} raised {} at {:#x}, and its handler faulted again and again.", scene.who(),
                    mnemonic(*recursion->began), recursion->began->where.address)};
}

std::optional<Explanation> handler_faults(const Scene& scene) {
    if (!scene.log().recursion)
        return {};
    return Explanation{fmt::format("{} faulted in its own handler, again and again.", scene.who())};
}

std::optional<Explanation> no_idt_for_it(const Scene& scene) {
    if (!scene.evidence.log || !scene.oldest || !scene.tables || !no_idt(*scene.tables) ||
        mode_of(*scene.tables) == Mode::real)
        return {};
    return Explanation{fmt::format("{} raised {}, and had no IDT to handle it.", scene.who(),
                                   mnemonic(*scene.oldest))};
}

std::vector<Rule> in_order() {
    std::vector<Rule> all{{"handler-faults", handler_faults_after}};
    for (const auto& some : {state_rules, frame_rules, descriptor_rules, paging_rules, code_rules})
        all.insert(all.end(), some.begin(), some.end());
    all.insert(all.end(), {{"handler-faults", handler_faults}, {"no-idt", no_idt_for_it}});
    return all;
}

}  // namespace

std::span<const Rule> rules_in_order() {
    static const std::vector<Rule> all = in_order();
    return all;
}

}  // namespace diagnosis::any_kernel
