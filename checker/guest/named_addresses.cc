#include "checker/guest/named_addresses.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace guest {

namespace {

// The words before a place in the code: an instruction, or where a call will return to.
struct PlaceMark {
    std::string_view words;
    bool returns;
};
constexpr std::array<PlaceMark, 3> place_marks{
    {{" at 0x", false}, {"rip 0x", false}, {"called from 0x", true}}};

constexpr std::size_t address_digits = 16;

}  // namespace

std::string with_names(std::string_view text, const Symbols& symbols) {
    std::string named;
    while (!text.empty()) {
        std::size_t place = std::string_view::npos;
        PlaceMark mark{};
        for (const PlaceMark& each : place_marks) {
            if (const std::size_t found = text.find(each.words); found < place) {
                place = found;
                mark = each;
            }
        }
        if (place == std::string_view::npos) {
            break;
        }
        const std::size_t begin = place + mark.words.size();
        const std::size_t end = std::min(begin + address_digits, text.size());
        std::uint64_t address = 0;
        const auto [rest, error] =
            std::from_chars(text.data() + begin, text.data() + end, address, 16);
        const bool whole = error == std::errc{} && rest == text.data() + begin + address_digits;
        named += text.substr(0, end);
        text.remove_prefix(end);
        const bool has_name = text.size() > 1 && text[0] == ' ' && text[1] > ' ';
        if (const std::string name =
                whole && !has_name ? symbols.name_at(address, mark.returns) : std::string{};
            !name.empty()) {
            named += " " + name;
        }
    }
    return named.append(text);
}

}  // namespace guest
