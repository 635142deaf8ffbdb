/**
 * Where the lock file of a resource lies: the one path of the resource, the name of its lock file, and whether locks
 * work in that place.
 */
@NullMarked
package io.github.filelocked.sidecar.place;

import org.jspecify.annotations.NullMarked;
