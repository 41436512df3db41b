#include "checker/diagnosis/rules/rules.h"

namespace diagnosis {

namespace {

using namespace rules;

// First what makes everything after it look wrong, then an AP's way from its INIT to its work, then
// what is left where nothing on it went wrong.
std::vector<Rule> in_order() {
    std::vector<Rule> all;
    for (const auto& some : {letters_rules,
                             second_machine_rules,
                             start_ap_rules,
                             end_rules,
                             preserved_rules,
                             misread_code_rules,
                             control_registers_rules,
                             identity_map_walk_rules,
                             identity_map_rules,
                             trampoline_page_rules,
                             stack_in_32_bit_rules,
                             half_done_rules,
                             real_mode_rules,
                             gdt_rules,
                             long_mode_rules,
                             far_jump_rules,
                             entry_rules,
                             stack_rules,
                             nx_wp_rules,
                             per_cpu_rules,
                             lapic_id_rules,
                             any_rules,
                             stages_rules,
                             hang_rules,
                             commands_rules})
        all.insert(all.end(), some.begin(), some.end());
    return all;
}

}  // namespace

std::span<const Rule> rules_in_order() {
    static const std::vector<Rule> all = in_order();
    return all;
}

}  // namespace diagnosis
