/**
 * The sources of what waiters and logs learn of a lock: its holder's record, the kernel's list of locks. Nothing here
 * costs a lock (I23).
 */
@NullMarked
package io.github.filelocked.sidecar.diagnosis;

import org.jspecify.annotations.NullMarked;
