#include "checker/process/mapping.h"

#include <cerrno>
#include <sys/mman.h>
#include <system_error>

namespace process {

Mapping::Mapping(const Descriptor& file, std::size_t size) : size_(size) {
    void* begin = mmap(nullptr, size, PROT_READ, MAP_SHARED, file.number(), 0);
    if (begin == MAP_FAILED) {
        throw std::system_error(errno, std::generic_category(), "mmap of the guest's memory");
    }
    begin_ = static_cast<const std::byte*>(begin);
}

Mapping::~Mapping() {
    munmap(const_cast<std::byte*>(begin_), size_);
}

}  // namespace process
