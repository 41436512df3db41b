#include <doctest/doctest.h>
#include <thread>

#include "line_writer_fixture.h"

using line_writer::Fixture;
using line_writer::output;

TEST_CASE_FIXTURE(Fixture, "line writer: a panic that interrupts a line writes at once") {
    interrupt_after(2, [&] {
        CHECK(writer.seize());
        writer.write_line("panic: first\n");
        writer.write_line("panic: second\n");
        throw 0;  // a panic does not return
    });
    CHECK_THROWS(writer.write_line("line\n"));
    CHECK(output == "li\npanic: first\npanic: second\n");
}

TEST_CASE_FIXTURE(Fixture, "line writer: a panic first shows what an NMI left behind") {
    interrupt_after(2, [&] {
        writer.write_line("nmi: parity error\n");
        CHECK(writer.seize());
        writer.write_line("panic\n");
        throw 0;
    });
    CHECK_THROWS(writer.write_line("line\n"));
    CHECK(output == "li\nnmi: parity error\npanic\n");
}

TEST_CASE_FIXTURE(Fixture, "line writer: once seized, it is the first panic's alone") {
    CHECK(writer.seize());
    CHECK(writer.seize());  // a panic within the panic

    host_cpu::become(1);
    CHECK_FALSE(writer.seize());
    writer.write_line("cpu 1 goes on\n");
    writer.write_raw("for a while");

    host_cpu::become(0);
    writer.write_line("panic\n");
    CHECK(output == "panic\n");
}

TEST_CASE_FIXTURE(Fixture, "line writer: a lock held by a stopped CPU holds up nobody") {
    interrupt_after(2, [&] {  // CPU 0 is stopped for good in the middle of its line
        std::thread waiting([&] {
            host_cpu::become(2);
            writer.write_line("never to be seen\n");
        });
        host_cpu::become(1);
        CHECK(writer.seize());
        writer.write_line("panic\n");
        waiting.join();
        host_cpu::become(0);
        throw 0;
    });
    CHECK_THROWS(writer.write_line("line\n"));
    CHECK((output == "li\npanic\n" || output == "li\n\npanic\n"));
}

TEST_CASE_FIXTURE(Fixture, "line writer: a panic elsewhere ends a line in its middle") {
    interrupt_after(2, [&] {
        host_cpu::become(1);
        CHECK(writer.seize());
        host_cpu::become(0);
    });
    writer.write_line("line\n");
    CHECK(output == "lin");  // the character on its way when the console was seized
    host_cpu::become(1);
    writer.write_line("panic\n");
    CHECK(output == "lin\npanic\n");
}
