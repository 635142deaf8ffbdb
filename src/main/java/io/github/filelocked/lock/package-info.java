/**
 * The engine: exclusive and shared locks on files and directories, over the threads and processes of one machine.
 *
 * <p>Start at {@link io.github.filelocked.FileLocks}. The package uses nothing but the JDK, and logs through
 * {@link java.lang.System.Logger} under the name of the package.
 */
@NullMarked
package io.github.filelocked.lock;

import org.jspecify.annotations.NullMarked;
