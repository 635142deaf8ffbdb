/** Meters of locks: register {@link io.github.filelocked.micrometer.LockMeters} as a listener. */
@NullMarked
package io.github.filelocked.micrometer;

import org.jspecify.annotations.NullMarked;
