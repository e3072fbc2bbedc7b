// SPDX-License-Identifier: Apache-2.0
// For programs that are linked with the library of faults.cpp, which says what it does.
#pragma once

extern "C" {

// Starts to count anew, for what SENGEN_FAULT would say; nullptr: lets every call through.
void sengen_fault_arm(const char* fault);
// What SENGEN_FAULT_TRACE would say; nullptr: nothing more is written.
void sengen_fault_trace(const char* file);
// Calls counted since sengen_fault_arm().
long sengen_fault_count();
}
