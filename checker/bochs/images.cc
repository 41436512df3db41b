#include "checker/bochs/images.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <string>

#include "checker/error.h"

namespace bochs {

std::vector<process::Descriptor> images(const guest::Symbols& kernel) {
    constexpr std::uint64_t begin = image_address(0);
    constexpr std::uint64_t end = image_address(most_images);
    std::string memory;
    for (const guest::Symbols::Segment& segment : kernel.segments()) {
        const std::uint64_t segment_end = segment.physical + segment.bytes.size();
        if (segment.bytes.empty()) {
            continue;
        }
        if (segment.physical < begin || segment_end > end) {
            throw checker::Error(
                fmt::format("the kernel has bytes at {:#x} to {:#x}; Bochs can be given what lies "
                            "from {:#x} to {:#x}",
                            segment.physical, segment_end, begin, end));
        }
        memory.resize(std::max<std::size_t>(memory.size(), segment_end - begin));
        std::memcpy(memory.data() + (segment.physical - begin), segment.bytes.data(),
                    segment.bytes.size());
    }
    std::vector<process::Descriptor> images;
    for (std::size_t at = 0; at < memory.size(); at += block) {
        images.push_back(process::anonymous_memory(0));
        process::replace_text(images.back(), std::string_view{memory}.substr(at, block));
    }
    return images;
}

}  // namespace bochs
