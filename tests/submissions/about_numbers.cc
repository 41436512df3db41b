// Numbers in a report that nobody has read from the machine.
#include <charconv>
#include <fmt/format.h>
#include <numeric>
#include <set>

#include "checker/evidence/questions.h"
#include "checker/guest/code.h"
#include "memory/layout.h"
#include "tests/submissions/account.h"

namespace submissions {

namespace {

using evidence::Cpu;
using evidence::Registers;
using In = Told::Part;

// "0x8f10"; nothing for what is too long.
std::optional<std::uint64_t> number_in(const std::string& text) {
    std::uint64_t value = 0;
    const auto end = text.data() + text.size();
    const auto read = std::from_chars(text.data() + 2, end, value, 16);
    return read.ec == std::errc{} && read.ptr == end ? std::optional{value} : std::nullopt;
}

// Every number that a sentence of the report can have been read from.
class Numbers {
  public:
    explicit Numbers(const evidence::Evidence& evidence) {
        for (const Cpu& cpu : evidence.cpus)
            add(cpu);
        if (evidence.fault_walk)
            add(evidence.fault_walk->walk);
        if (evidence.sent)
            for (const observed::SentCommand& sent : evidence.sent->first)
                add(sent);
        for (const std::uint64_t frame :
             evidence.low_map_frames.value_or(std::vector<std::uint64_t>{}))
            add(frame);
        if (evidence.message)
            add(*evidence.message);
        if (const auto& its = evidence.overwritten)
            for (const std::uint64_t each :
                 {its->where.address, its->leads_to.value_or(0),
                  static_cast<std::uint64_t>(its->now), static_cast<std::uint64_t>(its->linked)})
                add(each);
        if (evidence.laid_open) {
            add(evidence.laid_open->page.address.raw);
            add(evidence.laid_open->page.address.raw + evidence.laid_open->page.size - 1);
        }
        if (evidence.trampoline)
            add(*evidence.trampoline);
    }

    /// Places in the page at 0x8000 are known to everybody.
    bool have(std::uint64_t value) const {
        return known_.contains(value) || evidence::in_trampoline(value);
    }

  private:
    void add(std::uint64_t value) { known_.insert(value); }

    static std::uint64_t every_efer_flag() {
        const auto with = [](auto all, const auto& named) { return all | named.flag.raw; };
        return std::accumulate(x86::efer_names.begin(), x86::efer_names.end(), 0ul, with);
    }

    void add(const Registers& its) {
        const std::uint64_t for_wrmsr = its.rdx << 32 | (its.rax & 0xffffffff);
        for (const auto& [name, member] : evidence::general_registers) {
            add(its.*member);
            add(its.*member & 0xffffffff);
            add(its.*member & 0xffff);
        }
        for (const std::uint64_t value :
             {its.rip, its.rflags, its.control.cr0.raw, its.control.cr3, its.control.cr4.raw,
              its.control.efer.raw, its.cr2, its.gdt.base, std::uint64_t{its.gdt.limit},
              its.idt.base, std::uint64_t{its.idt.limit}, for_wrmsr, for_wrmsr & ~every_efer_flag(),
              its.rsp + 8,  // at the CALL
              guest::linear_rip(its), x86::page_table_root(its.control.cr3).raw})
            add(value);
        for (const evidence::Segment& segment : {its.cs, its.ss, its.ds, its.gs}) {
            add(segment.selector);
            add(segment.base);
            add(segment.limit);
        }
    }

    void add(const evidence::Location& where) {
        add(where.address);
        static const std::regex number{"0x[0-9a-f]+"};  // an operand, in the instruction itself
        for_each(where.instruction, number,
                 [&](const std::smatch& match) { add(number_in(match[0]).value_or(0)); });
    }

    void add(const Cpu& cpu) {
        add(cpu.apic_id);
        add(cpu.where);
        for (const evidence::Location& caller : cpu.callers)
            add(caller);
        for (const evidence::Exception& each : cpu.exceptions) {
            add(each.where);
            add(each.error.value_or(0));
            add(each.error.value_or(0) & ~7u);
            add(each.cr2.value_or(0));
        }
        for (const Registers* each : moments(cpu))
            add(*each);
        if (cpu.arrival) {
            add(cpu.arrival->mailbox.stack_top);
            if (cpu.arrival->left)
                add(cpu.arrival->left->gs.base);
            add(cpu.arrival->low_map);
        }
        if (cpu.low_map)
            add(*cpu.low_map);
        if (!cpu.record)
            return;
        for (const std::uint64_t value :
             {cpu.record->address, cpu.record->self, std::uint64_t{cpu.record->lapic_id}})
            add(value);
        for (const evidence::Belongings& each : {cpu.record->holds, cpu.record->prepared}) {
            add(each.stack_top);
            add(each.double_fault_stack_top);
            add(each.tables);
        }
    }

    void add(const evidence::LowMap& map) {
        for (const memory::MappedPage& page : map.pages) {
            add(page.address.raw);
            add(page.address.raw + page.size - 1);
            add(page.physical.raw);
        }
        std::ranges::for_each(map.tables, [this](std::uint64_t table) { add(table); });
    }

    void add(const x86::PageWalk& walk) {
        add(walk.address.raw);
        for (const x86::WalkStep& step : walk.taken()) {
            add(step.entry.raw);
            add(step.entry.address().raw);
            add(step.entry_address.raw);
        }
    }

    void add(const observed::SentCommand& sent) {
        const x86::InterruptCommand command = sent.command();
        for (const std::uint64_t value :
             {std::uint64_t{sent.low}, std::uint64_t{sent.high}, std::uint64_t{command.low()},
              std::uint64_t{command.destination()}, std::uint64_t{command.vector()},
              std::uint64_t{command.vector()} << 12})
            add(value);
    }

    void add(const trampoline::Mailbox& mailbox) {
        for (const std::uint64_t value :
             {mailbox.bsp.cr0.raw, mailbox.bsp.cr3, mailbox.bsp.cr4.raw, mailbox.bsp.efer.raw,
              mailbox.stack_top, mailbox.entry, std::uint64_t{mailbox.cpu},
              std::uint64_t{mailbox.lapic_id}})
            add(value);
    }

    void add(const evidence::TrampolinePage& both) {
        for (const auto each : {both.entry, both.entry & ~0u, both.message_at.value_or(0)})
            add(each);
        for (const std::vector<std::byte>& bytes : {both.page, both.image})
            for (const std::byte each : bytes)
                add(static_cast<unsigned>(each));
        for (std::size_t i = 1; i < both.page.size(); ++i)  // a selector in a far pointer
            add(static_cast<unsigned>(both.page[i]) << 8 | static_cast<unsigned>(both.page[i - 1]));
        if (both.page.size() < trampoline::page_size || both.image.size() < trampoline::page_size)
            return;
        add(mailbox_in(both));
        add(tables_in(both));
        add(tables_in_image(both));
    }

    void add(const trampoline::Tables& tables) {
        for (const auto& table : {tables.gdt32, tables.gdt64})
            for (unsigned i = 0; i < 3; ++i) {
                add(table[i].raw);
                add(table[i].base());
                add(table[i].limit());
            }
        for (const x86::TablePointer32 pointer : {tables.gdt32_pointer, tables.gdt64_pointer}) {
            add(pointer.base);
            add(pointer.limit);
        }
    }

    std::set<std::uint64_t> known_{0, ::memory::low_memory_size - 1};
};

void numbers(const Account& account, const Tell& tell) {
    static const std::regex number{"0x[0-9a-f]+"};
    const Numbers known{account.evidence};
    for (const Told& told : account.told()) {
        // An emulator that gave up is quoted.
        if ((told.part != In::headline && told.part != In::fact) ||
            told.text.find("gave up: ") != std::string::npos)
            continue;
        const std::string panic = account.evidence.panic_text;
        for_each(told.text, number, [&](const std::smatch& match) {
            const auto value = number_in(match[0]);
            if (!value || (!known.have(*value) && panic.find(match[0]) == std::string::npos))
                tell(fmt::format("\"{}\", and {} was read nowhere", told.text, match[0].str()));
        });
    }
}

}  // namespace

std::vector<Rule> rules_about_numbers() {
    return {{"numbers", numbers}};
}

}  // namespace submissions
