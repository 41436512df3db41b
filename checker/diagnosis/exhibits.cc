#include "checker/diagnosis/exhibits.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "checker/diagnosis/cpus.h"
#include "checker/evidence/faults.h"
#include "checker/evidence/words.h"
#include "checker/guest/kernel_memory.h"
#include "trampoline/stage.h"

namespace diagnosis {

namespace {

// "0x500       LME LMA"
std::string bits_of(Register which, const Registers& registers) {
    const std::uint64_t value = judgement::value(which, registers.control);
    return fmt::format("{:<10}  {}", fmt::format("{:#x}", value),
                       judgement::bit_names(which, value));
}

std::vector<std::string> beside_bsp(Register which, const Cpu& cpu, const Cpu* bsp,
                                    bool on_arrival) {
    const auto line = [&](const Cpu& one, const Registers& its) {
        return fmt::format("{:<6} {}", one.cpu == 0 ? "BSP" : fmt::format("CPU {}", one.cpu),
                           bits_of(which, its));
    };
    std::vector<std::string> lines{on_arrival
                                       ? line(cpu, cpu.arrival->registers) + ", as it entered C++"
                                       : line(cpu, *cpu.registers)};
    if (bsp && bsp->registers && bsp->cpu != cpu.cpu)
        lines.push_back(line(*bsp, *bsp->registers));
    return lines;
}

std::string describe_trace(const Scene& scene, const Cpu& cpu) {
    const std::string_view complete = trampoline::complete_trace;
    const std::string sent = guest::traces_on_line(scene.evidence.serial, cpu.cpu + 1)[cpu.cpu];
    if (sent.size() > cpu.trace.size() &&
        (sent.starts_with(cpu.trace) || sent.ends_with(cpu.trace)) && complete.starts_with(sent))
        return fmt::format("{} in memory, and {} on the serial line",
                           cpu.trace.empty() ? "none" : cpu.trace, sent);
    if (cpu.trace.empty())
        return still_waits(scene, cpu) ? "none: it never started" : "none in memory";
    if (cpu.trace == complete)
        return fmt::format("{}, complete", cpu.trace);
    if (!complete.starts_with(cpu.trace))
        return cpu.trace +
               (cpu.trace.find('?') == std::string::npos ? "" : ", ? for what is no letter");
    return fmt::format("{}, and never {}", cpu.trace, complete[cpu.trace.size()]);
}

// "#PF 0x0000  a read, not present, CR2 0x18, at ..."
std::string on_one_line(const Cpu& cpu, const Exception& exception) {
    return fmt::format("{}{}, at {}", describe(cpu, exception),
                       exception.cr2 ? fmt::format(", CR2 {:#x}", *exception.cr2) : "",
                       describe(exception.where));
}

std::vector<std::string> again(const Cpu& cpu, const evidence::Recursion& recursion) {
    std::vector<std::string> lines{fmt::format("{} times, each lower on the stack: {}",
                                               recursion.count, on_one_line(cpu, recursion.every))};
    if (recursion.began)
        lines.push_back(fmt::format("the first after {}", on_one_line(cpu, *recursion.began)));
    return lines;
}

std::string gate_is_wrong(const Scene& scene, const Exception& exception) {
    return fmt::format("gate {} of the IDT {}", gate_of(*scene.cpu, exception),
                       exception.vector == 11 ? "is not present" : "is missing or no gate");
}

std::string which_cpu(const Scene& scene) {
    const unsigned count = scene.evidence.cpus_requested;
    const std::string of = count > 1 ? fmt::format(" of 0..{}", count - 1) : "";
    return scene.log().names_cpu ? fmt::format("{}{}", scene.cpu->cpu, of)
                                 : fmt::format("not in the log{}", of.empty() ? "" : ", one" + of);
}

std::string table(const evidence::TableRegister& table) {
    return fmt::format("{:#x}, limit {:#x}", table.base, table.limit);
}

void add_registers(const Scene& scene, std::vector<Exhibit>& all) {
    if (!scene.before) {
        all.push_back(
            {"registers",
             {scene.log().cut_out ? "cut out of this log" : "not in the log, or cut off"}});
        return;
    }
    const Registers& registers = *scene.before;
    all.push_back({"mode", {describe_mode(registers)}});
    all.push_back({"stack", {fmt::format("RSP {:#x}", registers.rsp)}});
    all.push_back({"CR0", {bits_of(Register::cr0, registers)}});
    all.push_back({"CR3", {fmt::format("{:#x}", registers.control.cr3)}});
    all.push_back({"CR4", {bits_of(Register::cr4, registers)}});
    if (registers.efer_told)
        all.push_back({"EFER", {bits_of(Register::efer, registers)}});
    if (scene.tables) {
        all.push_back({"GDT", {table(registers.gdt)}});
        all.push_back({"IDT", {table(registers.idt)}});
    }
}

// At the kernel's end: the BSP there, an AP in the scheduler.
bool is_where_it_ought_to_be(const Scene& scene, const Cpu& cpu) {
    return evidence::came_to_its_end(scene.evidence) && (cpu.cpu == 0 || evidence::at_work(cpu));
}

}  // namespace

std::string no_handler(const Scene& scene) {
    if (scene.chain.size() > 1 && about_gate(scene.chain[1]) && !scene.before)
        return gate_is_wrong(scene, scene.chain[1]);
    if (!scene.before || scene.chain.empty())
        return "";
    const Registers& registers = *scene.before;
    if (scene.tables && registers.idt.limit == 0)
        return "no IDT: its limit is 0, so any exception ends in a triple fault";
    if (scene.tables && no_idt(registers) && mode_of(registers) != evidence::Mode::real)
        return "no IDT: its register is as a reset left it, so any exception ends in a triple "
               "fault";
    if (scene.chain.size() < 2)
        return "";
    const Exception& second = scene.chain[1];
    if (about_gate(second))
        return gate_is_wrong(scene, second);
    if (second.cr2 && scene.tables && within(*second.cr2, registers.idt))
        return fmt::format("the IDT itself, at {:#x}, is not mapped", registers.idt.base);
    if (second.cr2 && beside_stack(*second.cr2, registers))
        return "the stack, to which the CPU has to push, cannot be written";
    if (second.vector == 12)
        return "the stack, to which the CPU has to push, cannot be used";
    if (second.vector == 10)
        return "the TSS is not valid";
    if (x86::names_selector(ExceptionVector{second.vector}) && second.error &&
        selector_error(second).index() != 0)
        return fmt::format("a gate names selector {:#x}, which is no code segment of its GDT",
                           *second.error & ~7u);
    return "";
}

std::vector<Exhibit> exhibits_of_log(const Scene& scene) {
    const evidence::Log& log = scene.log();
    const Location& where = scene.oldest ? scene.oldest->where : scene.cpu->where;
    std::vector<Exhibit> all;
    const auto add = [&](std::string label, std::string line) {
        if (!line.empty())
            all.push_back({std::move(label), {std::move(line)}});
    };
    add("instruction", scene.before || where.address != 0 ? describe(where) : "not in the log");
    Exhibit chain{log.reporter ? "exception" : "exceptions", {}};
    for (const Exception& each : scene.chain)
        chain.lines.push_back(describe(*scene.cpu, each));
    if (log.triple_faults != 0)
        chain.lines.emplace_back("triple fault");
    all.push_back(std::move(chain));
    if (where.instruction.empty())
        add("bytes", fmt::format("{:02x}", fmt::join(log.code, " ")));
    if (!where.symbol.empty() || !where.file.empty())
        add("RIP", fmt::format("{:#x}", where.address));
    if (scene.oldest && scene.oldest->cr2)
        add("CR2", fmt::format("{:#x}", *scene.oldest->cr2));
    else if (!scene.oldest && scene.before)
        add("CR2", fmt::format("{:#x}, of the last page fault that there was", scene.before->cr2));
    add("no handler", no_handler(scene));
    all.push_back({"Bochs said", log.words});
    add("CPU", which_cpu(scene));
    add_registers(scene, all);
    if (log.recursion)
        all.push_back({"again", again(*scene.cpu, *log.recursion)});
    Exhibit earlier{std::string{before_it}, {}};
    for (const Exception& each : log.earlier)
        earlier.lines.push_back(on_one_line(*scene.cpu, each));
    all.push_back(std::move(earlier));
    return all;
}

std::vector<Exhibit> exhibits(const Scene& scene, const Cpu* cpu, std::span<const Register> compare,
                              bool on_arrival) {
    std::vector<Exhibit> all;
    if (!scene.evidence.panic_text.empty())
        all.push_back(
            {"panic",
             {scene.evidence.panic_cpu
                  ? fmt::format("CPU {}: {}", *scene.evidence.panic_cpu, scene.evidence.panic_text)
                  : scene.evidence.panic_text}});
    if (!cpu)
        return all;
    if (const Exception* oldest = evidence::oldest_exception(*cpu)) {
        all.push_back({"instruction", {describe(oldest->where)}});
        all.push_back({"exceptions", {describe_chain(*cpu, scene.evidence.end)}});
        if (oldest->cr2)
            all.push_back({"address", {fmt::format("{:#018x}", *oldest->cr2)}});
        if (cpu == scene.cpu && scene.walk() && oldest->cr2)
            all.push_back({"page walk", evidence::describe_walk(*scene.walk())});
    } else if (scene.evidence.end != End::panicked &&  // a panic stops every CPU in one place
               !is_where_it_ought_to_be(scene, *cpu) &&
               (!cpu->where.symbol.empty() || !cpu->where.file.empty())) {
        all.push_back({"stands at", {evidence::describe_stand(*cpu)}});
    }
    if (cpu->registers)
        for (const Register which : compare)
            all.push_back({std::string{judgement::name(which)},
                           beside_bsp(which, *cpu, scene.bsp, on_arrival && cpu->arrival)});
    if (cpu->cpu != 0)
        all.push_back({"trace", {describe_trace(scene, *cpu)}});
    return all;
}

std::vector<Exhibit> all_that_is_known(const Scene& scene) {
    std::vector<Exhibit> all;
    if (!scene.registers())
        return all;
    const Registers& registers = *scene.registers();
    all.push_back({"mode", {describe_mode(registers)}});
    all.push_back({"stack", {fmt::format("RSP {:#x}", registers.rsp)}});
    all.push_back({"CR3", {fmt::format("{:#x}", registers.control.cr3)}});
    if (registers.gdt.limit != 0)
        all.push_back({"tables", {"GDT " + table(registers.gdt), "IDT " + table(registers.idt)}});
    // Those of the instruction: what its handler has called stands before it.
    const auto& stack = scene.cpu->callers;
    const auto faulted =
        scene.oldest ? std::ranges::find(stack, scene.oldest->where.address, &Location::address)
                     : stack.end();
    std::vector<std::string> callers;
    for (auto each = faulted == stack.end() ? stack.begin() : std::next(faulted);
         each != stack.end(); ++each)
        callers.push_back(describe(*each));
    if (!callers.empty())
        all.push_back({"called from", std::move(callers)});
    if (scene.oldest && !scene.oldest->engine_text.empty())
        all.push_back({"Bochs said", {scene.oldest->engine_text}});
    return all;
}

}  // namespace diagnosis
