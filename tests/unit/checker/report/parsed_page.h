// A page as its reader has it: parsed anew, by a parser.
#pragma once

#include <doctest/doctest.h>
#include <pugixml.hpp>
#include <string>

#include "checker/report/page.h"
#include "tests/unit/checker/report/graded.h"

namespace graded {

struct Page {
    explicit Page(const std::vector<grading::LabGrade>& labs,
                  const report::SourceReader& sources = {})
        : Page(grading::Grade{labs, {}}, sources) {}
    explicit Page(const grading::Grade& grade, const report::SourceReader& sources = {})
        : text(report::page(grade, sources)) {
        REQUIRE(document.load_buffer(text.data(), text.size(), pugi::parse_full));
    }

    unsigned count(const std::string& path) const {
        return static_cast<unsigned>(document.select_nodes(path.c_str()).size());
    }
    /// All the text of the first element that the path leads to.
    std::string words(const std::string& path) const {
        const pugi::xpath_query query{("string(" + path + ")").c_str()};
        return query.evaluate_string(document);
    }

    std::string text;
    pugi::xml_document document;
};

/// Elements that have this class, maybe among others.
inline std::string of_class(const std::string& tag, const std::string& kind) {
    return "//" + tag + "[contains(concat(' ', @class, ' '), ' " + kind + " ')]";
}

}  // namespace graded
