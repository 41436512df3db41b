// What the checker and a Bochs that makes copies of itself say to each other.
#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <span>
#include <sys/socket.h>

namespace bochs {

/// The numbers under which Bochs inherits its descriptors.
inline constexpr int serial_descriptor = 3;
inline constexpr int log_descriptor = 4;
inline constexpr int config_descriptor = 5;
inline constexpr int batch_descriptor = 6;
inline constexpr int iso_descriptor = 7;     // with Way::iso
inline constexpr int vga_descriptor = 8;     // with Way::rom: an option ROM in which there is none,
inline constexpr int rom_descriptor = 9;     // the firmware,
inline constexpr int image_descriptor = 10;  // and the first of the kernel's images
inline constexpr int most_images = 4;
inline constexpr int requests_descriptor = image_descriptor + most_images;
inline constexpr int library_descriptor = requests_descriptor + 1;

/// Asks for a copy, as a packet, with as many descriptors: the copy has them under these numbers in
/// place of those that its original was started with, and reads again what that one read of the
/// firmware and the images. The answer is one byte, with the copy's pidfd.
struct CopyRequest {
    static constexpr std::size_t most = requests_descriptor;
    std::size_t count = 0;
    std::array<int, most> numbers{};
};

/// A packet with descriptors, of which it owns none.
class Packet {
  public:
    Packet(void* bytes, std::size_t size) : bytes_{bytes, size} {}

    bool send(int socket, std::span<const int> descriptors) {
        message_.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
        cmsghdr* header = CMSG_FIRSTHDR(&message_);
        *header = {CMSG_LEN(descriptors.size_bytes()), SOL_SOCKET, SCM_RIGHTS};
        std::memcpy(CMSG_DATA(header), descriptors.data(), descriptors.size_bytes());
        return sendmsg(socket, &message_, MSG_NOSIGNAL) == static_cast<ssize_t>(bytes_.iov_len);
    }

    /// Waits for one of this size; what it fills of `descriptors`, and nothing if none comes.
    std::span<int> receive(int socket, std::span<int> descriptors) {
        message_.msg_controllen = control_.size();
        const cmsghdr* header = nullptr;
        if (recvmsg(socket, &message_, MSG_CMSG_CLOEXEC) == static_cast<ssize_t>(bytes_.iov_len))
            header = CMSG_FIRSTHDR(&message_);
        if (header == nullptr || header->cmsg_len > CMSG_LEN(descriptors.size_bytes()))
            return {};
        const std::size_t size = header->cmsg_len - CMSG_LEN(0);
        std::memcpy(descriptors.data(), CMSG_DATA(header), size);
        return descriptors.first(size / sizeof(int));
    }

  private:
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * CopyRequest::most)> control_{};
    iovec bytes_;
    msghdr message_{.msg_name = nullptr,
                    .msg_namelen = 0,
                    .msg_iov = &bytes_,
                    .msg_iovlen = 1,
                    .msg_control = control_.data(),
                    .msg_controllen = 0,
                    .msg_flags = 0};
};

}  // namespace bochs
