// The rules as a table.
#include <doctest/doctest.h>

#include "checker/diagnosis/rules/rules.h"

TEST_CASE("no rule is listed twice; two may speak of one cause") {
    for (const diagnosis::Rule& one : diagnosis::rules_in_order())
        for (const diagnosis::Rule& other : diagnosis::rules_in_order())
            CHECK((&one == &other || one.explain != other.explain));
}
