#include "checker/evidence/questions.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "checker/evidence/kernel_names.h"
#include "memory/layout.h"
#include "trampoline/mailbox.h"
#include "trampoline/stage.h"

namespace evidence {

namespace {

constexpr std::uint8_t nmi = 2, breakpoint = 3;

template <class Predicate>
const Cpu* first(const Evidence& evidence, Predicate matches) {
    const auto found = std::ranges::find_if(evidence.cpus, matches);
    return found == evidence.cpus.end() ? nullptr : &*found;
}

using trampoline::Tables;

template <class T>
T at(const std::vector<std::byte>& page, std::uint32_t address) {
    T value;
    std::memcpy(&value, page.data() + (address - trampoline::page_address), sizeof(T));
    return value;
}

// A CPU that loads a descriptor marks it as accessed: bit 0 of the type, in its sixth byte.
std::byte accessed_since(std::uint32_t address) {
    constexpr std::uint32_t end = trampoline::tables_address + offsetof(Tables, gdt32_pointer);
    const bool type = address >= trampoline::tables_address && address < end && address % 8 == 5;
    return std::byte{type};
}

std::optional<std::uint32_t> difference(const TrampolinePage& both, std::uint32_t begin,
                                        std::uint32_t end) {
    for (std::uint32_t address = begin; address < end; ++address) {
        const std::size_t i = address - trampoline::page_address;
        if (both.page[i] != (both.image[i] | (accessed_since(address) & both.page[i])))
            return address;
    }
    return {};
}

}  // namespace

bool in_trampoline(std::uint64_t address) {
    return address >= trampoline::page_address &&
           address < trampoline::page_address + trampoline::page_size;
}

std::string_view name(Engine engine) {
    return engine == Engine::qemu ? "QEMU" : "Bochs";
}

std::string_view id(Engine engine) {
    return engine == Engine::qemu ? "qemu" : "bochs";
}

std::string_view id(Way way) {
    return std::ranges::find(way_names, way, [](const auto& each) { return each.second; })->first;
}

bool in_firmware(const Cpu& cpu) {
    // At the top of the first MiB and of the first 4 GiB.
    constexpr std::uint64_t rom = 0xe0000, rom_end = 0x100000;
    constexpr std::uint64_t high_rom = 0xfffc0000, high_rom_end = 0x100000000;
    const std::uint64_t at = cpu.where.address;
    return cpu.where.symbol.empty() &&
           ((at >= rom && at < rom_end) || (at >= high_rom && at < high_rom_end));
}

bool started(const Cpu& cpu) {
    const Exception* oldest = oldest_exception(cpu);
    return cpu.cpu != 0 &&
           (!cpu.trace.empty() || cpu.arrival || cpu.handshake == Handshake::online ||
            at_work(cpu) ||
            (cpu.registers && cpu.registers->control.cr0.has(x86::cr0::pe) && !in_firmware(cpu)) ||
            (oldest && in_trampoline(oldest->where.address)));
}

bool lapics_were_told(const Evidence& evidence) {
    const unsigned by_firmware = evidence.second_machine ? evidence.cpus_requested - 1 : 0;
    return evidence.lapic_ids_given > by_firmware;
}

x86::ControlState beyond_a_start(const x86::ControlState& control) {
    using namespace x86;
    return {.cr4 = control.cr4 & ~cr4::pae,
            .efer = control.efer & ~(efer::lme | efer::lma | efer::nxe)};
}

bool finished_start(const Cpu& cpu) {
    return cpu.trace == trampoline::complete_trace;
}

bool at_work(const Cpu& cpu) {
    return cpu.where.symbol.starts_with(kernel_names::scheduler);
}

bool is_below(const Cpu& cpu, std::string_view function) {
    return std::ranges::count(cpu.callers, function, &Location::symbol) != 0;
}

bool reached(const Cpu& cpu, char stage) {
    return cpu.trace.find(stage) != std::string::npos;
}

std::span<const Exception> chain_of(const Cpu& cpu) {
    const auto first = std::ranges::find_if(
        cpu.exceptions, [](const Exception& each) { return each.vector != nmi; });
    return {first, cpu.exceptions.end()};
}

const Exception* oldest_exception(const Cpu& cpu) {
    const auto chain = chain_of(cpu);
    return chain.empty() ? nullptr : &chain.front();
}

bool is_breakpoint(const Exception& exception) {
    return exception.vector == breakpoint || exception.where.instruction == "int3";
}

const Cpu* bsp(const Evidence& evidence) {
    return first(evidence, [](const Cpu& cpu) { return cpu.cpu == 0; });
}

const Registers* bsp_registers(const Evidence& evidence) {
    const Cpu* boot = bsp(evidence);
    return boot && boot->registers ? &*boot->registers : nullptr;
}

bool came_to_its_end(const Evidence& evidence) {
    const Cpu* boot = bsp(evidence);
    if (evidence.end != End::powered_off || !boot || !boot->registers)
        return false;
    return boot->where.symbol == kernel_names::power_off &&
           is_below(*boot, kernel_names::kernel_main) &&
           !is_below(*boot, kernel_names::wake_aps);  // else a seam did it, on the way there
}

bool labs_are_done(const Evidence& evidence) {
    return came_to_its_end(evidence) && !first(evidence, [](const Cpu& cpu) {
               return cpu.handshake == Handshake::given_up && !at_work(cpu);
           });
}

const Cpu* concerned(const Evidence& evidence) {
    if (const auto* died = first(evidence, [](const Cpu& cpu) { return cpu.died; }))
        return died;
    if (const auto* faulted = first(evidence, [](const Cpu& cpu) { return oldest_exception(cpu); }))
        return faulted;
    return first(evidence, [](const Cpu& cpu) {
        return cpu.cpu != 0 && started(cpu) && !finished_start(cpu);
    });
}

bool any_register_is(const Registers& registers, std::uint64_t value) {
    return std::ranges::any_of(general_registers, [&](const auto& named) {
        return named.second != &Registers::rsp && registers.*named.second == value;
    });
}

std::optional<unsigned> strange_root_entry(const Evidence& evidence) {
    constexpr std::array known{x86::index_of(::memory::direct_map_base, x86::PageLevel::pml4),
                               x86::index_of(::memory::stacks_base, x86::PageLevel::pml4),
                               x86::index_of(::memory::mmio_base, x86::PageLevel::pml4),
                               x86::index_of(::memory::kernel_base, x86::PageLevel::pml4)};
    const auto strange = [&](const std::vector<unsigned>& entries) -> std::optional<unsigned> {
        for (const unsigned entry : entries)
            if (entry >= x86::PageTable::entry_count / 2 && std::ranges::count(known, entry) == 0)
                return entry;
        return {};
    };
    std::optional<unsigned> found = strange(evidence.root_entries);
    for (const Cpu& cpu : evidence.cpus)
        if (!found && cpu.arrival)
            found = strange(cpu.arrival->root_entries);
    return found;
}

const memory::MappedPage* page_at(const LowMap& map, std::uint64_t address) {
    const auto found = std::ranges::find_if(map.pages, [&](const memory::MappedPage& page) {
        return page.address.raw <= address && address - page.address.raw < page.size;
    });
    return found == map.pages.end() ? nullptr : &*found;
}

Mode mode_of(const Registers& registers) {
    const x86::ControlState& control = registers.control;
    if (!control.cr0.has(x86::cr0::pe))
        return Mode::real;
    if (control.efer.has(x86::efer::lma))
        return registers.cs.long_mode ? Mode::long_mode : Mode::compatibility;
    if (!registers.cs.size_32)
        return Mode::protected_16;
    if (!control.cr0.has(x86::cr0::pg))
        return Mode::protected_32;
    return control.cr4.has(x86::cr4::pae) ? Mode::pae : Mode::paging_32;
}

const TrampolinePage* trampoline_page(const Evidence& evidence) {
    const auto& both = evidence.trampoline;
    return both && both->page.size() >= trampoline::page_size &&
                   both->image.size() >= trampoline::page_size
               ? &*both
               : nullptr;
}

bool sees_whole_way(const Evidence& evidence) {
    return evidence.engine == Engine::bochs;
}

std::optional<TrampolinePage> found_page(const Evidence& evidence, const Cpu& cpu) {
    const TrampolinePage* both = trampoline_page(evidence);
    if (!both || cpu.found.size() < trampoline::page_size)
        return {};
    return TrampolinePage{cpu.found, both->image, both->entry};
}

Tables tables_in(const TrampolinePage& both) {
    return at<Tables>(both.page, trampoline::tables_address);
}

Tables tables_in_image(const TrampolinePage& both) {
    return at<Tables>(both.image, trampoline::tables_address);
}

trampoline::Mailbox mailbox_in(const TrampolinePage& both) {
    return at<trampoline::Mailbox>(both.page, trampoline::mailbox_address);
}

std::optional<std::uint32_t> code_differs(const TrampolinePage& both) {
    return difference(both, trampoline::page_address, trampoline::stack_bottom);
}

std::optional<std::uint32_t> tables_differ(const TrampolinePage& both) {
    return difference(both, trampoline::tables_address,
                      trampoline::tables_address + sizeof(Tables));
}

std::optional<bool> message_differs(const Evidence& evidence) {
    const TrampolinePage* both = trampoline_page(evidence);
    if (!both || !evidence.message)
        return {};
    const trampoline::Mailbox found = mailbox_in(*both);
    return std::memcmp(&found, &*evidence.message, offsetof(trampoline::Mailbox, trace)) != 0;
}

bool message_was_there(const Evidence& evidence) {
    if (!evidence.message)
        return false;
    const auto sipis = first_sipis(evidence);
    const auto its =
        std::ranges::find(sipis, evidence.message->cpu, &observed::SentCommand::started);
    if (its == sipis.end())
        return false;
    std::array<std::uint32_t, offsetof(trampoline::Mailbox, trace) / sizeof(std::uint32_t)> words{};
    std::memcpy(words.data(), &*evidence.message, sizeof(words));
    return (*its)->page.message == trampoline::checksum(words);
}

trampoline::PageLook look_at(const std::vector<std::byte>& page) {
    std::vector<std::uint32_t> words(page.size() / sizeof(std::uint32_t));
    std::memcpy(words.data(), page.data(), words.size() * sizeof(std::uint32_t));
    return trampoline::look_at(words.data());
}

bool was_copied(const Evidence& evidence, const observed::SentCommand& sent) {
    const TrampolinePage* both = trampoline_page(evidence);
    const auto image = both ? look_at(both->image) : sent.page;
    return sent.page.code == image.code && sent.page.tables == image.tables;
}

std::vector<const observed::SentCommand*> first_sipis(const Evidence& evidence) {
    std::vector<const observed::SentCommand*> first;
    if (evidence.sent)
        for (const observed::SentCommand& sent : evidence.sent->first)
            if (sent.sender == 0 && sent.started < observed::max_cpus &&
                sent.command().mode() == x86::DeliveryMode::startup &&
                !std::ranges::count(first, sent.started, &observed::SentCommand::started))
                first.push_back(&sent);
    return first;
}

bool page_was_there(const Evidence& evidence) {
    const auto sipis = first_sipis(evidence);
    return !sipis.empty() && was_copied(evidence, *sipis.front());
}

}  // namespace evidence
