/** The engine: locks on sidecar files, which hold over the threads and processes of one machine. */
@NullMarked
package io.github.filelocked.sidecar;

import org.jspecify.annotations.NullMarked;
