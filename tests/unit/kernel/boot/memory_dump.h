#pragma once

#include <cstdint>
#include <fstream>
#include <stdexcept>
#include <string>

#include "tests/unit/kernel/boot/fake_physical_memory.h"

namespace test {

/// The pieces of memory in a dump of tests/fixtures/, in the format that acpidump writes: a line
/// `NAME @ 0xADDRESS`, then lines `OFFSET: ` with up to 16 bytes and, after two spaces, their text.
inline FakePhysicalMemory load_dump(const std::string& name) {
    std::ifstream file("tests/fixtures/" + name);
    if (!file) {
        throw std::runtime_error("cannot open tests/fixtures/" + name +
                                 " (run me in the top folder)");
    }
    FakePhysicalMemory memory;
    x86::PhysicalAddress address;
    Bytes bytes;
    for (std::string line; std::getline(file, line);) {
        if (const auto at = line.find(" @ 0x"); at != line.npos) {
            address = x86::PhysicalAddress{std::stoull(line.substr(at + 5), nullptr, 16)};
            bytes.clear();
        } else if (const auto colon = line.find(": "); colon != line.npos) {
            for (std::size_t i = colon + 2; i + 1 < line.size() && line[i] != ' '; i += 3) {
                bytes.push_back(static_cast<std::byte>(std::stoul(line.substr(i, 2), nullptr, 16)));
            }
            memory.place(address, bytes);
        }
    }
    return memory;
}

}  // namespace test
