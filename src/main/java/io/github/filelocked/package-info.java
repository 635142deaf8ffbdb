/**
 * The annotation and its context holder: put {@link io.github.filelocked.FileLocked} on a method, and ask
 * {@link io.github.filelocked.LockedPath#current()} in its body which file it may touch.
 *
 * <p>An adapter (the woven aspect, a Spring advisor) hands each call to
 * {@link io.github.filelocked.invoke.FileLockedInvoker}. Without annotations, start at
 * {@link io.github.filelocked.FileLocks}.
 */
@NullMarked
package io.github.filelocked;

import org.jspecify.annotations.NullMarked;
