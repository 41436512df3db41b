#include "checker/engine/bochs_images.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <string>

#include "checker/error.h"

namespace engine {

std::vector<Descriptor> bochs_images(const evidence::Symbols& kernel) {
    constexpr std::uint64_t begin = bochs_image_address(0);
    constexpr std::uint64_t end = bochs_image_address(most_bochs_images);
    std::string memory;
    for (const evidence::Symbols::Segment& segment : kernel.segments()) {
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
    std::vector<Descriptor> images;
    for (std::size_t at = 0; at < memory.size(); at += bochs_block) {
        images.push_back(anonymous_memory(0));
        replace_text(images.back(), std::string_view{memory}.substr(at, bochs_block));
    }
    return images;
}

}  // namespace engine
