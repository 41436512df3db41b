// A project of two labs, for the tests of what reads and makes submissions.
#pragma once

#include "tests/submissions/seams.h"

namespace small {

inline constexpr const char* assembly =
    "; Lab 1.\n"
    "bits 16\n"
    "begin:\n"
    "    ; --- student code begins ---\n"
    "    cli\n"
    "    jnc .out\n"
    "    ; Then it is well.\n"
    "    jmp far_away\n"
    "\n"
    "bits 32\n"
    ".out:\n"
    "    hlt\n"
    "    ; --- student code ends ---\n";
inline constexpr const char* starter =
    "; Lab 1.\n"
    "bits 16\n"
    "begin:\n"
    "    ; --- student code begins ---\n"
    "    cli\n"
    ".asleep:\n"
    "    hlt\n"
    "    jmp .asleep\n"
    "    ; --- student code ends ---\n";
inline constexpr const char* two_regions =
    "#include \"smp/per_cpu.h\"\n"
    "\n"
    "std::uint32_t first() {\n"
    "    // --- student code begins ---\n"
    "    return 1;\n"
    "    // --- student code ends ---\n"
    "}\n"
    "\n"
    "void second(unsigned cpu) {\n"
    "    // --- student code begins ---\n"
    "    const auto id{cpu};\n"
    "    use(id);\n"
    "    if (cpu == 0)\n"
    "        use(cpu);  // once more\n"
    "    // --- student code ends ---\n"
    "}\n";
inline constexpr const char* two_starters =
    "#include \"smp/per_cpu.h\"\n"
    "\n"
    "std::uint32_t first() {\n"
    "    // --- student code begins ---\n"
    "    return 0;\n"
    "    // --- student code ends ---\n"
    "}\n"
    "\n"
    "void second(unsigned cpu) {\n"
    "    // --- student code begins ---\n"
    "    static_cast<void>(cpu);\n"
    "    // --- student code ends ---\n"
    "}\n";

inline submissions::Project make() {
    submissions::Project project;
    project.labs.resize(2);
    project.labs[0].number = 1;
    project.labs[0].directory = "1-way";
    project.labs[0].points = 10;
    project.labs[0].seam = {"way.asm"};
    project.labs[1].number = 2;
    project.labs[1].directory = "2-record";
    project.labs[1].points = 20;
    project.labs[1].seam = {"record.cc"};
    project.reference = {{"1-way/way.asm", assembly}, {"2-record/record.cc", two_regions}};
    project.starters = {{"1-way/way.asm", starter}, {"2-record/record.cc", two_starters}};
    return project;
}

inline const submissions::Project project = make();

}  // namespace small
