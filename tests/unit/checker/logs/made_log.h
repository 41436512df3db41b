// Logs as QEMU writes them, with the values that a test wants.
#pragma once

#include <cstdint>
#include <fmt/format.h>
#include <sstream>
#include <string>

#include "checker/diagnosis/diagnosis.h"
#include "checker/logs/log.h"
#include "checker/report/text.h"

namespace made {

struct State {
    std::uint64_t ip = 0xffffffff80101000, sp = 0xffffffff80200f80, cr2 = 0;
    std::uint64_t cr0 = 0x80010011, cr3 = 0x201000, cr4 = 0x20, efer = 0xd00;
    std::uint64_t idt = 0xffffffff80300000, idt_limit = 0xfff;
    std::uint64_t gdt = 0xffffffff80301000, gdt_limit = 0x27;
    unsigned cs = 8, flags = 2;
    bool wide = true;  // 64-bit code
};

inline std::string dump(const State& state) {
    const std::string cs_base = state.wide ? "0000000000000000" : "00000000";
    const char* name = state.wide ? "R" : "E";
    return fmt::format(
        "{0}AX=0000000000000000 {0}BX=0000000000000000 {0}CX=00000000c0000080 {0}DX=0\n"
        "{0}SI=0 {0}DI=0 {0}BP=0 {0}SP={1:016x}\n"
        "{0}IP={2:016x} {0}FL={3:08x} [-------] CPL={4} II=0 A20=1 SMM=0 HLT=0\n"
        "CS ={5:04x} {6} ffffffff 00{7}f9b00 DPL=0 CS64 [-RA]\n"
        "GDT=     {8:016x} {9:08x}\nIDT=     {10:016x} {11:08x}\n"
        "CR0={12:08x} CR2={13:016x} CR3={14:016x} CR4={15:08x}\n"
        "DR0=0000000000000000 DR1=0000000000000000\nCCS=0 CCD=0 CCO=EFLAGS\n"
        "EFER={16:016x}\n",
        name, state.sp, state.ip, state.flags, state.cs & 3, state.cs, cs_base,
        state.wide ? 'a' : 'c', state.gdt, state.gdt_limit, state.idt, state.idt_limit, state.cr0,
        state.cr2, state.cr3, state.cr4, state.efer);
}

inline std::string header(const State& state, unsigned vector, unsigned error,
                          bool software = false, unsigned number = 0) {
    return fmt::format(
        "{:6}: v={:02x} e={:04x} i={} cpl={} IP={:04x}:{:016x} pc={:016x} SP=0010:{:016x}{}\n",
        number, vector, error, software ? 1 : 0, state.cs & 3, state.cs, state.ip, state.ip,
        state.sp,
        vector == 14 ? fmt::format(" CR2={:016x}", state.cr2)
                     : " env->regs[R_EAX]=0000000000000000");
}

inline std::string check(const std::string& old, unsigned met) {
    return fmt::format("check_exception old: 0x{} new {:#x}\n", old, met);
}

/// An exception, met while `old` was being delivered ("ffffffff": nothing).
inline std::string exception(const State& state, unsigned vector, unsigned error,
                             const std::string& old = "ffffffff") {
    const bool two = old != "ffffffff";
    return check(old, vector) + header(state, two ? 8 : vector, two ? 0 : error) + dump(state);
}

/// `vector`, whose delivery met #GP, twice.
inline std::string death(const State& state, unsigned vector, unsigned error) {
    return exception(state, vector, error) + exception(state, 13, 0, fmt::format("{:x}", vector)) +
           check("8", 13) + "Triple fault\n";
}

inline evidence::Evidence evidence(const std::string& text) {
    std::istringstream stream{text};
    return logs::evidence_of(logs::read_log(stream, "log"), guest::Symbols{});
}

// What the causes say, read once for all logs that are made up.
inline const catalogue::Catalogue& catalogue() {
    static const catalogue::Catalogue read = catalogue::Catalogue::read(".");
    return read;
}

inline diagnosis::Diagnosis diagnosis(const std::string& text) {
    return diagnosis::diagnose(evidence(text), catalogue());
}

inline std::string account(const std::string& text) {
    return report::text(evidence(text), diagnosis(text), {"log", ""}, report::Style{false});
}

inline std::string cause(const std::string& text) {
    return diagnosis(text).id;
}

}  // namespace made
