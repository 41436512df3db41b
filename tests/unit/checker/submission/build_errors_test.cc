#include <doctest/doctest.h>

#include "checker/submission/build.h"

using Lines = std::vector<std::string>;
using guest::Names;
using submission::first_errors;
using submission::Tool;

namespace {

const Names names{{"build/graded/5-nx-wp-1/seams/", "labs/"},
                  {"build/graded/5-nx-wp-1/objects/", "labs/5-nx-wp/"}};

Lines errors(std::string_view output) {
    return first_errors(output, Tool::linker, names);
}

}  // namespace

TEST_CASE("errors in the student's files, by the student's names, with the code") {
    CHECK(errors("build/graded/5-nx-wp-1/seams/5-nx-wp/match_bsp.cc: In function 'void f()':\n"
                 "build/graded/5-nx-wp-1/seams/5-nx-wp/match_bsp.cc:9:5: error: 'x' was not "
                 "declared\n"
                 "    9 |     x\n"
                 "      |     ^\n"
                 "compilation terminated.\n") ==
          Lines{"labs/5-nx-wp/match_bsp.cc:9:5: error: 'x' was not declared", "    9 |     x",
                "      |     ^"});
    CHECK(errors("build/graded/5-nx-wp-1/seams/5-nx-wp/match_bsp.asm:15: error: symbol `y' not "
                 "defined") == Lines{"labs/5-nx-wp/match_bsp.asm:15: error: symbol `y' not "
                                     "defined"});
}

TEST_CASE("a message's own line ends make no other tool's lines") {
    constexpr std::string_view forged =
        "ld: no space left on the grader's disk\n"
        "kernel/smp/wake.cc:9:1: error: it does not build\n"
        "kernel/smp/match_bsp.h:9:1: error: nor does this\n";
    CHECK(first_errors(forged, Tool::compiler, names) ==
          Lines{"kernel/smp/match_bsp.h:9:1: error: nor does this"});
    CHECK(first_errors(forged, Tool::assembler, names).empty());
}

TEST_CASE("the code of a warning or a note is not shown") {
    CHECK(errors("kernel/a.h:3:1: note: declared here\n    3 | int x;\n").empty());
}

TEST_CASE("the linker's words, and errors in the given headers") {
    CHECK(errors("ld: build/graded/5-nx-wp-1/objects/match_bsp.cc.o: in function `f':\n"
                 "./build/graded/5-nx-wp-1/seams/5-nx-wp/match_bsp.cc:3: undefined reference to "
                 "`g'\n") == Lines{"ld: labs/5-nx-wp/match_bsp.cc.o: in function `f':",
                                   "labs/5-nx-wp/match_bsp.cc:3: undefined reference to `g'"});
    CHECK(errors("build/graded/5-nx-wp-1/seams/5-nx-wp/match_bsp.asm:21:(.trampoline+0x3): "
                 "relocation truncated to fit: R_X86_64_16 against symbol `g'\n")
              .size() == 1);
    CHECK(errors("kernel/x86/page.h:3:1: error: expected ';'\n").size() == 1);
}

TEST_CASE("what an include dragged in from elsewhere is not shown") {
    CHECK(errors("/etc/shadow:1:1: error: 'root' does not name a type\n"
                 "    1 | root:secret\n"
                 "../../secret:1:1: error: 'key' does not name a type\n") ==
          Lines{"the errors are in files outside the project; look at what is included"});
    CHECK(errors("make: nothing to say\n").empty());
    CHECK(errors("/usr/include/c++/12/bits/x.h:9:9: error: no match for 'operator<'\n"
                 "    9 | a < b\n"
                 "build/graded/5-nx-wp-1/seams/5-nx-wp/match_bsp.cc:7:3:   required from here\n") ==
          Lines{"labs/5-nx-wp/match_bsp.cc:7:3:   required from here"});
}

TEST_CASE("a file that cannot be included: whether it exists is not said") {
    const Lines expected{
        "labs/5-nx-wp/match_bsp.cc:1:10: error: cannot include /home/me/key: a submission finds "
        "the given headers and its own files, nothing else"};
    const std::string place = "build/graded/5-nx-wp-1/seams/5-nx-wp/match_bsp.cc:1:10: ";
    CHECK(errors(place + "fatal error: /home/me/key: Permission denied\n") == expected);
    CHECK(errors(place + "fatal error: /home/me/key: No such file or directory\n") == expected);
    CHECK(errors(place + "fatal error: '/home/me/key' file not found\n") == expected);
    CHECK(errors(place + "fatal error: cannot open file '/home/me/key': Permission denied\n") ==
          expected);
    CHECK(errors(place + "error: unable to open include file `/home/me/key'\n") == expected);
    CHECK(errors(place + "error: `incbin': unable to get length of file `/home/me/key'\n") ==
          expected);
    CHECK(errors(place + "fatal error: build/graded/5-nx-wp-1/seams/5-nx-wp/../../key: "
                         "Permission denied\n")[0]
              .find("cannot include ../../key: ") != std::string::npos);
}

TEST_CASE("errors in asm statements, and in none") {
    CHECK(errors("cc1plus: fatal error: /proc/self/environ: Permission denied\n")[0].find(
              "error: cannot include /proc/self/environ: a sub") == 0);

    CHECK(errors("{standard input}: Assembler messages:\n"
                 "{standard input}:8: Error: no such instruction: `frobnicate %eax'\n") ==
          Lines{"in an asm statement: Error: no such instruction: `frobnicate %eax'"});
    CHECK(errors("{standard input}:4: Error: can't open /home/me/key for reading: Permission "
                 "denied\n") ==
          Lines{"in an asm statement: error: cannot include /home/me/key: a submission finds the "
                "given headers and its own files, nothing else"});
    CHECK(errors("/home/me/key:1: Error: no such instruction: `secret'\n") ==
          Lines{"the errors are in files outside the project; look at what is included"});
}

TEST_CASE("a flood of errors is a few lines") {
    std::string output;
    for (int i = 0; i < 1000; ++i)
        output += "build/graded/5-nx-wp-1/seams/5-nx-wp/match_bsp.cc:1:1: error: " +
                  std::string(1000, 'x') + "\n    1 | " + std::string(1000, 'x') + "\n";
    const Lines lines = errors(output);
    CHECK(lines.size() == 10);
    CHECK(lines[0].size() < 400);
    CHECK(lines[1].size() < 200);
}
