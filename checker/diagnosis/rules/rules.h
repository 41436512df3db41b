// What the checker knows by name, by where it happens on an AP's way. A rule is a pure question
// about a scene: it answers with an explanation only if the state shows its cause, and is silent
// otherwise. Within a list the particular stands before the general.
#pragma once

#include <fmt/format.h>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "checker/diagnosis/diagnosis.h"
#include "checker/diagnosis/scene.h"

namespace diagnosis {

/// What a rule says; why, and what to do, stands in the catalogue of causes.
struct Explanation {
    std::string cause;                   // one sentence that names the CPU
    std::string detail = {};             // what this state adds to the catalogue's why
    std::string advice = {};             // instead of the catalogue's
    std::vector<Register> compare = {};  // shown beside the BSP's
    std::optional<unsigned> cpu = {};    // if not the one that the scene is about
    std::vector<Exhibit> exhibits = {};  // beside those that every diagnosis has
    bool on_arrival = false;             // those registers as they were on the way into C++
};

/// "CPU 1 ", and what the state shows of it: an explanation that is about this CPU.
template <class... Args>
Explanation about(const Cpu& cpu, fmt::format_string<Args...> shown, Args&&... args) {
    return {
        .cause = fmt::format("CPU {} ", cpu.cpu) + fmt::format(shown, std::forward<Args>(args)...),
        .cpu = cpu.cpu};
}

/// What to say of an address that is wrong on the second machine alone.
inline std::string_view right_on_the_first(const Scene& scene) {
    return scene.evidence.second_machine ? "On the first machine it was right; here tables and "
                                           "stacks lie elsewhere, and the mailbox knows where."
                                         : "";
}

struct Rule {
    std::string_view id;
    std::optional<Explanation> (*explain)(const Scene&);
};

using RuleList = std::initializer_list<Rule>;

/// Every rule. The first that answers wins.
std::span<const Rule> rules_in_order();

namespace rules {

extern const RuleList preserved_rules;          // what was right, and was changed
extern const RuleList identity_map_walk_rules;  // one entry, by the walk of an address
extern const RuleList identity_map_rules;       // the map as a whole, by its pages
extern const RuleList gdt_rules;                // the tables in the page at 0x8000
extern const RuleList start_ap_rules;           // whom INIT and SIPI reached
extern const RuleList commands_rules;           // how they were written, and in which order
extern const RuleList trampoline_page_rules;    // the page at 0x8000, and the mailbox in it
extern const RuleList misread_code_rules;       // bytes that mean something else in this mode
extern const RuleList half_done_rules;          // what an AP that ran past the end has not done
extern const RuleList real_mode_rules;
extern const RuleList long_mode_rules;
extern const RuleList far_jump_rules;
extern const RuleList entry_rules;
extern const RuleList stack_in_32_bit_rules;  // before 64-bit code
extern const RuleList stack_rules;            // and flags, on the way into C++
extern const RuleList nx_wp_rules;
extern const RuleList control_registers_rules;  // written whole, or with what is refused
extern const RuleList per_cpu_rules;
extern const RuleList lapic_id_rules;
extern const RuleList second_machine_rules;  // what the first one leaves to luck
extern const RuleList letters_rules;         // letters against state
extern const RuleList stages_rules;          // the order of the letters
extern const RuleList any_rules;             // of any C++
extern const RuleList hang_rules;            // locks, HLT, loops, a panic
extern const RuleList end_rules;             // how the run ended, where no CPU faulted

}  // namespace rules

}  // namespace diagnosis
