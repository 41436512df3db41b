#include "checker/report/layout.h"

#include <doctest/doctest.h>

using report::printable;
using report::printable_lines;

TEST_CASE("plain text and other alphabets stay as they are") {
    CHECK(printable("mov [rax], edi") == "mov [rax], edi");
    CHECK(printable("gr\xc3\xbc\xc3\x9f"
                    "e \xe4\xb8\xad \xf0\x9f\x98\x80") ==
          "gr\xc3\xbc\xc3\x9f"
          "e \xe4\xb8\xad \xf0\x9f\x98\x80");
    CHECK(printable("").empty());
}

TEST_CASE("control characters become question marks") {
    CHECK(printable("a\x1b[2Jb") == "a?[2Jb");
    CHECK(printable("a\x07\x7f\r\n\tb") == "a?????b");
    CHECK(printable(std::string_view("a\0b", 3)) == "a?b");
    CHECK(printable("\xc2\x9b"
                    "2J") == "?2J");             // CSI as one character
    CHECK(printable("\xc2\xa0") == "\xc2\xa0");  // the first after C1
}

TEST_CASE("characters that turn or hide others do too") {
    CHECK(printable("\xe2\x80\xae"
                    "x") == "?x");  // U+202E
    CHECK(printable("\xe2\x81\xa6"
                    "x") == "?x");                         // U+2066
    CHECK(printable("\xe2\x80\x8b\xef\xbb\xbf") == "??");  // zero width space, byte order mark
    CHECK(printable("\xef\xbf\xbf") == "?");               // U+FFFF, which XML forbids
    CHECK(printable("\xef\xbf\xb8") == "\xef\xbf\xb8");    // U+FFF8
}

TEST_CASE("what is no UTF-8 is replaced byte by byte") {
    CHECK(printable("a\x9bz") == "a?z");
    CHECK(printable("\xc3") == "?");                 // cut off
    CHECK(printable("\xc3(") == "?(");               // not continued
    CHECK(printable("\xc0\x9b") == "??");            // overlong escape
    CHECK(printable("\xe0\x80\x9b") == "???");       // the same, longer
    CHECK(printable("\xed\xa0\x80") == "?");         // a surrogate
    CHECK(printable("\xf4\x90\x80\x80") == "????");  // past the last character
    CHECK(printable("\xf8\x88\x80\x80\x80") == "?????");
}

TEST_CASE("lines stay lines where that is asked for") {
    CHECK(printable_lines("a\nb\x1b\n") == "a\nb?\n");
}

TEST_CASE("columns are broken where they meet, a line that is too long at a space, a word never") {
    using Lines = std::vector<std::string>;
    CHECK(report::fold({"mov [rax], edi   a.cc:1 in f"}, 40) ==
          Lines{"mov [rax], edi   a.cc:1 in f"});
    CHECK(report::fold({"mov [rax], edi   a.cc:1 in f"}, 20) ==
          Lines{"mov [rax], edi", "    a.cc:1 in f"});
    CHECK(report::fold({"PT[1]   = 0x10: bit 63 is set"}, 24) ==
          Lines{"PT[1]   = 0x10: bit 63", "    is set"});
    CHECK(report::fold({"0123456789 0123456789   "}, 8) == Lines{"0123456789", "    0123456789"});
    CHECK(report::fold({"0123456789   "}, 8) == Lines{"0123456789"});
    CHECK(report::fold({"", "   "}, 8) == Lines{"", ""});
}
