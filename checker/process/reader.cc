#include "checker/process/reader.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <poll.h>
#include <sys/socket.h>
#include <vector>

namespace process {

void Reader::read() {
    static constexpr std::size_t chunk = 64 * 1024;  // what a pipe holds
    std::array<char, chunk> buffer;
    const ssize_t count = ::read(descriptor_.number(), buffer.data(), buffer.size());
    if (count > 0) {
        sink_({buffer.data(), static_cast<std::size_t>(count)});
    } else if (count == 0 || (errno != EINTR && errno != EAGAIN)) {
        descriptor_.close();
    }
}

bool read_some(std::initializer_list<Reader*> readers, Clock::time_point deadline) {
    std::vector<pollfd> polled;
    std::vector<Reader*> open;
    for (Reader* reader : readers) {
        if (reader->is_open()) {
            polled.push_back({reader->number(), POLLIN, 0});
            open.push_back(reader);
        }
    }
    if (open.empty()) {
        return false;
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    const int timeout = static_cast<int>(std::clamp<decltype(left)>(left, 0, 60'000));
    if (poll(polled.data(), polled.size(), timeout) > 0) {
        for (std::size_t i = 0; i < open.size(); ++i) {
            if (polled[i].revents != 0) {
                open[i]->read();
            }
        }
    }
    return true;
}

bool send(const Descriptor& to, std::string_view text) {
    return ::send(to.number(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT) ==
           static_cast<ssize_t>(text.size());
}

}  // namespace process
