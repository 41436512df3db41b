// What any kernel may die of, where none of a lab's own causes is shown.
#pragma once

#include "checker/causes/cause.h"
#include "checker/diagnosis/scene.h"

namespace diagnosis {

/// The general cause that proves itself for the CPU that a scene is about; nothing where none does.
std::optional<causes::Cause> general_cause(const Scene& scene);

/// Why no handler took care of its oldest exception; empty where that is not known.
std::string unhandled(const Scene& scene);

}  // namespace diagnosis
