#include "checker/diagnosis/start.h"

#include <algorithm>
#include <cstring>

#include "trampoline/tables.h"

namespace diagnosis {

using evidence::Cpu;
using evidence::TrampolinePage;

namespace {

// A CPU that loads a descriptor marks it: that is no difference.
std::optional<std::uint32_t> difference(const TrampolinePage& both, std::uint32_t begin,
                                        std::uint32_t end) {
    constexpr std::byte accessed{1};
    for (std::uint32_t address = begin; address < end; ++address) {
        const std::size_t i = address - trampoline::page_address;
        const bool type = address >= trampoline::tables_address && address % 8 == 5;
        if (both.page[i] != both.image[i] && !(type && both.page[i] == (both.image[i] | accessed)))
            return address;
    }
    return {};
}

// Halted where the firmware has left it, in code that is not the kernel's.
bool asleep_in_firmware(const Cpu& cpu) {
    return cpu.registers && cpu.registers->halted && !awake(cpu) && !at_the_reset_vector(cpu) &&
           cpu.where.symbol.empty();
}

}  // namespace

bool awake(const Cpu& cpu) {
    return cpu.registers && cpu.registers->control.efer.has(x86::efer::lma);
}

bool in_real_mode(const Cpu& cpu) {
    return cpu.registers && !cpu.registers->control.cr0.has(x86::cr0::pe);
}

bool at_the_reset_vector(const Cpu& cpu) {
    return in_real_mode(cpu) && cpu.registers->cs.base == 0xffff0000 &&
           cpu.registers->rip == 0xfff0;
}

bool still_waits(const Cpu& cpu) {
    return at_the_reset_vector(cpu) || asleep_in_firmware(cpu);
}

const Cpu* silent_ap(const Scene& scene) {
    if (scene.cpu)
        return nullptr;
    const auto& cpus = scene.evidence.cpus;
    const auto found = std::ranges::find_if(
        cpus, [](const Cpu& cpu) { return cpu.cpu != 0 && !judgement::started(cpu); });
    return found == cpus.end() ? nullptr : &*found;
}

const TrampolinePage* trampoline_page(const Scene& scene) {
    const auto& both = scene.evidence.trampoline;
    return both && both->page.size() >= trampoline::page_size &&
                   both->image.size() >= trampoline::page_size
               ? &*both
               : nullptr;
}

std::optional<std::uint32_t> code_differs(const TrampolinePage& both) {
    return difference(both, trampoline::page_address, trampoline::stack_bottom);
}

std::optional<std::uint32_t> tables_differ(const TrampolinePage& both) {
    return difference(both, trampoline::tables_address,
                      trampoline::tables_address + sizeof(trampoline::Tables));
}

trampoline::Mailbox mailbox_in(const TrampolinePage& both) {
    trampoline::Mailbox mailbox;
    std::memcpy(&mailbox,
                both.page.data() + (trampoline::mailbox_address - trampoline::page_address),
                sizeof(mailbox));
    return mailbox;
}

const Cpu* owner_of_its_record(const Scene& scene, const Cpu& cpu) {
    if (!awake(cpu) || cpu.registers->gs.base == 0)
        return nullptr;
    const auto& cpus = scene.evidence.cpus;
    const auto found = std::ranges::find_if(cpus, [&](const Cpu& other) {
        return other.cpu != cpu.cpu && other.record &&
               other.record->address == cpu.registers->gs.base;
    });
    return found == cpus.end() ? nullptr : &*found;
}

}  // namespace diagnosis
