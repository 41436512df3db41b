#pragma once

#include <string>

namespace judgement {

/// What one run says about one fact of lab.toml.
struct Finding {
    enum class Answer { no, yes, not_told };  // not_told: the engine gave no state to decide by

    Answer answer = Answer::no;
    std::string detail;      // why not: "CPU 1 has it clear (EFER 0x500)"; empty for yes
    bool elsewhere = false;  // where it came to be so is told by the diagnosis, not by the fact
};

inline Finding yes() {
    return {Finding::Answer::yes, {}};
}
inline Finding no(std::string detail) {
    return {Finding::Answer::no, std::move(detail)};
}
inline Finding not_told(std::string detail) {
    return {Finding::Answer::not_told, std::move(detail)};
}

}  // namespace judgement
