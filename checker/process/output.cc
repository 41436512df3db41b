#include "checker/process/output.h"

#include <algorithm>
#include <fmt/format.h>

namespace process {

void Excerpt::append(std::string_view text) {
    total_ += text.size();
    const std::size_t to_head = std::min(text.size(), beginning_ - head_.size());
    head_.append(text.substr(0, to_head));
    tail_.append(text.substr(to_head));
    if (tail_.size() > 2 * end_)  // not at every byte: erasing at the front moves the rest
        tail_.erase(0, tail_.size() - end_);
}

std::string Excerpt::text() const {
    const std::string_view tail =
        std::string_view{tail_}.substr(tail_.size() - std::min(tail_.size(), end_));
    const std::size_t missing = total_ - head_.size() - tail.size();
    if (missing == 0)
        return fmt::format("{}{}", head_, tail);
    return fmt::format("{}\n[{} bytes are left out here]\n{}", head_, missing, tail);
}

std::string Excerpt::trimmed() const {
    std::string whole = text();
    whole.erase(whole.find_last_not_of(" \r\n") + 1);
    return whole;
}

}  // namespace process
