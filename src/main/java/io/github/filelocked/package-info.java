/**
 * The types that users touch: the annotation {@link io.github.filelocked.FileLocked} with its context holder
 * {@link io.github.filelocked.LockedPath}, and {@link io.github.filelocked.FileLocks} for programs without annotations.
 *
 * <p>An adapter (the woven aspect, a Spring advisor) hands each call to
 * {@link io.github.filelocked.invoke.FileLockedInvoker}.
 */
@NullMarked
package io.github.filelocked;

import org.jspecify.annotations.NullMarked;
