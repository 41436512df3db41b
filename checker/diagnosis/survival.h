// The second half of a headline: why the machine did not survive what went wrong first.
#pragma once

#include <string>

#include "checker/diagnosis/scene.h"

namespace diagnosis {

/// A sentence about `cpu`, whom the diagnosis is about, or about the machine: what should have
/// handled its exception and did not, or who waited for it. Empty where nothing came of it.
std::string why_it_did_not_survive(const Scene& scene, const Cpu* cpu, std::string_view cause);

/// Why no handler took care of the first exception; empty where that is not known.
std::string no_handler(const Scene& scene);

}  // namespace diagnosis
