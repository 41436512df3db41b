// The rules as a table.
#include <doctest/doctest.h>

#include "checker/diagnosis/rules/rules.h"

TEST_CASE("ids are unique") {
    for (const diagnosis::Rule& one : diagnosis::rules_in_order())
        for (const diagnosis::Rule& other : diagnosis::rules_in_order())
            CHECK((&one == &other || one.id != other.id));
}
