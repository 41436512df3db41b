#include "checker/process/output.h"

#include <doctest/doctest.h>

TEST_CASE("excerpt: the beginning and the end") {
    process::Excerpt excerpt{3, 4};
    CHECK(excerpt.text().empty());
    excerpt.append("abc");
    excerpt.append("defg");
    CHECK(excerpt.text() == "abcdefg");
    excerpt.append("h");
    process::Excerpt line{10, 10};
    line.append("one\n two \r\n");
    CHECK(line.trimmed() == "one\n two");
    CHECK(process::Excerpt{1, 1}.trimmed().empty());
    CHECK(excerpt.text() == "abc\n[1 bytes are left out here]\nefgh");
    for (int i = 0; i < 1000; ++i) {
        excerpt.append("0123456789");
    }
    CHECK(excerpt.total() == 10'008);
    CHECK(excerpt.text().starts_with("abc\n["));
    CHECK(excerpt.text().ends_with("\n6789"));
    CHECK(excerpt.text().size() < 100);
}
