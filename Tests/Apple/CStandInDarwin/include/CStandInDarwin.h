#pragma once
#include "mach.h"
#include "process.h"
