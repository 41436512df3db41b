// What the first machine leaves to luck: control bits that an AP has restated, or copied with a
// whole register, where the BSP of the second has others.
#include <fmt/format.h>

#include "checker/diagnosis/cpus.h"
#include "checker/diagnosis/rules/rules.h"
#include "checker/diagnosis/seam_code.h"
#include "trampoline/mailbox.h"

namespace diagnosis::rules {

namespace {

struct Beyond {
    unsigned cpu;
    judgement::ControlFlag flag;
    bool at_entry;  // it came into C++ with it
};

std::optional<Beyond> beyond(const Scene& scene) {
    const Registers* bsp = scene.bsp_registers();
    std::optional<Beyond> found;
    if (!scene.evidence.second_machine || !bsp)
        return found;
    first_ap(scene, [&](const Cpu& ap) {
        const auto look = [&](const Registers& its, bool at_entry) {
            if (const auto flag = judgement::beyond_inherited(its.control, bsp->control))
                found = {ap.cpu, *flag, at_entry};
        };
        if (ap.arrival)
            look(ap.arrival->registers, true);
        if (ap.registers && !found)
            look(*ap.registers, false);
        return found.has_value();
    });
    return found;
}

std::string_view file_of(const Scene& scene, const Beyond& bit) {
    return scene.lab.number == labs::long_mode ? "long_mode.asm"
           : bit.at_entry                      ? "match_bsp.asm"
                                               : "match_bsp.cc";
}

// What the code itself shows of how it came to a bit that the BSP has not.
std::string without_looking(const Scene& scene, const Beyond& bit) {
    constexpr std::uint64_t mailbox_efer = trampoline::mailbox_address +
                                           offsetof(trampoline::Mailbox, bsp) +
                                           offsetof(x86::ControlState, efer);
    if (!bit.at_entry || scene.lab.number != labs::nx_wp)
        return "";
    const auto line = address_as_value(scene, mailbox_efer);
    return line ? fmt::format(
                      "Line {} of match_bsp.asm takes {:#x}, which is where the BSP's EFER lies, "
                      "for the EFER itself: brackets give what is there. Bit 11 of the address "
                      "happens to be set.",
                      line->line, mailbox_efer)
                : "";
}

template <Register which>
std::optional<Explanation> restated(const Scene& scene) {
    const auto bit = beyond(scene);
    if (!bit || bit->flag.in != which || bit->flag.set_in(scene.bsp_registers()->control))
        return {};
    const std::string name = bit->flag.full_name();
    return Explanation{
        .cause = fmt::format("CPU {} has {} 1 where the BSP has it 0: {} sets it whatever the "
                             "BSP has.",
                             bit->cpu, name, file_of(scene, *bit)),
        .detail = without_looking(scene, *bit),
        .advice = scene.lab.number == labs::long_mode && which == Register::efer
                      ? "Leave NXE to `match_bsp_in_trampoline`, and call it after LME."
                      : "",
        .compare = {which},
        .cpu = bit->cpu};
}

// Lab 5's half came to run in 64-bit mode, where its addresses and registers are others.
std::optional<Explanation> called_in_64_bit(const Scene& scene) {
    const auto bit = beyond(scene);
    const auto jump = next_with(scene, "long_mode.asm", "jmp far");
    const auto call = leads_into_match_bsp(scene, guest::Flow::call);
    if (!bit || scene.lab.number != labs::long_mode || !jump || !call ||
        call->address < jump->address)
        return {};
    return Explanation{.cause = fmt::format(
                           "CPU {} called match_bsp_in_trampoline, which is 32-bit code, in 64-bit "
                           "mode: line {} of long_mode.asm. So it has not the BSP's {}.",
                           bit->cpu, call->line, bit->flag.full_name()),
                       .detail = "The same bytes name other addresses there, not the mailbox's.",
                       .advice = "Call it between LME and the letter `l`.",
                       .compare = {bit->flag.in},
                       .cpu = bit->cpu};
}

// The message said that the BSP has it not, and the mailbox says now that it has.
std::optional<Explanation> mailbox_changed(const Scene& scene) {
    const auto bit = beyond(scene);
    if (!bit || !scene.page || !scene.evidence.message ||
        bit->flag.set_in(scene.evidence.message->bsp) ||
        !bit->flag.set_in(evidence::mailbox_in(*scene.page).bsp))
        return {};
    const auto line = writes_message(scene);
    return Explanation{
        .cause =
            fmt::format("CPU {} has {} 1 where the BSP has it 0: {} has set it in the "
                        "mailbox, which says what the BSP has.",
                        bit->cpu, bit->flag.full_name(),
                        line ? fmt::format("line {} of match_bsp.asm", line->line) : "your code"),
        .advice =
            "Read the mailbox, and leave it as it is. BT looks at a bit; BTS, BTR and BTC "
            "change it, in memory too.",
        .compare = {bit->flag.in},
        .cpu = bit->cpu};
}

std::optional<Explanation> register_copied(const Scene& scene) {
    const auto bit = beyond(scene);
    if (!bit || !bit->flag.set_in(scene.bsp_registers()->control))
        return {};
    const std::string_view its_register = judgement::name(bit->flag.in);
    return Explanation{
        .cause = fmt::format("CPU {} has taken {} from the BSP, which is the BSP's own: {} takes "
                             "more of {} than is to be inherited.",
                             bit->cpu, bit->flag.full_name(), file_of(scene, *bit), its_register),
        .compare = {bit->flag.in},
        .cpu = bit->cpu};
}

}  // namespace

const RuleList second_machine_rules{
    {"wrong-code-size", called_in_64_bit},      {"mailbox-overwritten", mailbox_changed},
    {"nxe-restated", restated<Register::efer>}, {"wp-restated", restated<Register::cr0>},
    {"register-copied", register_copied},
};

}  // namespace diagnosis::rules
