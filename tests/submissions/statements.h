// A student's region, statement by statement.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace submissions {

/// Some whole lines of code.
struct Piece {
    enum class Is {
        nothing,      // a comment, or a blank line
        label,        // of NASM; or a line that says how many bits
        declaration,  // of C++: what begins with const or constexpr
        statement,    // an instruction; or what ends in a semicolon or a block
    };
    Is is;
    std::string text;

    bool operator==(const Piece&) const = default;
};

/// All of the code, in its order.
std::vector<Piece> pieces_of(std::string_view code, bool assembly);

/// In one line, and without comments: "mov eax, cr0".
std::string words(const Piece& piece, bool assembly);

/// The name that a declaration or a label gives; empty for "bits 64".
std::string name_of(const Piece& piece);

/// The name stands in the text as a whole word.
bool mentions(std::string_view text, std::string_view name);

/// A statement, and before it what belongs to it.
using Step = std::vector<Piece>;

/// The statements, each with the comments, labels and declarations that stand before it; a
/// declaration belongs to the first statement after it.
std::vector<Step> steps_of(std::string_view code, bool assembly);

/// What the starter has below somebody's own code.
enum class Below { nothing, starter };

/// The code as somebody has it who has written so many steps, and has or has not left below them
/// what the starter has and they do not say anew. It is what compiles of them: a label that is
/// jumped to, and has not been written, stands at the end; and in C++ what is not used yet is
/// named, as the starter names it.
std::string prefix(const std::vector<Step>& steps, std::size_t count, bool assembly,
                   std::string_view starter, Below below);

}  // namespace submissions
