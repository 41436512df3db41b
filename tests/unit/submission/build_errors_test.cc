#include "checker/submission/build_errors.h"

#include <doctest/doctest.h>

using Lines = std::vector<std::string>;
using submission::first_errors;
using submission::Renamed;

namespace {

const Renamed names{"build/graded/5-nx-wp-1/5-nx-wp/", "labs/5-nx-wp/"};

Lines errors(std::string_view output) {
    return first_errors(output, names, "/home/me/sipi");
}

}  // namespace

TEST_CASE("errors in the student's files, by the student's names") {
    CHECK(errors("CXX  build/graded/5-nx-wp-1/5-nx-wp/match_bsp.cc\n"
                 "build/graded/5-nx-wp-1/5-nx-wp/match_bsp.cc: In function 'void f()':\n"
                 "build/graded/5-nx-wp-1/5-nx-wp/match_bsp.cc:9:5: error: 'x' was not declared\n"
                 "    9 |     x\n"
                 "make: *** [mk/kernel.mk:66: match_bsp.cc.o] Error 1\n") ==
          Lines{"labs/5-nx-wp/match_bsp.cc:9:5: error: 'x' was not declared"});
    CHECK(
        errors("build/graded/5-nx-wp-1/5-nx-wp/match_bsp.asm:15: error: symbol `y' not defined") ==
        Lines{"labs/5-nx-wp/match_bsp.asm:15: error: symbol `y' not defined"});
}

TEST_CASE("the linker's words, and errors in the kernel's headers") {
    CHECK(errors("ld: /home/me/sipi/build/kernel/a.o: in function `f':\n"
                 "./kernel/a.cc:3: undefined reference to `g'\n") ==
          Lines{"ld: build/kernel/a.o: in function `f':",
                "kernel/a.cc:3: undefined reference to `g'"});
    CHECK(errors("kernel/x86/page.h:3:1: error: expected ';'\n").size() == 1);
}

TEST_CASE("what an include dragged in from elsewhere is not shown") {
    CHECK(errors("/etc/shadow:1:1: error: 'root' does not name a type\n"
                 "../../secret:1:1: error: 'key' does not name a type\n") ==
          Lines{"the errors are in files outside the project; look at what is included"});
    CHECK(errors("make: nothing to say\n").empty());
}

TEST_CASE("a flood of errors is a few lines") {
    std::string output;
    for (int i = 0; i < 1000; ++i)
        output += "labs/5-nx-wp/match_bsp.cc:1:1: error: " + std::string(1000, 'x') + "\n";
    const Lines lines = errors(output);
    CHECK(lines.size() == 5);
    CHECK(lines[0].size() < 400);
}
