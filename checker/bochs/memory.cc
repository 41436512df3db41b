#include "checker/bochs/memory.h"

#include <algorithm>
#include <fmt/format.h>

#include "checker/process/output.h"
#include "x86/page.h"

namespace bochs {

namespace {

using x86::page_size;

constexpr std::size_t small_part = 256;

}  // namespace

// 0x0000000000008000 <bogus+       0>:  0x8ec08ed88ec031fa  0xb86680a816010fd0
std::vector<std::byte> parse_examined(std::string_view answer, std::size_t quadwords) {
    std::vector<std::byte> bytes;
    while (const auto line = process::take_line(answer)) {
        auto rest = process::after(*line, ">:");
        while (rest && (rest = process::after(*rest, "\t0x"))) {
            const auto value = process::leading_number(*rest);
            for (unsigned i = 0; value && i < sizeof(*value); ++i)
                bytes.push_back(static_cast<std::byte>(*value >> 8 * i));
        }
    }
    if (bytes.size() != quadwords * sizeof(std::uint64_t))
        bytes.clear();
    return bytes;
}

void Memory::read(std::uint64_t number, std::size_t begin, std::size_t end, Page& page) const {
    const std::size_t quadwords = (end - begin) / sizeof(std::uint64_t);
    const auto answer =
        bochs_.ask(fmt::format("xp /{}gx {:#x}\n", quadwords, number * page_size + begin));
    const auto bytes = parse_examined(answer.value_or(""), quadwords);
    if (bytes.empty())
        return;
    page.bytes.resize(page_size);
    std::ranges::copy(bytes, page.bytes.begin() + static_cast<std::ptrdiff_t>(begin));
    page.begin = begin;
    page.end = end;
}

// Empty where it could not be read.
std::span<const std::byte> Memory::in_page(std::uint64_t number, std::size_t offset,
                                           std::size_t size) const {
    const auto [entry, is_new] = pages_.try_emplace(number);
    Page& page = entry->second;
    const std::size_t begin = offset - offset % small_part;
    if (is_new && offset + size <= begin + small_part) {
        read(number, begin, begin + small_part, page);
    } else if (!page.asked_for && (page.begin > offset || page.end < offset + size)) {
        page.asked_for = true;
        read(number, 0, page_size, page);
    }
    const bool known = page.begin <= offset && offset + size <= page.end;
    return known ? std::span{page.bytes}.subspan(offset, size) : std::span<const std::byte>{};
}

std::span<const std::byte> Memory::at(x86::PhysicalAddress address, std::size_t size) const {
    if (address.raw > size_ || size > size_ - address.raw)
        return {};
    const std::size_t offset = address.raw % page_size;
    if (offset + size <= page_size)
        return in_page(address.raw / page_size, offset, size);
    std::vector<std::byte> bytes;
    while (bytes.size() < size) {
        const std::uint64_t next = address.raw + bytes.size();
        const std::size_t part = std::min(size - bytes.size(), page_size - next % page_size);
        const auto found = in_page(next / page_size, next % page_size, part);
        if (found.empty())
            return {};
        bytes.insert(bytes.end(), found.begin(), found.end());
    }
    return assembled_.emplace_back(std::move(bytes));
}

}  // namespace bochs
